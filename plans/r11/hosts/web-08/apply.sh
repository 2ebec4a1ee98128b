#!/bin/sh
# web-08: one stage of its move to layer 3, in this order:
#   apply.sh ready | leg-out | dual | cut | routed     do the stage, or do it again
#   apply.sh confirm STAGE                             keep it: stops the timer that would undo it
# A stage that touches traffic first arms a timer of 600 s that runs undo.sh by itself, longer than the leaf's
# commit timer of 300 s. The next stage is refused until the one before is confirmed. After every stage the host
# comes back from a reboot in the state of that stage; after `dual`, in the one before it.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
state=/var/lib/vlan2l3

fail() {
    echo "apply.sh: $*" >&2
    exit 1
}

own_address() {
    cat "/sys/class/net/$1/bonding_slave/perm_hwaddr" 2>/dev/null || cat "/sys/class/net/$1/address"
}

right_machine() {
    [ "$(uname -n)" = web-08 ] || fail "this is $(uname -n), the plan is for "web-08
    [ "$(own_address ens1f1)" = 3c:ec:ef:0b:08:41 ] || fail ens1f1" isn't the card 3c:ec:ef:0b:08:41 the plan knows"
    [ "$(own_address ens1f0)" = 3c:ec:ef:0b:08:40 ] || fail ens1f0" isn't the card 3c:ec:ef:0b:08:40 the plan knows"
}

carrier() {
    cat "/sys/class/net/$1/carrier" 2>/dev/null || echo 0
}

at_stage() {
    cat "$state/stage" 2>/dev/null || echo none
}

enter() {
    now=$(at_stage)
    [ "$now" = "$1" ] || [ "$now" = "$2" ] || fail "the host is at stage '$now'; '$1' comes after '$2'"
    for other in leg-out dual cut routed; do
        if [ "$other" != "$1" ] && systemctl is-active --quiet "vlan2l3-revert-$other.timer"; then
            fail "stage '$other' isn't confirmed: apply.sh confirm $other"
        fi
    done
}

arm() {
    systemctl stop "vlan2l3-revert-$1.timer" 2>/dev/null || true
    systemctl reset-failed "vlan2l3-revert-$1.service" 2>/dev/null || true
    systemd-run --quiet --collect --unit="vlan2l3-revert-$1" --on-active=600 /bin/sh "$here/undo.sh" "$1"
    echo "$1" >"$state/stage"
}

daemon_there() {
    [ -x /usr/lib/frr/bgpd ] || fail "frr is missing: apt-get install frr"
    vtysh -C -f "$here/stage/frr.conf" || fail "this frr doesn't accept stage/frr.conf"
    vtysh -C -f "$here/etc/frr/frr.conf" || fail "this frr doesn't accept etc/frr/frr.conf"
}

daemon_files() {
    install -m 0640 -o frr -g frr "$here/etc/frr/daemons" /etc/frr/daemons
    install -m 0640 -o frr -g frr "$1/frr.conf" /etc/frr/frr.conf
}

# Each stage's file has all lines of the one before, so nothing has to be taken out.
daemon_reload() {
    vtysh -f /etc/frr/frr.conf >/dev/null
    # An undo shuts these.
    vtysh -c 'configure terminal' -c 'router bgp 4200111008' -c 'no neighbor ens1f0 shutdown' >/dev/null
}

established() {
    vtysh -c "show bgp neighbors $1 json" 2>/dev/null | grep -q '"bgpState":"Established"'
}

default_learned() {
    case $1 in
        4) vtysh -c "show bgp ipv4 unicast 0.0.0.0/0 json" ;;
        6) vtysh -c "show bgp ipv6 unicast ::/0 json" ;;
    esac | grep -q '"bestpath"'
}

# zebra gives the kernel no default while one of somebody else's is better, and reads the first byte of a metric as
# administrative distance: 4261412864 is 254, worse than BGP's 20. So today's default stays behind BGP's until that is there.
leave_default() {
    [ -n "$(ip "-$1" route show default via "$2" dev "$3")" ] || return 0
    ip "-$1" route replace default via "$2" dev "$3" metric 4261412864
    while ip "-$1" route show default via "$2" dev "$3" | grep -qv 'metric 4261412864'; do
        ip "-$1" route delete default via "$2" dev "$3"
    done
    tries=40
    until [ -n "$(ip "-$1" route show default proto bgp)" ]; do
        tries=$((tries - 1))
        [ "$tries" -gt 0 ] || fail "no IPv$1 default by BGP after 20 s; today's still carries packets, take it back: undo.sh cut"
        sleep 0.5
    done
    ip "-$1" route delete default via "$2" dev "$3" metric 4261412864
}

wait_for_session() {
    tries=60
    until established "$1"; do
        tries=$((tries - 1))
        [ "$tries" -gt 0 ] || fail "no BGP session on $1 after 60 s"
        sleep 1
    done
}

has_address() {
    [ -n "$(ip -o address show dev "$1" to "$2" 2>/dev/null)" ]
}

ready() {
    case $(at_stage) in
        none | ready) ;;
        *) fail "the host is at stage '$(at_stage)'; it is ready long since" ;;
    esac
    [ "$(at_stage)" = ready ] || ! systemctl is-active --quiet frr || fail "frr runs here already, with a configuration of its own"
    command -v python3 >/dev/null || fail "python3 is missing, announce.py needs it: apt-get install python3-minimal"
    [ "$(cat /proc/sys/net/ipv6/conf/all/disable_ipv6)" = 0 ] || fail "IPv6 is off; link-local addresses are needed"
    nft -c -f "$here/etc/vlan2l3/fabric.nft" || fail "nft is missing or doesn't accept etc/vlan2l3/fabric.nft: apt-get install nftables"
    daemon_there
    systemctl disable --now frr || fail "frr can't be kept from starting"
    mkdir -p "$state/before"
    [ -e "$state/before"/etc/network/interfaces ] || install -D -p -m 0644 /etc/network/interfaces "$state/before"/etc/network/interfaces
    install -m 0644 "$here/etc/sysctl.d/90-vlan2l3.conf" /etc/sysctl.d/90-vlan2l3.conf
    sysctl -q -p /etc/sysctl.d/90-vlan2l3.conf
    echo ready >"$state/stage"
}

leg_out() {
    enter leg-out ready
    [ "$(carrier ens1f1)" = 0 ] || fail ens1f1" still has carrier: shut leaf-r11b Ethernet8 first"
    [ "$(carrier ens1f0)" = 1 ] || fail ens1f0" has no carrier: the host would be cut off"
    arm leg-out
    ip link set dev ens1f1 nomaster
    ip link set dev ens1f1 up
    install -m 0644 "$here/stage/leg-out"/etc/network/interfaces /etc/network/interfaces
}

dual() {
    enter dual leg-out
    arm dual
    ip link show dev dummy0 >/dev/null 2>&1 || ip link add dummy0 type dummy
    ip link set dev dummy0 up
    has_address dummy0 10.1.10.18/32 || ip address add 10.1.10.18/32 dev dummy0
    daemon_files "$here/stage"
    install -D -m 0644 "$here/etc/vlan2l3/fabric.nft" /etc/vlan2l3/fabric.nft
    install -D -m 0644 "$here/etc/systemd/system/frr.service.d/vlan2l3.conf" /etc/systemd/system/frr.service.d/vlan2l3.conf
    systemctl daemon-reload
    systemctl restart frr
    nft list table inet vlan2l3 >/dev/null || echo "apply.sh: the filter isn't loaded, anybody may reach BGP here: nft -f /etc/vlan2l3/fabric.nft" >&2
    wait_for_session ens1f1
}

cut() {
    enter cut dual
    established ens1f1 || fail "no BGP session on ens1f1; nothing was changed"
    default_learned 4 || fail "no IPv4 default by BGP; nothing was changed"
    arm cut
    # Routes to moved IPv6 addresses lead into the VLAN; the fabric's default takes their place.
    mkdir -p "$state/routes"
    for script in /etc/network/if-up.d/vlan2l3-routes-*; do
        [ ! -e "$script" ] || mv "$script" "$state/routes/"
    done
    ip -6 route flush proto 212 || true
    leave_default 4 10.1.10.1 bond0
    if has_address bond0 10.1.10.18; then
        # The host must not answer ARP for it any more; the gateway does.
        sysctl -q -w net/ipv4/conf/bond0/arp_ignore=8
        python3 "$here/announce.py" bond0 10.1.10.18 00:1c:73:00:00:99
        ip address delete 10.1.10.18/24 dev bond0
        # The host may have asked for somebody with its own address in between, and so taught the old way again.
        python3 "$here/announce.py" bond0 10.1.10.18 00:1c:73:00:00:99
    fi
    install -m 0644 "$here/stage/cut"/etc/network/interfaces /etc/network/interfaces
    systemctl enable frr
}

routed() {
    enter routed cut
    [ "$(carrier ens1f0)" = 0 ] || [ "$(at_stage)" = routed ] || fail ens1f0" still has carrier: shut leaf-r11a Ethernet8 first"
    established ens1f1 || fail "no BGP session on ens1f1; nothing was changed"
    arm routed
    ip link set dev ens1f0 nomaster
    ip link set dev ens1f0 up
    # bond0 stays, empty and down, so that the undo finds it; the next boot doesn't make it.
    ip link set dev bond0 down
    daemon_files "$here"/etc/frr
    daemon_reload
    install -m 0644 "$here"/etc/network/interfaces /etc/network/interfaces
}

confirm() {
    [ "$(at_stage)" = "$1" ] || fail "the host is at stage '$(at_stage)': '$1' was already taken back, or never done"
    systemctl stop "vlan2l3-revert-$1.timer"
}

right_machine
case ${1:-} in
    ready) ready ;;
    leg-out) leg_out ;;
    dual) dual ;;
    cut) cut ;;
    routed) routed ;;
    confirm) confirm "${2:?which stage}" ;;
    *) fail "usage: apply.sh ready|leg-out|dual|cut|routed, or apply.sh confirm STAGE" ;;
esac
