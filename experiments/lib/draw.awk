# draw.awk - NATs of a population (docs/experiments.md), one a line.
# With csv.awk and random.awk; -v n=NATS -v seed=SEED -v how=quota|random
# -v what=nats|shares

function complain(text)
{
	printf "%s:%d: %s\n", FILENAME, FNR, text | "cat 1>&2"
	failed = 1
	exit 2
}

/^#/ || /^[ \t\r]*$/ { next }

!columns {
	columns = csv_split($0, f)
	for (i = 1; i <= columns; i++)
		at[f[i]] = i
	for (i = split("group value share changes source", need, " "); i; i--)
		if (!(need[i] in at))
			complain("there is no column \"" need[i] "\"")
	next
}

{
	if (csv_split($0, f) != columns)
		complain("not " columns " fields: " $0)
	group = f[at["group"]]
	share = f[at["share"]]
	if (group == "" || f[at["value"]] == "")
		complain("a group and a value must have names: " $0)
	if (share !~ /^[0-9]+(\.[0-9]+)?$/)
		complain("\"" share "\" is no share in percent")
	if (f[at["source"]] == "")
		complain("a share must have a source, if only \"assumed\"")
	if (!(group in values))
		name[++groups] = group
	i = ++values[group]
	value[group, i] = f[at["value"]]
	shares[group, i] = share + 0
	changes[group, i] = f[at["changes"]]
	source[group, i] = f[at["source"]]
	sum[group] += share
}

END {
	if (failed)
		exit 2
	if (!groups)
		complain("an empty population")
	for (g = 1; g <= groups; g++) {
		if (sum[name[g]] < 99.9 || sum[name[g]] > 100.1)
			complain("the shares of \"" name[g] "\" make " \
				 sum[name[g]] ", not 100")
		random_begin(r, seed, name[g])
		if (how == "random")
			draw_random(name[g])
		else
			draw_quota(name[g])
	}
	if (what == "shares")
		print_shares()
	else
		for (k = 1; k <= n; k++)
			print nat(k)
}

# Each NAT for itself
function draw_random(group,    k, i, u)
{
	for (k = 1; k <= n; k++) {
		u = random_share(r) * sum[group]
		for (i = 1; i < values[group] && u >= shares[group, i]; i++)
			u -= shares[group, i]
		drawn[group, k] = i
	}
}

# As many of each value as its share says (largest remainders), shuffled
function draw_quota(group,    i, k, left, best, many, rest, t)
{
	left = n
	for (i = 1; i <= values[group]; i++) {
		rest[i] = n * shares[group, i] / sum[group]
		many[i] = int(rest[i] + 1e-9)
		rest[i] -= many[i]
		left -= many[i]
	}
	while (left-- > 0) {
		best = 1
		for (i = 2; i <= values[group]; i++)
			if (rest[i] > rest[best] + 1e-9)
				best = i
		many[best]++
		rest[best] = -1
	}
	k = 0
	for (i = 1; i <= values[group]; i++)
		while (many[i]-- > 0)
			drawn[group, ++k] = i
	for (k = n; k > 1; k--) {
		i = 1 + random_below(r, k)
		t = drawn[group, k]
		drawn[group, k] = drawn[group, i]
		drawn[group, i] = t
	}
}

# How many have which value, beside what the file says
function print_shares(    g, i, k, many)
{
	print "group,value,nominal_percent,drawn,of,source"
	for (g = 1; g <= groups; g++) {
		for (k in many)
			delete many[k]
		for (k = 1; k <= n; k++)
			many[drawn[name[g], k]]++
		for (i = 1; i <= values[name[g]]; i++)
			print csv_quote(name[g]) "," \
				csv_quote(value[name[g], i]) "," \
				shares[name[g], i] "," many[i] + 0 "," n "," \
				csv_quote(source[name[g], i])
	}
}

# nat(k) - the k-th: NAME+AXIS=VALUE...; the group "base" has the name
function nat(k,    g, i, base, text)
{
	base = "port-restricted-cone"
	for (g = 1; g <= groups; g++) {
		i = drawn[name[g], k]
		if (name[g] == "base")
			base = value["base", i]
		if (changes[name[g], i] != "")
			text = text "+" changes[name[g], i]
	}
	return base text
}
