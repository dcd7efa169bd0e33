/* Packets counted by verdict and reason. */
#include "gateway/drop_reasons.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct drop_reasons *new_counters(void)
{
	struct drop_reasons *r = calloc(1, sizeof(*r));

	assert_non_null(r);
	return r;
}

static void equal_texts_share_a_row_and_verdicts_do_not(void **state)
{
	static const char one[] = "unsolicited-syn = drop";
	static const char same[] = "unsolicited-syn = drop";
	struct drop_reasons *r = new_counters();
	struct drop_reason_row *row = drop_reasons_count(r, NAT_DROP, one);

	(void)state;
	assert_ptr_equal(drop_reasons_count(r, NAT_DROP, same), row);
	assert_ptr_equal(drop_reasons_count(r, NAT_DROP, one), row);
	assert_int_equal(row->count, 3);
	assert_string_equal(row->reason, one);
	assert_ptr_not_equal(drop_reasons_count(r, NAT_REPLY, one), row);
	drop_reasons_count(r, NAT_DROP, "no session");
	assert_int_equal(r->used, 3);
	assert_int_equal(drop_reasons_total(r, NAT_DROP), 4);
	assert_int_equal(drop_reasons_total(r, NAT_REPLY), 1);
	free(r);
}

static void every_packet_is_counted_beyond_the_last_row(void **state)
{
	static char texts[4 * DROP_REASON_SLOTS][16];
	struct drop_reasons *r = new_counters();

	(void)state;
	for (unsigned i = 0; i < 4 * DROP_REASON_SLOTS; i++)
		snprintf(texts[i], sizeof(texts[i]), "reason %u", i);
	for (unsigned round = 1; round <= 2; round++) {
		for (unsigned i = 0; i < 4 * DROP_REASON_SLOTS; i++)
			drop_reasons_count(r, NAT_DROP, texts[i]);
		assert_int_equal(drop_reasons_total(r, NAT_DROP),
				 round * 4 * DROP_REASON_SLOTS);
	}
	assert_int_equal(r->used, DROP_REASONS);
	assert_string_equal(r->rows[DROP_REASONS - 1].reason, "other reasons");
	assert_int_equal(r->rows[0].count, 2);
	free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equal_texts_share_a_row_and_verdicts_do_not),
		cmocka_unit_test(every_packet_is_counted_beyond_the_last_row),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
