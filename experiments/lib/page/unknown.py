"""What is not known: of each experiment, and of all."""

UNKNOWN = {
    "imc05-sequences": (
        "The tables printed in IMC 2005 are not available here. The values "
        "beside ours are those of a draft of that paper, as reprinted by "
        "Gaballo 2005; for SYN-out SYNACK-out none were published. Which "
        "NATs had which traits together is not known: they are drawn "
        "independently."),
    "imc05-methods": (
        "The success rates printed in IMC 2005 are not available here. The "
        "estimates beside ours are derived from the draft's shares; the "
        "figures of RFC 6544 and RFC 5128 are second-hand and do not say "
        "which approach or which share exactly."),
    "method-matrix": (
        "The profiles are ways in which a NAT can behave, not a sample of "
        "NATs: a share of cells is not a share of connections in life."),
    "p2pnat-vendors": (
        "NAT Check's reports were volunteers', no random sample, and say "
        "only whether a NAT passed. Why it did not is fitted. A column of "
        "the printed table contradicts itself and cannot be fitted whole."),
    "skew": (
        "There is no published measurement to put beside these: the windows "
        "are derived from the ladders."),
    "ttl": (
        "How many levels of NAT, or NATs that hold time exceeded back, there "
        "are in life is not published; so neither is how often this fails."),
    "latency": (
        "No published times: the bounds are derived. In real time the "
        "hosts, NATs and S are one machine, whose own time is part of every "
        "figure."),
    "linux-today": (
        "Four settings of one kernel, not the firmware of any router."),
    "dcutr-2025": (
        "How today's NATs filter, or answer, is not published, nor what the "
        "campaign's peers were behind. Only the shares of endpoint-dependent "
        "mapping are, second-hand; the rest is assumed, line by line, in the "
        "populations' files."),
}

GENERAL = (
    "Success rates, and tables, as printed in the IMC 2005 paper: not "
    "available here, and nothing on this page is one of them. “Draft” is "
    "always the pre-publication draft, as reprinted by Gaballo 2005.",
    "Devices. Every NAT here is a profile of the emulated NAT, or Linux's own; "
    "what a share says of the world is as good as the population that it was "
    "drawn from, and that is as old as its source.",
    "The intervals are those of sampling alone (Wilson, 95 %): they say how "
    "far another draw from the same population would be, not how far the "
    "population is from the world.",
    "Paths: nothing here crosses the Internet. No packet left the network "
    "namespaces or guests of one machine.",
)
