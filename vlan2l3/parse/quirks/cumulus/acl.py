"""Read the packet filters of a Cumulus switch, which `cl-acltool` installs as iptables rules.

Comes in: `iptables-save`, `ip6tables-save` and `ebtables-save`. Goes out: an `Acl` for each chain that has
rules, and an `AclBinding` for each port that one of its rules names.
Left out on purpose: chains without rules, and counters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from vlan2l3.names import interface_name
from vlan2l3.parse.quirks.linux.rows import Ledger, lines
from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.records import Acl, AclBinding

_FAMILIES = {"iptables-save": "ipv4", "ip6tables-save": "ipv6", "ebtables-save": "mac"}
_TABLE = re.compile(r"\*(?P<name>[a-z]+)")
_CHAIN = re.compile(r":(?P<name>\S+)\s+(?:ACCEPT|DROP|RETURN|-)(?:\s+\[[0-9]+:[0-9]+\])?")
_RULE = re.compile(r"(?:\[[0-9]+:[0-9]+\] )?-A (?P<chain>\S+)(?: (?P<rule>.*))?")
_BOUND = re.compile(
    r"(?:^|\s)(?P<option>-i|-o|--in-interface|--out-interface|--logical-in)\s+(?P<name>[^\s!]+)"
)
_DIRECTIONS = {
    "-i": "in",
    "--in-interface": "in",
    "--logical-in": "in",
    "-o": "out",
    "--out-interface": "out",
}


@dataclass(slots=True, kw_only=True)
class _Chain:
    line: int
    entries: list[str] = field(default_factory=list)


def read_filters(raw: Raw) -> Rows:
    """Read every chain of every table."""
    ledger = Ledger(raw=raw)
    family = _FAMILIES[raw.command.split()[-1]]
    chains: dict[str, _Chain] = {}
    table, rules = "", 0
    for at, line in lines(raw.text):
        text = line.strip()
        if named := _TABLE.fullmatch(text):
            table = named["name"]
        elif table and (match := _RULE.fullmatch(text)):
            rules += 1
            chain = chains.setdefault(f"{table}/{match['chain']}", _Chain(line=at))
            chain.entries.append(match["rule"] or "")
        elif not (text == "COMMIT" or text.startswith("#") or _CHAIN.fullmatch(text)):
            ledger.refuse(line, "neither a table, nor a chain, nor a rule", line=at)
    strays = len(ledger.unparsed)
    for name, chain in chains.items():
        source = raw.at(chain.line)
        ledger.accept(
            [Acl(name=name, family=family, entries=tuple(chain.entries), source=source)],
            rows=len(chain.entries),
        )
        bound = dict.fromkeys(
            (m["name"], _DIRECTIONS[m["option"]]) for e in chain.entries for m in _BOUND.finditer(e)
        )
        for port, direction in bound:
            if port.endswith("+"):  # every port whose name begins so: no binding to one
                continue
            try:
                binding = AclBinding(
                    interface=interface_name(port), acl=name, direction=direction, source=source
                )
                ledger.accept([binding], rows=0)
            except ValueError as error:
                ledger.refuse(port, str(error), line=chain.line)
    return ledger.close(rules + strays)
