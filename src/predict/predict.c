#include "predict/predict.h"

#include "predict/forging_model.h"
#include "predict/log.h"
#include "predict/method_model.h"
#include "predict/path_model.h"
#include "predict/private_model.h"
#include "predict/tcp_model.h"
#include "predict/ttl_model.h"
#include "predict/udp_model.h"

#include <stdio.h>
#include <string.h>

#define EVENTS_MAX 2000		/* an attempt has about fifty */
#define HOST_ADDRESS 1
#define HOST_PORT 40
#define NAT_ADDRESSES 100	/* the first NAT's; each has fifty, which are
				   names */
#define RUNS_MAX 4000		/* of a prediction, which rarely has forty */
#define RESULTS 8		/* that are told apart */
#define NAT_PORTS 100 /* the first name of a port that a NAT chooses */

static void name_nat(const struct prediction_setup *setup, struct model_nat *n)
{
	char side = (char)('A' + n->side);

	if (setup->path == PATH_ONE_NAT)
		snprintf(n->name, sizeof(n->name), "NAT AB");
	else if (setup->levels[n->side] > 1)
		snprintf(n->name, sizeof(n->name), "NAT %c%d", side,
			 n->level + 1);
	else
		snprintf(n->name, sizeof(n->name), "NAT %c", side);
}

static void place_nats(struct model_run *run)
{
	for (int side = 0; side < SIDES; side++)
		for (unsigned i = 0; i < run->setup->levels[side]; i++) {
			struct model_nat *n = &run->nats[side][i];
			int address = NAT_ADDRESSES +
				      50 * (PREDICT_LEVELS * side + (int)i);

			*n = (struct model_nat){
				.profile = &run->setup->profiles[side][i],
				.side = side, .level = (int)i,
				.inside_address = address,
				.outside_address = address + 1,
			};
			name_nat(run->setup, n);
		}
}

/* place_hosts - fresh for each order; their ports are new to the NATs, which
   forget all but the blocked addresses */
static void place_hosts(struct model_run *run)
{
	const struct approach *a = run->approach;
	bool b_first = approach_b_opens_first(a);
	int opener = b_first != (run->order == 1) ? B : A;

	for (int side = 0; side < SIDES; side++) {
		run->hosts[side] = (struct model_host){
			.side = side, .opener = side == opener,
			.local = { HOST_ADDRESS + side, HOST_PORT + side },
			.authenticated_at = -1,
		};
		run->hosts[side].connecting.isn = -1;
		run->hosts[side].private_connecting.isn = -1;
		for (unsigned i = 0; i < run->setup->levels[side]; i++) {
			run->nats[side][i].mapping_count = 0;
			run->nats[side][i].session_count = 0;
		}
	}
}

static void dispatch(struct model_run *run, const struct model_event *e)
{
	struct model_host *h = &run->hosts[e->side];
	bool datagrams = run->approach->method->datagrams;

	switch (e->kind) {
	case EVENT_AT_NAT:
		path_model_at_nat(run, &e->packet);
		break;
	case EVENT_HAIRPIN:
		path_model_hairpin(run, &e->packet);
		break;
	case EVENT_AT_HOST:
		if (datagrams) {
			udp_model_receive(run, h, &e->packet);
			break;
		}
		tcp_model_receive(run, h, &e->packet);
		method_model_continue(run, h);
		break;
	case EVENT_MESSAGE:
		method_model_message(run, h, e);
		break;
	case EVENT_SPOOF:
		forging_model_spoof(run);
		break;
	case EVENT_FORGE_AGAIN:
		forging_model_forge_again(run, h);
		break;
	case EVENT_RETRANSMIT:
		tcp_model_retransmit(run, h, e->isn, e->timer);
		break;
	case EVENT_PROOF_AGAIN:
		tcp_model_resend_proof(run, h, e->isn);
		break;
	case EVENT_CONNECT_AGAIN:
		method_model_connect_again(run, h);
		break;
	case EVENT_CONNECT_PRIVATELY:
		private_model_connect(run, h);
		break;
	case EVENT_WAKE:
		if (datagrams)
			udp_model_continue(run, h);
		else
			method_model_continue(run, h);
		break;
	}
}

/* run_order - run until both hosts are finished and have each other's last
   message */
static void run_order(struct model_run *run)
{
	double until = -1;
	struct model_event e;

	run->queue.count = 0;
	run->spoof_requests = 0;
	place_hosts(run);
	run->now = 0;
	path_model_register(run);
	if (run->approach->method->datagrams)
		udp_model_begin(run);
	else
		method_model_begin(run);
	for (int i = 0; i < EVENTS_MAX && event_queue_next(&run->queue, &e);
	     i++) {
		run->now = e.at;
		if (until >= 0 && run->now > until)
			break;
		dispatch(run, &e);
		if (until < 0 && run->hosts[A].step == STEP_OVER &&
		    run->hosts[B].step == STEP_OVER)
			until = run->now + 4 * run->d;
	}
}

/* conclude - derive the prediction's result from both hosts' outcomes */
static void conclude(const struct model_run *run, struct prediction *out)
{
	const struct model_host *a = &run->hosts[A], *b = &run->hosts[B];

	out->result = (struct predicted){ .outcome = OUTCOME_FAILED };
	if (a->outcome == OUTCOME_CONNECTED && b->outcome == OUTCOME_CONNECTED)
		out->result.outcome = OUTCOME_CONNECTED;
	else if (a->outcome == OUTCOME_NOT_APPLICABLE ||
		 b->outcome == OUTCOME_NOT_APPLICABLE)
		out->result.outcome = OUTCOME_NOT_APPLICABLE;
	if (out->result.outcome != OUTCOME_CONNECTED) {
		out->result.cause = cause_more_telling(a->cause, b->cause);
		return;
	}
	out->explain[0] = '\0';
	out->result.mechanism[A] = a->mechanism;
	out->result.mechanism[B] = b->mechanism;
	out->result.candidate = a->candidate;
	out->connect_ms = a->authenticated_at > b->authenticated_at ?
			  a->authenticated_at : b->authenticated_at;
	if (approach_has_roles(run->approach))
		out->opener = a->opener ? 'a' : 'b';
}

/* find_ttls - find each host's low TTL; without one the approach cannot run */
static bool find_ttls(struct model_run *run, struct prediction *out)
{
	uint8_t given = run->setup->trial->ttl;

	for (int side = 0; side < SIDES && run->approach->low_ttl; side++) {
		run->low_ttl[side] = given ? given : ttl_model_find(run, side);
		if (run->low_ttl[side])
			continue;
		out->result.outcome = OUTCOME_NOT_APPLICABLE;
		out->result.cause = CAUSE_NO_USABLE_TTL;
		run_log(run,
			"%c finds no low TTL: no hop outside its NATs"
			" answers",
			'A' + side);
		return false;
	}
	return true;
}

/* is_repeated - the roles are swapped after a failure, unless a host has
   vanished */
static bool is_repeated(const struct model_run *run,
			const struct prediction *out)
{
	for (int side = 0; side < SIDES; side++)
		if (run->hosts[side].outcome == OUTCOME_FAILED &&
		    run->hosts[side].cause == CAUSE_PEER_VANISHED)
			return false;
	return approach_has_roles(run->approach) &&
	       (out->result.outcome == OUTCOME_FAILED ||
		run->hosts[A].tries_private);
}

/* run_once - run the whole attempt, in one order or two, with the combination
   of choices in run->choices
   Return: out->result */
static struct predicted run_once(struct model_run *run, struct prediction *out)
{
	memset(out, 0, sizeof(*out));
	out->connect_ms = -1;
	run->out = out;
	run->order = 0;
	run->next_port = NAT_PORTS;
	run->order_count = 0;
	run->resend = RESEND_UNDECIDED;
	run->timers = TIMERS_UNDECIDED;
	choices_begin(&run->choices);
	place_nats(run);
	if (!find_ttls(run, out))
		return out->result;
	run_order(run);
	conclude(run, out);
	if (out->result.outcome == OUTCOME_CONNECTED || !is_repeated(run, out))
		return out->result;
	run->order = 1;
	out->explain[0] = '\0';
	run_order(run);
	conclude(run, out);
	return out->result;
}

/* is_same - are two results equal, apart from the cause of a failure? */
static bool is_same(const struct predicted *x, const struct predicted *y)
{
	return x->outcome == y->outcome &&
	       x->mechanism[A] == y->mechanism[A] &&
	       x->mechanism[B] == y->mechanism[B] &&
	       x->candidate == y->candidate;
}

/* A result, and how it comes about. */
struct branch {
	struct predicted result;
	struct choices choices;	/* the first combination that leads to it */
	unsigned combinations;	/* that lead to it */
};

struct branches {
	unsigned count;
	struct branch row[RESULTS];
};

static void add_branch(struct branches *all, const struct predicted *result,
		       const struct choices *choices)
{
	for (unsigned i = 0; i < all->count; i++) {
		struct branch *b = &all->row[i];

		if (!is_same(&b->result, result) ||
		    b->result.cause != result->cause)
			continue;
		b->combinations++;
		return;
	}
	if (all->count < RESULTS)
		all->row[all->count++] =
			(struct branch){ *result, *choices, 1 };
}

/* run_combinations - of all choices that are met */
static void run_combinations(struct model_run *run, struct prediction *out,
			     struct branches *all)
{
	unsigned runs = 0;

	do {
		struct predicted result = run_once(run, out);

		add_branch(all, &result, &run->choices);
	} while (++runs < RUNS_MAX && choices_next(&run->choices));
}

/* likeliest - the result to which most combinations lead; of equals the one
   that was found first, by more usual choices
   @other: not this one, and if possible one that differs in more than the
           cause; NULL: any */
static const struct branch *likeliest(const struct branches *all,
				      const struct branch *other)
{
	const struct branch *found = NULL;
	bool differs = false;

	for (unsigned i = 0; i < all->count; i++) {
		const struct branch *b = &all->row[i];
		bool more = other && !is_same(&b->result, &other->result);

		if (b == other || (differs && !more))
			continue;
		if (!found || more > differs ||
		    b->combinations > found->combinations)
			found = b;
		differs |= more;
	}
	return found;
}

/*
 * All combinations of the choices are run. Of their results the two likeliest
 * are named; first the one that connects. Its run is made again, for its log.
 */
void predict(const struct prediction_setup *setup, struct prediction *out)
{
	struct prediction_setup over_udp;
	struct model_run run = {
		.setup = setup, .approach = &setup->trial->approach,
		.d = setup->trial->rtt_ms / 2,
		.timeout = trial_timeout(setup->trial),
	};
	struct branches all = { .count = 0 };
	const struct branch *first, *second;

	if (run.approach->method->datagrams) {
		over_udp = *setup;
		prediction_setup_over_udp(&over_udp);
		run.setup = &over_udp;
	}
	run_combinations(&run, out, &all);
	out->alternative = out->result;
	if (all.count == 1)
		return;
	first = likeliest(&all, NULL);
	second = likeliest(&all, first);
	if (first->result.outcome != OUTCOME_CONNECTED &&
	    second->result.outcome == OUTCOME_CONNECTED) {
		const struct branch *likelier = first;

		first = second;
		second = likelier;
	}
	run.choices = first->choices;
	run_once(&run, out);
	out->alternative = second->result;
	out->chance = !is_same(&first->result, &second->result);
}
