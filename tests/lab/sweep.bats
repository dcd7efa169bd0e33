#!/usr/bin/env bats
# Sweeps: alternatives and plans, the file of the records, and that no trial is
# lost or run twice, whatever ends the program. What a plan's lines mean is
# tests/unit/plan_test.c's and sweep_test.c's.

bats_require_minimum_version 1.5.0
load lab.bash

setup()
{
	experiments=$BATS_TEST_DIRNAME/../../experiments
	export TCPTRAV
	cd "$BATS_TEST_TMPDIR" || return
}

teardown()
{
	[ -z "${sweep:-}" ] || kill -9 "$sweep" 2> /dev/null || true
}

# lab OPTION...
lab()
{
	timeout 120 "$TCPTRAV" lab "$@"
}

# refused TEXT OPTION... - wrong use, and what is said of it
refused()
{
	local text=$1
	shift
	run -2 lab "$@"
	[[ "$output" == *"$text"* ]] || { echo "$output"; return 1; }
}

# seeds FILE... - of all records, in order, one line
seeds()
{
	cat "$@" | jq -s -c 'map(.seed) | sort'
}

# connecting - a plan of 20 trials that connect, with little to wait for
connecting()
{
	echo 'method=all nat-a=rfc5382 nat-b=restricted-cone rtt=10 trials=2'
}

# --- what is run ---

@test "repeated options are alternatives in the order of the seeds" {
	lab --method stunt2 --method p2pnat --nat-a rst --nat-a linux --rtt 10 \
		--skew 1 --skew 2 --jobs 4 --json > records
	[ "$(jq -s -r 'sort_by(.seed) | .[] |
		[.seed, .method, .nat_a, .skew_ms] | join(" ")' records)" = \
		"1 stunt2 rst 1
2 p2pnat rst 1
3 stunt2 rst 2
4 p2pnat rst 2
5 stunt2 linux 1
6 p2pnat linux 1
7 stunt2 linux 2
8 p2pnat linux 2" ]
}

@test "a plan is read from a file or standard input with the command line's defaults" {
	printf 'rst\n# no NAT\nicmp\n' > nats
	printf 'nat-b=@nats # two\n\nmethod=p2pnat loss=0 spoofing=dropped\n' > plan
	lab --plan plan --method stunt2 --rtt 10 --json | jq -s -c 'map(
		[.method, .nat_b, (.rtt_ms | floor), .spoofing])' > by_file
	cat by_file
	[ "$(cat by_file)" = '[["stunt2","rst",10,"allowed"],["stunt2","icmp",10,"allowed"],["p2pnat","port-restricted-cone",10,"dropped"]]' ]
	lab --plan - --method stunt2 --rtt 10 --json < plan | jq -s -c 'map(
		[.method, .nat_b, (.rtt_ms | floor), .spoofing])' | diff by_file -
}

@test "one setting with several approaches is printed as a table" {
	run -0 lab --method stunt2 --method p2pnat --rtt 10 --trials 2
	[[ "${lines[1]}" == "stunt2 "*" 2/2 "* ]]
	[[ "${lines[2]}" == "p2pnat "*" 2/2 "* ]]
	[ "${#lines[@]}" -eq 3 ]
}

@test "wrong use of a sweep is reported before any trial runs" {
	echo 'method=all nat-a=rst nat-a=symetric' > plan
	refused 'plan "plan", line 1: unknown NAT "symetric"; the nearest is "symmetric"' \
		--plan plan --out file
	[ ! -e file ]
	run -2 without_namespaces "$TCPTRAV" lab --plan plan --json
	refused 'plan "nowhere": No such file' --plan nowhere --json
	refused '2 settings need --out FILE or --json' \
		--method p2pnat --rtt 1 --rtt 2
	refused '--resume continues a file: it needs --out FILE' \
		--method p2pnat --resume
	refused '--shard "4/3"' --method p2pnat --shard 4/3
	refused '--exec needs one setting' --exec true --rtt 1 --rtt 2
	refused '--exec runs no trials: not with --plan' \
		--exec true --plan plan
	refused '--exec runs no trials: not with --dry-run' \
		--exec 'touch file' --dry-run
	[ ! -e file ]
	: > nothing
	refused '"nothing": there is no alternative in it' \
		--method p2pnat --nat-a @nothing
	refused '"/": cannot be read: Is a directory' \
		--method p2pnat --nat-a @/
	printf '# NATs\nrst\n' > nats
	refused '"nats", line 2: --rtt "rst"' --method p2pnat --rtt @nats
	refused 'may not be among' --method p2pnat --pcap p --shard 1/2
	echo precious > file
	refused '"file" is not empty; --resume continues it' \
		--method p2pnat --out file
	refused 'it is not JSON' --method p2pnat --out file --resume
	[ "$(cat file)" = precious ]
	printf precious > file		# as if torn
	refused '"file", line 1: it is incomplete, and not the beginning of a record' \
		--method p2pnat --out file --resume
	[ "$(cat file)" = precious ]
}

# --- the file ---

@test "--out writes each record and a second run with --resume runs nothing" {
	connecting > plan
	run -0 lab --plan plan --out file --jobs 4
	[[ "$output" == *stunt1*2/2* ]]
	[ "$(seeds file)" = "$(jq -n -c '[range(1; 21)]')" ]
	cp file before
	run -0 lab --plan plan --out file --jobs 4 --resume
	[ "$output" = "file: 20 of 20 trials: 20 connected, 0 failed, 0 not applicable, 0 errors" ]
	cmp file before
	run -2 lab --plan plan --out file
	refused 'is not in this plan, which has 20 seeds from 500 on' --plan plan --seed 500 --out file --resume
	refused 'rtt_ms is 10.0, but the plan' --method all \
		--nat-a rfc5382 --nat-b restricted-cone --trials 2 --out file --resume
	cmp file before
}

@test "--resume cuts off an incomplete line and runs its trial again" {
	connecting > plan
	lab --plan plan --out file --jobs 4
	head -n 7 file > short
	cp short torn
	sed -n 8p file | head -c 200 >> torn
	lab --plan plan --out torn --jobs 4 --resume
	[ "$(seeds torn)" = "$(seeds file)" ]
	head -n 7 torn | cmp - short
}

@test "trials with outcome error count as done and set the status" {
	connecting > plan
	lab --plan plan --out file --jobs 4
	sed '1s/"outcome":"[a-z]*"/"outcome":"error"/' file > with_error
	run -1 lab --plan plan --out with_error --resume
	[[ "$output" == *"1 errors" ]]
}

@test "a file that cannot be written ends the sweep with a reason" {
	mkdir small
	run -1 unshare -Urm sh -c 'mount -t tmpfs -o size=8k none small &&
		exec "$@"' sh "$TCPTRAV" lab --method all --trials 9 --rtt 10 \
		--out small/file
	[[ "$output" == *'cannot write "small/file": No space left'* ]]
}

@test "a second sweep on the same file is refused" {
	lab_begin --out "$BATS_TEST_TMPDIR/file"
	sweep=$parent
	refused 'another sweep is writing' --method p2pnat --out file --resume
	kill -9 "$parent"
	wait "$parent" || true
	lab --method p2pnat --rtt 10 --out file --resume
	until_true 5 lab_gone
}

@test "progress is shown only on a terminal" {
	connecting > plan
	lab --plan plan --out file --jobs 4 2> said
	[ ! -s said ]
	rm file
	script -qec "'$TCPTRAV' lab --plan plan --out file --jobs 4" typescript \
		< /dev/null > /dev/null
	grep -q '[0-9] of 20, [0-9.]*/s, [0-9]* s left: [0-9]* connected' typescript
	grep -q $'\r\e\[Kmethod ' typescript	# nothing of it stays
}

# --- shards ---

@test "the shards of a plan together give the whole plan" {
	local k
	echo 'method=all nat-a=rst nat-a=symmetric nat-b=rst rtt=120 skew=15' > plan
	lab --plan plan --out whole --jobs 10
	for k in 1 2 3; do
		run -0 lab --plan plan --dry-run --shard $k/3
		[ "$output" = "$(((23 - k) / 3)) of 20 trials of 2 settings" ]
		lab --plan plan --out part$k --jobs 10 --shard $k/3
		[ "$(jq -s "all((.seed - 1) % 3 == $k - 1)" part$k)" = true ]
	done
	[ "$(seeds part1 part2 part3)" = "$(seeds whole)" ]
	cat part1 part2 part3 > merged
	"$experiments/compare-runs" merged whole
	run -0 lab --plan plan --out merged --resume	# a file that is done
	[[ "$output" == *"20 of 20 trials"* ]]
}

@test "experiments/sweep merges shards into one run, also after --resume" {
	command -v parallel || skip "parallel is not installed"
	printf '# NATs\nrst\n symmetric \n' > nats
	echo 'method=all nat-a=@nats nat-b=rst rtt=120 skew=15 # all' > plan
	"$experiments/sweep" --jobs 20 plan whole
	[ "$(jq -c .seed whole)" = "$(seq 20)" ]		# in order
	"$experiments/sweep" --shards 3 --jobs 10 plan merged
	[ ! -e merged.shards ]
	"$experiments/compare-runs" merged whole
	cp whole before
	run -2 "$experiments/sweep" plan whole
	[[ "$output" == *"--resume continues it"* ]]
	cmp whole before
	# of another plan: OUT is as it was, and nothing beside it
	echo 'method=stunt1' > other
	run -2 "$experiments/sweep" --resume other whole
	[[ "$output" == *"no record of this plan"* ]]
	[ ! -e whole.shards ]
	cmp whole before
	run -2 "$experiments/sweep" --jobs x plan new
	# what an interruption leaves: some in order, some in shards, some torn
	mkdir rest.shards
	sed -n '1,5p' whole > rest
	sed -n '5,9p' whole > rest.shards/2.jsonl
	sed -n 12p whole | head -c 300 > rest.shards/3.jsonl
	run -0 "$experiments/sweep" --shards 2 --resume plan rest
	[[ "$output" == *"rest: 20 of 20 trials" ]]
	[ "$(jq -c .seed rest)" = "$(seq 20)" ]
	diff <(sed -n '1,9p' whole) <(sed -n '1,9p' rest)
	run -2 "$experiments/sweep" --resume --seed 100 plan rest
	[[ "$output" == *"no record of this plan"* ]]
}

@test "experiments/sweep refuses a second sweep on the same file" {
	command -v parallel || skip "parallel is not installed"
	connecting > plan
	mkdir out.shards
	exec 8< out.shards
	flock 8
	echo kept > out.shards/1.jsonl
	run -2 "$experiments/sweep" --resume plan out
	[[ "$output" == *'another sweep is writing "out"' ]]
	[ "$(cat out.shards/1.jsonl)" = kept ]
	exec 8<&-
}

# A host's files are below a home of its own, here.
@test "experiments/sweep copies shards to other hosts and back" {
	command -v parallel && command -v rsync || skip "parallel or rsync is not installed"
	cat > ssh <<-'EOF'
		#!/bin/bash
		while [[ "$1" == -* ]]; do
			case $1 in --) shift; break ;; -[lpio]) shift ;; esac
			shift
		done
		export HOME=$FAR/$1 SHELL=/bin/bash	# as sshd does
		shift
		[ "$1" != -- ] || shift
		mkdir -p "$HOME" && cd "$HOME" && exec bash -c "$*"
	EOF
	chmod +x ssh
	mkdir -p home/x far
	cd home/x
	printf 'rst\nicmp\n' > nats
	echo 'method=stunt2 method=p2pnat nat-a=@nats rtt=10 trials=3' > plan
	lab --plan plan --out whole --jobs 4
	head -n 3 whole > out
	HOME=$BATS_TEST_TMPDIR/home FAR=$BATS_TEST_TMPDIR/far \
		PARALLEL_SSH=$BATS_TEST_TMPDIR/ssh run --separate-stderr \
		"$experiments/sweep" --hosts :,one,two --jobs 4 --resume plan out
	printf '%s\n' "$output" "$stderr"	# shown if what follows fails
	[ "$status" -eq 0 ] || { cat out*; false; }
	[ "$output" = "out: 12 of 12 trials" ]
	[ "$(seeds out)" = "$(seeds whole)" ]
	[ -d ../../far/one ] && [ -d ../../far/two ]	# they were there
	[ -z "$(find ../../far -type f)" ]		# and took all with them
}

# --- killed ---

# lines FILE N - has it so many?
lines()
{
	[ "$(wc -l 2> /dev/null < "$1")" -ge "$2" ]
}

@test "a sweep killed at any moment and resumed has each trial once and leaves nothing" {
	local at init lab
	echo 'method=all nat-a=rst nat-a=symmetric nat-b=rst rtt=40 trials=2' > plan
	for at in 0 1 9 20; do
		"$TCPTRAV" lab --plan plan --out file --resume --jobs 4 3>&- &
		sweep=$!
		until_true 20 has_child "$sweep"
		init=$(children "$sweep")
		lab=$(readlink "/proc/$init/ns/pid")
		until_true 60 lines file "$at"
		kill -9 "$sweep"
		wait "$sweep" || true
		until_true 10 lab_gone
		cp file "before$at"
	done
	lab --plan plan --out file --resume --jobs 10
	[ "$(seeds file)" = "$(jq -n -c '[range(1; 41)]')" ]
	for at in 1 9 20; do	# whole lines stay as they were
		diff <(head -n "$(wc -l < before$at)" before$at) \
			<(head -n "$(wc -l < before$at)" file)
	done
}

@test "experiments/resume-test passes with few kills" {
	command -v nft || skip "nft is not installed"
	run -0 env LONGEST=400 TRIALS=5 "$experiments/resume-test" 3 1
	[[ "$output" == *"seed 1: 3 kills, "*" trials, each once, nothing left" ]]
}
