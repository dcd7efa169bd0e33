#include "compare.h"

#include "fields.h"

#include "wire/bytes.h"
#include "wire/checksum.h"
#include "wire/icmp.h"
#include "wire/ipv4.h"
#include "wire/udp.h"

#include <stdio.h>
#include <string.h>

/* ---- checksums ---- */

static bool l4_holds(const struct ipv4 *ip, const uint8_t *l4, size_t length)
{
	uint32_t sum = ip->protocol == IPV4_ICMP ? 0 :
		checksum_pseudo(ip->source, ip->destination, ip->protocol,
				(uint16_t)length);

	if (ip->protocol == IPV4_UDP && length >= UDP_HEADER &&
	    !get16(l4 + 6))
		return true;
	return checksum_fold(checksum_add(sum, l4, length)) == 0xffff;
}

bool checksums_hold(const uint8_t *bytes, size_t length)
{
	struct ipv4 ip;
	struct icmp icmp;

	if (!ipv4_parse(bytes, length, &ip) || ip.total_length > length ||
	    checksum_fold(checksum_add(0, bytes, ip.header_length)) != 0xffff)
		return false;
	bytes += ip.header_length;
	length = (size_t)ip.total_length - ip.header_length;
	if (!l4_holds(&ip, bytes, length))
		return false;
	if (ip.protocol != IPV4_ICMP || !icmp_parse(bytes, length, &icmp) ||
	    !icmp.is_error || icmp.quoted.total_length > length - ICMP_HEADER)
		return true;
	return checksums_hold(bytes + ICMP_HEADER, length - ICMP_HEADER);
}

/* ---- ports that were not preserved ---- */

/* A packet's external port, and the one that replaces it to compare. */
struct renaming {
	uint16_t from, to;
};

/* nat_port - the field of the external port, in a packet or a quote; NULL:
   none */
static uint8_t *nat_port(const struct ipv4 *ip, uint8_t *l4, size_t length)
{
	if (length < 8)
		return NULL;
	if (ip->protocol == IPV4_ICMP)
		return l4[0] == ICMP_TYPE_ECHO ||
		       l4[0] == ICMP_TYPE_ECHO_REPLY ? l4 + 4 : NULL;
	if (ip->source == ADDRESS_OUTSIDE)
		return l4;
	return ip->destination == ADDRESS_OUTSIDE ? l4 + 2 : NULL;
}

static uint8_t *checksum_field(const struct ipv4 *ip, uint8_t *l4,
			       size_t length)
{
	size_t at = ip->protocol == IPV4_TCP ? 16 :
		    ip->protocol == IPV4_UDP ? 6 : 2;

	if (length < at + 2 || (ip->protocol == IPV4_UDP && !get16(l4 + 6)))
		return NULL;
	return l4 + at;
}

/* update_checksum - one's complement has two zeros, and which one results
   depends on the ports: both become 0 here */
static void update_checksum(uint8_t field[2], uint16_t before, uint16_t after)
{
	checksum_change16(field, before, after);
	if (get16(field) == 0xffff)
		put16(field, 0);
}

/* rename_here - replace the port and update the checksum, be it right or wrong.
   For a quote, the error's checksum follows both changes. */
static void rename_here(uint8_t *bytes, size_t length,
			const struct renaming *r, uint8_t *outer)
{
	struct ipv4 ip;
	uint8_t *l4, *port, *field;
	uint16_t before;

	if (!ipv4_parse(bytes, length, &ip))
		return;
	l4 = bytes + ip.header_length;
	length -= ip.header_length;
	if (length >= ICMP_HEADER && ip.protocol == IPV4_ICMP && !outer)
		rename_here(l4 + ICMP_HEADER, length - ICMP_HEADER, r, l4 + 2);
	port = nat_port(&ip, l4, length);
	if (!port || get16(port) != r->from)
		return;
	put16(port, r->to);
	field = checksum_field(&ip, l4, length);
	before = field ? get16(field) : 0;
	if (field)
		update_checksum(field, r->from, r->to);
	if (outer)
		update_checksum(outer, r->from, r->to);
	if (outer && field)
		update_checksum(outer, before, get16(field));
}

/* port_class - preserved, or one of the ranges that masquerading distinguishes;
   echo identifiers have one range only */
static int port_class(const struct sequence_flow *f, uint16_t port)
{
	if (port == f->near_port)
		return 0;
	return f->protocol == IPV4_ICMP ? 1 : port < 512 ? 2 :
	       port < 1024 ? 3 : 4;
}

/* ---- the comparison ---- */

struct pair {
	const struct sequence *sequence;
	const struct nat_trace *traces[2];	/* the kernel's, the model's */
	unsigned step;
	struct difference *out;
};

static void clear_id(uint8_t *ip)
{
	checksum_change16(ip + 10, get16(ip + 4), 0);
	put16(ip + 4, 0);
}

/* comparable - a copy of an output without the fields that may differ */
static size_t comparable(const struct pair *p, int which,
			 const struct output *o, uint8_t out[BUILD_ROOM])
{
	const struct sequence_step *s = &p->sequence->steps[p->step];
	uint16_t inside = p->sequence->flows[s->flow].near_port;
	uint16_t external = p->traces[which]->bound[p->step].external[s->flow];
	struct renaming r = { external, inside };

	memcpy(out, o->bytes, o->length);
	if (external != inside)
		rename_here(out, o->length, &r, NULL);
	if (o->side == s->side && o->length >= IPV4_HEADER)
		clear_id(out);
	return o->length;
}

static bool same_output(struct pair *p, enum nat_side side, unsigned number)
{
	const struct output *o[2];
	uint8_t bytes[2][BUILD_ROOM];
	size_t length[2];

	for (int i = 0; i < 2; i++)
		o[i] = trace_find(p->traces[i], p->step, side, number);
	if (!o[0] || !o[1])
		return o[0] == o[1];
	for (int i = 0; i < 2; i++)
		length[i] = comparable(p, i, o[i], bytes[i]);
	return !fields_differ(bytes[0], length[0], bytes[1], length[1],
			      p->out->field, sizeof(p->out->field));
}

static bool same_ports(struct pair *p)
{
	const struct sequence_step *s = &p->sequence->steps[p->step];
	int class[2];

	for (int i = 0; i < 2; i++)
		class[i] = port_class(&p->sequence->flows[s->flow],
				      p->traces[i]->bound[p->step]
				      .external[s->flow]);
	if (class[0] == class[1])
		return true;
	snprintf(p->out->field, sizeof(p->out->field), "external port");
	return false;
}

static bool same_step(struct pair *p)
{
	const struct sequence_step *s = &p->sequence->steps[p->step];
	unsigned number = 0;

	trace_outcome(p->traces[0], s, p->step, p->out->kernel);
	trace_outcome(p->traces[1], s, p->step, p->out->model);
	p->out->field[0] = '\0';
	if (strcmp(p->out->kernel, p->out->model) != 0)
		return false;
	if (!same_ports(p))
		return false;
	for (; number < p->traces[0]->count; number++)
		if (!same_output(p, NAT_INSIDE, number) ||
		    !same_output(p, NAT_OUTSIDE, number))
			return false;
	return true;
}

void compare(const struct sequence *s, const struct nat_trace *kernel,
	     const struct nat_trace *model, struct difference *out)
{
	struct pair p = { s, { kernel, model }, 0, out };

	*out = (struct difference){ .identical = true };
	for (; p.step < s->step_count; p.step++)
		if (!same_step(&p)) {
			out->step = p.step;
			out->identical = false;
			return;
		}
}
