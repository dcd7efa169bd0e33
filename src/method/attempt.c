#include "method/attempt_internal.h"
#include "method/stream.h"
#include "method/ttl.h"

#include <stdio.h>
#include <string.h>

/* What the second order may wait for the peer beyond its own timeout: the
   peer may still be at the first. */
#define SWAP_GRACE (2 * NS_PER_S)

static int64_t now(struct attempt *a)
{
	return a->host->do_->now(a->host);
}

/* The low TTL that needs no finding; *@known tells whether that is so. */
static uint8_t given_ttl(const struct attempt *a, bool *known)
{
	*known = true;
	if (!a->config->approach.low_ttl)
		return 0;
	if (a->config->ttl)
		return a->config->ttl;
	*known = a->low_ttl || a->config->known_ttl;
	return a->low_ttl ? a->low_ttl : a->config->known_ttl;
}

/* The second order's nonces keep the roles: A's must stay the smaller. */
static void choose_nonce(const struct attempt *a, uint8_t nonce[NONCE_BYTES])
{
	memcpy(nonce, a->config->nonce[a->order], NONCE_BYTES);
	if (a->order)
		nonce[0] = (uint8_t)((nonce[0] & 0x7f) |
				     (a->out->is_a ? 0 : 0x80));
}

static enum outcome reach_server(struct attempt *a, bool join_early)
{
	struct client_config config = {
		.server = a->config->server,
		.port = a->config->port[a->order],
		.code = a->config->code,
		.order = a->order,
		.join_early = join_early,
	};
	char server[ENDPOINT_TEXT];
	struct error e;

	if (a->config->server_port[a->order])
		config.server.port = a->config->server_port[a->order];
	choose_nonce(a, config.nonce);
	code_session_name(a->config->code, a->order, a->out->session[a->order]);
	if (!client_open(&a->client, a->host, &config, &e)) {
		a->lost = true;
		return attempt_fail(a, OUTCOME_ERROR, CAUSE_RENDEZVOUS_LOST,
				    "%s", e.text);
	}
	a->evidence.server = config.server;
	a->host->do_->capture_port(a->host, a->client.port);
	TRY(attempt_wait(a, SEEN_OBSERVED, now(a) + a->config->timeout));
	if (a->seen & SEEN_OBSERVED)
		return OUTCOME_CONNECTED;
	return attempt_fail(a, OUTCOME_FAILED, CAUSE_RENDEZVOUS_LOST,
			    "The rendezvous %s did not answer.",
			    endpoint_text(&config.server, server));
}

static enum outcome meet_peer(struct attempt *a)
{
	int64_t wait = a->order ? a->config->timeout + SWAP_GRACE :
				  a->config->wait;

	TRY(attempt_wait(a, SEEN_PEER, wait == TIME_NEVER ? TIME_NEVER :
						   now(a) + wait));
	if (a->seen & SEEN_PEER)
		return OUTCOME_CONNECTED;
	return attempt_fail(a, OUTCOME_FAILED, CAUSE_NO_PEER, "%s",
			    cause_meaning(CAUSE_NO_PEER));
}

static void introduced(struct attempt *a)
{
	struct peer_message greeting = { .kind = PEER_GREETING,
				   .round_trip = a->client.round_trip };
	bool first;

	memcpy(a->out->id, a->client.keys.id, sizeof(a->out->id));
	a->out->is_a = a->client.keys.is_a;
	a->out->seen = a->client.seen;
	a->out->peer = a->client.peer;
	a->out->local = a->client.local;
	first = approach_b_opens_first(&a->config->approach) ?
		!a->out->is_a : a->out->is_a;
	a->opener = approach_has_roles(&a->config->approach) &&
		    (a->order ? !first : first);
	a->out->opener = a->opener;
	a->deadline = a->out->introduced_at + a->config->timeout;
	a->hold_until = a->out->introduced_at + a->config->hold;
	attempt_what(a, greeting.what);
	attempt_tell_peer(a, &greeting);
}

/* Can S do what the method needs of it? */
static enum outcome check_spoofing(struct attempt *a)
{
	if (!(a->config->approach.method->needs & NEED_SPOOFING) ||
	    a->client.spoofing)
		return OUTCOME_CONNECTED;
	return attempt_fail(a, OUTCOME_NOT_APPLICABLE, CAUSE_NO_SPOOFING,
			    "S says that it cannot spoof: it was started"
			    " without the privilege.");
}

static enum outcome run_order(struct attempt *a)
{
	bool known;
	uint8_t ttl = given_ttl(a, &known);

	TRY(reach_server(a, known));
	a->low_ttl = ttl;
	if (!known) {
		TRY(ttl_find(a));
		client_join(&a->client);
	}
	a->out->ttl = a->low_ttl;
	TRY(meet_peer(a));
	introduced(a);
	TRY(check_spoofing(a));
	return a->config->approach.method->run(a);
}

/* The stream that proved itself becomes the caller's; all others end. */
static void hand_over(struct attempt *a, bool connected)
{
	for (struct stream *s = a->stream; s < a->stream + STREAMS; s++) {
		if (!connected || s->state != STREAM_PROVED) {
			stream_end(a, s);
			continue;
		}
		a->out->stream = s->socket;
		if (s->accepted || (a->host->can & HOST_CAPTURE))
			a->out->mechanism = (uint8_t)evidence_mechanism(
				&a->evidence, s->accepted);
	}
}

/* Did the low TTL do what it was chosen for? Said when it did not. */
static void confirm_ttl(struct attempt *a)
{
	const struct evidence *ev = &a->evidence;
	bool sent = ev->have_mine && a->low_ttl &&
		    (a->opener || !approach_has_roles(&a->config->approach));
	char text[ADDRESS_TEXT];

	if (!sent)
		return;
	a->out->ttl_confirmed = ev->exceeded.came &&
				!address_is_private(ev->exceeded.from);
	if (a->out->ttl_confirmed)
		return;
	if (ev->exceeded.came)
		trace_text(&a->out->trace, now(a), TRACE_NOTE,
			   "TTL %u is too low: %s, inside, said time exceeded",
			   a->low_ttl, address_text(ev->exceeded.from, text));
	else
		trace_text(&a->out->trace, now(a), TRACE_NOTE,
			   "no time exceeded came for the SYN with TTL %u",
			   a->low_ttl);
	attempt_note(a);
}

static void order_begin(struct attempt *a, unsigned order)
{
	a->order = order;
	a->out->order = (uint8_t)order;
	a->seen = 0;
	memset(&a->evidence, 0, sizeof(a->evidence));
	memset(&a->greeting, 0, sizeof(a->greeting));
	memset(a->stream, 0, sizeof(a->stream));
	a->peer_left = a->lost = a->vanished = a->spoofed = false;
	a->hold_bytes = a->retry = a->refused_proof = false;
	a->connect_error = 0;
	a->connects = 0;
	a->syn_ttl = 0;
	a->peer_cause = CAUSE_NONE;
	a->deadline = a->retry_at = a->again_at = TIME_NEVER;
	a->out->introduced_at = a->out->authenticated_at = 0;
	a->out->received = 0;
	a->out->ttl_confirmed = false;
	if (order) {
		trace_text(&a->out->trace, now(a), TRACE_NOTE,
			   "the other order: the roles are swapped");
		attempt_note(a);
	}
}

/* Tell the peer why it failed here, and, where only the peer can know more (was
   it a NAT or its own kernel that said RST?), hear its answer. */
static void part(struct attempt *a)
{
	struct peer_message l = { .kind = PEER_GONE, .cause = a->out->cause };
	int64_t until = now(a) + a->client.round_trip +
			a->greeting.round_trip;

	if (!(a->seen & SEEN_PEER) || a->lost)
		return;
	attempt_tell_peer(a, &l);
	if (a->out->cause != CAUSE_RST_FROM_NAT || (a->seen & SEEN_GONE))
		return;
	while (!(a->seen & SEEN_GONE) && !a->lost && !a->peer_left &&
	       now(a) < until)
		attempt_listen(a, until);
	if (a->peer_cause == CAUSE_RST_FROM_HOST)
		attempt_fail(a, OUTCOME_FAILED, CAUSE_RST_FROM_HOST, "%s",
			     cause_meaning(CAUSE_RST_FROM_HOST));
}

static void order_end(struct attempt *a, enum outcome outcome)
{
	const struct evidence *ev = &a->evidence;

	a->out->outcome = (uint8_t)outcome;
	a->out->isn[0] = ev->have_mine ? ev->mine.sequence : 0;
	a->out->isn[1] = ev->first != FIRST_NONE ?
		ev->first_segment.sequence :
		ev->have_theirs ? ev->theirs.isn : 0;
	confirm_ttl(a);
	hand_over(a, outcome == OUTCOME_CONNECTED);
	if (outcome != OUTCOME_CONNECTED)
		part(a);
	client_close(&a->client);
}

/* Is it worth trying with the roles swapped? */
static bool swap_helps(const struct attempt *a, enum outcome outcome)
{
	return outcome == OUTCOME_FAILED &&
	       approach_has_roles(&a->config->approach) &&
	       (a->seen & SEEN_PEER) && !a->vanished &&
	       a->out->cause != CAUSE_RENDEZVOUS_LOST &&
	       a->out->cause != CAUSE_PEER_VANISHED;
}

static bool lacks_privilege(struct attempt *a)
{
	const struct method *m = a->config->approach.method;

	if ((!(m->needs & NEED_CAPTURE) || (a->host->can & HOST_CAPTURE)) &&
	    (!(m->needs & NEED_RAW) || (a->host->can & HOST_FORGE)))
		return false;
	attempt_fail(a, OUTCOME_NOT_APPLICABLE, CAUSE_NO_PRIVILEGE,
		     "The method %s needs %s, and this host may not.",
		     m->name, method_needs_text(m));
	return true;
}

/* The second order; what the first one said stands when nobody comes to it. */
static void run_swapped(struct attempt *a)
{
	char first[EXPLAIN_TEXT];
	enum outcome outcome;
	uint8_t cause = a->out->cause;

	memcpy(first, a->out->explain, sizeof(first));
	a->out->explain[0] = '\0';
	a->out->cause = CAUSE_NONE;
	order_begin(a, 1);
	outcome = run_order(a);
	order_end(a, outcome);
	if (outcome == OUTCOME_CONNECTED || a->out->cause != CAUSE_NO_PEER)
		return;
	a->out->cause = cause;
	memcpy(a->out->explain, first, sizeof(first));
}

static void result_begin(struct attempt_result *out)
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

	result_begin(out);
	order_begin(&a, 0);
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

	result_begin(out);
	rng_seed(&a.rng, config->seed);
	if (lacks_privilege(&a))
		return;
	order_begin(&a, 0);
	outcome = run_order(&a);
	order_end(&a, outcome);
	if (swap_helps(&a, outcome))
		run_swapped(&a);
}
