#!/usr/bin/env bats
# Each topology with each method: what must come of it is derived in
# tests/lab/expected/README.md. And what a cell of each tells its commands.

load lab.bash
load tables.bash

teardown()
{
	[ -z "${parent:-}" ] || kill -9 "$parent" 2> /dev/null || true
}

# lab OPTION... - records; its status is of no concern here
lab()
{
	timeout 90 "$TCPTRAV" lab --rtt 40 --jobs 4 --seed 1 --json "$@" ||
		[ $? -eq 1 ]
}

# shows FILTER OPTION... - the record fulfils jq's FILTER
shows()
{
	local filter=$1
	shift
	lab "$@" > "$BATS_TEST_TMPDIR/record"
	jq -e "$filter" "$BATS_TEST_TMPDIR/record" > /dev/null || {
		cat "$BATS_TEST_TMPDIR/record"
		return 1
	}
}

# as_expected FILE ROW SKEW OPTION... - all approaches, against that row
as_expected()
{
	local expected=$BATS_TEST_DIRNAME/expected/$1 row=$2 skew=$3
	shift 3
	lab --method all --skew "$skew" "$@" > "$BATS_TEST_TMPDIR/records"
	diff <(expected_cells "$expected" "$row" "$skew") \
		<(cells < "$BATS_TEST_TMPDIR/records" | sort)
}

# firewalls FILE NAT SKEW - as between such NATs, the low TTL being 2
firewalls()
{
	local firewall=(--topology firewall --nat-a "$2" --nat-b "$2")
	for ttl in 2 none; do
		lab --method all --ttl $ttl --skew "$3" "${firewall[@]}"
	done > "$BATS_TEST_TMPDIR/records"
	diff <(expected_cells "$BATS_TEST_DIRNAME/expected/$1" "$2" "$3") \
		<(cells < "$BATS_TEST_TMPDIR/records" | sort)
}

# needs_axis NAME - of the NAT model
needs_axis()
{
	"$TCPTRAV" list axes --json |
		jq -e --arg n "$1" 'any(.name == $n)' > /dev/null ||
		skip "the NAT model has no axis $1"
}

# in_cell OPTION... - run the script on standard input inside a cell
in_cell()
{
	{ echo 'set -eu'; cat; } > "$BATS_TEST_TMPDIR/script"
	timeout 30 "$TCPTRAV" lab "$@" --exec \
		"bash $BATS_TEST_TMPDIR/script"
}

# --- one side public ---

@test "public-a with skew 5 is as derived" {
	as_expected topologies.tsv public-a 5 --topology public-a
}

@test "public-a with skew 60 is as derived" {
	as_expected topologies.tsv public-a 60 --topology public-a
}

@test "public-b with skew 5 is as derived" {
	as_expected topologies.tsv public-b 5 --topology public-b
}

@test "public-b with skew 60 is as derived" {
	as_expected topologies.tsv public-b 60 --topology public-b
}

# The first hop of a public host is outside, that of the other is its NAT.
@test "the low TTL of a public host is 1" {
	shows "$(both forged-syn-ack) and .ttl_a == 2 and .ttl_b == 1" \
		--method natblaster --topology public-b
	shows "$(both forged-syn-ack) and .ttl_a == 1 and .ttl_b == 2" \
		--method natblaster --topology public-a
}

# A's listener has no way through Linux's NAT (kernel.tsv: syn-ack-refused),
# but B's has: the SYN that it answers came out of that NAT.
@test "a public host's listener is reached from behind Linux's NAT" {
	shows "$(both syn-through-hole) and .opener == \"b\"" \
		--method stunt2 --topology public-b --nat-a linux
	shows "$(both syn-through-hole) and .opener == \"a\"" \
		--method stunt2 --topology public-a --nat-b linux
}

@test "the public side has no NAT, and a record says so" {
	shows '.nat_a == "rst" and .nat_b == "none"' --method stunt2 \
		--topology public-b --nat-a rst
	shows '.nat_a == "none" and .nat_b == "port-restricted-cone"' \
		--method stunt2 --topology public-a --nat-a none
	run "$TCPTRAV" lab --method stunt2 --topology public-b --nat-b rst
	[ "$status" -eq 2 ]
	[[ "$output" == *'--nat-b "rst"'*'"public-b"'*"host B is public"* ]]
}

# --- firewalls ---

@test "firewall linux with skew 5 and 60 is as derived" {
	firewalls kernel.tsv linux 5
	firewalls kernel.tsv linux 60
}

@test "firewall linux-liberal with skew 5 and 60 is as derived" {
	firewalls kernel.tsv linux-liberal 5
	firewalls kernel.tsv linux-liberal 60
}

@test "firewall linux-rst with skew 5 and 60 is as derived" {
	firewalls kernel.tsv linux-rst 5
	firewalls kernel.tsv linux-rst 60
}

@test "firewall port-restricted-cone with skew 5 and 60 is as derived" {
	firewalls profiles.tsv port-restricted-cone 5
	firewalls profiles.tsv port-restricted-cone 60
}

@test "firewall rst with skew 60 is as derived" {
	firewalls profiles.tsv rst 60
}

# Ports that are not translated cannot be chosen at random.
@test "firewall linux-random does as linux" {
	shows "$(both simultaneous-open)" --method p2pnat \
		--topology firewall --nat-a linux-random --nat-b linux-random
}

@test "through a firewall the peer sees the host's own address" {
	lab --method p2pnat --topology firewall --nat-a linux --nat-b linux \
		--pcap "$BATS_TEST_TMPDIR/pcap" > "$BATS_TEST_TMPDIR/record"
	[ "$(tshark -r "$BATS_TEST_TMPDIR/pcap" -T fields -e ip.src -Y \
		'frame.interface_name == "host-a" and tcp.flags.syn == 1 and
		 ip.dst == 198.18.10.2 and ip.src != 203.0.113.2' \
		2> /dev/null | sort -u)" = 198.18.20.2 ]
}

@test "an emulated firewall does not translate either" {
	needs_axis translation
	lab --method p2pnat --topology firewall \
		--pcap "$BATS_TEST_TMPDIR/pcap" > "$BATS_TEST_TMPDIR/record"
	[ "$(tshark -r "$BATS_TEST_TMPDIR/pcap" -T fields -e ip.src -Y \
		'frame.interface_name == "host-a" and tcp.flags.syn == 1 and
		 ip.dst == 198.18.10.2 and ip.src != 203.0.113.2' \
		2> /dev/null | sort -u)" = 198.18.20.2 ]
}

@test "a record names the firewall that dropped a packet" {
	shows '.explain | contains("Firewall B dropped A'"'"'s SYN")' \
		--method p2pnat --sequential --topology firewall \
		--nat-a no-syn-in --nat-b no-syn-in
}

@test "the TTL that is found ends in the firewall" {
	lab --method all --ttl auto --topology firewall --nat-a linux \
		--nat-b linux > "$BATS_TEST_TMPDIR/records"
	jq -es 'map(select(.variant == "")) | length == 3 and
		all(.outcome == "failed")' "$BATS_TEST_TMPDIR/records"
	# the first retransmission is 1 s after the SYN (RFC 6298, section 2)
	jq -es 'map(select(.variant == "keep-syn")) | length == 1 and
		all(.outcome == "connected" and .connect_ms >= 1000)' \
		"$BATS_TEST_TMPDIR/records"
}

# --- both behind one NAT, the public candidate alone (candidates.bats) ---

@test "one-nat: methods connect through a NAT that hairpins" {
	needs_axis hairpin
	as_expected topologies.tsv one-nat 60 --topology one-nat \
		--candidates public
}

@test "one-nat: methods fail without hairpinning or with the inner source" {
	local value
	needs_axis hairpin
	for value in no internal-source; do
		printf '%s\n' '# turns around in another way' \
			"hairpin = $value" > "$BATS_TEST_TMPDIR/hairpin.nat"
		lab --method all --topology one-nat --candidates public \
			--nat-a "$BATS_TEST_TMPDIR/hairpin.nat" \
			> "$BATS_TEST_TMPDIR/records"
		jq -es 'length == 10 and all(.outcome != "connected" and
			.outcome != "error")' "$BATS_TEST_TMPDIR/records"
	done
}

# A packet from inside to its own address is for Linux's own stack.
@test "one-nat: Linux's NAT answers with RST itself" {
	lab --method all --topology one-nat --nat-a linux --skew 5 \
		--candidates public \
		> "$BATS_TEST_TMPDIR/records"
	jq -es 'length == 10 and all(.outcome != "connected" and
		(.cause == "rst-from-nat" or
		 (.ttl == "low" and .cause == "no-usable-ttl")))' \
		"$BATS_TEST_TMPDIR/records"
}

@test "one-nat: without a NAT two hosts on a link connect" {
	shows "$(both syn-through-hole)" --method p2pnat --skew 60 \
		--topology one-nat --nat-a none
}

@test "one-nat: the NAT is named once" {
	shows '.nat_a == "linux" and .nat_b == "linux"' --method stunt2 \
		--topology one-nat --nat-a linux
	shows '.nat_a == "linux" and .nat_b == "linux"' --method stunt2 \
		--topology one-nat --nat-a linux --nat-b linux
	run "$TCPTRAV" lab --method stunt2 --topology one-nat --nat-a linux \
		--nat-b rst
	[ "$status" -eq 2 ]
	[[ "$output" == *'--nat-b "rst"'*'"one-nat"'* ]]
}

@test "one-nat: the record says whose packet the NAT dropped" {
	printf '%s\n' '# of one kind only' 'filtering = address-port' \
		'syn-in-after-syn-out = drop' > "$BATS_TEST_TMPDIR/one.nat"
	shows '.explain | contains("NAT AB dropped A'"'"'s SYN") and
		contains("NAT AB dropped B'"'"'s SYN")' --method p2pnat \
		--topology one-nat --nat-a "$BATS_TEST_TMPDIR/one.nat" \
		--candidates public
}

# --- nested NATs that differ ---

# What comes from outside meets the outermost NAT first, and if that drops
# it, the inner one never answers.
@test "levels: the outermost NATs answer for those behind them" {
	local nat=rst,port-restricted-cone
	as_expected profiles.tsv port-restricted-cone 60 \
		--topology nested-2 --nat-a $nat --nat-b $nat
	nat=port-restricted-cone,rst
	as_expected profiles.tsv rst 60 --topology nested-2 --nat-a $nat \
		--nat-b $nat
}

# The RST ends A's connect(), but not A's hole, nor its listener.
@test "levels: P2P-NAT's listener outlives an answer from far out" {
	shows "$(both syn-through-hole)" --method p2pnat --skew 60 \
		--topology nested-2 --nat-b port-restricted-cone,rst
}

@test "levels: a NAT filters behind one that does not" {
	shows "$(mechanisms syn-through-hole spoofed-syn-ack)" \
		--method stunt1 --ttl none --skew 60 --topology nested-2 \
		--nat-b port-restricted-cone,full-cone
	shows '.outcome == "failed" and .cause == "rst-from-host"' \
		--method stunt1 --ttl none --skew 60 --topology nested-2 \
		--nat-b full-cone
}

@test "levels: one NAT of several that changes the port is enough" {
	for nat in symmetric,port-restricted-cone \
		port-restricted-cone,symmetric; do
		shows '.cause == "port-not-predicted"' --method stunt2 \
			--topology nested-2 --nat-a "$nat"
	done
}

@test "levels: a router without NAT may be at any level" {
	shows "$(both spoofed-syn-ack) and .ttl_a == 3 and .ttl_b == 3 and
		.nat_a == \"none,linux\" and .nat_b == \"linux,none\"" \
		--method stunt1 --topology nested-2 --nat-a none,linux \
		--nat-b linux,none
	shows "$(both forged-syn-ack) and .ttl_a == 4" \
		--method natblaster --topology nested-3 \
		--nat-a none,rfc5382,none
}

@test "levels: lists that do not fit are quoted" {
	run "$TCPTRAV" lab --method stunt2 --nat-a rfc5382,rst
	[ "$status" -eq 2 ]
	[[ "$output" == *'"rfc5382,rst" names 2 NATs'*'"two-nats" has 1'* ]]
	run "$TCPTRAV" lab --method stunt2 --topology nested-3 \
		--nat-b rfc5382,rst
	[ "$status" -eq 2 ]
	[[ "$output" == *'--nat-b "rfc5382,rst"'*'"nested-3" has 3'* ]]
	run "$TCPTRAV" lab --method stunt2 --topology nested-2 --nat-a rst,
	[ "$status" -eq 2 ]
	[[ "$output" == *'"rst," is empty'* ]]
	run "$TCPTRAV" lab --method stunt2 --topology nested-2 \
		--nat-a rst,symetric
	[ "$status" -eq 2 ]
	[[ "$output" == *'"symetric"'*'"symmetric"'* ]]
}

# --- several hosts behind each NAT ---

@test "busy: NATs that keep the port are as between two hosts" {
	as_expected profiles.tsv port-restricted-cone 60 --topology busy \
		--background 50
}

@test "busy: Linux's NATs are as between two hosts" {
	as_expected kernel.tsv linux 60 --topology busy --background 50 \
		--nat-a linux --nat-b linux
}

@test "busy: the next port is no longer the next" {
	printf '%s\n' '# a connection a port, each the next' \
		'mapping = connection' 'ports = sequential' 'delta = 1' \
		> "$BATS_TEST_TMPDIR/sequential.nat"
	# prints the difference, modulo all ports from 1024 on
	cat > "$BATS_TEST_TMPDIR/step" <<-'END'
	set -eu
	s=${RENDEZVOUS%:*}
	resets() { $S awk '/^Tcp:/ { n = $15 } END { print n }' /proc/net/snmp; }
	port() { $S ss -Htn state established "sport = :$1" |
		sed -n "s/.* $PUBLIC_A:\([0-9]*\) *$/\1/p"; }
	seen() { until [ -n "$(port $1)" ]; do :; done; port $1; }
	$HOST_A bash -c "exec 3<>/dev/tcp/$s/8123; read -r -t 25 <&3 || :" &
	first=$(seen 8123)
	before=$(resets)
	while [ "$OTHERS" != 0 ] && [ $(($(resets) - before)) -lt 40 ]
	do :; done
	$HOST_A bash -c "exec 3<>/dev/tcp/$s/8124; read -r -t 25 <&3 || :" &
	second=$(seen 8124)
	echo "step $(((second - first + 64512) % 64512)) others $(resets)"
	END
	run env OTHERS=0 timeout 30 "$TCPTRAV" lab --topology busy --rtt 2 \
		--nat-a "$BATS_TEST_TMPDIR/sequential.nat" --background 0 \
		--exec "bash $BATS_TEST_TMPDIR/step"
	[ "$output" = "step 1 others 0" ]
	run env OTHERS=1 timeout 30 "$TCPTRAV" lab --topology busy --rtt 2 \
		--nat-a "$BATS_TEST_TMPDIR/sequential.nat" --background 200 \
		--exec "bash $BATS_TEST_TMPDIR/step"
	[[ "$output" == "step "*" others "* ]]
	[[ "$output" != "step 1 "* ]]
}

@test "busy: --background elsewhere is wrong use, and the rate is quoted" {
	run "$TCPTRAV" lab --method stunt2 --background 5
	[ "$status" -eq 2 ]
	[[ "$output" == *"--background 5"*'"two-nats"'*'"busy"'* ]]
	run "$TCPTRAV" lab --method stunt2 --topology busy --background x
	[ "$status" -eq 2 ]
	[[ "$output" == *'"x"'* ]]
	shows '.background == 10' --method stunt2 --topology busy
	shows '.background == 0' --method stunt2
}

# --- all of them ---

@test "no topology is faster than its delays allow" {
	# docs/latency.md: 3.75 d
	for topology in two-nats nested-2 adjacent public-a public-b \
		firewall busy; do
		shows '.outcome == "connected" and .connect_ms >= 75' \
			--method p2pnat --topology $topology
	done
}

# public NAT OPTION... - what a command is told
public()
{
	timeout 30 "$TCPTRAV" lab --rtt 0 "$@" \
		--exec 'echo $PUBLIC_A $PUBLIC_B'
}

@test "a command is told the public addresses" {
	[ "$(public)" = "192.0.2.2 198.51.100.2" ]
	[ "$(public --topology adjacent)" = "192.0.2.2 192.0.2.18" ]
	[ "$(public --topology nested-2)" = "192.0.2.2 198.51.100.2" ]
	[ "$(public --topology one-nat)" = "192.0.2.2 192.0.2.2" ]
	[ "$(public --topology public-a)" = "192.0.2.2 198.51.100.2" ]
	[ "$(public --topology busy)" = "192.0.2.2 198.51.100.2" ]
	[ "$(public --topology firewall)" = "198.18.10.2 198.18.20.2" ]
	[ "$(public --nat-a none)" = "10.0.0.2 198.51.100.2" ]
	[ "$(public --topology nested-2 --nat-b rfc5382,none)" = \
		"192.0.2.2 100.64.1.2" ]
}

# From A to B where nothing is in between, or B lets strangers in.
@test "commands at the hosts reach each other and S" {
	local options
	for options in "--topology public-b" "--topology one-nat --nat-a none" \
		"--topology firewall --nat-a none --nat-b none" \
		"--topology nested-2 --nat-a none,linux --nat-b none"; do
		# shellcheck disable=SC2086
		in_cell --rtt 2 $options <<-'END'
		$HOST_B "$TCPTRAV" serve --port 9000 &
		serve=$!
		until $HOST_B ss -Hltn 'sport = :9000' | grep -q .; do :; done
		$HOST_A bash -c "exec 3<>/dev/tcp/$PUBLIC_B/9000"
		$HOST_A bash -c "exec 3<>/dev/tcp/${RENDEZVOUS/://}"
		$HOST_B bash -c "exec 3<>/dev/tcp/${RENDEZVOUS/://}"
		kill $serve
		END
	done
}

@test "every topology is listed, with a summary" {
	run "$TCPTRAV" list topologies
	[ "$status" -eq 0 ]
	for topology in two-nats nested-1 nested-2 nested-3 nested-4 adjacent \
		one-nat public-a public-b firewall busy; do
		grep -q "^$topology  *[a-z]" <<< "$output"
	done
}

@test "kill -9 of the lab command ends a crowd, too" {
	lab_begin --topology busy --background 200
	kill -9 "$parent"
	until_true 5 lab_gone
}
