# experiment.bash - sourced by each experiment: its options, its trials, its
# tables, its provenance. docs/experiments.md says what comes of it. Before, an
# experiment may set own_clock (real or both: --clock is ignored) and tiny_clock
# (of --tiny, the smallest form, for tests: real, in which few trials are
# faster than the boot of a guest).
#
#	--quick         fewer of everything
#	--seed N        of populations and trials (1)
#	--clock C       virtual (of guests: 'make virtual') or real (virtual)
#	--jobs N        trials at once (16; of guests one a processor)
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
# the command of the guests, if it is another: a sanitizer's does not fit there
guest_tcptrav=${TCPTRAV_VIRTUAL:-$tcptrav}
command="experiments/$name $*"
seed=1 jobs='' clock='' size=full out=$root/results resume='' tables='' trials=0
population='' column=''
part_clock=''	# of a part, if own_clock is both
lab=()		# options of tcptrav lab for each part: the kernel
. "$lib/setting.bash"
. "$lib/cross-check.bash"

# die WHY...
die()
{
	echo "$name: $*" >&2
	end 2
}

# end STATUS - in a part of a pipeline, too, where exit ends that part alone:
# broken has the status until gather
end()
{
	[ ! -d "${work:-}" ] || echo "$1" >"$work/broken"
	exit "$1"
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
	--seed | --jobs | --clock | --out | --population | --column)
		[ $# -ge 2 ] || die "$1 needs a value"
		printf -v "${1#--}" %s "$2"
		shift
		;;
	--help) usage; exit 0 ;;
	*) die "unknown option \"$1\"; see --help" ;;
	esac
	shift
done
if [ -n "${own_clock:-}" ]; then
	[ -z "$clock" ] || echo "$name: its clock is $own_clock" >&2
	clock=$own_clock
elif [ -z "$clock" ]; then
	clock=virtual
	[ "$size" != tiny ] || clock=${tiny_clock:-real}
fi
case $clock in
virtual) jobs=${jobs:-$(nproc)} ;;
real | both) jobs=${jobs:-$real_jobs} ;;
*) die "--clock \"$clock\" is neither real nor virtual" ;;
esac
[[ "$seed" =~ ^[0-9]+$ && "$jobs" =~ ^[1-9][0-9]*$ ]] ||
	die "--seed $seed --jobs $jobs: these are numbers"
[ -x "$tcptrav" ] || die "$tcptrav is not there: make"
[ -z "$column" ] || [ -r "$column" ] || die "no file \"$column\""
out=$out/$name
raw=$out/raw
# tables are of the data that there is: its clock, size, seed and population
if [ -n "$tables" ]; then
	[ -s "$out/data.jsonl.xz" ] && read -r clock size seed population < <(
		jq -r '"\(.clock // "real") \(.size) \(.seed) " +
			.population' \
			"$out/provenance.json") ||
		die "\"$out\" has no data for --tables"
fi
# what is found does not matter: no retransmissions
[ "$size" != tiny ] || order=timeout=600
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
	[ "$(cat "$raw/clock" 2>/dev/null || echo "$clock")" = "$clock" ] ||
		die "$raw is of --clock $(cat "$raw/clock")"
	echo "$clock" >"$raw/clock"
}

# finished - is there nothing to run? With --tables, and with --resume when
# the data of this very run is there, and nothing of a later one
finished()
{
	[ -z "$tables" ] || return 0
	[ -n "$resume" ] && ! find "$raw" -type f ! -name seconds ! -name clock |
		grep -q . &&
		jq -e --argjson seed "$seed" --arg size "$size" \
		--arg population "$population" --arg clock "$clock" \
		'.seed == $seed and .size == $size and
		 (.clock // "real") == $clock and
		 .population == $population' \
		"$out/provenance.json" >/dev/null 2>&1 && rm -rf "$raw"
}

# is_whole NAME FILE - has each trial of that part's plan a record in FILE?
is_whole()
{
	local count
	count=$("$tcptrav" lab --plan "$raw/$1.plan" --dry-run) &&
		[ -f "$2" ] && [ "$(wc -l <"$2")" -eq "${count%% *}" ]
}

# part NAME - run the plan on standard input (tcptrav lab --plan); its records
# go to raw/NAME.jsonl.
part()
{
	[ ! -e "$work/broken" ] || exit "$(cat "$work/broken")"
	cat >"$raw/$1.plan"
	run_plan "$1" "$raw/$1.jsonl" "${part_clock:-$clock}" "$jobs" \
		${resume:+--resume}
}

# run_plan NAME FILE CLOCK JOBS [--resume] - the records of that part's plan to
# FILE. A trial in which the laboratory broke says nothing of the method: it is
# run again, twice. What was cut short is not gone on with: where a pipe leads
# here, die ends no more than this, and gather sees to it. Without the guest
# kernel the laboratory has said so, with what makes it.
run_plan()
{
	local file=$2 status try program=$tcptrav more=("${@:5}")
	[ "$3" = real ] || program=$guest_tcptrav
	for try in 1 2 3; do
		status=0
		"$program" lab "${lab[@]}" --plan "$raw/$1.plan" --out "$file" \
			--clock "$3" --seed "$seed" --jobs "$4" \
			"${more[@]}" || status=$?
		[ "$3 $status" != 'virtual 3' ] || end 3
		is_whole "$1" "$file" ||
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

# all_records - of all parts, in the order of the plan, each with its part
all_records()
{
	local file
	for file in "$raw"/*.jsonl; do
		"$lib/by-seed" <"$file" |
			sed "s/^{/{\"part\":\"$(basename "$file" .jsonl)\",/"
	done
}

# gather - the records of all parts into data.jsonl.xz, and in virtual time
# those of the sample in real time. What there was stays until they are all
# there.
gather()
{
	local plan
	[ ! -e "$work/broken" ] || exit "$(cat "$work/broken")"
	for plan in "$raw"/*.plan; do
		[ -f "$plan" ] || continue
		plan=$(basename "$plan" .plan)
		is_whole "$plan" "$raw/$plan.jsonl" ||
			die "part \"$plan\" is not whole; --resume goes on"
	done
	[ "$clock" != virtual ] || cross_check
	all_records | xz -T0 >"$work/data.xz" &&
		[ "$(xz -dc "$work/data.xz" | wc -l)" -eq \
			"$(cat "$raw"/*.jsonl | wc -l)" ] &&
		mv "$work/data.xz" "$out/data.jsonl.xz" ||
		die 'cannot write the data'
	rm -f "$out"/cross-check.*
	[ "$clock" != virtual ] ||
		mv "$work/real.xz" "$out/cross-check.jsonl.xz" ||
		die 'cannot write the cross-check'
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

# kernel - that of the trials: in virtual time the guests'
kernel()
{
	records | jq -rn '[inputs.kernel] | unique | "Linux " + join(", ")'
}

provenance()
{
	echo null >"$work/compared"
	[ "$clock" != virtual ] || compared >"$work/compared"
	jq -n --arg name "$name" --arg title "$title" \
		--arg question "$question" \
		--arg version "$("$tcptrav" --version | sed 's/.* //')" \
		--arg commit "$(commit)" \
		--argjson seed "$seed" --arg clock "$clock" \
		--arg kernel "$(kernel)" \
		--slurpfile compared "$work/compared" \
		--arg os "$(. /etc/os-release && echo "$PRETTY_NAME")" \
		--argjson cores "$(nproc)" --arg date "$(date -u +%FT%TZ)" \
		--arg command "$command" --arg size "$size" \
		--arg population "$population" \
		--argjson seconds "$(seconds)" \
		--argjson trials "$(records | wc -l)" '{ $name, $title,
		$question, $version, $commit, $seed, $clock, $kernel, $os,
		$cores, $date, $command, quick: ($size != "full"), $size,
		$population, $seconds, $trials,
		sources: $ARGS.positional } +
		($compared[0] | if . then { cross_check: . } else {} end)' \
		--args "${sources[@]}" >"$out/provenance.json"
}

# page - begin table.md
page()
{
	{
		printf '# %s\n\n%s\n' "$title" "$question"
		jq -r '"\nClock: \(.clock // "real"), on \(.kernel)."' \
			"$out/provenance.json"
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
