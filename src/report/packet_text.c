#include "report/packet_text.h"

#include "wire/ipv4.h"

#include <stdio.h>
#include <string.h>

#define LOW_TTL 32	/* no system's default is as low */

void packet_text_begin(struct packet_text *w,
		       const struct attempt_result *result)
{
	memset(w, 0, sizeof(*w));
	w->result = result;
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

static struct packet_text_flow *flow_find(struct packet_text *w,
					  const struct endpoint *from,
					  const struct endpoint *to)
{
	size_t i;

	for (i = 0; i < w->count; i++)
		if (endpoint_equal(&w->flows[i].from, from) &&
		    endpoint_equal(&w->flows[i].to, to))
			return &w->flows[i];
	return NULL;
}

static struct packet_text_flow *flow_add(struct packet_text *w,
					 const struct segment *s)
{
	struct packet_text_flow *f;

	if (w->count == PACKET_TEXT_FLOWS)
		return NULL;
	f = &w->flows[w->count++];
	f->from = s->source;
	f->to = s->destination;
	f->isn = s->sequence;
	f->window = s->window;
	return f;
}

/* Take a SYN's number; true when its direction had another one before. */
static bool flow_syn(struct packet_text *w, struct packet_text_flow **f,
		     const struct segment *s)
{
	if (!(s->flags & TCP_SYN))
		return false;
	if (!*f) {
		*f = flow_add(w, s);
		return false;
	}
	if (!(s->flags & TCP_ACK))
		(*f)->window = s->window;
	if ((*f)->isn == s->sequence)
		return false;
	(*f)->isn = s->sequence;
	return true;
}

/*
 * The number that a direction's numbers are shown relative to: that of its
 * latest SYN here, or what the hosts told each other, or 0.
 */
static uint32_t flow_isn(const struct packet_text *w,
			 const struct packet_text_flow *f, bool own)
{
	if (f)
		return f->isn;
	return w->result ? w->result->isn[own ? 0 : 1] : 0;
}

/*
 * Is it a SYN-ACK with our mark: a window that is the sender's SYN's minus 1?
 * The peer's SYN was not always seen here; then what the socket was taken out
 * of SYN_SENT by, which the attempt read from the capture, tells.
 */
static bool is_marked(struct packet_text *w, const struct segment *s, bool own,
		      const struct packet_text_flow *f)
{
	enum mechanism m = w->result ?
		(enum mechanism)w->result->mechanism : MECHANISM_NONE;

	if (f && s->window == (uint16_t)(f->window - 1))
		return true;
	if (own || w->marked_seen)
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

static const char *mark_name(struct packet_text *w, const struct trace_event *e,
			     const struct segment *s, bool own,
			     const struct packet_text_flow *f,
			     struct packet_description *out)
{
	if (e->kind == TRACE_SPOOFED) {
		out->from_server = true;
	} else if ((s->flags & (TCP_SYN | TCP_ACK)) != (TCP_SYN | TCP_ACK) ||
		   !is_marked(w, s, own, f)) {
		return "";
	} else if (!own) {
		w->marked_seen = true;
		out->from_server = w->server_spoofs ||
			(w->result && w->result->mechanism ==
			 MECHANISM_SPOOFED_SYN_ACK);
	}
	out->tone = TONE_MARKED;
	return out->from_server ? "spoofed " : "forged ";
}

/* " 0:0(0) ack 1"; an RST that acknowledges has no number of its own */
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

static void tcp_words(struct packet_text *w, const struct trace_event *e,
		      struct packet_description *out)
{
	const struct segment *s = &out->segment;
	struct packet_text_flow *f, *back;
	bool own = e->kind == TRACE_PACKET_OUT;
	bool renewed;
	const char *mark;
	char numbers[64], ttl[16] = "";

	f = flow_find(w, &s->source, &s->destination);
	back = flow_find(w, &s->destination, &s->source);
	if (s->flags & TCP_RST)
		out->tone = TONE_BAD;
	mark = mark_name(w, e, s, own, f, out);
	renewed = flow_syn(w, &f, s);
	numbers_text(s, flow_isn(w, f, own), flow_isn(w, back, !own), numbers,
		     sizeof(numbers));
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

static void icmp_words(const struct ipv4 *ip, struct packet_description *out)
{
	bool exceeded = out->icmp.type == ICMP_TYPE_TIME_EXCEEDED;
	char from[ADDRESS_TEXT];

	out->tone = exceeded ? TONE_WARNING : TONE_BAD;
	snprintf(out->text, sizeof(out->text), "%s from %s",
		 exceeded ? "time exceeded" : unreachable_name(out->icmp.code),
		 address_text(ip->source, from));
}

void packet_text_next(struct packet_text *w, const struct trace_event *e,
		      struct packet_description *out)
{
	struct ipv4 ip;

	memset(out, 0, sizeof(*out));
	if (!event_is_packet(e) || !ipv4_parse(e->bytes, e->length, &ip)) {
		snprintf(out->text, sizeof(out->text), "a packet cut short");
		return;
	}
	if (segment_parse(e->bytes, e->length, &out->segment)) {
		out->is_tcp = true;
		tcp_words(w, e, out);
	} else if (ip.protocol == IPV4_ICMP &&
		   icmp_parse(e->bytes + ip.header_length,
			      (size_t)(e->length - ip.header_length),
			      &out->icmp) && out->icmp.is_error) {
		out->is_icmp = true;
		icmp_words(&ip, out);
	} else {
		snprintf(out->text, sizeof(out->text), "protocol %u, %u bytes",
			 ip.protocol, e->full_length);
	}
}
