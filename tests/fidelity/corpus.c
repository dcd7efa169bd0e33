/*
 * Timeouts in these runs are even numbers of seconds, and a pause is an even
 * number and a half. So one to three pauses add up to 0.5, 1 or 1.5 s more than
 * an even number, and a delay of 0.4 s changes nothing.
 */
#include "corpus.h"

#include "generator.h"

#include "base/rng.h"

#include <string.h>

const uint16_t sequence_pauses[] = {
	500, 2500, 2500, 4500, 4500, 6500, 6500, 8500, 10500,
};
const size_t sequence_pause_count = sizeof(sequence_pauses) /
				    sizeof(sequence_pauses[0]);

/* How a sequence begins, and how often. The rest of it is walked. */
struct opening {
	unsigned weight;
	const char *words;
};

static const struct opening openings[] = {
	/* a client's connection, as far as it gets */
	{ 20, "SYN-out SYNACK-in ACK-out" },
	{ 10, "SYN-out SYNACK-in ACK-out DATA-out ACK-in DATA-in ACK-out" },
	{ 8, "SYN-out SYNACK-in ACK-out FIN-out FIN-in ACK-out" },
	{ 4, "SYN-out SYNACK-in ACK-out FIN-out ACK-in FIN-in ACK-out" },
	{ 4, "SYN-out SYNACK-in ACK-out FIN-in ACK-out FIN-out ACK-in" },
	{ 3, "SYN-out SYNACK-in ACK-out DATA-in ACK-out FIN-in FIN-out "
	     "ACK-in SYN-out" },
	{ 4, "SYN-out SYNACK-in ACK-out RST-out" },
	{ 4, "SYN-out SYNACK-in ACK-out RST-in" },
	{ 4, "SYN-out SYN-out SYNACK-in SYNACK-in ACK-out" },
	{ 4, "SYN-out RSTACK-in" },
	{ 3, "SYN-out" },
	/* what conntrack counts and remembers: repeated ACKs, data that is
	   not acknowledged, a SYN into a connection, what answers it */
	{ 3, "SYN-out SYNACK-in ACK-out ACK-out ACK-out ACK-out ACK-out" },
	{ 2, "SYN-out SYNACK-in ACK-out DATA-in ACK-out ACK-out ACK-out "
	     "ACK-out" },
	{ 2, "SYN-out SYNACK-in ACK-out DATA-out DATA-out" },
	{ 2, "SYN-out SYNACK-in ACK-out DATA-in" },
	{ 3, "SYN-out SYNACK-in ACK-out SYN-out ACK-in RST-out SYN-out "
	     "SYNACK-in" },
	{ 2, "SYN-out SYNACK-in ACK-out SYN-out SYNACK-in ACK-out" },
	{ 2, "SYN-out SYNACK-in ACK-out SYN-in ACK-out" },
	{ 2, "SYN-out SYNACK-in ACK-out FIN-out FIN-in ACK-out SYN-in" },
	{ 2, "SYN-out SYNACK-in ACK-out RST-out SYN-in SYNACK-out" },
	/* both hosts open */
	{ 6, "SYN-out SYN-in" },
	{ 5, "SYN-out SYN-in SYNACK-out SYNACK-in" },
	{ 3, "SYN-out SYN-in SYNACK-in SYNACK-out DATA-out" },
	{ 3, "SYN-out SYN-in ACK-out ACK-in DATA-in" },
	/* traversals: the peer's packets after what answered the SYN */
	{ 4, "SYN-out TE-in SYN-in" },
	{ 4, "SYN-out TE-in SYNACK-in ACK-out" },
	{ 4, "SYN-out TE-in SYNACK-out" },
	{ 4, "SYN-out UNREACH-in SYN-in" },
	{ 2, "SYN-out UNREACH-in SYNACK-in ACK-out" },
	{ 4, "SYN-out RST-in SYN-in" },
	{ 3, "SYN-out RSTACK-in SYN-in" },
	{ 3, "SYN-out RSTACK-in SYN-out SYNACK-in" },
	{ 4, "SYN-out SYNACK-out" },
	{ 3, "SYN-out SYN-in SYNACK-out ACK-in DATA-in" },
	{ 3, "SYN-in SYN-out SYNACK-in ACK-out" },
	{ 2, "SYN-in SYNACK-out" },
	/* in the middle */
	{ 3, "ACK-out" },
	{ 2, "DATA-out ACK-in DATA-in" },
	{ 1, "FIN-out" },
	{ 1, "RST-out" },
	{ 1, "SYNACK-out ACK-in" },
	{ 1, "ACK-in ACK-out" },
	/* UDP and echoes */
	{ 8, "UDP-out UDP-in UDP-out" },
	{ 4, "UDP-out UDP-out" },
	{ 3, "UDP-in UDP-out UDP-in" },
	{ 4, "UDP-out UNREACH-in UDP-in" },
	{ 2, "UDP-out TE-in UDP-out" },
	{ 4, "ECHO-out REPLY-in" },
	{ 2, "ECHO-out UNREACH-in" },
	{ 1, "ECHO-in REPLY-out" },
};

static const struct opening *draw_opening(struct rng *r)
{
	size_t count = sizeof(openings) / sizeof(openings[0]), i;
	unsigned sum = 0;
	uint64_t at;

	for (i = 0; i < count; i++)
		sum += openings[i].weight;
	at = rng_below(r, sum);
	for (i = 0; at >= openings[i].weight; i++)
		at -= openings[i].weight;
	return &openings[i];
}

/* take_word - the next of an opening's words; NULL at its end */
static const char *take_word(const char *at, enum sequence_word *word,
			     enum nat_side *side)
{
	size_t name, length;

	at += strspn(at, " ");
	if (!*at)
		return NULL;
	name = strcspn(at, "-");
	length = strcspn(at, " ");
	*side = at[name + 1] == 'o' ? NAT_INSIDE : NAT_OUTSIDE;
	for (*word = 0; *word < WORD_COUNT - 1; (*word)++)
		if (strlen(sequence_word_names[*word]) == name &&
		    !strncmp(sequence_word_names[*word], at, name))
			break;
	return at + length;
}

static uint8_t protocol_of(const char *words)
{
	if (!strncmp(words, "UDP", 3))
		return 17;
	return !strncmp(words, "ECHO", 4) ? 1 : 6;
}

/* Mostly what a client uses, sometimes what masquerading keeps apart. */
static uint16_t draw_port(struct rng *r)
{
	switch (rng_below(r, 16)) {
	case 0:
		return (uint16_t)(1 + rng_below(r, 511));
	case 1:
		return (uint16_t)(512 + rng_below(r, 512));
	default:
		return (uint16_t)(1024 + rng_below(r, 64512));
	}
}

static void draw_flows(struct rng *r, struct sequence *s, uint8_t protocol)
{
	uint64_t lot = rng_below(r, 100);
	struct sequence_flow *a = &s->flows[0], *b = &s->flows[1];

	s->class = lot < 4 ? CLASS_CLASH : lot < 8 ? CLASS_SECOND : CLASS_ONE;
	s->flow_count = s->class == CLASS_ONE ? 1 : 2;
	*a = (struct sequence_flow){
		.protocol = protocol,
		.near_port = draw_port(r),
		.far_port = draw_port(r),
	};
	*b = *a;
	if (s->class == CLASS_CLASH)
		b->near = 1;
	else if (rng_below(r, 2))
		b->far = 1;
	else
		b->far_port ^= 1;
}

/* How many of a sequence's packets are mutated. */
static double draw_mutation_rate(struct rng *r)
{
	uint64_t lot = rng_below(r, 100);

	return lot < 30 ? 0 : lot < 75 ? 0.12 : 0.4;
}

static void draw_pauses(struct rng *r, struct sequence *s)
{
	uint64_t lot = rng_below(r, 100);
	int count = lot < 45 ? 0 : lot < 80 ? 1 : lot < 95 ? 2 : 3;

	while (count-- && s->step_count > 1) {
		uint64_t at = 1 + rng_below(r, s->step_count - 1u);

		s->steps[at].pause_ms = sequence_pauses[
			rng_below(r, sequence_pause_count)];
	}
}

/* Every sequence has a stream of its own, so that one can be made alone. */
static void start(struct rng *r, uint64_t seed, uint64_t id)
{
	struct rng a, b;

	rng_seed(&a, seed);
	rng_seed(&b, ~id);
	rng_seed(r, rng_next(&a) ^ rng_next(&b));
}

void sequence_make(uint64_t seed, uint64_t id, struct sequence *out)
{
	struct rng r;
	struct generator g;
	const struct opening *opening;
	const char *at;
	uint8_t length;

	start(&r, seed, id);
	*out = (struct sequence){ .id = id };
	opening = draw_opening(&r);
	draw_flows(&r, out, protocol_of(opening->words));
	generator_begin(&g, &r, out, draw_mutation_rate(&r));
	length = (uint8_t)(3 + rng_below(&r, SEQUENCE_STEPS - 2));
	at = opening->words;
	while (out->step_count < length) {
		enum sequence_word word;
		enum nat_side side;

		if (at)
			at = take_word(at, &word, &side);
		if (at)
			generator_add(&g, side, word);
		else
			generator_continue(&g);
	}
	draw_pauses(&r, out);
}
