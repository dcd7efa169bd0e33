"""Typical successes and failures, as ladders: results/ladders."""

import os

from .html import inline, text

KEY = "ladders"


def card(folder, row, figures):
    svg = figures.inline(folder.read(row["file"]))
    wrong = "" if row["as derived"] == "yes" else \
        "<strong>It should have come to %s.</strong> " % text(
            os.path.splitext(row["file"])[0])
    return ("<details><summary><strong>%s</strong>: %s</summary>"
            "<figure>%s<figcaption>%s<code>%s</code></figcaption></figure>"
            "</details>" % (text(row["found"]), text(row["what it is"]), svg,
                            wrong, text(row["command"])))


def cards(folder, rows, figures):
    """The first one is open: what there is to see shows itself."""
    return '<div class="ladders">%s</div>' % "\n".join(
        card(folder, r, figures) for r in rows).replace(
            "<details>", "<details open>", 1)


def html(folder, figures):
    rows = folder.rows()
    good = [r for r in rows if r["and so"].startswith("Connected")]
    bad = [r for r in rows if r not in good]
    return ('<section id="ladders"><h2>Ladders</h2><p class="question">%s</p>'
            "<p>Time runs down; a packet's line ends where it died, with the "
            "NAT's axis under it.</p><h3>By each mechanism</h3>%s<h3>For some "
            "causes</h3>%s" % (inline(folder.question),
                               cards(folder, good, figures),
                               cards(folder, bad, figures)))
