"""Say whom to ask: one record a device, ready to be sent to a worker of any kind.

Comes in: nothing. Goes out: the record that `inventory` makes and `device` reads. A secret in it never shows
when it is printed. An address is held against a grammar: it ends up in URLs and in the commands of a file for
SSH.
"""

from __future__ import annotations

import hashlib
import json
import re
from contextlib import suppress
from dataclasses import dataclass, field
from ipaddress import ip_address

_LONGEST = 253
_LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_HOST = re.compile(rf"(?:{_LABEL}\.)*(?!\d+$){_LABEL}")  # a name that ends in a number is a broken address


def address(text: str) -> str:
    """Accept an IP address without a zone, or a host name without an empty label.

    Raises:
        ValueError: for anything else, which keeps `x?@host` and `x;reboot` out of URLs and commands.
    """
    if len(text) <= _LONGEST and _HOST.fullmatch(text):
        return text
    with suppress(ValueError):
        if "%" not in text:
            ip_address(text)
            return text
    raise ValueError(f"{text[:80]!r} is neither an IP address nor a host name")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Hold one device of the inventory.

    Attributes:
        platform: a folder of `parsers/`; empty when the inventory's word for it is not known.
        said: the inventory's word for the platform.
        address: a name or an address to connect to.
        transport: the only way to reach it; empty for the platform's ways in their order.
        password_env: the environment variable that holds its password, instead of the general one.
        password: from the inventory, in clear; whoever reads the inventory is warned.
        sudo: whether what needs root may be asked with `sudo -n`.
    """

    name: str
    platform: str
    said: str
    address: str
    port: int | None = None
    rack: str = ""
    username: str = ""
    transport: str = ""
    key_file: str = ""
    password_env: str = ""
    password: str = field(default="", repr=False)
    sudo: bool = True

    def digest(self) -> str:
        """Hash whom it names and how he is asked, so that answers of another are not taken for his."""
        asked = (self.platform, self.said, self.address, self.port, self.transport)
        told = (self.username, self.rack, self.sudo)
        return hashlib.sha256(json.dumps([*asked, *told]).encode()).hexdigest()
