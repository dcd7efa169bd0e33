#!/usr/bin/env bats
# UDP hole punching: between the four classic NATs, and as a channel on standard
# input and output.

TCPTRAV=${TCPTRAV:-$BATS_TEST_DIRNAME/../../tcptrav}

# Derived in tests/lab/expected/README.md: all but symmetric with itself and with
# port-restricted. At other skews: virtual.bats.
@test "udp connects the pairs of classic NATs that it must, and no other" {
	cd "$BATS_TEST_TMPDIR"
	printf '%s\n' full-cone restricted-cone port-restricted-cone \
		symmetric > nats
	"$TCPTRAV" lab --plan - --jobs 8 --seed 1 --out records <<-END
	method=udp rtt=40 nat-a=@$PWD/nats nat-b=@$PWD/nats
	END
	jq -r 'select(.outcome != "connected") |
		"\(.nat_a) \(.nat_b) \(.outcome) \(.cause)"' records |
		sort > failed
	diff failed - <<-END
		port-restricted-cone symmetric failed port-not-predicted
		symmetric port-restricted-cone failed port-not-predicted
		symmetric symmetric failed port-not-predicted
	END
	[ "$(wc -l < records)" = 16 ]
}

@test "an ordinary user's udp carries standard input and output" {
	cat > "$BATS_TEST_TMPDIR/script" <<-'END'
	set -eu
	cd "$BATS_TEST_TMPDIR"
	user='setpriv --reuid 65534 --regid 65534 --clear-groups'
	echo 'from B' | $HOST_B $user "$TCPTRAV" --method udp \
		--rendezvous "$RENDEZVOUS" > b.out 2> b.err &
	first=$!
	until code=$(grep -s -o -m 1 -e '--session [a-z2-7]*' b.err)
	do kill -0 $first; done
	echo 'from A' | $HOST_A $user "$TCPTRAV" --method udp --keepalive 5 \
		--rendezvous "$RENDEZVOUS" $code > a.out 2> a.err
	wait $first
	END
	export BATS_TEST_TMPDIR TCPTRAV
	timeout 20 "$TCPTRAV" lab --nat-a linux --nat-b linux \
		--exec "bash $BATS_TEST_TMPDIR/script"
	[ "$(cat "$BATS_TEST_TMPDIR/a.out")" = 'from B' ]
	[ "$(cat "$BATS_TEST_TMPDIR/b.out")" = 'from A' ]
}

@test "the library's channel carries datagrams, and ends" {
	export CHANNEL=${TCPTRAV_BUILD:-$BATS_TEST_DIRNAME/../../build}/tests/lab/channel
	cat > "$BATS_TEST_TMPDIR/script" <<-'END'
	set -eu
	cd "$BATS_TEST_TMPDIR"
	code=aaaaaaaaaaaaaaaaa
	$HOST_B "$CHANNEL" "$RENDEZVOUS" $code 'from B' > b.out &
	first=$!
	$HOST_A "$CHANNEL" "$RENDEZVOUS" $code 'from A' > a.out
	wait $first
	END
	export BATS_TEST_TMPDIR
	timeout 20 "$TCPTRAV" lab --nat-a linux --exec \
		"bash $BATS_TEST_TMPDIR/script"
	[ "$(cat "$BATS_TEST_TMPDIR/a.out")" = 'from B' ]
	[ "$(cat "$BATS_TEST_TMPDIR/b.out")" = 'from A' ]
}

# --keepalive 1: B, whose input ends A's, is lost after 4 s.
@test "an input that is a socket of datagrams keeps them, and their size" {
	cat > "$BATS_TEST_TMPDIR/sender" <<-'END'
	use Socket;
	socketpair(my $ours, my $theirs, AF_UNIX, SOCK_SEQPACKET, 0) or die;
	if (!fork) {
		open(STDIN, '<&', $theirs);
		exec(@ARGV);
	}
	close($theirs);
	send($ours, $_, 0) for "a\nb", 'x' x 1175, 'x' x 1176;
	wait;
	END
	cat > "$BATS_TEST_TMPDIR/script" <<-'END'
	cd "$BATS_TEST_TMPDIR"
	$HOST_B perl sender "$TCPTRAV" --method udp --rendezvous "$RENDEZVOUS" \
		> b.out 2> b.err &
	until code=$(grep -s -o -m 1 -e '--session [a-z2-7]*' b.err)
	do kill -0 $! || exit; done
	$HOST_A "$TCPTRAV" --method udp --rendezvous "$RENDEZVOUS" $code \
		--keepalive 1 --datagrams reads < /dev/null > a.out 2> a.err
	wait
	END
	export BATS_TEST_TMPDIR TCPTRAV
	timeout 30 "$TCPTRAV" lab --exec "bash $BATS_TEST_TMPDIR/script"
	grep -q 'has a datagram of 1176 bytes; at most 1175 fit' \
		"$BATS_TEST_TMPDIR/b.err"
	[ "$(wc -c < "$BATS_TEST_TMPDIR/a.out")" = 1178 ]
	grep -q 'the peer has been silent for 4 s' "$BATS_TEST_TMPDIR/a.err"
}

# S cannot have its UDP port, and is then as one that is older.
@test "an S that observes no UDP endpoint is named as the cause" {
	cat > "$BATS_TEST_TMPDIR/script" <<-'END'
	cd "$BATS_TEST_TMPDIR"
	$S perl -MSocket -e '$^F = 9; socket(my $s, PF_INET, SOCK_DGRAM, 0);
		bind($s, sockaddr_in(9000, INADDR_ANY)) or die; exec(@ARGV)' \
		"$TCPTRAV" serve --port 9000 2> s.err &
	until grep -s -q 'UDP endpoints' s.err; do kill -0 $! || exit; done
	at=${RENDEZVOUS%:*}:9000
	$HOST_A "$TCPTRAV" --method udp --rendezvous $at --json 2> a.err
	echo $? > a.status
	kill $!
	END
	export BATS_TEST_TMPDIR TCPTRAV
	timeout 20 "$TCPTRAV" lab --exec "bash $BATS_TEST_TMPDIR/script" || :
	cd "$BATS_TEST_TMPDIR"
	cat s.err a.err
	grep -q 'UDP endpoints are not observed' s.err
	[ "$(cat a.status)" = 1 ]
	grep '^{' a.err | jq -e '.outcome == "not-applicable" and
		.cause == "rendezvous-lost" and (.explain | test("does not" +
		" observe UDP endpoints: it is older than that, or could not" +
		" open its UDP ports"))'
}

@test "a peer over TCP is told that the methods differ" {
	cat > "$BATS_TEST_TMPDIR/script" <<-'END'
	cd "$BATS_TEST_TMPDIR"
	$HOST_B "$TCPTRAV" --method udp --rendezvous "$RENDEZVOUS" \
		< /dev/null > b.out 2> b.err &
	first=$!
	until code=$(grep -s -o -m 1 -e '--session [a-z2-7]*' b.err)
	do kill -0 $first || exit; done
	$HOST_A "$TCPTRAV" --method p2pnat --rendezvous "$RENDEZVOUS" $code \
		< /dev/null > a.out 2> a.err
	wait $first
	true
	END
	export BATS_TEST_TMPDIR TCPTRAV
	timeout 20 "$TCPTRAV" lab --exec "bash $BATS_TEST_TMPDIR/script"
	grep -q 'The peer runs "p2pnat" and this host "udp"' \
		"$BATS_TEST_TMPDIR/b.err"
	grep -q 'The peer runs "udp" and this host "p2pnat"' \
		"$BATS_TEST_TMPDIR/a.err"
}
