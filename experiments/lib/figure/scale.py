"""From values to places, and where to write numbers."""

import math


def nice_step(span, about):
    """1, 2 or 5 times a power of ten."""
    raw = span / max(about, 1)
    power = 10 ** math.floor(math.log10(raw)) if raw > 0 else 1
    for step in (1, 2, 5, 10):
        if raw <= step * power * 1.0000001:
            return step * power
    return 10 * power


class Scale:
    def __init__(self, low, high, start, end, log=False):
        if log:
            low, high = math.log10(low), math.log10(high)
        if high <= low:
            high = low + 1
        self.low, self.high, self.start, self.end = low, high, start, end
        self.log = log

    def __call__(self, value):
        if self.log:
            value = math.log10(max(value, 1e-12))
        part = (value - self.low) / (self.high - self.low)
        return self.start + part * (self.end - self.start)

    def ticks(self, about=5):
        if self.log:
            return self.log_ticks(about)
        step = nice_step(self.high - self.low, about)
        first = math.ceil(self.low / step - 1e-9)
        last = math.floor(self.high / step + 1e-9)
        return [i * step for i in range(first, last + 1)]

    def log_ticks(self, about):
        for parts in ((1, 2, 5), (1, 3), (1,)):
            out = [m * 10.0 ** e
                   for e in range(math.floor(self.low),
                                  math.ceil(self.high) + 1) for m in parts
                   if self.low - 1e-9 <= math.log10(m * 10.0 ** e)
                   <= self.high + 1e-9]
            if len(out) <= about + 2:
                return out
        return out


def label(value, percent=False):
    """A tick's number: no more digits than it has."""
    if percent:
        value *= 100
    text = "%.10g" % round(value, 10)
    return text + " %" if percent else text


def shown(value, percent=False):
    """A measured number: three digits that mean something."""
    if percent:
        value *= 100
        return "%.1f" % value if 0 < value < 100 else "%d" % value
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return "%.*f" % (digits, value)
