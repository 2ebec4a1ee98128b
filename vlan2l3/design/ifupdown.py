"""Read `/etc/network/interfaces` as stanzas, and write the routed host's.

Comes in: the file as captured. Goes out: stanzas; the lines that a routed host has no place for; the file
with the bond's stanzas replaced. Stanzas that have nothing to do with the bond stay as they are, comments
included.
Source of the format: interfaces(5) of Debian 12.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

# Options whose meaning ends with the bond, or that the new stanzas carry on.
_DROPPED = (
    "bond-",
    "address",
    "netmask",
    "gateway",
    "broadcast",
    "network",
    "vlan-raw-device",
    "vlan_raw_device",
)
_DROPPED_EXACT = ("hwaddress", "autoconf", "accept_ra", "dad-attempts", "privext", "mtu", "slaves")
CARRIED = ("dns-nameservers", "dns-search", "dns-domain")
_STARTERS = (
    "iface",
    "auto",
    "allow-hotplug",
    "allow-auto",
    "mapping",
    "source",
    "source-directory",
    "no-scripts",
)

_EMPTIED = "# Written by vlan2l3: the routed host needs no interface that stood here."


@dataclass(frozen=True, slots=True, kw_only=True)
class Stanza:
    """Hold one stanza: the words of its first line, and its lines as (number, text), comments included."""

    words: tuple[str, ...]
    lines: tuple[tuple[int, str], ...]

    @property
    def interfaces(self) -> tuple[str, ...]:
        """List the interfaces it is about; none for `source` lines and for what precedes the first stanza."""
        if self.words[:1] == ("iface",):
            return self.words[1:2]
        return (
            self.words[1:] if self.words and self.words[0] in ("auto", "allow-hotplug", "allow-auto") else ()
        )

    @property
    def options(self) -> tuple[tuple[int, tuple[str, ...]], ...]:
        """Give the option lines as (number, words), without comments."""
        rows = ((number, tuple(line.split())) for number, line in self.lines if not _is_quiet(line))
        return tuple((number, words) for number, words in rows if words != self.words)


def stanzas(text: str) -> tuple[Stanza, ...]:
    """Split a file into stanzas; joining their lines gives the file back.

    Blank lines and comments in front of a stanza belong to it, not to the one before.
    """
    groups: list[tuple[tuple[str, ...], list[tuple[int, str]]]] = [((), [])]
    for number, line in enumerate(text.splitlines(), start=1):
        words = tuple(line.split())
        if words and words[0] in _STARTERS:
            before = groups[-1][1]
            first = len(before)
            while first and _is_quiet(before[first - 1][1]):
                first -= 1
            groups.append((words, before[first:]))
            del before[first:]
        groups[-1][1].append((number, line))
    return tuple(Stanza(words=words, lines=tuple(lines)) for words, lines in groups if lines)


def _is_quiet(line: str) -> bool:
    return not line.strip() or line.strip().startswith("#")


def bound_interfaces(texts: Iterable[str], bonds: Collection[str]) -> frozenset[str]:
    """Name the bonds, their members and the VLANs on top of them, as the files have them."""
    bound = set(bonds)
    for stanza in (stanza for text in texts for stanza in stanzas(text)):
        for _, words in stanza.options:
            if words[0] in ("bond-slaves", "slaves") and set(stanza.interfaces) & bound:
                bound |= set(words[1:]) - {"none"}
            if words[0] == "bond-master" and set(words[1:]) & bound:
                bound |= set(stanza.interfaces)
            if words[0] in ("vlan-raw-device", "vlan_raw_device") and set(words[1:]) & set(bonds):
                bound |= set(stanza.interfaces)
        bound |= {name for name in stanza.interfaces if name.partition(".")[0] in bonds}
    return frozenset(bound)


def unsupported_lines(text: str, bound: Collection[str]) -> tuple[tuple[int, str], ...]:
    """List the lines of the bound stanzas that would be lost silently or have a form that isn't known."""
    return tuple(
        (number, " ".join(words))
        for stanza in stanzas(text)
        if set(stanza.interfaces) & set(bound)
        for number, words in (*_heading(stanza), *stanza.options)
        if words[0] not in (*CARRIED, *_DROPPED_EXACT) and not words[0].startswith(_DROPPED)
    )


def _heading(stanza: Stanza) -> tuple[tuple[int, tuple[str, ...]], ...]:
    """Give the first line where it is not `iface NAME inet METHOD`: it inherits, or is no stanza at all."""
    match stanza.words:
        case ("iface", _, "inet" | "inet6", _):
            return ()
        case ("iface", *_):
            words = stanza.words
            return tuple((number, words) for number, line in stanza.lines if tuple(line.split()) == words)
    return ()


def routed(text: str, bound: Collection[str], added: Sequence[str]) -> str:
    """Give a file without the stanzas of bound interfaces, followed by `added` lines.

    A file that nothing is left of says so, for whoever opens it and wonders.
    """
    kept = [line for stanza in stanzas(text) for line in _lines_without(stanza, bound)]
    while kept and not kept[-1].strip():
        kept.pop()
    new = [*kept, "", *added] if added else kept
    return "\n".join(new or [_EMPTIED]) + "\n"


def without_member(text: str, member: str) -> str:
    """Give a file without one member of a bond: its own stanzas, and its name among the bond's slaves."""
    lines = []
    for stanza in stanzas(text):
        for line in _lines_without(stanza, {member}):
            words = line.split()
            if words[:1] in (["bond-slaves"], ["slaves"]) and member in words:
                left = " ".join(word for word in words[1:] if word != member)
                lines.append(f"{line[: len(line) - len(line.lstrip())]}{words[0]} {left}")
            else:
                lines.append(line)
    return "\n".join(lines) + "\n"


def _lines_without(stanza: Stanza, gone: Collection[str]) -> list[str]:
    lines = [line for _, line in stanza.lines]
    left = [name for name in stanza.interfaces if name not in gone]
    if len(left) == len(stanza.interfaces):
        return lines
    if not left:
        return []
    # `auto bond0 eth2` brings up two interfaces, and only one of them goes.
    fewer = " ".join([stanza.words[0], *left])
    return [fewer if tuple(line.split()) == stanza.words else line for line in lines]


def carried(texts: Iterable[str], bound: Collection[str]) -> tuple[str, ...]:
    """Give the resolver options of the bound stanzas, which move to the dummy's."""
    found = {
        " ".join(words)
        for text in texts
        for stanza in stanzas(text)
        if set(stanza.interfaces) & set(bound)
        for _, words in stanza.options
        if words[0] in CARRIED
    }
    return tuple(sorted(found))


def sourced(text: str) -> tuple[str, ...]:
    """List what a file includes: the patterns of its `source` and `source-directory` lines."""
    return tuple(
        stanza.words[1]
        for stanza in stanzas(text)
        if len(stanza.words) > 1 and stanza.words[0] in ("source", "source-directory")
    )
