"""Hold the guest to the standard library, and the announcing program to its arguments."""

from __future__ import annotations

import ast
import subprocess
import sys
from ipaddress import ip_address
from pathlib import Path

import pytest

from vlan2l3.rehearse import launch

GUEST = Path(launch.__file__).parent / "guest"
ANNOUNCE = Path(launch.__file__).parents[1] / "render" / "files" / "announce.py"
MODULES = sorted(GUEST.glob("*.py"))
assert MODULES


def imported(path: Path) -> set[str]:
    """Give the modules a file imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found


@pytest.mark.parametrize("path", [*MODULES, ANNOUNCE], ids=lambda path: path.name)
def test_what_runs_without_packages_imports_the_standard_library_only(path: Path) -> None:
    """Neither the guest nor a host has site-packages."""
    foreign = {
        name
        for name in imported(path)
        if name.split(".")[0] not in sys.stdlib_module_names and not name.startswith("vlan2l3.rehearse.guest")
    }
    assert foreign == set()


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ([], "3 arguments are needed, not 0"),
        (["lo", "10.0.0.1"], "3 arguments are needed, not 2"),
        (["no-such-device", "10.0.0.1", "00:1c:73:00:00:99"], "there is no network device"),
        (["../lo", "10.0.0.1", "00:1c:73:00:00:99"], "there is no network device"),
        (["lo", "10.0.0.1/24", "00:1c:73:00:00:99"], "does not appear to be an IPv4 or IPv6 address"),
        (["lo", "224.0.0.1", "00:1c:73:00:00:99"], "not an address that can move"),
        (["lo", "fe80::1", "00:1c:73:00:00:99"], "not an address that can move"),
        (["lo", "10.0.0.1", "001c.7300.0099"], "is not a MAC address"),
        (["lo", "10.0.0.1", "01:00:5e:00:00:01"], "not the MAC address of one interface"),
        (["lo", "10.0.0.1", "00:00:00:00:00:00"], "not the MAC address of one interface"),
    ],
)
def test_announce_refuses_bad_arguments_before_it_sends(arguments: list[str], complaint: str) -> None:
    """A wrong announcement takes an address away from its owner, so nothing is guessed."""
    done = subprocess.run(
        [sys.executable, "-I", str(ANNOUNCE), *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert complaint in done.stderr
    assert "usage: announce.py DEVICE ADDRESS MAC" in done.stderr


@pytest.fixture(scope="module")
def announce() -> dict[str, object]:
    """Give the names of the announcing program, which is a file and no module."""
    names: dict[str, object] = {"__name__": "announce"}
    exec(compile(ANNOUNCE.read_text(), str(ANNOUNCE), "exec"), names)  # noqa: S102 - the project's own file
    return names


@pytest.mark.parametrize(("operation", "target"), [(1, "000000000000"), (2, "001c73000099")])
def test_arp_says_the_address_is_at_the_given_mac(
    announce: dict[str, object], operation: int, target: str
) -> None:
    """The Ethernet source is the device's own MAC, the ARP sender the gateway's."""
    own, mac = bytes.fromhex("0c42a1001210"), bytes.fromhex("001c73000099")
    frame = announce["arp_frame"](operation, own, mac, ip_address("10.1.10.33"))  # type: ignore[operator]
    assert frame.hex() == (
        f"ffffffffffff0c42a10012100806000108000604000{operation}001c730000990a010a21{target}0a010a21"
    )


def test_advertisement_overrides_and_carries_the_mac(announce: dict[str, object]) -> None:
    """Type 136 with the override flag alone: unsolicited, and not from a router."""
    mac = bytes.fromhex("001c73000099")
    message = announce["advertisement"](mac, ip_address("2001:db8:110::33"))  # type: ignore[operator]
    assert message.hex() == "8800000020000000" + "20010db8011000000000000000000033" + "0201001c73000099"
