#!/bin/sh
# db-01: take one stage back, to exactly where the host was before it.
#   undo.sh leg-out|dual|cut|routed|ready      later stages first
set -eu
here=$(cd "$(dirname "$0")" && pwd)
state=/var/lib/vlan2l3

fail() {
    echo "undo.sh: $*" >&2
    exit 1
}

[ "$(uname -n)" = db-01 ] || fail "this is $(uname -n), the plan is for "db-01

has_address() {
    [ -n "$(ip -o address show dev "$1" to "$2" 2>/dev/null)" ]
}

into_bond() {
    [ -e "/sys/class/net/$1/master" ] && return
    ip link set dev "$1" down
    ip link set dev "$1" master bond0
    ip link set dev "$1" up
}

ready() {
    rm -f /etc/sysctl.d/90-vlan2l3.conf
    echo "undo.sh: kernel settings stay until the next boot" >&2
}

leg_out() {
    into_bond ens1f1
}

dual() {
    # Withdrawn first and stopped later: the fabric turns away while the host still takes packets.
    birdc disable own >/dev/null 2>&1 || true
    sleep 2
    systemctl stop bird
    ip link delete dummy0 2>/dev/null || true
}

cut() {
    has_address bond0.120 10.1.20.11 || ip address add 10.1.20.11/24 broadcast + dev bond0.120
    has_address bond0.130 10.1.30.11 || ip address add 10.1.30.11/24 broadcast + dev bond0.130
    ip -4 route replace default via 10.1.20.1 dev bond0.120
    sysctl -q -w net/ipv4/conf/bond0.120/arp_ignore=0
    python3 "$here/announce.py" bond0.120 10.1.20.11 "$(cat /sys/class/net/bond0.120/address)"
    sysctl -q -w net/ipv4/conf/bond0.130/arp_ignore=0
    python3 "$here/announce.py" bond0.130 10.1.30.11 "$(cat /sys/class/net/bond0.130/address)"
}

routed() {
    systemctl disable bird
    cp -p "$state/interfaces" /etc/network/interfaces
    cp -p "$state"/storage /etc/network/interfaces.d/storage
    install -m 0644 "$here/stage/bird.conf" /etc/bird/bird.conf
    birdc configure >/dev/null
    ip link set dev bond0 up
    into_bond ens1f0
}

case ${1:-} in
    ready) ready ;;
    leg-out) leg_out ;;
    dual) dual ;;
    cut) cut ;;
    routed) routed ;;
    *) fail "usage: undo.sh leg-out|dual|cut|routed|ready" ;;
esac
