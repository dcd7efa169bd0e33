#include "lab/slot.h"

#include "base/clock.h"
#include "lab/choice.h"
#include "lab/trial.h"
#include "lab/worker.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>

#define RESULT_HEAD (offsetof(struct attempt_result, story) + \
		     offsetof(struct story, events))

bool slot_fits(const struct slot *s, const struct lab_trial *t)
{
	return s->built && !(s->once && s->draw) &&
		trial_same_cell(s->trial, t);
}

/*
 * remembers_hosts - would one of these NATs let a trial feel an earlier one?
 * Fresh ports keep trials apart, but not where a NAT counts or bans addresses.
 */
static bool remembers_hosts(const char *list)
{
	char name[CHOICE_NAME];
	struct choice choice;
	struct error ignored;

	for (; list && *list; list += *list == ',') {
		size_t length = strcspn(list, ",");

		snprintf(name, sizeof(name), "%.*s", (int)length, list);
		list += length;
		if (choice_make(name, &choice, &ignored) &&
		    choice.kind == CHOICE_PROFILE &&
		    (choice.profile.unsolicited_syn == UNSOLICITED_BAN ||
		     choice.profile.port_block ||
		     choice.profile.ports_per_host ||
		     choice.profile.mappings_per_second))
			return true;
	}
	return false;
}

bool slot_build(struct slot *s, const struct lab_trial *t, uint64_t seed,
		struct error *e)
{
	struct cell_config config = trial_cell(t);

	config.seed = seed;
	config.host_main = worker_main;
	slot_end(s);
	s->findings.broke[0] = '\0';
	if (!cell_build(&s->cell, &config, e))
		return false;
	s->built = true;
	s->once = remembers_hosts(t->nat_a) || remembers_hosts(t->nat_b);
	s->trial = t;
	s->draw = 0;
	memset(s->known_ttl, 0, sizeof(s->known_ttl));
	memset(s->deaf, 0, sizeof(s->deaf));
	return true;
}

void slot_end(struct slot *s)
{
	if (s->built)
		cell_end(&s->cell);
	s->built = false;
	s->running = false;
}

static void findings_begin(struct slot *s, unsigned number, uint64_t seed,
			   const struct attempt_config config[2])
{
	struct findings *f = &s->findings;

	memset(f, 0, offsetof(struct findings, server));
	f->number = number;
	f->seed = seed;
	memcpy(f->server_ports, s->cell.server_ports, sizeof(f->server_ports));
	for (unsigned i = 0; i < 2; i++)
		memcpy(f->port[i], config[i].port, sizeof(f->port[i]));
	f->started_at = clock_now();
}

/* A host that cannot be told has died: the init will learn how. */
static void tell_hosts(const struct slot *s,
		       const struct attempt_config config[2])
{
	for (unsigned i = 0; i < s->cell.process_count; i++) {
		const struct cell_process *p = &s->cell.process[i];

		if (p->role == CELL_HOST)
			send(p->control, &config[p->which], sizeof(*config),
			     MSG_NOSIGNAL | MSG_DONTWAIT);
	}
}

void slot_start(struct slot *s, const struct lab_trial *t, unsigned number,
		uint64_t seed)
{
	struct attempt_config config[2];

	trial_configure(t, seed, &s->cell, s->draw, s->known_ttl, config);
	s->trial = t;
	s->draw += trial_draws(t);
	findings_begin(s, number, seed, config);
	s->deadline = s->findings.started_at + trial_patience(t);
	s->running = true;
	tell_hosts(s, config);
}

/* Return: bytes, 0 when there are none, or the socket has ended */
static size_t take(struct slot *s, unsigned process, void *out, size_t room)
{
	ssize_t n = recv(s->cell.process[process].control, out, room,
			 MSG_DONTWAIT);

	if (n > 0)
		return (size_t)n;
	if (!n || (errno != EAGAIN && errno != EINTR))
		s->deaf[process] = true;	/* how it died, SIGCHLD says */
	return 0;
}

/* Return: true when both have answered */
static bool read_host(struct slot *s, unsigned process)
{
	struct findings *f = &s->findings;
	int which = s->cell.process[process].which & 1;
	struct attempt_result *r = &f->result[which];
	size_t n = take(s, process, r, sizeof(*r));

	if (!s->running || n < RESULT_HEAD)
		return false;
	if (r->story.count > STORY_EVENTS ||
	    n < RESULT_HEAD + r->story.count * sizeof(r->story.events[0]))
		r->story.count = 0;
	if (r->ttl_confirmed && s->trial->approach.low_ttl && !s->trial->ttl)
		s->known_ttl[which] = r->ttl;
	f->has[which] = true;
	return f->has[0] && f->has[1];
}

static void read_nat(struct slot *s, unsigned process)
{
	struct findings *f = &s->findings;
	struct nat_finding n;

	while (take(s, process, &n.box, sizeof(n.box)) == sizeof(n.box)) {
		if (!s->running || n.box.at < f->started_at)
			continue;
		memcpy(n.name, s->cell.process[process].name, sizeof(n.name));
		n.name[sizeof(n.name) - 1] = '\0';
		n.box.reason[sizeof(n.box.reason) - 1] = '\0';
		if (n.box.length > sizeof(n.box.bytes))
			n.box.length = sizeof(n.box.bytes);
		if (f->nat_count < FINDINGS_NAT)
			f->nat[f->nat_count++] = n;
		else
			f->nat_lost++;
	}
}

static void read_server(struct slot *s, unsigned process)
{
	struct findings *f = &s->findings;
	struct server_report r;

	while (take(s, process, &r, sizeof(r)) == sizeof(r)) {
		if (!s->running || r.at < f->started_at ||
		    f->server_count == FINDINGS_SERVER)
			continue;
		r.session[sizeof(r.session) - 1] = '\0';
		f->server[f->server_count++] = r;
	}
}

bool slot_read(struct slot *s, unsigned process)
{
	char scrap[64];

	switch (s->cell.process[process].role) {
	case CELL_HOST:
		return read_host(s, process);
	case CELL_NAT:
		read_nat(s, process);
		return false;
	case CELL_SERVER:
		read_server(s, process);
		return false;
	case CELL_CABLE:
	case CELL_CLIENT:
		take(s, process, scrap, sizeof(scrap));
		return false;
	}
	return false;
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
	for (unsigned i = 0; s->built && i < s->cell.process_count; i++) {
		struct cell_process *p = &s->cell.process[i];

		if (p->pid != pid)
			continue;
		p->pid = 0;	/* reaped: not to be waited for again */
		if (!s->findings.broke[0])
			say_how(p->name, status, s->findings.broke);
		return true;
	}
	return false;
}

void slot_overdue(struct slot *s)
{
	struct findings *f = &s->findings;

	snprintf(f->broke, sizeof(f->broke), "%s%s%s gave no result within"
		 " %.0f s.", f->has[0] ? "" : "host-a",
		 f->has[0] || f->has[1] ? "" : " and ",
		 f->has[1] ? "" : "host-b",
		 (double)trial_patience(s->trial) / (double)NS_PER_S);
}

void slot_finish(struct slot *s)
{
	for (unsigned i = 0; i < s->cell.process_count; i++)
		if (s->cell.process[i].role != CELL_HOST && !s->deaf[i])
			slot_read(s, i);
	s->running = false;
}
