#include "report.h"

#include <ctype.h>
#include <fnmatch.h>

/* ---- tests ---- */

/* 6888-1 consists of other requirements (RFC 6888 REQ-1). */
static const char made_of_others[] = "6888-1";

static bool is_part(const struct requirement *row)
{
	return (!strncmp(row->id, "4787-", 5) ||
		!strncmp(row->id, "5382-", 5) ||
		!strncmp(row->id, "5508-", 5)) &&
	       !strncmp(row->level, "MUST", 4);
}

static void judge_parts(struct conformance_report *r, size_t whole)
{
	for (size_t i = 0; i < requirement_count; i++) {
		if (!r->held[i] || !is_part(&requirements[i]) ||
		    r->outcomes[i] == PASSED)
			continue;
		r->outcomes[whole] = FAILED;
		snprintf(r->whys[whole], sizeof(r->whys[whole]),
			 "%s does not pass", requirements[i].id);
	}
}

/* is_carrier - has the profile shares for subscribers? */
static bool is_carrier(const struct profile *p)
{
	return p->ports_per_host || p->port_block;
}

void report_make(struct conformance_report *r, const struct profile *p)
{
	memset(r, 0, sizeof(*r));
	for (size_t i = 0; i < requirement_count; i++) {
		struct conformance_test t;

		r->held[i] = requirements[i].standing != NOT_OURS &&
			(requirements[i].standing != HELD_CGN || is_carrier(p));
		if (!r->held[i] || !requirements[i].test)
			continue;
		conformance_run(&t, p, requirements[i].test);
		r->outcomes[i] = t.outcome;
		memcpy(r->whys[i], t.why, sizeof(t.why));
	}
	for (size_t i = 0; i < requirement_count; i++)
		if (r->held[i] && !strcmp(requirements[i].id, made_of_others))
			judge_parts(r, i);
}

int report_print(const struct conformance_report *r)
{
	int failed = 0, number = 0;

	for (size_t i = 0; i < requirement_count; i++) {
		bool bad = r->outcomes[i] == FAILED;

		if (!r->held[i])
			continue;
		failed += bad;
		printf("%sok %d - %s %s: %s%s\n", bad ? "not " : "", ++number,
		       requirements[i].id, requirements[i].level,
		       requirements[i].sentence,
		       r->outcomes[i] == UNTRIED ? " # SKIP" : "");
		if (r->whys[i][0])
			printf("# %s: %s\n", requirements[i].id, r->whys[i]);
	}
	printf("1..%d\n", number);
	return failed;
}

/* ---- expectations ---- */

static bool complain(const char *file, const char *line)
{
	printf("# " DIRECTORY "%s: %s\n", file, line);
	return false;
}

/* is_own - is @id of the requirement that the profile is named after?
   "rfc5382-req4-rst" and 5382-4y: the RFC and the number are the same */
static bool is_own(const char *profile, const char *id)
{
	const char *number = strstr(profile, "-req");
	size_t digits = 0;

	if (strncmp(profile, "rfc", 3) || strncmp(profile + 3, id, 5))
		return false;
	number = number ? number + 4 : profile + 8;
	id += 5;
	while (isdigit((unsigned char)number[digits]))
		digits++;
	return !strncmp(number, id, digits) &&
	       !isdigit((unsigned char)id[digits]);
}

/* has_id - is it one of "a,b,c"? */
static bool has_id(const char *ids, const char *id)
{
	size_t n = strlen(id);

	for (const char *at = ids; (at = strstr(at, id)); at++)
		if ((at == ids || at[-1] == ',') &&
		    (!at[n] || at[n] == ','))
			return true;
	return false;
}

/* is_sound - do the line's requirements exist, and fit its kind? */
static bool is_sound(const struct expectation *x)
{
	char ids[sizeof(x->ids)], *rest = NULL;
	bool own = !strcmp(x->kind, "own");
	bool other = !strcmp(x->kind, "restates");

	memcpy(ids, x->ids, sizeof(ids));
	for (char *id = strtok_r(ids, ",", &rest); id;
	     id = strtok_r(NULL, ",", &rest))
		if (!requirement_find(id) || (own && !is_own(x->profile, id)) ||
		    (other && is_own(x->profile, id)))
			return false;
	return true;
}

bool expectations_read(struct expectations *e)
{
	FILE *f = fopen(DIRECTORY "expected.tsv", "r");
	char line[512];
	bool ok = true;

	e->count = 0;
	if (!f)
		return complain("expected.tsv", "cannot be read: start this "
				"at the root of the repository");
	while (fgets(line, sizeof(line), f)) {
		struct expectation *x = &e->lines[e->count];

		if (line[0] == '#')
			continue;
		if (e->count == sizeof(e->lines) / sizeof(e->lines[0]) - 1 ||
		    sscanf(line, "%63[^\t]\t%15[^\t]\t%127[^\t\n]", x->profile,
			   x->kind, x->ids) != 3 || !is_sound(x))
			ok = complain("expected.tsv", line);
		else
			e->count++;
	}
	fclose(f);
	return ok;
}

static enum conformance_outcome expected(const struct expectations *e,
					 const char *profile, const char *id)
{
	for (size_t i = 0; i < e->count; i++) {
		const struct expectation *x = &e->lines[i];

		if (!fnmatch(x->profile, profile, 0) && has_id(x->ids, id))
			return strcmp(x->kind, "untried") ? FAILED : UNTRIED;
	}
	return PASSED;
}

bool expectations_meet(const struct expectations *e, const char *profile,
		       const struct conformance_report *r)
{
	static const char *const words[] = {
		[PASSED] = "pass", [FAILED] = "fail", [UNTRIED] = "be untried",
	};
	bool ok = true;

	for (size_t i = 0; i < requirement_count; i++) {
		enum conformance_outcome wanted =
			expected(e, profile, requirements[i].id);

		if (!r->held[i] || r->outcomes[i] == wanted)
			continue;
		ok = false;
		printf("# %s: %s should %s, but did %s: %s\n", profile,
		       requirements[i].id, words[wanted], words[r->outcomes[i]],
		       r->whys[i]);
	}
	return ok;
}

bool expectations_names(const struct expectations *e, const char *profile)
{
	for (size_t i = 0; i < e->count; i++)
		if ((!strcmp(e->lines[i].kind, "own") ||
		     !strcmp(e->lines[i].kind, "apart")) &&
		    !fnmatch(e->lines[i].profile, profile, 0))
			return true;
	return false;
}

/* ---- the table of requirements ---- */

static const char *const standings[] = {
	[HELD] = "held", [HELD_CGN] = "cgn", [RECORDED] = "recorded",
	[NOT_OURS] = "not-ours",
};

/* row_line - as requirements.tsv has it */
static void row_line(const struct requirement *row, char *out_line, size_t room)
{
	snprintf(out_line, room, "%s\t%.4s\t%s\t%s\t%s\n", row->id, row->id,
		 row->requirement, row->level, standings[row->standing]);
}

bool requirements_agree(void)
{
	FILE *f = fopen(DIRECTORY "requirements.tsv", "r");
	char line[256], mine[256];
	bool ok = true;
	size_t i = 0;

	if (!f)
		return complain("requirements.tsv", "cannot be read: start "
				"this at the root of the repository");
	while (fgets(line, sizeof(line), f)) {
		if (line[0] == '#')
			continue;
		if (i < requirement_count)
			row_line(&requirements[i++], mine, sizeof(mine));
		else
			mine[0] = 0;
		if (strcmp(line, mine))
			ok = complain("requirements.tsv", line);
	}
	fclose(f);
	return ok && i == requirement_count;
}

/* row_markdown - as docs/conformance.md has it */
static void row_markdown(const struct requirement *row, char *out_line,
			 size_t room)
{
	static const char *const words[] = {
		[HELD] = "every profile", [HELD_CGN] = "carriers",
		[RECORDED] = "recorded", [NOT_OURS] = "not a NAT's",
	};

	snprintf(out_line, room, "| %s | %s | %s | %s | %s |\n", row->id,
		 row->requirement, row->level, row->sentence,
		 words[row->standing]);
}

void requirements_print(FILE *out_file)
{
	char line[512];

	for (size_t i = 0; i < requirement_count; i++) {
		row_markdown(&requirements[i], line, sizeof(line));
		fputs(line, out_file);
	}
}

bool requirements_documented(void)
{
	FILE *f = fopen("docs/conformance.md", "r");
	char line[1024], mine[512];
	size_t i = 0;
	bool ok = true;

	if (!f)
		return complain("../../docs/conformance.md", "cannot be read");
	while (fgets(line, sizeof(line), f)) {
		if (line[0] != '|' || !isdigit((unsigned char)line[2]))
			continue;
		mine[0] = 0;
		if (i < requirement_count)
			row_markdown(&requirements[i++], mine, sizeof(mine));
		if (strcmp(line, mine))
			ok = complain("../../docs/conformance.md", line);
	}
	fclose(f);
	return ok && i == requirement_count;
}
