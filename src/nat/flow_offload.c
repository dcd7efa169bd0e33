#include "nat/flow_offload.h"

#include "base/clock.h"
#include "nat/nat_internal.h"
#include "nat/tcp_rfc7857.h"
#include "wire/ipv4.h"

#include <string.h>

#define TIMEOUT_LEAST (3 * NS_PER_S)

/* The values of axes that prevent offload. */
static const struct {
	size_t axis;		/* where it is in struct profile */
	int value;
	const char *text;
} preventing[] = {
#define AXIS(name) offsetof(struct profile, name)
	{ AXIS(translation), TRANSLATION_NONE, "translation = none" },
	{ AXIS(ports), PORTS_PRESERVE_OVERLOAD, "ports = preserve-overload" },
	{ AXIS(udp_ports), PORTS_PRESERVE_OVERLOAD + 1,
	  "udp-ports = preserve-overload" },
	{ AXIS(tcp_state), TCP_STATE_CONNTRACK, "tcp-state = conntrack" },
	{ AXIS(window), WINDOW_TRACKED, "window = tracked" },
	{ AXIS(sequence_numbers), SEQUENCE_REWRITE,
	  "sequence-numbers = rewrite" },
	{ AXIS(payload), PAYLOAD_REWRITE_ADDRESSES,
	  "payload = rewrite-addresses" },
	{ AXIS(ttl), TTL_KEEP, "ttl = keep" },
	{ AXIS(filtering), FILTERING_OPEN, "filtering = open" },
	{ AXIS(udp_filtering), FILTERING_OPEN + 1, "udp-filtering = open" },
	{ AXIS(udp_payload), PAYLOAD_REWRITE_ADDRESSES + 1,
	  "udp-payload = rewrite-addresses" },
	{ AXIS(unsolicited_syn), UNSOLICITED_BAN, "unsolicited-syn = ban" },
#undef AXIS
};

const char *nat_offload_refusal(const struct profile *profile)
{
	for (size_t i = 0; i < sizeof(preventing) / sizeof(preventing[0]);
	     i++) {
		int value;

		memcpy(&value, (const char *)profile + preventing[i].axis,
		       sizeof(value));
		if (value == preventing[i].value)
			return preventing[i].text;
	}
	return NULL;
}

/* is_settled - does another packet with data leave its state as it is? */
static bool is_settled(const struct nat *n, const struct nat_session *s,
		       enum nat_protocol protocol)
{
	const uint16_t both = SEEN_DATAGRAM_OUT | SEEN_DATAGRAM_IN;

	if (protocol == NAT_TCP)
		return s->state == RFC7857_ESTABLISHED;
	return protocol == NAT_UDP && (s->seen & both) == both &&
	       (!n->config.profile.timeout_udp_stream ||
		s->timer == TIMER_UDP_STREAM);
}

static bool is_eligible(struct nat *n, const struct nat_session *s)
{
	const struct nat_mapping *m = session_mapping(&n->table, s);
	enum nat_protocol protocol = (enum nat_protocol)m->protocol;

	return !s->ended && !s->offset && m->external != EXTERNAL_SAME &&
	       !(m->flags & MAPPING_OWN) && is_settled(n, s, protocol) &&
	       !nat_offload_refusal(&n->config.profile) &&
	       n->timeouts[s->timer] >= TIMEOUT_LEAST;
}

bool nat_offload_candidate(struct nat *n, struct nat_offload *out)
{
	struct nat_session *s = &n->table.sessions[n->last_forwarded];
	struct endpoint remote, inside, external;
	const struct nat_mapping *m;

	if (!n->last_forwarded || s->offloaded || !is_eligible(n, s))
		return false;
	m = session_mapping(&n->table, s);
	remote = (struct endpoint){ s->remote_address, s->remote_port };
	inside = mapping_inside(m);
	external = mapping_external(&n->table, m);
	*out = (struct nat_offload){
		.session = n->last_forwarded,
		.protocol = m->protocol == NAT_TCP ? IPV4_TCP : IPV4_UDP,
		.directions = {
			[NAT_INSIDE] = { inside, remote, external },
			[NAT_OUTSIDE] = { remote, external, inside },
		},
	};
	return true;
}

void nat_offload_begin(struct nat *n, uint32_t session)
{
	n->table.sessions[session].offloaded = true;
}

void nat_offload_watch(struct nat *n,
		       uint64_t (*ended)(void *argument, uint32_t session),
		       void *argument)
{
	n->offload_ended = ended;
	n->offload_argument = argument;
}

void offload_revoke(struct nat *n, struct nat_session *s)
{
	uint64_t packets;

	if (!s->offloaded)
		return;
	s->offloaded = false;
	if (!n->offload_ended)
		return;
	packets = n->offload_ended(n->offload_argument,
				   session_number(&n->table, s));
	n->counts.forwarded += packets;
	n->counts.offloaded += packets;
}

void nat_offload_end(struct nat *n, uint32_t session)
{
	offload_revoke(n, &n->table.sessions[session]);
}

void offload_recheck(struct nat *n, struct nat_session *s)
{
	if (s->offloaded && !is_eligible(n, s))
		offload_revoke(n, s);
}

void offload_revoke_all(struct nat *n)
{
	for (uint32_t i = 1; i <= n->table.top_session; i++)
		offload_revoke(n, &n->table.sessions[i]);
}
