/* Runs a command of the user inside a cell: `tcptrav lab --exec`. */
#ifndef TCPTRAV_LAB_EXEC_IN_CELL_H
#define TCPTRAV_LAB_EXEC_IN_CELL_H

#include "base/error.h"
#include "lab/lab.h"

/*
 * exec_in_cell - build the cell of the plan's only trial and run @plan->command
 * in it by /bin/sh, as the lab's init
 * The command's environment has HOST_A, HOST_B and S: a prefix for a command
 * that is to run there; RENDEZVOUS: S's address and port; PUBLIC_A, PUBLIC_B:
 * the addresses at which others see the hosts; TCPTRAV: the path of this
 * program.
 * @e:     set when the cell cannot be built
 * Return: the command's exit status
 */
int exec_in_cell(const struct lab_plan *plan, struct error *e);

#endif
