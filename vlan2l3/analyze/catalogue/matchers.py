"""Say what a rule looks for: one struct for each kind of source.

Comes in: a rule's `evidence` table. Goes out: frozen structs. `matching` does the looking; nothing here reads
a capture.
"""

from __future__ import annotations

from typing import Literal

import msgspec

Weight = Literal["decisive", "strong", "weak"]
Together = Literal["no", "group", "segment"]


class Matcher(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="source"):
    """Be the base of every matcher.

    Attributes:
        weight: what a match counts for the verdict.
        role: a `client` is shown with the workload, is no member of it and counts nothing.
        running: a regular expression of the unit that has to be active; without it a match counts one weight
            less, since a file may lie there unused.
        joined: multicast groups of which the host has to be in one, or in one that its file names; else a
            match counts one weight less, since software that is in no group is not in use.
        from_memory: no source confirms this fact: a match may raise a suspicion and never decides.
    """

    weight: Weight
    role: Literal["member", "client"] = "member"
    running: str = ""
    joined: tuple[str, ...] = ()
    from_memory: bool = False

    @property
    def identity(self) -> str:
        """Name what was looked at; two matches are two proofs only when this differs."""
        return str(self.__struct_config__.tag)

    def patterns(self) -> tuple[str, ...]:
        """List the regular expressions that have to compile."""
        return tuple(getattr(self, name) for name in ("running", *self._pattern_fields()))

    def _pattern_fields(self) -> tuple[str, ...]:
        return tuple(name for name in ("pattern", "process", "mac", "name") if hasattr(self, name))


class HostFile(Matcher, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="host.file"):
    """Match lines of a captured file or of a command's kept answer.

    `paths` are shell patterns in which `*` spans folders; the answer of a command goes by the command. Lines
    that are comments are no lines. A named group of the pattern labels the match: hosts of one segment with
    equal labels are one workload. With `absent` the rule wants a file in which no line matches, and points
    at its first line.
    """

    paths: tuple[str, ...]
    pattern: str
    absent: bool = False


class HostUnit(Matcher, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="host.unit"):
    """Match the name of an active systemd unit, its suffix included."""

    pattern: str


class HostProcess(Matcher, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="host.process"):
    """Match the name of a running process, of which the kernel keeps 15 characters."""

    pattern: str


class HostSocket(Matcher, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="host.socket"):
    """Match a listening socket; a process that could not be seen fits every pattern.

    `on_uplink` leaves out a socket bound to an interface that has no address in any segment, as libvirt's
    dnsmasq on `virbr0` has.
    """

    protocol: Literal["tcp", "udp", "raw"]
    ports: tuple[int, ...]
    process: str = ""
    on_uplink: bool = False


class HostGroup(Matcher, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="host.maddr"):
    """Match a multicast group that a host joined; `but` takes groups out that are somebody else's.

    `together` makes one workload of all who are in one group within a segment, or of all within a segment.
    """

    groups: tuple[str, ...]
    but: tuple[str, ...] = ()
    together: Together = "no"


class HostSysctl(Matcher, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="host.sysctl"):
    """Match the value of a kernel setting; `key` is a shell pattern."""

    key: str
    pattern: str


class HostPackage(Matcher, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="host.package"):
    """Match an installed package whose version is older than `below`, compared number by number."""

    package: str
    below: str


class HostEtherType(Matcher, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="host.ethertype"):
    """Match an EtherType for which a host's kernel has a packet socket or a handler, as in `0x88a2`."""

    ethertypes: tuple[str, ...]


class SwitchMac(Matcher, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="switch.mac"):
    """Match a MAC address learned by a switch.

    A named group of the pattern labels the match: equal labels are one workload, within one segment or in the
    whole network as `scope` says. `on` tells a workload's address, on an access port, from the gateway's own.
    """

    mac: str
    scope: Literal["segment", "network"] = "network"
    on: Literal["access", "gateway"] = "access"


class SwitchArp(SwitchMac, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="switch.arp"):
    """Match a MAC address that ARP or ND tables tie to an address."""


class SwitchIgmp(Matcher, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="switch.igmp"):
    """Match a multicast group in a switch's snooping table; `together` as for a group that a host joined.

    `unread` leaves out hosts that were read: what they joined they have told, and one join is one proof.
    """

    groups: tuple[str, ...]
    but: tuple[str, ...] = ()
    together: Together = "no"
    unread: bool = False


class SwitchEtherType(Matcher, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="switch.ethertype"):
    """Match an EtherType that a MAC access list of a switch has counted frames of.

    Each switch is a workload of its own, since nobody knows which VLAN was counted; with `everywhere` all are
    one.
    """

    ethertypes: tuple[str, ...]
    everywhere: bool = False


class SwitchConfig(Matcher, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="switch.config"):
    """Match lines of a running configuration; named groups of the pattern label the match."""

    pattern: str


class Kubernetes(Matcher, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="k8s"):
    """Match an object in what `kubectl get … -o json` printed, its JSON written compactly, keys sorted."""

    kind: str
    name: str = ""
    pattern: str = ""


class Derived(Matcher, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="derived"):
    """Match what a function of `derived` found."""

    function: str

    @property
    def identity(self) -> str:
        """Name the function as well: two of them are two proofs."""
        return f"derived.{self.function}"


AnyMatcher = (
    HostFile | HostUnit | HostProcess | HostSocket | HostGroup | HostSysctl | HostPackage | HostEtherType
    | SwitchMac | SwitchArp | SwitchIgmp | SwitchEtherType | SwitchConfig | Kubernetes | Derived
)  # fmt: skip
