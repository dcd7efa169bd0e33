/* SYN-ACKs that no kernel makes: those a host forges and those S spoofs. */
#ifndef TCPTRAV_PREDICT_FORGING_MODEL_H
#define TCPTRAV_PREDICT_FORGING_MODEL_H

#include "predict/run.h"

/* S relays messages: */
#define DELAY_TO_S 0.75		/* d, host to S */
#define DELAY_MESSAGE 1.5	/* d, host through S to host */

/* forging_model_forge - the host sends the SYN-ACK that its kernel would send
   */
void forging_model_forge(struct model_run *run, struct model_host *h);

/* forging_model_spoof - a request is at S; with both hosts' it spoofs both */
void forging_model_spoof(struct model_run *run);

/* forging_model_forge_again - forge, or ask S, once more: a packet may have
   been lost */
void forging_model_forge_again(struct model_run *run, struct model_host *h);

/*
 * forging_model_schedule - schedule forging_model_forge_again() at a random
 * time A SYN that the kernel retransmits can open a hole that its time exceeded
 * closes d later. The favourable time is one where the SYN-ACK comes between.
 * @delay: ms until the SYN-ACK is at each side's NATs; below 0: it does not
 *         pass them
 */
void forging_model_schedule(struct model_run *run, struct model_host *h,
		       const double delay[SIDES]);

#endif
