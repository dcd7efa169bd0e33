/*
 * The hosts of method udp: knocks, their levels and their pace, as
 * docs/methods/udp.md has them. No code of method/knocking.c is used.
 */
#ifndef TCPTRAV_PREDICT_UDP_MODEL_H
#define TCPTRAV_PREDICT_UDP_MODEL_H

#include "predict/run.h"

/* udp_model_begin - S has introduced the hosts */
void udp_model_begin(struct model_run *run);

/* udp_model_receive - a knock is at the host */
void udp_model_receive(struct model_run *run, struct model_host *h,
		       const struct sym_packet *p);

/* udp_model_continue - a time that the host waits for has come */
void udp_model_continue(struct model_run *run, struct model_host *h);

#endif
