# Helpers for tables of expected results (tests/lab/expected/README.md).

# table_row FILE NAT SKEW - run every approach between two such NATs and
# compare with the table; prints each cell that differs
# The table's skews are those of a round trip of 40 ms: 5 and 60 against a d
# of 20. All of it is three times as long here, in the same proportion: then
# a busy machine may be 45 ms late before it turns one skew into the other.
table_row()
{
	local expected=$BATS_TEST_DIRNAME/expected/$1 found
	found=$("$TCPTRAV" lab --method all --nat-a "$2" --nat-b "$2" \
		--rtt 120 --skew $((3 * $3)) --jobs 4 --seed 1 --json | cells)
	diff <(expected_cells "$expected" "$2" "$3") <(sort <<<"$found")
}

# cells - records to "approach<TAB>cell" lines
cells()
{
	jq -r '
		def word: {"spoofed-syn-ack":"spoofed","forged-syn-ack":"forged",
			"simultaneous-open":"simultaneous",
			"syn-through-hole":"hole"}[.] // .;
		[([.method, .ttl, .variant] | map(select(. != "")) | join("/")),
		 (if .outcome == "connected"
		  then (.mechanism_a | word) + " " + (.mechanism_b | word)
		  elif .outcome == "failed" then "- " + .cause
		  else .outcome + " " + .cause + " " + .explain end)] | @tsv'
}

# expected_cells FILE NAT SKEW - the same from the table
expected_cells()
{
	awk -F '\t' -v nat="$2" -v skew="$3" '
		NR == 1 { for (i = 3; i <= NF; i++) name[i] = $i }
		$1 == nat && $2 == skew {
			for (i = 3; i <= NF; i++) print name[i] "\t" $i }' \
		"$1" | sort
}

# mechanisms A B - a jq filter
mechanisms()
{
	echo ".outcome == \"connected\" and .mechanism_a == \"$1\" and
		.mechanism_b == \"$2\""
}

both()
{
	mechanisms "$1" "$1"
}
