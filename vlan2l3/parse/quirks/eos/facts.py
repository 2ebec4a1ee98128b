"""Read the text of `show version`.

Comes in: the text. Goes out: model, version, serial number and the switch's own MAC.
"""

from __future__ import annotations

from collections.abc import Iterator

from vlan2l3 import names
from vlan2l3.parse.quirks.eos import blocks
from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.records import Facts, Record

_VERSION = blocks.Form(
    opens=r"(?:Arista )?(?P<model>[A-Za-z][\w-]*)",
    tells={
        "serial": r"Serial number:(?P<v>.*)",
        "mac": r"System MAC address:(?P<v>.*)",
        "version": r"Software image version:(?P<v>.*)",
    },
    noise=(
        r"(?:Hardware (?:version|MAC address)|Architecture|Internal build (?:version|ID)):.*",
        r"(?:Image (?:format version|optimization)|cEOS tools version|Kernel version):.*",
        r"(?:Uptime|Total memory|Free memory):.*",
    ),
)


def version(raw: Raw) -> Rows:
    """Read it; the first line is the model, from 4.2x on behind the vendor's name."""
    return blocks.read(raw, _VERSION, _facts)


def _facts(block: blocks.Block) -> Iterator[Record]:
    told, mac = block.first("version"), block.first("mac")
    if not told:
        raise ValueError("the software version is missing")
    yield Facts(
        source=block.raw.at(block.line),
        model=block.head["model"],
        version=told.partition(" ")[0],
        serial=block.first("serial"),
        macs=(names.mac(mac),) if mac else (),
    )
