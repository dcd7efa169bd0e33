#include "nat/filter.h"

#include <stddef.h>

/* The values open and endpoint-independent differ for packets to a port that
   no mapping has. */
static bool anyone(struct nat_table *t, const struct nat_mapping *m,
		   const struct endpoint *remote)
{
	(void)t;
	(void)m;
	(void)remote;
	return true;
}

static bool known_address(struct nat_table *t, const struct nat_mapping *m,
			  const struct endpoint *remote)
{
	return table_peer(t, m, remote->address);
}

/* A session that was ended does not count. */
static bool known_endpoint(struct nat_table *t, const struct nat_mapping *m,
			   const struct endpoint *remote)
{
	struct endpoint external = mapping_external(t, m);

	return table_inbound(t, m->protocol, &external, remote);
}

static bool nobody(struct nat_table *t, const struct nat_mapping *m,
		   const struct endpoint *remote)
{
	(void)t;
	(void)m;
	(void)remote;
	return false;
}

/* A value of the axis: who passes, and the reason for refusing others. */
struct filter {
	bool (*passes)(struct nat_table *t, const struct nat_mapping *m,
		       const struct endpoint *remote);
	const char *datagram;
	const char *syn[UNSOLICITED_COUNT];	/* by enum unsolicited */
};

#define FILTER(predicate, reason)					\
	{ .passes = (predicate), .datagram = (reason), .syn = REASONS(reason) }

static const struct filter filters[] = {
	[FILTERING_OPEN] = FILTER(anyone, "filtering = open"),
	[FILTERING_ENDPOINT_INDEPENDENT] =
		FILTER(anyone, "filtering = endpoint-independent"),
	[FILTERING_ADDRESS] = FILTER(known_address, "filtering = address"),
	[FILTERING_ADDRESS_PORT] =
		FILTER(known_endpoint, "filtering = address-port"),
	[FILTERING_CONNECTION] = FILTER(nobody, "filtering = connection"),
};

static const struct filter unmapped = FILTER(nobody, "no mapping");

static const struct filter *filter_of(int filtering, bool mapped)
{
	return mapped ? &filters[filtering] : &unmapped;
}

bool filter_passes(struct nat_table *t, int filtering,
		   const struct nat_mapping *m, const struct endpoint *remote)
{
	return filters[filtering].passes(t, m, remote);
}

const char *filter_reason(int filtering, int unsolicited, bool mapped)
{
	return filter_of(filtering, mapped)->syn[unsolicited];
}

const char *filter_datagram_reason(int filtering, bool mapped)
{
	return filter_of(filtering, mapped)->datagram;
}
