#include "method/ttl.h"

#include "method/attempt_internal.h"

/* Hops that are nearer than S answer sooner than S. */
#define PROBES_AT_ONCE 4	/* divides TTL_HOPS */
#define HOP_PATIENCE(round_trip) ((round_trip) * 3 / 2 + 100 * NS_PER_MS)

static bool is_inside(uint32_t address, uint32_t own)
{
	return address_is_private(address) || address == own;
}

uint8_t ttl_choose(const struct hops *hops, uint32_t own, bool final)
{
	int last_inside = 0;

	for (int ttl = 1; ttl <= TTL_HOPS; ttl++)
		if (hops->from[ttl] && is_inside(hops->from[ttl], own))
			last_inside = ttl;
	for (int ttl = last_inside + 1; ttl <= TTL_HOPS; ttl++) {
		if (hops->from[ttl])
			return (uint8_t)ttl;
		if (!final)
			return 0;
	}
	return 0;
}

/* Certain enough: the hop after it is outside too, or S was reached there.
   (Beyond a public hop there can still be a carrier's NAT.) */
static bool is_settled(const struct hops *hops, uint8_t ttl)
{
	return ttl && ttl < TTL_HOPS &&
	       (hops->from[ttl + 1] || hops->reached);
}

/* One datagram for each of PROBES_AT_ONCE hops that has not answered. */
static void send_probes(struct attempt *a, const struct hops *hops, int first)
{
	for (int ttl = first; ttl < first + PROBES_AT_ONCE; ttl++)
		if (!hops->from[ttl])
			a->host->do_->hop_probe(a->host, a->client.port,
						a->client.server.address, ttl);
}

/* Take in answers; Return: the TTL when it is certain, else 0. */
static uint8_t take_answers(struct attempt *a, struct hops *hops)
{
	struct hop hop;
	uint8_t ttl;

	while (a->host->do_->hop_answer(a->host, &hop)) {
		if (hop.ttl < 1 || hop.ttl > TTL_HOPS)
			continue;
		hops->from[hop.ttl] = hop.from;
		hops->reached |= hop.reached;
	}
	ttl = ttl_choose(hops, a->client.seen.address, false);
	return is_settled(hops, ttl) ? ttl : 0;
}

/* Probe from @first on, each hop at most twice. */
static uint8_t probe_some(struct attempt *a, struct hops *hops, int first)
{
	uint8_t ttl = 0;

	for (int round = 0; round < TTL_DATAGRAMS && !ttl; round++) {
		int64_t until = a->host->do_->now(a->host) +
				HOP_PATIENCE(a->client.round_trip);

		send_probes(a, hops, first);
		while (!(ttl = take_answers(a, hops)) &&
		       a->host->do_->now(a->host) < until)
			a->host->do_->wait(a->host, NULL, 0, until);
	}
	return ttl;
}

static enum outcome found(struct attempt *a, uint8_t ttl,
			  const struct hops *hops)
{
	char text[ADDRESS_TEXT];

	a->low_ttl = ttl;
	trace_text(&a->out->trace, a->host->do_->now(a->host), TRACE_NOTE,
		   "TTL %u: hop %u, %s, is the first outside", ttl, ttl,
		   address_text(hops->from[ttl], text));
	attempt_note(a);
	return OUTCOME_CONNECTED;
}

enum outcome ttl_find(struct attempt *a)
{
	struct hops hops = { .reached = false };
	uint8_t ttl = 0;

	for (int first = 1; first <= TTL_HOPS && !ttl && !hops.reached;
	     first += PROBES_AT_ONCE)
		ttl = probe_some(a, &hops, first);
	a->host->do_->hop_end(a->host);
	if (!ttl)
		ttl = ttl_choose(&hops, a->client.seen.address, true);
	if (ttl)
		return found(a, ttl, &hops);
	return attempt_fail(a, OUTCOME_NOT_APPLICABLE, CAUSE_NO_USABLE_TTL,
			    "No hop outside the own NATs answered: no TTL is"
			    " known to die beyond them; try --ttl none or"
			    " --ttl N.");
}
