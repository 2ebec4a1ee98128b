"""Whatever a device says about itself, a plan's scripts run nothing of it and its Markdown stays whole."""

from __future__ import annotations

import os
import subprocess
from dataclasses import replace
from pathlib import Path

import markdown_reader
import pytest
import targets

from vlan2l3.analyze.findings import Certainty, Evidence, Expected, Finding, Severity
from vlan2l3.analyze.report import as_markdown
from vlan2l3.design.target import Reason, Stay, Target
from vlan2l3.design.whole import whole
from vlan2l3.names import DeviceName, RackName, SegmentName, interface_name
from vlan2l3.network.coverage import Gap, GapKind
from vlan2l3.parse.records import Source
from vlan2l3.plan.build import build, build_fabric, needed_by
from vlan2l3.plan.model import Shared
from vlan2l3.platforms import writing, written
from vlan2l3.render import fabric
from vlan2l3.render import plan as rendered
from vlan2l3.render.write import write

SIGN = "reboot"  # the program no script may ever run
WORDS = (
    f"$({SIGN})",
    f"`{SIGN}`",
    f'"; {SIGN} #',
    f"'; {SIGN}; '",
    f"& {SIGN} | {SIGN}",
    "# owned",
    "![x](http://evil.example/a.png) [click](javascript:alert(1))",
    "<script>alert(1)</script> <!-- ",
    "a | b | c",
    "``` ~~~",
    "- [x] done",
    "{{ host.name }} {% raw %}",
    "EOF two  blanks \\",
)
UNSEEN = ("\x1b[31mred\x1b[0m", "abc\u202egnp.exe", "one\r\n# two")
HOSTILE = " ".join((*WORDS, *UNSEEN))


def place(source: Source) -> str:
    """Name a source."""
    return f"{source.file}:{source.line}"


def finding(text: str) -> Finding:
    """Give a finding that carries a text wherever a device's words may stand."""
    return Finding(
        rule="keepalived-multicast",
        title=text,
        severity=Severity.RECONFIGURE,
        certainty=Certainty.DECISIVE,
        subject=text,
        hosts=(DeviceName("web-03"),),
        segments=(SegmentName("vlan110"),),
        racks=(RackName("r1"),),
        evidence=(
            Evidence(source=targets.source(), line=1, excerpt=text, weight="weak", matcher="host.file"),
        ),
        meaning=text,
        remedy=text,
        order=text,
        outage=Expected(during=text, after=text, source=text),
        exit=text,
        not_looked_at=(text,),
    )


def talkative(text: str, *, typed: str) -> Target:
    """Give a rack in which every text that came from a device or a person is `text`.

    `typed` stands in the configuration of ports and hosts, where control characters are refused earlier.
    """
    moving = targets.host("web-03", 1, (targets.kept("10.1.10.13/24"), targets.kept("2001:db8:110::13/64")))
    config = (f"description {typed}", f"!! {typed}", "channel-group 1 mode active")
    stanza = f"# {typed}\nauto ens9\niface ens9 inet manual\n    up true # {typed}\n\n"
    file = replace(moving.interfaces_file, text=stanza + moving.interfaces_file.text)
    more = replace(file, path="/etc/network/interfaces.d/notes", text=f"# {typed}\n")
    moving = replace(
        moving,
        legs=tuple(replace(leg, port_config=config, lag_config=config) for leg in moving.legs),
        interfaces_file=file,
        more_interfaces=(more,),
        # A host that moves has none that decides: the checker would refuse to take its links away.
        findings=(replace(finding(text), severity=Severity.DEGRADED),),
        services=(text,),
    )
    rack = targets.target(moving, peers=(targets.peer("web-09", "2001:db8:110::13/128"),))
    suspected = replace(finding(text), certainty=Certainty.SUSPECTED)
    gap = Gap(kind=GapKind.UNKNOWN_MAC, subject=text, racks=(), blind=True, what=text, hint=text)
    stay = Stay(
        name=DeviceName("old-01"),
        rack=RackName("r1"),
        segments=(SegmentName("vlan110"),),
        reasons=(Reason(text=text, source=targets.source()), Reason(text=text)),
    )
    return replace(
        rack,
        stays=(stay,),
        subnets=tuple(replace(s, title=text, reason=text, routers=(text,)) for s in rack.subnets),
        findings=(finding(text), suspected),
        waived=((gap, text),),
    )


def texts_of(target: Target) -> dict[str, str]:
    """Plan a rack and write its files into memory."""
    plan = build(target, capture="c", digest="d" * 64, ledger="e" * 64)
    return rendered.files(plan, findings=as_markdown(target.findings), coverage="", place=place)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the plan of a rack whose every device is hostile."""
    folder = tmp_path_factory.mktemp("hostile") / "r1"
    write(folder, texts_of(talkative(HOSTILE, typed=" ".join(WORDS))))
    return folder


def scripts(folder: Path) -> list[Path]:
    """Find the scripts of a plan."""
    found = sorted([*folder.rglob("*.sh"), *folder.rglob("if-up.d/*")])
    assert len(found) == 3
    return found


@pytest.fixture
def shims(tmp_path: Path) -> dict[str, str]:
    """Put programs on the PATH that record their call; `uname` says what the plan expects."""
    folder = tmp_path / "bin"
    folder.mkdir()
    programs = ("birdc", "ip", "nft", "systemctl", "systemd-run", "sysctl", "python3", "install", "logger")
    for name in (SIGN, *programs):
        (folder / name).write_text(f'#!/bin/sh\necho "{name} $*" >>{tmp_path}/calls\n')
    (folder / "uname").write_text("#!/bin/sh\necho web-03\n")
    for program in folder.iterdir():
        program.chmod(0o755)
    return {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}", "IFACE": "bond0", "ADDRFAM": "inet6"}


def test_scripts_run_no_word_of_a_device(hostile: Path, shims: dict[str, str], tmp_path: Path) -> None:
    """Checked by `sh -n`, then run: the shim `reboot` on the PATH is never called."""
    ran = 0
    for script in scripts(hostile):
        subprocess.run(["sh", "-n", script], check=True)
        text = script.read_text()
        text = "".join(line for line in text.splitlines(keepends=True) if '= "$(own_address' not in line)
        script.write_text(
            text.replace("/sys/class/net", str(tmp_path)).replace("/etc/network", str(tmp_path))
        )
        for arguments in ((), ("confirm",), (f"$({SIGN})",), ("no-such-stage",)):
            subprocess.run(["sh", script, *arguments], env=shims, capture_output=True, check=False)
            ran += 1
    assert ran == 12
    calls = tmp_path / "calls"
    called = {line.split()[0] for line in calls.read_text().splitlines()} if calls.exists() else set()
    assert "ip" in called  # the script of the unmoved host did run
    assert SIGN not in called


def test_no_word_of_a_device_is_in_a_script(hostile: Path) -> None:
    """No text of a device is in a script at all: names and numbers that passed a grammar are."""
    for script in scripts(hostile):
        text = script.read_text()
        assert not [word for word in WORDS if word.strip() and word in text]
        assert "evil" not in text


@pytest.mark.parametrize("stage", ["ready", "leg-out", "dual", "cut", "routed"])
def test_a_whole_stage_runs_no_word_of_a_device(
    hostile: Path, shims: dict[str, str], tmp_path: Path, stage: str
) -> None:
    """Even beyond the checks of `apply.sh`, which these shims don't pass."""
    subprocess.run(
        ["sh", hostile / "hosts/web-03/apply.sh", stage], env=shims, capture_output=True, check=False
    )
    subprocess.run(
        ["sh", hostile / "hosts/web-03/undo.sh", stage], env=shims, capture_output=True, check=False
    )
    calls = tmp_path / "calls"
    assert not calls.exists() or SIGN not in calls.read_text()


def test_what_is_typed_at_a_shell_names_interfaces_as_one_word() -> None:
    """An interface may be called `bond0 reboot`; the command of a step must not become two."""
    odd = interface_name(f"bond0 {SIGN}")
    target = targets.target(targets.host(), peers=(targets.peer("web-09", "2001:db8:110::13/128"),))
    target = replace(target, peers=tuple(replace(peer, interface=odd) for peer in target.peers))
    texts = texts_of(target)
    named = [(name, line) for name, text in texts.items() for line in text.splitlines() if odd in line]
    assert {name.partition("/")[0] for name, _ in named} >= {"hosts", "plan.json", "steps"}
    for name, line in named:
        assert f"'bond0 {SIGN}'" in line or f"'net/ipv6/conf/bond0 {SIGN}/" in line, f"{name}: {line}"


def test_a_switch_gets_its_own_description_back_and_nothing_more(hostile: Path) -> None:
    """The undo's lines are the captured ones; no hostile word begins a line of a configuration."""
    for path in sorted(hostile.rglob("*.cfg")):
        for line in path.read_text().splitlines():
            assert "evil" not in line or line.startswith(("   description ", "   !! ")), (
                f"{path.name}: {line}"
            )
    undo = next(hostile.rglob("*port-routed-web-03.undo.cfg")).read_text()
    assert f"   description {' '.join(WORDS)}\n" in undo


def test_every_platforms_switch_gets_its_own_description_back() -> None:
    """Whatever a port was called: only below the heading of the port, and in one line."""
    platforms = [name for name in written() if "leaf" in getattr(writing(name), "roles", ())]
    assert len(platforms) > 1
    for platform in platforms:
        rack = talkative(HOSTILE, typed=" ".join(WORDS))
        rack = replace(rack, leafs=tuple(replace(leaf, platform=platform) for leaf in rack.leafs))
        texts = texts_of(rack)
        undo = next(text for name, text in texts.items() if name.endswith("port-routed-web-03.undo.cfg"))
        assert f" description {' '.join(WORDS)}\n" in undo
        for name, text in texts.items():
            for line in text.splitlines() if name.endswith(".cfg") else ():
                said = line.startswith((" description ", " !! "), len(line) - len(line.lstrip()) - 1)
                assert "evil" not in line or said, f"{name}: {line}"


def test_the_plan_of_what_racks_share_has_the_structure_of_a_harmless_one() -> None:
    """Waivers and subnets of all racks come together in it, and the reasons against a rack."""

    def texts(said: str) -> dict[str, str]:
        rack = talkative(said, typed="x")
        target = whole([rack])
        plan = build_fabric(target, 1, capture="c", digest="d" * 64, ledger="e" * 64)
        left_out = ((RackName("r9"), (said, said)),)
        shared = Shared(plan=plan, needed_by=needed_by([rack]), left_out=left_out)
        return fabric.files(shared, coverage="", place=place)

    hostile, harmless = texts(HOSTILE), texts("harmless")
    assert [name for name in hostile if name.endswith(".cfg")]
    for name, text in hostile.items():
        if name.endswith(".md"):
            assert shape(text) == shape(harmless[name]), name
            assert set(markdown_reader.links(text)) == set(markdown_reader.links(harmless[name])), name
        elif name.endswith(".cfg"):
            assert text == harmless[name]


def test_markdown_has_the_structure_of_a_harmless_plan(hostile: Path) -> None:
    """No heading, link, image, HTML or column appears, in any file of the plan."""
    harmless = texts_of(talkative("harmless", typed="harmless"))
    names = [name for name in harmless if name.endswith(".md")]
    assert len(names) > 10
    for name in names:
        text = (hostile / name).read_text()
        assert shape(text) == shape(harmless[name]), name
        assert all(columns == header for header, columns, _ in markdown_reader.rows(text)), name
        assert set(markdown_reader.links(text)) == set(markdown_reader.links(harmless[name])), name


def shape(text: str) -> list[tuple[str, str]]:
    """Give a document's structure without code spans, which a text of blanks only has none of."""
    return [pair for pair in markdown_reader.structure(text) if pair[0] not in ("code_inline", "softbreak")]


def test_no_file_of_a_plan_controls_a_terminal(hostile: Path) -> None:
    """Shown with `cat`, a plan shows what it says."""
    seen = 0
    for path in sorted(p for p in hostile.rglob("*") if p.is_file() and p.suffix != ".json"):
        for line in path.read_text().split("\n"):
            assert not any((ord(c) < 32 and c != "\t") or c in "\x7f\u202e" for c in line), (
                f"{path.name}: {line!r}"
            )
            seen += 1
    assert seen > 500
    assert "\x1b" not in (hostile / "plan.json").read_text()
