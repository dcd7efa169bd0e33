"""A table.md: what of Markdown the experiments write. A title, the question,
and then sections of tables and remarks."""

from .html import Table, folded, inline, text


def blocks(source):
    """(kind, lines) of each run of lines."""
    run, kind = [], None
    for line in source.splitlines() + [""]:
        now = None if not line.strip() else "head" \
            if line.startswith("#") else "table" \
            if line.lstrip().startswith("|") else "text"
        if run and (now != kind or kind == "head"):
            yield kind, run
            run = []
        if now:
            run.append(line.strip())
        kind = now


def sections(source):
    """[(title, tables, remarks)]; what is before the first ## is left out:
    title and question are the page's."""
    out = []
    for kind, lines in blocks(source):
        if kind == "head" and lines[0].startswith("## "):
            out.append((lines[0][3:], [], []))
        elif not out or kind == "head":
            continue
        elif kind == "table" and len(lines) > 2:
            out[-1][1].append(Table.of_markdown(lines))
        elif kind == "text":
            out[-1][2].append(" ".join(lines))
    return out


def html(source):
    out = []
    for title, tables, remarks in sections(source):
        out.append("<h3>%s</h3>" % text(title))
        for table in tables:
            n = len(table.rows)
            out.append(folded("The table: %d rows" % n, table.html(title), n))
        if not tables and not remarks:
            out.append("<p>No data.</p>")
        out += ['<p class="notes">%s</p>' % inline(r) for r in remarks]
    return "\n".join(out)
