/*
 * Plan files: each line is a grid of trials (plan/grid.h), written as words
 *	method=all nat-a=rst nat-a=icmp nat-b=@names.txt rtt=40 trials=2
 * whose keys are the options of `tcptrav lab`. A word that begins with '#'
 * begins a comment. @FILE gives one alternative per line of FILE.
 */
#ifndef TCPTRAV_PLAN_PLAN_FILE_H
#define TCPTRAV_PLAN_PLAN_FILE_H

#include "base/error.h"
#include "plan/grid.h"
#include "plan/sweep.h"

#include <stdbool.h>

/*
 * plan_file_set - as grid_set(), but for "@FILE" set each line of FILE
 * @plan: path of the plan; FILE is relative to its directory, or to the
 *        current one if @plan is NULL or not a regular file
 * Return: also false when FILE cannot be read, or has no alternative
 */
bool plan_file_set(struct grid *p, const char *key, const char *value,
		   const char *plan, struct string_set *texts, struct error *e);

/*
 * plan_file_read - add the grid of each line to @s
 * @path: "-": standard input
 * @base: gives the keys that a line does not give
 * Return: false with a sentence with the line's number
 */
bool plan_file_read(struct sweep *s, const char *path, const struct grid *base,
		    struct error *e);

/* plan_file_error - put path and line before the sentence of @e; false */
bool plan_file_error(const char *path, unsigned line, struct error *e);

#endif
