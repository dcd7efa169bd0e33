#include "lab/ports.h"

#include "base/rng.h"

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

struct ports ports_draw(uint64_t seed, uint64_t draw,
			const uint16_t server_ports[SERVER_PORTS])
{
	unsigned count = count_ports(server_ports);
	struct ports out = { .server = 0 };
	struct rng rng;

	rng_seed(&rng, seed);
	for (unsigned i = 0; i < 2; i++) {
		uint64_t begin = rng_below(&rng, ranges[i].length);
		uint64_t step = draw % ranges[i].length * ranges[i].stride;

		out.host[i] = (uint16_t)(PORTS_FROM +
					 (begin + step) % ranges[i].length);
	}
	if (count)
		out.server = server_ports[draw % count];
	if (count > 1)
		out.check = server_ports[(draw + count / 2) % count];
	return out;
}
