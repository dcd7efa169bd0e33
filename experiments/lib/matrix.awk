# matrix.awk - tables of the method matrix. In: approach, skew, NAT A, NAT B,
# outcome, and by what or why not, tab-separated.
#	-v want=table     how many cells of an approach and skew connect, by what
#	-v want=profiles  with what share of all NATs each profile connects

BEGIN { FS = OFS = "\t" }

{
	column = $1 FS $2
	if (!(column in cells))
		columns[++n_columns] = column
	cells[column]++
	ok = $5 == "connected"
	connected[column] += ok
	kind = column FS (ok ? "by" : "because")
	if (!((kind, $6) in many))
		words[kind] = words[kind] FS $6
	many[kind, $6]++
	meet($3)
	meet($4)
}

# meet - @nat was in this cell
function meet(nat)
{
	if (!(nat in known))
		nats[++n_nats] = nat
	known[nat]
	with[nat, column]++
	well[nat, column] += ok
}

END {
	if (want == "table")
		table()
	else
		profiles()
}

function table(    i, c)
{
	print "approach", "skew", "connected", "of", "percent", "by", "because"
	for (i = 1; i <= n_columns; i++) {
		c = columns[i]
		print c, connected[c], cells[c], \
			100 * connected[c] / cells[c], \
			tally(c FS "by"), tally(c FS "because")
	}
}

# tally(kind) - "43 this, 5 that", most frequent first
function tally(kind,    word, n, i, best, text)
{
	n = split(substr(words[kind], 2), word, FS)
	for (;;) {
		best = 0
		for (i = 1; i <= n; i++)
			if (word[i] != "" && (!best || many[kind, word[i]] > \
			    many[kind, word[best]]))
				best = i
		if (!best)
			return text
		text = text (text == "" ? "" : ", ") \
			many[kind, word[best]] " " word[best]
		word[best] = ""
	}
}

function profiles(    i, j, line)
{
	line = "profile"
	for (j = 1; j <= n_columns; j++) {
		split(columns[j], part, FS)
		line = line FS part[1] " " part[2] " percent"
	}
	print line
	for (i = 1; i <= n_nats; i++) {
		line = nats[i]
		for (j = 1; j <= n_columns; j++)
			line = line FS sprintf("%.1f", \
				100 * well[nats[i], columns[j]] / \
				with[nats[i], columns[j]])
		print line
	}
}
