# vendors.awk - NAT Check's table (published/p2pnat2005-vendors.csv) as NATs:
# VENDOR, NAT, and whether the published hairpin test counted it, tab-separated.
# With csv.awk; -v most=N: at most that many of each vendor.
#
# Of a vendor's n NATs exactly k pass "TCP punch": consistent translation and no
# RST. Of the n - k that do not, the table does not say which of the two it
# was. Here: a NAT that is inconsistent for UDP is so for TCP, so that n times
# the share that fails UDP punching are inconsistent (rounded, at most n - k), and
# the rest answers with RST (derived, from this assumption). Exactly as many turn
# packets around (hairpin) as published; the consistent ones first, since the
# test needs the public endpoint that it was told.
# "other": what is left of the row All; its hairpin count would be negative.

/^#/ || /^[ \t\r]*$/ { next }

!columns {
	columns = csv_split($0, f)
	for (i = 1; i <= columns; i++)
		at[f[i]] = i
	next
}

{
	csv_split($0, f)
	vendor = f[at["vendor"]]
	n = f[at["tcp_punch_n"]] + 0
	k = f[at["tcp_punch_ok"]] + 0
	udp_n = f[at["udp_punch_n"]] + 0
	udp_k = f[at["udp_punch_ok"]] + 0
	hairpin_n = f[at["tcp_hairpin_n"]] + 0
	hairpin_k = f[at["tcp_hairpin_ok"]] + 0
	if (vendor == "All") {
		vendor = "other"
		n -= sum["n"]
		k -= sum["k"]
		udp_n -= sum["udp_n"]
		udp_k -= sum["udp_k"]
		hairpin_n = hairpin_k = 0
	}
	sum["n"] += n
	sum["k"] += k
	sum["udp_n"] += udp_n
	sum["udp_k"] += udp_k
	fit(vendor)
}

function fit(vendor,    i, inconsistent, nat)
{
	inconsistent = int(n * (udp_n - udp_k) / udp_n + 0.5)
	if (inconsistent > n - k)
		inconsistent = n - k
	for (i = 1; i <= n && (!most || i <= most); i++) {
		nat = "port-restricted-cone"
		if (i > n - inconsistent)
			nat = nat "+mapping=address-port+ports=sequential"
		else if (i > k)
			nat = nat "+unsolicited-syn=rst"
		nat = nat "+hairpin=" (i <= hairpin_k ? "external-source" : \
				       "no")
		print vendor "\t" nat "\t" (i <= hairpin_n ? "hairpin" : "")
	}
}
