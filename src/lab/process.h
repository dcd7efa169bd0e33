/*
 * The processes of a cell: forked by the lab's init, each in a namespace of
 * the cell, each with one socket to the init. Its first message there is
 * whether it is ready.
 */
#ifndef TCPTRAV_LAB_PROCESS_H
#define TCPTRAV_LAB_PROCESS_H

#include "base/error.h"
#include "lab/cell.h"

#define PROCESS_KEPT 16

/* What the process itself knows. */
struct process_self {
	int control;
	bool ready;		/* it has reported it */
	int kept[PROCESS_KEPT];	/* what was given to it, in that order */
};

/* What a process is to have besides its control socket: descriptors of the
   init's, which stay open there, too. */
struct process_kit {
	unsigned count;		/* up to PROCESS_KEPT */
	int kept[PROCESS_KEPT];
};

/*
 * process_main - what it does
 * @what: process_start()'s, as it was when it was called
 * Return: its exit status; before process_ready(), a failure is told by @e
 */
typedef int (*process_main)(struct process_self *self, const void *what,
			    struct error *e);

/*
 * process_start - fork it
 * @p:         role, which and name are set; pid and control will be
 * @namespace: that it runs in
 * @cpu:       the only one that it runs on; -1: any
 * @kit:       NULL: nothing
 */
bool process_start(struct cell_process *p, int namespace, int cpu,
		   const struct process_kit *kit, process_main main,
		   const void *what, struct error *e);

/*
 * process_connect - for one that will live in another's process: its control
 * socket alone, in @p
 * Return: the other end, to be given to that process; -1 with a sentence
 */
int process_connect(struct cell_process *p, struct error *e);

/* process_ready - called by the process; @ports: a server's, or NULL */
void process_ready(struct process_self *self, const uint16_t *ports);

/*
 * process_receive - its word, whether it is ready, if it has come: sets
 * p->ready
 * @ports: filled in by a server, else left alone
 * Return: false with a sentence that names the process: it will not be
 */
bool process_receive(struct cell_process *p, uint16_t ports[SERVER_PORTS],
		     struct error *e);

/* process_await - wait until it is ready; @deadline: monotonic ns */
bool process_await(struct cell_process *p, int64_t deadline,
		   uint16_t ports[SERVER_PORTS], struct error *e);

/* process_late - set @e: it was not ready in time; Return: false */
bool process_late(const struct cell_process *p, struct error *e);

/*
 * process_end - close its socket, which tells it to end, and reap it; it is
 * killed when it takes until @deadline. To end several, close all sockets
 * first. Harmless on one that is not there (pid 0, control -1).
 */
void process_end(struct cell_process *p, int64_t deadline);
void process_hang_up(struct cell_process *p);

#endif
