#!/bin/sh
# web-05: one stage of its move to layer 3, in this order:
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
    [ "$(uname -n)" = web-05 ] || fail "this is $(uname -n), the plan is for "web-05
    [ "$(own_address ens1f1)" = 3c:ec:ef:0c:03:41 ] || fail ens1f1" isn't the card 3c:ec:ef:0c:03:41 the plan knows"
    [ "$(own_address ens1f0)" = 3c:ec:ef:0c:03:40 ] || fail ens1f0" isn't the card 3c:ec:ef:0c:03:40 the plan knows"
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
    command -v bird >/dev/null || fail "bird is missing: apt-get install bird2"
    bird -p -c "$here/stage/bird.conf" || fail "this bird doesn't accept stage/bird.conf"
    bird -p -c "$here/etc/bird/bird.conf" || fail "this bird doesn't accept etc/bird/bird.conf"
}

daemon_files() {
    install -m 0644 "$1/bird.conf" /etc/bird/bird.conf
}

daemon_reload() {
    birdc configure >/dev/null
}

established() {
    birdc show protocols | awk -v want="$1" '$1 ~ "^" want "_" && $2 == "BGP" && /Established/ { n++ } END { exit !n }'
}

default_learned() {
    [ -n "$(ip "-$1" route show default proto bird)" ]
}

# BGP's default is in the kernel already, behind this one.
leave_default() {
    ip "-$1" route delete default via "$2" dev "$3" 2>/dev/null || true
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
    [ "$(at_stage)" = ready ] || ! systemctl is-active --quiet bird || fail "bird runs here already, with a configuration of its own"
    command -v python3 >/dev/null || fail "python3 is missing, announce.py needs it: apt-get install python3-minimal"
    [ "$(cat /proc/sys/net/ipv6/conf/all/disable_ipv6)" = 0 ] || fail "IPv6 is off; link-local addresses are needed"
    nft -c -f "$here/etc/vlan2l3/fabric.nft" || fail "nft is missing or doesn't accept etc/vlan2l3/fabric.nft: apt-get install nftables"
    daemon_there
    systemctl disable --now bird || fail "bird can't be kept from starting"
    mkdir -p "$state/before"
    [ -e "$state/before"/etc/network/interfaces ] || install -D -p -m 0644 /etc/network/interfaces "$state/before"/etc/network/interfaces
    install -m 0644 "$here/etc/sysctl.d/90-vlan2l3.conf" /etc/sysctl.d/90-vlan2l3.conf
    sysctl -q -p /etc/sysctl.d/90-vlan2l3.conf
    echo ready >"$state/stage"
}

leg_out() {
    enter leg-out ready
    [ "$(carrier ens1f1)" = 0 ] || fail ens1f1" still has carrier: shut leaf-r12b Ethernet3 first"
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
    has_address dummy0 10.1.10.15/32 || ip address add 10.1.10.15/32 dev dummy0
    daemon_files "$here/stage"
    install -D -m 0644 "$here/etc/vlan2l3/fabric.nft" /etc/vlan2l3/fabric.nft
    install -D -m 0644 "$here/etc/systemd/system/bird.service.d/vlan2l3.conf" /etc/systemd/system/bird.service.d/vlan2l3.conf
    systemctl daemon-reload
    systemctl restart bird
    nft list table inet vlan2l3 >/dev/null || echo "apply.sh: the filter isn't loaded, anybody may reach BGP here: nft -f /etc/vlan2l3/fabric.nft" >&2
    wait_for_session uplink1
}

cut() {
    enter cut dual
    established uplink1 || fail "no BGP session on ens1f1; nothing was changed"
    default_learned 4 || fail "no IPv4 default by BGP; nothing was changed"
    arm cut
    # Routes to moved IPv6 addresses lead into the VLAN; the fabric's default takes their place.
    mkdir -p "$state/routes"
    for script in /etc/network/if-up.d/vlan2l3-routes-*; do
        [ ! -e "$script" ] || mv "$script" "$state/routes/"
    done
    ip -6 route flush proto 212 || true
    leave_default 4 10.1.10.1 bond0.110
    if has_address bond0.110 10.1.10.15; then
        # The host must not answer ARP for it any more; the gateway does.
        sysctl -q -w net/ipv4/conf/bond0.110/arp_ignore=8
        python3 "$here/announce.py" bond0.110 10.1.10.15 00:1c:73:00:00:99
        ip address delete 10.1.10.15/24 dev bond0.110
        # The host may have asked for somebody with its own address in between, and so taught the old way again.
        python3 "$here/announce.py" bond0.110 10.1.10.15 00:1c:73:00:00:99
    fi
    install -m 0644 "$here/stage/cut"/etc/network/interfaces /etc/network/interfaces
    systemctl enable bird
}

routed() {
    enter routed cut
    [ "$(carrier ens1f0)" = 0 ] || [ "$(at_stage)" = routed ] || fail ens1f0" still has carrier: shut leaf-r12a Ethernet3 first"
    established uplink1 || fail "no BGP session on ens1f1; nothing was changed"
    arm routed
    ip link set dev ens1f0 nomaster
    ip link set dev ens1f0 up
    # bond0 stays, empty and down, so that the undo finds it; the next boot doesn't make it.
    ip link set dev bond0 down
    daemon_files "$here"/etc/bird
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
