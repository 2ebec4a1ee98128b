"""Read ports of AOS-CX and lists of them.

Comes in: names and lists as AOS-CX writes them. Goes out: canonical names, `1/1/1`, `lag1` and `vlan10`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from vlan2l3.names import InterfaceName
from vlan2l3.parse import convert

_SORTS = (
    ("lag", "lag"),
    ("vlan", "svi"),
    ("loopback", "loopback"),
    ("mgmt", "management"),
    ("vxlan", "tunnel"),
    ("tunnel", "tunnel"),
)
_NUMBERED = re.compile(r"\d+/\d+/\d+(?::\d+)?")
_RANGE = re.compile(r"(?P<head>\d+/\d+/|[a-z]+)(?P<low>\d+)-(?P=head)(?P<high>\d+)")
_BESIDE = re.compile(r"\((?:mc|[0-9a-fA-F.:]+)\)$")


def name(text: str) -> InterfaceName:
    """Give a port its canonical name, without the `(mc)` of a LAG or the far end of a tunnel behind it."""
    return convert.interface("aoscx", _BESIDE.sub("", text.strip()))


def sort_of(port: str) -> str:
    """Tell what sort of port a canonical name stands for."""
    if _NUMBERED.fullmatch(port):
        return "physical"
    if re.fullmatch(r"(?:\d+/\d+/\d+|lag\d+)\.\d+", port):
        return "vlan"
    return next((sort for prefix, sort in _SORTS if port.startswith(prefix)), "other")


def expanded(text: str) -> Iterator[InterfaceName]:
    """Give each port of `1/1/2-1/1/4,1/1/6,lag1-lag2`.

    Raises:
        ValueError: for anything else.
    """
    for part in re.split(r"[\s,]+", text.strip().strip(",")):
        span = _RANGE.fullmatch(part)
        if span:
            numbers = range(int(span["low"]), int(span["high"]) + 1)
            yield from (name(f"{span['head']}{number}") for number in numbers)
        else:
            yield name(part)
