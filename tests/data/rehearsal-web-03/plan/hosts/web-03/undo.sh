#!/bin/sh
# Take one step back on web-03: undo.sh NNN
set -eu
here=$(dirname "$0")
case $1 in
  020)
    ip link set dev ens1f1 down
    ip link set dev ens1f1 master bond0
    ;;
  040)
    systemctl stop bird
    systemctl disable bird
    ip link del dummy0
    rm -f /etc/bird/bird.conf /etc/sysctl.d/90-l3host.conf
    ;;
  050)
    ip -4 route add default via 10.1.10.1 dev bond0
    ip -6 route add default via 2001:db8:110::1 dev bond0
    ;;
  070)
    sysctl -q -w net.ipv4.conf.bond0.arp_ignore=0
    own=$(cat /sys/class/net/bond0/address)
    python3 -I "$here/announce.py" bond0 10.1.10.33 "$own"
    python3 -I "$here/announce.py" bond0 2001:db8:110::33 "$own"
    ;;
  080)
    ip -4 addr add 10.1.10.33/24 dev bond0
    ip -6 addr add 2001:db8:110::33/64 dev bond0 nodad
    ;;
  *)
    echo "undo.sh: no step $1 on this host" >&2
    exit 2
    ;;
esac
