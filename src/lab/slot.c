#include "lab/slot.h"

#include "base/clock.h"
#include "lab/link_emulator.h"
#include "net/nat_spec.h"
#include "lab/process.h"
#include "lab/timing_check.h"
#include "lab/configure_trial.h"
#include "lab/host_process.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>

#define RESET_TIME (10 * NS_PER_S)	/* for NATs and links */
/* For packets that the kernel may still hold. */
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

/* end_cell - ask the processes to end; slot_advance() waits until they have */
static void end_cell(struct slot *s)
{
	cell_hang_up(&s->cell);
	enter(s, SLOT_ENDING, CELL_END_TIME);
}

/* order_hosts - send both hosts their orders. If one has died, the init learns
   it by SIGCHLD. */
static void order_hosts(const struct slot *s,
			const struct attempt_config config[2])
{
	for (unsigned i = 0; i < s->cell.process_count; i++) {
		const struct cell_process *p = &s->cell.process[i];
		struct host_order order = {
			.search = s->searching,
			.linger = trial_linger(&s->trial),
		};

		if (p->role != CELL_HOST)
			continue;
		order.config = config[p->which & 1];
		send(p->control, &order, sizeof(order),
		     MSG_NOSIGNAL | MSG_DONTWAIT);
	}
}

/* start - start the trial, or first the search for the low TTL that it needs;
   links and NATs have been reset */
static void start(struct slot *s)
{
	struct observations *f = &s->observations;
	struct attempt_config config[2];

	if (s->plan->before_trial)
		s->plan->before_trial(s->seed);
	s->searching = trial_needs_search(&s->trial) && !s->searched;
	trial_configure(&s->trial, s->seed, &s->cell, s->found_ttl, config);
	observations_begin(f, clock_now());
	f->number = s->number;
	f->seed = s->seed;
	f->virtual_time = s->plan->virtual_time;
	memcpy(f->server_ports, s->cell.server_ports, sizeof(f->server_ports));
	for (unsigned i = 0; i < 2; i++)
		memcpy(f->port[i], config[i].port, sizeof(f->port[i]));
	s->in_order = true;
	enter(s, SLOT_RUNNING, trial_result_timeout(&s->trial));
	order_hosts(s, config);
}

/* reset - reset the links and the first level of NATs; slot_advance() resets
   the other levels */
static void reset(struct slot *s)
{
	struct error e;

	s->level = 0;
	enter(s, SLOT_RESETTING, RESET_TIME);
	observations_begin(&s->observations, clock_now());
	if (cell_change(&s->cell, s->trial.nat_a, s->trial.nat_b, &e))
		cell_reset(&s->cell, s->level, s->seed);
	else	/* a profile's file was deleted since the lab started */
		snprintf(s->observations.broke, sizeof(s->observations.broke),
			 "%s", e.text);
}

/* keeps_state - can the cell still have state that a trial with the same ports
   would meet? If a RST was lost, S may still have a connection. An exec: NAT is
   never reset, but after a search for the TTL its state does no harm. */
static bool keeps_state(const struct slot *s)
{
	return (trial_has_faults(&s->trial) && !s->in_order) ||
	       (!s->searching &&
		(strstr(s->trial.nat_a, NAT_SPEC_EXEC_PREFIX) ||
		 strstr(s->trial.nat_b, NAT_SPEC_EXEC_PREFIX)));
}

/* wait_for_ports - the trial's ports are those of the cell's last trial: wait
   until the hosts' kernels have forgotten its SYNs, or end the cell */
static void wait_for_ports(struct slot *s)
{
	int64_t age = clock_now() - s->observations.started_at;

	if (keeps_state(s))
		end_cell(s);
	else
		enter(s, SLOT_DRAINING, trial_syn_ack_expiry(age));
}

void slot_give(struct slot *s, const struct trial *t, unsigned number,
	       uint64_t seed)
{
	bool fits = slot_fits(s, t), same_ports = seed == s->seed;

	s->trial = *t;
	s->number = number;
	s->seed = seed;
	s->busy = true;
	s->repeats = 0;
	s->searched = false;
	memset(s->found_ttl, 0, sizeof(s->found_ttl));
	s->observations.broke[0] = '\0';
	if (fits && same_ports)
		wait_for_ports(s);
	else if (fits)
		reset(s);
	else if (s->state == SLOT_IDLE)
		end_cell(s);
}

/* note_closed - after a recv() that returned @n, note if the process has closed
   its socket. SIGCHLD tells how it ended. */
static void note_closed(struct slot *s, unsigned process, ssize_t n)
{
	if (!n || (n < 0 && errno != EAGAIN && errno != EINTR))
		s->control_closed[process] = true;
}

/* receive - receive a message of a process; Return: its length; 0: there is
   none, or the socket is closed */
static size_t receive(struct slot *s, unsigned process, void *out, size_t room)
{
	ssize_t n = recv(s->cell.process[process].control, out, room,
			 MSG_DONTWAIT);

	note_closed(s, process, n);
	return n > 0 ? (size_t)n : 0;
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
	note_closed(s, process, n);
}

/* read_nat - read the messages of a NAT or the link emulator: answers to a
   reset and reports */
static void read_nat(struct slot *s, unsigned process)
{
	struct cell_process *p = &s->cell.process[process];
	union {
		uint64_t seed;
		struct link_emulator_report links;
		struct gateway_report report;
	} message;
	size_t n;

	while ((n = receive(s, process, &message, sizeof(message))))
		if (n == sizeof(message.seed))
			p->resetting = false;
		else if (n == sizeof(message.links) && s->state == SLOT_RUNNING)
			observations_links(&s->observations, message.links.late,
					   message.links.lost);
		else if (n == sizeof(message.report) &&
			 s->state == SLOT_RUNNING)
			observations_nat(&s->observations, p->name,
					 &message.report);
}

static void read_server(struct slot *s, unsigned process)
{
	struct server_report r;

	while (receive(s, process, &r, sizeof(r)) == sizeof(r))
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
		receive(s, process, scrap, sizeof(scrap));
		break;
	}
	return true;
}

bool slot_ignores_control(const struct slot *s, unsigned process)
{
	const struct cell_process *p = &s->cell.process[process];

	return p->ready && (p->role == CELL_SERVER || p->role == CELL_CLIENT);
}

bool slot_died(struct slot *s, pid_t pid, int status)
{
	char *broke = s->observations.broke;
	struct cell_process *p = s->cell.process;
	struct cell_process *end = p + s->cell.process_count;

	while (p < end && p->pid != pid)
		p++;
	if (p == end)
		return false;
	p->pid = 0;	/* reaped: not to be waited for again */
	if (s->state == SLOT_ENDING || *broke)
		return true;
	if (WIFSIGNALED(status))
		snprintf(broke, EXPLAIN_TEXT, "The lab's %s was killed by"
			 " signal %d (%s).", p->name, WTERMSIG(status),
			 strsignal(WTERMSIG(status)));
	else
		snprintf(broke, EXPLAIN_TEXT, "The lab's %s ended with status"
			 " %d.", p->name, WEXITSTATUS(status));
	return true;
}

/* finish - the trial is over: read what NATs, links and S have reported */
static void finish(struct slot *s)
{
	struct error ignored;

	for (unsigned i = 0; i < s->cell.process_count; i++)
		if (s->cell.process[i].role != CELL_HOST &&
		    !s->control_closed[i])
			slot_read(s, i, &ignored);
	s->busy = false;
}

/* break_off - end the cell; Return: does its slot have a trial, which must be
   reported? */
static bool break_off(struct slot *s)
{
	bool busy = s->busy;

	s->observations.number = s->number;
	s->observations.seed = s->seed;
	if (busy)
		finish(s);
	end_cell(s);
	return busy;
}

/* time_out - the state's deadline has passed; Return: as slot_advance() */
static bool time_out(struct slot *s, struct error *e)
{
	struct observations *f = &s->observations;

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
		snprintf(f->broke, sizeof(f->broke), "%s%s%s gave no result"
			 " within %.0f s.", f->has[0] ? "" : "host-a",
			 f->has[0] || f->has[1] ? "" : " and ",
			 f->has[1] ? "" : "host-b",
			 (double)trial_result_timeout(&s->trial) /
				 (double)NS_PER_S);
		return break_off(s);
	case SLOT_RESETTING:
		snprintf(f->broke, sizeof(f->broke),
			 "The lab's NATs were not reset in time.");
		return break_off(s);
	default:
		return false;
	}
}

/* is_valid - was the machine in time? If not, the slot repeats the trial, at
   most TIMING_CHECK_REPEATS times. */
static bool is_valid(struct slot *s)
{
	double limit = timing_check_limit(&s->trial);
	struct observations *f = &s->observations;

	f->late_ms = timing_check(&s->trial, f);
	f->repeats = s->repeats;
	s->busy = f->late_ms > limit && s->repeats < TIMING_CHECK_REPEATS;
	s->repeats += s->busy;
	return !s->busy;
}

/* drained - no packet is under way any more: continue with the trial (it is
   repeated, or follows its search), or become free */
static void drained(struct slot *s)
{
	if (s->busy)
		reset(s);
	else
		enter(s, SLOT_IDLE, TIME_NEVER);
}

/*
 * drain - wait until the last packets have passed: a RST to S if all went well,
 * more packets if a host did not connect. Without delay there is none to wait
 * for.
 */
static void drain(struct slot *s)
{
	const struct attempt_result *r = s->observations.result;
	int64_t time = (int64_t)(s->trial.rtt_ms * (double)NS_PER_MS);
	bool connected = r[0].outcome == OUTCOME_CONNECTED &&
			 r[1].outcome == OUTCOME_CONNECTED;

	if (s->busy && !s->searching)	/* it is repeated */
		time += trial_syn_ack_expiry(clock_now() -
					     s->observations.started_at);
	if (!s->in_order || (!s->searching && !connected))
		time += DRAIN_TIME;
	if (time)
		enter(s, SLOT_DRAINING, time);
	else
		drained(s);
}

/* conclude - both hosts have sent their results; Return: is there a trial to
   report? Not after a search, nor if the trial is repeated. */
static bool conclude(struct slot *s)
{
	const struct attempt_result *r = s->observations.result;
	bool complete = false;

	if (s->searching) {
		s->searched = true;
		s->found_ttl[0] = r[0].ttl;
		s->found_ttl[1] = r[1].ttl;
	} else {
		finish(s);
		complete = is_valid(s);
	}
	if (s->busy && keeps_state(s))
		end_cell(s);
	else
		drain(s);
	return complete;
}

/* step - leave the state if its condition is met
   @moved: set to false if it is not
   Return: as slot_advance() */
static bool step(struct slot *s, bool *moved)
{
	const struct observations *f = &s->observations;

	*moved = true;
	if (s->state == SLOT_BUILDING && !cell_not_ready(&s->cell)) {
		reset(s);
	} else if (s->state == SLOT_RESETTING && !cell_resetting(&s->cell)) {
		if (!cell_reset(&s->cell, ++s->level, s->seed))
			start(s);
	} else if (s->state == SLOT_RUNNING && f->has[0] && f->has[1]) {
		return conclude(s);
	} else if (s->state == SLOT_DRAINING && clock_now() >= s->deadline) {
		drained(s);
	} else if (s->state == SLOT_ENDING && cell_has_ended(&s->cell)) {
		cell_release(&s->cell);
		enter(s, SLOT_EMPTY, TIME_NEVER);
	} else {
		*moved = false;
	}
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
		if (step(s, &moved))
			return true;
	}
	if (s->deadline != TIME_NEVER && clock_now() >= s->deadline)
		return time_out(s, e);
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
