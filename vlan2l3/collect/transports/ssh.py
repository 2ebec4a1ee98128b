"""Log in by SSH the way all SSH transports do: known hosts only, one method, one attempt.

Comes in: a target, a login, settings. Goes out: a connected paramiko client. It is never given a policy that
takes an unknown host key. Only what goes wrong before the key exchange is done is worth another attempt: from
then on a login may have been counted.
"""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import paramiko
from paramiko.ssh_exception import NoValidConnectionsError

from vlan2l3.collect.credentials import Credentials
from vlan2l3.collect.settings import Discover
from vlan2l3.collect.targets import Target
from vlan2l3.collect.transports import RefusedError, UnreachableError, one_line
from vlan2l3.collect.transports.route import Jump, Route, find

_NOBODY = (NoValidConnectionsError, socket.gaierror, TimeoutError)
_STEPS = 5  # connection, key exchange, login, channel, terminal: each may take the timeout
_PLAIN_REFUSAL = "Authentication failed."
_NO_LOGIN = "No authentication methods available"


class Client(paramiko.SSHClient):
    """Be paramiko's client, for one device and one login; netmiko is given it, too."""

    def __init__(self, route: Route, credentials: Credentials, settings: Discover) -> None:
        super().__init__()
        self.route = route
        self._credentials = credentials
        self._settings = settings
        self._jump: Jump | None = None
        self.load_system_host_keys()
        file = known_hosts(settings)
        try:
            self.load_host_keys(file) if file else None
        except (OSError, ValueError, paramiko.hostkeys.InvalidHostKey) as error:
            raise RefusedError(f"the file of host keys, `{file}`, can't be read: {one_line(error)}") from None
        self.set_missing_host_key_policy(paramiko.RejectPolicy())

    def parameters(self) -> dict[str, Any]:
        """Give what `connect` wants to know, the way to a jump host made ready.

        Raises:
            RefusedError: when the key file or the program for the jump host can't be used.
        """
        key = private_key(self._credentials)
        others = not self._credentials.password and key is None
        if self.route.jump:
            self._jump = Jump(self.route.jump)
        return {
            "hostname": self.route.hostname,
            "port": self.route.port,
            "username": self._credentials.username,
            "password": self._credentials.password or None,
            "pkey": key,
            "key_filename": list(self.route.identities) if others else None,
            "allow_agent": others,
            "look_for_keys": others,
            "timeout": self._settings.connect_timeout,
            "banner_timeout": self._settings.connect_timeout,
            "auth_timeout": self._settings.connect_timeout,
            "channel_timeout": self._settings.connect_timeout,
            "sock": self._jump.socket if self._jump else None,
        }

    def connect(self, *args: Any, **kwargs: Any) -> Any:
        """Log in.

        Raises:
            UnreachableError: when nobody answered.
            RefusedError: when the host key is not known, or anything went wrong once a login could be sent.
        """
        try:
            return super().connect(*args, **kwargs)
        except (paramiko.SSHException, OSError, EOFError, ValueError) as error:
            transport = self.get_transport()
            met = transport is not None and transport.initial_kex_done
            said = "" if met or self._jump is None else self._jump.trouble()
            self.close()
            if said:
                why = f"no way to {self.route.where} through the jump host: {said}; not tried again"
                raise RefusedError(why) from None
            raise trouble(error, self.route.where, self._credentials, met=met) from None

    @contextmanager
    def within_reason(self, seconds: float = 0.0) -> Iterator[None]:
        """End the session when a step takes too long: paramiko waits for some answers without a bound."""
        timer = threading.Timer(seconds or _STEPS * self._settings.connect_timeout, self.close)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def close(self) -> None:
        """End the session, and the program that made the way."""
        super().close()
        if self._jump:
            self._jump.close()


def connect(target: Target, credentials: Credentials, settings: Discover) -> Client:
    """Log in; see `Client.connect` for what it raises."""
    client = Client(find(target, settings), credentials, settings)
    try:
        client.connect(**client.parameters())
    except BaseException:
        client.close()
        raise
    return client


def private_key(credentials: Credentials) -> paramiko.PKey | None:
    """Read the key file, which is then used alone: an agent full of other keys is a row of failed logins.

    Raises:
        RefusedError: when it is none that can be used.
    """
    file = credentials.key_file
    if not file or credentials.password:  # a refused key is a failed login to some AAA, so never both
        return None
    try:
        return paramiko.PKey.from_path(file)
    except Exception as error:  # noqa: BLE001  the libraries below raise what they like on a file that is no key
        hint = "a key with a passphrase belongs into an ssh-agent, without `key_file`"
        raise RefusedError(f"the key file `{file}` can't be used: {one_line(error)}; {hint}") from None


def trouble(error: BaseException, where: str, credentials: Credentials, *, met: bool) -> Exception:
    """Turn what paramiko raises into what a session raises, with a hint that helps.

    `met` says that the key exchange was done, or may have been.
    """
    chain = tuple(_chain(error))
    login = f"{credentials.username} with {credentials.source}"
    for fault in chain:
        if isinstance(fault, paramiko.BadHostKeyException):
            return RefusedError(f"the host key of {where} is not the one that is known: find out why")
        if "not found in known_hosts" in one_line(fault):
            return RefusedError(
                f"the host key of {where} is not known: compare it, then add it with `ssh-keyscan`"
            )
    refusal = next((fault for fault in chain if isinstance(fault, paramiko.AuthenticationException)), None)
    said = _why(chain)
    if _NO_LOGIN in said:
        hint = "set VLAN2L3_PASSWORD, load a key into an ssh-agent, or name a `key_file`"
        return RefusedError(f"there is nothing to log in to {where} with as {credentials.username}: {hint}")
    if refusal:
        reason = "" if one_line(refusal) == _PLAIN_REFUSAL else f": {one_line(refusal)}"
        return RefusedError(f"{where} refused the login of {login}; not tried again{reason}")
    if met:
        return RefusedError(f"{where} broke off the login of {login}; not tried again: {said}")
    return UnreachableError(f"{where}: {said}")


def nobody_there(error: BaseException) -> bool:
    """Tell whether a library's fault can only mean that no login was sent."""
    return any(isinstance(fault, _NOBODY) for fault in _chain(error))


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
