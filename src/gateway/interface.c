#include "gateway/interface.h"

#include "wire/ethernet.h"
#include "wire/ipv4.h"
#include "wire/ipv6.h"

#include <errno.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MAC = 6 };

static bool is_set(const uint8_t address[16])
{
	static const uint8_t none[16];

	return memcmp(address, none, 16) != 0;
}

static struct neighbour_network own_ipv4(const struct gateway_config *c,
					 enum nat_side which)
{
	const struct gateway_link *l = which == NAT_INSIDE ? &c->inside_link :
		&c->outside_link;

	return (struct neighbour_network){
		.address = neighbour_ipv4(which == NAT_INSIDE ?
					  c->nat.inside_address :
					  c->nat.outside_address),
		.count = which == NAT_INSIDE ? 1 :
			(uint32_t)c->nat.profile.addresses,
		.prefix = (uint8_t)(96 + l->prefix),
		.has_gateway = l->gateway,
		.gateway = neighbour_ipv4(l->gateway),
	};
}

static struct neighbour_network own_ipv6(const struct gateway_config *c,
					 enum nat_side which)
{
	const struct gateway_link *l = which == NAT_INSIDE ? &c->inside_link :
		&c->outside_link;
	const struct nat_network6 *n = which == NAT_INSIDE ?
		&c->nat.inside6 : &c->nat.outside6;

	return (struct neighbour_network){
		.address = neighbour_ipv6(n->address),
		.count = n->prefix ? 1 : 0,
		.prefix = n->prefix,
		.has_gateway = is_set(l->gateway6),
		.gateway = neighbour_ipv6(l->gateway6),
	};
}

/* Solicitations come to groups, which a card may filter. */
static void hear_groups(int socket, const char *interface)
{
	struct packet_mreq request = {
		.mr_ifindex = (int)if_nametoindex(interface),
		.mr_type = PACKET_MR_ALLMULTI,
	};

	setsockopt(socket, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &request,
		   sizeof(request));
}

static bool open_neighbours(struct interface *s,
			    const struct gateway_config *config,
			    enum nat_side which, struct error *e)
{
	struct neighbour_config c = {
		.ipv4 = own_ipv4(config, which),
		.ipv6 = own_ipv6(config, which),
	};

	if (!config->resolve)
		return true;
	memcpy(c.mac, s->mac, MAC);
	if (c.ipv6.count)
		hear_groups(s->socket, which == NAT_INSIDE ? config->inside :
			    config->outside);
	s->neighbours = neighbours_new(&c);
	return s->neighbours || error_set(e, ERROR_FAILED,
					  "no memory for neighbours");
}

static bool set_mark(const struct interface *s, uint32_t mark, struct error *e)
{
	return !mark || !setsockopt(s->socket, SOL_SOCKET, SO_MARK, &mark,
				    sizeof(mark)) ||
		error_set(e, errno == EPERM ? ERROR_MISSING : ERROR_FAILED,
			  "what the NAT sends cannot be marked: %s",
			  strerror(errno));
}

bool interface_open(struct interface *s, const struct gateway_config *config,
		    enum nat_side which, struct error *e)
{
	const char *interface = which == NAT_INSIDE ? config->inside :
		config->outside;

	s->told = which == NAT_INSIDE ? config->inside_neighbours :
		config->outside_neighbours;
	s->socket = frame_open(interface, e);
	return s->socket >= 0 &&
		frame_mac(s->socket, interface, s->mac, e) &&
		set_mark(s, config->mark, e) &&
		open_neighbours(s, config, which, e);
}

void interface_close(struct interface *s)
{
	if (s->socket >= 0)
		close(s->socket);
	neighbours_free(s->neighbours);
}

bool interface_is_addressed(const struct interface *s, const struct frame *f)
{
	const uint8_t *ethernet = f->bytes + FRAME_VIRTIO;

	return f->length > FRAME_IP &&
		(!memcmp(ethernet, s->mac, MAC) ||
		 (s->neighbours && ethernet[0] & 1));
}

bool interface_take_neighbour(struct interface *s, const struct frame *f,
			      int64_t now)
{
	return s->neighbours &&
		neighbour_input(s->neighbours, f->bytes, f->length, now);
}

/* told - whose address that is, or who takes all others; or NULL */
static const uint8_t *told(const struct interface *s, uint32_t address)
{
	static const uint8_t none[MAC];
	const uint8_t *any = NULL;

	for (unsigned i = 0; i < GATEWAY_NEIGHBOURS; i++) {
		const struct gateway_neighbour *n = &s->told[i];

		if (!memcmp(n->mac, none, MAC))
			continue;	/* an unused row */
		if (n->address == address)
			return n->mac;
		if (!n->address)
			any = n->mac;
	}
	return any;
}

static bool is_ipv6(const uint8_t *ip)
{
	return ip_version(ip) == 6;
}

static void enqueue(struct interface *s, uint8_t *frame, size_t length)
{
	if (s->count == FRAME_BATCH)
		interface_flush(s);
	s->queue[s->count++] = (struct iovec){ frame, length };
}

static const char *resolve(struct interface *s, uint8_t *frame, size_t length,
			   int64_t now)
{
	const uint8_t *ip = frame + FRAME_IP;
	struct neighbour_address to = is_ipv6(ip) ?
		neighbour_ipv6(ip + IPV6_DESTINATION_AT) :
		neighbour_ipv4(ipv4_destination(ip));

	switch (neighbour_find(s->neighbours, &to, now,
			       frame + FRAME_VIRTIO)) {
	case NEIGHBOUR_RESOLVED:
		enqueue(s, frame, length);
		return NULL;
	case NEIGHBOUR_PENDING:
		return neighbour_queue(s->neighbours, &to, frame, length) ?
			NULL : "too many wait for their neighbour";
	case NEIGHBOUR_UNREACHABLE:
		break;
	}
	return "no neighbour for it";
}

const char *interface_send(struct interface *s, uint8_t *frame, size_t length,
			   int64_t now)
{
	const uint8_t *ip = frame + FRAME_IP, *mac;
	uint8_t *ethernet = frame + FRAME_VIRTIO;

	memcpy(ethernet + MAC, s->mac, MAC);
	if (s->neighbours)
		return resolve(s, frame, length, now);
	mac = told(s, is_ipv6(ip) ? 0 : ipv4_destination(ip));
	if (!mac)
		return "no neighbour for it";
	memcpy(ethernet, mac, MAC);
	enqueue(s, frame, length);
	return NULL;
}

bool interface_next_hop(struct interface *s, uint32_t address, int64_t now,
			uint8_t mac[6])
{
	struct neighbour_address to = neighbour_ipv4(address);
	const uint8_t *known;

	if (s->neighbours)
		return neighbour_find(s->neighbours, &to, now, mac) ==
			NEIGHBOUR_RESOLVED;
	known = told(s, address);
	if (known)
		memcpy(mac, known, MAC);
	return known;
}

void interface_send_to(struct interface *s, uint8_t *frame, size_t length,
		       const uint8_t mac[6])
{
	memcpy(frame + FRAME_VIRTIO, mac, MAC);
	memcpy(frame + FRAME_VIRTIO + MAC, s->mac, MAC);
	enqueue(s, frame, length);
}

void interface_flush(struct interface *s)
{
	if (s->count)
		s->crowded += frame_send(s->socket, s->queue, s->count);
	s->count = 0;
}

void interface_send_neighbour(struct interface *s, int64_t now)
{
	uint8_t *frame;
	size_t length;

	while (s->neighbours &&
	       neighbour_output(s->neighbours, now, &frame, &length)) {
		enqueue(s, frame, length);
		interface_flush(s);
	}
}

int64_t interface_wake(const struct interface *s)
{
	return s->neighbours ? neighbour_wake(s->neighbours) : TIME_NEVER;
}
