/*
 * The axes of NAT behaviour: one table, from which the profile parser, the
 * NAT engine's settings, `tcptrav list axes`, `tcptrav nat show`, the docs
 * and the probe's report all come. A new axis is one row (and the engine's
 * code for it).
 */
#ifndef TCPTRAV_PROFILE_AXIS_H
#define TCPTRAV_PROFILE_AXIS_H

#include <stddef.h>
#include <stdint.h>

enum mapping { MAPPING_ENDPOINT_INDEPENDENT, MAPPING_ADDRESS,
	       MAPPING_ADDRESS_PORT, MAPPING_CONNECTION };
enum ports { PORTS_PRESERVE, PORTS_SEQUENTIAL, PORTS_RANDOM };
enum filtering { FILTERING_OPEN, FILTERING_ENDPOINT_INDEPENDENT,
		 FILTERING_ADDRESS, FILTERING_ADDRESS_PORT,
		 FILTERING_CONNECTION };
enum unsolicited { UNSOLICITED_DROP, UNSOLICITED_RST, UNSOLICITED_ICMP_PORT,
		   UNSOLICITED_ICMP_HOST };
enum passing { PASSING_PASS, PASSING_DROP };
/* What of the peer's still enters after SYN-out and an RST, time exceeded or
   unreachable in; "none" keeps the mapping, "end" ends the session. */
enum after { AFTER_BOTH, AFTER_SYN_ACK, AFTER_SYN, AFTER_NONE, AFTER_END };
enum sequence_numbers { SEQUENCE_KEEP, SEQUENCE_REWRITE };
enum ttl_handling { TTL_DECREMENT, TTL_KEEP };

/* A profile with every axis given a value; what the engine is made with. */
struct profile {
	char name[64];
	char summary[160];	/* the file's first comment line */
	int mapping;		/* the enums above; int, so that one row type
				   can point at any of them */
	int ports;
	int port_delta;		/* of sequential */
	int filtering;
	int unsolicited_syn;
	int syn_in_after_syn_out;
	int syn_ack_out_after_syn_out;
	int after_rst_in;
	int after_time_exceeded_in;
	int after_unreachable_in;
	int sequence_numbers;
	int ttl;
	int timeout_syn;	/* seconds, all of them */
	int timeout_established;
	int timeout_closing;
	int timeout_rst;
	int timeout_udp;
	int timeout_icmp;
};

struct axis {
	const char *name;		/* as in DESIGN 6: "after-rst-in" */
	const char *const *values;	/* names, by enum; NULL: a number */
	size_t value_count;
	long minimum, maximum;		/* of a number */
	const char *unit;		/* of a number: "s" or "" */
	int standard;			/* the default */
	const char *term;		/* the paper's word for it */
	const char *requirement;	/* RFC and requirement, or "" */
	const char *help;		/* one sentence */
	size_t offset;			/* of its int in struct profile */
};

extern const struct axis axes[];
extern const size_t axis_count;

/* axis_value - what @p gives @axis */
int axis_value(const struct axis *axis, const struct profile *p);

#endif
