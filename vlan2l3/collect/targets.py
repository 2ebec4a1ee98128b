"""Say whom to ask: one record a device, ready to be sent to a worker of any kind.

Comes in: nothing. Goes out: the record that `inventory` makes and `device` reads. A secret in it never shows
when it is printed.
"""

from __future__ import annotations

from dataclasses import dataclass, field


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
