r"""List the lines that the text of `show interfaces` and `show ip(v6) interface` is made of.

Comes in: nothing. Goes out: the form of a block, one an interface. The lines were seen on 4.14 to 4.32; what
a version adds is reported, and the interface is read all the same.
"""

from __future__ import annotations

from vlan2l3.parse.quirks.eos.blocks import Form

_MAC = r"[0-9a-fA-F.]{14}"
_ADDRESS = r"(?:\d+\.\d+\.\d+\.\d+|[0-9a-f]*:[0-9a-f:.]+)"
_CIDR = r"\d+\.\d+\.\d+\.\d+/\d+"
_COUNTERS = (
    r"\d+ packets (?:input|output), \d+ bytes",
    r"(?:Received|Sent) \d+ broadcasts, \d+ multicast",
    r"\d+ runts, \d+ giants",
    r"\d+ (?:input|output) errors, \d+ .*",
    r"\d+ late collision, \d+ deferred.*",
    r"\d+ PAUSE (?:input|output)",
    r"\d+ link status changes since last clear",
    r'Last clearing of "show interface" counters .*',
    r"\d+ (?:minutes?|seconds?)(?:, \d+ seconds?)? (?:input|output) rate .*",
)
_LINK = (
    r"(?:Full|Half|Auto|Unknown)-duplex, .*",
    r"(?:Up|Down) (?:\d+ (?:years?|weeks?|days?|hours?|minutes?|seconds?)(?:, )?)+",
    r"Loopback Mode : .*",
    r"(?:Active|Inactive) members in this channel: \d+",
    r"\.\.\. \S+ , .*",
    r"Fallback (?:mode|timeout) is: .*",
    r"Tunnel (?:source|destination|protocol|transport|TTL|TOS|path|MTU|interface|nexthop|underlay|decap).*",
)
_ADDRESSES = (
    r"Broadcast address is \S+",
    r"No (?:Internet protocol address|IPv6 global unicast address is) assigned",
    r"(?:Internet protocol processing|IPv6 is|IPv6 Interface Forwarding|IPv6 processing).*",
    r"IPv6 link-local address is \S+(?: .*)?",
    r"(?:IPv6 global|Global) unicast address\(es\):",
    r"Joined group address\(es\):",
    r"(?:ND|MLD) (?:DAD|reachable|advertised|retransmit|router|is|version).*",
    r"Hosts use .* for addresses\.?",
    r"(?:Local )?Proxy-ARP is (?:enabled|disabled)",
    r"(?:Gratuitous ARP|Address conflict|DHCP Relay|Directed broadcast|Source route).*",
    r"Interface is unnumbered\. Using address of .*",
    r"Routed broadcast is .*",
)
_VXLAN = (
    r"Source interface is .*",
    r"Listening on UDP port \d+",
    r"Vxlan Encapsulation is .*",
    r"Virtual VTEP .*",
    r"(?:Replication/Flood Mode is|Remote MAC learning via) .*",
    r"VNI mapping to VLANs",
    r"(?:Static|Dynamic) VLAN to VNI mapping(?: for '.*')? is(?: not configured)?",
    r"Note: All Dynamic VLANs used by VCS are internal VLANs\.",
    r"Use 'show vxlan vni' for details\.",
    r"Headend replication flood vtep list is:",
    r"(?:MLAG )?Shared Router MAC is .*",
)

INTERFACE = Form(
    opens=r"(?P<name>[A-Z][\w/.-]*) is (?P<admin>up|down|administratively down), "
    r"line protocol is (?P<protocol>\w+)(?: \((?P<status>\w+)\))?",
    tells={
        "hardware": rf"Hardware is [\w-]+(?:, address is (?P<mac>{_MAC})(?: \(bia (?P<bia>{_MAC})\))?)?",
        "description": r"Description: ?(?P<v>.*)",
        "member": r"Member of (?P<v>\S+)",
        "address": rf"Internet address is (?P<virtual>virtual )?(?P<v>{_CIDR})(?:,? .*)?",
        "secondary": rf"Secondary (?:virtual )?address is (?P<virtual>virtual )?(?P<v>{_CIDR})",
        "determined": r"Address determined by (?P<v>.+)",
        "address6": r"(?P<v>[0-9a-f]*:[0-9a-f:.]+), subnet is (?P<subnet>\S+/\d+)(?: .*)?",
        "mtu": r"(?P<kind>IP|Ethernet) MTU (?P<v>\d+) bytes(?: .*|,.*)?",
        "vrf": r"VRF: (?P<v>\S+)",
        "vrf_map": r"Static VRF to VNI mapping is(?: not configured)?",
        "map": r"(?P<v>(?:\[[^\]]+, [\d.]+\]\s*)+)",
        "flood": rf"(?:\d+ +)?(?P<v>{_ADDRESS}(?: +{_ADDRESS})*)",
    },
    noise=(*_COUNTERS, *_LINK, *_ADDRESSES, *_VXLAN),
)
