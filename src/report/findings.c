#include "report/findings.h"

#include <stddef.h>
#include <string.h>

#define RESULT_HEAD (offsetof(struct attempt_result, story) + \
		     offsetof(struct story, events))

void findings_begin(struct findings *f, int64_t now)
{
	memset(f, 0, offsetof(struct findings, server));
	f->started_at = now;
}

bool findings_host(struct findings *f, unsigned which, size_t length)
{
	struct attempt_result *r = &f->result[which];

	if (length < RESULT_HEAD)
		return false;
	if (r->story.count > STORY_EVENTS ||
	    length < RESULT_HEAD + r->story.count * sizeof(r->story.events[0]))
		r->story.count = 0;
	f->has[which] = true;
	return true;
}

void findings_nat(struct findings *f, const char name[16],
		  const struct box_report *r)
{
	struct nat_finding *n = &f->nat[f->nat_count];

	if (r->at < f->started_at)
		return;
	if (f->nat_count == FINDINGS_NAT) {
		f->nat_lost++;
		return;
	}
	memcpy(n->name, name, sizeof(n->name));
	n->name[sizeof(n->name) - 1] = '\0';
	n->box = *r;
	n->box.reason[sizeof(n->box.reason) - 1] = '\0';
	if (n->box.length > sizeof(n->box.bytes))
		n->box.length = sizeof(n->box.bytes);
	f->nat_count++;
}

void findings_server(struct findings *f, const struct server_report *r)
{
	struct server_report *mine = &f->server[f->server_count];

	if (r->at < f->started_at || f->server_count == FINDINGS_SERVER)
		return;
	*mine = *r;
	mine->session[sizeof(mine->session) - 1] = '\0';
	f->server_count++;
}
