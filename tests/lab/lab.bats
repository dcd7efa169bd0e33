#!/usr/bin/env bats
# The laboratory's own behaviour: what it refuses, what it leaves behind, how
# it takes the death of its processes. What methods do in it is tables.bats.

load lab.bash

teardown() {
	[ -z "${parent:-}" ] || kill -9 "$parent" 2> /dev/null || true
}

# --- wrong use ---

@test "an unknown method is quoted, with the nearest one" {
	run "$TCPTRAV" lab --method natblastr
	[ "$status" -eq 2 ]
	[[ "$output" == *\"natblastr\"*\"natblaster\"* ]]
}

@test "an unknown NAT is quoted, with the nearest one" {
	run "$TCPTRAV" lab --method stunt2 --nat-b symetric
	[ "$status" -eq 2 ]
	[[ "$output" == *symetric*symmetric* ]]
}

@test "an unknown topology is quoted, with the nearest one" {
	run "$TCPTRAV" lab --method stunt2 --topology two-nat
	[ "$status" -eq 2 ]
	[[ "$output" == *two-nat*two-nats* ]]
}

@test "wrong numbers are quoted" {
	local wrong
	for wrong in --rtt=x --rtt=-1 --loss=1.5 --trials=0 --trials=2x \
		--jobs=0 --seed=-1 --timeout=0 --skew=soon --ttl=256 \
		--spoofing=maybe; do
		run "$TCPTRAV" lab --method stunt2 "$wrong"
		[ "$status" -eq 2 ] || { echo "$wrong: $status"; false; }
		[[ "$output" == *\""${wrong#*=}"\"* ]] ||
			{ echo "$wrong: $output"; false; }
	done
}

@test "no method, or an operand that is no option, is wrong use" {
	run "$TCPTRAV" lab
	[ "$status" -eq 2 ]
	run "$TCPTRAV" lab --method stunt2 natblaster
	[ "$status" -eq 2 ]
	[[ "$output" == *natblaster* ]]
}

@test "wrong use is told before what is missing" {
	run without_namespaces "$TCPTRAV" lab --method stunt2 --nat-a symetric
	[ "$status" -eq 2 ]
	[[ "$output" == *symetric* ]]
}

@test "without namespaces the status is 3, with the command that allows them" {
	run without_namespaces "$TCPTRAV" lab --method stunt2
	[ "$status" -eq 3 ]
	[[ "$output" == *"sudo sysctl -w user.max_user_namespaces"* ]]
}

# --- what it reports ---

@test "each trial is a record on a line, with its seed, in any order" {
	"$TCPTRAV" lab --method stunt2 --rtt 10 --trials 6 --jobs 3 \
		--seed 100 --json > "$BATS_TEST_TMPDIR/records"
	run jq -s -c 'map(.seed) | sort' "$BATS_TEST_TMPDIR/records"
	[ "$output" = "[100,101,102,103,104,105]" ]
	run jq -s -e 'all(.schema == "tcptrav.trial/1" and
		.outcome == "connected" and .rtt_ms == 10 and
		.exchanged_a_to_b >= 32 and .exchanged_b_to_a >= 32)' \
		"$BATS_TEST_TMPDIR/records"
	[ "$status" -eq 0 ]
}

@test "the same seed gives the same attempt, also as a later trial" {
	local first second
	first=$("$TCPTRAV" lab --method stunt2 --rtt 0 --trials 3 --seed 7 \
		--json | jq -r 'select(.seed == 9).id')
	second=$("$TCPTRAV" lab --method stunt2 --rtt 0 --seed 9 --json |
		jq -r .id)
	[ -n "$first" ]
	[ "$first" = "$second" ]
}

@test "--method all gives ten records a trial, and status 0 though some fail" {
	run "$TCPTRAV" lab --method all --nat-a symmetric --nat-b symmetric \
		--rtt 10 --timeout 300 --jobs 5 --json
	[ "$status" -eq 0 ]
	[ "${#lines[@]}" -eq 10 ]
	run jq -s -r 'map([.method, .ttl, .variant] | join("/")) | unique |
		length' <<< "$output"
	[ "$output" -eq 10 ]
}

@test "one approach that does not connect gives status 1 and the cause" {
	run "$TCPTRAV" lab --method p2pnat --nat-a symmetric \
		--nat-b symmetric --rtt 10 --timeout 300 --json
	[ "$status" -eq 1 ]
	jq -e '.outcome == "failed" and .cause == "port-not-predicted" and
		.connect_ms == null and
		(.explain | test("NAT [AB] dropped"))' <<< "$output"
}

@test "many trials are summed up in a table" {
	run "$TCPTRAV" lab --method stunt2 --rtt 10 --trials 3
	[ "$status" -eq 0 ]
	[[ "$output" == *"stunt2"*"3/3"*"syn-through-hole"* ]]
}

# ten_connect - have both hosts of five cells a SYN on its way to the peer?
ten_connect()
{
	[ "$(sockets_of '$4 == "02"')" -ge 10 ]
}

@test "failing trials run at once" {
	lab_begin --trials 5 --jobs 5
	until_true 20 ten_connect
	kill -TERM "$parent"
	wait "$parent" || true
	lab_gone
}

@test "--pcap writes the last trial as pcapng" {
	"$TCPTRAV" lab --method natblaster --rtt 10 --trials 2 \
		--pcap "$BATS_TEST_TMPDIR/p"
	[ "$(od -An -tx1 -N4 "$BATS_TEST_TMPDIR/p")" = " 0a 0d 0d 0a" ]
}

@test "--svg draws the last trial's ladder" {
	svg=$BATS_TEST_TMPDIR/ladder.svg
	run "$TCPTRAV" lab --method p2pnat --nat-a rst --nat-b rst \
		--rtt 10 --skew 60 --trials 2 --json --svg "$svg"
	xmllint --noout "$svg"
	grep -F 'failed (rst-from-nat)' "$svg"
	grep -F 'lost: nat-b: filtering = address-port, unsolicited-syn = rst' \
		"$svg"
	grep -F '>NAT B</text>' "$svg"
	! grep -E '(href|src|url\()' "$svg"
}

@test "a capture file that cannot be written is quoted" {
	run "$TCPTRAV" lab --method stunt2 --rtt 10 --pcap /nowhere/p
	[ "$status" -eq 1 ]
	[[ "$output" == *"/nowhere/p"* ]]
}

@test "the demo connects, and shows how" {
	run "$TCPTRAV" --method natblaster --json
	[ "$status" -eq 0 ]
	[ "$(jq -r .mechanism_a <<< "${lines[0]}")" = forged-syn-ack ]
	run "$TCPTRAV" --method natblaster
	[ "$status" -eq 0 ]
	[[ "$output" == *"SYN"*"connected"* ]]
}

@test "an ordinary user has a lab too" {
	cp "$TCPTRAV" "$BATS_TEST_TMPDIR/tcptrav"
	chmod o+rx "$BATS_RUN_TMPDIR" "$BATS_RUN_TMPDIR"/* \
		"$BATS_TEST_TMPDIR" "$BATS_TEST_TMPDIR/tcptrav" || true
	run as_ordinary_user "$BATS_TEST_TMPDIR/tcptrav" lab --method all \
		--rtt 10 --jobs 5 --json
	[ "$status" -eq 0 ]
	[ "$(jq -s 'map(select(.outcome == "connected")) | length' \
		<<< "$output")" -eq 10 ]
}

@test "a NAT with changes is in the record as it was given" {
	local nat=symmetric+mapping=endpoint-independent+unsolicited-syn=rst
	run "$TCPTRAV" lab --method stunt2 --nat-a "$nat" --topology nested-2 \
		--nat-b "rfc5382,$nat" --rtt 10 --json
	[ "$status" -eq 0 ]
	jq -e --arg n "$nat" '.nat_a == $n and .nat_b == "rfc5382,\($n)"' \
		<<< "$output"
}

# --- what it leaves behind ---

@test "nothing of a lab is seen outside it" {
	local before
	before=$(outside)
	lab_begin
	[ "$(outside)" = "$before" ]
	kill -9 "$parent"
	until_true 5 lab_gone
	[ "$(outside)" = "$before" ]
}

@test "kill -9 of the lab command ends everything" {
	lab_begin
	kill -9 "$parent"
	until_true 5 lab_gone
}

@test "kill -9 of the init ends everything, and is told" {
	local status=0
	lab_begin
	kill -9 "$init"
	wait "$parent" || status=$?
	[ "$status" -eq 1 ]
	grep -q "init was killed by signal 9" "$out.err"
	lab_gone
}

@test "SIGTERM ends everything, and is told" {
	local status=0
	lab_begin
	kill -TERM "$parent"
	wait "$parent" || status=$?
	[ "$status" -eq 1 ]
	grep -q "SIGTERM" "$out.err"
	lab_gone
}

@test "Ctrl-C ends everything, and is told" {
	# what the shell starts in the background ignores SIGINT
	local status=0 lab_with=(setsid env --default-signal=INT)
	lab_begin
	kill -INT -- "-$parent"	# as a terminal does, to the whole group
	wait "$parent" || status=$?
	[ "$status" -eq 1 ]
	grep -q "SIGINT" "$out.err"
	lab_gone
}

@test "a host, NAT, S or link emulator that dies is named, and the lab goes on" {
	local count i pids name
	lab_begin --trials 50 --json
	count=$(children "$init" | wc -l)
	for ((i = 0; i < count; i++)); do
		until_true 20 trial_running
		mapfile -t pids < <(children "$init")
		kill -9 "${pids[i]}"
		until_true 20 records $((i + 1))
	done
	[ "$(jq -s -r 'map(.outcome) | unique | join(",")' "$out")" = error ]
	for name in host-a host-b nat-a nat-b s; do
		jq -s -e --arg n "$name" 'any(.explain | test(
			"^The lab.s \($n) was killed by signal 9"))' "$out"
	done
	kill -9 "$parent"
	until_true 5 lab_gone
}

@test "after a death the next trial has a whole cell" {
	lab_begin --method stunt2 --nat-a rst --nat-b rst --rtt 1000 \
		--timeout 20000 --trials 2 --json
	kill -9 "$(children "$init" | head -1)"
	wait "$parent" || true
	[ "$(jq -s -r 'map(.outcome) | sort | join(",")' "$out")" = \
		connected,error ]
	lab_gone
}

# stop_in_first_of_two NAME - run two trials in one cell, and stop its process
# NAME for good while the first runs: the second never has an answer of it. A
# first trial that the machine delays would be run again; the RTT allows 100 ms.
stop_in_first_of_two()
{
	lab_begin --rtt 400 --timeout 6000 --trials 2 --jobs 1 --json
	kill -STOP "$(pgrep -P "$init" -x "$1")"
	wait "$parent" || true
	records 2
}

@test "a trial whose S never answers is reported once, not run again" {
	stop_in_first_of_two s
	jq -s -e '.[1].cause == "rendezvous-lost" and .[1].repeats == 0' "$out"
}

@test "a trial whose NAT never answers is an error, and not run again" {
	stop_in_first_of_two nat-b
	jq -s -e '.[1].outcome == "error" and .[1].repeats == 0 and
		(.[1].explain | test("were not reset in time"))' "$out"
}

@test "a lab that is done leaves nothing" {
	lab_begin --timeout 4000
	wait "$parent" || true
	lab_gone
}

# A NAT that bans remembers beyond a trial. Below d the SYNs of both hosts are
# on their way before either arrives, so no knock is unsolicited; but some of
# the trials before these two knock too early, and are banned for it.
@test "a trial is not banned for what an earlier one did" {
	"$TCPTRAV" lab --method all --nat-a ban --nat-b ban --rtt 40 \
		--skew 5 --json |
		jq -es 'map(select(.method == "natblaster" or
				   (.method == "p2pnat" and .variant == ""))) |
			length == 3 and all(.outcome == "connected")'
}

# --- no trial knows of another ---

# verdicts OPTION... - what came of each trial of a plan, by seed
verdicts()
{
	"$TCPTRAV" lab --method p2pnat --method stunt2 --ttl none \
		--nat-a ban --nat-a symmetric --nat-b cgn --nat-b ban \
		--rtt 60 --skew 8 --timeout 700 --seed 40 --json "$@" |
		jq -r '[.seed, .nat_a, .nat_b, .method, .outcome, .mechanism_a,
			.mechanism_b, .cause] | @tsv' | sort -n
}

@test "trials give the same in any order and in any number of cells" {
	verdicts --jobs 1 > "$BATS_TEST_TMPDIR/one"
	[ "$(wc -l < "$BATS_TEST_TMPDIR/one")" -eq 8 ]
	verdicts --jobs 8 | diff "$BATS_TEST_TMPDIR/one" -
	{ verdicts --shard 2/2; verdicts --shard 1/2; } | sort -n |
		diff "$BATS_TEST_TMPDIR/one" -
}

# b_sends_again - has B's kernel sent its SYN to A a second time?
b_sends_again()
{
	[ "$(sockets_of '$2 ~ /^0201A8C0:/ && $3 ~ /^020200C0:/ &&
		$4 == "02" && $7 + 0')" -gt 0 ]
}

# a_late_trial - run one whose links stand still while that SYN is on them, for
# 250 ms: that is what it is late by, and nothing is waited for
a_late_trial()
{
	local pids end
	lab_begin --nat-a rfc5382-req2a-syn-ack-out --nat-b rst --rtt 300 \
		--skew 225 --timeout 1700 --seed 36 --json
	until_true 20 b_sends_again
	mapfile -t pids < <(children "$init")
	kill -STOP "${pids[@]}"
	end=$((${EPOCHREALTIME//[!0-9]/} + 250000))
	while [ "${EPOCHREALTIME//[!0-9]/}" -lt "$end" ]; do :; done
	kill -CONT "${pids[@]}"
	wait "$parent" || true
	jq -e '.repeats > 0' "$out" > /dev/null
}

# A's kernel still knows the SYN that its listener answered in the first run,
# and A would send none of its own to the same peer, whose NAT refuses it.
@test "a trial that is run again knows nothing of the first run" {
	until_true 60 a_late_trial
	jq -e '.outcome == "failed" and .cause == "rst-from-nat"' "$out"
}

# in_topologies OPTION... - where B only begins when A says so; and the NATs' say
in_topologies()
{
	"$TCPTRAV" lab --method stunt2 --ttl none --nat-a rst --nat-a symmetric-random \
		--topology two-nats --topology nested-4 \
		--topology firewall --topology public-b --topology busy \
		--rtt 0 --seed 40 --json "$@" |
		jq -r '[.seed, .topology, .nat_a, .outcome, .mechanism_a,
			.mechanism_b, .cause, (.explain | test("NAT . "))] |
			@tsv' | sort -n
}

@test "without delay trials give the same with one job and with several" {
	in_topologies --jobs 1 > "$BATS_TEST_TMPDIR/one"
	[ "$(grep -c connected "$BATS_TEST_TMPDIR/one")" -ge 5 ]
	[ "$(grep -c failed "$BATS_TEST_TMPDIR/one")" -ge 3 ]
	in_topologies --jobs "$(nproc)" | diff "$BATS_TEST_TMPDIR/one" -
}

# public_port OPTION... - where A and B were seen, in the last trial
public_port()
{
	"$TCPTRAV" lab --method p2pnat --nat-a symmetric --nat-b symmetric \
		--rtt 10 --timeout 300 --jobs 1 "$@" \
		--pcap "$BATS_TEST_TMPDIR/p" > "$BATS_TEST_TMPDIR/out" ||
		[ $? -eq 1 ]
	grep -a -o 'the peer is [0-9.:]*' "$BATS_TEST_TMPDIR/p" | sort
}

@test "a NAT that numbers its ports begins anew with each trial" {
	local third
	third=$(public_port --trials 3 --seed 7)
	[ -n "$third" ]
	[ "$third" = "$(public_port --seed 9)" ]
	[ "$third" != "$(public_port --seed 8)" ]
}

@test "Linux's NATs and programs serve one trial after the other" {
	local nat
	for nat in linux "exec:$BATS_TEST_DIRNAME/../../experiments/nats/nft-example.sh"; do
		"$TCPTRAV" lab --method p2pnat --nat-a "$nat" --nat-b "$nat" \
			--rtt 20 --trials 4 --json |
			jq -es 'length == 4 and
				all(.outcome == "connected")'
	done
}

# class_of PROCESS - RR: ahead of all that has no such class; TS: as usual
class_of()
{
	tr -d ' ' < <(ps -o cls= -p "$1")
}

@test "with delay cells have real-time priority, a user's program has not" {
	local class=TS seen=$BATS_TEST_TMPDIR/class pid
	local nft=$BATS_TEST_DIRNAME/../../experiments/nats/nft-example.sh
	! chrt -r 1 true 2> /dev/null || class=RR
	printf '#!/bin/sh\nps -o cls= -p $$ > %s\nexec %s\n' "$seen" "$nft" \
		> "$BATS_TEST_TMPDIR/nat"
	chmod +x "$BATS_TEST_TMPDIR/nat"
	lab_begin --nat-a "exec:$BATS_TEST_TMPDIR/nat" --nat-b symmetric
	[ -n "$(children "$init")" ]
	for pid in $(children "$init"); do
		[ "$(class_of "$pid")" = "$class" ]
	done
	[ "$(tr -d ' ' < "$seen")" = TS ]
}

# --- many cells ---

# full - how often a table of neighbours was full, on this machine
full()
{
	awk '{ print $NF }' /proc/net/stat/arp_cache | tail -n +2 |
		paste -sd,
}

@test "hundreds of cells at once do not overflow the table of neighbours" {
	local cells=300 before
	# under the sanitizers a cell takes 20 times the memory
	[[ "${TCPTRAV_BUILD:-}" == */san ]] && cells=30
	before=$(full)
	"$TCPTRAV" lab --method p2pnat --nat-a symmetric --nat-b symmetric \
		--rtt 0 --timeout 3000 --jobs $cells --trials $cells --json |
		jq -es --argjson n $cells 'length == $n and
			all(.cause == "port-not-predicted")'
	[ "$(full)" = "$before" ]
}

@test "more cells than the limits allow give status 3 before any is built" {
	[ "$(id -u)" -eq 0 ] || skip "a limit to lower for somebody else"
	cp "$TCPTRAV" "$BATS_TEST_TMPDIR/tcptrav"
	chmod o+rx "$BATS_RUN_TMPDIR" "$BATS_RUN_TMPDIR"/* \
		"$BATS_TEST_TMPDIR" "$BATS_TEST_TMPDIR/tcptrav" || true
	ulimit -Sn 500
	ulimit -Hn 500
	run as_ordinary_user "$BATS_TEST_TMPDIR/tcptrav" lab --method p2pnat \
		--jobs 300 --trials 300
	[ "$status" -eq 3 ]
	[[ "$output" == *"--jobs 300"*descriptors*500*"ulimit -n"* ]]
}

@test "a search for the TTL hears no answer to an earlier one" {
	printf '%s\n' 'method=stunt1 nat-a=rst rtt=20 nat-b=rst
		nat-b=port-restricted-cone+icmp-in=drop' | tr -d '\n' |
		"$TCPTRAV" lab --plan - --json |
		jq -e -s '.[0].ttl_b == 2 and .[1].ttl_b == null and
			.[1].cause == "no-usable-ttl"'
}
