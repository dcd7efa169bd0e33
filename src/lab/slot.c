#include "lab/slot.h"

#include "base/clock.h"
#include "lab/link_emulator.h"
#include "net/nat_spec.h"
#include "lab/process.h"
#include "lab/timing_check.h"
#include "lab/trial_setup.h"
#include "lab/host_process.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>

#define RESET_TIME (10 * NS_PER_S)	/* for NATs and links */
/* To tell the hosts, before they begin. */
#define ORDER_TIME (2 * NS_PER_MS)
/* For packets that are with the kernel, when some may be. */
#define DRAIN_TIME (10 * NS_PER_MS)

static void enter(struct slot *s, enum slot_state state, int64_t time)
{
	s->state = state;
	s->deadline = time == TIME_NEVER ? TIME_NEVER : clock_now() + time;
}

bool slot_is_free(const struct slot *s)
{
	return !s->busy && (s->state == SLOT_IDLE || s->state == SLOT_EMPTY);
}

bool slot_fits(const struct slot *s, const struct trial *t)
{
	return s->state == SLOT_IDLE && trial_fits_cell(&s->trial, t);
}

bool slot_wants_cell(const struct slot *s)
{
	return s->busy && s->state == SLOT_EMPTY;
}

bool slot_build(struct slot *s, struct error *e)
{
	const struct cell_config config = {
		.trial = s->trial,
		.seed = s->seed,
		.host_main = host_process_main,
		/* on one CPU the processes wake each other at half the cost;
		   where there is a delay they must not wait for each other */
		.cpu = s->trial.rtt_ms > 0 ? -1 : s->cpu,
	};

	memset(s->control_closed, 0, sizeof(s->control_closed));
	if (!cell_begin(&s->cell, &config, e))
		return false;
	enter(s, SLOT_BUILDING, CELL_READY_TIME);
	return true;
}

/* end - begin to end the cell, for what is in observations.broke or in order */
static void end(struct slot *s)
{
	cell_hang_up(&s->cell);
	enter(s, SLOT_ENDING, CELL_END_TIME);
}

/* A host that cannot be told has died: the init will learn how. */
static void tell_hosts(const struct slot *s, bool search,
		       const struct attempt_config config[2])
{
	for (unsigned i = 0; i < s->cell.process_count; i++) {
		const struct cell_process *p = &s->cell.process[i];
		struct host_order order = {
			.search = search,
			.linger = trial_linger(&s->trial),
		};

		if (p->role != CELL_HOST)
			continue;
		order.begin = trial_begin(&s->trial, s->due_at, p->which & 1);
		order.config = config[p->which & 1];
		send(p->control, &order, sizeof(order),
		     MSG_NOSIGNAL | MSG_DONTWAIT);
	}
}

static void begin_findings(struct slot *s,
			   const struct attempt_config config[2])
{
	struct observations *f = &s->observations;

	observations_begin(f, clock_now());
	f->number = s->number;
	f->seed = s->seed;
	memcpy(f->server_ports, s->cell.server_ports, sizeof(f->server_ports));
	for (unsigned i = 0; i < 2; i++)
		memcpy(f->port[i], config[i].port, sizeof(f->port[i]));
}

/* start - a search, where one is missing, or the trial, in a new world */
static void start(struct slot *s)
{
	struct attempt_config config[2];
	uint8_t known[2] = { 0, 0 };

	s->searching = ttls_wanted(&s->trial) &&
		!ttls_find(s->ttls, &s->trial, known);
	trial_configure(&s->trial, s->seed, &s->cell, known, config);
	begin_findings(s, config);
	s->due_at = trial_due(&s->trial, s->wheel, clock_now() + ORDER_TIME,
			      s->seed);
	s->in_order = true;
	enter(s, SLOT_RUNNING, trial_result_timeout(&s->trial));
	tell_hosts(s, s->searching, config);
}

static void renew(struct slot *s)
{
	struct error e;

	s->level = 0;
	enter(s, SLOT_RESETTING, RESET_TIME);
	observations_begin(&s->observations, clock_now());
	if (cell_change(&s->cell, s->trial.nat_a, s->trial.nat_b, &e))
		cell_reset(&s->cell, s->level, s->seed);
	else	/* a file that was there before */
		snprintf(s->observations.broke, sizeof(s->observations.broke),
			 "%s", e.text);
}

/* renewed - a level; then it is the next one's turn, or the trial's */
static void renewed(struct slot *s)
{
	if (!cell_reset(&s->cell, ++s->level, s->seed))
		start(s);
}

void slot_give(struct slot *s, const struct trial *t, unsigned number,
	       uint64_t seed)
{
	bool fits = slot_fits(s, t);

	s->trial = *t;
	s->number = number;
	s->seed = seed;
	s->busy = true;
	s->repeats = 0;
	s->observations.broke[0] = '\0';
	if (fits)
		renew(s);
	else if (s->state == SLOT_IDLE)
		end(s);
}

/* take - Return: bytes, 0 when there are none, or the socket has ended */
static size_t take(struct slot *s, unsigned process, void *out, size_t room)
{
	ssize_t n = recv(s->cell.process[process].control, out, room,
			 MSG_DONTWAIT);

	if (n > 0)
		return (size_t)n;
	if (!n || (errno != EAGAIN && errno != EINTR))
		s->control_closed[process] =
			true; /* how it died, SIGCHLD says */
	return 0;
}

static void read_host(struct slot *s, unsigned process)
{
	const struct cell_process *p = &s->cell.process[process];
	int which = p->which & 1;
	struct attempt_result *r = &s->observations.result[which];
	struct host_end end;
	struct iovec parts[2] = { { &end, sizeof(end) }, { r, sizeof(*r) } };
	struct msghdr message = { .msg_iov = parts, .msg_iovlen = 2 };
	ssize_t n = recvmsg(p->control, &message, MSG_DONTWAIT);

	if (n > (ssize_t)sizeof(end) && s->state == SLOT_RUNNING &&
	    observations_host(&s->observations, (unsigned)which,
			      (size_t)n - sizeof(end)))
		s->in_order &= end.in_order;
	if (!n || (n < 0 && errno != EAGAIN && errno != EINTR))
		s->control_closed[process] =
			true; /* how it died, SIGCHLD says */
}

/* What NATs and the link emulator send: that they are reset, and reports. */
static void read_nat(struct slot *s, unsigned process)
{
	struct cell_process *p = &s->cell.process[process];
	union {
		uint64_t seed;
		struct link_emulator_report links;
		struct gateway_report report;
	} word;
	size_t n;

	while ((n = take(s, process, &word, sizeof(word))))
		if (n == sizeof(word.seed))
			p->resetting = false;
		else if (n == sizeof(word.links) && s->state == SLOT_RUNNING)
			observations_links(&s->observations, word.links.late,
					   word.links.lost);
		else if (n == sizeof(word.report) && s->state == SLOT_RUNNING)
			observations_nat(&s->observations, p->name,
					 &word.report);
}

static void read_server(struct slot *s, unsigned process)
{
	struct server_report r;

	while (take(s, process, &r, sizeof(r)) == sizeof(r))
		if (s->state == SLOT_RUNNING)
			observations_server(&s->observations, &r);
}

bool slot_read(struct slot *s, unsigned process, struct error *e)
{
	char scrap[64];

	if (s->cell.process[process].control < 0)
		return true;
	if (!s->cell.process[process].ready)
		return cell_receive(&s->cell, process, e);
	switch (s->cell.process[process].role) {
	case CELL_HOST:
		read_host(s, process);
		break;
	case CELL_NAT:
	case CELL_LINK_EMULATOR:
		read_nat(s, process);
		break;
	case CELL_SERVER:
		read_server(s, process);
		break;
	case CELL_CLIENT:
		take(s, process, scrap, sizeof(scrap));
		break;
	}
	return true;
}

bool slot_ignores_control(const struct slot *s, unsigned process)
{
	const struct cell_process *p = &s->cell.process[process];

	return p->ready && (p->role == CELL_SERVER || p->role == CELL_CLIENT);
}

static void say_how(const char *name, int status, char text[EXPLAIN_TEXT])
{
	if (WIFSIGNALED(status))
		snprintf(text, EXPLAIN_TEXT, "The lab's %s was killed by"
			 " signal %d (%s).", name,
			 WTERMSIG(status), strsignal(WTERMSIG(status)));
	else
		snprintf(text, EXPLAIN_TEXT, "The lab's %s ended with status"
			 " %d.", name, WEXITSTATUS(status));
}

bool slot_died(struct slot *s, pid_t pid, int status)
{
	for (unsigned i = 0; i < s->cell.process_count; i++) {
		struct cell_process *p = &s->cell.process[i];

		if (p->pid != pid)
			continue;
		p->pid = 0;	/* reaped: not to be waited for again */
		if (s->state != SLOT_ENDING && !s->observations.broke[0])
			say_how(p->name, status, s->observations.broke);
		return true;
	}
	return false;
}

static void say_overdue(struct slot *s)
{
	struct observations *f = &s->observations;

	snprintf(f->broke, sizeof(f->broke), "%s%s%s gave no result within"
		 " %.0f s.", f->has[0] ? "" : "host-a",
		 f->has[0] || f->has[1] ? "" : " and ",
		 f->has[1] ? "" : "host-b",
		 (double)trial_result_timeout(&s->trial) / (double)NS_PER_S);
}

/* finish - the trial is over: take in what the others still have to say */
static void finish(struct slot *s)
{
	struct error ignored;

	for (unsigned i = 0; i < s->cell.process_count; i++)
		if (s->cell.process[i].role != CELL_HOST &&
		    !s->control_closed[i])
			slot_read(s, i, &ignored);
	s->busy = false;
}

/* break_off - what the slot is at comes to nothing, and its cell ends; true:
   there is a trial to tell of that it was for */
static bool break_off(struct slot *s)
{
	bool told = s->busy;

	s->observations.number = s->number;
	s->observations.seed = s->seed;
	if (told)
		finish(s);
	end(s);
	return told;
}

static void release(struct slot *s)
{
	cell_release(&s->cell);
	enter(s, SLOT_EMPTY, TIME_NEVER);
}

/* late - the state's deadline has come */
static bool late(struct slot *s, struct error *e)
{
	switch (s->state) {
	case SLOT_BUILDING:
		process_late(cell_not_ready(&s->cell), e);
		return false;
	case SLOT_ENDING:
		for (unsigned i = 0; i < s->cell.process_count; i++)
			if (s->cell.process[i].pid > 0)
				kill(s->cell.process[i].pid, SIGKILL);
		s->deadline = TIME_NEVER;
		return false;
	case SLOT_RUNNING:
		say_overdue(s);
		return break_off(s);
	case SLOT_RESETTING:
		snprintf(s->observations.broke, sizeof(s->observations.broke),
			 "The lab's NATs did not begin anew in time.");
		return break_off(s);
	default:
		return false;
	}
}

/* learn - what a search has found; then it is the trial's turn */
static void learn(struct slot *s, struct error *e)
{
	const struct observations *f = &s->observations;
	const uint8_t found[2] = { f->result[0].ttl, f->result[1].ttl };

	if (!ttls_learn(s->ttls, &s->trial, found))
		error_set(e, ERROR_FAILED, "memory is short");
}

/* counts - was the machine in time? If not, the trial is still to be run, and
   the last time counts in any case. */
static bool counts(struct slot *s)
{
	double limit = timing_check_limit(&s->trial);
	struct observations *f = &s->observations;

	f->late_ms = timing_check(&s->trial, f);
	f->repeats = s->repeats;
	admission_learn(s->admission, limit > 0 ? f->late_ms / limit : 0);
	s->busy = f->late_ms > limit && s->repeats < TIMING_CHECK_REPEATS;
	s->repeats += s->busy;
	return !s->busy;
}

/* remembers - does the cell, when a trial with the same ports follows? A RST
   that was lost may have left a connection at S; and a program that is a NAT
   does not begin anew, which a search for the TTL does not mind. */
static bool remembers(const struct slot *s)
{
	return (trial_has_faults(&s->trial) && !s->in_order) ||
	       (!s->searching &&
		(strstr(s->trial.nat_a, NAT_SPEC_EXEC_PREFIX) ||
		 strstr(s->trial.nat_b, NAT_SPEC_EXEC_PREFIX)));
}

/* Did both hosts connect, and leave nothing under way? */
static bool is_clean(const struct slot *s)
{
	const struct attempt_result *r = s->observations.result;

	return s->in_order && (s->searching ||
			       (r[0].outcome == OUTCOME_CONNECTED &&
				r[1].outcome == OUTCOME_CONNECTED));
}

/* The world is quiet: for the next trial, or for the one that waited. */
static void settled(struct slot *s)
{
	if (s->busy)
		renew(s);
	else
		enter(s, SLOT_IDLE, TIME_NEVER);
}

/*
 * settle - until the last packets have passed: a RST to S when all went well
 * What has no delay passes as it is sent.
 */
static void settle(struct slot *s)
{
	int64_t time = (int64_t)(s->trial.rtt_ms * (double)NS_PER_MS);

	if (s->busy && !s->searching)	/* it is to be run again */
		time += trial_syn_ack_expiry(clock_now() -
					     s->observations.started_at);
	if (!is_clean(s))
		time += DRAIN_TIME;
	if (time)
		enter(s, SLOT_DRAINING, time);
	else
		settled(s);
}

/* conclude - both hosts have told; Return: is there a trial to be told of? It
   may have been a search, or is to be run again. */
static bool conclude(struct slot *s, struct error *e)
{
	bool told = false;

	if (s->searching) {
		learn(s, e);
	} else {
		finish(s);
		told = counts(s);
	}
	if (s->busy && remembers(s))
		end(s);
	else
		settle(s);
	return told;
}

/* step - out of the state, if what it waits for has come; Return: as
   slot_advance(), and @moved says whether there may be more to do */
static bool step(struct slot *s, bool *moved, struct error *e)
{
	const struct observations *f = &s->observations;

	*moved = true;
	if (s->state == SLOT_BUILDING && !cell_not_ready(&s->cell))
		renew(s);
	else if (s->state == SLOT_RESETTING && !cell_resetting(&s->cell))
		renewed(s);
	else if (s->state == SLOT_RUNNING && f->has[0] && f->has[1])
		return conclude(s, e);
	else if (s->state == SLOT_DRAINING && clock_now() >= s->deadline)
		settled(s);
	else if (s->state == SLOT_ENDING && cell_has_ended(&s->cell))
		release(s);
	else
		*moved = false;
	return false;
}

bool slot_advance(struct slot *s, struct error *e)
{
	bool moved = true;

	while (moved && e->kind == ERROR_NONE) {
		bool broken = s->observations.broke[0] &&
			s->state != SLOT_ENDING && s->state != SLOT_EMPTY;

		if (broken && s->state == SLOT_BUILDING)
			return error_set(e, ERROR_FAILED, "%s",
					 s->observations.broke);
		if (broken)
			return break_off(s);
		if (step(s, &moved, e))
			return true;
	}
	if (s->deadline != TIME_NEVER && clock_now() >= s->deadline)
		return late(s, e);
	return false;
}

void slot_hang_up(struct slot *s)
{
	if (s->state != SLOT_EMPTY)
		cell_hang_up(&s->cell);
}

void slot_end(struct slot *s)
{
	if (s->state != SLOT_EMPTY)
		cell_end(&s->cell);
	s->state = SLOT_EMPTY;
}
