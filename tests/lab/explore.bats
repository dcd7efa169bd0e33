# tcptrav explore: at which skews a method connects.
bats_require_minimum_version 1.5.0

setup()
{
	TCPTRAV=${TCPTRAV:-$BATS_TEST_DIRNAME/../../tcptrav}
}

@test "explore refuses what it cannot explore" {
	run -2 "$TCPTRAV" explore rst rst rst
	[[ "$output" == *'"rst" is one NAT too many'* ]]
	run -2 "$TCPTRAV" explore rst rstt
	[ "$output" = 'tcptrav: unknown NAT "rstt"; the nearest is "rst"' ]
	run -2 "$TCPTRAV" explore --method p2pnat --ttl 3
	[[ "$output" == *'p2pnat has no low-TTL form'* ]]
	run -2 "$TCPTRAV" explore --step 121
	[[ "$output" == *'--step 121: from -60 to 60 ms'* ]]
	run -2 "$TCPTRAV" explore --step 0.001
	[[ "$output" == *'--step 0.001: from -60 to 60 ms'* ]]
	run -2 "$TCPTRAV" explore --rtt 0
	run -2 "$TCPTRAV" explore --clock sun
	run -2 "$TCPTRAV" explore --clock real --kernel 6.1
	run -1 "$TCPTRAV" explore --svg /nowhere/x.svg
	[[ "$output" == *'"/nowhere/x.svg"'* ]]
}

# d is 100 ms; the windows that tests/lab/expected derives: the SYNs cross
# within d. The grid's next samples are 6 ms away from it.
@test "explore finds the window in which the SYNs cross, and the packet that ends it" {
	svg=$BATS_TEST_TMPDIR/x.svg
	"$TCPTRAV" explore rst rst --clock real --method natblaster --ttl none \
		--rtt 200 --resolution 10 --jobs 16 --json --svg "$svg" \
		>"$BATS_TEST_TMPDIR/json"
	jq -e '.schema == "tcptrav.exploration/1" and .trials >= 50 and
		(.approaches | length) == 1' "$BATS_TEST_TMPDIR/json"
	jq -e '.approaches[0] | .windows_ms[0] as [$from, $to] |
		(.windows_ms | length) == 1 and
		-115 < $from and $from < -85 and 85 < $to and $to < 115' \
		"$BATS_TEST_TMPDIR/json"
	jq -e '.approaches[0].derived.windows_ms[0] | map(. + 0.5 | floor) ==
		[-100, 100]' "$BATS_TEST_TMPDIR/json"
	jq -e '.approaches[0].intervals | map(.outcome) ==
		["failed", "connected", "failed"] and
		.[0].cause == "rst-from-nat" and
		.[1].mechanism_a == "simultaneous-open"' \
		"$BATS_TEST_TMPDIR/json"
	jq -e '.approaches[0].boundaries[1] |
		.below == "A'"'"'s SYN reaches B" and
		(.above | startswith("NAT B answers A'"'"'s SYN with RST"))' \
		"$BATS_TEST_TMPDIR/json"
	xmllint --noout "$svg"
	grep -q 'simultaneous-open' "$svg"
}

# d is 20 ms; hosts and links are some microseconds late. The trials beside the
# boundaries, by themselves and with other seeds, come out as explore says.
@test "explore finds a boundary to the microsecond in virtual time, and lab agrees 0.1 ms beside it" {
	# the plain build: a guest has no room for AddressSanitizer's shadow
	tcptrav=$BATS_TEST_DIRNAME/../../tcptrav
	plan=$BATS_TEST_TMPDIR/plan
	"$tcptrav" explore rst rst --method natblaster --ttl none --jobs 2 \
		--json >"$BATS_TEST_TMPDIR/json"
	jq -e '.clock == "virtual" and (.approaches[0] |
		(.windows_ms | length) == 1 and
		(.windows_ms[0] | map(fabs - 20 | fabs < 0.1) | all) and
		(.boundaries | map(.repeated and
		(.above_ms - .below_ms | fabs < 0.0011)) | all))' \
		"$BATS_TEST_TMPDIR/json"
	jq -r '.approaches[0].boundaries[] | .below_ms - 0.1, .above_ms + 0.1 |
		"method=natblaster ttl=none nat-a=rst nat-b=rst skew=\(.)"' \
		"$BATS_TEST_TMPDIR/json" >"$plan"
	"$tcptrav" lab --clock virtual --plan "$plan" --json |
		jq -es 'sort_by(.seed) | map(.outcome) ==
		["failed", "connected", "connected", "failed"]'
}
