/* tcp-state = conntrack: the engine's packets and sessions, as conntrack
   wants them. */
#include "nat/core.h"

#include "base/clock.h"
#include "nat/tcp_rfc7857.h"
#include "wire/bytes.h"
#include "wire/checksum.h"
#include "wire/tcp.h"
#include "wire/udp.h"

/* Which of the NAT's timers is which of conntrack's. */
static const uint8_t timers[CONNTRACK_TIMERS] = {
	[CONNTRACK_SYN_SENT] = TIMER_SYN,
	[CONNTRACK_SYN_RECV] = TIMER_SYN_RECV,
	[CONNTRACK_ESTABLISHED] = TIMER_ESTABLISHED,
	[CONNTRACK_FIN_WAIT] = TIMER_FIN_WAIT,
	[CONNTRACK_CLOSE_WAIT] = TIMER_CLOSE_WAIT,
	[CONNTRACK_LAST_ACK] = TIMER_LAST_ACK,
	[CONNTRACK_TIME_WAIT] = TIMER_TIME_WAIT,
	[CONNTRACK_CLOSE] = TIMER_RST,
	[CONNTRACK_SYN_SENT2] = TIMER_SYN_SENT2,
	[CONNTRACK_TIMER_MAX_RETRANS] = TIMER_UNACKNOWLEDGED,
	[CONNTRACK_TIMER_UNACKNOWLEDGED] = TIMER_UNACKNOWLEDGED,
	[CONNTRACK_TIMER_UDP] = TIMER_UDP,
	[CONNTRACK_TIMER_UDP_STREAM] = TIMER_UDP_STREAM,
	[CONNTRACK_TIMER_ICMP] = TIMER_ICMP,
};

void tracking_timeouts(struct nat *n)
{
	for (int i = 1; i < CONNTRACK_TIMERS; i++)
		n->conntrack.seconds[i] =
			(uint32_t)(n->timeouts[timers[i]] / NS_PER_S);
}

static union nat_memory *memory_of(const struct nat *n,
				   const struct nat_session *s)
{
	return &n->memories[session_number(&n->table, s)];
}

static enum conntrack_direction direction_of(const struct packet_context *g,
					     const struct nat_session *s)
{
	bool in = s->seen & SEEN_OPENED_IN;

	return in == (g->side == NAT_OUTSIDE) ? CONNTRACK_ORIGINAL :
		CONNTRACK_REPLY;
}

static struct conntrack_segment segment_of(const struct packet *p)
{
	size_t header = tcp_header_length(p->l4);

	return (struct conntrack_segment){
		.sequence = p->sequence,
		.acknowledgement = tcp_acknowledgement(p->l4),
		.window = tcp_window(p->l4),
		.length = (uint16_t)(p->l4_length - header),
		.flags = p->flags,
		.options_length = (uint8_t)(header - TCP_HEADER),
		.options = p->l4 + TCP_HEADER,
	};
}

/* is_sound - has it the right checksum? Conntrack believes no other. */
static bool is_sound(const struct packet *p)
{
	uint32_t sum = 0;

	if (p->raw->partial || p->ip.first ||
	    (transport(p->protocol) == NAT_UDP &&
	     !udp_has_checksum(p->l4)))
		return true;
	if (p->ipv6)
		sum = checksum_pseudo6(p->ip.source, p->ip.destination,
				       p->ip.protocol, (uint32_t)p->l4_length);
	else if (p->protocol != NAT_ICMP)
		sum = checksum_pseudo(get32(p->ip.source),
				      get32(p->ip.destination),
				      p->ip.protocol, (uint16_t)p->l4_length);
	return checksum_fold(checksum_add(sum, p->l4, p->l4_length)) == 0xffff;
}

static enum tracking known_segment(struct packet_context *g,
				   struct nat_session *s, union nat_memory *m,
				   enum conntrack_timer *timer)
{
	struct conntrack_segment segment = segment_of(&g->packet);

	/* as in Linux, it sees the inside's own numbers both ways */
	if (g->side == NAT_OUTSIDE)
		segment.acknowledgement -= s->offset;
	switch (conntrack_packet(&m->tcp, &g->nat->conntrack,
				 direction_of(g, s), &segment,
				 s->expires - g->now, timer)) {
	case CONNTRACK_INVALID:
		return TRACKING_INVALID;
	case CONNTRACK_RENEW:
		return TRACKING_RENEW;
	case CONNTRACK_DESTROY:
		g->destroys = true;
		return TRACKING_PASS;
	default:
		return TRACKING_PASS;
	}
}

enum tracking tracking_known(struct packet_context *g, struct nat_session *s)
{
	enum conntrack_timer timer = CONNTRACK_TIMER_KEEP;
	union nat_memory *m = memory_of(g->nat, s);
	enum tracking says = TRACKING_PASS;

	if (!is_sound(&g->packet))
		return TRACKING_INVALID;
	switch (transport(g->packet.protocol)) {
	case NAT_TCP:
		says = known_segment(g, s, m, &timer);
		break;
	case NAT_UDP:
		timer = conntrack_udp_packet(&m->udp, direction_of(g, s),
					     g->now);
		break;
	default:
		timer = CONNTRACK_TIMER_ICMP;
	}
	if (timer != CONNTRACK_TIMER_KEEP && says != TRACKING_RENEW)
		flow_refresh(g->nat, s, (enum nat_timer)timers[timer], g->now);
	return says;
}

bool tracking_opens(struct packet_context *g, enum nat_timer *timer)
{
	const struct packet *p = &g->packet;
	union nat_memory *out = &g->memory;
	enum conntrack_timer first = CONNTRACK_TIMER_ICMP;
	bool opens = false;

	if (!is_sound(p))
		return false;
	switch (transport(p->protocol)) {
	case NAT_TCP: {
		struct conntrack_segment segment = segment_of(p);

		opens = conntrack_open(&out->tcp, &g->nat->conntrack,
				       &segment, &first) == CONNTRACK_ACCEPT;
		break;
	}
	case NAT_UDP:
		first = conntrack_udp_open(&out->udp, g->now);
		opens = true;
		break;
	default:
		opens = p->kind == PACKET_QUERY;
	}
	*timer = (enum nat_timer)timers[first];
	return opens;
}

const char *tracking_name(const struct nat *n, const struct nat_session *s)
{
	static const char *const names[CONNTRACK_STATES] = {
		"none", "syn-sent", "syn-recv", "established", "fin-wait",
		"close-wait", "last-ack", "time-wait", "close", "syn-sent2",
	};

	return names[memory_of(n, s)->tcp.state];
}

void passage_invalid(struct packet_context *g)
{
	if (profile_of(g)->invalid == INVALID_LEAK &&
	    g->side == NAT_INSIDE && !nat_is_external(g->nat, &g->packet)) {
		if (!passage_stops(g))
			passage_leave(g);
		return;
	}
	passage_drop(g, "tcp-state = conntrack: invalid");
}
