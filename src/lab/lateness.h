/*
 * How late the machine was in a trial. With delay, what comes of a trial
 * follows from the order in which packets meet NATs; a machine with more to do
 * than it can changes that order. It is measured by what is known beforehand,
 * whatever the trial came to: how long each SYN and SYN-ACK, and each message
 * that one waits for, took beyond the delay of its way, and how long a host's
 * first SYN was held beyond --skew.
 * Pure.
 */
#ifndef TCPTRAV_LAB_LATENESS_H
#define TCPTRAV_LAB_LATENESS_H

#include "lab/findings.h"
#include "lab/lab.h"

#include <stdbool.h>

/* A trial that was too late is run again, so often at most. */
#define LATENESS_REPEATS 5

/*
 * lateness - the largest, in ms, of the trial that @f is of; 0 where nothing
 * can be said: no delay, links with faults, too little seen
 */
double lateness(const struct lab_trial *t, const struct findings *f);

/*
 * lateness_share - of half of the one-way delay; more than 1 is too large
 * By construction no two packets that race are nearer to each other than that
 * (docs/latency.md), but by a skew of one's own choice.
 */
double lateness_share(const struct lab_trial *t, double late_ms);

#endif
