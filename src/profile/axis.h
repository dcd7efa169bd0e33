/*
 * The axes of NAT behaviour, in one table. The profile parser, the NAT engine's
 * settings, `tcptrav list axes`, `tcptrav nat show` and the docs use it. A new
 * axis is one row, and the engine's code for it.
 */
#ifndef TCPTRAV_PROFILE_AXIS_H
#define TCPTRAV_PROFILE_AXIS_H

#include <stddef.h>
#include <stdint.h>

enum translated { TRANSLATION_PORTS, TRANSLATION_NONE };
enum ipv6_way { IPV6_FIREWALL, IPV6_NPTV6, IPV6_NAT66, IPV6_DROP };
enum mapping { MAPPING_ENDPOINT_INDEPENDENT, MAPPING_ADDRESS,
	       MAPPING_ADDRESS_PORT, MAPPING_CONNECTION };
enum ports { PORTS_PRESERVE, PORTS_PRESERVE_OVERLAP, PORTS_PRESERVE_OVERLOAD,
	     PORTS_SEQUENTIAL, PORTS_RANDOM };
enum keeping { KEEPING_ANY, KEEPING_KEEP,
	       KEEPING_NETFILTER /* of range alone */ };
enum collision { COLLISION_NEXT, COLLISION_RANDOM, COLLISION_REFUSE };
enum after_collision { AFTER_COLLISION_SAME, AFTER_COLLISION_CONNECTION };
enum pooling { POOLING_PAIRED, POOLING_ARBITRARY };
enum exhausted { EXHAUSTED_DROP, EXHAUSTED_ICMP_ADMIN, EXHAUSTED_ICMP_HOST };
enum filtering { FILTERING_OPEN, FILTERING_ENDPOINT_INDEPENDENT,
		 FILTERING_ADDRESS, FILTERING_ADDRESS_PORT,
		 FILTERING_CONNECTION };
enum unsolicited { UNSOLICITED_DROP, UNSOLICITED_RST, UNSOLICITED_ICMP_PORT,
		   UNSOLICITED_ICMP_HOST, UNSOLICITED_ICMP_ADMIN,
		   UNSOLICITED_ICMP_AFTER_6S, UNSOLICITED_BAN,
		   UNSOLICITED_COUNT };
enum takes_port { TAKES_PORT_NO, TAKES_PORT_YES };
enum state_machine { TCP_STATE_RFC7857, TCP_STATE_CONNTRACK };
enum window { WINDOW_UNCHECKED, WINDOW_TRACKED };
enum passing { PASSING_PASS, PASSING_DROP };
/* After SYN-out and then an inbound RST, time exceeded or unreachable: which
   packets of the peer are accepted. "none" keeps the mapping, "end" ends the
   session. */
enum after { AFTER_BOTH, AFTER_SYN_ACK, AFTER_SYN, AFTER_NONE, AFTER_END,
	     AFTER_COUNT };
enum half_close { HALF_CLOSE_PASS, HALF_CLOSE_END };
enum non_syn { NON_SYN_DROP, NON_SYN_RST, NON_SYN_OPEN };
enum invalid { INVALID_DROP, INVALID_LEAK };
enum icmp_source { ICMP_SOURCE_ANY, ICMP_SOURCE_PEER_ONLY };
enum icmp_payload { ICMP_PAYLOAD_TRANSLATE, ICMP_PAYLOAD_LEAVE };
enum icmp_checksum { ICMP_CHECKSUM_CHECKED, ICMP_CHECKSUM_OUTER,
		     ICMP_CHECKSUM_UNCHECKED };
enum icmp_embedded { ICMP_EMBEDDED_RFC5508, ICMP_EMBEDDED_FIXED_HEADER,
		     ICMP_EMBEDDED_CHECK_TRANSPORT };
enum icmp_out { ICMP_OUT_MATCHED, ICMP_OUT_ALL, ICMP_OUT_NONE };
enum icmp_deprecated { ICMP_DEPRECATED_DROP, ICMP_DEPRECATED_FORWARD };
enum echo_to_nat { ECHO_TO_NAT_REPLY, ECHO_TO_NAT_IGNORE };
enum after_icmp { AFTER_ICMP_KEEP, AFTER_ICMP_END, AFTER_ICMP_REFRESH };
enum sequence_numbers { SEQUENCE_KEEP, SEQUENCE_REWRITE };
enum payload { PAYLOAD_KEEP, PAYLOAD_REWRITE_ADDRESSES };
enum ip_id { IP_ID_KEEP, IP_ID_REWRITE };
enum hairpin { HAIRPIN_NO, HAIRPIN_INTERNAL_SOURCE, HAIRPIN_EXTERNAL_SOURCE };
enum fragment_order { FRAGMENTS_ANY_ORDER, FRAGMENTS_IN_ORDER, FRAGMENTS_DROP };
enum too_big { TOO_BIG_ANSWER, TOO_BIG_DROP };
enum ttl_handling { TTL_DECREMENT, TTL_KEEP };
enum refresh { REFRESH_OUTBOUND, REFRESH_INBOUND, REFRESH_BOTH };
/* The axes of UDP and of echo identifiers: 0 means "as for TCP", n + 1 is the
   value n of TCP's axis. */
enum { AS_TCP };

/* A profile: a value for every axis. */
struct profile {
	char name[64];
	char summary[160];	/* the file's first comment line */
	int translation;	/* the enums above; int, so that one row type
				   can point at any of them */
	int ipv6;
	int mapping;
	int ports;
	int port_delta;		/* of sequential */
	int parity, range;	/* enum keeping */
	int collision;
	int after_collision;
	int addresses;		/* how many external ones */
	int pooling;
	int port_block;		/* ports in a host's block; 0: no blocks */
	int ports_per_host;	/* 0: no limit; so are those below */
	int mappings_per_second;
	int port_reuse_delay;	/* s */
	int sessions;		/* table limit */
	int exhausted;
	int filtering;
	int unsolicited_syn;
	int ban_time;		/* s */
	int unsolicited_takes_port;
	int tcp_state;
	int window;
	int syn_in_after_syn_out;
	int syn_ack_out_after_syn_out;
	int syn_ack_out_after_syn_in;
	int after_rst_in;
	int after_time_exceeded_in;
	int after_unreachable_in;
	int half_close;
	int non_syn;
	int invalid;
	int icmp_in;		/* enum passing */
	int icmp_source;
	int icmp_payload;
	int icmp_checksum;
	int icmp_embedded;
	int icmp_out;
	int icmp_query;		/* enum passing */
	int icmp_deprecated;
	int icmp_rate;		/* own ICMP a second; 0: no limit */
	int echo_to_nat;
	int sequence_numbers;
	int payload;
	int ip_id;
	int ttl;
	int hairpin;
	int fragments;
	int too_big;		/* enum too_big: a packet with DF=1 */
	int too_big_fragment;	/* the same: one with DF=0 */
	int udp_mapping;	/* AS_TCP, or enum + 1 */
	int udp_ports;
	int udp_filtering;
	int udp_hairpin;
	int udp_payload;
	int udp_after_icmp;	/* enum after_icmp */
	int query_mapping;	/* AS_TCP, or enum mapping + 1 */
	int query_after_icmp;
	int timeout_syn;	/* seconds, all of them */
	int timeout_syn_recv;	/* 0: as timeout_syn */
	int timeout_established;
	int timeout_fin_wait;	/* 0: as timeout_established */
	int timeout_close_wait;	/* 0: as timeout_fin_wait */
	int timeout_closing;
	int timeout_last_ack;	/* 0: as timeout_closing */
	int timeout_time_wait;	/* the same */
	int timeout_rst;
	int timeout_unacknowledged;	/* 0: none of its own */
	int timeout_udp;
	int timeout_udp_stream;	/* 0: as timeout_udp */
	int timeout_icmp;
	int refresh;
};

struct axis {
	const char *name; /* as in docs/nat-model.md: "after-rst-in" */
	const char *const *values;	/* names, by enum; NULL: a number */
	size_t value_count;
	long minimum, maximum;		/* of a number */
	const char *unit;		/* of a number: "s" or "" */
	int standard;			/* the default */
	const char *term;		/* the paper's term */
	const char *requirement;	/* RFC and requirement, or "" */
	const char *help;		/* one sentence */
	size_t offset;			/* of its int in struct profile */
};

extern const struct axis axes[];
extern const size_t axis_count;

/* axis_value - the value of @axis in @p */
int axis_value(const struct axis *axis, const struct profile *p);

/* axis_or_tcp - the value of an axis of UDP or of echo identifiers
   @tcp: the value of TCP's axis */
int axis_or_tcp(int value, int tcp);

/* axis_find - find the row with that name, or NULL */
const struct axis *axis_find(const char *name);

#endif
