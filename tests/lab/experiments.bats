#!/usr/bin/env bats
# The experiments, each in its smallest form: what must be there is there, is
# what the data says, and is the same again. What they find is not tested here.

bats_require_minimum_version 1.5.0

setup_file() {
	# each builds on the results of the one before
	export BATS_NO_PARALLELIZE_WITHIN_FILE=true
	export TCPTRAV=${TCPTRAV:-$BATS_TEST_DIRNAME/../../tcptrav}
	export experiments=$BATS_TEST_DIRNAME/../../experiments
	export results=$BATS_FILE_TMPDIR/results
	# of guests, which have no room for AddressSanitizer's shadow
	export TCPTRAV_VIRTUAL=$BATS_TEST_DIRNAME/../../tcptrav
}

suite() {
	local build=${TCPTRAV_BUILD:-$BATS_TEST_DIRNAME/../../build}
	"$TCPTRAV" lab --topology public-b --nat-a "$1" --rtt 0 --exec \
		"\"$build/experiments/suite\" \"\$HOST_A\" \"\$HOST_B\"" |
		jq -r 'map(.) | join(" ")'
}

# Order of the answers: SYN-ACK and SYN after SYN-out, after time exceeded,
# after unreachable, after RST; SYN-ACK out; a stranger's SYN. Derived from the
# profile's axes, and for Linux from docs/linux.md, "What netfilter lets
# through": a SYN answered by RST has its entry destroyed; the SYN-ACK out is invalid and leaks, which is no answer of
# the NAT's.
@test "the suite's sequences are accepted or dropped as the axes say" {
	local nat expected
	while IFS=: read -r nat expected; do
		echo "$nat"
		[ "$(suite "$nat")" = "$expected" ]
	done <<'TABLE'
port-restricted-cone:accept accept accept accept accept accept accept accept accept drop
symmetric:accept accept accept accept accept accept accept accept accept drop
full-cone:accept accept accept accept accept accept accept accept accept accept
restricted-cone:accept accept accept accept accept accept accept accept accept accept
no-syn-in:accept drop accept drop accept drop accept drop accept drop
no-syn-ack-out:accept accept accept accept accept accept accept accept drop drop
imc05-icmp-ends:accept accept drop drop drop drop accept accept accept drop
imc05-icmp-no-syn:accept accept accept drop accept drop accept accept accept drop
imc05-rst-no-syn-ack:accept accept accept accept accept accept drop accept accept drop
rst:accept accept accept accept accept accept drop rst accept rst
icmp:accept accept accept accept drop icmp accept accept accept icmp
linux:accept accept accept accept accept accept drop drop drop drop
TABLE
}

@test "every experiment writes data, tables, plots and provenance" {
	"$experiments/run-all" --tiny --jobs 64 --out "$results" \
		>"$BATS_TEST_TMPDIR/took"
	cat "$BATS_TEST_TMPDIR/took"
	[ "$(grep -c ' s$' "$BATS_TEST_TMPDIR/took")" = 11 ]
	for out in "$results"/*; do
		echo "$out"
		xz -dc "$out/data.jsonl.xz" | jq -es 'length > 0 and
			all(.outcome != "error")'
		jq -e '.trials > 0 and .quick and .seed == 1 and
			(.sources | length > 0) and (.kernel | length > 6)
			and (if .clock == "real" then .cross_check == null
			     else .cross_check.trials == 3 end)' \
			"$out/provenance.json"
		[ "$(wc -l <"$out/table.csv")" -gt 1 ]
		grep -q '^|---' "$out/table.md"
		for plot in "$out"/*.svg; do
			grep -q '</svg>' "$plot"
		done
		[ ! -d "$out/raw" ]
	done
	[ "$(ls "$results" | wc -l)" = 10 ]
	[ "$(jq -s 'map(select(.clock == "virtual")) | length' \
		"$results"/*/provenance.json)" = 2 ]
}

# The record of a trial that is repeated comes from the laboratory; this one is
# changed afterwards.
@test "trials in virtual time are repeated in real time, and what differs is listed" {
	local out=$BATS_TEST_TMPDIR/r/linux-today
	cp -r "$results" "$BATS_TEST_TMPDIR/r"
	xz -dc "$out/cross-check.jsonl.xz" |
		jq -es 'length == 3 and all(.clock == "real")'
	xz -dc "$out/data.jsonl.xz" | jq -es 'all(.clock == "virtual")'
	grep -q '^3 trials of these' "$out/table.md"
	seed=$(xz -dc "$out/cross-check.jsonl.xz" | jq -s '.[1].seed')
	xz -dc "$out/cross-check.jsonl.xz" | jq -c "if .seed == $seed
		then .outcome = \"failed\" | .cause = \"x\" else . end" |
		xz >"$BATS_TEST_TMPDIR/x"
	mv "$BATS_TEST_TMPDIR/x" "$out/cross-check.jsonl.xz"
	"$experiments/linux-today" --tables --out "$BATS_TEST_TMPDIR/r"
	run -0 tail -n +2 "$out/cross-check.csv"
	echo "$output"
	[ "${#lines[@]}" = 1 ]
	[[ "$output" == "linux,$seed,"*',failed: x,no' ]]
}

@test "without the guest kernel an experiment names make virtual and ends with 3" {
	printf '#!/bin/sh\necho "no kernel: make virtual" >&2; exit 3\n' \
		>"$BATS_TEST_TMPDIR/none"
	chmod +x "$BATS_TEST_TMPDIR/none"
	TCPTRAV_VIRTUAL=$BATS_TEST_TMPDIR/none run -3 "$experiments/dcutr-2025" \
		--tiny --clock virtual --out "$BATS_TEST_TMPDIR/r"
	[ "$output" = 'no kernel: make virtual' ]
}

@test "--resume keeps completed parts and --tables gives the same files" {
	before=$(cd "$results" && md5sum -- */*)
	for how in --resume --tables; do
		ls "$results" | xargs -P 2 -I NAME env "$experiments/NAME" \
			--tiny $how --out "$results"
	done
	diff <(echo "$before") <(cd "$results" && md5sum -- */*)
}

@test "the report has each experiment and its finding" {
	cp -r "$results" "$BATS_TEST_TMPDIR/report"
	"$experiments/report" "$BATS_TEST_TMPDIR/report"
	for out in "$results"/*; do
		grep -qF "id=\"$(basename "$out")\"" \
			"$BATS_TEST_TMPDIR/report/index.html"
	done
	[ "$(grep -c 'class="found"' \
		"$BATS_TEST_TMPDIR/report/index.html")" = 9 ]
	"$BATS_TEST_DIRNAME/../report/check-page" \
		"$BATS_TEST_TMPDIR/report/index.html"
}

@test "two runs with one seed are equal and compare-runs prints what differs" {
	again=$BATS_TEST_TMPDIR/again
	"$experiments/skew" --tiny --jobs 64 --out "$again"
	"$experiments/compare-runs" "$results/skew" "$again/skew"
	xz -dc "$again/skew/data.jsonl.xz" |
		sed '1s/"outcome":"[a-z]*"/"outcome":"x"/' >"$again/other"
	run -1 "$experiments/compare-runs" "$results/skew" "$again/other"
	[[ "$output" == *'"outcome":"x"'* ]]
	[[ "$output" == *": 1 differ"* ]]
}

@test "an experiment takes a reader's own population and column" {
	printf 'group,value,share,changes,source\nbase,rst,100,,mine\n' \
		>"$BATS_TEST_TMPDIR/p.csv"
	printf 'key,percent,provenance\nsyn_out-rst_in-syn_in,12.5,mine\n' \
		>"$BATS_TEST_TMPDIR/c.csv"
	"$experiments/imc05-sequences" --tiny --out "$BATS_TEST_TMPDIR/r" \
		--population "$BATS_TEST_TMPDIR/p.csv" \
		--column "$BATS_TEST_TMPDIR/c.csv"
	row=$(grep RST-in.SYN-in "$BATS_TEST_TMPDIR"/r/*/table.csv)
	[[ "$row" == *,0,4,0.0,* && "$row" == *,12.5 ]]
}

@test "an interrupted run does not replace the data and can be resumed" {
	local out=$BATS_TEST_TMPDIR/r
	mkdir -p "$out/skew"
	echo before >"$out/skew/data.jsonl.xz"
	cat >"$BATS_TEST_TMPDIR/broken" <<-'EOF'
		#!/bin/sh
		case "$*" in
		*--out*--jobs*) "$WHOLE" "$@" --shard 1/2; exit "$BROKEN" ;;
		esac
		exec "$WHOLE" "$@"
	EOF
	chmod +x "$BATS_TEST_TMPDIR/broken"
	for how in 3 1; do	# missing; interrupted
		WHOLE=$TCPTRAV BROKEN=$how TCPTRAV=$BATS_TEST_TMPDIR/broken \
			run -2 "$experiments/skew" --tiny --jobs 64 --out "$out"
		[[ "$output" == *"ended with status $how"*"--resume goes on" ]]
		[ "$(cat "$out/skew/data.jsonl.xz")" = before ]
	done
	[ -s "$out/skew/raw/skew.jsonl" ]
	"$experiments/skew" --tiny --jobs 64 --resume --out "$out"
	"$experiments/compare-runs" "$out/skew" "$results/skew"
}

@test "wrong use of an experiment is reported" {
	run -2 "$experiments/skew" --sed 3
	[[ "$output" == *'unknown option "--sed"'* ]]
	run -2 "$experiments/skew" --seed x
	run -2 "$experiments/skew" --clock unreal
	[[ "$output" == *'--clock "unreal" is neither real nor virtual' ]]
	run -2 "$experiments/imc05-methods" --tiny --population nosuch \
		--out "$BATS_TEST_TMPDIR/r"
	[[ "$output" == *'no population "nosuch"'* ]]
}

# In each, what stands in results/ is left as it was.
@test "an experiment that cannot run or has no data ends with a reason" {
	cp -r "$results" "$BATS_TEST_TMPDIR/r"
	before=$(cd "$results" && md5sum -- skew/*)
	run -2 "$experiments/skew" --tiny --jobs 9999 --out "$BATS_TEST_TMPDIR/r"
	[[ "$output" == *'--jobs "9999"'*'ended with status 2;'* ]]
	printf '#!/bin/sh\nexit 1\n' >"$BATS_TEST_TMPDIR/broken"
	chmod +x "$BATS_TEST_TMPDIR/broken"
	TCPTRAV=$BATS_TEST_TMPDIR/broken run -2 "$experiments/skew" --tiny \
		--out "$BATS_TEST_TMPDIR/r"
	[[ "$output" == *'ended with status 1; --resume goes on' ]]
	[ "$before" = "$(cd "$BATS_TEST_TMPDIR/r" &&
		md5sum -- skew/*.* | grep -v /raw)" ]
	run -2 "$experiments/skew" --tables --out "$BATS_TEST_TMPDIR/none"
	[[ "$output" == *'has no data for --tables' ]]
	run -2 "$experiments/skew" --tiny --column nosuch
	[[ "$output" == *'no file "nosuch"' ]]
	run -2 "$experiments/run-all" --quik
	[ "${#lines[@]}" = 1 ]
}

@test "--tables uses the population, seed and size of the data" {
	"$experiments/imc05-methods" --tiny --seed 3 --jobs 64 \
		--population today-linux --out "$BATS_TEST_TMPDIR/r"
	before=$(cd "$BATS_TEST_TMPDIR/r" && md5sum -- */*)
	"$experiments/imc05-methods" --tables --out "$BATS_TEST_TMPDIR/r"
	diff <(echo "$before") <(cd "$BATS_TEST_TMPDIR/r" && md5sum -- */*)
}

# differing NAT - a record of a failure where a connection is predicted
differing() {
	jq -cn --arg nat "$1" '{schema: "tcptrav.trial/1", seed: 1,
		method: "stunt1", ttl: "low", variant: "",
		topology: "two-nats", nat_a: $nat, nat_b: $nat, rtt_ms: 40,
		skew_ms: 0, loss: 0, links: "", spoofing: "allowed",
		timeout_ms: 1300, outcome: "failed", mechanism_a: "",
		mechanism_b: "", cause: "nothing-arrived"}'
}

@test "a record that differs from its prediction is run five more times" {
	differing rfc5382 >"$BATS_TEST_TMPDIR/records"
	run -0 "$experiments/lib/recheck" "$BATS_TEST_TMPDIR/records"
	echo "$output"
	[[ "$output" == *'0 agree, 1 differ'* ]]
	[[ "$output" == *$'\n''chance: stunt1 low  two-nats rfc5382 | rfc5382'* ]]
	[[ "$output" == *'5 x connected'*'; agrees'* ]]
	[[ "$output" == *'1 agree; 1 by chance, 0 faults' ]]
	[ "$(jq -r .seed "$BATS_TEST_TMPDIR/records.again" | sort -u |
		wc -l)" = 5 ]
}

# The laboratory is replaced: its runs are those in $runs.
@test "a difference that five runs repeat is a fault, any other is chance" {
	local fake=$BATS_TEST_TMPDIR/tcptrav runs=$BATS_TEST_TMPDIR/runs
	cat >"$fake" <<-FAKE
		#!/bin/bash
		[ "\$1" = lab ] || exec "$TCPTRAV" "\$@"
		while [ "\$1" != --out ]; do shift; done
		cp "$runs" "\$2"
	FAKE
	chmod +x "$fake"
	differing rfc5382 >"$BATS_TEST_TMPDIR/records"
	for i in 1 2 3 4 5; do differing rfc5382; done >"$runs"
	TCPTRAV=$fake run -1 "$experiments/lib/recheck" \
		"$BATS_TEST_TMPDIR/records"
	[[ "$output" == *$'\n''fault: stunt1 low'*'5 x failed'* ]]
	[[ "$output" == *'0 agree; 0 by chance, 1 faults' ]]
	sed -i '3s/"failed"/"not-applicable"/' "$runs"
	TCPTRAV=$fake run -0 "$experiments/lib/recheck" \
		"$BATS_TEST_TMPDIR/records"
	[[ "$output" == *'0 agree; 1 by chance, 0 faults' ]]
}

@test "the other tools have --help and report wrong use" {
	for tool in sweep agreement resume-test draw-population explore-check; do
		"$experiments/$tool" --help | grep -q "^$tool "
		run -2 "$experiments/$tool" --no-such
	done
	"$experiments/sweep" --help | grep -q 'TCPTRAV is the command there'
	run -2 "$experiments/agreement" --seed
	[[ "$output" == *'--seed needs a value' ]]
}
