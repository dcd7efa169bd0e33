#include "base/result_codes.h"

#include <stdint.h>

static const char *const outcomes[] = {
	[OUTCOME_CONNECTED] = "connected",
	[OUTCOME_FAILED] = "failed",
	[OUTCOME_NOT_APPLICABLE] = "not-applicable",
	[OUTCOME_ERROR] = "error",
};

static const char *const mechanisms[] = {
	[MECHANISM_NONE] = "",
	[MECHANISM_SPOOFED_SYN_ACK] = "spoofed-syn-ack",
	[MECHANISM_FORGED_SYN_ACK] = "forged-syn-ack",
	[MECHANISM_SIMULTANEOUS_OPEN] = "simultaneous-open",
	[MECHANISM_SYN_THROUGH_HOLE] = "syn-through-hole",
	[MECHANISM_KNOCK_THROUGH_HOLE] = "knock-through-hole",
	[MECHANISM_KNOCK_ANSWERED] = "knock-answered",
};

static const struct {
	const char *name, *meaning;
} causes[CAUSE_COUNT] = {
	[CAUSE_NONE] = { "", "" },
	[CAUSE_NO_PRIVILEGE] = {
		"no-privilege",
		"The method must capture or forge packets, and may not." },
	[CAUSE_NO_USABLE_TTL] = {
		"no-usable-ttl",
		"No TTL lets the SYN out of the own NATs without letting it"
		" reach the peer's." },
	[CAUSE_NO_PEER] = {
		"no-peer",
		"No other host came with the session's code." },
	[CAUSE_RENDEZVOUS_LOST] = {
		"rendezvous-lost",
		"The rendezvous could not be reached, or the connection to it"
		" ended too early." },
	[CAUSE_NO_SPOOFING] = {
		"no-spoofing",
		"The spoofed SYN-ACK did not arrive: S cannot spoof, or its"
		" network drops what it spoofs." },
	[CAUSE_PORT_NOT_PREDICTED] = {
		"port-not-predicted",
		"A NAT gave the connection to the peer another public port"
		" than the one to S." },
	[CAUSE_SYN_REFUSED] = {
		"syn-refused",
		"The peer's SYN did not enter through the hole." },
	[CAUSE_SYN_ACK_REFUSED] = {
		"syn-ack-refused",
		"A SYN-ACK was sent and did not arrive." },
	[CAUSE_RST_FROM_NAT] = {
		"rst-from-nat",
		"A NAT answered the SYN with RST." },
	[CAUSE_RST_FROM_HOST] = {
		"rst-from-host",
		"The peer's own kernel answered the SYN with RST." },
	[CAUSE_ICMP_FROM_NAT] = {
		"icmp-from-nat",
		"A NAT answered the SYN with an ICMP unreachable." },
	[CAUSE_TIME_EXCEEDED] = {
		"time-exceeded",
		"A time exceeded for the SYN ended the connection attempt." },
	[CAUSE_SEQUENCE_REFUSED] = {
		"sequence-refused",
		"A SYN-ACK arrived whose numbers were not those of the SYN: a"
		" NAT rewrites sequence numbers." },
	[CAUSE_NOTHING_ARRIVED] = {
		"nothing-arrived",
		"Nothing of the peer's arrived." },
	[CAUSE_NOT_AUTHENTICATED] = {
		"not-authenticated",
		"A connection came about, but its other end did not prove that"
		" it knows the code." },
	[CAUSE_PEER_VANISHED] = {
		"peer-vanished",
		"The peer left before the attempt ended." },
	[CAUSE_KNOCK_REFUSED] = {
		"knock-refused",
		"The peer's datagrams arrived, and it has not heard this"
		" host's." },
};

const char *outcome_name(enum outcome o)
{
	return outcomes[o];
}

const char *mechanism_name(enum mechanism m)
{
	return mechanisms[m];
}

const char *cause_name(enum cause c)
{
	return causes[c].name;
}

const char *cause_meaning(enum cause c)
{
	return causes[c].meaning;
}

/* From what says nothing to what says most. Only a host can tell that it was
   its own kernel that answered RST, so that says more than RST alone. */
static const uint8_t telling[CAUSE_COUNT] = {
	[CAUSE_NONE] = 0,
	[CAUSE_PEER_VANISHED] = 1,
	[CAUSE_NO_PEER] = 2,
	[CAUSE_NOTHING_ARRIVED] = 3,
	[CAUSE_TIME_EXCEEDED] = 4,
	[CAUSE_KNOCK_REFUSED] = 5,
	[CAUSE_SYN_REFUSED] = 6,
	[CAUSE_SYN_ACK_REFUSED] = 7,
	[CAUSE_NOT_AUTHENTICATED] = 8,
	[CAUSE_NO_SPOOFING] = 9,
	[CAUSE_SEQUENCE_REFUSED] = 10,
	[CAUSE_ICMP_FROM_NAT] = 11,
	[CAUSE_RST_FROM_NAT] = 12,
	[CAUSE_RST_FROM_HOST] = 13,
	[CAUSE_PORT_NOT_PREDICTED] = 14,
	[CAUSE_RENDEZVOUS_LOST] = 15,
	[CAUSE_NO_USABLE_TTL] = 16,
	[CAUSE_NO_PRIVILEGE] = 17,
};

enum cause cause_more_telling(enum cause a, enum cause b)
{
	return telling[b] > telling[a] ? b : a;
}

bool cause_is_silence(enum cause c)
{
	switch (c) {
	case CAUSE_NONE:
	case CAUSE_NOTHING_ARRIVED:
	case CAUSE_SYN_REFUSED:
	case CAUSE_KNOCK_REFUSED:
	case CAUSE_SYN_ACK_REFUSED:
	case CAUSE_NO_SPOOFING:
	case CAUSE_NOT_AUTHENTICATED:
		return true;
	default:
		return false;
	}
}
