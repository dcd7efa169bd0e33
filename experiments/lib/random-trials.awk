# random-trials.awk - lines of a plan (tcptrav lab --plan): between NATs drawn
# at random, in a topology drawn at random, with an RTT of 5 to 300 ms and a
# skew of up to three one-way delays either way, in tenths of a ms.
# In busy the further hosts open one connection a second: in virtual time each of
# them costs as much as a trial's.
# The same trials follow with method udp, apart from those in which knocks would
# meet: a host sends one each 200 ms.
# With random.awk; -v n=LINES -v seed=SEED -v tcptrav=COMMAND
# [-v topologies=T,T]
#
# A skew at which two packets meet at one place at the same time is drawn again:
# in the laboratory as in the prediction, something else than the profiles
# decides which is first. Such are the one-way delay d and, for what S spoofs or
# is told, the half of it. In one-nat, where the private candidate's packets come at
# set times besides, such are all multiples of the half.

# ties(skew, d, place) - is it within a tenth of a ms, or a hundredth of d, of
# such?
function ties(skew, d, place,    k, margin)
{
	k = skew < 0 ? -skew : skew
	margin = d / 100 > 0.1 ? d / 100 : 0.1
	return near(k, d, margin) || near(k, d / 2, margin) || \
		(place == "one-nat" && k > margin && \
		 near(k, int(k / d * 2 + 0.5) * d / 2, margin))
}

function near(x, y, margin)
{
	return x - y <= margin && y - x <= margin
}

# knocks_tie(skew, d) - does a knock reach a NAT just when the other host's leaves
# it (200 ms apart, d later), or with one NAT, when the other host's arrives?
function knocks_tie(skew, d,    k, i, t)
{
	k = skew < 0 ? -skew : skew
	for (i = 0; i * 200 <= k + d + 200; i++) {
		t = i * 200
		if (near(k, t, 0.1) || near(k, t + d, 0.1) || near(k, t - d, 0.1))
			return 1
	}
	return 0
}

# levels(topology, side) - how many NATs that side is given
function levels(topology, side)
{
	if (topology ~ /^nested-/)
		return substr(topology, 8)
	return topology != "public-" side &&
		!(topology == "one-nat" && side == "b")
}

# nats(option, count) - the option with that many NATs, from the next lines
function nats(option, count,    text, i)
{
	for (i = 0; i < count; i++) {
		draw | getline nat
		text = text (i ? "," : " " option "=") nat
	}
	return text
}

BEGIN {
	list = tcptrav " list topologies"
	if (topologies == "")
		while ((list | getline) > 0)
			topologies = topologies (topologies ? "," : "") $1
	count = split(topologies, topology, ",")
	random_begin(r, seed, "trials")
	for (i = 1; i <= n; i++) {
		place[i] = topology[1 + random_below(r, count)]
		rtt[i] = 5 + random_below(r, 296)
		do
			skew[i] = random_below(r, rtt[i] * 30 + 1) / 10 \
				- rtt[i] * 1.5
		while (ties(skew[i], rtt[i] / 2, place[i]))
		total += levels(place[i], "a") + levels(place[i], "b")
	}
	draw = tcptrav " nat draw " total " --seed " seed
	for (i = 1; i <= n; i++) {
		trial[i] = " topology=" place[i] \
			(place[i] == "busy" ? " background=1" : "") \
			" rtt=" rtt[i] " skew=" skew[i] \
			nats("nat-a", levels(place[i], "a")) \
			nats("nat-b", levels(place[i], "b"))
		print "method=all" trial[i]
	}
	for (i = 1; i <= n; i++)
		if (!knocks_tie(skew[i], rtt[i] / 2))
			print "method=udp" trial[i]
}
