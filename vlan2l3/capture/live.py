"""Judge what a live device said, as answers read from files are judged.

Comes in: `collect.device.Heard`. Goes out: a `RawDevice` for `store`. A device that let nobody in is kept
with the reason, and every command of its list as not asked.
"""

from __future__ import annotations

from vlan2l3 import platforms
from vlan2l3.capture.judge import failed, judge
from vlan2l3.capture.manifest import Status
from vlan2l3.capture.store import RawAnswer, RawDevice
from vlan2l3.collect.device import Heard, Said
from vlan2l3.platforms import Platform
from vlan2l3.quote import printable_line


def device(heard: Heard) -> RawDevice:
    """Turn what was heard into raw answers, each with a status."""
    target = heard.target
    platform = platforms.load(target.platform) if target.platform else None
    asked = () if heard.trouble else tuple(_answer(platform, said) for said in heard.answers)
    return RawDevice(
        name=target.name,
        platform=target.platform,
        rack=target.rack,
        note=printable_line(heard.trouble),
        answers=asked or _nothing_asked(platform, heard.trouble),
    )


def _answer(platform: Platform | None, said: Said) -> RawAnswer:
    if not said.asked:
        return RawAnswer(command=said.command, status=Status.NOT_ASKED, note=printable_line(said.trouble))
    if said.trouble:
        return failed(said.command, printable_line(said.trouble), text=said.text)
    if "\0" in (said.text or ""):
        return failed(said.command, "not text")
    return judge(platform, said.command, said.text or "")


def _nothing_asked(platform: Platform | None, why: str) -> tuple[RawAnswer, ...]:
    note = printable_line(why)
    return tuple(
        RawAnswer(command=spec.command, status=Status.NOT_ASKED, note=note)
        for spec in (platform.commands if platform else ())
        if spec.ask and not spec.each
    )
