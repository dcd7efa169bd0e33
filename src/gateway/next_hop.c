#include "gateway/next_hop.h"

#include "wire/bytes.h"
#include "wire/ndp.h"

#include <string.h>

static const uint8_t ipv4_prefix[12] = { [10] = 0xff, [11] = 0xff };

struct neighbour_address neighbour_ipv4(uint32_t address)
{
	struct neighbour_address a;

	memcpy(a.bytes, ipv4_prefix, sizeof(ipv4_prefix));
	put32(a.bytes + 12, address);
	return a;
}

struct neighbour_address neighbour_ipv6(const uint8_t address[16])
{
	struct neighbour_address a;

	memcpy(a.bytes, address, sizeof(a.bytes));
	return a;
}

bool neighbour_is_ipv4(const struct neighbour_address *a)
{
	return !memcmp(a->bytes, ipv4_prefix, sizeof(ipv4_prefix));
}

bool neighbour_equal(const struct neighbour_address *a,
		     const struct neighbour_address *b)
{
	return !memcmp(a, b, sizeof(*a));
}

static const struct neighbour_network *
network_of(const struct neighbour_config *c, const struct neighbour_address *a)
{
	return neighbour_is_ipv4(a) ? &c->ipv4 : &c->ipv6;
}

bool neighbour_is_own(const struct neighbour_config *c,
		      const struct neighbour_address *a)
{
	const struct neighbour_network *net = network_of(c, a);
	struct neighbour_address link_local;

	if (!net->count)
		return false;
	if (net == &c->ipv4)
		return get32(a->bytes + 12) -
			get32(net->address.bytes + 12) < net->count;
	ndp_link_local(c->mac, link_local.bytes);
	return neighbour_equal(a, &net->address) ||
	       neighbour_equal(a, &link_local);
}

static bool in_network(const struct neighbour_network *net,
		       const struct neighbour_address *a)
{
	unsigned whole = net->prefix / 8, rest = net->prefix % 8;

	if (memcmp(a->bytes, net->address.bytes, whole) != 0)
		return false;
	return !rest ||
	       !((a->bytes[whole] ^ net->address.bytes[whole]) >> (8 - rest));
}

bool neighbour_on_link(const struct neighbour_config *c,
		       const struct neighbour_address *a)
{
	const struct neighbour_network *net = network_of(c, a);
	bool link_local = a->bytes[0] == 0xfe && (a->bytes[1] & 0xc0) == 0x80;

	return net->count &&
	       (in_network(net, a) || link_local ||
		(net->has_gateway && neighbour_equal(a, &net->gateway)));
}

bool neighbour_next_hop(const struct neighbour_config *c,
			const struct neighbour_address *to,
			struct neighbour_address *out)
{
	const struct neighbour_network *net = network_of(c, to);

	*out = *to;
	if (!net->count || neighbour_is_own(c, to))
		return false;
	if (neighbour_on_link(c, to))
		return true;
	*out = net->gateway;
	return net->has_gateway;
}
