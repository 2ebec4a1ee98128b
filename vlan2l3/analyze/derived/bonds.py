"""Compute which hosts have bonds, and of what kind: what a plan takes apart by itself, and what it does not.

Comes in: a `Lookup`. Goes out: sightings. Those of all hosts a plan knows how to move are one finding.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from vlan2l3.analyze.lookup import Lookup, segments_of
from vlan2l3.analyze.sighting import Sighting
from vlan2l3.names import natural_key
from vlan2l3.network.model import Host, HostBond

SHOWN = 5  # hosts that are proof

_ANCHOR = "bonds"
_PLANNED = {"802.3ad": "LACP", "active-backup": "active-backup"}


def bond_of_host(lookup: Lookup) -> Iterator[Sighting]:
    """Find bonds with LACP or a standby on hosts that were read; the first few are proof for all."""
    found = [(host, bond) for host, bond in _bonds(lookup) if bond.mode in _PLANNED]
    count = Counter(_PLANNED[bond.mode] for _, bond in found)
    facts = frozenset(("figures", f"{name}: {number}") for name, number in count.items())
    for number, (host, bond) in enumerate(found):
        yield Sighting(
            anchor=_ANCHOR,
            host=host.name,
            segments=segments_of(host),
            facts=facts,
            source=bond.source if number < SHOWN else found[SHOWN - 1][1].source,
        )


def lag_of_unread(lookup: Lookup) -> Iterator[Sighting]:
    """Find LAGs shared by an MLAG pair that lead to no switch of the capture and to nobody who was read."""
    found = sorted(
        (ref for ref, port in lookup.ports.items() if port.mlag is not None and not port.peer_link),
        key=lambda ref: natural_key(str(ref)),
    )
    unread = [ref for ref in found if ref not in lookup.between_switches and not lookup.is_read_at(ref)]
    facts = frozenset({("figures", f"MLAG ports of machines that nobody read: {len(unread)}")})
    for ref in unread:
        port = lookup.ports[ref]
        yield Sighting(
            anchor=_ANCHOR,
            segments=frozenset(s for v in port.vlans if (s := lookup.segment(ref.device, v))),
            racks=lookup.racks_at([ref]),
            facts=facts,
            source=port.source,
        )


def bond_of_other_mode(lookup: Lookup) -> Iterator[Sighting]:
    """Find bonds whose mode no plan takes apart; somebody changes each, so each is proof."""
    for host, bond in _bonds(lookup):
        if bond.mode not in _PLANNED:
            yield Sighting(
                anchor=host.name,
                host=host.name,
                segments=segments_of(host),
                labels=frozenset({"bonds of other modes"}),
                facts=frozenset({("kinds", bond.mode)}),
                source=bond.source,
            )


def _bonds(lookup: Lookup) -> Iterator[tuple[Host, HostBond]]:
    """Walk the bonds that lead to a leaf, and all of a host of which nobody knows where its links end."""
    for host in lookup.network.hosts:
        ends = {leg.interface for leg in host.legs if leg.interface}
        for bond in host.bonds:
            if ends.intersection(bond.members) or (not ends and segments_of(host)):
                yield host, bond


FUNCTIONS = (bond_of_host, bond_of_other_mode, lag_of_unread)
