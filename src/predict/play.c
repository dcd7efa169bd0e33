/*
 * The methods' pages (src/method), read as what a host does next; and letters
 * through S, which take 1.5 d.
 */
#include "predict/walk.h"

#include <string.h>

#define INTRODUCED 0.75		/* d, since S sent the introduction */
#define LETTER 1.5		/* d, host through S to host */
#define TO_S 0.75		/* d */
#define RETRY_MS 1500		/* 1 to 2 s */
#define RETRY_LEAST_MS 1000
#define RETRY_MOST_MS 2000
#define SYN_AGAIN_MS 1000	/* the kernel's */
#define RETRY_NEEDS_MS 1000
#define CONNECTS 4
#define LEFT_GRACE_MS 1000

static bool is(const struct walk *w, const char *method)
{
	return !strcmp(w->approach->method->name, method);
}

static double hold_until(const struct walk *w, const struct host *h)
{
	double skew = h->side == B ? w->set->skew_ms : -w->set->skew_ms;

	return INTRODUCED * w->d + (skew > 0 ? skew : 0);
}

/* low_ttl - of the SYN that is to die; 0: it is not to */
static int low_ttl(const struct walk *w, const struct host *h)
{
	return w->approach->low_ttl ? w->low_ttl[h->side] : 0;
}

static void letter(struct walk *w, const struct host *from, double after,
		   enum letter_kind kind, enum cause cause)
{
	struct event *e = walk_at(w, w->now + after + LETTER * w->d,
				  EVENT_LETTER, !from->side);

	e->letter = kind;
	e->cause = cause;
}

static void wake(struct walk *w, const struct host *h, double at)
{
	walk_at(w, at, EVENT_WAKE, h->side);
}

/* ---- the end ---- */

/* give_up - @after: ms that its last question to S takes */
static void give_up(struct walk *w, struct host *h, enum outcome outcome,
		    enum cause cause, double after)
{
	h->step = STEP_OVER;
	h->over_at = w->now;
	h->outcome = outcome;
	h->cause = cause;
	h->connecting.state = h->accepted.state = SOCKET_FREE;
	h->listening = false;
	tell(w, "%c gives up: %s", 'A' + h->side, cause_name(cause));
	letter(w, h, after, LETTER_TOLD_GONE, cause);
}

/* failed - for what its own packets say */
static void failed(struct walk *w, struct host *h)
{
	bool asked;
	enum cause cause = reason_cause(w, h, &asked);

	give_up(w, h, OUTCOME_FAILED, cause, asked ? LETTER * w->d : 0);
}

/* gone - the peer gave up, and said why; unless this host knows more */
static void gone(struct walk *w, struct host *h)
{
	bool asked = false;
	enum cause cause;

	if (h->clues.rst_out_for_syn) {
		give_up(w, h, OUTCOME_FAILED, CAUSE_RST_FROM_HOST, 0);
		return;
	}
	if (cause_is_silence(h->peer_cause)) {
		cause = reason_cause(w, h, &asked);
		if (cause != CAUSE_NOTHING_ARRIVED) {
			give_up(w, h, OUTCOME_FAILED, cause,
				asked ? LETTER * w->d : 0);
			return;
		}
	}
	give_up(w, h, h->peer_cause == CAUSE_NO_USABLE_TTL ?
		OUTCOME_NOT_APPLICABLE : OUTCOME_FAILED, h->peer_cause, 0);
}

/* ended - what ends an attempt whatever it waits for */
static bool ended(struct walk *w, struct host *h)
{
	if (h->has_gone)
		gone(w, h);
	else if (h->syn_ttl && reason_shared_link(w, h))
		give_up(w, h, OUTCOME_NOT_APPLICABLE, CAUSE_NO_USABLE_TTL, 0);
	else
		return false;
	return true;
}

/* timed_out - the deadline has come, and what was waited for has not */
static bool timed_out(struct walk *w, struct host *h)
{
	if (w->now < h->deadline)
		return false;
	if (h->step == STEP_READY_IN || h->step == STEP_EXCHANGE)
		give_up(w, h, OUTCOME_FAILED, CAUSE_PEER_VANISHED, 0);
	else
		failed(w, h);
	return true;
}

/* ---- verbs ---- */

static void release_bytes(struct walk *w, struct host *h)
{
	h->hold_bytes = false;
	for (int i = 0; i < 2; i++) {
		struct socket *s = i ? &h->accepted : &h->connecting;

		if (s->state == SOCKET_ESTABLISHED && !s->proof_sent)
			kernel_prove(w, h, s);
	}
}

static void ask_to_spoof(struct walk *w, struct host *h)
{
	double way[SIDES] = { -1, -1 };

	way[h->side] = 2 * TO_S * w->d;
	h->asked_spoofing = h->hold_bytes = true;
	walk_at(w, w->now + TO_S * w->d, EVENT_SPOOF, h->side);
	forging_again_later(w, h, way);
	h->step = STEP_PROVE;
}

static void open_hole(struct walk *w, struct host *h)
{
	bool keep = is(w, "stunt2") && w->approach->variant;

	if (keep && h->connecting.state == SOCKET_FREE) {
		failed(w, h);
		return;
	}
	if (keep) {
		h->connecting.ttl = TTL_USUAL;
		h->syn_ttl = 0;
	} else {
		h->connecting.state = SOCKET_FREE;
		h->listening = true;
	}
	tell(w, "%c is ready: its hole is open", 'A' + h->side);
	letter(w, h, 0, LETTER_TOLD_READY, CAUSE_NONE);
	h->step = STEP_PROVE;
}

/* after_syn - what the page says once the first SYN has left */
static void after_syn(struct walk *w, struct host *h)
{
	if (is(w, "stunt1")) {
		ask_to_spoof(w, h);
	} else if (is(w, "natblaster")) {
		h->hold_bytes = true;
		letter(w, h, 0, LETTER_TOLD_SYN, CAUSE_NONE);
		h->step = STEP_EXCHANGE;
	} else if (approach_has_roles(w->approach) && h->opener) {
		if (h->syn_ttl)
			open_hole(w, h);
		else
			h->step = STEP_GREETING;
	} else {
		h->step = STEP_PROVE;
	}
}

/* ---- steps: true when there is more to do at once ---- */

static bool step_hold(struct walk *w, struct host *h)
{
	bool dies = !approach_has_roles(w->approach) || h->opener;

	if (w->now < hold_until(w, h))
		return !ended(w, h) && false;
	kernel_connect(w, h, dies ? low_ttl(w, h) : 0);
	after_syn(w, h);
	return true;
}

static bool answered(const struct host *h)
{
	return h->clues.rst_in || h->clues.unreachable || h->connect_failed;
}

static bool step_greeting(struct walk *w, struct host *h)
{
	if (!answered(h) && !h->has_greeting)
		return !ended(w, h) && timed_out(w, h);
	h->step = STEP_ANSWER;
	wake(w, h, h->syn_at + 2 * LETTER * w->d);
	return true;
}

static bool step_answer(struct walk *w, struct host *h)
{
	if (!answered(h)) {
		if (ended(w, h))
			return false;
		if (w->now < h->syn_at + 2 * LETTER * w->d)
			return false;
	}
	open_hole(w, h);
	return true;
}

static bool step_ready_in(struct walk *w, struct host *h)
{
	if (!h->has_ready)
		return !ended(w, h) && timed_out(w, h);
	h->step = STEP_HOLD;
	if (w->now < hold_until(w, h))
		wake(w, h, hold_until(w, h));
	return true;
}

static bool step_exchange(struct walk *w, struct host *h)
{
	double way[SIDES] = { w->d, w->d };

	way[h->side] = 0;
	if (!h->has_their_syn)
		return !ended(w, h) && timed_out(w, h);
	forging_forge(w, h);
	forging_again_later(w, h, way);
	h->step = STEP_PROVE;
	release_bytes(w, h);
	return true;
}

static bool proved(struct walk *w, struct host *h, const struct socket *s)
{
	if (s->state != SOCKET_ESTABLISHED || !s->proof_sent || !s->proof_in)
		return false;
	if (h->authenticated_at < 0)
		h->authenticated_at = w->now;
	if (!s->proof_acked)
		return false;
	h->step = STEP_OVER;
	h->over_at = w->now;
	h->outcome = OUTCOME_CONNECTED;
	h->cause = CAUSE_NONE;
	h->mechanism = reason_mechanism(h, s);
	h->listening = false;
	(s->accepted ? &h->connecting : &h->accepted)->state = SOCKET_FREE;
	tell(w, "%c: authenticated, and so is its own proof", 'A' + h->side);
	letter(w, h, 0, LETTER_TOLD_LEFT, CAUSE_NONE);
	return true;
}

static bool retries(const struct walk *w)
{
	return is(w, "p2pnat") || is(w, "stunt2");
}

/* crossing - when a retry would cross the SYN that the peer's kernel sends
   again; else the usual time */
static double crossing(const struct walk *w, const struct host *h)
{
	const struct host *peer = &w->hosts[!h->side];
	double at = SYN_AGAIN_MS + w->d / 2 + (peer->clues.sent ?
		    peer->syn_at : hold_until(w, peer));

	return at > w->now + RETRY_LEAST_MS && at < w->now + RETRY_MOST_MS ?
	       at : w->now + RETRY_MS;
}

/* retry_later - a refused connect() is repeated where there is time */
static void retry_later(struct walk *w, struct host *h)
{
	bool connects = !approach_has_roles(w->approach) || !h->opener;
	double least = w->now + RETRY_LEAST_MS + RETRY_NEEDS_MS;

	if (!retries(w) || !connects || h->retry || h->connects >= CONNECTS ||
	    least > h->deadline)
		return;
	h->retry = true;
	w->drew = true;		/* when, is random */
	walk_at(w, w->reversed ? crossing(w, h) : w->now + RETRY_MS,
		EVENT_RETRY, h->side);
}

void play_retry(struct walk *w, struct host *h)
{
	if (h->step == STEP_OVER)
		return;
	h->retry = h->connect_failed = false;
	kernel_connect(w, h, 0);
}

static bool step_prove(struct walk *w, struct host *h)
{
	bool over;

	if (proved(w, h, &h->connecting) || proved(w, h, &h->accepted))
		return false;
	if (h->connect_failed)
		retry_later(w, h);
	over = h->connecting.state == SOCKET_FREE &&
	       h->accepted.state == SOCKET_FREE && !h->listening && !h->retry;
	/* a RST ends the last socket before it says anything of links */
	if (!(over && h->clues.rst_in) && ended(w, h))
		return false;
	if (over)
		failed(w, h);
	else
		timed_out(w, h);
	return false;
}

void play_step(struct walk *w, struct host *h)
{
	static bool (*const steps[])(struct walk *w, struct host *h) = {
		[STEP_HOLD] = step_hold,
		[STEP_GREETING] = step_greeting,
		[STEP_ANSWER] = step_answer,
		[STEP_READY_IN] = step_ready_in,
		[STEP_EXCHANGE] = step_exchange,
		[STEP_PROVE] = step_prove,
	};

	while (h->step != STEP_OVER && steps[h->step](w, h))
		;
}

/* part - who was refused by RST hears whether it was the peer's kernel */
static void part(struct walk *w, struct host *h, enum cause cause)
{
	if (h->cause == CAUSE_RST_FROM_NAT && !h->has_gone &&
	    cause == CAUSE_RST_FROM_HOST &&
	    w->now <= h->over_at + 2 * LETTER * w->d)
		h->cause = cause;
}

/* left - the peer has finished, or died: what it sent may still come */
static void left(struct walk *w, struct host *h)
{
	double until = w->now + LEFT_GRACE_MS;

	h->vanished = true;
	if (until < h->deadline)
		h->deadline = until;
	wake(w, h, h->deadline);
}

void play_letter(struct walk *w, struct host *h, const struct event *e)
{
	switch (e->letter) {
	case LETTER_TOLD_GREETING:
		h->has_greeting = true;
		break;
	case LETTER_TOLD_SYN:
		h->has_their_syn = true;
		break;
	case LETTER_TOLD_READY:
		h->has_ready = true;
		break;
	case LETTER_TOLD_SPOOFED:
		h->spoofed = true;
		if (h->step != STEP_OVER)
			release_bytes(w, h);
		break;
	case LETTER_TOLD_LEFT:
		left(w, h);
		break;
	case LETTER_TOLD_GONE:
		if (h->step == STEP_OVER)
			part(w, h, e->cause);
		h->has_gone = true;
		h->peer_cause = e->cause;
		break;
	}
	play_step(w, h);
}

void play_begin(struct walk *w)
{
	bool parallel = is(w, "p2pnat") && !w->approach->variant;

	w->now = INTRODUCED * w->d;
	for (int side = 0; side < SIDES; side++) {
		struct host *h = &w->hosts[side];

		h->listening = parallel;
		h->step = approach_has_roles(w->approach) && !h->opener
				  ? STEP_READY_IN
				  : STEP_HOLD;
		letter(w, h, 0, LETTER_TOLD_GREETING, CAUSE_NONE);
		wake(w, h, hold_until(w, h));
		h->deadline = INTRODUCED * w->d + w->timeout;
		wake(w, h, h->deadline);
	}
}
