#include "nat/packet.h"

#include "wire/ipv4.h"
#include "wire/ipv6.h"
#include "wire/tcp.h"
#include "wire/udp.h"

#include <string.h>

static const char cut_short[] = "cut short";

static const char *read_ipv4(struct packet_ip *ip, uint8_t *bytes,
			     size_t length)
{
	struct ipv4 v4;

	if (!ipv4_parse(bytes, length, &v4))
		return length && ip_version(bytes) != 4 ? "not IPv4"
							: cut_short;
	*ip = (struct packet_ip){
		.source = bytes + IPV4_SOURCE_AT,
		.destination = bytes + IPV4_DESTINATION_AT,
		.header = v4.header_length,
		.length = v4.total_length,
		.id = v4.id,
		.protocol = v4.protocol,
		.ttl = v4.ttl,
		.first = v4.more_fragments && !v4.fragment_offset,
		.later = v4.fragment_offset,
		.whole = v4.dont_fragment,
	};
	return NULL;
}

static const char *read_ipv6(struct packet_ip *ip, uint8_t *bytes,
			     size_t length)
{
	struct ipv6 v6;

	if (!ipv6_parse(bytes, length, &v6))
		return cut_short;
	*ip = (struct packet_ip){
		.source = bytes + IPV6_SOURCE_AT,
		.destination = bytes + IPV6_DESTINATION_AT,
		.header = v6.header_length,
		.length = (size_t)IPV6_HEADER + v6.payload_length,
		.id = v6.fragment_id,
		.protocol = v6.protocol,
		.ttl = v6.hop_limit,
		.first = v6.more_fragments && !v6.fragment_offset,
		.later = v6.fragment_offset,
		.whole = true,
	};
	return NULL;
}

const char *packet_read_ip(struct packet_ip *ip, bool ipv6, uint8_t *bytes,
			   size_t length)
{
	return ipv6 ? read_ipv6(ip, bytes, length) :
		read_ipv4(ip, bytes, length);
}

uint32_t packet_number(const struct packet_reader *c, bool ipv6,
		       const uint8_t *address, bool near)
{
	uint8_t inner[16];

	if (!ipv6)
		return get32(address);
	if (!c->pair || !near || c->side == NAT_INSIDE)
		return interned_find(c->book, address);
	memcpy(inner, address, sizeof(inner));
	return prefix_in(c->pair, inner) ? interned_find(c->book, inner) : 0;
}

static enum packet_kind segment_kind(uint8_t flags)
{
	if (flags & TCP_RST)
		return PACKET_RST;
	if (!(flags & TCP_SYN))
		return PACKET_SEGMENT;
	return flags & TCP_ACK ? PACKET_SYN_ACK : PACKET_SYN;
}

static const char *read_ports(struct packet *p)
{
	p->source.port = source_port(p->l4);
	p->destination.port = destination_port(p->l4);
	return p->source.port && p->destination.port ? NULL : "port 0";
}

static const char *read_tcp(struct packet *p)
{
	size_t header;

	if (p->l4_length < TCP_HEADER)
		return cut_short;
	header = tcp_header_length(p->l4);
	if (header < TCP_HEADER || header > p->l4_length)
		return cut_short;
	p->protocol = p->ipv6 ? NAT_TCP6 : NAT_TCP;
	p->flags = tcp_flags(p->l4);
	p->sequence = tcp_sequence(p->l4);
	p->kind = segment_kind(p->flags);
	return read_ports(p);
}

static const char *read_udp(struct packet *p)
{
	uint16_t length;

	if (p->l4_length < UDP_HEADER)
		return cut_short;
	length = udp_length(p->l4);
	if (length < UDP_HEADER || (length > p->l4_length && !p->ip.first))
		return cut_short;
	p->protocol = p->ipv6 ? NAT_UDP6 : NAT_UDP;
	p->kind = PACKET_DATAGRAM;
	return read_ports(p);
}

static const char *read_transport(struct packet *p,
				  const struct packet_reader *c)
{
	uint8_t icmp = p->ipv6 ? IPV6_ICMP : IPV4_ICMP;

	if (p->ip.later) {
		p->kind = PACKET_FRAGMENT;
		return NULL;
	}
	p->l4 = p->raw->bytes + p->ip.header;
	p->l4_length = p->ip.length - p->ip.header;
	if (p->ip.protocol == IPV4_TCP)
		return read_tcp(p);
	if (p->ip.protocol == IPV4_UDP)
		return read_udp(p);
	return p->ip.protocol == icmp ? packet_read_icmp(p, c) : "protocol";
}

const char *packet_read(struct packet *p, struct nat_packet *raw,
			const struct packet_reader *c)
{
	bool outbound = c->side == NAT_INSIDE;
	const char *reason;

	*p = (struct packet){ .raw = raw };
	p->ipv6 = raw->length && ip_version(raw->bytes) == 6;
	if (p->ipv6 && c->profile->ipv6 == IPV6_DROP)
		return "ipv6 = drop";
	reason = packet_read_ip(&p->ip, p->ipv6, raw->bytes, raw->length);
	if (reason)
		return reason;
	if (p->ip.length > raw->length)
		return cut_short;
	/* RFC 1812 5.2.2 */
	if (!p->ipv6 && !ipv4_checksum_is_right(raw->bytes))
		return "ip checksum";
	p->is_whole = true;
	p->source.address = packet_number(c, p->ipv6, p->ip.source, outbound);
	p->destination.address = packet_number(c, p->ipv6, p->ip.destination,
					       !outbound);
	return read_transport(p, c);
}

void packet_decrement(struct packet *p)
{
	uint8_t ttl = (uint8_t)(p->ip.ttl - 1);

	if (p->ipv6)
		ipv6_set_hop_limit(p->raw->bytes, ttl);
	else
		ipv4_set_ttl(p->raw->bytes, ttl);
}
