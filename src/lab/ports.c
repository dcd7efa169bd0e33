#include "lab/ports.h"

static const struct {
	uint64_t length, stride;
} ranges[2] = {
	{ 55529, 17 },
	{ 55511, 31 },
};

static unsigned count_ports(const uint16_t server_ports[SERVER_PORTS])
{
	unsigned n = 0;

	while (n < SERVER_PORTS && server_ports[n])
		n++;
	return n;
}

struct port_draw ports_draw(uint64_t seed, unsigned order,
			const uint16_t server_ports[SERVER_PORTS])
{
	unsigned count = count_ports(server_ports);
	uint64_t draw = 2 * seed + order;
	struct port_draw out = { .server = 0 };

	for (unsigned i = 0; i < 2; i++) {
		uint64_t step = draw % ranges[i].length * ranges[i].stride;

		out.host[i] = (uint16_t)(PORTS_FROM + step % ranges[i].length);
	}
	if (count)
		out.server = server_ports[(seed + order) % count];
	if (count > 1)
		out.check = server_ports[(seed + order + count / 2) % count];
	return out;
}
