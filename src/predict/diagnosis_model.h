/*
 * Mechanism and cause from a simulated host's packets, as a real host finds
 * them (docs/architecture.md, "From packets to words").
 */
#ifndef TCPTRAV_PREDICT_DIAGNOSIS_MODEL_H
#define TCPTRAV_PREDICT_DIAGNOSIS_MODEL_H

#include "predict/run.h"

/* diagnosis_model_mechanism - find the mechanism: what took the authenticated
   socket out of SYN_SENT or LISTEN */
enum mechanism diagnosis_model_mechanism(const struct model_host *h,
				   const struct model_socket *s);

/* diagnosis_model_cause - find why the host failed
   @asked: did it connect to S's second port first, which takes a round trip? */
enum cause diagnosis_model_cause(struct model_run *run, struct model_host *h,
			   bool *asked);

/* diagnosis_model_ttl_too_high - has the low-TTL SYN reached the peer's NAT? It
   has if an answer came from that NAT's address, or a RST. */
bool diagnosis_model_ttl_too_high(const struct model_run *run,
			    const struct model_host *h);

#endif
