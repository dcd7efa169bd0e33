# experiments/report: the page of all results. The numbers in fixture/ are made
# up; that the experiments' own tables are read is tested with the experiments.

bats_require_minimum_version 1.5.0

setup()
{
	here=$BATS_TEST_DIRNAME
	report=$here/../../experiments/report
	results=$BATS_TEST_TMPDIR/results
	page=$results/index.html
	mkdir "$results"
}

# with NAME... - those folders of the fixture
with()
{
	for name; do
		cp -r "$here/fixture/$name" "$results/"
	done
}

@test "what is in a folder is on the page, quoted, and the same bytes again" {
	with made-up ladders
	"$report" "$results"
	for text in 'FIXTURE: a &lt; b &amp; "c"' \
		'<strong>12.3&nbsp;%</strong>' 'quick run' '1,234 trials' \
		'a | b &lt;script&gt;' 'a source, made up' '2 h 2 min' \
		'href="made-up/table.csv"' 'syn-through-hole' 'class="ladder"' \
		'It should have come to rst-from-nat'; do
		echo "$text"
		sed 's/\xc2\xa0/\&nbsp;/g' "$page" | grep -qF -- "$text"
	done
	run ! grep -F '<script>alert' "$page"
	sum=$(md5sum <"$page")
	PYTHONHASHSEED=7 "$report" "$results"
	[ "$sum" = "$(md5sum <"$page")" ]
	[ "$(ls "$results")" = $'index.html\nladders\nmade-up' ]
}

@test "without any experiment the page says so" {
	"$report" "$results"
	grep -qF 'no experiment' "$page"
	run ! grep -F 'trials' "$page"
	"$here/check-page" "$page"
}

@test "a folder that is not as it must be is named, and no page is left" {
	mkdir "$results/latency"
	echo '{"title": "T"}' >"$results/latency/provenance.json"
	run -1 "$report" "$results"
	[ "$output" = 'report: latency has no table.csv' ]
	[ ! -e "$page" ]
}

@test "in a browser: nothing from elsewhere, as wide as a telephone" {
	with made-up ladders
	"$report" "$results"
	"$here/check-page" "$page"
}

@test "check-page sees what is wrong" {
	cat >"$page" <<-'END'
	<!DOCTYPE html><title>x</title><h1>x</h1>
	<img src="http://192.0.2.1/x.png" alt="x"><p style="width: 500px">wide
	END
	run -1 "$here/check-page" "$page"
	echo "$output"
	[[ "$output" == *'http://192.0.2.1/x.png'* ]]
	[[ "$output" == *wide* ]]
}
