#!/usr/bin/env bats
# `tcptrav serve` and what strangers do to it. The cases are in serve.bash.

TCPTRAV=${TCPTRAV:-$BATS_TEST_DIRNAME/../../tcptrav}
export TCPTRAV

# against CASE - in namespaces of its own, ended with whatever is in them
against() {
	local user=
	[ "$(id -u)" -eq 0 ] || user=-Ur
	timeout 60 unshare $user --net --pid --fork --kill-child \
		--mount-proc bash "$BATS_TEST_DIRNAME/serve.bash" "$@" 3>&-
}

@test "garbage is answered and ended; others go on" {
	against garbage
}

@test "an oversized line is answered and ended; others go on" {
	against too_long
}

@test "a third member is told that the session is full" {
	against third
}

@test "messages out of order and other versions are answered and ended" {
	against order
}

@test "the silent are told and ended" {
	against idle
}

@test "both SYN-ACKs of stunt1 are sent" {
	against spoof
}

@test "without spoofing the rest is served" {
	against no_spoofing
}

@test "it outlives a lack of descriptors" {
	against few_descriptors
}

@test "SIGTERM ends it cleanly" {
	against stop TERM
}

@test "SIGINT ends it cleanly" {
	against stop INT
}

@test "wrong use of serve" {
	local wrong
	for wrong in --port=65535 --port=x --listen=1.2.3 --idle=0 stray; do
		run "$TCPTRAV" serve "$wrong"
		[ "$status" -eq 2 ] || { echo "$wrong: $status"; false; }
		[[ "$output" == *"${wrong#*=}"* ]] ||
			{ echo "$wrong: $output"; false; }
	done
}

@test "an address that is not this machine's is named" {
	run against_no_server 192.0.2.1
	[ "$status" -eq 1 ]
	[[ "$output" == *"192.0.2.1:0"* ]]
}

against_no_server() {
	"$TCPTRAV" serve --listen "$1" --port 0
}
