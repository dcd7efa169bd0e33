/*
 * One loop over all directions of all links: send the frames that are due, wait
 * until the next is due or a frame arrives, and queue those that have arrived.
 * Frames are sent as exactly as the kernel's high-resolution timers allow (tens
 * of us), and never early.
 *
 * A direction has two queues: packets that the link model holds back
 * (reordering) have their own. In each queue the due times never decrease, so
 * the next frame is the first of one of the two.
 */
#include "lab/link_emulator.h"

#include "base/clock.h"
#include "gateway/frame.h"
#include "lab/delay_queue.h"
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

#define DIRECTIONS (2 * EMULATED_LINKS)
/* A lateness is reported if it is larger than the last one reported by a
   quarter of that and this. */
#define REPORT_SHARE 4
#define REPORT_LEAST (NS_PER_MS / 4)
#define QUEUE_SIZE ((size_t)64 << 20)	/* 12 Gbit/s for 40 ms */

enum { IN_ORDER, HELD_BACK, QUEUES };

struct link_direction {
	int from, to;			/* sockets */
	struct link_model model;
	struct packet_fingerprint fingerprint;
	struct delay_queue queues[QUEUES];	/* HELD_BACK is open only with
						   reordering */
};

struct link_emulator {
	unsigned count;			/* of directions */
	struct link_direction directions[DIRECTIONS];
	struct pollfd fds[DIRECTIONS + 1];	/* from; last: control */
	int control;
	uint64_t seed;			/* the last reset's first */
	int64_t late;			/* the largest lateness reported, ns */
	uint64_t lost, lost_reported;	/* packets */
	struct frame_buffers *buffers;
};

/* A position in a queue. */
struct queue_cursor {
	size_t at;
	unsigned passed;
	struct delay_queue_record next;	/* due TIME_NEVER: none is left */
};

static void read_next(const struct delay_queue *queue, struct queue_cursor *c)
{
	if (c->passed < queue->count)
		delay_queue_next(queue, &c->at, &c->next);
	else
		c->next.due = TIME_NEVER;
}

/*
 * gather_due - collect the frames of both queues that are due, in the order of
 * their times; at most FRAME_BATCH
 * @first: when the first of them was due
 * @next:  when the frame after them is due
 * Return: how many they are
 */
static unsigned gather_due(const struct link_direction *d, int64_t now,
			   struct queue_cursor cursors[QUEUES],
			   struct iovec frames[FRAME_BATCH], int64_t *first,
			   int64_t *next)
{
	unsigned count = 0;

	for (unsigned i = 0; i < QUEUES; i++) {
		cursors[i] = (struct queue_cursor){ .at = d->queues[i].first };
		read_next(&d->queues[i], &cursors[i]);
	}
	for (;;) {
		unsigned i = cursors[HELD_BACK].next.due <
			     cursors[IN_ORDER].next.due ? HELD_BACK : IN_ORDER;
		const struct delay_queue_record *r = &cursors[i].next;

		*next = r->due;
		if (r->due > now || count == FRAME_BATCH)
			return count;
		if (!count)
			*first = r->due;
		frames[count++] = (struct iovec){ r->bytes, r->length };
		cursors[i].passed++;
		read_next(&d->queues[i], &cursors[i]);
	}
}

/* report - send a report if the lateness @late is larger than reported before,
   or packets were lost */
static void report(struct link_emulator *m, int64_t late)
{
	struct link_emulator_report r = { .seed = m->seed, .lost = m->lost };

	if (late >= m->late + m->late / REPORT_SHARE + REPORT_LEAST)
		m->late = late;
	else if (m->lost == m->lost_reported)
		return;
	m->lost_reported = m->lost;
	r.late = m->late;
	send(m->control, &r, sizeof(r), MSG_NOSIGNAL | MSG_DONTWAIT);
}

/* send_due - send the frames of the direction that are due; Return: when its
   next frame is due */
static int64_t send_due(struct link_emulator *m, struct link_direction *d,
			int64_t now)
{
	struct iovec frames[FRAME_BATCH];
	struct queue_cursor cursors[QUEUES];
	int64_t first = now, next;
	unsigned count = gather_due(d, now, cursors, frames, &first, &next);

	if (!count)
		return next;
	report(m, now - first);
	/* frames that the socket does not take are lost, as on a slow link */
	frame_send(d->to, frames, count);
	for (unsigned i = 0; i < QUEUES; i++)
		delay_queue_drop(&d->queues[i], cursors[i].passed);
	return next;
}

static int64_t send_all_due(struct link_emulator *m)
{
	int64_t now = clock_now(), next = TIME_NEVER;

	for (unsigned i = 0; i < m->count; i++) {
		int64_t due = send_due(m, &m->directions[i], now);

		next = due < next ? due : next;
	}
	return next;
}

/* fingerprint - compute the fingerprint of the packet in the frame; 0 if the
   link model makes no random choices, and does not need it */
static uint64_t fingerprint(struct link_direction *d, const struct frame *f)
{
	bool ip = f->length > FRAME_IP &&
		ethernet_type(f->bytes + FRAME_VIRTIO) == ETHERTYPE_IP;

	if (!d->model.draws)
		return 0;
	return packet_fingerprint(&d->fingerprint, f->bytes + FRAME_IP,
				  ip ? f->length - FRAME_IP : 0);
}

/* accept_frame - queue the frame's copies; Return: false if all of them are
   lost, by the model or because the queue is full */
static bool accept_frame(struct link_direction *d, int64_t now,
			 const struct frame *f)
{
	struct link_fate fate = link_input(
		&d->model, now, f->length - FRAME_VIRTIO, fingerprint(d, f));
	struct delay_queue *queue = &d->queues[fate.late ? HELD_BACK :
							   IN_ORDER];
	unsigned kept = 0;

	for (unsigned i = 0; i < fate.copies; i++)
		kept += delay_queue_put(queue, fate.due, f->bytes, f->length);
	return kept;
}

static void receive(struct link_emulator *m, struct link_direction *d)
{
	struct frame frames[FRAME_BATCH];
	unsigned count = frame_receive(d->from, m->buffers, frames);
	int64_t now = clock_now();

	for (unsigned i = 0; i < count; i++)
		m->lost += !frames[i].truncated &&
			   !accept_frame(d, now, &frames[i]);
	report(m, 0);
}

static void reset_direction(struct link_emulator *m, struct link_direction *d,
			    uint64_t seed)
{
	struct frame frames[FRAME_BATCH];
	struct link_config config = d->model.config;

	while (frame_receive(d->from, m->buffers, frames))
		;
	for (unsigned i = 0; i < QUEUES; i++)
		delay_queue_drop(&d->queues[i], d->queues[i].count);
	config.seed = seed;
	link_init(&d->model, &config);
	if (d->model.draws)
		memset(&d->fingerprint, 0, sizeof(d->fingerprint));
}

/* obey - receive a message, and reset if it is a reset; Return: false if the
   other end is closed */
static bool obey(struct link_emulator *m)
{
	struct link_emulator_reset order;
	ssize_t n = recv(m->control, &order, sizeof(order), MSG_DONTWAIT);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return true;
	if (n != (ssize_t)sizeof(order))
		return false;
	m->seed = order.seed[0][0];
	m->late = 0;
	m->lost = m->lost_reported = 0;
	for (unsigned i = 0; i < m->count; i++)
		reset_direction(m, &m->directions[i], order.seed[i / 2][i % 2]);
	return send(m->control, &m->seed, sizeof(m->seed), MSG_NOSIGNAL) > 0;
}

static void loop(struct link_emulator *m)
{
	struct timespec left;

	for (;;) {
		int64_t next = send_all_due(m);

		if (ppoll(m->fds, m->count + 1,
			  clock_remaining(clock_now(), next, &left),
			  NULL) < 0) {
			if (errno == EINTR)
				continue;
			return;
		}
		if (m->fds[m->count].revents && !obey(m))
			return;
		for (unsigned i = 0; i < m->count; i++)
			if (m->fds[i].revents)
				receive(m, &m->directions[i]);
	}
}

/* open_link - open the two directions of a link, which share two sockets */
static bool open_link(struct link_emulator *m, const struct emulated_link *l,
		      struct error *e)
{
	struct link_direction *d = &m->directions[m->count];

	m->count += 2;
	for (unsigned i = 0; i < 2; i++) {
		d[i].from = d[i].to = -1;
		link_init(&d[i].model, &l->config[i]);
	}
	for (unsigned i = 0; i < 2; i++) {
		if (!delay_queue_open(&d[i].queues[IN_ORDER], QUEUE_SIZE) ||
		    (l->config[i].reorder > 0 &&
		     !delay_queue_open(&d[i].queues[HELD_BACK], QUEUE_SIZE)))
			return error_set(e, ERROR_FAILED,
					 "out of memory for the link emulator");
		d[i].from = frame_open(l->ends[i], e);
		if (d[i].from < 0)
			return false;
	}
	d[0].to = d[1].from;
	d[1].to = d[0].from;
	return true;
}

static bool open_links(struct link_emulator *m,
		       const struct link_emulator_config *config,
		       struct error *e)
{
	m->control = config->control;
	for (unsigned i = 0; i < config->count; i++)
		if (!open_link(m, &config->links[i], e))
			return false;
	for (unsigned i = 0; i < m->count; i++)
		m->fds[i] = (struct pollfd){
			.fd = m->directions[i].from,
			.events = POLLIN,
		};
	m->fds[m->count] = (struct pollfd){
		.fd = config->control,
		.events = POLLIN,
	};
	m->buffers = frame_buffers_new();
	return m->buffers ||
	       error_set(e, ERROR_FAILED,
			 "out of memory for the link emulator");
}

static void close_links(struct link_emulator *m)
{
	for (unsigned i = 0; i < m->count; i++) {
		if (m->directions[i].from >= 0)
			close(m->directions[i].from);
		for (unsigned q = 0; q < QUEUES; q++)
			delay_queue_close(&m->directions[i].queues[q]);
	}
	frame_buffers_free(m->buffers);
}

bool link_emulator_run(const struct link_emulator_config *config,
		       void (*ready)(void *), void *argument, struct error *e)
{
	/* only the pages of links that make random choices take memory */
	struct link_emulator *m = calloc(1, sizeof(*m));
	bool ok;

	if (!m)
		return error_set(e, ERROR_FAILED,
				 "out of memory for the link emulator");
	/* the default, 50 us, would be added to every delay */
	prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
	ok = open_links(m, config, e);
	if (ok && ready)
		ready(argument);
	if (ok)
		loop(m);
	close_links(m);
	free(m);
	return ok;
}
