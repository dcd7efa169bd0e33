#!/usr/bin/env bats
# src/host in namespaces that its test programs make. They are built by make;
# TCPTRAV_BUILD says where, when not in build.

setup() {
	tests=${TCPTRAV_BUILD:-$BATS_TEST_DIRNAME/../../build}/tests/lab
}

# as_ordinary_user COMMAND: as root's stand-in for one, or as oneself
as_ordinary_user() {
	[ "$(id -u)" -eq 0 ] || { "$@"; return; }
	cp "$1" "$BATS_TEST_TMPDIR"
	chmod -R o+rx "$BATS_TEST_TMPDIR"
	( cd / && setpriv --reuid 65534 --regid 65534 --clear-groups \
		--inh-caps=-all "$BATS_TEST_TMPDIR/${1##*/}" )
}

@test "sockets, hops and waiting" {
	"$tests/host_test"
}

@test "capture and forging" {
	"$tests/host_packet_test"
}

@test "sockets, hops and waiting, as an ordinary user" {
	as_ordinary_user "$tests/host_test"
}

@test "capture and forging, as an ordinary user" {
	as_ordinary_user "$tests/host_packet_test"
}
