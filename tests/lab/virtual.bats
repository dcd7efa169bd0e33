#!/usr/bin/env bats
# The lab in virtual time (docs/virtual.md). Needs what `make virtual` builds.
# It runs the plain build: a guest has no room for AddressSanitizer's shadow.

bats_require_minimum_version 1.5.0
load lab.bash
root=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
tcptrav=$root/tcptrav

setup()
{
	cd "$BATS_TEST_TMPDIR" || return 1
	export TMPDIR=$BATS_TEST_TMPDIR/tmp
	mkdir -m 777 tmp
}

virtual()
{
	"$tcptrav" lab --clock virtual "$@"
}

# left - the processes of guests and their folders that are left
left()
{
	pgrep -f "uml_dir=$TMPDIR" || ls -A tmp
}

# The bounds of docs/latency.md for d = 20 ms, in the order of the approaches.
@test "each approach connects in the time that is derived" {
	{ virtual --method all --rtt 40 --json
	  virtual --method udp --rtt 40 --json; } |
		jq -r '[.method, .ttl, .variant, (.connect_ms * 10 | floor / 10),
			.clock, .late_ms < 0.1] | join(" ")' > out
	diff out - <<-END
		stunt1 low  65 virtual true
		stunt1 none  65 virtual true
		stunt2 low  125 virtual true
		stunt2 none  185 virtual true
		stunt2 low keep-syn 125 virtual true
		stunt2 none keep-syn 185 virtual true
		natblaster low  85 virtual true
		natblaster none  75 virtual true
		p2pnat none  75 virtual true
		p2pnat none sequential 185 virtual true
		udp none  55 virtual true
	END
	[ -z "$(left)" ]
}

# docs/latency.md: 1.75 d + s up to a skew of d, and 5.25 d at one of 2 d.
@test "an announced ISN connects in the time that is derived, at any skew" {
	cat > plan <<-END
		method=natblaster announce trials=5 rtt=10 rtt=40 rtt=100 rtt=300
		method=natblaster announce trials=5 rtt=40 skew=-40 skew=-10
		method=natblaster announce trials=5 rtt=40 skew=10 skew=40
		method=natblaster announce ttl=none rtt=40 trials=5
	END
	virtual --plan plan --json > out
	jq -r '[.rtt_ms, .skew_ms, .ttl, .mechanism_a, .mechanism_b,
			(.connect_ms * 10 | floor / 10)] | map(tostring) |
			join(" ")' out | sort -u > found
	sort > derived <<-END
		10 0 low forged-syn-ack forged-syn-ack 8.7
		40 0 low forged-syn-ack forged-syn-ack 35
		100 0 low forged-syn-ack forged-syn-ack 87.5
		300 0 low forged-syn-ack forged-syn-ack 262.5
		40 10 low forged-syn-ack forged-syn-ack 45
		40 -10 low forged-syn-ack forged-syn-ack 45
		40 40 low forged-syn-ack forged-syn-ack 105
		40 -40 low forged-syn-ack forged-syn-ack 105
		40 0 none simultaneous-open simultaneous-open 35
	END
	diff found derived
}

# tests/lab/expected/README.md: another port at one NAT, and at the other one that
# lets in no other port. 20 ms is d: a knock is at a NAT just when the own leaves.
@test "udp connects the classic pairs that it must, at any skew" {
	printf '%s\n' full-cone restricted-cone port-restricted-cone \
		symmetric > nats
	virtual --jobs 2 --plan - --out records > /dev/null <<-END
		method=udp rtt=40 nat-a=@nats nat-b=@nats skew=0 skew=2 skew=20 skew=200
	END
	[ "$(wc -l < records)" = 64 ]
	jq -r 'select(.outcome != "connected") | "\(.nat_a) \(.nat_b) \(.cause)"' \
		records | sort | uniq -c | sed 's/^ *//' > failed
	diff failed - <<-END
		4 port-restricted-cone symmetric port-not-predicted
		4 symmetric port-restricted-cone port-not-predicted
		4 symmetric symmetric port-not-predicted
	END
}

@test "loss leaves the delay: a trial that loses nothing connects as fast" {
	virtual --plan - --json > out <<< \
		'method=p2pnat rtt=20 rtt=40 rtt=100 loss=0 loss=0.01 trials=20'
	jq -s -e 'map(select(.lost == 0)) | group_by(.rtt_ms) |
		length == 3 and all(
			(map(select(.loss > 0)) | length >= 10) and
			(map(.connect_ms) | unique | length == 1))' out
}

@test "the same plan gives the same records, with any jobs, order and user" {
	cat > plan <<-END
		method=all rtt=20 loss=0.1 timeout=3000 nat-a=linux-random nat-b=rst
		method=all topology=nested-2 rtt=30 jitter=3 timeout=2000
	END
	virtual --plan plan --out one > /dev/null
	virtual --plan plan --out two --jobs 2 > /dev/null
	virtual --plan plan --out part1 --shard 1/2 > /dev/null
	virtual --plan plan --out part2 --shard 2/2 > /dev/null
	sort one > sorted
	sort two | cmp - sorted
	sort part1 part2 | cmp - sorted
	(cd / && setpriv --reuid 65534 --regid 65534 --clear-groups \
		env HOME=/ TMPDIR=/tmp "$tcptrav" lab --clock virtual \
		--plan - --json) < plan > three
	sort three | cmp - sorted
	[ -z "$(left)" ]
}

@test "a trial is the same as the first and as the 300th of a guest" {
	virtual --method stunt2 --ttl none --nat-a linux-random --rtt 5 \
		--trials 300 --seed 1 --out many > /dev/null
	run -1 virtual --method stunt2 --ttl none --nat-a linux-random --rtt 5 \
		--seed 300 --json
	echo "$output" > alone
	grep '"seed":300,' many | cmp - alone
}

@test "a capture and a drawing come out of the guest" {
	virtual --method p2pnat --pcap p.pcapng --svg p.svg > ladder
	grep -q 'connected in 75.0 ms' ladder
	tshark -r p.pcapng 2> /dev/null | grep -q SYN
	xmllint --noout p.svg
}

@test "--exec runs a command in a guest, with its output and its status" {
	run -7 --separate-stderr virtual --exec \
		'uname -r; echo "$PUBLIC_A"; echo wrong >&2; exit 7'
	[ "${lines[0]#6.1}" != "${lines[0]}" ]
	[ "${lines[1]}" = 192.0.2.2 ]
	[ "$stderr" = wrong ]
	[ -z "$(left)" ]
}

@test "a program of the user as a NAT works, and what it writes is gone" {
	cp "$root/experiments/nats/nft-example.sh" nat
	sed -i '2i touch "$PWD/written"' nat
	virtual --method p2pnat --nat-a "exec:$PWD/nat" --json > record
	[ "$(jq -r .outcome record)" = connected ]
	[ ! -e written ]
}

@test "where namespaces are forbidden the demo runs in a guest, and says so" {
	run -0 --separate-stderr without_namespaces "$tcptrav" \
		--method natblaster --json
	jq -e '.outcome == "connected" and .clock == "virtual"' <<< "${lines[0]}"
	[[ "$stderr" == *"forbids namespaces"*"in virtual time"* ]]
	[ -z "$(left)" ]
}

@test "without namespaces and without a guest kernel both ways are named" {
	export -f without_namespaces
	export HOME=/nowhere XDG_CACHE_HOME=/nowhere
	run -3 unshare -Urm bash -c 'mount -t tmpfs none /var/cache &&
		without_namespaces "$0" --method natblaster' "$tcptrav"
	[[ "$output" == *user.max_user_namespaces*"make virtual"* ]]
}

@test "without the guest kernel the status is 3, and make virtual is named" {
	run -3 virtual --method p2pnat --kernel 5.99
	[[ "$output" == *"make virtual KERNEL=5.99"* ]]
	run -2 virtual --method p2pnat --kernel new
	[[ "$output" == *'"new"'* ]]
	run -2 "$tcptrav" lab --method p2pnat --kernel 6.1
	[[ "$output" == *"--clock virtual"* ]]
	run -2 "$tcptrav" lab --method p2pnat --clock sundial
	[[ "$output" == *'"sundial"'* ]]
}

@test "a guest that cannot run is told in one sentence" {
	printf '#!/bin/sh\necho no kernel\n' > kernel
	chmod +x kernel
	run -1 virtual --method p2pnat --kernel "$PWD/kernel"
	[ "${#lines[@]}" -eq 1 ]
	[[ "$output" == *"the guest ended too early"*"no kernel"* ]]
	[ -z "$(left)" ]
}

@test "nothing is left of a lab that is killed" {
	local signal
	for signal in TERM KILL; do
		"$tcptrav" lab --clock virtual --method all --trials 100 \
			--out $signal > /dev/null &
		until [ -s $signal ]; do read -t 0.1 < /dev/zero || :; done
		kill -$signal $!
		wait $! || :
		until [ -z "$(left)" ]; do read -t 0.1 < /dev/zero || :; done
	done
}

@test "prediction and laboratory agree" {
	TCPTRAV=$tcptrav run -0 "$root/experiments/agreement" --quick \
		--dir "$PWD/agreement"
	[ "$(grep -c ' 0 differ' <<<"$output")" = 2 ]
}
