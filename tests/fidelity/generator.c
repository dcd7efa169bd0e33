#include "generator.h"

#include "mutate.h"

#include "wire/bytes.h"

#include <string.h>

enum { FIN_ACK = TCP_FIN | TCP_ACK, ECHO_DATA = 24 };

/* The state of an endpoint, which decides what it is likely to send. */
enum phase {
	PHASE_FRESH,   /* sent and received nothing */
	PHASE_ASKED,   /* received a SYN */
	PHASE_ASKING,  /* sent a SYN */
	PHASE_CROSSED, /* sent and received one, none acknowledged */
	PHASE_OPEN,
	PHASE_CLOSING, /* sent its FIN */
	PHASE_DEAD,
	PHASE_COUNT
};

/* How likely each kind of packet is. */
static const uint8_t tcp_weights[PHASE_COUNT][WORD_COUNT] = {
	[PHASE_FRESH] = {
		[WORD_SYN] = 20, [WORD_SYN_ACK] = 2, [WORD_ACK] = 4,
		[WORD_DATA] = 2, [WORD_FIN] = 1, [WORD_RST] = 1,
		[WORD_ERROR] = 1,
	},
	[PHASE_ASKED] = {
		[WORD_SYN] = 4, [WORD_SYN_ACK] = 20, [WORD_ACK] = 1,
		[WORD_RST] = 1, [WORD_RST_ACK] = 3, [WORD_ERROR] = 3,
	},
	[PHASE_ASKING] = {
		[WORD_SYN] = 8, [WORD_SYN_ACK] = 4, [WORD_ACK] = 2,
		[WORD_RST] = 2, [WORD_DATA] = 1, [WORD_ERROR] = 2,
		[WORD_FIN] = 1,
	},
	[PHASE_CROSSED] = {
		[WORD_SYN_ACK] = 12, [WORD_ACK] = 6, [WORD_SYN] = 2,
		[WORD_RST] = 2, [WORD_DATA] = 2, [WORD_ERROR] = 1,
	},
	[PHASE_OPEN] = {
		[WORD_DATA] = 24, [WORD_ACK] = 14, [WORD_FIN] = 9,
		[WORD_RST] = 3, [WORD_RST_ACK] = 1, [WORD_ERROR] = 4,
		[WORD_SYN] = 2, [WORD_SYN_ACK] = 2,
	},
	[PHASE_CLOSING] = {
		[WORD_ACK] = 16, [WORD_FIN] = 3, [WORD_RST] = 3,
		[WORD_DATA] = 1, [WORD_SYN] = 4, [WORD_ERROR] = 2,
		[WORD_SYN_ACK] = 1,
	},
	[PHASE_DEAD] = {
		[WORD_SYN] = 12, [WORD_RST] = 3, [WORD_ACK] = 4,
		[WORD_DATA] = 3, [WORD_SYN_ACK] = 3, [WORD_ERROR] = 2,
		[WORD_FIN] = 1, [WORD_RST_ACK] = 1,
	},
};
static const uint8_t udp_weights[WORD_COUNT] = {
	[WORD_DATAGRAM] = 12, [WORD_ERROR] = 2,
};
static const uint8_t echo_weights[2][WORD_COUNT] = {
	[NAT_INSIDE] = { [WORD_ECHO] = 10, [WORD_REPLY] = 1, [WORD_ERROR] = 1 },
	[NAT_OUTSIDE] = { [WORD_REPLY] = 10, [WORD_ECHO] = 1,
			  [WORD_ERROR] = 2 },
};

static uint64_t below(struct generator *g, uint64_t bound)
{
	return rng_below(g->rng, bound);
}

static bool with_chance(struct generator *g, double chance)
{
	return rng_unit(g->rng) < chance;
}

static enum phase phase_of(const struct endpoint_state *e)
{
	if (e->dead)
		return PHASE_DEAD;
	if (e->said_fin)
		return PHASE_CLOSING;
	if (e->said_syn && e->heard_syn)
		return e->heard_ack ? PHASE_OPEN : PHASE_CROSSED;
	if (e->said_syn)
		return PHASE_ASKING;
	return e->heard_syn ? PHASE_ASKED : PHASE_FRESH;
}

/* A new connection. Its sequence numbers are sometimes near the wrap. */
static void begin_endpoint(struct generator *g, struct endpoint_state *e)
{
	static const uint16_t windows[] = {
		500, 1000, 2920, 5000, 14600, 64240, 65535,
	};
	uint32_t before = e->next;

	*e = (struct endpoint_state){
		.isn = (uint32_t)below(g, UINT64_C(1) << 32),
		.window = windows[below(g, 7)],
		.timestamps = with_chance(g, 0.5),
		.sack = with_chance(g, 0.6),
		.scaling = with_chance(g, 0.5),
	};
	if (before && with_chance(g, 0.6))	/* greater, as in RFC 6191 */
		e->isn = before + 1000 + (uint32_t)below(g, 100000);
	else if (with_chance(g, 0.1))
		e->isn = UINT32_MAX - (uint32_t)below(g, 300);
	e->scale = (uint8_t)(with_chance(g, 0.1) ? below(g, 16) : below(g, 8));
	e->next = e->isn;
}

void generator_begin(struct generator *g, struct rng *r, struct sequence *s,
		     double mutation_rate)
{
	*g = (struct generator){ .rng = r,
				 .sequence = s,
				 .mutation_rate = mutation_rate };
	for (uint8_t i = 0; i < s->flow_count; i++)
		for (int side = 0; side < 2; side++) {
			begin_endpoint(g, &g->ends[i][side]);
			s->isn[i][side] = g->ends[i][side].isn;
		}
}

/* ---- templates ---- */

static void put_timestamps(struct generator *g, struct sequence_step *s)
{
	uint8_t *p = s->options + s->options_length;

	p[0] = p[1] = 1;
	p[2] = 8;
	p[3] = 10;
	put32(p + 4, 1000000u + 10u * g->sequence->step_count);
	put32(p + 8, s->flags & TCP_ACK ? 900000 : 0);
	s->options_length = (uint8_t)(s->options_length + 12);
}

/* One block: a duplicate (RFC 2883), or what came out of order. */
static void put_sack(struct generator *g, struct sequence_step *s,
		     const struct endpoint_state *peer)
{
	uint8_t *p = s->options + s->options_length;
	uint32_t sent = peer->next - s->acknowledgement;
	uint32_t from = s->acknowledgement - 1 - (uint32_t)below(g, 300);
	uint32_t to = s->acknowledgement;

	if ((int32_t)sent > 1 && with_chance(g, 0.7)) {
		from = s->acknowledgement + 1;
		to = peer->next;
	}
	p[0] = p[1] = 1;
	p[2] = 5;
	p[3] = 10;
	put32(p + 4, from);
	put32(p + 8, to);
	s->options_length = (uint8_t)(s->options_length + 12);
}

static void put_options(struct generator *g, struct sequence_step *s,
			const struct endpoint_state *me,
			const struct endpoint_state *peer)
{
	struct tcp_options o = {
		.has_mss = true, .mss = 1460,
		.has_scale = me->scaling, .scale = me->scale,
		.sack_permitted = me->sack,
		.has_timestamps = me->timestamps, .value = 1000000,
	};

	if (s->flags & TCP_SYN) {
		if (with_chance(g, 0.9))
			s->options_length = tcp_options_build(&o, s->options);
		return;
	}
	if (s->flags & TCP_RST)
		return;
	if (me->timestamps)
		put_timestamps(g, s);
	if (me->sack && with_chance(g, 0.15))
		put_sack(g, s, peer);
}

/* @peer's next number, as @me knows it: received, or, as in a traversal, told
   by another way */
static uint32_t expected_sequence(const struct endpoint_state *me,
				  const struct endpoint_state *peer)
{
	return me->heard_syn ? me->heard : peer->isn + 1;
}

static void fill_segment(struct generator *g, struct sequence_step *s,
			 struct endpoint_state *me,
			 const struct endpoint_state *peer)
{
	static const uint8_t flags[] = {
		[WORD_SYN] = TCP_SYN, [WORD_SYN_ACK] = TCP_SYN | TCP_ACK,
		[WORD_ACK] = TCP_ACK, [WORD_DATA] = TCP_PSH | TCP_ACK,
		[WORD_FIN] = FIN_ACK, [WORD_RST] = TCP_RST,
		[WORD_RST_ACK] = TCP_RST | TCP_ACK,
	};

	s->flags = flags[s->word];
	s->window = s->flags & TCP_RST ? 0 : me->window;
	s->sequence = s->flags & TCP_SYN ? me->isn : me->next;
	if (s->word == WORD_RST_ACK && !me->said_syn)
		s->sequence = 0;
	if (s->flags & TCP_ACK)
		s->acknowledgement = expected_sequence(me, peer);
	if (s->word == WORD_DATA)
		s->payload =
			(uint16_t)(1 +
				   below(g, with_chance(g, 0.2) ? 1200 : 300));
	if (s->word == WORD_FIN && with_chance(g, 0.2))
		s->payload = (uint16_t)(1 + below(g, 50));
	/* a FIN or SYN that was sent before is sent again with its number */
	if (s->word == WORD_FIN && me->said_fin)
		s->sequence = me->next - 1;
	put_options(g, s, me, peer);
}

/* fill_kind - type and code of an error */
static void fill_kind(struct generator *g, struct sequence_step *s)
{
	static const uint8_t kinds[][2] = {
		{ 11, 0 }, { 11, 1 }, { 4, 0 }, { 5, 0 }, { 5, 1 }, { 12, 0 },
		{ 12, 1 }, { 3, 4 },
	};
	const uint8_t *k = kinds[below(g, 8)];
	bool unreachable = s->word == WORD_UNREACHABLE ||
		(s->word == WORD_ERROR && with_chance(g, 0.55));

	s->type = 11;
	if (unreachable) {
		s->type = 3;
		s->code = (uint8_t)below(g, 16);
	} else if (s->word == WORD_ERROR) {
		s->type = k[0];
		s->code = k[1];
	}
	if (s->type == 3 && s->code == 4)
		s->rest = 1280;
	else if (s->type == 12)
		s->rest = 20u << 24;
	else if (s->type == 5)
		s->rest = 0x0a000009;
}

/* fill_error - an error quotes a packet that the other side has sent */
static void fill_error(struct generator *g, struct sequence_step *s)
{
	const struct sequence *q = g->sequence;
	uint8_t found[SEQUENCE_STEPS], count = 0;

	for (uint8_t i = 0; i < q->step_count; i++)
		if (q->steps[i].side != s->side &&
		    q->steps[i].flow == s->flow &&
		    q->steps[i].word < WORD_ERROR)
			found[count++] = i;
	s->quoted = count ? found[below(g, count)] : UINT8_MAX;
	s->protocol = 1;
	s->from_router = with_chance(g, 0.5);
	s->quote_8 = with_chance(g, 0.3);
	fill_kind(g, s);
}

static void fill(struct generator *g, struct sequence_step *s,
		 struct endpoint_state *me, const struct endpoint_state *peer)
{
	uint16_t tag =
		(uint16_t)(g->sequence->id * 16 + g->sequence->step_count);

	s->protocol = g->sequence->flows[s->flow].protocol;
	s->ttl = 64;
	s->id = (uint16_t)(tag ? tag : 1);
	s->dont_fragment = with_chance(g, 0.7);
	if (s->word >= WORD_ERROR) {
		fill_error(g, s);
	} else if (s->protocol == 6) {
		fill_segment(g, s, me, peer);
	} else if (s->protocol == 17) {
		s->payload = (uint16_t)below(g, 200);
		s->fault = with_chance(g, 0.1) ? FAULT_NO_CHECKSUM : FAULT_NONE;
	} else {
		s->type = s->word == WORD_ECHO ? 8 : 0;
		s->rest = 1 + g->sequence->step_count / 2u;
		s->payload = ECHO_DATA;
	}
}

/* ---- how a packet changes its sender and receiver ---- */

static void update_sender(struct sequence_step *s, struct endpoint_state *me)
{
	uint32_t end = s->sequence + s->payload +
		       !!(s->flags & TCP_SYN) + !!(s->flags & TCP_FIN);

	if (s->flags & TCP_RST)
		me->dead = true;
	else if ((int32_t)(end - me->next) > 0)
		me->next = end;
	me->said_syn |= !!(s->flags & TCP_SYN);
	me->said_fin |= !!(s->flags & TCP_FIN);
}

static void update_receiver(const struct sequence_step *s,
			    struct endpoint_state *me)
{
	uint32_t end = s->sequence + s->payload +
		       !!(s->flags & TCP_SYN) + !!(s->flags & TCP_FIN);

	if (s->flags & TCP_RST) {
		me->dead = true;
		return;
	}
	if (s->flags & TCP_SYN && !me->heard_syn) {
		me->heard_syn = true;
		me->heard = end;
	}
	if ((int32_t)(end - me->heard) > 0)
		me->heard = end;
	me->heard_ack |= me->said_syn && s->flags & TCP_ACK;
	me->heard_fin |= !!(s->flags & TCP_FIN);
}

/* reopen - a SYN after the end opens a new connection on the same ports */
static void reopen(struct generator *g, uint8_t flow, enum nat_side side)
{
	struct endpoint_state *me = &g->ends[flow][side],
			      *peer = &g->ends[flow][!side];

	if (!me->dead && !(me->said_fin && me->heard_fin))
		return;
	begin_endpoint(g, me);
	if (peer->dead || peer->said_fin || with_chance(g, 0.8))
		begin_endpoint(g, peer);
}

/* copy_earlier_step - an earlier packet of that side again, as a retransmission
   or duplicate; false when there is none */
static bool copy_earlier_step(struct generator *g, struct sequence_step *s)
{
	const struct sequence *q = g->sequence;
	uint8_t found[SEQUENCE_STEPS], count = 0;

	for (uint8_t i = 0; i < q->step_count; i++)
		if (q->steps[i].side == s->side && q->steps[i].flow == s->flow)
			found[count++] = i;
	if (!count)
		return false;
	*s = q->steps[found[below(g, count)]];
	s->mutation = MUTATION_AGAIN;
	return true;
}

static void add_step(struct generator *g, uint8_t flow, enum nat_side side,
		     enum sequence_word word)
{
	struct sequence *q = g->sequence;
	struct sequence_step *s = &q->steps[q->step_count];
	struct endpoint_state *me = &g->ends[flow][side],
			      *peer = &g->ends[flow][!side];
	bool mutated = with_chance(g, g->mutation_rate);

	*s = (struct sequence_step){ .side = side, .word = word, .flow = flow };
	if (mutated && with_chance(g, 0.15) && copy_earlier_step(g, s)) {
		q->step_count++;
		return;
	}
	if (word == WORD_SYN)
		reopen(g, flow, side);
	fill(g, s, me, peer);
	if (mutated)
		mutate(g->rng, s, me, peer);
	q->step_count++;
	if (s->protocol != 6)
		return;
	if (!s->mutation || s->mutation == MUTATION_LOST)
		update_sender(s, me);
	if (!s->mutation)
		update_receiver(s, peer);
}

void generator_add(struct generator *g, enum nat_side side,
		   enum sequence_word word)
{
	add_step(g, (uint8_t)below(g, g->sequence->flow_count), side, word);
}

static enum sequence_word choose_word(struct generator *g,
				      const uint8_t weights[WORD_COUNT])
{
	unsigned sum = 0, word = 0;
	uint64_t at;

	for (int i = 0; i < WORD_COUNT; i++)
		sum += weights[i];
	at = below(g, sum);
	while (at >= weights[word])
		at -= weights[word++];
	return word;
}

void generator_continue(struct generator *g)
{
	uint8_t flow = (uint8_t)below(g, g->sequence->flow_count);
	enum nat_side side = (enum nat_side)below(g, 2);
	uint8_t protocol = g->sequence->flows[flow].protocol;
	const struct endpoint_state *me = &g->ends[flow][side];

	if (protocol == 17)
		add_step(g, flow, side, choose_word(g, udp_weights));
	else if (protocol == 1)
		add_step(g, flow, side, choose_word(g, echo_weights[side]));
	else
		add_step(g, flow, side,
			 choose_word(g, tcp_weights[phase_of(me)]));
}
