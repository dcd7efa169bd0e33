/*
 * How late the machine was in a trial. With delay, the outcome of a trial
 * depends on the order in which packets reach NATs, and an overloaded machine
 * can change that order. So a trial in which something was late by more than
 * timing_check_limit() is repeated.
 *
 * The link emulator reports how late it sent. Over links without faults the
 * delay of each way is also known. Then these events are checked, which can
 * change the outcome: how much longer than the delay of its way each SYN,
 * SYN-ACK and message took that a host waits for; how much longer than --skew a
 * host held back its first SYN; and how long after the second request S
 * spoofed. Pure.
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

/*
 * timing_check_limit - how many ms late is too late
 *
 * With d, the one-way delay, the limit is d/2: up to that, the order of packets
 * is right (docs/latency.md). If the skew is near d (for a method with spoofing
 * also near d/2), two packets nearly race. The limit is then half the
 * difference between the skew and d (or d/2), but not less than the smaller of
 * d/8 and 4 ms.
 * Return: 0 without delay
 */
double timing_check_limit(const struct trial *t);

#endif
