# random.awk - random numbers that are the same on every machine, for awk -f.
#
# L'Ecuyer's combination of two multiplicative generators (Efficient and
# portable combined random number generators, CACM 31(6), 1988, fig. 3): all
# products are below 2^53, so that an awk whose numbers are doubles is exact.

# random_state(r, a, b) - begin @r there: a in 1..2147483562, b in
# 1..2147483398
function random_state(r, a, b)
{
	r["a"] = a
	r["b"] = b
}

# random_begin(r, seed, name) - a stream of its own for each seed and name
function random_begin(r, seed, name,    i, text, c)
{
	text = seed "/" name
	r["a"] = r["b"] = 1
	for (i = 1; i <= length(text); i++) {
		c = random_code(substr(text, i, 1))
		r["a"] = (r["a"] * 257 + c) % 2147483562 + 1
		r["b"] = (r["b"] * 263 + c) % 2147483398 + 1
	}
	for (i = 0; i < 32; i++)
		random_next(r)
}

# random_next(r) - the next number, 1..2147483562
function random_next(r,    z)
{
	r["a"] = r["a"] * 40014 % 2147483563
	r["b"] = r["b"] * 40692 % 2147483399
	z = r["a"] - r["b"]
	return z < 1 ? z + 2147483562 : z
}

# random_share(r) - above 0, below 1
function random_share(r)
{
	return random_next(r) / 2147483563
}

# random_below(r, n) - one of 0..n-1
function random_below(r, n)
{
	return int(random_share(r) * n)
}

function random_code(c,    i)
{
	if (!("a" in random_codes))
		for (i = 1; i < 128; i++)
			random_codes[sprintf("%c", i)] = i
	return c in random_codes ? random_codes[c] : 128
}
