# stats.jq - the statistics of all experiments, in one place. jq -L lib:
# import "stats" as stats;

# z of a two-sided 95 % interval
def z: 1.959964;

# wilson($k; $n) - [low, high] of the share k/n: Wilson's score interval
# (E. B. Wilson, JASA 22, 1927). Never outside 0..1, and of some width for k = 0
# and k = n, too. [null, null] of nothing.
def wilson($k; $n):
	if $n == 0 then [null, null] else
	(($k / $n) as $p | (z * z) as $zz | (1 + $zz / $n) as $scale |
	 (($p + $zz / (2 * $n)) / $scale) as $centre |
	 (z / $scale * ($p * (1 - $p) / $n + $zz / (4 * $n * $n) | sqrt))
		as $half |
	 [([0, $centre - $half] | max), ([1, $centre + $half] | min)])
	end;

# quantile($q) - of an array of numbers, linear between the two nearest
# (definition 7 of Hyndman and Fan 1996); null of none
def quantile($q):
	if length == 0 then null else
	(sort as $x | ($q * (length - 1)) as $at | ($at | floor) as $i |
	 if $i + 1 < ($x | length)
	 then $x[$i] + ($at - $i) * ($x[$i + 1] - $x[$i]) else $x[$i] end)
	end;

def median: quantile(0.5);

# round($digits) - half away from zero; null stays
def round($digits):
	if . == null then null else
	(pow(10; $digits) as $f | . * $f |
	 if . < 0 then -(-. + 0.5 | floor) else (. + 0.5 | floor) end / $f)
	end;

# percent - of a share, with one decimal
def percent: if . == null then null else . * 100 | round(1) end;

# share($k; $n) - the columns of a share: [k, n, percent, low, high]
def share($k; $n):
	[$k, $n, (if $n == 0 then null else $k / $n | percent end)] +
	(wilson($k; $n) | map(percent));

# count(f) - how many of an array are so
def count(f): map(select(f)) | length;

# tally(f) - "43 this, 5 that", most frequent first, of what f says; without
# what it leaves empty
def tally(f): map(f | select(. != null and . != "")) | group_by(.) |
	sort_by(-length, .[0]) | map("\(length) \(.[0])") | join(", ");
