/* The methods: what each host does next, as its method's file (src/method)
   says. */
#ifndef TCPTRAV_PREDICT_METHOD_MODEL_H
#define TCPTRAV_PREDICT_METHOD_MODEL_H

#include "predict/run.h"

/* method_model_begin - both hosts are introduced; sets the time */
void method_model_begin(struct model_run *run);

/* method_model_continue - do what the host can do now */
void method_model_continue(struct model_run *run, struct model_host *h);

/* method_model_message - a message or notice has come from S */
void method_model_message(struct model_run *run, struct model_host *h,
		    const struct model_event *e);

/* method_model_connect_again - repeat a refused connect() */
void method_model_connect_again(struct model_run *run, struct model_host *h);

#endif
