#include "report/observations.h"

#include "base/clock.h"

#include <stddef.h>
#include <string.h>

#define RESULT_HEAD (offsetof(struct attempt_result, trace) + \
		     offsetof(struct trace, events))

void observations_begin(struct observations *o, int64_t now)
{
	memset(o, 0, offsetof(struct observations, server));
	o->started_at = now;
	record_kernel(o->kernel);
}

bool observations_host(struct observations *o, unsigned which, size_t length)
{
	struct attempt_result *r = &o->result[which];

	if (length < RESULT_HEAD)
		return false;
	if (r->trace.count > TRACE_EVENTS ||
	    length < RESULT_HEAD + r->trace.count * sizeof(r->trace.events[0]))
		r->trace.count = 0;
	o->has[which] = true;
	return true;
}

void observations_links(struct observations *o, int64_t late, uint64_t lost)
{
	o->links_late_ms = (double)late / (double)NS_PER_MS;
	o->lost = (unsigned)lost;
}

void observations_nat(struct observations *o, const char name[16],
		      const struct gateway_report *r)
{
	struct nat_observation *n = &o->nat[o->nat_count];

	if (r->at < o->started_at)
		return;
	if (o->nat_count == OBSERVATIONS_NAT) {
		o->nat_lost++;
		return;
	}
	memcpy(n->name, name, sizeof(n->name));
	n->name[sizeof(n->name) - 1] = '\0';
	n->report = *r;
	n->report.reason[sizeof(n->report.reason) - 1] = '\0';
	if (n->report.length > sizeof(n->report.bytes))
		n->report.length = sizeof(n->report.bytes);
	o->nat_count++;
}

void observations_server(struct observations *o, const struct server_report *r)
{
	struct server_report *copy = &o->server[o->server_count];

	if (r->at < o->started_at || o->server_count == OBSERVATIONS_SERVER)
		return;
	*copy = *r;
	copy->session[sizeof(copy->session) - 1] = '\0';
	o->server_count++;
}
