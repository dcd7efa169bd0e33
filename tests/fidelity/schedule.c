/*
 * A turn sends one packet of each of up to KERNEL_BATCH sequences, those
 * that are due first; new ones begin only where there is room. So a sequence
 * goes from pause to pause without waiting for others, and a pause is as
 * long as it should be, to some milliseconds. Real times are recorded; who
 * was late by more than SCHEDULE_LATE, on a machine that stalled, is run
 * again by the caller.
 */
#include "schedule.h"

#include "base/clock.h"

#include <stdlib.h>

struct schedule {
	struct kernel *kernel;
	struct sequence_run *jobs;
	unsigned count, begun, done;
	unsigned active[KERNEL_BATCH], active_count;
	unsigned *waiting, waiting_count;
	bool memory_is_short;
	struct kernel_packet packets[KERNEL_BATCH];
};

static void admit(struct schedule *s, int64_t now)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < s->waiting_count; i++) {
		unsigned j = s->waiting[i];

		if (s->jobs[j].due <= now && s->active_count < KERNEL_BATCH)
			s->active[s->active_count++] = j;
		else
			s->waiting[kept++] = j;
	}
	s->waiting_count = kept;
	while (s->active_count < KERNEL_BATCH && s->begun < s->count) {
		struct sequence_run *j = &s->jobs[s->begun];

		external_ports_begin(&j->binding, &j->sequence);
		j->due = now;
		s->active[s->active_count++] = s->begun++;
	}
}

/* idle - sleep until the next sequence is due */
static void idle(const struct schedule *s)
{
	int64_t first = TIME_NEVER;
	struct timespec at;

	for (unsigned i = 0; i < s->waiting_count; i++)
		if (s->jobs[s->waiting[i]].due < first)
			first = s->jobs[s->waiting[i]].due;
	at.tv_sec = first / NS_PER_S;
	at.tv_nsec = first % NS_PER_S;
	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL);
}

static void prepare(struct schedule *s)
{
	for (unsigned i = 0; i < s->active_count; i++) {
		unsigned slot = s->active[i];
		struct sequence_run *j = &s->jobs[slot];
		struct kernel_packet *p = &s->packets[i];

		j->trace.state[j->next] = kernel_state(s->kernel, &j->sequence,
						       j->next, slot);
		p->side = j->sequence.steps[j->next].side;
		p->length = packet_build(&j->sequence, j->next, slot,
					 &j->binding, p->bytes);
	}
}

/* take - a packet came out: add it to the step that its sequence has just
   sent */
static void take(void *argument, const struct kernel_packet *p)
{
	struct schedule *s = argument;
	int slot = slot_of(p->bytes, p->length);
	struct sequence_run *j = &s->jobs[slot];

	if (slot < 0 || (unsigned)slot >= s->begun ||
	    j->next >= j->sequence.step_count)
		return;
	if (p->side == NAT_OUTSIDE)
		external_ports_learn(&j->binding,
				     j->sequence.steps[j->next].flow, p->bytes,
				     p->length);
	s->memory_is_short |= !trace_add(&j->trace, j->next, p->side,
					 p->bytes, p->length);
}

/* advance - a turn that began at @at is over: when is each next step due? */
static void advance(struct schedule *s, int64_t at)
{
	int64_t late = clock_now() - at;
	unsigned kept = 0;

	for (unsigned i = 0; i < s->active_count; i++) {
		struct sequence_run *j = &s->jobs[s->active[i]];
		const struct sequence_step *next;

		j->late += late + at - j->due;
		j->trace.at[j->next] = at;
		j->trace.bound[j->next] = j->binding;
		if (++j->next == j->sequence.step_count) {
			s->done++;
			continue;
		}
		next = &j->sequence.steps[j->next];
		j->due = at + next->pause_ms * NS_PER_MS;
		if (next->pause_ms)
			s->waiting[s->waiting_count++] = s->active[i];
		else
			s->active[kept++] = s->active[i];
	}
	s->active_count = kept;
}

static bool turn(struct schedule *s, struct error *e)
{
	int64_t at;

	prepare(s);
	if (!kernel_exchange(s->kernel, s->packets, s->active_count, take, s,
			     &at, e))
		return false;
	if (s->memory_is_short)
		return error_set(e, ERROR_FAILED, "out of memory");
	advance(s, at);
	return true;
}

bool schedule_run(struct kernel *k, struct sequence_run *jobs, unsigned count,
		  schedule_progress progress, struct error *e)
{
	struct schedule *s = calloc(1, sizeof(*s));
	bool ok = true;

	if (s)
		s->waiting = calloc(count, sizeof(*s->waiting));
	if (!s || !s->waiting) {
		free(s);
		return error_set(e, ERROR_FAILED, "out of memory");
	}
	s->kernel = k;
	s->jobs = jobs;
	s->count = count;
	while (ok && s->done < count) {
		admit(s, clock_now());
		if (s->active_count)
			ok = turn(s, e);
		else
			idle(s);
		if (progress)
			progress(s->done, count);
	}
	free(s->waiting);
	free(s);
	return ok;
}
