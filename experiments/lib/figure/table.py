"""The CSV that a figure is drawn from."""

import csv
import math
import sys

from .options import UsageError


def read(path):
    """Its rows as dictionaries; "-": standard input."""
    if path == "-":
        return rows_of(sys.stdin, "standard input")
    with open(path, encoding="utf-8", newline="") as file:
        return rows_of(file, path)


def rows_of(lines, name):
    rows = list(csv.DictReader(line for line in lines
                               if not line.startswith("#")))
    if not rows:
        raise UsageError("%s has no rows" % name)
    for row in rows:
        if None in row or None in row.values():
            raise UsageError("%s: a row has not as many fields as the header:"
                             " %s" % (name, ",".join(
                                 str(v) for v in row.values())))
    return rows


def need(rows, *columns):
    for column in columns:
        if column not in rows[0]:
            raise UsageError('there is no column "%s", only %s'
                             % (column, ", ".join(rows[0])))


def has(rows, *columns):
    return all(column in rows[0] for column in columns)


def number(row, column):
    """None where the field is blank or there is no such column."""
    text = (row.get(column) or "").strip()
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise UsageError('"%s" in column "%s" is not a number'
                         % (text, column))
    return value


def share(row):
    """(value, low, high) of a row with ok,n or value[,low,high]."""
    from .stats import wilson

    ok, n = number(row, "ok"), number(row, "n")
    if ok is not None and n is not None:
        return (ok / n, *wilson(ok, n)) if n else (None, None, None)
    value = number(row, "value")
    return value, number(row, "low"), number(row, "high")


def distinct(rows, column):
    """Its values, in the order in which they come."""
    return list(dict.fromkeys(row.get(column, "") for row in rows))
