#include "nat/delayed_errors.h"

#include "base/clock.h"

#include <string.h>

static struct pending_answer *answer_at(struct pending *p, unsigned i)
{
	return &p->answers[(p->first + i) % PENDING_ANSWERS];
}

static bool same(const struct nat_endpoint *a, const struct nat_endpoint *b)
{
	return a->ipv6 == b->ipv6 && a->port == b->port &&
	       !memcmp(a->address, b->address, 16);
}

struct pending_answer *pending_add(struct pending *p, int64_t due)
{
	struct pending_answer *a;

	if (p->count == PENDING_ANSWERS)
		return NULL;
	a = answer_at(p, p->count++);
	*a = (struct pending_answer){ .due = due };
	return a;
}

void pending_cancel(struct pending *p, const struct nat_endpoint *external,
		    const struct nat_endpoint *remote)
{
	for (unsigned i = 0; i < p->count; i++) {
		struct pending_answer *a = answer_at(p, i);

		if (same(&a->external, external) && same(&a->remote, remote))
			a->cancelled = true;
	}
}

const struct pending_answer *pending_next(struct pending *p, int64_t now)
{
	while (p->count && answer_at(p, 0)->due <= now) {
		const struct pending_answer *a = answer_at(p, 0);

		p->first = (p->first + 1) % PENDING_ANSWERS;
		p->count--;
		if (!a->cancelled)
			return a;
	}
	return NULL;
}

int64_t pending_wake(const struct pending *p)
{
	return p->count ? p->answers[p->first].due : TIME_NEVER;
}
