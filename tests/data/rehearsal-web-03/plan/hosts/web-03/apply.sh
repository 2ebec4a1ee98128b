#!/bin/sh
# Execute one step on web-03: apply.sh NNN
set -eu
here=$(dirname "$0")
case $1 in
  020)
    ip link set dev ens1f1 nomaster
    ip link set dev ens1f1 up
    ;;
  040)
    install -m 0644 "$here/90-l3host.conf" /etc/sysctl.d/90-l3host.conf
    sysctl -q -p /etc/sysctl.d/90-l3host.conf
    ip link add dummy0 type dummy
    ip link set dev dummy0 up
    ip addr add 10.1.10.33/32 dev dummy0
    ip addr add 2001:db8:110::33/128 dev dummy0 nodad
    install -m 0644 "$here/bird-leg-b.conf" /etc/bird/bird.conf
    systemctl enable bird
    systemctl start bird
    ;;
  050)
    systemd-run --on-active=600 --unit=vlan2l3-050 sh "$here/undo.sh" 050
    ip -4 route del default via 10.1.10.1 dev bond0
    ip -6 route del default via 2001:db8:110::1 dev bond0
    systemctl stop vlan2l3-050.timer
    ;;
  070)
    sysctl -q -w net.ipv4.conf.bond0.arp_ignore=8
    python3 -I "$here/announce.py" bond0 10.1.10.33 00:1c:73:00:00:99
    python3 -I "$here/announce.py" bond0 2001:db8:110::33 00:1c:73:00:00:99
    ;;
  080)
    ip -4 addr del 10.1.10.33/24 dev bond0
    ip -6 addr del 2001:db8:110::33/64 dev bond0
    ;;
  085)
    # Until the deletion the host asks for others with its own address, and so teaches the old way again.
    python3 -I "$here/announce.py" bond0 10.1.10.33 00:1c:73:00:00:99
    ;;
  100)
    ip link set dev ens1f0 nomaster
    ip link del bond0
    ip link set dev ens1f0 up
    sysctl -q -p /etc/sysctl.d/90-l3host.conf
    ;;
  120)
    install -m 0644 "$here/bird.conf" /etc/bird/bird.conf
    systemctl reload bird
    ;;
  *)
    echo "apply.sh: no step $1 on this host" >&2
    exit 2
    ;;
esac
