#!/usr/bin/env bats
# The guest kernel of virtual time (docs/virtual.md): its recipe, its random
# numbers. Needs what `make virtual` builds.

bats_require_minimum_version 1.5.0
root=$BATS_TEST_DIRNAME/../..
recipe=$root/src/virtual/kernel

setup()
{
	cd "$BATS_TEST_TMPDIR" || return 1
}

# boot WORD... - with more words on the kernel's command line; prints what
# ./draw prints in the guest, whose files are this machine's, read-only
boot()
{
	local kernel hash
	hash=$("$recipe/build" --hash)
	kernel=$(ls -d {"${XDG_CACHE_HOME:-$HOME/.cache}",/var/cache}/tcptrav/linux-6.1.*-"$hash"/linux \
		2>/dev/null | tail -n 1)
	[ -n "$kernel" ] || {
		echo "there is no guest kernel; make virtual builds it" >&2
		return 1
	}
	cat > init <<-INIT
		#!/bin/sh
		PATH=/usr/sbin:/usr/bin:/sbin:/bin
		mount -t proc proc /proc
		mount -t sysfs sys /sys
		seed=/sys/module/random/parameters/seed
		echo; echo begin
		. $PWD/draw
		echo end
		echo o > /proc/sysrq-trigger
		sleep 60
	INIT
	chmod +x init
	timeout 120 "$kernel" mem=128M root=/dev/root rootfstype=hostfs \
		rootflags=/ ro "init=$PWD/init" con=null con0=fd:0,fd:1 quiet \
		time-travel=inf-cpu time-travel-start=1000000000000000000 \
		"uml_dir=$PWD" "$@" < /dev/null 2> /dev/null | tr -d '\r' |
		sed '1,/^begin$/d; /^end$/,$d'
}

# all ways by which a program or the kernel's own code draws
draws='
	head -c 100 /dev/urandom | od -An -tx1
	head -c 20 /dev/random | od -An -tx1
	cat /proc/sys/kernel/random/uuid /proc/self/maps
	python3 -c "import os; print(os.getrandom(300).hex())"
'

@test "the program asks for the kernel of the recipe" {
	[ "$(cat "${TCPTRAV_BUILD:-$root/build}/guest_kernel.inc")" = \
		"#define GUEST_KERNEL_HASH \"$("$recipe/build" --hash)\"" ]
}

@test "two boots with the same seed draw the same, and others another" {
	echo "$draws" > draw
	boot random.seed=5 > first
	boot random.seed=5 > second
	boot random.seed=6 > other
	[ "$(wc -l < first)" -gt 20 ]
	diff first second
	! diff -q first other
}

@test "without a seed it is 0" {
	echo "cat \$seed; $draws" > draw
	boot > first
	boot random.seed=0 > second
	[ "$(head -n 1 first)" = 0 ]
	diff first second
}

@test "a seed that is written starts the random numbers anew" {
	cat > draw <<-DRAW
		draw() {
			sleep 1		# or time has stood still
			echo \$1 > \$seed
			$draws
			echo next
		}
		# the kernel draws for itself where a program runs first
		draw 2
		draw 18446744073709551615
		head -c 16 /dev/urandom | od -An -tx1
		draw 18446744073709551615
		draw 3
	DRAW
	boot random.seed=1 > all
	csplit -s all '/^next$/+1' '{*}'
	[ "$(wc -l < xx01)" -gt 20 ]
	diff xx01 <(sed 1d xx02)
	! diff -q xx01 xx03
}

@test "a number that is none is refused" {
	echo 'for n in -1 1x; do
			{ echo $n > $seed; } 2> /dev/null || echo refused
		done
		cat $seed' > draw
	[ "$(boot random.seed=7 | tr '\n' ' ')" = "refused refused 7 " ]
}

# build_until TEXT - start the build of another recipe, end it by a signal when
# it says TEXT
build_until()
{
	local line child

	cp -r "$recipe" recipe
	echo >> recipe/config
	mkdir work
	coproc BUILD { HOME=$PWD XDG_CACHE_HOME= TMPDIR=$PWD/work exec \
		"$PWD/recipe/build" 6.1; }
	child=$BUILD_PID
	while read -r line <&"${BUILD[0]}"; do
		[[ $line != *$1* ]] || break
	done
	kill -TERM "$child"
	wait "$child" || [ $? = 143 ]
}

@test "a build that is interrupted leaves nothing" {
	local hash
	build_until TAR
	[ -z "$(ls -A work)" ]
	hash=$(recipe/build --hash)
	! ls -d {.cache,/var/cache}/tcptrav/*"$hash"*
}

@test "what is no version, and a source that is not there, are told" {
	run -1 "$recipe/build" 6
	[[ $output == *'"6" is not a kernel version'* ]]
	run -1 "$recipe/build" 99.1
	[[ $output == *'make deps-virtual KERNEL=99.1'* ]]
}
