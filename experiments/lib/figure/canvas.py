"""A drawing 400 wide, as tall as what is put on it, and its text."""

from html import escape

from .palette import css

WIDTH = 400
EM = 0.58       # mean width of a letter, in its size; wide fonts have more


def text_width(text, size=12):
    return len(text) * size * EM


def wrap(text, width, size=12):
    """Lines of at most about that width."""
    lines = []
    for word in text.split():
        if lines and text_width(lines[-1] + " " + word, size) <= width:
            lines[-1] += " " + word
        else:
            lines.append(word)
    return lines or [""]


def num(value):
    """A coordinate: short, and the same on every machine."""
    text = "%.1f" % value
    return text[:-2] if text.endswith(".0") else text


class Canvas:
    def __init__(self, options):
        self.options = options
        self.parts = []
        self.y = 0.0
        for line in wrap(options.title, WIDTH - 8, 14) if options.title \
                else ():
            self.y += 17
            self.text(0, self.y, line, "t")
        self.y += 6

    def add(self, part):
        self.parts.append(part)

    def text(self, x, y, text, kind="", anchor="", extra=""):
        self.add('<text x="%s" y="%s"%s%s%s>%s</text>' % (
            num(x), num(y), ' class="%s"' % kind if kind else "",
            ' text-anchor="%s"' % anchor if anchor else "",
            " " + extra if extra else "", escape(text, quote=False)))

    def line(self, x1, y1, x2, y2, kind="r", extra=""):
        self.add('<path class="%s" d="M%s %sL%s %s"%s/>' % (
            kind, num(x1), num(y1), num(x2), num(y2),
            " " + extra if extra else ""))

    def rect(self, x, y, width, height, colour, title="", extra=""):
        head = '<rect x="%s" y="%s" width="%s" height="%s" fill="var(--%s)"' \
            "%s" % (num(x), num(y), num(width), num(height), colour,
                    " " + extra if extra else "")
        if title:
            self.add("%s><title>%s</title></rect>"
                     % (head, escape(title, quote=False)))
        else:
            self.add(head + "/>")

    def marker(self, shape, x, y, colour, size=4, title=""):
        """A shape that differs by more than its colour."""
        d = {
            "diamond": "M{0} {t}L{r} {1}L{0} {b}L{l} {1}z",
            "triangle": "M{0} {t}L{r} {b}H{l}z",
            "square": "M{l} {t}H{r}V{b}H{l}z",
            "cross": "M{l} {t}L{r} {b}M{l} {b}L{r} {t}",
        }.get(shape, "M{l} {1}a{s} {s} 0 1 0 {d} 0a{s} {s} 0 1 0 -{d} 0z")
        d = d.format(num(x), num(y), l=num(x - size), r=num(x + size),
                     t=num(y - size), b=num(y + size), s=num(size),
                     d=num(2 * size))
        paint = ('fill="none" stroke="var(--%s)" stroke-width="2"'
                 if shape == "cross" else 'fill="var(--%s)" '
                 'stroke="var(--paper)" stroke-width=".8"') % colour
        end = "><title>%s</title></path>" % escape(title, quote=False) \
            if title else "/>"
        self.add('<path d="%s" %s%s' % (d, paint, end))

    def legend(self, entries, x=0):
        """Entries in a row, wrapped: (what draws a 14 wide sample, text)."""
        at, size = x, 11
        self.y += 14
        for sample, text in entries:
            lines = wrap(text, WIDTH - x - 24, size)
            width = 24 + max(text_width(line, size) for line in lines)
            if at > x and at + width > WIDTH:
                at, self.y = x, self.y + 16
            sample(self, at, self.y - 4)
            for i, line in enumerate(lines):
                self.y += 14 if i else 0
                self.text(at + 18, self.y, line, "s")
            at += width + 6
        self.y += 6

    def finish(self):
        o = self.options
        title = o.title or "a figure"
        desc = "<desc>%s</desc>" % escape(o.desc, quote=False) \
            if o.desc else ""
        return ('<svg xmlns="http://www.w3.org/2000/svg" class="fig" '
                'viewBox="0 0 %d %s" role="img" aria-label="%s">'
                "<title>%s</title>%s<style>%s</style>"
                '<rect class="p" width="100%%" height="100%%"/>\n'
                '<g fill="none" stroke-linejoin="round">%s</g></svg>\n'
                % (WIDTH, num(self.y + 4), escape(title),
                   escape(title, quote=False), desc, css(),
                   "\n".join(self.parts)))


def swatch(colour):
    return lambda c, x, y: c.rect(x, y - 5, 13, 10, colour)


def stroke(colour, dash="", shape=None):
    def sample(c, x, y):
        c.line(x, y, x + 15, y, "l", 'style="stroke:var(--%s)" '
               'stroke-width="2"%s' % (
                   colour, ' stroke-dasharray="%s"' % dash if dash else ""))
        if shape:
            c.marker(shape, x + 7.5, y, colour, 3)
    return sample


def mark(shape, colour):
    return lambda c, x, y: c.marker(shape, x + 7, y, colour)
