"""The methods compared, on one screen: a row an approach."""

from figure import table

from .html import scrolled, text

NEEDS = ("stunt2 and p2pnat need no privilege; stunt1 captures, and needs an S "
         "that spoofs; natblaster captures and forges")


class Column:
    """@cell: approach to (share, low, high), or to (number, None, None)."""

    def __init__(self, head, note, cell, is_share=True):
        self.head, self.note, self.cell = head, note, cell
        self.is_share = is_share


def shares(rows):
    """By approach; of an order, that with the roles' swap."""
    out = {}
    for row in rows:
        if row.get("order", "") in ("", "either"):
            out[row["approach"]] = tuple(
                table.number(row, c) for c in (
                    "percent", "connected_low", "connected_high"))
    return out


def of_2005(folders, skew):
    return shares(folders["imc05-methods"].rows("all.csv", skew=skew))


def of_today(folders):
    return shares(folders["dcutr-2025"].rows(population="today-peers",
                                             skew="below d"))


def of_all(folders):
    return shares(folders["method-matrix"].rows(skew="below d"))


def times(folders):
    rows = folders["latency"].rows()
    longest = max(table.number(r, "rtt_ms") for r in rows)
    return {r["approach"]: (table.number(r, "median_rtt"), None, None)
            for r in rows if table.number(r, "rtt_ms") == longest}


def columns(folders):
    """Those for which there are results."""
    out = []
    if "imc05-methods" in folders:
        out.append(Column("2005, at once", "pairs of NATs drawn from the "
                          "shares of the IMC'05 draft; the hosts start within "
                          "the one-way delay d of each other", of_2005(
                              folders, "below d")))
        out.append(Column("2005, apart", "the same, one host starts later "
                          "than that", of_2005(folders, "above d")))
    if "dcutr-2025" in folders:
        out.append(Column("today", "pairs of NATs of which 11 % map "
                          "endpoint-dependently (second-hand), the rest "
                          "assumed; at once", of_today(folders)))
    if "method-matrix" in folders:
        out.append(Column("all NATs", "every profile with every profile: no "
                          "sample; at once", of_all(folders)))
    if "latency" in folders:
        out.append(Column("time, RTT", "median time to connect, in round "
                          "trips, at the longest delay, without loss",
                          times(folders), False))
    return out


def cell(column, approach):
    value, low, high = column.cell.get(approach, (None, None, None))
    if value is None:
        return '<td class="n">–</td>'
    if not column.is_share:
        return '<td class="n">%.2f</td>' % value
    interval = "" if low is None or high is None else \
        "<small>%.0f–%.0f</small>" % (low, high)
    return '<td class="share" style="--s:%.3f">%.0f%s</td>' % (
        value / 100, value, interval)


def html(folders):
    cols = columns(folders)
    approaches = list(dict.fromkeys(a for c in cols for a in c.cell))
    if not approaches:
        return ""
    head = "".join('<th scope="col" class="n">%s%s</th>' % (
        text(c.head), ", %" if c.is_share else "") for c in cols)
    rows = "".join('<tr><th scope="row">%s</th>%s</tr>' % (
        text(a), "".join(cell(c, a) for c in cols)) for a in approaches)
    notes = " ".join("<em>%s</em>: %s." % (text(c.head), text(c.note))
                     for c in cols)
    return ('<h2 id="methods">The methods compared</h2>'
            '<div class="glance wide">%s</div><p class="notes">Pairs '
            "connected, in %%; beneath, the 95 %% interval. %s <em>low</em>: "
            "the first SYN's TTL is so low that it dies between the NATs; "
            "<em>none</em>: it is not. Where the hosts have roles, they swap "
            "them if the first order fails; %s.</p>" % (
                scrolled("The methods compared", "<table><thead><tr>"
                         '<th scope="col">approach</th>%s</tr></thead>'
                         "<tbody>%s</tbody></table>" % (head, rows)),
                notes, NEEDS))
