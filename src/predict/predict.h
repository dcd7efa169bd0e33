/*
 * What each method will do between two NATs, from their profiles alone: the
 * method's ladder is simulated packet by packet, in time, and each packet meets
 * the rules of the axes (packet_sequence_rules.c). No code of the NAT engine is
 * used, so prediction and laboratory check each other.
 *
 * Pure: a setup in, a prediction out; no clock, no allocation.
 *
 * It assumes that no packet is lost, that the NATs have room (ports, sessions,
 * shares) and remember longer than an attempt lasts, that nobody else uses
 * them, and that the kernels are Linux's.
 */
#ifndef TCPTRAV_PREDICT_PREDICT_H
#define TCPTRAV_PREDICT_PREDICT_H

#include "predict/prediction.h"
#include "predict/prediction_setup.h"

/*
 * predict - simulate the trial's approach between the NATs of @setup
 * @setup: its times pass prediction_setup_check()
 * Sources: the ladders of the method's row; docs/latency.md for the times
 */
void predict(const struct prediction_setup *setup, struct prediction *out);

#endif
