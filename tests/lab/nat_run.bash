# One case of `tcptrav nat run`, in namespaces of its own that end with it:
# this one is the NAT's, with interfaces "in" and "out"; $host is behind it,
# and $public is 203.0.113.1, beyond the gateway 192.0.2.254, where `tcptrav
# serve` listens. Run as: DIR=DIRECTORY bash nat_run.bash CASE; nat_run.bats
# does.

TCPTRAV=${TCPTRAV:-${BASH_SOURCE[0]%/*}/../../tcptrav}
HELLO='{"type":"hello","version":1}'

fail()
{
	echo "nat_run.bash: $*" >&2
	cat "$dir/err" >&2
	exit 1
}

# until_true COMMAND... - for 10 seconds
until_true()
{
	local end=$((SECONDS + 10))
	until "$@"; do
		[ "$SECONDS" -lt "$end" ] || fail "never: $*"
	done
}

# namespace VARIABLE - a network namespace, known by a process in it
namespace()
{
	unshare --net sleep infinity &
	eval "$1=$!"
	until_true in_another "${!1}"
}

in_another()
{
	[ "$(readlink /proc/$1/ns/net)" != "$(readlink /proc/self/ns/net)" ]
}

# at NAMESPACE COMMAND...
at()
{
	nsenter --net --target "$@"
}

net()
{
	namespace host
	namespace public
	ip link add in type veth peer name eth0 netns "$host"
	ip link add out type veth peer name eth0 netns "$public"
	ip link set in up
	ip link set out up
	at "$host" ip link set lo up
	at "$host" ip address add 10.0.0.2/24 dev eth0
	at "$host" ip link set eth0 up
	at "$host" ip route add default via 10.0.0.1
	at "$public" ip link set lo up
	at "$public" ip address add 192.0.2.254/24 dev eth0
	at "$public" ip address add 203.0.113.1/32 dev lo
	at "$public" ip link set eth0 up
}

addresses()
{
	ip address add 10.0.0.1/24 dev in
	ip address add 192.0.2.1/24 dev out
	ip route add default via 192.0.2.254
}

# nat OPTION... - start it; sets nat (PID)
nat()
{
	: > "$dir/out"
	"$TCPTRAV" nat run --inside in --outside out "$@" >> "$dir/out" \
		2> "$dir/err" &
	nat=$!
	until_true ready
}

ready()
{
	kill -0 "$nat" 2> /dev/null || fail "it has ended"
	grep -q ' ready: ' "$dir/err"
}

# serve - a TCP service in the public; sets port and server
serve()
{
	: > "$dir/serve.err"
	at "$public" "$TCPTRAV" serve --listen 203.0.113.1 --port 0 \
		2> "$dir/serve.err" &
	server=$!
	until_true grep -q 'listening on ' "$dir/serve.err"
	port=$(sed -n 's/.*listening on .*:\([0-9]*\)$/\1/p' "$dir/serve.err")
}

# client NAME - a connection from inside: it sends $dir/NAME.in and writes what
# it receives to $dir/NAME.out
client()
{
	mkfifo "$dir/$1.in"
	at "$host" bash -c 'exec 3<>"/dev/tcp/203.0.113.1/'"$port"'"
		cat <&3 & exec cat >&3' < "$dir/$1.in" > "$dir/$1.out" &
	eval "exec {$1}>'$dir/$1.in'"
	say "$1" "$HELLO"
	until_true grep -q '"endpoint":"192.0.2.1:' "$dir/$1.out"
}

say()
{
	printf '%s\n' "$2" >&"${!1}"
}

# join NAME NONCE - become a member; S introduces two members
join()
{
	say "$1" '{"type":"join","session":"00112233445566778899aabbccddeeff","nonce":"'"$2"'"}'
}

pair()
{
	client a
	client b
	join a 000102030405060708090a0b0c0d0e0f
	join b 100102030405060708090a0b0c0d0e0f
	until_true grep -q '"nonce":"1001' "$dir/a.out"
	until_true grep -q '"nonce":"0001' "$dir/b.out"
}

# relays WORD - both connections work, in both directions
relays()
{
	say a '{"type":"relay","sealed":"'"$1"'"}'
	until_true grep -q "\"$1\"" "$dir/b.out"
	say b '{"type":"relay","sealed":"'"$1"'"}'
	until_true grep -q "\"$1\"" "$dir/a.out"
}

# event FILTER - the stream has an event that jq's filter selects
event()
{
	[ -n "$(jq -c "select($1)" "$dir/out")" ]
}

# stop SIGNAL - it ends with status 0 and its closing line
stop()
{
	kill -s "$1" "$nat"
	wait "$nat" || fail "exit status $?"
	grep -q "ended by SIG$1: [0-9]* packets forwarded" "$dir/err" ||
		fail "no closing line"
}

mac_of()
{
	ip -o link show "$1" | sed 's/.*link.ether \([^ ]*\).*/\1/'
}

# unsolicited - a SYN from outside; the exit status says how it is refused
unsolicited()
{
	at "$public" timeout 5 bash -c 'exec 3<>/dev/tcp/192.0.2.1/9' \
		2> "$dir/refused"
}

# what the kernel of this namespace has sent by itself
kernel_said()
{
	awk '/^(Tcp|Icmp|Ip):/ && $2 ~ /^[0-9]/ { print }' /proc/net/snmp |
		awk '$1 == "Ip:" { print "ip", $11, $7 }
			$1 == "Tcp:" { print "tcp", $12, $15 }'
}

neighbour_is()
{
	at "$1" ip neighbour | grep -q "^$2 .*lladdr $3 "
}

case_addresses()
{
	local before syn
	addresses
	echo 1 > /proc/sys/net/ipv4/ip_forward
	before=$(kernel_said)
	nat --profile restricted-cone
	serve
	pair
	relays AAEC
	neighbour_is "$public" 192.0.2.1 "$(mac_of out)" || fail "no ARP"
	neighbour_is "$host" 10.0.0.1 "$(mac_of in)" || fail "no ARP inside"
	unsolicited &
	syn=$!
	relays AAED
	kill "$syn"
	[ "$(kernel_said)" = "$before" ] ||
		fail "the kernel has spoken: $before, $(kernel_said)"
	stop TERM
	[ -z "$(nft list ruleset)" ] || fail "a table is left"
}

case_no_addresses()
{
	nat --profile symmetric --inside-address 10.0.0.1/24 \
		--outside-address 192.0.2.1/24 --gateway 192.0.2.254
	[ -z "$(nft list ruleset)" ] || fail "a table without need"
	serve
	pair
	relays AAEC
	neighbour_is "$public" 192.0.2.1 "$(mac_of out)" || fail "no ARP"
	stop INT
}

case_reload()
{
	addresses
	printf 'base = restricted-cone\n' > "$dir/my.nat"
	chmod 600 "$dir/my.nat"
	nat --profile "$dir/my.nat" --json
	serve
	pair
	unsolicited &
	until_true event '.reason | strings | contains("unsolicited-syn = drop")'
	kill $!
	printf 'base = restricted-cone\nunsolicited-syn = rst\n' \
		> "$dir/my.nat"
	kill -s HUP "$nat"
	until_true event '.event == "reload" and (has("error") | not)'
	unsolicited && fail "a connection to the NAT"
	grep -q refused "$dir/refused" || fail "not refused"
	event '.event == "reply"' || fail "no reply event"
	relays AAEC
	printf 'unsolicited-syn = rts\n' > "$dir/my.nat"
	kill -s HUP "$nat"
	until_true event '.event == "reload" and (.error | strings |
		contains("rts"))'
	grep -q '"rts".*the old profile is kept' "$dir/err" || fail "not said"
	unsolicited && fail "a connection to the NAT"
	grep -q refused "$dir/refused" || fail "not refused"
	relays AAED
	stop TERM
}

case_json()
{
	addresses
	nat --profile restricted-cone --json --seed 7
	serve
	client a
	stop TERM
	jq -s -e '(map(.schema) | unique) == ["tcptrav.nat/1"] and
		all(.[]; .at > 1e9) and
		.[0].event == "ready" and .[0].seed == 7 and
		.[-1].event == "end" and .[-1].forwarded > 3' "$dir/out" ||
		fail "$(cat "$dir/out")"
	jq -s -e 'map(select(.protocol == "tcp")) |
		.[0].event == "mapping-new" and .[1].event == "session-new" and
		.[1].inside == .[0].inside and
		(.[1].inside | test("^10[.]0[.]0[.]2:[0-9]+$")) and
		(.[1].external | test("^192[.]0[.]2[.]1:[0-9]+$")) and
		.[1].remote == "203.0.113.1:'"$port"'" and
		any(.[]; .event == "session-state" and
			.state == "established" and .expires_in > 7000)' \
		"$dir/out" || fail "$(cat "$dir/out")"
}

snapshot_has()
{
	grep -q "^tcp  *10[.]0[.]0[.]2:[0-9]*  *192[.]0[.]2[.]1:[0-9]*  *203[.]0[.]113[.]1:$port  *established  *[0-9]*$" "$dir/${1:-out}"
}

case_snapshot()
{
	addresses
	nat --profile restricted-cone --status
	serve
	client a
	[ ! -s "$dir/out" ] || fail "printed without need"
	kill -s USR1 "$nat"
	until_true snapshot_has
	grep -q 'profile restricted-cone, up 0:0' "$dir/out" || fail "no header"
	grep -q '^1 sessions, 1 mappings' "$dir/out" || fail "no numbers"
	: > "$dir/out"
	unsolicited
	stop TERM
	grep -q '1 dropped .*unsolicited-syn = drop' "$dir/out" ||
		grep -q '[0-9] dropped .*unsolicited-syn = drop' "$dir/out" ||
		fail "no cause: $(cat "$dir/out")"
	snapshot_has || fail "no table at the end"
}

# With --json standard output has objects only.
case_snapshot_json()
{
	addresses
	nat --profile restricted-cone --json
	serve
	client a
	kill -s USR1 "$nat"
	until_true snapshot_has err
	stop TERM
	jq -e . "$dir/out" > "$dir/objects" || fail "$(cat "$dir/out")"
}

case_terminal()
{
	addresses
	serve
	script -q -f -e -c "stty rows 12 columns 70; exec '$TCPTRAV' nat run \
		--inside in --outside out --profile restricted-cone --status" \
		"$dir/screen" > "$dir/typed" < <(sleep infinity) 2>&1 &
	# (it need not notice its end: it is ended with the namespace)
	until_true grep -q ' ready: ' "$dir/screen"
	client a
	until_true grep -q '^tcp .*10[.]0[.]0[.]2:' "$dir/screen"
	pkill -TERM -f "[n]at run --inside in --outside out" # in this namespace
	until_true grep -q "ended by SIGTERM" "$dir/screen"
	grep -q "$(printf '\033')\[H" "$dir/screen" || fail "not redrawn"
}

table_gone()
{
	[ -z "$(nft list ruleset)" ]
}

reader_gone()
{
	[ -z "$(pgrep -x tcptrav)" ]
}

case_killed()
{
	addresses
	nat --profile restricted-cone
	nft list ruleset | grep -q 'table netdev tcptrav' || fail "no table"
	kill -s KILL "$nat"
	until_true table_gone
	until_true reader_gone
}

# Events that are not read are lost; packets are not.
case_slow_reader()
{
	local fifo
	addresses
	mkfifo "$dir/fifo"
	exec {fifo}<>"$dir/fifo"
	"$TCPTRAV" nat run --inside in --outside out --json \
		--profile full-cone > "$dir/fifo" 2> "$dir/err" &
	nat=$!
	until_true ready
	serve
	at "$host" bash -c 'for i in {1..4500}; do
		echo > "/dev/udp/203.0.113.1/9"; done' 2> /dev/null
	pair
	relays AAEC
	cat <&"$fifo" > "$dir/out" &
	kill -s TERM "$nat"
	wait "$nat" || fail "exit status $?"
	until_true event '.event == "end"'
	event '.lost > 0' || fail "none is lost"
	kill $!
}

arrived()
{
	[ "$(at "$public" awk '$1 == "Udp6NoPorts" { print $2 }' \
		/proc/net/snmp6)" -gt 0 ]
}

mac6_known()
{
	at "$1" ip -6 neighbour | grep -q "^$2 .*lladdr $3 "
}

# Neighbour discovery in both directions, and a packet through the NAT.
case_ipv6()
{
	at "$host" ip address add 2001:db8:1::2/64 dev eth0 nodad
	at "$host" ip -6 route add default via 2001:db8:1::1
	at "$public" ip address add 2001:db8:2::2/64 dev eth0 nodad
	at "$public" ip -6 route add 2001:db8:1::/64 via 2001:db8:2::1
	nat --profile restricted-cone --inside-address 10.0.0.1/24 \
		--outside-address 192.0.2.1/24 \
		--inside-address6 2001:db8:1::1/64 \
		--outside-address6 2001:db8:2::1/64
	at "$host" bash -c 'echo > /dev/udp/2001:db8:2::2/9'
	until_true arrived
	mac6_known "$host" 2001:db8:1::1 "$(mac_of in)" || fail "unknown in"
	until_true mac6_known "$public" 2001:db8:2::1 "$(mac_of out)"
	stop TERM
}

case_privilege()
{
	local status
	addresses
	setpriv --bounding-set=-all --inh-caps=-all --reuid 0 \
		"$TCPTRAV" nat run --inside in --outside out --profile rst \
		2> "$dir/err"
	status=$?
	[ "$status" -eq 3 ] || fail "exit status $status"
	grep -q 'CAP_NET_RAW' "$dir/err" || fail "not named"
}

# wrong TEXT OPTION... - is refused with the text, without privileges
wrong()
{
	local status text=$1
	shift
	setpriv --bounding-set=-all --inh-caps=-all "$TCPTRAV" nat run "$@" \
		2> "$dir/err"
	status=$?
	[ "$status" -eq 2 ] || fail "$*: exit status $status"
	grep -q -e "$text" "$dir/err" || fail "$*: '$text' is missing"
}

case_wrong()
{
	local both='--inside in --outside out --profile rst'
	ip address add 10.0.0.1/24 dev in
	ip link add name idle0 type veth peer name other
	wrong 'are needed' --inside in --outside out
	wrong 'are needed' --inside in --profile rst
	wrong '"inn"; did you mean "in"' --inside inn --outside out \
		--profile rst
	wrong 'both inside and outside' --inside in --outside in --profile rst
	wrong '"lo" is not Ethernet' --inside lo --outside out --profile rst
	wrong '"idle0" is down' --inside in --outside idle0 --profile rst
	wrong '"out" has no IPv4 address: give --outside-address' $both
	wrong 'the nearest is "rst"' --inside in --outside out --profile rts
	wrong "'192.0.2.1'" $both --outside-address 192.0.2.1
	wrong "'192.0.2'" $both --outside-address 192.0.2/24
	wrong "'192.0.2.1/33'" $both --outside-address 192.0.2.1/33
	wrong "'192.0.2.1/2x'" $both --outside-address 192.0.2.1/2x
	wrong "'224.0.0.1'" $both --outside-address 224.0.0.1/24
	wrong "'x'" $both --gateway x
	wrong "'2001:db8::1/129'" $both --inside-address6 2001:db8::1/129
	wrong "'ff02::1'" $both --gateway6 ff02::1
	wrong 'must differ' $both --outside-address 10.0.0.1/24
	wrong '--sessions' $both --sessions 0
	wrong 'exclude each other' $both --status --json
	wrong "'stray'" $both stray
	printf 'filtering = closed\n' > "$dir/my.nat"
	wrong 'closed' --inside in --outside out --profile "$dir/my.nat"
}

. "${BASH_SOURCE[0]%/*}/nat_fast.bash"
dir=$DIR
: > "$dir/err"
echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6
[ "$1" = ipv6 ] && echo 0 > /proc/sys/net/ipv6/conf/default/disable_ipv6
ip link set lo up || exit 1
net
"case_$@"
