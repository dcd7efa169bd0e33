#include "report/observations.h"

#include "base/clock.h"

#include <stddef.h>
#include <string.h>

#define RESULT_HEAD (offsetof(struct attempt_result, trace) + \
		     offsetof(struct trace, events))

void observations_begin(struct observations *f, int64_t now)
{
	memset(f, 0, offsetof(struct observations, server));
	f->started_at = now;
}

bool observations_host(struct observations *f, unsigned which, size_t length)
{
	struct attempt_result *r = &f->result[which];

	if (length < RESULT_HEAD)
		return false;
	if (r->trace.count > TRACE_EVENTS ||
	    length < RESULT_HEAD + r->trace.count * sizeof(r->trace.events[0]))
		r->trace.count = 0;
	f->has[which] = true;
	return true;
}

void observations_links(struct observations *f, int64_t late, uint64_t lost)
{
	f->links_late_ms = (double)late / (double)NS_PER_MS;
	f->lost = (unsigned)lost;
}

void observations_nat(struct observations *f, const char name[16],
		      const struct gateway_report *r)
{
	struct nat_observation *n = &f->nat[f->nat_count];

	if (r->at < f->started_at)
		return;
	if (f->nat_count == OBSERVATIONS_NAT) {
		f->nat_lost++;
		return;
	}
	memcpy(n->name, name, sizeof(n->name));
	n->name[sizeof(n->name) - 1] = '\0';
	n->report = *r;
	n->report.reason[sizeof(n->report.reason) - 1] = '\0';
	if (n->report.length > sizeof(n->report.bytes))
		n->report.length = sizeof(n->report.bytes);
	f->nat_count++;
}

void observations_server(struct observations *f, const struct server_report *r)
{
	struct server_report *mine = &f->server[f->server_count];

	if (r->at < f->started_at || f->server_count == OBSERVATIONS_SERVER)
		return;
	*mine = *r;
	mine->session[sizeof(mine->session) - 1] = '\0';
	f->server_count++;
}
