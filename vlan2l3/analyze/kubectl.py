"""Read the objects in what `kubectl get … -o json` printed, and which hosts are the nodes of its cluster.

Comes in: a host's kept answers. Goes out: objects with their lines, and nodes. What an object means is the
catalogue's word; an answer that is no JSON gives nothing, since parse has reported it already.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from vlan2l3.names import DeviceName
from vlan2l3.network.model import Host
from vlan2l3.parse.records import FileText

KUBECTL = "kubectl get*"
KUBELET = re.compile(r"(kubelet|k3s|k3s-agent|rke2-server|rke2-agent)\.service")

Item = dict[str, Any]

_UID = re.compile(r'"uid"\s*:\s*"([^"]+)"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """Give one Node object; `addresses` are its internal ones."""

    name: str
    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """Describe the cluster that one host's `kubectl` answers for.

    Attributes:
        subjects: the hosts an answer speaks of: the one that asked, or the nodes where it is none of them.
        nodes: nodes that are hosts of the capture.
        strangers: nodes that are none.
        labels: equal for two hosts that see the same objects.
        listed: whether the nodes were read from Node objects, and not guessed from a shared segment.
    """

    subjects: tuple[DeviceName, ...]
    nodes: frozenset[DeviceName]
    strangers: frozenset[str]
    labels: frozenset[str]
    listed: bool


def answers(host: Host) -> tuple[FileText, ...]:
    """List what `kubectl` printed on a host."""
    return tuple(file for file in host.files if fnmatchcase(file.path, KUBECTL))


def runs_kubelet(host: Host) -> bool:
    """Tell whether a host is a node of some cluster by its units."""
    return any(unit.active and KUBELET.fullmatch(unit.name) for unit in host.units)


def identities(files: tuple[FileText, ...]) -> frozenset[str]:
    """List what names the cluster of these answers: the uid of each object, else the text itself."""
    return frozenset(uid for file in files for uid in _UID.findall(file.text) or [file.text])


def objects(file: FileText, kind: str) -> Iterator[tuple[Item, int]]:
    """Walk the objects of one kind with the line their kind stands on.

    A `kind` of that name may stand deeper in an object (`ownerReferences`): then the first line is given.
    """
    pattern = re.compile(rf'"kind"\s*:\s*"{re.escape(kind)}"')
    lines, line, passed = [], 1, 0
    for found in pattern.finditer(file.text):
        line, passed = line + file.text.count("\n", passed, found.start()), found.start()
        lines.append(line)
    if not lines:
        return
    items = [item for item in _items(file.text) if item.get("kind") == kind]
    placed = lines if len(lines) == len(items) else lines[:1] * len(items)
    yield from zip(items, placed, strict=True)


def nodes(files: tuple[FileText, ...]) -> tuple[Node, ...]:
    """List the nodes that answers name."""
    return tuple(
        Node(name=name_of(item), addresses=tuple(_internal(item)))
        for file in files
        for item, _ in objects(file, "Node")
    )


def name_of(item: Item) -> str:
    """Give an object's name."""
    return str(inner(item, "metadata").get("name", ""))


def inner(item: Item, *path: str) -> Item:
    """Go down a path of an object; whatever is no object on the way counts as an empty one."""
    for key in path:
        found = item.get(key)
        item = found if isinstance(found, dict) else {}
    return item


def compact(item: Item) -> str:
    """Write an object on one line, keys sorted, as the catalogue's patterns expect it."""
    return json.dumps(item, separators=(",", ":"), sort_keys=True)


def _internal(item: Item) -> Iterator[str]:
    listed = inner(item, "status").get("addresses")
    for entry in listed if isinstance(listed, list) else []:
        if isinstance(entry, dict) and entry.get("type") == "InternalIP":
            yield str(entry.get("address", ""))


def _items(text: str) -> list[Item]:
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError):
        return []
    listed = answer.get("items", [answer]) if isinstance(answer, dict) else []
    return [item for item in listed if isinstance(item, dict)] if isinstance(listed, list) else []
