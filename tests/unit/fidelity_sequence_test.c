/*
 * The corpus of `make fidelity`: what issue 3 wants in it is in it, and it
 * depends on nothing but the seed.
 */
#include "fidelity/build.h"
#include "fidelity/compare.h"
#include "fidelity/corpus.h"
#include "fidelity/sequence.h"

#include "wire/bytes.h"
#include "wire/ipv4.h"
#include "wire/tcp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { MANY = 3000, SEED = 7, SLOT = 5 };

/* What was seen among MANY sequences. */
struct census {
	bool words[WORD_COUNT][2], mutations[MUTATION_COUNT];
	bool faults[FAULT_COUNT], misquotes[MISQUOTE_COUNT];
	bool unreachable[16], types[16], classes[3], lengths[13];
	unsigned pauses;
};

static void count_step(struct census *c, const struct sequence_step *s)
{
	c->words[s->word][s->side] = true;
	c->mutations[s->mutation] = true;
	c->faults[s->fault] = true;
	c->misquotes[s->misquote] = true;
	c->pauses += s->pause_ms > 0;
	if (s->word < WORD_ERROR)
		return;
	c->types[s->type] = true;
	if (s->type == 3)
		c->unreachable[s->code] = true;
}

static void corpus_contains_each_kind_and_mutation(void **state)
{
	struct census *c = calloc(1, sizeof(*c));
	struct sequence s;

	(void)state;
	for (uint64_t id = 0; id < MANY; id++) {
		sequence_make(SEED, id, &s);
		c->classes[s.class] = true;
		c->lengths[s.step_count] = true;
		for (int i = 0; i < s.step_count; i++)
			count_step(c, &s.steps[i]);
	}
	for (int side = 0; side < 2; side++)
		for (int w = 0; w < WORD_COUNT; w++)
			if (w < WORD_TIME_EXCEEDED || side == NAT_OUTSIDE)
				assert_true(c->words[w][side]);
	for (int i = 0; i < MUTATION_COUNT; i++)
		assert_true(c->mutations[i]);
	for (int i = 0; i < FAULT_COUNT; i++)
		assert_true(c->faults[i]);
	for (int i = 0; i < MISQUOTE_COUNT; i++)
		assert_true(c->misquotes[i]);
	for (int i = 0; i < 16; i++)
		assert_true(c->unreachable[i]);
	for (int i = 0; i < 3; i++)
		assert_true(c->classes[i]);
	assert_true(c->types[4] && c->types[5] && c->types[11] &&
		    c->types[12]);
	assert_true(c->lengths[SEQUENCE_STEPS] && !c->lengths[0]);
	assert_true(c->pauses > MANY / 4);
	free(c);
}

static void equal_seeds_make_equal_sequences(void **state)
{
	struct sequence a, b;
	unsigned same = 0;

	(void)state;
	for (uint64_t id = 0; id < 100; id++) {
		sequence_make(SEED, id, &a);
		sequence_make(SEED, id, &b);
		assert_memory_equal(&a, &b, sizeof(a));
		sequence_make(SEED + 1, id, &b);
		same += !memcmp(a.steps, b.steps, sizeof(a.steps));
	}
	assert_int_equal(same, 0);
}

/* How far a time is from the nearest even number of seconds. */
static unsigned from_even(unsigned ms)
{
	unsigned rest = ms % 2000;

	return rest < 1000 ? rest : 2000 - rest;
}

static void sums_of_pauses_are_far_from_timeouts(void **state)
{
	size_t n = sequence_pause_count;

	(void)state;
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++)
			for (size_t k = 0; k < n; k++) {
				unsigned a = sequence_pauses[i];
				unsigned b = a + sequence_pauses[j];
				unsigned c = b + sequence_pauses[k];

				assert_true(from_even(a) >= 400);
				assert_true(from_even(b) >= 400);
				assert_true(from_even(c) >= 400);
			}
}

static void sequences_pause_at_most_three_times(void **state)
{
	struct sequence s;

	(void)state;
	for (uint64_t id = 0; id < MANY; id++) {
		int pauses = 0;

		sequence_make(SEED, id, &s);
		assert_int_equal(s.steps[0].pause_ms, 0);
		for (int i = 0; i < s.step_count; i++)
			pauses += s.steps[i].pause_ms > 0;
		assert_true(pauses <= SEQUENCE_PAUSES);
	}
}

static void icmp_errors_quote_packets_of_the_other_side(void **state)
{
	struct sequence s;
	unsigned quotes = 0;

	(void)state;
	for (uint64_t id = 0; id < MANY; id++) {
		sequence_make(SEED, id, &s);
		for (int i = 0; i < s.step_count; i++) {
			const struct sequence_step *t = &s.steps[i];

			if (t->word < WORD_ERROR || t->quoted == UINT8_MAX)
				continue;
			assert_true(t->quoted < i);
			assert_int_not_equal(s.steps[t->quoted].side,
					     t->side);
			quotes++;
		}
	}
	assert_true(quotes > 100);
}

/* What is built has right checksums, unless it shall not, and says whose it
   is, whichever way it goes. */
static void built_packets_are_well_formed(void **state)
{
	uint8_t bytes[BUILD_ROOM];
	struct sequence s;
	struct external_ports b;

	(void)state;
	for (uint64_t id = 0; id < MANY; id++) {
		sequence_make(SEED, id, &s);
		external_ports_begin(&b, &s);
		for (unsigned i = 0; i < s.step_count; i++) {
			const struct sequence_step *t = &s.steps[i];
			size_t n = packet_build(&s, i, SLOT, &b, bytes);

			assert_int_equal(slot_of(bytes, n), SLOT);
			assert_int_equal(get16(bytes + 2), n);
			assert_int_equal(bytes[8], t->ttl);
			if (t->fault == FAULT_NONE && t->word < WORD_ERROR)
				assert_true(checksums_hold(bytes, n));
			if (t->fault == FAULT_CHECKSUM)
				assert_false(checksums_hold(bytes, n));
		}
	}
}

/* The outside speaks to the port that came out, and quotes it. */
static void outside_uses_the_external_port_it_saw(void **state)
{
	struct sequence s = {
		.flow_count = 1, .step_count = 3,
		.flows = { { .protocol = 6, .near_port = 1111,
			     .far_port = 80 } },
		.steps = {
			{ .side = NAT_INSIDE, .word = WORD_SYN, .protocol = 6,
			  .flags = TCP_SYN, .ttl = 64 },
			{ .side = NAT_OUTSIDE, .word = WORD_SYN_ACK,
			  .protocol = 6, .ttl = 64 },
			{ .side = NAT_OUTSIDE, .word = WORD_TIME_EXCEEDED,
			  .protocol = 1, .type = 11, .ttl = 64 },
		},
	};
	uint8_t bytes[BUILD_ROOM];
	struct external_ports b;
	size_t n;

	(void)state;
	external_ports_begin(&b, &s);
	n = packet_build(&s, 0, SLOT, &b, bytes);
	assert_int_equal(get32(bytes + 12), ADDRESS_NEAR + SLOT * ADDRESSES);
	assert_int_equal(get32(bytes + 16), ADDRESS_FAR + SLOT * ADDRESSES);
	put32(bytes + 12, ADDRESS_OUTSIDE);
	put16(bytes + IPV4_HEADER, 2222);
	external_ports_learn(&b, 0, bytes, n);
	packet_build(&s, 1, SLOT, &b, bytes);
	assert_int_equal(get32(bytes + 16), ADDRESS_OUTSIDE);
	assert_int_equal(get16(bytes + IPV4_HEADER + 2), 2222);
	packet_build(&s, 2, SLOT, &b, bytes);
	assert_int_equal(get32(bytes + 28 + 12), ADDRESS_OUTSIDE);
	assert_int_equal(get16(bytes + 28 + IPV4_HEADER), 2222);
	assert_int_equal(bytes[28 + 8], 63);
}

static void untranslated_packet_sets_no_external_port(void **state)
{
	struct sequence s;
	uint8_t bytes[BUILD_ROOM];
	struct external_ports b;
	size_t n;

	(void)state;
	sequence_make(SEED, 1, &s);
	s.steps[0].side = NAT_INSIDE;
	external_ports_begin(&b, &s);
	n = packet_build(&s, 0, SLOT, &b, bytes);
	put16(bytes + IPV4_HEADER, 2222);
	external_ports_learn(&b, 0, bytes, n);
	assert_int_equal(b.external[0], s.flows[0].near_port);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(corpus_contains_each_kind_and_mutation),
		cmocka_unit_test(equal_seeds_make_equal_sequences),
		cmocka_unit_test(sums_of_pauses_are_far_from_timeouts),
		cmocka_unit_test(sequences_pause_at_most_three_times),
		cmocka_unit_test(icmp_errors_quote_packets_of_the_other_side),
		cmocka_unit_test(built_packets_are_well_formed),
		cmocka_unit_test(outside_uses_the_external_port_it_saw),
		cmocka_unit_test(untranslated_packet_sets_no_external_port),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
