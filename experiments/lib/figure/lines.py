"""y against x, with intervals; and what share of values is at most x."""

from . import table
from .canvas import Canvas, stroke
from .palette import colours, dashes
from .panel import Panel
from .stats import quantile

SHAPES = ("circle", "square", "triangle", "diamond")
MANY = 25	# points on a line: markers would run into each other


def styles(names):
    """Colour, dash, shape, and a pixel or so aside, so that of lines that lie
    on each other all can be seen."""
    colour, dash = colours(names), dashes(names)
    step = min(1.6, 8 / len(names))
    return {n: (colour[n], dash[n], SHAPES[i % len(SHAPES)],
                (i - (len(names) - 1) / 2) * step)
            for i, n in enumerate(names)}


def span(values, log=False):
    low, high = min(values), max(values)
    if not log and low == high:
        low, high = low - .5, high + .5
    return low, high


def upper(rows, options, percent):
    values = [v for r in rows for v in table.share(r) if v is not None]
    values += [at for at, _ in options.level]
    if options.max:
        return options.max
    return 1.0 if percent else 1.05 * max(values, default=1.0)


def series(p, rows, name, style):
    """One line, in the order of x."""
    colour, dash, shape, aside = style
    mine = [r for r in rows if r["series"] == name]
    mine.sort(key=lambda r: table.number(r, "x") or 0.0)
    points = []
    for row in mine:
        value, low, high = table.share(row)
        x = table.number(row, "x")
        points.append(None if value is None or x is None else (x, value))
        if low is not None and high is not None and x is not None:
            p.whisker(p.x(x) + aside, low, high, colour)
    p.path(points, colour, dash, aside=aside)
    if len(points) <= MANY:
        for point in filter(None, points):
            p.c.marker(shape, p.x(point[0]) + aside, p.y(point[1]),
                       colour, 3, "%s: %g, %.3g" % (name, *point))


def draw(rows, options):
    table.need(rows, "series", "x")
    percent = options.percent or table.has(rows, "ok", "n")
    xs = [x for x in (table.number(r, "x") for r in rows) if x is not None]
    if options.log:
        xs = [x for x in xs if x > 0]
    end = upper(rows, options, percent)
    return panels(rows, options, (0.0, end), span(xs, options.log), percent,
                  series)


def steps(p, rows, name, style):
    values = sorted(v for v in (table.number(r, "value") for r in rows
                                if r["series"] == name) if v is not None)
    if not values:
        return
    if len(values) > 400:	# more cannot be seen
        values = [quantile(values, i / 400) for i in range(401)]
    points = [(values[0], 0.0)]
    points += [(v, (i + 1) / len(values)) for i, v in enumerate(values)]
    p.path(points, style[0], style[1], step=True)


def draw_ecdf(rows, options):
    table.need(rows, "series", "value")
    values = [v for v in (table.number(r, "value") for r in rows)
              if v is not None and (v > 0 or not options.log)]
    return panels(rows, options, (0.0, 1.0), span(values, options.log), True,
                  steps, markers=False)


def panels(rows, options, y, x, percent, one, markers=True):
    names = table.distinct(rows, "series")
    style = styles(names)
    c = Canvas(options)
    if len(names) > 1 or names[0]:
        c.legend([(stroke(s[0], s[1], s[2] if markers else None), n)
                  for n, s in style.items()])
    titles = table.distinct(rows, "panel")
    for title in titles:
        p = Panel(c, options, y, x, title, title == titles[-1], percent,
                  log_x=options.log)
        p.marks(options.mark, options.level)
        here = [r for r in rows if r.get("panel", "") == title]
        for name in names:
            one(p, here, name, style[name])
    return c.finish()
