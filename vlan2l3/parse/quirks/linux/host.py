"""Read who a host is and what runs on it: files, sockets, services, packages, kernel settings.

Comes in: `cat FILE`, `ss -lntupH`, `systemctl list-units`, `dpkg-query -W`, `sysctl`, and the lists of
objects that kubectl and Ganeti print. Goes out: `FileText`, `Facts`, `Socket`, `Unit`, `Package` and `Sysctl`
records.
Left out on purpose, and counted as understood: head and foot lines of tables, sockets that do not listen,
packages without a version (known to dpkg and not installed), and what `sysctl` says of keys it may not read.
"""

from __future__ import annotations

import re

from vlan2l3.names import device_name
from vlan2l3.parse.quirks.linux.rows import Ledger, lines, number, read_lines
from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.records import Facts, FileText, Package, Record, Socket, Source, Sysctl, Unit

_RAW = frozenset({"raw", "icmp6", "???"})  # `???`: a raw socket of a protocol `ss` has no name for
_PROTOCOLS = frozenset({"tcp", "udp", "sctp", "dccp", "mptcp", "udplite", *_RAW})
_LISTENING = frozenset({"LISTEN", "UNCONN"})
_STATES = _LISTENING | frozenset({
    "ESTAB", "SYN-SENT", "SYN-RECV", "FIN-WAIT-1", "FIN-WAIT-2", "TIME-WAIT", "CLOSE-WAIT", "LAST-ACK",
    "CLOSING", "CLOSED",
})  # fmt: skip
_SOCKET = re.compile(
    r"\s*(?P<protocol>\S+)\s+(?P<state>\S+)\s+[0-9]+\s+[0-9]+\s+(?P<address>\S+):(?P<port>[0-9*]+)"
    r"\s+\S+:\S+(?:\s+users:\((?P<users>\(.*\))\))?(?P<rest>(?:\s+(?:[a-z0-9_]+:\S*|<->|-->|<--|---))*)\s*"
)
_USERS = re.compile(r'(?:\("(?P<name>[^"]*)",(?:pid=)?[0-9]+,(?:fd=)?[0-9]+\),?)+')
_USER = re.compile(r'\("([^"]*)",')
_UNIT = re.compile(
    r"(?:\s*[\u25cf\u25cb\u00d7\u21bb*])?\s*(?P<name>[^\s=]+\.[a-z]+)\s+"
    r"(?P<load>loaded|not-found|masked|error|bad-setting|stub|merged)\s+"
    r"(?P<active>active|reloading|inactive|failed|activating|deactivating|maintenance|refreshing)\s+"
    r"(?P<sub>[a-z-]+)(?:\s.*)?"
)
_UNIT_FRAME = re.compile(
    r"\s*UNIT\s+LOAD\s+ACTIVE\s+SUB\s.*|(?:LOAD|ACTIVE|SUB)\s+= .*|[0-9]+ loaded units listed\..*"
    r"|To show all installed unit files use .*"
)
_PACKAGE = re.compile(r"(?P<name>[a-z0-9][a-z0-9+.-]+)(?::[a-z0-9-]+)?\t(?P<version>[A-Za-z0-9.+:~-]*)\s*")
_SYSCTL = re.compile(r"(?P<key>[A-Za-z0-9_][^\s=]*) ?=(?: (?P<value>.*))?")
_SYSCTL_REMARK = "sysctl: "
_RELEASE = re.compile(r"""(?P<key>[A-Z][A-Z0-9_]*)=(?P<quote>["']?)(?P<value>[^"']*)(?P=quote)\s*""")


def read_file(raw: Raw) -> Rows:
    """Keep the text of `cat FILE` whole, under the file's path."""
    ledger = Ledger(raw=raw)
    ledger.accept([_kept(raw, raw.command.split()[-1])])
    return ledger.close(1)


def read_listing(raw: Raw) -> Rows:
    """Keep a listing of objects whole, under its command without options: the matchers work on its text."""
    words = raw.command.split()
    bare = next((at for at, word in enumerate(words) if word.startswith("-")), len(words))
    ledger = Ledger(raw=raw)
    ledger.accept([_kept(raw, " ".join(words[:bare]))])
    return ledger.close(1)


def read_kept(raw: Raw) -> Rows:
    """Keep what a tool printed whole, under its command without options: later stages search its text."""
    ledger = Ledger(raw=raw)
    named = " ".join(word for word in raw.command.split() if not word.startswith("-"))
    ledger.accept([_kept(raw, named)])
    return ledger.close(1)


def read_name(raw: Raw) -> Rows:
    """Read what `hostname` prints."""
    ledger = Ledger(raw=raw)
    for at, line in lines(raw.text):
        try:
            ledger.accept([Facts(hostname=device_name(line.strip()), source=raw.at(at))])
        except ValueError as error:
            ledger.refuse(line, str(error), line=at)
    return ledger.close(len(raw.text.split()))


def read_hostname(raw: Raw) -> Rows:
    """Read `/etc/hostname`: the name, in a file that may have comments."""
    ledger = Ledger(raw=raw)
    ledger.accept([_kept(raw, "/etc/hostname")])
    named = [(at, line.strip()) for at, line in lines(raw.text) if not line.lstrip().startswith("#")]
    for at, line in named:
        try:
            ledger.accept([Facts(hostname=device_name(line), source=raw.at(at))])
        except ValueError as error:
            ledger.refuse(line, str(error), line=at)
    return ledger.close(1 + len(named))


def read_release(raw: Raw) -> Rows:
    """Read `/etc/os-release` into a version such as `Debian 12`."""
    ledger = Ledger(raw=raw)
    ledger.accept([_kept(raw, "/etc/os-release")])
    found: dict[str, str] = {}
    settings = [(at, line) for at, line in lines(raw.text) if not line.lstrip().startswith("#")]
    for at, line in settings:
        match = _RELEASE.fullmatch(line)
        if match:
            found[match["key"]] = match["value"]
            ledger.accept(())
        else:
            ledger.refuse(line, "not a setting of os-release", line=at)
    title = found.get("NAME", "").removesuffix(" GNU/Linux")
    if title:
        version = f"{title} {found.get('VERSION_ID', '')}".strip()
        ledger.accept([Facts(version=version, source=raw.at(settings[0][0]))], rows=0)
    return ledger.close(1 + len(settings))


def read_hostnamectl(raw: Raw) -> Rows:
    """Read what `hostnamectl` says of the host's name; its other lines have no place in any record."""
    ledger = Ledger(raw=raw)
    for at, line in lines(raw.text):
        key, _, value = line.strip().partition(": ")
        if key != "Static hostname":
            continue
        try:
            ledger.accept([Facts(hostname=device_name(value.strip()), source=raw.at(at))])
        except ValueError as error:
            ledger.refuse(line, str(error), line=at)
    return ledger.close(len(re.findall(r"Static hostname:", raw.text)))


def _kept(raw: Raw, path: str) -> FileText:
    return FileText(path=path, text=raw.text, source=raw.at(1))


def read_sockets(raw: Raw) -> Rows:
    """Read `ss -lntupH`; without rights it prints no processes, and `process` stays empty."""

    def row(line: str, source: Source) -> tuple[Record, ...]:
        if line.startswith("Netid"):
            return ()
        match = _SOCKET.fullmatch(line)
        if not match or match["protocol"] not in _PROTOCOLS or match["state"] not in _STATES:
            raise ValueError("not a socket as `ss` prints it")
        if match["users"] and not _USERS.fullmatch(match["users"]):
            raise ValueError("the processes of this socket are not readable")
        if match["state"] not in _LISTENING:
            return ()
        names = dict.fromkeys(_USER.findall(match["users"] or ""))
        record = Socket(
            protocol="raw" if match["protocol"] in _RAW else match["protocol"],
            address=match["address"],
            port=number(match["port"]),
            process=",".join(names),
            source=source,
        )
        return (record,)

    return read_lines(raw, row)


def read_units(raw: Raw) -> Rows:
    """Read `systemctl list-units`."""

    def row(line: str, source: Source) -> tuple[Record, ...]:
        if _UNIT_FRAME.fullmatch(line):
            return ()
        match = _UNIT.fullmatch(line)
        if not match:
            raise ValueError("not a unit with its states")
        return (Unit(name=match["name"], active=match["active"] == "active", source=source),)

    return read_lines(raw, row)


def read_packages(raw: Raw) -> Rows:
    """Read `dpkg-query -W`; the architecture behind a package's name is dropped."""

    def row(line: str, source: Source) -> tuple[Record, ...]:
        match = _PACKAGE.fullmatch(line)
        if not match:
            raise ValueError("not a package and its version")
        if not match["version"]:
            return ()
        return (Package(name=match["name"], version=match["version"], source=source),)

    return read_lines(raw, row)


def read_settings(raw: Raw) -> Rows:
    """Read `sysctl`; a dot in an interface's name stands as `/` in the key."""

    def row(line: str, source: Source) -> tuple[Record, ...]:
        if line.startswith(_SYSCTL_REMARK):
            return ()
        match = _SYSCTL.fullmatch(line)
        if not match:
            raise ValueError("not a key and its value")
        return (Sysctl(key=match["key"], value=(match["value"] or "").strip(), source=source),)

    return read_lines(raw, row)
