"""Read ports of OS10 and lists of them.

Comes in: names and lists as OS10 writes them. Goes out: canonical names, `ethernet1/1/1` and
`port-channel10`, as the running configuration has them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from vlan2l3.names import InterfaceName
from vlan2l3.parse import convert

_SORTS = (
    ("ethernet", "physical"),
    ("port-channel", "lag"),
    ("vlan", "svi"),
    ("loopback", "loopback"),
    ("mgmt", "management"),
    ("virtual-network", "svi"),
)
_KIND = re.compile(r"(?P<kind>[A-Za-z-]+?) ?(?P<rest>\d.*)")
_PORT = re.compile(r"(?P<head>(?:\d+/)*)(?P<number>\d+)(?::(?P<sub>\d+))?")


def sort_of(name: str) -> str:
    """Tell what sort of port a canonical name stands for."""
    return next((sort for prefix, sort in _SORTS if name.startswith(prefix)), "other")


def expanded(text: str) -> Iterator[InterfaceName]:
    """Give each port of `Eth1/1/2,1/1/9-1/1/12,1/1/14:1-1/1/14:4` or of `Po1,10-12`.

    Raises:
        ValueError: for anything else.
    """
    kind = ""
    for part in (part.strip() for part in text.split(",")):
        named = _KIND.fullmatch(part)
        kind, span = (named["kind"], named["rest"]) if named else (kind, part)
        if not kind:
            raise ValueError(f"{text!r} does not start with a sort of port")
        low, dash, high = span.partition("-")
        first, last = _PORT.fullmatch(low), _PORT.fullmatch(high if dash else low)
        if not first or not last or first["head"] != last["head"]:
            raise ValueError(f"{part!r} is no range of ports")
        yield from (convert.interface("os10", f"{kind}{each}") for each in _between(first, last))


def _between(first: re.Match[str], last: re.Match[str]) -> Iterator[str]:
    """Count from one port to another: by the last number, or by the part of one port that was split."""
    head, low, high = first["head"], int(first["number"]), int(last["number"])
    if first["sub"] and last["sub"] and low == high:
        for sub in range(int(first["sub"]), int(last["sub"]) + 1):
            yield f"{head}{low}:{sub}"
    elif first["sub"] or last["sub"]:
        if first[0] != last[0]:
            raise ValueError(f"{first[0]}-{last[0]} is a range over several split ports")
        yield first[0]
    else:
        yield from (f"{head}{number}" for number in range(low, high + 1))
