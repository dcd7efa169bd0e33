/*
 * How late the machine was in a trial. With delay, what comes of a trial
 * follows from the order in which packets meet NATs; a machine with more to do
 * than it can changes that order. It is measured by what is known beforehand,
 * whatever the trial came to: how long each SYN and SYN-ACK, and each message
 * that one waits for, took beyond the delay of its way, how long a host's
 * first SYN was held beyond --skew, sent or refused by its kernel, and whether
 * S was silent. Where a host of a method without roles has sent its SYN again,
 * so that kernels' timers meet what hosts repeat, all counts that this can hang
 * on: when the first SYN left, and how late the cable, S's spoofing and the
 * repeats were. Over links with faults none of it is known beforehand but when
 * the cable should send, and a kernel a SYN that was not answered.
 * Pure.
 */
#ifndef TCPTRAV_LAB_LATENESS_H
#define TCPTRAV_LAB_LATENESS_H

#include "report/observations.h"
#include "lab/lab.h"

#include <stdbool.h>

/*
 * lateness_repeats - how often a trial that was too late is run again, at most
 *
 * 16 times. Over links with faults 4: a trial may take a minute there, and what
 * is late rarely matters.
 */
unsigned lateness_repeats(const struct trial *t);

/*
 * lateness - the largest, in ms, of the trial that @f is of; 0 where nothing
 * can be said: no delay, too little seen
 */
double lateness(const struct trial *t, const struct observations *f);

/*
 * lateness_share - of f->late_ms, of how near packets that race may be to each
 * other; more than 1 is too large
 *
 * By construction that is d/2 (docs/latency.md), or half of how far the skew is
 * from d, where one host's SYN meets the other's, or from d/2, where in stunt1
 * the spoofed SYN-ACK meets the peer's own: what is late adds up there. A skew
 * of just d or d/2 is a race that no machine decides; it is d/8 at least, or
 * 4 ms if that is less. Where a host of a method without roles has sent its SYN
 * again, what is sent again meets the rest: 4 ms is too late, at most; and over
 * links with faults, where RTOs do that end with each tick of the kernel's,
 * 1 ms is.
 */
double lateness_share(const struct trial *t, const struct observations *f);

/*
 * lateness_strain - the same for lab/admission.h. Where 1 or 4 ms are too
 * late, a quarter of it: a trial waits there more than it runs, and to run a
 * few again takes less time than to run fewer at once.
 */
double lateness_strain(const struct trial *t, const struct observations *f);

#endif
