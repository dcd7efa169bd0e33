"""Typical successes and failures, as ladders: results/ladders."""

from .html import inline, text

KEY = "ladders"


def card(folder, row, figures):
    svg = figures.inline(folder.read(row["name"] + ".svg"))
    what = row["mechanism"] or row["cause"]
    return ("<details%s><summary>%s</summary><p>%s</p><figure>%s"
            '<figcaption><code>%s</code></figcaption></figure></details>' % (
                " open" if row["mechanism"] else "",
                "<strong>%s</strong>: %s" % (text(what), text(row["title"])),
                inline(row["sentence"]), svg, text(row["command"])))


def html(folder, figures):
    rows = folder.rows("ladders.csv")
    good = [card(folder, r, figures) for r in rows if r["mechanism"]]
    bad = [card(folder, r, figures) for r in rows if not r["mechanism"]]
    return ('<section id="ladders"><h2>Ladders</h2><p class="question">Which '
            "packet meets which axis of which NAT?</p><h3>By each mechanism"
            '</h3><div class="ladders">%s</div><h3>For each cause</h3>'
            '<div class="ladders">%s</div></section>' % ("\n".join(good),
                                                         "\n".join(bad)))
