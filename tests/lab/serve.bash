# One case against `tcptrav serve` over loopback, in namespaces of its own
# that end with it. Run as: bash serve.bash CASE [ARGUMENT...]; serve.bats
# does. Ports are the system's choice, as the server prints them.

TCPTRAV=${TCPTRAV:-${BASH_SOURCE[0]%/*}/../../tcptrav}
NAME=00112233445566778899aabbccddeeff
SPOOF='{"type":"spoof","isn":100,"window":64240,"options":"020405b4"}'
RELAY='{"type":"relay","sealed":"AAEC"}'
HELLO='{"type":"hello","version":1}'

fail()
{
	echo "serve.bash: $*" >&2
	exit 1
}

# serve OPTION... - start it; sets server (PID), log (descriptor), ports
serve()
{
	local line
	exec {log}< <([ -z "${descriptors:-}" ] || ulimit -n "$descriptors"
		exec "$TCPTRAV" serve --listen 127.0.0.1 --port 0 --port 0 \
			"$@" 2>&1)
	server=$!
	ports=()
	until [ "${#ports[@]}" -eq 2 ]; do
		read -t 10 -r -u "$log" line || fail "it does not listen"
		[[ "$line" != *"listening on "* ]] || ports+=("${line##*:}")
	done
}

# logged TEXT - the log comes to a line that has it
logged()
{
	local line
	while read -t 10 -r -u "$log" line; do
		[[ "$line" != *"$1"* ]] || return 0
	done
	fail "the log does not say '$1'"
}

# enter VARIABLE [PORT] - a new connection
enter()
{
	local fd
	exec {fd}<>"/dev/tcp/127.0.0.1/${2:-${ports[0]}}" ||
		fail "no connection"
	eval "$1=$fd"
}

say()
{
	printf '%s\n' "$2" >&"$1"
}

# hear FD TEXT - the next line has it
hear()
{
	local line
	read -t 10 -r -u "$1" line || fail "nothing heard instead of '$2'"
	[[ "$line" == *"$2"* ]] || fail "'$line' instead of '$2'"
}

# ended FD - S has closed it, and in order: not by a reset
ended()
{
	local line
	read -t 10 -r -u "$1" line
	[ $? -eq 1 ] && [ -z "$line" ] || fail "not ended: '$line'"
}

leave()
{
	eval "exec $1>&-"
}

join()
{
	say "$1" "$HELLO"
	hear "$1" '"type":"observed","endpoint":"127.0.0.1:'
	say "$1" '{"type":"join","session":"'"$NAME"'","nonce":"'"$2"'"}'
}

# pair - two introduced members, a and b, on different ports of S
pair()
{
	enter a "${ports[0]}"
	enter b "${ports[1]}"
	join "$a" 000102030405060708090a0b0c0d0e0f
	join "$b" 100102030405060708090a0b0c0d0e0f
	hear "$a" '"nonce":"1001'
	hear "$b" '"nonce":"0001'
}

# still_relays - nothing of what happened reached the two
still_relays()
{
	say "$a" "$RELAY"
	hear "$b" "$RELAY"
	say "$b" "$RELAY"
	hear "$a" "$RELAY"
}

case_garbage()
{
	local c
	serve
	pair
	enter c
	say "$c" 'GET / HTTP/1.1'
	hear "$c" '"reason":"nonsense"'
	ended "$c"
	enter c
	head -c 1000 /dev/urandom | tr -d '\n' >&"$c"
	say "$c" ''
	hear "$c" '"reason":"nonsense"'
	ended "$c"
	still_relays
}

case_too_long()
{
	local c
	serve
	pair
	enter c
	head -c 1000000 /dev/zero | tr '\0' x >&"$c"
	hear "$c" '"reason":"line-too-long"'
	ended "$c"
	still_relays
}

case_third()
{
	local c
	serve
	pair
	enter c
	join "$c" 200102030405060708090a0b0c0d0e0f
	hear "$c" '"reason":"session-full"'
	ended "$c"
	still_relays
	leave "$a"
	hear "$b" '"reason":"peer-left"'
	leave "$b"
	logged 'a member has left'
	logged 'a member has left'
	pair
}

case_order()
{
	local c
	serve
	enter c
	say "$c" "$RELAY"
	hear "$c" '"reason":"out-of-order"'
	ended "$c"
	enter c
	say "$c" '{"type":"hello","version":7}'
	hear "$c" '"reason":"version"'
	ended "$c"
}

case_idle()
{
	local c
	serve --idle 1
	enter c
	say "$c" "$HELLO"
	hear "$c" observed
	hear "$c" '"reason":"idle"'
	ended "$c"
}

resets_sent()
{
	awk '$1 == "Tcp:" && $2 ~ /^[0-9]/ { print $15 }' /proc/net/snmp
}

# On loopback each SYN-ACK meets a kernel with no such socket: an RST.
case_spoof()
{
	local before
	serve
	pair
	before=$(resets_sent)
	say "$a" "$SPOOF"
	say "$b" "$SPOOF"
	hear "$a" '"type":"spoofed"'
	hear "$b" '"type":"spoofed"'
	[ "$(resets_sent)" -eq $((before + 2)) ] || fail "not two SYN-ACKs"
	logged 'spoofed a SYN-ACK from 127.0.0.1:'
	logged 'spoofed a SYN-ACK from 127.0.0.1:'
	still_relays
}

case_no_spoofing()
{
	serve --no-spoofing
	pair
	say "$a" "$SPOOF"
	hear "$a" '"reason":"no-spoofing"'
	still_relays
}

# case_stop SIGNAL - a clean end, connections or not
case_stop()
{
	serve
	pair
	kill -s "$1" "$server"
	logged stopped
	ended "$a"
	wait "$server" || fail "exit status $?"
}

# case_few_descriptors - it waits for some rather than spin or die
case_few_descriptors()
{
	local descriptors=40 crowd
	serve
	(
		for _ in {1..60}; do
			exec {fd}<>"/dev/tcp/127.0.0.1/${ports[0]}"
		done
		read -r -u "$fd"
	) &
	crowd=$!
	until [ "$(ls "/proc/$server/fd" | wc -l)" -ge 40 ]; do
		kill -0 "$server" || fail "it has died"
	done
	kill "$crowd"
	pair
	still_relays
}

ip link set lo up || exit 1
"case_$@"
