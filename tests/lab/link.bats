#!/usr/bin/env bats
# The link model in the lab: what the options do to packets of real hosts.
# Which packet has which fate is tests/unit/link_test.c's.

load lab.bash

setup() {
	export DIR=$BATS_TEST_TMPDIR
	export DATAGRAMS=$BATS_TEST_DIRNAME/datagrams
	export BULK=${TCPTRAV_BUILD:-build}/bench/bulk
	export COUNT=100 A=10.0.0.2 B=192.168.1.2		# of two-nats, without NATs
}

# in_cell OPTION... - standard input as a script in such a cell
in_cell()
{
	local rtt=(--rtt 10)
	given --rtt "$@" && rtt=()
	cat > "$DIR/script"
	timeout 60 "$TCPTRAV" lab --nat-a none --nat-b none "${rtt[@]}" "$@" \
		--exec "bash $DIR/script"
}

# received SEED OPTION... - the numbers that B received of A's $COUNT datagrams,
# in order; so few that B's socket has room for all of them. Nobody else sends
# on A's link, so they are its first packets; they have all left before one of
# them has been held back for 2 s.
received()
{
	in_cell --seed "$@" <<-'EOF'
		mkfifo $DIR/pipe
		$HOST_B $DATAGRAMS receive 5000 > $DIR/pipe &
		exec {from}< $DIR/pipe
		read -r ready <&$from
		$HOST_A $DATAGRAMS send $B 5000 $COUNT 2
		cat <&$from
		wait
		rm $DIR/pipe
	EOF
}

# --- wrong use ---

@test "malformed link options are quoted, each in a sentence" {
	local wrong
	for wrong in --jitter=-1 --duplicate=2 --reorder=x --rate=1e-9 \
		--queue= --reorder-by=soon; do
		run "$TCPTRAV" lab --method stunt2 "$wrong"
		[ "$status" -eq 2 ] || { echo "$wrong: $status"; false; }
		[[ "$output" == *\""${wrong#*=}"\"* ]] ||
			{ echo "$wrong: $output"; false; }
	done
	run "$TCPTRAV" lab --method stunt2 --link-a up.rate=1,down.loss=2
	[ "$status" -eq 2 ]
	[[ "$output" == *'--link-a: loss "2": not a number from 0 to 1'* ]]
	run "$TCPTRAV" lab --method stunt2 --link-s up.speed=1
	[ "$status" -eq 2 ]
	[[ "$output" == *'--link-s: unknown key "speed"'* ]]
	run "$TCPTRAV" lab --method stunt2 --queue 5
	[ "$status" -eq 2 ]
	[[ "$output" == *'"queue=5": queue has no effect without rate'* ]]
}

# --- one direction ---

# thrown OPTION... - how many of 10 datagrams each host received of the other,
# "A B". A's are sent first; it ends when one host has all.
thrown()
{
	in_cell "$@" <<-'EOF'
		$HOST_A $DATAGRAMS receive 5000 > $DIR/a &
		$HOST_B $DATAGRAMS receive 5000 > $DIR/b &
		until grep -s -q ready $DIR/a && grep -s -q ready $DIR/b
		do :; done
		$HOST_A $DATAGRAMS throw $B 5000 10
		$HOST_B $DATAGRAMS throw $A 5000 10
		until grep -q -x 10 $DIR/$LAST; do :; done
		echo $(grep -c -v ready $DIR/a) $(grep -c -v ready $DIR/b)
	EOF
}

@test "loss 1 in one direction loses all that way and nothing the other way" {
	LAST=a run thrown --link-a up.loss=1
	[ "$output" = "10 0" ]
	LAST=b run thrown --link-a down.loss=1
	[ "$output" = "0 10" ]
	LAST=a run thrown --link-b down.loss=1
	[ "$output" = "10 0" ]
}

@test "a link without delay has its faults too" {
	LAST=a run thrown --rtt 0 --link-a up.loss=1
	[ "$output" = "10 0" ]
}

@test "duplicate 1 doubles each packet, on two links four times" {
	COUNT=40
	run received 1 --link-a up.duplicate=1
	[ "$status" -eq 0 ]
	[ "$output" = "$(seq 40 | sed p)" ]
	run received 1 --duplicate 1
	[ "$output" = "$(seq 40 | sed 'p;p;p')" ]
}

# --- fates ---

@test "jitter keeps the order" {
	run received 1 --jitter 20
	[ "$status" -eq 0 ]
	[ "$output" = "$(seq 100)" ]
}

@test "the same seed gives the same packets the same fates" {
	local link=up.loss=0.2,up.duplicate=0.2,up.jitter=3
	link+=,up.reorder=0.2,up.reorder-by=2000
	local first
	first=$(received 5 --link-a "$link")
	echo "$first" | tr '\n' ' '
	[ "$(received 5 --link-a "$link")" = "$first" ]
	[ "$(received 6 --link-a "$link")" != "$first" ]
	# some are lost, some come twice; the late ones come last, in order
	[ "$(sort -u <<< "$first" | wc -l)" -lt 95 ]
	[ -n "$(uniq -d <<< "$first")" ]
	[ "$(awk '$1 < last { n++ } { last = $1 } END { print n }' \
		<<< "$first")" -eq 1 ]
	# the same are lost where that is the link's only fault
	[ "$(received 5 --link-a up.loss=0.2)" = "$(sort -n -u <<< "$first")" ]
}

# --- rate ---

# bulk OPTION... - bit/s of a TCP connection from A to B
bulk()
{
	in_cell "$@" <<-'EOF'
		exec {from}< <($HOST_B $BULK receive listen 5000 $RENDEZVOUS)
		read -r ready <&$from
		$HOST_A $BULK send connect $B:5000 > $DIR/sender 2>&1 &
		cat <&$from
	EOF
}

@test "a rate limits one direction and not the other" {
	local up down
	up=$(bulk --link-a up.rate=2)
	down=$(bulk --link-a down.rate=2)
	echo "$up $down"
	# headers count too; what a late link emulator sends at once is in the margin
	awk -v up="$up" -v down="$down" 'BEGIN {
		exit !(up > 0.2e6 && up < 3e6 && down > 2 * up) }'
}

# --- methods ---

@test "methods connect over bad links, and the record has the links" {
	local link=up.rate=1,down.rate=10,duplicate=0.1
	run "$TCPTRAV" lab --method all --jitter 5 --reorder 0.1 \
		--link-a "$link" --timeout 4000 --jobs 2 --json
	[ "$status" -eq 0 ]
	[ "${#lines[@]}" -eq 10 ]
	jq -s -e --arg link "jitter=5 reorder=0.1 link-a=$link" \
		'all(.links == $link and .outcome != "error") and
		(map(select(.outcome == "connected")) | length >= 8)' \
		<<< "$output"
}
