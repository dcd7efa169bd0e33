#!/usr/bin/env bats
# The command line: wrong use is refused, clearly, with exit status 2, before
# any privilege is needed; lists and profiles; and two peers that meet over
# a loopback interface of their own, with standard input and output as stream.

bats_require_minimum_version 1.5.0

setup() {
	tcptrav=${TCPTRAV:-$BATS_TEST_DIRNAME/../../tcptrav}
	unset TCPTRAV_RENDEZVOUS TCPTRAV_SESSION
	dir=$BATS_TEST_TMPDIR
}

# refused STATUS TEXT ARGUMENT...: exit status, and the complaint on stderr
refused() {
	local status=0 expected=$1 text=$2 said
	shift 2
	said=$("$tcptrav" "$@" 2>&1 >"$dir/stdout" </dev/null) || status=$?
	echo "tcptrav $*: $status: $said"
	[ "$status" -eq "$expected" ]
	[[ "$said" == *"$text"* ]]
	[ ! -s "$dir/stdout" ]
}

# The same as the user nobody, when this is root
unprivileged() {
	if [ "$(id -u)" -eq 0 ]; then
		setpriv --reuid 65534 --regid 65534 --clear-groups \
			--bounding-set -all "$@"
	else
		"$@"
	fi
}

@test "no arguments print the usage and exit with 2; --help and --version exit with 0" {
	refused 2 "Usage: tcptrav SUBCOMMAND"
	"$tcptrav" --help | grep -q "sudo tcptrav --method natblaster"
	[[ "$("$tcptrav" --version)" == "tcptrav "[0-9]* ]]
}

@test "every subcommand that --help lists has --help" {
	local name names
	names=$("$tcptrav" --help | sed -n 's/^  \([a-z]*\)  .*/\1/p')
	[ "$(echo "$names" | wc -l)" -ge 5 ]
	for name in $names; do
		"$tcptrav" "$name" --help | grep -q "^Usage: tcptrav $name"
	done
}

@test "an unknown name is quoted with the nearest valid one" {
	refused 2 'unknown subcommand "lst"; did you mean "list"?' lst
	refused 2 'unknown method "natblastr"; did you mean "natblaster"?' \
		--method natblastr
	refused 2 'unknown method "stunt-3"; did you mean "stunt-' \
		connect --method stunt-3
	refused 2 'no list of "axis"; did you mean "axes"?' list axis
	refused 2 'symetric' nat show symetric
	refused 2 'symmetric' nat show symetric
	refused 2 'unrecognized option' --methd natblaster
}

@test "options that exclude each other are refused" {
	refused 2 'which --method?' --ttl none
	refused 2 'stunt1 has no variant --keep-syn' \
		--method stunt1 --keep-syn
	refused 2 'p2pnat has no low-TTL form' --method p2pnat --ttl auto
	refused 2 'p2pnat has no low-TTL form' --method p2pnat --ttl 5
	refused 2 'exclude each other' --method stunt2 --keep-syn --sequential
	refused 2 '--method all and every are for tcptrav lab' --method all
	refused 2 '--session needs --rendezvous' --method stunt2 --session x
	refused 2 '--skew is for the built-in lab' \
		--method stunt2 --rendezvous localhost --skew 5
}

@test "values that are malformed or out of range are refused" {
	refused 2 '--ttl "0"' --method stunt2 --ttl 0
	refused 2 '--ttl "256"' --method stunt2 --ttl 256
	refused 2 '--ttl "lo"' --method stunt2 --ttl lo
	refused 2 '--timeout "1s"' --method stunt2 --timeout 1s
	refused 2 '--timeout "nan"' --method stunt2 --timeout nan
	refused 2 '--wait "-1"' --method stunt2 --wait -1
	refused 2 '--datagrams "words"' --method udp --datagrams words
	refused 2 '--datagrams needs --rendezvous and --method udp' \
		--method p2pnat --rendezvous 127.0.0.1:9 --datagrams reads
	refused 2 '"0" is not a port' --method stunt2 --rendezvous h:0
	refused 2 '"65536" is not a port' --method stunt2 --rendezvous h:65536
	refused 2 'no host' --method stunt2 --rendezvous :8123
	refused 2 'one argument too many' --method stunt2 host
}

@test "a mistyped session code is refused before any attempt" {
	refused 2 "abc" --method stunt2 --rendezvous h --session abc
	refused 2 "aaaaaaaaaaaaaaaab" --method natblaster --rendezvous h \
		--session aaaaaaaaaaaaaaaab
	TCPTRAV_RENDEZVOUS=h TCPTRAV_SESSION=abc \
		refused 2 "abc" --method stunt2
}

@test "wrong use is reported before a missing privilege" {
	run unprivileged "$tcptrav" --method natblaster --rendezvous h \
		--session abc
	[ "$status" -eq 2 ]
}

@test "a missing privilege is named and exits with 3" {
	run unprivileged "$tcptrav" --method natblaster \
		--rendezvous 127.0.0.1:9 --wait 100
	echo "$output"
	[ "$status" -eq 3 ]
	[[ "$output" == *no-privilege* ]]
}

# record FIELD=VALUE... - of a trial, with other values than these
record() {
	jq -cn '{schema: "tcptrav.trial/1", seed: 1, method: "stunt1",
		ttl: "low", variant: "", topology: "two-nats", nat_a: "rfc5382",
		nat_b: "rfc5382", rtt_ms: 40, skew_ms: 0, loss: 0, links: "",
		spoofing: "allowed", timeout_ms: 1300, outcome: "connected",
		mechanism_a: "spoofed-syn-ack", mechanism_b: "spoofed-syn-ack",
		cause: ""} + $ARGS.named' "$@"
}

# against STATUS TEXT [OPTION...] - the records on standard input
against() {
	run "$tcptrav" predict --against - "${@:3}"
	echo "$output"
	[ "$status" -eq "$1" ] && [[ "$output" == *"$2"* ]]
}

@test "predict --against uses the whole setting of a record" {
	record | against 0 '1 agree, 0 differ'
	record --arg spoofing dropped | against 1 '0 agree, 1 differ'
	record --arg spoofing dropped --arg outcome failed --arg mechanism_a '' \
		--arg mechanism_b '' --arg cause no-spoofing |
		against 0 '1 agree, 0 differ'
	record --arg outcome failed |
		sed 's/"seed":1/"seed":18446744073709551615/' |
		against 1 'seed 18446744073709551615'
}

@test "predict --against skips records that cannot be predicted" {
	{
		record
		record --argjson rtt_ms 0
		record --argjson skew_ms -20
		record --argjson loss 0.1
		record --arg nat_b exec:./nat
		record --arg outcome error
	} | against 0 '1 agree, 0 differ; 5 were not predicted'
	{ record; record --arg nat_a symetric; } | against 2 'line 2: '
	{ record; echo '{}'; } | against 2 'line 2 is not a record'
	refused 2 "Is a directory" predict --against "$dir"
}

@test "list names every entry as text, and as JSON is an array of objects" {
	local kind names
	for kind in methods nats axes topologies causes; do
		names=$("$tcptrav" list "$kind" --json | jq -r '.[].name')
		[ "$(echo "$names" | wc -l)" -ge 4 ]
		for name in $names; do
			"$tcptrav" list "$kind" | grep -q "^$name  *[^ ]"
		done
		"$tcptrav" list "$kind" --json |
			jq -e 'all(.summary | length > 0)'
	done
}

@test "nat show prints every axis, as a profile with the same values" {
	local nat axes
	axes=$("$tcptrav" list axes --json | jq -r '.[].name' | sort)
	[ "$(wc -l <<<"$axes")" -ge 60 ]
	for nat in $("$tcptrav" list nats --json |
		     jq -r '.[] | select(.kind == "profile").name'); do
		"$tcptrav" nat show "$nat" >"$dir/$nat.nat"
		"$tcptrav" nat show "$dir/$nat.nat" >"$dir/again"
		diff <(grep -v '^#' "$dir/$nat.nat") \
			<(grep -v '^#' "$dir/again")
		sed -n 's/^\([^ #]*\) = .*/\1/p' "$dir/$nat.nat" | sort |
			comm -23 <(echo "$axes") - >"$dir/missing"
		[ ! -s "$dir/missing" ]
	done
}

@test "predict --against takes a fixed TTL and refuses a file without records" {
	failed=(--arg outcome failed --arg mechanism_a '' --arg mechanism_b ''
		--arg cause time-exceeded)
	record "${failed[@]}" | against 1 '1 differ' --ttl 2
	record "${failed[@]}" | against 0 '1 agree' --ttl 1
	record | head -c 100 | against 2 'line 1 is not a record of a trial'
	refused 2 '"/dev/null" has no records' predict --against /dev/null
}

@test "nat show and nat draw refuse each other's options" {
	run -2 "$TCPTRAV" nat draw 1 --short
	run -2 "$TCPTRAV" nat show rst --seed 2
	run -2 "$TCPTRAV" nat draw
	[[ "$output" == *'draw: how many NATs?'* ]]
	[ "$("$TCPTRAV" nat draw 3 --seed 2 | wc -l)" = 3 ]
}

@test "predict refuses options that exclude each other before it prints a table" {
	run -2 "$TCPTRAV" predict rst --against file
	[[ "$output" == *'"file": '*'not with NATs' ]]
	for option in --json --rtt=5 --method=stunt1 --keep-syn; do
		run -2 "$TCPTRAV" predict --against file $option
		option=${option%=*}
		[[ "$output" == *"not with $option" ]]
	done
	run -2 "$TCPTRAV" predict rst rstt
	[ "${lines[*]}" = 'tcptrav: unknown NAT "rstt"; the nearest is "rst"' ]
	run -0 "$TCPTRAV" predict --spoofing dropped --json --method stunt1
	jq -es 'all(.spoofing == "dropped" and .cause == "no-spoofing" or
		.ttl == "none")' <<<"$output"
}

@test "an unreachable rendezvous exits with 1 and a record, nothing on stdout" {
	unshare -rn sh -c "ip link set lo up; exec '$tcptrav' --method stunt2 \
		--ttl none --rendezvous 127.0.0.1:9 --json --timeout 500" \
		>"$dir/out" 2>"$dir/err" || status=$?
	cat "$dir/err"
	[ "$status" -eq 1 ]
	[ ! -s "$dir/out" ]
	grep '^{' "$dir/err" | jq -e '.cause == "rendezvous-lost" and
		.nat_a == null and .connect_ms == null'
}

# Run "$@" with two peers on one loopback: A's standard input is $dir/a, what
# B hears goes to $dir/b.heard, and the reverse.
meet() {
	cat >"$dir/meet.sh" <<-'SCRIPT'
		ip link set lo up
		# Lines from the peer until one has $1; a pipe, not a sleep
		await() { while read -r line; do
			case $line in *"$1"*) echo "${line##* }"; return;;
			esac; done; return 1; }
		mkfifo s.log a.log
		"$tcptrav" serve --port 0 --listen 127.0.0.1 2>s.log &
		server=$!
		exec 3<s.log
		at=$(await "listening on" <&3) || exit 9
		"$tcptrav" "$@" --rendezvous "$at" --wait 20000 \
			<a >a.heard 2>a.log &
		a=$!
		exec 4<a.log
		code=$(await "session" <&4) || exit 8
		cat <&4 >a.said &
		said=$!
		TCPTRAV_RENDEZVOUS=$at TCPTRAV_SESSION=$code \
			"$tcptrav" "$@" --json --pcap b.pcapng \
			<b >b.heard 2>b.said
		status=$?
		wait $a || status=$?
		wait $said
		kill $server
		cat <&3 >/dev/null
		exit $status
	SCRIPT
	(cd "$dir" && tcptrav=$(realpath "$tcptrav") \
		timeout 60 unshare -rnpf --kill-child --mount-proc bash meet.sh "$@" 3>&-)
}

@test "standard input and output are the stream, complete in both directions" {
	head -c 20000000 /dev/urandom >"$dir/a"
	head -c 3000001 /dev/urandom >"$dir/b"
	meet --method p2pnat
	cmp "$dir/a" "$dir/b.heard"
	cmp "$dir/b" "$dir/a.heard"
	grep -q "^connected in" "$dir/a.said"
	grep '^{' "$dir/b.said" | jq -e '.outcome == "connected" and
		.topology == null and .rtt_ms == null and
		([.mechanism_a, .mechanism_b] | index(null)) != null'
}

@test "an empty stream ends" {
	: >"$dir/a"
	: >"$dir/b"
	meet --method p2pnat
	[ ! -s "$dir/a.heard" ] && [ ! -s "$dir/b.heard" ]
}

@test "--pcap writes a file that tshark reads, with the trace as comments" {
	command -v tshark || skip "tshark is not installed"
	: >"$dir/a"
	: >"$dir/b"
	meet --method p2pnat
	HOME=$dir tshark -r "$dir/b.pcapng" -T fields -e frame.comment 2>"$dir/err" \
		>"$dir/comments"
	cat "$dir/comments" "$dir/err"
	grep -q "introduced" "$dir/comments"
	grep -q "SYN 0:0(0)" "$dir/comments"
}

@test "a peer that does not come is no-peer and exits with 1" {
	cat >"$dir/alone.sh" <<-'SCRIPT'
		ip link set lo up
		mkfifo s.log
		"$tcptrav" serve --port 0 --listen 127.0.0.1 2>s.log &
		server=$!
		exec 3<s.log
		while read -r line <&3; do
			case $line in *"listening on"*) break;; esac
		done
		"$tcptrav" --method p2pnat --rendezvous "${line##* }" \
			--wait 200 2>said
		status=$?
		kill $server
		cat <&3 >/dev/null
		exit $status
	SCRIPT
	run env -C "$dir" tcptrav="$(realpath "$tcptrav")" \
		timeout 20 unshare -rnpf --kill-child --mount-proc bash alone.sh 3>&-
	cat "$dir/said"
	[ "$status" -eq 1 ]
	[ -z "$output" ]
	grep -q "no-peer" "$dir/said"
}

@test "output that cannot be written is a failure" {
	for command in 'list axes' 'nat show rst' '--help' \
		'lab --method p2pnat --rtt 10 --json'; do
		run -1 --separate-stderr bash -c \
			'"$0" '"$command"' > /dev/full' "$TCPTRAV"
		[[ "$stderr" == *'standard output cannot be written'* ]]
		run -1 bash -c '"$0" '"$command"' >&- 2>&-' "$TCPTRAV"
	done
}

@test "a capture file is opened before the attempt and waits for no reader" {
	mkfifo "$BATS_TEST_TMPDIR/fifo"
	for file in "$BATS_TEST_TMPDIR/fifo" /nonexistent/p ''; do
		run -1 timeout 10 "$TCPTRAV" --method p2pnat --svg "$file"
		[[ "$output" == *"cannot write \"$file\""* ]]
		run -1 timeout 10 "$TCPTRAV" --method p2pnat --pcap "$file"
		[[ "$output" == *"cannot write \"$file\""* ]]
		[[ "$output" != *connected* ]]
	done
}

@test "control characters of quoted arguments are not printed" {
	run -2 "$TCPTRAV" --method p2pnat --rendezvous $'x\n\e[31mevil'
	[[ "$output" != *$'\e'* ]]
	run -2 "$TCPTRAV" --method p2pnat --rendezvous '[::1]'
	[[ "$output" == *'IPv4'* ]]
}

@test "closed standard input is end of file, closed standard output an error" {
	run -0 bash -c '"$0" lab --method p2pnat --rtt 10 <&-' "$TCPTRAV"
	[[ "$output" == *connected* ]]
}
