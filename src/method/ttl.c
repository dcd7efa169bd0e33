#include "method/ttl.h"

#include "method/attempt_internal.h"

#define PROBES_AT_ONCE 4	/* divides TTL_HOPS */
/* How long to wait for answers: hops nearer than S answer sooner than S. */
#define ANSWER_TIMEOUT(round_trip) ((round_trip) * 3 / 2 + 100 * NS_PER_MS)

uint8_t ttl_choose(const struct hops *hops, uint32_t own, bool final)
{
	int last_inside = 0;

	for (int ttl = 1; ttl <= TTL_HOPS; ttl++)
		if (hops->from[ttl] && (address_is_private(hops->from[ttl]) ||
					hops->from[ttl] == own))
			last_inside = ttl;
	for (int ttl = last_inside + 1; ttl <= TTL_HOPS; ttl++) {
		if (hops->from[ttl])
			return (uint8_t)ttl;
		if (!final)
			return 0;
	}
	return 0;
}

/* Read answers. Return: the TTL if it is certain, else 0 */
static uint8_t read_answers(struct attempt *a, struct hops *hops)
{
	struct hop hop;
	uint8_t ttl;

	while (a->host->ops->hop_answer(a->host, &hop)) {
		if (hop.ttl < 1 || hop.ttl > TTL_HOPS)
			continue;
		hops->from[hop.ttl] = hop.from;
		hops->reached |= hop.reached;
	}
	ttl = ttl_choose(hops, a->client.seen.address, false);
	/* A carrier's NAT can follow a public hop, so the next hop must be
	   outside, too, or S must be reached. */
	return ttl && ttl < TTL_HOPS && (hops->from[ttl + 1] || hops->reached) ?
		ttl : 0;
}

/* Probe PROBES_AT_ONCE hops from @first on, each at most twice.
   Return: the TTL if it is certain, else 0 */
static uint8_t probe_hops(struct attempt *a, struct hops *hops, int first)
{
	uint8_t found = 0;

	for (int round = 0; round < TTL_DATAGRAMS && !found; round++) {
		int64_t until = attempt_now(a) +
				ANSWER_TIMEOUT(a->client.round_trip);

		for (int ttl = first; ttl < first + PROBES_AT_ONCE; ttl++)
			if (!hops->from[ttl])
				a->host->ops->hop_probe(
					a->host, a->client.port,
					a->client.server.address, ttl);
		while (!(found = read_answers(a, hops)) &&
		       attempt_now(a) < until)
			a->host->ops->wait(a->host, NULL, 0, until);
	}
	return found;
}

enum outcome ttl_find(struct attempt *a)
{
	struct hops hops = { .reached = false };
	char text[ADDRESS_TEXT];
	uint8_t ttl = 0;

	for (int first = 1; first <= TTL_HOPS && !ttl && !hops.reached;
	     first += PROBES_AT_ONCE)
		ttl = probe_hops(a, &hops, first);
	a->host->ops->hop_end(a->host);
	if (!ttl)
		ttl = ttl_choose(&hops, a->client.seen.address, true);
	if (!ttl)
		return attempt_fail(a, OUTCOME_NOT_APPLICABLE,
				    CAUSE_NO_USABLE_TTL,
				    "No hop outside the own NATs answered: no"
				    " TTL is known to die beyond them; try"
				    " --ttl none or --ttl N.");
	a->low_ttl = ttl;
	attempt_trace(a, attempt_now(a), TRACE_NOTE, SUBJECT_NONE,
		      "TTL %u: hop %u, %s, is the first outside", ttl, ttl,
		      address_text(hops.from[ttl], text));
	return OUTCOME_CONNECTED;
}
