"""Compute which clustered roles of Windows have their address in one subnet only.

Comes in: a `Lookup`. Goes out: sightings, one for each address resource.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from vlan2l3.analyze.lookup import Lookup
from vlan2l3.analyze.sighting import Sighting, on_line
from vlan2l3.analyze.windows import NLB_NODES, RESOURCES, Row, rows
from vlan2l3.network.model import Host
from vlan2l3.parse.records import FileText

_ADDRESS = "IP Address"
_UNPLAIN = re.compile(r"[^A-Za-z0-9 ._-]")  # a role is called `SQL Server (MSSQLSERVER)`
_LITERAL = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])")


def nlb_node(lookup: Lookup) -> Iterator[Sighting]:
    """Find the nodes that Windows lists of its load balancing cluster."""
    for host, text in lookup.files((NLB_NODES,)):
        for row in rows(text.text):
            if row.get("Name"):
                yield on_line(host, text, row.line)


def wsfc_single_subnet(lookup: Lookup) -> Iterator[Sighting]:
    """Find roles of a failover cluster with one address, which is in one subnet then."""
    for host, text, found in _roles(lookup):
        if len(found) == 1:
            yield _sighting(host, text, found[0])


def wsfc_addresses_online(lookup: Lookup) -> Iterator[Sighting]:
    """Find roles whose several addresses are all online, so that none waits for another subnet's node."""
    for host, text, found in _roles(lookup):
        if len(found) > 1 and all(row.get("State").lower() == "online" for row in found):
            yield from (_sighting(host, text, row) for row in found)


def _roles(lookup: Lookup) -> Iterator[tuple[Host, FileText, list[Row]]]:
    """Walk the address resources of each role, with the answer that lists them."""
    for host, text in lookup.files((RESOURCES,)):
        found: dict[str, list[Row]] = defaultdict(list)
        for row in rows(text.text):
            if row.get("ResourceType") == _ADDRESS:
                found[row.get("OwnerGroup")].append(row)
        for addresses in found.values():
            yield host, text, addresses


def _sighting(host: Host, text: FileText, row: Row) -> Sighting:
    """Point at a resource; its address is known where the name holds it, as listeners' names do."""
    named = frozenset(("vips", found) for found in _LITERAL.findall(row.get("Name")))
    roles = frozenset({("roles", _UNPLAIN.sub("", row.get("OwnerGroup")))})
    return replace(on_line(host, text, row.line), facts=named | roles)


FUNCTIONS = (nlb_node, wsfc_addresses_online, wsfc_single_subnet)
