/*
 * Two interfaces, one engine, one poll. A batch is read from one side,
 * each packet is given to the engine, what it forwards leaves on the other
 * side and what it answers on the same one, each as one batch. Nothing is
 * queued, nothing is timed: a packet that finds no room is lost, and told.
 *
 * The interfaces have no addresses, so the kernel's own stack, which sees
 * every packet too, says nothing (linux.md 5). The box answers no ARP
 * either: neighbours are told, on both sides.
 */
#include "nat/box.h"

#include "base/clock.h"
#include "nat/frame.h"
#include "wire/bytes.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define ETHERTYPE_AT 12
#define ETHERTYPE_IPV4 0x0800
#define IPV4_DESTINATION_AT 16
#define MAC 6

struct queue {
	struct iovec frames[FRAME_BATCH];
	unsigned count;
};

struct side {
	int socket;
	uint8_t mac[MAC];
	const struct box_neighbour *neighbours;
	struct queue queue;		/* to leave on it */
};

struct box {
	const struct box_config *config;
	struct nat *nat;
	struct frames *frames;
	struct side sides[2];		/* by enum nat_side */
	uint8_t replies[FRAME_BATCH][FRAME_IP + NAT_REPLY_ROOM];
};

/* neighbour - whose address that is, or who takes all others; or NULL */
static const uint8_t *neighbour(const struct side *s, uint32_t address)
{
	static const uint8_t none[MAC];
	const uint8_t *any = NULL;

	for (unsigned i = 0; i < BOX_NEIGHBOURS; i++) {
		const struct box_neighbour *n = &s->neighbours[i];

		if (!memcmp(n->mac, none, MAC))
			continue;	/* an unused row */
		if (n->address == address)
			return n->mac;
		if (!n->address)
			any = n->mac;
	}
	return any;
}

static void enqueue(struct side *s, uint8_t *frame, size_t length)
{
	s->queue.frames[s->queue.count++] = (struct iovec){ frame, length };
}

/* tell - report a packet as it came; an observer that is behind misses it */
static void tell(const struct box *b, struct box_report *r, int64_t now,
		 enum nat_side side, enum nat_verdict verdict,
		 const char *reason)
{
	if (b->config->report < 0)
		return;
	r->at = now;
	r->side = (uint8_t)side;
	r->verdict = (uint8_t)verdict;
	strncpy(r->reason, reason, sizeof(r->reason) - 1);
	send(b->config->report, r, sizeof(*r), MSG_DONTWAIT | MSG_NOSIGNAL);
}

/* Return: false when nobody is known to live there */
static bool forward(struct side *out, const struct frame *f)
{
	uint8_t *ethernet = f->bytes + FRAME_VIRTIO;
	const uint8_t *mac = neighbour(out, get32(f->bytes + FRAME_IP +
						  IPV4_DESTINATION_AT));

	if (!mac)
		return false;
	memcpy(ethernet, mac, MAC);
	memcpy(ethernet + MAC, out->mac, MAC);
	enqueue(out, f->bytes, f->length);
	return true;
}

/* answer - back to whom the frame came from */
static void answer(struct box *b, struct side *in, const struct frame *f,
		   const struct nat_result *result)
{
	uint8_t *reply = b->replies[in->queue.count];
	uint8_t *ethernet = reply + FRAME_VIRTIO;

	memset(reply, 0, FRAME_VIRTIO);
	memcpy(ethernet, f->bytes + FRAME_VIRTIO + MAC, MAC);
	memcpy(ethernet + MAC, in->mac, MAC);
	put16(ethernet + ETHERTYPE_AT, ETHERTYPE_IPV4);
	memcpy(reply + FRAME_IP, result->reply, result->reply_length);
	enqueue(in, reply, FRAME_IP + result->reply_length);
}

static bool is_for_us(const struct side *s, const struct frame *f)
{
	const uint8_t *ethernet = f->bytes + FRAME_VIRTIO;

	return f->length > FRAME_IP && !memcmp(ethernet, s->mac, MAC) &&
		get16(ethernet + ETHERTYPE_AT) == ETHERTYPE_IPV4;
}

static void translate(struct box *b, enum nat_side side,
		      const struct frame *f, int64_t now)
{
	struct side *in = &b->sides[side];
	struct virtio_net_hdr virtio;
	struct nat_result result;
	struct box_report report = { 0 };
	struct nat_packet packet = {
		.bytes = f->bytes + FRAME_IP,
		.length = f->length - FRAME_IP,
	};

	report.length = (uint8_t)(packet.length < sizeof(report.bytes) ?
				  packet.length : sizeof(report.bytes));
	memcpy(report.bytes, packet.bytes, report.length);
	if (f->cut) {
		tell(b, &report, now, side, NAT_DROP, "cut short");
		return;
	}
	memcpy(&virtio, f->bytes, sizeof(virtio));
	packet.partial = virtio.flags & VIRTIO_NET_HDR_F_NEEDS_CSUM;
	result.reason = "";
	nat_input(b->nat, side, &packet, now, &result);
	if (result.verdict == NAT_REPLY)
		answer(b, in, f, &result);
	else if (result.verdict == NAT_FORWARD &&
		 !forward(&b->sides[!side], f))
		tell(b, &report, now, side, NAT_DROP, "no neighbour for it");
	if (result.verdict != NAT_FORWARD || result.reason[0])
		tell(b, &report, now, side, result.verdict, result.reason);
}

static void flush(const struct box *b, enum nat_side side, struct queue *q,
		  int64_t now)
{
	unsigned lost;

	if (!q->count)
		return;
	lost = frame_send(b->sides[side].socket, q->frames, q->count);
	q->count = 0;
	for (; lost; lost--) {
		struct box_report report = { 0 };

		tell(b, &report, now, !side, NAT_DROP, "no room to send it");
	}
}

static void serve(struct box *b, enum nat_side side)
{
	struct frame frames[FRAME_BATCH];
	unsigned count = frame_receive(b->sides[side].socket, b->frames,
				       frames);
	int64_t now = clock_now();

	for (unsigned i = 0; i < count; i++)
		if (is_for_us(&b->sides[side], &frames[i]))
			translate(b, side, &frames[i], now);
	flush(b, !side, &b->sides[!side].queue, now);
	flush(b, side, &b->sides[side].queue, now);
}

static void loop(struct box *b)
{
	struct pollfd fds[] = {
		{ .fd = b->sides[NAT_INSIDE].socket, .events = POLLIN },
		{ .fd = b->sides[NAT_OUTSIDE].socket, .events = POLLIN },
		{ .fd = b->config->stop, .events = POLLIN },
	};

	for (;;) {
		if (poll(fds, 3, -1) < 0 && errno != EINTR)
			return;
		if (fds[2].revents)
			return;
		if (fds[0].revents)
			serve(b, NAT_INSIDE);
		if (fds[1].revents)
			serve(b, NAT_OUTSIDE);
	}
}

static bool open_side(struct side *s, const char *interface,
		      const struct box_neighbour *neighbours, struct error *e)
{
	s->neighbours = neighbours;
	s->socket = frame_open(interface, e);
	return s->socket >= 0 && frame_mac(s->socket, interface, s->mac, e);
}

static bool open_box(struct box *b, struct error *e)
{
	const struct box_config *c = b->config;

	if (!open_side(&b->sides[NAT_INSIDE], c->inside,
		       c->inside_neighbours, e) ||
	    !open_side(&b->sides[NAT_OUTSIDE], c->outside,
		       c->outside_neighbours, e))
		return false;
	b->nat = nat_new(&c->nat);
	b->frames = frames_new();
	if (!b->nat || !b->frames)
		return error_set(e, ERROR_FAILED, "no memory for a NAT");
	return true;
}

static void close_box(struct box *b)
{
	for (int i = 0; i < 2; i++)
		if (b->sides[i].socket >= 0)
			close(b->sides[i].socket);
	if (b->nat)
		nat_free(b->nat);
	frames_free(b->frames);
}

bool box_run(const struct box_config *config, void (*ready)(void *),
	     void *argument, struct error *e)
{
	struct box b = {
		.config = config,
		.sides = { { .socket = -1 }, { .socket = -1 } },
	};
	bool ok = open_box(&b, e);

	if (ok && ready)
		ready(argument);
	if (ok)
		loop(&b);
	close_box(&b);
	return ok;
}
