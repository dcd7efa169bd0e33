/*
 * Of a SYN or SYN-ACK the window counts, too: a SYN-ACK that S or the peer
 * forged is marked by its window, and must differ from the kernel's.
 *
 * Data and FIN are identified by their first byte, since a retransmission may
 * carry more than the original. A pure acknowledgement is identified by the
 * byte that it acknowledges, so that one more or less of them (delayed
 * acknowledgements) does not change the fingerprints of the others.
 */
#include "nat/packet_fingerprint.h"

#include "base/rng.h"
#include "wire/icmp.h"
#include "wire/ipv4.h"
#include "wire/ports.h"
#include "wire/tcp.h"

enum fingerprint_kind {
	KIND_OTHER, KIND_FRAGMENT, KIND_PORTS, KIND_ICMP, KIND_SYN,
	KIND_SYN_ACK, KIND_RST, KIND_DATA, KIND_ACKNOWLEDGEMENT
};

static uint64_t mix(uint64_t hash, uint64_t value)
{
	struct rng r;

	rng_seed(&r, hash ^ value);
	return rng_next(&r);
}

static uint64_t mix_ip(const struct ipv4 *ip)
{
	return mix(mix(ip->protocol, ip->source), ip->destination);
}

static uint64_t mix_ports(uint64_t hash, uint16_t from, uint16_t to)
{
	return mix(hash, (uint64_t)from << 16 | to);
}

/* find_connection - its place, or the place of the oldest one near it */
static struct fingerprint_connection *
find_connection(struct packet_fingerprint *i, uint64_t name)
{
	struct fingerprint_connection *oldest = NULL;

	for (unsigned n = 0; n < FINGERPRINT_NEAR; n++) {
		struct fingerprint_connection *c = &i->connections[
			(name + n) % FINGERPRINT_CONNECTIONS];

		if (c->name == name)
			return c;
		/* empty places have met = 0 */
		if (!oldest || c->met < oldest->met)
			oldest = c;
	}
	return oldest;
}

/* connection_of - the one of @s; a SYN with another number begins a new one */
static struct fingerprint_connection *
connection_of(struct packet_fingerprint *i, uint64_t name,
	      const struct segment *s)
{
	struct fingerprint_connection *c = find_connection(i, name);

	if (c->name != name || ((s->flags & TCP_SYN) &&
				c->sequence != s->sequence)) {
		*c = (struct fingerprint_connection){
			.name = name,
			/* the first one after a SYN that was not seen */
			.sequence = s->sequence - !(s->flags & TCP_SYN),
			.met = ++i->met,
		};
	}
	if ((s->flags & TCP_ACK) && !c->acknowledges) {
		c->acknowledges = true;
		c->acknowledged = s->acknowledgement;
	}
	return c;
}

static uint64_t of_segment(struct packet_fingerprint *i, uint64_t name,
			   const struct segment *s)
{
	const struct fingerprint_connection *c;

	if (s->flags & TCP_RST)
		return mix(name, KIND_RST);
	c = connection_of(i, name, s);
	if (s->flags & TCP_SYN)
		return mix(mix(name, s->flags & TCP_ACK ? KIND_SYN_ACK :
			       KIND_SYN), s->window);
	if (s->payload || (s->flags & TCP_FIN))
		return mix(mix(name, KIND_DATA), s->sequence - c->sequence);
	return mix(mix(name, KIND_ACKNOWLEDGEMENT),
		   s->acknowledgement - c->acknowledged);
}

/* of_icmp - an error is its type, its code and the quoted connection */
static uint64_t of_icmp(uint64_t hash, const uint8_t *bytes, size_t length)
{
	struct icmp m;

	if (!icmp_parse(bytes, length, &m))
		return mix(hash, KIND_ICMP);
	hash = mix(mix(hash, KIND_ICMP), (uint64_t)m.type << 8 | m.code);
	if (!m.is_error)
		return hash;
	return mix_ports(mix(hash, mix_ip(&m.quoted)), m.source.port,
			 m.destination.port);
}

uint64_t packet_fingerprint(struct packet_fingerprint *i, const uint8_t *packet,
			    size_t length)
{
	struct segment s;
	struct ipv4 ip;
	uint64_t hash;

	if (!ipv4_parse(packet, length, &ip))
		return mix(0, KIND_OTHER);
	hash = mix_ip(&ip);
	if (ip.fragment_offset)
		return mix(mix(hash, KIND_FRAGMENT), ip.fragment_offset);
	if (segment_parse(packet, length, &s))
		return of_segment(i, mix_ports(hash, s.source.port,
					       s.destination.port), &s);
	packet += ip.header_length;
	length -= ip.header_length;
	if (ip.protocol == IPV4_ICMP)
		return of_icmp(hash, packet, length);
	if (ip.protocol == IPV4_UDP && length >= PORTS_LENGTH)
		hash = mix_ports(hash, source_port(packet),
				 destination_port(packet));
	return mix(hash, KIND_PORTS);
}
