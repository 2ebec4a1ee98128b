"""Know each platform by its folder `parsers/<platform>/`: what to ask it, and how to read the answers.

Comes in: `index.toml` and the templates beside it. Goes out: frozen `Platform` records.
This module holds no knowledge of any vendor; a new platform is a new folder.
"""

from __future__ import annotations

import re
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal

import msgspec

_PACKAGE = Path(__file__).parent
_LIVE = _PACKAGE.parent / "parsers"
_SHIPPED = _PACKAGE / "_data" / "parsers"


class Topic(StrEnum):
    """Name what a device can be asked about: the columns of the coverage ledger.

    A topic is no command: one command may answer several, and one topic may need several commands.
    """

    FACTS = "facts"  # hostname, model, version, serial number
    PORTS = "ports"
    ADDRESSES = "addresses"  # of interfaces, secondary ones included
    VLANS = "vlans"
    SWITCHPORTS = "switchports"  # mode, native and allowed VLANs
    STP = "stp"
    MLAG = "mlag"  # MLAG, vPC, CLAG, VLT, VSX, MC-LAG
    LAGS = "lags"  # LAG and LACP, bonds of a host
    MACS = "macs"
    ARP = "arp"
    ND = "nd"
    LLDP = "lldp"  # and CDP
    GATEWAYS = "gateways"  # FHRP and virtual gateways
    DHCP_RELAY = "dhcp-relay"
    DHCP_SNOOPING = "dhcp-snooping"
    IGMP = "igmp"  # snooped or joined groups
    ACLS = "acls"
    OVERLAY = "overlay"  # VXLAN, EVPN
    CAPACITY = "capacity"
    CONFIG = "config"
    ROUTES = "routes"
    BRIDGES = "bridges"  # of a host
    SOCKETS = "sockets"
    UNITS = "units"
    PACKAGES = "packages"
    SYSCTLS = "sysctls"
    WORKLOADS = "workloads"  # clusters, virtual machines, containers


class Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Describe one table inside a command's answer.

    Attributes:
        record: the kind of record each row becomes, a key of `parse.records.KINDS`.
        rows: for JSON, the path to the rows: keys joined by dots, `{name}` for "every key, called name",
            `[]` for "every item, or the thing itself where it is not a list", `[name=key]` for the same, with
            what each item has under a key called by a name. `a|b` takes the first key that is there; a key
            that ends in `!` must be there, else the answer has changed its shape.
        fields: field of the record -> path inside the row, `.` for the row itself, `{name}` for a name bound
            in `rows`, or a literal behind `=`. A `?` at the end lets the field be missing. Without any, a
            text table's variables are the record's fields.
        values: field of the record -> what the device says -> what the record says; `*` for all the rest.
        quirk: a function of the platform's quirk module (`ROWS`) that makes the records of one row, where
            fields do not suffice.
        template: for text, the TTP template's file name in the platform's folder.
        pattern: for text, a regular expression with named groups, in place of a template: it matches the
            whole of a logical line, leading blanks left out, and the groups are the variables. For tables of
            one line a row, which can be long.
        guard: for text, a regular expression that every line holding a row of this table matches. It is the
            count that a template or a pattern is held against, so it must be looser than either.
        wrapped: for text, a regular expression of lines that continue the line above.
        total: where the device itself says how many rows there are: for JSON a path, for text a regular
            expression with one group.
    """

    record: str
    rows: str = ""
    fields: dict[str, str] = {}
    values: dict[str, dict[str, str]] = {}
    quirk: str = ""
    template: str = ""
    pattern: str = ""
    guard: str = ""
    wrapped: str = ""
    total: str = ""

    @property
    def is_text(self) -> bool:
        """Tell whether it reads text."""
        return bool(self.template or self.pattern)


class CommandSpec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Describe one read-only command.

    Attributes:
        command: as it is typed; a `*` stands for one file or interface name.
        aliases: other spellings whose answer has the same shape.
        format: what the answer is.
        essential: without it a device counts as a blind spot.
        gives: what it answers; the topics that a table's records belong to need not be named.
        documented: no real output of it was ever seen here, its shape is the vendor's documentation's.
        ask: whether live collection sends it. What is only read from other people's captures is not asked.
        otherwise: what to send, in this order, where the device doesn't know the command: older names of it,
            all of them aliases.
        each: for a command with a `*`, the command whose answer lists what to put there.
        items: the regular expression whose first group is such an item, searched in each line of that answer.
        root: it needs root on a host (`sudo -n`).
        stands_for: the essential command whose place it takes where that one wasn't run; live, it is asked
            only of a device that does not know that one.
        may_be_empty: no output is an answer and means "none".
        absent: regular expressions of answers that mean, of this command, "this feature is not there": some
            devices do not know a command before its feature is switched on.
        reader: a function of the platform's quirk module (`READERS`), where tables as data do not suffice.
            It is called for answers that come in `format`.
        text_reader: such a function for the text form of a command whose `format` is JSON.
        xml_reader: such a function for the XML form of a command, which is only read from captures.
        headings: for text tables, regular expressions of the lines that hold no row. A line that is neither
            a row nor one of these is reported.
    """

    command: str
    aliases: tuple[str, ...] = ()
    format: Literal["json", "text"] = "text"
    essential: bool = False
    gives: tuple[Topic, ...] = ()
    documented: bool = False
    ask: bool = True
    otherwise: tuple[str, ...] = ()
    each: str = ""
    items: str = ""
    root: bool = False
    stands_for: str = ""
    may_be_empty: bool = False
    absent: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    reader: str = ""
    text_reader: str = ""
    xml_reader: str = ""
    headings: tuple[str, ...] = ()

    @property
    def takes_path(self) -> bool:
        """Tell whether its `*` stands for a whole path, which no name of a file can be turned back into."""
        return self.command == "cat *"

    @property
    def topics(self) -> frozenset[Topic]:
        """Give everything it answers."""
        named = (_TOPICS.get(table.record) for table in self.tables)
        return frozenset({*self.gives, *(topic for topic in named if topic)})

    def matches(self, command: str) -> bool:
        """Tell whether a command that was run is this one, under any of its names."""
        return any(_pattern(name).fullmatch(plain(command)) for name in (self.command, *self.aliases))


class Collect(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Describe how a platform is asked.

    Attributes:
        transports: the ways to reach it, the usual one first: `cli` (a vendor's command line over SSH),
            `shell` (one command a channel over SSH), `eapi` and `nxapi` (JSON-RPC over HTTPS), `napalm`.
        device_type: netmiko's name of it, for `cli`.
        json: what is put behind a command of JSON format on a command line, `| json`.
        setup: the lines that preparing a session sends (width, paging): all of them, for they are sent too.
    """

    transports: tuple[Literal["cli", "shell", "eapi", "nxapi", "napalm"], ...]
    device_type: str = ""
    json: str = ""
    setup: tuple[str, ...] = ()


class Platform(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Describe one platform.

    Attributes:
        name: the folder's name, `eos`, `nxos`, `linux`.
        title: what people call it.
        aliases: what other tools call it (`arista_eos`, `cisco_nxos`).
        interfaces: abbreviation -> full prefix, so that `Et1` and `Ethernet1` are one port.
        collect: how it is asked; without it the platform can be read from files only.
        headings: regular expressions of lines that hold no row in any command: the prompt, the echo.
        absent: regular expressions of answers that mean "this feature is not there".
        failed: regular expressions of answers that mean "the device did not understand or allow the command":
            what a capture calls refused.
        based_on: the platform whose commands it has as well, so that names of files don't tell them apart.
        marks: command -> regular expression that is found in its answer on this platform only.
    """

    name: str
    title: str
    aliases: tuple[str, ...] = ()
    based_on: str = ""
    marks: dict[str, str] = {}
    interfaces: dict[str, str] = {}
    collect: Collect | None = None
    headings: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    commands: tuple[CommandSpec, ...] = ()

    def spec(self, command: str) -> CommandSpec | None:
        """Find what is known of a command, or nothing."""
        return next((spec for spec in self.commands if spec.matches(command)), None)


class Writing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Describe the configurations that are written for a platform.

    Attributes:
        roles: the parts it can play; `without` says of others why not.
        evidence: how it is known that they work: `run` by the real software, or its `documentation` alone.
        reverts: what is typed takes itself back unless somebody confirms it.
        least: the first version that has all of it, `why_least` says what; empty where none is known.
        longest_host: how many characters of a host's name fit into the names that are made of it.
        sources: where the forms were read.
    """

    roles: tuple[Literal["leaf", "core", "host"], ...]
    evidence: Literal["run", "documentation"]
    reverts: bool
    least: str = ""
    why_least: str = ""
    longest_host: int = 200
    sources: tuple[str, ...]
    without: dict[str, str] = {}


class Daemon(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Describe a routing daemon that hosts are given.

    Attributes:
        package: Debian's; `unit` systemd's.
        protocol: what `ip route` calls its routes.
        config: its file on the host; `also` others it needs.
        sessions: what shows its BGP sessions, `established` how the ones that are up look, a template.
        ships: the version each distribution ships, by ID and VERSION_ID of os-release, `debian 12`.
        covering: why it can't have an address in a subnet without a default route; empty where it can.
    """

    title: str
    package: str
    unit: str
    protocol: Literal["bird", "bgp"]
    config: str
    also: tuple[str, ...] = ()
    sessions: str
    established: str
    evidence: Literal["run", "documentation"]
    least: str
    why_least: str
    sources: tuple[str, ...]
    covering: str = ""
    ships: dict[str, str]


_TOPICS: dict[str, Topic] = {
    "facts": Topic.FACTS,
    "port": Topic.PORTS,
    "address": Topic.ADDRESSES,
    "vlan": Topic.VLANS,
    "switchport": Topic.SWITCHPORTS,
    "stp": Topic.STP,
    "stp-port": Topic.STP,
    "mlag": Topic.MLAG,
    "mlag-port": Topic.MLAG,
    "lag-member": Topic.LAGS,
    "bond": Topic.LAGS,
    "mac": Topic.MACS,
    "lldp": Topic.LLDP,
    "gateway": Topic.GATEWAYS,
    "dhcp-relay": Topic.DHCP_RELAY,
    "lease": Topic.DHCP_SNOOPING,
    "igmp": Topic.IGMP,
    "joined-group": Topic.IGMP,
    "acl": Topic.ACLS,
    "acl-binding": Topic.ACLS,
    "vni": Topic.OVERLAY,
    "overlay-peer": Topic.OVERLAY,
    "capacity": Topic.CAPACITY,
    "file": Topic.CONFIG,
    "route": Topic.ROUTES,
    "bridge-entry": Topic.BRIDGES,
    "socket": Topic.SOCKETS,
    "unit": Topic.UNITS,
    "package": Topic.PACKAGES,
    "sysctl": Topic.SYSCTLS,
}
"""Record kind -> topic. `neighbor` is ARP or ND, which a command must say by itself."""


@lru_cache(maxsize=4096)  # each answer's command is held against every command of its platform
def plain(command: str) -> str:
    """Strip output modifiers (`| json`, `| json native`, `| no-more`) and double blanks from a command."""
    kept = re.sub(r"\|\s*(json native|json|no-more|display json|display xml|display-xml)\s*", "", command)
    return " ".join(kept.split())


def slug(command: str) -> str:
    """Name the file of a command's answer: every run of other characters becomes one `_`, cut at 120."""
    return re.sub(r"[^A-Za-z0-9.-]+", "_", command).strip("_")[:_LONGEST_SLUG]


_LONGEST_SLUG = 120  # characters; a file system takes 255 bytes


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(re.escape(plain(name)).replace(r"\*", "[^ ]+"))


def parsers_folder() -> Path:
    """Find `parsers/`: the live folder of a checkout, else the copy inside the wheel."""
    return _LIVE if _LIVE.is_dir() and (_PACKAGE.parent / "pyproject.toml").is_file() else _SHIPPED


def names() -> tuple[str, ...]:
    """List the platforms there is a folder for, sorted."""
    return tuple(sorted(p.parent.name for p in parsers_folder().glob("*/index.toml")))


@cache
def load(name: str) -> Platform:
    """Read one platform.

    Raises:
        KeyError: when there is no such folder.
    """
    index = parsers_folder() / name / "index.toml"
    if name not in names():
        raise KeyError(name)
    return msgspec.toml.decode(index.read_bytes(), type=Platform)


def templates_folder() -> Path:
    """Find the configuration templates, one folder a platform."""
    return _PACKAGE / "render" / "templates"


def written() -> tuple[str, ...]:
    """List the platforms configurations are written for, sorted."""
    return tuple(sorted(path.parent.name for path in templates_folder().glob("*/platform.toml")))


@cache
def writing(name: str) -> Writing | None:
    """Read what is written for a platform; nothing where there are no templates."""
    if name not in written():
        return None
    return msgspec.toml.decode((templates_folder() / name / "platform.toml").read_bytes(), type=Writing)


def daemons() -> tuple[str, ...]:
    """List the routing daemons that hosts can be given, the usual one first."""
    return tuple(sorted(path.parent.name for path in templates_folder().glob("linux/*/daemon.toml")))


@cache
def daemon(name: str) -> Daemon:
    """Read what is known of a routing daemon, one of `daemons()`."""
    path = templates_folder() / "linux" / name / "daemon.toml"
    return msgspec.toml.decode(path.read_bytes(), type=Daemon)


def release(version: str) -> tuple[int, ...]:
    """Give the numbers of a version, to compare it by: `10.3(4a)` is (10, 3, 4); empty where it has none."""
    first = version.partition(" ")[0]
    return tuple(int(digits) for digits in re.findall(r"[0-9]+", first))


def find(name: str) -> Platform | None:
    """Find a platform by its own name or by what another tool calls it."""
    for candidate in names():
        platform = load(candidate)
        if name in (platform.name, *platform.aliases):
            return platform
    return None
