"""A capture is written whole or not at all, and is read only when it is what was written."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from vlan2l3.capture import store
from vlan2l3.capture.manifest import MANIFEST, Status
from vlan2l3.capture.store import Capture, RawAnswer, RawDevice
from vlan2l3.errors import UsageError

DEVICES = (
    RawDevice(
        name="leaf10",
        platform="eos",
        rack="r1",
        answers=(
            RawAnswer(command="show vlan | json", text='{"vlans": {}}'),
            RawAnswer(command="show running-config", text="snmp-server community Tr0ub4dor ro\nend\n"),
            RawAnswer(command="show mlag detail | json", status=Status.ABSENT, note="MLAG is disabled"),
        ),
        unknown_files=("b.txt", "a.txt"),
    ),
    RawDevice(name="leaf2", platform="", note="no login\nat all"),
)


def _write(folder: Path, devices: tuple[RawDevice, ...] = DEVICES, name: str = "demo") -> Capture:
    return store.write(folder, name=name, taken="2026-11-01T00:00:00Z", source="live", devices=devices)


def _bytes(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def _problems(folder: Path) -> list[str]:
    with pytest.raises(UsageError) as caught:
        store.load(folder)
    return [f"{p.where}: {p.what}" for p in caught.value.problems] or [caught.value.headline]


def test_what_was_written_is_what_is_read(tmp_path: Path) -> None:
    """Manifest, digest and texts come back equal; devices and commands are sorted."""
    written = _write(tmp_path / "demo")
    read = store.load(tmp_path / "demo")
    assert read == written
    assert [device.name for device in read.manifest.devices] == ["leaf2", "leaf10"]
    leaf = read.manifest.devices[1]
    assert [entry.command for entry in leaf.commands] == [
        "show mlag detail | json",
        "show running-config",
        "show vlan | json",
    ]
    assert [entry.file for entry in leaf.commands] == ["", "show_running-config.txt", "show_vlan_json.json"]
    assert [read.text(leaf, entry) for entry in leaf.commands] == [
        "",
        "snmp-server community <redacted> ro\nend\n",
        '{"vlans": {}}',
    ]
    assert leaf.unknown_files == ("a.txt", "b.txt")
    assert read.manifest.devices[0].note == "no login at all"


def test_secret_never_touches_the_disk(tmp_path: Path) -> None:
    """Text, note and command line are redacted before they are written, and the entry counts it."""
    secret = "Tr0ub4dor"
    answer = RawAnswer(
        command=f"tool --password={secret}", text=f"password {secret}\n", note=f"token={secret}"
    )
    capture = _write(
        tmp_path / "c", (RawDevice(name="a", platform="", note=f"psk={secret}", answers=(answer,)),)
    )
    assert not [name for name, data in _bytes(tmp_path).items() if secret.encode() in data or secret in name]
    assert capture.manifest.devices[0].commands[0].redacted == 1


def test_same_answers_give_the_same_bytes_whatever_their_order(tmp_path: Path) -> None:
    """Order and place have no part in a capture, and the digest is that of the answers."""
    turned = tuple(
        RawDevice(
            name=d.name,
            platform=d.platform,
            rack=d.rack,
            note=d.note,
            answers=d.answers[::-1],
            unknown_files=d.unknown_files[::-1],
        )
        for d in DEVICES[::-1]
    )
    first, second = _write(tmp_path / "a"), _write(tmp_path / "deep" / "b", turned)
    assert _bytes(tmp_path / "a") == _bytes(tmp_path / "deep" / "b")
    assert first.digest == second.digest
    assert _write(tmp_path / "c", name="other").digest == first.digest


@pytest.mark.parametrize(
    "changed",
    [
        RawDevice(name="leaf2", platform="eos"),
        RawDevice(name="leaf2", platform="", rack="r9"),
        RawDevice(name="leaf3", platform=""),
        RawDevice(name="leaf2", platform="", answers=(RawAnswer(command="show vlan", text="x"),)),
    ],
)
def test_other_answers_give_another_digest(tmp_path: Path, changed: RawDevice) -> None:
    """A plan made from other answers can be told by the digest."""
    assert _write(tmp_path / "a").digest != _write(tmp_path / "b", (DEVICES[0], changed)).digest


def test_manifest_is_json_a_person_can_read(tmp_path: Path) -> None:
    """Two blanks of indentation and a final newline, so that a diff in review is short."""
    _write(tmp_path / "demo")
    text = (tmp_path / "demo" / MANIFEST).read_text()
    assert text == json.dumps(json.loads(text), indent=2) + "\n"


def test_commands_whose_file_names_collide_keep_both_answers(tmp_path: Path) -> None:
    """Different commands with one file name get a number; nothing is overwritten."""
    answers = tuple(RawAnswer(command=c, text=c) for c in ("show vlan", "show_vlan", "Show VLAN", "$$$"))
    capture = _write(tmp_path / "c", (RawDevice(name="a", platform="", answers=answers),))
    device = capture.manifest.devices[0]
    assert sorted(capture.text(device, entry) for entry in device.commands) == sorted(
        a.command for a in answers
    )
    assert len({entry.file.casefold() for entry in device.commands}) == len(answers)
    assert store.load(tmp_path / "c") == capture


def test_new_capture_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    """Nothing of the old one stays, neither in the folder nor beside it."""
    _write(tmp_path / "demo")
    _write(tmp_path / "demo", (RawDevice(name="other", platform=""),))
    assert sorted(_bytes(tmp_path)) == [f"demo/{MANIFEST}"]
    assert [p.name for p in tmp_path.iterdir()] == ["demo"]


def test_empty_folder_is_filled(tmp_path: Path) -> None:
    """A folder made beforehand is no obstacle."""
    (tmp_path / "demo").mkdir()
    _write(tmp_path / "demo")
    assert store.load(tmp_path / "demo").manifest.name == "demo"


def test_folder_that_is_no_capture_is_not_overwritten(tmp_path: Path) -> None:
    """Somebody's files stay where they are."""
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(UsageError, match="not empty and not a capture"):
        _write(tmp_path)
    assert _bytes(tmp_path) == {"notes.txt": b"mine"}


@pytest.mark.parametrize("stranger", ["notes.md", ".git", "leaf10/notes.md", "leaf99"])
def test_capture_with_files_of_somebody_else_is_not_overwritten(tmp_path: Path, stranger: str) -> None:
    """Notes that lie in a capture would be lost; they are named instead."""
    _write(tmp_path / "demo")
    (tmp_path / "demo" / stranger).mkdir()
    with pytest.raises(UsageError, match=f"{stranger}: is not part of the capture"):
        _write(tmp_path / "demo")
    assert (tmp_path / "demo" / stranger).is_dir()


def test_link_or_file_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    """Writing through a link would replace something else."""
    (tmp_path / "target").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "target")
    (tmp_path / "file").write_text("x")
    for name in ("link", "file"):
        with pytest.raises(UsageError, match="not a folder"):
            _write(tmp_path / name)


def test_place_that_cannot_be_written_to_is_a_usage_error(tmp_path: Path) -> None:
    """The reason of the operating system is in the message."""
    (tmp_path / "file").write_text("x")
    with pytest.raises(UsageError, match="cannot be written"):
        _write(tmp_path / "file" / "demo")


@pytest.mark.parametrize("step", ["write_bytes", "rename"])
@pytest.mark.parametrize("before", [True, False])
def test_interrupt_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, *, before: bool
) -> None:
    """Ctrl-C at any moment leaves the old capture, or nothing, and no half-written folder."""
    if before:
        _write(tmp_path / "demo")
    old = _bytes(tmp_path)
    real = getattr(Path, step)
    calls: list[object] = []

    def stop(self: Path, *args: object) -> object:
        calls.append(self)
        if len(calls) == (2 if before or step == "write_bytes" else 1):
            raise KeyboardInterrupt
        return real(self, *args)

    monkeypatch.setattr(Path, step, stop)
    with pytest.raises(KeyboardInterrupt):
        _write(tmp_path / "demo", (DEVICES[0],), name="new")
    assert _bytes(tmp_path) == old
    assert [p.name for p in tmp_path.iterdir()] == (["demo"] if before else [])


@pytest.mark.parametrize("name", ["../x", "$(reboot)", "**bold**", "a/b", "", ".", "x\ny"])
def test_name_that_is_no_hostname_is_refused_before_anything_is_written(tmp_path: Path, name: str) -> None:
    """Names become folders: none leaves its place."""
    with pytest.raises(UsageError, match="is not a hostname"):
        _write(tmp_path / "demo", (RawDevice(name=name, platform=""),))
    assert list(tmp_path.iterdir()) == []


def test_all_names_that_are_refused_are_reported_at_once(tmp_path: Path) -> None:
    """Devices, racks, the capture, doubles and double commands, in one message."""
    twice = (RawAnswer(command="show vlan"), RawAnswer(command="show vlan", note="x"))
    devices = (
        RawDevice(name="a;b", platform=""),
        RawDevice(name="ok", platform="", rack="../r"),
        RawDevice(name="OK", platform="", answers=twice),
    )
    with pytest.raises(UsageError) as caught:
        _write(tmp_path / "demo", devices, name="a b")
    said = str(caught.value)
    for part in (
        "'a b' is no name",
        "'a;b' is not",
        "'../r' is not",
        "'OK' is there more than once",
        "2 times",
    ):
        assert part in said


# --- reading ----------------------------------------------------------------------------------------


def test_missing_folder_and_folder_that_is_no_capture_say_what_was_expected(tmp_path: Path) -> None:
    """The hint names the manifest."""
    with pytest.raises(UsageError, match="does not exist") as missing:
        store.load(tmp_path / "nowhere")
    assert MANIFEST in missing.value.hint
    with pytest.raises(UsageError, match="is not a capture") as other:
        store.load(tmp_path)
    assert MANIFEST in other.value.hint


def test_manifest_that_is_cut_off_says_where(tmp_path: Path) -> None:
    """Line and column lead to the damage."""
    _write(tmp_path / "demo")
    path = tmp_path / "demo" / MANIFEST
    path.write_bytes(path.read_bytes()[:60])
    assert _problems(tmp_path / "demo") == [f"{path} is damaged: JSON cut off at line 4 column 12"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"format": 2', '"format": 3', "is in format 3, and only formats 1 and 2 are known"),
        ('"name": "demo"', '"title": "demo"', "is not a manifest: Object contains unknown field `title`"),
        ('"status": "absent"', '"status": "gone"', "is not a manifest: Invalid enum value 'gone'"),
        (
            '"redacted": 1',
            '"redacted": 1, "more": 1',
            "is not a manifest: Object contains unknown field `more`",
        ),
    ],
)
def test_manifest_of_another_format_is_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    """What is not understood is not read."""
    _write(tmp_path / "demo")
    path = tmp_path / "demo" / MANIFEST
    path.write_text(path.read_text().replace(old, new))
    assert said in _problems(tmp_path / "demo")[0]


def test_everything_that_was_changed_by_hand_is_reported_at_once(tmp_path: Path) -> None:
    """A changed, a missing and an added file, each by its name."""
    _write(tmp_path / "demo")
    leaf = tmp_path / "demo" / "leaf10"
    (leaf / "show_running-config.txt").write_text("hostname x\n")
    (leaf / "show_vlan_json.json").unlink()
    (leaf / "show_version.txt").write_text("x")
    (tmp_path / "demo" / "leaf11").mkdir()
    assert _problems(tmp_path / "demo") == [
        "leaf11: this folder is not in the manifest",
        "leaf10/show_running-config.txt: the file was changed since it was captured",
        "leaf10/show_vlan_json.json: the file is missing",
        "leaf10/show_version.txt: this file is not in the manifest",
    ]


@pytest.mark.parametrize("file", ["../leaf10/show_vlan_json.json", "/etc/hostname", "..", "a/b", "x\\\\y"])
def test_file_outside_the_devices_folder_is_refused(tmp_path: Path, file: str) -> None:
    """A manifest from elsewhere cannot name files of this machine."""
    _write(tmp_path / "demo")
    path = tmp_path / "demo" / MANIFEST
    path.write_text(path.read_text().replace('"show_vlan_json.json"', json.dumps(file.replace("\\\\", "\\"))))
    assert any("outside the device's folder" in problem for problem in _problems(tmp_path / "demo"))


def test_link_out_of_the_capture_is_refused(tmp_path: Path) -> None:
    """Neither a file nor a device's folder may be a link to somewhere else, even with the right content."""
    _write(tmp_path / "demo")
    file = tmp_path / "demo" / "leaf10" / "show_vlan_json.json"
    shutil.copy(file, tmp_path / "elsewhere.json")
    file.unlink()
    file.symlink_to(tmp_path / "elsewhere.json")
    assert "outside the device's folder" in _problems(tmp_path / "demo")[0]
    _write(tmp_path / "second")
    (tmp_path / "second" / "leaf10").rename(tmp_path / "away")
    (tmp_path / "second" / "leaf10").symlink_to(tmp_path / "away")
    assert "outside the device's folder" in _problems(tmp_path / "second")[0]


@pytest.mark.parametrize("name", ["../demo", "$(reboot)", "Leaf2"])
def test_manifest_with_a_refused_device_name_is_refused(tmp_path: Path, name: str) -> None:
    """The grammar of names holds for a manifest that was edited, too."""
    _write(tmp_path / "demo")
    path = tmp_path / "demo" / MANIFEST
    path.write_text(path.read_text().replace('"leaf10"', json.dumps(name)))
    assert any("hostname" in p or "more than once" in p for p in _problems(tmp_path / "demo"))


def test_data_without_a_file_is_refused(tmp_path: Path) -> None:
    """Data is there or it is not data."""
    _write(tmp_path / "demo")
    path = tmp_path / "demo" / MANIFEST
    path.write_text(path.read_text().replace('"show_vlan_json.json"', '""'))
    assert "leaf10: 'show vlan | json' is data and names no file" in _problems(tmp_path / "demo")
