#!/usr/bin/env bats
# Offload, the fast path of `tcptrav nat run`. The cases are in nat_fast.bash.

TCPTRAV=${TCPTRAV:-$BATS_TEST_DIRNAME/../../tcptrav}
export TCPTRAV

# between CASE - in namespaces of its own, which end with all processes in
# them; only the machine's root may load a BPF program
between() {
	[ "$(id -u)" -eq 0 ] || skip "not root: no BPF"
	DIR=$BATS_TEST_TMPDIR run timeout 60 unshare --net --pid --fork \
		--kill-child --mount-proc \
		bash "$BATS_TEST_DIRNAME/nat_run.bash" "$@" 3>&-
	[ "$status" -ne 77 ] || skip "$output"
	echo "$output"
	[ "$status" -eq 0 ]
}

@test "offloaded TCP arrives intact in both directions, and a FIN ends the offload" {
	between fast_tcp
}

@test "a RST ends the offload" {
	between fast_reset
}

@test "offloaded UDP without checksums arrives intact" {
	between fast_udp
}

@test "complete and partial checksums are updated" {
	between fast_sums
}

@test "an idle offloaded session times out, a busy one does not" {
	between fast_timeout
}

@test "a profile that forbids offload ends it at once" {
	between fast_reload
}

@test "offloaded packets follow a next hop whose MAC changes" {
	between fast_moved
}

@test "kill -9 leaves no BPF program attached" {
	between fast_killed
}

@test "--no-fast-path attaches no BPF program" {
	between fast_off
}
