#!/bin/bash
# Makes the answers beside this file: a host with every kind of interface the readers know, on a real kernel.
# linux.uml mem=512M rootfstype=hostfs rootflags=/ rw init=$PWD/make.sh OUT=$PWD con=null con0=null,fd:1 quiet
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
exec 2>&1
mount -t proc proc /proc; mount -t sysfs sys /sys; mount -t tmpfs tmp /run
mkdir -p /run/netns /lib/modules; mount -t tmpfs tmp /lib/modules
ln -s "/usr/lib/uml/modules/$(uname -r)" "/lib/modules/$(uname -r)"
for m in dummy veth bridge bonding 8021q macvlan tun vxlan vrf ipip ip_gre; do modprobe $m; done
for n in sw host; do ip netns add $n; ip -n $n link set lo up; done
H="ip -n host"; S="ip -n sw"
for i in 0 1 2 3 4; do ip link add p$i netns sw type veth peer name ens1f$i netns host; $S link set p$i up; done
$S link add po1 type bond mode 802.3ad miimon 100 lacp_rate fast
for i in 0 1; do $S link set p$i down; $S link set p$i master po1; done; $S link set po1 up
$H link add bond0 type bond mode 802.3ad miimon 100 lacp_rate fast xmit_hash_policy layer3+4
for i in 0 1; do $H link set ens1f$i down; $H link set ens1f$i master bond0; done; $H link set bond0 up
$H link add bond1 type bond mode active-backup miimon 100
for i in 2 3; do $H link set ens1f$i master bond1; done; $H link set bond1 up
$H link add link bond0 name bond0.120 type vlan id 120; $H link set bond0.120 up
$H addr add 10.1.20.11/24 brd + dev bond0.120; $H addr add 10.1.20.99/24 dev bond0.120 label bond0.120:1
$H addr add 2001:db8:120::11/64 dev bond0.120 nodad
$H addr add 10.9.9.9/24 dev bond1 valid_lft 3000 preferred_lft 2000
$H link add br140 type bridge vlan_filtering 1; $H link set br140 up; $H link set bond0 master br140
ip netns exec host ip tuntap add tap0 mode tap; $H link set tap0 master br140; $H link set tap0 up
ip netns exec host ip tuntap add tun7 mode tun
ip netns exec host bridge vlan add vid 140 dev bond0; ip netns exec host bridge vlan add vid 150-152 dev bond0;  ip netns exec host bridge vlan add vid 140 pvid untagged dev tap0
ip netns exec host bridge fdb add 52:54:00:aa:bb:01 dev tap0 master static vlan 140
$H link add dummy0 type dummy; $H link set dummy0 up; $H addr add 10.50.0.1/32 dev dummy0
$H link add mv0 link bond1 type macvlan mode bridge
$H link add mvt0 link bond1 type macvtap mode bridge
$H link add vx1 type vxlan id 100 local 10.50.0.1 dstport 4789
$H link add red type vrf table 100; $H link set red up; $H link set ens1f4 master red; $H link set ens1f4 up; $H addr add 192.0.2.2/30 dev ens1f4
$H link add ipip1 type ipip local 10.50.0.1 remote 192.0.2.1; $H link set ipip1 up; $H addr add 172.30.0.1 peer 172.30.0.2/32 dev ipip1
$H link set ens1f4 alias "to the red side"
$S addr add 10.1.20.1/24 dev po1
sleep 5
$H -4 route add default proto bgp metric 32 nexthop via inet6 fe80::1 dev bond1 nexthop via inet6 fe80::2 dev bond0.120
$H route add 10.77.0.0/16 via 10.1.20.1 src 10.1.20.11
$H route add default via 192.0.2.1 dev ens1f4 vrf red
$H route add 10.66.0.0/16 nexthop via 10.1.20.1 nexthop via 10.9.9.1 weight 2
$H -6 route add default via 2001:db8:120::1 dev bond0.120
$H -6 route add 2001:db8:ffff::/48 nexthop via 2001:db8:120::1 dev bond0.120 nexthop via fe80::9 dev bond1
$H route add blackhole 10.99.0.0/16; $H route add 10.55.0.0/16 dev tun7 2>/dev/null
$H -4 route add default dev dummy0 metric 9000
$H -4 route add 10.44.0.0/16 via inet6 fe80::5 dev bond1
$H neigh add 10.1.20.77 lladdr 02:00:00:00:00:77 dev bond0.120 nud permanent
ip netns exec host ping -c1 -W1 10.1.20.200 >/dev/null
ip netns exec host ping -6 -c1 -W1 2001:db8:120::44 >/dev/null
ip netns exec host python3 -c "
import socket,struct,time,os
s=socket.socket(socket.AF_INET,socket.SOCK_DGRAM); s.bind(('',5405))
s.setsockopt(0,35,struct.pack('4s4si',socket.inet_aton('239.192.1.7'),b'\0\0\0\0',0))
t=socket.socket(); t.bind(('10.1.20.11',8080)); t.listen()
u=socket.socket(socket.AF_INET6); u.bind(('::',9090)); u.listen()
r=socket.socket(socket.AF_INET,socket.SOCK_RAW,112)
d=socket.socket(socket.AF_INET,socket.SOCK_DGRAM); d.setsockopt(1,25,b'bond0.120\0'); d.bind(('',67))
time.sleep(8)" &
sleep 3
O=$OUT
g() { f=$1; shift; ip netns exec host "$@" > $O/$f 2>&1; }
g ip_-j_-d_addr_show.json ip -j -d addr show
g ip_-d_address_show.txt ip -d address show
g ip_-j_route_show_table_all.json ip -j route show table all
g ip_route_show_table_all.txt ip route show table all
g ip_-j_neigh_show.json ip -j neigh show
g ip_neigh_show.txt ip neigh show
g bridge_-j_vlan_show.json bridge -j vlan show
g bridge_-c_vlan_show.txt bridge -c vlan show
g bridge_-j_fdb_show.json bridge -j fdb show
g bridge_fdb_show.txt bridge fdb show
g cat_proc_net_bonding_bond0.txt cat /proc/net/bonding/bond0
g cat_proc_net_bonding_bond1.txt cat /proc/net/bonding/bond1
g cat_proc_net_igmp.txt cat /proc/net/igmp
g ss_-lntupwH.txt ss -lntupwH
sync
poweroff -f
