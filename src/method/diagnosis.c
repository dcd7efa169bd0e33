#include "method/diagnosis.h"

#include "method/udp_exchange.h"

#include <errno.h>
#include <string.h>

#define CHECK_TIMEOUT NS_PER_S

/*
 * port_changes - does the NAT map a connection to another port of S to another
 * public port?
 * @seen: that other public port
 */
static bool port_changes(struct attempt *a, struct endpoint *seen)
{
	struct client_config config = {
		.server = { a->client.server.address, a->config->check_port },
		.port = a->client.port,
		.code = a->config->code,
	};
	enum client_event event = CLIENT_NO_EVENT;
	struct client c;
	int64_t until;

	if (!config.server.port || !a->client.seen.port ||
	    !client_open(&c, a->host, &config, NULL))
		return false;
	until = attempt_now(a) + CHECK_TIMEOUT;
	for (;;) {
		struct host_wait item;

		event = client_step(&c);
		if (event != CLIENT_NO_EVENT || attempt_now(a) >= until)
			break;
		item = client_wants(&c);
		a->host->ops->wait(a->host, &item, 1, until);
	}
	*seen = c.seen;
	client_close(&c);
	return event == CLIENT_EVENT_OBSERVED &&
	       !endpoint_equal(seen, &a->client.seen);
}

/* The cause when no packet tells more: which packet this host waited for,
   judging by what it had done. */
static enum cause missing_packet_cause(const struct attempt *a)
{
	const struct evidence *ev = &a->evidence;

	if (a->peer_vanished || !(a->seen & SEEN_GREETING))
		return CAUSE_PEER_VANISHED;
	if (ev->syn_in && ev->syn_ack_out && !ev->syn_acks)
		return CAUSE_SYN_ACK_REFUSED;
	if (ev->asked_spoofing && !ev->syn_acks &&
	    (a->spoofed || !strcmp(a->client.reason, "no-spoofing")))
		return CAUSE_NO_SPOOFING;
	if (ev->asked_spoofing)
		return CAUSE_NOTHING_ARRIVED;
	if (ev->forged_out)
		return CAUSE_SYN_ACK_REFUSED;
	if (approach_has_roles(&a->config->approach) && !a->opener)
		return CAUSE_NOTHING_ARRIVED;
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

/* Explain a cause that packets, or their absence, show. */
static enum outcome explain_cause(struct attempt *a, enum cause cause)
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

static enum outcome fail_on_shared_link(struct attempt *a)
{
	char text[ADDRESS_TEXT];

	address_text(a->client.peer.address, text);
	if (a->config->ttl)
		return attempt_fail(a, OUTCOME_NOT_APPLICABLE,
				    CAUSE_NO_USABLE_TTL, "TTL %d is too high:"
				    " the peer's own address %s answered the"
				    " SYN; try --ttl auto.", a->syn_ttl, text);
	return attempt_fail(a, OUTCOME_NOT_APPLICABLE, CAUSE_NO_USABLE_TTL,
			    "The SYN with TTL %d was answered by the peer's own"
			    " address %s: the NATs share a link, and no TTL"
			    " dies between them; try --ttl none.", a->syn_ttl,
			    text);
}

/* udp_port_changes - as port_changes(), over UDP */
static bool udp_port_changes(struct attempt *a, struct endpoint *first)
{
	struct udp_exchange *u = &a->udp;
	int64_t until = attempt_now(a) + CHECK_TIMEOUT;

	*first = u->seen;
	if (u->socket < 0 || !a->config->check_port)
		return false;
	u->knocks = false;
	udp_exchange_ask(a, a->config->check_port);
	for (;;) {
		struct host_wait item = { .handle = u->socket, .read = true };
		int64_t next = udp_exchange_step(a);

		if ((a->seen & SEEN_UDP) || attempt_now(a) >= until)
			break;
		a->host->ops->wait(a->host, &item, 1,
				   next < until ? next : until);
	}
	return (a->seen & SEEN_UDP) && !endpoint_equal(first, &u->seen);
}

/* knocks_failed - why the hosts' datagrams did not connect them */
static enum outcome knocks_failed(struct attempt *a)
{
	const struct icmp_answer *unreachable = &a->evidence.unreachable;
	char first[ENDPOINT_TEXT], second[ENDPOINT_TEXT], from[ADDRESS_TEXT];
	struct endpoint seen;

	if (udp_port_changes(a, &seen))
		return attempt_fail(a, OUTCOME_FAILED,
				    CAUSE_PORT_NOT_PREDICTED,
				    "The own NAT maps UDP port %u to %s for one"
				    " port of S and to %s for another, so the"
				    " peer cannot predict the port.",
				    a->client.port, endpoint_text(&seen, first),
				    endpoint_text(&a->udp.seen, second));
	if (unreachable->came)
		return attempt_fail(a, OUTCOME_FAILED, CAUSE_ICMP_FROM_NAT,
				    "%s answered a datagram with ICMP %s.",
				    address_text(unreachable->from, from),
				    icmp_name(unreachable));
	if (a->udp.knocking.heard)
		return explain_cause(a, CAUSE_KNOCK_REFUSED);
	if (a->peer_vanished || !(a->seen & SEEN_GREETING))
		return explain_cause(a, CAUSE_PEER_VANISHED);
	return explain_cause(a, CAUSE_NOTHING_ARRIVED);
}

enum outcome attempt_failed(struct attempt *a)
{
	const struct evidence *ev = &a->evidence;
	enum cause cause = evidence_cause(ev);
	char first[ENDPOINT_TEXT], second[ENDPOINT_TEXT], from[ADDRESS_TEXT];
	struct endpoint seen;

	if (a->config->approach.method->datagrams)
		return knocks_failed(a);
	if (a->syn_ttl && evidence_shared_link(ev))
		return fail_on_shared_link(a);
	/* Without a capture only the errno of connect() tells something. */
	if (cause == CAUSE_NONE && a->connect_error && !a->host->can)
		cause = a->connect_error == ECONNREFUSED ?
			CAUSE_RST_FROM_NAT : CAUSE_ICMP_FROM_NAT;
	if (cause == CAUSE_NONE && ev->exceeded.came && a->connect_error &&
	    a->connect_error != ECONNREFUSED)
		cause = CAUSE_TIME_EXCEEDED;
	if (cause == CAUSE_NONE && a->refused_proof)
		cause = CAUSE_NOT_AUTHENTICATED;
	if (cause != CAUSE_NONE && cause != CAUSE_PORT_NOT_PREDICTED)
		return explain_cause(a, cause);
	/* The SYN died before the last own NAT, so that NAT has no hole. */
	if (a->syn_ttl && ev->exceeded.came &&
	    address_is_private(ev->exceeded.from))
		return attempt_fail(a, OUTCOME_FAILED, CAUSE_TIME_EXCEEDED,
				    "TTL %d is too low: the SYN expired"
				    " inside, at %s; try --ttl auto.",
				    a->syn_ttl,
				    address_text(ev->exceeded.from, from));
	if (port_changes(a, &seen))
		return attempt_fail(a, OUTCOME_FAILED,
				    CAUSE_PORT_NOT_PREDICTED,
				    "The own NAT maps port %u to %s for one"
				    " port of S and to %s for another, so the"
				    " peer cannot predict the port.",
				    a->client.port,
				    endpoint_text(&a->client.seen, first),
				    endpoint_text(&seen, second));
	if (cause == CAUSE_NONE)
		cause = missing_packet_cause(a);
	return explain_cause(a, cause);
}
