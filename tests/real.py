"""Find every real output of a known command, and account for each of its lines.

Comes in: the folder of real device outputs, which lies beside a checkout on some machines. Goes out: samples
by platform and command, and an account of each. `python -m tests.real` prints the account as a table.

What is not understood in a sample stands in `tests/data/real/<platform>.toml` with the reason; whatever is
not understood and not there is unaccounted for.
"""

from __future__ import annotations

import fnmatch
import json
import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.conftest import REAL_OUTPUTS
from vlan2l3 import platforms
from vlan2l3.capture.judge import judge
from vlan2l3.capture.manifest import Status
from vlan2l3.names import DeviceName
from vlan2l3.parse import engine
from vlan2l3.parse.raw import Raw, Rows

REASONS = Path(__file__).parent / "data" / "real"
OUTPUTS = (".txt", ".json", ".raw", ".xml")
FOLDERS: dict[str, str] = {
    # folder below real-outputs -> platform; below it a file, or the folder around it, is named by its command
    "ntc-templates/arista_eos": "eos",
    "ntc-templates/cisco_ios": "ios",
    "ntc-templates/cisco_nxos": "nxos",
    "ntc-templates/juniper_junos": "junos",
    "ntc-templates/aruba_aoscx": "aoscx",
    "napalm/eos": "eos",
    "suzieq/nossim/eos": "eos",
    "napalm/ios": "ios",
    "napalm/nxos": "nxos",
    "napalm/nxos_ssh": "nxos",
    "napalm/junos": "junos",
    "napalm-community/cumulus": "cumulus",
    "napalm-community/dellos10": "os10",
    "genieparser/iosxe": "ios",
    "genieparser/nxos": "nxos",
    "anta/arista_eos": "eos",
    "arc-switch/cisco_nxos": "nxos",
    "arc-switch/dell_os10": "os10",
    "docs-csm_snippets/aruba_aoscx": "aoscx",
    "docs-csm_snippets/dell_os10": "os10",
    "sonic-utilities/cli_examples": "sonic",
    "sonic-utilities/tests": "sonic",
    "suzieq/nossim/qfx": "junos",
    "linux/selfmade_netns": "linux",
    "suzieq/nossim/iosxe": "ios",
}
FILES: dict[str, str] = {
    # a file that is named by what it holds -> the command that prints it
    "config_db": "cat /etc/sonic/config_db.json",
    "example_show_interface": "show interface",
}
NOT_OUTPUTS = re.compile(r"expected|/_meta|/_network|sample\.json$|test-output|/doc/")


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Sample:
    """Name one file that answers a command its platform knows; `name` is its path below the root."""

    name: str
    platform: str
    command: str

    @property
    def path(self) -> Path:
        """Give the file."""
        return REAL_OUTPUTS / self.name

    @property
    def text(self) -> str:
        """Read the file as a capture would."""
        return self.path.read_bytes().decode("utf-8-sig", "replace").replace("\r\n", "\n")

    def read(self) -> Rows:
        """Read it as the answer to its command."""
        return engine.read_answer(
            Raw(
                device=DeviceName("device"),
                platform=self.platform,
                command=self.command,
                file=self.path.name,
                text=self.text,
            )
        )


@cache
def samples() -> tuple[Sample, ...]:
    """Give every file of a known command, sorted."""
    found = {sample.name: sample for sample in (*_by_folder(), *_by_index(), *_by_getter())}
    return tuple(sorted(found.values()))


def _by_folder() -> Iterator[Sample]:
    """Take a file by its own name, or by the name of the nearest folder, that is a command's."""
    for folder, platform in FOLDERS.items():
        root = REAL_OUTPUTS / folder
        if platform not in platforms.names():
            continue
        commands = _commands(platform)
        for file in sorted(root.rglob("*")):
            name = file.relative_to(REAL_OUTPUTS).as_posix()
            if not file.is_file() or file.suffix not in OUTPUTS or NOT_OUTPUTS.search(name):
                continue
            for part in (file.stem, *(parent.name for parent in file.parents if parent.is_relative_to(root))):
                command = commands.get(_letters(FILES.get(part, part)))
                if command:
                    yield Sample(name=name, platform=platform, command=command)
                    break


def _by_index() -> Iterator[Sample]:
    """Take the files that a SuzieQ gather lists with their commands."""
    for meta in sorted(REAL_OUTPUTS.glob("suzieq/networks/*/*/_meta.json")):
        index = json.loads(meta.read_text())
        platform = platforms.find(index["devtype"])
        for ran in index["commands"] if platform else ():
            file = meta.parent / ran["file"]
            known = platform and _known(platform, ran["cmd"])
            if platform and known and ran["status"] in (0, 200) and file.is_file() and file.stat().st_size:
                name = file.relative_to(REAL_OUTPUTS).as_posix()
                yield Sample(name=name, platform=platform.name, command=known)


def _by_getter() -> Iterator[Sample]:
    """Take what NAPALM's drivers return as what the same getter gives live."""
    commands = platforms.load("napalm").commands
    for spec in commands:
        for file in sorted(REAL_OUTPUTS.glob(f"napalm/*/{spec.command}/*/expected_result.json")):
            name = file.relative_to(REAL_OUTPUTS).as_posix()
            yield Sample(name=name, platform="napalm", command=spec.command)


def _known(platform: platforms.Platform, command: str) -> str:
    return next((c for c in (command, command.removeprefix("sudo ")) if platform.spec(c)), "")


def _commands(platform: str) -> dict[str, str]:
    """Map what is left of a command's name in a file name to the command; other names of it too."""
    return {
        _letters(platforms.plain(text)): name
        for spec in platforms.load(platform).commands
        for name in (*spec.aliases, spec.command)
        for text in (name.removeprefix("cat "), name)
        if "*" not in name
    }


def _letters(text: str) -> str:
    bare = re.sub(r"(?i)^(cisco_(ios|nxos|xr)|arista_eos|juniper_junos|aruba_aoscx)_", "", text)
    bare = re.sub(r"[_ ]+(json|display_xml|display_json)(_native)?(_no-more)?$", "", bare)
    bare = re.sub(r"(_output|_golden)?\d*$|\.\d+$", "", bare) if not _is_word(bare) else bare
    return re.sub(r"[^a-z0-9]", "", bare.lower())


def _is_word(text: str) -> bool:
    return text.endswith(("igmp6", "ipv6", "ipv4", "802.1x"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Explain the lines of one sample that are not understood, or why it holds no record.

    `file` may hold `*`. `lines` are the numbers of the reported lines; 0 stands for a row of JSON.
    """

    file: str
    why: str
    lines: tuple[int, ...] = ()
    nothing: bool = False

    def covers(self, sample: Sample) -> bool:
        """Tell whether it speaks of a sample."""
        return fnmatch.fnmatchcase(sample.name, self.file)


def reasons(platform: str) -> tuple[Reason, ...]:
    """Read what is known of a platform's samples."""
    path = REASONS / f"{platform}.toml"
    items = tomllib.loads(path.read_text())["reasons"] if path.is_file() else ()
    return tuple(Reason(**{**item, "lines": tuple(item.get("lines", ()))}) for item in items)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Say what became of one sample.

    Attributes:
        unaccounted: reported lines, or rows the guard counts, that no reason explains.
        stale: lines that a reason explains but that are understood.
    """

    sample: Sample
    lines: int
    rows: int
    records: int
    reported: int
    unaccounted: tuple[str, ...]
    stale: tuple[int, ...]


def account(sample: Sample, every: tuple[Reason, ...]) -> Account:
    """Read one sample and hold it against what is known of it."""
    rows = sample.read()
    known = [reason for reason in every if reason.covers(sample)]
    explained = {line for reason in known for line in reason.lines}
    reported = {u.source.line for u in rows.unparsed}
    unaccounted = [
        f"line {u.source.line}: {u.reason}: {u.text[:100]}"
        for u in rows.unparsed
        if u.source.line not in explained
    ]
    if rows.expected > rows.parsed and not rows.unparsed:
        unaccounted.append(f"{rows.expected} rows are expected, {rows.parsed} are read, none reported")
    spec = platforms.load(sample.platform).spec(sample.command)
    may_say_none = spec is not None and spec.may_be_empty  # a head alone is such an answer, too
    if not rows.records and not rows.unparsed and not may_say_none and not any(r.nothing for r in known):
        unaccounted.append("no record, and no reason why")
    if judge(platforms.load(sample.platform), sample.command, sample.text).status is Status.ABSENT:
        unaccounted = []  # "this is not there" is never read
    return Account(
        sample=sample,
        lines=sum(1 for line in sample.text.splitlines() if line.strip()),
        rows=rows.parsed,
        records=len(rows.records),
        reported=len(rows.unparsed),
        unaccounted=tuple(unaccounted),
        stale=tuple(sorted(explained - reported)),
    )


def main() -> None:
    """Print platform x topic x files x lines x unaccounted lines, and with names of platforms their lines."""
    told = sys.argv[1:]
    table: dict[tuple[str, str], list[int]] = {}
    for platform in platforms.names():
        known = reasons(platform)
        for sample in (s for s in samples() if s.platform == platform):
            done = account(sample, known)
            spec = platforms.load(platform).spec(sample.command)
            for topic in sorted(spec.topics if spec else ()) or ["(other)"]:
                row = table.setdefault((platform, topic), [0, 0, 0, 0, 0])
                numbers = (1, done.lines, done.rows, done.reported, len(done.unaccounted))
                table[platform, topic] = [a + b for a, b in zip(row, numbers, strict=True)]
            if platform in told:
                for text in done.unaccounted:
                    print(f"{sample.name}: {text}")  # noqa: T201  a table for people
    print(f"{'platform':10} {'topic':14} files  lines   rows reported unaccounted")  # noqa: T201
    for (platform, topic), row in sorted(table.items()):
        files, lines, rows, reported, lost = row
        print(f"{platform:10} {topic:14} {files:5} {lines:6} {rows:6} {reported:8} {lost:11}")  # noqa: T201


if __name__ == "__main__":
    main()
