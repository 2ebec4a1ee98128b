"""A folder somebody else made ends as answers, as failures with a reason, or as a whole refusal."""

from __future__ import annotations

import errno
import json
import os
import re
from collections import Counter
from pathlib import Path

import pytest

from vlan2l3 import platforms
from vlan2l3.capture import folder, source, store
from vlan2l3.capture.importers import import_folder
from vlan2l3.capture.manifest import MANIFEST, Status
from vlan2l3.capture.source import Gathered
from vlan2l3.capture.store import Capture, RawAnswer, RawDevice
from vlan2l3.errors import UsageError

LEAF = {
    "show_version_json.json": '{"version": "4.31.2F"}',
    "show_interfaces_json.json": '{"interfaces": {}}',
    "show_mlag_detail_json.json": '{"state": "active"}',
    "show_running-config.txt": "hostname leaf1\n",
}
HOST = {
    "cat_etc_hostname.txt": "web-01\n",
    "ip_-j_-d_addr_show.json": "[]",
    "cat_proc_net_bonding_bond0.txt": "Bonding Mode: x\n",
    "cat_etc_network_interfaces.d_bond0.txt": "auto bond0\n",
}


def _fill(place: Path, files: dict[str, str]) -> Path:
    place.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (place / name).write_text(text)
    return place


def _gather(place: Path, hosts: dict[str, tuple[str, list[dict[str, object]]]]) -> Path:
    """Write a SuzieQ gather folder: host -> platform and commands, each with its `text`."""
    place.mkdir(parents=True, exist_ok=True)
    index = {
        "network": "n",
        "hosts": {host: {"devtype": kind, "version": 0} for host, (kind, _) in hosts.items()},
    }
    (place / "_network.json").write_text(json.dumps(index))
    for host, (kind, commands) in hosts.items():
        for command in commands:
            text = command.pop("text", None)
            if text is not None:
                _fill(place / host, {str(command["file"]): str(text)})
        _fill(
            place / host,
            {"_meta.json": json.dumps({"hostname": host, "devtype": kind, "commands": commands})},
        )
    return place


def _device(found: Gathered, name: str) -> RawDevice:
    return next(device for device in found.devices if device.name == name)


def _outcome(device: RawDevice) -> dict[str, tuple[str, str]]:
    return {a.command: (a.status.value, a.note) for a in device.answers}


def _said(path: Path) -> str:
    with pytest.raises(UsageError) as caught:
        import_folder(path, name="x")
    return f"{caught.value}\n{caught.value.hint}"


def _stored(found: Gathered, place: Path) -> Capture:
    return store.write(place, name=found.name, taken=found.taken, source=found.source, devices=found.devices)


# --- plain folders ----------------------------------------------------------------------------------


def test_plain_folder_is_read_and_the_platform_is_found(tmp_path: Path) -> None:
    """File names lead back to commands, and commands to the platform; what is left over is named."""
    _fill(tmp_path / "leaf1", {**LEAF, "show_tea_pot.txt": "x", "photo.png": "x"})
    _fill(tmp_path / "web-01", HOST)
    _fill(tmp_path, {"README.md": "x"})
    found = import_folder(tmp_path, name="x")
    leaf, web = found.devices
    assert (leaf.platform, web.platform, found.source, found.taken) == ("eos", "linux", "folder", "")
    assert {a.command for a in web.answers} == {
        "cat /etc/hostname",
        "ip -j -d addr show",
        "cat /proc/net/bonding/bond0",
        "cat /etc/network/interfaces.d/bond0",
    }
    assert {platforms.plain(a.command) for a in leaf.answers} == {
        "show version",
        "show interfaces",
        "show mlag detail",
        "show running-config",
    }
    assert {a.status for d in found.devices for a in d.answers} == {Status.DATA}
    assert leaf.unknown_files == ("photo.png", "show_tea_pot.txt")
    assert found.ignored == ("README.md",)


def test_every_command_of_every_platform_is_found_again_by_its_file_name() -> None:
    """What `platforms.slug` makes of a command leads back to what the platform knows as that command."""
    checked = 0
    for name in platforms.names():
        platform = platforms.load(name)
        for spec in (spec for spec in platform.commands if not spec.takes_path):
            for written in (spec.command, *spec.aliases):
                command = written.replace("*", "x1") if written.count("*") == 1 else written
                explained = folder.explain(platform, platforms.slug(command))
                assert explained is not None, (name, command)
                assert platform.spec(explained) is not None, (name, command, explained)
                checked += 1
    assert checked > 60


def test_own_capture_without_its_manifest_is_a_plain_folder(tmp_path: Path) -> None:
    """The names in a capture are the names an import reads."""
    _fill(tmp_path / "in" / "leaf1", LEAF)
    first = import_folder(tmp_path / "in", name="x")
    _stored(first, tmp_path / "out")
    (tmp_path / "out" / MANIFEST).unlink()
    assert import_folder(tmp_path / "out", name="x").devices == first.devices


def test_device_file_names_platform_and_rack(tmp_path: Path) -> None:
    """A person's word counts more than the count of file names."""
    files = {"show_version.txt": "x", "device.toml": 'platform = "arista_eos"\nrack = "r11"\n'}
    _fill(tmp_path / "a", files)
    device = import_folder(tmp_path, name="x").devices[0]
    assert (device.platform, device.rack, device.note, device.unknown_files) == ("eos", "r11", "", ())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('platform = "plan9"', "no parser for platform 'plan9'"),
        ('rack = "../x"', "'../x' is not a rack name"),
        ("platfrom = 1", "unknown field `platfrom`"),
        ("platform = ", "device.toml"),
    ],
)
def test_wrong_device_file_is_refused(tmp_path: Path, text: str, said: str) -> None:
    """A slip of the pen is not read as "no platform"."""
    _fill(tmp_path / "a", {"show_version.txt": "x", "device.toml": text})
    assert said in _said(tmp_path)


def test_device_whose_platform_is_not_clear_is_kept_with_a_note(tmp_path: Path) -> None:
    """Two vendors with the same command, a vendor nobody knows, and an empty folder."""
    _fill(tmp_path / "a", {"show_version.txt": "x"})
    _fill(tmp_path / "b", {"display_vlan.txt": "x"})
    _fill(tmp_path / "c", {})
    found = import_folder(tmp_path, name="x")
    assert [d.platform for d in found.devices] == ["", "", ""]
    alike, nobody, nothing = (d.note for d in found.devices)
    assert re.fullmatch(r"the files fit \w+ and \w+ alike; name the platform in device\.toml", alike)
    assert (nobody, nothing) == ("no command of any platform explains these files", "no files")
    assert [d.unknown_files for d in found.devices] == [("show_version.txt",), ("display_vlan.txt",), ()]


@pytest.mark.parametrize(
    ("platform", "files"),
    [
        ("ios", {"show_ip_arp": "Protocol  Address   Age (min)  Hardware Addr   Type   Interface\n"}),
        (
            "ios",
            {"show_spanning-tree": "    Hello Time   2 sec  Max Age 20 sec\n"},
        ),
        ("ios", {"show_running-config": "interface Vlan10\n ip address 192.0.2.1 255.255.255.0\n"}),
        ("nxos", {"show_spanning-tree": "    Hello Time  2  sec  Max Age 20 sec\n"}),
        ("eos", {"show_spanning-tree": "    Hello Time  2.000 sec  Max Age 20 sec\n"}),
        ("ios", {"show_version": "Cisco IOS Software\n", "show_interfaces_status": "x", "show_arp": "x"}),
        (
            "",
            {
                "show_running-config": "! Command: show running-config\n",
                "show_spanning-tree": "    Hello Time   2 sec  Max Age 20 sec\n",
            },
        ),
    ],
)
def test_answers_tell_platforms_whose_commands_are_alike(
    tmp_path: Path, platform: str, files: dict[str, str]
) -> None:
    """A mark of one platform decides; the marks of two decide nothing."""
    _fill(tmp_path / "a", {f"{name}.txt": text for name, text in files.items()})
    assert import_folder(tmp_path, name="x").devices[0].platform == platform


def test_vendor_that_shares_a_few_commands_is_not_taken_for_another(tmp_path: Path) -> None:
    """Four names that fit, three of them another's too, and five that do not, are no proof."""
    names = (
        "show_version",
        "show_interfaces",
        "show_arp",
        "show_mlag_detail",
        "show_boot",
        "show_vtp",
        "show_clock",
        "show_users",
        "show_snmp",
    )
    _fill(tmp_path / "a", {f"{name}.txt": "x" for name in names})
    device = import_folder(tmp_path, name="x").devices[0]
    assert device.platform == ""
    assert device.note.startswith("only 4 of 9 files fit eos")


def test_damaged_answers_are_failures_with_a_reason(tmp_path: Path) -> None:
    """Empty, cut off, refused, absent, binary, a folder, too large: each says so and none is data."""
    leaf = _fill(
        tmp_path / "leaf1",
        {
            **LEAF,
            "show_vlan_json.json": "",
            "show_interfaces_json.json": '{"interfaces": {\n "Ethernet1": ',
            "show_mlag_interfaces_json.json": "% Invalid input (at token 1: 'mlag')",
            "show_spanning-tree.txt": "No spanning tree instances exist.\n",
        },
    )
    (leaf / "show_lldp_neighbors_detail_json.json").write_bytes(b"\x89PNG\xff\xfe")
    (leaf / "show_hostname_json.json").write_bytes(b"{\0}")
    (leaf / "show_arp_vrf_all_json.json").mkdir()
    with (leaf / "show_mac_address-table_json.json").open("wb") as file:
        file.truncate(source.LARGEST + 1)
    outcome = {
        platforms.plain(k): v for k, v in _outcome(import_folder(tmp_path, name="x").devices[0]).items()
    }
    assert outcome == {
        "show version": ("data", ""),
        "show mlag detail": ("data", ""),
        "show running-config": ("data", ""),
        "show vlan": ("failed", "empty answer"),
        "show interfaces": ("failed", "JSON cut off at line 2 column 15"),
        "show mlag interfaces": ("refused", "% Invalid input (at token 1: 'mlag')"),
        "show spanning-tree": ("absent", "No spanning tree instances exist."),
        "show lldp neighbors detail": ("failed", "not text"),
        "show hostname": ("failed", "not text"),
        "show arp vrf all": ("failed", "not a plain file"),
        "show mac address-table": ("failed", "larger than 256 MB"),
    }


def test_text_of_a_cut_answer_is_kept_and_a_binary_is_not(tmp_path: Path) -> None:
    """What can be shown to a person is stored, redacted; what cannot is not."""
    leaf = _fill(tmp_path / "in" / "leaf1", {**LEAF, "show_vlan.json": '{"output": "password Tr0ub4dor\\n'})
    (leaf / "show_lldp_neighbors_detail.txt").write_bytes(b"\xff\xff")
    capture = _stored(import_folder(tmp_path / "in", name="x"), tmp_path / "out")
    device = capture.manifest.devices[0]
    entries = {e.command: e for e in device.commands}
    assert entries["show lldp neighbors detail"].file == ""
    assert capture.text(device, entries["show vlan"]) == '{"output": "password <redacted>\\n'
    assert entries["show vlan"].status is Status.FAILED


def test_of_two_files_for_one_command_the_whole_one_counts(tmp_path: Path) -> None:
    """The other one is named among the files nobody read."""
    _fill(tmp_path / "leaf1", {**LEAF, "show_running-config.json": '{"output": "x', "show_vlan.json": "{}"})
    _fill(tmp_path / "leaf1", {"show_vlan.txt": "VLAN"})
    device = import_folder(tmp_path, name="x").devices[0]
    assert {
        a.command: a.text for a in device.answers if a.command in ("show running-config", "show vlan")
    } == {
        "show running-config": "hostname leaf1\n",
        "show vlan": "{}",
    }
    assert sorted(device.unknown_files) == ["show_running-config.json", "show_vlan.txt"]


def test_links_out_of_the_source_are_not_followed(tmp_path: Path) -> None:
    """A file and a device's folder that lead elsewhere are noted; a loop of links does not hang."""
    _fill(tmp_path / "away", LEAF)
    leaf = _fill(tmp_path / "in" / "leaf1", LEAF)
    (leaf / "show_vlan_json.json").symlink_to(tmp_path / "away" / "show_version_json.json")
    (leaf / "show_hostname_json.json").symlink_to(leaf / "show_hostname_json.json")
    (leaf / "show_mlag_interfaces_json.json").symlink_to(leaf / "gone")
    (tmp_path / "in" / "leaf2").symlink_to(tmp_path / "away")
    found = import_folder(tmp_path / "in", name="x")
    notes = {platforms.plain(a.command): a.note for a in _device(found, "leaf1").answers if a.note}
    assert notes["show vlan"] == "a link that leaves the folder"
    assert notes["show hostname"].startswith("cannot be read")
    assert notes["show mlag interfaces"] == "the file is missing"
    assert _device(found, "leaf2") == RawDevice(
        name="leaf2", platform="", note="a link that leaves the folder"
    )


def test_file_without_permission_is_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One unreadable file does not stop the others; root may read everything, so root is told it may not."""
    leaf = _fill(tmp_path / "leaf1", LEAF)
    (leaf / "show_running-config.txt").chmod(0)
    if os.geteuid() == 0:
        real = Path.read_bytes

        def refused(self: Path) -> bytes:
            if self.stat().st_mode & 0o777 == 0:
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(self))
            return real(self)

        monkeypatch.setattr(Path, "read_bytes", refused)
    assert _outcome(import_folder(tmp_path, name="x").devices[0])["show running-config"] == (
        "failed",
        "cannot be read: Permission denied",
    )


@pytest.mark.parametrize("name", ["$(reboot)", "**leaf**", "[x](y)", "`x`", "-rf", "a b", "a\nb", "x" * 64])
def test_folder_whose_name_is_no_hostname_is_refused(tmp_path: Path, name: str) -> None:
    """All such names are listed, quoted."""
    _fill(tmp_path / name, LEAF)
    _fill(tmp_path / "c'd", LEAF)
    said = _said(tmp_path)
    assert f"{name!r} is not a hostname" in said
    assert '"c\'d" is not a hostname' in said


def test_two_devices_with_one_hostname_are_refused(tmp_path: Path) -> None:
    """By the name of the folder, and by what the devices say of themselves."""
    for place, names in (("a", ("Leaf1", "leaf1")), ("b", ("leaf1", "leaf2")), ("c", ("leaf1", "other"))):
        for name in names:
            _fill(tmp_path / place / name, LEAF)
    for name in ("leaf1", "leaf2"):
        _fill(tmp_path / "b" / name, {"show_hostname_json.json": '{"hostname": "Twin", "fqdn": "Twin.x"}'})
    _fill(tmp_path / "c" / "other", {"show_hostname_json.json": '{"hostname": "leaf1"}'})
    assert "Leaf1 and leaf1 differ only in case" in _said(tmp_path / "a")
    assert "leaf1 and leaf2 both have the hostname 'twin'" in _said(tmp_path / "b")
    assert "leaf1 and other both have the hostname 'leaf1'" in _said(tmp_path / "c")


def test_devices_that_were_never_named_are_no_twins(tmp_path: Path) -> None:
    """Two hosts called localhost are two hosts."""
    for name in ("a", "b"):
        _fill(tmp_path / name, {**HOST, "cat_etc_hostname.txt": "localhost\n"})
    assert len(import_folder(tmp_path, name="x").devices) == 2


def test_folder_without_devices_says_what_is_accepted(tmp_path: Path) -> None:
    """Missing, a file, empty, outputs without a device, subfolders without outputs, and captures inside."""
    _fill(tmp_path / "flat", LEAF)
    _fill(tmp_path / "photos" / "2026", {"a.png": "x"})
    (tmp_path / "empty").mkdir()
    _fill(tmp_path / "captures" / "demo", {MANIFEST: "{}"})
    assert "does not exist" in _said(tmp_path / "gone")
    assert "is not a folder" in _said(tmp_path / "photos" / "2026" / "a.png")
    for name in ("flat", "photos", "empty"):
        said = _said(tmp_path / name)
        assert "holds no devices" in said
        assert all(part in said for part in (MANIFEST, "_network.json", "leaf1/show_vlan.txt"))
    assert "name one of them: demo" in _said(tmp_path / "captures")


# --- SuzieQ -----------------------------------------------------------------------------------------


def test_gather_folder_is_read(tmp_path: Path) -> None:
    """Statuses, commands, times and platforms come from its index; unlisted files are named."""
    commands: list[dict[str, object]] = [
        {
            "cmd": "show mlag detail",
            "status": 200,
            "file": "a.json",
            "timestamp": 1627395437010,
            "text": "{}",
        },
        {
            "cmd": "show version| json",
            "status": 0,
            "file": "b.json",
            "timestamp": 1627395430000,
            "text": "{}",
        },
        {"cmd": "show vlan | json", "status": 408, "file": "c.json", "timestamp": 0, "text": "{}"},
        {"cmd": "show arp vrf all", "status": 200, "file": "gone.json", "timestamp": 0},
        {"cmd": "show hostname", "status": 200, "file": "", "timestamp": 0},
        {"cmd": "show lldp neighbors detail", "status": 0, "file": "d.json", "timestamp": 0, "text": ""},
    ]
    linux: list[dict[str, object]] = [
        {"cmd": "sudo /sbin/ip neigh show", "status": 0, "file": "n.txt", "timestamp": 0, "text": "x\n"},
        {"cmd": "cat /proc/uptime; hostnamectl", "status": 0, "file": "u.txt", "timestamp": 0, "text": "x\n"},
    ]
    unknown: list[dict[str, object]] = [
        {"cmd": "show arp all", "status": 0, "file": "a.txt", "timestamp": 0, "text": "x\n"}
    ]
    _gather(tmp_path, {"leaf1": ("eos", commands), "web": ("linux", linux), "q": ("panos", unknown)})
    _fill(tmp_path / "leaf1", {"extra.txt": "x"})
    found = import_folder(tmp_path, name="x")
    assert (found.taken, found.source) == ("2021-07-27T14:17:17Z", "suzieq")
    leaf = _device(found, "leaf1")
    assert (leaf.platform, leaf.unknown_files) == ("eos", ("extra.txt",))
    assert _outcome(leaf) == {
        "show mlag detail": ("data", ""),
        "show version| json": ("data", ""),
        "show vlan | json": ("failed", "status 408"),
        "show arp vrf all": ("failed", "the file is missing"),
        "show hostname": ("failed", "no output was kept, status 200"),
        "show lldp neighbors detail": ("failed", "empty answer"),
    }
    assert set(_outcome(_device(found, "web"))) == {"ip neigh show", "cat /proc/uptime; hostnamectl"}
    other = _device(found, "q")
    assert (other.platform, other.note) == ("", "no parser for platform 'panos'")
    assert _outcome(other) == {"show arp all": ("data", "")}


def test_of_two_outputs_of_one_command_the_later_counts(tmp_path: Path) -> None:
    """A later failure does not hide an earlier answer."""
    commands: list[dict[str, object]] = [
        {"cmd": "show clock", "status": 0, "file": "b.txt", "timestamp": 2, "text": "second"},
        {"cmd": "show clock", "status": 0, "file": "a.txt", "timestamp": 1, "text": "first"},
        {"cmd": "show clock", "status": 0, "file": "c.txt", "timestamp": 3, "text": ""},
    ]
    answers = import_folder(_gather(tmp_path, {"a": ("eos", commands)}), name="x").devices[0].answers
    assert answers == (RawAnswer(command="show clock", text="second"),)


def test_hostile_names_in_a_gather_folder_are_refused_together(tmp_path: Path) -> None:
    """The index of somebody else names no path of this machine."""
    _gather(tmp_path, {"leaf1": ("eos", [])})
    hosts = {name: {"devtype": "eos"} for name in ("../../etc/x", "$(reboot)", "**bold**", "leaf1")}
    _fill(tmp_path, {"_network.json": json.dumps({"hosts": hosts})})
    said = _said(tmp_path)
    for name in ("../../etc/x", "$(reboot)", "**bold**"):
        assert f"{name!r} is not a hostname" in said
    assert "leaf1" not in said


def test_output_outside_the_hosts_folder_is_not_read(tmp_path: Path) -> None:
    """A file name in the index that climbs out is a failure."""
    command: dict[str, object] = {"cmd": "show version", "status": 0, "file": "../secret.txt", "timestamp": 0}
    _fill(tmp_path, {"secret.txt": "x"})
    _gather(tmp_path, {"leaf1": ("eos", [command])})
    answer = import_folder(tmp_path, name="x").devices[0].answers[0]
    assert (answer.status, answer.text, answer.note) == (
        Status.FAILED,
        None,
        "the file lies outside the host's folder",
    )


def test_damaged_indexes_are_reported_together(tmp_path: Path) -> None:
    """Every index that is cut off or not as expected is named, with the place."""
    _gather(tmp_path, {"a": ("eos", []), "b": ("eos", []), "c": ("eos", [])})
    (tmp_path / "a" / "_meta.json").write_text('{"commands": [')
    (tmp_path / "b" / "_meta.json").write_text('{"commands": 5}')
    said = _said(tmp_path)
    assert "a/_meta.json: JSON cut off at line 1 column 15" in said
    assert "b/_meta.json: not as SuzieQ writes it: Expected `array`, got `int` - at `$.commands`" in said


def test_host_without_a_folder_is_kept_with_a_note(tmp_path: Path) -> None:
    """A host that was asked for and not reached is a gap, and is not forgotten."""
    _gather(tmp_path, {"a": ("eos", [])})
    _fill(
        tmp_path, {"_network.json": json.dumps({"hosts": {"a": {"devtype": "eos"}, "b": {"devtype": "eos"}}})}
    )
    assert import_folder(tmp_path, name="x").devices[1] == RawDevice(
        name="b", platform="eos", note="no _meta.json for this host"
    )


# --- captures ---------------------------------------------------------------------------------------


def test_capture_is_imported_again_unchanged(tmp_path: Path) -> None:
    """Read, written, read again: the same digest, the notes and the time with it."""
    _fill(tmp_path / "in" / "leaf1", {**LEAF, "show_vlan_json.json": "", "odd.bin": "x"})
    first = _stored(import_folder(tmp_path / "in", name="x"), tmp_path / "one")
    found = import_folder(tmp_path / "one", name="x")
    again = _stored(found, tmp_path / "two")
    assert found.source == "capture"
    assert again.digest == first.digest
    assert again.manifest.devices == first.manifest.devices


def test_capture_edited_by_hand_is_imported_as_it_is_now(tmp_path: Path) -> None:
    """The edit counts, is redacted and judged again, and gives another digest; new files are named."""
    _fill(tmp_path / "in" / "leaf1", LEAF)
    first = _stored(import_folder(tmp_path / "in", name="x"), tmp_path / "one")
    leaf = tmp_path / "one" / "leaf1"
    (leaf / "show_running-config.txt").write_text("enable secret Tr0ub4dor\n")
    (leaf / "show_version_json.json").unlink()
    (leaf / "show_mlag_detail_json.json").write_text('{"state":')
    (leaf / "new.txt").write_text("x")
    again = _stored(import_folder(tmp_path / "one", name="x"), tmp_path / "two")
    assert again.digest != first.digest
    device = again.manifest.devices[0]
    entries = {platforms.plain(e.command): e for e in device.commands}
    assert again.text(device, entries["show running-config"]) == "enable secret <redacted>\n"
    assert entries["show version"].note == "the file is missing"
    assert entries["show mlag detail"].note == "JSON cut off at line 1 column 10"
    assert device.unknown_files == ("new.txt",)


def test_damaged_capture_is_refused(tmp_path: Path) -> None:
    """A manifest that cannot be read is not taken for a plain folder."""
    _fill(tmp_path, {MANIFEST: '{"format": 1, "nam'})
    _fill(tmp_path / "leaf1", LEAF)
    assert "is damaged: JSON cut off" in _said(tmp_path)


# --- whole networks ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("network", "known", "failed"),
    [
        ("eos", {"eos": 8, "linux": 5, "junos": 1}, {"the file is missing": 24, "empty answer": 4}),
        ("junos", {"linux": 5, "junos": 7}, {"empty answer": 4}),
    ],
)
def test_real_network_is_imported_whole(
    real_outputs: Path, tmp_path: Path, network: str, known: dict[str, int], failed: dict[str, int]
) -> None:
    """Every command of every index has an outcome, every file is an answer."""
    gather = real_outputs / "suzieq" / "networks" / network
    found = import_folder(gather, name=network)
    capture = _stored(found, tmp_path / network)
    assert store.load(tmp_path / network) == capture
    assert Counter(d.platform for d in found.devices) == known
    ran = {
        d.name: {c["cmd"] for c in json.loads((gather / d.name / "_meta.json").read_text())["commands"]}
        for d in found.devices
    }
    assert {d.name: len(d.answers) for d in found.devices} == {
        name: len(commands) for name, commands in ran.items()
    }
    assert not [d.unknown_files for d in found.devices if d.unknown_files]
    notes = Counter(a.note for d in found.devices for a in d.answers if a.status is Status.FAILED)
    assert notes == failed
