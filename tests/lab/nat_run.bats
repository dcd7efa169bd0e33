#!/usr/bin/env bats
# `tcptrav nat run` between two hosts. The cases are in nat_run.bash.

TCPTRAV=${TCPTRAV:-$BATS_TEST_DIRNAME/../../tcptrav}
export TCPTRAV

# between CASE - in namespaces of its own, which end with all processes in them
between() {
	local user=
	[ "$(id -u)" -eq 0 ] || user=-Ur
	DIR=$BATS_TEST_TMPDIR timeout 60 unshare $user --net --pid --fork --kill-child \
		--mount-proc bash "$BATS_TEST_DIRNAME/nat_run.bash" "$@" 3>&-
}

@test "with interface addresses, TCP passes, the NAT answers ARP and the kernel is mute" {
	between addresses
}

@test "interfaces without addresses take them from the options" {
	between no_addresses
}

@test "SIGHUP keeps connections and applies the new profile to new ones" {
	between reload
}

@test "--json prints an object for each event" {
	between json
}

@test "SIGUSR1 and --status print the table" {
	between snapshot
}

@test "with --json the table goes to standard error" {
	between snapshot_json
}

@test "on a terminal --status draws the table each second" {
	between terminal
}

@test "kill -9 leaves no nftables table and no process" {
	between killed
}

@test "a slow reader loses events and delays no packet" {
	between slow_reader
}

@test "IPv6 neighbours are resolved and solicitations are answered" {
	between ipv6
}

@test "nat run names a missing privilege" {
	between privilege
}

@test "wrong use of nat run exits with 2" {
	between wrong
}
