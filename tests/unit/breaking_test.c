/*
 * The profiles that each break one requirement: each is rfc5382 but for a
 * little, says in its second line which requirement that is, and leaves the
 * protocols alone that its RFC is not about, where an axis is theirs alone.
 */
#include "profile/profile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { SETTINGS = 4 };		/* the most that one may change */

static struct profile found(const char *name)
{
	struct error e = { 0 };
	struct profile p;

	if (!profile_find(name, &p, &e))
		fail_msg("%s", e.text);
	return p;
}

static int value_of(const char *axis, const struct profile *p)
{
	return axis_value(axis_find(axis), p);
}

/* own_or_tcp - UDP's or queries' value, in TCP's numbers */
static int own_or_tcp(const char *own, const char *tcp,
		      const struct profile *p)
{
	return value_of(own, p) ? value_of(own, p) - 1 : value_of(tcp, p);
}

static const char *const breakers[] = { "rfc5382-", "rfc4787-", "rfc5508-",
					"rfc7857-" };

/* rfc_of - "5382" of "rfc5382-req1-address"; NULL: it breaks nothing */
static const char *rfc_of(const char *name)
{
	for (size_t i = 0; i < sizeof(breakers) / sizeof(breakers[0]); i++)
		if (!strncmp(name, breakers[i], 8))
			return name + 3;
	return NULL;
}

static const char *second_line(const struct profile_text *t)
{
	return strchr(t->text, '\n') + 1;
}

static void each_breaking_profile_names_its_requirement(void **state)
{
	size_t count = 0;

	(void)state;
	for (size_t i = 0; i < profile_builtin_count; i++) {
		const struct profile_text *t = &profile_builtin[i];
		const char *rfc = rfc_of(t->name);
		char says[32];

		if (!rfc)
			continue;
		snprintf(says, sizeof(says), "# Breaks %.5s", rfc);
		if (strncmp(second_line(t), says, strlen(says)))
			fail_msg("%s: no line \"%s...\"", t->name, says);
		assert_non_null(strstr(t->text, "\nbase = rfc5382\n"));
		count++;
	}
	assert_true(count >= 60);
}

static void each_breaking_profile_changes_one_or_a_few_axes(void **state)
{
	struct profile conforming = found("rfc5382");

	(void)state;
	for (size_t i = 0; i < profile_builtin_count; i++) {
		struct profile p = found(profile_builtin[i].name);
		size_t changes = 0;

		if (!rfc_of(p.name))
			continue;
		for (size_t j = 0; j < axis_count; j++)
			changes += axis_value(&axes[j], &p) !=
				axis_value(&axes[j], &conforming);
		if (!changes || changes > SETTINGS)
			fail_msg("%s: %zu changes", p.name, changes);
	}
}

/* Two that break the same would be one. */
static void no_two_breaking_profiles_are_equal(void **state)
{
	(void)state;
	for (size_t i = 0; i < profile_builtin_count; i++)
		for (size_t j = 0; j < i; j++) {
			struct profile p = found(profile_builtin[i].name);
			struct profile q = found(profile_builtin[j].name);
			size_t k = 0;

			if (!rfc_of(p.name) || !rfc_of(q.name))
				continue;
			while (k < axis_count && axis_value(&axes[k], &p) ==
			       axis_value(&axes[k], &q))
				k++;
			if (k == axis_count)
				fail_msg("%s is %s", p.name, q.name);
		}
}

static const struct {
	const char *tcp, *udp, *query;
} shared[] = {
	{ "mapping", "udp-mapping", "query-mapping" },
	{ "ports", "udp-ports", NULL },
	{ "filtering", "udp-filtering", NULL },
	{ "hairpin", "udp-hairpin", NULL },
	{ "payload", "udp-payload", NULL },
};

static void assert_untouched(const struct profile *p,
			     const struct profile *conforming, size_t i)
{
	bool tcp = !strncmp(p->name, "rfc5382", 7);
	bool udp = !strncmp(p->name, "rfc4787", 7);
	bool icmp = !strncmp(p->name, "rfc5508", 7);

	if (!tcp && value_of(shared[i].tcp, p) !=
	    value_of(shared[i].tcp, conforming))
		fail_msg("%s changes TCP's %s", p->name, shared[i].tcp);
	if (!udp && own_or_tcp(shared[i].udp, shared[i].tcp, p) !=
	    own_or_tcp(shared[i].udp, shared[i].tcp, conforming))
		fail_msg("%s changes UDP's %s", p->name, shared[i].tcp);
	if (!icmp && shared[i].query &&
	    own_or_tcp(shared[i].query, shared[i].tcp, p) !=
	    own_or_tcp(shared[i].query, shared[i].tcp, conforming))
		fail_msg("%s changes queries' %s", p->name, shared[i].tcp);
}

static void tcp_breaking_profiles_leave_other_protocols(void **state)
{
	struct profile conforming = found("rfc5382");

	(void)state;
	for (size_t i = 0; i < profile_builtin_count; i++) {
		struct profile p = found(profile_builtin[i].name);

		if (!rfc_of(p.name))
			continue;
		for (size_t j = 0; j < sizeof(shared) / sizeof(shared[0]); j++)
			assert_untouched(&p, &conforming, j);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_breaking_profile_names_its_requirement),
		cmocka_unit_test(
			each_breaking_profile_changes_one_or_a_few_axes),
		cmocka_unit_test(no_two_breaking_profiles_are_equal),
		cmocka_unit_test(tcp_breaking_profiles_leave_other_protocols),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
