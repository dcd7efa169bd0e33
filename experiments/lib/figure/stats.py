"""Intervals and quantiles."""

import math

Z95 = 1.959963984540054


def wilson(ok, n):
    """The 95 % interval of a share (Wilson 1927), as (low, high)."""
    if not n:
        return 0.0, 1.0
    p, z2 = ok / n, Z95 * Z95
    centre = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = Z95 / (1 + z2 / n) * math.sqrt(p * (1 - p) / n
                                          + z2 / (4 * n * n))
    return max(0.0, centre - half), min(1.0, centre + half)


def quantile(ordered, q):
    """Of values in order, linear between neighbours (Hyndman & Fan 7)."""
    at = q * (len(ordered) - 1)
    low = math.floor(at)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (at - low) * (ordered[high] - ordered[low])
