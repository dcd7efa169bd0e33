/*
 * The kernel's timer wheel, which decides when TCP retransmits. A timer of 1 to
 * 2 s, such as that of a SYN, does not expire when it is due but at the next
 * step of the wheel: every 32 ms, with 250 ticks a second. So the time in a
 * step at which a SYN is sent decides whether it is retransmitted after 1004 or
 * after 1036 ms, and with that, which of two hosts is first. Trials in which
 * this can matter start at such a time in a step that a small lateness of the
 * machine changes nothing.
 */
#ifndef TCPTRAV_LAB_WHEEL_H
#define TCPTRAV_LAB_WHEEL_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct wheel {
	int64_t step;		/* ns; 0: not known */
	int64_t tick;		/* ns, several in a step */
	int64_t phase;		/* clock_now() modulo @step, at a step */
};

/*
 * wheel_step - ns between the steps at which a timer of 1 s can expire
 * @tick: ns of a kernel tick
 * Pure.
 */
int64_t wheel_step(int64_t tick);

/*
 * wheel_read - read the wheel from @list, which is like /proc/timer_list
 * @w:    .step 0, or the result of an earlier reading. If readings differ, the
 *        earliest phase counts: a tick may be counted late, but never early.
 * @tick: ns of a kernel tick
 * Return: false, with @w unchanged, if @list does not have the values
 */
bool wheel_read(struct wheel *w, FILE *list, int64_t tick);

/*
 * wheel_find - find the phase of this kernel's wheel
 * Reads /proc/timer_list. If that is not available, as in a container, it
 * measures when timers expire, which takes a second or two. If this fails too,
 * the step is 0 (unknown); on a busy machine the phase can be wrong. Then
 * trials can differ by chance, and nothing else is affected.
 */
void wheel_find(struct wheel *w);

/*
 * wheel_time - the next start time that leaves the most slack before a step of
 * the wheel reorders the retransmissions of two SYNs, of which one leaves then
 * and the other @apart ns later. Of several such times in a step, @seed chooses
 * one. Pure.
 * Return: not before @now; @now if the wheel is unknown
 */
int64_t wheel_time(const struct wheel *w, int64_t now, int64_t apart,
		   uint64_t seed);

#endif
