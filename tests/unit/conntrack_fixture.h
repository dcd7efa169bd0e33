/*
 * For the tests of connection tracking. Host A is inside at number P, its
 * peer B outside at Q; "out" is the original direction.
 */
#ifndef TCPTRAV_TESTS_CONNTRACK_FIXTURE_H
#define TCPTRAV_TESTS_CONNTRACK_FIXTURE_H

#include "nat/tcp_conntrack.h"
#include "wire/tcp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define SECOND INT64_C(1000000000)
#define DAYS_5 (432000 * SECOND)

enum {
	SYN = TCP_SYN,
	SYN_ACK = TCP_SYN | TCP_ACK,
	ACK = TCP_ACK,
	FIN = TCP_FIN | TCP_ACK,
	RST = TCP_RST,
	RST_ACK = TCP_RST | TCP_ACK,
	WINDOW = 10000,
};

static const uint32_t P = 1000, Q = 0xffffff00u;	/* Q wraps soon */

struct tracked {
	struct conntrack_tcp c;
	struct conntrack_options o;
	enum conntrack_timer timer;
	int64_t left;
	bool known;
};

static inline struct tracked fresh(void)
{
	return (struct tracked){ .o = conntrack_defaults, .left = DAYS_5 };
}

static inline enum conntrack_verdict
give(struct tracked *t, enum conntrack_direction direction,
     struct conntrack_segment s)
{
	enum conntrack_verdict v;

	if (t->known)
		return conntrack_packet(&t->c, &t->o, direction, &s, t->left,
					&t->timer);
	v = conntrack_open(&t->c, &t->o, &s, &t->timer);
	t->known = v == CONNTRACK_ACCEPT;
	return v;
}

static inline struct conntrack_segment
segment(uint8_t flags, uint32_t sequence, uint32_t acknowledgement,
	uint16_t length)
{
	return (struct conntrack_segment){
		.flags = flags, .sequence = sequence,
		.acknowledgement = acknowledgement, .window = WINDOW,
		.length = length,
	};
}

static inline enum conntrack_verdict
out(struct tracked *t, uint8_t flags, uint32_t sequence,
    uint32_t acknowledgement)
{
	return give(t, CONNTRACK_ORIGINAL,
		    segment(flags, sequence, acknowledgement, 0));
}

static inline enum conntrack_verdict
in(struct tracked *t, uint8_t flags, uint32_t sequence,
   uint32_t acknowledgement)
{
	return give(t, CONNTRACK_REPLY,
		    segment(flags, sequence, acknowledgement, 0));
}

static inline enum conntrack_verdict
data_out(struct tracked *t, uint32_t sequence, uint16_t length)
{
	return give(t, CONNTRACK_ORIGINAL,
		    segment(ACK, sequence, Q + 1, length));
}

/* Accepted, to this state, with that state's own timeout. */
#define PASSES(call, t, STATE) do {					\
	assert_int_equal(call, CONNTRACK_ACCEPT);			\
	assert_int_equal((t).c.state, CONNTRACK_##STATE);		\
	assert_int_equal((t).timer, CONNTRACK_##STATE);			\
} while (0)

/* What runs goes on running. */
#define STAYS(call, t, VERDICT, STATE) do {				\
	assert_int_equal(call, CONNTRACK_##VERDICT);			\
	assert_int_equal((t).c.state, CONNTRACK_##STATE);		\
	assert_int_equal((t).timer, CONNTRACK_TIMER_KEEP);		\
} while (0)

static inline struct tracked established(void)
{
	struct tracked t = fresh();

	PASSES(out(&t, SYN, P, 0), t, SYN_SENT);
	PASSES(in(&t, SYN_ACK, Q, P + 1), t, SYN_RECV);
	PASSES(out(&t, ACK, P + 1, Q + 1), t, ESTABLISHED);
	return t;
}

#endif
