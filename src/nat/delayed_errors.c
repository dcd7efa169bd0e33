#include "nat/delayed_errors.h"

#include "base/clock.h"

#include <string.h>

static struct delayed_error *answer_at(struct delayed_errors *p, unsigned i)
{
	return &p->answers[(p->first + i) % DELAYED_ERRORS_MAX];
}

static bool same(const struct nat_endpoint *a, const struct nat_endpoint *b)
{
	return a->ipv6 == b->ipv6 && a->port == b->port &&
	       !memcmp(a->address, b->address, 16);
}

struct delayed_error *delayed_error_add(struct delayed_errors *p, int64_t due)
{
	struct delayed_error *a;

	if (p->count == DELAYED_ERRORS_MAX)
		return NULL;
	a = answer_at(p, p->count++);
	*a = (struct delayed_error){ .due = due };
	return a;
}

void delayed_error_cancel(struct delayed_errors *p,
			  const struct nat_endpoint *external,
			  const struct nat_endpoint *remote)
{
	for (unsigned i = 0; i < p->count; i++) {
		struct delayed_error *a = answer_at(p, i);

		if (same(&a->external, external) && same(&a->remote, remote))
			a->cancelled = true;
	}
}

const struct delayed_error *delayed_error_next(struct delayed_errors *p,
					       int64_t now)
{
	while (p->count && answer_at(p, 0)->due <= now) {
		const struct delayed_error *a = answer_at(p, 0);

		p->first = (p->first + 1) % DELAYED_ERRORS_MAX;
		p->count--;
		if (!a->cancelled)
			return a;
	}
	return NULL;
}

int64_t delayed_errors_wake(const struct delayed_errors *p)
{
	return p->count ? p->answers[p->first].due : TIME_NEVER;
}
