#!/usr/bin/env bats
# `tcptrav serve` and clients that misbehave. The cases are in serve.bash.

TCPTRAV=${TCPTRAV:-$BATS_TEST_DIRNAME/../../tcptrav}
export TCPTRAV

# against CASE - in namespaces of its own, which end with all processes in them
against() {
	local user=
	[ "$(id -u)" -eq 0 ] || user=-Ur
	timeout 60 unshare $user --net --pid --fork --kill-child \
		--mount-proc bash "$BATS_TEST_DIRNAME/serve.bash" "$@" 3>&-
}

@test "garbage gets an error and a close, and other sessions go on" {
	against garbage
}

@test "an oversized line gets an error and a close, and other sessions go on" {
	against too_long
}

@test "a third member gets session-full" {
	against third
}

@test "messages out of order and of other versions get an error and a close" {
	against order
}

@test "an idle connection gets an error and a close" {
	against idle
}

@test "S sends both SYN-ACKs of stunt1" {
	against spoof
}

@test "serve without spoofing serves everything else" {
	against no_spoofing
}

@test "serve survives a lack of descriptors" {
	against few_descriptors
}

@test "SIGTERM ends serve cleanly" {
	against stop TERM
}

@test "SIGINT ends serve cleanly" {
	against stop INT
}

@test "wrong use of serve exits with 2" {
	local wrong
	for wrong in --port=65535 --port=x --listen=1.2.3 --idle=0 stray; do
		run "$TCPTRAV" serve "$wrong"
		[ "$status" -eq 2 ] || { echo "$wrong: $status"; false; }
		[[ "$output" == *"${wrong#*=}"* ]] ||
			{ echo "$wrong: $output"; false; }
	done
}

@test "serve names an address that is not this machine's" {
	run against_no_server 192.0.2.1
	[ "$status" -eq 1 ]
	[[ "$output" == *"192.0.2.1:0"* ]]
}

against_no_server() {
	"$TCPTRAV" serve --listen "$1" --port 0
}
