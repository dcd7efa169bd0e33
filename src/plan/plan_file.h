/*
 * A plan as text: each line is a product of alternatives, written as words,
 *	method=all nat-a=rst nat-a=icmp nat-b=@names.txt rtt=40 trials=2
 * with the names of the options of `tcptrav lab`. A '#' at the beginning of a
 * word begins a comment. @FILE stands for an alternative per line of FILE.
 */
#ifndef TCPTRAV_PLAN_PLAN_FILE_H
#define TCPTRAV_PLAN_PLAN_FILE_H

#include "base/error.h"
#include "plan/grid.h"
#include "plan/sweep.h"

#include <stdbool.h>

/*
 * plan_file_set - as grid_set(), but "@FILE" is read
 * @plan: the plan's path, to whose directory FILE is relative; NULL or what
 *        is no file: to the current one
 * Return: also false when FILE cannot be read, or says nothing
 */
bool plan_file_set(struct grid *p, const char *key, const char *value,
		   const char *plan, struct string_set *texts, struct error *e);

/*
 * plan_file_read - add each line of a plan's text to @s
 * @path: "-": standard input
 * @base: what holds where a line says nothing
 * Return: false with a sentence that has the line's number
 */
bool plan_file_read(struct sweep *s, const char *path, const struct grid *base,
		    struct error *e);

/* plan_file_error - say in which line of which plan an error is; false */
bool plan_file_error(const char *path, unsigned line, struct error *e);

#endif
