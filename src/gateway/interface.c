#include "gateway/interface.h"

#include "wire/ipv4.h"
#include "wire/ipv6.h"

#include <errno.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MAC = ETHERNET_ADDRESS };

/* neighbour_networks - fill in the interface's networks, of both address
   families */
static struct neighbour_config
neighbour_networks(const struct gateway_config *c, enum nat_side side)
{
	static const uint8_t none[16];
	bool inside = side == NAT_INSIDE;
	const struct gateway_link *l = inside ? &c->inside_link :
						&c->outside_link;
	const struct nat_network6 *n = inside ? &c->nat.inside6 :
						&c->nat.outside6;

	return (struct neighbour_config){
		.ipv4 = {
			.address = neighbour_ipv4(inside ?
						  c->nat.inside_address :
						  c->nat.outside_address),
			.count = inside ? 1 :
				(uint32_t)c->nat.profile.addresses,
			.prefix = (uint8_t)(96 + l->prefix),
			.has_gateway = l->gateway,
			.gateway = neighbour_ipv4(l->gateway),
		},
		.ipv6 = {
			.address = neighbour_ipv6(n->address),
			.count = n->prefix ? 1 : 0,
			.prefix = n->prefix,
			.has_gateway = memcmp(l->gateway6, none, 16) != 0,
			.gateway = neighbour_ipv6(l->gateway6),
		},
	};
}

static bool open_neighbours(struct interface *i,
			    const struct gateway_config *config,
			    enum nat_side side, const char *name,
			    struct error *e)
{
	struct neighbour_config c = neighbour_networks(config, side);
	struct packet_mreq all_multicast = {
		.mr_ifindex = (int)if_nametoindex(name),
		.mr_type = PACKET_MR_ALLMULTI,
	};

	memcpy(c.mac, i->mac, MAC);
	/* solicitations are multicast, which the network card may filter */
	if (c.ipv6.count)
		setsockopt(i->socket, SOL_PACKET, PACKET_ADD_MEMBERSHIP,
			   &all_multicast, sizeof(all_multicast));
	i->neighbours = neighbours_new(&c);
	return i->neighbours ||
	       error_set(e, ERROR_FAILED, "no memory for neighbours");
}

bool interface_open(struct interface *i, const struct gateway_config *config,
		    enum nat_side side, struct error *e)
{
	bool inside = side == NAT_INSIDE;
	const char *name = inside ? config->inside : config->outside;

	i->configured = inside ? config->inside_neighbours :
				 config->outside_neighbours;
	i->socket = frame_open(name, e);
	if (i->socket < 0 || !frame_mac(i->socket, name, i->mac, e))
		return false;
	if (config->mark && setsockopt(i->socket, SOL_SOCKET, SO_MARK,
				       &config->mark, sizeof(config->mark)))
		return error_set(e, errno == EPERM ? ERROR_MISSING :
						     ERROR_FAILED,
				 "what the NAT sends cannot be marked: %s",
				 strerror(errno));
	return !config->resolve || open_neighbours(i, config, side, name, e);
}

void interface_close(struct interface *i)
{
	if (i->socket >= 0)
		close(i->socket);
	neighbours_free(i->neighbours);
}

bool interface_is_addressed(const struct interface *i, const struct frame *f)
{
	const uint8_t *destination = f->bytes + FRAME_DESTINATION;

	return f->length > FRAME_IP && (!memcmp(destination, i->mac, MAC) ||
					(i->neighbours && destination[0] & 1));
}

bool interface_take_neighbour(struct interface *i, const struct frame *f,
			      int64_t now)
{
	return i->neighbours &&
		neighbour_input(i->neighbours, f->bytes, f->length, now);
}

/* configured_mac - of the static neighbour for that address, or for all others;
   NULL: there is none */
static const uint8_t *configured_mac(const struct interface *i,
				     uint32_t address)
{
	static const uint8_t unused[MAC];
	const uint8_t *others = NULL;

	for (unsigned n = 0; n < GATEWAY_NEIGHBOURS; n++) {
		const struct gateway_neighbour *row = &i->configured[n];

		if (!memcmp(row->mac, unused, MAC))
			continue;
		if (!row->address)
			others = row->mac;
		else if (address - row->address < row->count)
			return row->mac;
	}
	return others;
}

static void enqueue(struct interface *i, uint8_t *frame, size_t length)
{
	if (i->count == FRAME_BATCH)
		interface_flush(i);
	i->queue[i->count++] = (struct iovec){ frame, length };
}

const char *interface_send(struct interface *i, uint8_t *frame, size_t length,
			   int64_t now)
{
	const uint8_t *ip = frame + FRAME_IP, *mac;
	bool is_ipv6 = ip_version(ip) == 6;
	struct neighbour_address to;

	memcpy(frame + FRAME_SOURCE, i->mac, MAC);
	if (!i->neighbours) {
		mac = configured_mac(i, is_ipv6 ? 0 :
				     ipv4_destination(ip));
		if (!mac)
			return "no neighbour for it";
		interface_send_to(i, frame, length, mac);
		return NULL;
	}
	to = is_ipv6 ? neighbour_ipv6(ip + IPV6_DESTINATION_AT) :
		       neighbour_ipv4(ipv4_destination(ip));
	switch (neighbour_find(i->neighbours, &to, now,
			       frame + FRAME_DESTINATION)) {
	case NEIGHBOUR_RESOLVED:
		enqueue(i, frame, length);
		return NULL;
	case NEIGHBOUR_PENDING:
		return neighbour_queue(i->neighbours, &to, frame, length) ?
			NULL : "too many wait for their neighbour";
	case NEIGHBOUR_UNREACHABLE:
		break;
	}
	return "no neighbour for it";
}

void interface_send_to(struct interface *i, uint8_t *frame, size_t length,
		       const uint8_t mac[6])
{
	memcpy(frame + FRAME_DESTINATION, mac, MAC);
	memcpy(frame + FRAME_SOURCE, i->mac, MAC);
	enqueue(i, frame, length);
}

bool interface_next_hop(struct interface *i, uint32_t address, int64_t now,
			uint8_t mac[6])
{
	struct neighbour_address to = neighbour_ipv4(address);
	const uint8_t *known;

	if (i->neighbours)
		return neighbour_find(i->neighbours, &to, now, mac) ==
			NEIGHBOUR_RESOLVED;
	known = configured_mac(i, address);
	if (known)
		memcpy(mac, known, MAC);
	return known;
}

void interface_flush(struct interface *i)
{
	if (i->count)
		i->unsent += frame_send(i->socket, i->queue, i->count);
	i->count = 0;
}

void interface_send_neighbour(struct interface *i, int64_t now)
{
	uint8_t *frame;
	size_t length;

	while (i->neighbours &&
	       neighbour_output(i->neighbours, now, &frame, &length)) {
		enqueue(i, frame, length);
		interface_flush(i);
	}
}

int64_t interface_wake(const struct interface *i)
{
	return i->neighbours ? neighbour_wake(i->neighbours) : TIME_NEVER;
}
