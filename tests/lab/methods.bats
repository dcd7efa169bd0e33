#!/usr/bin/env bats
# What each method shows: mechanism by TTL and skew, its low TTL behind one to
# four NATs, NATs on one link, and NATs that answer. d is 20 ms at 40 ms RTT.

load tables.bash

TCPTRAV=${TCPTRAV:-$BATS_TEST_DIRNAME/../../tcptrav}

# shows FILTER OPTION... - the record fulfils jq's FILTER
shows()
{
	local filter=$1
	shift
	"$TCPTRAV" "$@" --json | tee "$BATS_TEST_TMPDIR/record" |
		jq -e "$filter" > /dev/null || {
		cat "$BATS_TEST_TMPDIR/record"
		return 1
	}
}

@test "with a low TTL each method connects by its own mechanism" {
	shows "$(both forged-syn-ack)" --method natblaster
	shows "$(both spoofed-syn-ack)" --method stunt1
	shows "$(both syn-through-hole)" --method stunt2
}

@test "without TTL and skew methods do as the tables say" {
	for method in natblaster stunt1 p2pnat; do
		shows "$(both simultaneous-open)" --method $method --ttl none
	done
	shows "$(both syn-through-hole)" --method stunt2 --ttl none
}

@test "without TTL and with a skew above d methods do as the tables say" {
	for method in natblaster stunt2 p2pnat; do
		shows "$(both syn-through-hole)" --method $method --ttl none \
			--skew 60
	done
	shows "$(mechanisms syn-through-hole spoofed-syn-ack)" \
		--method stunt1 --ttl none --skew 60
}

@test "a negative skew holds A back" {
	shows "$(mechanisms spoofed-syn-ack syn-through-hole)" \
		--method stunt1 --ttl none --skew -60
}

@test "without TTL, between NATs that let no SYN in, methods do as derived" {
	shows "$(both forged-syn-ack)" lab --method natblaster --ttl none \
		--nat-a no-syn-in --nat-b no-syn-in
	shows "$(both spoofed-syn-ack)" lab --method stunt1 --ttl none \
		--nat-a no-syn-in --nat-b no-syn-in
}

# between NAT SKEW METHOD - how many of 20 trials connect
between()
{
	"$TCPTRAV" lab --method "$3" --nat-a "$1" --nat-b "$1" --rtt 40 \
		--skew "$2" --trials 20 --jobs 4 --json |
		jq -s 'map(select(.outcome == "connected")) | length'
}

# P2P-NAT's SYNs must cross: an unsolicited one is answered, and ends both the
# connect() and the hole.
@test "the roles are swapped when the first order fails" {
	shows "$(both syn-through-hole) and .opener == \"a\"" \
		lab --method stunt2 --nat-b no-syn-in
	shows "$(both syn-through-hole) and .opener == \"b\"" \
		lab --method stunt2 --nat-a no-syn-in
	shows "$(both syn-through-hole) and .opener == \"b\"" \
		lab --method p2pnat --sequential --nat-a no-syn-in
	shows "$(both syn-through-hole) and .opener == \"a\"" \
		lab --method p2pnat --sequential --nat-b no-syn-in
}

@test "between NATs that answer STUNT with low TTL connects, P2P-NAT below d only" {
	for nat in rst icmp; do
		for skew in 0 2 200; do
			[ "$(between $nat $skew stunt1)" = 20 ]
			[ "$(between $nat $skew stunt2)" = 20 ]
		done
		[ "$(between $nat 0 p2pnat)" = 20 ]
		[ "$(between $nat 2 p2pnat)" = 20 ]
		[ "$(between $nat 200 p2pnat)" = 0 ]
	done
}

@test "the low TTL is found behind one to four NATs" {
	for levels in 1 2 3 4; do
		shows "$(both forged-syn-ack) and .ttl_a == $((levels + 1)) and
			.ttl_b == $((levels + 1))" \
			lab --method natblaster --topology nested-$levels
		shows "$(both spoofed-syn-ack) and .ttl_a == $((levels + 1))" \
			lab --method stunt1 --topology nested-$levels \
			--nat-a linux --nat-b linux
	done
}

@test "for NATs on one link there is no low TTL, and --ttl none is advised" {
	for method in natblaster stunt1; do
		shows '.outcome == "not-applicable" and
			.cause == "no-usable-ttl" and
			(.explain | contains("--ttl none"))' \
			lab --method $method --topology adjacent
	done
	shows "$(both simultaneous-open)" lab --method natblaster \
		--ttl none --topology adjacent
}

@test "a fixed TTL that is too low is noted; one that is right connects" {
	shows "$(both forged-syn-ack) and .ttl_a == 2" \
		lab --method natblaster --ttl 2
	"$TCPTRAV" lab --method natblaster --topology nested-2 --ttl 2 \
		> "$BATS_TEST_TMPDIR/ladder" || true
	grep -q 'TTL 2 is too low' "$BATS_TEST_TMPDIR/ladder"
}

@test "a network of S that drops what S spoofs is found to be the cause" {
	shows '.outcome == "failed" and .cause == "no-spoofing"' \
		lab --method stunt1 --spoofing dropped
}

# The second's acknowledges the first's 32 bytes: it knew them
@test "the accepting host proves itself only after the peer has" {
	for method in stunt2 p2pnat; do
		run "$TCPTRAV" lab --method $method --skew 60
		[ "$status" -eq 0 ]
		[ "$(grep -o 'data 1:33(32) ack [0-9]*' <<< "$output" |
			sort)" = "data 1:33(32) ack 1
data 1:33(32) ack 33" ]
	done
}

# With loss a method takes longer; what must hold is that bytes went both ways
# whenever it says so.
@test "over loss success is still the exchange of both proofs" {
	"$TCPTRAV" lab --method all --loss 0.05 --trials 3 --jobs 4 --json |
		jq -es 'all(.outcome != "error") and
		(map(select(.outcome == "connected")) | length > 20 and
		 all(.exchanged_a_to_b == 32 and .exchanged_b_to_a == 32 and
		     .connect_ms > 0))'
}

# proof_in TIMEOUT [OPTION] - two of A's proof are lost with this seed, 0.5 s
# and 1.6 s after B has become ESTABLISHED; the third, 3 s after it, is not
proof_in()
{
	"$TCPTRAV" lab --method natblaster --ttl auto --rtt 20 --loss 0.2 \
		--timeout "$1" --seed 297 --nat-a port-restricted-cone \
		--nat-b port-restricted-cone "${@:2}"
}

@test "over loss a proof may take half of the order's time" {
	proof_in 15000 --json |
		jq -e '.outcome == "connected" and .connect_ms > 2100'
}

@test "over loss a proof after half of the order's time is refused" {
	run proof_in 4000
	[ "$status" -eq 1 ]
	[[ "$output" == *"connection closed: it was silent for too long"* ]]
}

@test "a user's program is a NAT" {
	nat=exec:$BATS_TEST_DIRNAME/../../experiments/nats/nft-example.sh
	shows "$(both simultaneous-open)" lab --method p2pnat \
		--nat-a "$nat" --nat-b "$nat"
	shows "$(both spoofed-syn-ack)" lab --method stunt1 \
		--nat-a "$nat" --nat-b port-restricted-cone
}

# syn_times HOST ADDRESS - when its SYNs left, from the capture
syn_times()
{
	tshark -r "$BATS_TEST_TMPDIR/pcap" -T fields -e frame.time_relative \
		-Y "frame.interface_name == \"$1\" and tcp.flags == 2 and
			ip.src == $2" 2> /dev/null
}

# P2P-NAT 2005, section 4.2: again after, for example, 1 s; a random second on
# top. The NATs answer with RST, so that each connect() is one SYN.
@test "a refused connect() is repeated after 1 to 2 s, four times at most" {
	"$TCPTRAV" lab --method p2pnat --nat-a rst --nat-b rst --skew 200 \
		--timeout 8000 --seed 1 --json \
		--pcap "$BATS_TEST_TMPDIR/pcap" > "$BATS_TEST_TMPDIR/record" &&
		return 1
	jq -e '.cause == "rst-from-nat"' "$BATS_TEST_TMPDIR/record"
	for host in 'host-a 10.0.0.2' 'host-b 192.168.1.2'; do
		# one round trip until the RST is there, then the back-off
		syn_times $host | awk '
			NR > 1 && ($1 - last < 1.04 || $1 - last > 2.3) {
				print "gap of " $1 - last " s"; bad = 1 }
			{ last = $1 }
			END { if (NR != 4) print NR " SYNs"
			      exit bad || NR != 4 }'
	done
}

@test "in the default timeout of the lab a trial is a single try" {
	"$TCPTRAV" lab --method p2pnat --nat-a rst --nat-b rst --skew 60 \
		--json --pcap "$BATS_TEST_TMPDIR/pcap" > /dev/null && return 1
	[ "$(syn_times host-a 10.0.0.2 | wc -l)" = 1 ]
}

# The connector's SYN has the system's TTL: that it is refused says nothing of
# the opener's low TTL.
@test "a connector that is refused has no TTL to blame" {
	printf '%s\n' '# a time exceeded closes the hole' \
		'unsolicited-syn = rst' 'after-time-exceeded-in = end' \
		> "$BATS_TEST_TMPDIR/closing.nat"
	shows '.outcome == "failed" and .cause == "rst-from-nat"' lab \
		--method stunt2 --nat-a "$BATS_TEST_TMPDIR/closing.nat" \
		--nat-b "$BATS_TEST_TMPDIR/closing.nat"
}

@test "a given TTL that is wrong is reported as wrong" {
	shows '.cause == "time-exceeded" and
		(.explain | contains("TTL 1 is too low"))' \
		lab --method natblaster --ttl 1
	shows '.outcome == "not-applicable" and
		(.explain | contains("TTL 5 is too high"))' \
		lab --method stunt2 --ttl 5 --nat-a rst --nat-b rst
}

@test "one NAT that rewrites numbers or ports is found to be the cause" {
	shows '.cause == "sequence-refused"' lab --method stunt1 \
		--nat-a seq-rewriting
	shows '.cause == "port-not-predicted"' lab --method stunt1 \
		--nat-a symmetric --timeout 4000
}
