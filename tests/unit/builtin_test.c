/*
 * The built-in profiles: each differs from the defaults in what its name
 * says, and prints as text that means the same.
 */
#include "profile/profile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct profile good(const char *text)
{
	struct error e = { 0 };
	struct profile p;

	if (!profile_parse("x.nat", text, strlen(text), &p, &e))
		fail_msg("%s", e.text);
	return p;
}

static struct profile found(const char *name)
{
	struct error e = { 0 };
	struct profile p;

	if (!profile_find(name, &p, &e))
		fail_msg("%s", e.text);
	return p;
}

static void assert_same(const struct profile *p, const struct profile *want)
{
	for (size_t i = 0; i < axis_count; i++)
		if (axis_value(&axes[i], p) != axis_value(&axes[i], want))
			fail_msg("%s: %s is %d, not %d", p->name, axes[i].name,
				 axis_value(&axes[i], p),
				 axis_value(&axes[i], want));
}

/* What each is, in full: the defaults and what its name says. */
static const struct {
	const char *name, *text;
} promises[] = {
	{ "ban", "unsolicited-syn = ban" },
	{ "full-cone", "filtering = endpoint-independent" },
	{ "icmp", "unsolicited-syn = icmp-port\nafter-unreachable-in = end" },
	{ "no-syn-ack-out", "syn-ack-out-after-syn-out = drop" },
	{ "no-syn-in", "syn-in-after-syn-out = drop" },
	{ "port-restricted-cone", "" },
	{ "restricted-cone", "filtering = address" },
	{ "rst", "unsolicited-syn = rst\nafter-rst-in = end" },
	{ "seq-rewriting", "sequence-numbers = rewrite" },
	{ "symmetric", "mapping = connection" },
	{ "symmetric-random", "mapping = connection\nports = random" },
	{ "takes-port", "unsolicited-takes-port = yes" },
	/* Table 3.3: binding and delta */
	{ "imc05-nb-independent", "mapping = endpoint-independent" },
	{ "imc05-nb-address-delta1",
	  "mapping = address\nports = sequential\ndelta = 1" },
	{ "imc05-nb-address-port-delta1",
	  "mapping = address-port\nports = sequential\ndelta = 1" },
	{ "imc05-nb-session-delta1",
	  "mapping = connection\nports = sequential\ndelta = 1" },
	{ "imc05-nb-address-random", "mapping = address\nports = random" },
	{ "imc05-nb-session-random", "mapping = connection\nports = random" },
	/* Table 3.2: endpoint filtering, sequence number */
	{ "imc05-ef-open", "filtering = open" },
	{ "imc05-ef-independent", "filtering = endpoint-independent" },
	{ "imc05-ef-address", "filtering = address" },
	{ "imc05-ef-address-port", "filtering = address-port" },
	{ "imc05-sequence-not-preserved", "sequence-numbers = rewrite" },
	/* Table 5.1: the sequence that is filtered, and no other */
	{ "imc05-no-syn-in", "syn-in-after-syn-out = drop" },
	{ "imc05-no-syn-ack-out", "syn-ack-out-after-syn-out = drop" },
	{ "imc05-rst-no-syn-ack", "after-rst-in = syn" },
	{ "imc05-rst-no-syn", "after-rst-in = syn-ack" },
	{ "imc05-rst-ends", "after-rst-in = end" },
	{ "imc05-icmp-no-syn-ack",
	  "after-time-exceeded-in = syn\nafter-unreachable-in = syn" },
	{ "imc05-icmp-no-syn",
	  "after-time-exceeded-in = syn-ack\nafter-unreachable-in = syn-ack" },
	{ "imc05-icmp-ends",
	  "after-time-exceeded-in = end\nafter-unreachable-in = end" },
	/* section 3.2: the answer to an unsolicited SYN */
	{ "imc05-response-drop", "unsolicited-syn = drop" },
	{ "imc05-response-rst", "unsolicited-syn = rst" },
	{ "imc05-response-icmp", "unsolicited-syn = icmp-port" },
	/* what `linux-rst`, `-liberal` and `-random` are beside `linux` */
	{ "netfilter-rst", "base = netfilter\nunsolicited-syn = rst\n"
	  "echo-to-nat = reply" },
	{ "netfilter-liberal", "base = netfilter\nwindow = unchecked" },
	{ "netfilter-random", "base = netfilter\nports = random" },
	{ "cgn-symmetric", "base = cgn\nmapping = address-port" },
};

static void builtins_equal_what_they_promise(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(promises) / sizeof(promises[0]); i++) {
		struct profile p = found(promises[i].name);
		struct profile want = good(promises[i].text);

		assert_same(&p, &want);
	}
}

/* Lines that a profile must agree with, one way or another. */
static const struct {
	const char *name, *text;
} demands[] = {
	/* RFC 6888: REQ-2, -4, -4c, -7, -8, -11, -14, -15 */
	{ "cgn", "pooling = paired\nexhausted = icmp-host\nports = random\n"
	  "filtering = endpoint-independent\nport-reuse-delay = 120" },
	/* net.netfilter.nf_conntrack_* of Linux 6.18 */
	{ "netfilter", "tcp-state = conntrack\nwindow = tracked\n"
	  "ports = preserve-overlap\nhairpin = no\ntimeout-syn = 120\n"
	  "timeout-syn-recv = 60\ntimeout-established = 432000\n"
	  "timeout-fin-wait = 120\ntimeout-close-wait = 60\n"
	  "timeout-last-ack = 30\ntimeout-time-wait = 120\n"
	  "timeout-rst = 10\ntimeout-unacknowledged = 300\n"
	  "timeout-udp = 30\ntimeout-udp-stream = 120\ntimeout-icmp = 30" },
	/* Microsoft's page on its NAT gateway */
	{ "cloud-nat", "filtering = connection\nfragments = drop\n"
	  "icmp-query = drop\ntimeout-established = 240\ntimeout-udp = 240\n"
	  "timeout-syn = 30\nrefresh = both" },
	/* RFC 5382, 4787, 5508 and 7857, requirement by requirement */
	{ "rfc5382", "mapping = endpoint-independent\npooling = paired\n"
	  "range = keep\nparity = keep\ncollision = random\n"
	  "after-collision = same\nexhausted = icmp-admin\n"
	  "filtering = endpoint-independent\n"
	  "unsolicited-syn = icmp-after-6s\ntcp-state = rfc7857\n"
	  "syn-in-after-syn-out = pass\nsyn-ack-out-after-syn-in = pass\n"
	  "after-rst-in = both\nafter-time-exceeded-in = both\n"
	  "after-unreachable-in = both\nhalf-close = pass\n"
	  "icmp-in = forward\nicmp-source = any\nicmp-payload = translate\n"
	  "icmp-checksum = checked\nicmp-embedded = rfc5508\n"
	  "icmp-out = matched\nicmp-query = pass\nicmp-deprecated = drop\n"
	  "echo-to-nat = reply\npayload = keep\nip-id = rewrite\n"
	  "hairpin = external-source\nfragments = any-order\n"
	  "too-big = icmp\ntoo-big-fragment = fragment\n"
	  "udp-after-icmp = keep\nquery-after-icmp = keep\n"
	  "timeout-syn = 240\ntimeout-established = 7440\n"
	  "timeout-closing = 240\ntimeout-rst = 240\ntimeout-udp = 300\n"
	  "timeout-icmp = 60\nrefresh = outbound" },
};

static void builtins_have_the_values_of_their_sources(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(demands) / sizeof(demands[0]); i++) {
		struct profile p = found(demands[i].name), want;
		char text[2048];

		/* Said once more, the lines must change nothing. */
		snprintf(text, sizeof(text), "base = %s\n%s", demands[i].name,
			 demands[i].text);
		want = good(text);
		assert_same(&p, &want);
	}
}

/* Each is sound, has a summary for lists, and is called what it is. */
static void each_builtin_is_valid_and_has_a_summary(void **state)
{
	(void)state;
	for (size_t i = 0; i < profile_builtin_count; i++) {
		struct profile p = found(profile_builtin[i].name);

		assert_string_equal(p.name, profile_builtin[i].name);
		if (strlen(p.summary) <= 20 || strlen(p.summary) >= 80)
			fail_msg("%s: \"%s\"", p.name, p.summary);
	}
}

/* No figure of the draft without its provenance. */
static void each_profile_with_figures_tells_its_source(void **state)
{
	(void)state;
	for (size_t i = 0; i < profile_builtin_count; i++) {
		const struct profile_text *t = &profile_builtin[i];

		if (strncmp(t->name, "imc05-", 6))
			continue;
		if (!strstr(t->text, "draft, as reprinted by Gaballo 2005") &&
		    !strstr(t->text, "derived (100 - 93)") &&
		    !strstr(t->text, "no share") &&
		    !strstr(t->text, "No share"))
			fail_msg("%s has no provenance", t->name);
	}
}

/* ---- printing ---- */

static void assert_round_trip(const struct profile *p)
{
	size_t length = profile_print(p, NULL, 0);
	char *text = malloc(length + 1);
	struct error e = { 0 };
	struct profile again;

	assert_non_null(text);
	assert_int_equal(profile_print(p, text, length + 1), length);
	assert_int_equal(strlen(text), length);
	if (!profile_parse(p->name, text, length, &again, &e))
		fail_msg("%s", e.text);
	assert_memory_equal(&again, p, sizeof(again));
	/* A short room gets as much as fits, and an end. */
	for (size_t room = 1; room <= length; room += 97) {
		char *small = malloc(room);

		assert_non_null(small);
		assert_int_equal(profile_print(p, small, room), length);
		assert_int_equal(strlen(small), room - 1);
		assert_memory_equal(small, text, room - 1);
		free(small);
	}
	free(text);
}

static void printed_profile_reads_back_equal(void **state)
{
	struct profile p;
	struct error e;

	(void)state;
	profile_defaults(&p);
	assert_round_trip(&p);
	for (size_t i = 0; i < profile_builtin_count; i++) {
		assert_true(profile_find(profile_builtin[i].name, &p, &e));
		assert_round_trip(&p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_builtin_is_valid_and_has_a_summary),
		cmocka_unit_test(builtins_equal_what_they_promise),
		cmocka_unit_test(builtins_have_the_values_of_their_sources),
		cmocka_unit_test(each_profile_with_figures_tells_its_source),
		cmocka_unit_test(printed_profile_reads_back_equal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
