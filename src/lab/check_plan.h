/* Checks of a lab's plan that are the same for both clocks. */
#ifndef TCPTRAV_LAB_CHECK_PLAN_H
#define TCPTRAV_LAB_CHECK_PLAN_H

#include "base/error.h"
#include "lab/lab.h"

#include <stdbool.h>

/*
 * lab_check_plan - are the plan's trials valid? Each NAT is checked once for
 * each kind of cell, not for each trial.
 * @wrong:       set to the trial that is wrong; the plan's count: no single
 *               trial is
 * @any_kernel_nat: set to whether some NAT is the kernel's
 * Return: false with the first error: ERROR_USE, or else ERROR_MISSING (see
 *         cell_check())
 */
bool lab_check_plan(const struct lab_plan *plan, unsigned *wrong,
		    bool *any_kernel_nat, struct error *e);

#endif
