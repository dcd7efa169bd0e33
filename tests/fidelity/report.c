#include "report.h"

#include "show.h"

#include "base/clock.h"

#include <stdlib.h>
#include <string.h>

#define SIGNATURE 320
#define SYN_SENT2_SURE (5 * NS_PER_S)	/* below SYN_SENT's timeout */
#define ENOUGH 0.995			/* of sequences identical */

struct example {
	unsigned steps;			/* up to the difference */
	uint64_t id;
	char text[];			/* its ladder */
};

/* ---- adding ---- */

static bool count_kernel(struct fidelity_report *r, const struct sequence *s,
			 const struct nat_trace *kernel, unsigned step)
{
	struct sequence_step plain = s->steps[step];
	char name[STEP_TEXT], outcome[OUTCOME_TEXT], text[SIGNATURE];

	snprintf(text, sizeof(text), "%-11s %-36s %s", kernel->state[step],
		 step_name(&plain, name),
		 trace_outcome(kernel, &plain, step, outcome));
	return tally_add(&r->kernel, text);
}

static unsigned long wrong_checksums(const struct sequence *s,
				     const struct nat_trace *t)
{
	unsigned long count = 0;

	for (unsigned i = 0; i < t->count; i++) {
		const struct sequence_step *in = &s->steps[t->outputs[i].step];

		if ((!in->fault || in->fault == FAULT_NO_CHECKSUM) &&
		    !in->misquote && in->word < WORD_ERROR)
			count += !checksums_hold(t->outputs[i].bytes,
						 t->outputs[i].length);
	}
	return count;
}

/*
 * The kernel's timeout of SYN_SENT2 has no sysctl: it is 120 s in these runs,
 * while the model's is that of SYN_SENT. Differences that this can cause are
 * marked "long".
 */
static const char *long_state(const struct nat_trace *kernel, unsigned step)
{
	unsigned first = step;

	while (first && !strcmp(kernel->state[first], "SYN_SENT2"))
		first--;
	return first < step && kernel->at[step] - kernel->at[first] >
	       SYN_SENT2_SURE ? " long" : "";
}

static void signature(const struct sequence *s, const struct nat_trace *kernel,
		      const struct difference *d, char out[SIGNATURE])
{
	static const char *const classes[] = {
		[CLASS_ONE] = "", [CLASS_SECOND] = "second: ",
		[CLASS_CLASH] = "clash: ",
	};
	char name[STEP_TEXT];

	snprintf(out, SIGNATURE, "%s%s%s: %s: kernel %s, model %s%s%s",
		 classes[s->class], kernel->state[d->step],
		 long_state(kernel, d->step),
		 step_name(&s->steps[d->step], name), d->kernel, d->model,
		 d->field[0] ? ", field " : "", d->field);
}

/* cause - a group's cause, whatever the state: the packet's mutation, or its
   kind if it has none */
static void cause(const struct sequence *s, const struct difference *d,
		  char out[SIGNATURE])
{
	const struct sequence_step *t = &s->steps[d->step];
	const char *odd;
	char name[STEP_TEXT];

	step_name(t, name);
	odd = strchr(name, '(');
	snprintf(out, SIGNATURE, "%s%s: kernel %s, model %s%s%s",
		 odd ? odd : name,
		 !odd ? "" : t->side == NAT_INSIDE ? " out" : " in",
		 d->kernel, d->model, d->field[0] ? ", field " : "",
		 d->field);
}

static struct example *make_example(const struct sequence *s, unsigned slot,
				    const struct nat_trace *kernel,
				    const struct nat_trace *model,
				    const struct difference *d)
{
	struct example *x = NULL;
	char *text = NULL;
	size_t length;
	FILE *f = open_memstream(&text, &length);

	if (!f)
		return NULL;
	show_sequence(f, s, slot, kernel, model, d);
	if (!fclose(f))
		x = malloc(sizeof(*x) + length + 1);
	if (x) {
		x->steps = d->step;
		x->id = s->id;
		memcpy(x->text, text, length + 1);
	}
	free(text);
	return x;
}

/* add_difference - count it; a group keeps its shortest sequence as example */
static bool add_difference(struct fidelity_report *r, const struct sequence *s,
			   unsigned slot, const struct nat_trace *kernel,
			   const struct nat_trace *model,
			   const struct difference *d)
{
	char text[SIGNATURE];
	struct tally_row *row;
	struct example *x;

	signature(s, kernel, d, text);
	row = tally_add(&r->groups, text);
	cause(s, d, text);
	if (!row || !tally_add(&r->causes, text))
		return false;
	x = row->note;
	if (x && x->steps <= d->step)
		return true;
	free(x);
	row->note = make_example(s, slot, kernel, model, d);
	return row->note;
}

bool report_add(struct fidelity_report *r, const struct sequence *s,
		unsigned slot, const struct nat_trace *kernel,
		const struct nat_trace *model)
{
	struct difference d = { .identical = false };

	r->sequences++;
	r->steps += s->step_count;
	r->outputs += kernel->count;
	r->kernel_checksums += wrong_checksums(s, kernel);
	r->model_checksums += wrong_checksums(s, model);
	for (unsigned i = 0; i < s->step_count; i++)
		if (!count_kernel(r, s, kernel, i))
			return false;
	compare(s, kernel, model, &d);
	r->identical += d.identical;
	return d.identical || add_difference(r, s, slot, kernel, model, &d);
}

/* ---- printing ---- */

static void print_groups(struct fidelity_report *r, struct known_differences *k,
			 unsigned limit, FILE *f)
{
	for (size_t i = 0; i < r->groups.count; i++) {
		const struct tally_row *row = &r->groups.rows[i];
		const struct example *x = row->note;
		const char *reason = known_reason(k, row->text);

		fprintf(f, "%6u  %s\n", row->count, row->text);
		if (reason)
			fprintf(f, "        known: %s\n", reason);
		else if (i < limit)
			fprintf(f, "    sequence %llu\n%s",
				(unsigned long long)x->id, x->text);
	}
}

static void print_causes(struct fidelity_report *r, FILE *f)
{
	tally_sort(&r->causes);
	for (size_t i = 0; i < r->causes.count; i++)
		fprintf(f, "cause %6u  %s\n", r->causes.rows[i].count,
			r->causes.rows[i].text);
}

static void print_table(struct fidelity_report *r, FILE *f)
{
	tally_sort_text(&r->kernel);
	for (size_t i = 0; i < r->kernel.count; i++)
		fprintf(f, "%7u  %s\n", r->kernel.rows[i].count,
			r->kernel.rows[i].text);
}

static unsigned unlisted(const struct fidelity_report *r,
			 struct known_differences *k)
{
	unsigned count = 0;

	for (size_t i = 0; i < r->groups.count; i++)
		count += !known_reason(k, r->groups.rows[i].text);
	return count;
}

static double share(const struct fidelity_report *r)
{
	return r->sequences ? (double)r->identical / (double)r->sequences : 0;
}

bool report_print(struct fidelity_report *r, struct known_differences *k,
		  unsigned limit, bool table, FILE *f)
{
	unsigned open = unlisted(r, k);
	bool good = share(r) >= ENOUGH && !open && !r->model_checksums;

	tally_sort(&r->groups);
	if (table)
		print_table(r, f);
	print_groups(r, k, limit, f);
	print_causes(r, f);
	for (unsigned i = 0; known_unused(k, i); i++)
		fprintf(f, "known, not seen: %s\n", known_unused(k, i));
	fprintf(f, "fidelity: %s against the kernel's \"%s\", seed %llu: "
		"%lu of %lu sequences identical (%.2f %%), %zu groups of "
		"differences, %u of them not listed; %lu packets in, %lu out, "
		"%.0f s, %lu sequences run again; wrong checksums: kernel "
		"%lu, model %lu: %s\n", r->profile, r->nat,
		(unsigned long long)r->seed, r->identical, r->sequences,
		100 * share(r), r->groups.count, open, r->steps, r->outputs,
		r->seconds, r->again, r->kernel_checksums, r->model_checksums,
		good ? "good" : "NOT GOOD");
	return good;
}

void report_json(struct fidelity_report *r, struct known_differences *k,
		 FILE *f)
{
	fprintf(f, "{\"schema\":\"tcptrav.fidelity/1\",\"profile\":\"%s\","
		"\"nat\":\"%s\",\"seed\":%llu,\"sequences\":%lu,"
		"\"identical\":%lu,\"groups\":%zu,\"unlisted\":%u,"
		"\"packets_in\":%lu,\"packets_out\":%lu,\"seconds\":%.1f}\n",
		r->profile, r->nat, (unsigned long long)r->seed, r->sequences,
		r->identical, r->groups.count, unlisted(r, k), r->steps,
		r->outputs, r->seconds);
}

void report_free(struct fidelity_report *r)
{
	tally_free(&r->groups);
	tally_free(&r->causes);
	tally_free(&r->kernel);
}
