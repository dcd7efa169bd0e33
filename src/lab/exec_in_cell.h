/* A command of the user's inside a cell: `tcptrav lab --exec`. */
#ifndef TCPTRAV_LAB_EXEC_IN_CELL_H
#define TCPTRAV_LAB_EXEC_IN_CELL_H

#include "base/error.h"
#include "lab/lab.h"

/*
 * exec_in_cell - build the cell of the plan's only trial and run @plan->command
 * in it by /bin/sh, as the lab's init
 * The environment gets HOST_A, HOST_B and S: what to put before a command to
 * run it there; RENDEZVOUS: S's address and port; PUBLIC_A, PUBLIC_B: the
 * addresses at which the others see the hosts; TCPTRAV: this program.
 * @e:     set when the cell cannot be built
 * Return: the command's exit status
 */
int exec_in_cell(const struct lab_plan *plan, struct error *e);

#endif
