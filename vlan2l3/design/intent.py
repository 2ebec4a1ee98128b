"""Read `vlan2l3.toml`: what people decided, as opposed to what was captured.

Comes in: the file. Goes out: an `Intent`, or a `UsageError` that lists every fault of the file at once:
unknown keys with the keys allowed there, values of the wrong type, missing tables.
"""

from __future__ import annotations

import tomllib
from datetime import date
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Any, TypeVar, get_args, get_origin, get_type_hints

import msgspec

from vlan2l3.collect import settings
from vlan2l3.errors import Problem, UsageError

FILE = "vlan2l3.toml"
_PRIVATE = Annotated[int, msgspec.Meta(ge=4200000000, le=4294967294)]  # RFC 6996, 4-byte private ASNs


Told = TypeVar("Told", bound="People")


class Campaign(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Name the whole undertaking."""

    name: str


class AsnRanges(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Give the first AS number of each kind of router; all private 4-byte numbers (RFC 6996)."""

    hosts: _PRIVATE
    leafs: _PRIVATE
    cores: _PRIVATE


class Loopbacks(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Give the prefixes of the loopbacks: without a routable address a switch can't send ICMP errors."""

    ipv4: str
    ipv6: str


class Waiver(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Accept one gap of the coverage ledger, by `kind`, or one finding, by `rule`.

    `until` is the last day on which it counts.
    """

    kind: str = ""
    rule: str = ""
    subject: str
    reason: Annotated[str, msgspec.Meta(min_length=8)]
    by: Annotated[str, msgspec.Meta(min_length=1)]
    until: date


class Owner(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Name whom to ask about members of findings; the first of all shell patterns that fits decides."""

    members: tuple[str, ...]
    name: Annotated[str, msgspec.Meta(min_length=1)]


class HostChoice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Keep one host in its VLAN although nothing found would."""

    name: str
    strategy: Annotated[str, msgspec.Meta(pattern="^island$")]
    reason: Annotated[str, msgspec.Meta(min_length=8)]


class SubnetChoice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Choose the strategy of the segment that has a prefix."""

    prefix: str
    strategy: Annotated[str, msgspec.Meta(pattern="^(keep-ip|renumber|redeploy|island)$")]
    reason: Annotated[str, msgspec.Meta(min_length=8)]

    @property
    def network(self) -> IPv4Network | IPv6Network:
        """Give the prefix as a network."""
        return ip_network(self.prefix)


class Group(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Name hosts that stand in for each other, by shell patterns; `at_once` of them may move together."""

    name: Annotated[str, msgspec.Meta(min_length=1)]
    members: tuple[str, ...]
    at_once: Annotated[int, msgspec.Meta(ge=1)] = 1


class DaemonChoice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Choose the routing daemon of hosts, by shell patterns; the first table that fits a host decides."""

    name: Annotated[str, msgspec.Meta(pattern="^(bird|frr)$")]
    members: tuple[str, ...]


class Waves(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Say how many racks may be under way together, once the first three went well."""

    racks_at_once: Annotated[int, msgspec.Meta(ge=1)] = 5


class People(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Hold what people said about gaps and findings."""

    waiver: tuple[Waiver, ...] = ()
    owner: tuple[Owner, ...] = ()


class Intent(People, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Hold the whole file; what it doesn't say is not in its digest."""

    campaign: Campaign
    asn: AsnRanges
    loopbacks: Loopbacks
    host: tuple[HostChoice, ...] = ()
    subnet: tuple[SubnetChoice, ...] = ()
    group: tuple[Group, ...] = ()
    daemon: tuple[DaemonChoice, ...] = ()
    waves: Waves = Waves()

    @property
    def loopback_prefixes(self) -> tuple[IPv4Network, IPv6Network]:
        """Give both loopback prefixes as networks."""
        return IPv4Network(self.loopbacks.ipv4), IPv6Network(self.loopbacks.ipv6)


def load(path: Path) -> Intent:
    """Read an intent file.

    Raises:
        UsageError: when it is missing, not TOML, or holds anything that is not known here.
    """
    return _convert(_tree(path), Intent, path)


def load_people(path: Path) -> People:
    """Read what an intent file says of people; the rest of it may still be unwritten.

    Raises:
        UsageError: when it is missing, not TOML, or its waivers and owners are not as they should be.
    """
    tree = _tree(path)
    return _convert({name: tree[name] for name in get_type_hints(People) if name in tree}, People, path)


def _tree(path: Path) -> dict[str, Any]:
    """Read the file as far as TOML goes, without the tables that only collecting reads."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise UsageError(
            f"there is no intent file `{path}`",
            hint="it names the AS numbers and loopback prefixes; the demo network's shows all keys",
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"the intent file `{path}` can't be read: {error}") from None
    try:
        return {key: value for key, value in tomllib.loads(text).items() if key not in settings.TABLES}
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"the intent file `{path}` is not TOML: {error}") from None


def _convert(tree: dict[str, Any], wanted: type[Told], path: Path) -> Told:
    problems = [
        *_unknown_keys(tree, wanted, str(path), ""),
        *_bad_prefixes(tree, str(path)),
        *_aimless_waivers(tree, str(path)),
        *_bad_subnets(tree, str(path)),
    ]
    if problems:
        raise UsageError(f"the intent file `{path}` has {len(problems)} fault(s)", *problems)
    try:
        return msgspec.convert(tree, wanted)
    except msgspec.ValidationError as error:
        problem = Problem(what=_plain(str(error)), where=str(path))
        raise UsageError(f"the intent file `{path}` has 1 fault(s)", problem) from None


def _unknown_keys(value: Any, wanted: Any, where: str, at: str) -> list[Problem]:
    """List keys that no table of the intent knows, with those that it does know."""
    if get_origin(wanted) is tuple:
        item = get_args(wanted)[0]
        rows = value if isinstance(value, list) else []
        return [p for i, row in enumerate(rows) for p in _unknown_keys(row, item, where, f"{at}[{i + 1}]")]
    if not (isinstance(wanted, type) and issubclass(wanted, msgspec.Struct) and isinstance(value, dict)):
        return []
    hints = get_type_hints(wanted)
    problems = []
    for key, inner in value.items():
        name = f"{at}.{key}" if at else key
        if key in hints:
            problems += _unknown_keys(inner, hints[key], where, name)
        else:
            allowed = ", ".join(f"`{known}`" for known in sorted(hints))
            problems.append(
                Problem(what=f"unknown key `{name}`", where=where, hint=f"allowed here: {allowed}")
            )
    return problems


def _bad_prefixes(tree: dict[str, Any], where: str) -> list[Problem]:
    loopbacks = tree.get("loopbacks")
    problems = []
    for family, version in (("ipv4", 4), ("ipv6", 6)):
        text = loopbacks.get(family) if isinstance(loopbacks, dict) else None
        if not isinstance(text, str):
            continue
        try:
            if ip_network(text).version == version:
                continue
            reason = f"is not {family}"
        except ValueError as error:
            reason = str(error)
        problems.append(Problem(what=f"`loopbacks.{family}`: {reason}", where=where))
    return problems


def _aimless_waivers(tree: dict[str, Any], where: str) -> list[Problem]:
    """List waivers that name neither a gap nor a finding, or both."""
    rows = tree.get("waiver")
    return [
        Problem(
            what=f"`waiver[{number}]` names {'both' if row.get('kind') else 'neither'} `kind` and `rule`",
            where=where,
            hint="`kind` accepts a gap of `vlan2l3 coverage`, `rule` a finding of `vlan2l3 analyze`",
        )
        for number, row in enumerate(rows if isinstance(rows, list) else [], start=1)
        if isinstance(row, dict) and bool(row.get("kind")) == bool(row.get("rule"))
    ]


def _bad_subnets(tree: dict[str, Any], where: str) -> list[Problem]:
    """List prefixes that are none, and those that two tables choose for."""
    rows = tree.get("subnet")
    seen: dict[IPv4Network | IPv6Network, int] = {}
    problems = []
    for number, row in enumerate(rows if isinstance(rows, list) else [], start=1):
        text = row.get("prefix") if isinstance(row, dict) else None
        if not isinstance(text, str):
            continue
        try:
            first = seen.setdefault(ip_network(text), number)
        except ValueError as error:
            problems.append(Problem(what=f"`subnet[{number}].prefix`: {error}", where=where))
            continue
        if first != number:
            what = f"`subnet[{number}]` and `subnet[{first}]` both choose for {text}"
            problems.append(Problem(what=what, where=where))
    return problems


def _plain(message: str) -> str:
    """Turn the library's `Object missing required field `x` - at `$.a`` into the words used elsewhere."""
    text = message.replace("Object missing required field", "missing").replace(" - at `$.", ", in `")
    return text[:1].lower() + text[1:]
