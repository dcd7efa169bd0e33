#include "nat/answer.h"

#include "wire/icmp.h"
#include "wire/tcp.h"

enum { RST_TTL = 64 };

void answer_nothing(struct nat_result *result, const char *reason)
{
	result->verdict = NAT_DROP;
	result->reason = reason;
}

/* answer - with what was written into the result, if anything was */
static void answer(struct nat_result *result, size_t length,
		   const char *reason)
{
	result->verdict = length ? NAT_REPLY : NAT_DROP;
	result->reason = reason;
	result->reply_length = length;
}

void answer_icmp(struct nat_result *result, const struct packet *p,
		 uint32_t from, uint8_t type, uint8_t code, const char *reason)
{
	answer(result, icmp_error_build(result->reply, NAT_REPLY_ROOM, from,
					type, code, p->raw->bytes,
					p->raw->length), reason);
}

/* answer_rst - as a host that has nothing on that port (RFC 9293 3.10.7.1) */
static void answer_rst(struct nat_result *result, const struct packet *p,
		       const char *reason)
{
	size_t header = (size_t)(p->l4[12] >> 4) * 4;
	uint32_t covered = (uint32_t)(p->l4_length - header) + 1 +
		(p->flags & TCP_FIN ? 1 : 0);
	struct segment rst = {
		.source = p->destination,
		.destination = p->source,
		.acknowledgement = p->sequence + covered,
		.flags = TCP_RST | TCP_ACK,
		.ttl = RST_TTL,
	};

	answer(result, segment_build(&rst, result->reply, NAT_REPLY_ROOM),
	       reason);
}

void answer_unsolicited(struct nat_result *result, const struct packet *p,
			const struct nat_config *config, const char *reason)
{
	uint32_t outside = config->outside_address;

	switch (config->profile.unsolicited_syn) {
	case UNSOLICITED_RST:
		answer_rst(result, p, reason);
		break;
	case UNSOLICITED_ICMP_PORT:
		answer_icmp(result, p, outside, ICMP_TYPE_UNREACHABLE,
			    ICMP_CODE_PORT, reason);
		break;
	case UNSOLICITED_ICMP_HOST:
		answer_icmp(result, p, outside, ICMP_TYPE_UNREACHABLE,
			    ICMP_CODE_HOST, reason);
		break;
	default:
		answer_nothing(result, reason);
	}
}
