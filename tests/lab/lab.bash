# Helpers that look at a lab from outside. A lab is known by its PID
# namespace: what is in it has ended when no live process is in it.

lab_with=()
TCPTRAV=${TCPTRAV:-$BATS_TEST_DIRNAME/../../tcptrav}

# until_true SECONDS COMMAND... - look until it is so
until_true()
{
	local end=$((SECONDS + $1))
	shift
	until "$@"; do
		[ "$SECONDS" -lt "$end" ] || { echo "never: $*"; return 1; }
	done
}

# children PID - its live children, oldest first
children()
{
	local pid
	for pid in $(pgrep -P "$1"); do
		alive "$pid" && echo "$pid"
	done | sort -n
}

# alive PID - there, and not only a zombie that nobody has waited for
alive()
{
	local stat
	read -r stat < "/proc/$1/stat" || return 1
	[[ "${stat##*) }" != [ZX]* ]]
} 2>/dev/null

# given OPTION ARGUMENT... - is it among the arguments? An option that is given
# twice is an alternative.
given()
{
	local option=$1
	shift
	[[ " $* " == *" $option "* ]]
}

# lab_begin ARGUMENT... - a lab whose only trial lasts until it is ended:
# between these NATs it cannot connect. Sets parent, init, lab, out.
# lab_with is a command in front of it, which must become it by exec.
lab_begin()
{
	local defaults=()
	given --method "$@" || defaults+=(--method p2pnat)
	given --nat-a "$@" || defaults+=(--nat-a symmetric --nat-b symmetric)
	given --timeout "$@" || defaults+=(--timeout 300000)
	given --rtt "$@" || defaults+=(--rtt 10)
	out=$BATS_TEST_TMPDIR/out
	"${lab_with[@]}" "$TCPTRAV" lab "${defaults[@]}" "$@" > "$out" \
		2> "$out.err" 3>&- &
	parent=$!
	until_true 20 has_child "$parent"
	init=$(children "$parent")
	lab=$(readlink "/proc/$init/ns/pid")
	until_true 20 trial_running
}

has_child()
{
	[ -n "$(children "$1")" ]
}

# sockets_of CONDITION - how many of the lab's processes have a TCP socket in
# their namespace of which awk's CONDITION is so: of a line of /proc/net/tcp
sockets_of()
{
	local pid count=0
	for pid in $(children "$init"); do
		awk "$1 { found = 1 } END { exit !found }" \
			"/proc/$pid/net/tcp" 2> /dev/null && count=$((count + 1))
	done
	echo "$count"
}

# trial_running - has some host of the lab sent its SYN to the peer?
trial_running()
{
	[ "$(sockets_of '$4 == "02"')" -gt 0 ]
}

# lab_gone - is nothing left of the lab that lab_begin() began?
lab_gone()
{
	local link pid
	for link in /proc/[0-9]*/ns/pid; do
		[ "$(readlink "$link" 2> /dev/null)" = "$lab" ] || continue
		pid=${link#/proc/}
		alive "${pid%%/*}" && return 1
	done
	return 0
}

# records N - has the lab told of N trials?
records()
{
	[ "$(wc -l < "$out")" -ge "$1" ]
}

# outside - what this machine's own network looks like
outside()
{
	ip -o link
	ip -o address
	ip route show table all
	# Of who was there, not its state, and not who was asked for in vain: it
	# is the machine's own doing that these come and go
	ip neighbour | sed -n 's/\(.* lladdr [^ ]*\).*/\1/p'
}

# as_ordinary_user COMMAND... - root lets go of all it has
as_ordinary_user()
{
	[ "$(id -u)" -eq 0 ] || { "$@"; return; }
	(cd / && setpriv --reuid 65534 --regid 65534 --clear-groups \
		--inh-caps=-all "$@")
}

# without_namespaces COMMAND... - where the kernel gives no more of them, to
# a caller without privilege
without_namespaces()
{
	unshare -Ur sh -c 'for n in user pid net mnt; do
			echo 0 > /proc/sys/user/max_${n}_namespaces || exit
		done
		exec setpriv --bounding-set=-all --inh-caps=-all "$@"' sh "$@"
}
