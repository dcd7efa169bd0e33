/*
 * The table of requirements: one row for each line of them that can be
 * tested, in the order of tests/conformance/requirements.tsv.
 */
#ifndef TCPTRAV_TESTS_CONFORMANCE_REQUIREMENTS_H
#define TCPTRAV_TESTS_CONFORMANCE_REQUIREMENTS_H

#include "harness.h"

enum standing {
	HELD,	  /* required of every NAT */
	HELD_CGN, /* required of a carrier's NAT only */
	RECORDED, /* MAY: what is seen is recorded, nothing fails */
	NOT_OURS,
};

struct requirement {
	const char *id;			/* "5382-4y" */
	const char *requirement;	/* "REQ-4" */
	const char *level;		/* "MUST NOT" */
	enum standing standing;
	conformance_function test;	/* NULL: NOT_OURS, or made of others */
	const char *sentence;		/* what the test shows; NOT_OURS: why
					   there is no test */
};

extern const struct requirement requirements[];
extern const size_t requirement_count;

/* requirement_find - by its id, or NULL */
const struct requirement *requirement_find(const char *id);

/* The tests, by file. */
#define TESTS(X)							\
	/* mapping.c */							\
	X(5382_1) X(4787_1) X(5508_1a) X(4787_2) X(7857_4c) X(6888_2)	\
	X(7857_5) X(4787_7) X(4787_11)					\
	/* ports.c */							\
	X(5382_7) X(4787_3) X(4787_3a) X(4787_4) X(7857_3) X(7857_8)	\
	X(7857_9) X(6888_15)						\
	/* filtering.c */						\
	X(5382_3) X(4787_8) X(6888_7) X(5382_4) X(5382_4x) X(5382_4y)	\
	X(7857_6)							\
	/* state.c */							\
	X(5382_2) X(5382_2a) X(7857_2) X(7857_2_2a) X(7857_2_2b)	\
	X(5382_10) X(4787_12)						\
	/* timers.c */							\
	X(5382_5a) X(5382_5b) X(7857_2_1c) X(7857_7) X(7857_7_1)	\
	X(4787_5) X(4787_5a) X(4787_5c) X(4787_6) X(4787_6a) X(5508_2)	\
	X(5508_6)							\
	/* payload.c */							\
	X(5382_6) X(4787_10) X(7857_10)					\
	/* icmp.c */							\
	X(5382_9) X(4787_12b) X(4787_12a) X(5508_1) X(5508_3)		\
	X(5508_3a) X(5508_3b) X(5508_3c) X(5508_3d) X(5508_4)		\
	X(5508_4x) X(5508_5) X(5508_5x) X(5508_10a) X(5508_10c)		\
	X(5508_10d)							\
	/* hairpin.c */							\
	X(5382_8) X(5382_8a) X(4787_9) X(4787_9a) X(5508_7) X(5508_7a)	\
	X(7857_12)							\
	/* fragments.c */						\
	X(4787_13) X(4787_13a) X(4787_14) X(4787_14a)			\
	/* resources.c */						\
	X(5508_8) X(7857_4a) X(6888_4) X(6888_4c) X(6888_8) X(6888_11a)	\
	X(6888_11b) X(6888_11d)

#define DECLARE(id) void test_##id(struct conformance_test *t);
TESTS(DECLARE)
#undef DECLARE

#endif
