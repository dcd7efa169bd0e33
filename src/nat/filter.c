#include "nat/filter.h"

#include <stddef.h>

/* Anyone may. Open and endpoint-independent differ for packets to a port
   that no mapping has, which have no inside host to go to. */
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

/* A remote endpoint that the mapping knows is one that has a session of it,
   or was ended: then it is a stranger again. */
static bool known_endpoint(struct nat_table *t, const struct nat_mapping *m,
			   const struct endpoint *remote)
{
	return table_inbound(t, m->protocol, m->external, remote);
}

static bool nobody(struct nat_table *t, const struct nat_mapping *m,
		   const struct endpoint *remote)
{
	(void)t;
	(void)m;
	(void)remote;
	return false;
}

#define REASONS(reason) {						\
	[UNSOLICITED_DROP] = (reason ", unsolicited-syn = drop"),	\
	[UNSOLICITED_RST] = (reason ", unsolicited-syn = rst"),		\
	[UNSOLICITED_ICMP_PORT] = (reason ", unsolicited-syn = icmp-port"), \
	[UNSOLICITED_ICMP_HOST] = (reason ", unsolicited-syn = icmp-host"), \
}

/* A value of the axis: who passes, and what it says of those who don't. */
struct filter {
	bool (*passes)(struct nat_table *t, const struct nat_mapping *m,
		       const struct endpoint *remote);
	const char *datagram;
	const char *syn[4];		/* by enum unsolicited */
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

static const struct filter *filter_of(const struct profile *profile,
				      bool mapped)
{
	return mapped ? &filters[profile->filtering] : &unmapped;
}

bool filter_passes(struct nat_table *t, const struct profile *profile,
		   const struct nat_mapping *m, const struct endpoint *remote)
{
	return filters[profile->filtering].passes(t, m, remote);
}

const char *filter_reason(const struct profile *profile, bool mapped)
{
	return filter_of(profile, mapped)->syn[profile->unsolicited_syn];
}

const char *filter_datagram_reason(const struct profile *profile, bool mapped)
{
	return filter_of(profile, mapped)->datagram;
}
