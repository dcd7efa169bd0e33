/* Records, against the object of the schema tcptrav.trial/1. */
#include "report/record.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

static struct trial_record sample = {
	.id = "0123456789abcdef", .seed = 1, .lab = true,
	.virtual_time = true, .kernel = "6.1.192",
	.setting = {
		.approach = { .low_ttl = true }, .topology = "two-nats",
		.nat_a = "port-restricted-cone",
		.nat_b = "port-restricted-cone", .rtt_ms = 40,
	},
	.outcome = OUTCOME_CONNECTED,
	.mechanism_a = MECHANISM_FORGED_SYN_ACK,
	.mechanism_b = MECHANISM_FORGED_SYN_ACK, .connect_ms = 61.2,
	.exchanged_a_to_b = 32, .exchanged_b_to_a = 32,
	.ttl_a = 3, .ttl_b = 3, .late_ms = 0.4, .repeats = 1,
	.lost = 2, .candidate = CANDIDATE_OF_PRIVATE,
};

static char *printed(const struct trial_record *r)
{
	char *text = NULL;
	size_t size = 0;
	FILE *f = open_memstream(&text, &size);

	assert_non_null(f);
	record_print(r, f);
	fclose(f);
	return text;
}

static void check(const struct trial_record *r, const char *expected)
{
	char *text = printed(r);

	assert_string_equal(text, expected);
	free(text);
}

static void a_lab_record_has_all_fields_of_the_schema(void **state)
{
	(void)state;
	check(&sample,
	      "{\"schema\":\"tcptrav.trial/1\",\"version\":\""
	      TCPTRAV_VERSION "\",\"id\":\"0123456789abcdef\","
	      "\"clock\":\"virtual\",\"kernel\":\"6.1.192\",\"seed\":1,"
	      "\"method\":\"natblaster\",\"ttl\":\"low\",\"variant\":\"\","
	      "\"topology\":\"two-nats\",\"nat_a\":\"port-restricted-cone\","
	      "\"nat_b\":\"port-restricted-cone\",\"rtt_ms\":40.0,"
	      "\"skew_ms\":0.0,\"loss\":0.0,\"links\":\"\","
	      "\"background\":0.0,\"spoofing\":\"allowed\","
	      "\"timeout_ms\":1300,\"candidates\":\"auto\","
	      "\"outcome\":\"connected\",\"opener\":\"\","
	      "\"mechanism_a\":\"forged-syn-ack\","
	      "\"mechanism_b\":\"forged-syn-ack\",\"cause\":\"\","
	      "\"explain\":\"\",\"connect_ms\":61.2,"
	      "\"exchanged_a_to_b\":32,\"exchanged_b_to_a\":32,"
	      "\"ttl_a\":3,\"ttl_b\":3,\"late_ms\":0.4,\"repeats\":1,"
	      "\"lost\":2,\"candidate\":\"private\"}\n");
}

/* What one side cannot know is null: the lab, the other side, and whether
   what it sent was received. */
static void one_hosts_record_has_null_for_the_unknown(void **state)
{
	struct trial_record r = {
		.id = "0123456789abcdef", .seed = UINT64_MAX,
		.is_a = false,
		.setting = {
			.approach = {
				.method = method_find("stunt2"),
				.variant = true,
			},
			.timeout_ms = 10000, .candidates = CANDIDATES_LAN,
		},
		.outcome = OUTCOME_FAILED,
		.cause = CAUSE_NO_PEER, .explain = "Nobody came.",
		.opener = "b", .connect_ms = -1, .exchanged_b_to_a = 99,
		.exchanged_a_to_b = 7, .ttl_a = 9,
	};

	(void)state;
	check(&r,
	      "{\"schema\":\"tcptrav.trial/1\",\"version\":\""
	      TCPTRAV_VERSION "\",\"id\":\"0123456789abcdef\","
	      "\"clock\":\"real\",\"kernel\":\"\","
	      "\"seed\":18446744073709551615,\"method\":\"stunt2\","
	      "\"ttl\":\"none\",\"variant\":\"keep-syn\",\"topology\":null,"
	      "\"nat_a\":null,\"nat_b\":null,\"rtt_ms\":null,"
	      "\"skew_ms\":null,\"loss\":null,\"links\":null,"
	      "\"background\":null,\"spoofing\":null,"
	      "\"timeout_ms\":10000,\"candidates\":\"lan\","
	      "\"outcome\":\"failed\",\"opener\":\"b\",\"mechanism_a\":null,"
	      "\"mechanism_b\":\"\",\"cause\":\"no-peer\","
	      "\"explain\":\"Nobody came.\",\"connect_ms\":null,"
	      "\"exchanged_a_to_b\":7,\"exchanged_b_to_a\":null,"
	      "\"ttl_a\":null,\"ttl_b\":null,\"late_ms\":null,"
	      "\"repeats\":null,\"lost\":null,\"candidate\":\"\"}\n");
}

static void measures_keep_their_significant_digits(void **state)
{
	static const struct { double in; const char *text; } cases[] = {
		{ 0.05, "\"skew_ms\":0.05," },
		{ -60, "\"skew_ms\":-60.0," },
		{ -0.0001, "\"skew_ms\":-0.0001," },
		{ 19.9996, "\"skew_ms\":19.9996," },
		{ 20.000001, "\"skew_ms\":20.000001," },
		{ -1e-7, "\"skew_ms\":0.0," },
		{ 0.0 / 0.0, "\"skew_ms\":null," },
	};
	struct trial_record r = sample;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *text;

		r.setting.skew_ms = cases[i].in;
		r.setting.loss = 0.000125;	/* not as if there were none */
		text = printed(&r);
		assert_non_null(strstr(text, cases[i].text));
		assert_non_null(strstr(text, "\"loss\":0.000125,"));
		free(text);
	}
}

/* Any name gives valid JSON on one line: RFC 8259 7, RFC 3629 3 and 4. */
static void names_are_printed_as_valid_json_and_utf8(void **state)
{
	static const struct { const char *in, *out; } cases[] = {
		{ "a\"b\\c\n\x7f", "a\"b\\c\n\x7f" },
		{ "h\xc3\xb6hle \xe2\x82\xac \xf0\x9f\x98\x80",
		  "h\xc3\xb6hle \xe2\x82\xac \xf0\x9f\x98\x80" },
		{ "\xff\xc0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
		{ "\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
		{ "cut \xe2\x82", "cut \xef\xbf\xbd\xef\xbf\xbd" },
	};
	struct trial_record r = sample;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		json_t *object;
		char *text;

		r.setting.nat_a = cases[i].in;
		text = printed(&r);
		object = json_loads(text, 0, NULL);
		assert_non_null(object);
		assert_string_equal(json_string_value(
			json_object_get(object, "nat_a")), cases[i].out);
		assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
		json_decref(object);
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_lab_record_has_all_fields_of_the_schema),
		cmocka_unit_test(one_hosts_record_has_null_for_the_unknown),
		cmocka_unit_test(measures_keep_their_significant_digits),
		cmocka_unit_test(names_are_printed_as_valid_json_and_utf8),
	};

	sample.setting.approach.method = method_find("natblaster");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
