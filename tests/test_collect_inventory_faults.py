"""An inventory with anything in it: every fault is told at once, and nothing of it steers a connection."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from vlan2l3.collect import inventory, targets
from vlan2l3.collect.settings import InventorySource
from vlan2l3.errors import Problem, UsageError


def faults(
    folder: Path, hosts: Any, groups: Any = None, defaults: Any = None, plugin: str = "SimpleInventory"
) -> tuple[Problem, ...]:
    """Read an inventory and give what is wrong with it."""
    options: dict[str, Any] = {}
    for name, tree in (("host", hosts), ("group", groups or {}), ("defaults", defaults or {})):
        file = folder / f"{name}.yaml"
        file.write_text(tree if isinstance(tree, str) else json.dumps(tree))
        options[f"{name}_file"] = str(file)
    try:
        inventory.load(InventorySource(plugin=plugin, options=options))
    except UsageError as error:
        return error.problems
    return ()


@pytest.mark.parametrize(
    "address",
    [
        "x?@evil",
        "x#@evil",
        "user@host",
        "host/path",
        "host:22",
        "[::1]",
        "a b",
        "x;reboot",
        "$(reboot)",
        "`reboot`",
        "-oProxyCommand=reboot",
        "a\nb",
        "host\n",
        "a..b",
        ".a",
        "a.",
        "a.-b",
        "%h",
        "fe80::1%eth0",
        "fe80::1%;reboot",
        "10.0.0.256",
        "1.2.3",
        "7",
        "ü.example",
        "a" * 64,
        ".".join(["abcdefg"] * 32),
    ],
)
def test_an_address_that_is_none_is_refused(tmp_path: Path, address: str) -> None:
    """It would stand in a URL, and in the commands of a file for SSH."""
    (fault,) = faults(tmp_path, {"sw1": {"platform": "eos", "hostname": address}})
    assert "is neither an IP address nor a host name" in fault.what
    assert fault.where == f"{tmp_path}/host.yaml, sw1"
    (again,) = faults(tmp_path, {"sw1": {"platform": "eos", "data": {"address": address}}})
    assert again == fault


@pytest.mark.parametrize(
    "address", ["192.0.2.1", "2001:db8::1", "sw1", "SW-1.example.net", "sw_1", "1a.2b", "a" * 63, "4.lab"]
)
def test_an_address_that_is_one_is_taken(tmp_path: Path, address: str) -> None:
    """Names and addresses as networks have them."""
    assert faults(tmp_path, {"sw1": {"platform": "eos", "hostname": address}}) == ()


@given(st.text(max_size=300))
@example("a" * 254)
@example("::ffff:1.2.3.4")
def test_no_other_character_gets_into_an_address(text: str) -> None:
    """Whatever is taken can't leave the place of the host in a URL, or its word in a command."""
    try:
        taken = targets.address(text)
    except ValueError:
        return
    assert taken == text
    assert 0 < len(taken) <= 253
    assert taken.isascii()
    assert set(taken) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.:_-")
    assert not taken.startswith("-")


@pytest.mark.parametrize(
    ("host", "said"),
    [
        ({"port": "abc"}, "`port` is 'abc', which is no number from 1 to 65535"),
        ({"port": True}, "`port` is True, which is no number from 1 to 65535"),
        ({"port": False}, "`port` is False, which is no number from 1 to 65535"),
        ({"port": 99999}, "`port` is 99999, which is no number from 1 to 65535"),
        ({"port": 0}, "`port` is 0, which is no number from 1 to 65535"),
        ({"port": -22}, "`port` is -22, which is no number from 1 to 65535"),
        ({"port": 22.5}, "`port` is 22.5, which is no number from 1 to 65535"),
        ({"port": "²²"}, "`port` is '²²', which is no number from 1 to 65535"),
        ({"platform": 9}, "`platform` is 9, which is not text"),
        ({"platform": ["eos"]}, "`platform` is ['eos'], which is not text"),
        ({"username": 7}, "`username` is 7, which is not text"),
        ({"password": 8642}, "`password` is not text"),
        ({"hostname": 7}, "the address 7 is not text"),
        ({"data": ["x"]}, "`data` of sw1 is a list, no table of keys and values"),
        ({"data": "x"}, "`data` of sw1 is a str, no table of keys and values"),
        ({"data": {"sudo": "false"}}, "`sudo` is 'false', which is neither true nor false"),
        ({"data": {"sudo": 0}}, "`sudo` is 0, which is neither true nor false"),
        ({"data": {"transport": ["cli"]}}, "`transport` is ['cli'], which is not text"),
        ({"data": {"key_file": True}}, "`key_file` is True, which is not text"),
        ({"data": {"password_env": 7}}, "`password_env` is 7, which is not text"),
        ({"data": {"rack": ["r1"]}}, "`rack`: \"['r1']\" is not a rack name"),
    ],
)
def test_a_value_of_another_type_is_told(tmp_path: Path, host: dict[str, Any], said: str) -> None:
    """No traceback, and no guess: `"false"` is not taken for true."""
    (fault,) = faults(tmp_path, {"sw1": {"platform": "eos", **host}})
    assert fault.what == said
    assert fault.where == f"{tmp_path}/host.yaml, sw1"
    assert "8642" not in str(fault)


@pytest.mark.parametrize("name", ["123", "true", "null", "2026-01-01", "1.5"])
def test_a_name_that_yaml_reads_as_something_else_is_told(tmp_path: Path, name: str) -> None:
    """The hint says what to do about it."""
    (fault,) = faults(tmp_path, f"{name}: {{platform: eos}}\nsw1: {{platform: eos}}\n")
    assert fault.what.endswith("is not text")
    assert fault.hint == "put it into quotes"


def test_data_of_a_group_and_of_the_defaults_is_looked_at_too(tmp_path: Path) -> None:
    """A host takes its values from there."""
    host = {"sw1": {"platform": "eos", "groups": ["leafs"]}}
    (fault,) = faults(tmp_path, host, {"leafs": {"data": ["s3cret"]}})
    assert fault.what == "`data` of leafs is a list, no table of keys and values"
    (fault,) = faults(tmp_path, host, {"leafs": {}}, {"data": ["s3cret"]})
    assert fault.what == "`data` of the defaults is a list, no table of keys and values"


def test_all_values_are_told_at_once(tmp_path: Path) -> None:
    """Of one host as of all."""
    found = faults(
        tmp_path,
        {
            "sw1": {
                "platform": "eos",
                "hostname": "a..b",
                "port": "abc",
                "data": {"sudo": "no", "rack": "../x"},
            },
            "sw2": {"platform": "eos", "username": 7, "data": {"transport": "telnet"}},
        },
    )
    assert [problem.where.rpartition(" ")[2] for problem in found] == ["sw1"] * 4 + ["sw2"] * 2


def test_a_port_in_quotes_is_a_port(tmp_path: Path) -> None:
    """As an inventory of another tool may give it."""
    (tmp_path / "hosts.yaml").write_text("sw1: {platform: eos, port: '2222', groups: [7], data: {rack: 12}}")
    (tmp_path / "groups.yaml").write_text("7: {}")
    options = {f"{name}_file": str(tmp_path / f"{name}s.yaml") for name in ("host", "group")}
    (target,) = inventory.load(InventorySource(options=options), limit="7").targets
    assert (target.port, target.rack) == (2222, "12")


def test_a_group_that_contains_itself_is_told(tmp_path: Path) -> None:
    """And is no traceback of a thousand lines."""
    (tmp_path / "host").write_text("sw1: {platform: eos, groups: [a]}")
    (tmp_path / "group").write_text("a: {groups: [b]}\nb: {groups: [a]}")
    options = {f"{name}_file": str(tmp_path / name) for name in ("host", "group")}
    with pytest.raises(UsageError, match="a group of the inventory contains itself"):
        inventory.load(InventorySource(options=options))
