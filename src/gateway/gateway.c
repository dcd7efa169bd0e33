/*
 * The way of a packet: frame_receive() takes a batch from one interface;
 * ARP and NDP go to the neighbour table; nat_input() decides about each IP
 * packet; interface_send() finds the next hop and queues it; flush_interfaces()
 * sends each interface's queue as one batch. Nothing else is queued, except by
 * the engine (nat_output()) and for a neighbour that is being resolved. A
 * packet that finds no room is dropped and reported.
 */
#include "gateway/gateway.h"

#include "base/clock.h"
#include "gateway/frame.h"
#include "gateway/interface.h"
#include "gateway/offload.h"
#include "wire/ethernet.h"
#include "wire/ipv4.h"
#include "wire/ipv6.h"
#include "wire/tcp.h"
#include "wire/udp.h"

#include <errno.h>
#include <poll.h>
#include <net/ethernet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

struct gateway {
	const struct gateway_config *config;
	struct nat_config nat_config;	/* of @nat; changes with each reset */
	struct nat *nat;
	struct frame_buffers *buffers;
	struct interface interfaces[2];		/* by enum nat_side */
	struct offload *offload;		/* NULL: none */
	struct drop_reasons reasons;
	unsigned made_count;
	uint8_t made[FRAME_BATCH][FRAME_MAX];	/* frames of packets that the
						   engine has made; in use until
						   flush_interfaces() */
};

struct nat *gateway_nat(struct gateway *g)
{
	return g->nat;
}

const struct drop_reasons *gateway_reasons(const struct gateway *g)
{
	return &g->reasons;
}

void gateway_reload(struct gateway *g, const struct profile *profile,
		    int64_t now)
{
	nat_reload(g->nat, profile, now);
	if (g->config->resolve)
		neighbours_set_count(g->interfaces[NAT_OUTSIDE].neighbours,
				     (uint32_t)profile->addresses);
}

/* send_report - send a report without blocking; a receiver that is too slow
   misses it */
static void send_report(const struct gateway *g, struct gateway_report *r,
			int64_t now, enum nat_side side,
			enum nat_verdict verdict, const char *reason)
{
	if (g->config->report < 0)
		return;
	r->at = now;
	r->side = (uint8_t)side;
	r->verdict = (uint8_t)verdict;
	strncpy(r->reason, reason, sizeof(r->reason) - 1);
	send(g->config->report, r, sizeof(*r), MSG_DONTWAIT | MSG_NOSIGNAL);
}

/* count_refused - count a packet from @side that was dropped or answered */
static void count_refused(struct gateway *g, enum nat_side side,
			  enum nat_verdict verdict, const char *reason,
			  const struct nat_packet *packet)
{
	const struct gateway_hooks *h = g->config->hooks;
	struct gateway_refusal r = { .side = side };

	r.row = drop_reasons_count(&g->reasons, verdict, reason);
	if (packet) {
		r.bytes = packet->bytes;
		r.length = packet->length;
	}
	if (h && h->refused)
		h->refused(h->argument, g, &r);
}

/* drop_queued - count and report @count packets that were queued to leave on
   @side and are lost */
static void drop_queued(struct gateway *g, enum nat_side side, unsigned count,
			const char *reason, int64_t now)
{
	for (; count; count--) {
		struct gateway_report report = { 0 };

		count_refused(g, !side, NAT_DROP, reason, NULL);
		send_report(g, &report, now, !side, NAT_DROP, reason);
	}
}

/* flush_interfaces - send all queued frames; frees the frames in @made */
static void flush_interfaces(struct gateway *g, int64_t now)
{
	for (int side = NAT_OUTSIDE; side >= NAT_INSIDE; side--) {
		struct interface *i = &g->interfaces[side];

		interface_flush(i);
		drop_queued(g, (enum nat_side)side, i->unsent,
			    "no room to send it", now);
		i->unsent = 0;
	}
	g->made_count = 0;
}

/* make_frame - copy an IP packet that the engine has made into a frame */
static uint8_t *make_frame(struct gateway *g, const uint8_t *bytes,
			   size_t length, int64_t now)
{
	uint8_t *frame;

	if (g->made_count == FRAME_BATCH)
		flush_interfaces(g, now);
	frame = g->made[g->made_count++];
	memset(frame, 0, FRAME_VIRTIO);
	ethernet_set_type(frame + FRAME_VIRTIO, ip_version(bytes) == 6 ?
			  ETHERTYPE_IPV6 : ETHERTYPE_IP);
	memcpy(frame + FRAME_IP, bytes, length);
	return frame;
}

/* send_nat_output - send the packets that the engine sends by itself */
static void send_nat_output(struct gateway *g, int64_t now)
{
	struct nat_output out;

	while (nat_output(g->nat, now, &out)) {
		struct nat_packet packet = { .length = out.length };
		uint8_t *frame;
		const char *reason;

		if (!out.length || out.length > FRAME_MAX - FRAME_IP)
			continue;
		frame = make_frame(g, out.bytes, out.length, now);
		packet.bytes = frame + FRAME_IP;
		reason = interface_send(&g->interfaces[out.side], frame,
					FRAME_IP + out.length, now);
		if (reason)
			count_refused(g, !out.side, NAT_DROP, reason, &packet);
	}
}

/*
 * segment_length - find the length of the longest packet that a GSO frame will
 * be cut into: headers and gso_size; 0: it will not be cut
 */
static size_t segment_length(const struct virtio_net_hdr *v,
			     const struct nat_packet *p)
{
	int type = v->gso_type & ~VIRTIO_NET_HDR_GSO_ECN;
	size_t at, header = UDP_HEADER;

	if (type == VIRTIO_NET_HDR_GSO_NONE)
		return 0;
	at = ip_version(p->bytes) == 6 ? IPV6_HEADER :
		ipv4_header_length(p->bytes);
	if (v->flags & VIRTIO_NET_HDR_F_NEEDS_CSUM &&
	    v->csum_start > ETHERNET_HEADER)
		at = v->csum_start - (size_t)ETHERNET_HEADER;
	if (at + TCP_OFFSET_AT >= p->length)
		return p->length;
	if (type == VIRTIO_NET_HDR_GSO_TCPV4 ||
	    type == VIRTIO_NET_HDR_GSO_TCPV6)
		header = tcp_header_length(p->bytes + at);
	return at + header + v->gso_size;
}

/* is_fragment - is the packet a fragment? Then the engine may now release
   fragments that it held. */
static bool is_fragment(const struct nat_packet *p)
{
	if (ip_version(p->bytes) == 6)
		return p->length >= IPV6_HEADER &&
			ipv6_next_header(p->bytes) == IPV6_FRAGMENT;
	return p->length >= IPV4_HEADER && ipv4_is_fragment(p->bytes);
}

/* do_verdict - carry out the engine's verdict. Return: NULL, or why the packet
   was lost nevertheless */
static const char *do_verdict(struct gateway *g, enum nat_side side,
			      const struct frame *f, const struct nat_result *r,
			      int64_t now)
{
	struct interface *in = &g->interfaces[side];
	struct interface *out = &g->interfaces[!side];

	switch (r->verdict) {
	case NAT_FORWARD:
		return interface_send(out, f->bytes, f->length, now);
	case NAT_RETURN:
		return interface_send(in, f->bytes, f->length, now);
	case NAT_REPLY:
		interface_send_to(
			in, make_frame(g, r->reply, r->reply_length, now),
			FRAME_IP + r->reply_length, f->bytes + FRAME_SOURCE);
		break;
	case NAT_DROP:
	case NAT_HELD:
		break;
	}
	return NULL;
}

/* forward_packet - pass the packet to the engine and carry out its verdict */
static void forward_packet(struct gateway *g, enum nat_side side,
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
	if (g->config->report >= 0) {
		memset(&report, 0, sizeof(report));
		report.length = packet.length < sizeof(report.bytes) ?
			(uint8_t)packet.length : sizeof(report.bytes);
		memcpy(report.bytes, packet.bytes, report.length);
	}
	memcpy(&virtio, f->bytes, sizeof(virtio));
	packet.partial = virtio.flags & VIRTIO_NET_HDR_F_NEEDS_CSUM;
	packet.segment = segment_length(&virtio, &packet);
	if (f->truncated) {
		result.verdict = NAT_DROP;
		result.reason = "cut short";
	} else {
		nat_input(g->nat, side, &packet, now, &result);
	}
	if (result.verdict == NAT_DROP || result.verdict == NAT_REPLY) {
		count_refused(g, side, result.verdict, result.reason, &packet);
		send_report(g, &report, now, side, result.verdict,
			    result.reason);
	}
	lost = do_verdict(g, side, f, &result, now);
	if (lost) {
		count_refused(g, side, NAT_DROP, lost, &packet);
		send_report(g, &report, now, side, NAT_DROP, lost);
	}
	if (g->offload && result.verdict == NAT_FORWARD && !lost)
		offload_try(g->offload, now);
	if (result.verdict == NAT_HELD || is_fragment(&packet))
		send_nat_output(g, now);
}

/* receive - receive and handle a batch from one interface. Return: the number
   of frames */
static unsigned receive(struct gateway *g, enum nat_side side)
{
	struct interface *i = &g->interfaces[side];
	struct frame frames[FRAME_BATCH];
	unsigned count = frame_receive(i->socket, g->buffers, frames);
	int64_t now = clock_now();

	for (unsigned n = 0; n < count; n++) {
		const struct frame *f = &frames[n];
		uint16_t type;

		if (!interface_is_addressed(i, f) ||
		    interface_take_neighbour(i, f, now))
			continue;
		type = ethernet_type(f->bytes + FRAME_VIRTIO);
		if ((type == ETHERTYPE_IP || type == ETHERTYPE_IPV6) &&
		    !(f->bytes[FRAME_DESTINATION] & 1))
			forward_packet(g, side, f, now);
	}
	flush_interfaces(g, now);
	return count;
}

static int64_t earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* wake_time - when something is due even without input; TIME_NEVER: never */
static int64_t wake_time(const struct gateway *g)
{
	int64_t at = earlier(nat_wake(g->nat), offload_wake(g->offload));

	at = earlier(at, interface_wake(&g->interfaces[NAT_INSIDE]));
	return earlier(at, interface_wake(&g->interfaces[NAT_OUTSIDE]));
}

/* send_due - send what is due: the engine's packets, ARP and NDP messages, and
   the packets whose next hop is resolved */
static void send_due(struct gateway *g, int64_t now)
{
	if (nat_wake(g->nat) <= now) {
		send_nat_output(g, now);
		flush_interfaces(g, now);
	}
	for (int side = NAT_INSIDE; side <= NAT_OUTSIDE; side++) {
		struct interface *i = &g->interfaces[side];

		if (!i->neighbours)
			continue;
		interface_send_neighbour(i, now);
		drop_queued(g, (enum nat_side)side,
			    neighbours_dropped(i->neighbours),
			    "no neighbour for it", now);
	}
	flush_interfaces(g, now);
}

/* take_reset - serve a reset request. Return: false if no more can come */
static bool take_reset(struct gateway *g)
{
	struct gateway_reset reset;
	ssize_t n =
		recv(g->config->control, &reset, sizeof(reset), MSG_DONTWAIT);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return true;
	if (n != (ssize_t)sizeof(reset))
		return false;
	while (receive(g, NAT_INSIDE) || receive(g, NAT_OUTSIDE))
		;
	nat_free(g->nat);
	g->nat_config.profile = reset.profile;
	g->nat_config.seed = reset.seed;
	g->nat_config.sessions = reset.sessions;
	g->nat = nat_new(&g->nat_config);
	memset(&g->reasons, 0, sizeof(g->reasons));
	return g->nat && send(g->config->control, &reset.seed,
			      sizeof(reset.seed), MSG_NOSIGNAL) > 0;
}

enum { FD_INSIDE, FD_OUTSIDE, FD_STOP, FD_WAKE, FD_CONTROL, FDS };

static void fill_fds(const struct gateway *g, struct pollfd fds[FDS])
{
	const struct gateway_hooks *h = g->config->hooks;
	const int of[FDS] = {
		[FD_INSIDE] = g->interfaces[NAT_INSIDE].socket,
		[FD_OUTSIDE] = g->interfaces[NAT_OUTSIDE].socket,
		[FD_STOP] = g->config->stop,
		[FD_WAKE] = h && h->woken ? h->wake : -1,
		[FD_CONTROL] = g->config->control,
	};

	for (int i = 0; i < FDS; i++)
		fds[i] = (struct pollfd){ .fd = of[i], .events = POLLIN };
}

/* serve - handle the descriptors that are ready, and everything that is due;
   Return: false if the gateway is to end */
static bool serve(struct gateway *g, const struct pollfd fds[FDS])
{
	const struct gateway_hooks *h = g->config->hooks;

	if (fds[FD_STOP].revents || (fds[FD_CONTROL].revents && !take_reset(g)))
		return false;
	/* before the engine forgets sessions that it has not seen packets of */
	offload_collect_due(g->offload, clock_now());
	if (fds[FD_INSIDE].revents)
		receive(g, NAT_INSIDE);
	if (fds[FD_OUTSIDE].revents)
		receive(g, NAT_OUTSIDE);
	send_due(g, clock_now());
	if (h && fds[FD_WAKE].revents) {
		offload_collect(g->offload, clock_now());
		if (!h->woken(h->argument, g))
			return false;
	}
	if (h && h->batch_done)
		h->batch_done(h->argument);
	return true;
}

static void close_gateway(struct gateway *g)
{
	if (!g)
		return;
	offload_close(g->offload);
	interface_close(&g->interfaces[NAT_INSIDE]);
	interface_close(&g->interfaces[NAT_OUTSIDE]);
	nat_free(g->nat);
	frame_buffers_free(g->buffers);
	free(g);
}

/* open_gateway - bind the interfaces; NULL with an error */
static struct gateway *open_gateway(const struct gateway_config *config,
				    struct error *e)
{
	struct gateway *g = calloc(1, sizeof(*g));

	if (!g) {
		error_set(e, ERROR_FAILED, "no memory for a NAT");
		return NULL;
	}
	g->config = config;
	g->interfaces[NAT_INSIDE].socket = -1;
	g->interfaces[NAT_OUTSIDE].socket = -1;
	if (!interface_open(&g->interfaces[NAT_INSIDE], config, NAT_INSIDE,
			    e) ||
	    !interface_open(&g->interfaces[NAT_OUTSIDE], config, NAT_OUTSIDE,
			    e)) {
		close_gateway(g);
		return NULL;
	}
	g->nat_config = config->nat;
	g->nat = nat_new(&g->nat_config);
	g->buffers = frame_buffers_new();
	if (!g->nat || !g->buffers) {
		error_set(e, ERROR_FAILED, "no memory for a NAT");
		close_gateway(g);
		return NULL;
	}
	if (config->offload)
		g->offload = offload_open(config, g->nat, g->interfaces,
					  config->offload_error);
	return g;
}

/* wait_for_input - wait for input or until something is due. Return: false on
   error */
static bool wait_for_input(const struct gateway *g,
			   struct pollfd fds[FDS])
{
	struct timespec left, *timeout = NULL;
	int64_t wake = wake_time(g);

	if (wake != TIME_NEVER)
		timeout = clock_remaining(clock_now(), wake, &left);
	if (ppoll(fds, FDS, timeout, NULL) >= 0)
		return true;
	for (int i = 0; i < FDS; i++)
		fds[i].revents = 0;
	return errno == EINTR;
}

bool gateway_run(const struct gateway_config *config, void (*ready)(void *),
		 void *argument, struct error *e)
{
	struct gateway *g = open_gateway(config, e);
	struct pollfd fds[FDS];

	if (!g)
		return false;
	if (ready)
		ready(argument);
	fill_fds(g, fds);
	while (wait_for_input(g, fds) && serve(g, fds))
		;
	close_gateway(g);
	return true;
}
