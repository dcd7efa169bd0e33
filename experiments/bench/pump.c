/*
 * pump: packets of minimum size through the cells of experiments/bench/nat
 * (cell.h), as fast as each cell takes them.
 *
 *	pump ROUNDS MILLISECONDS BURST NAME:HOSTS:REMOTES:PID...
 *
 * In each cell HOSTS inside endpoints have a TCP connection with each of
 * REMOTES outside ones, opened by a handshake through the NAT. Then, in
 * each round, each cell in turn is given data, a few bytes in each packet,
 * of connections picked at random for MILLISECONDS, BURST packets of each.
 * The kernel cuts a burst up when it leaves (GSO), so that the pump costs
 * little beside the NAT. No more than WINDOW packets are on their way at a
 * time: what is measured is the rate without a loss, and a lost packet ends
 * the run. Prints a line for each cell and round: its name, packets per
 * second as the far interface counts them, and the nanoseconds of CPU that
 * process PID (the NAT; 0: none) took for a packet.
 *
 * The pump stays on the first CPU, and so does all that the kernel does at
 * once for a packet sent: netfilter's whole work, delivery to the NAT's
 * socket.
 */
#include "cell.h"

#include "base/clock.h"
#include "base/rng.h"
#include "wire/bytes.h"
#include "wire/checksum.h"
#include "wire/ipv4.h"
#include "wire/tcp.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/ethtool.h>
#include <linux/if_link.h>
#include <linux/if_packet.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>
#include <linux/virtio_net.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define WINDOW 512
#define BATCH 64
#define BURST_MAX 64
#define PAYLOAD 6
#define HEADERS (ETHERNET + IPV4_HEADER + TCP_HEADER)
#define FRAME (HEADERS + PAYLOAD)	/* Ethernet's minimum, 60 */
#define ETHERNET 14
#define STALL (2 * NS_PER_S)	/* then what is missing is lost */

#define ISN_A 1000
#define ISN_B 500000
#define FIRST_PORT 2000
#define REMOTE_PORT 80

struct bench_end {
	int frames;		/* AF_PACKET, to send */
	int bursts;		/* the same, with virtio-net headers */
	int netlink;		/* to ask for counters */
	int index;
};

struct bench_cell {
	char name[32];
	unsigned hosts, remotes;
	pid_t nat;
	struct bench_end a, b;
	uint8_t (*bytes)[FRAME];	/* a frame for each connection */
};

static unsigned connections(const struct bench_cell *c)
{
	return c->hosts * c->remotes;
}

static bool fail(const char *what, const char *name)
{
	fprintf(stderr, "pump: %s: %s: %s\n", name, what, strerror(errno));
	return false;
}

static bool enter(const char *cell, const char *which)
{
	char path[80];
	int ns;
	bool ok;

	snprintf(path, sizeof(path), "/run/netns/%s-%s", cell, which);
	ns = open(path, O_RDONLY | O_CLOEXEC);
	ok = ns >= 0 && setns(ns, CLONE_NEWNET) == 0;
	close(ns);
	return ok;
}

/* cut_bursts - let this host's kernel do it (TSO is off from now on), not
   the next interface */
static bool cut_bursts(const struct bench_end *e, const char *interface)
{
	struct ethtool_value off = { .cmd = ETHTOOL_STSO };
	struct ifreq request = { .ifr_data = (void *)&off };

	strncpy(request.ifr_name, interface, IFNAMSIZ - 1);
	return ioctl(e->bursts, SIOCETHTOOL, &request) == 0;
}

static bool open_end(struct bench_end *e, const char *cell, const char *which)
{
	struct sockaddr_ll at = { .sll_family = AF_PACKET };
	int one = 1;

	if (!enter(cell, which))
		return fail(which, cell);
	e->index = (int)if_nametoindex(which);
	at.sll_ifindex = e->index;
	e->frames = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	e->netlink = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC,
			    NETLINK_ROUTE);
	setsockopt(e->frames, SOL_PACKET, PACKET_QDISC_BYPASS, &one,
		   sizeof(one));
	e->bursts = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	setsockopt(e->bursts, SOL_PACKET, PACKET_VNET_HDR, &one, sizeof(one));
	if (e->netlink < 0 || !cut_bursts(e, which) ||
	    bind(e->frames, (struct sockaddr *)&at, sizeof(at)) ||
	    bind(e->bursts, (struct sockaddr *)&at, sizeof(at)))
		return fail("sockets", cell);
	return true;
}

/* arrived - packets that the interface has received since it was made */
static uint64_t arrived(const struct bench_end *e)
{
	struct {
		struct nlmsghdr header;
		struct if_stats_msg stats;
	} ask = {
		.header = {
			.nlmsg_len = sizeof(ask),
			.nlmsg_type = RTM_GETSTATS,
			.nlmsg_flags = NLM_F_REQUEST,
		},
		.stats = {
			.ifindex = (unsigned)e->index,
			.filter_mask = IFLA_STATS_FILTER_BIT(
				IFLA_STATS_LINK_64),
		},
	};
	_Alignas(struct nlmsghdr) uint8_t reply[1024];
	uint64_t packets = 0;

	if (send(e->netlink, &ask, sizeof(ask), 0) != sizeof(ask) ||
	    recv(e->netlink, reply, sizeof(reply), 0) <
		    (ssize_t)(sizeof(ask) + sizeof(struct nlattr) + 8))
		return 0;
	/* one attribute, whose first member is rx_packets; 32-bit aligned */
	memcpy(&packets, reply + sizeof(ask) + sizeof(struct nlattr),
	       sizeof(packets));
	return packets;
}

static void write_frame(uint8_t frame[FRAME], const uint8_t to[6],
			const struct segment *s)
{
	memset(frame, 0, FRAME);
	memcpy(frame, to, 6);
	memcpy(frame + 6, (uint8_t[])CROWD_MAC, 6);
	put16(frame + 12, ETHERTYPE_IP);
	segment_build(s, frame + ETHERNET, FRAME - ETHERNET);
}

/* Connection @i's endpoints, as its inside host sees them. */
static struct endpoint host_of(const struct bench_cell *c, unsigned i)
{
	unsigned host = i % c->hosts;

	return (struct endpoint){ INSIDE_CROWD + 1 + host % 250,
				  (uint16_t)(FIRST_PORT + host) };
}

static struct endpoint remote_of(const struct bench_cell *c, unsigned i)
{
	return (struct endpoint){ OUTSIDE_CROWD + 1 + i / c->hosts,
				  REMOTE_PORT };
}

/* write_out, write_in - one frame for each connection */
static void write_out(struct bench_cell *c, uint8_t flags, uint32_t sequence,
		      uint32_t acknowledgement)
{
	for (unsigned i = 0; i < connections(c); i++) {
		struct segment s = {
			.source = host_of(c, i),
			.destination = remote_of(c, i),
			.sequence = sequence,
			.acknowledgement = acknowledgement,
			.window = 65535,
			.flags = flags,
			.ttl = 64,
		};

		write_frame(c->bytes[i], (uint8_t[])INSIDE_MAC, &s);
	}
}

static void write_in(struct bench_cell *c)
{
	for (unsigned i = 0; i < connections(c); i++) {
		struct segment s = {
			.source = remote_of(c, i),
			.destination = {
				/* the NATs here preserve the port */
				OUTSIDE_ADDRESS, host_of(c, i).port
			},
			.sequence = ISN_B,
			.acknowledgement = ISN_A + 1,
			.window = 65535,
			.flags = TCP_SYN | TCP_ACK,
			.ttl = 64,
		};

		write_frame(c->bytes[i], (uint8_t[])OUTSIDE_MAC, &s);
	}
}

/* A stream of packets from one end to the other. */
struct byte_stream {
	const char *name;		/* the cell's */
	const struct bench_end *from, *to;
	uint64_t first;			/* arrived(to) at its begin */
	uint64_t sent, arrived;
};

static struct byte_stream stream_begin(const struct bench_cell *c,
				       const struct bench_end *from,
				       const struct bench_end *to)
{
	return (struct byte_stream){ c->name, from, to, .first = arrived(to) };
}

/* stream_await - until at most @left packets are on their way */
static bool stream_await(struct byte_stream *s, uint64_t left)
{
	int64_t deadline = clock_now() + STALL;

	while (s->sent - s->arrived > left) {
		uint64_t now = arrived(s->to) - s->first;

		if (now != s->arrived)
			deadline = clock_now() + STALL;
		s->arrived = now;
		if (clock_now() > deadline) {
			fprintf(stderr, "pump: %s: %llu of %llu packets lost\n",
				s->name,
				(unsigned long long)(s->sent - now),
				(unsigned long long)s->sent);
			return false;
		}
	}
	return true;
}

static bool stream_send(struct byte_stream *s, struct mmsghdr *batch,
			unsigned count)
{
	for (unsigned done = 0; done < count;) {
		int n = sendmmsg(s->from->frames, batch + done, count - done,
				 0);

		if (n < 0)
			return fail("send", s->name);
		done += (unsigned)n;
	}
	s->sent += count;
	return stream_await(s, WINDOW);
}

/* The frames of a batch, by the connections' numbers. */
struct batch {
	struct iovec iov[BATCH];
	struct mmsghdr headers[BATCH];
};

static void batch_init(struct batch *b)
{
	memset(b, 0, sizeof(*b));
	for (unsigned i = 0; i < BATCH; i++) {
		b->headers[i].msg_hdr.msg_iov = &b->iov[i];
		b->headers[i].msg_hdr.msg_iovlen = 1;
	}
}

static void batch_set(struct batch *b, unsigned at, uint8_t *frame)
{
	b->iov[at] = (struct iovec){ frame, FRAME };
}

/* send_each - the frame of each connection once */
static bool send_each(struct bench_cell *c, const struct bench_end *from,
		      const struct bench_end *to)
{
	struct byte_stream s = stream_begin(c, from, to);
	unsigned total = connections(c), n;
	struct batch b;

	batch_init(&b);
	for (unsigned i = 0; i < total; i += n) {
		n = total - i < BATCH ? total - i : BATCH;
		for (unsigned j = 0; j < n; j++)
			batch_set(&b, j, c->bytes[i + j]);
		if (!stream_send(&s, b.headers, n))
			return false;
	}
	return stream_await(&s, 0);
}

static bool shake_hands(struct bench_cell *c)
{
	write_out(c, TCP_SYN, ISN_A, 0);
	if (!send_each(c, &c->a, &c->b))
		return false;
	write_in(c);
	if (!send_each(c, &c->b, &c->a))
		return false;
	write_out(c, TCP_ACK, ISN_A + 1, ISN_B + 1);
	return send_each(c, &c->a, &c->b);
}

static int64_t cpu_time(pid_t pid)
{
	struct timespec t;
	clockid_t clock;

	if (!pid || clock_getcpuclockid(pid, &clock) ||
	    clock_gettime(clock, &t))
		return 0;
	return t.tv_sec * NS_PER_S + t.tv_nsec;
}

/* A burst: one frame that stands for as many as it has segments. */
struct burst {
	struct virtio_net_hdr virtio;
	uint8_t frame[HEADERS + BURST_MAX * PAYLOAD];
	size_t length;			/* of both */
};

static void burst_init(struct burst *b, unsigned segments)
{
	memset(b, 0, sizeof(*b));
	b->virtio = (struct virtio_net_hdr){
		.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
		.gso_type = VIRTIO_NET_HDR_GSO_TCPV4,
		.gso_size = PAYLOAD,
		.hdr_len = HEADERS,
		.csum_start = ETHERNET + IPV4_HEADER,
		.csum_offset = 16,
	};
	b->length = sizeof(b->virtio) + HEADERS + (size_t)segments * PAYLOAD;
}

/* burst_set - make it one of the connection that @frame is of */
static void burst_set(struct burst *b, const uint8_t frame[FRAME])
{
	size_t total = b->length - sizeof(b->virtio) - ETHERNET;
	uint8_t *ip = b->frame + ETHERNET;

	memcpy(b->frame, frame, HEADERS);
	put16(ip + 2, (uint16_t)total);
	put16(ip + 10, 0);
	put16(ip + 10, (uint16_t)~checksum_fold(
		checksum_add(0, ip, IPV4_HEADER)));
	put16(ip + IPV4_HEADER + 16, checksum_fold(checksum_pseudo(
		get32(ip + 12), get32(ip + 16), IPV4_TCP,
		(uint16_t)(total - IPV4_HEADER))));
}

static bool send_burst(struct bench_cell *c, struct byte_stream *s,
		       struct rng *r, unsigned segments)
{
	struct burst b;

	burst_init(&b, segments);
	burst_set(&b, c->bytes[rng_below(r, connections(c))]);
	if (send(s->from->bursts, &b, b.length, 0) < 0)
		return fail("send", "bursts");
	s->sent += segments;
	return stream_await(s, WINDOW);
}

static bool send_singles(struct bench_cell *c, struct byte_stream *s,
			 struct rng *r)
{
	struct batch b;

	batch_init(&b);
	for (unsigned i = 0; i < BATCH; i++)
		batch_set(&b, i, c->bytes[rng_below(r, connections(c))]);
	return stream_send(s, b.headers, BATCH);
}

static bool flood(struct bench_cell *c, struct rng *r, int64_t duration,
		  unsigned burst)
{
	struct byte_stream s = stream_begin(c, &c->a, &c->b);
	int64_t begin = clock_now(), cpu = cpu_time(c->nat), took;

	while (clock_now() < begin + duration)
		if (!(burst > 1 ? send_burst(c, &s, r, burst) :
				  send_singles(c, &s, r)))
			return false;
	if (!stream_await(&s, 0))
		return false;
	took = clock_now() - begin;
	cpu = cpu_time(c->nat) - cpu;
	printf("%s %.0f %.1f\n", c->name,
	       (double)s.sent * 1e9 / (double)took,
	       (double)cpu / (double)s.sent);
	fflush(stdout);
	return true;
}

static bool open_cell(struct bench_cell *c, const char *text)
{
	int pid = 0;

	if (sscanf(text, "%31[^:]:%u:%u:%d", c->name, &c->hosts, &c->remotes,
		   &pid) != 4 || !connections(c) || c->hosts > 60000 ||
	    c->remotes > 100000) {
		fprintf(stderr, "pump: \"%s\" is no cell\n", text);
		return false;
	}
	c->nat = pid;
	c->bytes = calloc(connections(c), FRAME);
	if (!c->bytes)
		return fail("memory", c->name);
	return open_end(&c->a, c->name, "a") && open_end(&c->b, c->name, "b");
}

static void stay_on_first_cpu(void)
{
	cpu_set_t first;

	CPU_ZERO(&first);
	CPU_SET(0, &first);
	sched_setaffinity(0, sizeof(first), &first);
}

int main(int argc, char **argv)
{
	unsigned count = argc > 4 ? (unsigned)argc - 4 : 0;
	unsigned burst = count ? (unsigned)atoi(argv[3]) : 0;
	struct bench_cell *cells = calloc(count + 1, sizeof(*cells));
	struct rng r;

	if (!count || !cells || burst < 1 || burst > BURST_MAX) {
		fputs("pump: see the head of pump.c\n", stderr);
		return 2;
	}
	stay_on_first_cpu();
	rng_seed(&r, 1);
	for (unsigned i = 0; i < count; i++)
		if (!open_cell(&cells[i], argv[4 + i]) ||
		    !shake_hands(&cells[i]))
			return 1;
	for (int round = atoi(argv[1]); round > 0; round--)
		for (unsigned i = 0; i < count; i++)
			if (!flood(&cells[i], &r, atoi(argv[2]) * NS_PER_MS,
				   burst))
				return 1;
	return 0;
}
