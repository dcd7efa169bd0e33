"""Putting together what is alike."""


def alike(names, pattern):
    """Names of one pattern, under the first of them."""
    first, out = {}, {}
    for name in names:
        key = pattern(name)
        if key not in first:
            first[key] = name
            out[name] = []
        out[first[key]].append(name)
    return out


def distance(x, y):
    return sum(a != b for a, b in zip(x, y))


def chain(names, pattern):
    """Those of one pattern together, the most frequent pattern first, each
    pattern followed by the nearest that is left."""
    groups = {}
    for name in names:
        groups.setdefault(pattern(name), []).append(name)
    left = sorted(groups, key=lambda k: (-len(groups[k]),
                                         names.index(groups[k][0])))
    out, last = [], None
    while left:
        key = left[0] if last is None else min(
            left, key=lambda k: distance(k, last))
        left.remove(key)
        out += groups[key]
        last = key
    return out
