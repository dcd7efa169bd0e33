#include "nat/packet.h"

#include "wire/bytes.h"
#include "wire/checksum.h"
#include "wire/tcp.h"
#include "wire/udp.h"

enum { TYPE_PARAMETER_PROBLEM = 12 };

static const char cut_short[] = "cut short";

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
	p->source.port = get16(p->l4);
	p->destination.port = get16(p->l4 + 2);
	return p->source.port && p->destination.port ? NULL : "port 0";
}

static const char *read_tcp(struct packet *p)
{
	size_t header;

	if (p->l4_length < TCP_HEADER)
		return cut_short;
	header = (size_t)(p->l4[12] >> 4) * 4;
	if (header < TCP_HEADER || header > p->l4_length)
		return cut_short;
	p->protocol = NAT_TCP;
	p->flags = p->l4[13];
	p->sequence = get32(p->l4 + 4);
	p->kind = segment_kind(p->flags);
	return read_ports(p);
}

static const char *read_udp(struct packet *p)
{
	uint16_t length;

	if (p->l4_length < UDP_HEADER)
		return cut_short;
	length = get16(p->l4 + 4);
	if (length < UDP_HEADER ||
	    (length > p->l4_length && !p->ip.more_fragments))
		return cut_short;
	p->protocol = NAT_UDP;
	p->kind = PACKET_DATAGRAM;
	return read_ports(p);
}

/* echo_type - requests go out and replies come in, nothing else */
static uint8_t echo_type(bool out)
{
	return out ? ICMP_TYPE_ECHO : ICMP_TYPE_ECHO_REPLY;
}

/* quoted_ids - an echo that went out has its identifier at its source, one
   that came in at its destination: as endpoints do */
static const char *quoted_ids(struct packet *p, enum nat_side side)
{
	uint16_t id = get16(p->quoted_l4 + 4);
	bool was_out = side == NAT_OUTSIDE;

	p->protocol = NAT_ICMP;
	if (was_out)
		p->quoted_source.port = id;
	else
		p->quoted_destination.port = id;
	return p->quoted_l4[0] == echo_type(was_out) ? NULL : "icmp type";
}

static const char *read_quoted(struct packet *p, const struct icmp *icmp,
			       enum nat_side side)
{
	size_t room = p->l4_length - icmp->quoted_at;
	const struct ipv4 *ip = &icmp->quoted;

	p->quoted = p->l4 + icmp->quoted_at;
	p->quoted_l4 = p->quoted + ip->header_length;
	/* What follows the quoted packet (padding, RFC 4884) is not of it. */
	if (room > ip->total_length)
		room = ip->total_length;
	if (room < ip->header_length + 8U)
		return cut_short;
	p->quoted_l4_length = room - ip->header_length;
	p->quoted_source = icmp->source;
	p->quoted_destination = icmp->destination;
	if (ip->fragment_offset)
		return "fragment";
	switch (ip->protocol) {
	case IPV4_TCP:
		p->protocol = NAT_TCP;
		return NULL;
	case IPV4_UDP:
		p->protocol = NAT_UDP;
		return NULL;
	case IPV4_ICMP:
		return quoted_ids(p, side);
	default:
		return "protocol";
	}
}

/* read_icmp_error - only those that tell a packet's fate; RFC 5508 REQ-3 */
static const char *read_icmp_error(struct packet *p, const struct icmp *icmp,
				   enum nat_side side)
{
	if (icmp->type != ICMP_TYPE_UNREACHABLE &&
	    icmp->type != ICMP_TYPE_TIME_EXCEEDED &&
	    icmp->type != TYPE_PARAMETER_PROBLEM)
		return "icmp type";
	if (checksum_fold(checksum_add(0, p->l4, p->l4_length)) != 0xffff)
		return "icmp checksum";
	p->kind = PACKET_ERROR;
	return read_quoted(p, icmp, side);
}

static const char *read_icmp(struct packet *p, enum nat_side side)
{
	struct icmp icmp;

	if (!icmp_parse(p->l4, p->l4_length, &icmp))
		return cut_short;
	if (icmp.is_error)
		return read_icmp_error(p, &icmp, side);
	if (icmp.type != echo_type(side == NAT_INSIDE))
		return "icmp type";
	p->protocol = NAT_ICMP;
	p->kind = PACKET_ECHO;
	if (side == NAT_INSIDE)
		p->source.port = icmp.id;
	else
		p->destination.port = icmp.id;
	return NULL;
}

const char *packet_read(struct packet *p, struct nat_packet *raw,
			enum nat_side side)
{
	*p = (struct packet){ .raw = raw };
	if (!ipv4_parse(raw->bytes, raw->length, &p->ip))
		return raw->length && raw->bytes[0] >> 4 != 4 ? "not IPv4" :
			cut_short;
	if (p->ip.total_length > raw->length)
		return cut_short;
	if (p->ip.fragment_offset)
		return "fragment";
	p->source.address = p->ip.source;
	p->destination.address = p->ip.destination;
	p->l4 = raw->bytes + p->ip.header_length;
	p->l4_length = (size_t)p->ip.total_length - p->ip.header_length;
	switch (p->ip.protocol) {
	case IPV4_TCP:
		return read_tcp(p);
	case IPV4_UDP:
		return read_udp(p);
	case IPV4_ICMP:
		return read_icmp(p, side);
	default:
		return "protocol";
	}
}

void packet_decrement(struct packet *p)
{
	uint8_t *ip = p->raw->bytes;
	uint16_t before = get16(ip + 8);

	ip[8]--;
	checksum_change16(ip + 10, before, get16(ip + 8));
}
