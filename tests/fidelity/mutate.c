#include "mutate.h"

#include "wire/bytes.h"

#include <string.h>

/* conntrack's MAXACKWINDOW is 66000: how old an ACK may be at least */
enum { ACK_WINDOW = 66000 };

static uint64_t below(struct walk *w, uint64_t bound)
{
	return rng_below(w->rng, bound);
}

static uint32_t scaled(const struct end *e)
{
	return (uint32_t)e->window << (e->scaling ? e->scale : 0);
}

/* Right at an edge of what @peer takes, or one beside it. */
static uint32_t edge(struct walk *w, const struct step *s,
		     const struct end *me, const struct end *peer)
{
	uint32_t left = peer->heard_syn ? peer->heard : me->next;
	uint32_t beside = (uint32_t)below(w, 3) - 1;

	switch (below(w, 5)) {
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

static void mutate_sequence(struct walk *w, struct step *s,
			    const struct end *me, const struct end *peer)
{
	switch (s->mutation) {
	case MUTATION_SEQ_OLD:
		s->sequence -= 1 + (uint32_t)below(w, 1000);
		break;
	case MUTATION_SEQ_EDGE:
		s->sequence = edge(w, s, me, peer);
		break;
	case MUTATION_SEQ_BEYOND:
		s->sequence += scaled(peer) + 1 +
			(uint32_t)below(w, 2 * (uint64_t)scaled(peer) + 1000);
		break;
	default:
		s->sequence = (uint32_t)below(w, UINT64_C(1) << 32);
	}
}

static void mutate_ack(struct walk *w, struct step *s, const struct end *peer)
{
	s->flags |= TCP_ACK;
	switch (s->mutation) {
	case MUTATION_ACK_OLD:
		s->acknowledgement = peer->next - (below(w, 2) ?
			1 + (uint32_t)below(w, 2000) :
			ACK_WINDOW - 2 + (uint32_t)below(w, 4));
		break;
	case MUTATION_ACK_BEYOND:
		s->acknowledgement = peer->next + 1 + (below(w, 2) ? 0 :
			(uint32_t)below(w, 100000));
		break;
	default:
		s->acknowledgement = (uint32_t)below(w, UINT64_C(1) << 32);
	}
}

static void mutate_flags(struct walk *w, struct step *s)
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

	s->flags = odd[below(w, sizeof(odd))];
}

static void mutate_options(struct walk *w, struct step *s)
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
	uint64_t which = below(w, 8);

	s->options_length = 0;
	if (which == 7)
		return;
	s->options_length = lengths[which];
	memcpy(s->options, blocks[which], s->options_length);
}

/* A block whose end is at what the peer has sent, or beyond it. */
static void mutate_sack(struct walk *w, struct step *s, const struct end *peer)
{
	uint8_t *p = s->options;
	uint32_t to = peer->next + (uint32_t)below(w, 4) *
		(uint32_t)below(w, 1000);

	memset(p, 1, 4);
	p[2] = 5;
	p[3] = 10;
	put32(p + 4, to - 1 - (uint32_t)below(w, 200));
	put32(p + 8, to);
	s->options_length = 12;
}

static void mutate_window(struct walk *w, struct step *s)
{
	static const uint16_t windows[] = { 0, 0, 1, 100, 65535 };

	s->window = windows[below(w, 5)];
}

static void mutate_fault(struct walk *w, struct step *s)
{
	s->fault = (enum fault)(1 + below(w, FAULT_COUNT - 2));
	if (s->protocol != 6 && s->fault > FAULT_CUT)
		s->fault = FAULT_CHECKSUM;
}

static void mutate_segment(struct walk *w, struct step *s,
			   const struct end *me, const struct end *peer)
{
	s->mutation = (enum mutation)(1 + below(w, MUTATION_FAULT));
	if (s->mutation == MUTATION_AGAIN)	/* the walk does that */
		s->mutation = MUTATION_SEQ_EDGE;
	if (s->mutation <= MUTATION_SEQ_ANY)
		mutate_sequence(w, s, me, peer);
	else if (s->mutation <= MUTATION_ACK_ANY)
		mutate_ack(w, s, peer);
	else if (s->mutation == MUTATION_FLAGS)
		mutate_flags(w, s);
	else if (s->mutation == MUTATION_WINDOW)
		mutate_window(w, s);
	else if (s->mutation == MUTATION_OPTIONS)
		mutate_options(w, s);
	else if (s->mutation == MUTATION_SACK)
		mutate_sack(w, s, peer);
}

void mutate(struct walk *w, struct step *s, const struct end *me,
	    const struct end *peer)
{
	if (s->word >= WORD_ERROR && s->quoted != UINT8_MAX && below(w, 4))
		s->mutation = MUTATION_QUOTE;
	else if (s->protocol == 6)
		mutate_segment(w, s, me, peer);
	else
		s->mutation = below(w, 2) ? MUTATION_TTL : MUTATION_FAULT;
	if (s->mutation == MUTATION_QUOTE)
		s->misquote = (enum misquote)(1 + below(w,
						MISQUOTE_COUNT - 1));
	else if (s->mutation == MUTATION_TTL)
		s->ttl = (uint8_t)(1 + below(w, 2));
	else if (s->mutation == MUTATION_FAULT)
		mutate_fault(w, s);
}
