# sample.awk - of the lines on standard input a random sample without
# repetition, in their order: 2 %, and at least `least`. The same lines and seed
# give the same sample. -v seed= -v least=, after random.awk. Selection sampling
# (Knuth, The Art of Computer Programming, vol. 2, 3.4.2, algorithm S).

{ line[NR] = $0 }

END {
	wanted = int((NR + 49) / 50)
	if (wanted < least)
		wanted = least
	random_begin(random, seed, "cross-check")
	for (i = 1; i <= NR && wanted > 0; i++)
		if (random_below(random, NR - i + 1) < wanted) {
			print line[i]
			wanted--
		}
}
