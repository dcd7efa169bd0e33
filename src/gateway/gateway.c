/*
 * Two interfaces, one engine, one poll. A batch is taken from one side's ring,
 * each packet is given to the engine, what it forwards leaves on the other
 * side and what it answers on the same one, each as one batch. No more is
 * queued than the engine holds back and what waits for a neighbour: a packet
 * that finds no room is lost, and told.
 */
#include "gateway/gateway.h"

#include "base/clock.h"
#include "gateway/offload.h"
#include "gateway/frame.h"
#include "gateway/interface.h"
#include "wire/ethernet.h"
#include "wire/ipv4.h"
#include "wire/ipv6.h"
#include "wire/tcp.h"
#include "wire/udp.h"

#include <errno.h>
#include <net/ethernet.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { MAC = 6 };

struct gateway {
	const struct gateway_config *config;
	struct nat_config made_as;	/* the engine */
	struct nat *nat;
	struct frame_buffers *frames;
	struct interface sides[2];		/* by enum nat_side */
	struct offload *fast;		/* NULL: all packets come here */
	struct drop_reasons reasons;
	unsigned made_count;
	uint8_t made[FRAME_BATCH][FRAME_MAX];	/* the engine's own packets */
};

struct nat *gateway_nat(struct gateway *b)
{
	return b->nat;
}

const struct drop_reasons *gateway_reasons(const struct gateway *b)
{
	return &b->reasons;
}

void gateway_reload(struct gateway *b, const struct profile *profile,
		    int64_t now)
{
	nat_reload(b->nat, profile, now);
	if (b->config->resolve)
		neighbours_set_count(b->sides[NAT_OUTSIDE].neighbours,
				     (uint32_t)profile->addresses);
}

/* tell - report a packet as it came; an observer that is behind misses it */
static void tell(const struct gateway *b, struct gateway_report *r, int64_t now,
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

/* refuse - count a packet that is dropped or answered */
static void refuse(struct gateway *b, enum nat_side side,
		   enum nat_verdict verdict, const char *reason,
		   const struct nat_packet *packet)
{
	const struct gateway_hooks *h = b->config->hooks;
	struct gateway_refusal r = { .side = side };

	r.row = drop_reasons_count(&b->reasons, verdict, reason);
	if (packet) {
		r.bytes = packet->bytes;
		r.length = packet->length;
	}
	if (h && h->refused)
		h->refused(h->argument, b, &r);
}

/* count_lost - of packets that were to leave on @side */
static void count_lost(struct gateway *b, enum nat_side side, unsigned count,
		       const char *reason, int64_t now)
{
	for (; count; count--) {
		struct gateway_report report = { 0 };

		refuse(b, !side, NAT_DROP, reason, NULL);
		tell(b, &report, now, !side, NAT_DROP, reason);
	}
}

/* flush - send all that is queued; then no frame is in use any more */
static void flush(struct gateway *b, int64_t now)
{
	for (int i = NAT_OUTSIDE; i >= NAT_INSIDE; i--) {
		struct interface *s = &b->sides[i];

		interface_flush(s);
		if (!s->crowded)
			continue;
		count_lost(b, (enum nat_side)i, s->crowded,
			   "no room to send it", now);
		s->crowded = 0;
	}
	b->made_count = 0;
}

/* make - a frame around a packet of the engine's own */
static uint8_t *make(struct gateway *b, const uint8_t *bytes, size_t length,
		     int64_t now)
{
	uint8_t *frame;

	if (b->made_count == FRAME_BATCH)
		flush(b, now);
	frame = b->made[b->made_count++];
	memset(frame, 0, FRAME_VIRTIO);
	ethernet_set_type(frame + FRAME_VIRTIO, ip_version(bytes) == 6 ?
			  ETHERTYPE_IPV6 : ETHERTYPE_IP);
	memcpy(frame + FRAME_IP, bytes, length);
	return frame;
}

/* outputs - what the engine sends of its own accord */
static void outputs(struct gateway *b, int64_t now)
{
	struct nat_output out;

	while (nat_output(b->nat, now, &out)) {
		struct nat_packet packet = { .length = out.length };
		uint8_t *frame;
		const char *reason;

		if (!out.length || out.length > FRAME_MAX - FRAME_IP)
			continue;
		frame = make(b, out.bytes, out.length, now);
		packet.bytes = frame + FRAME_IP;
		reason = interface_send(&b->sides[out.side], frame,
					FRAME_IP + out.length, now);
		if (reason)
			refuse(b, !out.side, NAT_DROP, reason, &packet);
	}
}

/* segment - the longest packet that a segment will be cut into; 0: none */
static size_t segment(const struct virtio_net_hdr *v,
		      const struct nat_packet *p)
{
	int type = v->gso_type & ~VIRTIO_NET_HDR_GSO_ECN;
	size_t at, header = UDP_HEADER;

	if (type == VIRTIO_NET_HDR_GSO_NONE)
		return 0;
	at = ip_version(p->bytes) == 6 ? IPV6_HEADER :
		ipv4_header_length(p->bytes);
	if (v->flags & VIRTIO_NET_HDR_F_NEEDS_CSUM &&
	    v->csum_start > FRAME_ETHERNET)
		at = v->csum_start - (size_t)FRAME_ETHERNET;
	if (at + TCP_OFFSET_AT >= p->length)
		return p->length;
	if (type == VIRTIO_NET_HDR_GSO_TCPV4 ||
	    type == VIRTIO_NET_HDR_GSO_TCPV6)
		header = tcp_header_length(p->bytes + at);
	return at + header + v->gso_size;
}

/* may_bring_more - does the engine hold other packets for this one? */
static bool may_bring_more(const struct nat_packet *p)
{
	if (ip_version(p->bytes) == 6)
		return p->length >= IPV6_HEADER &&
			ipv6_next_header(p->bytes) == IPV6_FRAGMENT;
	return p->length >= IPV4_HEADER && ipv4_is_fragment(p->bytes);
}

/* carry_out - do with a frame what the engine says; Return: as interface_send()
   */
static const char *carry_out(struct gateway *b, enum nat_side side,
			     const struct frame *f, const struct nat_result *r,
			     int64_t now)
{
	struct interface *in = &b->sides[side], *out = &b->sides[!side];
	uint8_t *frame;

	switch (r->verdict) {
	case NAT_FORWARD:
		return interface_send(out, f->bytes, f->length, now);
	case NAT_RETURN:
		return interface_send(in, f->bytes, f->length, now);
	case NAT_REPLY:
		frame = make(b, r->reply, r->reply_length, now);
		interface_send_to(in, frame, FRAME_IP + r->reply_length,
				  f->bytes + FRAME_VIRTIO + MAC);
		break;
	case NAT_DROP:
	case NAT_HELD:
		break;
	}
	return NULL;
}

static void begin_report(const struct gateway *b, const struct nat_packet *p,
			 struct gateway_report *r)
{
	if (b->config->report < 0)
		return;
	memset(r, 0, sizeof(*r));
	r->length = (uint8_t)(p->length < sizeof(r->bytes) ?
			      p->length : sizeof(r->bytes));
	memcpy(r->bytes, p->bytes, r->length);
}

/* judge - what becomes of a packet */
static void judge(struct gateway *b, enum nat_side side, bool cut,
		  struct nat_packet *packet, int64_t now,
		  struct nat_result *out)
{
	out->verdict = NAT_DROP;
	out->reason = "cut short";
	if (!cut)
		nat_input(b->nat, side, packet, now, out);
}

static void translate(struct gateway *b, enum nat_side side,
		      const struct frame *f, int64_t now)
{
	struct virtio_net_hdr virtio;
	struct nat_result result;
	struct gateway_report report;
	struct nat_packet packet = {
		.bytes = f->bytes + FRAME_IP,
		.length = f->length - FRAME_IP,
	};
	const char *lost;

	frame_complete_checksum(f);
	begin_report(b, &packet, &report);
	memcpy(&virtio, f->bytes, sizeof(virtio));
	packet.partial = virtio.flags & VIRTIO_NET_HDR_F_NEEDS_CSUM;
	packet.segment = segment(&virtio, &packet);
	judge(b, side, f->cut, &packet, now, &result);
	if (result.verdict == NAT_DROP || result.verdict == NAT_REPLY) {
		refuse(b, side, result.verdict, result.reason, &packet);
		tell(b, &report, now, side, result.verdict, result.reason);
	}
	lost = carry_out(b, side, f, &result, now);
	if (lost) {
		refuse(b, side, NAT_DROP, lost, &packet);
		tell(b, &report, now, side, NAT_DROP, lost);
	}
	if (b->fast && result.verdict == NAT_FORWARD && !lost)
		offload_offer(b->fast, now);
	if (result.verdict == NAT_HELD || may_bring_more(&packet))
		outputs(b, now);
}

static bool is_ip(const struct frame *f)
{
	uint16_t type = ethernet_type(f->bytes + FRAME_VIRTIO);

	return type == ETHERTYPE_IP || type == ETHERTYPE_IPV6;
}

/* serve - what has arrived on @side; Return: how many frames */
static unsigned serve(struct gateway *b, enum nat_side side)
{
	struct interface *s = &b->sides[side];
	struct frame frames[FRAME_BATCH];
	unsigned count = frame_receive(s->socket, b->frames, frames);
	int64_t now = clock_now();

	for (unsigned i = 0; i < count; i++) {
		const struct frame *f = &frames[i];

		if (!interface_is_addressed(s, f) ||
		    interface_take_neighbour(s, f, now))
			continue;
		if (is_ip(f) && !(f->bytes[FRAME_VIRTIO] & 1))
			translate(b, side, f, now);
	}
	flush(b, now);
	return count;
}

int64_t gateway_wake(const struct gateway *b)
{
	int64_t at = nat_wake(b->nat);
	int64_t due = offload_wake(b->fast);

	for (int i = 0; i < 2; i++) {
		int64_t other = interface_wake(&b->sides[i]);

		at = other < at ? other : at;
	}
	return due < at ? due : at;
}

/* settle - what is due: the engine's own packets, neighbours */
static void settle(struct gateway *b, int64_t now)
{
	if (nat_wake(b->nat) <= now) {
		outputs(b, now);
		flush(b, now);
	}
	for (int i = 0; i < 2; i++) {
		struct interface *s = &b->sides[i];

		if (!s->neighbours)
			continue;
		interface_send_neighbour(s, now);
		count_lost(b, (enum nat_side)i,
			   neighbours_dropped(s->neighbours),
			   "no neighbour for it", now);
	}
	flush(b, now);
}

/* wait - until something is there or due; false: an error */
static bool wait(const struct gateway *b, struct pollfd fds[GATEWAY_FDS])
{
	struct timespec left, *timeout;
	int64_t until = gateway_wake(b);

	timeout = until == TIME_NEVER ? NULL :
		clock_remaining(clock_now(), until, &left);
	if (ppoll(fds, GATEWAY_FDS, timeout, NULL) >= 0)
		return true;
	for (int i = 0; i < GATEWAY_FDS; i++)
		fds[i].revents = 0;
	return errno == EINTR;
}

/* renew - Return: false when there is no memory for it */
static bool renew(struct gateway *b, const struct gateway_reset *order)
{
	nat_free(b->nat);
	b->made_as.profile = order->profile;
	b->made_as.seed = order->seed;
	b->made_as.sessions = order->sessions;
	b->nat = nat_new(&b->made_as);
	memset(&b->reasons, 0, sizeof(b->reasons));
	return b->nat;
}

/* obey - Return: false when there are no more orders */
static bool obey(struct gateway *b)
{
	struct gateway_reset order;
	ssize_t n =
		recv(b->config->control, &order, sizeof(order), MSG_DONTWAIT);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return true;
	if (n != (ssize_t)sizeof(order))
		return false;
	while (serve(b, NAT_INSIDE) || serve(b, NAT_OUTSIDE))
		;
	return renew(b, &order) && send(b->config->control, &order.seed,
					sizeof(order.seed), MSG_NOSIGNAL) > 0;
}

enum { FD_INSIDE, FD_OUTSIDE, FD_STOP, FD_WAKE, FD_ORDERS };

void gateway_fds(const struct gateway *b, struct pollfd fds[GATEWAY_FDS])
{
	const struct gateway_hooks *h = b->config->hooks;
	const int of[GATEWAY_FDS] = {
		[FD_INSIDE] = b->sides[NAT_INSIDE].socket,
		[FD_OUTSIDE] = b->sides[NAT_OUTSIDE].socket,
		[FD_STOP] = b->config->stop,
		[FD_WAKE] = h && h->woken ? h->wake : -1,
		[FD_ORDERS] = b->config->control,
	};

	for (int i = 0; i < GATEWAY_FDS; i++)
		fds[i] = (struct pollfd){ .fd = of[i], .events = POLLIN };
}

bool gateway_serve(struct gateway *b, const struct pollfd fds[GATEWAY_FDS])
{
	const struct gateway_hooks *h = b->config->hooks;

	if (fds[FD_STOP].revents || (fds[FD_ORDERS].revents && !obey(b)))
		return false;
	/* before the engine forgets whom it hasn't heard of */
	offload_settle(b->fast, clock_now());
	if (fds[FD_INSIDE].revents)
		serve(b, NAT_INSIDE);
	if (fds[FD_OUTSIDE].revents)
		serve(b, NAT_OUTSIDE);
	settle(b, clock_now());
	if (h && fds[FD_WAKE].revents) {
		offload_collect(b->fast, clock_now());
		if (!h->woken(h->argument, b))
			return false;
	}
	if (h && h->settled)
		h->settled(h->argument);
	return true;
}

static bool open_box(struct gateway *b, struct error *e)
{
	const struct gateway_config *c = b->config;

	if (!interface_open(&b->sides[NAT_INSIDE], c, NAT_INSIDE, e) ||
	    !interface_open(&b->sides[NAT_OUTSIDE], c, NAT_OUTSIDE, e))
		return false;
	b->made_as = c->nat;
	b->nat = nat_new(&b->made_as);
	b->frames = frame_buffers_new();
	if (!b->nat || !b->frames)
		return error_set(e, ERROR_FAILED, "no memory for a NAT");
	if (c->fast)
		b->fast = offload_open(c, b->nat, b->sides, c->slow);
	return true;
}

struct gateway *gateway_open(const struct gateway_config *config,
			     struct error *e)
{
	struct gateway *b = calloc(1, sizeof(*b));

	if (!b) {
		error_set(e, ERROR_FAILED, "no memory for a NAT");
		return NULL;
	}
	b->config = config;
	b->sides[NAT_INSIDE].socket = b->sides[NAT_OUTSIDE].socket = -1;
	if (open_box(b, e))
		return b;
	gateway_close(b);
	return NULL;
}

void gateway_close(struct gateway *b)
{
	if (!b)
		return;
	offload_close(b->fast);
	for (int i = 0; i < 2; i++)
		interface_close(&b->sides[i]);
	nat_free(b->nat);
	frame_buffers_free(b->frames);
	free(b);
}

bool gateway_run(const struct gateway_config *config, void (*ready)(void *),
		 void *argument, struct error *e)
{
	struct gateway *b = gateway_open(config, e);
	struct pollfd fds[GATEWAY_FDS];

	if (!b)
		return false;
	if (ready)
		ready(argument);
	gateway_fds(b, fds);
	while (wait(b, fds) && gateway_serve(b, fds))
		;
	gateway_close(b);
	return true;
}
