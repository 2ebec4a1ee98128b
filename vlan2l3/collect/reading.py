"""Tell a command that only reads by its words: the second lock, independent of the lists in `parsers/`.

Comes in: a line. Goes out: yes or no. A program that could also change something is let in only with the
words that read. No line may hold what a shell acts on.
"""

from __future__ import annotations

import re

_NAME = r"[A-Za-z0-9*][A-Za-z0-9*._:@+/-]*"
_MODIFIER = (
    r" \| (?:json(?: native)?|display(?:-xml| json| set| inheritance no-comments)|no-more|except SECRET-DATA"
    r"|exclude security)"
)
_CLI = re.compile(rf"show(?: {_NAME})+(?:{_MODIFIER})*")
_GETTER = re.compile(r"get_[a-z0-9_]+")
_SHELL = tuple(
    re.compile(rule)
    for rule in (
        r"(?:cat|ls) /(?:etc|opt|proc|srv|sys|usr/lib|usr/local|var/lib)/[A-Za-z0-9*._:@+/-]+|cat \*",
        r"find(?: /[a-z/]+)+ -xdev -maxdepth \d -type f -regextype posix-extended -regex '[^'!]+'",
        r"ps -e -o comm=|mmces address list|ipmitool lan print 1",
        rf"ip(?: -[a-z0-9]+)* (?:addr|address|link|neigh|route|rule|maddr|vrf) show(?: {_NAME})*",
        rf"bridge(?: -[a-z]+)* (?:(?:vlan|fdb|link|mdb) show|vlan tunnelshow)(?: {_NAME})*",
        rf"(?:net|nv|crm) show(?: {_NAME})+(?: -o json)?",
        r"nv config show(?: -o (?:yaml|json))?",
        rf"show(?: {_NAME})+",
        r"hostname|hostnamectl|decode-syseeprom|uname -a|dpkg-query -W|rpm -qa|ifquery -a(?: -o json)?",
        rf"lldpctl(?: -f [a-z0-9]+)?|lldpcli show(?: {_NAME})+",
        r"ss -[a-zA-Z]+|sysctl(?: -a|(?: net\.[a-z0-9_.]+)+)",
        r"systemctl (?:list-units|show|status)(?: [A-Za-z0-9=.,-]+)*",
        r"clagctl(?: -j)?|cl-resource-query(?: -j)?|networkctl(?: --json=short)? list",
        rf"mstpctl(?: -f json)? show[a-z]*(?: {_NAME})*|mclagdctl(?: -i \d+)? dump [a-z ]+",
        r"vtysh -c 'show [a-z0-9 -]+'|ovs-vsctl -f json list [A-Za-z]+",
        rf"virsh (?:list --all|(?:net-)?dumpxml {_NAME}|net-list --all)",
        r"gnt-(?:instance|network|node) list(?: --no-headers)?(?: -o [a-z.,]+)?|gnt-cluster info",
        rf"qm (?:list|config {_NAME})|pcs status(?: --full)?|crm_mon --output-as=xml -1",
        r"corosync-cmapctl|drbdadm status|docker network (?:ls|inspect [a-z0-9*._-]+)",
        r"kubectl get (?:configmap [a-z-]+ -n [a-z-]+|[a-z0-9.,-]+(?: -A)?) -o json",
        r"nft(?: -j)? list ruleset|(?:iptables|ip6tables|ebtables|arptables)-save",
        r"sonic-cfggen -d --print-data|sonic-db-dump -n [A-Z_]+(?: -k [A-Z_*]+)?(?: -y)?",
    )
)


def only_reads(line: str, transport: str) -> bool:
    """Tell whether a line, sent by a transport, is in the form of a command that changes nothing."""
    if transport == "shell":
        return any(rule.fullmatch(line) for rule in _SHELL)
    if transport == "napalm":
        return _GETTER.fullmatch(line) is not None
    return _CLI.fullmatch(line) is not None
