/*
 * The scheduling priority of the lab's processes. They sleep most of the time,
 * but must react on time, or the machine and not the links decides the order of
 * packets. So in trials with delay they have a real-time priority (SCHED_RR,
 * the lowest): they run before all usual processes and the kernel's threads.
 * The processes of cells run before the lab's init, which builds cells
 * meanwhile. This needs root. Without it, or if a container forbids it, all
 * processes have the usual priority, and late trials are repeated more often.
 */
#ifndef TCPTRAV_LAB_PRIORITY_H
#define TCPTRAV_LAB_PRIORITY_H

/* priority_ahead - this process, and whom it forks, as far as it may */
void priority_ahead(void);

/* priority_first - before those, if this process is ahead */
void priority_first(void);

/* priority_usual - again, for a program of the user's, which may do anything */
void priority_usual(void);

#endif
