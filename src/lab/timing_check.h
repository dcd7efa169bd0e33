/*
 * How late the machine was in a trial. With delay, the outcome of a trial
 * follows from the order in which packets meet NATs, and a machine that has
 * more to do than it can changes that order. So a trial in which something was
 * late by more than timing_check_limit() is run again.
 *
 * The link emulator says how late it sent. Over links without faults the delay
 * of each way is known besides. Checked there are the events that can decide:
 * how long each SYN, SYN-ACK and message that a host waits for took beyond the
 * delay of its way; how long a host held its first SYN beyond --skew; and how
 * long after the second request S spoofed.
 * Pure.
 */
#ifndef TCPTRAV_LAB_TIMING_CHECK_H
#define TCPTRAV_LAB_TIMING_CHECK_H

#include "lab/lab.h"
#include "report/observations.h"

/* A trial that was too late is run again so often, at most. */
#define TIMING_CHECK_REPEATS 16

/*
 * timing_check - by how many ms the latest event of the trial that @f is of
 * was late; 0: it cannot be told (no delay, or a host without a result)
 */
double timing_check(const struct trial *t, const struct observations *f);

/*
 * timing_check_limit - how many ms late is too late
 *
 * Half of d: the order of packets is then as it should be (docs/latency.md).
 * Where the skew is near d, and with S's spoofing near d/2, two packets race
 * within less than that: half of what is between them. A skew of just d or d/2
 * is a race that no machine decides; the limit is d/8 there, or 4 ms if that
 * is less.
 * Return: 0 without delay
 */
double timing_check_limit(const struct trial *t);

#endif
