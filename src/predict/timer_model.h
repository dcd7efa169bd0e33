/* When the kernel's timers end. */
#ifndef TCPTRAV_PREDICT_TIMER_MODEL_H
#define TCPTRAV_PREDICT_TIMER_MODEL_H

#include "predict/run.h"

/*
 * timer_model_rounding - how late @h's retransmission timer of 1 s or more is,
 * which would end now
 * The kernel rounds it up to a step of its wheel, whose phase nobody knows. So
 * all of them can be on time or late. Two hosts' timers end whole steps apart:
 * where one of the two numbers that are possible is below the one-way delay and
 * the other is not, it is chance whether what they send crosses.
 * Return: ms
 */
double timer_model_rounding(struct model_run *run, const struct model_host *h);

/*
 * timer_model_data - how long after data was sent it is sent again
 * Its first timer is a tail loss probe, then come RTOs, doubled each time.
 * @round_trip: ms, the only one that was measured
 * @sends:      how often it was sent before
 * Return: ms
 * Sources: Linux, tcp_set_rto(), tcp_schedule_loss_probe()
 */
double timer_model_data(double round_trip, int sends);

#endif
