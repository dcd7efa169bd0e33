"""Colours, light and dark, that people who do not tell red from green can
tell apart (Okabe & Ito 2008, and shades between): what connects is cold, what
fails is warm, what does not apply is grey. By CSS variables, so that a figure
within a page follows it, and one alone the reader's system."""

# name: (on light paper, on dark paper)
COLOURS = {
    "blue": ("#0072b2", "#4aa8e0"),
    "sky": ("#56b4e9", "#a5d8f7"),
    "green": ("#009e73", "#35c79a"),
    "indigo": ("#332288", "#9a8cf0"),
    "vermilion": ("#d55e00", "#f0803c"),
    "orange": ("#e69f00", "#f5bc4d"),
    "rose": ("#cc79a7", "#e8a4c8"),
    "wine": ("#882255", "#c2568c"),
    "olive": ("#8a8200", "#c4bc3a"),
    "sand": ("#d8c878", "#efe2a0"),
    "brown": ("#8c510a", "#b98a4e"),
    "peach": ("#f2a07f", "#ffc4ad"),
    "ochre": ("#b8860b", "#d9b04a"),
    "steel": ("#7a9cc0", "#8fb3d9"),
    "grey": ("#8a939d", "#7d8792"),
    "mist": ("#c6ccd3", "#4a525b"),
    "ink": ("#1b1f24", "#e6e9ed"),
}

MEANING = {
    # methods and mechanisms
    "stunt1": "indigo", "spoofed-syn-ack": "indigo",
    "stunt2": "sky", "syn-through-hole": "sky",
    "natblaster": "green", "forged-syn-ack": "green",
    "p2pnat": "blue", "simultaneous-open": "blue",
    "mixed": "steel",	# A by one mechanism, B by another: "one/other"
    # outcomes
    "connected": "blue", "accepts": "blue", "ours": "blue",
    "failed": "vermilion", "refuses": "vermilion",
    "not-applicable": "grey", "error": "ink", "unknown": "mist",
    # causes
    "rst-from-nat": "vermilion", "icmp-from-nat": "orange",
    "rst-from-host": "wine", "nothing-arrived": "sand",
    "port-not-predicted": "rose", "sequence-refused": "peach",
    "syn-refused": "olive", "syn-ack-refused": "brown",
    "time-exceeded": "ochre", "no-usable-ttl": "grey",
    "no-spoofing": "mist", "no-privilege": "mist",
    "not-authenticated": "wine", "peer-vanished": "sand",
    "no-peer": "mist", "rendezvous-lost": "ink",
}

SPARE = ("blue", "vermilion", "green", "orange", "rose", "indigo", "sky",
         "olive", "wine", "brown", "sand", "grey")
DASHES = ("", "5 3", "1.5 2.5", "8 3 1.5 3")


def family(name):
    """What gives a name its colour: "natblaster none" is a natblaster, but
    "drop, 20 ms" is not what "drop, 40 ms" is."""
    first = name.split()[0] if name.split() else name
    if "/" in first and all(part in MEANING for part in first.split("/")):
        return "mixed"
    return first if first in MEANING else name


def rank(name):
    """What connects before what fails, before what does not apply."""
    names = list(MEANING)
    return names.index(family(name)) if family(name) in MEANING \
        else len(names)


def colours(names):
    """A colour for each name: its own meaning's, else the next spare one."""
    given = {f: MEANING[f] for f in map(family, names) if f in MEANING}
    spare = [c for c in SPARE if c not in given.values()] or list(SPARE)
    strangers = 0
    for name in names:
        if family(name) not in given:
            given[family(name)] = spare[strangers % len(spare)]
            strangers += 1
    return {name: given[family(name)] for name in names}


def dashes(names):
    """A dash for each name: those of one colour differ."""
    seen, out = {}, {}
    for name, colour in colours(names).items():
        out[name] = DASHES[seen.get(colour, 0) % len(DASHES)]
        seen[colour] = seen.get(colour, 0) + 1
    return out


def css():
    light = ";".join("--%s:%s" % (n, c[0]) for n, c in COLOURS.items())
    dark = ";".join("--%s:%s" % (n, c[1]) for n, c in COLOURS.items())
    return (
        ".fig{%s;--paper:#fff;--soft:#5b6470;--rule:#dde1e6;"
        "font:12px system-ui,-apple-system,'Segoe UI',Roboto,"
        "'Helvetica Neue',Arial,sans-serif;"
        "font-variant-numeric:tabular-nums}"
        "@media screen and (prefers-color-scheme:dark){.fig{%s;"
        "--paper:#14171a;--soft:#a2abb5;--rule:#333a41}}"
        ".fig text{fill:var(--ink)}.fig .s{fill:var(--soft);font-size:11px}"
        ".fig .t{font-weight:600;font-size:13px}"
        ".fig .g{font-weight:600}.fig .r{stroke:var(--rule)}"
        ".fig .a{stroke:var(--soft)}.fig .w{stroke:var(--ink)}"
        ".fig .q{stroke:var(--paper)}.fig .p{fill:var(--paper)}"
        # words over lines and cells keep a rim of paper
        ".fig .h,.fig .k{paint-order:stroke;stroke:var(--paper);"
        "stroke-width:3px;stroke-linejoin:round}" % (light, dark))
