/* The NAT's table as others see it. */
#include "nat/core.h"

#include "nat/tcp_rfc7857.h"
#include "wire/bytes.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

struct nat_endpoint view_endpoint(const struct nat *n, bool ipv6,
				  const struct endpoint *e)
{
	struct nat_endpoint out = { .ipv6 = ipv6, .port = e->port };

	if (ipv6)
		memcpy(out.address, interned_bytes(&n->table.book, e->address),
		       16);
	else
		put32(out.address, e->address);
	return out;
}

static const char *protocol_name(uint8_t protocol)
{
	static const char *const names[] = {
		[NAT_TCP] = "tcp", [NAT_UDP] = "udp", [NAT_ICMP] = "icmp",
	};

	return names[transport((enum nat_protocol)protocol)];
}

/* timer_name - of what has no states but these */
static const char *timer_name(const struct nat_session *s)
{
	return s->timer == TIMER_UDP_STREAM ? "stream" : "open";
}

static struct nat_entry mapping_view(const struct nat *n,
				     const struct nat_mapping *m)
{
	bool ipv6 = is_ipv6((enum nat_protocol)m->protocol);
	struct endpoint inside = mapping_inside(m);
	struct endpoint external = mapping_external(&n->table, m);
	struct nat_entry v = {
		.protocol = protocol_name(m->protocol),
		.state = m->flags & MAPPING_OWN ? "own" : "mapped",
		.inside = view_endpoint(n, ipv6, &inside),
		.external = view_endpoint(n, ipv6, &external),
	};

	if (n->has_pair && ipv6)
		prefix_out(&n->pair, v.external.address);
	return v;
}

static struct nat_entry session_view(const struct nat *n,
				     const struct nat_session *s)
{
	const struct nat_mapping *m = &n->table.mappings[s->mapping];
	struct endpoint remote = { s->remote_address, s->remote_port };
	struct nat_entry v = mapping_view(n, m);

	v.remote = view_endpoint(n, is_ipv6((enum nat_protocol)m->protocol),
				 &remote);
	v.expires = s->expires;
	if (transport((enum nat_protocol)m->protocol) != NAT_TCP)
		v.state = timer_name(s);
	else if (!(m->flags & MAPPING_OWN))
		v.state = n->memories ? tracking_name(n, s) :
			rfc7857_state_name(s);
	return v;
}

void view_session(const struct nat *n, enum nat_event_kind kind,
		  const struct nat_session *s)
{
	struct nat_entry v = session_view(n, s);

	n->config.event(n->config.argument, kind, &v);
}

void view_mapping(const struct nat *n, enum nat_event_kind kind,
		  const struct nat_mapping *m)
{
	struct nat_entry v = mapping_view(n, m);

	n->config.event(n->config.argument, kind, &v);
}

void nat_sessions(struct nat *n, void (*tell)(void *argument,
					      const struct nat_entry *view),
		  void *argument)
{
	for (int i = 0; i < TIMERS; i++)
		for (uint32_t at = n->table.queues[i].next; at;
		     at = n->table.sessions[at].links[LIST_TIMER].next) {
			const struct nat_session *s = &n->table.sessions[at];
			struct nat_entry v = session_view(n, s);

			if (!s->ended)
				tell(argument, &v);
		}
}

void nat_mappings(struct nat *n, void (*tell)(void *argument,
					      const struct nat_entry *view),
		  void *argument)
{
	for (uint32_t i = 1; i <= n->table.top_mapping; i++) {
		const struct nat_mapping *m = &n->table.mappings[i];
		struct nat_entry v;

		if (!m->sessions)
			continue;
		v = mapping_view(n, m);
		tell(argument, &v);
	}
}

const char *nat_endpoint_text(const struct nat_endpoint *e,
			      char out[NAT_ENDPOINT_TEXT])
{
	char address[INET6_ADDRSTRLEN];

	inet_ntop(e->ipv6 ? AF_INET6 : AF_INET, e->address, address,
		  sizeof(address));
	snprintf(out, NAT_ENDPOINT_TEXT, e->ipv6 ? "[%s]:%u" : "%s:%u",
		 address, e->port);
	return out;
}
