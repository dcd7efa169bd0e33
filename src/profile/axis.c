/*
 * The table of axes (DESIGN 6). The order is that of reports and of
 * profile_print(): how it maps, whom it lets in, what a session endures, what
 * it rewrites, how long it remembers.
 */
#include "profile/axis.h"

#define VALUES(...)							\
	.values = (const char *const[]) { __VA_ARGS__ },		\
	.value_count = sizeof((const char *const[]) { __VA_ARGS__ }) /	\
		sizeof(const char *)
#define NUMBER(low, high, what)						\
	.minimum = (low), .maximum = (high), .unit = (what)
#define FIELD(member) .offset = offsetof(struct profile, member)

/* After SYN-out and one of three packets in, the choice is the same. */
#define AFTER_VALUES VALUES("both", "syn-ack", "syn", "none", "end")

enum { WEEK = 7 * 24 * 60 * 60 };

const struct axis axes[] = {
	{
		.name = "mapping", FIELD(mapping),
		VALUES("endpoint-independent", "address", "address-port",
		       "connection"),
		.standard = MAPPING_ENDPOINT_INDEPENDENT,
		.term = "NAT binding: Independent, Address, "
			"Address and Port, Session",
		.requirement = "RFC 5382 REQ-1, RFC 4787 REQ-1",
		.help = "What a new session must share with an old one to get "
			"the same external port: the inside endpoint alone, "
			"the remote address too, the remote endpoint too, or "
			"nothing will do.",
	}, {
		.name = "ports", FIELD(ports),
		VALUES("preserve", "sequential", "random"),
		.standard = PORTS_PRESERVE,
		.term = "port preservation; delta; random (R)",
		.requirement = "RFC 4787 REQ-3, RFC 7857 9",
		.help = "How the external port of a new mapping is chosen: "
			"the inside port if it is free, else the next free "
			"one; the last one plus delta; or any.",
	}, {
		.name = "delta", FIELD(port_delta), NUMBER(1, 4096, ""),
		.standard = 1,
		.term = "delta",
		.requirement = "",
		.help = "The step between successive external ports when "
			"ports are sequential.",
	}, {
		.name = "filtering", FIELD(filtering),
		VALUES("open", "endpoint-independent", "address",
		       "address-port", "connection"),
		.standard = FILTERING_ADDRESS_PORT,
		.term = "endpoint filtering (EF): Open, Independent, Address, "
			"Address and Port",
		.requirement = "RFC 5382 REQ-3, RFC 4787 REQ-8",
		.help = "Whose SYNs and datagrams enter through a mapping "
			"without a session of theirs: anyone's, anyone's, "
			"those of an address or of an endpoint that has a "
			"session, or nobody's. Packets of a session never "
			"meet it.",
	}, {
		.name = "unsolicited-syn", FIELD(unsolicited_syn),
		VALUES("drop", "rst", "icmp-port", "icmp-host"),
		.standard = UNSOLICITED_DROP,
		.term = "response to a filtered SYN: drop, TCP RST, ICMP",
		.requirement = "RFC 5382 REQ-4",
		.help = "What a SYN that may not enter is answered with: "
			"nothing, a RST, port unreachable, or host "
			"unreachable.",
	}, {
		.name = "syn-in-after-syn-out", FIELD(syn_in_after_syn_out),
		VALUES("pass", "drop"),
		.standard = PASSING_PASS,
		.term = "SYN-out SYN-in",
		.requirement = "RFC 5382 REQ-2a",
		.help = "What happens to the peer's SYN in a session in which "
			"only the inside host's SYN went out.",
	}, {
		.name = "syn-ack-out-after-syn-out",
		FIELD(syn_ack_out_after_syn_out),
		VALUES("pass", "drop"),
		.standard = PASSING_PASS,
		.term = "SYN-out SYNACK-out",
		.requirement = "",
		.help = "What happens to the inside host's SYN-ACK in a "
			"session in which no SYN came in.",
	}, {
		.name = "after-rst-in", FIELD(after_rst_in), AFTER_VALUES,
		.standard = AFTER_BOTH,
		.term = "SYN-out RST-in SYN-in, SYN-out RST-in SYNACK-in",
		.requirement = "RFC 7857 2.2",
		.help = "What of the peer's still enters after SYN-out and a "
			"RST in: SYN and SYN-ACK, one of them, neither, or "
			"the session ends.",
	}, {
		.name = "after-time-exceeded-in",
		FIELD(after_time_exceeded_in), AFTER_VALUES,
		.standard = AFTER_BOTH,
		.term = "SYN-out ICMP-in SYN-in, SYN-out ICMP-in SYNACK-in "
			"(TTL)",
		.requirement = "RFC 5382 REQ-10",
		.help = "The same after SYN-out and an ICMP time exceeded "
			"in.",
	}, {
		.name = "after-unreachable-in",
		FIELD(after_unreachable_in), AFTER_VALUES,
		.standard = AFTER_BOTH,
		.term = "SYN-out ICMP-in SYN-in, SYN-out ICMP-in SYNACK-in "
			"(unreachable)",
		.requirement = "RFC 5382 REQ-10",
		.help = "The same after SYN-out and an ICMP destination "
			"unreachable in.",
	}, {
		.name = "sequence-numbers", FIELD(sequence_numbers),
		VALUES("keep", "rewrite"),
		.standard = SEQUENCE_KEEP,
		.term = "TCP sequence number preserved",
		.requirement = "",
		.help = "Whether the inside host's TCP sequence numbers are "
			"shifted by a random offset per session.",
	}, {
		.name = "ttl", FIELD(ttl), VALUES("decrement", "keep"),
		.standard = TTL_DECREMENT,
		.term = "mangling: IP TTL",
		.requirement = "",
		.help = "Whether the NAT counts as a hop: it decrements the "
			"TTL and answers what dies with time exceeded.",
	}, {
		.name = "timeout-syn", FIELD(timeout_syn),
		NUMBER(1, WEEK, "s"), .standard = 60,
		.term = "SYN-SENT timer",
		.requirement = "RFC 5382 REQ-5: 240 s",
		.help = "How long a session without a finished handshake is "
			"remembered.",
	}, {
		.name = "timeout-established", FIELD(timeout_established),
		NUMBER(1, WEEK, "s"), .standard = 7440,
		.term = "established timer",
		.requirement = "RFC 5382 REQ-5: 7440 s",
		.help = "How long an idle established session is remembered.",
	}, {
		.name = "timeout-closing", FIELD(timeout_closing),
		NUMBER(1, WEEK, "s"), .standard = 30,
		.term = "FIN timer",
		.requirement = "RFC 5382 REQ-5: 240 s",
		.help = "How long a session is remembered after a FIN from "
			"both sides.",
	}, {
		.name = "timeout-rst", FIELD(timeout_rst),
		NUMBER(1, WEEK, "s"), .standard = 10,
		.term = "RST timer",
		.requirement = "RFC 7857 2.2: 240 s",
		.help = "How long an established session is remembered after "
			"a RST.",
	}, {
		.name = "timeout-udp", FIELD(timeout_udp),
		NUMBER(1, WEEK, "s"), .standard = 30,
		.term = "",
		.requirement = "RFC 4787 REQ-5: 120 s, better 300 s",
		.help = "How long an idle UDP session is remembered.",
	}, {
		.name = "timeout-icmp", FIELD(timeout_icmp),
		NUMBER(1, WEEK, "s"), .standard = 30,
		.term = "",
		.requirement = "RFC 5508 REQ-2: 60 s",
		.help = "How long an ICMP echo session is remembered.",
	},
};

const size_t axis_count = sizeof(axes) / sizeof(axes[0]);

int axis_value(const struct axis *axis, const struct profile *p)
{
	return *(const int *)(const void *)((const char *)p + axis->offset);
}
