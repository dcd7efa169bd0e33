/*
 * Who comes first where a CPU is wanted. The lab's processes wait for packets
 * and for moments and do little then, but what they do must be in time, or the
 * order of packets is the machine's and not the links'. So where trials have
 * delay they run ahead of whatever else the machine does (SCHED_RR, the least
 * of its priorities), its kernel's threads included, and the cells' processes
 * ahead of the lab's own, which builds cells meanwhile. That takes root;
 * without it, or where a container's bounds forbid it, all runs as usual, and
 * trials that were late are run again more often.
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
