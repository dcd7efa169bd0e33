#!/usr/bin/env bats
# The fast path of `tcptrav nat run`. The cases are in nat_fast.bash.

TCPTRAV=${TCPTRAV:-$BATS_TEST_DIRNAME/../../tcptrav}
export TCPTRAV

# between CASE - in namespaces of its own, ended with whatever is in them; a
# BPF program is loaded by the machine's root alone
between() {
	[ "$(id -u)" -eq 0 ] || skip "not root: no BPF"
	DIR=$BATS_TEST_TMPDIR run timeout 60 unshare --net --pid --fork \
		--kill-child --mount-proc \
		bash "$BATS_TEST_DIRNAME/nat_run.bash" "$@" 3>&-
	[ "$status" -ne 77 ] || skip "$output"
	echo "$output"
	[ "$status" -eq 0 ]
}

@test "TCP both ways goes the fast path intact, and a FIN ends it" {
	between fast_tcp
}

@test "a RST ends the fast path" {
	between fast_reset
}

@test "UDP without checksums goes the fast path intact" {
	between fast_udp
}

@test "checksums, whole or to be finished, are mended" {
	between fast_sums
}

@test "an idle session times out, a busy one doesn't" {
	between fast_timeout
}

@test "a profile that asks for more ends the fast path at once" {
	between fast_reload
}

@test "a next hop that moves is followed" {
	between fast_moved
}

@test "kill -9 leaves no program attached" {
	between fast_killed
}

@test "--no-fast-path attaches nothing" {
	between fast_off
}
