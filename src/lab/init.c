/*
 * One loop, one poll: the front's socket (its end is the lab's end), a
 * signalfd for the death of children, and every control socket of every
 * cell. Only the building of a cell waits by itself.
 */
#include "lab/init.h"

#include "base/clock.h"
#include "lab/news.h"
#include "lab/slot.h"
#include "lab/sweep.h"
#include "lab/trial.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define LOOK_AHEAD 1024	/* trials, for one that an idle cell fits */

enum { POLL_FRONT, POLL_CHILDREN, POLL_SLOTS };

struct init {
	const struct lab_plan *plan;
	int front;
	int children;			/* signalfd */
	unsigned jobs;
	struct slot *slots;
	struct lab_trial *trials;	/* each slot's latest */
	bool *taken;			/* which trials were started, or are
					   not to be */
	unsigned next;			/* all before it were */
	struct pollfd *fds;		/* POLL_SLOTS, then a row a slot */
	bool over;			/* the front has gone, or error */
	struct error error;
};

static void finish(struct init *in, struct slot *s)
{
	slot_finish(s);
	if (!news_trial(in->front, &s->findings))
		in->over = true;
}

/* A process has ended: of a cell, or an orphan that an exec: NAT left. */
static void child_ended(struct init *in, pid_t pid, int status)
{
	for (unsigned i = 0; i < in->jobs; i++) {
		struct slot *s = &in->slots[i];

		if (!slot_died(s, pid, status))
			continue;
		if (s->running)
			finish(in, s);
		slot_end(s);
		return;
	}
}

static void reap(struct init *in)
{
	struct signalfd_siginfo info;
	pid_t pid;
	int status;

	while (read(in->children, &info, sizeof(info)) > 0)
		;
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		child_ended(in, pid, status);
}

static void build(struct init *in, struct slot *s, const struct lab_trial *t,
		  unsigned number)
{
	bool built;

	built = slot_build(s, t, trial_seed(in->plan->seed, number),
			   &in->error);
	reap(in);
	if (!built)
		in->over = true;
	else if (!s->built)	/* again, and it would be so for ever */
		in->over = !error_set(&in->error, ERROR_FAILED, "%s",
				      s->findings.broke);
}

/*
 * The trial for an idle slot: the first that its cell fits, of those that are
 * not far, else the first.
 * Return: plan->count when none is left
 */
static unsigned choose(const struct init *in, const struct slot *s)
{
	const struct lab_plan *plan = in->plan;
	unsigned end = plan->count - in->next < LOOK_AHEAD ?
		       plan->count : in->next + LOOK_AHEAD;

	for (unsigned i = in->next; s->built && i < end; i++) {
		struct lab_trial t;

		if (in->taken[i])
			continue;
		t = sweep_trial(plan->sweep, i);
		if (slot_fits(s, &t))
			return i;
	}
	return in->next;
}

/* pass_taken - go on to the first trial that is still to be started */
static void pass_taken(struct init *in)
{
	while (in->next < in->plan->count && in->taken[in->next])
		in->next++;
}

/* Give an idle slot work. */
static void assign(struct init *in, unsigned slot)
{
	struct slot *s = &in->slots[slot];
	struct lab_trial *t = &in->trials[slot];
	unsigned number = choose(in, s);
	struct lab_trial next;
	bool fits;

	if (number >= in->plan->count)
		return;
	next = sweep_trial(in->plan->sweep, number);
	fits = slot_fits(s, &next);
	*t = next;
	if (!fits)
		build(in, s, t, number);
	if (in->over)
		return;
	in->taken[number] = true;
	pass_taken(in);
	slot_start(s, t, number, trial_seed(in->plan->seed, number));
}

/* Return: how many slots run a trial */
static unsigned assign_all(struct init *in)
{
	unsigned running = 0;

	for (unsigned i = 0; i < in->jobs && !in->over; i++) {
		if (!in->slots[i].running)
			assign(in, i);
		running += in->slots[i].running;
	}
	return running;
}

static struct pollfd *row(const struct init *in, unsigned slot)
{
	return in->fds + POLL_SLOTS + (size_t)slot * CELL_PROCESSES;
}

/* Return: the earliest deadline of a running trial */
static int64_t fill(struct init *in)
{
	int64_t deadline = TIME_NEVER;

	in->fds[POLL_FRONT] = (struct pollfd){ in->front, POLLIN, 0 };
	in->fds[POLL_CHILDREN] = (struct pollfd){ in->children, POLLIN, 0 };
	for (unsigned i = 0; i < in->jobs; i++) {
		const struct slot *s = &in->slots[i];
		unsigned count = s->built ? s->cell.process_count : 0;

		for (unsigned p = 0; p < CELL_PROCESSES; p++)
			row(in, i)[p] = (struct pollfd){
				.fd = p < count && !s->deaf[p] ?
				      s->cell.process[p].control : -1,
				.events = POLLIN,
			};
		if (s->running && s->deadline < deadline)
			deadline = s->deadline;
	}
	return deadline;
}

static void serve_slot(struct init *in, unsigned i)
{
	struct slot *s = &in->slots[i];

	for (unsigned p = 0; p < CELL_PROCESSES; p++)
		if (row(in, i)[p].revents && slot_read(s, p)) {
			finish(in, s);
			return;
		}
	if (s->running && clock_now() >= s->deadline) {
		slot_overdue(s);
		finish(in, s);
		slot_end(s);
	}
}

static void step(struct init *in)
{
	struct timespec left;
	int64_t deadline = fill(in);
	nfds_t count = POLL_SLOTS + (nfds_t)in->jobs * CELL_PROCESSES;

	if (ppoll(in->fds, count,
		  clock_remaining(clock_now(), deadline, &left), NULL) < 0)
		return;
	if (in->fds[POLL_FRONT].revents)
		in->over = true;
	for (unsigned i = 0; i < in->jobs && !in->over; i++)
		serve_slot(in, i);
	/* last: a result that was sent before its host died still counts */
	if (in->fds[POLL_CHILDREN].revents)
		reap(in);
}

static bool begin(struct init *in)
{
	sigset_t children;

	sigemptyset(&children);
	sigaddset(&children, SIGCHLD);
	sigprocmask(SIG_BLOCK, &children, NULL);
	in->children = signalfd(-1, &children, SFD_CLOEXEC | SFD_NONBLOCK);
	in->slots = calloc(in->jobs, sizeof(*in->slots));
	in->trials = calloc(in->jobs, sizeof(*in->trials));
	in->taken = calloc(in->plan->count, sizeof(*in->taken));
	in->fds = calloc(POLL_SLOTS + (size_t)in->jobs * CELL_PROCESSES,
			 sizeof(*in->fds));
	if (in->children < 0 || !in->slots || !in->trials || !in->taken ||
	    !in->fds)
		return error_set(&in->error, ERROR_FAILED,
				 "the lab's init could not begin: %s",
				 strerror(errno));
	for (unsigned i = 0; i < in->plan->count; i++)
		in->taken[i] = lab_skips(in->plan, i);
	pass_taken(in);
	return true;
}

static void end(struct init *in)
{
	for (unsigned i = 0; in->slots && i < in->jobs; i++)
		slot_end(&in->slots[i]);
	free(in->slots);
	free(in->trials);
	free(in->taken);
	free(in->fds);
	if (in->children >= 0)
		close(in->children);
}

void init_main(const struct lab_plan *plan, int front)
{
	struct init in = {
		.plan = plan,
		.front = front,
		.jobs = plan->jobs ? plan->jobs : 1,
		.children = -1,
	};

	if (in.jobs > lab_wanted(plan))
		in.jobs = lab_wanted(plan);
	if (in.jobs && begin(&in))
		while (assign_all(&in) && !in.over)
			step(&in);
	end(&in);
	news_end(front, &in.error);
}
