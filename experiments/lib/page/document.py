"""The page as a whole."""

import os
import re
from html import escape

from . import ladders, markdown, overview
from .findings import finding
from .html import definitions, inline, text
from .unknown import GENERAL, UNKNOWN

HERE = os.path.dirname(os.path.abspath(__file__))
ORDER = ("imc05-methods", "imc05-sequences", "dcutr-2025", "linux-today",
         "method-matrix", "p2pnat-vendors", "skew", "latency", "ttl")
FIGURES = 4	# of one experiment that are not folded


class Figures:
    """SVGs for one page: the style that they share is there once."""

    def __init__(self):
        self.styles = set()

    def inline(self, svg):
        svg = re.sub(r"^<\?xml[^>]*\?>\s*", "", svg)

        def once(match):
            if match.group() in self.styles:
                return ""
            self.styles.add(match.group())
            return match.group()

        return re.sub(r"<style>.*?</style>\n?", once, svg, flags=re.S)


def own(name):
    with open(os.path.join(HERE, name), encoding="utf-8") as file:
        return file.read()


def ordered(folders):
    known = [folders[k] for k in ORDER if k in folders]
    return known + [f for k, f in folders.items()
                    if k not in ORDER and k != ladders.KEY]


def figure(folder, name, figures):
    svg = figures.inline(folder.read(name))
    lookup = '<p class="lookup" aria-live="polite" hidden>Point at a cell, ' \
        "or tap it.</p>" if 'class="cells"' in svg else ""
    caption = re.search(r"<desc>(.*?)</desc>", svg, re.S)
    return "<figure>%s%s%s</figure>" % (
        svg, lookup, "<figcaption>%s</figcaption>" % caption.group(1)
        if caption else "")


def all_figures(folder, figures):
    names = folder.files(".svg")
    names.sort(key=lambda n: (n.startswith("mechanisms"),
                              not n.startswith("overview"), n))
    drawn = [figure(folder, n, figures) for n in names]
    shown = drawn if len(drawn) <= FIGURES else drawn[:1]
    rest = drawn[len(shown):]
    out = "\n".join(shown)
    if rest:
        out += "<details><summary>%d more figures</summary>%s</details>" % (
            len(rest), "\n".join(rest))
    return out


def duration(seconds):
    minutes, rest = divmod(int(seconds), 60)
    if minutes >= 120:
        return "%d h %d min" % divmod(minutes, 60)
    return "%d min %d s" % (minutes, rest) if minutes else "%d s" % rest


def clock(folder):
    """Which clock and which kernel; how many trials had the other clock."""
    p = folder.provenance
    words = "%s time, %s" % (
        {"virtual": "Virtual", "both": "Virtual and real"}.get(
            p.get("clock"), "Real"), p.get("kernel"))
    again = p.get("cross_check")
    if again:
        words += ("; %d trials repeated in real time, %s: %d agree in the "
                  "outcome, %d in the mechanism, %d in the cause" % (
                      again["trials"], again["kernel"], again["outcome"],
                      again["mechanism"], again["cause"]))
        differ = len(again["differences"])
        if differ:
            words += " (%d differ in one of these, %d of them by chance)" % (
                differ, again["by_chance"])
    return words + "."


def made(folder):
    p = folder.provenance
    trials = p.get("trials")
    rows = [
        ("command", "<code>%s</code>" % text(p.get("command") or "")),
        ("trials", "%s%s" % ("{:,}".format(trials) if trials else "",
                             ", in %s" % duration(p["seconds"])
                             if p.get("seconds") else "")),
        ("seed", text(str(p.get("seed", "")))),
        ("version", text("%s, commit %s" % (p.get("version"),
                                            p.get("commit")))),
        ("clock and kernel", text(clock(folder))),
        ("machine", text("%s, %s cores" % (p.get("os"), p.get("cores")))),
        ("date", text(str(p.get("date", ""))[:10])),
        ("population", text(p.get("population") or "")),
    ]
    sources = "".join("<li>%s</li>" % inline(s)
                      for s in p.get("sources") or ())
    return definitions(rows) + (
        '<p class="notes">Published figures and what it is derived from:</p>'
        '<ul class="raw">%s</ul>' % sources if sources else "")


def human(size):
    return "%d B" % size if size < 1000 else "%.0f kB" % (size / 1000) \
        if size < 1e6 else "%.1f MB" % (size / 1e6)


def raw(folder):
    files = folder.files(".csv", ".xz", ".md", ".json")
    return '<ul class="raw">%s</ul>' % "".join(
        '<li><a href="%s">%s</a> (%s)</li>' % (
            escape("%s/%s" % (folder.key, n)), text(n),
            human(folder.size(n))) for n in files)


def behind(folder):
    return ("<details><summary>How it was made, and the data</summary>%s%s"
            "</details>" % (made(folder), raw(folder)))


def section(folder, figures):
    found = finding(folder)
    unknown = UNKNOWN.get(folder.key)
    return "\n".join(filter(None, (
        '<section id="%s"><h2>%s</h2>' % (escape(folder.key),
                                          text(folder.title)),
        '<p class="question">%s</p>' % inline(folder.question),
        '<p class="notes">%s</p>' % text(clock(folder)),
        '<p><span class="flag sans">quick run: fewer trials</span></p>'
        if folder.provenance.get("quick") else "",
        '<p class="found">%s</p>' % inline(found) if found else "",
        all_figures(folder, figures),
        markdown.html(folder.read("table.md")),
        "<h3>What is not known</h3><p>%s</p>" % text(unknown)
        if unknown else "",
        behind(folder), "</section>")))


def contents(has_overview, has_ladders):
    """The findings are the table of contents; this is what is beside them."""
    links = [("methods", "Methods compared")] if has_overview else []
    links.append(("found", "Findings"))
    if has_ladders:
        links.append((ladders.KEY, "Ladders"))
    links.append(("not-known", "What is not known"))
    return '<nav aria-label="Contents"><ul>%s</ul></nav>' % "".join(
        '<li><a href="#%s">%s</a></li>' % (escape(k), text(t))
        for k, t in links)


def answers(shown):
    if not shown:
        return ("<p>Nothing yet: no experiment's results are beside this "
                "page. <code>sudo make experiments</code> makes them, and "
                "<code>make results</code> this page anew.</p>")
    return '<ul class="findings">%s</ul>' % "".join(
        '<li><a href="#%s">%s</a>%s</li>' % (
            escape(f.key), text(f.title), inline(finding(f) or f.question))
        for f in shown)


def lead(shown):
    trials = sum(f.provenance.get("trials") or 0 for f in shown)
    return ('<p class="lead">Two hosts behind NATs, in a laboratory on one '
            "machine, with real kernels and sockets%s, in real time or in "
            "virtual time, as each result says. "
            "A trial is a success when both applications have "
            "exchanged authenticated bytes. Intervals are Wilson's, 95 %%. "
            "What is published stands beside what was measured, with its "
            "source.</p>" % (": {:,} trials".format(trials) if trials else ""))


def page(folders):
    figures, shown = Figures(), ordered(folders)
    has_ladders = ladders.KEY in folders
    compared = overview.html(folders)
    body = [
        "<h1>TCP traversal of NATs: what connects, how, and why not</h1>",
        lead(shown), contents(compared, has_ladders), compared,
        '<h2 id="found">What was found</h2>', answers(shown)]
    body += [section(f, figures) for f in shown]
    if has_ladders:
        folder = folders[ladders.KEY]
        body.append(ladders.html(folder, figures, behind(folder)))
    body.append('<section id="not-known"><h2>What is not known</h2><ul>%s</ul>'
                "</section>" % "".join("<li>%s</li>" % text(g)
                                       for g in GENERAL))
    body.append("<footer>Made by <code>make results</code> from the files "
                "beside this page, and from nothing else.</footer>")
    return ("<!DOCTYPE html>\n"
            '<html lang="en"><head><meta charset="utf-8">\n'
            '<meta name="viewport" content="width=device-width, '
            'initial-scale=1">\n<meta name="color-scheme" content="light '
            'dark">\n<link rel="icon" href="data:,">\n'
            "<title>TCP traversal of NATs: results of tcptrav</title>\n"
            "<style>\n%s</style></head>\n<body><main>\n%s\n</main>\n"
            "<script>\n%s</script></body></html>\n" % (
                own("style.css"), "\n".join(body), own("script.js")))
