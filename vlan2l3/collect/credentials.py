"""Find what to log in with: the environment, a keyring, an ssh-agent or a key file.

Comes in: a target. Goes out: `Credentials`, looked up where the session is opened, so that no secret travels
to another machine. Nothing here prints, stores or logs one. An inventory can only name a variable that is
there for this purpose: no other secret of the environment is ever sent to a device.
"""

from __future__ import annotations

import getpass
import os
from dataclasses import dataclass, field
from importlib.util import find_spec

from vlan2l3.collect.targets import Target
from vlan2l3.collect.transports import RefusedError

PREFIX = "VLAN2L3_"
"""What the name of every variable begins with that may hold a login."""
USERNAME = "VLAN2L3_USERNAME"
PASSWORD = "VLAN2L3_PASSWORD"  # noqa: S105  a variable's name
ENABLE = "VLAN2L3_ENABLE_PASSWORD"
SERVICE = "vlan2l3"
"""The service under which a keyring holds passwords, one a user."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """Hold one login: a password or keys, never one after the other."""

    username: str
    password: str = field(default="", repr=False)
    enable: str = field(default="", repr=False)
    key_file: str = ""
    source: str = "ssh-agent or keys"


def find(target: Target) -> Credentials:
    """Look up the login of a target.

    The password comes from the variable that the inventory names, else from a key file no password is needed
    for, else from `VLAN2L3_PASSWORD`, else from a keyring, else from the inventory.

    Raises:
        RefusedError: when the variable that the inventory names may not be used or is not set, or when
            the one for enable can't be typed.
    """
    username = target.username or os.environ.get(USERNAME) or getpass.getuser()
    password, source = _password(target, username)
    enable = os.environ.get(ENABLE, "")
    if not enable.isprintable():  # it is typed, and a line break in it would end the line
        raise RefusedError(f"{ENABLE} holds a line break, or another character that can't be typed")
    return Credentials(
        username=username,
        password=password,
        enable=enable,
        key_file=os.path.expanduser(target.key_file) if target.key_file else "",  # noqa: PTH111  may be empty
        source=source,
    )


def _password(target: Target, username: str) -> tuple[str, str]:
    if target.password_env:
        return _named(target.password_env), target.password_env
    if target.key_file:
        return "", target.key_file
    if os.environ.get(PASSWORD):
        return os.environ[PASSWORD], PASSWORD
    kept = _from_keyring(username)
    if kept:
        return kept, "the keyring"
    if target.password:
        return target.password, "the inventory"
    return "", "ssh-agent or keys"


def _named(variable: str) -> str:
    """Read the variable that the inventory names."""
    if not variable.startswith(PREFIX):
        hint = f"rename it, in the environment too, so that it begins with {PREFIX}"
        raise RefusedError(f"`password_env` of the inventory names {variable!r}, which is never sent: {hint}")
    if not os.environ.get(variable):
        hint = f"`export {variable}=...`, or take `password_env` out of the inventory"
        raise RefusedError(f"`password_env` of the inventory names {variable}, which is not set: {hint}")
    return os.environ[variable]


def _from_keyring(username: str) -> str:
    if find_spec("keyring") is None:
        return ""
    import keyring  # noqa: PLC0415  an optional extra
    from keyring.errors import KeyringError  # noqa: PLC0415

    try:
        return keyring.get_password(SERVICE, username) or ""
    except KeyringError:
        return ""
