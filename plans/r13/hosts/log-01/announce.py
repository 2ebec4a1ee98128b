"""Tell every neighbour on a VLAN leg which MAC address an IP address is at from now on.

    announce.py DEVICE ADDRESS MAC

A host that moves to the routed fabric announces its own address with the gateway's MAC before it leaves the
VLAN, so that unmoved neighbours send to the gateway at once instead of when their ARP entry expires (35
seconds and more, measured). To go back it announces the address with its own MAC.

IPv4: three rounds of a gratuitous ARP request and reply, broadcast. IPv6: three rounds of an unsolicited
neighbour advertisement with the override flag, to all nodes. One second lies between rounds: a Linux
neighbour ignores changes within one second of the last. The Ethernet source stays the device's own MAC, so no
switch learns the gateway's MAC on this port; Dynamic ARP Inspection and ND inspection stop such an
announcement.

It needs root, Python 3.7 or later, and nothing else. Exit codes: 0 sent, 1 the kernel refused, 2 bad
arguments.
"""

# ruff: noqa: INP001 - shipped to a host as one file, and part of no package

import ipaddress
import os
import re
import socket
import struct
import sys
import time

ROUNDS = 3
SECONDS_BETWEEN_ROUNDS = 1.0

BROADCAST = b"\xff" * 6
ETHERTYPE_ARP = 0x0806
ARP_REQUEST, ARP_REPLY = 1, 2
NEIGHBOUR_ADVERTISEMENT = 136
OVERRIDE = 0x20000000
TARGET_LINK_LAYER_ADDRESS = 2
ARGUMENTS = 3


def main(arguments: "list[str]") -> int:
    """Check the arguments, announce, and give the exit code."""
    try:
        device, address, mac = checked(arguments)
    except ValueError as error:
        sys.stderr.write(f"announce.py: {error}\nusage: announce.py DEVICE ADDRESS MAC\n")
        return 2
    try:
        if isinstance(address, ipaddress.IPv4Address):
            announce_arp(device, address, mac)
        else:
            announce_neighbour(device, address, mac)
    except OSError as error:
        sys.stderr.write(f"announce.py: {device}: {error.strerror}\n")
        return 1
    return 0


def checked(arguments: "list[str]") -> "tuple[str, ipaddress.IPv4Address | ipaddress.IPv6Address, bytes]":
    """Read device, address and MAC.

    Raises:
        ValueError: for a device that doesn't exist, and for an address or MAC that isn't one machine's.
    """
    if len(arguments) != ARGUMENTS:
        raise ValueError(f"{ARGUMENTS} arguments are needed, not {len(arguments)}")
    device, address_text, mac_text = arguments
    if "/" in device or not os.path.isdir(f"/sys/class/net/{device}"):  # noqa: PTH112 - kept plain
        raise ValueError(f"there is no network device {device!r}")
    address = ipaddress.ip_address(address_text)
    if address.is_multicast or address.is_unspecified or address.is_loopback or address.is_link_local:
        raise ValueError(f"{address} is not an address that can move")
    if not re.fullmatch(r"[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5}", mac_text):
        raise ValueError(f"{mac_text!r} is not a MAC address such as 00:1c:73:00:00:99")
    mac = bytes.fromhex(mac_text.replace(":", ""))
    if mac[0] & 1 or not any(mac):
        raise ValueError(f"{mac_text} is not the MAC address of one interface")
    return device, address, mac


def arp_frame(operation: int, own: bytes, mac: bytes, address: ipaddress.IPv4Address) -> bytes:
    """Build the Ethernet frame of a gratuitous ARP: sender and target are the same address."""
    target = mac if operation == ARP_REPLY else bytes(6)
    ethernet = BROADCAST + own + struct.pack("!H", ETHERTYPE_ARP)
    head = struct.pack("!HHBBH", 1, 0x0800, 6, 4, operation)
    return ethernet + head + mac + address.packed + target + address.packed


def advertisement(mac: bytes, address: ipaddress.IPv6Address) -> bytes:
    """Build an unsolicited neighbour advertisement; the kernel fills in the checksum."""
    head = struct.pack("!BBHI", NEIGHBOUR_ADVERTISEMENT, 0, 0, OVERRIDE)
    return head + address.packed + struct.pack("!BB", TARGET_LINK_LAYER_ADDRESS, 1) + mac


def announce_arp(device: str, address: ipaddress.IPv4Address, mac: bytes) -> None:
    """Broadcast the address with the MAC as requests and as replies: stacks differ in what they believe."""
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as opened:
        opened.bind((device, 0))
        own = opened.getsockname()[4]
        for number in range(ROUNDS):
            if number:
                time.sleep(SECONDS_BETWEEN_ROUNDS)
            for operation in (ARP_REQUEST, ARP_REPLY):
                opened.send(arp_frame(operation, own, mac, address))


def announce_neighbour(device: str, address: ipaddress.IPv6Address, mac: bytes) -> None:
    """Advertise the address with the MAC to all nodes on the link."""
    index = socket.if_nametoindex(device)
    with socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6) as opened:
        opened.setsockopt(
            socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, 255
        )  # RFC 4861: anything less is dropped
        opened.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, index)
        opened.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_LOOP, 0)
        for number in range(ROUNDS):
            if number:
                time.sleep(SECONDS_BETWEEN_ROUNDS)
            opened.sendto(advertisement(mac, address), ("ff02::1", 0, 0, index))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
