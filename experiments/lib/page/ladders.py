"""Typical successes and failures, as ladders: results/ladders."""

from html import escape

from .html import cell, inline, text

KEY = "ladders"


def card(folder, row, figures, is_open):
    """Its picture may be folded, its sentence is not."""
    connected = row["outcome"] == "connected"
    svg = figures.inline(folder.read(row["name"] + ".svg"))
    told = "<p>%s</p>" % inline(row["look at"])
    if row["in words"]:
        told += '<p class="notes">In the lab: %s</p>' % inline(
            row["in words"])
    return ('<div class="ladder-card" id="%s-%s"><h4>%s <span class="by %s">'
            "%s</span></h4>%s<details%s><summary>The ladder</summary>"
            "<figure>%s<figcaption><code>%s</code></figcaption></figure>"
            "</details></div>" % (
                KEY, escape(row["name"]), text(row["what"]),
                "good" if connected else "bad", cell(row["by or because"]),
                told, " open" if is_open else "", svg,
                text(row["command"])))


def html(folder, figures, after):
    good, bad, seen = [], [], set()
    for row in folder.rows():
        connected, how = row["outcome"] == "connected", row["by or because"]
        # One picture of each mechanism is open.
        (good if connected else bad).append(
            card(folder, row, figures, connected and how not in seen))
        seen.add(how)
    return ('<section id="%s"><h2>%s</h2><p class="question">%s</p>'
            "<h3>What connects, by each mechanism</h3>%s"
            "<h3>What does not, for each cause</h3>%s%s</section>" % (
                KEY, text(folder.title), inline(folder.question),
                "\n".join(good), "\n".join(bad), after))
