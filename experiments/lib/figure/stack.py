"""What a whole is made of: a bar of parts for each label."""

from . import table
from .bars import LEFT, RIGHT
from .canvas import Canvas, swatch, text_width
from .palette import colours, rank
from .scale import Scale, label, shown


def parts_of(rows, group, name):
    """(part, amount) of one bar."""
    parts = [(r["part"], table.number(r, "n") or 0.0) for r in rows
             if r["label"] == name and r.get("group", "") == group]
    return sorted(parts, key=lambda part: rank(part[0]))


def draw_bar(c, name, parts, colour, scale):
    whole = sum(n for _, n in parts)
    c.y += 15
    c.text(LEFT, c.y, name)
    c.text(RIGHT, c.y, "n = %g" % whole, "s", "end")
    y, at = c.y + 5, 0.0
    for part, n in parts:
        if not n:
            continue
        x, end = scale(at / whole), scale((at + n) / whole)
        at += n
        text = shown(n / whole, True) + " %"
        c.rect(x, y, max(end - x - .8, .4), 14, colour[part],
               "%s: %s, %s (%g)" % (name, part, text, n))
        if end - x > text_width(text, 10) + 8:
            c.text((x + end) / 2, y + 10.5, text, "v", "middle",
                   'style="fill:var(--paper);font-size:10px"')
    c.y = y + 18


def draw(rows, options):
    table.need(rows, "label", "part", "n")
    parts = [p for p in table.distinct(rows, "part")
             if any(r["part"] == p and table.number(r, "n") for r in rows)]
    parts.sort(key=rank)
    colour = colours(parts)
    c, scale = Canvas(options), Scale(0, 1, LEFT, RIGHT)
    c.legend([(swatch(colour[p]), p) for p in parts])
    for group in table.distinct(rows, "group"):
        if group:
            c.y += 20
            c.text(LEFT, c.y, group, "g")
        for name in table.distinct(
                [r for r in rows if r.get("group", "") == group], "label"):
            draw_bar(c, name, parts_of(rows, group, name), colour, scale)
    for tick in scale.ticks(4):
        c.text(scale(tick), c.y + 10, label(tick, True), "s",
               "start" if tick == 0 else "end" if tick == 1 else "middle")
    c.y += 12
    if options.x:
        c.y += 15
        c.text(RIGHT, c.y, options.x, "s", "end")
    return c.finish()
