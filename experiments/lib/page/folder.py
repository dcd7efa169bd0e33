"""One experiment's results: what is in its folder."""

import json
import os

from figure import table


class MissingError(Exception):
    """A sentence: what is not there, or not as it must be."""


class Folder:
    def __init__(self, path):
        self.path = path
        self.key = os.path.basename(path)
        with open(os.path.join(path, "provenance.json"),
                  encoding="utf-8") as file:
            self.provenance = json.load(file)
        self.title = self.provenance.get("title") or self.key
        self.question = self.provenance.get("question") or ""

    def read(self, name):
        """A file's text, or "" where there is none."""
        path = os.path.join(self.path, name)
        if not os.path.exists(path):
            return ""
        with open(path, encoding="utf-8") as file:
            return file.read()

    def files(self, *ends):
        return sorted(n for n in os.listdir(self.path) if n.endswith(ends))

    def size(self, name):
        return os.path.getsize(os.path.join(self.path, name))

    def rows(self, name="table.csv", **where):
        """Of a CSV, those whose columns are as said."""
        path = os.path.join(self.path, name)
        if not os.path.exists(path):
            raise MissingError("%s has no %s" % (self.key, name))
        rows = table.read(path)
        for column in where:
            if column not in rows[0]:
                raise MissingError('%s/%s has no column "%s"' % (
                    self.key, name, column))
        return [r for r in rows if all(r[c] == v for c, v in where.items())]


def folders(results):
    """Those that have a provenance, by name."""
    out = {}
    for name in sorted(os.listdir(results)):
        path = os.path.join(results, name)
        if os.path.exists(os.path.join(path, "provenance.json")):
            out[name] = Folder(path)
    return out
