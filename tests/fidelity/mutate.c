#include "mutate.h"

#include "wire/bytes.h"

#include <string.h>

/* conntrack's MAXACKWINDOW is 66000: how old an ACK may be at least */
enum { ACK_WINDOW = 66000 };

static uint32_t scaled(const struct endpoint_state *e)
{
	return (uint32_t)e->window << (e->scaling ? e->scale : 0);
}

/* Right at an edge of what @peer takes, or one beside it. */
static uint32_t edge(struct rng *rng, const struct sequence_step *s,
		     const struct endpoint_state *me,
		     const struct endpoint_state *peer)
{
	uint32_t left = peer->heard_syn ? peer->heard : me->next;
	uint32_t beside = (uint32_t)rng_below(rng, 3) - 1;

	switch (rng_below(rng, 5)) {
	case 0:
		return left + beside;
	case 1:
		return left + peer->window + beside;
	case 2:
		return left + scaled(peer) - s->payload + beside;
	case 3:
		return left + scaled(peer) + beside;
	default:
		return left - me->window - s->payload + beside;
	}
}

static void mutate_sequence(struct rng *rng, struct sequence_step *s,
			    const struct endpoint_state *me,
			    const struct endpoint_state *peer)
{
	switch (s->mutation) {
	case MUTATION_SEQ_OLD:
		s->sequence -= 1 + (uint32_t)rng_below(rng, 1000);
		break;
	case MUTATION_SEQ_EDGE:
		s->sequence = edge(rng, s, me, peer);
		break;
	case MUTATION_SEQ_BEYOND:
		s->sequence += scaled(peer) + 1 +
			       (uint32_t)rng_below(
				       rng, 2 * (uint64_t)scaled(peer) + 1000);
		break;
	default:
		s->sequence = (uint32_t)rng_below(rng, UINT64_C(1) << 32);
	}
}

static void mutate_ack(struct rng *rng, struct sequence_step *s,
		       const struct endpoint_state *peer)
{
	s->flags |= TCP_ACK;
	switch (s->mutation) {
	case MUTATION_ACK_OLD:
		s->acknowledgement = peer->next - (rng_below(rng, 2) ?
			1 + (uint32_t)rng_below(rng, 2000) :
			ACK_WINDOW - 2 + (uint32_t)rng_below(rng, 4));
		break;
	case MUTATION_ACK_BEYOND:
		s->acknowledgement = peer->next + 1 + (rng_below(rng, 2) ? 0 :
			(uint32_t)rng_below(rng, 100000));
		break;
	default:
		s->acknowledgement =
			(uint32_t)rng_below(rng, UINT64_C(1) << 32);
	}
}

static void mutate_flags(struct rng *rng, struct sequence_step *s)
{
	static const uint8_t odd[] = {
		0, TCP_FIN, TCP_SYN | TCP_FIN, TCP_SYN | TCP_RST,
		TCP_SYN | TCP_FIN | TCP_ACK, TCP_PSH, TCP_FIN | TCP_RST,
		0x20, 0x20 | TCP_ACK, 0x3f, 0xc0 | TCP_SYN, 0xff,
		TCP_SYN | TCP_PSH, TCP_SYN | TCP_ACK | TCP_PSH,
		TCP_FIN | TCP_PSH | 0x20, TCP_RST | TCP_PSH | TCP_ACK,
		TCP_SYN | 0x20, TCP_SYN | TCP_ACK | 0x40, 0x40 | TCP_ACK,
		TCP_RST | TCP_FIN | TCP_ACK, TCP_RST | TCP_SYN | TCP_ACK,
	};

	s->flags = odd[rng_below(rng, sizeof(odd))];
}

static void mutate_options(struct rng *rng, struct sequence_step *s)
{
	static const uint8_t blocks[][12] = {
		{ 3, 3, 15, 0 },			/* scale above 14 */
		{ 3, 4, 1, 1 },				/* its length wrong */
		{ 2, 0, 5, 180 },			/* a length of 0 */
		{ 1, 1, 5, 40, 0, 0, 0, 1, 0, 0, 0, 2 },	/* too long */
		{ 3, 3, 7, 1, 3, 3, 2, 0 },		/* scale twice */
		{ 0, 3, 3, 7 },				/* after the end */
		{ 254, 8, 1, 2, 3, 4, 5, 6, 1, 1, 1, 1 },
	};
	static const uint8_t lengths[] = { 4, 4, 4, 12, 8, 4, 12 };
	uint64_t which = rng_below(rng, 8);

	s->options_length = 0;
	if (which == 7)
		return;
	s->options_length = lengths[which];
	memcpy(s->options, blocks[which], s->options_length);
}

/* A block whose end is at what the peer has sent, or beyond it. */
static void mutate_sack(struct rng *rng, struct sequence_step *s,
			const struct endpoint_state *peer)
{
	uint8_t *p = s->options;
	uint32_t to = peer->next + (uint32_t)rng_below(rng, 4) *
		(uint32_t)rng_below(rng, 1000);

	memset(p, 1, 4);
	p[2] = 5;
	p[3] = 10;
	put32(p + 4, to - 1 - (uint32_t)rng_below(rng, 200));
	put32(p + 8, to);
	s->options_length = 12;
}

static void mutate_window(struct rng *rng, struct sequence_step *s)
{
	static const uint16_t windows[] = { 0, 0, 1, 100, 65535 };

	s->window = windows[rng_below(rng, 5)];
}

static void mutate_fault(struct rng *rng, struct sequence_step *s)
{
	s->fault = (enum fault)(1 + rng_below(rng, FAULT_COUNT - 2));
	if (s->protocol != 6 && s->fault > FAULT_CUT)
		s->fault = FAULT_CHECKSUM;
}

static void mutate_segment(struct rng *rng, struct sequence_step *s,
			   const struct endpoint_state *me,
			   const struct endpoint_state *peer)
{
	s->mutation = (enum mutation)(1 + rng_below(rng, MUTATION_FAULT));
	if (s->mutation == MUTATION_AGAIN)	/* the walk does that */
		s->mutation = MUTATION_SEQ_EDGE;
	if (s->mutation <= MUTATION_SEQ_ANY)
		mutate_sequence(rng, s, me, peer);
	else if (s->mutation <= MUTATION_ACK_ANY)
		mutate_ack(rng, s, peer);
	else if (s->mutation == MUTATION_FLAGS)
		mutate_flags(rng, s);
	else if (s->mutation == MUTATION_WINDOW)
		mutate_window(rng, s);
	else if (s->mutation == MUTATION_OPTIONS)
		mutate_options(rng, s);
	else if (s->mutation == MUTATION_SACK)
		mutate_sack(rng, s, peer);
}

void mutate(struct rng *rng, struct sequence_step *s,
	    const struct endpoint_state *me, const struct endpoint_state *peer)
{
	if (s->word >= WORD_ERROR && s->quoted != UINT8_MAX &&
	    rng_below(rng, 4))
		s->mutation = MUTATION_QUOTE;
	else if (s->protocol == 6)
		mutate_segment(rng, s, me, peer);
	else
		s->mutation = rng_below(rng, 2) ? MUTATION_TTL : MUTATION_FAULT;
	if (s->mutation == MUTATION_QUOTE)
		s->misquote =
			(enum misquote)(1 + rng_below(rng, MISQUOTE_COUNT - 1));
	else if (s->mutation == MUTATION_TTL)
		s->ttl = (uint8_t)(1 + rng_below(rng, 2));
	else if (s->mutation == MUTATION_FAULT)
		mutate_fault(rng, s);
}
