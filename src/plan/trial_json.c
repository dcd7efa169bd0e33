#include "plan/trial_json.h"

#include "base/json_fields.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define SEED_FIELD "\"seed\":"

const char *const trial_json_names[] = {
	"method", "ttl", "variant", "topology", "nat_a", "nat_b", "rtt_ms",
	"skew_ms", "loss", "links", "background", "spoofing", "timeout_ms",
	"candidates", NULL
};

void trial_json_print(const struct trial *t, uint64_t seed, bool in_lab,
		      FILE *to)
{
	fprintf(to, "," SEED_FIELD "%" PRIu64, seed);
	json_text("method", t->approach.method->name, to);
	json_text("ttl", t->approach.low_ttl ? "low" : "none", to);
	json_text("variant", approach_variant_name(&t->approach), to);
	json_text_or_null("topology", t->topology, in_lab, to);
	json_text_or_null("nat_a", t->nat_a, in_lab, to);
	json_text_or_null("nat_b", t->nat_b, in_lab, to);
	json_decimals("rtt_ms", t->rtt_ms, 1, in_lab, to);
	json_decimals("skew_ms", t->skew_ms, 1, in_lab, to);
	json_decimals("loss", t->loss, 1, in_lab, to);
	if (in_lab)
		json_text("links", link_options_text(t->links), to);
	else
		json_field_null("links", to);
	json_measure("background", t->background, 1, in_lab, to);
	json_text_or_null("spoofing",
			  t->spoofing_dropped ? "dropped" : "allowed", in_lab,
			  to);
	json_decimals("timeout_ms", trial_timeout(t), 0, true, to);
	json_text("candidates", candidate_use_name(t->candidates), to);
}

const char *trial_json_seed(const char *line, uint64_t *out)
{
	const char *at = strstr(line, SEED_FIELD), *digits;

	if (!at)
		return NULL;
	digits = at + strlen(SEED_FIELD);
	digits += strspn(digits, " ");
	*out = strtoull(digits, NULL, 10);
	return *digits >= '0' && *digits <= '9' ? at : NULL;
}
