#!/usr/bin/env bats
# Private candidates: hosts that are near each other connect without a NAT. What
# must come of it is derived in tests/lab/expected/README.md.

load lab.bash
load tables.bash

# lab OPTION... - records; its status is of no concern here
lab()
{
	timeout 90 "$TCPTRAV" lab --jobs 4 --seed 1 --json "$@" || [ $? -eq 1 ]
}

# as_expected FILE ROW SKEW OPTION... - all approaches, against that row
as_expected()
{
	local expected=$BATS_TEST_DIRNAME/expected/$1 row=$2 skew=$3
	shift 3
	lab --method all --rtt 120 --skew $((3 * skew)) "$@" \
		> "$BATS_TEST_TMPDIR/records"
	diff <(expected_cells "$expected" "$row" "$skew") \
		<(cells < "$BATS_TEST_TMPDIR/records" | sort)
}

setup()
{
	cat > "$BATS_TEST_TMPDIR/common" <<-'END'
	set -eu
	# meet HOST HOST OPTION... - both connect; the first invites
	meet()
	{
		local a=$1 b=$2 first code=
		shift 2
		rm -f "$DIR/a.err"
		$a "$TCPTRAV" --rendezvous "$RENDEZVOUS" --json "$@" \
			< /dev/null > "$DIR/a.out" 2> "$DIR/a.err" &
		first=$!
		until code=$(grep -s -o -m 1 -e '--session [a-z2-7]*' \
			"$DIR/a.err"); do kill -0 $first; done
		echo B | $b "$TCPTRAV" --rendezvous "$RENDEZVOUS" --json \
			"$@" $code > "$DIR/b.out" 2> "$DIR/b.err"
		wait $first
		[ "$(cat "$DIR/a.out")" = B ]
	}
	# record NAME - the record of the first (a) or the second (b)
	record()
	{
		tail -n 1 "$DIR/$1.err"
	}
	END
}

# in_cell OPTION... - run the script on standard input inside a cell
in_cell()
{
	cat "$BATS_TEST_TMPDIR/common" - > "$BATS_TEST_TMPDIR/script"
	DIR=$BATS_TEST_TMPDIR timeout 30 "$TCPTRAV" lab "$@" --exec \
		"bash $BATS_TEST_TMPDIR/script"
}

@test "behind one NAT without hairpin all methods connect, privately" {
	local nat
	for nat in linux linux-rst port-restricted-cone+hairpin=no; do
		as_expected candidates.tsv $nat 5 --topology one-nat \
			--nat-a $nat
		jq -es 'length == 10 and all(.candidate == "private")' \
			"$BATS_TEST_TMPDIR/records"
	done
}

@test "p2pnat and stunt2 behind one NAT: 20 of 20, whatever its hairpin" {
	lab --topology one-nat --method p2pnat --method stunt2 --trials 20 \
		--nat-a linux --nat-a rfc5382 --nat-a rfc5382+hairpin=no \
		> "$BATS_TEST_TMPDIR/records"
	jq -es 'length == 120 and all(.outcome == "connected") and
		all(.candidate == (if .nat_a == "rfc5382" then "public"
				   else "private" end))' \
		"$BATS_TEST_TMPDIR/records"
}

@test "a private candidate that leads nowhere changes no result" {
	as_expected profiles.tsv port-restricted-cone 60 --lan
	as_expected profiles.tsv rst 5 --nat-a rst --nat-b rst --lan
}

@test "hosts on one machine connect on it" {
	in_cell --nat-a linux <<-'END'
	for method in p2pnat stunt2; do
		meet "$HOST_A" "$HOST_A" --method $method
		record a | jq -e '.candidate == "private"'
		record b | jq -e '.candidate == "private"'
	done
	END
}

# The private address of A is B's own, too, as in any two homes, and somebody
# accepts connections there.
@test "a stranger at the peer's private address is not the peer" {
	command -v nft || skip "nft is not installed"
	in_cell --nat-a linux --nat-b linux <<-'END'
	$HOST_B ip address add 10.0.0.2/32 dev lo
	$HOST_B nft -f - <<-'RULES'
	table ip stranger {
		chain out {
			type nat hook output priority -100
			ip daddr 10.0.0.2 tcp dport != 7 redirect to :7
		}
	}
	RULES
	$HOST_B $TCPTRAV serve --port 7 2> "$DIR/stranger" &
	stranger=$!
	until [ -s "$DIR/stranger" ]; do kill -0 $stranger; done
	for i in 1 2 3 4; do
		meet "$HOST_A" "$HOST_B" --method p2pnat --lan
		record a | jq -e '.candidate == "public"'
		record b | jq -e '.candidate == "public"'
	done
	kill $stranger
	END
	# it had a visitor each time, who left or did not speak its language
	[ "$(grep -c 'a member has left\|nonsense' \
		"$BATS_TEST_TMPDIR/stranger")" -ge 4 ]
}

@test "a peer with a public address is connected to directly" {
	in_cell --topology public-b --nat-a linux <<-'END'
	for method in p2pnat stunt2; do
		meet "$HOST_A" "$HOST_B" --method $method --lan
		record a | jq -e '.candidate == "public"'
	done
	END
}
