#include "nat/delayed_errors.h"

#include "base/clock.h"

#include <string.h>

static struct delayed_error *error_at(struct delayed_errors *d, unsigned i)
{
	return &d->errors[(d->first + i) % DELAYED_ERRORS_MAX];
}

static bool endpoints_equal(const struct nat_endpoint *a,
			    const struct nat_endpoint *b)
{
	return a->ipv6 == b->ipv6 && a->port == b->port &&
	       !memcmp(a->address, b->address, 16);
}

struct delayed_error *delayed_error_add(struct delayed_errors *d, int64_t due)
{
	struct delayed_error *e;

	if (d->count == DELAYED_ERRORS_MAX)
		return NULL;
	e = error_at(d, d->count++);
	*e = (struct delayed_error){ .due = due };
	return e;
}

void delayed_error_cancel(struct delayed_errors *d,
			  const struct nat_endpoint *external,
			  const struct nat_endpoint *remote)
{
	for (unsigned i = 0; i < d->count; i++) {
		struct delayed_error *e = error_at(d, i);

		if (endpoints_equal(&e->external, external) &&
		    endpoints_equal(&e->remote, remote))
			e->cancelled = true;
	}
}

const struct delayed_error *delayed_error_next(struct delayed_errors *d,
					       int64_t now)
{
	while (d->count && error_at(d, 0)->due <= now) {
		const struct delayed_error *e = error_at(d, 0);

		d->first = (d->first + 1) % DELAYED_ERRORS_MAX;
		d->count--;
		if (!e->cancelled)
			return e;
	}
	return NULL;
}

int64_t delayed_errors_wake(const struct delayed_errors *d)
{
	return d->count ? d->errors[d->first].due : TIME_NEVER;
}
