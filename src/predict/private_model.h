/*
 * The private candidate of topology one-nat, beside the public one: when it is
 * tried, and how long it is waited for (compare method/private_candidates.h).
 */
#ifndef TCPTRAV_PREDICT_PRIVATE_MODEL_H
#define TCPTRAV_PREDICT_PRIVATE_MODEL_H

#include "predict/run.h"

/* private_model_is_tried - are both public addresses equal, so that it is? */
bool private_model_is_tried(const struct model_run *run);

/* private_model_is_chosen - do both hosts have the other's proof on @s? */
bool private_model_is_chosen(const struct model_socket *s);

/*
 * private_model_is_awaited - the public candidate has failed: does the host
 * wait for a private one? If the roles can still be swapped, only for a chosen
 * one.
 */
bool private_model_is_awaited(const struct model_run *run,
			      const struct model_host *h);

/* private_model_connect - connect to it, for the first time or again */
void private_model_connect(struct model_run *run, struct model_host *h);

#endif
