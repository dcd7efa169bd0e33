"""The options of `plot`, as one object."""

import argparse


class UsageError(Exception):
    """What was asked cannot be drawn: a sentence that quotes it."""


class Parser(argparse.ArgumentParser):
    def error(self, message):
        raise UsageError(message)


def pair(text):
    """"20:d" as (20.0, "d")."""
    number, colon, name = text.partition(":")
    try:
        return float(number), name
    except ValueError:
        raise UsageError('"%s" is not NUMBER:TEXT' % text) from None


def interval(text):
    low, colon, high = text.partition(":")
    try:
        return float(low), float(high)
    except ValueError:
        raise UsageError('"%s" is not LOW:HIGH' % text) from None


def parse(words):
    p = Parser(add_help=False, allow_abbrev=False)
    for name in ("title", "desc", "x", "y", "rows", "columns"):
        p.add_argument("--" + name, default="")
    p.add_argument("--out")
    p.add_argument("--max", type=float)
    p.add_argument("--height", type=float)
    p.add_argument("--mark", type=pair, action="append", default=[])
    p.add_argument("--level", type=pair, action="append", default=[])
    p.add_argument("--range", type=interval, default=(0.0, 1.0))
    for name in ("percent", "log", "sort", "merge"):
        p.add_argument("--" + name, action="store_true")
    p.add_argument("file", nargs="?", default="-")
    return p.parse_args(words)
