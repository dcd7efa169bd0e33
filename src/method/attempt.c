#include "method/attempt.h"

#include "method/attempt_internal.h"
#include "method/attempt_loop.h"
#include "method/private_candidates.h"
#include "method/stream.h"
#include "method/ttl.h"
#include "method/udp_exchange.h"

#include <stdio.h>
#include <string.h>

/* In the second order a host waits this much longer than the timeout: the peer
   may still be in the first. */
#define SWAP_GRACE (2 * NS_PER_S)

static bool has_roles(const struct attempt *a)
{
	return approach_has_roles(&a->config->approach);
}

static bool lacks_privilege(struct attempt *a)
{
	const struct method *m = a->config->approach.method;
	unsigned needs = approach_needs(&a->config->approach);

	if ((!(needs & NEED_CAPTURE) || (a->host->can & HOST_CAPTURE)) &&
	    (!(needs & NEED_RAW) || (a->host->can & HOST_FORGE)) &&
	    (!(needs & NEED_CHOOSE_ISN) || (a->host->can & HOST_CHOOSE_ISN)))
		return false;
	attempt_fail(a, OUTCOME_NOT_APPLICABLE, CAUSE_NO_PRIVILEGE,
		     "The method %s needs %s%s, and this host lacks the"
		     " privilege.",
		     m->name, method_needs_text(m), needs & NEED_CHOOSE_ISN ?
		     "; CAP_NET_ADMIN for the variant" : "");
	return true;
}

static enum outcome check_spoofing(struct attempt *a)
{
	if (!(a->config->approach.method->needs & NEED_SPOOFING) ||
	    a->client.spoofing)
		return OUTCOME_CONNECTED;
	return attempt_fail(a, OUTCOME_NOT_APPLICABLE, CAUSE_NO_SPOOFING,
			    "S cannot spoof: it was started without the"
			    " privilege.");
}

/* Get the low TTL, 0 for none. Return: false if it must be found first */
static bool known_low_ttl(const struct attempt *a, uint8_t *ttl)
{
	*ttl = 0;
	if (!a->config->approach.low_ttl)
		return true;
	*ttl = a->config->ttl ? a->config->ttl :
	       a->low_ttl ? a->low_ttl : a->config->known_ttl;
	return *ttl;
}

/* Connect to S and learn the own public endpoint. */
static enum outcome reach_server(struct attempt *a, bool join_early)
{
	struct client_config config = {
		.server = a->config->server,
		.port = a->config->port[a->order],
		.code = a->config->code,
		.order = a->order,
		.join_early = join_early,
		.wants_udp = a->config->approach.method->datagrams,
	};
	char server[ENDPOINT_TEXT];
	struct error e;

	if (a->config->server_port[a->order])
		config.server.port = a->config->server_port[a->order];
	memcpy(config.nonce, a->config->nonce[a->order], NONCE_BYTES);
	/* The host with the smaller nonce is A. In the second order the same
	   host must be A. */
	if (a->order)
		config.nonce[0] = (uint8_t)((config.nonce[0] & 0x7f) |
					    (a->out->is_a ? 0 : 0x80));
	code_session_name(a->config->code, a->order, a->out->session[a->order]);
	if (!client_open(&a->client, a->host, &config, &e)) {
		a->server_lost = true;
		return attempt_fail(a, OUTCOME_ERROR, CAUSE_RENDEZVOUS_LOST,
				    "%s", e.text);
	}
	a->evidence.server = config.server;
	a->evidence.datagrams = config.wants_udp;
	a->host->ops->capture_port(a->host, a->client.port);
	TRY(attempt_wait(a, SEEN_OBSERVED, attempt_now(a) +
					   a->config->timeout));
	if (a->seen & SEEN_OBSERVED)
		return OUTCOME_CONNECTED;
	return attempt_fail(a, OUTCOME_FAILED, CAUSE_RENDEZVOUS_LOST,
			    "The rendezvous %s did not answer.",
			    endpoint_text(&config.server, server));
}

/* Let S observe the UDP endpoint of the same port. */
static enum outcome observe_udp(struct attempt *a)
{
	const struct endpoint *server = &a->client.server;
	char at[ENDPOINT_TEXT];
	int status;

	if (!a->client.observes_udp)
		return attempt_fail(a, OUTCOME_NOT_APPLICABLE,
				    CAUSE_RENDEZVOUS_LOST, "The rendezvous %s"
				    " does not observe UDP endpoints: it is"
				    " older than that, or could not open its"
				    " UDP ports.", endpoint_text(server, at));
	status = udp_exchange_open(a);
	if (status)
		return attempt_fail(a, OUTCOME_ERROR, CAUSE_NONE,
				    "No UDP socket on local port %u: %s.",
				    a->client.port, strerror(-status));
	udp_exchange_ask(a, server->port);
	TRY(attempt_wait(a, SEEN_UDP, attempt_now(a) + a->config->timeout));
	if (a->seen & SEEN_UDP)
		return OUTCOME_CONNECTED;
	return attempt_fail(a, OUTCOME_FAILED, CAUSE_RENDEZVOUS_LOST,
			    "The rendezvous %s did not answer over UDP.",
			    endpoint_text(server, at));
}

/* Wait until S introduces the peer, and greet it. */
static enum outcome meet_peer(struct attempt *a)
{
	int64_t wait = a->order ? a->config->timeout + SWAP_GRACE :
				  a->config->wait;
	struct peer_message greeting = { .kind = PEER_GREETING };
	bool first_opener;

	TRY(attempt_wait(a, SEEN_PEER, wait == TIME_NEVER ? TIME_NEVER :
						   attempt_now(a) + wait));
	if (!(a->seen & SEEN_PEER))
		return attempt_fail(a, OUTCOME_FAILED, CAUSE_NO_PEER, "%s",
				    cause_meaning(CAUSE_NO_PEER));
	memcpy(a->out->id, a->client.keys.id, sizeof(a->out->id));
	a->out->is_a = a->client.keys.is_a;
	a->out->seen = a->client.seen;
	a->out->peer = a->client.peer;
	a->out->local = a->client.local;
	if (a->config->approach.method->datagrams) {
		a->out->seen = a->udp.seen;
		a->out->peer = a->evidence.peer = a->client.udp_peer;
	}
	first_opener = a->out->is_a !=
		       approach_b_opens_first(&a->config->approach);
	a->opener = has_roles(a) && first_opener == !a->order;
	a->out->opener = a->opener;
	a->deadline = a->out->introduced_at + a->config->timeout;
	a->hold_until = a->out->introduced_at + a->config->hold;
	greeting.round_trip = a->client.round_trip;
	attempt_approach_name(a, greeting.approach);
	private_candidates_tell(a, &greeting);
	attempt_tell_peer(a, &greeting);
	return OUTCOME_CONNECTED;
}

static void begin_order(struct attempt *a, unsigned order)
{
	a->order = order;
	a->out->order = (uint8_t)order;
	a->seen = 0;
	memset(&a->evidence, 0, sizeof(a->evidence));
	memset(&a->greeting, 0, sizeof(a->greeting));
	memset(a->stream, 0, sizeof(a->stream));
	a->peer_left = a->server_lost = a->peer_vanished = a->spoofed = false;
	a->hold_proof = a->reconnect = a->refused_proof = false;
	a->connect_error = 0;
	a->connects = 0;
	a->chosen_isn = 0;
	a->syn_ttl = 0;
	a->peer_cause = CAUSE_NONE;
	a->public_failed = false;
	private_candidates_begin(a);
	a->deadline = a->reconnect_at = a->resend_at = TIME_NEVER;
	a->udp = (struct udp_exchange){ .socket = -1, .ask_at = TIME_NEVER };
	a->out->introduced_at = a->out->authenticated_at = 0;
	a->out->received = 0;
	a->out->ttl_confirmed = false;
	if (order)
		attempt_trace(a, attempt_now(a), TRACE_NOTE, SUBJECT_NONE,
			      "the other order: the roles are swapped");
}

/* The method's page. If the public candidate fails, a private one can still
   connect; if that fails, too, the public one's outcome and cause stand. */
static enum outcome run_method(struct attempt *a)
{
	enum outcome outcome = check_spoofing(a);
	char explain[EXPLAIN_TEXT];
	uint8_t cause;

	if (outcome == OUTCOME_CONNECTED)
		outcome = a->config->approach.method->run(a);
	if (outcome == OUTCOME_CONNECTED || !a->private.tried)
		return outcome;
	cause = a->out->cause;
	memcpy(explain, a->out->explain, sizeof(explain));
	if (attempt_wait_for_private(a)) {
		a->out->cause = CAUSE_NONE;
		a->out->explain[0] = '\0';
		return OUTCOME_CONNECTED;
	}
	a->out->cause = cause;
	memcpy(a->out->explain, explain, sizeof(explain));
	return outcome;
}

static enum outcome run_order(struct attempt *a)
{
	uint8_t ttl;
	bool known = known_low_ttl(a, &ttl);
	bool datagrams = a->config->approach.method->datagrams;

	TRY(reach_server(a, known && !datagrams));
	a->low_ttl = ttl;
	if (!known) {
		TRY(ttl_find(a));
		client_join(&a->client);
	}
	if (datagrams) {
		TRY(observe_udp(a));
		client_join(&a->client);
	}
	a->out->ttl = a->low_ttl;
	TRY(meet_peer(a));
	return run_method(a);
}

static void keep_isns(struct attempt *a, const struct evidence *ev)
{
	a->out->isn[0] = ev->have_mine ? ev->mine.sequence : 0;
	a->out->isn[1] = ev->first != FIRST_NONE ?
		ev->first_segment.sequence :
		ev->have_theirs ? ev->theirs.isn : 0;
}

/* What the result says of the stream that became the connection. */
static void finish_stream(struct attempt *a, const struct stream *s)
{
	int i = candidates_find(&a->private.peers, &s->remote);
	bool private = stream_is_private(a, s);

	if (private && i >= 0)
		keep_isns(a, &a->private.evidence[i]);
	a->out->candidate = private ? CANDIDATE_OF_PRIVATE :
				      CANDIDATE_OF_PUBLIC;
	if (s->accepted || (a->host->can & HOST_CAPTURE))
		a->out->mechanism = (uint8_t)(private ?
			private_candidates_mechanism(a, s) :
			evidence_mechanism(&a->evidence, s->accepted));
}

/* Keep the stream that proved itself for the caller; close the others. */
static void finish_streams(struct attempt *a, bool connected)
{
	for (struct stream *s = a->stream; s < a->stream + STREAMS; s++) {
		if (!connected || s->state != STREAM_PROVED) {
			stream_end(a, s);
			continue;
		}
		a->out->stream = s->socket;
		a->out->authenticated_at = s->verified_at;
		finish_stream(a, s);
	}
}

/* Keep the UDP socket for the caller if the hosts are connected by it. */
static void finish_datagrams(struct attempt *a, bool connected)
{
	if (!connected || !a->udp.knocks) {
		udp_exchange_close(a);
		return;
	}
	a->out->stream = a->udp.socket;
	a->out->datagrams = true;
	a->out->candidate = CANDIDATE_OF_PUBLIC;
	a->out->knocking = a->udp.knocking;
	a->out->mechanism = (uint8_t)evidence_knock_mechanism(
		a->udp.knocking.first);
	a->udp.socket = -1;
}

/* Did the SYN with the low TTL die outside the own NATs? If not, note it. */
static void confirm_ttl(struct attempt *a)
{
	const struct evidence *ev = &a->evidence;
	char text[ADDRESS_TEXT];

	if (!ev->have_mine || !a->low_ttl || (has_roles(a) && !a->opener))
		return;
	a->out->ttl_confirmed = ev->exceeded.came &&
				!address_is_private(ev->exceeded.from);
	if (a->out->ttl_confirmed)
		return;
	if (ev->exceeded.came)
		attempt_trace(a, attempt_now(a), TRACE_NOTE, SUBJECT_NONE,
			      "TTL %u is too low: %s, inside, sent a"
			      " time exceeded", a->low_ttl,
			      address_text(ev->exceeded.from, text));
	else
		attempt_trace(a, attempt_now(a), TRACE_NOTE, SUBJECT_NONE,
			      "no time exceeded came for the SYN with TTL %u",
			      a->low_ttl);
}

/* Tell the peer the cause. After an RST, which a NAT or the peer's kernel can
   have sent, wait for the peer's own cause: only the peer knows which. */
static void tell_peer_cause(struct attempt *a)
{
	struct peer_message m = { .kind = PEER_GONE, .cause = a->out->cause };

	if (!(a->seen & SEEN_PEER) || a->server_lost)
		return;
	attempt_tell_peer(a, &m);
	if (a->out->cause != CAUSE_RST_FROM_NAT || (a->seen & SEEN_GONE))
		return;
	attempt_wait_for_gone(a, attempt_now(a) + a->client.round_trip +
				 a->greeting.round_trip);
	if (a->peer_cause == CAUSE_RST_FROM_HOST)
		attempt_fail(a, OUTCOME_FAILED, CAUSE_RST_FROM_HOST, "%s",
			     cause_meaning(CAUSE_RST_FROM_HOST));
}

static void end_order(struct attempt *a, enum outcome outcome)
{
	a->out->outcome = (uint8_t)outcome;
	keep_isns(a, &a->evidence);
	confirm_ttl(a);
	finish_streams(a, outcome == OUTCOME_CONNECTED);
	finish_datagrams(a, outcome == OUTCOME_CONNECTED);
	if (outcome != OUTCOME_CONNECTED)
		tell_peer_cause(a);
	client_close(&a->client);
}

/* Can the attempt succeed with the roles swapped? Without a usable TTL it can
   by a private candidate, to which the first order gives no time. */
static bool swap_may_help(const struct attempt *a, enum outcome outcome)
{
	bool failed = outcome == OUTCOME_FAILED ||
		      (outcome == OUTCOME_NOT_APPLICABLE && a->private.tried);

	return failed && has_roles(a) &&
	       (a->seen & SEEN_PEER) && !a->peer_vanished &&
	       a->out->cause != CAUSE_RENDEZVOUS_LOST &&
	       a->out->cause != CAUSE_PEER_VANISHED;
}

/* Run the second order. If the peer does not come to it, the first order's
   cause stands. */
static void run_swapped(struct attempt *a)
{
	char explain[EXPLAIN_TEXT];
	uint8_t cause = a->out->cause;
	enum outcome outcome;

	memcpy(explain, a->out->explain, sizeof(explain));
	a->out->explain[0] = '\0';
	a->out->cause = CAUSE_NONE;
	begin_order(a, 1);
	outcome = run_order(a);
	end_order(a, outcome);
	if (outcome == OUTCOME_CONNECTED || a->out->cause != CAUSE_NO_PEER)
		return;
	a->out->cause = cause;
	memcpy(a->out->explain, explain, sizeof(explain));
}

static void begin_result(struct attempt_result *out)
{
	memset(out, 0, offsetof(struct attempt_result, trace));
	out->stream = -1;
	trace_begin(&out->trace);
}

void attempt_search(struct host *h, const struct attempt_config *config,
		    int stop, struct attempt_result *out)
{
	struct attempt a = {
		.host = h, .config = config, .out = out, .stop = stop,
	};

	begin_result(out);
	begin_order(&a, 0);
	if (reach_server(&a, false) == OUTCOME_CONNECTED &&
	    ttl_find(&a) == OUTCOME_CONNECTED)
		out->ttl = a.low_ttl;
	client_close(&a.client);
}

void attempt_run(struct host *h, const struct attempt_config *config,
		 const struct attempt_observer *observer, int stop,
		 struct attempt_result *out)
{
	struct attempt a = {
		.host = h, .config = config, .observer = observer,
		.out = out, .stop = stop,
	};
	enum outcome outcome;

	begin_result(out);
	rng_seed(&a.rng, config->seed);
	if (lacks_privilege(&a))
		return;
	begin_order(&a, 0);
	outcome = run_order(&a);
	end_order(&a, outcome);
	if (swap_may_help(&a, outcome))
		run_swapped(&a);
}
