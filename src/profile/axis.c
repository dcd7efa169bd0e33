/*
 * The table of axes (docs/nat-model.md). Reports and profile_print() keep its
 * order: mapping, filtering, sessions, ICMP, rewriting, UDP and echo requests,
 * timeouts.
 */
#include "profile/axis.h"

#include <string.h>

#define VALUES(...)							\
	.values = (const char *const[]) { __VA_ARGS__ },		\
	.value_count = sizeof((const char *const[]) { __VA_ARGS__ }) /	\
		sizeof(const char *)
#define NUMBER(low, high, what)						\
	.minimum = (low), .maximum = (high), .unit = (what)
#define FIELD(member) .offset = offsetof(struct profile, member)

enum { WEEK = 7 * 24 * 60 * 60 };

const struct axis axes[] = {
	{
		.name = "translation",
		FIELD(translation),
		VALUES("ports", "none"),
		.standard = TRANSLATION_PORTS,
		.term = "",
		.requirement = "RFC 6888 REQ-6",
		.help = "What of IPv4 is translated: addresses and ports, or "
			"nothing (a firewall: the outside address is the "
			"inside one).",
	}, {
		.name = "ipv6",
		FIELD(ipv6),
		VALUES("firewall", "nptv6", "nat66", "drop"),
		.standard = IPV6_FIREWALL,
		.term = "",
		.requirement = "RFC 6092, RFC 6296",
		.help = "What happens to IPv6: a firewall without translation, "
			"prefix translation, one external address with ports, "
			"or nothing passes. Filtering and state are as for "
			"IPv4.",
	}, {
		.name = "mapping",
		FIELD(mapping),
		VALUES("endpoint-independent", "address", "address-port",
		       "connection"),
		.standard = MAPPING_ENDPOINT_INDEPENDENT,
		.term = "NAT binding: Independent, Address, Address and Port, "
			"Session",
		.requirement = "RFC 5382 REQ-1, RFC 4787 REQ-1",
		.help = "What a new session must share with an old one to get "
			"the same external port: the inside endpoint alone, "
			"the remote address too, the remote endpoint too, or "
			"nothing will do.",
	}, {
		.name = "ports",
		FIELD(ports),
		VALUES("preserve", "preserve-overlap", "preserve-overload",
		       "sequential", "random"),
		.standard = PORTS_PRESERVE,
		.term = "port preservation; overloading; delta; random (R)",
		.requirement = "RFC 5382 REQ-7, RFC 4787 REQ-3, RFC 7857 3 and "
			"9",
		.help = "How the external port of a new mapping is chosen: the "
			"inside port if it is free, else by collision; the "
			"inside port if the remote endpoint is another than "
			"those of its other users; the inside port even if it "
			"is taken; the last one plus delta; or any.",
	}, {
		.name = "delta",
		FIELD(port_delta),
		NUMBER(1, 4096, ""),
		.standard = 1,
		.term = "delta",
		.requirement = "",
		.help = "The step between successive external ports when ports "
			"are sequential.",
	}, {
		.name = "parity",
		FIELD(parity),
		VALUES("any", "keep"),
		.standard = KEEPING_ANY,
		.term = "parity",
		.requirement = "RFC 4787 REQ-4",
		.help = "Whether an even inside port gets an even external "
			"one, and an odd one an odd one.",
	}, {
		.name = "range",
		FIELD(range),
		VALUES("any", "keep", "netfilter"),
		.standard = KEEPING_ANY,
		.term = "range preservation",
		.requirement = "RFC 4787 REQ-3a",
		.help = "Whether a port that is not preserved comes from the "
			"inside port's class (1 to 1023, 1024 to 65535; "
			"netfilter: 1 to 511, 600 to 1023, 1024 to 65535), or "
			"always from 1024 to 65535.",
	}, {
		.name = "collision",
		FIELD(collision),
		VALUES("next", "random", "refuse"),
		.standard = COLLISION_NEXT,
		.term = "",
		.requirement = "RFC 7857 9",
		.help = "What a mapping gets whose inside port cannot be "
			"preserved: the next free port, a random one, or none.",
	}, {
		.name = "after-collision",
		FIELD(after_collision),
		VALUES("same", "connection"),
		.standard = AFTER_COLLISION_SAME,
		.term = "",
		.requirement = "RFC 4787 REQ-11",
		.help = "How an inside endpoint is mapped from then on that "
			"did not get its own port: as the others, or each of "
			"its connections apart.",
	}, {
		.name = "addresses",
		FIELD(addresses),
		NUMBER(1, 16, ""),
		.standard = 1,
		.term = "",
		.requirement = "RFC 4787 REQ-2",
		.help = "How many external addresses there are; they follow "
			"one another.",
	}, {
		.name = "pooling",
		FIELD(pooling),
		VALUES("paired", "arbitrary"),
		.standard = POOLING_PAIRED,
		.term = "",
		.requirement = "RFC 4787 REQ-2, RFC 6888 REQ-2, RFC 7857 4",
		.help = "Whether all mappings of an inside host have the same "
			"external address, or each any.",
	}, {
		.name = "port-block",
		FIELD(port_block),
		NUMBER(0, 16384, ""),
		.standard = 0,
		.term = "",
		.requirement = "RFC 6888 REQ-14",
		.help = "How many ports in a row an inside host gets for "
			"itself; its mappings take no others. 0: there are no "
			"blocks.",
	}, {
		.name = "ports-per-host",
		FIELD(ports_per_host),
		NUMBER(0, 65535, ""),
		.standard = 0,
		.term = "",
		.requirement = "RFC 6888 REQ-4",
		.help = "How many mappings an inside host may have at a time, "
			"in each protocol. 0: as many as there are ports.",
	}, {
		.name = "mappings-per-second",
		FIELD(mappings_per_second),
		NUMBER(0, 100000, ""),
		.standard = 0,
		.term = "",
		.requirement = "RFC 6888 REQ-4c",
		.help = "How many new mappings an inside host may open in a "
			"second; packets that need more are dropped. 0: any "
			"number.",
	}, {
		.name = "port-reuse-delay",
		FIELD(port_reuse_delay),
		NUMBER(0, 3600, "s"),
		.standard = 0,
		.term = "",
		.requirement = "RFC 6888 REQ-8",
		.help = "How long an external port is not given to another "
			"mapping after its own is gone.",
	}, {
		.name = "sessions",
		FIELD(sessions),
		NUMBER(1, 4194304, ""),
		.standard = 65536,
		.term = "",
		.requirement = "RFC 6888 REQ-5",
		.help = "How many sessions the NAT remembers; none is ever "
			"thrown out to make room for another.",
	}, {
		.name = "exhausted",
		FIELD(exhausted),
		VALUES("drop", "icmp-admin", "icmp-host"),
		.standard = EXHAUSTED_ICMP_ADMIN,
		.term = "",
		.requirement = "RFC 5508 REQ-8, RFC 6888 REQ-11",
		.help = "What an inside host's packet is answered with for "
			"which no port, session or share is left: nothing, "
			"communication administratively prohibited, or host "
			"unreachable.",
	}, {
		.name = "filtering",
		FIELD(filtering),
		VALUES("open", "endpoint-independent", "address",
		       "address-port", "connection"),
		.standard = FILTERING_ADDRESS_PORT,
		.term = "endpoint filtering (EF): Open, Independent, Address, "
			"Address and Port",
		.requirement = "RFC 5382 REQ-3, RFC 4787 REQ-8",
		.help = "Whose SYNs and datagrams enter through a mapping "
			"without a session of theirs: anyone's, even to a port "
			"without a mapping (which the inside host that sent "
			"last then gets), anyone's, those of an address or of "
			"an endpoint that has a session, or nobody's. Packets "
			"of a session never meet it.",
	}, {
		.name = "unsolicited-syn",
		FIELD(unsolicited_syn),
		VALUES("drop", "rst", "icmp-port", "icmp-host", "icmp-admin",
		       "icmp-after-6s", "ban"),
		.standard = UNSOLICITED_DROP,
		.term = "response to a filtered SYN: drop, TCP RST, ICMP",
		.requirement = "RFC 5382 REQ-4",
		.help = "What a SYN that may not enter is answered with: "
			"nothing, a RST, an ICMP unreachable at once, port "
			"unreachable after 6 s unless the inside host has sent "
			"a SYN there meanwhile, or nothing and its sender is "
			"shut out for ban-time.",
	}, {
		.name = "ban-time",
		FIELD(ban_time),
		NUMBER(1, WEEK, "s"),
		.standard = 600,
		.term = "",
		.requirement = "",
		.help = "How long the address of a banned sender is shut out, "
			"whatever it sends.",
	}, {
		.name = "unsolicited-takes-port",
		FIELD(unsolicited_takes_port),
		VALUES("no", "yes"),
		.standard = TAKES_PORT_NO,
		.term = "",
		.requirement = "",
		.help = "Whether the NAT's own stack owns the port to which an "
			"unsolicited SYN or datagram came, as long as such a "
			"session is remembered, so that the inside host's next "
			"mapping gets another.",
	}, {
		.name = "tcp-state",
		FIELD(tcp_state),
		VALUES("rfc7857", "conntrack"),
		.standard = TCP_STATE_RFC7857,
		.term = "",
		.requirement = "RFC 7857 2, RFC 5382 REQ-2",
		.help = "The state machine of a TCP session: RFC 7857's, or "
			"that of Linux conntrack, to which some packets are "
			"invalid.",
	}, {
		.name = "window",
		FIELD(window),
		VALUES("unchecked", "tracked"),
		.standard = WINDOW_UNCHECKED,
		.term = "",
		.requirement = "",
		.help = "Whether segments outside of the window are invalid "
			"(with tcp-state conntrack alone).",
	}, {
		.name = "syn-in-after-syn-out",
		FIELD(syn_in_after_syn_out),
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
		.name = "syn-ack-out-after-syn-in",
		FIELD(syn_ack_out_after_syn_in),
		VALUES("pass", "drop"),
		.standard = PASSING_PASS,
		.term = "SYN-out SYN-in SYNACK-out",
		.requirement = "RFC 5382 REQ-2a",
		.help = "What happens to the inside host's SYN-ACK in a "
			"session in which its SYN went out and the peer's SYN "
			"came in: simultaneous open.",
	}, {
		.name = "after-rst-in",
		FIELD(after_rst_in),
		VALUES("both", "syn-ack", "syn", "none", "end"),
		.standard = AFTER_BOTH,
		.term = "SYN-out RST-in SYN-in, SYN-out RST-in SYNACK-in",
		.requirement = "RFC 7857 2.2",
		.help = "What of the peer's still enters after SYN-out and a "
			"RST in: SYN and SYN-ACK, one of them, neither, or the "
			"session ends.",
	}, {
		.name = "after-time-exceeded-in",
		FIELD(after_time_exceeded_in),
		VALUES("both", "syn-ack", "syn", "none", "end"),
		.standard = AFTER_BOTH,
		.term = "SYN-out ICMP-in SYN-in, SYN-out ICMP-in SYNACK-in "
			"(TTL)",
		.requirement = "RFC 5382 REQ-10",
		.help = "The same after SYN-out and an ICMP time exceeded in.",
	}, {
		.name = "after-unreachable-in",
		FIELD(after_unreachable_in),
		VALUES("both", "syn-ack", "syn", "none", "end"),
		.standard = AFTER_BOTH,
		.term = "SYN-out ICMP-in SYN-in, SYN-out ICMP-in SYNACK-in "
			"(unreachable)",
		.requirement = "RFC 5382 REQ-10",
		.help = "The same after SYN-out and an ICMP destination "
			"unreachable in.",
	}, {
		.name = "half-close",
		FIELD(half_close),
		VALUES("pass", "end"),
		.standard = HALF_CLOSE_PASS,
		.term = "",
		.requirement = "RFC 5382 REQ-2",
		.help = "What happens after one side's FIN: the session goes "
			"on until the other side's, or it ends.",
	}, {
		.name = "non-syn",
		FIELD(non_syn),
		VALUES("drop", "rst", "open"),
		.standard = NON_SYN_DROP,
		.term = "",
		.requirement = "RFC 5382 5",
		.help = "What happens to a segment without a session that is "
			"no SYN: nothing, it is answered with a RST, or (from "
			"inside) it opens a session.",
	}, {
		.name = "invalid",
		FIELD(invalid),
		VALUES("drop", "leak"),
		.standard = INVALID_DROP,
		.term = "",
		.requirement = "",
		.help = "What happens to a segment that the state machine "
			"calls invalid, or (with conntrack) an inside host's "
			"ICMP error about no session: it is dropped, or routed "
			"on untranslated, as Linux does.",
	}, {
		.name = "icmp-in",
		FIELD(icmp_in),
		VALUES("forward", "drop"),
		.standard = PASSING_PASS,
		.term = "",
		.requirement = "RFC 5382 REQ-9, RFC 4787 REQ-12b, RFC 5508 "
			"REQ-4",
		.help = "What happens to an ICMP error from outside about a "
			"packet of a session.",
	}, {
		.name = "icmp-source",
		FIELD(icmp_source),
		VALUES("any", "peer-only"),
		.standard = ICMP_SOURCE_ANY,
		.term = "",
		.requirement = "RFC 4787 REQ-12a",
		.help = "Whose ICMP errors enter: any router's, or only those "
			"that the remote host itself sends.",
	}, {
		.name = "icmp-payload",
		FIELD(icmp_payload),
		VALUES("translate", "leave"),
		.standard = ICMP_PAYLOAD_TRANSLATE,
		.term = "mangling: ICMP payload (ic)",
		.requirement = "RFC 5508 REQ-4 and REQ-5",
		.help = "Whether the packet that an ICMP error quotes is "
			"translated back.",
	}, {
		.name = "icmp-checksum",
		FIELD(icmp_checksum),
		VALUES("checked", "outer", "unchecked"),
		.standard = ICMP_CHECKSUM_CHECKED,
		.term = "",
		.requirement = "RFC 5508 REQ-3 and REQ-3a",
		.help = "Which checksums of an ICMP error must be right: its "
			"own and the quoted IP header's, its own, or none.",
	}, {
		.name = "icmp-embedded",
		FIELD(icmp_embedded),
		VALUES("rfc5508", "fixed-header", "check-transport"),
		.standard = ICMP_EMBEDDED_RFC5508,
		.term = "",
		.requirement = "RFC 5508 REQ-3b and REQ-3c",
		.help = "How an ICMP error's quoted packet is read: past its "
			"IP options and whatever its transport checksum, as if "
			"it had no options, or only if its transport checksum "
			"is right.",
	}, {
		.name = "icmp-out",
		FIELD(icmp_out),
		VALUES("matched", "all", "none"),
		.standard = ICMP_OUT_MATCHED,
		.term = "",
		.requirement = "RFC 5508 REQ-5",
		.help = "Which of the inside hosts' ICMP errors leave: those "
			"about a packet of a session, all, or none.",
	}, {
		.name = "icmp-query",
		FIELD(icmp_query),
		VALUES("pass", "drop"),
		.standard = PASSING_PASS,
		.term = "",
		.requirement = "RFC 5508 REQ-1",
		.help = "What happens to the inside hosts' echo requests.",
	}, {
		.name = "icmp-deprecated",
		FIELD(icmp_deprecated),
		VALUES("drop", "forward"),
		.standard = ICMP_DEPRECATED_DROP,
		.term = "",
		.requirement = "RFC 5508 REQ-10c",
		.help = "What happens to source quench and information "
			"requests.",
	}, {
		.name = "icmp-rate",
		FIELD(icmp_rate),
		NUMBER(0, 1000000, ""),
		.standard = 0,
		.term = "",
		.requirement = "RFC 5508 REQ-10d-f",
		.help = "How many ICMP errors the NAT itself sends in a second "
			"at most. 0: any number.",
	}, {
		.name = "echo-to-nat",
		FIELD(echo_to_nat),
		VALUES("reply", "ignore"),
		.standard = ECHO_TO_NAT_REPLY,
		.term = "",
		.requirement = "RFC 5508 REQ-10a",
		.help = "What the NAT itself does when it is sent an echo "
			"request.",
	}, {
		.name = "sequence-numbers",
		FIELD(sequence_numbers),
		VALUES("keep", "rewrite"),
		.standard = SEQUENCE_KEEP,
		.term = "TCP sequence number preserved (ts)",
		.requirement = "",
		.help = "Whether the inside host's TCP sequence numbers are "
			"shifted by a random offset per session.",
	}, {
		.name = "payload",
		FIELD(payload),
		VALUES("keep", "rewrite-addresses"),
		.standard = PAYLOAD_KEEP,
		.term = "mangling: IP/TCP payload (tp)",
		.requirement = "RFC 5382 REQ-6",
		.help = "Whether the inside host's address in the data of TCP "
			"segments is replaced by the external one, and the "
			"other way in.",
	}, {
		.name = "ip-id",
		FIELD(ip_id),
		VALUES("keep", "rewrite"),
		.standard = IP_ID_KEEP,
		.term = "",
		.requirement = "RFC 7857 10, RFC 6864 5.3.1",
		.help = "Whether outbound packets that may be fragmented get "
			"an IP identification of the NAT's own.",
	}, {
		.name = "ttl",
		FIELD(ttl),
		VALUES("decrement", "keep"),
		.standard = TTL_DECREMENT,
		.term = "mangling: IP TTL (tt)",
		.requirement = "",
		.help = "Whether the NAT counts as a hop: it decrements the "
			"TTL and answers what dies with time exceeded.",
	}, {
		.name = "hairpin",
		FIELD(hairpin),
		VALUES("no", "internal-source", "external-source"),
		.standard = HAIRPIN_EXTERNAL_SOURCE,
		.term = "hairpin",
		.requirement = "RFC 5382 REQ-8 and REQ-8a, RFC 4787 REQ-9",
		.help = "What happens to an inside host's packet to the NAT's "
			"external address: nothing, or it is turned back "
			"inside, with the sender's own source or its external "
			"one.",
	}, {
		.name = "fragments",
		FIELD(fragments),
		VALUES("any-order", "in-order", "drop"),
		.standard = FRAGMENTS_ANY_ORDER,
		.term = "",
		.requirement = "RFC 4787 REQ-14",
		.help = "Which fragments pass: all, those that come after "
			"their first one, or none.",
	}, {
		.name = "too-big",
		FIELD(too_big),
		VALUES("icmp", "drop"),
		.standard = TOO_BIG_ANSWER,
		.term = "",
		.requirement = "RFC 4787 REQ-13",
		.help = "What happens to a packet with DF set that is too big "
			"for the next link: fragmentation needed, or nothing.",
	}, {
		.name = "too-big-fragment",
		FIELD(too_big_fragment),
		VALUES("fragment", "drop"),
		.standard = TOO_BIG_ANSWER,
		.term = "",
		.requirement = "RFC 4787 REQ-13a",
		.help = "What happens to one without DF: it is fragmented, or "
			"dropped.",
	}, {
		.name = "udp-mapping",
		FIELD(udp_mapping),
		VALUES("as-tcp", "endpoint-independent", "address",
		       "address-port", "connection"),
		.standard = AS_TCP,
		.term = "",
		.requirement = "RFC 4787 REQ-1",
		.help = "The axis mapping for UDP.",
	}, {
		.name = "udp-ports",
		FIELD(udp_ports),
		VALUES("as-tcp", "preserve", "preserve-overlap",
		       "preserve-overload", "sequential", "random"),
		.standard = AS_TCP,
		.term = "",
		.requirement = "RFC 4787 REQ-3",
		.help = "The axis ports for UDP.",
	}, {
		.name = "udp-filtering",
		FIELD(udp_filtering),
		VALUES("as-tcp", "open", "endpoint-independent", "address",
		       "address-port", "connection"),
		.standard = AS_TCP,
		.term = "",
		.requirement = "RFC 4787 REQ-8, RFC 5382 REQ-3b",
		.help = "The axis filtering for UDP.",
	}, {
		.name = "udp-hairpin",
		FIELD(udp_hairpin),
		VALUES("as-tcp", "no", "internal-source", "external-source"),
		.standard = AS_TCP,
		.term = "",
		.requirement = "RFC 4787 REQ-9 and REQ-9a",
		.help = "The axis hairpin for UDP.",
	}, {
		.name = "udp-payload",
		FIELD(udp_payload),
		VALUES("as-tcp", "keep", "rewrite-addresses"),
		.standard = AS_TCP,
		.term = "",
		.requirement = "RFC 4787 REQ-10",
		.help = "The axis payload for UDP.",
	}, {
		.name = "udp-after-icmp",
		FIELD(udp_after_icmp),
		VALUES("keep", "end", "refresh"),
		.standard = AFTER_ICMP_KEEP,
		.term = "",
		.requirement = "RFC 4787 REQ-12",
		.help = "What an ICMP error in about a datagram does to its "
			"session: nothing, it ends it, or it starts its "
			"timeout anew.",
	}, {
		.name = "query-mapping",
		FIELD(query_mapping),
		VALUES("as-tcp", "endpoint-independent", "address",
		       "address-port", "connection"),
		.standard = AS_TCP,
		.term = "",
		.requirement = "RFC 5508 REQ-1a",
		.help = "The axis mapping for echo identifiers.",
	}, {
		.name = "query-after-icmp",
		FIELD(query_after_icmp),
		VALUES("keep", "end", "refresh"),
		.standard = AFTER_ICMP_KEEP,
		.term = "",
		.requirement = "RFC 5508 REQ-6",
		.help = "What an ICMP error in about an echo request does to "
			"its session: nothing, it ends it, or it starts its "
			"timeout anew.",
	}, {
		.name = "timeout-syn",
		FIELD(timeout_syn),
		NUMBER(1, WEEK, "s"),
		.standard = 60,
		.term = "SYN-SENT timer",
		.requirement = "RFC 5382 REQ-5: 240 s",
		.help = "How long a session without a finished handshake is "
			"remembered.",
	}, {
		.name = "timeout-syn-recv",
		FIELD(timeout_syn_recv),
		NUMBER(0, WEEK, "s"),
		.standard = 0,
		.term = "",
		.requirement = "RFC 5382 REQ-5: 240 s",
		.help = "The same once the other side has answered (with "
			"tcp-state conntrack). 0: as timeout-syn.",
	}, {
		.name = "timeout-established",
		FIELD(timeout_established),
		NUMBER(1, WEEK, "s"),
		.standard = 7440,
		.term = "established timer",
		.requirement = "RFC 5382 REQ-5: 7440 s",
		.help = "How long an idle established session is remembered.",
	}, {
		.name = "timeout-fin-wait",
		FIELD(timeout_fin_wait),
		NUMBER(0, WEEK, "s"),
		.standard = 0,
		.term = "",
		.requirement = "RFC 5382 5",
		.help = "How long after the FIN of one side. 0: as "
			"timeout-established.",
	}, {
		.name = "timeout-close-wait",
		FIELD(timeout_close_wait),
		NUMBER(0, WEEK, "s"),
		.standard = 0,
		.term = "",
		.requirement = "RFC 5382 5",
		.help = "How long once that FIN has been acknowledged (with "
			"tcp-state conntrack). 0: as timeout-fin-wait.",
	}, {
		.name = "timeout-closing",
		FIELD(timeout_closing),
		NUMBER(1, WEEK, "s"),
		.standard = 30,
		.term = "FIN timer",
		.requirement = "RFC 5382 REQ-5: 240 s",
		.help = "How long a session is remembered after a FIN from "
			"both sides.",
	}, {
		.name = "timeout-last-ack",
		FIELD(timeout_last_ack),
		NUMBER(0, WEEK, "s"),
		.standard = 0,
		.term = "",
		.requirement = "RFC 5382 REQ-5: 240 s",
		.help = "How long until the second FIN is acknowledged (with "
			"tcp-state conntrack). 0: as timeout-closing.",
	}, {
		.name = "timeout-time-wait",
		FIELD(timeout_time_wait),
		NUMBER(0, WEEK, "s"),
		.standard = 0,
		.term = "",
		.requirement = "RFC 5382 5",
		.help = "How long once it is (with tcp-state conntrack). 0: as "
			"timeout-closing.",
	}, {
		.name = "timeout-rst",
		FIELD(timeout_rst),
		NUMBER(1, WEEK, "s"),
		.standard = 10,
		.term = "RST timer",
		.requirement = "RFC 7857 2.2: 240 s",
		.help = "How long an established session is remembered after a "
			"RST.",
	}, {
		.name = "timeout-unacknowledged",
		FIELD(timeout_unacknowledged),
		NUMBER(0, WEEK, "s"),
		.standard = 0,
		.term = "",
		.requirement = "",
		.help = "How long at most while data is not acknowledged (with "
			"tcp-state conntrack). 0: as long as otherwise.",
	}, {
		.name = "timeout-udp",
		FIELD(timeout_udp),
		NUMBER(1, WEEK, "s"),
		.standard = 30,
		.term = "",
		.requirement = "RFC 4787 REQ-5: 120 s, better 300 s",
		.help = "How long an idle UDP session is remembered.",
	}, {
		.name = "timeout-udp-stream",
		FIELD(timeout_udp_stream),
		NUMBER(0, WEEK, "s"),
		.standard = 0,
		.term = "",
		.requirement = "RFC 4787 REQ-5",
		.help = "The same once datagrams have gone both ways for more "
			"than 2 s. 0: as timeout-udp.",
	}, {
		.name = "timeout-icmp",
		FIELD(timeout_icmp),
		NUMBER(1, WEEK, "s"),
		.standard = 30,
		.term = "",
		.requirement = "RFC 5508 REQ-2: 60 s",
		.help = "How long an ICMP echo session is remembered.",
	}, {
		.name = "refresh",
		FIELD(refresh),
		VALUES("outbound", "inbound", "both"),
		.standard = REFRESH_OUTBOUND,
		.term = "",
		.requirement = "RFC 4787 REQ-6",
		.help = "Whose packets start a session's timeout anew: the "
			"inside host's, the remote host's, or both.",
	},
};

const size_t axis_count = sizeof(axes) / sizeof(axes[0]);

int axis_value(const struct axis *axis, const struct profile *p)
{
	return *(const int *)(const void *)((const char *)p + axis->offset);
}

int axis_or_tcp(int value, int tcp)
{
	return value == AS_TCP ? tcp : value - 1;
}

const struct axis *axis_find(const char *name)
{
	for (size_t i = 0; i < axis_count; i++)
		if (!strcmp(axes[i].name, name))
			return &axes[i];
	return NULL;
}
