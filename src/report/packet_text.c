#include "report/packet_text.h"

#include "wire/ipv4.h"
#include "wire/udp.h"

#include <stdio.h>
#include <string.h>

#define LOW_TTL 32	/* lower than the default of any system */

void packet_text_begin(struct packet_text *context,
		       const struct attempt_result *result)
{
	memset(context, 0, sizeof(*context));
	context->result = result;
}

bool event_is_packet(const struct trace_event *e)
{
	switch (e->kind) {
	case TRACE_PACKET_OUT:
	case TRACE_PACKET_IN:
	case TRACE_SPOOFED:
	case TRACE_DROPPED:
	case TRACE_ANSWERED:
		return e->length && e->length <= TRACE_BYTES;
	default:
		return false;
	}
}

const char *event_text(const struct trace_event *e, char buffer[TRACE_TEXT + 1])
{
	size_t i;

	memcpy(buffer, e->text, TRACE_TEXT);
	buffer[TRACE_TEXT] = '\0';
	for (i = 0; buffer[i]; i++)
		if (buffer[i] < ' ' || buffer[i] > '~')
			buffer[i] = '?';
	return buffer;
}

static struct packet_text_flow *flow_find(struct packet_text *context,
					  const struct endpoint *from,
					  const struct endpoint *to)
{
	size_t i;

	for (i = 0; i < context->count; i++)
		if (endpoint_equal(&context->flows[i].from, from) &&
		    endpoint_equal(&context->flows[i].to, to))
			return &context->flows[i];
	return NULL;
}

/* flow_syn - note the ISN of a SYN
   Return: true: its direction had another one before */
static bool flow_syn(struct packet_text *context,
		     struct packet_text_flow **flow, const struct segment *s)
{
	if (!(s->flags & TCP_SYN))
		return false;
	if (!*flow) {
		if (context->count == PACKET_TEXT_FLOWS)
			return false;
		*flow = &context->flows[context->count++];
		**flow = (struct packet_text_flow){
			.from = s->source, .to = s->destination,
			.isn = s->sequence, .window = s->window,
		};
		return false;
	}
	if (!(s->flags & TCP_ACK))
		(*flow)->window = s->window;
	if ((*flow)->isn == s->sequence)
		return false;
	(*flow)->isn = s->sequence;
	return true;
}

/* flow_isn - what a direction's sequence numbers are relative to: the ISN of
   its latest SYN here, or the one that the hosts told each other, or 0 */
static uint32_t flow_isn(const struct packet_text *context,
			 const struct packet_text_flow *flow, bool own)
{
	if (flow)
		return flow->isn;
	return context->result ? context->result->isn[own ? 0 : 1] : 0;
}

/*
 * is_marked - is it a SYN-ACK with our mark, the window of the sender's SYN
 * minus 1? If the peer's SYN was not seen here, the attempt's mechanism says
 * whether a marked SYN-ACK took the socket out of SYN_SENT.
 */
static bool is_marked(struct packet_text *context, const struct segment *s,
		      bool own, const struct packet_text_flow *flow)
{
	enum mechanism m = context->result ?
		(enum mechanism)context->result->mechanism : MECHANISM_NONE;

	if (flow && s->window == (uint16_t)(flow->window - 1))
		return true;
	if (own || context->marked_seen)
		return false;
	return m == MECHANISM_SPOOFED_SYN_ACK || m == MECHANISM_FORGED_SYN_ACK;
}

static const char *segment_name(const struct segment *s)
{
	bool ack = s->flags & TCP_ACK;

	if (s->flags & TCP_RST)
		return "RST";
	if (s->flags & TCP_SYN)
		return ack ? "SYN-ACK" : "SYN";
	if (s->flags & TCP_FIN)
		return "FIN";
	return s->payload ? "data" : ack ? "ACK" : "segment";
}

/* mark_name - "forged ", "spoofed " or ""; sets the tone of a marked packet */
static const char *mark_name(struct packet_text *context,
			     const struct trace_event *e,
			     const struct segment *s, bool own,
			     const struct packet_text_flow *flow,
			     struct packet_description *out)
{
	if (e->kind == TRACE_SPOOFED) {
		out->from_server = true;
	} else if ((s->flags & (TCP_SYN | TCP_ACK)) != (TCP_SYN | TCP_ACK) ||
		   !is_marked(context, s, own, flow)) {
		return "";
	} else if (!own) {
		context->marked_seen = true;
		out->from_server =
			context->server_spoofs ||
			(context->result && context->result->mechanism ==
						    MECHANISM_SPOOFED_SYN_ACK);
	}
	out->tone = TONE_MARKED;
	return out->from_server ? "spoofed " : "forged ";
}

/* numbers_text - " 0:0(0) ack 1"; only " ack 1" for a RST with ACK */
static void numbers_text(const struct segment *s, uint32_t isn,
			 uint32_t peer_isn, char *out, size_t room)
{
	uint32_t first = s->sequence - isn;
	char ack[16] = "";

	if (s->flags & TCP_ACK)
		snprintf(ack, sizeof(ack), " ack %u",
			 s->acknowledgement - peer_isn);
	if (s->flags & TCP_RST && s->flags & TCP_ACK)
		snprintf(out, room, "%s", ack);
	else
		snprintf(out, room, " %u:%u(%u)%s", first, first + s->payload,
			 s->payload, ack);
}

static void describe_segment(struct packet_text *context,
			     const struct trace_event *e,
			     struct packet_description *out)
{
	const struct segment *s = &out->segment;
	struct packet_text_flow *flow, *back;
	bool own = e->kind == TRACE_PACKET_OUT;
	bool renewed;
	const char *mark;
	char numbers[64], ttl[16] = "";

	flow = flow_find(context, &s->source, &s->destination);
	back = flow_find(context, &s->destination, &s->source);
	if (s->flags & TCP_RST)
		out->tone = TONE_BAD;
	mark = mark_name(context, e, s, own, flow, out);
	renewed = flow_syn(context, &flow, s);
	numbers_text(s, flow_isn(context, flow, own),
		     flow_isn(context, back, !own), numbers, sizeof(numbers));
	if (own && s->ttl <= LOW_TTL)
		snprintf(ttl, sizeof(ttl), " ttl %u", s->ttl);
	snprintf(out->text, sizeof(out->text), "%s%s%s%s%s", mark,
		 segment_name(s), numbers, ttl, renewed ? " new ISN" : "");
}

static const char *unreachable_name(uint8_t code)
{
	switch (code) {
	case ICMP_CODE_HOST:
		return "host unreachable";
	case ICMP_CODE_PORT:
		return "port unreachable";
	case ICMP_CODE_ADMIN:
		return "prohibited";
	default:
		return "unreachable";
	}
}

void packet_text_next(struct packet_text *context, const struct trace_event *e,
		      struct packet_description *out)
{
	char from[ADDRESS_TEXT];
	struct udp udp;
	struct ipv4 ip;

	memset(out, 0, sizeof(*out));
	if (!event_is_packet(e) || !ipv4_parse(e->bytes, e->length, &ip)) {
		snprintf(out->text, sizeof(out->text), "a packet cut short");
		return;
	}
	if (segment_parse(e->bytes, e->length, &out->segment)) {
		out->is_tcp = true;
		describe_segment(context, e, out);
	} else if (ip.protocol == IPV4_ICMP &&
		   icmp_parse(e->bytes + ip.header_length,
			      (size_t)(e->length - ip.header_length),
			      &out->icmp) && out->icmp.is_error) {
		bool exceeded = out->icmp.type == ICMP_TYPE_TIME_EXCEEDED;

		out->is_icmp = true;
		out->tone = exceeded ? TONE_WARNING : TONE_BAD;
		snprintf(out->text, sizeof(out->text), "%s from %s",
			 exceeded ? "time exceeded" :
				    unreachable_name(out->icmp.code),
			 address_text(ip.source, from));
	} else if (ip.protocol == IPV4_UDP && udp_parse(
			   e->bytes + ip.header_length,
			   (size_t)(e->length - ip.header_length), &udp)) {
		out->is_udp = true;
		snprintf(out->text, sizeof(out->text), "datagram, %u bytes",
			 (unsigned)(udp.length - UDP_HEADER));
	} else {
		snprintf(out->text, sizeof(out->text), "protocol %u, %u bytes",
			 ip.protocol, e->full_length);
	}
}
