"""Shares, one under the other; the published value beside ours. A label
stands above its bar, so that long ones can be read on a telephone."""

from . import table
from .canvas import Canvas, WIDTH, mark, swatch, text_width, wrap
from .scale import Scale, label, shown

LEFT, RIGHT = 4, WIDTH - 14
MARKS = (("diamond", "vermilion"), ("triangle", "green"),
         ("square", "rose"), ("circle", "orange"))


def published(rows):
    """(value column, source column) as often as there are any."""
    out = [("published" + n, "source" + n) for n in ("", "2", "3", "4")]
    return [pair for pair in out if pair[0] in rows[0]]


def sources(rows):
    """A marker for each source."""
    names = []
    for value, source in published(rows):
        for row in rows:
            if table.number(row, value) is not None:
                names.append(row.get(source) or "published")
    names = list(dict.fromkeys(names))
    return {n: MARKS[i % len(MARKS)] for i, n in enumerate(names)}


def words(measured, percent):
    """"83.9 % (80.1-87.2)" """
    value, low, high = measured
    if value is None:
        return "not measured"
    text = shown(value, percent) + (" %" if percent else "")
    if low is not None and high is not None:
        text += " (%s–%s)" % (shown(low, percent), shown(high, percent))
    return text


def top(rows, options):
    """Where the axis ends, and are these shares?"""
    percent = options.percent or table.has(rows, "ok", "n")
    values = [v for row in rows for v in (
        *table.share(row), *(table.number(row, p)
                             for p, _ in published(rows))) if v is not None]
    end = options.max or (1.0 if percent else max(values, default=1.0))
    return max(end, max(values, default=end)), percent


def heading(c, row, text):
    """Label and value on one line, or on more if they do not fit."""
    width = RIGHT - LEFT - text_width(text, 11) - 10
    lines = wrap(row["label"], max(width, 150))
    for i, line in enumerate(lines):
        c.y += 15
        c.text(LEFT, c.y, line)
        if i == 0:
            c.text(RIGHT, c.y, text, "s", "end")


def draw_row(c, row, rows, scale, percent, marks):
    measured = table.share(row)
    value, low, high = measured
    text, y = words(measured, percent), c.y
    heading(c, row, text)
    y = c.y + 11
    c.line(scale(0), y, scale.end, y)
    if value is not None:
        c.rect(scale(0), y - 5, max(scale(value) - scale(0), .8), 10, "blue",
               "%s: %s" % (row["label"], text))
    if low is not None and high is not None:
        c.line(scale(low), y, scale(high), y, "w", 'stroke-width="1.6"')
        for x in (scale(low), scale(high)):
            c.line(x, y - 3.5, x, y + 3.5, "w", 'stroke-width="1.6"')
    for column, source in published(rows):
        theirs = table.number(row, column)
        if theirs is not None:
            name = row.get(source) or "published"
            c.marker(marks[name][0], scale(theirs), y, marks[name][1], 5,
                     "%s: %s%s" % (name, shown(theirs, percent),
                                   " %" if percent else ""))
    c.y = y + 8


def axis(c, scale, percent, start, title):
    """Under all rows, and light lines through them."""
    grid = []
    for tick in scale.ticks(5):
        x = scale(tick)
        grid.append('<path class="r" d="M%.1f %.1fV%.1f"/>'
                    % (x, start, c.y + 2))
        anchor = "start" if x < LEFT + 9 else "end" if x > RIGHT - 9 \
            else "middle"
        c.text(x, c.y + 15, label(tick, percent), "s", anchor)
    c.y += 16
    if title:
        c.y += 15
        c.text(RIGHT, c.y, title, "s", "end")
    return grid


def draw(rows, options):
    table.need(rows, "label")
    end, percent = top(rows, options)
    c, marks = Canvas(options), sources(rows)
    scale = Scale(0, end, LEFT, RIGHT)
    whisker = any(table.share(row)[1] is not None for row in rows)
    c.legend([(swatch("blue"), "this program%s" % (
        "; line: its 95 % interval" if whisker else ""))] + [
            (mark(*m), name) for name, m in marks.items()])
    start, below = c.y, len(c.parts)
    for group in table.distinct(rows, "group"):
        if group:
            c.y += 20
            c.text(LEFT, c.y, group, "g")
        for row in rows:
            if row.get("group", "") == group:
                draw_row(c, row, rows, scale, percent, marks)
    c.parts[below:below] = axis(c, scale, percent, start + 4, options.x)
    return c.finish()
