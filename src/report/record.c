/* Printed by hand (base/json_fields.h), in the order of the schema. */
#include "report/record.h"

#include "base/json_fields.h"
#include "plan/trial_json.h"

#include <stdlib.h>
#include <sys/utsname.h>

static void mechanism_field(const char *name, uint8_t m, bool known, FILE *to)
{
	if (known)
		json_text(name, mechanism_name((enum mechanism)m), to);
	else
		json_field_null(name, to);
}

static void print_result(const struct trial_record *r, FILE *to)
{
	bool knows_a = r->lab || r->is_a, knows_b = r->lab || !r->is_a;

	json_text("outcome", outcome_name((enum outcome)r->outcome), to);
	json_text("opener", r->opener, to);
	mechanism_field("mechanism_a", r->mechanism_a, knows_a, to);
	mechanism_field("mechanism_b", r->mechanism_b, knows_b, to);
	json_text("cause", cause_name((enum cause)r->cause), to);
	json_text("explain", r->explain, to);
	json_measure("connect_ms", r->connect_ms, 1, r->connect_ms >= 0, to);
	/* The receiver knows how much it received. */
	json_count("exchanged_a_to_b", r->exchanged_a_to_b, knows_b, to);
	json_count("exchanged_b_to_a", r->exchanged_b_to_a, knows_a, to);
	json_count("ttl_a", r->ttl_a, knows_a && r->ttl_a, to);
	json_count("ttl_b", r->ttl_b, knows_b && r->ttl_b, to);
	json_measure("late_ms", r->late_ms, 1, r->lab, to);
	json_count("repeats", r->repeats, r->lab, to);
	json_count("lost", r->lost, r->lab, to);
	json_text("candidate",
		  candidate_kind_name((enum candidate_kind)r->candidate), to);
	fputs("}\n", to);
}

void record_kernel(char out[KERNEL_TEXT])
{
	struct utsname name;

	snprintf(out, KERNEL_TEXT, "%s", uname(&name) ? "" : name.release);
}

void record_print(const struct trial_record *r, FILE *to)
{
	fputs(TRIAL_JSON_BEGINNING, to);
	json_text("version", TCPTRAV_VERSION, to);
	json_text("id", r->id, to);
	json_text("clock", r->virtual_time ? "virtual" : "real", to);
	json_text("kernel", r->kernel, to);
	trial_json_print(&r->setting, r->seed, r->lab, to);
	print_result(r, to);
}

char *record_text(const struct trial_record *r)
{
	char *text = NULL;
	size_t length;
	FILE *to = open_memstream(&text, &length);

	if (!to)
		return NULL;
	record_print(r, to);
	fclose(to);
	return text;
}
