"""Read what EOS says of access lists and of the interfaces they filter, in JSON and in text.

Comes in: rows and whole answers of `show ip access-lists`, with `ipv6` and `mac` in place of `ip`, and of
their summaries. Goes out: access lists and bindings. Lists on the control plane or on a service filter no
interface.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from vlan2l3.names import InterfaceName
from vlan2l3.parse import convert
from vlan2l3.parse.quirks.eos import blocks
from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.records import Acl, AclBinding, Record, Source
from vlan2l3.parse.row import Row

_SERVICE = re.compile(r"[a-z][\w-]*\(.*\)|control-plane")
_SPAN = re.compile(r"(?P<head>(?:.*/)?[A-Za-z-]*)(?P<first>\d+)-(?P<last>\d+)")
_LIST = blocks.Form(
    opens=r"(?:Standard |Extended )?(?i:IP|IPV4|IPV6|MAC)(?: Access List| ACL) (?P<name>\S+)(?: \[\w+\])*",
    tells={
        "entry": r"(?P<v>\d+ (?:permit|deny|remark)\b.*?)(?: \[match .*\])?",
        "Ingress": r"Configured on Ingress: (?P<v>\S.*)",
        "Egress": r"Configured on +Egress: (?P<v>\S.*)",
        "total": r"Total rules configured: (?P<v>\d+)",
    },
    noise=(
        r"(?:statistics|counters?) per-entry",
        r"fragment-rules",
        r"\(implicit\) (?:deny|permit) .*",
        r"Active on +(?:Ingress|Egress): .*",
    ),
    wrapped=r"\s{20,}\S",
)


def acl(row: Row) -> Iterator[Record]:
    """Read one list of JSON; a summary has no entries, and leaves the list to the full answer."""
    name = str(row.must("name"))
    sequence = row.get("sequence")
    if isinstance(sequence, list):
        entries = tuple(f"{item['sequenceNumber']} {item['text']}" for item in sequence)
        yield Acl(source=row.source, name=name, family=_family(row.raw), entries=entries)
    for direction, key in (("in", "configuredIngressIntfs"), ("out", "configuredEgressIntfs")):
        found = [item["name"] if isinstance(item, dict) else str(item) for item in row.get(key, [])]
        yield from _bindings(row.raw, row.source, name, direction, found)


def _family(raw: Raw) -> str:
    return next((word for word in ("ipv6", "mac") if f" {word} " in raw.command), "ipv4")


def _bindings(
    raw: Raw, source: Source, acl_name: str, direction: str, texts: Iterable[str]
) -> Iterator[Record]:
    for text in texts:
        if not _SERVICE.fullmatch(text):
            for name in _interfaces(raw.platform, text):
                yield AclBinding(source=source, interface=name, acl=acl_name, direction=direction)


def _interfaces(platform: str, text: str) -> Iterator[InterfaceName]:
    """Spell out `Et1-2`."""
    span = _SPAN.fullmatch(text)
    if not span:
        yield convert.interface(platform, text)
        return
    for number in range(int(span["first"]), int(span["last"]) + 1):
        yield convert.interface(platform, f"{span['head']}{number}")


def acl_text(raw: Raw) -> Rows:
    """Read the text of a full answer or of a summary."""
    return blocks.read(raw, _LIST, _block)


def _block(block: blocks.Block) -> Iterator[Record]:
    raw, name = block.raw, block.head["name"]
    entries = tuple(said["v"] for _, said in block.all("entry"))
    total = block.first("total")
    is_summary = raw.command.endswith("summary")
    rules = [entry for entry in entries if " remark" not in entry[:12]]
    if total and not is_summary and int(total) not in (len(entries), len(rules)):
        raise ValueError(f"the device counts {total} entries of {name}, {len(entries)} were found")
    if not is_summary:
        yield Acl(source=raw.at(block.line), name=name, family=_family(raw), entries=entries)
    for direction, rule in (("in", "Ingress"), ("out", "Egress")):
        for number, said in block.all(rule):
            texts = re.findall(r"[^\s,(]+(?:\([^)]*\))?", said["v"])
            yield from _bindings(raw, raw.at(number), name, direction, _ranges(texts))


def _ranges(texts: Iterable[str]) -> Iterator[str]:
    """Give each part of `Et1-2,5` the letters in front."""
    head = ""
    for text in texts:
        bare = text[0].isdigit()
        head = head if bare else text.rstrip("0123456789-")
        yield f"{head}{text}" if bare else text
