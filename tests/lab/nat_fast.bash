# The cases of nat_run.bash that test offload, the fast path;
# sourced there. Exit status 77: there is no offload here.

TALK=${TCPTRAV_BUILD:-${BASH_SOURCE[0]%/*}/../../build}/tests/lab/talk

# fast_nat LINE... - of a profile with these lines, and an echo server
fast_nat()
{
	addresses
	printf 'base = rfc5382\n' > "$dir/my.nat"
	printf '%s\n' "$@" >> "$dir/my.nat"
	nat --profile "$dir/my.nat"
	if grep -q 'no fast path: ' "$dir/err"; then
		grep -o 'no fast path: .*' "$dir/err"
		exit 77
	fi
	: > "$dir/port"
	at "$public" "$TALK" "${echo:-echo}" 203.0.113.1 > "$dir/port" &
	until_true grep -q '^port ' "$dir/port"
	port=$(sed -n 's/^port //p' "$dir/port")
}

# talk NAME tcp|udp|sum COUNT - until it reports that all data came back
talk()
{
	mkfifo "$dir/$1.in"
	: > "$dir/$1.out"
	at "$host" "$TALK" "$2" "203.0.113.1:$port" "$3" < "$dir/$1.in" \
		> "$dir/$1.out" 2>> "$dir/err" &
	eval "exec {$1}>'$dir/$1.in'"
	until_true grep -q intact "$dir/$1.out"
}

# goes_on NAME CHARACTERS - a byte or datagram for each; "R" resets
goes_on() { printf '%s' "$2" >&"${!1}"; }

# hang_up NAME - close its connection
hang_up() { eval "exec {$1}>&-"; }

# snapshot - print the table again, to $dir/out
snapshot()
{
	: > "$dir/out"
	kill -s USR1 "$nat"
	until_true grep -q ' on the fast path' "$dir/out"
}

# fast - how many packets were offloaded
fast() { sed -n 's/.*, \([0-9]*\) packets on the fast path/\1/p' "$dir/out"; }

# sessions_are PROTOCOL STATE N - so many are in that state
sessions_are()
{
	snapshot
	[ "$(grep -c "^$1 .* $2  *[0-9]*$" "$dir/out")" -eq "$3" ]
}

# 8 MiB each way, in segments of 64 KiB at most: 256 packets.
case_fast_tcp()
{
	fast_nat
	talk a tcp 8388608
	sessions_are tcp established 1 || fail "not established"
	[ "$(fast)" -ge 250 ] || fail "only $(fast) went fast"
	hang_up a
	until_true sessions_are tcp both-fin 1
	stop TERM
}

case_fast_reset()
{
	fast_nat
	talk a tcp 100000
	goes_on a R
	until_true sessions_are tcp trans 1
	stop TERM
}

# A datagram each way opens the session; the other 98 may be offloaded.
case_fast_udp()
{
	local echo=echo-plain
	fast_nat
	talk a udp 100
	snapshot
	[ "$(fast)" -ge 190 ] || fail "only $(fast) went fast"
	stop TERM
}

# Partial checksums, then complete ones in segments of at most 1448 bytes.
case_fast_sums()
{
	fast_nat
	talk a sum 100
	at "$host" "$TALK" complete eth0
	at "$public" "$TALK" complete eth0
	talk b sum 100
	talk c tcp 1000000
	snapshot
	[ "$(fast)" -ge 1000 ] || fail "only $(fast) went fast"
	stop TERM
}

# one_left - the idle session has gone; meanwhile the other one gets data
one_left()
{
	goes_on a x
	sessions_are tcp established 1
}

more_than()
{
	snapshot
	[ "$(fast)" -gt "$1" ]
}

# The older connection is busy, and outlives the younger one.
case_fast_timeout()
{
	local before
	fast_nat 'timeout-established = 4' 'timeout-fin-wait = 4'
	talk a tcp 100000
	talk b tcp 100000
	sessions_are tcp established 2 || fail "not two"
	until_true one_left
	before=$(fast)
	goes_on a x
	until_true more_than "$before"
	stop TERM
}

case_fast_reload()
{
	local before
	fast_nat
	talk a tcp 100000
	printf 'base = rfc5382\nttl = keep\n' > "$dir/my.nat"
	kill -s HUP "$nat"
	until_true grep -q 'new profile' "$dir/err"
	snapshot
	before=$(fast)
	[ "$before" -gt 0 ] || fail "none went fast"
	talk b tcp 100000
	goes_on a xxxxxxxx
	talk c udp 10
	snapshot
	[ "$(fast)" = "$before" ] || fail "$before, then $(fast)"
	stop TERM
}

again()
{
	[ "$(grep -c again "$dir/$1.out")" -eq "$2" ]
}

# The gateway gets another MAC and announces it: later packets go there.
case_fast_moved()
{
	local before
	fast_nat
	at "$public" sh -c 'echo 1 > /proc/sys/net/ipv4/conf/eth0/arp_notify'
	talk a tcp 100000
	at "$public" ip link set eth0 address 02:00:00:00:00:77
	goes_on a x
	until_true again a 1
	snapshot
	before=$(fast)
	goes_on a xx
	until_true again a 3
	more_than "$before" || fail "slow since then"
	stop TERM
}

none_attached()
{
	[ "$("$TALK" attached in)$("$TALK" attached out)" = 00 ]
}

case_fast_killed()
{
	fast_nat
	[ "$("$TALK" attached in)$("$TALK" attached out)" = 11 ] ||
		fail "not attached"
	talk a tcp 100000
	kill -s KILL "$nat"
	until_true none_attached
}

case_fast_off()
{
	addresses
	nat --profile rfc5382 --no-fast-path
	none_attached || fail "attached"
	stop TERM
}
