#include "predict/predict.h"

#include "predict/forging_model.h"
#include "predict/log.h"
#include "predict/method_model.h"
#include "predict/path_model.h"
#include "predict/tcp_model.h"
#include "predict/ttl_model.h"

#include <stdio.h>
#include <string.h>

#define EVENTS_MAX 2000		/* an attempt has about fifty */
#define HOST_ADDRESS 1
#define HOST_PORT 40
#define NAT_ADDRESSES 100	/* the first NAT's; each has fifty, which are
				   names */
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
		for (unsigned i = 0; i < run->setup->levels[side]; i++) {
			run->nats[side][i].mapping_count = 0;
			run->nats[side][i].session_count = 0;
		}
	}
}

static void dispatch(struct model_run *run, const struct model_event *e)
{
	struct model_host *h = &run->hosts[e->side];

	switch (e->kind) {
	case EVENT_AT_NAT:
		path_model_at_nat(run, &e->packet);
		break;
	case EVENT_HAIRPIN:
		path_model_hairpin(run, &e->packet);
		break;
	case EVENT_AT_HOST:
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
	case EVENT_WAKE:
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
	       out->result.outcome == OUTCOME_FAILED;
}

/* run_branch - run the whole attempt, in one order or two
   Return: out->result */
static struct predicted run_branch(struct model_run *run, enum branch branch,
				   struct prediction *out)
{
	memset(out, 0, sizeof(*out));
	out->connect_ms = -1;
	run->branch = branch;
	run->out = out;
	run->order = 0;
	run->next_port = NAT_PORTS;
	run->has_chance = false;
	place_nats(run);
	if (!find_ttls(run, out))
		return out->result;
	run_order(run);
	conclude(run, out);
	if (!is_repeated(run, out))
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
	       x->mechanism[B] == y->mechanism[B];
}

/* third_result - the result with the favourable choice at one host only, if it
   is neither @favourable nor @usual; else @usual */
static struct predicted third_result(struct model_run *run,
				     const struct predicted *favourable,
				     const struct predicted *usual,
				     struct prediction *out)
{
	static const enum branch one_sided[] = { BRANCH_FAVOURABLE_A,
						 BRANCH_FAVOURABLE_B };

	for (int i = 0; i < 2; i++) {
		struct predicted third = run_branch(run, one_sided[i], out);

		if (!is_same(&third, favourable) && !is_same(&third, usual))
			return third;
	}
	return *usual;
}

/*
 * The usual branch is run first. If it meets a random choice, the favourable
 * branch shows whether the choice decides; if it does not, the reversed branch
 * shows whether the order of the hosts' repetitions does. The log is that of
 * @out->result.
 */
void predict(const struct prediction_setup *setup, struct prediction *out)
{
	struct model_run run = {
		.setup = setup, .approach = &setup->trial->approach,
		.d = setup->trial->rtt_ms / 2,
		.timeout = trial_timeout(setup->trial),
	};
	struct predicted usual, favourable, one_sided, reversed;
	bool chance;

	usual = run_branch(&run, BRANCH_USUAL, out);
	out->alternative = out->one_sided = usual;
	if (!run.has_chance)
		return;
	favourable = run_branch(&run, BRANCH_FAVOURABLE, out);
	if (!is_same(&favourable, &usual)) {
		one_sided = third_result(&run, &favourable, &usual, out);
		run_branch(&run, BRANCH_FAVOURABLE, out);
		out->alternative = usual;
		out->one_sided = one_sided;
		out->chance = true;
		return;
	}
	reversed = run_branch(&run, BRANCH_REVERSED, out);
	chance = !is_same(&reversed, &usual);
	if (chance && usual.outcome != OUTCOME_CONNECTED) {
		out->alternative = out->one_sided = usual;
		out->chance = true;
		return;
	}
	run_branch(&run, BRANCH_USUAL, out);
	out->chance = chance;
	out->alternative = out->one_sided = chance ? reversed : favourable;
}
