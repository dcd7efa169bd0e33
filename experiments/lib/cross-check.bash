# cross-check.bash - sourced by experiment.bash: of an experiment in virtual
# time a random sample of the trials is repeated in real time. Do outcome,
# mechanism and cause agree?
# shellcheck shell=bash disable=SC2154 # variables of experiment.bash

real_jobs=16	# trials of the sample at once

# keys - "PART SEED" of each record on standard input, before the record
keys()
{
	sed -n 's/^{"part":"\([^"]*\)",.*"seed":\([0-9]*\),.*/\1 \2\t&/p'
}

# repeat_in_real_time PART SEEDS - the trials of that part whose seeds are in
# the file SEEDS; their records go to raw/real/PART.jsonl. The laboratory runs
# the trials without a record: it is given the records of all the others. An
# experiment with other trials than the laboratory's has its own.
repeat_in_real_time()
{
	local file=$raw/real/$1.jsonl
	if [ ! -f "$file" ]; then
		awk 'NR == FNR { sampled[$1]; next }
			match($0, /"seed":[0-9]+/) &&
			!(substr($0, RSTART + 7, RLENGTH - 7) in sampled)' \
			"$2" "$raw/$1.jsonl" >"$work/others" &&
			mv "$work/others" "$file" ||
			die "cannot write to $raw/real"
	fi
	run_plan "$1" "$file" real "$real_jobs" --resume
}

# cross_check - after the trials: the sample's records, into work/real.xz
cross_check()
{
	local part
	mkdir -p "$raw/real" || die "cannot write to $raw"
	all_records | keys | cut -f 1 |
		awk -v seed="$seed" -v least="$(by_size 20 20 3)" \
		-f "$lib/random.awk" -f "$lib/sample.awk" >"$work/sample"
	cut -d ' ' -f 1 "$work/sample" | uniq | while read -r part; do
		awk -v part="$part" '$1 == part { print $2 }' \
			"$work/sample" >"$work/seeds"
		repeat_in_real_time "$part" "$work/seeds" </dev/null
	done
	[ ! -e "$work/broken" ] || exit "$(cat "$work/broken")"
	cut -d ' ' -f 1 "$work/sample" | uniq | while read -r part; do
		sed -n "/\"clock\":\"real\"/s/^{/{\"part\":\"$part\",/p" \
			"$raw/real/$part.jsonl" | "$lib/by-seed"
	done | xz >"$work/real.xz" || die 'cannot write the cross-check'
}

# chance RECORD - yes if two runs of this trial may differ: over a link that
# loses or delays at random, or where predict says so; else no
chance()
{
	local options
	jq -e '(.loss // 0) > 0 or (.links // "") != ""' <<<"$1" >/dev/null &&
		{ echo yes; return; }
	jq -e .method <<<"$1" >/dev/null || { echo no; return; }
	mapfile -t options < <(jq -r '"--method=\(.method)",
		"--ttl=\(if .ttl == "none" then "none"
			else .ttl_a // "auto" end)",
		(.variant | select(. != "") | "--" + .),
		"--topology=\(.topology)", "--rtt=\(.rtt_ms)",
		"--skew=\(.skew_ms)", "--timeout=\(.timeout_ms)",
		"--spoofing=\(.spoofing)", .nat_a,
		(.nat_b | select(. != ""))' <<<"$1")
	"$tcptrav" predict --json "${options[@]}" 2>/dev/null |
		jq -r 'if .chance then "yes" else "no" end'
}

# compared - both clocks' records of the sample, as one JSON object: how many
# there are, how many agree in what, and those that differ
compared()
{
	local pair
	xz -dc "$out/cross-check.jsonl.xz" | keys >"$work/real"
	xz -dc "$out/data.jsonl.xz" | keys | awk -F '\t' '
		NR == FNR { real[$1] = $2; next }
		$1 in real { print "[" $2 "," real[$1] "]" }' \
		"$work/real" - >"$work/pairs"
	jq -c -L "$lib" 'import "records" as records;
		def outcome: .outcome // del(.part, .clock, .kernel);
		def mechanism: [.mechanism_a, .mechanism_b];
		. as [$virtual, $real] |
		{ outcome: (($virtual | outcome) == ($real | outcome)),
		  mechanism: (($virtual | mechanism) == ($real | mechanism)),
		  cause: ($virtual.cause == $real.cause),
		  record: $virtual,
		  virtual: ($virtual | records::said),
		  real: ($real | records::said) }' "$work/pairs" \
		>"$work/agreement"
	jq -c 'select(.outcome and .mechanism and .cause | not)' \
		"$work/agreement" | while read -r pair; do
		jq -c --arg chance "$(chance "$(jq -c .record <<<"$pair")")" \
			-L "$lib" 'import "records" as records;
			.record as $r | { part: $r.part, seed: $r.seed,
			approach: ($r | records::approach), nat_a:
			($r.nat_a // $r.nat), nat_b: ($r.nat_b // ""),
			topology: $r.topology, rtt_ms: $r.rtt_ms,
			skew_ms: $r.skew_ms, loss: $r.loss, virtual, real,
			$chance }' <<<"$pair"
	done >"$work/differences"
	jq -s --slurpfile differences "$work/differences" \
		--arg kernel "$(jq -r '.[1].kernel' "$work/pairs" |
			head -n 1)" '
		def count(f): map(select(f)) | length;
		{ clock: "real", kernel: "Linux \($kernel)", trials: length,
		  outcome: count(.outcome), mechanism: count(.mechanism),
		  cause: count(.cause), by_chance:
		  ($differences | map(select(.chance == "yes")) | length),
		  $differences }' "$work/agreement"
}

# cross_checked - the section of table.md on it; cross-check.csv: what differs
cross_checked()
{
	local title='Repeated in real time'
	[ "$clock" = virtual ] || return 0
	compared >"$work/compared"
	if jq -e '.differences == []' "$work/compared" >/dev/null; then
		printf '\n## %s\n' "$title" >>"$out/table.md"
	else
		jq -r '["part", "seed", "approach", "NAT A", "NAT B",
			"topology", "rtt_ms", "skew_ms", "loss",
			"virtual time", "real time", "by chance"],
			(.differences[] | [.part, .seed, .approach, .nat_a,
			.nat_b, .topology, .rtt_ms, .skew_ms, .loss, .virtual,
			.real, .chance]) | @tsv' "$work/compared" |
			table cross-check "$title: what differs"
	fi
	note "$(jq -r '"\(.trials) trials of these, drawn at random, were repeated in real time on \(.kernel). \(.outcome) agree in the outcome, \(.mechanism) in the mechanism, \(.cause) in the cause. \(.differences | length) differ in one of these, \(.by_chance) of them by chance: over a link that loses or delays packets at random, or where predict says that chance decides."' \
		"$work/compared")"
}
