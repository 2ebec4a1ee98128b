"""Know the MAC addresses that belong to a protocol and not to a network card.

Comes in: a MAC address. Goes out: the family it belongs to, or nothing. Whole vendor blocks (OUIs) that
also hold ordinary cards are left out: they would hide a machine nobody knows.
"""

from __future__ import annotations

import re

from vlan2l3.names import Mac

BROADCAST = Mac("ff:ff:ff:ff:ff:ff")

# Blocks of IANA (VRRP), and of vendors' own documents; the vendors' are in no registry.
FAMILIES: tuple[tuple[str, str], ...] = (
    ("VRRP IPv4, or CARP", r"00:00:5e:00:01:.."),  # RFC 9568, section 7.3
    ("VRRP IPv6", r"00:00:5e:00:02:.."),  # RFC 9568, section 7.3
    ("HSRP version 1", r"00:00:0c:07:ac:.."),  # RFC 2281
    ("HSRP version 2, IPv4", r"00:00:0c:9f:f.:.."),
    ("HSRP version 2, IPv6", r"00:05:73:a0:0.:.."),
    ("GLBP", r"00:07:b4:00:..:0[1-4]"),
    ("Extreme ESRP", r"00:e0:2b:00:00:0[28]"),
    ("Microsoft NLB, unicast", r"02:bf:..:..:..:.."),
    ("Fortinet FGCP, group 0-255", r"00:09:0f:09:..:.."),
    ("Fortinet FGCP, group 256-1023", r"e0:23:ff:f[cde]:..:.."),  # FortiOS 7.0.2 and later
    ("Palo Alto HA", r"00:1b:17:00:..:.."),
    ("Juniper SRX reth", r"00:10:db:ff:..:.."),
    ("Check Point ClusterXL control protocol", r"00:00:00:00:f[de]:.."),
)
_NLB = "02:bf:"
_COMPILED = tuple((name, re.compile(pattern)) for name, pattern in FAMILIES)


def family(mac: Mac) -> str | None:
    """Name the family of virtual addresses a MAC belongs to, or nothing."""
    return next((name for name, pattern in _COMPILED if pattern.fullmatch(mac)), None)


def only_answers(mac: Mac) -> bool:
    """Tell whether an address is put into answers to ARP and is never a frame's source.

    No MAC table has such an address, and no router: NLB's hosts send from addresses of their own.
    """
    return mac.startswith(_NLB) or is_group(mac)


def is_group(mac: Mac) -> bool:
    """Tell whether an address names many machines (multicast), so that none can own it."""
    return bool(int(mac[:2], 16) & 1)
