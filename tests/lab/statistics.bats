#!/usr/bin/env bats
# What the experiments compute: intervals, medians, random numbers, drawn
# populations. Every expected value is worked out by hand, beside the test.

setup() {
	experiments=$BATS_TEST_DIRNAME/../../experiments
	lib=$experiments/lib
	cd "$BATS_TEST_TMPDIR" || exit 1
}

# stats EXPRESSION - in jq, to 4 digits
stats() {
	jq -nc -L "$lib" "import \"stats\" as stats; import \"records\" as records;
		def four: if type == \"array\" then map(four)
			elif type == \"number\" then stats::round(4) else . end;
		$1 | four"
}

@test "Wilson's intervals are those computed by hand" {
	# z^2 = 3.841459. k = 0: the centre is half of the width, so that the
	# interval is [0, z^2 / (n + z^2)] = [0, 3.841459 / 13.841459]
	[ "$(stats 'stats::wilson(0; 10)')" = '[0,0.2775]' ]
	# k = n is its mirror image: [n / (n + z^2), 1]
	[ "$(stats 'stats::wilson(10; 10)')" = '[0.7225,1]' ]
	# p = 1/2: the centre stays 1/2; half the width is z / (1 + z^2/10)
	# sqrt(0.25/10 + z^2/400) = 1.416017 sqrt(0.0346036) = 0.263407
	[ "$(stats 'stats::wilson(5; 10)')" = '[0.2366,0.7634]' ]
	# 184 of 286: p = 0.643357, z^2/n = 0.0134317, centre
	# (0.643357 + 0.0067158) / 1.0134317 = 0.641457; half the width
	# 1.959964 / 1.0134317 sqrt(0.229449/286 + 3.841459/327184)
	# = 1.933988 sqrt(0.00081401) = 0.055178
	[ "$(stats 'stats::wilson(184; 286)')" = '[0.5863,0.6966]' ]
	[ "$(stats 'stats::wilson(0; 0)')" = '[null,null]' ]
	[ "$(stats 'stats::share(184; 286)')" = '[184,286,64.3,58.6,69.7]' ]
}

@test "medians and quantiles are interpolated linearly" {
	[ "$(stats '[3, 1, 2, 10] | stats::median')" = 2.5 ]
	[ "$(stats '[7] | stats::median')" = 7 ]
	[ "$(stats '[] | stats::median')" = null ]
	# 0.9 of the way from the first (0) to the last (4) of five: 3.6, so
	# 0.6 of the way from 4 to 5
	[ "$(stats '[5, 4, 3, 2, 1] | stats::quantile(0.9)')" = 4.6 ]
	[ "$(stats '[5, 1] | stats::quantile(0)')" = 1 ]
	[ "$(stats '[5, 1] | stats::quantile(1)')" = 5 ]
}

@test "numbers are rounded half away from zero and values are counted" {
	[ "$(stats '[0.25, -0.25, 2.449] | map(stats::round(1))')" = \
		'[0.3,-0.3,2.4]' ]
	[ "$(stats '["b", "a", "b", null, ""] | stats::tally(.)')" = \
		'"2 b, 1 a"' ]
}

@test "first order, mechanism and axis are read from a record" {
	local r='{"outcome":"connected","method":"stunt2","opener":"b",
		"mechanism_a":"x","mechanism_b":"y"}'
	[ "$(stats "$r | records::first_order")" = false ]
	# Of the sequential order B is the opener
	[ "$(stats "$r + {method: \"p2pnat\"} | records::first_order")" = true ]
	[ "$(stats "$r | records::mechanism")" = '"x/y"' ]
	[ "$(stats '"n+mapping=address+ports=random" |
		records::axis("mapping")')" = '"address"' ]
	[ "$(stats '"n" | records::axis("mapping")')" = null ]
}

@test "CSV with quotes, commas and comments is read and written" {
	printf '# no\na,"b ""c"", d",e\r\n1,2,\n' >x.csv
	[ "$(awk -f "$lib/csv.awk" -f "$lib/json.awk" x.csv | jq -c .)" = \
		'[{"a":"1","b \"c\", d":"2","e":""}]' ]
	[ "$(printf 'a b\tx_low\tx_high\npercent, "q"\t1\t2.25\n' |
		awk -v as=csv -f "$lib/csv.awk" -f "$lib/table.awk" |
		tail -n 1)" = '"percent, ""q""",1.0,2.2' ]
}

@test "random numbers are those of L'Ecuyer's generator" {
	# From 1 and 1: 40014 - 40692 = -678, so 2147483562 - 678; then
	# 40014^2 - 40692^2 = 1601120196 - 1655838864 = -54718668
	[ "$(awk -f "$lib/random.awk" -f /dev/stdin <<<'BEGIN {
		random_state(r, 1, 1); print random_next(r), random_next(r) }')" \
		= '2147482884 2092764894' ]
	# The n-th state of a multiplicative generator is its multiplier's n-th
	# power
	[ "$(awk -f "$lib/random.awk" -f /dev/stdin <<<'BEGIN {
		random_state(r, 1, 1)
		for (i = 0; i < 1000; i++) x = random_next(r)
		print r["a"], r["b"] }')" = "$(python3 -c '
print(pow(40014, 1000, 2147483563), pow(40692, 1000, 2147483399))')" ]
}

@test "draw-population gives equal NATs for equal arguments only" {
	"$experiments/draw-population" imc05-draft 300 1 >a
	"$experiments/draw-population" imc05-draft 300 1 >b
	"$experiments/draw-population" imc05-draft 300 2 >c
	cmp a b
	! cmp -s a c
	cmp <(sort a) <(sort b)
}

@test "draw-population gives each value its share to the nearest NAT" {
	for population in "$experiments"/populations/*.csv; do
		"$experiments/draw-population" --shares "$population" 1000 5 >shares
		awk -F , -f "$lib/csv.awk" -f /dev/stdin shares <<-'AWK'
		NR > 1 && csv_split($0, f) && (f[3] * 10 - f[4] >= 1 ||
			f[4] - f[3] * 10 >= 1) { print; bad = 1 }
		END { exit bad }
		AWK
	done
}

@test "draw-population --random stays within four standard deviations" {
	# 20000 NATs, a share p: the standard deviation is sqrt(p q / 20000);
	# four of them. (The seed is fixed: this passes always or never.)
	"$experiments/draw-population" --random --shares imc05-draft 20000 3 >shares
	awk -F , -f "$lib/csv.awk" -f /dev/stdin shares <<-'AWK'
	NR > 1 { csv_split($0, f); p = f[3] / 100; d = f[4] / 20000 - p
		if (d * d > 16 * p * (1 - p) / 20000) { print; bad = 1 } }
	END { exit bad }
	AWK
}

@test "draw-population draws groups independently" {
	# 75.9 % independent mapping and 7 % RST: of 20000 NATs 1062.6 have
	# both; standard deviation below 32
	both=$("$experiments/draw-population" imc05-draft 20000 4 |
		grep -v mapping= | grep -c unsolicited-syn=rst)
	[ "$both" -gt 935 ]
	[ "$both" -lt 1190 ]
}

# marginal POPULATION PATTERN GROUP - percent of NATs whose changes have it
marginal() {
	awk -f "$lib/csv.awk" -f /dev/stdin "$experiments/populations/$1.csv" \
		<<-AWK
	!/^#/ && csv_split(\$0, f) && f[1] ~ /^($3)$/ && f[4] ~ /$2/ {
		sum += f[3] }
	END { printf "%.2f", sum }
	AWK
}

@test "the draft's population has the draft's shares" {
	# Table 5.1: what is filtered. A SYN after X is filtered by who filters
	# it after SYN-out alone, too (src/nat/track.c).
	x='after-rst-in=(end|syn-ack)'
	i='time-exceeded-in=(end|syn-ack)'
	[ "$(marginal imc05-draft syn-in-after orders)" = 16.10 ]
	[ "$(marginal imc05-draft "syn-in-after|$i" orders)" = 22.20 ]
	[ "$(marginal imc05-draft "syn-in-after|$x" orders)" = 27.90 ]
	[ "$(marginal imc05-draft 'exceeded-in=end' orders)" = 4.50 ]
	[ "$(marginal imc05-draft 'after-rst-in=end' orders)" = 17.10 ]
}

@test "the independent population has the draft's shares" {
	local name=imc05-draft-independent x syn synack
	while read -r x syn synack; do
		# SYN: 1 - (1 - 0.161)(1 - what is filtered after X alone)
		near "$syn" "100 - 0.839 * (100 - $(marginal $name \
			'=(end|syn-ack)($|[+])' "after-$x"))"
		near "$synack" "$(marginal $name '=(end|syn)($|[+])' "after-$x")"
	done <<<'rst 27.9 17.1
icmp 22.2 4.5'
}

# near NUMBER EXPRESSION
near() {
	awk "BEGIN { d = $1 - ($2); print $1, $2
		exit d > 0.01 || d < -0.01 }"
}

@test "draw-population takes a reader's own CSV" {
	cat >mine.csv <<-'CSV'
	# three quarters of mine
	group,value,share,changes,source
	base,rfc5382,75,,"my own count, 2026"
	base,symmetric,25,,"my own count, 2026"
	answer,silent,50,,assumed
	answer,rst,50,unsolicited-syn=rst,assumed
	CSV
	"$experiments/draw-population" mine.csv 40 9 >nats
	[ "$(wc -l <nats)" = 40 ]
	[ "$(grep -c '^rfc5382' nats)" = 30 ]
	[ "$(grep -c '+unsolicited-syn=rst$' nats)" = 20 ]
	[ "$(sort -u nats | wc -l)" = 4 ]
}

# refused TEXT - does draw refuse x.csv, saying so?
refused() {
	! said=$("$experiments/draw-population" x.csv 10 1 2>&1 >out)
	echo "$said"
	[[ "$said" == *"$1"* ]]
	[ ! -s out ]
}

@test "draw-population reports what is wrong with a population" {
	echo group,value,share,changes >x.csv
	refused 'no column "source"'
	printf 'group,value,share,changes,source\na,b,50,,x\na,c,40,,x\n' >x.csv
	refused 'the shares of "a" make 90, not 100'
	printf 'group,value,share,changes,source\na,b,,,x\n' >x.csv
	refused '"" is no share'
	printf 'group,value,share,changes,source\na,b,100,,\n' >x.csv
	refused 'must have a source'
	printf 'group,value,share,changes,source\na,b,100,x\n' >x.csv
	refused 'not 5 fields'
	echo '# nothing' >x.csv
	refused 'an empty population'
	! "$experiments/draw-population" nosuch 1 1
	! "$experiments/draw-population" imc05-draft -1 1
}

@test "NAT Check's vendors have as many NATs of each kind as published" {
	awk -f "$lib/csv.awk" -f "$lib/vendors.awk" \
		"$experiments/published/p2pnat2005-vendors.csv" >nats
	[ "$(wc -l <nats)" = 286 ]
	[ "$(grep -vcE 'mapping|unsolicited' nats)" = 184 ]
	# D-Link: 10 of 19 fail; 5 of 21 did for UDP, 19 * 5/21 = 4.5: 5 are
	# inconsistent, the other 5 answer with RST; 2 hairpin
	grep '^D-Link' nats >d-link
	[ "$(wc -l <d-link)" = 19 ]
	[ "$(grep -c mapping= d-link)" = 5 ]
	[ "$(grep -c unsolicited-syn=rst d-link)" = 5 ]
	[ "$(grep -c hairpin=external d-link)" = 2 ]
}
