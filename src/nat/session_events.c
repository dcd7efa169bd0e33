#include "nat/session_events.h"

#include "nat/tcp_rfc7857.h"
#include "wire/bytes.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

struct nat_endpoint nat_endpoint_of(const struct nat *n, bool ipv6,
				    const struct endpoint *e)
{
	struct nat_endpoint out = { .ipv6 = ipv6, .port = e->port };

	if (ipv6)
		memcpy(out.address,
		       interned_bytes(&n->table.addresses, e->address), 16);
	else
		put32(out.address, e->address);
	return out;
}

static struct nat_entry mapping_entry(const struct nat *n,
				      const struct nat_mapping *m)
{
	static const char *const protocols[] = {
		[NAT_TCP] = "tcp", [NAT_UDP] = "udp", [NAT_ICMP] = "icmp",
	};
	enum nat_protocol protocol = (enum nat_protocol)m->protocol;
	bool ipv6 = is_ipv6(protocol);
	struct endpoint inside = mapping_inside(m);
	struct endpoint external = mapping_external(&n->table, m);
	struct nat_entry e = {
		.protocol = protocols[transport(protocol)],
		.state = m->flags & MAPPING_OWN ? "own" : "mapped",
		.inside = nat_endpoint_of(n, ipv6, &inside),
		.external = nat_endpoint_of(n, ipv6, &external),
	};

	if (n->has_prefixes && ipv6)
		prefix_out(&n->prefixes, e.external.address);
	return e;
}

static struct nat_entry session_entry(const struct nat *n,
				      const struct nat_session *s)
{
	const struct nat_mapping *m = &n->table.mappings[s->mapping];
	enum nat_protocol protocol = (enum nat_protocol)m->protocol;
	struct endpoint remote = { s->remote_address, s->remote_port };
	struct nat_entry e = mapping_entry(n, m);

	e.remote = nat_endpoint_of(n, is_ipv6(protocol), &remote);
	e.expires = s->expires;
	if (transport(protocol) != NAT_TCP)
		e.state = s->timer == TIMER_UDP_STREAM ? "stream" : "open";
	else if (!(m->flags & MAPPING_OWN))
		e.state = n->conntrack
				  ? conntrack_state_name(
					    &n->conntrack[session_number(
								  &n->table, s)]
						     .tcp)
				  : rfc7857_state_name(s);
	return e;
}

void session_event(const struct nat *n, enum nat_event_kind kind,
		   const struct nat_session *s)
{
	struct nat_entry e;

	if (!n->config.event)
		return;
	e = session_entry(n, s);
	n->config.event(n->config.argument, kind, &e);
}

void mapping_event(const struct nat *n, enum nat_event_kind kind,
		   const struct nat_mapping *m)
{
	struct nat_entry e;

	if (!n->config.event)
		return;
	e = mapping_entry(n, m);
	n->config.event(n->config.argument, kind, &e);
}

void nat_sessions(struct nat *n,
		  void (*each)(void *argument, const struct nat_entry *entry),
		  void *argument)
{
	for (int i = 0; i < TIMERS; i++)
		for (uint32_t at = n->table.queues[i].next; at;
		     at = n->table.sessions[at].links[LIST_TIMER].next) {
			const struct nat_session *s = &n->table.sessions[at];
			struct nat_entry e = session_entry(n, s);

			if (!s->ended)
				each(argument, &e);
		}
}

void nat_mappings(struct nat *n,
		  void (*each)(void *argument, const struct nat_entry *entry),
		  void *argument)
{
	for (uint32_t i = 1; i <= n->table.top_mapping; i++) {
		const struct nat_mapping *m = &n->table.mappings[i];
		struct nat_entry e;

		if (!m->sessions)
			continue;
		e = mapping_entry(n, m);
		each(argument, &e);
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
