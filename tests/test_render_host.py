"""A host's files: what they hold, and that its scripts refuse what would hurt."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
import targets

from vlan2l3.design.ifupdown import without_member
from vlan2l3.names import RackName
from vlan2l3.render import host

TWO_SUBNETS = (
    targets.kept("10.1.10.13/24"),
    targets.kept("10.1.30.13/24", interface="bond0.130", vlan=130, default=False),
)


def run(folder: Path, script: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a script with shims in front of the real programs."""
    path = f"{folder / 'shims'}:{os.environ['PATH']}"
    command = ["sh", str(folder / script), *arguments]
    env = {**os.environ, "PATH": path, **environment}
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False)


def shim(folder: Path, name: str, body: str) -> None:
    """Put a program in front of the real one."""
    (folder / "shims").mkdir(exist_ok=True)
    (folder / "shims" / name).write_text(f"#!/bin/sh\n{body}\n")
    (folder / "shims" / name).chmod(0o755)


@pytest.fixture(params=["bird", "frr"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Give the written files of `web-03`, with each routing daemon."""
    for name, text in host.files(targets.host("web-03", daemon=request.param)).items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.mark.parametrize("script", ["apply.sh", "undo.sh"])
def test_a_script_refuses_any_other_machine(folder: Path, script: str) -> None:
    """The name is the first thing it looks at."""
    done = run(folder, script, "cut")
    assert done.returncode == 1
    assert "the plan is for web-03" in done.stderr


def test_a_stage_that_never_was_is_not_taken_back(folder: Path) -> None:
    """A timer of an old stage, or a wrong word at night, must not take a live host apart."""
    shim(folder, "uname", "echo web-03")
    shim(folder, "ip", f"touch {folder / 'touched'}")
    done = run(folder, "undo.sh", "dual")
    assert done.returncode == 1
    assert "the host is at stage 'none'" in done.stderr
    assert not (folder / "touched").exists()


@pytest.mark.parametrize("family", ["", "inet", "inet6"])
def test_the_script_of_learned_routes_never_fails(tmp_path: Path, family: str) -> None:
    """Ifup stops bringing interfaces up when one of its scripts fails."""
    peer = targets.peer("web-01", "2001:db8:110::13/128")
    (script,) = host.peer_files((peer,), RackName("r12")).items()
    (tmp_path / "routes").write_text(script[1])
    for name in ("ip", "sysctl", "logger"):
        shim(tmp_path, name, f"echo {name} >>{tmp_path / 'called'}; exit 2")
    assert run(tmp_path, "routes", IFACE="bond0", ADDRFAM=family).returncode == 0
    called = (tmp_path / "called").read_text().split() if (tmp_path / "called").exists() else []
    assert called == (["sysctl", "ip", "logger"] if family == "inet6" else [])


def test_two_racks_do_not_overwrite_each_others_routes() -> None:
    """Each rack's plan has a file of its own, with a name that ifup runs."""
    assert host.routes_path(RackName("r12")) != host.routes_path(RackName("r11"))
    assert host.routes_path(RackName("leaf1+leaf2")).endswith("vlan2l3-routes-leaf1-leaf2")


def test_a_second_subnet_is_reached_from_the_address_in_it() -> None:
    """Whoever admits the host by its storage address still sees that one."""
    files = host.files(targets.host("db-02", addresses=TWO_SUBNETS))
    assert "if net = 10.1.30.0/24 then krt_prefsrc = 10.1.30.13;" in files["etc/bird/bird.conf"]
    assert "if net !~ [ 0.0.0.0/0, 10.1.30.0/24 ] then reject;" in files["etc/bird/bird.conf"]


def test_every_stage_has_its_own_interfaces_file(folder: Path) -> None:
    """A reboot between two stages brings back what the stage left."""
    leg_out = (folder / "stage/leg-out/etc/network/interfaces").read_text()
    cut = (folder / "stage/cut/etc/network/interfaces").read_text()
    routed = (folder / "etc/network/interfaces").read_text()
    assert "bond-slaves ens1f0\n" in leg_out
    assert "bond0" not in cut
    assert "auto ens1f1" in cut
    assert "auto ens1f0" not in cut
    assert {"auto ens1f0", "auto ens1f1"} <= set(routed.splitlines())


def test_a_member_leaves_only_its_bond() -> None:
    """Its own stanzas go, and its name among the slaves; nothing else changes."""
    text = (
        "auto a\niface a inet manual\n    bond-master b\n\nauto b\niface b inet dhcp\n    bond-slaves a c\n"
    )
    assert without_member(text, "a") == "\nauto b\niface b inet dhcp\n    bond-slaves c\n"


def test_settings_cover_every_interface_the_host_uses(folder: Path) -> None:
    """The VLAN side takes packets until its last link is down."""
    settings = (folder / "etc/sysctl.d/90-vlan2l3.conf").read_text()
    for name in ("bond0", "ens1f0", "ens1f1"):
        assert f"net/ipv4/conf/{name}/rp_filter = 0" in settings
        assert f"net/ipv6/conf/{name}/accept_redirects = 0" in settings
