/* The lab's init: the first process of the lab's PID namespace, and the parent
   of all processes of its cells. */
#ifndef TCPTRAV_LAB_INIT_H
#define TCPTRAV_LAB_INIT_H

#include "lab/lab.h"

/*
 * init_main - build cells, run the plan's trials in them, and send each result
 * to the parent
 * The caller is the first process of the lab's namespaces, and is in them.
 * @parent: a SOCK_SEQPACKET socket to the process that called lab_run();
 *          init_main() returns when that process closes its end
 */
void init_main(const struct lab_plan *plan, int parent);

#endif
