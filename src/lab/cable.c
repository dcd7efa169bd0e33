/*
 * One loop over all directions of all links: send what is due, wait until
 * the next frame is due or one arrives, take in what has arrived. Times are
 * kept to what the kernel's high-resolution timers give (tens of us), and
 * always on the late side.
 *
 * What the link model makes late has a lane of its own. In each lane the due
 * times never decrease, so both are queues, and the next frame is the first
 * of one of them.
 */
#include "lab/cable.h"

#include "base/clock.h"
#include "lab/fifo.h"
#include "gateway/frame.h"
#include "nat/packet_fingerprint.h"
#include "wire/ethernet.h"

#include <errno.h>
#include <net/ethernet.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define DIRECTIONS (2 * CABLE_LINKS)
/* A report is worth it if it says so much more: a quarter, and that. */
#define WORTH_IT 4
#define LATE_LEAST (NS_PER_MS / 4)
#define ON_THE_WAY ((size_t)64 << 20)	/* 12 Gbit/s for 40 ms */

enum { ON_TIME, LATE, LANES };

struct direction {
	int from, to;			/* sockets */
	struct link_model model;
	struct packet_fingerprint identity;	/* of its packets */
	struct fifo lanes[LANES];	/* LATE has no room where nothing is */
};

struct cable {
	unsigned count;			/* of directions */
	struct direction directions[DIRECTIONS];
	struct pollfd fds[DIRECTIONS + 1];	/* from; last: orders */
	int orders;
	uint64_t seed;			/* the last order's first */
	int64_t late;			/* how late the latest frame was sent,
					   as told */
	uint64_t lost, lost_told;	/* packets */
	struct frame_buffers *frames;
};

/* How far a lane has been looked through. */
struct cursor {
	size_t at;
	unsigned passed;
	struct fifo_record next;	/* due TIME_NEVER: none is left */
};

static void look(const struct fifo *lane, struct cursor *c)
{
	if (c->passed < lane->count)
		fifo_next(lane, &c->at, &c->next);
	else
		c->next.due = TIME_NEVER;
}

/*
 * gather - the frames that are due, of all lanes, in the order of their
 * times; FRAME_BATCH at most
 * @first: when the first of them was due
 * @next:  when the one after them is due
 * Return: how many
 */
static unsigned gather(const struct direction *d, int64_t now,
		       struct cursor cursors[LANES],
		       struct iovec frames[FRAME_BATCH], int64_t *first,
		       int64_t *next)
{
	unsigned count = 0;

	for (unsigned i = 0; i < LANES; i++) {
		cursors[i] = (struct cursor){ .at = d->lanes[i].first };
		look(&d->lanes[i], &cursors[i]);
	}
	for (;;) {
		unsigned i = cursors[LATE].next.due < cursors[ON_TIME].next.due
			? LATE : ON_TIME;
		const struct fifo_record *r = &cursors[i].next;

		*next = r->due;
		if (r->due > now || count == FRAME_BATCH)
			return count;
		if (!count)
			*first = r->due;
		frames[count++] = (struct iovec){ r->bytes, r->length };
		cursors[i].passed++;
		look(&d->lanes[i], &cursors[i]);
	}
}

/* report - if it is worth it: the latest frame so far is @late */
static void report(struct cable *c, int64_t late)
{
	struct cable_report r = { .seed = c->seed, .lost = c->lost };

	if (late >= c->late + c->late / WORTH_IT + LATE_LEAST)
		c->late = late;
	else if (c->lost == c->lost_told)
		return;
	c->lost_told = c->lost;
	r.late = c->late;
	send(c->orders, &r, sizeof(r), MSG_NOSIGNAL | MSG_DONTWAIT);
}

/* Return: when the next frame is due */
static int64_t send_due(struct cable *c, struct direction *d, int64_t now)
{
	struct iovec frames[FRAME_BATCH];
	struct cursor cursors[LANES];
	int64_t next;
	int64_t first = now;
	unsigned count = gather(d, now, cursors, frames, &first, &next);

	if (!count)
		return next;
	report(c, now - first);
	/* what finds no room is lost, as on any link that is too slow */
	frame_send(d->to, frames, count);
	for (unsigned i = 0; i < LANES; i++)
		fifo_drop(&d->lanes[i], cursors[i].passed);
	return next;
}

/* which - @f is; fates that are not drawn don't ask */
static uint64_t which(struct direction *d, const struct frame *f)
{
	bool ip = f->length > FRAME_IP &&
		ethernet_type(f->bytes + FRAME_VIRTIO) == ETHERTYPE_IP;

	if (!d->model.draws)
		return 0;
	return packet_fingerprint(&d->identity, f->bytes + FRAME_IP,
			   ip ? f->length - FRAME_IP : 0);
}

/* accept_frame - into the link; what finds no room in a lane is lost
   Return: false if all of it is */
static bool accept_frame(struct direction *d, int64_t now,
			 const struct frame *f)
{
	unsigned kept = 0;
	struct link_fate fate = link_input(&d->model, now,
					   f->length - FRAME_VIRTIO,
					   which(d, f));

	for (unsigned i = 0; i < fate.copies; i++)
		kept += fifo_put(&d->lanes[fate.late ? LATE : ON_TIME],
				 fate.due, f->bytes, f->length);
	return kept;
}

static void take_in(struct cable *c, struct direction *d)
{
	struct frame frames[FRAME_BATCH];
	unsigned count = frame_receive(d->from, c->frames, frames);
	int64_t now = clock_now();

	for (unsigned i = 0; i < count; i++)
		c->lost += !frames[i].truncated &&
			   !accept_frame(d, now, &frames[i]);
	report(c, 0);
}

static void clear(struct cable *c, struct direction *d, uint64_t seed)
{
	struct frame frames[FRAME_BATCH];
	struct link_config config = d->model.config;

	while (frame_receive(d->from, c->frames, frames))
		;
	for (unsigned i = 0; i < LANES; i++)
		fifo_drop(&d->lanes[i], d->lanes[i].count);
	config.seed = seed;
	link_init(&d->model, &config);
	if (d->model.draws)
		memset(&d->identity, 0, sizeof(d->identity));
}

/* obey - Return: false when there are no more orders */
static bool obey(struct cable *c)
{
	struct cable_order order;
	ssize_t n = recv(c->orders, &order, sizeof(order), MSG_DONTWAIT);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return true;
	if (n != (ssize_t)sizeof(order))
		return false;
	c->seed = order.seed[0][0];
	c->late = 0;
	c->lost = c->lost_told = 0;
	for (unsigned i = 0; i < c->count; i++)
		clear(c, &c->directions[i], order.seed[i / 2][i % 2]);
	return send(c->orders, &order.seed[0][0], sizeof(order.seed[0][0]),
		    MSG_NOSIGNAL) > 0;
}

static int64_t send_all_due(struct cable *c)
{
	int64_t now = clock_now(), next = TIME_NEVER;

	for (unsigned i = 0; i < c->count; i++) {
		int64_t due = send_due(c, &c->directions[i], now);

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
		if (c->fds[c->count].revents && !obey(c))
			return;
		for (unsigned i = 0; i < c->count; i++)
			if (c->fds[i].revents)
				take_in(c, &c->directions[i]);
	}
}

static bool open_lanes(struct direction *d, const struct link_config *config,
		       struct error *e)
{
	bool ok = fifo_open(&d->lanes[ON_TIME], ON_THE_WAY) &&
		(!(config->reorder > 0) ||
		 fifo_open(&d->lanes[LATE], ON_THE_WAY));

	return ok || error_set(e, ERROR_FAILED, "no memory for the cable");
}

/* open_link - its two directions, which share two sockets */
static bool open_link(struct cable *c, const struct cable_link *l,
		      struct error *e)
{
	struct direction *d = &c->directions[c->count];

	c->count += 2;
	for (unsigned i = 0; i < 2; i++) {
		d[i].from = d[i].to = -1;
		link_init(&d[i].model, &l->config[i]);
	}
	for (unsigned i = 0; i < 2; i++) {
		if (!open_lanes(&d[i], &l->config[i], e))
			return false;
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
	c->orders = config->orders;
	for (unsigned i = 0; i < config->count; i++)
		if (!open_link(c, &config->links[i], e))
			return false;
	for (unsigned i = 0; i < c->count; i++)
		c->fds[i] = (struct pollfd){
			.fd = c->directions[i].from,
			.events = POLLIN,
		};
	c->fds[c->count] = (struct pollfd){
		.fd = config->orders,
		.events = POLLIN,
	};
	c->frames = frame_buffers_new();
	return c->frames || error_set(e, ERROR_FAILED,
				      "no memory for the cable");
}

static void close_cable(struct cable *c)
{
	for (unsigned i = 0; i < c->count; i++) {
		if (c->directions[i].from >= 0)
			close(c->directions[i].from);
		for (unsigned lane = 0; lane < LANES; lane++)
			fifo_close(&c->directions[i].lanes[lane]);
	}
	frame_buffers_free(c->frames);
}

bool cable_run(const struct cable_config *config, void (*ready)(void *),
	       void *argument, struct error *e)
{
	/* of its pages only those of links that draw are ever touched */
	struct cable *c = calloc(1, sizeof(*c));
	bool ok;

	if (!c)
		return error_set(e, ERROR_FAILED, "no memory for the cable");
	/* the default, 50 us, would be added to every delay */
	prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
	ok = open_cable(c, config, e);
	if (ok && ready)
		ready(argument);
	if (ok)
		loop(c);
	close_cable(c);
	free(c);
	return ok;
}
