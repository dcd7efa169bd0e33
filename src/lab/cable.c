/*
 * One loop over all directions of all links: send what is due, wait until
 * the next frame is due or one arrives, take in what has arrived. Times are
 * kept to what the kernel's high-resolution timers give (tens of us), and
 * always on the late side.
 */
#include "lab/cable.h"

#include "base/clock.h"
#include "lab/fifo.h"
#include "nat/frame.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

#define DIRECTIONS (2 * CABLE_LINKS)
#define ON_THE_WAY ((size_t)64 << 20)	/* 12 Gbit/s for 40 ms */

struct direction {
	int from, to;			/* sockets */
	struct link_model model;
	struct fifo fifo;
};

struct cable {
	unsigned count;			/* of directions */
	struct direction directions[DIRECTIONS];
	struct pollfd fds[DIRECTIONS + 1];	/* from; last: stop */
	struct frames *frames;
};

/* Return: when the next frame is due */
static int64_t send_due(struct direction *d, int64_t now)
{
	struct iovec frames[FRAME_BATCH];
	unsigned count = 0;
	size_t at = d->fifo.first;
	struct fifo_record r;
	int64_t next = TIME_NEVER;

	while (count < d->fifo.count) {
		fifo_next(&d->fifo, &at, &r);
		if (r.due > now || count == FRAME_BATCH) {
			next = r.due;
			break;
		}
		frames[count++] = (struct iovec){ r.bytes, r.length };
	}
	if (!count)
		return next;
	/* what finds no room is lost, as on any link that is too slow */
	frame_send(d->to, frames, count);
	fifo_drop(&d->fifo, count);
	return next;
}

static void take_in(struct cable *c, struct direction *d)
{
	struct frame frames[FRAME_BATCH];
	unsigned count = frame_receive(d->from, c->frames, frames);
	int64_t due, now = clock_now();

	for (unsigned i = 0; i < count; i++)
		if (!frames[i].cut && link_input(&d->model, now, &due))
			fifo_put(&d->fifo, due, frames[i].bytes,
				 frames[i].length);
}

static int64_t send_all_due(struct cable *c)
{
	int64_t now = clock_now(), next = TIME_NEVER;

	for (unsigned i = 0; i < c->count; i++) {
		int64_t due = send_due(&c->directions[i], now);

		next = due < next ? due : next;
	}
	return next;
}

static void loop(struct cable *c)
{
	struct timespec left;

	for (;;) {
		int64_t next = send_all_due(c);

		if (ppoll(c->fds, c->count + 1, clock_remaining(clock_now(),
			  next, &left), NULL) < 0) {
			if (errno == EINTR)
				continue;
			return;
		}
		if (c->fds[c->count].revents)
			return;
		for (unsigned i = 0; i < c->count; i++)
			if (c->fds[i].revents)
				take_in(c, &c->directions[i]);
	}
}

/* open_link - its two directions, which share two sockets */
static bool open_link(struct cable *c, const struct cable_link *l,
		      struct error *e)
{
	struct direction *d = &c->directions[c->count];

	c->count += 2;
	for (unsigned i = 0; i < 2; i++) {
		struct link_config config = l->config;

		d[i] = (struct direction){ .from = -1, .to = -1 };
		config.seed += i * UINT64_C(0x9e3779b97f4a7c15);
		link_init(&d[i].model, &config);
	}
	for (unsigned i = 0; i < 2; i++) {
		if (!fifo_open(&d[i].fifo, ON_THE_WAY))
			return error_set(e, ERROR_FAILED,
					 "no memory for the cable");
		d[i].from = frame_open(l->ends[i], e);
		if (d[i].from < 0)
			return false;
	}
	d[0].to = d[1].from;
	d[1].to = d[0].from;
	return true;
}

static bool open_cable(struct cable *c, const struct cable_config *config,
		       struct error *e)
{
	for (unsigned i = 0; i < config->count; i++)
		if (!open_link(c, &config->links[i], e))
			return false;
	for (unsigned i = 0; i < c->count; i++)
		c->fds[i] = (struct pollfd){
			.fd = c->directions[i].from,
			.events = POLLIN,
		};
	c->fds[c->count] = (struct pollfd){
		.fd = config->stop,
		.events = POLLIN,
	};
	c->frames = frames_new();
	return c->frames || error_set(e, ERROR_FAILED,
				      "no memory for the cable");
}

static void close_cable(struct cable *c)
{
	for (unsigned i = 0; i < c->count; i++) {
		if (c->directions[i].from >= 0)
			close(c->directions[i].from);
		fifo_close(&c->directions[i].fifo);
	}
	frames_free(c->frames);
}

bool cable_run(const struct cable_config *config, void (*ready)(void *),
	       void *argument, struct error *e)
{
	struct cable c = { .count = 0 };
	bool ok;

	/* the default, 50 us, would be added to every delay */
	prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
	ok = open_cable(&c, config, e);
	if (ok && ready)
		ready(argument);
	if (ok)
		loop(&c);
	close_cable(&c);
	return ok;
}
