"""Read how the ports of a Junos configuration bridge and bundle.

Comes in: its statements. Goes out: for each port the VLANs it carries, as an access port or a trunk, and
LAGs with their members. A port whose VLANs are not all named here is left to `show vlans detail`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address

from vlan2l3 import names
from vlan2l3.names import VlanId
from vlan2l3.parse.quirks.junos import config_vlans, port
from vlan2l3.parse.quirks.junos.statements import Statement, Words
from vlan2l3.parse.quirks.junos.told import PeerLink
from vlan2l3.parse.raw import Raw
from vlan2l3.parse.reading import Unparsed
from vlan2l3.parse.records import AclBinding, LagMember, MlagPort, Record, Switchport

_BUNDLED = frozenset({"gigether-options", "ether-options", "fastether-options"})
_SWITCHED = frozenset({"ethernet-switching", "bridge"})
_MODES = ("interface-mode", "port-mode")
_NUMBERS = frozenset({"mc-ae-id", "esi"})  # by which two switches know a LAG they share
_ALL_ACCESS = "access-ports"
_OPTIONS = ("switch-options", "ethernet-switching-options")
_KNOWN_MODES = frozenset({"", "access", "trunk"})
# What changes which VLAN a frame is in, so that the tag on the wire no longer says it.
_TRANSLATES = frozenset(
    {"input-vlan-map", "output-vlan-map", "vlan-id-range", "vlan-id-list", "inner-vlan-id"}
)
_HARMLESS = frozenset({"storm-control", "recovery-timeout", "mac-limit", "rtg"})
_DIRECTIONS = {"input": "in", "output": "out", "input-list": "in", "output-list": "out"}


@dataclass(slots=True)
class _Unit:
    """Gather what is said of one unit; `line` is the first line that says it bridges, 0 without one."""

    line: int = 0
    mode: str = ""
    members: list[Statement] = field(default_factory=list)
    tag: str = ""


@dataclass(slots=True)
class Ports:
    """Gather what is said of all ports."""

    units: dict[tuple[str, str], _Unit] = field(default_factory=dict)
    natives: dict[str, str] = field(default_factory=dict)
    bundles: list[tuple[Statement, str, str]] = field(default_factory=list)
    lacp: set[str] = field(default_factory=set)
    shared: list[tuple[Statement, str, Words]] = field(default_factory=list)
    filters: list[tuple[Statement, str, Words]] = field(default_factory=list)
    domains: list[tuple[Statement, str, str]] = field(default_factory=list)  # VLAN's name, unit
    known: Mapping[str, frozenset[VlanId]] = field(default_factory=dict)
    peers: list[tuple[Statement, Words]] = field(default_factory=list)
    strange: list[Statement] = field(default_factory=list)
    voice: dict[str, str] = field(default_factory=dict)  # unit -> VLAN
    systems: dict[str, str] = field(default_factory=dict)  # LAG -> its LACP system

    def records(self, raw: Raw, lost: list[Unparsed]) -> Iterator[Record]:
        """Make the records; what does not fit goes to `lost`."""
        for statement in self.strange:
            reason = "not understood of a bridged port"
            lost.append(raw.unparsed(" ".join(statement.words), reason, line=statement.line))
        yield from self._bundles(raw)
        yield from self._peer_links(raw, lost)
        for name in dict.fromkeys(name for name, _ in self.units):
            try:
                yield from self._switchport(raw, name)
            except ValueError as error:
                unit = next(u for (of, _), u in self.units.items() if of == name)
                lost.append(raw.unparsed(f"interfaces {name}", str(error), line=unit.line))
        for statement, name, words in self.filters:
            if words[0] in _DIRECTIONS and len(words) > 1:
                yield AclBinding(
                    source=raw.at(statement.line),
                    interface=port.bridged(name),
                    acl=words[1],
                    direction=_DIRECTIONS[words[0]],
                )

    def _bundles(self, raw: Raw) -> Iterator[Record]:
        for statement, member, lag in self.bundles:
            yield LagMember(
                source=raw.at(statement.line),
                lag=port.interface(lag),
                interface=port.interface(member),
                active=False,
                lacp=lag in self.lacp,
            )
        for statement, lag, words in self.shared:
            if words[0] in _NUMBERS:
                yield MlagPort(
                    source=raw.at(statement.line), number=words[1], interface=port.interface(lag), state=""
                )

    def _peer_links(self, raw: Raw, lost: list[Unparsed]) -> Iterator[Record]:
        groups = [words[1] for _, _, words in self.shared if words[0] == "redundancy-group"]
        systems = {self.systems[lag] for _, lag, _ in self.shared if lag in self.systems}
        for statement, words in self.peers:
            try:
                yield PeerLink(
                    source=raw.at(statement.line),
                    peer=ip_address(words[0]),
                    interface=port.bridged(words[2]),
                    domain=groups[0] if groups else "",
                    system=names.mac(next(iter(systems))) if len(systems) == 1 else None,
                )
            except (ValueError, IndexError) as error:
                lost.append(raw.unparsed(" ".join(statement.words), str(error), line=statement.line))

    def _switchport(self, raw: Raw, name: str) -> Iterator[Record]:
        """Join the units of one port; a unit that only routes adds nothing."""
        units = {unit: about for (of, unit), about in self.units.items() if of == name and about.line}
        if not units or any(name == member for _, member, _ in self.bundles):
            return
        carried = [self._carried(name, unit, about) for unit, about in units.items()]
        untagged = frozenset(vlan for one, _ in carried for vlan in one)
        tagged = frozenset(vlan for _, several in carried for vlan in several)
        if len(untagged) > 1:
            raise ValueError(f"{len(untagged)} VLANs without a tag")
        if not (untagged or tagged):
            return
        trunk = bool(tagged) or any(about.mode == "trunk" for about in units.values())
        yield Switchport(
            source=raw.at(min(about.line for about in units.values())),
            interface=port.interface(name),
            mode="trunk" if trunk else "access",
            untagged=next(iter(untagged), None),
            tagged=tagged - untagged,
        )

    def _carried(self, name: str, unit: str, about: _Unit) -> tuple[frozenset[VlanId], frozenset[VlanId]]:
        """Give the VLANs that one unit carries without and with a tag.

        Raises:
            ValueError: when they are not all known, or a tag on the wire is not the VLAN's id.
        """
        full = f"{name}.{unit}"
        spoken = self.voice.get(full) or (self.voice.get(_ALL_ACCESS) if about.mode != "trunk" else None)
        voice = config_vlans.ids(spoken, self.known) if spoken else frozenset()
        listed = frozenset(v for s in about.members for v in config_vlans.ids(s.words[-1], self.known))
        domains = [vlan for _, vlan, member in self.domains if member == full]
        inside = frozenset(v for vlan in domains for v in config_vlans.ids(vlan, self.known))
        if about.mode not in _KNOWN_MODES:
            raise ValueError(f"{full} has the mode {about.mode!r}, which is not known")
        if about.mode == "trunk":
            one = self._native(name, full, listed | inside)
            return one, (listed | inside | voice) - one
        if about.tag:
            tag = names.vlan_id(about.tag)
            if inside and inside != {tag}:
                raise ValueError(f"{full} has tag {tag} for VLAN {names.vlan_text(inside)}")
            return frozenset(), inside
        if len(listed | inside) > 1:
            raise ValueError(f"{full} has {len(listed | inside)} VLANs without a tag")
        return listed | inside, voice

    def _native(self, name: str, full: str, members: frozenset[VlanId]) -> frozenset[VlanId]:
        """Give the VLAN of frames without a tag: before ELS it is set at the unit and no member."""
        if full in self.natives:
            return config_vlans.ids(self.natives[full], self.known)
        native = self.natives.get(name)
        return config_vlans.ids(native, self.known) & members if native else frozenset()


def ports(found: tuple[Statement, ...]) -> Ports:
    """Sort the statements that say how ports bridge and bundle."""
    made = Ports(known=config_vlans.named(found))
    for statement in found:
        words = statement.below("interfaces", "*")
        if words:
            _take(made, statement, statement.words[1], words)
        peer = statement.below("multi-chassis", "multi-chassis-protection") or statement.below(
            "interfaces", "*", "unit", "*", "multi-chassis-protection"
        )
        for options in _OPTIONS:
            _take_option(made, statement, statement.below(options) or ())
        if peer and "interface" in peer:
            made.peers.append((statement, peer))
    for statement, vlan, rest in config_vlans.told(found):
        if rest[0] == "interface" and len(rest) > 1:
            name, _, unit = rest[1].partition(".")
            about = made.units.setdefault((name, unit or "0"), _Unit())
            about.line = about.line or statement.line
            made.domains.append((statement, vlan, f"{name}.{unit or '0'}"))
    return made


def _take_option(made: Ports, statement: Statement, words: Words) -> None:
    if words[:2] == ("voip", "interface") and words[3:4] == ("vlan",):
        made.voice[words[2]] = words[4]
    elif words[:1] == ("redundant-trunk-group",):
        made.strange.append(statement)


def _take(made: Ports, statement: Statement, name: str, words: Words) -> None:
    if words[0] in _BUNDLED and words[1:2] == ("802.3ad",):
        made.bundles.append((statement, name, words[2]))
    elif words[:2] == ("aggregated-ether-options", "lacp"):
        made.lacp.add(name)
        if words[2:3] == ("system-id",):
            made.systems[name] = words[3]
    elif words[0] == "esi" and len(words) > 1 and ":" in words[1]:
        made.shared.append((statement, name, words))
    elif words[:2] == ("aggregated-ether-options", "mc-ae") and len(words) > 3:  # noqa: PLR2004  a value
        made.shared.append((statement, name, words[2:]))
    elif words[0] == "native-vlan-id" and len(words) > 1:
        made.natives[name] = words[1]
    elif words[0] == "unit" and len(words) > 2:  # noqa: PLR2004  the unit's number and more
        _take_unit(made, statement, name, words[1], words[2:])


def _take_unit(made: Ports, statement: Statement, name: str, unit: str, words: Words) -> None:
    about = made.units.setdefault((name, unit), _Unit())
    if words[0] == "vlan-id":
        about.tag = words[1]
    elif words[:2] == ("vlan-tags", "outer"):
        about.tag = words[2].rpartition(".")[2]
        made.strange += [statement] if "inner" in words else []
    elif words[0] in _TRANSLATES:
        made.strange.append(statement)
    elif words[0] == "family" and words[1] in _SWITCHED:
        about.line = about.line or statement.line
        _take_switched(made, about, statement, f"{name}.{unit}", words[2:])


def _take_switched(made: Ports, about: _Unit, statement: Statement, full: str, words: Words) -> None:
    if words[:1] and words[0] in _MODES:
        about.mode = words[1]
    elif words[:2] == ("vlan", "members") or words[:1] in (("vlan-id-list",), ("vlan-id",)):
        about.members.append(statement)
    elif words[:1] == ("native-vlan-id",):
        made.natives[full] = words[1]
    elif words[:1] == ("filter",) and len(words) > 1:
        made.filters.append((statement, full, words[1:]))
    elif words and words[0] not in _HARMLESS:
        made.strange.append(statement)
