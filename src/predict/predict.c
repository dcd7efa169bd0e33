#include "predict/predict.h"

#include "predict/walk.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define EVENTS_MOST 2000	/* an attempt has some fifty */
#define HOST_ADDRESS 1
#define HOST_PORT 40
#define PORTS_FROM 100		/* names of those that a NAT chooses */

bool predict_check(const struct predict_setting *s, struct error *e)
{
	if (!(s->rtt_ms > 0))
		return error_set(e, ERROR_USE, "without a round trip time all"
				 " packets would race: --rtt must be above 0");
	if (fabs(fabs(s->skew_ms) - s->rtt_ms / 2) < s->rtt_ms / 1000)
		return error_set(e, ERROR_USE, "a skew of %g ms is the one-way"
				 " delay: one host's SYN would leave just when"
				 " the other's arrives", s->skew_ms);
	return true;
}

static void name_box(const struct predict_setting *s, struct box *b)
{
	if (s->road == ROAD_ONE_NAT)
		snprintf(b->name, sizeof(b->name), "NAT AB");
	else if (s->levels[b->side] > 1)
		snprintf(b->name, sizeof(b->name), "NAT %c%d", 'A' + b->side,
			 b->level + 1);
	else
		snprintf(b->name, sizeof(b->name), "NAT %c", 'A' + b->side);
}

/* Addresses are names: each NAT has fifty, of which it may give many. */
static void place_boxes(struct walk *w)
{
	for (int side = 0; side < SIDES; side++)
		for (unsigned i = 0; i < w->set->levels[side]; i++) {
			struct box *b = &w->boxes[side][i];
			int base = 100 + 50 * (PREDICT_LEVELS * side + (int)i);

			*b = (struct box){
				.profile = w->set->nats[side][i],
				.side = side, .level = (int)i,
				.inside_address = base,
				.outside_address = base + 1,
			};
			name_box(w->set, b);
		}
}

static void place_hosts(struct walk *w)
{
	const struct approach *a = w->approach;
	bool b_first = approach_b_opens_first(a);
	int opener = b_first != (w->order == 1) ? B : A;

	for (int side = 0; side < SIDES; side++) {
		w->hosts[side] = (struct host){
			.side = side, .opener = side == opener,
			.local = { HOST_ADDRESS + side, HOST_PORT + side },
			.authenticated_at = -1,
		};
		w->hosts[side].connecting.isn = -1;
	}
}

static void happen(struct walk *w, const struct event *e)
{
	struct host *h = &w->hosts[e->side];

	switch (e->kind) {
	case EVENT_PARCEL:
		road_arrive(w, &e->parcel);
		break;
	case EVENT_AT_HOST:
		kernel_take(w, h, &e->parcel);
		break;
	case EVENT_TURN:
		road_turn(w, &e->parcel);
		break;
	case EVENT_LETTER:
		play_letter(w, h, e);
		break;
	case EVENT_SPOOF:
		forging_spoof(w);
		break;
	case EVENT_AGAIN:
		forging_again(w, h);
		break;
	case EVENT_RESEND:
		kernel_resend(w, h, e->isn, e->timer);
		break;
	case EVENT_PROVE_AGAIN:
		kernel_prove_again(w, h, e->isn);
		break;
	case EVENT_RETRY:
		play_retry(w, h);
		break;
	case EVENT_WAKE:
		play_step(w, h);
		break;
	}
}

/* run_order - until both hosts are through, and have heard from each other */
static void run_order(struct walk *w)
{
	double over = -1;
	struct event e;

	w->event_count = 0;
	w->spoof_asked = 0;
	place_hosts(w);
	w->now = 0;
	road_register(w);
	play_begin(w);
	for (int i = 0; i < EVENTS_MOST && walk_next(w, &e); i++) {
		w->now = e.at;
		if (over >= 0 && w->now > over)
			break;
		happen(w, &e);
		if (over < 0 && w->hosts[A].step == STEP_OVER &&
		    w->hosts[B].step == STEP_OVER)
			over = w->now + 4 * w->d;
	}
}

static enum outcome outcome_of(const struct host *a, const struct host *b)
{
	if (a->outcome == OUTCOME_CONNECTED && b->outcome == OUTCOME_CONNECTED)
		return OUTCOME_CONNECTED;
	if (a->outcome == OUTCOME_NOT_APPLICABLE ||
	    b->outcome == OUTCOME_NOT_APPLICABLE)
		return OUTCOME_NOT_APPLICABLE;
	return OUTCOME_FAILED;
}

static void judge(const struct walk *w, struct prediction *out)
{
	const struct host *a = &w->hosts[A], *b = &w->hosts[B];

	out->is = (struct predicted){ .outcome = outcome_of(a, b) };
	if (out->is.outcome != OUTCOME_CONNECTED) {
		out->is.cause = cause_more_telling(a->cause, b->cause);
		return;
	}
	out->explain[0] = '\0';
	out->is.mechanism[A] = a->mechanism;
	out->is.mechanism[B] = b->mechanism;
	out->connect_ms = a->authenticated_at > b->authenticated_at ?
			  a->authenticated_at : b->authenticated_at;
	if (approach_has_roles(w->approach))
		out->opener = a->opener ? 'a' : 'b';
}

static bool finds_ttl(struct walk *w, struct prediction *out)
{
	for (int side = 0; side < SIDES && w->approach->low_ttl; side++) {
		w->low_ttl[side] = w->set->ttl ? w->set->ttl :
						 road_ttl(w, side);
		if (w->low_ttl[side])
			continue;
		out->is.outcome = OUTCOME_NOT_APPLICABLE;
		out->is.cause = CAUSE_NO_USABLE_TTL;
		tell(w, "%c finds no low TTL: no hop outside its NATs answers",
		     'A' + side);
		return false;
	}
	return true;
}

static bool swaps(const struct walk *w, const struct prediction *out)
{
	for (int side = 0; side < SIDES; side++)
		if (w->hosts[side].outcome == OUTCOME_FAILED &&
		    w->hosts[side].cause == CAUSE_PEER_VANISHED)
			return false;
	return approach_has_roles(w->approach) &&
	       out->is.outcome == OUTCOME_FAILED;
}

/* forget - fresh ports: of the first order the NATs remember only bans */
static void forget(struct walk *w)
{
	for (int side = 0; side < SIDES; side++)
		for (unsigned i = 0; i < w->set->levels[side]; i++) {
			struct box *b = &w->boxes[side][i];

			b->mapping_count = b->session_count = 0;
		}
}

static void run(struct walk *w, struct prediction *out)
{
	memset(out, 0, sizeof(*out));
	out->connect_ms = -1;
	w->out = out;
	w->order = 0;
	w->ports = PORTS_FROM;
	w->drew = false;
	place_boxes(w);
	if (!finds_ttl(w, out))
		return;
	run_order(w);
	judge(w, out);
	if (!swaps(w, out))
		return;
	forget(w);
	w->order = 1;
	out->explain[0] = '\0';
	run_order(w);
	judge(w, out);
}

/* is_same - but for the cause of a failure */
static bool is_same(const struct predicted *x, const struct predicted *y)
{
	return x->outcome == y->outcome &&
	       x->mechanism[A] == y->mechanism[A] &&
	       x->mechanism[B] == y->mechanism[B];
}

/* How random choices fall: usually, well, well in when one host alone repeats
   something, or with what is repeated at random times in another order. */
enum fall { FALL_USUAL, FALL_WELL, FALL_WELL_FOR_A, FALL_WELL_FOR_B,
	    FALL_REVERSED };

static void fall(struct walk *w, enum fall how, struct prediction *out)
{
	w->luck = how == FALL_WELL;
	w->lucky[A] = w->luck || how == FALL_WELL_FOR_A;
	w->lucky[B] = w->luck || how == FALL_WELL_FOR_B;
	w->reversed = how == FALL_REVERSED;
	run(w, out);
}

/* fall_for_one - what comes of it if it falls well for one host alone: that
   which is neither @well nor @usual, if one of the two is not */
static struct predicted fall_for_one(struct walk *w, struct prediction *out,
				     const struct predicted *well,
				     const struct predicted *usual)
{
	for (enum fall how = FALL_WELL_FOR_A; how <= FALL_WELL_FOR_B; how++) {
		fall(w, how, out);
		if (!is_same(&out->is, well) && !is_same(&out->is, usual))
			return out->is;
	}
	return *usual;
}

void predict(const struct predict_setting *s, const struct approach *approach,
	     struct prediction *out)
{
	struct walk w = {
		.set = s, .approach = approach, .d = s->rtt_ms / 2,
		.timeout = s->timeout_ms > 0 ? s->timeout_ms :
					       default_timeout_ms(s->rtt_ms),
	};
	struct predicted usual, well, one, reversed;
	bool chance;

	fall(&w, FALL_USUAL, out);
	usual = out->or_is = out->or_else = out->is;
	if (!w.drew)
		return;
	fall(&w, FALL_WELL, out);
	well = out->is;
	if (!is_same(&well, &usual)) {
		one = fall_for_one(&w, out, &well, &usual);
		fall(&w, FALL_WELL, out);	/* what is told */
		out->or_is = usual;
		out->or_else = one;
		out->chance = true;
		return;
	}
	fall(&w, FALL_REVERSED, out);
	reversed = out->is;
	out->or_is = out->or_else = usual;
	out->chance = chance = !is_same(&reversed, &usual);
	if (chance && usual.outcome != OUTCOME_CONNECTED)
		return;
	fall(&w, FALL_USUAL, out);	/* told as it is without */
	out->chance = chance;
	out->or_is = out->or_else = chance ? reversed : well;
}
