#!/usr/bin/env bats
# src/host, in namespaces that its test programs make. make builds the programs
# in build, or where TCPTRAV_BUILD says.

setup() {
	tests=${TCPTRAV_BUILD:-$BATS_TEST_DIRNAME/../../build}/tests/lab
}

# as_ordinary_user COMMAND - run it as nobody if this is root
as_ordinary_user() {
	[ "$(id -u)" -eq 0 ] || { "$@"; return; }
	cp "$1" "$BATS_TEST_TMPDIR"
	chmod -R o+rx "$BATS_TEST_TMPDIR"
	( cd / && setpriv --reuid 65534 --regid 65534 --clear-groups \
		--inh-caps=-all "$BATS_TEST_TMPDIR/${1##*/}" )
}

@test "sockets, hop probes and wait() do what host.h says" {
	"$tests/host_test"
}

@test "capture and forging do what host.h says" {
	"$tests/host_packet_test"
}

@test "sockets, hop probes and wait() do what host.h says for an ordinary user" {
	as_ordinary_user "$tests/host_test"
}

@test "capture and forging do what host.h says for an ordinary user" {
	as_ordinary_user "$tests/host_packet_test"
}
