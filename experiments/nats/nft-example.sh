#!/bin/sh
# A NAT of the user's own, for `tcptrav lab --nat-a exec:FILE`: here the
# kernel's netfilter with a ruleset to play with. The lab starts it in the
# NAT's namespace with two bare interfaces, and says in the environment:
#   INSIDE_IF OUTSIDE_IF, INSIDE_ADDR OUTSIDE_ADDR, INSIDE_NET OUTSIDE_NET
#   ("10.0.0.0/24"), GATEWAY, HOST_MAC GATEWAY_MAC (both are permanent
#   neighbours already).
# It must print "ready" on a line of its own within 10 s; SIGTERM ends it.
set -eu
PATH=$PATH:/usr/sbin:/sbin

ip address add "$INSIDE_ADDR/${INSIDE_NET#*/}" dev "$INSIDE_IF"
ip address add "$OUTSIDE_ADDR/${OUTSIDE_NET#*/}" dev "$OUTSIDE_IF"
ip route add default via "$GATEWAY"
echo 1 > /proc/sys/net/ipv4/ip_forward

nft -f - <<RULES
table ip nat {
	chain postrouting {
		type nat hook postrouting priority srcnat
		oifname "$OUTSIDE_IF" masquerade
	}
	chain input {
		type filter hook input priority filter
		iifname "$OUTSIDE_IF" ct state established,related accept
		iifname "$OUTSIDE_IF" drop
	}
}
RULES

echo ready
exec sleep infinity
