"""Read what NAPALM's getters return, in whichever platform's names.

Comes in: rows of its models. Goes out: records. NAPALM writes -1, an empty text or `None` where it does not
know; none of them is taken for an answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from ipaddress import ip_interface

from vlan2l3 import names
from vlan2l3.names import Mac
from vlan2l3.parse.records import Port, PortAddress, Record
from vlan2l3.parse.row import Quirk, Row

_SORTS = (
    (re.compile(r"(?i)(bundle-ether|port-?channel|eth-trunk|ae\d)"), "lag"),
    (re.compile(r"(?i)(vlan|bvi|irb)"), "svi"),
    (re.compile(r"(?i)(loopback|lo\d)"), "loopback"),
    (re.compile(r"(?i)(mgmt|management|meth)"), "management"),
    (re.compile(r"(?i)(tunnel|nve|vxlan|null)"), "tunnel"),
    (re.compile(r"(?i)\S*(ethernet|gige|xe-|et-|ge-)"), "physical"),
)


def interface(row: Row) -> Iterator[Record]:
    """Read one interface of `get_interfaces`."""
    name = row.name(row.bound["name"])
    mtu = int(row.get("mtu", 0) or 0)
    sort = next((sort for rule, sort in _SORTS if rule.match(name)), "other")
    yield Port(
        source=row.source,
        name=name,
        sort="vlan" if "." in name and sort in ("physical", "lag") else sort,
        enabled=bool(row.must("is_enabled")),
        up=bool(row.must("is_up")),
        mac=_mac(row.text("mac_address")),
        mtu=mtu if mtu > 0 else None,
        description=row.text("description"),
    )


def _mac(text: str) -> Mac | None:
    return names.mac(text) if text not in ("", "None", "Unspecified") else None


def address(row: Row) -> Iterator[Record]:
    """Read one address of `get_interfaces_ip`, which knows neither VRFs nor which address is secondary."""
    full = f"{row.bound['address']}/{row.must('prefix_length')}"
    yield PortAddress(
        source=row.source, interface=row.name(row.bound["interface"]), address=ip_interface(full)
    )


ROWS: Mapping[str, Quirk] = {"interface": interface, "address": address}
