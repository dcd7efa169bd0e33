/*
 * The lab in virtual time: the same trials inside guests, kernels whose clock
 * moves only when nothing is left to do. No privilege is needed, nothing is
 * late, waiting costs nothing, and the same seed gives the same result.
 * docs/virtual.md
 */
#ifndef TCPTRAV_VIRTUAL_VIRTUAL_H
#define TCPTRAV_VIRTUAL_VIRTUAL_H

#include "base/error.h"
#include "lab/lab.h"

#include <stdbool.h>

/*
 * virtual_check - is the plan valid, and is there a kernel to run it?
 * @kernel: "6.1", a path, or NULL: see guest_kernel_find()
 * @wrong:  as lab_check()
 */
bool virtual_check(const struct lab_plan *plan, const char *kernel,
		   unsigned *wrong, struct error *e);

/*
 * virtual_run - run every trial of the plan that is to be run, in as many
 * guests at once as the plan has jobs; reports come in any order
 * Return: false with an error if a guest could not be run
 */
bool virtual_run(const struct lab_plan *plan, const char *kernel,
		 struct error *e);

/*
 * virtual_exec - run plan->command in a cell in a guest
 * @status: its exit status
 */
bool virtual_exec(const struct lab_plan *plan, const char *kernel, int *status,
		  struct error *e);

#endif
