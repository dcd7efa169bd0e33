#include "lab/configure_trial.h"

#include "base/clock.h"
#include "base/rng.h"
#include "net/nat_list.h"
#include "lab/ports.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define NONCE_TOP_BIT 0x80

/* order_time - ns that one order can take: timeout, round trip and skew */
static int64_t order_time(const struct trial *t)
{
	double ms = trial_timeout(t) + t->rtt_ms +
		    (t->skew_ms < 0 ? -t->skew_ms : t->skew_ms);

	return (int64_t)(ms * (double)NS_PER_MS);
}

/* peer_time - ns that a host waits at S for its peer. Both start at about the
   same time, so the peer can be late by its TTL search, and by the packets that
   are lost between it and S. */
static int64_t peer_time(const struct trial *t)
{
	return 10 * NS_PER_S + 4 * order_time(t);
}

int64_t trial_result_timeout(const struct trial *t)
{
	return 2 * (peer_time(t) + 2 * order_time(t)) + 10 * NS_PER_S;
}

int64_t trial_linger(const struct trial *t)
{
	double ms = 500 + 4 * t->rtt_ms;

	if (trial_has_faults(t))
		ms = fmax(ms, trial_timeout(t));
	return (int64_t)(ms * (double)NS_PER_MS);
}

int64_t trial_syn_ack_expiry(int64_t age)
{
	return age + NS_PER_S;
}

bool trial_needs_search(const struct trial *t)
{
	return t->approach.low_ttl && !t->ttl && !trial_has_faults(t);
}

/* same_links - do both need the same cell, apart from its NATs? */
static bool same_links(const struct trial *a, const struct trial *b)
{
	return !strcmp(a->topology, b->topology) && !(a->rtt_ms < b->rtt_ms) &&
	       !(a->rtt_ms > b->rtt_ms) && !(a->loss < b->loss) &&
	       !(a->loss > b->loss) &&
	       !strcmp(link_options_text(a->links),
		       link_options_text(b->links)) &&
	       !(a->background < b->background) &&
	       !(a->background > b->background) &&
	       a->spoofing_dropped == b->spoofing_dropped;
}

bool trial_same_cell(const struct trial *a, const struct trial *b)
{
	return !strcmp(a->nat_a, b->nat_a) && !strcmp(a->nat_b, b->nat_b) &&
	       same_links(a, b);
}

/* can_become - can the NATs of list @a be changed into those of @b? */
static bool can_become(const char *a, const char *b)
{
	return !strcmp(a, b) ||
	       (nat_list_is_emulated(a) && nat_list_is_emulated(b));
}

bool trial_fits_cell(const struct trial *a, const struct trial *b)
{
	return can_become(a->nat_a, b->nat_a) &&
	       can_become(a->nat_b, b->nat_b) && same_links(a, b);
}

/* configure_both - set what both hosts have in common */
static void configure_both(const struct trial *t, const struct cell *cell,
			   struct rng *rng, struct attempt_config *c)
{
	uint8_t bits[10];

	memset(c, 0, sizeof(*c));
	c->approach = t->approach;
	c->candidates = t->candidates;
	c->ttl = t->approach.low_ttl ? t->ttl : 0;
	c->server = cell->server;
	rng_fill(rng, bits, sizeof(bits));
	code_make(bits, c->code);
	c->timeout = (int64_t)(trial_timeout(t) * (double)NS_PER_MS);
	c->wait = peer_time(t);
}

/* draw_nonces - the host with the smaller nonce has role A: the lab's host A
   gets the smaller one in both orders */
static void draw_nonces(struct rng *rng, unsigned host,
			struct attempt_config *c)
{
	for (unsigned order = 0; order < 2; order++) {
		rng_fill(rng, c->nonce[order], NONCE_BYTES);
		if (host)
			c->nonce[order][0] |= NONCE_TOP_BIT;
		else
			c->nonce[order][0] &= (uint8_t)~NONCE_TOP_BIT;
	}
}

void trial_configure(const struct trial *t, uint64_t seed,
		     const struct cell *cell, const uint8_t known_ttl[2],
		     struct attempt_config out[2])
{
	int64_t skew = llround(t->skew_ms * (double)NS_PER_MS);
	struct rng rng;

	rng_seed(&rng, seed);
	configure_both(t, cell, &rng, &out[0]);
	out[1] = out[0];
	out[0].hold = skew < 0 ? -skew : 0;
	out[1].hold = skew > 0 ? skew : 0;
	for (unsigned host = 0; host < 2; host++) {
		struct attempt_config *c = &out[host];

		draw_nonces(&rng, host, c);
		c->seed = rng_next(&rng);
		if (c->approach.low_ttl && !c->ttl)
			c->known_ttl = known_ttl[host];
		for (unsigned order = 0; order < approach_orders(&t->approach);
		     order++) {
			struct port_draw p = ports_draw(seed, order,
						    cell->server_ports);

			c->port[order] = p.host[host];
			c->server_port[order] = p.server;
			if (!order)
				c->check_port = p.check;
		}
	}
}
