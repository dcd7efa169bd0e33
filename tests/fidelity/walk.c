#include "walk.h"

#include "mutate.h"

#include "wire/bytes.h"

#include <string.h>

enum { FIN_ACK = TCP_FIN | TCP_ACK, ECHO_DATA = 24 };

/* Where an endpoint stands, as far as what it might say next. */
enum phase {
	PHASE_FRESH,			/* has said and heard nothing */
	PHASE_ASKED,			/* heard a SYN */
	PHASE_ASKING,			/* said a SYN */
	PHASE_CROSSED,			/* said one, heard one, neither ACKed */
	PHASE_OPEN,
	PHASE_CLOSING,			/* said its FIN */
	PHASE_DEAD,
	PHASE_COUNT
};

/* How much it would like to say each word. */
static const uint8_t wishes[PHASE_COUNT][WORD_COUNT] = {
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
static const uint8_t udp_wishes[WORD_COUNT] = {
	[WORD_DATAGRAM] = 12, [WORD_ERROR] = 2,
};
static const uint8_t echo_wishes[2][WORD_COUNT] = {
	[NAT_INSIDE] = { [WORD_ECHO] = 10, [WORD_REPLY] = 1, [WORD_ERROR] = 1 },
	[NAT_OUTSIDE] = { [WORD_REPLY] = 10, [WORD_ECHO] = 1,
			  [WORD_ERROR] = 2 },
};

static uint64_t below(struct walk *w, uint64_t bound)
{
	return rng_below(w->rng, bound);
}

static bool lot(struct walk *w, double chance)
{
	return rng_unit(w->rng) < chance;
}

static enum phase phase_of(const struct end *e)
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

/* A new life, or the first; numbers are near the wrap now and then. */
static void end_reset(struct walk *w, struct end *e)
{
	static const uint16_t windows[] = {
		500, 1000, 2920, 5000, 14600, 64240, 65535,
	};
	uint32_t before = e->next;

	*e = (struct end){
		.isn = (uint32_t)below(w, UINT64_C(1) << 32),
		.window = windows[below(w, 7)],
		.timestamps = lot(w, 0.5),
		.sack = lot(w, 0.6),
		.scaling = lot(w, 0.5),
	};
	if (before && lot(w, 0.6))	/* as RFC 6191 would like it */
		e->isn = before + 1000 + (uint32_t)below(w, 100000);
	else if (lot(w, 0.1))
		e->isn = UINT32_MAX - (uint32_t)below(w, 300);
	e->scale = (uint8_t)(lot(w, 0.1) ? below(w, 16) : below(w, 8));
	e->next = e->isn;
}

void walk_begin(struct walk *w, struct rng *r, struct sequence *s,
		double wildness)
{
	*w = (struct walk){ .rng = r, .sequence = s, .wildness = wildness };
	for (uint8_t i = 0; i < s->flow_count; i++)
		for (int side = 0; side < 2; side++) {
			end_reset(w, &w->ends[i][side]);
			s->isn[i][side] = w->ends[i][side].isn;
		}
}

/* ---- templates ---- */

static void put_timestamps(struct walk *w, struct step *s)
{
	uint8_t *p = s->options + s->options_length;

	p[0] = p[1] = 1;
	p[2] = 8;
	p[3] = 10;
	put32(p + 4, 1000000u + 10u * w->sequence->step_count);
	put32(p + 8, s->flags & TCP_ACK ? 900000 : 0);
	s->options_length = (uint8_t)(s->options_length + 12);
}

/* One block: a duplicate (RFC 2883), or what came out of order. */
static void put_sack(struct walk *w, struct step *s, const struct end *peer)
{
	uint8_t *p = s->options + s->options_length;
	uint32_t sent = peer->next - s->acknowledgement;
	uint32_t from = s->acknowledgement - 1 - (uint32_t)below(w, 300);
	uint32_t to = s->acknowledgement;

	if ((int32_t)sent > 1 && lot(w, 0.7)) {
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

static void put_options(struct walk *w, struct step *s, const struct end *me,
			const struct end *peer)
{
	struct tcp_options o = {
		.has_mss = true, .mss = 1460,
		.has_scale = me->scaling, .scale = me->scale,
		.sack_permitted = me->sack,
		.has_timestamps = me->timestamps, .value = 1000000,
	};

	if (s->flags & TCP_SYN) {
		if (lot(w, 0.9))
			s->options_length = tcp_options_build(&o, s->options);
		return;
	}
	if (s->flags & TCP_RST)
		return;
	if (me->timestamps)
		put_timestamps(w, s);
	if (me->sack && lot(w, 0.15))
		put_sack(w, s, peer);
}

/* @peer's next number as @me believes it to be: what it has heard, or, as
   in a traversal, what it was told */
static uint32_t expects(const struct end *me, const struct end *peer)
{
	return me->heard_syn ? me->heard : peer->isn + 1;
}

static void fill_segment(struct walk *w, struct step *s, struct end *me,
			 const struct end *peer)
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
		s->acknowledgement = expects(me, peer);
	if (s->word == WORD_DATA)
		s->payload = (uint16_t)(1 + below(w, lot(w, 0.2) ? 1200 : 300));
	if (s->word == WORD_FIN && lot(w, 0.2))
		s->payload = (uint16_t)(1 + below(w, 50));
	/* a FIN or SYN that was sent before is sent again with its number */
	if (s->word == WORD_FIN && me->said_fin)
		s->sequence = me->next - 1;
	put_options(w, s, me, peer);
}

/* The kinds of errors, of which the first two are the papers'. */
static void fill_kind(struct walk *w, struct step *s)
{
	static const uint8_t kinds[][2] = {
		{ 11, 0 }, { 11, 1 }, { 4, 0 }, { 5, 0 }, { 5, 1 }, { 12, 0 },
		{ 12, 1 }, { 3, 4 },
	};
	const uint8_t *k = kinds[below(w, 8)];
	bool unreachable = s->word == WORD_UNREACHABLE ||
		(s->word == WORD_ERROR && lot(w, 0.55));

	s->type = 11;
	if (unreachable) {
		s->type = 3;
		s->code = (uint8_t)below(w, 16);
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

/* An error speaks of something that the other side has sent. */
static void fill_error(struct walk *w, struct step *s)
{
	const struct sequence *q = w->sequence;
	uint8_t found[SEQUENCE_STEPS], count = 0;

	for (uint8_t i = 0; i < q->step_count; i++)
		if (q->steps[i].side != s->side &&
		    q->steps[i].flow == s->flow &&
		    q->steps[i].word < WORD_ERROR)
			found[count++] = i;
	s->quoted = count ? found[below(w, count)] : UINT8_MAX;
	s->protocol = 1;
	s->from_router = lot(w, 0.5);
	s->quote_8 = lot(w, 0.3);
	fill_kind(w, s);
}

static void fill(struct walk *w, struct step *s, struct end *me,
		 const struct end *peer)
{
	uint16_t tag = (uint16_t)(w->sequence->id * 16 +
				  w->sequence->step_count);

	s->protocol = w->sequence->flows[s->flow].protocol;
	s->ttl = 64;
	s->id = (uint16_t)(tag ? tag : 1);
	s->dont_fragment = lot(w, 0.7);
	if (s->word >= WORD_ERROR) {
		fill_error(w, s);
	} else if (s->protocol == 6) {
		fill_segment(w, s, me, peer);
	} else if (s->protocol == 17) {
		s->payload = (uint16_t)below(w, 200);
		s->fault = lot(w, 0.1) ? FAULT_NO_CHECKSUM : FAULT_NONE;
	} else {
		s->type = s->word == WORD_ECHO ? 8 : 0;
		s->rest = 1 + w->sequence->step_count / 2u;
		s->payload = ECHO_DATA;
	}
}

/* ---- what the endpoints make of it ---- */

static void said(struct step *s, struct end *me)
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

static void heard(const struct step *s, struct end *me)
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

/* A SYN of who is done opens a new connection on the same ports. */
static void renew(struct walk *w, uint8_t flow, enum nat_side side)
{
	struct end *me = &w->ends[flow][side], *peer = &w->ends[flow][!side];

	if (!me->dead && !(me->said_fin && me->heard_fin))
		return;
	end_reset(w, me);
	if (peer->dead || peer->said_fin || lot(w, 0.8))
		end_reset(w, peer);
}

/* An earlier packet of that side once more, a retransmission or a duplicate;
   false when there is none. */
static bool repeat(struct walk *w, struct step *s)
{
	const struct sequence *q = w->sequence;
	uint8_t found[SEQUENCE_STEPS], count = 0;

	for (uint8_t i = 0; i < q->step_count; i++)
		if (q->steps[i].side == s->side && q->steps[i].flow == s->flow)
			found[count++] = i;
	if (!count)
		return false;
	*s = q->steps[found[below(w, count)]];
	s->mutation = MUTATION_AGAIN;
	return true;
}

static void say(struct walk *w, uint8_t flow, enum nat_side side,
		enum word word)
{
	struct sequence *q = w->sequence;
	struct step *s = &q->steps[q->step_count];
	struct end *me = &w->ends[flow][side], *peer = &w->ends[flow][!side];
	bool wild = lot(w, w->wildness);

	*s = (struct step){ .side = side, .word = word, .flow = flow };
	if (wild && lot(w, 0.15) && repeat(w, s)) {
		q->step_count++;
		return;
	}
	if (word == WORD_SYN)
		renew(w, flow, side);
	fill(w, s, me, peer);
	if (wild)
		mutate(w, s, me, peer);
	q->step_count++;
	if (s->protocol != 6)
		return;
	if (!s->mutation || s->mutation == MUTATION_LOST)
		said(s, me);
	if (!s->mutation)
		heard(s, peer);
}

void walk_say(struct walk *w, enum nat_side side, enum word word)
{
	say(w, (uint8_t)below(w, w->sequence->flow_count), side, word);
}

static enum word wish(struct walk *w, const uint8_t wishes_of[WORD_COUNT])
{
	unsigned sum = 0, word = 0;
	uint64_t at;

	for (int i = 0; i < WORD_COUNT; i++)
		sum += wishes_of[i];
	at = below(w, sum);
	while (at >= wishes_of[word])
		at -= wishes_of[word++];
	return word;
}

void walk_on(struct walk *w)
{
	uint8_t flow = (uint8_t)below(w, w->sequence->flow_count);
	enum nat_side side = (enum nat_side)below(w, 2);
	uint8_t protocol = w->sequence->flows[flow].protocol;
	const struct end *me = &w->ends[flow][side];

	if (protocol == 17)
		say(w, flow, side, wish(w, udp_wishes));
	else if (protocol == 1)
		say(w, flow, side, wish(w, echo_wishes[side]));
	else
		say(w, flow, side, wish(w, wishes[phase_of(me)]));
}
