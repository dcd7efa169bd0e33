/* The lab's init: the process under which everything in a lab runs. */
#ifndef TCPTRAV_LAB_INIT_H
#define TCPTRAV_LAB_INIT_H

#include "lab/lab.h"

/*
 * init_main - build cells, run the plan's trials in them, tell the parent
 * Runs as the first process of the lab's namespaces, entered already.
 * @parent: a SOCK_SEQPACKET socket to the process that called lab_run(); when
 * it
 *          closes its end, this returns
 */
void init_main(const struct lab_plan *plan, int parent);

#endif
