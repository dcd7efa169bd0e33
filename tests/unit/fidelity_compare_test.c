/* The comparison of `make fidelity`: it finds each difference, names it, and
   lets pass only what it says. */
#include "fidelity/compare.h"
#include "fidelity/known.h"
#include "fidelity/tally.h"

#include "wire/bytes.h"
#include "wire/checksum.h"
#include "wire/icmp.h"
#include "wire/ipv4.h"
#include "wire/tcp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { SLOT = 3, INSIDE_PORT = 40001 };

/* One SYN out, and what two NATs made of it. */
struct compare_fixture {
	struct sequence sequence;
	struct nat_trace kernel, model;
	struct difference difference;
	uint8_t packet[BUILD_ROOM];	/* as it went in */
	size_t length;
};

static void begin(struct compare_fixture *f)
{
	*f = (struct compare_fixture){
		.sequence = {
			.flow_count = 1, .step_count = 1,
			.flows = { { .protocol = 6, .near_port = INSIDE_PORT,
				     .far_port = 80 } },
			.steps = { { .side = NAT_INSIDE, .protocol = 6,
				     .flags = TCP_SYN, .ttl = 64, .id = 9,
				     .window = 1000 } },
		},
	};
	external_ports_begin(&f->kernel.bound[0], &f->sequence);
	external_ports_begin(&f->model.bound[0], &f->sequence);
	f->length = packet_build(&f->sequence, 0, SLOT, &f->kernel.bound[0],
				 f->packet);
}

static void end(struct compare_fixture *f)
{
	trace_free(&f->kernel);
	trace_free(&f->model);
}

/* It comes out translated, from that port. */
static void forward(struct compare_fixture *f, struct nat_trace *t,
		    uint16_t port)
{
	uint8_t bytes[BUILD_ROOM];
	struct ipv4 ip;

	memcpy(bytes, f->packet, f->length);
	assert_true(ipv4_parse(bytes, f->length, &ip));
	checksum_change32(bytes + 36, ip.source, ADDRESS_OUTSIDE);
	checksum_change16(bytes + 36, get16(bytes + 20), port);
	put16(bytes + 20, port);
	ip.source = ADDRESS_OUTSIDE;
	ip.ttl--;
	ipv4_build(bytes, &ip);
	assert_true(trace_add(t, 0, NAT_OUTSIDE, bytes, f->length));
	external_ports_learn(&t->bound[0], 0, bytes, f->length);
}

/* It is answered with an ICMP error, whose IP identification is @id. */
static void answer(struct compare_fixture *f, struct nat_trace *t, uint16_t id)
{
	uint8_t bytes[BUILD_ROOM];
	size_t n = icmp_error_build(bytes, sizeof(bytes), ADDRESS_INSIDE, 11,
				    0, f->packet, f->length);

	checksum_change16(bytes + 10, get16(bytes + 4), id);
	put16(bytes + 4, id);
	assert_true(trace_add(t, 0, NAT_INSIDE, bytes, n));
}

static bool same(struct compare_fixture *f)
{
	compare(&f->sequence, &f->kernel, &f->model, &f->difference);
	return f->difference.identical;
}

static void equal_traces_are_identical(void **state)
{
	struct compare_fixture f;

	(void)state;
	begin(&f);
	assert_true(same(&f));
	forward(&f, &f.kernel, INSIDE_PORT);
	forward(&f, &f.model, INSIDE_PORT);
	assert_true(same(&f));
	end(&f);
}

static void each_outcome_has_its_name(void **state)
{
	struct compare_fixture f;

	(void)state;
	begin(&f);
	forward(&f, &f.kernel, INSIDE_PORT);
	assert_false(same(&f));
	assert_string_equal(f.difference.kernel, "forward");
	assert_string_equal(f.difference.model, "drop");
	assert_string_equal(f.difference.field, "");
	trace_add(&f.model, 0, NAT_OUTSIDE, f.packet, f.length);
	assert_false(same(&f));
	assert_string_equal(f.difference.model, "leak");
	trace_free(&f.model);
	answer(&f, &f.model, 1);
	assert_false(same(&f));
	assert_string_equal(f.difference.model, "answer ICMP 11/0");
	end(&f);
}

static void first_field_that_differs_is_named(void **state)
{
	static const struct { size_t at; const char *name; } fields[] = {
		{ 1, "TOS" }, { 4, "identification" }, { 6, "fragment" },
		{ 8, "TTL" }, { 10, "IP checksum" }, { 17, "destination" },
		{ 23, "destination port" }, { 24, "sequence" },
		{ 30, "acknowledgement" }, { 33, "flags" },
		{ 35, "window" }, { 37, "TCP checksum" }, { 39, "urgent" },
	};
	struct compare_fixture f;

	(void)state;
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		begin(&f);
		forward(&f, &f.kernel, INSIDE_PORT);
		forward(&f, &f.model, INSIDE_PORT);
		f.model.outputs[0].bytes[fields[i].at] ^= 1;
		assert_false(same(&f));
		assert_string_equal(f.difference.field, fields[i].name);
		end(&f);
	}
}

static void field_of_a_quote_that_differs_is_named(void **state)
{
	struct compare_fixture f;

	(void)state;
	begin(&f);
	answer(&f, &f.kernel, 1);
	answer(&f, &f.model, 1);
	f.model.outputs[0].bytes[28 + 8] ^= 1;
	f.model.outputs[0].bytes[22] ^= 1;
	assert_false(same(&f));
	assert_string_equal(f.difference.field, "quoted TTL");
	end(&f);
}

static void ip_id_of_a_nats_own_answer_may_differ(void **state)
{
	struct compare_fixture f;

	(void)state;
	begin(&f);
	answer(&f, &f.kernel, 1);
	answer(&f, &f.model, 2);
	assert_true(same(&f));
	end(&f);
}

static void ports_that_neither_preserved_may_differ(void **state)
{
	struct compare_fixture f;

	(void)state;
	begin(&f);
	forward(&f, &f.kernel, 50000);
	forward(&f, &f.model, 2000);
	assert_true(same(&f));
	f.model.outputs[0].bytes[37] ^= 1;
	assert_false(same(&f));
	assert_string_equal(f.difference.field, "TCP checksum");
	end(&f);
}

static void port_that_only_one_preserved_is_a_difference(void **state)
{
	struct compare_fixture f;

	(void)state;
	begin(&f);
	forward(&f, &f.kernel, INSIDE_PORT);
	forward(&f, &f.model, 50000);
	assert_false(same(&f));
	assert_string_equal(f.difference.field, "external port");
	end(&f);
	begin(&f);
	forward(&f, &f.kernel, 50000);
	forward(&f, &f.model, 600);
	assert_false(same(&f));
	end(&f);
}

static void two_outputs_differ_from_one(void **state)
{
	struct compare_fixture f;

	(void)state;
	begin(&f);
	forward(&f, &f.kernel, INSIDE_PORT);
	forward(&f, &f.model, INSIDE_PORT);
	forward(&f, &f.model, INSIDE_PORT);
	assert_false(same(&f));
	assert_string_equal(f.difference.model, "forward + forward");
	end(&f);
}

static void known_difference_needs_a_reason_and_a_match(void **state)
{
	char path[] = "/tmp/fidelity-known-XXXXXX";
	static const char text[] = "# comment\n"
		"CLOSE: *: kernel leak, model drop -- a reason\n";
	int fd = mkstemp(path);
	struct error e = { 0 };
	struct known_differences *k;

	(void)state;
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	k = known_read(path, &e);
	assert_non_null(k);
	assert_string_equal(known_unused(k, 0),
			    "CLOSE: *: kernel leak, model drop");
	assert_null(known_reason(k, "NONE: ACK-out: kernel leak, model drop"));
	assert_string_equal(known_reason(k, "CLOSE: ACK-out (seq old): kernel "
					 "leak, model drop"), "a reason");
	assert_null(known_unused(k, 0));
	known_free(k);
	assert_int_equal(write(fd, "no reason\n", 10), 10);
	assert_null(known_read(path, &e));
	assert_non_null(strstr(e.text, "\"no reason\""));
	close(fd);
	unlink(path);
}

static void tally_counts_and_sorts_texts(void **state)
{
	struct text_tally t = { 0 };
	char text[16];

	(void)state;
	for (int i = 0; i < 1000; i++) {
		snprintf(text, sizeof(text), "%d", i % 300);
		assert_non_null(tally_add(&t, text));
	}
	assert_int_equal(t.count, 300);
	assert_int_equal(tally_add(&t, "7")->count, 5);
	tally_sort(&t);
	assert_string_equal(t.rows[0].text, "7");
	tally_free(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equal_traces_are_identical),
		cmocka_unit_test(each_outcome_has_its_name),
		cmocka_unit_test(first_field_that_differs_is_named),
		cmocka_unit_test(field_of_a_quote_that_differs_is_named),
		cmocka_unit_test(ip_id_of_a_nats_own_answer_may_differ),
		cmocka_unit_test(ports_that_neither_preserved_may_differ),
		cmocka_unit_test(port_that_only_one_preserved_is_a_difference),
		cmocka_unit_test(two_outputs_differ_from_one),
		cmocka_unit_test(known_difference_needs_a_reason_and_a_match),
		cmocka_unit_test(tally_counts_and_sorts_texts),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
