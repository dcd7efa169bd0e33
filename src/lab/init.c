/*
 * One epoll loop waits for everything: the parent's socket (when it is closed,
 * the lab ends), a signalfd for children that end, and the control socket of
 * each process of each cell. No other function waits. To start a cell takes
 * some ms, so the loop looks for events between two starts.
 */
#include "lab/init.h"

#include "base/clock.h"
#include "lab/init_channel.h"
#include "lab/slot.h"
#include "plan/sweep.h"
#include "lab/configure_trial.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define EVENTS 64	/* read at once */

/* The source of an event, in the place of a slot's number. */
enum { SOURCE_PARENT = -1, SOURCE_CHILDREN = -2 };

struct init {
	const struct lab_plan *plan;
	int parent;
	int children;			/* signalfd */
	int events;			/* epoll */
	unsigned jobs;
	struct slot *slots;
	unsigned next;			/* trial of the plan to begin */
	unsigned busy;			/* slots that have a trial */
	bool over;			/* the parent has ended, or an error */
	struct error error;
};

/* watch - wake on what arrives on @fd, from a process of a slot or from a
   SOURCE_ (then @process is 0) */
static bool watch(const struct init *in, int fd, int slot, unsigned process)
{
	struct epoll_event event = {
		.events = EPOLLIN,
		.data.u64 = (uint64_t)(uint32_t)slot << 32 | process,
	};

	return !epoll_ctl(in->events, EPOLL_CTL_ADD, fd, &event);
}

/* advance - take all steps of the slot that are due, and report its trial to
   the parent when it is complete */
static void advance(struct init *in, struct slot *s)
{
	while (!in->over && slot_advance(s, &in->error)) {
		in->busy--;
		if (!init_send_trial(in->parent, &s->observations))
			in->over = true;
	}
	if (in->error.kind != ERROR_NONE)
		in->over = true;
}

/* reap - wait for all children that have ended: processes of cells, and orphans
   that an exec: NAT left */
static void reap(struct init *in)
{
	struct signalfd_siginfo info;
	pid_t pid;
	int status;

	while (read(in->children, &info, sizeof(info)) > 0)
		;
	while (!in->over && (pid = waitpid(-1, &status, WNOHANG)) > 0) {
		unsigned i = 0;

		while (i < in->jobs && !slot_died(&in->slots[i], pid, status))
			i++;
		if (i < in->jobs)
			advance(in, &in->slots[i]);
	}
}

/* build - start the cell of one slot that needs one; Return: false if no slot
   needs a cell */
static bool build(struct init *in)
{
	for (unsigned i = 0; i < in->jobs; i++) {
		struct slot *s = &in->slots[i];

		if (!slot_wants_cell(s))
			continue;
		in->over = !slot_build(s, &in->error);
		for (unsigned p = 0; p < s->cell.process_count; p++)
			watch(in, s->cell.process[p].control, (int)i, p);
		return true;
	}
	return false;
}

/* assign - give a free slot the plan's next trial, if one is left */
static void assign(struct init *in, struct slot *s)
{
	unsigned number = in->next;
	struct trial t;

	while (number < in->plan->count && lab_skips(in->plan, number))
		number++;
	in->next = number;
	if (number == in->plan->count)
		return;
	in->next++;
	in->busy++;
	t = sweep_trial(in->plan->sweep, number);
	slot_give(s, &t, number, lab_seed(in->plan, number));
	advance(in, s);
}

/* assign_all - advance the slots whose deadline has passed, and give trials to
   those that are free; Return: the next deadline of a slot */
static int64_t assign_all(struct init *in)
{
	int64_t deadline = TIME_NEVER;

	for (unsigned i = 0; i < in->jobs && !in->over; i++) {
		struct slot *s = &in->slots[i];

		if (s->deadline != TIME_NEVER && clock_now() >= s->deadline)
			advance(in, s);
		if (slot_is_free(s))
			assign(in, s);
		if (s->deadline < deadline)
			deadline = s->deadline;
	}
	return deadline;
}

/* serve - handle one event, but not the end of a child: see step() */
static void serve(struct init *in, const struct epoll_event *event)
{
	int slot = (int)(event->data.u64 >> 32);
	unsigned process = (unsigned)event->data.u64;
	struct slot *s;

	if (slot == SOURCE_PARENT)
		in->over = true;
	if (slot < 0)
		return;
	s = &in->slots[slot];
	if (!slot_read(s, process, &in->error))
		in->over = true;
	if (s->control_closed[process] || slot_ignores_control(s, process))
		epoll_ctl(in->events, EPOLL_CTL_DEL,
			  s->cell.process[process].control, NULL);
	advance(in, s);
}

/* step - wait until @deadline at most, and handle the events */
static void step(struct init *in, int64_t deadline)
{
	struct epoll_event events[EVENTS];
	struct timespec left;
	bool ended = false;
	int count;

	count = epoll_pwait2(in->events, events, EVENTS,
			     clock_remaining(clock_now(), deadline, &left),
			     NULL);
	for (int i = 0; i < count && !in->over; i++) {
		serve(in, &events[i]);
		ended |= (int)(events[i].data.u64 >> 32) ==
			 SOURCE_CHILDREN;
	}
	/* last: a result that a host sent before it died still counts */
	if (ended)
		reap(in);
}

static bool begin(struct init *in)
{
	sigset_t children;

	sigemptyset(&children);
	sigaddset(&children, SIGCHLD);
	sigprocmask(SIG_BLOCK, &children, NULL);
	in->children = signalfd(-1, &children, SFD_CLOEXEC | SFD_NONBLOCK);
	in->events = epoll_create1(EPOLL_CLOEXEC);
	in->slots = calloc(in->jobs, sizeof(*in->slots));
	if (in->children < 0 || !in->slots ||
	    !watch(in, in->parent, SOURCE_PARENT, 0) ||
	    !watch(in, in->children, SOURCE_CHILDREN, 0))
		return error_set(&in->error, ERROR_FAILED,
				 "the lab's init cannot start: %s",
				 strerror(errno));
	for (unsigned i = 0; i < in->jobs; i++) {
		in->slots[i].deadline = TIME_NEVER;
		in->slots[i].cpu = (int)i;
		in->slots[i].plan = in->plan;
	}
	return true;
}

static void end(struct init *in)
{
	for (unsigned i = 0; in->slots && i < in->jobs; i++)
		slot_hang_up(&in->slots[i]);
	for (unsigned i = 0; in->slots && i < in->jobs; i++)
		slot_end(&in->slots[i]);
	free(in->slots);
	if (in->events >= 0)
		close(in->events);
	if (in->children >= 0)
		close(in->children);
}

static void run(struct init *in)
{
	while (!in->over) {
		int64_t deadline = assign_all(in);

		if (!in->busy && in->next == in->plan->count)
			return;
		/* after the start of a cell, handle events without waiting */
		step(in, build(in) ? clock_now() : deadline);
	}
}

void init_main(const struct lab_plan *plan, int parent)
{
	struct init in = {
		.plan = plan,
		.parent = parent,
		.jobs = plan->jobs ? plan->jobs : 1,
		.children = -1,
		.events = -1,
	};

	if (in.jobs > lab_wanted(plan))
		in.jobs = lab_wanted(plan);
	if (in.jobs && begin(&in))
		run(&in);
	end(&in);
	init_send_end(parent, &in.error);
}
