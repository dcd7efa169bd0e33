"""What each experiment found, in a sentence made from its tables. None of the
numbers is written here; words that depend on them are chosen by them."""

from .folder import MissingError


def number(row, column):
    try:
        return float(row[column])
    except (KeyError, ValueError):
        raise MissingError('no number in column "%s": %s'
                           % (column, row.get(column))) from None


def share(row, name="connected"):
    """"53.3 % (95 %: 40.9 to 65.4)" """
    return "**%.1f %%** (95 %%: %.1f to %.1f)" % (
        number(row, "percent"), number(row, name + "_low"),
        number(row, name + "_high"))


def one(rows, what):
    if not rows:
        raise MissingError("no row for %s" % what)
    return rows[0]


def best(rows):
    return max(rows, key=lambda r: number(r, "percent"))


def worst(rows):
    return min(rows, key=lambda r: number(r, "percent"))


def listed(words):
    words = list(words)
    if len(words) < 2:
        return "".join(words) or "none"
    return "%s and %s" % (", ".join(words[:-1]), words[-1])


def count(n, word):
    return "%d %s%s" % (n, word, "" if n == 1 else "s")


def tally(text):
    """"50 port-not-predicted, 12 no-spoofing" as a dictionary."""
    out = {}
    for part in filter(None, (p.strip() for p in text.split(","))):
        n, _, word = part.partition(" ")
        out[word] = out.get(word, 0) + int(n)
    return out


def most_frequent(rows, column="because"):
    """(word, its share of all) over the rows' tallies."""
    total = {}
    for row in rows:
        for word, n in tally(row[column]).items():
            total[word] = total.get(word, 0) + n
    if not total:
        return None
    word = max(sorted(total), key=lambda w: total[w])
    return word, 100 * total[word] / sum(total.values())


def either(rows):
    """With the roles' swap, where an approach has roles."""
    return [r for r in rows if r.get("order", "") in ("", "either")]


def imc05_sequences(f):
    rows = {r["sequence"]: r for r in f.rows()}

    def accepts(sequence):
        return one([rows[s] for s in rows if s == sequence or
                    s == sequence + " (time exceeded)"], sequence)

    apart = [abs(number(r, "percent") - number(r, "draft_percent"))
             for r in rows.values() if r.get("draft_percent")]
    beside = "" if not apart else (
        " No share is more than %.1f points from the draft's, from which the "
        "NATs were drawn." % max(apart))
    return ("Of %s NATs, %s let the peer's SYN in after their own host's; "
            "%s still do after a time exceeded, and %s after an RST.%s" % (
                one(list(rows.values()), "any sequence")["of"],
                share(accepts("SYN-out SYN-in"), "accept"),
                share(accepts("SYN-out ICMP-in SYN-in"), "accept"),
                share(accepts("SYN-out RST-in SYN-in"), "accept"), beside))


def who(row, rows):
    """The approach of that row, or how many do as well."""
    names = {r["approach"] for r in rows}
    ties = {r["approach"] for r in rows if r["percent"] == row["percent"]}
    return row["approach"] if len(ties) == 1 else \
        "%d of %d approaches" % (len(ties), len(names))


def imc05_methods(f):
    everyone, predictable = either(f.rows("all.csv")), either(f.rows())
    top = best(everyone)
    causes = most_frequent(f.rows("mechanisms.csv"))
    why = "" if not causes else (
        " Of all failures, %.0f %% are %s." % (causes[1], causes[0]))
    return ("No approach connects more than %s of all pairs (%s); of the "
            "pairs whose mappings can be predicted, approaches connect "
            "%.0f to %.0f %%.%s" % (
                share(top), who(top, everyone),
                number(worst(predictable), "percent"),
                number(best(predictable), "percent"), why))


def method_matrix(f):
    rows = f.rows()
    top, low = best(rows), worst(rows)
    causes = most_frequent(rows)
    why = "" if not causes else (
        " The most frequent cause of failure is %s (%.0f %%)." % causes)
    return ("The approach that connects most of the %s pairs of NATs, %s, "
            "connects **%.1f %%** (skew %s); %s connects the fewest, "
            "**%.1f %%** (skew %s).%s" % (
                top["of"], top["approach"], number(top, "percent"),
                top["skew"], low["approach"], number(low, "percent"),
                low["skew"], why))


def p2pnat_vendors(f):
    row = one([r for r in f.rows(test="punch") if r["vendor"] == "All"],
              "All, punch")
    ours = 100 * number(row, "connected") / number(row, "of")
    return ("**%.1f %%** of %s NATs with NAT Check's published traits let "
            "P2P-NAT through; NAT Check reported %.1f %% (95 %%: %.1f to %.1f)"
            " of %s. With retries %s of them do." % (
                ours, row["of"], number(row, "published_percent"),
                number(row, "published_low"), number(row, "published_high"),
                row["published_of"], row["retries"]))


def skew(f):
    rows = f.rows()
    kinds = {}		# approaches that always connect: NATs
    for nat in dict.fromkeys(r["NATs"] for r in rows):
        here = [r for r in rows if r["NATs"] == nat]
        always = tuple(r["approach"] for r in here
                       if number(r, "connected") == number(r, "of"))
        kinds.setdefault((always, len(here)), []).append(nat)
    names = {"drop": "drop an unsolicited SYN",
             "rst": "answer it with RST", "icmp": "answer it with ICMP"}
    sentences = []
    for (always, of), nats in kinds.items():
        sentences.append("Between NATs that %s, **%s** at every skew%s." % (
            " or ".join(names.get(n, n) for n in nats),
            "all %d approaches connect" % of if len(always) == of else
            "%d of %d approaches connect" % (len(always), of),
            "" if len(always) in (0, of) else " (%s)" % listed(always)))
    right, of = 0, 0
    for row in rows:
        a, _, b = row["as derived"].partition(" of ")
        right, of = right + int(a), of + int(b)
    return "%s %d of %d trials ended as derived from the ladders." % (
        " ".join(sentences), right, of)


def ttl(f):
    rows = [r for r in f.rows() if r["NATs"] == "plain"]
    low = [r for r in rows if r["TTLs that work"] or
           not r["auto connects"].startswith("0")]
    found, trials = 0, 0
    for row in rows:
        a, _, b = row["auto connects"].partition(" of ")
        if b:
            found, trials = found + int(a), trials + int(b)
    levels = sorted({int(r["levels"]) for r in low})
    works = []
    for n in levels:
        sets = [set(r["TTLs that work"].split()) for r in low
                if int(r["levels"]) == n and r["TTLs that work"]]
        if sets:
            common = sorted(set.intersection(*sets), key=int)
            works.append("%s with %s" % (listed(common),
                                         count(n, "level")))
    return ("Between plain NATs the TTL that `--ttl auto` finds connects in "
            "**%d of %d** trials. The TTLs with which every approach "
            "connects: %s." % (found, trials, "; ".join(works) or "none"))


def latency(f):
    rows = f.rows()
    ratio = [number(r, "median/bound") for r in rows if r["median/bound"]]
    longest = max(number(r, "rtt_ms") for r in rows)
    there = [r for r in rows if number(r, "rtt_ms") == longest and
             r["median_rtt"]]
    fast = min(there, key=lambda r: number(r, "median_rtt"))
    slow = max(there, key=lambda r: number(r, "median_rtt"))
    return ("Without loss the median time is %.2f to %.2f of the lower bound. "
            "At %g ms, %s is the fastest, **%.2f round trips**, and %s the "
            "slowest, **%.2f**." % (
                min(ratio), max(ratio), longest, fast["approach"],
                number(fast, "median_rtt"), slow["approach"],
                number(slow, "median_rtt")))


def linux_today(f):
    kinds = {}		# approaches that connect: skews
    for skew_name in ("below d", "above d"):
        rows = [r for r in f.rows(skew=skew_name)
                if r["nat A"] == r["nat B"] == "linux"]
        works = tuple(r["approach"] for r in rows
                      if number(r, "connected") == number(r, "of"))
        kinds.setdefault((works, len(rows)), []).append(skew_name)
    sentences = ["**%d of %d** approaches with a skew %s (%s)" % (
        len(works), of, " or ".join(s), listed(works))
        for (works, of), s in kinds.items()]
    known = [r for r in f.rows() if r["as expected"]]
    right = [r for r in known if r["as expected"] == "yes"]
    return ("Two hosts behind Linux's NAT, each with the default window check, "
            "are connected by %s. %d of %d cells of equal NATs are as "
            "measured before." % ("; by ".join(sentences), len(right),
                                  len(known)))


def dcutr_2025(f):
    rows = f.rows(skew="below d", approach="p2pnat none")
    low, high = worst(rows), best(rows)
    peers = [r for r in rows if r["population"] == "today-peers"]
    where = "" if not peers else (
        " With 11 %% of peers behind endpoint-dependent mappings and the rest "
        "well-behaved (today-peers) it is %s." % share(peers[0]))
    return ("p2pnat, both hosts starting together, connects **%.0f to %.0f "
            "%%** of pairs, as one assumes NATs to be.%s Published of DCUtR: "
            "70 %% ± 7.1 (2025)." % (
                number(low, "percent"), number(high, "percent"), where))


FINDINGS = {
    "imc05-sequences": imc05_sequences,
    "imc05-methods": imc05_methods,
    "method-matrix": method_matrix,
    "p2pnat-vendors": p2pnat_vendors,
    "skew": skew,
    "ttl": ttl,
    "latency": latency,
    "linux-today": linux_today,
    "dcutr-2025": dcutr_2025,
}


def finding(f):
    """Its sentence; "" of an experiment that is not known here. One that has
    said its own (provenance.found) is quoted."""
    if f.provenance.get("found"):
        return f.provenance["found"]
    if f.key not in FINDINGS:
        return ""
    return FINDINGS[f.key](f)
