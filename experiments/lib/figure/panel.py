"""A diagram with two axes, one of those that stand under each other."""

from .canvas import WIDTH, num, text_width
from .scale import Scale, label

RIGHT = WIDTH - 10


class Panel:
    """@x: a Scale's (low, high), or a list of categories."""

    def __init__(self, c, options, y_range, x, title="", last=True,
                 percent=False, log_x=False, log_y=False):
        self.c, self.options, self.percent = c, options, percent
        self.height = options.height or 170
        c.y += 8
        if title:
            c.y += 12
            c.text(0, c.y, title, "g")
        if options.y:
            c.y += 14
            c.text(0, c.y, options.y, "s")
        self.words_top = c.y + 12
        self.top = c.y + 8 + 13 * min(len(options.mark), 3)
        self.bottom = self.top + self.height
        self.y = Scale(*y_range, self.bottom, self.top, log_y)
        self.left = 10 + max(text_width(label(t, percent), 11)
                            for t in self.y.ticks(5))
        self.level_axis()
        if isinstance(x, list):
            self.categories(x, last)
        else:
            self.x = Scale(*x, self.left + 8, RIGHT - 8, log_x)
            self.upright_axis(last)
        c.y = self.bottom + (16 if last else 4)
        if last and options.x:
            c.y += 15
            c.text(RIGHT, c.y, options.x, "s", "end")

    def level_axis(self):
        for tick in self.y.ticks(5):
            y = self.y(tick)
            self.c.line(self.left, y, RIGHT, y)
            self.c.text(self.left - 5, y + 4, label(tick, self.percent), "s",
                        "end")

    def upright_axis(self, last):
        self.c.line(self.left, self.bottom, RIGHT, self.bottom, "a")
        for tick in self.x.ticks(6):
            x = self.x(tick)
            self.c.line(x, self.bottom, x, self.bottom + 4, "a")
            if last:
                self.c.text(x, self.bottom + 15, label(tick), "s", "middle")

    def categories(self, names, last):
        step = (RIGHT - self.left) / len(names)
        self.c.line(self.left, self.bottom, RIGHT, self.bottom, "a")
        self.step = step
        self.x = {n: self.left + (i + .5) * step
                  for i, n in enumerate(names)}
        for name, x in self.x.items():
            if last:
                self.c.text(x, self.bottom + 15, name, "s", "middle")

    def marks(self, marks, levels=()):
        """Upright and level lines, with what they are. The words of uprights
        stand above the diagram, on lines of their own, so that neither
        curves nor near ones run into them."""
        for i, (at, words) in enumerate(marks):
            x = self.x(at)
            if not self.left - .5 <= x <= RIGHT + .5:
                continue
            y = self.words_top + 13 * (i % 3)
            self.c.line(x, y - 8, x, self.bottom, "w",
                        'stroke-width="1" stroke-dasharray="2 2"')
            right = x + text_width(words, 11) + 6 > RIGHT
            self.c.text(x - 4 if right else x + 4, y, words, "s h",
                        "end" if right else "")
        for at, words in levels:
            y = self.y(at)
            self.c.line(self.left, y, RIGHT, y, "w",
                        'stroke-width="1" stroke-dasharray="2 2"')
            self.c.text(RIGHT, y - 4, words, "s h", "end")

    def path(self, points, colour, dash="", width=2, step=False, aside=0.0):
        """Through @points, pen up at None."""
        d, pen = [], False
        for point in points:
            if point is None:
                pen = False
                continue
            x, y = self.x(point[0]) + aside, self.y(point[1])
            if step and pen:
                d.append("H%s" % num(x))
            d.append("%s%s %s" % ("L" if pen else "M", num(x), num(y)))
            pen = True
        self.c.add('<path d="%s" stroke="var(--%s)" stroke-width="%s"%s/>' % (
            "".join(d), colour, width,
            ' stroke-dasharray="%s"' % dash if dash else ""))

    def whisker(self, x, low, high, colour):
        y1, y2 = self.y(low), self.y(high)
        self.c.add('<path d="M%s %sV%s" stroke="var(--%s)" stroke-width="1.3"'
                   ' stroke-opacity=".75"/>'
                   % (num(x), num(y1), num(y2), colour))
