/*
 * From what a host's packets said to the words of a result, as a host itself
 * does it (docs/architecture.md, "From packets to words").
 */
#include "predict/walk.h"

#define PRIVATE_BELOW 900	/* addresses that routers don't have */

enum mechanism reason_mechanism(const struct host *h, const struct socket *s)
{
	const struct clues *c = &h->clues;

	if (s->accepted)
		return MECHANISM_SYN_THROUGH_HOLE;
	if (c->first == FIRST_SYN)
		return c->kernel_syn_ack ? MECHANISM_SIMULTANEOUS_OPEN :
					   MECHANISM_SYN_THROUGH_HOLE;
	if (c->first_maker == MADE_BY_KERNEL)
		return MECHANISM_SYN_THROUGH_HOLE;
	return h->asked_spoofing ? MECHANISM_SPOOFED_SYN_ACK :
				   MECHANISM_FORGED_SYN_ACK;
}

bool reason_shared_link(const struct walk *w, const struct host *h)
{
	int peer = w->hosts[!h->side].public.address;
	const struct clues *c = &h->clues;

	return c->rst_in || (c->exceeded && c->exceeded_from == peer) ||
	       (c->unreachable && c->unreachable_from == peer);
}

static enum cause seen_cause(const struct clues *c)
{
	if (c->syn_ack_wrong)
		return CAUSE_SEQUENCE_REFUSED;
	if (c->rst_out_for_syn)
		return CAUSE_RST_FROM_HOST;
	if (c->rst_in)
		return CAUSE_RST_FROM_NAT;
	if (c->unreachable)
		return CAUSE_ICMP_FROM_NAT;
	if (c->other_port)
		return CAUSE_PORT_NOT_PREDICTED;
	return CAUSE_NONE;
}

/* missing_cause - what is left to say: what the host was waiting for */
static enum cause missing_cause(const struct walk *w, const struct host *h)
{
	const struct method *m = w->approach->method;
	const struct clues *c = &h->clues;

	if (h->vanished || !h->has_greeting)
		return CAUSE_PEER_VANISHED;
	if (c->syn_in && c->syn_ack_out && !c->syn_acks)
		return CAUSE_SYN_ACK_REFUSED;
	if (h->asked_spoofing)
		return !c->syn_acks && h->spoofed ? CAUSE_NO_SPOOFING :
						    CAUSE_NOTHING_ARRIVED;
	if (c->forged_out)
		return CAUSE_SYN_ACK_REFUSED;
	if (m->ordered || w->approach->variant)
		return h->opener ? CAUSE_SYN_REFUSED : CAUSE_NOTHING_ARRIVED;
	return CAUSE_SYN_REFUSED;
}

enum cause reason_cause(struct walk *w, struct host *h, bool *asked)
{
	enum cause cause = seen_cause(&h->clues);
	struct spot seen;

	*asked = false;
	if (cause == CAUSE_NONE && h->connect_failed && h->clues.exceeded)
		cause = CAUSE_TIME_EXCEEDED;
	if (cause != CAUSE_NONE && cause != CAUSE_PORT_NOT_PREDICTED)
		return cause;
	if (h->syn_ttl && h->clues.exceeded &&
	    h->clues.exceeded_from < PRIVATE_BELOW)
		return CAUSE_TIME_EXCEEDED;
	*asked = true;
	if (road_probe_port(w, h, &seen) && !spot_equal(seen, h->public))
		return CAUSE_PORT_NOT_PREDICTED;
	return cause != CAUSE_NONE ? cause : missing_cause(w, h);
}
