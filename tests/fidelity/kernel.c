#include "kernel.h"

#include "ctnetlink.h"

#include "base/clock.h"
#include "lab/kernel_nat.h"
#include "lab/netlink.h"
#include "lab/netns.h"
#include "lab/interface_offload.h"
#include "gateway/frame.h"
#include "wire/bytes.h"
#include "wire/ipv4.h"

#include <libmnl/libmnl.h>
#include <poll.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PATIENCE (5 * NS_PER_S)		/* for a marker */
#define SLOT_MARKER (SLOTS - 1)		/* no sequence has it */
#define GATEWAY_INSIDE UINT32_C(0x0a000002)
#define GATEWAY_OUTSIDE UINT32_C(0xcb007102)

#define LOOPBACK 1			/* its index in every namespace */
#define MARKER_PORT 20000

struct kernel {
	int before, home, nat;		/* namespaces; ours is home */
	struct mnl_socket *conntrack;
	int links[2];			/* by enum nat_side */
	struct frame_buffers *frames;
	struct sequence marker;		/* a datagram out, and one in */
	uint16_t round;			/* told apart by its IP id */
};

struct sysctl_setting {
	const char *name, *value;
};

/* Before there are interfaces, which inherit the defaults. */
static const struct sysctl_setting link_settings[] = {
	{ "ipv6/conf/all/disable_ipv6", "1" },
	{ "ipv6/conf/default/disable_ipv6", "1" },
};

static const struct sysctl_setting router_settings[] = {
	{ "ipv4/conf/all/rp_filter", "0" },
	{ "ipv4/conf/default/rp_filter", "0" },
	{ "ipv4/conf/all/send_redirects", "0" },
	{ "ipv4/conf/default/send_redirects", "0" },
	{ "ipv4/icmp_ratelimit", "0" },
	{ "ipv4/icmp_ratemask", "0" },
	{ "ipv4/ip_forward", "1" },
};

/* Even numbers of seconds (sequence.c), the same as in netfilter.nat. SYN_SENT2
   has no switch: it stays 120 s. */
#define CONNTRACK(name) "netfilter/nf_conntrack_" name
static const struct sysctl_setting timeouts[] = {
	{ CONNTRACK("tcp_timeout_syn_sent"), "6" },
	{ CONNTRACK("tcp_timeout_syn_recv"), "4" },
	{ CONNTRACK("tcp_timeout_established"), "10" },
	{ CONNTRACK("tcp_timeout_fin_wait"), "8" },
	{ CONNTRACK("tcp_timeout_close_wait"), "6" },
	{ CONNTRACK("tcp_timeout_last_ack"), "4" },
	{ CONNTRACK("tcp_timeout_time_wait"), "8" },
	{ CONNTRACK("tcp_timeout_close"), "2" },
	{ CONNTRACK("tcp_timeout_max_retrans"), "6" },
	{ CONNTRACK("tcp_timeout_unacknowledged"), "6" },
	{ CONNTRACK("udp_timeout"), "4" },
	{ CONNTRACK("udp_timeout_stream"), "8" },
	{ CONNTRACK("icmp_timeout"), "4" },
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static bool apply(const struct sysctl_setting *settings, size_t count,
		  struct error *e)
{
	int switches = netns_switches(e);
	bool ok = switches >= 0;

	for (size_t i = 0; ok && i < count; i++) {
		int r = netns_set(switches, settings[i].name,
				  settings[i].value);

		if (r && strncmp(settings[i].name, "ipv6", 4) != 0)
			ok = error_set(e, ERROR_MISSING, "/proc/sys/net/%s "
				       "cannot be set: %s", settings[i].name,
				       strerror(-r));
	}
	if (switches >= 0)
		close(switches);
	return ok;
}

/* ---- set up ---- */

/* The NAT's hardware addresses; ours is nobody's, so that our own kernel
   takes no packet for its own. */
static const uint8_t macs[2][6] = {
	{ 2, 0, 0, 0, 0, 1 }, { 2, 0, 0, 0, 0, 2 },
};
static const uint8_t our_mac[6] = { 2, 0, 0, 0, 0, 9 };

/* The two links' ends in one of the namespaces. */
struct namespace_ends {
	struct netlink netlink;
	int index[2];			/* by enum nat_side */
};

static bool make_link(struct namespace_ends *ours,
		      struct namespace_ends *theirs, const struct kernel *k,
		      enum nat_side side, struct error *e)
{
	const char *name = side == NAT_INSIDE ? "inside" : "outside";
	struct netlink_end here = { &ours->netlink, name, NULL, 0 };
	struct netlink_end there = { &theirs->netlink, name, macs[side], 0 };

	if (!netlink_pair(&here, &there, k->nat, e))
		return false;
	ours->index[side] = here.index;
	theirs->index[side] = there.index;
	return netlink_up(there.netlink, there.index, e) &&
		netlink_up(here.netlink, here.index, e);
}

static bool set_addresses(struct namespace_ends *nat, struct error *e)
{
	struct netlink *n = &nat->netlink;
	int inside = nat->index[NAT_INSIDE], outside = nat->index[NAT_OUTSIDE];

	return netlink_up(n, LOOPBACK, e) &&
		netlink_address(n, inside, ADDRESS_INSIDE, 24, e) &&
		netlink_address(n, outside, ADDRESS_OUTSIDE, 24, e) &&
		netlink_neighbour(n, inside, GATEWAY_INSIDE, our_mac, e) &&
		netlink_neighbour(n, outside, GATEWAY_OUTSIDE, our_mac, e) &&
		netlink_route(n, ADDRESS_NEAR, 10, GATEWAY_INSIDE, inside,
			      e) &&
		netlink_route(n, ADDRESS_FAR, 15, GATEWAY_OUTSIDE, outside, e);
}

static bool await_links(struct namespace_ends *ends, struct error *e)
{
	int64_t deadline = clock_now() + PATIENCE;

	return netlink_await_up(&ends->netlink, ends->index[NAT_INSIDE],
				deadline, e) &&
		netlink_await_up(&ends->netlink, ends->index[NAT_OUTSIDE],
				 deadline, e);
}

/* In the NAT's namespace, its links being up. */
static bool make_nat(struct kernel *k, const char *name, struct error *e)
{
	const struct kernel_nat *nat = kernel_nat_find(name);

	if (!nat)
		return error_set(e, ERROR_USE, "\"%s\" is no NAT of the "
				 "kernel's", name);
	if (!kernel_nat_start(nat, "outside", false, e) ||
	    !apply(timeouts, COUNT(timeouts), e) ||
	    !interface_offload_disable("inside", e) ||
	    !interface_offload_disable("outside", e))
		return false;
	k->conntrack = ctnetlink_open(e);
	return k->conntrack;
}

static bool build(struct kernel *k, const char *name,
		  struct namespace_ends *ours, struct namespace_ends *theirs,
		  struct error *e)
{
	if (!netlink_open(&ours->netlink, e) ||
	    !apply(link_settings, COUNT(link_settings), e))
		return false;
	k->nat = netns_new(e);
	if (k->nat < 0 || !netlink_open(&theirs->netlink, e) ||
	    !apply(link_settings, COUNT(link_settings), e) ||
	    !apply(router_settings, COUNT(router_settings), e) ||
	    !make_link(ours, theirs, k, NAT_INSIDE, e) ||
	    !make_link(ours, theirs, k, NAT_OUTSIDE, e) ||
	    !await_links(theirs, e) || !await_links(ours, e) ||
	    !set_addresses(theirs, e) || !make_nat(k, name, e) ||
	    !netns_enter(k->home, e))
		return false;
	k->links[NAT_INSIDE] = frame_open("inside", e);
	k->links[NAT_OUTSIDE] = k->links[NAT_INSIDE] < 0 ? -1 :
		frame_open("outside", e);
	return k->links[NAT_OUTSIDE] >= 0;
}

/* The marker is a sequence like others, of a slot that no other has. */
static void make_marker(struct kernel *k)
{
	struct sequence_step out = {
		.side = NAT_INSIDE, .word = WORD_DATAGRAM, .protocol = 17,
		.ttl = 64, .payload = 4,
	};

	k->marker = (struct sequence){
		.flow_count = 1,
		.flows = { { 17, 0, 0, MARKER_PORT, MARKER_PORT } },
		.step_count = 2,
		.steps = { out, out },
	};
	k->marker.steps[1].side = NAT_OUTSIDE;
}

/* One processor, whose backlog keeps all packets in order. */
static bool stay_here(struct error *e)
{
	cpu_set_t set;
	int here = sched_getcpu();

	CPU_ZERO(&set);
	CPU_SET(here < 0 ? 0 : (size_t)here, &set);
	return !sched_setaffinity(0, sizeof(set), &set) ||
		error_set(e, ERROR_FAILED, "the process cannot be kept on one "
			  "processor");
}

struct kernel *kernel_new(const char *name, struct error *e)
{
	struct kernel *k = calloc(1, sizeof(*k));
	struct namespace_ends ours = { .netlink.socket = NULL };
	struct namespace_ends theirs = { .netlink.socket = NULL };
	bool ok;

	if (!k) {
		error_set(e, ERROR_FAILED, "out of memory");
		return NULL;
	}
	k->home = k->nat = k->links[0] = k->links[1] = -1;
	k->frames = frame_buffers_new();
	make_marker(k);
	k->before = netns_current(e);
	if (k->before >= 0)
		k->home = netns_new(e);
	ok = k->frames && k->home >= 0 && stay_here(e) &&
		build(k, name, &ours, &theirs, e);
	netlink_close(&ours.netlink);
	netlink_close(&theirs.netlink);
	if (ok)
		return k;
	kernel_free(k);
	return NULL;
}

/* Nothing else holds the namespaces: all that is in them goes, too. */
void kernel_free(struct kernel *k)
{
	if (k->conntrack)
		mnl_socket_close(k->conntrack);
	for (int i = 0; i < 2; i++)
		if (k->links[i] >= 0)
			close(k->links[i]);
	if (k->nat >= 0)
		close(k->nat);
	if (k->home >= 0)
		close(k->home);
	if (k->before >= 0) {
		netns_enter(k->before, NULL);
		close(k->before);
	}
	frame_buffers_free(k->frames);
	free(k);
}

/* ---- packets ---- */

struct wire_frame {
	size_t length;
	uint8_t bytes[FRAME_IP + BUILD_ROOM];
};

static void frame_packet(struct wire_frame *f, const struct kernel_packet *p)
{
	memset(f->bytes, 0, FRAME_VIRTIO);
	memcpy(f->bytes + FRAME_VIRTIO, macs[p->side], 6);
	memcpy(f->bytes + FRAME_VIRTIO + 6, our_mac, 6);
	put16(f->bytes + FRAME_VIRTIO + 12, 0x0800);
	memcpy(f->bytes + FRAME_IP, p->bytes, p->length);
	f->length = FRAME_IP + p->length;
}

static unsigned flush(struct kernel *k, enum nat_side side,
		      struct wire_frame *frames, unsigned *count)
{
	struct iovec iov[FRAME_BATCH];
	unsigned lost;

	for (unsigned i = 0; i < *count; i++)
		iov[i] = (struct iovec){ frames[i].bytes, frames[i].length };
	lost = frame_send(k->links[side], iov, *count);
	*count = 0;
	return lost;
}

/* Those of @packets that are of that side. */
static bool send_frames(struct kernel *k, enum nat_side side,
			const struct kernel_packet *packets, unsigned count,
			struct error *e)
{
	struct wire_frame frames[FRAME_BATCH];
	unsigned n = 0, lost = 0;

	for (unsigned i = 0; i < count; i++) {
		if (packets[i].side != side)
			continue;
		frame_packet(&frames[n++], &packets[i]);
		if (n == FRAME_BATCH)
			lost += flush(k, side, frames, &n);
	}
	if (n)
		lost += flush(k, side, frames, &n);
	return !lost || error_set(e, ERROR_FAILED, "%u packets found no room "
				  "on the link", lost);
}

static bool send_marker(struct kernel *k, unsigned step, struct error *e)
{
	struct kernel_packet p = { .side = k->marker.steps[step].side };
	struct external_ports b;

	external_ports_begin(&b, &k->marker);
	k->marker.steps[step].id = k->round;
	p.length = packet_build(&k->marker, step, SLOT_MARKER, &b, p.bytes);
	return send_frames(k, p.side, &p, 1, e);
}

/* Has this round's marker come out on that side? */
static bool is_marker(const struct kernel *k, const struct kernel_packet *p)
{
	return slot_of(p->bytes, p->length) == SLOT_MARKER &&
		get16(p->bytes + 4) == k->round;
}

/* What is there on one side. @marked: the marker was among it */
static unsigned receive(struct kernel *k, enum nat_side side, kernel_out out,
			void *argument, bool *marked)
{
	struct frame frames[FRAME_BATCH];
	unsigned count = frame_receive(k->links[side], k->frames, frames);

	for (unsigned i = 0; i < count; i++) {
		struct kernel_packet p = { .side = side };
		const uint8_t *b = frames[i].bytes;

		if (frames[i].length < FRAME_IP + IPV4_HEADER ||
		    frames[i].length > FRAME_IP + sizeof(p.bytes) ||
		    get16(b + FRAME_IP - 2) != 0x0800)
			continue;
		p.length = frames[i].length - FRAME_IP;
		memcpy(p.bytes, b + FRAME_IP, p.length);
		if (is_marker(k, &p))
			*marked = true;
		else if (slot_of(p.bytes, p.length) != SLOT_MARKER)
			out(argument, &p);
	}
	return count;
}

static bool drain(struct kernel *k, kernel_out out, void *argument,
		  struct error *e)
{
	int64_t deadline = clock_now() + PATIENCE;
	bool marked[2] = { false, false };
	struct pollfd p[2] = {
		{ .fd = k->links[0], .events = POLLIN },
		{ .fd = k->links[1], .events = POLLIN },
	};

	while (!marked[0] || !marked[1]) {
		unsigned n = receive(k, NAT_INSIDE, out, argument,
				     &marked[NAT_INSIDE]);
		struct timespec left;

		n += receive(k, NAT_OUTSIDE, out, argument,
			     &marked[NAT_OUTSIDE]);
		if (n)
			continue;
		if (clock_now() >= deadline)
			return error_set(e, ERROR_FAILED, "a marker was lost "
					 "in the NAT");
		ppoll(p, 2, clock_remaining(clock_now(), deadline, &left),
		      NULL);
	}
	return true;
}

bool kernel_exchange(struct kernel *k, const struct kernel_packet *packets,
		     unsigned count, kernel_out out, void *argument,
		     int64_t *at, struct error *e)
{
	k->round++;
	*at = clock_now();
	return send_frames(k, NAT_INSIDE, packets, count, e) &&
		send_frames(k, NAT_OUTSIDE, packets, count, e) &&
		send_marker(k, 0, e) && send_marker(k, 1, e) &&
		drain(k, out, argument, e);
}

const char *kernel_state(struct kernel *k, const struct sequence *s,
			 unsigned step, unsigned slot)
{
	const struct sequence_flow *f = &s->flows[s->steps[step].flow];
	struct endpoint near = {
		ADDRESS_NEAR + slot * ADDRESSES + f->near, f->near_port
	};
	struct endpoint far = {
		ADDRESS_FAR + slot * ADDRESSES + f->far, f->far_port
	};

	return ctnetlink_state(k->conntrack, f->protocol, &near, &far);
}
