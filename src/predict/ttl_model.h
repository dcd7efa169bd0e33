/* Which low TTL `--ttl auto` finds: it counts hops with datagrams to S. */
#ifndef TCPTRAV_PREDICT_TTL_MODEL_H
#define TCPTRAV_PREDICT_TTL_MODEL_H

#include "predict/run.h"

/* ttl_model_find - find the low TTL that the side's host finds. Return: 0 if
   there is none */
int ttl_model_find(struct model_run *run, int side);

#endif
