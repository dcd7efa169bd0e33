#include "cli/nat_run_loop.h"

#include "base/clock.h"
#include "cli/drop_privileges.h"
#include "nat/flow_offload.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#define EVENTS_MAX 8

/* drain - write, and let epoll wait for the rest */
static void drain(const struct nat_run_loop *l, struct nonblocking_writer *w,
		  bool *polled)
{
	struct epoll_event event = { .events = EPOLLOUT, .data.fd = w->fd };
	bool left;

	if (!w->length && !*polled)
		return;
	left = !writer_drain(w);
	if (left != *polled)
		epoll_ctl(l->epoll, left ? EPOLL_CTL_ADD : EPOLL_CTL_DEL,
			  w->fd, &event);
	*polled = left;
}

/* write_output - write what is queued: called as a hook, and after output of
   our own */
static void write_output(void *argument)
{
	struct nat_run_loop *l = argument;

	drain(l, &l->out, &l->out_polled);
	drain(l, &l->error, &l->error_polled);
}

static void report_refused(void *argument, const struct gateway *g,
			   const struct gateway_refusal *r)
{
	struct nat_run_loop *l = argument;

	nat_events_refused(&l->events, g, r);
}

static void put_status(struct nat_run_loop *l, struct nonblocking_writer *to,
		       struct gateway *g, unsigned rows, unsigned columns)
{
	size_t length;
	char *text = nat_status_text(&l->status, g, clock_now(), rows, columns,
				     &length);

	if (text)
		writer_put(to, text, length);
	free(text);
}

/* print_table - print the table once; with --json standard output is for
   events */
static void print_table(struct nat_run_loop *l, struct gateway *g)
{
	put_status(l, l->json ? &l->error : &l->out, g, 0, 0);
}

/* draw_table - draw the table on the terminal, unless the last one is still
   being written */
static void draw_table(struct nat_run_loop *l, struct gateway *g)
{
	struct winsize size = { .ws_row = 0 };

	if (l->out.length)
		return;
	ioctl(STDOUT_FILENO, TIOCGWINSZ, &size);
	put_status(l, &l->out, g, size.ws_row ? size.ws_row : 24,
		   size.ws_col ? size.ws_col : 80);
}

/* take_second - a second of the timer has passed */
static void take_second(struct nat_run_loop *l, struct gateway *g)
{
	uint64_t times;

	if (read(l->timer, &times, sizeof(times)) < 0)
		return;
	nat_status_measure(&l->status, g, clock_now());
	if (l->json)
		nat_events_tick(&l->events, g, false);
	if (l->show && l->terminal)
		draw_table(l, g);
}

static void keep_profile(struct nat_run_loop *l, const struct error *why)
{
	fprintf(stderr, "tcptrav nat: %s; the old profile is kept\n",
		why->text);
	if (l->json)
		nat_events_reload(&l->events, l->status.profile, why);
}

/* take_profile - receive the answer of the process that reads the profile */
static void take_profile(struct nat_run_loop *l, struct gateway *g)
{
	struct profile profile;
	struct error e;

	switch (profile_reload_take(&l->reload, &profile, &e)) {
	case RELOAD_PENDING:
		return;
	case RELOAD_DONE:
		gateway_reload(g, &profile, clock_now());
		memcpy(l->status.profile, profile.name, sizeof(profile.name));
		fprintf(stderr, "tcptrav nat: new profile %s\n",
			profile.name);
		if (l->json)
			nat_events_reload(&l->events, profile.name, NULL);
		return;
	case RELOAD_FAILED:
		keep_profile(l, &e);
		return;
	}
}

/* print_end - print the table and the totals, while the NAT still exists */
static void print_end(struct nat_run_loop *l, struct gateway *g, int signal)
{
	struct nat_totals t;
	struct nat_counts counts;

	nat_totals(g, &t);
	nat_counts(gateway_nat(g), &counts);
	writer_wait(&l->out, NS_PER_S);	/* so that there is room */
	if (l->show)
		(l->terminal ? draw_table : print_table)(l, g);
	if (l->json) {
		nat_events_tick(&l->events, g, true);
		nat_events_end(&l->events, &t);
	}
	write_output(l);
	fprintf(stderr,
		"tcptrav nat: ended by SIG%s: %" PRIu64 " packets "
		"forwarded, %" PRIu64 " dropped, %" PRIu64 " answered; %" PRIu32
		" sessions and %" PRIu32 " mappings are forgotten\n",
		sigabbrev_np(signal), t.forwarded, t.dropped, t.answered,
		counts.sessions, counts.mappings);
}

/* take_signals - handle signals; Return: false at one that ends the command */
static bool take_signals(struct nat_run_loop *l, struct gateway *g)
{
	struct signalfd_siginfo info;
	struct error e;

	while (read(l->signals, &info, sizeof(info)) == sizeof(info)) {
		if (info.ssi_signo == SIGUSR1) {
			print_table(l, g);
		} else if (info.ssi_signo != SIGHUP) {
			print_end(l, g, (int)info.ssi_signo);
			return false;
		} else if (!profile_reload_request(&l->reload)) {
			error_set(&e, ERROR_FAILED,
				  "the process that reads"
				  " the profile again has ended");
			keep_profile(l, &e);
		}
	}
	return true;
}

/* take_events - a hook: the epoll descriptor is readable */
static bool take_events(void *argument, struct gateway *g)
{
	struct nat_run_loop *l = argument;
	struct epoll_event events[EVENTS_MAX];
	int n = epoll_wait(l->epoll, events, EVENTS_MAX, 0);

	for (int i = 0; i < n; i++) {
		int fd = events[i].data.fd;

		if (fd == l->signals && !take_signals(l, g))
			return false;
		if (fd == l->timer)
			take_second(l, g);
		if (fd == l->reload.socket)
			take_profile(l, g);
		/* the socket of a dead process would stay readable */
		if (fd == l->reload.socket && events[i].events & EPOLLHUP)
			epoll_ctl(l->epoll, EPOLL_CTL_DEL, fd, NULL);
	}
	return true;
}

static bool open_signals(struct nat_run_loop *l)
{
	sigset_t set;

	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGUSR1);
	if (sigprocmask(SIG_BLOCK, &set, NULL))
		return false;
	l->signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	return l->signals >= 0;
}

/* open_epoll - a timer of a second, and all that is to be read */
static bool open_epoll(struct nat_run_loop *l)
{
	const struct itimerspec second = {
		.it_interval.tv_sec = 1, .it_value.tv_sec = 1,
	};

	l->epoll = epoll_create1(EPOLL_CLOEXEC);
	l->timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	if (l->timer < 0 || timerfd_settime(l->timer, 0, &second, NULL))
		return false;
	for (int i = 0; i < 3; i++) {
		const int fds[] = { l->signals, l->timer, l->reload.socket };
		struct epoll_event event = { .events = EPOLLIN,
					     .data.fd = fds[i] };

		if (epoll_ctl(l->epoll, EPOLL_CTL_ADD, fds[i], &event))
			return false;
	}
	return true;
}

bool nat_run_loop_open(struct nat_run_loop *l, const char *profile,
		       const char *interfaces, struct error *e)
{
	l->signals = l->timer = l->epoll = l->reload.socket = -1;
	/* before the fork: a Ctrl-C must not end the child, either */
	if (!open_signals(l))
		return error_set(e, ERROR_FAILED, "signalfd: %s",
				 strerror(errno));
	if (!profile_reload_start(&l->reload, profile, e))
		return false;
	if (!open_epoll(l))
		return error_set(e, ERROR_FAILED, "epoll: %s", strerror(errno));
	if (!writer_open(&l->out, STDOUT_FILENO) ||
	    !writer_open(&l->error, STDERR_FILENO))
		return error_set(e, ERROR_FAILED, "out of memory");
	l->terminal = isatty(STDOUT_FILENO);
	l->events.out = &l->out;
	l->status.interfaces = interfaces;
	memcpy(l->status.profile, l->config->nat.profile.name,
	       sizeof(l->status.profile));
	l->status.started = l->status.measured = clock_now();
	l->hooks = (struct gateway_hooks){
		.argument = l, .wake = l->epoll, .woken = take_events,
		.refused = l->json ? report_refused : NULL,
		.batch_done = write_output,
	};
	return true;
}

bool nat_run_loop_close(struct nat_run_loop *l)
{
	const int fds[] = { l->signals, l->timer, l->epoll };
	bool written = !l->out.dead;

	writer_close(&l->out);
	writer_close(&l->error);
	if (l->reload.socket >= 0)
		profile_reload_end(&l->reload);
	for (int i = 0; i < 3; i++)
		if (fds[i] >= 0)
			close(fds[i]);
	return written;
}

/* print_offload - is there a fast path, and if not, why? */
static void print_offload(const struct gateway_config *c)
{
	const char *refusal = nat_offload_refusal(&c->nat.profile);

	if (!c->offload)
		return;
	if (c->offload_error->kind)
		fprintf(stderr, "tcptrav nat: no fast path: %s\n",
			c->offload_error->text);
	else if (refusal)
		fprintf(stderr, "tcptrav nat: no fast path with %s\n", refusal);
	else
		fputs("tcptrav nat: fast path: the kernel passes packets of "
		      "established sessions\n",
		      stderr);
}

void nat_run_loop_ready(void *loop)
{
	struct nat_run_loop *l = loop;

	if (!drop_privileges())
		fprintf(stderr, "tcptrav nat: privileges are kept: %s\n",
			strerror(errno));
	print_offload(l->config);
	fprintf(stderr,
		"tcptrav nat: ready: %s, profile %s, seed %" PRIu64 "\n",
		l->status.interfaces, l->status.profile, l->config->nat.seed);
	if (l->json)
		nat_events_ready(&l->events, l->config);
	write_output(l);
}
