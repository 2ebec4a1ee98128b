"""Hold the conversion of device text against the types of the records."""

from __future__ import annotations

from ipaddress import ip_address, ip_interface
from typing import Any

import pytest

from vlan2l3.names import VlanId
from vlan2l3.parse import convert
from vlan2l3.parse.records import KINDS, Facts, Neighbor, Port, PortAddress, Switchport, Vlan


@pytest.mark.parametrize(
    ("platform", "written", "full"),
    [
        ("eos", "Et1", "Ethernet1"),
        ("eos", "Et49/1", "Ethernet49/1"),
        ("eos", "ethernet1", "Ethernet1"),
        ("eos", "Po3", "Port-Channel3"),
        ("eos", "PEt4", "PeerEthernet4"),
        ("eos", "Vx1", "Vxlan1"),
        ("eos", "Ma1", "Management1"),
        ("eos", "Cpu", "Cpu"),
        ("nxos", "Eth101/1/1", "Ethernet101/1/1"),
        ("nxos", "Po3", "port-channel3"),
        ("nxos", "Port-channel3", "port-channel3"),
        ("nxos", "Lo0", "loopback0"),
        ("nxos", "mgmt0", "mgmt0"),
        ("nxos", "Eth1/1.100", "Ethernet1/1.100"),
    ],
)
def test_interface_names_become_canonical(platform: str, written: str, full: str) -> None:
    """Every spelling of a port is one name, or the joins of the network stage fall apart."""
    assert convert.interface(platform, written) == full
    assert convert.interface(platform, full) == full


def test_hostile_interface_name_is_refused() -> None:
    """A name that a shell would act on never becomes a record."""
    with pytest.raises(ValueError, match="not an interface name"):
        convert.interface("eos", "Et1; reboot")


@pytest.mark.parametrize(
    ("kind", "field", "raw", "value"),
    [
        (Facts, "macs", "0011.2233.4455", ("00:11:22:33:44:55",)),
        (Vlan, "vlan", "1199*", VlanId(1199)),
        (Vlan, "ports", {"Ethernet1": {}, "Po2": {}}, ("Ethernet1", "Port-Channel2")),
        (Vlan, "ports", "Et1, Et2", ("Ethernet1", "Ethernet2")),
        (Vlan, "active", "true", True),
        (Switchport, "tagged", "1-3,7", frozenset({VlanId(1), VlanId(2), VlanId(3), VlanId(7)})),
        (Switchport, "untagged", "", None),
        (Neighbor, "address", "fe80::1%eth0", ip_address("fe80::1")),
        (Neighbor, "mac", None, None),
        (PortAddress, "address", "10.0.0.1/24", ip_interface("10.0.0.1/24")),
        (Port, "mtu", "9214", 9214),
    ],
)
def test_value_takes_the_type_of_its_field(kind: type, field: str, raw: Any, value: Any) -> None:
    """The annotation of a record decides how the text is read."""
    assert convert.value("eos", convert.hints(kind)[field], raw) == value


@pytest.mark.parametrize(
    ("kind", "field", "raw"),
    [
        (Facts, "macs", "0011.2233"),
        (Vlan, "vlan", "4095"),
        (Vlan, "active", "perhaps"),
        (Switchport, "tagged", "7-3"),
        (Neighbor, "address", "10.0.0.256"),
        (Port, "mtu", "auto"),
        (Port, "mtu", True),
        (Port, "description", {"nested": 1}),
    ],
)
def test_value_that_does_not_fit_is_refused(kind: type, field: str, raw: Any) -> None:
    """Nothing is bent into shape."""
    with pytest.raises(ValueError, match=r".+"):
        convert.value("eos", convert.hints(kind)[field], raw)


def test_every_record_kind_has_known_fields() -> None:
    """The conversion reads annotations; one that it can't resolve would fail at a user's site."""
    assert KINDS
    for kind in KINDS.values():
        assert "source" not in convert.hints(kind)
