/*
 * The kernel's timer wheel, which decides when TCP sends again. A timer of 1
 * to 2 s, as that of a SYN is, runs not when it is due but when the wheel has
 * come to its next step: at 250 ticks a second each 32 ms. So where in a step
 * a SYN leaves decides whether it comes again after 1004 or after 1036 ms, and
 * with that which of two hosts is first. Trials in which this can matter begin
 * at a place in a step where it does not hang on a machine's being a little
 * late.
 */
#ifndef TCPTRAV_LAB_WHEEL_H
#define TCPTRAV_LAB_WHEEL_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct wheel {
	int64_t step;		/* ns; 0: not known */
	int64_t tick;		/* ns, several in a step */
	int64_t phase;		/* of clock_now() at a step, from 0 to it */
};

/*
 * wheel_step - of timers of 1 s, where a tick of the kernel's takes @tick ns
 * Pure.
 */
int64_t wheel_step(int64_t tick);

/*
 * wheel_read - from @list, of the form of /proc/timer_list, where a tick takes
 * @tick ns, into @w: nothing (.step 0), or what was read before. Of several
 * readings that differ the earliest in the step counts, as a tick may be
 * counted late, never in advance.
 * Return: false, with @w as it was, where @list does not say
 */
bool wheel_read(struct wheel *w, FILE *list, int64_t tick);

/*
 * wheel_find - from this kernel's list of timers; where there is none, as a
 * container may hide it, wait for the wheel a few times: a second or two in
 * all. Where that fails, the step is not known (0), or on a busy machine its
 * phase not right, and no more comes of it than that trials differ by chance.
 */
void wheel_find(struct wheel *w);

/*
 * wheel_time - the next start time that leaves the most slack before a step of
 * the wheel reorders the retransmissions of two SYNs, of which one leaves then
 * and the other @apart ns later. Of several such times in a step, @seed chooses
 * one. Pure.
 * Return: not before @now; @now where the wheel is not known
 */
int64_t wheel_time(const struct wheel *w, int64_t now, int64_t apart,
		   uint64_t seed);

#endif
