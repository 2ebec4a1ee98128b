"""Ask through a NAPALM driver, for platforms that have no folder of their own in `parsers/`.

Comes in: a target whose platform NAPALM knows. Goes out: a session whose questions are getters: facts,
interfaces, addresses, LLDP and the configuration, which NAPALM is right about. Its VLAN, MAC and ARP getters
lose rows on several platforms and are on no list. What a driver types to answer a getter is its own: the list
holds the getters, not those lines. Only drivers that log in through netmiko are used, for they alone can be
told to check host keys.
"""

from __future__ import annotations

import json
from typing import Any

import paramiko
from napalm import get_network_driver
from napalm.base.exceptions import NapalmException
from napalm.base.netmiko_helpers import netmiko_args
from netmiko import NetmikoBaseException

from vlan2l3.collect.allow import AllowList, Question
from vlan2l3.collect.credentials import Credentials
from vlan2l3.collect.settings import Discover
from vlan2l3.collect.targets import Target
from vlan2l3.collect.transports import LostError, Session, one_line, route, ssh
from vlan2l3.collect.transports.route import Jump


class Napalm:
    """Be one login through a driver."""

    def __init__(self, driver: Any, jump: Jump | None, allowed: AllowList) -> None:
        self._driver = driver
        self._jump = jump
        self._allowed = allowed

    def ask(self, question: Question) -> str:
        """Call one getter and give what it returns as JSON."""
        self._allowed.permit(question.line)
        try:
            found = getattr(self._driver, question.line)()
        except NotImplementedError:
            return "% the NAPALM driver has no such getter"
        except (NapalmException, NetmikoBaseException, paramiko.SSHException, OSError, EOFError) as error:
            raise LostError(f"the session broke: {one_line(error)}") from None
        except Exception as error:  # noqa: BLE001  a driver's parser may raise anything on an odd line
            return (
                f"% the NAPALM driver failed: it could not read what the device said ({type(error).__name__})"
            )
        return json.dumps(found, indent=2, sort_keys=True)

    def close(self) -> None:
        """End the session."""
        try:
            self._driver.close()
        finally:
            if self._jump:
                self._jump.close()


def open_session(target: Target, credentials: Credentials, settings: Discover, allowed: AllowList) -> Session:
    """Log in; tried again only where it is sure that no login was sent.

    Raises:
        UnreachableError: when nobody answered.
        RefusedError: when the host key is not known, or anything else went wrong.
    """
    way = route.find(target, settings)
    key = ssh.private_key(credentials)
    jump = Jump(way.jump) if way.jump else None
    options = {
        "port": way.port,
        "secret": credentials.enable,
        "ssh_strict": True,
        "system_host_keys": True,
        "alt_host_keys": bool(settings.known_hosts),
        "alt_key_file": ssh.known_hosts(settings),
        "sock": jump.socket if jump else None,
        "pkey": key,  # given so, it is used alone; `use_keys` would have those of ~/.ssh tried, too
        "allow_agent": key is None and not credentials.password,
        "read_timeout_override": settings.timeout,
    }
    # without the second password, `enable` would answer a question for it with an empty line
    options = {**netmiko_args(options), "force_no_enable": not credentials.enable}
    driver = get_network_driver(target.said)(
        way.hostname,
        credentials.username,
        credentials.password,
        timeout=int(settings.connect_timeout),
        optional_args=options,
    )
    try:
        driver.open()
    except Exception as error:  # noqa: BLE001  each driver wraps its library's faults in its own way
        if jump:
            jump.close()
        raise ssh.trouble(error, way.where, credentials, met=not ssh.nobody_there(error)) from None
    return Napalm(driver, jump, allowed)
