"""Check the files that the settings name, once, before anybody is asked.

Comes in: settings and targets. Goes out: every fault of those files, as one error: found by the workers, it
would be said once a device. Nothing is connected to, and nothing in a file for SSH is run.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import paramiko
from paramiko.hostkeys import InvalidHostKey

from vlan2l3.collect.device import SSH, way
from vlan2l3.collect.settings import Discover
from vlan2l3.collect.targets import Target
from vlan2l3.collect.transports import one_line
from vlan2l3.collect.transports.route import config_file
from vlan2l3.errors import Problem, UsageError

_OWN_KEYS = "~/.ssh/known_hosts"
_PORT = re.compile(
    r"\s*port(?:\s*=\s*|\s+)\"?([^\"]*?)\"?\s*", re.IGNORECASE
)  # as paramiko takes a line apart
_DIGITS = re.compile(r"[0-9]{1,5}")
_PORTS = range(1, 65536)


def check(settings: Discover, targets: Iterable[Target]) -> None:
    """Read once what the ways to the targets need: SSH its keys and its own file, HTTPS its certificates.

    Raises:
        UsageError: with everything that is wrong with them.
    """
    problems: list[Problem] = []
    ways = {way(target) for target in targets} - {""}
    if ways & set(SSH):
        own = _OWN_KEYS if Path(_OWN_KEYS).expanduser().is_file() else ""
        problems += _faults("known_hosts", settings.known_hosts, _read_keys)
        problems += _faults("", own, _read_keys)
        problems += _faults("ssh_config" if settings.ssh_config else "", config_file(settings), _read_config)
    if ways - set(SSH):
        problems += _faults("ca_file", settings.ca_file, _read_certificates)
    if problems:
        raise UsageError(f"{len(problems)} fault(s) in files that are needed to collect", *problems)


def _faults(key: str, name: str, read: Callable[[Path], Iterator[Problem]]) -> Iterator[Problem]:
    """Tell what is wrong with one file; `key` is the setting that names it, if one does."""
    if not name:
        return
    path = Path(name).expanduser()
    hint = f"`{key}` in `[discover]` names it; a relative path begins where the command is run" if key else ""
    try:
        yield from read(path)
    except FileNotFoundError:
        yield Problem(what="there is no such file", where=str(path), hint=hint)
    except OSError as error:
        said = error.strerror or one_line(error)
        yield Problem(what=f"the file can't be read: {said}", where=str(path), hint=hint)
    except UnicodeDecodeError:
        yield Problem(what="the file is not text", where=str(path), hint=hint)


def _read_keys(path: Path) -> Iterator[Problem]:
    try:
        paramiko.HostKeys().load(str(path))
    except InvalidHostKey as error:
        what = f"a line is no host key: {one_line(error.exc)}"
        yield Problem(what=what, where=str(path), hint="`ssh-keygen -l -f FILE` names it")


def _read_config(path: Path) -> Iterator[Problem]:
    try:
        paramiko.SSHConfig.from_path(str(path))
    except paramiko.ConfigParseError as error:
        yield Problem(what=f"the file is not understood: {one_line(error)}", where=str(path))
        return
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        found = _PORT.fullmatch(line)
        if found and not (_DIGITS.fullmatch(found[1]) and int(found[1]) in _PORTS):
            what = f"`Port` is {found[1]!r}, which is no number from 1 to 65535"
            yield Problem(what=what, where=f"{path}:{number}")


def _read_certificates(path: Path) -> Iterator[Problem]:
    path.open("rb").close()
    try:
        ssl.create_default_context(cafile=path)
    except ssl.SSLError:
        yield Problem(what="the file holds no certificates in PEM form", where=str(path))
