/*
 * A NAT's report belongs to the trial if it was made after the trial began and
 * its packet, or the packet that it quotes, has a port of the trial. Packets
 * left over from an earlier trial, such as a late FIN, have other ports.
 */
#include "report/nat_log.h"

#include "wire/icmp.h"
#include "wire/ipv4.h"
#include "wire/tcp.h"
#include "wire/udp.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define PORTS_MAX 64

struct trial_ports {
	unsigned count;
	uint16_t ports[PORTS_MAX];
};

static bool has_port(const struct trial_ports *s, uint16_t port)
{
	for (unsigned i = 0; i < s->count; i++)
		if (s->ports[i] == port)
			return true;
	return false;
}

/* add_port - add a port, unless it is one of S's */
static void add_port(const struct observations *o, struct trial_ports *s,
		     uint16_t port)
{
	if (!port || s->count == PORTS_MAX || has_port(s, port))
		return;
	for (unsigned i = 0; i < SERVER_PORTS && o->server_ports[i]; i++)
		if (o->server_ports[i] == port)
			return;
	s->ports[s->count++] = port;
}

/* add_host_ports - add the ports that a host used or sent to: in the first
   order, only the packets have the peer's public port */
static void add_host_ports(const struct observations *o, struct trial_ports *s,
			   const struct attempt_result *r)
{
	add_port(o, s, r->local.port);
	add_port(o, s, r->seen.port);
	add_port(o, s, r->peer.port);
	for (uint32_t i = 0; i < r->trace.count; i++) {
		const struct trace_event *e = &r->trace.events[i];
		struct segment segment;

		if (e->kind == TRACE_PACKET_OUT &&
		    segment_parse(e->bytes, e->length, &segment))
			add_port(o, s, segment.destination.port);
	}
}

static struct trial_ports trial_ports_of(const struct observations *o)
{
	struct trial_ports s = { .count = 0 };

	for (unsigned i = 0; i < 2; i++) {
		add_port(o, &s, o->port[i][0]);
		add_port(o, &s, o->port[i][1]);
		if (o->has[i])
			add_host_ports(o, &s, &o->result[i]);
	}
	return s;
}

/* A packet of a NAT's report. */
struct seen_packet {
	bool is_tcp, is_icmp, is_udp;
	struct ipv4 ip;
	struct udp udp;
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
	if (out->ip.protocol == IPV4_UDP)
		out->is_udp = udp_parse(report->bytes + out->ip.header_length,
					report->length - out->ip.header_length,
					&out->udp);
	if (out->ip.protocol == IPV4_ICMP)
		out->is_icmp =
			icmp_parse(report->bytes + out->ip.header_length,
				   report->length - out->ip.header_length,
				   &out->icmp) &&
			out->icmp.is_error;
}

static bool is_of_trial(const struct observations *o,
			const struct trial_ports *s,
			const struct gateway_report *report,
			const struct seen_packet *p)
{
	if (report->at < o->started_at)
		return false;
	if (p->is_tcp)
		return has_port(s, p->segment.source.port) ||
		       has_port(s, p->segment.destination.port);
	if (p->is_udp)
		return has_port(s, p->udp.source) ||
		       has_port(s, p->udp.destination);
	return p->is_icmp && p->icmp.quoted.protocol == IPV4_TCP &&
	       (has_port(s, p->icmp.source.port) ||
		has_port(s, p->icmp.destination.port));
}

/* The NATs' reports about this trial, in order of time. */
struct selected_reports {
	unsigned count;
	const struct nat_observation *nat[OBSERVATIONS_NAT];
};

static void select_reports(const struct observations *o,
			   struct selected_reports *out)
{
	struct trial_ports ports = trial_ports_of(o);
	struct seen_packet p;

	out->count = 0;
	for (unsigned i = 0; i < o->nat_count; i++) {
		const struct nat_observation *n = &o->nat[i];
		unsigned at = out->count;

		parse_report(&n->report, &p);
		if (!is_of_trial(o, &ports, &n->report, &p))
			continue;
		for (; at && out->nat[at - 1]->report.at > n->report.at; at--)
			out->nat[at] = out->nat[at - 1];
		out->nat[at] = n;
		out->count++;
	}
}

int64_t nat_log_introduced(const struct observations *o, const char *session)
{
	for (unsigned i = 0; i < o->server_count; i++)
		if (o->server[i].introduced &&
		    !strcmp(o->server[i].session, session))
			return o->server[i].at;
	return 0;
}

/* sort_trace - by time; equal times keep their order */
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

void nat_log_trace(const struct observations *o, struct trace *out)
{
	uint8_t bytes[IPV4_HEADER + TCP_HEADER + TCP_OPTIONS_MAX];
	struct selected_reports nats;
	char text[TRACE_TEXT];

	trace_begin(out);
	for (unsigned i = 0; i < o->server_count; i++) {
		const struct server_report *r = &o->server[i];
		size_t n = r->introduced ? 0 :
			segment_build(&r->spoofed, bytes, sizeof(bytes));

		if (n)
			trace_packet(out, r->at, TRACE_SPOOFED, bytes, n, n,
				     NULL);
	}
	select_reports(o, &nats);
	for (unsigned i = 0; i < nats.count; i++) {
		const struct gateway_report *r = &nats.nat[i]->report;

		snprintf(text, sizeof(text), "%s: %s", nats.nat[i]->name,
			 r->reason);
		trace_packet(out, r->at,
			     r->verdict == NAT_REPLY ? TRACE_ANSWERED
						     : TRACE_DROPPED,
			     r->bytes, r->length, ipv4_total_length(r->bytes),
			     text);
	}
	out->lost += o->nat_lost;
	sort_trace(out);
}

static const char *packet_kind(const struct seen_packet *p)
{
	const struct segment *s = &p->segment;

	if (p->is_icmp)
		return p->icmp.type == ICMP_TYPE_TIME_EXCEEDED ?
			"time exceeded" : "unreachable";
	if (p->is_udp)
		return "datagram";
	if (s->flags & TCP_RST)
		return "RST";
	if (s->flags & TCP_SYN)
		return s->flags & TCP_ACK ? "SYN-ACK" : "SYN";
	if (s->flags & TCP_FIN)
		return "FIN";
	return s->payload ? "data" : "ACK";
}

/* Did S send it? A NAT may have translated its destination, not its numbers. */
static bool is_spoofed(const struct observations *o, const struct segment *s)
{
	for (unsigned i = 0; i < o->server_count; i++) {
		const struct server_report *r = &o->server[i];

		if (!r->introduced && r->spoofed.flags == s->flags &&
		    r->spoofed.sequence == s->sequence &&
		    r->spoofed.acknowledgement == s->acknowledgement &&
		    endpoint_equal(&r->spoofed.source, &s->source))
			return true;
	}
	return false;
}

/* Is the NAT on B's side? The one NAT of both hosts is on the side of the host
   whose port the packet has as its source. */
static bool is_side_b(const struct observations *o, const char *name,
		      const struct seen_packet *p)
{
	const char *side = strchr(name, '-');

	if (!side || strcmp(side, "-ab") != 0)
		return side && side[1] == 'b';
	if (p->is_udp)
		return p->udp.source == o->port[1][0];
	return p->is_tcp && (p->segment.source.port == o->port[1][0] ||
			     p->segment.source.port == o->port[1][1]);
}

/* Who sent the packet: "A's", "B's", "S's"; "an ICMP" for an ICMP error. */
static const char *packet_owner(const struct observations *o,
				const struct nat_observation *n,
				const struct seen_packet *p)
{
	bool side_b = is_side_b(o, n->name, p);

	if (p->is_icmp)
		return "an ICMP";
	if (n->report.side == NAT_OUTSIDE && is_spoofed(o, &p->segment))
		return "S's";
	return side_b == (n->report.side == NAT_INSIDE) ? "B's" : "A's";
}

void nat_log_title(const char *name, char title[NAT_TITLE])
{
	static const char firewall[] = "firewall-";
	bool is_wall = !strncmp(name, firewall, sizeof(firewall) - 1);
	const char *rest = strchr(name, '-');
	char *at = title;

	at += snprintf(title, NAT_TITLE, "%s ", is_wall ? "Firewall" : "NAT");
	rest = rest ? rest + 1 : name;
	for (; *rest && at < title + NAT_TITLE - 1; rest++)
		*at++ = (char)toupper((unsigned char)*rest);
	*at = '\0';
}

static void report_sentence(const struct observations *o,
			    const struct nat_observation *n,
			    const struct seen_packet *p, char *out, size_t room)
{
	char title[NAT_TITLE];

	nat_log_title(n->name, title);
	snprintf(out, room, "%s %s %s %s%s%s%s.", title,
		 n->report.verdict == NAT_REPLY ? "answered" : "dropped",
		 packet_owner(o, n, p),
		 packet_kind(p),
		 n->report.reason[0] ? " (" : "", n->report.reason,
		 n->report.reason[0] ? ")" : "");
}

/* sort_by_nat - A's NATs first; the reports of one NAT stay in order of time */
static void sort_by_nat(struct selected_reports *s)
{
	for (unsigned i = 1; i < s->count; i++) {
		const struct nat_observation *n = s->nat[i];
		unsigned at = i;

		for (; at && strcmp(s->nat[at - 1]->name, n->name) > 0; at--)
			s->nat[at] = s->nat[at - 1];
		s->nat[at] = n;
	}
}

void nat_log_sentences(const struct observations *o, char *out, size_t room)
{
	struct selected_reports nats;
	struct seen_packet p;
	size_t used = 0;
	char text[192];

	out[0] = '\0';
	select_reports(o, &nats);
	sort_by_nat(&nats);
	for (unsigned i = 0; i < nats.count; i++) {
		parse_report(&nats.nat[i]->report, &p);
		/* Drops of data and FINs only follow from those of SYNs. */
		if (p.is_tcp && !(p.segment.flags & (TCP_SYN | TCP_RST)))
			continue;
		report_sentence(o, nats.nat[i], &p, text, sizeof(text));
		if (strstr(out, text) || used + strlen(text) + 2 > room)
			continue;
		used += (size_t)snprintf(out + used, room - used, "%s%s",
					 used ? " " : "", text);
	}
}
