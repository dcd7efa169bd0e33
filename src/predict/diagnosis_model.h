/*
 * Mechanism and cause, from what a host's packets have shown, as a host itself
 * finds them (docs/architecture.md, "From packets to words").
 */
#ifndef TCPTRAV_PREDICT_DIAGNOSIS_MODEL_H
#define TCPTRAV_PREDICT_DIAGNOSIS_MODEL_H

#include "predict/run.h"

/* diagnosis_model_mechanism - what took the proven socket out of SYN_SENT or
   LISTEN */
enum mechanism diagnosis_model_mechanism(const struct model_host *h,
				   const struct model_socket *s);

/* diagnosis_model_cause - why the host failed; *@asked: it asked S first, which
   takes a round trip */
enum cause diagnosis_model_cause(struct model_run *run, struct model_host *h,
			   bool *asked);

/* diagnosis_model_ttl_too_high - the low-TTL SYN has reached the peer's NAT: an
   answer came from its address, or a RST */
bool diagnosis_model_ttl_too_high(const struct model_run *run,
			    const struct model_host *h);

#endif
