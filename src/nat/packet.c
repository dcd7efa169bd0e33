#include "nat/packet.h"

#include "nat/packet_icmp.h"
#include "wire/ipv4.h"
#include "wire/ipv6.h"
#include "wire/tcp.h"
#include "wire/udp.h"

#include <string.h>

static const char cut_short[] = "cut short";

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
	if (p->flags & TCP_RST)
		p->kind = PACKET_RST;
	else if (!(p->flags & TCP_SYN))
		p->kind = PACKET_SEGMENT;
	else
		p->kind = p->flags & TCP_ACK ? PACKET_SYN_ACK : PACKET_SYN;
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
				  const struct packet_reader *r)
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
	return p->ip.protocol == icmp ? packet_read_icmp(p, r) : "protocol";
}

const char *packet_read(struct packet *p, struct nat_packet *raw,
			const struct packet_reader *r)
{
	bool outbound = r->side == NAT_INSIDE;
	const char *reason;

	*p = (struct packet){ .raw = raw };
	p->ipv6 = raw->length && ip_version(raw->bytes) == 6;
	if (p->ipv6 && r->profile->ipv6 == IPV6_DROP)
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
	p->source.address = packet_address(r, p->ipv6, p->ip.source, outbound);
	p->destination.address =
		packet_address(r, p->ipv6, p->ip.destination, !outbound);
	return read_transport(p, r);
}

void packet_decrement_ttl(struct packet *p)
{
	uint8_t ttl = (uint8_t)(p->ip.ttl - 1);

	if (p->ipv6)
		ipv6_set_hop_limit(p->raw->bytes, ttl);
	else
		ipv4_set_ttl(p->raw->bytes, ttl);
}
