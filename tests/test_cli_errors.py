"""What a user sees when the input is bad; the transcripts are pinned to the byte."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from doctored import doctored
from terminal import DEMO, INTENT, type_

TRANSCRIPTS = Path(__file__).parent / "transcripts"
EXPLAIN = "plan --rack r12 --capture demo --intent demo/vlan2l3.toml --explain"
MLAG = '{"state": "disabled", "domainId": "", "peerLink": "", "mlagPorts": {}}\n'
VLANS = '{"vlans": {"10": {"name": "web", "status": "active", "dynamic": false, "interfaces": {}}}}\n'


def device(folder: Path, name: str, **files: str | bytes) -> None:
    """Write one device of a plain folder; `show_vlan` in a name is the file `show_vlan_json.json`."""
    (folder / name).mkdir(parents=True)
    for stem, content in {"show_vlan": VLANS, "show_mlag_detail": MLAG, **files}.items():
        data = content if isinstance(content, bytes) else content.encode()
        (folder / name / f"{stem}_json.json").write_bytes(data)


def two_names(folder: Path) -> None:
    """Give two devices that call themselves the same."""
    device(folder, "leaf1", show_hostname='{"hostname": "leaf", "fqdn": "leaf.example"}')
    device(folder, "leaf2", show_hostname='{"hostname": "leaf", "fqdn": "leaf.example"}')


def gather(folder: Path, *names: str) -> None:
    """Give a SuzieQ gather whose index names these hosts."""
    folder.mkdir()
    hosts = {name: {"devtype": "eos"} for name in names}
    (folder / "_network.json").write_text(json.dumps({"network": "x", "hosts": hosts}))


def taken(folder: Path) -> None:
    """Put somebody's file where the capture should go."""
    device(folder, "leaf1")
    Path("captures").write_text("not a folder")


def older(folder: Path, version: str) -> None:
    """Let both NX-OS leafs of the demo run another release."""
    answers = [f"leaf-r13{side}/show_version_json_native.json" for side in "ab"]
    said = '"nxos_ver_str": "10.3(4a)"'
    folder.mkdir()
    doctored(folder, *((answer, said, said.replace("10.3(4a)", version)) for answer in answers))


CASES: dict[str, tuple[Callable[[Path], None], str]] = {
    "missing-folder": (lambda _: None, "discover --from in"),
    "no-devices": (lambda folder: folder.mkdir(), "discover --from in"),
    "empty-file": (lambda folder: device(folder, "leaf1", show_version=""), "discover --from in"),
    "truncated-json": (
        lambda folder: device(folder, "leaf1", show_version='{"modelName": "DCS-7050",\n "version": "4.3'),
        "discover --from in",
    ),
    "binary-file": (
        lambda folder: device(folder, "leaf1", show_version=b"\x7fELF\x02\x01\x01\x00\xff\xfe"),
        "discover --from in",
    ),
    "invalid-input": (
        lambda folder: device(folder, "leaf1", show_version="% Invalid input (at token 1: 'version')\n"),
        "discover --from in",
    ),
    "two-devices-one-hostname": (two_names, "discover --from in"),
    "hostnames-that-attack": (
        lambda folder: gather(folder, "../../etc/x", "$(reboot)", "[a](http://evil)", "leaf1"),
        "discover --from in",
    ),
    "unwritable-captures": (taken, "discover --from in"),
    "unknown-rack": (lambda _: None, "plan --rack r21 --capture demo --intent demo/vlan2l3.toml"),
    "no-rack-said": (lambda _: None, "plan --capture demo --intent demo/vlan2l3.toml"),
    "no-intent": (lambda _: None, "plan --rack r12 --capture demo"),
    "no-capture": (lambda _: None, "coverage"),
    "leafs-too-old": (
        lambda folder: older(folder, "9.3(5)"),
        "plan --rack r13 --capture in/capture --intent demo/vlan2l3.toml",
    ),
    "rehearse-without-plan": (
        lambda _: None,
        "rehearse --rack r12 --host web-03 --capture demo --intent demo/vlan2l3.toml",
    ),
    "explain-unknown-number": (lambda _: None, f"{EXPLAIN} 491"),
    "explain-unknown-name": (lambda _: None, f"{EXPLAIN} 490-db-02-routed"),
    "explain-with-check": (lambda _: None, f"{EXPLAIN} 490 --check"),
    "explain-with-all": (
        lambda _: None,
        "plan --all --explain 490 --capture demo --intent demo/vlan2l3.toml",
    ),
    "explain-without-rack": (lambda _: None, "plan --explain 490 --capture demo"),
    "unknown-format": (lambda _: None, "analyze --capture demo --format xml"),
}


@pytest.mark.parametrize("name", CASES)
def test_bad_input_gets_a_clear_error(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, golden: Callable[[str, Path], None]
) -> None:
    """What, where, a hint, the right exit code; and no traceback."""
    prepare, line = CASES[name]
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")
    Path("demo").symlink_to(DEMO)
    prepare(Path("in"))
    shown = type_(*line.split())
    assert shown.code != 1
    assert "Traceback" not in shown.stderr
    golden(shown.transcript(line).replace(str(tmp_path), "."), TRANSCRIPTS / f"{name}.txt")


def test_every_transcript_belongs_to_a_case() -> None:
    """No pinned transcript outlives its case."""
    assert {path.stem for path in TRANSCRIPTS.glob("*.txt")} == set(CASES)


def test_a_blind_spot_refuses_the_plan_and_names_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, golden: Callable[[str, Path], None]
) -> None:
    """Without its waiver, the silent machine keeps the whole rack from being planned."""
    monkeypatch.chdir(tmp_path)
    text = INTENT.read_text()
    Path("vlan2l3.toml").write_text(text[: text.index("[[waiver]]")])
    shown = type_("plan", "--rack", "r12", "--capture", str(DEMO))
    assert shown.code == 4
    assert not Path("plans").exists()
    golden(shown.stderr, Path(__file__).parent / "data" / "blind-spots.txt")


def test_an_expired_waiver_counts_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A waiver is judged by the day of the capture."""
    monkeypatch.chdir(tmp_path)
    Path("vlan2l3.toml").write_text(INTENT.read_text().replace("2027-06-30", "2026-01-31"))
    shown = type_("plan", "--rack", "r12", "--capture", str(DEMO))
    assert shown.code == 4
    assert "its waiver ended on 2026-01-31" in shown.stderr


def test_an_interrupt_leaves_no_half_plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C while files are written leaves the folder as it was, and says so."""
    monkeypatch.chdir(tmp_path)
    asked = ("plan", "--rack", "r12", "--capture", str(DEMO), "--intent", str(INTENT))
    assert type_(*asked).code == 0
    before = sorted(path.name for path in Path("plans/r12").rglob("*"))
    real = Path.write_bytes
    written: list[Path] = []

    def interrupted(self: Path, data: bytes) -> int:
        written.append(self)
        if len(written) > 5:
            raise KeyboardInterrupt
        return real(self, data)

    monkeypatch.setattr(Path, "write_bytes", interrupted)
    shown = type_(*asked)
    monkeypatch.undo()
    assert shown.code == 130
    assert "interrupted" in shown.stderr
    assert sorted(path.name for path in (tmp_path / "plans/r12").rglob("*")) == before
    assert sorted(path.name for path in (tmp_path / "plans").iterdir()) == ["fabric", "r12"]


def test_a_hand_edited_capture_is_refused(tmp_path: Path) -> None:
    """A plan never rests on a capture that was touched."""
    shutil.copytree(DEMO, tmp_path / "demo")
    path = tmp_path / "demo/web-03/cat_etc_network_interfaces.txt"
    path.write_text(path.read_text().replace("10.1.10.13", "10.1.10.14"))
    shown = type_("coverage", "--capture", str(tmp_path / "demo"))
    assert shown.code == 2
    assert "cat_etc_network_interfaces.txt" in shown.stderr
