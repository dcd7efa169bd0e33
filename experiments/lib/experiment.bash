# experiment.bash - sourced by each experiment: its options, its trials, its
# tables, its provenance. docs/experiments.md says what comes of it.
#
#	--quick         fewer of everything
#	--seed N        of populations and trials (1)
#	--jobs N        trials at once (16)
#	--out DIR       results go to DIR/NAME (results)
#	--resume        go on where an earlier run was ended
#	--tables        no trials: tables and plots anew, of the data there is
#	--population P  where there is one: another file or name
#	--column FILE   where one is published: another one, to stand beside
# shellcheck shell=bash
set -u
name=$(basename "$0")
here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
lib=$here/lib
published=$here/published
tcptrav=${TCPTRAV:-$root/tcptrav}
command="experiments/$name $*"
seed=1 jobs=16 size=full out=$root/results resume='' tables='' trials=0
population='' column=''
lab=()		# options of tcptrav lab for each part: the clock, the kernel
. "$lib/setting.bash"

# die WHY... - in a part of a pipeline, too, where exit ends that part alone:
# broken stands for it until gather
die()
{
	echo "$name: $*" >&2
	[ ! -d "${work:-}" ] || : >"$work/broken"
	exit 2
}

usage()
{
	sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"
	sed -n 's/^#\t/    /p' "$lib/experiment.bash"
}

while [ $# -gt 0 ]; do
	case $1 in
	--quick | --tiny) size=${1#--} ;;
	--resume | --tables) printf -v "${1#--}" yes ;;
	--seed | --jobs | --out | --population | --column)
		[ $# -ge 2 ] || die "$1 needs a value"
		printf -v "${1#--}" %s "$2"
		shift
		;;
	--help) usage; exit 0 ;;
	*) die "unknown option \"$1\"; see --help" ;;
	esac
	shift
done
[[ "$seed" =~ ^[0-9]+$ && "$jobs" =~ ^[1-9][0-9]*$ ]] ||
	die "--seed $seed --jobs $jobs: these are numbers"
[ -x "$tcptrav" ] || die "$tcptrav is not there: make"
[ -z "$column" ] || [ -r "$column" ] || die "no file \"$column\""
out=$out/$name
raw=$out/raw
# tables are of the data that there is: its size, seed and population
if [ -n "$tables" ]; then
	[ -s "$out/data.jsonl.xz" ] && read -r size seed population < <(
		jq -r '"\(.size) \(.seed) \(.population)"' \
			"$out/provenance.json") ||
		die "\"$out\" has no data for --tables"
fi
work=$(mktemp -d)
trap leave EXIT

# by_size FULL QUICK TINY - the one of this run
by_size()
{
	case $size in
	full) echo "$1" ;;
	quick) echo "$2" ;;
	tiny) echo "$3" ;;
	esac
}

# seconds - run time so far, over all that were resumed
seconds()
{
	echo $(($(cat "$raw/seconds" 2>/dev/null || echo 0) + SECONDS))
}

leave()
{
	[ ! -d "$raw" ] || seconds >"$work/seconds"
	[ ! -d "$raw" ] || mv "$work/seconds" "$raw/seconds"
	rm -rf "$work"
}

# begin TITLE QUESTION SOURCE... - before the trials
begin()
{
	title=$1 question=$2
	shift 2
	sources=("$@")
	[ -z "$tables" ] || return 0
	[ -n "$resume" ] || rm -rf "$raw"
	mkdir -p "$raw" || die "cannot write to $raw"
}

# finished - is there nothing to run? With --tables, and with --resume when
# the data of this very run is there, and nothing of a later one
finished()
{
	[ -z "$tables" ] || return 0
	[ -n "$resume" ] && ! find "$raw" -type f ! -name seconds | grep -q . &&
		jq -e --argjson seed "$seed" --arg size "$size" \
		--arg population "$population" \
		'.seed == $seed and .size == $size and
		 .population == $population' \
		"$out/provenance.json" >/dev/null 2>&1 && rm -rf "$raw"
}

# is_whole NAME - has each trial of that part's plan a record?
is_whole()
{
	local count
	count=$("$tcptrav" lab --plan "$raw/$1.plan" --dry-run) &&
		[ -f "$raw/$1.jsonl" ] &&
		[ "$(wc -l <"$raw/$1.jsonl")" -eq "${count%% *}" ]
}

# part NAME - run the plan on standard input (tcptrav lab --plan); its records
# go to raw/NAME.jsonl. A trial in which the laboratory broke says nothing of
# the method: it is run again, twice. What was cut short is not gone on with:
# where a pipe leads here, die ends no more than this, and gather sees to it.
part()
{
	local file=$raw/$1.jsonl status try more=()
	cat >"$raw/$1.plan"
	[ -z "$resume" ] || more+=(--resume)
	for try in 1 2 3; do
		status=0
		"$tcptrav" lab "${lab[@]}" --plan "$raw/$1.plan" --out "$file" \
			--seed "$seed" --jobs "$jobs" "${more[@]}" || status=$?
		is_whole "$1" ||
			die "the laboratory ended with status $status;" \
				"--resume goes on"
		[ $status != 0 ] || return 0
		more=(--resume)
		[ $try = 3 ] || without_errors "$file"
	done
	echo "$name: some trials broke three times; they stay in the data" >&2
}

# without_errors FILE - of records
without_errors()
{
	grep -vF '"outcome":"error"' "$1" >"$work/records"
	mv "$work/records" "$1"
}

# gather - the records of all parts, in the order of the plan, into
# data.jsonl.xz, each with the name of its part. What there was stays until
# they are all there.
gather()
{
	local file plan
	[ ! -e "$work/broken" ] || exit 2
	for plan in "$raw"/*.plan; do
		[ -f "$plan" ] || continue
		plan=$(basename "$plan" .plan)
		is_whole "$plan" ||
			die "part \"$plan\" is not whole; --resume goes on"
	done
	for file in "$raw"/*.jsonl; do
		"$lib/by-seed" <"$file" |
			sed "s/^{/{\"part\":\"$(basename "$file" .jsonl)\",/"
	done | xz -T0 >"$work/data.xz" &&
		[ "$(xz -dc "$work/data.xz" | wc -l)" -eq \
			"$(cat "$raw"/*.jsonl | wc -l)" ] &&
		mv "$work/data.xz" "$out/data.jsonl.xz" ||
		die 'cannot write the data'
	provenance
	rm -rf "$raw"
}

# records [PART] - of the data
records()
{
	xz -dc "$out/data.jsonl.xz" | if [ $# -gt 0 ]; then
		grep -F "{\"part\":\"$1\","
	else
		cat
	fi
}

# commit - of the program; what the experiments write makes it no other
commit()
{
	local changes
	changes=$(git -C "$root" status --porcelain -- . ':!results' \
		2>/dev/null) || return 0
	echo "$(git -C "$root" describe --always)${changes:+-dirty}"
}

provenance()
{
	jq -n --arg name "$name" --arg title "$title" \
		--arg question "$question" \
		--arg version "$("$tcptrav" --version | sed 's/.* //')" \
		--arg commit "$(commit)" \
		--argjson seed "$seed" --arg kernel "$(uname -sr)" \
		--arg os "$(. /etc/os-release && echo "$PRETTY_NAME")" \
		--argjson cores "$(nproc)" --arg date "$(date -u +%FT%TZ)" \
		--arg command "$command" --arg size "$size" \
		--arg population "$population" \
		--argjson seconds "$(seconds)" \
		--argjson trials "$(records | wc -l)" '{ $name, $title,
		$question, $version, $commit, $seed, $kernel, $os, $cores,
		$date, $command, quick: ($size != "full"), $size, $population,
		$seconds, $trials, sources: $ARGS.positional }' \
		--args "${sources[@]}" >"$out/provenance.json"
}

# page - begin table.md
page()
{
	{
		printf '# %s\n\n%s\n' "$title" "$question"
		[ "$size" = full ] && jq -e '.quick | not' \
			"$out/provenance.json" >/dev/null ||
			printf '\n*A quick run: fewer trials than the full one.*\n'
	} >"$out/table.md"
}

# table NAME TITLE - a table of tab-separated fields, from standard input:
# NAME.csv, and in table.md
table()
{
	tee "$work/table" | awk -v as=csv -f "$lib/csv.awk" \
		-f "$lib/table.awk" >"$out/$1.csv"
	{
		printf '\n## %s\n\n' "$2"
		awk -v as=markdown -f "$lib/csv.awk" -f "$lib/table.awk" \
			"$work/table"
	} >>"$out/table.md"
}

# note TEXT... - paragraphs in table.md
note()
{
	printf '\n%s\n' "$@" | fold -s -w 79 | sed 's/ *$//' >>"$out/table.md"
}

# analyse PROGRAM ARGUMENT... - a jq program over the records that come in, as
# an array; it has the modules stats and records
analyse()
{
	local program=$1
	shift
	jq -s -r -L "$lib" "$@" 'import "stats" as stats;
		import "records" as records; '"$program"
}

# csv_json FILE - a CSV with names in its first line, as an array of objects
csv_json()
{
	awk -f "$lib/csv.awk" -f "$lib/json.awk" "$1"
}

# plot KIND NAME OPTION... - NAME.svg of the CSV on standard input
# (experiments/lib/plot)
plot()
{
	"$lib/plot" "$1" "${@:3}" --out "$out/$2.svg"
}

# draw N [--shares] - NATs of the population of this run
draw()
{
	"$here/draw-population" "${@:2}" "$population" "$1" "$seed" ||
		die "no NATs of $population"
}

# drawn N - what was drawn, beside what the population says, as a table
drawn()
{
	draw "$1" --shares >"$work/drawn.csv"
	csv_json "$work/drawn.csv" | jq -r \
		'["group", "value", "nominal_percent", "drawn_percent", "n"], (.[] |
		 [.group, .value, .nominal_percent,
		  ((.drawn | tonumber) / (.of | tonumber) * 1000 | round / 10),
		  .drawn]) | @tsv' | table population 'The population as drawn'
}
