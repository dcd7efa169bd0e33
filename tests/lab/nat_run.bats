#!/usr/bin/env bats
# `tcptrav nat run` between two hosts. The cases are in nat_run.bash.

TCPTRAV=${TCPTRAV:-$BATS_TEST_DIRNAME/../../tcptrav}
export TCPTRAV

# between CASE - in namespaces of its own, ended with whatever is in them
between() {
	local user=
	[ "$(id -u)" -eq 0 ] || user=-Ur
	DIR=$BATS_TEST_TMPDIR timeout 60 unshare $user --net --pid --fork --kill-child \
		--mount-proc bash "$BATS_TEST_DIRNAME/nat_run.bash" "$@" 3>&-
}

@test "a router with addresses: TCP passes, ARP is answered, the kernel is silent" {
	between addresses
}

@test "interfaces without addresses are told theirs" {
	between no_addresses
}

@test "SIGHUP keeps connections and changes what becomes of new ones" {
	between reload
}

@test "the event stream" {
	between json
}

@test "SIGUSR1 and --status print the table" {
	between snapshot
}

@test "with --json the table goes to standard error" {
	between snapshot_json
}

@test "on a terminal --status is drawn anew each second" {
	between terminal
}

@test "kill -9 leaves no nftables table and no process" {
	between killed
}

@test "a reader that is slow loses events, and no packet waits for it" {
	between slow_reader
}

@test "IPv6: neighbours are found and answered" {
	between ipv6
}

@test "a missing privilege is named" {
	between privilege
}

@test "wrong use of nat run" {
	between wrong
}
