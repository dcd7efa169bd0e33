#!/usr/bin/env bats
# Use between two real machines, with the very commands of the README, in the
# namespaces of a lab's cell: host A and host B behind NATs, S in the public.

TCPTRAV=${TCPTRAV:-$BATS_TEST_DIRNAME/../../tcptrav}

setup()
{
	export DIR=$BATS_TEST_TMPDIR
	export BULK=${TCPTRAV_BUILD:-build}/bench/bulk
	cat > "$DIR/common" <<-'END'
	USER_A= USER_B=	# what to put before tcptrav: another user
	# fails COMMAND... - it must (errexit passes over "! command")
	fails()
	{
		if "$@"; then echo "did not fail: $*"; exit 1; fi
	}
	# code_of PID FILE - the session code that the first peer prints there
	code_of()
	{
		local code=
		until code=$(grep -s -o -m 1 -e '--session [a-z2-7]*' "$2")
		do kill -0 "$1"; done
		echo "${code#--session }"
	}
	# invite METHOD... - the first peer, on host B; sets code and first
	invite()
	{
		rm -f "$DIR/b.err"
		$HOST_B $USER_B "$TCPTRAV" --rendezvous "$RENDEZVOUS" \
			--method "$@" < "$DIR/b.in" > "$DIR/b.out" \
			2> "$DIR/b.err" &
		first=$!
		code=$(code_of $first "$DIR/b.err")
	}
	# join METHOD... - the second peer, on host A
	join()
	{
		$HOST_A $USER_A "$TCPTRAV" --rendezvous "$RENDEZVOUS" \
			--session "$code" --method "$@" < "$DIR/a.in" \
			> "$DIR/a.out" 2> "$DIR/a.err"
	}
	END
	seq 1 20000 > "$DIR/a.in"
	seq 50000 90000 > "$DIR/b.in"
}

# in_cell OPTION... - run the script on standard input inside a cell
in_cell()
{
	{ echo 'set -eu; . "$DIR/common"'; cat; } > "$DIR/script"
	timeout 20 "$TCPTRAV" lab "$@" --exec "bash $DIR/script"
}

@test "each method carries standard input and output in both directions" {
	in_cell <<-'END'
	for method in natblaster stunt1 stunt2 p2pnat; do
		invite $method
		join $method
		wait $first
		cmp "$DIR/a.in" "$DIR/b.out"
		cmp "$DIR/b.in" "$DIR/a.out"
	done
	END
}

@test "variants connect between Linux kernel NATs" {
	in_cell --nat-a linux --nat-b linux <<-'END'
	invite stunt2 --keep-syn
	join stunt2 --keep-syn
	wait $first
	cmp "$DIR/a.in" "$DIR/b.out"
	invite p2pnat
	join p2pnat
	wait $first
	cmp "$DIR/b.in" "$DIR/a.out"
	END
}

# Who opens first is drawn by the nonces. Behind the NAT that lets no SYN in
# the opener waits in vain; then the other one opens. (That the second order
# was needed, where roles are fixed, is asserted in methods.bats.)
@test "stunt2 swaps the roles when the first order fails" {
	in_cell --nat-a no-syn-in --nat-b port-restricted-cone <<-'END'
	for i in 1 2 3 4; do
		invite stunt2 --timeout 1500
		join stunt2 --timeout 1500 --json
		wait $first
		cmp "$DIR/a.in" "$DIR/b.out"
		tail -n 1 "$DIR/a.err" | jq -e '.outcome == "connected"'
	done
	END
}

# A forged SYN-ACK without them leaves 536-byte segments and no window scale.
@test "the connection has window scale, SACK and timestamps" {
	in_cell <<-'END'
	# neither host's input ends, or its socket leaves ESTABLISHED
	mkfifo "$DIR/a.fifo" "$DIR/b.fifo"
	exec {hold_a}<>"$DIR/a.fifo" {hold_b}<>"$DIR/b.fifo"
	rm "$DIR/a.in" "$DIR/b.in"
	ln -s "$DIR/a.fifo" "$DIR/a.in"
	ln -s "$DIR/b.fifo" "$DIR/b.in"
	for method in natblaster stunt1 stunt2 p2pnat; do
		invite $method
		join $method &
		second=$!
		until grep -qs '^connected' "$DIR/a.err" &&
			grep -qs '^connected' "$DIR/b.err"; do :; done
		for host in "$HOST_A" "$HOST_B"; do
			$host ss -tinoH state established \
				"not dst ${RENDEZVOUS%:*}" > "$DIR/ss"
			grep -q ' ts ' "$DIR/ss"
			grep -q ' sack ' "$DIR/ss"
			grep -q ' wscale:[1-9]' "$DIR/ss"
			grep -q ' mss:14[0-9][0-9]' "$DIR/ss"
			grep -q ' cubic ' "$DIR/ss"
		done
		kill $second $first
		wait
		rm "$DIR"/?.err
	done
	END
}

# Linux's conntrack drops the listener's SYN-ACK, whose ISN is new, and on a
# path without delay lets single segments of what follows through.
@test "a connection that works in one direction only has failed" {
	for rtt in 0 40; do
		in_cell --nat-a linux --nat-b linux --rtt $rtt <<-'END'
		invite stunt2 --timeout 1500 --json
		fails join stunt2 --timeout 1500 --json
		fails wait $first
		for side in a b; do
			tail -n 1 "$DIR/$side.err" |
				jq -e '.outcome == "failed"'
			[ ! -s "$DIR/$side.out" ]
		done
		END
	done
}

@test "stunt2 and p2pnat run without privileges" {
	[ "$(id -u)" = 0 ] || skip "this is not root: all tests show it"
	cp "$TCPTRAV" "$DIR/tcptrav"
	chmod 755 "$DIR/tcptrav" && chmod -R a+rX "$BATS_RUN_TMPDIR"
	in_cell <<-'END'
	export TCPTRAV=$DIR/tcptrav
	USER_A="setpriv --reuid 65534 --regid 65534 --clear-groups"
	USER_A="$USER_A --inh-caps=-all --bounding-set=-all"
	USER_B=$USER_A
	for method in stunt2 p2pnat; do
		invite $method
		join $method --json
		wait $first
		cmp "$DIR/a.in" "$DIR/b.out"
		tail -n 1 "$DIR/a.err" | jq -e '.outcome == "connected"'
	done
	# The others say what is missing.
	status=0
	$HOST_A $USER_A "$TCPTRAV" --method natblaster \
		--rendezvous "$RENDEZVOUS" 2> "$DIR/a.err" || status=$?
	[ $status = 3 ]
	grep -q CAP_NET_RAW "$DIR/a.err"
	END
}

@test "both peers report that their methods differ" {
	in_cell <<-'END'
	invite stunt2 --timeout 1000
	status=0
	join p2pnat --timeout 1000 || status=$?
	[ $status = 1 ]
	grep -q 'The peer runs "stunt2" and this host "p2pnat"' "$DIR/a.err"
	fails wait $first
	grep -q 'The peer runs "p2pnat" and this host "stunt2"' "$DIR/b.err"
	END
}

@test "a third peer is refused, and the first two go on" {
	in_cell <<-'END'
	mkfifo "$DIR/a.fifo"
	exec {hold}<>"$DIR/a.fifo"
	invite stunt2
	rm "$DIR/a.in"; ln -s "$DIR/a.fifo" "$DIR/a.in"
	join stunt2 &
	second=$!
	until grep -q '^connected' "$DIR/b.err"; do :; done
	status=0
	$S "$TCPTRAV" --method stunt2 --rendezvous "$RENDEZVOUS" \
		--session "$code" --wait 300 2> "$DIR/c.err" || status=$?
	[ $status = 1 ]
	echo still here >&$hold
	until grep -q 'still here' "$DIR/b.out"; do :; done
	kill $second $first
	END
}

@test "a peer with a wrong code meets nobody" {
	in_cell <<-'END'
	invite stunt2 --wait 400
	other=aaaaaaaaaaaaaaaaa
	$HOST_A "$TCPTRAV" --method stunt2 --rendezvous "$RENDEZVOUS" \
		--session $other --wait 300 --json < /dev/null \
		2> "$DIR/a.err" && exit 1
	tail -n 1 "$DIR/a.err" | jq -e '.cause == "no-peer"'
	fails wait $first
	END
}

@test "a peer that dies during the attempt is reported" {
	in_cell <<-'END'
	# S's end of the peer's connection closes when it is killed, after the
	# introduction and before its letters can be of use.
	invite natblaster --timeout 3000 --json
	$HOST_A bash -c 'exec {s}<>/dev/tcp/${RENDEZVOUS%:*}/${RENDEZVOUS#*:}
		name=$1
		printf "%s\n" "{\"type\":\"hello\",\"version\":1}" \
			"{\"type\":\"join\",\"session\":\"$name\",\
	\"nonce\":\"00000000000000000000000000000000\"}" >&$s
		read -r observed <&$s; read -r introduction <&$s
		[[ $introduction == *introduction* ]]' - \
		"$("$BULK" name "$code")"
	fails wait $first
	tail -n 1 "$DIR/b.err" | jq -e '.cause == "peer-vanished"'
	END
}

@test "a rendezvous that dies is reported" {
	in_cell <<-'END'
	$S "$TCPTRAV" serve --port 9000 2> "$DIR/s.err" &
	server=$!
	until grep -q 'listening on' "$DIR/s.err"; do :; done
	RENDEZVOUS=${RENDEZVOUS%:*}:9000
	invite stunt2 --json
	kill -9 $server
	fails wait $first
	tail -n 1 "$DIR/b.err" | jq -e '.cause == "rendezvous-lost"'
	END
}

@test "serve keeps no privilege" {
	[ "$(id -u)" = 0 ] || skip "not root: it never has any"
	in_cell <<-'END'
	$S "$TCPTRAV" serve --port 9000 --port 9001 2> "$DIR/s.err" &
	server=$!
	until grep -qs ':9001' "$DIR/s.err"; do :; done
	grep -q 'CapEff:[[:space:]]*0*$' /proc/$server/status
	RENDEZVOUS=${RENDEZVOUS%:*}:9000
	invite stunt1
	join stunt1
	wait $first
	cmp "$DIR/a.in" "$DIR/b.out"
	kill $server
	END
}
