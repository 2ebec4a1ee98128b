"""What a file for SSH says of a device is followed alike by every way of asking over SSH."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.live import ssh as rig
from tests.live.device import Device
from tests.live.sshd import Sshd
from vlan2l3.collect.device import collect
from vlan2l3.collect.settings import Discover
from vlan2l3.collect.targets import Target
from vlan2l3.collect.transports import RefusedError
from vlan2l3.collect.transports.route import Jump, Route, find

SECRET = "s3cret-of-the-test"


def target(address: str = "192.0.2.1", port: int | None = None) -> Target:
    """Make a target."""
    return Target(name="sw1", platform="eos", said="eos", address=address, port=port, username="reader")


def route(folder: Path, config: str, *, address: str = "192.0.2.1", port: int | None = None) -> Route:
    """Find the way with a file for SSH."""
    (folder / "config").write_text(config)
    return find(target(address, port), Discover(ssh_config=str(folder / "config")))


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the files of whoever runs the tests out of it."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)


def test_without_a_file_the_way_is_the_address() -> None:
    """Port 22, unless the inventory knows another."""
    assert find(target(), Discover()) == Route(hostname="192.0.2.1", port=22)
    assert find(target(port=2222), Discover()).where == "192.0.2.1:2222"


def test_the_port_of_the_inventory_goes_before_that_of_the_file(tmp_path: Path) -> None:
    """As `ssh -p` does; the way through a jump host ends at the same port."""
    config = "Host 192.0.2.1\nPort 830\nProxyJump jump\n"
    for port, expected in ((None, 830), (2222, 2222)):
        found = route(tmp_path, config, port=port)
        assert (found.port, found.jump[-2]) == (expected, f"[192.0.2.1]:{expected}")
    found = route(tmp_path, "ProxyCommand ssh -W %h:%p jump\n", port=2222)
    assert found.jump == ("ssh", "-W", "192.0.2.1:2222", "jump")


@pytest.mark.parametrize(
    "config",
    [
        "ProxyJump none\n",
        "ProxyCommand none\n",
        "ProxyCommand none\nProxyJump jump\n",
        "ProxyJump none\nProxyCommand x\n",
    ],
)
def test_none_is_no_jump_host(tmp_path: Path, config: str) -> None:
    """And of both words the first one counts."""
    assert route(tmp_path, config).jump == ()


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("jump", ["ssh://jump"]),
        ("admin@jump:2222", ["ssh://admin@jump:2222"]),
        ("ssh://admin@jump:2222", ["ssh://admin@jump:2222"]),
        ("[2001:db8::1]:22", ["ssh://[2001:db8::1]:22"]),
        ("first, admin@second:2222,third", ["-J", "first,admin@second:2222", "ssh://third"]),
    ],
)
def test_every_form_of_a_jump_host_is_known(tmp_path: Path, said: str, words: list[str]) -> None:
    """OpenSSH goes there by the same file, and never stops to ask for a password."""
    found = route(tmp_path, f"ProxyJump {said}\n")
    file = str(tmp_path / "config")
    given = [word for word in found.jump if word not in ("-W", "[192.0.2.1]:22")]
    assert given == ["ssh", "-F", file, "-o", "BatchMode=yes", *words]


@pytest.mark.parametrize("said", ["-oProxyCommand=x", "jump,,other", "a b", "user@-x"])
def test_a_jump_host_that_is_none_is_refused(tmp_path: Path, said: str) -> None:
    """It would be an option of the program."""
    with pytest.raises(RefusedError, match="is no jump host"):
        route(tmp_path, f"ProxyJump {said}\n")


@pytest.mark.parametrize(
    "address", ["-oProxyCommand=x", "a -oProxyCommand=x", "a;b", "", "192.0.2.1/24", "a\nb"]
)
def test_an_inventory_adds_no_option_to_a_program(tmp_path: Path, address: str) -> None:
    """An address stands in the words of the program that makes the way."""
    with pytest.raises(RefusedError, match="is no name and no address"):
        route(tmp_path, "ProxyCommand ssh -W %h:%p jump\n", address=address)


@pytest.mark.parametrize("config", ["Port many\n", "nonsense\n"])
def test_a_file_that_is_none_is_told_with_its_name(tmp_path: Path, config: str) -> None:
    """The device fails with a reason."""
    with pytest.raises(RefusedError, match=f"the file for SSH, `{tmp_path}/config`, can't be used: "):
        route(tmp_path, config)
    with pytest.raises(RefusedError, match="missing`, can't be used: "):
        find(target(), Discover(ssh_config=str(tmp_path / "missing")))


# --- live -------------------------------------------------------------------------------------------


def jump_host(server: Sshd) -> str:
    """Describe a real sshd as a jump host, under three names."""
    return "".join(
        f"Host {name}\nHostName 127.0.0.1\nPort {server.port}\nUser {server.user}\n"
        f"IdentityFile {server.key}\nIdentitiesOnly yes\nUserKnownHostsFile {server.known_hosts}\n"
        for name in ("jump", "second", "localhost")
    )


@pytest.mark.parametrize("platform", ["arista_eos", "linux"])
@pytest.mark.parametrize("hops", ["jump", "jump,second", "{user}@localhost:{port}"])
def test_a_device_behind_a_jump_host_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, platform: str, hops: str
) -> None:
    """By a command line and by a shell; each jump host sees one login, and is left at the end."""
    monkeypatch.setenv("VLAN2L3_PASSWORD", SECRET)
    (tmp_path / "sshd").mkdir()
    device = Device(
        hostname="sw1", platform=platform, user="reader", password=SECRET, answers={"show version": "x\n"}
    )
    with Sshd(tmp_path / "sshd") as server, rig.Rig() as servers:
        played = servers.add(device)
        hosts = servers.known_hosts(tmp_path / "known_hosts")
        said = hops.format(user=server.user, port=server.port)
        config = f"Host 127.0.0.1\nProxyJump {said}\n{jump_host(server)}"
        (tmp_path / "config").write_text(config)
        bounds = Discover(known_hosts=str(hosts), ssh_config=str(tmp_path / "config"), timeout=3.0)
        name = "eos" if platform == "arista_eos" else "linux"
        found = Target(
            name="sw1", platform=name, said=name, address="127.0.0.1", port=played.port, username="reader"
        )
        heard = collect(found, bounds)
        assert heard.trouble == ""
        assert heard.answers
        assert len(servers.journal.sessions()) == 1
        assert [attempt.accepted for attempt in server.attempts()] == [True] * (hops.count(",") + 1)
        assert b"ssh" not in programs()


def programs() -> list[bytes]:
    """Give the names of the programs that this one has started and not yet seen end."""
    children = [
        int(c) for file in Path("/proc/self/task").glob("*/children") for c in file.read_text().split()
    ]
    return [Path(f"/proc/{child}/comm").read_bytes().strip() for child in children]


def test_a_jump_host_that_refuses_is_tried_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its account can be locked as well; what OpenSSH says of it is passed on."""
    monkeypatch.setenv("VLAN2L3_PASSWORD", SECRET)
    (tmp_path / "sshd").mkdir()
    with Sshd(tmp_path / "sshd") as server:
        (tmp_path / "sshd" / "authorized_keys").write_text("")
        config = f"Host 127.0.0.1\nProxyJump jump\n{jump_host(server)}"
        (tmp_path / "config").write_text(config)
        found = Target(name="sw1", platform="linux", said="linux", address="127.0.0.1", port=1)
        heard = collect(found, Discover(ssh_config=str(tmp_path / "config"), retries=2))
        log = (tmp_path / "sshd" / "sshd.log").read_text()
    assert "no way to 127.0.0.1:1 through the jump host: " in heard.trouble
    assert "Permission denied (publickey)" in heard.trouble
    assert log.count("Connection from") == 2  # the rig's own look at the port is the other


def test_no_password_is_in_the_environment_of_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is a device's, and no business of a jump host."""
    monkeypatch.setenv("VLAN2L3_PASSWORD", SECRET)
    jump = Jump(("sh", "-c", "env"))
    said = b""
    while chunk := jump.socket.recv(65536):
        said += chunk
    jump.close()
    assert b"SSH_ASKPASS_REQUIRE=never" in said
    assert SECRET.encode() not in said


def test_a_program_that_is_not_there_is_told(tmp_path: Path) -> None:
    """The device fails with a reason."""
    with pytest.raises(RefusedError, match="no-such-program` can't be started, the way to the jump host"):
        Jump((str(tmp_path / "no-such-program"),))
