"""Compare what is read of NX-OS with what genieparser expects."""

from __future__ import annotations

from typing import Any

from tests.agreements import Comparison, beside, genie
from tests.agreements.nxos import shared as our
from tests.agreements.nxos.shared import Rows


def _genie_stp(answer: Any) -> Rows:
    for instance in answer["mstp"]["mst_instances"].values():
        for port in instance["interfaces"].values():
            name = f"MST{instance['mst_id']:04d}"
            yield (name, our.port(port["name"]), port["cost" if "cost" in port else "port_cost"])
        yield (instance.get("bridge_address"), instance["bridge_priority"])


def _plain_mac(rows: Rows) -> Rows:
    for row in rows:
        yield tuple(str(v).replace(".", "") if i == 0 and len(row) == 2 else v for i, v in enumerate(row))


def _genie_vpc(answer: Any) -> Rows:
    for row in answer.get("vpc", {}).values():
        yield (str(row["vpc_id"]), our.port(row["vpc_ifindex"]), row["vpc_port_state"])
    link = next(iter(answer["peer_link"].values()))
    yield (str(answer["vpc_domain_id"]), answer["vpc_role"], our.port(link["peer_link_ifindex"]))


def _genie_channel(answer: Any) -> Rows:
    for name, row in answer["interfaces"].items():
        for port, member in row.get("members", {}).items():
            yield (our.port(name), our.port(port), member["flags"] == "P")


def _genie_station(answer: Any) -> Rows:
    for number, vlan in answer["mac_table"]["vlans"].items():
        for row in vlan["mac_addresses"].values() if number.isdigit() else ():
            for kind in ("interfaces", "drop"):
                for port in row.get(kind, {}):
                    name = "Drop" if kind == "drop" else our.port(port)
                    yield (int(number), our.mac(row["mac_address"]), name)


def _genie_limit(answer: Any) -> Rows:
    yield (answer["current_system_count"], answer["configured_system_limit"])


def _genie(command: str, folder: str, ours: Any, theirs: Any) -> Comparison:
    return beside(
        f"genieparser: {command}",
        platform="nxos",
        command=command,
        folder=f"genieparser/nxos/{folder}/",
        expected=genie,
        ours=ours,
        theirs=theirs,
    )


COMPARISONS: tuple[Comparison, ...] = (
    _genie(
        "show spanning-tree detail", "ShowSpanningTreeDetail", our.stp, lambda a: _plain_mac(_genie_stp(a))
    ),
    _genie("show vpc", "ShowVpc", our.vpc, _genie_vpc),
    _genie("show port-channel summary", "ShowPortChannelSummary", our.channel, _genie_channel),
    _genie("show mac address-table", "ShowMacAddressTable", our.station, _genie_station),
    _genie("show mac address-table limit", "ShowMacAddressTableLimit", our.limit, _genie_limit),
)
