/* When a refused connect() is repeated. */
#ifndef TCPTRAV_PREDICT_RETRY_MODEL_H
#define TCPTRAV_PREDICT_RETRY_MODEL_H

#include "predict/run.h"

/* retry_model_connect - repeat the refused connect() to the public candidate
   where there is time: EVENT_CONNECT_AGAIN */
void retry_model_connect(struct model_run *run, struct model_host *h);

/* retry_model_private - the same to the private candidate:
   EVENT_CONNECT_PRIVATELY */
void retry_model_private(struct model_run *run, struct model_host *h);

#endif
