/*
 * What the hosts' captures show: the observations from which mechanism and
 * cause follow (compare method/evidence.h).
 */
#ifndef TCPTRAV_PREDICT_CAPTURE_MODEL_H
#define TCPTRAV_PREDICT_CAPTURE_MODEL_H

#include "predict/run.h"

/*
 * capture_model_of - the observations to which a packet from or to @remote
 * belongs: the private candidate's are apart
 * Return: NULL: to none, as the peer has not told that candidate yet
 */
struct model_observations *
capture_model_of(const struct model_run *run, struct model_host *h,
		 struct sym_endpoint remote);

/* capture_model_observe - the packet has come to the host */
void capture_model_observe(struct model_run *run, struct model_host *h,
			   const struct sym_packet *p);

#endif
