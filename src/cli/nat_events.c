#include "cli/nat_events.h"

#include "base/clock.h"
#include "base/endpoint.h"
#include "wire/ipv4.h"
#include "wire/ipv6.h"
#include "wire/ports.h"

#include <jansson.h>
#include <string.h>

#define EVENT_ROOM 2048

static json_t *new_event(const char *name)
{
	int64_t at = clock_wall() / NS_PER_US;

	return json_pack("{s:s, s:f, s:s}", "schema", "tcptrav.nat/1", "at",
			 (double)at / 1e6, "event", name);
}

/* write_event - write an event, with the number of events that were lost
   before */
static void write_event(struct nat_events *n, json_t *o)
{
	uint64_t lost = n->out->lost;
	char line[EVENT_ROOM];
	size_t length;

	if (lost)
		json_object_set_new(o, "lost", json_integer((json_int_t)lost));
	length = json_dumpb(o, line, sizeof(line) - 1,
			    JSON_COMPACT | JSON_REAL_PRECISION(16));
	json_decref(o);
	if (!length || length > sizeof(line) - 1) {
		n->out->lost++;
		return;
	}
	line[length] = '\n';
	if (writer_put(n->out, line, length + 1))
		n->out->lost -= lost;
}

static void set_text(json_t *o, const char *key, const char *text)
{
	json_object_set_new(o, key, json_string(text));
}

static void set_number(json_t *o, const char *key, uint64_t number)
{
	json_object_set_new(o, key, json_integer((json_int_t)number));
}

static void set_endpoint(json_t *o, const char *key,
			 const struct nat_endpoint *e)
{
	char text[NAT_ENDPOINT_TEXT];

	set_text(o, key, nat_endpoint_text(e, text));
}

void nat_events_ready(struct nat_events *n, const struct gateway_config *c)
{
	char text[ADDRESS_TEXT];
	json_t *o = new_event("ready");

	set_text(o, "profile", c->nat.profile.name);
	set_text(o, "inside", c->inside);
	set_text(o, "outside", c->outside);
	set_text(o, "inside_address",
		 address_text(c->nat.inside_address, text));
	set_text(o, "outside_address",
		 address_text(c->nat.outside_address, text));
	set_number(o, "seed", c->nat.seed);
	write_event(n, o);
}

void nat_events_reload(struct nat_events *n, const char *profile,
		       const struct error *e)
{
	json_t *o = new_event("reload");

	set_text(o, "profile", profile);
	if (e)
		set_text(o, "error", e->text);
	write_event(n, o);
}

void nat_events_session(struct nat_events *n, enum nat_event_kind kind,
			const struct nat_entry *entry)
{
	static const char *const names[] = {
		[NAT_MAPPING_NEW] = "mapping-new",
		[NAT_MAPPING_GONE] = "mapping-gone",
		[NAT_SESSION_NEW] = "session-new",
		[NAT_SESSION_STATE] = "session-state",
		[NAT_SESSION_GONE] = "session-gone",
	};
	json_t *o = new_event(names[kind]);

	set_text(o, "protocol", entry->protocol);
	set_endpoint(o, "inside", &entry->inside);
	set_endpoint(o, "external", &entry->external);
	if (kind != NAT_MAPPING_NEW && kind != NAT_MAPPING_GONE) {
		set_endpoint(o, "remote", &entry->remote);
		set_text(o, "state", entry->state);
	}
	if (kind == NAT_SESSION_NEW || kind == NAT_SESSION_STATE) {
		int64_t ms = (entry->expires - clock_now()) / NS_PER_MS;

		json_object_set_new(o, "expires_in", json_real(
			ms > 0 ? (double)ms / 1e3 : 0.0));
	}
	write_event(n, o);
}

/* set_packet - add protocol, source and destination, as far as they can be
   read */
static void set_packet(json_t *o, const uint8_t *ip, size_t length)
{
	bool ipv6 = length && ip_version(ip) == 6;
	struct nat_endpoint source = { .ipv6 = ipv6 }, to = { .ipv6 = ipv6 };
	size_t header = ipv6 ? IPV6_HEADER : IPV4_HEADER;
	size_t width = ipv6 ? 16 : 4;
	uint8_t protocol;
	bool has_ports;

	if (!ip || length < header || (!ipv6 && ip_version(ip) != 4))
		return;
	protocol = ipv6 ? ipv6_next_header(ip) : ipv4_protocol(ip);
	if (!ipv6)
		header = ipv4_header_length(ip);
	memcpy(source.address,
	       ip + (ipv6 ? IPV6_SOURCE_AT : IPV4_SOURCE_AT), width);
	memcpy(to.address, ip + (ipv6 ? IPV6_DESTINATION_AT :
					IPV4_DESTINATION_AT), width);
	has_ports = protocol == IPV4_TCP || protocol == IPV4_UDP;
	if (has_ports && length >= header + PORTS_LENGTH &&
	    (ipv6 || !ipv4_is_later_fragment(ip))) {
		source.port = source_port(ip + header);
		to.port = destination_port(ip + header);
	}
	if (has_ports)
		set_text(o, "protocol", protocol == IPV4_TCP ? "tcp" : "udp");
	else if (protocol == IPV4_ICMP || protocol == IPV6_ICMP)
		set_text(o, "protocol", "icmp");
	else
		set_number(o, "protocol_number", protocol);
	set_endpoint(o, "source", &source);
	set_endpoint(o, "destination", &to);
}

/* refusal_event - make an event for all packets of one reason since its last
   event */
static json_t *refusal_event(struct nat_events *n,
			     const struct drop_reason_row *row, unsigned i)
{
	json_t *o = new_event(row->verdict == NAT_REPLY ? "reply" : "drop");

	set_text(o, "reason", row->reason);
	set_number(o, "count", row->count - n->limits[i].reported);
	n->limits[i].reported = row->count;
	n->limits[i].events++;
	return o;
}

void nat_events_refused(struct nat_events *n, const struct gateway *g,
			const struct gateway_refusal *r)
{
	unsigned i = (unsigned)(r->row - gateway_reasons(g)->rows);
	int64_t now = clock_now();
	json_t *o;

	if (now - n->limits[i].since >= NS_PER_S) {
		n->limits[i].since = now;
		n->limits[i].events = 0;
	}
	if (n->limits[i].events >= NAT_EVENTS_A_SECOND)
		return;
	o = refusal_event(n, r->row, i);
	set_text(o, "side", r->side == NAT_INSIDE ? "inside" : "outside");
	if (r->bytes)
		set_packet(o, r->bytes, r->length);
	write_event(n, o);
}

void nat_events_tick(struct nat_events *n, const struct gateway *g, bool all)
{
	const struct drop_reasons *reasons = gateway_reasons(g);
	int64_t now = clock_now();

	for (unsigned i = 0; i < reasons->used; i++) {
		const struct drop_reason_row *row = &reasons->rows[i];

		if (row->count > n->limits[i].reported &&
		    (all || now - n->limits[i].since >= NS_PER_S))
			write_event(n, refusal_event(n, row, i));
	}
}

void nat_events_end(struct nat_events *n, const struct nat_totals *t)
{
	json_t *o = new_event("end");

	set_number(o, "forwarded", t->forwarded);
	set_number(o, "dropped", t->dropped);
	set_number(o, "answered", t->answered);
	write_event(n, o);
}
