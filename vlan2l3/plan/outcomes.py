"""Say what becomes of a packet: delivered by a plane, dropped somewhere for a reason, or looped."""

from __future__ import annotations

from dataclasses import dataclass

from vlan2l3.plan.facts import Plane


@dataclass(frozen=True, slots=True)
class Delivered:
    """Say by which plane the packet arrived, and which gateway, if one did, sent it back where it came from.

    `redirected` is that gateway: it tells the sender of a shorter way, which the sender may remember.
    """

    plane: Plane
    redirected: str = ""


@dataclass(frozen=True, slots=True)
class Dropped:
    """Say where the packet is lost and why."""

    where: str
    why: str


@dataclass(frozen=True, slots=True)
class Looped:
    """Give the routers a packet goes round, the first one repeated at the end."""

    path: tuple[str, ...]

    @property
    def where(self) -> str:
        """Give the router the packet returns to."""
        return self.path[-1]

    @property
    def why(self) -> str:
        """Give the way round."""
        return f"it goes round: {' -> '.join(self.path)}"


Outcome = Delivered | Dropped | Looped


def worst(outcomes: list[Outcome]) -> Outcome:
    """Give the first that lost the packet, else the first that redirects, else the first.

    A flow's way is chosen by hashes and by caches: all that are possible have to arrive.
    """
    lost = [outcome for outcome in outcomes if not isinstance(outcome, Delivered)]
    told = [outcome for outcome in outcomes if isinstance(outcome, Delivered) and outcome.redirected]
    return (lost or told or outcomes)[0]
