"""Log in by SSH the way both SSH transports do: known hosts only, one method, one attempt.

Comes in: a target, a login, settings. Goes out: a connected paramiko client. It is never given a policy that
takes an unknown host key.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import paramiko
from paramiko.ssh_exception import NoValidConnectionsError

from vlan2l3.collect.credentials import Credentials
from vlan2l3.collect.settings import Discover
from vlan2l3.collect.targets import Target
from vlan2l3.collect.transports import RefusedError, UnreachableError, one_line

PORT = 22


def keys_only(credentials: Credentials) -> bool:
    """Tell whether keys are offered; never before a password: a refused key is a failed login to some AAA."""
    return not credentials.password


def trouble(error: BaseException, target: Target, credentials: Credentials) -> Exception:
    """Turn what paramiko raises into what a session raises, with a hint that helps."""
    where = f"{target.address}:{target.port or PORT}"
    chain = tuple(_chain(error))
    for fault in chain:
        said = one_line(fault)
        if isinstance(fault, paramiko.BadHostKeyException):
            return RefusedError(f"the host key of {where} is not the one that is known: find out why")
        if "not found in known_hosts" in said:
            return RefusedError(
                f"the host key of {where} is not known: compare it, then add it with `ssh-keyscan`"
            )
        if isinstance(fault, paramiko.AuthenticationException):
            login = f"{credentials.username} with {credentials.source}"
            return RefusedError(f"{where} refused the login of {login}; not tried again")
    return UnreachableError(f"{where}: {_why(chain)}")


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """Give a fault and all that led to it; netmiko and NAPALM each wrap what is below them."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _why(chain: tuple[BaseException, ...]) -> str:
    """Say why nobody answered, or what came instead of a prompt."""
    for fault in reversed(chain):
        if isinstance(fault, NoValidConnectionsError):  # the reason is in a table of addresses
            tried = fault.errors.values()
            return next((str(e.strerror) for e in tried if isinstance(e, OSError)), one_line(fault))
        if isinstance(fault, paramiko.SSHException | OSError | EOFError):
            return one_line(fault)
    return f"no usable prompt after login: {one_line(chain[0])}"


def known_hosts(settings: Discover) -> str:
    """Give the second file of host keys, or nothing."""
    return os.path.expanduser(settings.known_hosts) if settings.known_hosts else ""  # noqa: PTH111  may be empty


def connect(target: Target, credentials: Credentials, settings: Discover) -> paramiko.SSHClient:
    """Log in.

    Raises:
        UnreachableError: when nobody answered.
        RefusedError: when the host key is not known or the login was refused.
    """
    client = paramiko.SSHClient()
    client.load_system_host_keys()
    if settings.known_hosts:
        client.load_host_keys(known_hosts(settings))
    client.set_missing_host_key_policy(paramiko.RejectPolicy())
    found = _from_config(target, settings)
    keys = keys_only(credentials)
    try:
        client.connect(
            hostname=found.get("hostname", target.address),
            port=target.port or int(found.get("port", PORT)),
            username=credentials.username,
            password=credentials.password or None,
            key_filename=(credentials.key_file or found.get("identityfile")) if keys else None,
            allow_agent=keys,
            look_for_keys=keys and not credentials.key_file,
            timeout=settings.connect_timeout,
            banner_timeout=settings.connect_timeout,
            auth_timeout=settings.connect_timeout,
            sock=_jump(found),
        )
    except (paramiko.SSHException, OSError, EOFError) as error:
        client.close()
        raise trouble(error, target, credentials) from None
    return client


def config_file(settings: Discover) -> str:
    """Give the file for SSH: the one in the settings, else the user's own where there is one."""
    own = Path("~/.ssh/config").expanduser()
    given = settings.ssh_config or (str(own) if own.is_file() else "")
    return os.path.expanduser(given)  # noqa: PTH111  may be empty


def _from_config(target: Target, settings: Discover) -> dict[str, Any]:
    file = config_file(settings)
    if not file:
        return {}
    return dict(paramiko.SSHConfig.from_path(file).lookup(target.address))


def _jump(found: dict[str, Any]) -> Any:
    """Go through a jump host as the file for SSH says; OpenSSH itself makes the way there."""
    command = found.get("proxycommand")
    if not command and found.get("proxyjump"):
        command = f"ssh -W {found['hostname']}:{found.get('port', PORT)} {found['proxyjump']}"
    return paramiko.ProxyCommand(command) if command else None
