/* A NAT's name with changes, "rfc5382+unsolicited-syn=rst": there and back. */
#include "base/rng.h"
#include "profile/validate.h"
#include "profile/profile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define SHORT 4096
#define RANDOM_PROFILES 300

static struct profile found(const char *name)
{
	struct error e = { 0 };
	struct profile p;

	if (!profile_find(name, &p, &e))
		fail_msg("%s: %s", name, e.text);
	return p;
}

static void assert_same(const struct profile *a, const struct profile *b)
{
	for (size_t i = 0; i < axis_count; i++)
		if (axis_value(&axes[i], a) != axis_value(&axes[i], b))
			fail_msg("%s: %d, %d", axes[i].name,
				 axis_value(&axes[i], a),
				 axis_value(&axes[i], b));
}

/* ---- there ---- */

static void changes_after_a_name_equal_those_in_a_file(void **state)
{
	static const char text[] = "base = rfc5382\nunsolicited-syn = rst\n"
		"timeout-syn = 7\n";
	struct profile file, p;

	(void)state;
	assert_true(profile_parse("f", text, strlen(text), &file, NULL));
	p = found("rfc5382+unsolicited-syn=rst+timeout-syn=7");
	assert_same(&file, &p);
	assert_string_equal(p.name,
			    "rfc5382+unsolicited-syn=rst+timeout-syn=7");
	assert_string_equal(p.summary, "rfc5382, changed");
}

static void order_of_changes_does_not_matter(void **state)
{
	struct profile a = found("rst+ports=random+mapping=address");
	struct profile b = found("rst+mapping=address+ports=random");

	(void)state;
	assert_same(&a, &b);
}

/* the base alone is a contradiction of the first change */
static void only_the_resulting_profile_is_validated(void **state)
{
	struct profile p = found("netfilter+tcp-state=rfc7857"
				 "+window=unchecked+timeout-unacknowledged=0"
				 "+invalid=drop");

	(void)state;
	assert_int_equal(p.tcp_state, TCP_STATE_RFC7857);
}

static void error_quotes_the_mistaken_change(void **state)
{
	static const struct {
		const char *name, *sentence;
	} cases[] = {
		{ "rfc5382+maping=address", "NAT \"rfc5382+maping=address\": "
		  "unknown axis \"maping\"; the nearest is \"mapping\"" },
		{ "rfc5382+mapping=adress", "NAT \"rfc5382+mapping=adress\": "
		  "mapping cannot be \"adress\"; the nearest value is "
		  "\"address\"" },
		{ "rfc5382+delta=0", "NAT \"rfc5382+delta=0\": delta is "
		  "\"0\", but must be a number from 1 to 4096" },
		{ "rfc5832+mapping=address", "unknown NAT profile "
		  "\"rfc5832\"; the nearest is \"rfc5382\"" },
		{ "rfc5382+", "NAT \"rfc5382+\": \"\" is not of the form "
		  "\"axis=value\"" },
		{ "rst+mapping=address+", "NAT \"rst+mapping=address+\": \"\" "
		  "is not of the form \"axis=value\"" },
		{ "rst+mapping", "NAT \"rst+mapping\": \"mapping\" is not of "
		  "the form \"axis=value\"" },
		{ "rst+ttl=keep+ttl=keep", "NAT \"rst+ttl=keep+ttl=keep\": "
		  "\"ttl\" is set twice" },
		{ "rst+base=icmp", "NAT \"rst+base=icmp\": unknown axis "
		  "\"base\"; the nearest is \"range\"" },
		{ "rst+port-block=64+pooling=arbitrary+ports=sequential",
		  "profile \"rst+port-block=64+pooling=arbitrary"
		  "+ports=sequential\": \"port-block = 64\" contradicts "
		  "\"pooling = arbitrary\": a block is of one address" },
		{ "none.nat+ttl=keep", "cannot read the profile "
		  "\"none.nat\": No such file or directory" },
	};
	struct profile p, standard;
	struct error e;

	(void)state;
	profile_defaults(&standard);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_false(profile_find(cases[i].name, &p, &e));
		assert_int_equal(e.kind, ERROR_USE);
		assert_string_equal(e.text, cases[i].sentence);
		assert_memory_equal(&p, &standard, sizeof(p));
	}
}

static void long_name_is_cut_and_ends_in_dots(void **state)
{
	struct profile p = found("port-restricted-cone+unsolicited-syn=rst"
				 "+unsolicited-takes-port=yes+ports=random");

	(void)state;
	assert_int_equal(strlen(p.name), sizeof(p.name) - 1);
	assert_string_equal(p.name + sizeof(p.name) - 4, "...");
}

/* ---- files ---- */

static void write_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static void file_path_may_contain_a_plus(void **state)
{
	char directory[] = "/tmp/tcptrav-test-XXXXXX";
	char path[2][64], name[2][128];
	struct profile p;

	(void)state;
	assert_non_null(mkdtemp(directory));
	snprintf(path[0], sizeof(path[0]), "%s/a", directory);
	snprintf(path[1], sizeof(path[1]), "%s/a+ttl=keep.nat", directory);
	snprintf(name[0], sizeof(name[0]), "%s+ttl=keep", path[0]);
	snprintf(name[1], sizeof(name[1]), "%s+ports=random", path[1]);
	write_file(path[0], "base = rst\n");
	write_file(path[1], "base = icmp\n");
	assert_int_equal(profile_base(name[0]), strlen(path[0]));
	assert_int_equal(profile_base(path[1]), strlen(path[1]));
	assert_int_equal(profile_base(name[1]), strlen(path[1]));
	p = found(name[0]);
	assert_int_equal(p.ttl, TTL_KEEP);
	assert_int_equal(p.unsolicited_syn, UNSOLICITED_RST);
	p = found(path[1]);
	assert_int_equal(p.ttl, TTL_DECREMENT);
	p = found(name[1]);
	assert_int_equal(p.unsolicited_syn, UNSOLICITED_ICMP_PORT);
	assert_int_equal(p.ports, PORTS_RANDOM);
	unlink(path[1]);	/* then it is a, and what is to be changed */
	assert_int_equal(profile_base(path[1]), strlen(path[0]));
	unlink(path[0]);
	rmdir(directory);
}

static void name_ends_at_its_first_plus(void **state)
{
	(void)state;
	assert_int_equal(profile_base("rst"), 3);
	assert_int_equal(profile_base("rst+a=b+c=d"), 3);
	assert_int_equal(profile_base("./no/such+a=b+c=d"), 9);
	assert_int_equal(profile_base("+a=b"), 0);
	assert_int_equal(profile_base(""), 0);
}

/* ---- and back ---- */

static void assert_back(const struct profile *p, const char *expected)
{
	char name[SHORT];
	struct profile again;

	assert_true(profile_short(p, name, sizeof(name)) < sizeof(name));
	if (expected)
		assert_string_equal(name, expected);
	again = found(name);
	assert_same(p, &again);
}

static void short_name_of_a_builtin_is_its_name(void **state)
{
	struct profile p;

	(void)state;
	for (size_t i = 0; i < profile_builtin_count; i++) {
		p = found(profile_builtin[i].name);
		assert_back(&p, NULL);
	}
	p = found("rst");
	assert_back(&p, "rst");
	p = found("netfilter");
	assert_back(&p, "netfilter");
}

static void short_name_lists_axes_that_differ(void **state)
{
	struct profile p = found("netfilter+timeout-syn=7+hairpin=no");

	(void)state;
	assert_back(&p, "netfilter+timeout-syn=7");	/* has no hairpin */
}

static void short_name_counts_axes_without_room(void **state)
{
	struct profile p = found("netfilter+timeout-syn=7");
	char name[12];

	(void)state;
	assert_int_equal(profile_short(&p, NULL, 0), 23);
	assert_int_equal(profile_short(&p, name, sizeof(name)), 23);
	assert_string_equal(name, "netfilter+t");
}

/* draw - every axis at random, until they do not contradict each other */
static void draw(struct rng *rng, struct profile *p)
{
	do {
		profile_defaults(p);
		for (size_t i = 0; i < axis_count; i++) {
			const struct axis *a = &axes[i];
			long count = a->values ? (long)a->value_count :
				a->maximum - a->minimum + 1;
			int *field = (int *)(void *)((char *)p + a->offset);

			if (rng_below(rng, 2))
				*field = (int)(a->minimum + (long)
					       rng_below(rng,
							 (uint64_t)count));
		}
	} while (!profile_validate(p, NULL));
}

static void short_name_of_any_profile_reads_back(void **state)
{
	struct rng rng;
	struct profile p;

	(void)state;
	rng_seed(&rng, 4);
	for (int i = 0; i < RANDOM_PROFILES; i++) {
		draw(&rng, &p);
		assert_back(&p, NULL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(changes_after_a_name_equal_those_in_a_file),
		cmocka_unit_test(order_of_changes_does_not_matter),
		cmocka_unit_test(only_the_resulting_profile_is_validated),
		cmocka_unit_test(error_quotes_the_mistaken_change),
		cmocka_unit_test(long_name_is_cut_and_ends_in_dots),
		cmocka_unit_test(file_path_may_contain_a_plus),
		cmocka_unit_test(name_ends_at_its_first_plus),
		cmocka_unit_test(short_name_of_a_builtin_is_its_name),
		cmocka_unit_test(short_name_lists_axes_that_differ),
		cmocka_unit_test(short_name_counts_axes_without_room),
		cmocka_unit_test(short_name_of_any_profile_reads_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
