"""A cell for each row and column. Cells of one colour are one path of as few
rectangles as simple merging finds, so that 114 times 114 stay a small file."""

from html import escape

from . import table
from .canvas import Canvas, WIDTH, num, swatch, text_width, wrap
from .order import alike, chain
from .palette import colours

LABELS_MAX = 45		# rows or columns; more would not be read
LABEL_WIDTH = 180


class Grid:
    def __init__(self, rows):
        self.rows = table.distinct(rows, "row")
        self.columns = table.distinct(rows, "column")
        self.value = {(r["row"], r["column"]): r["value"] for r in rows}
        self.text = {(r["row"], r["column"]): r.get("text", "")
                     for r in rows}
        self.count = {}		# rows that a merged row stands for
        self.words = any(not is_number(v) for v in self.value.values() if v)

    def sort(self):
        self.rows = chain(self.rows, self.row_pattern)
        if set(self.rows) == set(self.columns):
            self.columns = list(self.rows)
        else:
            self.columns = chain(self.columns, self.column_pattern)

    def row_pattern(self, row):
        return tuple(self.value.get((row, c), "") for c in self.columns)

    def column_pattern(self, column):
        return tuple(self.value.get((r, column), "") for r in self.rows)

    def both_patterns(self, name):
        return self.row_pattern(name), self.column_pattern(name)

    def merge(self):
        square = set(self.rows) == set(self.columns)
        kinds = alike(self.rows, self.both_patterns if square
                      else self.row_pattern)
        others = kinds if square else alike(self.columns,
                                            self.column_pattern)
        self.rows, self.columns = list(kinds), list(others)
        self.count = {n: len(g) for n, g in {**others, **kinds}.items()}

    def label(self, name, width=None):
        """A merged one says how many more it stands for."""
        more = self.count.get(name, 1) - 1
        tail = " +%d" % more if more else ""
        if width:
            name = clip(name, width - text_width(tail, 11))
        return name + tail


def is_number(text):
    try:
        float(text)
    except ValueError:
        return False
    return True


def rectangles(cells):
    """Cover a set of (row, column) by rectangles: runs, then equal runs of
    rows under each other."""
    left = set(cells)
    out = []
    for row, column in sorted(cells):
        if (row, column) not in left:
            continue
        width = height = 1
        while (row, column + width) in left:
            width += 1
        while all((row + height, column + i) in left for i in range(width)):
            height += 1
        left -= {(row + j, column + i) for j in range(height)
                 for i in range(width)}
        out.append((column, row, width, height))
    return out


class Layout:
    """Where the cells are."""

    def __init__(self, c, grid):
        self.labelled = max(len(grid.rows), len(grid.columns)) <= LABELS_MAX
        longest = max(text_width(grid.label(r), 11) for r in grid.rows)
        self.left = min(longest + 6, LABEL_WIDTH) if self.labelled else 18
        self.cell = (WIDTH - self.left - 2) / len(grid.columns)
        # Few columns: no cell is so wide that the map has no shape.
        self.cell = min(self.cell, 44)
        self.height = min(self.cell, 26) if self.labelled else self.cell
        if self.labelled:
            self.height = max(self.height, 13)
        top = max(text_width(grid.label(n), 11) for n in grid.columns)
        self.upright = self.labelled and top > self.cell - 2
        self.top = c.y + (min(top, LABEL_WIDTH) + 4 if self.upright
                          else 14 if self.labelled else 2)
        self.bottom = self.top + self.height * len(grid.rows)


def clip(text, width, size=11):
    """Cut at the end what does not fit, with a sign that it was."""
    if text_width(text, size) <= width:
        return text
    return text[:max(1, int(width / text_width("n", size)) - 1)] + "…"


def name_rows(c, grid, at):
    for i, row in enumerate(grid.rows):
        c.text(at.left - 5, at.top + (i + .5) * at.height + 4,
               grid.label(row, at.left - 4), "s", "end")


def name_columns(c, grid, at):
    for i, column in enumerate(grid.columns):
        x = at.left + (i + .5) * at.cell
        text = grid.label(column, LABEL_WIDTH)
        if at.upright:
            c.text(0, 0, text, "s", "", 'transform="translate(%s %s)'
                   'rotate(-90)"' % (num(x + 4), num(at.top - 4)))
        else:
            c.text(x, at.top - 4, text, "s", "middle")


def number_colour(text, low, high):
    """More is darker on light paper, and lighter on dark."""
    part = min(max((float(text) - low) / (high - low), 0.0), 1.0)
    return round(part * 10)


def kinds_of(grid, options):
    """{(row, column) index: kind}, and how each kind is painted."""
    cells = {}
    for i, row in enumerate(grid.rows):
        for j, column in enumerate(grid.columns):
            value = grid.value.get((row, column), "")
            if value:
                cells[i, j] = value if grid.words else \
                    number_colour(value, *options.range)
    if not grid.words:
        return cells, {k: ("blue", .06 + .094 * k) for k in range(11)}
    names = list(dict.fromkeys(grid.value.values()))
    names = [n for n in names if n]
    return cells, {n: (colour, 1) for n, colour in colours(names).items()}


def paint(c, cells, kinds, at):
    for kind, (colour, opacity) in kinds.items():
        mine = [cell for cell, k in cells.items() if k == kind]
        if not mine:
            continue
        d = "".join("M%d %dh%dv%dh-%dz" % (x, y, w, h, w)
                    for x, y, w, h in rectangles(mine))
        c.add('<path fill="var(--%s)"%s data-kind="%s" d="%s" transform='
              '"translate(%s %s)scale(%.4g %.4g)"/>' % (
                  colour, ' fill-opacity="%.2g"' % opacity
                  if opacity < 1 else "", escape(str(kind)), d, num(at.left),
                  num(at.top), at.cell, at.height))


def write_in(c, grid, at):
    """What is said in the cells, if each has the room."""
    texts = {k: t for k, t in grid.text.items() if t}
    if not texts or max(text_width(t, 10) for t in texts.values()) > at.cell:
        return
    for i, row in enumerate(grid.rows):
        for j, column in enumerate(grid.columns):
            text = grid.text.get((row, column), "")
            if text:
                c.text(at.left + (j + .5) * at.cell,
                       at.top + (i + .5) * at.height + 3.5, text, "k",
                       "middle", 'style="font-size:10px"')


def borders(c, grid, at):
    """Thin lines between cells that are large enough for them."""
    right = at.left + at.cell * len(grid.columns)
    if at.cell < 8:
        c.add('<path class="a" d="M%s %sH%sV%sH%sz"/>' % (
            num(at.left), num(at.top), num(right), num(at.bottom),
            num(at.left)))
        return
    for i in range(len(grid.rows) + 1):
        y = at.top + i * at.height
        c.line(at.left, y, right, y, "q")
    for j in range(len(grid.columns) + 1):
        x = at.left + j * at.cell
        c.line(x, at.top, x, at.bottom, "q")


def numbers_legend(c, options):
    low, high = options.range
    c.legend([(faded(k), end) for k, end in (
        (0, shade(low, options.percent)),
        (5, shade((low + high) / 2, options.percent)),
        (10, shade(high, options.percent)))])


def shade(value, percent):
    return "%g %%" % (100 * value) if percent else "%g" % value


def faded(k):
    return lambda c, x, y: c.rect(x, y - 5, 13, 10, "blue", "",
                                  'fill-opacity="%.2g"' % (.06 + .094 * k))


def words_legend(c, grid, kinds):
    values = [v for v in grid.value.values() if v]
    counts = {k: values.count(k) for k in kinds}
    c.legend([(swatch(kinds[k][0]), "%s %.1f %%" % (
        k, 100 * counts[k] / len(values)))
        for k in sorted(kinds, key=lambda k: -counts[k])])


def axes(c, grid, options, at):
    if options.columns and not at.labelled:
        c.text(at.left, at.bottom + 14, "%s, %d of them →" % (
            options.columns, len(grid.columns)), "s")
    if options.rows and not at.labelled:
        c.text(0, 0, "← %s" % options.rows, "s", "end",
               'transform="translate(11 %s)rotate(-90)"' % num(at.top))
    c.y = at.bottom + (18 if options.columns and not at.labelled else 4)
    if at.labelled and options.rows and options.columns:
        for line in wrap("Rows: %s. Columns: %s.%s" % (
                options.rows, options.columns,
                " +n: that many more behave quite alike."
                if grid.count else ""), WIDTH - 8, 11):
            c.y += 14
            c.text(0, c.y, line, "s")


def names_for_lookup(grid, options):
    """What a page's script needs to say which cell is pointed at."""
    rows = "|".join(grid.label(r) for r in grid.rows)
    columns = "|".join(grid.label(n) for n in grid.columns)
    return ' data-row="%s" data-column="%s" data-rows="%s"%s' % (
        escape(options.rows), escape(options.columns), escape(rows),
        "" if columns == rows else ' data-columns="%s"' % escape(columns))


def draw(rows, options):
    table.need(rows, "row", "column", "value")
    grid = Grid(rows)
    c = Canvas(options)
    if options.merge:
        grid.merge()
    if options.sort or options.merge:
        grid.sort()
    cells, kinds = kinds_of(grid, options)
    if grid.words:
        words_legend(c, grid, kinds)
    else:
        numbers_legend(c, options)
    at = Layout(c, grid)
    if at.labelled:
        name_rows(c, grid, at)
        name_columns(c, grid, at)
    c.add('<g class="cells" shape-rendering="crispEdges" data-at="%s %s %s '
          '%s"%s>' % (num(at.left), num(at.top), num(at.cell), num(at.height),
                      names_for_lookup(grid, options)))
    paint(c, cells, kinds, at)
    c.add("</g>")
    borders(c, grid, at)
    write_in(c, grid, at)
    axes(c, grid, options, at)
    return c.finish()
