"""How values are spread, for each x: the box holds the middle half, the line
in it is the median, whiskers reach from 5 to 95 %."""

from . import table
from .canvas import Canvas, num, stroke, swatch
from .lines import styles
from .panel import Panel
from .stats import quantile

QUANTILES = (("p5", .05), ("p25", .25), ("p50", .5), ("p75", .75),
             ("p95", .95))


def five(rows, name, x):
    """Its five quantiles and its bound, or None where there is nothing."""
    mine = [r for r in rows if r["series"] == name and r["x"] == x]
    bounds = [b for b in (table.number(r, "bound") for r in mine)
              if b is not None]
    if table.has(rows, "value"):
        values = sorted(v for v in (table.number(r, "value") for r in mine)
                        if v is not None)
        numbers = [quantile(values, q) for _, q in QUANTILES] \
            if values else None
    else:
        given = [table.number(r, q) for r in mine[:1] for q, _ in QUANTILES]
        numbers = given if given and None not in given else None
    return numbers, bounds[0] if bounds else None


def box(p, x, width, numbers, colour, title):
    low, q1, median, q3, high = (p.y(n) for n in numbers)
    p.c.add('<g stroke="var(--%s)"><title>%s</title><path stroke-width="1.3" '
            'd="M%s %sV%sM%s %sV%s"/><path fill="var(--%s)" fill-opacity=".3"'
            ' d="M%s %sh%sV%sh-%sz"/><path stroke-width="2.4" d="M%s %sh%s"/>'
            "</g>" % (colour, title, num(x), num(low), num(q1), num(x),
                      num(q3), num(high), colour, num(x - width / 2), num(q1),
                      num(width), num(q3), num(width), num(x - width / 2),
                      num(median), num(width)))


def bound_line(p, x, width, bound):
    p.c.line(x - width / 2 - 2, p.y(bound), x + width / 2 + 2, p.y(bound),
             "w", 'stroke-width="1.6"')


def fill(p, rows, names, xs, style):
    each = min(p.step * .84 / len(names), 28)
    for x in xs:
        start = p.x[x] - each * (len(names) - 1) / 2
        for i, name in enumerate(names):
            numbers, bound = five(rows, name, x)
            at = start + i * each
            if numbers:
                box(p, at, each * .8, numbers, style[name][0],
                    "%s, %s: median %.4g, middle half %.4g to %.4g"
                    % (name, x, numbers[2], numbers[1], numbers[3]))
            if bound is not None:
                bound_line(p, at, each * .8, bound)


def reach(rows, options, names, xs, titles):
    values = []
    for title in titles:
        here = [r for r in rows if r.get("panel", "") == title]
        for name in names:
            for x in xs:
                numbers, bound = five(here, name, x)
                values += numbers or []
                values += [bound] if bound is not None else []
    values = [v for v in values if v > 0 or not options.log] or [0.1, 1.0]
    low = min(values) * .8 if options.log else 0.0
    return low, options.max or 1.05 * max(values)


def draw(rows, options):
    table.need(rows, "series", "x")
    names, xs = table.distinct(rows, "series"), table.distinct(rows, "x")
    titles = table.distinct(rows, "panel")
    style = styles(names)
    c = Canvas(options)
    entries = [(swatch(style[n][0]), n) for n in names if n]
    if any(table.number(r, "bound") is not None for r in rows):
        entries.append((stroke("ink"), "lower bound"))
    c.legend(entries)
    y = reach(rows, options, names, xs, titles)
    for title in titles:
        p = Panel(c, options, y, xs, title, title == titles[-1],
                  options.percent, log_y=options.log)
        p.marks((), options.level)
        fill(p, [r for r in rows if r.get("panel", "") == title], names, xs,
             style)
    return c.finish()
