/*
 * The parent's side of a lab: check the plan, fork the lab's init into new
 * namespaces, receive its messages and make records of them. The lab ends when
 * the parent closes its socket or dies.
 */
#include "lab/lab.h"

#include "base/clock.h"
#include "base/string_interning.h"
#include "lab/cell.h"
#include "lab/init.h"
#include "report/make_record.h"
#include "lab/limits.h"
#include "lab/namespaces.h"
#include "lab/init_channel.h"
#include "plan/sweep.h"
#include "lab/configure_trial.h"
#include "lab/exec_in_cell.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/lsan_interface.h>
#endif

#define MESSAGES_AT_ONCE 64
#define END_TIME_MS 5000	/* until an init that has finished is killed */

struct lab {
	const struct lab_plan *plan;
	int init;			/* socket to the init */
	pid_t pid;
	int signals;			/* signalfd */
	sigset_t before;		/* the caller's signal mask */
	unsigned wanted, finished;	/* trials */
	struct observations observations;
	struct trial_report report;
};

/*
 * is_new - is this the first trial with that side's NATs in this kind of cell?
 * A sweep keeps each text once, so a pointer identifies a text. In topology
 * one-nat it also matters whether both sides have equal NATs.
 */
static bool is_new(struct string_set *seen, const struct trial *t, int side)
{
	char key[96];
	bool new;

	snprintf(key, sizeof(key), "%d %p %p %p %d %d", side,
		 (const void *)(side ? t->nat_b : t->nat_a),
		 (const void *)t->topology, (const void *)t->links,
		 t->background > 0, !strcmp(t->nat_a, t->nat_b));
	return !string_intern(seen, key, &new) || new;
}

/* check_trial - check the trial's cell, if it is new
   @missing: set to the first error of kind ERROR_MISSING
   Return:   false with an error of any other kind */
static bool check_trial(const struct trial *t, struct string_set *seen,
			struct error *missing, struct error *e)
{
	struct error found = { .kind = ERROR_NONE };
	bool new_a = is_new(seen, t, 0), new_b = is_new(seen, t, 1);

	if ((!new_a && !new_b) || cell_check(t, &found))
		return true;
	if (found.kind != ERROR_MISSING)
		return error_set(e, found.kind, "%s", found.text);
	if (missing->kind == ERROR_NONE)
		*missing = found;
	return true;
}

/* check_cells - check the cells of all trials; each NAT is checked once for
   each kind of cell, not for each trial */
static bool check_cells(const struct lab_plan *plan, unsigned *wrong,
			struct error *e)
{
	struct error missing = { .kind = ERROR_NONE };
	struct string_set seen = { .count = 0 };
	struct trial last;
	bool ok = true;

	for (unsigned i = 0; i < plan->count && ok; i++) {
		const struct trial t = sweep_trial(plan->sweep, i);

		if (i && trial_same_cell(&last, &t))
			continue;
		last = t;
		ok = check_trial(&t, &seen, &missing, e);
		if (!ok)
			*wrong = i;
	}
	string_set_free(&seen);
	return ok && (missing.kind == ERROR_NONE ||
		      error_set(e, missing.kind, "%s", missing.text));
}

static unsigned larger(unsigned x, unsigned y)
{
	return x > y ? x : y;
}

/* most_needed - of each resource, the most that one of the plan's cells
   needs */
static struct cell_needs most_needed(const struct lab_plan *plan)
{
	struct cell_needs most = { 0, 0, 0 };
	const char *topology = "";

	for (unsigned i = 0; i < plan->count; i++) {
		const struct trial t = sweep_trial(plan->sweep, i);
		struct cell_needs needs;

		if (!strcmp(topology, t.topology))
			continue;
		topology = t.topology;
		needs = cell_needs(&t);
		most.processes = larger(most.processes, needs.processes);
		most.namespaces = larger(most.namespaces, needs.namespaces);
		most.descriptors = larger(most.descriptors,
					  needs.descriptors);
	}
	return most;
}

static bool check_limits(const struct lab_plan *plan, struct error *e)
{
	unsigned jobs = plan->jobs < lab_wanted(plan) ? plan->jobs :
			lab_wanted(plan);
	struct cell_needs most;

	if (jobs <= 1)
		return true;
	most = most_needed(plan);
	return limits_raise(&most, jobs, e);
}

bool lab_check(const struct lab_plan *plan, unsigned *wrong, struct error *e)
{
	*wrong = plan->count;
	if (!plan->count)
		return error_set(e, ERROR_USE, "the lab's plan has no trials");
	return check_cells(plan, wrong, e) && namespaces_check(e) &&
		check_limits(plan, e);
}

/* become_init - in the child, run the lab and exit */
static void __attribute__((noreturn))
become_init(const struct lab *f, const struct namespaces *n, int socket)
{
	struct error e = { .kind = ERROR_NONE };
	int status = 0;

	close(f->init);
	close(f->signals);
	sigprocmask(SIG_SETMASK, &f->before, NULL);
	if (namespaces_enter(n, &e) && !f->plan->command)
		init_main(f->plan, socket);
	else if (e.kind == ERROR_NONE)
		status = exec_in_cell(f->plan, &e);
	if (f->plan->command || e.kind != ERROR_NONE)
		init_send_end(socket, &e);
	close(socket);
#if defined(__SANITIZE_ADDRESS__)
	__lsan_do_leak_check();
#endif
	_exit(status);
}

/* add_unless_ignored - a signal that the caller ignores (nohup) stays
   ignored */
static void add_unless_ignored(sigset_t *set, int number)
{
	struct sigaction action;

	if (!sigaction(number, NULL, &action) &&
	    action.sa_handler != SIG_IGN)
		sigaddset(set, number);
}

/* open_signals - block the signals, and open a descriptor that reads them */
static bool open_signals(struct lab *f, struct error *e)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	add_unless_ignored(&set, SIGINT);
	add_unless_ignored(&set, SIGTERM);
	add_unless_ignored(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, &f->before);
	f->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (f->signals >= 0)
		return true;
	sigprocmask(SIG_SETMASK, &f->before, NULL);
	return error_set(e, ERROR_FAILED, "signalfd: %s", strerror(errno));
}

static void close_signals(struct lab *f)
{
	close(f->signals);
	sigprocmask(SIG_SETMASK, &f->before, NULL);
}

static bool start(struct lab *f, struct error *e)
{
	struct namespaces n;
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		return error_set(e, ERROR_FAILED, "socketpair: %s",
				 strerror(errno));
	f->init = pair[0];
	f->pid = namespaces_fork(&n, e);
	if (!f->pid)
		become_init(f, &n, pair[1]);
	close(pair[1]);
	if (f->pid > 0)
		return true;
	close(f->init);
	return false;
}

/* report_trial - make the record of the trial that was received, and report
   it */
static bool report_trial(struct lab *f, struct error *e)
{
	const struct lab_plan *plan = f->plan;
	unsigned number = f->observations.number;
	struct trial trial;

	if (number >= plan->count)
		return error_set(e, ERROR_FAILED,
				 "the lab's init reported trial %u of %u",
				 number, plan->count);
	trial = sweep_trial(plan->sweep, number);
	make_record(&trial, &f->observations, &f->report);
	f->finished++;
	return plan->report(plan->argument, &(struct lab_report){
		.trial = &trial,
		.number = number,
		.record = &f->report.record,
		.ladder = &f->report.ladder,
	}, e);
}

/* interrupted - read signals; Return: true if one ends the caller. SIGCHLD only
   wakes it. */
static bool interrupted(struct lab *f, struct error *e)
{
	struct signalfd_siginfo info;
	bool end = false;

	while (read(f->signals, &info, sizeof(info)) == sizeof(info))
		if (info.ssi_signo != SIGCHLD && !end) {
			end = true;
			error_set(e, ERROR_FAILED, "interrupted by SIG%s after"
				  " %u of %u trials",
				  sigabbrev_np((int)info.ssi_signo),
				  f->finished, f->wanted);
		}
	return end;
}

/*
 * receive_messages - receive the messages that have arrived, but at most so
 * many that no signal waits long
 * Return: INIT_NONE: the lab goes on; else how it ended
 */
static enum init_message receive_messages(struct lab *f, struct error *e)
{
	enum init_message n = INIT_TRIAL;

	for (unsigned i = 0; i < MESSAGES_AT_ONCE && n == INIT_TRIAL; i++) {
		n = init_receive(f->init, &f->observations, e);
		if (n == INIT_TRIAL && !report_trial(f, e))
			return INIT_BROKE;
	}
	return n == INIT_TRIAL ? INIT_NONE : n;
}

/* listen_to_init - receive the init's messages until the lab ends; Return:
   INIT_DONE, INIT_BROKE with an error, or INIT_LOST without one */
static enum init_message listen_to_init(struct lab *f, struct error *e)
{
	struct pollfd fds[2] = {
		{ .fd = f->init, .events = POLLIN },
		{ .fd = f->signals, .events = POLLIN },
	};

	for (;;) {
		enum init_message n;

		if (poll(fds, 2, -1) < 0 && errno != EINTR)
			return INIT_LOST;
		if (interrupted(f, e))
			return INIT_BROKE;
		n = receive_messages(f, e);
		if (n != INIT_NONE)
			return n;
	}
}

/* reap_init - wait until the init has ended, and kill it after END_TIME_MS. The
   kernel ends all processes of a PID namespace with its init. */
static int reap_init(struct lab *f, bool at_once)
{
	int64_t deadline = clock_now() + END_TIME_MS * NS_PER_MS;
	struct pollfd fd = { .fd = f->signals, .events = POLLIN };
	struct signalfd_siginfo info;
	int status = 0;
	pid_t pid;

	if (at_once)
		kill(f->pid, SIGKILL);
	while (!(pid = waitpid(f->pid, &status, at_once ? 0 : WNOHANG)) ||
	       (pid < 0 && errno == EINTR)) {
		struct timespec left;

		if (clock_now() >= deadline && !at_once) {
			at_once = true;
			kill(f->pid, SIGKILL);
			continue;
		}
		ppoll(&fd, 1, clock_remaining(clock_now(), deadline, &left),
		      NULL);
		while (read(f->signals, &info, sizeof(info)) > 0)
			;
	}
	return status;
}

/* set_lost_error - set @e to how the init ended; Return: false */
static bool set_lost_error(const struct lab *f, int status,
			   struct error *e)
{
	if (WIFSIGNALED(status))
		return error_set(e, ERROR_FAILED, "the lab's init was killed"
				 " by signal %d (%s) after %u of %u trials",
				 WTERMSIG(status),
				 strsignal(WTERMSIG(status)), f->finished,
				 f->wanted);
	return error_set(e, ERROR_FAILED, "the lab's init ended with status"
			 " %d after %u of %u trials", WEXITSTATUS(status),
			 f->finished, f->wanted);
}

static bool run(struct lab *f, int *exit_status, struct error *e)
{
	enum init_message end;
	int status;

	if (!start(f, e))
		return false;
	end = listen_to_init(f, e);
	close(f->init);
	status = reap_init(f, end == INIT_BROKE);
	if (end == INIT_LOST)
		return set_lost_error(f, status, e);
	*exit_status = WEXITSTATUS(status);
	return end == INIT_DONE;
}

bool lab_run(const struct lab_plan *plan, struct error *e)
{
	int status;

	return lab_exec(plan, &status, e);
}

bool lab_exec(const struct lab_plan *plan, int *status, struct error *e)
{
	struct lab *f = calloc(1, sizeof(*f));
	bool done;

	if (!f)
		return error_set(e, ERROR_FAILED, "out of memory");
	f->plan = plan;
	f->wanted = lab_wanted(plan);
	done = open_signals(f, e);
	if (done) {
		done = run(f, status, e);
		close_signals(f);
	}
	free(f);
	return done;
}
