#include "cli/nat_watch.h"

#include "base/clock.h"
#include "nat/flow_offload.h"

#include <errno.h>
#include <grp.h>
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

#define NOBODY 65534
#define AT_ONCE 8

/* await - be woken when a sink that has something left can be written */
static void await(const struct nat_watch *w, struct sink *s, bool *awaited)
{
	struct epoll_event event = { .events = EPOLLOUT, .data.fd = s->fd };
	bool left = !sink_drain(s);

	if (left != *awaited)
		epoll_ctl(w->epoll, left ? EPOLL_CTL_ADD : EPOLL_CTL_DEL,
			  s->fd, &event);
	*awaited = left;
}

static void settled(void *argument)
{
	struct nat_watch *w = argument;

	if (w->out.length || w->out_awaited)
		await(w, &w->out, &w->out_awaited);
	if (w->error.length || w->error_awaited)
		await(w, &w->error, &w->error_awaited);
}

static void refused(void *argument, const struct gateway *b,
		    const struct gateway_refusal *r)
{
	struct nat_watch *w = argument;

	nat_events_refused(&w->events, b, r);
}

static void put_status(struct nat_watch *w, struct sink *to, struct gateway *b,
		       unsigned rows, unsigned columns)
{
	size_t length;
	char *text = nat_status_text(&w->status, b, clock_now(), rows, columns,
				     &length);

	if (text)
		sink_put(to, text, length);
	free(text);
}

/* snapshot - plain; where objects are told, beside them */
static void snapshot(struct nat_watch *w, struct gateway *b)
{
	put_status(w, w->json ? &w->error : &w->out, b, 0, 0);
}

/* draw - the live view; not over one that has not been written yet */
static void draw(struct nat_watch *w, struct gateway *b)
{
	struct winsize size = { .ws_row = 0 };

	if (w->out.length)
		return;
	ioctl(STDOUT_FILENO, TIOCGWINSZ, &size);
	put_status(w, &w->out, b, size.ws_row ? size.ws_row : 24,
		   size.ws_col ? size.ws_col : 80);
}

static void tick(struct nat_watch *w, struct gateway *b)
{
	uint64_t times;

	if (read(w->timer, &times, sizeof(times)) < 0)
		return;
	nat_status_measure(&w->status, b, clock_now());
	if (w->json)
		nat_events_tick(&w->events, b, false);
	if (w->show && w->terminal)
		draw(w, b);
}

static void take_profile(struct nat_watch *w, struct gateway *b)
{
	struct profile profile;
	struct error e;

	switch (nat_reader_take(&w->reader, &profile, &e)) {
	case READING_NONE:
		return;
	case READING_PROFILE:
		gateway_reload(b, &profile, clock_now());
		memcpy(w->status.profile, profile.name, sizeof(profile.name));
		fprintf(stderr, "tcptrav nat: goes on with profile %s\n",
			profile.name);
		if (w->json)
			nat_events_reload(&w->events, profile.name, NULL);
		break;
	case READING_ERROR:
		fprintf(stderr, "tcptrav nat: %s; the old profile stays\n",
			e.text);
		if (w->json)
			nat_events_reload(&w->events, w->status.profile, &e);
		break;
	}
}

static void reload(struct nat_watch *w)
{
	struct error e;

	if (nat_reader_ask(&w->reader))
		return;
	error_set(&e, ERROR_FAILED, "the process that reads the profile again "
		  "has gone");
	fprintf(stderr, "tcptrav nat: %s; the old profile stays\n", e.text);
	if (w->json)
		nat_events_reload(&w->events, w->status.profile, &e);
}

/* finish - the last words, while there still is a table */
static void finish(struct nat_watch *w, struct gateway *b, int by)
{
	struct nat_totals t;
	struct nat_counts counts;

	nat_totals(b, &t);
	nat_counts(gateway_nat(b), &counts);
	sink_wait(&w->out, NS_PER_S);	/* that there is room for them */
	if (w->show)
		(w->terminal ? draw : snapshot)(w, b);
	if (w->json) {
		nat_events_tick(&w->events, b, true);
		nat_events_end(&w->events, &t);
	}
	settled(w);
	fprintf(stderr, "tcptrav nat: ended by SIG%s: %" PRIu64 " packets "
		"forwarded, %" PRIu64 " dropped, %" PRIu64 " answered; %"
		PRIu32 " sessions and %" PRIu32 " mappings are forgotten\n",
		sigabbrev_np(by), t.forwarded, t.dropped, t.answered,
		counts.sessions, counts.mappings);
}

/* take_signals - Return: false at one that ends it */
static bool take_signals(struct nat_watch *w, struct gateway *b)
{
	struct signalfd_siginfo info;

	while (read(w->signals, &info, sizeof(info)) == sizeof(info)) {
		if (info.ssi_signo == SIGHUP) {
			reload(w);
		} else if (info.ssi_signo == SIGUSR1) {
			snapshot(w, b);
		} else {
			finish(w, b, (int)info.ssi_signo);
			return false;
		}
	}
	return true;
}

static bool woken(void *argument, struct gateway *b)
{
	struct nat_watch *w = argument;
	struct epoll_event events[AT_ONCE];
	int n = epoll_wait(w->epoll, events, AT_ONCE, 0);

	for (int i = 0; i < n; i++) {
		int fd = events[i].data.fd;

		if (fd == w->signals && !take_signals(w, b))
			return false;
		if (fd == w->timer)
			tick(w, b);
		if (fd == w->reader.socket)
			take_profile(w, b);
		/* a reader that has died stays readable for ever */
		if (fd == w->reader.socket && events[i].events & EPOLLHUP)
			epoll_ctl(w->epoll, EPOLL_CTL_DEL, fd, NULL);
	}
	return true;
}

static bool block_signals(struct nat_watch *w)
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
	w->signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	return w->signals >= 0;
}

static bool start_timer(struct nat_watch *w)
{
	struct itimerspec second = {
		.it_interval.tv_sec = 1, .it_value.tv_sec = 1,
	};

	w->timer = timerfd_create(CLOCK_MONOTONIC,
				  TFD_NONBLOCK | TFD_CLOEXEC);
	return w->timer >= 0 && !timerfd_settime(w->timer, 0, &second, NULL);
}

static bool poll_all(struct nat_watch *w)
{
	const int fds[] = { w->signals, w->timer, w->reader.socket };

	w->epoll = epoll_create1(EPOLL_CLOEXEC);
	for (int i = 0; i < 3; i++) {
		struct epoll_event event = { .events = EPOLLIN,
					     .data.fd = fds[i] };

		if (epoll_ctl(w->epoll, EPOLL_CTL_ADD, fds[i], &event))
			return false;
	}
	return true;
}

static void set_hooks(struct nat_watch *w)
{
	w->hooks = (struct gateway_hooks){
		.argument = w, .wake = w->epoll, .woken = woken,
		.refused = w->json ? refused : NULL, .batch_done = settled,
	};
}

bool nat_watch_open(struct nat_watch *w, const char *name,
		    const char *interfaces, struct error *e)
{
	w->signals = w->timer = w->epoll = w->reader.socket = -1;
	/* blocked first: the reader is to outlive a Ctrl-C, too */
	if (!block_signals(w))
		return error_set(e, ERROR_FAILED, "signalfd: %s",
				 strerror(errno));
	if (!nat_reader_start(&w->reader, name, e))
		return false;
	if (!start_timer(w) || !poll_all(w))
		return error_set(e, ERROR_FAILED, "epoll: %s",
				 strerror(errno));
	if (!sink_open(&w->out, STDOUT_FILENO) ||
	    !sink_open(&w->error, STDERR_FILENO))
		return error_set(e, ERROR_FAILED, "memory is short");
	w->terminal = isatty(STDOUT_FILENO);
	w->events.out = &w->out;
	w->status.interfaces = interfaces;
	memcpy(w->status.profile, w->box->nat.profile.name,
	       sizeof(w->status.profile));
	w->status.started = w->status.measured = clock_now();
	set_hooks(w);
	return true;
}

bool nat_watch_close(struct nat_watch *w)
{
	const int fds[] = { w->signals, w->timer, w->epoll };
	bool written = !w->out.dead;

	sink_close(&w->out);
	sink_close(&w->error);
	if (w->reader.socket >= 0)
		nat_reader_end(&w->reader);
	for (int i = 0; i < 3; i++)
		if (fds[i] >= 0)
			close(fds[i]);
	return written;
}

/* What is open already, and the reader, need no privilege any more. */
static void drop_privileges(void)
{
	if (geteuid())
		return;
	if (setgroups(0, NULL) || setresgid(NOBODY, NOBODY, NOBODY) ||
	    setresuid(NOBODY, NOBODY, NOBODY))
		fprintf(stderr, "tcptrav nat: privileges are kept: %s\n",
			strerror(errno));
}

/* tell_path - which packets the engine will not see */
static void tell_path(const struct gateway_config *c, const struct profile *p)
{
	const char *refuses = nat_offload_refusal(p);

	if (!c->offload)
		return;
	if (c->offload_error->kind)
		fprintf(stderr, "tcptrav nat: no fast path: %s\n",
			c->offload_error->text);
	else if (refuses)
		fprintf(stderr, "tcptrav nat: no fast path with %s\n",
			refuses);
	else
		fputs("tcptrav nat: fast path: the kernel passes packets of "
		      "established sessions\n", stderr);
}

void nat_watch_ready(void *watch)
{
	struct nat_watch *w = watch;

	drop_privileges();
	tell_path(w->box, &w->box->nat.profile);
	fprintf(stderr, "tcptrav nat: ready: %s, profile %s, seed %" PRIu64
		"\n", w->status.interfaces, w->status.profile,
		w->box->nat.seed);
	if (w->json)
		nat_events_ready(&w->events, w->box);
	settled(w);
}
