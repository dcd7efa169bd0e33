/*
 * The processes of a cell. The lab's init forks each, in a namespace of the
 * cell and with a control socket to the init. The first message that a process
 * sends there says whether it is ready.
 */
#ifndef TCPTRAV_LAB_PROCESS_H
#define TCPTRAV_LAB_PROCESS_H

#include "base/error.h"
#include "lab/cell.h"

/* In the process: its state. */
struct process_self {
	int control;
	bool ready;		/* process_ready() was called */
};

/*
 * process_main - the main function of a process
 * @what: process_start()'s @what, as it was when that was called
 * Return: the exit status. If it fails before process_ready(), it sets @e.
 */
typedef int (*process_main)(struct process_self *self, const void *what,
			    struct error *e);

/*
 * process_start - fork a process, which runs @main
 * @p:         role, which and name are set; sets pid and control
 * @namespace: descriptor of the network namespace that it runs in
 * @cpu:       the number of the only CPU that it runs on; -1: any, with a
 *             real-time priority (SCHED_RR) if it may
 * @what:      for @main
 */
bool process_start(struct cell_process *p, int namespace, int cpu,
		   process_main main, const void *what, struct error *e);

/* process_ready - called in the process: report that it is ready
   @ports: of a server; else NULL */
void process_ready(struct process_self *self, const uint16_t *ports);

/*
 * process_receive - receive the first message of a process, if it has arrived:
 * sets p->ready
 * @ports: filled in if the process is a server
 * Return: false with an error that names the process, if it will never be ready
 */
bool process_receive(struct cell_process *p, uint16_t ports[SERVER_PORTS],
		     struct error *e);

/* process_await - wait until the process is ready
   @deadline: monotonic ns */
bool process_await(struct cell_process *p, int64_t deadline,
		   uint16_t ports[SERVER_PORTS], struct error *e);

/* process_late - set the error that the process was not ready in time; Return:
   false */
bool process_late(const struct cell_process *p, struct error *e);

/*
 * process_hang_up - close the control socket, which asks the process to end
 * process_end - the same, and reap the process; kill it at @deadline
 * To end several processes, hang up on all of them first. Both do nothing for a
 * process that does not exist (pid 0, control -1).
 */
void process_hang_up(struct cell_process *p);
void process_end(struct cell_process *p, int64_t deadline);

#endif
