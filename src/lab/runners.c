#include "lab/runners.h"

#include "base/clock.h"
#include "lab/init_channel.h"
#include "plan/sweep.h"
#include "report/make_record.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define MESSAGES_AT_ONCE 64
#define END_TIME_MS 5000	/* until a runner that has finished is killed */

/* A runner that has been started; no runner if @pid is 0. */
struct runner {
	int socket;
	pid_t pid;
};

struct supervisor {
	const struct runners *kind;
	const struct lab_plan *plan;
	struct runner *running;		/* kind->at_once of them */
	struct pollfd *fds;		/* the same, and the signals */
	unsigned started;		/* runners, so far */
	int signals;			/* signalfd */
	sigset_t before;		/* the caller's signal mask */
	unsigned wanted, finished;	/* trials */
	int status;			/* exit status of the last runner */
	struct observations observations;
	struct trial_report report;
};

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
static bool open_signals(struct supervisor *s, struct error *e)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	add_unless_ignored(&set, SIGINT);
	add_unless_ignored(&set, SIGTERM);
	add_unless_ignored(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, &s->before);
	s->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (s->signals >= 0)
		return true;
	sigprocmask(SIG_SETMASK, &s->before, NULL);
	return error_set(e, ERROR_FAILED, "signalfd: %s", strerror(errno));
}

static void close_signals(struct supervisor *s)
{
	close(s->signals);
	sigprocmask(SIG_SETMASK, &s->before, NULL);
}

/* become_runner - in the child: run part @number and exit. The sockets of the
   other runners are closed, or they would not notice that the caller died. */
static void __attribute__((noreturn))
become_runner(struct supervisor *s, unsigned number, int socket)
{
	int status;

	for (unsigned i = 0; i < s->kind->at_once; i++)
		if (s->running[i].pid)
			close(s->running[i].socket);
	close_signals(s);
	status = s->kind->main(s->kind->argument, number, socket);
	close(socket);
	_exit(status);
}

/* start - start the next runner; @r: free */
static bool start(struct supervisor *s, struct runner *r, struct error *e)
{
	int pair[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		return error_set(e, ERROR_FAILED, "socketpair: %s",
				 strerror(errno));
	pid = s->kind->fork(s->kind->argument, e);
	if (!pid) {
		close(pair[0]);
		become_runner(s, s->started, pair[1]);
	}
	close(pair[1]);
	if (pid < 0) {
		close(pair[0]);
		return false;
	}
	*r = (struct runner){ .socket = pair[0], .pid = pid };
	s->started++;
	return true;
}

/* report_trial - make the record of the trial that was received, and report
   it */
static bool report_trial(struct supervisor *s, struct error *e)
{
	const struct lab_plan *plan = s->plan;
	unsigned number = s->observations.number;
	struct trial trial;

	if (number >= plan->count)
		return error_set(e, ERROR_FAILED, "%s reported trial %u of %u",
				 s->kind->name, number, plan->count);
	trial = sweep_trial(plan->sweep, number);
	make_record(&trial, &s->observations, &s->report);
	s->finished++;
	return plan->report(plan->argument, &(struct lab_report){
		.trial = &trial,
		.number = number,
		.observations = &s->observations,
		.record = &s->report.record,
		.ladder = &s->report.ladder,
	}, e);
}

/* interrupted - read signals; Return: true if one ends the caller. SIGCHLD only
   wakes it. */
static bool interrupted(struct supervisor *s, struct error *e)
{
	struct signalfd_siginfo info;
	bool end = false;

	while (read(s->signals, &info, sizeof(info)) == sizeof(info))
		if (info.ssi_signo != SIGCHLD && !end) {
			end = true;
			error_set(e, ERROR_FAILED, "interrupted by SIG%s after"
				  " %u of %u trials",
				  sigabbrev_np((int)info.ssi_signo),
				  s->finished, s->wanted);
		}
	return end;
}

/*
 * receive_messages - receive the messages that have arrived, but at most so
 * many that no signal waits long
 * Return: INIT_NONE: the runner goes on; else how it ended
 */
static enum init_message receive_messages(struct supervisor *s, int socket,
					  struct error *e)
{
	enum init_message n = INIT_TRIAL;

	for (unsigned i = 0; i < MESSAGES_AT_ONCE && n == INIT_TRIAL; i++) {
		n = init_receive(socket, &s->observations, e);
		if (n == INIT_TRIAL && !report_trial(s, e))
			return INIT_BROKE;
	}
	return n == INIT_TRIAL ? INIT_NONE : n;
}

/* reap - close the runner's socket and wait until it has ended; kill it after
   END_TIME_MS, or at once. The processes that it started end with it. */
static int reap(struct supervisor *s, struct runner *r, bool at_once)
{
	int64_t deadline = clock_now() + END_TIME_MS * NS_PER_MS;
	struct pollfd fd = { .fd = s->signals, .events = POLLIN };
	struct signalfd_siginfo info;
	int status = 0;
	pid_t pid;

	close(r->socket);
	if (at_once)
		kill(r->pid, SIGKILL);
	while (!(pid = waitpid(r->pid, &status, at_once ? 0 : WNOHANG)) ||
	       (pid < 0 && errno == EINTR)) {
		struct timespec left;

		if (clock_now() >= deadline && !at_once) {
			at_once = true;
			kill(r->pid, SIGKILL);
			continue;
		}
		ppoll(&fd, 1, clock_remaining(clock_now(), deadline, &left),
		      NULL);
		while (read(s->signals, &info, sizeof(info)) > 0)
			;
	}
	r->pid = 0;
	return status;
}

/* set_lost_error - set @e to how the runner ended; Return: false */
static bool set_lost_error(const struct supervisor *s, int status,
			   struct error *e)
{
	if (WIFSIGNALED(status))
		return error_set(e, ERROR_FAILED, "%s was killed"
				 " by signal %d (%s) after %u of %u trials",
				 s->kind->name, WTERMSIG(status),
				 strsignal(WTERMSIG(status)), s->finished,
				 s->wanted);
	return error_set(e, ERROR_FAILED, "%s ended with status"
			 " %d after %u of %u trials", s->kind->name,
			 WEXITSTATUS(status), s->finished, s->wanted);
}

/* listen_to - receive what the runner has sent, and wait for it if it has
   ended; Return: false with an error if it ended too early */
static bool listen_to(struct supervisor *s, struct runner *r, struct error *e)
{
	enum init_message end = receive_messages(s, r->socket, e);
	int status;

	if (end == INIT_NONE)
		return true;
	status = reap(s, r, false);
	s->status = WEXITSTATUS(status);
	if (end == INIT_LOST)
		return set_lost_error(s, status, e);
	return end == INIT_DONE;
}

/* start_all - start runners while there are parts and room; Return: how many
   are running; 0 with an error if one could not be started */
static unsigned start_all(struct supervisor *s, struct error *e)
{
	unsigned running = 0;

	for (unsigned i = 0; i < s->kind->at_once; i++) {
		struct runner *r = &s->running[i];

		if (!r->pid && s->started < s->kind->count &&
		    !start(s, r, e))
			return 0;
		running += r->pid != 0;
		s->fds[i] = (struct pollfd){
			.fd = r->pid ? r->socket : -1, .events = POLLIN };
	}
	return running;
}

/* supervise - until all runners have ended; Return: false with an error */
static bool supervise(struct supervisor *s, struct error *e)
{
	unsigned count = s->kind->at_once;

	e->kind = ERROR_NONE;
	while (start_all(s, e)) {
		s->fds[count] = (struct pollfd){
			.fd = s->signals, .events = POLLIN };
		if (poll(s->fds, count + 1, -1) < 0 && errno != EINTR)
			return error_set(e, ERROR_FAILED, "poll: %s",
					 strerror(errno));
		if (interrupted(s, e))
			return false;
		for (unsigned i = 0; i < count; i++)
			if (s->running[i].pid && s->fds[i].revents &&
			    !listen_to(s, &s->running[i], e))
				return false;
	}
	return e->kind == ERROR_NONE;
}

bool runners_run(const struct runners *r, const struct lab_plan *plan,
		 int *status, struct error *e)
{
	struct supervisor *s = calloc(1, sizeof(*s));
	struct error own = { 0 }, *error = e ? e : &own;
	bool done = false;

	if (!s)
		return error_set(e, ERROR_FAILED, "out of memory");
	s->kind = r;
	s->plan = plan;
	s->wanted = lab_wanted(plan);
	s->running = calloc(r->at_once, sizeof(*s->running));
	s->fds = calloc(r->at_once + 1, sizeof(*s->fds));
	if (!s->running || !s->fds)
		error_set(e, ERROR_FAILED, "out of memory");
	else if (open_signals(s, error)) {
		done = supervise(s, error);
		for (unsigned i = 0; i < r->at_once; i++)
			if (s->running[i].pid)
				reap(s, &s->running[i], r->killable);
		close_signals(s);
		*status = s->status;
	}
	free(s->fds);
	free(s->running);
	free(s);
	return done;
}
