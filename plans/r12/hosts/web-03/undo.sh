#!/bin/sh
# web-03: take the last stage back: links, addresses, routes and files are those of the stage before.
#   undo.sh routed | cut | dual | leg-out | ready
# Kernel settings stay until the next boot. Only the stage the host is at can be taken back.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
state=/var/lib/vlan2l3

fail() {
    echo "undo.sh: $*" >&2
    exit 1
}

[ "$(uname -n)" = web-03 ] || fail "this is $(uname -n), the plan is for "web-03
now=$(cat "$state/stage" 2>/dev/null || echo none)
[ "$now" = "${1:-}" ] || fail "the host is at stage '$now'; only that can be taken back"

has_address() {
    [ -n "$(ip -o address show dev "$1" to "$2" 2>/dev/null)" ]
}

withdraw() {
    birdc disable own >/dev/null 2>&1 || true
}

take_default() {
    ip "-$1" route replace default via "$2" dev "$3"
}

fewer_links() {
    install -m 0644 "$here/stage/bird.conf" /etc/bird/bird.conf
    birdc configure >/dev/null || systemctl restart bird || true
}

into_bond() {
    [ ! -e "/sys/class/net/$1/master" ] || return 0
    ip link set dev "$1" down
    ip link set dev "$1" master bond0
    ip link set dev "$1" up
}

ready() {
    rm -f /etc/sysctl.d/90-vlan2l3.conf
    echo none >"$state/stage"
}

leg_out() {
    into_bond ens1f1
    install -m 0644 "$state/before"/etc/network/interfaces /etc/network/interfaces
    echo ready >"$state/stage"
}

dual() {
    # Withdrawn first and stopped later: the fabric turns away while the host still takes packets.
    withdraw
    sleep 2
    systemctl stop bird
    rm -f /etc/systemd/system/bird.service.d/vlan2l3.conf /etc/vlan2l3/fabric.nft
    systemctl daemon-reload
    nft delete table inet vlan2l3 2>/dev/null || true
    ip link delete dummy0 2>/dev/null || true
    echo leg-out >"$state/stage"
}

cut() {
    has_address bond0 10.1.10.13 || ip address add 10.1.10.13/24 broadcast + dev bond0
    has_address bond0 2001:db8:110::13 || ip address add 2001:db8:110::13/64 dev bond0 nodad
    take_default 4 10.1.10.1 bond0
    take_default 6 2001:db8:110::1 bond0
    for script in "$state"/routes/vlan2l3-routes-*; do
        [ -e "$script" ] || continue
        mv "$script" /etc/network/if-up.d/
        IFACE=bond0 ADDRFAM=inet6 "/etc/network/if-up.d/${script##*/}"
    done
    sysctl -q -w net/ipv4/conf/bond0/arp_ignore=0
    python3 "$here/announce.py" bond0 10.1.10.13 "$(cat /sys/class/net/bond0/address)"
    python3 "$here/announce.py" bond0 2001:db8:110::13 "$(cat /sys/class/net/bond0/address)"
    install -m 0644 "$here/stage/leg-out"/etc/network/interfaces /etc/network/interfaces
    systemctl disable bird
    echo dual >"$state/stage"
}

routed() {
    ip link set dev bond0 up
    into_bond ens1f0
    install -m 0644 "$here/stage/cut"/etc/network/interfaces /etc/network/interfaces
    fewer_links
    echo cut >"$state/stage"
}

case $1 in
    ready) ready ;;
    leg-out) leg_out ;;
    dual) dual ;;
    cut) cut ;;
    routed) routed ;;
    *) fail "usage: undo.sh routed|cut|dual|leg-out|ready" ;;
esac
