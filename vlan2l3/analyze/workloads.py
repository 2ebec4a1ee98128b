"""Group what was seen by workload, and weigh it.

Comes in: a rule and a `Lookup`. Goes out: workloads, each with its proofs, and a verdict on one. Texts and
findings are `engine`'s.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from vlan2l3.analyze.catalogue import Catalogue, Matcher, Rule, Weight
from vlan2l3.analyze.catalogue.matchers import HostFile
from vlan2l3.analyze.findings import Certainty
from vlan2l3.analyze.lookup import Lookup
from vlan2l3.analyze.matching import match
from vlan2l3.analyze.matching.groups import is_wanted
from vlan2l3.analyze.membership import MEMBERSHIPS, Membership
from vlan2l3.analyze.sighting import Sighting
from vlan2l3.names import DeviceName, RackName, SegmentName, natural_key

_LESS: dict[Weight, Weight] = {"decisive": "strong", "strong": "weak", "weak": "weak"}
_ALIKE_MAX = 12  # sightings of one matcher that speak of the same thing in the same place
_PROOFS = 2  # this many different things have to be seen where none decides alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """Keep a sighting with the matcher that made it and the weight it counts with."""

    matcher: Matcher
    weight: Weight
    sighting: Sighting

    @property
    def of_client(self) -> bool:
        """Tell whether it speaks of a client, which is shown and counts nothing."""
        return self.matcher.role == "client"


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """Hold what belongs together; `memberships` are those of the member hosts something was seen on."""

    proofs: tuple[Proof, ...]
    memberships: tuple[Membership, ...]

    def members(self) -> Iterator[Sighting]:
        """Walk the sightings of members."""
        return (proof.sighting for proof in self.proofs if not proof.of_client)

    @property
    def companions(self) -> frozenset[DeviceName]:
        """List the members that other members name."""
        return frozenset().union(*(membership.companions for membership in self.memberships))

    @property
    def hosts(self) -> tuple[DeviceName, ...]:
        """List the members that are hosts."""
        named = {seen.host for seen in self.members() if seen.host} | self.companions
        return tuple(sorted(named, key=natural_key))

    @property
    def clients(self) -> frozenset[DeviceName]:
        """List the hosts that use the workload."""
        return frozenset(p.sighting.host for p in self.proofs if p.of_client and p.sighting.host)

    @property
    def strangers(self) -> frozenset[str]:
        """List the members that are no host of the capture."""
        return frozenset().union(*(membership.strangers for membership in self.memberships))

    @property
    def subject(self) -> tuple[str, ...]:
        """List the members by the names they go by, hosts or what stands for them."""
        anchors = {part for seen in self.members() for part in seen.anchor.split("+")}
        return tuple(sorted((anchors | self.companions) - {""}, key=natural_key))

    @property
    def segments(self) -> tuple[SegmentName, ...]:
        """List the segments the workload uses."""
        found = {segment for seen in self.members() for segment in seen.segments}
        found |= {segment for membership in self.memberships for segment in membership.segments}
        return tuple(sorted(found, key=natural_key))

    def racks(self, lookup: Lookup) -> tuple[RackName, ...]:
        """List the racks of members and clients, and of the ports they are seen on."""
        found = {rack for proof in self.proofs for rack in proof.sighting.racks}
        for name in {*self.hosts, *self.clients}:
            found |= lookup.racks_of(lookup.hosts[name])
        return tuple(sorted(found, key=natural_key))

    def facts(self) -> set[tuple[str, str]]:
        """Collect what proofs and memberships have to say for the catalogue's texts."""
        found = {fact for proof in self.proofs for fact in proof.sighting.facts}
        return found | {fact for membership in self.memberships for fact in membership.facts}


def workloads(rule: Rule, lookup: Lookup, cleared: frozenset[str]) -> tuple[Workload, ...]:
    """Join the rule's sightings that share an anchor or a label, directly or through others.

    Sightings on `cleared` hosts, and of `cleared` machines nobody logs in to, are left out: another rule
    explains them.
    """
    proofs = [proof for matcher in rule.evidence for proof in _proofs(matcher, lookup)]
    proofs = [p for p in proofs if cleared.isdisjoint((p.sighting.host, p.sighting.anchor))]
    belonging = {
        name: MEMBERSHIPS[rule.members](lookup, lookup.hosts[name])
        for name in sorted({proof.sighting.host for proof in proofs if proof.sighting.host})
    }
    members = [proof for proof in proofs if not proof.of_client]
    groups = _Groups()
    for proof in members:
        groups.join(_labels(proof, belonging))
    found: dict[str, list[Proof]] = defaultdict(list)
    for proof in members:
        found[groups.root(min(_labels(proof, belonging)))].append(proof)
    for proof in proofs:
        if proof.of_client:
            for root in {groups.root(label) for label in _labels(proof, belonging)} & set(found):
                found[root].append(proof)
    return tuple(_workload(group, belonging) for group in found.values())


def verdict(workload: Workload, rule: Rule, catalogue: Catalogue) -> Certainty | None:
    """Weigh a workload: one decisive proof, or enough of different ones; else a suspicion; else nothing.

    What is known from memory only adds to a suspicion and to nothing else.
    """
    best: dict[Matcher, Weight] = {}
    for proof in workload.proofs:
        if not proof.of_client:
            known = best.get(proof.matcher, "weak")
            best[proof.matcher] = max(known, proof.weight, key=catalogue.weights.__getitem__)
    sourced = {matcher: weight for matcher, weight in best.items() if not matcher.from_memory}
    total = sum(catalogue.weights[weight] for weight in sourced.values())
    kinds = {matcher.identity for matcher in sourced}
    enough = total >= catalogue.weights["decisive"] and len(kinds) >= _PROOFS
    if ("decisive" in sourced.values() or enough) and rule.confidence != "memory":
        return Certainty.DECISIVE
    strong = any(weight != "weak" for weight in best.values())
    return Certainty.SUSPECTED if strong or rule.weak_suffices else None


class _Groups:
    """Keep which labels belong together."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}

    def root(self, label: str) -> str:
        """Find the label that stands for a label's group."""
        self._parent.setdefault(label, label)
        while self._parent[label] != label:
            label = self._parent[label]
        return label

    def join(self, labels: Iterable[str]) -> None:
        """Put labels into one group."""
        roots = sorted({self.root(label) for label in labels})
        for root in roots:
            self._parent[root] = roots[0]


def _proofs(matcher: Matcher, lookup: Lookup) -> Iterator[Proof]:
    """Give what a matcher saw; of many alike, as guests behind one port are, the first few prove as much."""
    count: Counter[tuple[str, DeviceName | None, frozenset[SegmentName], frozenset[str]]] = Counter()
    for seen in match(matcher, lookup):
        alike = (seen.anchor, seen.host, seen.segments, seen.labels)
        count[alike] += 1
        if count[alike] > _ALIKE_MAX:
            continue
        idle = seen.host is not None and _is_idle(matcher, seen, lookup, seen.host)
        yield Proof(matcher=matcher, weight=_LESS[matcher.weight] if idle else matcher.weight, sighting=seen)


def _is_idle(matcher: Matcher, seen: Sighting, lookup: Lookup, host: DeviceName) -> bool:
    """Tell whether what was seen is not in use; where nobody could look a file is taken to be."""
    if matcher.running and not lookup.runs(host, matcher.running):
        return True
    if not matcher.joined or any(name == "groups" for name, _ in seen.facts):
        return False
    if not lookup.hosts[host].groups:
        return not isinstance(matcher, HostFile)  # a unit says nothing of multicast, a file does
    return not any(is_wanted(group, matcher.joined, ()) for group in lookup.groups_of(host))


def _labels(proof: Proof, belonging: dict[DeviceName, Membership]) -> frozenset[str]:
    host = proof.sighting.host
    own = belonging[host].labels if host else frozenset[str]()
    anchor = proof.sighting.anchor
    return own | proof.sighting.labels | ({f"anchor {anchor}"} if anchor else set())


def _workload(group: list[Proof], belonging: dict[DeviceName, Membership]) -> Workload:
    names = {proof.sighting.host for proof in group if proof.sighting.host and not proof.of_client}
    return Workload(proofs=tuple(group), memberships=tuple(belonging[name] for name in sorted(names)))
