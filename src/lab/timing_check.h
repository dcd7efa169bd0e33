/*
 * How late the machine was in a trial. With delay, the outcome of a trial
 * depends on the order in which packets reach NATs, and an overloaded machine
 * can change that order. So a trial in which something was late by more than
 * half of the one-way delay is repeated.
 *
 * The link emulator reports how late it sent. Over links without faults the
 * delay of each way is also known. Then these events are checked, which can
 * change the outcome: how much longer than the delay of its way each SYN,
 * SYN-ACK and message took that a host waits for; and how much later than the
 * way from S and --skew a host sent its first SYN after S's introduction. Pure.
 */
#ifndef TCPTRAV_LAB_TIMING_CHECK_H
#define TCPTRAV_LAB_TIMING_CHECK_H

#include "lab/lab.h"
#include "report/observations.h"

/* How often a trial that was too late is repeated, at most. */
#define TIMING_CHECK_REPEATS 16

/*
 * timing_check - by how many ms the latest event of the trial was late
 * @f:     the trial's observations
 * Return: 0 also if it is unknown (no delay, or a host without a result)
 */
double timing_check(const struct trial *t, const struct observations *f);

/* timing_check_limit - how many ms late is too late: half of the one-way
   delay; 0 without delay */
double timing_check_limit(const struct trial *t);

#endif
