#include "method/diagnosis.h"

#include <errno.h>
#include <string.h>

#define CHECK_TIMEOUT NS_PER_S

static int64_t now(struct attempt *a)
{
	return a->host->do_->now(a->host);
}

/* Step @c until it has been told its endpoint, or cannot be. */
static bool check_observed(struct attempt *a, struct client *c, int64_t until)
{
	for (;;) {
		struct host_wait item;

		switch (client_step(c)) {
		case CLIENT_EVENT_OBSERVED:
			return true;
		case CLIENT_NO_EVENT:
			break;
		default:
			return false;
		}
		if (now(a) >= until)
			return false;
		item = client_wants(c);
		a->host->do_->wait(a->host, &item, 1, until);
	}
}

/*
 * Does the NAT give a connection to another endpoint another public port?
 * @seen: which one
 */
static bool port_changes(struct attempt *a, struct endpoint *seen)
{
	struct client_config config = {
		.server = { a->client.server.address, a->config->check_port },
		.port = a->client.port,
		.code = a->config->code,
	};
	struct client c;
	bool observed;

	if (!config.server.port || !a->client.seen.port ||
	    !client_open(&c, a->host, &config, NULL))
		return false;
	observed = check_observed(a, &c, now(a) + CHECK_TIMEOUT);
	*seen = c.seen;
	client_close(&c);
	return observed && !endpoint_equal(seen, &a->client.seen);
}

/* What an errno of connect() says when there is no capture to read. */
static enum cause errno_cause(int error)
{
	switch (error) {
	case 0:
		return CAUSE_NONE;
	case ECONNREFUSED:
		return CAUSE_RST_FROM_NAT;
	default:
		return CAUSE_ICMP_FROM_NAT;
	}
}

/* What is left to say when no packet says more: what this host was waiting
   for, by what it had done. */
static enum cause missing_cause(const struct attempt *a)
{
	const struct evidence *ev = &a->evidence;

	if (a->vanished || !(a->seen & SEEN_GREETING))
		return CAUSE_PEER_VANISHED;	/* or never said a word */
	if (ev->syn_in && ev->syn_ack_out && !ev->syn_acks)
		return CAUSE_SYN_ACK_REFUSED;
	if (ev->asked_spoofing && !ev->syn_acks &&
	    (a->spoofed || !strcmp(a->client.reason, "no-spoofing")))
		return CAUSE_NO_SPOOFING;
	if (ev->asked_spoofing)
		return CAUSE_NOTHING_ARRIVED;
	if (ev->forged_out)
		return CAUSE_SYN_ACK_REFUSED;
	if (approach_has_roles(&a->config->approach))
		return a->opener ? CAUSE_SYN_REFUSED : CAUSE_NOTHING_ARRIVED;
	return CAUSE_SYN_REFUSED;
}

static const char *icmp_name(const struct icmp_answer *i)
{
	switch (i->code) {
	case 1:
		return "host unreachable";
	case 3:
		return "port unreachable";
	case 13:
		return "administratively prohibited";
	default:
		return "unreachable";
	}
}

/* The sentence that goes with what the packets said. */
static enum outcome packet_failure(struct attempt *a, enum cause cause)
{
	const struct evidence *ev = &a->evidence;
	char peer[ENDPOINT_TEXT], from[ADDRESS_TEXT];

	endpoint_text(&a->client.peer, peer);
	if (cause == CAUSE_ICMP_FROM_NAT && ev->unreachable.came)
		return attempt_fail(a, OUTCOME_FAILED, cause,
				    "%s answered the SYN to %s with ICMP %s.",
				    address_text(ev->unreachable.from, from),
				    peer, icmp_name(&ev->unreachable));
	if (cause == CAUSE_RST_FROM_NAT)
		return attempt_fail(a, OUTCOME_FAILED, cause,
				    "The SYN to %s was answered with RST,"
				    " which ended the connection attempt.",
				    peer);
	return attempt_fail(a, OUTCOME_FAILED, cause, "%s",
			    cause_meaning(cause));
}

static enum outcome port_failure(struct attempt *a,
				 const struct endpoint *seen)
{
	char first[ENDPOINT_TEXT], second[ENDPOINT_TEXT];

	return attempt_fail(a, OUTCOME_FAILED, CAUSE_PORT_NOT_PREDICTED,
			    "The own NAT shows port %u as %s to one port of S"
			    " and as %s to another: the peer cannot know which"
			    " it will be.", a->client.port,
			    endpoint_text(&a->client.seen, first),
			    endpoint_text(seen, second));
}

/* The own SYN has died inside, before the last own NAT: no hole. */
static bool ttl_too_low(const struct attempt *a)
{
	return a->syn_ttl && a->evidence.exceeded.came &&
	       address_is_private(a->evidence.exceeded.from);
}

static enum outcome ttl_failure(struct attempt *a)
{
	char from[ADDRESS_TEXT];

	return attempt_fail(a, OUTCOME_FAILED, CAUSE_TIME_EXCEEDED,
			    "TTL %d is too low: the SYN has died inside, at"
			    " %s; try --ttl auto.", a->syn_ttl,
			    address_text(a->evidence.exceeded.from, from));
}

enum outcome attempt_failed(struct attempt *a)
{
	enum cause cause = evidence_cause(&a->evidence);
	struct endpoint seen;

	if (cause == CAUSE_NONE && a->connect_error && !a->host->can)
		cause = errno_cause(a->connect_error);
	if (cause == CAUSE_NONE && a->connect_error &&
	    a->evidence.exceeded.came)
		cause = CAUSE_TIME_EXCEEDED;
	if (cause == CAUSE_NONE && a->refused_proof)
		cause = CAUSE_NOT_AUTHENTICATED;
	if (cause != CAUSE_NONE && cause != CAUSE_PORT_NOT_PREDICTED)
		return packet_failure(a, cause);
	if (ttl_too_low(a))
		return ttl_failure(a);
	if (port_changes(a, &seen))
		return port_failure(a, &seen);
	if (cause == CAUSE_NONE)
		cause = missing_cause(a);
	return packet_failure(a, cause);
}
