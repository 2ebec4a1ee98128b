"""A real capture of eight EOS switches and five Linux hosts is joined without a guess."""

from __future__ import annotations

from pathlib import Path

import pytest

from vlan2l3.capture import importers, store
from vlan2l3.network.build import build
from vlan2l3.network.coverage import Coverage, GapKind
from vlan2l3.network.model import Network
from vlan2l3.parse.engine import read_capture


@pytest.fixture(scope="module")
def _folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("real") / "eos"


@pytest.fixture
def eos(real_outputs: Path, _folder: Path) -> tuple[Network, Coverage]:
    """Import the gather folder and build its network."""
    found = importers.import_folder(real_outputs / "suzieq" / "networks" / "eos", name="eos")
    capture = store.write(
        _folder, name=found.name, taken=found.taken, source=found.source, devices=found.devices
    )
    devices = capture.manifest.devices
    return build(read_capture(capture), name="eos", digest=capture.digest, devices=devices)


def test_real_pairs_links_and_legs(eos: tuple[Network, Coverage]) -> None:
    """Two MLAG pairs under two spines; without LLDP on the hosts, the MAC tables give the legs."""
    network, _ = eos
    assert network.racks == ("dcedge01", "exit01", "exit02", "leaf01+leaf02", "leaf03+leaf04")
    assert [s.name for s in network.switches if s.role == "core"] == ["spine01", "spine02"]
    assert len(network.links) == 18
    assert all(link.confirmed for link in network.links)
    for name in ("server101", "server102", "server301", "server302"):
        host = network.host(name)
        assert host is not None
        assert [leg.proof for leg in host.legs] == [("mac",), ("mac",)]
        assert not host.single_homed


def test_real_vni_joins_the_vlan_of_two_pairs(eos: tuple[Network, Coverage]) -> None:
    """VLAN 30 of both pairs is one segment over VXLAN, VLAN 4094 of each pair is its own."""
    network, coverage = eos
    segments = {s.name: {device for device, _ in s.nodes} for s in network.segments}
    assert segments["vlan30"] == {"leaf01", "leaf02", "leaf03", "leaf04"}
    assert segments["vlan4094@leaf01+leaf02"] == {"leaf01", "leaf02"}
    stretched = [gap.subject for gap in coverage.gaps if gap.kind is GapKind.STRETCHED]
    assert stretched == ["vlan10", "vlan20", "vlan30"]


def test_real_router_of_another_vendor_is_linked(eos: tuple[Network, Coverage]) -> None:
    """The Junos router hears two EOS switches, and they hear it by the index or the name of its ports."""
    network, coverage = eos
    ends = {
        (str(link.a), str(link.b)) for link in network.links if "dcedge01" in (link.a.device, link.b.device)
    }
    assert ends == {("dcedge01 xe-0/0/0", "exit01 Ethernet4"), ("dcedge01 xe-0/0/1", "exit02 Ethernet4")}
    assert not [gap for gap in coverage.gaps if gap.kind is GapKind.DEVICE_UNREAD]
