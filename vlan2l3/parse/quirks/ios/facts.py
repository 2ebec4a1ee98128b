"""Read which device it is: model, version, serial numbers and the addresses it uses as itself.

Comes in: the text of `show version`, `show inventory` and `show switch`. Goes out: `Facts`, one for the
device and one for each member of a stack.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from vlan2l3 import names
from vlan2l3.parse.quirks.ios import shape
from vlan2l3.parse.quirks.ios.shape import Block, Shape
from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.records import Facts, Record

_RELEASE = re.compile(
    r"(?:.*Software \(\S+\), (?:Experimental )?|Cisco IOS XE Software, )Version (?P<v>[^ ,]+).*"
)
_VERSION = Shape(
    opens=r"(?P<software>Cisco (?:IOS|Internetwork)\b.*Software\b.*|IOS \(tm\) .*)|Switch (?P<member>\d\d)",
    sections={
        r"^This product contains cryptographic": ("legal", r"^export@cisco\.com"),
        r"^All rights reserved\.  Certain": ("legal", r"^software\.$|^\(http://www\.gnu"),
    },
    rules=(
        r"(?P<hostname>\S+) uptime is .*",
        r"[Cc]isco (?P<chassis>[^(]+?) \(.*(?:processor|with) .*\d+K.*",
        r"Processor board ID (?P<board>[^ ,]+).*",
        r"Model [Nn]umber *: +(?P<model>\S+) *",
        r"System [Ss]erial [Nn]umber *: +(?P<serial>\S+) *",
        r"Base [Ee]thernet MAC [Aa]ddress *: +(?P<mac>\S+) *",
    ),
)


def version(raw: Raw) -> Rows:
    """Read `show version`: a stack's members follow, each with its own number."""
    found, strays = shape.split(raw, _VERSION)
    whole = [block for block in found if "member" not in block.values]
    members = [block for block in found if "member" in block.values]
    records: tuple[Record, ...] = ()
    if whole:
        try:
            records = (_whole(raw, whole), *(_member(raw, block) for block in members))
        except ValueError as error:
            strays.append(raw.unparsed(whole[0].text, str(error), line=whole[0].line))
    expected = len(records) + len(strays)
    return Rows(records=records, unparsed=tuple(strays), expected=expected, parsed=len(records))


def _whole(raw: Raw, blocks: list[Block]) -> Facts:
    def first(*options: str) -> str:
        said = (value for option in options for block in blocks for value in block.all(option))
        return next(said, "")

    releases = [match["v"] for block in reversed(blocks) if (match := _RELEASE.fullmatch(block.text))]
    model = first("model", "chassis")
    for what, value in (("version", releases), ("model", model)):
        if not value:
            raise ValueError(f"the {what} is missing")
    return Facts(
        source=raw.at(blocks[0].line),
        hostname=first("hostname"),
        model=model,
        version=releases[0],
        serial=first("serial", "board"),
        macs=tuple(names.mac(mac) for block in blocks for mac in block.all("mac")),
    )


def _member(raw: Raw, block: Block) -> Facts:
    return Facts(
        source=raw.at(block.line),
        model=block.last("model"),
        serial=block.last("serial"),
        macs=tuple(map(names.mac, block.all("mac"))),
    )


_INVENTORY = Shape(
    opens=r'NAME: *"(?P<name>[^"]*)" *, *DESCR: *"(?P<about>.*?)"? *',
    rules=(r"PID: *(?P<model>\S*?) *, *VID: *(?P<revision>[^,]*?) *,? *SN: *(?P<serial>\S*) *",),
)
_CHASSIS = re.compile(r"(?i).*\bchassis(?: system)?|switch system|.* stack|virtual switch")
_MEMBER = re.compile(r"(?i)(?:switch )?\d+")  # a member of a stack; on a 6500 a number is a slot


def inventory(raw: Raw) -> Rows:
    """Read `show inventory`; of its parts only the chassis, and each switch of a stack, are the device."""
    return shape.read(raw, _INVENTORY, _part)


def _part(raw: Raw, block: Block) -> Iterator[Record]:
    if "serial" not in block.values:
        raise ValueError("the line with the serial number is missing")
    name, about = block.last("name"), block.last("about")
    is_member = _MEMBER.fullmatch(name) and about == block.last("model")
    if is_member or _CHASSIS.fullmatch(name) or _CHASSIS.fullmatch(about):
        source = raw.at(block.line)
        yield Facts(source=source, model=block.last("model"), serial=block.last("serial"))
