"""Pieces of the page. What comes from files is escaped here, once."""

import re
from html import escape

FOLD = 14	# rows; a longer table is folded


def text(words):
    return escape(words, quote=False)


def inline(words):
    """Emphasis, code, and addresses, of Markdown."""
    out = re.sub(r"(\d) %", "\\1\u00a0%", text(words))
    out = re.sub(r"`([^`]+)`", r"<code>\1</code>", out)
    out = re.sub(r"\*\*([^*]+)\*\*", r"<strong>\1</strong>", out)
    out = re.sub(r"(?<![\w*])\*([^*\s][^*]*)\*(?![\w*])", r"<em>\1</em>", out)
    return re.sub(r"(?<![\w\"])(https?://[^\s<>\")]+[^\s<>\").,;:])",
                  r'<a href="\1">\1</a>', out)


def cells_of(line):
    """Of a Markdown table's line; a \\| is no border."""
    parts = re.split(r"(?<!\\)\|", line.strip().strip("|"))
    return [p.replace("\\|", "|").strip() for p in parts]


def is_long(words):
    return len(words) > 24 and " " in words


def cell(words):
    """A long name may be broken where it is joined."""
    return re.sub(r"([+/])(?=\w)", r"\1<wbr>", inline(words)) \
        if len(words) > 16 and "<" not in inline(words) else inline(words)


class Table:
    """A head, rows, and which columns are numbers."""

    def __init__(self, head, rows, right):
        self.head, self.rows, self.right = head, rows, right

    @classmethod
    def of_markdown(cls, lines):
        rule = cells_of(lines[1])
        return cls(cells_of(lines[0]), [cells_of(x) for x in lines[2:]],
                   [r.endswith(":") for r in rule])

    def html(self, name):
        words = [any(is_long(row[i]) for row in self.rows if i < len(row))
                 for i in range(len(self.head))]

        def kind(i):
            if i < len(self.right) and self.right[i]:
                return ' class="n"'
            return ' class="words"' if i and i < len(words) and words[i] \
                else ""

        head = "".join('<th scope="col"%s>%s</th>' % (kind(i), inline(c))
                       for i, c in enumerate(self.head))
        body = "".join("<tr>%s</tr>" % "".join(
            '<th scope="row">%s</th>' % cell(c) if i == 0 else
            "<td%s>%s</td>" % (kind(i), cell(c))
            for i, c in enumerate(row)) for row in self.rows)
        return scrolled(name, "<table><thead><tr>%s</tr></thead><tbody>%s"
                        "</tbody></table>" % (head, body))


def scrolled(name, table):
    """A table that scrolls within itself, by keys too, not with the page."""
    return ('<div class="table" role="region" tabindex="0" aria-label="%s">%s'
            "</div>" % (escape(name), table))


def folded(summary, content, rows):
    if rows <= FOLD:
        return content
    return "<details><summary>%s</summary>%s</details>" % (text(summary),
                                                           content)


def definitions(pairs):
    return "<dl>%s</dl>" % "".join("<dt>%s</dt><dd>%s</dd>" % (text(k), v)
                                   for k, v in pairs if v)
