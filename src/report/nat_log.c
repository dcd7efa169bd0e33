/*
 * A NAT's report belongs to the trial when it came in the trial's time and
 * its packet (or the one that it quotes) has a port of the trial's: what is
 * left of an earlier trial, a retransmission or a late FIN, has others.
 */
#include "report/nat_log.h"

#include "wire/icmp.h"
#include "wire/ipv4.h"
#include "wire/tcp.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define PORTS_MAX 64
#define TITLE 28

struct trial_ports {
	unsigned count;
	uint16_t ports[PORTS_MAX];
};

static bool is_server_port(const struct observations *f, uint16_t port)
{
	for (unsigned i = 0; i < SERVER_PORTS && f->server_ports[i]; i++)
		if (f->server_ports[i] == port)
			return true;
	return false;
}

static bool set_has(const struct trial_ports *s, uint16_t port)
{
	for (unsigned i = 0; i < s->count; i++)
		if (s->ports[i] == port)
			return true;
	return false;
}

static void set_add(const struct observations *f, struct trial_ports *s,
		    uint16_t port)
{
	if (port && s->count < PORTS_MAX && !set_has(s, port) &&
	    !is_server_port(f, port))
		s->ports[s->count++] = port;
}

/* The ports that a host used, or sent to: in the first order the peer's
   public port is only told by the packets. */
static void set_add_host(const struct observations *f, struct trial_ports *s,
			 const struct attempt_result *r)
{
	set_add(f, s, r->local.port);
	set_add(f, s, r->seen.port);
	set_add(f, s, r->peer.port);
	for (uint32_t i = 0; i < r->trace.count; i++) {
		const struct trace_event *e = &r->trace.events[i];
		struct segment segment;

		if (e->kind == TRACE_PACKET_OUT &&
		    segment_parse(e->bytes, e->length, &segment))
			set_add(f, s, segment.destination.port);
	}
}

static struct trial_ports ports_of(const struct observations *f)
{
	struct trial_ports s = { .count = 0 };

	for (unsigned i = 0; i < 2; i++) {
		set_add(f, &s, f->port[i][0]);
		set_add(f, &s, f->port[i][1]);
		if (f->has[i])
			set_add_host(f, &s, &f->result[i]);
	}
	return s;
}

/* A packet as the NAT saw it. */
struct seen_packet {
	bool is_tcp, is_icmp;
	struct ipv4 ip;
	struct segment segment;
	struct icmp icmp;
};

static void parse_report(const struct gateway_report *report,
			 struct seen_packet *out)
{
	memset(out, 0, sizeof(*out));
	if (!ipv4_parse(report->bytes, report->length, &out->ip))
		return;
	out->is_tcp =
		segment_parse(report->bytes, report->length, &out->segment);
	if (out->ip.protocol == IPV4_ICMP)
		out->is_icmp =
			icmp_parse(report->bytes + out->ip.header_length,
				   report->length - out->ip.header_length,
				   &out->icmp) &&
			out->icmp.is_error;
}

static bool belongs(const struct observations *f, const struct trial_ports *s,
		    const struct gateway_report *report,
		    const struct seen_packet *p)
{
	if (report->at < f->started_at)
		return false;
	if (p->is_tcp)
		return set_has(s, p->segment.source.port) ||
		       set_has(s, p->segment.destination.port);
	return p->is_icmp && p->icmp.quoted.protocol == IPV4_TCP &&
	       (set_has(s, p->icmp.source.port) ||
		set_has(s, p->icmp.destination.port));
}

/* The NATs' reports of this trial, in order of time. */
struct selection {
	unsigned count;
	const struct nat_observation *nat[OBSERVATIONS_NAT];
};

static void select_nat(const struct observations *f, struct selection *out)
{
	struct trial_ports ports = ports_of(f);
	struct seen_packet p;

	out->count = 0;
	for (unsigned i = 0; i < f->nat_count; i++) {
		const struct nat_observation *n = &f->nat[i];
		unsigned at = out->count;

		parse_report(&n->report, &p);
		if (!belongs(f, &ports, &n->report, &p))
			continue;
		for (; at && out->nat[at - 1]->report.at > n->report.at; at--)
			out->nat[at] = out->nat[at - 1];
		out->nat[at] = n;
		out->count++;
	}
}

int64_t nat_log_introduced(const struct observations *f, const char *session)
{
	for (unsigned i = 0; i < f->server_count; i++)
		if (f->server[i].introduced &&
		    !strcmp(f->server[i].session, session))
			return f->server[i].at;
	return 0;
}

static void trace_spoofed(const struct server_report *r, struct trace *out)
{
	uint8_t bytes[IPV4_HEADER + TCP_HEADER + TCP_OPTIONS_MAX];
	size_t n = segment_build(&r->spoofed, bytes, sizeof(bytes));

	if (n)
		trace_packet(out, r->at, TRACE_SPOOFED, bytes, n, n, NULL);
}

static void trace_nat(const struct nat_observation *n, struct trace *out)
{
	char text[TRACE_TEXT];

	snprintf(text, sizeof(text), "%s: %s", n->name, n->report.reason);
	trace_packet(out, n->report.at,
		     n->report.verdict == NAT_REPLY ? TRACE_ANSWERED
						 : TRACE_DROPPED,
		     n->report.bytes, n->report.length,
		     ipv4_total_length(n->report.bytes),
		     text);
}

/* Events are few: insertion keeps equal times in their order. */
static void sort_trace(struct trace *s)
{
	for (uint32_t i = 1; i < s->count; i++) {
		struct trace_event e = s->events[i];
		uint32_t j = i;

		for (; j && s->events[j - 1].at > e.at; j--)
			s->events[j] = s->events[j - 1];
		s->events[j] = e;
	}
}

void nat_log_trace(const struct observations *f, struct trace *out)
{
	struct selection nats;

	trace_begin(out);
	for (unsigned i = 0; i < f->server_count; i++)
		if (!f->server[i].introduced)
			trace_spoofed(&f->server[i], out);
	select_nat(f, &nats);
	for (unsigned i = 0; i < nats.count; i++)
		trace_nat(nats.nat[i], out);
	out->lost += f->nat_lost;
	sort_trace(out);
}

static const char *segment_kind(const struct segment *s)
{
	if (s->flags & TCP_RST)
		return "RST";
	if (s->flags & TCP_SYN)
		return s->flags & TCP_ACK ? "SYN-ACK" : "SYN";
	if (s->flags & TCP_FIN)
		return "FIN";
	return s->payload ? "data" : "ACK";
}

static const char *icmp_kind(const struct icmp *i)
{
	return i->type == ICMP_TYPE_TIME_EXCEEDED ? "time exceeded"
						  : "unreachable";
}

/* Did S forge it? A NAT may have changed where it goes, not its numbers. */
static bool is_spoofed(const struct observations *f, const struct segment *s)
{
	for (unsigned i = 0; i < f->server_count; i++) {
		const struct server_report *r = &f->server[i];

		if (!r->introduced && r->spoofed.flags == s->flags &&
		    r->spoofed.sequence == s->sequence &&
		    r->spoofed.acknowledgement == s->acknowledgement &&
		    endpoint_equal(&r->spoofed.source, &s->source))
			return true;
	}
	return false;
}

/* Is B behind that NAT? Where both are, is it B that sent the packet, if it
   came from inside? The hosts' own ports tell. */
static bool is_side_b(const struct observations *f, const char *name,
		      const struct seen_packet *p)
{
	const char *side = strchr(name, '-');

	if (!side || strcmp(side, "-ab") != 0)
		return side && side[1] == 'b';
	return p->is_tcp && (p->segment.source.port == f->port[1][0] ||
			     p->segment.source.port == f->port[1][1]);
}

/* Whose packet a NAT saw: "A's", "B's", "S's"; an ICMP error is nobody's. */
static const char *whose(const struct observations *f,
			 const struct nat_observation *n,
			 const struct seen_packet *p)
{
	bool side_b = is_side_b(f, n->name, p);

	if (p->is_icmp)
		return "an ICMP";
	if (n->report.side == NAT_OUTSIDE && is_spoofed(f, &p->segment))
		return "S's";
	return side_b == (n->report.side == NAT_INSIDE) ? "B's" : "A's";
}

/* "nat-a" is NAT A, "nat-b2" NAT B2, "firewall-a" Firewall A. */
static void nat_title(const char *name, char title[TITLE])
{
	static const char firewall[] = "firewall-";
	bool is_wall = !strncmp(name, firewall, sizeof(firewall) - 1);
	const char *rest = strchr(name, '-');
	char *at = title;

	at += snprintf(title, TITLE, "%s ", is_wall ? "Firewall" : "NAT");
	rest = rest ? rest + 1 : name;
	for (; *rest && at < title + TITLE - 1; rest++)
		*at++ = (char)toupper((unsigned char)*rest);
	*at = '\0';
}

static void sentence(const struct observations *f,
		     const struct nat_observation *n,
		     const struct seen_packet *p, char *out, size_t room)
{
	char title[TITLE];

	nat_title(n->name, title);
	snprintf(out, room, "%s %s %s %s%s%s%s.", title,
		 n->report.verdict == NAT_REPLY ? "answered" : "dropped",
		 whose(f, n, p),
		 p->is_icmp ? icmp_kind(&p->icmp) : segment_kind(&p->segment),
		 n->report.reason[0] ? " (" : "", n->report.reason,
		 n->report.reason[0] ? ")" : "");
}

/* Data or a FIN that is dropped is so because of what became of the SYNs. */
static bool is_consequence(const struct seen_packet *p)
{
	return p->is_tcp && !(p->segment.flags & (TCP_SYN | TCP_RST));
}

/* sort_by_nat - A's first; what one NAT did stays in order of time */
static void sort_by_nat(struct selection *s)
{
	for (unsigned i = 1; i < s->count; i++) {
		const struct nat_observation *n = s->nat[i];
		unsigned at = i;

		for (; at && strcmp(s->nat[at - 1]->name, n->name) > 0; at--)
			s->nat[at] = s->nat[at - 1];
		s->nat[at] = n;
	}
}

void nat_log_sentences(const struct observations *f, char *out, size_t room)
{
	struct selection nats;
	struct seen_packet p;
	size_t used = 0;
	char text[192];

	out[0] = '\0';
	select_nat(f, &nats);
	sort_by_nat(&nats);
	for (unsigned i = 0; i < nats.count; i++) {
		parse_report(&nats.nat[i]->report, &p);
		if (is_consequence(&p))
			continue;
		sentence(f, nats.nat[i], &p, text, sizeof(text));
		if (strstr(out, text) || used + strlen(text) + 2 > room)
			continue;
		used += (size_t)snprintf(out + used, room - used, "%s%s",
					 used ? " " : "", text);
	}
}
