#!/usr/bin/env bats
# The report: made of results in the experiments' form (a fixture, all of whose
# numbers are made up), and looked at in a headless Chromium; and the report
# that is committed.

bats_require_minimum_version 1.5.0

setup_file() {
	# a browser at a time: one that is slow is taken for one that hangs
	export BATS_NO_PARALLELIZE_WITHIN_FILE=true
	export here=$BATS_TEST_DIRNAME
	export root=$here/../..
	export results=$BATS_FILE_TMPDIR/results
	"$here/fixture" "$results"
	"$root/experiments/report" "$results"
}

# found NAME - what the page says was found, as text
found() {
	sed -n "/<section id=\"$1\">/,/<\/section>/p" "$results/index.html" |
		sed -n 's/<p class="found">\(.*\)<\/p>/\1/p' |
		sed 's/<[^>]*>//g; s/\xc2\xa0/ /g'
}

@test "the page passes the browser checks: complete, 360 px wide, no external resource" {
	"$here/check-page" "$results/index.html"
}

@test "the committed page is generated from the committed results" {
	cp -r "$root/results" "$BATS_TEST_TMPDIR/committed"
	rm "$BATS_TEST_TMPDIR/committed/index.html"
	"$root/experiments/report" "$BATS_TEST_TMPDIR/committed"
	cmp "$root/results/index.html" \
		"$BATS_TEST_TMPDIR/committed/index.html"
	"$here/check-page" "$root/results/index.html"
}

# Each number is one of the fixture's, or follows from them: 84 of 100; shares
# 30 + (7 n + shift) mod 60 of the n-th approach; 180 of 286 are 62.9 %.
@test "each finding has the numbers of its tables" {
	[[ "$(found imc05-sequences)" == "Of 100 NATs, 84.0 % (95 %: 75.6 to"*\
"more than 2.8 points from the draft's"* ]]
	[[ "$(found imc05-methods)" == *"more than 86.0 % (95 %: 80.5 to 91.5)"*\
"all failures, 83 % are port-not-predicted." ]]
	[[ "$(found method-matrix)" == *" 84.0 % (skew below d)"*" 31.0 % "* ]]
	[[ "$(found p2pnat-vendors)" == "62.9 % of 286 NATs"*\
"reported 64.3 % (95 %: 58.6 to 69.7) of 286. With retries 215 of them do." ]]
	[[ "$(found skew)" == *"drop an unsolicited SYN, all 10 approaches"*\
"answer it with RST, 0 of 10"*"390 of 400 trials ended as derived"* ]]
	[[ "$(found latency)" == *"1.02 to 1.04 of the lower bound. At 300 ms, "*\
"1.75 round trips"*"4.40." ]]
	[[ "$(found linux-today)" == *"10 of 10 approaches with a skew below d "*\
"20 of 20 cells"* ]]
	[[ "$(found dcutr-2025)" == *"connects 36 to 50 % of pairs"*\
"it is 50.0 % (95 %: 44.5 to 55.5)"* ]]
	[[ "$(found ttl)" == *"in 90 of 100 trials"*\
"2 and 3 with 1 level; 3 and 4 with 2 levels." ]]
	[ -z "$(found unheard-of)" ]
}

@test "text from files is escaped, and every figure and table is on the page" {
	page=$results/index.html
	grep -F 'is the page &lt;right&gt;?' "$page"
	grep -F 'Odd words &lt;b&gt;&amp;amp;&lt;/b&gt;' "$page"
	grep -F '<th scope="row">1 | 2</th>' "$page"
	grep -F '<a href="https://example.org/made-up">' "$page"
	grep -F 'with <em>emphasis</em>' "$page"
	grep -F '1,000, in 62 min 5 s' "$page"
	# every figure and table is there
	for svg in "$results"/*/*.svg; do
		title=$(sed -n 's/.*<title>\(.*\)<\/title>.*/\1/p' "$svg" |
			head -n 1)
		grep -F "<title>${title%%</title>*}</title>" "$page"
	done
	for table in "$results"/*/*.csv; do
		grep -F "$(basename "$(dirname "$table")")/$(basename "$table")" \
			"$page"
	done
}

@test "the same results give the same page" {
	cp "$results/index.html" "$BATS_TEST_TMPDIR/first"
	PYTHONHASHSEED=7 "$root/experiments/report" "$results"
	cmp "$results/index.html" "$BATS_TEST_TMPDIR/first"
}

@test "a malformed table is reported and the earlier page stays" {
	cp -r "$results" "$BATS_TEST_TMPDIR/broken"
	sed -i '1s/percent/per_cent/' \
		"$BATS_TEST_TMPDIR/broken/method-matrix/table.csv"
	run "$root/experiments/report" "$BATS_TEST_TMPDIR/broken"
	[ "$status" = 1 ]
	[[ "$output" == 'report: no number in column "percent"'* ]]
	cmp "$results/index.html" "$BATS_TEST_TMPDIR/broken/index.html"
	[ ! -e "$BATS_TEST_TMPDIR/broken/index.html.part" ]
	run "$root/experiments/report" "$BATS_TEST_TMPDIR/nowhere"
	[ "$status" = 1 ]
	[[ "$output" == 'report: there is no folder "'*'/nowhere"' ]]
	run "$root/experiments/report" a b
	[ "$status" = 2 ]
}

@test "a page without experiments says that there are none" {
	mkdir "$BATS_TEST_TMPDIR/empty"
	"$root/experiments/report" "$BATS_TEST_TMPDIR/empty"
	page=$BATS_TEST_TMPDIR/empty/index.html
	grep -F "no experiment's results are beside this page" "$page"
	run ! grep -E '[0-9] trials' "$page"
	"$here/check-page" "$page"
}

@test "check-page finds each defect of a bad page" {
	cat >"$BATS_TEST_TMPDIR/bad.html" <<-'END'
	<!DOCTYPE html><html lang="en">
	<meta name="viewport" content="width=device-width">
	<style>body { background: #fff } .x { color: #999 }</style>
	<main><h1>a</h1><h3 id="a">b</h3><p id="a" class="x">pale</p>
	<p style="font-size: 5px">tiny</p><div style="width: 500px">wide</div>
	<svg width="20" height="20"></svg><img src="http://127.0.0.1:9/x.png">
	<table><tr><td>x</td></tr></table>
	<a href="#nowhere">x</a><a href="none.csv">y</a>
	<details><summary>s</summary><p>folded</p></details></main>
	<script>console.log('hi'); throw new Error('boom')</script></html>
	END
	run "$here/check-page" "$BATS_TEST_TMPDIR/bad.html"
	[ "$status" = 1 ]
	for complaint in '320 px: the page is ' '360 px: the page is ' \
		'too pale, light 2.8: pale' 'too small, 5.0 px: tiny' \
		'a picture without a name: <svg' \
		'a picture without a name: <img' 'a table without heads: x' \
		'an id twice: a' 'leads nowhere: #nowhere' \
		'a resource from elsewhere: http://127.0.0.1:9/x.png' \
		'a heading that skips a level: b' 'not there: none.csv' \
		'fetched: http://127.0.0.1:9/x.png' 'on the console: ' \
		'not printed: folded'; do
		echo "$complaint"
		[[ "$output" == *"$complaint"* ]]
	done
}
