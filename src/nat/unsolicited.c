#include "nat/unsolicited.h"

#include "base/clock.h"
#include "nat/filter.h"
#include "nat/reply.h"
#include "nat/nat_session.h"
#include "nat/tcp_rfc7857.h"
#include "nat/verdict.h"
#include "wire/icmp.h"

#include <string.h>

#define ERROR_DELAY (6 * NS_PER_S)	/* RFC 5382 REQ-4 */

static struct nat_endpoint written_out(bool ipv6, const uint8_t *address,
				       uint16_t port)
{
	struct nat_endpoint e = { .ipv6 = ipv6, .port = port };

	memcpy(e.address, address, ipv6 ? 16 : 4);
	return e;
}

bool sender_is_blocked(const struct packet_context *ctx)
{
	const struct packet *p = &ctx->packet;
	struct nat_endpoint sender;

	if (!ctx->nat->blocklist.count ||
	    profile_of(ctx)->unsolicited_syn != UNSOLICITED_BAN)
		return false;
	sender = written_out(p->ipv6, p->ip.source, 0);
	return blocklist_has(&ctx->nat->blocklist, sender.address, ctx->now);
}

static void block_sender(struct packet_context *ctx, const char *reason)
{
	const struct packet *p = &ctx->packet;
	struct nat_endpoint sender = written_out(p->ipv6, p->ip.source, 0);

	blocklist_add(&ctx->nat->blocklist, sender.address,
		      ctx->now + profile_of(ctx)->ban_time * NS_PER_S);
	drop(ctx, reason);
}

/* reply_delayed - port unreachable after 6 s, unless the inside host sends a
   SYN there first */
static void reply_delayed(struct packet_context *ctx, const char *reason)
{
	const struct packet *p = &ctx->packet;
	struct icmp_reply r = { .type = ICMP_TYPE_UNREACHABLE,
				.code = ICMP_CODE_PORT };
	struct delayed_error *e = delayed_error_add(&ctx->nat->delayed_errors,
						    ctx->now + ERROR_DELAY);

	drop(ctx, reason);
	if (!e)
		return;
	memcpy(r.from, p->ip.destination, p->ipv6 ? 16 : 4);
	e->external =
		written_out(p->ipv6, p->ip.destination, p->destination.port);
	e->remote = written_out(p->ipv6, p->ip.source, p->source.port);
	e->length =
		(uint16_t)icmp_reply_build(e->bytes, DELAYED_ERROR_ROOM, p, &r);
	e->cancelled = !e->length;
}

static void refuse_syn(struct packet_context *ctx, const char *reason)
{
	const struct profile *profile = profile_of(ctx);

	if (profile->unsolicited_takes_port == TAKES_PORT_YES)
		nat_session_open_own(ctx);
	switch (profile->unsolicited_syn) {
	case UNSOLICITED_RST:
		reply_rst(ctx->result, &ctx->packet, reason);
		break;
	case UNSOLICITED_ICMP_PORT:
		reply_unreachable(ctx, ICMP_CODE_PORT, reason);
		break;
	case UNSOLICITED_ICMP_HOST:
		reply_unreachable(ctx, ICMP_CODE_HOST, reason);
		break;
	case UNSOLICITED_ICMP_ADMIN:
		reply_unreachable(ctx, ICMP_CODE_ADMIN, reason);
		break;
	case UNSOLICITED_ICMP_AFTER_6S:
		reply_delayed(ctx, reason);
		break;
	case UNSOLICITED_BAN:
		block_sender(ctx, reason);
		break;
	default:
		drop(ctx, reason);
	}
}

/* refuse_datagram - Linux keeps the connection of a datagram that its own stack
   refuses: unlike a TCP connection, no RST ends it */
static void refuse_datagram(struct packet_context *ctx, const char *reason)
{
	const struct profile *profile = profile_of(ctx);

	if (profile->unsolicited_takes_port == TAKES_PORT_YES ||
	    (profile->tcp_state == TCP_STATE_CONNTRACK &&
	     profile->unsolicited_syn == UNSOLICITED_RST))
		nat_session_open_own(ctx);
	drop(ctx, reason);
}

void refuse(struct packet_context *ctx, bool mapped)
{
	const struct profile *profile = profile_of(ctx);
	const struct packet *p = &ctx->packet;
	int filtering = behaviour_of(ctx)->filtering;
	const struct nat_session *ended = table_ended(
		&ctx->nat->table, p->protocol, &p->destination, &p->source);
	const char *end_reason = ended ?
		rfc7857_end_reason(profile, ended, p->kind) : NULL;

	if (p->kind == PACKET_SYN && end_reason)
		refuse_syn(ctx, end_reason);
	else if (p->kind == PACKET_SYN)
		refuse_syn(ctx, filter_reason(filtering,
					      profile->unsolicited_syn,
					      mapped));
	else if (p->kind == PACKET_DATAGRAM)
		refuse_datagram(ctx, filter_datagram_reason(filtering, mapped));
	else if (end_reason)
		drop(ctx, end_reason);
	else if (transport(p->protocol) != NAT_TCP)
		drop(ctx, "no session");
	else if (profile->non_syn == NON_SYN_RST)
		reply_rst(ctx->result, p, "non-syn = rst");
	else
		drop(ctx, "non-syn = drop");
}
