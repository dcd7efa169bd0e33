#include "nat/tcp_state.h"

#include "base/clock.h"
#include "nat/nat_session.h"
#include "nat/tcp_rfc7857.h"
#include "nat/verdict.h"
#include "wire/bytes.h"
#include "wire/checksum.h"
#include "wire/tcp.h"
#include "wire/udp.h"

/* The NAT's timer for each of conntrack's. */
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

void tcp_state_set_timeouts(struct nat *n)
{
	for (int i = 1; i < CONNTRACK_TIMERS; i++)
		n->conntrack_options.seconds[i] =
			(uint32_t)(n->timeouts[timers[i]] / NS_PER_S);
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

/* checksum_is_right - is the checksum correct? conntrack calls packets with a
   wrong checksum invalid; that of a first fragment and an unfinished one cannot
   be checked */
static bool checksum_is_right(const struct packet *p)
{
	uint32_t sum = 0;

	if (p->raw->partial || p->ip.first ||
	    (transport(p->protocol) == NAT_UDP && !udp_has_checksum(p->l4)))
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

/* check_segment - check a TCP segment of a session */
static enum conntrack_verdict check_segment(struct packet_context *ctx,
					    const struct nat_session *s,
					    enum conntrack_direction direction,
					    enum conntrack_timer *timer)
{
	struct nat *n = ctx->nat;
	union conntrack_memory *m = &n->conntrack[session_number(&n->table, s)];
	struct conntrack_segment segment = segment_of(&ctx->packet);
	enum conntrack_verdict verdict;

	/* As in Linux, it sees the inside host's own numbers both ways. */
	if (ctx->side == NAT_OUTSIDE)
		segment.acknowledgement -= s->offset;
	verdict = conntrack_packet(&m->tcp, &n->conntrack_options, direction,
				   &segment, s->expires - ctx->now, timer);
	if (verdict == CONNTRACK_DESTROY)
		ctx->ends_session = true;
	return verdict == CONNTRACK_INVALID || verdict == CONNTRACK_RENEW ?
		verdict : CONNTRACK_ACCEPT;
}

enum conntrack_verdict tcp_state_check(struct packet_context *ctx,
				       struct nat_session *s)
{
	struct nat *n = ctx->nat;
	union conntrack_memory *m = &n->conntrack[session_number(&n->table, s)];
	bool opened_in = s->seen & SEEN_OPENED_IN;
	enum conntrack_direction direction =
		opened_in == (ctx->side == NAT_OUTSIDE) ? CONNTRACK_ORIGINAL :
		CONNTRACK_REPLY;
	enum conntrack_verdict verdict = CONNTRACK_ACCEPT;
	enum conntrack_timer timer = CONNTRACK_TIMER_KEEP;

	if (!checksum_is_right(&ctx->packet))
		return CONNTRACK_INVALID;
	switch (transport(ctx->packet.protocol)) {
	case NAT_TCP:
		verdict = check_segment(ctx, s, direction, &timer);
		break;
	case NAT_UDP:
		timer = conntrack_udp_packet(&m->udp, direction, ctx->now);
		break;
	default:
		timer = CONNTRACK_TIMER_ICMP;
	}
	if (timer != CONNTRACK_TIMER_KEEP && verdict != CONNTRACK_RENEW)
		nat_session_refresh(n, s, (enum nat_timer)timers[timer],
				    ctx->now);
	return verdict;
}

bool tcp_state_opens(struct packet_context *ctx, enum nat_timer *timer)
{
	const struct packet *p = &ctx->packet;
	enum conntrack_timer first = CONNTRACK_TIMER_ICMP;
	struct conntrack_segment segment;
	bool opens = false;

	if (!checksum_is_right(p))
		return false;
	switch (transport(p->protocol)) {
	case NAT_TCP:
		segment = segment_of(p);
		opens = conntrack_open(&ctx->memory.tcp,
				       &ctx->nat->conntrack_options, &segment,
				       &first) == CONNTRACK_ACCEPT;
		break;
	case NAT_UDP:
		first = conntrack_udp_open(&ctx->memory.udp, ctx->now);
		opens = true;
		break;
	default:
		opens = p->kind == PACKET_ICMP_REQUEST;
	}
	*timer = (enum nat_timer)timers[first];
	return opens;
}

void handle_invalid(struct packet_context *ctx)
{
	if (profile_of(ctx)->invalid != INVALID_LEAK ||
	    ctx->side != NAT_INSIDE || is_to_external(ctx->nat, &ctx->packet))
		drop(ctx, "tcp-state = conntrack: invalid");
	else if (check_ttl_mtu(ctx))
		forward(ctx);
}
