#include "net/kernel_nats.h"

#include <string.h>

const struct kernel_nat kernel_nats[] = {
	{ "linux", "Linux netfilter: masquerade, and INPUT drops the "
	  "unsolicited, as home routers do", "netfilter", "masquerade", true,
	  false },
	{ "linux-rst", "the same, but its stack answers the unsolicited "
	  "with RST", "netfilter-rst", "masquerade", false, false },
	{ "linux-liberal", "linux with nf_conntrack_tcp_be_liberal",
	  "netfilter-liberal", "masquerade", true, true },
	{ "linux-random", "linux with random external ports",
	  "netfilter-random", "masquerade fully-random", true, false },
};
const size_t kernel_nat_count = sizeof(kernel_nats) / sizeof(kernel_nats[0]);

const struct kernel_nat *kernel_nat_find(const char *name)
{
	for (size_t i = 0; i < kernel_nat_count; i++)
		if (!strcmp(kernel_nats[i].name, name))
			return &kernel_nats[i];
	return NULL;
}
