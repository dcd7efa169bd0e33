#include "predict/method_model.h"

#include "method/methods.h"
#include "predict/diagnosis_model.h"
#include "predict/forging_model.h"
#include "predict/log.h"
#include "predict/private_model.h"
#include "predict/retry_model.h"
#include "predict/tcp_model.h"

#define ANSWER 3		/* d, a round trip through S to the peer */
#define LEFT_GRACE_MS 1000

/* send_message - to the peer, through S, after @wait ms */
static void send_message(struct model_run *run, const struct model_host *from,
			 double wait, enum model_message message,
			 enum cause cause)
{
	struct model_event *e = event_queue_add(
		&run->queue, run->now + wait + DELAY_MESSAGE * run->d,
		EVENT_MESSAGE, !from->side);

	e->message = message;
	e->cause = cause;
}

static void wake_at(struct model_run *run, const struct model_host *h,
		    double at)
{
	event_queue_add(&run->queue, at, EVENT_WAKE, h->side);
}

/* ---- the end of an attempt ---- */

static void close_sockets(struct model_host *h)
{
	h->connecting.state = h->accepted.state = SOCKET_FREE;
	h->private_connecting.state = h->private_accepted.state = SOCKET_FREE;
	h->listening = false;
}

/* give_up - end the host's attempt with @outcome; @wait: ms that its last
   question to S takes */
static void give_up(struct model_run *run, struct model_host *h,
		    enum outcome outcome, enum cause cause, double wait)
{
	h->outcome = outcome;
	h->cause = cause;
	if (private_model_is_awaited(run, h)) {
		h->step = STEP_PRIVATE;
		return;
	}
	h->step = STEP_OVER;
	h->over_at = run->now;
	close_sockets(h);
	run_log(run, "%c gives up: %s", 'A' + h->side, cause_name(cause));
	send_message(run, h, wait, MESSAGE_GAVE_UP, cause);
}

static bool is_ttl_too_high(const struct model_run *run,
			    const struct model_host *h)
{
	return h->syn_ttl && diagnosis_model_ttl_too_high(run, h);
}

/* fail - with the cause that its own packets show */
static void fail(struct model_run *run, struct model_host *h)
{
	bool asked;
	enum cause cause;

	if (is_ttl_too_high(run, h)) {
		give_up(run, h, OUTCOME_NOT_APPLICABLE, CAUSE_NO_USABLE_TTL, 0);
		return;
	}
	cause = diagnosis_model_cause(run, h, &asked);
	give_up(run, h, OUTCOME_FAILED, cause,
		asked ? DELAY_MESSAGE * run->d : 0);
}

/* fail_with_peer - the peer gave up and said why. This host takes over its
   cause, unless its own packets show more. */
static void fail_with_peer(struct model_run *run, struct model_host *h)
{
	bool asked = false;
	enum cause cause;

	if (h->seen.rst_out_for_syn) {
		give_up(run, h, OUTCOME_FAILED, CAUSE_RST_FROM_HOST, 0);
		return;
	}
	if (cause_is_silence(h->peer_cause)) {
		if (is_ttl_too_high(run, h)) {
			fail(run, h);
			return;
		}
		cause = diagnosis_model_cause(run, h, &asked);
		if (cause != CAUSE_NOTHING_ARRIVED) {
			give_up(run, h, OUTCOME_FAILED, cause,
				asked ? DELAY_MESSAGE * run->d : 0);
			return;
		}
	}
	give_up(run, h, h->peer_cause == CAUSE_NO_USABLE_TTL ?
		OUTCOME_NOT_APPLICABLE : OUTCOME_FAILED, h->peer_cause, 0);
}

/* is_ended - by what ends an attempt in any step */
static bool is_ended(struct model_run *run, struct model_host *h)
{
	if (h->peer_gave_up)
		fail_with_peer(run, h);
	else if (is_ttl_too_high(run, h))
		fail(run, h);
	else
		return false;
	return true;
}

/* check_deadline - the host still waits: is its time over? */
static void check_deadline(struct model_run *run, struct model_host *h)
{
	if (run->now < h->deadline)
		return;
	if (h->step == STEP_READY_IN || h->step == STEP_EXCHANGE)
		give_up(run, h, OUTCOME_FAILED, CAUSE_PEER_VANISHED, 0);
	else
		fail(run, h);
}

/* ---- the methods' pages ---- */

/* open_hole - the opener's SYN is dead: it listens, or keeps its socket, and
   tells the connector */
static void open_hole(struct model_run *run, struct model_host *h, bool keep)
{
	if (keep && h->connecting.state == SOCKET_FREE) {
		fail(run, h);
		return;
	}
	if (keep) {
		h->connecting.ttl = TTL_USUAL;
		h->syn_ttl = 0;
	} else {
		if (h->connecting.state != SOCKET_ESTABLISHED)
			h->connecting.state = SOCKET_FREE;
		h->listening = h->listens = true;
	}
	run_log(run, "%c is ready: its hole is open", 'A' + h->side);
	send_message(run, h, 0, MESSAGE_READY, CAUSE_NONE);
	h->step = STEP_PROVE;
}

static bool keeps_syn(const struct model_run *run)
{
	return run->approach->method == &method_stunt2 &&
	       run->approach->variant;
}

static void stunt1_after_syn(struct model_run *run, struct model_host *h)
{
	double delay[SIDES] = { -1, -1 };

	delay[h->side] = 2 * DELAY_TO_S * run->d;
	h->asked_spoofing = h->holds_proof = true;
	event_queue_add(&run->queue, run->now + DELAY_TO_S * run->d,
			EVENT_SPOOF, h->side);
	forging_model_schedule(run, h, delay);
	h->step = STEP_PROVE;
}

static void natblaster_after_syn(struct model_run *run, struct model_host *h)
{
	h->holds_proof = true;
	send_message(run, h, 0, MESSAGE_SYN, CAUSE_NONE);
	h->step = STEP_EXCHANGE;
}

/* stunt2, and p2pnat's sequential order */
static void opener_after_syn(struct model_run *run, struct model_host *h)
{
	if (!h->opener)
		h->step = STEP_PROVE;
	else if (h->syn_ttl)
		open_hole(run, h, keeps_syn(run));
	else
		h->step = STEP_GREETING;
}

static void p2pnat_after_syn(struct model_run *run, struct model_host *h)
{
	if (approach_has_roles(run->approach))
		opener_after_syn(run, h);
	else
		h->step = STEP_PROVE;
}

/* What a method's hosts do. Each method of methods.c's table needs a row here;
   predict_test.c runs them all. */
static const struct method_model {
	const struct method *method;
	/* the first SYN has left: sets the host's next step */
	void (*after_syn)(struct model_run *run, struct model_host *h);
	bool retries;		/* a refused connect() is repeated */
	bool listens;		/* both listen from the start, without roles */
} models[] = {
	{ &method_stunt1, .after_syn = stunt1_after_syn },
	{ &method_stunt2, .after_syn = opener_after_syn, .retries = true },
	{ &method_natblaster, .after_syn = natblaster_after_syn },
	{ &method_p2pnat, .after_syn = p2pnat_after_syn, .retries = true,
	  .listens = true },
};

static const struct method_model *model_of(const struct model_run *run)
{
	size_t i = 0;

	while (models[i].method != run->approach->method)
		i++;
	return &models[i];
}

/* ---- the steps ---- */

/* step_hold - Return: true when there is more to do at once (all steps) */
static bool step_hold(struct model_run *run, struct model_host *h)
{
	bool expires = !approach_has_roles(run->approach) || h->opener;

	if (run->now < run_start_time(run, h)) {
		is_ended(run, h);
		return false;
	}
	tcp_model_connect(run, h, expires && run->approach->low_ttl ?
			    run->low_ttl[h->side] : 0);
	model_of(run)->after_syn(run, h);
	return true;
}

/* is_syn_answered - the opener's SYN is dead for certain */
static bool is_syn_answered(const struct model_host *h)
{
	return h->seen.rst_in || h->seen.unreachable || h->connect_failed;
}

static bool step_greeting(struct model_run *run, struct model_host *h)
{
	if (!is_syn_answered(h) && !h->has_greeting) {
		if (!is_ended(run, h))
			check_deadline(run, h);
		return false;
	}
	h->step = STEP_ANSWER;
	wake_at(run, h, h->syn_at + ANSWER * run->d);
	return true;
}

static bool step_answer(struct model_run *run, struct model_host *h)
{
	if (!is_syn_answered(h) &&
	    (is_ended(run, h) || run->now < h->syn_at + ANSWER * run->d))
		return false;
	open_hole(run, h, keeps_syn(run));
	return true;
}

static bool step_ready_in(struct model_run *run, struct model_host *h)
{
	if (!h->has_ready) {
		if (!is_ended(run, h))
			check_deadline(run, h);
		return false;
	}
	h->step = STEP_HOLD;
	if (run->now < run_start_time(run, h))
		wake_at(run, h, run_start_time(run, h));
	return true;
}

static bool step_exchange(struct model_run *run, struct model_host *h)
{
	double delay[SIDES] = { run->d, run->d };

	if (!h->has_their_syn) {
		if (!is_ended(run, h))
			check_deadline(run, h);
		return false;
	}
	delay[h->side] = 0;
	forging_model_forge(run, h);
	forging_model_schedule(run, h, delay);
	h->step = STEP_PROVE;
	tcp_model_release_proof(run, h);
	return true;
}

/* is_proven - both proofs have crossed on @s: the attempt has succeeded */
static bool is_proven(struct model_run *run, struct model_host *h,
		      struct model_socket *s)
{
	struct model_socket proven = *s;

	if (!private_model_is_chosen(s))
		return false;
	if (!(s->authenticated_at > 0))
		s->authenticated_at = run->now;
	if (!s->proof_acked)
		return false;
	h->authenticated_at = s->authenticated_at;
	h->step = STEP_OVER;
	h->over_at = run->now;
	h->outcome = OUTCOME_CONNECTED;
	h->cause = CAUSE_NONE;
	h->mechanism = diagnosis_model_mechanism(h, s);
	h->candidate = s->private ? CANDIDATE_OF_PRIVATE : CANDIDATE_OF_PUBLIC;
	close_sockets(h);
	*s = proven;
	run_log(run, "%c: authenticated, and so is its own proof",
		'A' + h->side);
	send_message(run, h, 0, MESSAGE_LEFT, CAUSE_NONE);
	return true;
}

static void retry_public(struct model_run *run, struct model_host *h)
{
	bool connects = !approach_has_roles(run->approach) || !h->opener;

	if (model_of(run)->retries && connects)
		retry_model_connect(run, h);
}

void method_model_connect_again(struct model_run *run, struct model_host *h)
{
	if (h->step == STEP_OVER)
		return;
	h->retry_decided = h->retry_pending = h->connect_failed = false;
	tcp_model_connect(run, h, 0);
}

static bool step_prove(struct model_run *run, struct model_host *h)
{
	bool closed;

	if (is_proven(run, h, &h->connecting) ||
	    is_proven(run, h, &h->accepted))
		return false;
	if (h->connect_failed)
		retry_public(run, h);
	closed = h->connecting.state == SOCKET_FREE &&
		 h->accepted.state == SOCKET_FREE && !h->listens &&
		 !h->retry_pending;
	if (closed)
		fail(run, h);
	else if (!is_ended(run, h))
		check_deadline(run, h);
	return false;
}

/* step_private - the public candidate's outcome and cause are kept */
static bool step_private(struct model_run *run, struct model_host *h)
{
	if (!private_model_is_awaited(run, h))
		give_up(run, h, h->outcome, h->cause, 0);
	return false;
}

/* ---- the private candidate, beside any step ---- */

/* continue_privately - Return: true: the attempt has succeeded, on whichever
   candidate */
static bool continue_privately(struct model_run *run, struct model_host *h)
{
	tcp_model_prove(run, h);
	if (is_proven(run, h, &h->private_connecting) ||
	    is_proven(run, h, &h->private_accepted) ||
	    is_proven(run, h, &h->connecting) ||
	    is_proven(run, h, &h->accepted))
		return true;
	if (h->private_failed)
		retry_model_private(run, h);
	h->private_failed = false;
	return false;
}

void method_model_continue(struct model_run *run, struct model_host *h)
{
	static bool (*const steps[])(struct model_run * run,
				     struct model_host * h) = {
		[STEP_HOLD] = step_hold,
		[STEP_GREETING] = step_greeting,
		[STEP_ANSWER] = step_answer,
		[STEP_READY_IN] = step_ready_in,
		[STEP_EXCHANGE] = step_exchange,
		[STEP_PROVE] = step_prove,
		[STEP_PRIVATE] = step_private,
	};

	if (h->step != STEP_OVER && h->tries_private &&
	    continue_privately(run, h))
		return;
	while (h->step != STEP_OVER && steps[h->step](run, h))
		;
}

/* peer_gave_up - a host that a RST ended learns whether the peer's kernel sent
   it */
static void peer_gave_up(struct model_run *run, struct model_host *h,
			 enum cause cause)
{
	if (h->step == STEP_OVER && h->cause == CAUSE_RST_FROM_NAT &&
	    !h->peer_gave_up && cause == CAUSE_RST_FROM_HOST &&
	    run->now <= h->over_at + ANSWER * run->d)
		h->cause = cause;
	h->peer_gave_up = true;
	h->peer_cause = cause;
}

void method_model_message(struct model_run *run, struct model_host *h,
			  const struct model_event *e)
{
	switch (e->message) {
	case MESSAGE_GREETING:
		h->has_greeting = true;
		if (h->tries_private)
			private_model_connect(run, h);
		break;
	case MESSAGE_SYN:
		h->has_their_syn = true;
		break;
	case MESSAGE_READY:
		h->has_ready = true;
		break;
	case MESSAGE_SPOOFED:
		h->spoofed = true;
		if (h->step != STEP_OVER)
			tcp_model_release_proof(run, h);
		break;
	case MESSAGE_LEFT:
		/* what the peer sent may still arrive */
		h->peer_left = true;
		if (run->now + LEFT_GRACE_MS < h->deadline)
			h->deadline = run->now + LEFT_GRACE_MS;
		wake_at(run, h, h->deadline);
		break;
	case MESSAGE_GAVE_UP:
		peer_gave_up(run, h, e->cause);
		break;
	}
	method_model_continue(run, h);
}

void method_model_begin(struct model_run *run)
{
	bool roles = approach_has_roles(run->approach);
	bool private = private_model_is_tried(run);

	run->now = INTRODUCED * run->d;
	for (int side = 0; side < SIDES; side++) {
		struct model_host *h = &run->hosts[side];

		h->listens = model_of(run)->listens && !roles;
		h->tries_private = private;
		h->listening = h->listens || private;
		h->step = roles && !h->opener ? STEP_READY_IN : STEP_HOLD;
		send_message(run, h, 0, MESSAGE_GREETING, CAUSE_NONE);
		wake_at(run, h, run_start_time(run, h));
		h->deadline = INTRODUCED * run->d + run->timeout;
		wake_at(run, h, h->deadline);
	}
}
