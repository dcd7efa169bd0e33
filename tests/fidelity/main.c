/*
 * fidelity - the kernel's NAT and the model, the same packets into both
 *
 * A corpus of sequences is made from a seed (corpus.h), run through the
 * kernel's NAT in a namespace (kernel.h, schedule.h), then, with the times
 * at which the packets really were sent, through the model (model.h), and
 * what came out is compared field by field (compare.h).
 */
#include "corpus.h"
#include "model.h"
#include "report.h"
#include "schedule.h"
#include "show.h"

#include "base/clock.h"
#include "lab/namespaces.h"
#include "profile/profile.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define WAVE 20000			/* sequences in one NAT */
#define TRIES 5				/* of one that was late */

struct options {
	const char *profile, *nat, *known, *json;
	uint64_t seed, show;
	unsigned long sequences;
	unsigned limit;
	bool shows, table;
};

struct fidelity_run {
	const struct options *options;
	struct profile profile;
	struct fidelity_report report;
	struct sequence_run *jobs;		/* of a wave */
	struct sequence_run *twins;	/* the same, when the kernel's NAT is
					   compared with itself */
	uint64_t *ids;			/* that are still to be run */
	unsigned long left;
};

/* progress - called after each turn; prints every 64th number */
static void progress(unsigned done, unsigned count)
{
	if (done % 64 == 0 && isatty(STDERR_FILENO))
		fprintf(stderr, "\r%u of %u sequences ", done, count);
}

static bool judge(struct fidelity_run *r, unsigned slot,
		  const struct nat_trace *model, struct error *e)
{
	const struct sequence_run *j = &r->jobs[slot];

	if (r->options->shows)
		show_sequence(stdout, &j->sequence, slot, &j->trace, model,
			      NULL);
	return report_add(&r->report, &j->sequence, slot, &j->trace, model) ||
		error_set(e, ERROR_FAILED, "out of memory");
}

static bool judge_model(struct fidelity_run *r, unsigned slot, struct error *e)
{
	const struct sequence_run *j = &r->jobs[slot];
	struct nat_trace model;
	bool ok = model_run(&r->profile, &j->sequence, slot, j->trace.at,
			    &model) ||
		error_set(e, ERROR_FAILED, "out of memory");

	ok = ok && judge(r, slot, &model, e);
	trace_free(&model);
	return ok;
}

static bool is_late(const struct fidelity_run *r, unsigned slot)
{
	return r->jobs[slot].late > SCHEDULE_LATE ||
		(r->twins && r->twins[slot].late > SCHEDULE_LATE);
}

/* judge_wave - compare; sequences that were late are run again */
static bool judge_wave(struct fidelity_run *r, unsigned count, bool last,
		       struct error *e)
{
	bool ok = true;

	for (unsigned i = 0; ok && i < count; i++) {
		if (!is_late(r, i)) {
			ok = r->twins ? judge(r, i, &r->twins[i].trace, e) :
				judge_model(r, i, e);
		} else if (last) {
			ok = error_set(e, ERROR_FAILED, "this machine is too "
				       "busy: sequence %llu was late %d times",
				       (unsigned long long)
				       r->jobs[i].sequence.id, TRIES);
		} else {
			r->ids[r->left++] = r->jobs[i].sequence.id;
			r->report.again++;
		}
	}
	return ok;
}

/* run_kernel - a wave's sequences through a kernel NAT of their own */
static bool run_kernel(struct fidelity_run *r, struct sequence_run *jobs,
		       unsigned count, struct error *e)
{
	struct kernel *k = kernel_new(r->options->nat, e);
	bool ok = k && schedule_run(k, jobs, count, progress, e);

	if (k)
		kernel_free(k);
	return ok;
}

static void make_jobs(struct fidelity_run *r, unsigned count)
{
	memset(r->jobs, 0, count * sizeof(*r->jobs));
	for (unsigned i = 0; i < count; i++)
		sequence_make(r->options->seed, r->ids[--r->left],
			      &r->jobs[i].sequence);
	if (r->twins)
		memcpy(r->twins, r->jobs, count * sizeof(*r->jobs));
}

static bool run_wave(struct fidelity_run *r, unsigned count, bool last,
		     struct error *e)
{
	bool ok;

	make_jobs(r, count);
	ok = run_kernel(r, r->jobs, count, e) &&
		(!r->twins || run_kernel(r, r->twins, count, e)) &&
		judge_wave(r, count, last, e);
	for (unsigned i = 0; i < count; i++) {
		trace_free(&r->jobs[i].trace);
		if (r->twins)
			trace_free(&r->twins[i].trace);
	}
	return ok;
}

/* run_waves - waves until no sequence is left; bounds those that only repeat */
static bool run_waves(struct fidelity_run *r, struct error *e)
{
	unsigned tries = 0;

	while (r->left) {
		unsigned count = r->left < WAVE ? (unsigned)r->left : WAVE;

		if (count < WAVE)
			tries++;
		if (!run_wave(r, count, tries == TRIES, e))
			return false;
	}
	return true;
}

/* is_kernel - the profile "kernel" compares the kernel's NAT with itself */
static bool is_kernel(const struct options *o)
{
	return !strcmp(o->profile, "kernel");
}

static bool run_all(struct fidelity_run *r, struct error *e)
{
	const struct options *o = r->options;
	int64_t begun = clock_now();
	bool twice = is_kernel(o), ok;

	r->left = o->shows ? 1 : o->sequences;
	r->ids = calloc(r->left, sizeof(*r->ids));
	r->jobs = calloc(WAVE, sizeof(*r->jobs));
	r->twins = twice ? calloc(WAVE, sizeof(*r->jobs)) : NULL;
	for (unsigned long i = 0; r->ids && i < r->left; i++)
		r->ids[i] = o->shows ? o->show : r->left - 1 - i;
	ok = r->ids && r->jobs && (!twice || r->twins) ? run_waves(r, e) :
		error_set(e, ERROR_FAILED, "out of memory");
	r->report.seconds = (double)(clock_now() - begun) / NS_PER_S;
	free(r->ids);
	free(r->jobs);
	free(r->twins);
	return ok;
}

static bool write_json(struct fidelity_run *r, struct known_differences *k,
		       struct error *e)
{
	FILE *f = fopen(r->options->json, "we");

	if (!f)
		return error_set(e, ERROR_FAILED, "\"%s\" cannot be written: "
				 "%s", r->options->json, strerror(errno));
	report_json(&r->report, k, f);
	return !fclose(f) || error_set(e, ERROR_FAILED, "\"%s\" cannot be "
				       "written", r->options->json);
}

/* run - Return: exit status: 0 good, 1 not good, or the error's */
static int run(const struct options *o, struct error *e)
{
	struct fidelity_run r = {
		.options = o,
		.report = { .seed = o->seed, .nat = o->nat },
	};
	struct known_differences *k = known_read(o->known, e);
	bool good = false, ok = k &&
		(is_kernel(o) || profile_find(o->profile, &r.profile, e));

	r.report.profile = is_kernel(o) ? o->profile : r.profile.name;
	ok = ok && run_all(&r, e);
	if (ok)
		good = report_print(&r.report, k, o->limit, o->table, stdout);
	if (ok && o->json)
		ok = write_json(&r, k, e);
	report_free(&r.report);
	if (k)
		known_free(k);
	return ok ? !good : error_status(e);
}

static int child(const struct options *o, const struct namespaces *n)
{
	struct error e = { 0 };
	int status;

	if (!namespaces_enter(n, &e))
		status = error_status(&e);
	else
		status = run(o, &e);
	if (e.text[0])
		fprintf(stderr, "fidelity: %s\n", e.text);
	fflush(NULL);
	return status;
}

static void usage(void)
{
	puts("fidelity [--profile NAME|FILE] [--nat NAT] [--sequences N] "
	     "[--seed S]\n"
	     "         [--known FILE] [--limit GROUPS] [--table] [--json FILE]"
	     " [--show ID]\n"
	     "The model against the kernel's NAT, the same packets into both. "
	     "With profile\nkernel it is the kernel's NAT against itself. "
	     "--show runs\none sequence and prints its ladder; --table prints "
	     "what the kernel did with\neach kind of packet in each state of "
	     "conntrack.");
}

static bool number(const char *text, uint64_t *out)
{
	char *end;

	errno = 0;
	*out = strtoull(text, &end, 10);
	if (*text >= '0' && *text <= '9' && !*end && !errno)
		return true;
	fprintf(stderr, "fidelity: \"%s\" is no number\n", text);
	return false;
}

static bool take_option(int c, struct options *o)
{
	uint64_t n = 0;
	bool ok = c != 'n' && c != 's' && c != 'l' && c != 'i' ? true :
		number(optarg, &n);

	switch (c) {
	case 'p': o->profile = optarg; break;
	case 'N': o->nat = optarg; break;
	case 'k': o->known = optarg; break;
	case 'j': o->json = optarg; break;
	case 't': o->table = true; break;
	case 'n': o->sequences = n; break;
	case 's': o->seed = n; break;
	case 'l': o->limit = (unsigned)n; break;
	case 'i':
		o->show = n;
		o->shows = true;
		break;
	default:
		return false;
	}
	return ok;
}

static bool read_options(int argc, char **argv, struct options *o)
{
	static const struct option table[] = {
		{ "profile", 1, NULL, 'p' }, { "nat", 1, NULL, 'N' },
		{ "known", 1, NULL, 'k' }, { "json", 1, NULL, 'j' },
		{ "sequences", 1, NULL, 'n' }, { "seed", 1, NULL, 's' },
		{ "limit", 1, NULL, 'l' }, { "show", 1, NULL, 'i' },
		{ "table", 0, NULL, 't' }, { NULL, 0, NULL, 0 },
	};
	int c;

	while ((c = getopt_long(argc, argv, "", table, NULL)) != -1)
		if (!take_option(c, o))
			return false;
	return optind == argc && o->sequences;
}

int main(int argc, char **argv)
{
	struct options o = {
		.profile = "tests/fidelity/netfilter.nat",
		.nat = "linux", .known = "tests/fidelity/known",
		.seed = 1, .sequences = 20000, .limit = 40,
	};
	struct namespaces n;
	struct error e = { 0 };
	int status;
	pid_t pid;

	if (!read_options(argc, argv, &o)) {
		usage();
		return 2;
	}
	pid = namespaces_fork(&n, &e);
	if (!pid)
		_exit(child(&o, &n));
	if (pid < 0) {
		fprintf(stderr, "fidelity: %s\n", e.text);
		return error_status(&e);
	}
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
