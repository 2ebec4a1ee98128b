"""Read a plain folder of outputs: `<device>/<command>.txt`, the command as `platforms.slug` writes it.

Comes in: the folder. Goes out: raw devices. The platform is what `<device>/device.toml` says, or the only one
whose mark an answer bears, or the one whose commands explain the most files; where nothing decides, the
device is kept and its files are named.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import msgspec

from vlan2l3 import platforms
from vlan2l3.capture import source
from vlan2l3.capture.check import inside
from vlan2l3.capture.manifest import Status
from vlan2l3.capture.store import RawAnswer, RawDevice
from vlan2l3.errors import Problem, UsageError
from vlan2l3.names import natural_key, rack_name
from vlan2l3.platforms import Platform

DEVICE_FILE = "device.toml"
SUFFIXES = (".json", ".txt")

_MODIFIERS = ("", " | json", " | json native")


class _Said(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Hold what `device.toml` says of its device."""

    platform: str = ""
    rack: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spelling:
    """Hold one way to call a command's file; a `*` in the command is the group of the pattern."""

    command: str
    pattern: re.Pattern[str]
    as_written: bool


def devices(folder: Path) -> tuple[RawDevice, ...]:
    """Read every subfolder as a device.

    Raises:
        UsageError: when a name is refused or a `device.toml` is wrong.
    """
    found = sorted((path for path in folder.iterdir() if is_device(path)), key=lambda p: natural_key(p.name))
    problems = list(source.refused_names(path.name for path in found))
    said = {path: _said(path, folder, problems) for path in found}
    if problems:
        raise UsageError(f"{folder} cannot be imported", *problems)
    return tuple(_device(path, folder, said[path]) for path in found)


def is_device(path: Path) -> bool:
    """Tell whether an entry of the source folder is taken for a device."""
    return path.is_dir() and not path.name.startswith(".")


def _said(path: Path, folder: Path, problems: list[Problem]) -> _Said:
    text, reason = source.read(path / DEVICE_FILE, folder)
    where = f"{path.name}/{DEVICE_FILE}"
    if text is None:
        if (path / DEVICE_FILE).exists() and inside(path, folder):
            problems.append(Problem(what=reason, where=where))
        return _Said()
    try:
        said = msgspec.toml.decode(text, type=_Said)
        if said.rack:
            rack_name(said.rack)
    except (msgspec.DecodeError, ValueError) as error:
        problems.append(Problem(what=str(error), where=where))
        return _Said()
    if said.platform and platforms.find(said.platform) is None:
        known = ", ".join(platforms.names())
        problems.append(Problem(what=f"no parser for platform {said.platform!r}", where=where, hint=known))
    return said


def _device(path: Path, folder: Path, said: _Said) -> RawDevice:
    if not inside(path, folder):
        return RawDevice(name=path.name, platform="", rack=said.rack, note="a link that leaves the folder")
    files = [
        file for file in sorted(path.iterdir()) if not file.name.startswith(".") and file.name != DEVICE_FILE
    ]
    outputs = [file for file in files if file.suffix in SUFFIXES]
    platform, note = (platforms.find(said.platform), "") if said.platform else (_marked(outputs, path), "")
    if platform is None:
        platform, note = detect(f.stem for f in outputs)
    listed = _listed(platform, outputs, folder) if platform else {}
    answers: dict[str, tuple[str, RawAnswer]] = {}
    unknown = [file.name for file in files if file not in outputs]
    for file in outputs:
        command = listed.get(platforms.slug(file.stem)) or explain(platform, file.stem) if platform else None
        if command is None:
            unknown.append(file.name)
            continue
        given = source.answer(file, folder, platform=platform, command=command)
        kept = answers.get(command)
        if kept is not None and kept[1].status is Status.DATA:
            unknown.append(file.name)
            continue
        if kept is not None:
            unknown.append(kept[0])
        answers[command] = (file.name, given)
    return RawDevice(
        name=path.name,
        platform=platform.name if platform else "",
        rack=said.rack,
        note=note,
        answers=tuple(given for _, given in answers.values()),
        unknown_files=tuple(unknown),
    )


def _listed(platform: Platform, outputs: list[Path], folder: Path) -> dict[str, str]:
    """Give what the listings among the outputs made somebody ask, by the name of its file.

    A path can't be told from the name of a file; the listing of the same device knows it.
    """
    texts = {}
    for file in outputs:
        spec = platform.spec(explain(platform, file.stem) or "")
        if spec is not None:
            texts[spec.command] = file
    found = {}
    for spec in platform.commands:
        listing = texts.get(spec.each)
        text = source.read(listing, folder)[0] if listing else None
        for item in re.finditer(spec.items, text or "", re.MULTILINE) if spec.items else ():
            command = spec.command.replace("*", item[1])
            found[platforms.slug(command)] = command
    return found


def _marked(files: Iterable[Path], folder: Path) -> Platform | None:
    """Find the one platform whose marks the answers bear, where another's commands would fit as well."""
    outputs = tuple(files)
    every = tuple(map(platforms.load, platforms.names()))
    found = [platform for platform in every if _bears(platform, outputs, folder)]
    return found[0] if len(found) == 1 else None


def _bears(platform: Platform, files: tuple[Path, ...], folder: Path) -> bool:
    for file in files if platform.marks else ():
        spec = platform.spec(explain(platform, file.stem) or "")
        rules = [rule for command, rule in platform.marks.items() if spec and spec.matches(command)]
        text = source.read(file, folder)[0] if rules else None
        if text and any(re.search(rule, text) for rule in rules):
            return True
    return False


def detect(stems: Iterable[str]) -> tuple[Platform | None, str]:
    """Find the platform whose commands explain the most file names; also say why there is none.

    Of two that explain as many, the one counts for which more names are spelled as its commands are. One that
    explains fewer than half of the files must have no rival: many vendors share `show version`. One that is
    based on another is known by its marks alone.
    """
    names = tuple(stems)
    every = [platform for platform in map(platforms.load, platforms.names()) if not platform.based_on]
    scores = sorted(((_score(platform, names), platform.name) for platform in every), reverse=True)
    if not names:
        return None, "no files"
    if not scores or scores[0][0][0] == 0:
        return None, "no command of any platform explains these files"
    best, winner = scores[0]
    second, rival = scores[1] if len(scores) > 1 else ((0, 0), "")
    hint = f"name the platform in {DEVICE_FILE}"
    if second == best:
        return None, f"the files fit {rival} and {winner} alike; {hint}"
    if best[0] * 2 < len(names) and second[0]:
        return None, f"only {best[0]} of {len(names)} files fit {winner}, and {second[0]} fit {rival}; {hint}"
    return platforms.load(winner), ""


def _score(platform: Platform, stems: tuple[str, ...]) -> tuple[int, int]:
    found = [_find(platform, stem) for stem in stems]
    return sum(1 for f in found if f), sum(1 for f in found if f and f[0].as_written)


def explain(platform: Platform, stem: str) -> str | None:
    """Turn a file's name, without its suffix, back into the command that the platform knows."""
    found = _find(platform, stem)
    if found is None:
        return None
    spelling, match = found
    return spelling.command.replace("*", match[1]) if match.groups() else spelling.command


def _find(platform: Platform, stem: str) -> tuple[_Spelling, re.Match[str]] | None:
    slug = platforms.slug(stem)
    for spelling in _spellings(platform.name):
        match = spelling.pattern.fullmatch(slug)
        if match:
            return spelling, match
    return None


@cache
def _spellings(name: str) -> tuple[_Spelling, ...]:
    """List how a platform's commands may be spelled, the most exact first."""
    platform = platforms.load(name)
    written = [n for spec in platform.commands if not spec.takes_path for n in (spec.command, *spec.aliases)]
    commands = dict.fromkeys([*written, *(platforms.plain(n) + m for n in written for m in _MODIFIERS)])
    made = [
        _Spelling(command=command, pattern=_pattern(command), as_written=command in written)
        for command in commands
    ]
    return tuple(sorted(made, key=lambda s: ("*" in s.command, -len(s.command), not s.as_written, s.command)))


def _pattern(command: str) -> re.Pattern[str]:
    head, star, tail = command.partition("*")
    if not star or "*" in tail:  # more than one are a search for files, and mean themselves
        return re.compile(re.escape(platforms.slug(command)), re.IGNORECASE)
    before = platforms.slug(head + "x")[:-1]
    after = platforms.slug("x" + tail)[1:]
    return re.compile(f"{re.escape(before)}(.+){re.escape(after)}", re.IGNORECASE)
