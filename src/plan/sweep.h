/*
 * The trials of a plan, by their numbers. A plan is a list of grids
 * (plan/grid.h). A trial is computed from its number when it is needed, so a
 * plan of a million trials takes little memory. Pure.
 *
 * Trials of one cell have neighbouring numbers. From one number to the next
 * the approach changes first (each method in the order given, with each
 * --ttl), then the repetition, then skew, timeout, loss, RTT, background,
 * spoofing, topology, NAT B and NAT A. Numbers run on from grid to grid.
 */
#ifndef TCPTRAV_PLAN_SWEEP_H
#define TCPTRAV_PLAN_SWEEP_H

#include "base/error.h"
#include "plan/trial.h"
#include "plan/grid.h"

#include <stdbool.h>
#include <stddef.h>

#define SWEEP_TRIALS_MAX 100000000	/* room for their bits */

struct sweep;

/* sweep_new - a sweep without trials; NULL: out of memory */
struct sweep *sweep_new(void);
void sweep_free(struct sweep *s);

/* sweep_texts - the strings of the grids that will be added; pass it to
   grid_set() */
struct string_set *sweep_texts(struct sweep *s);

/*
 * sweep_add - add the trials of a grid
 * @base: gives the values of the keys that @p does not give; a key that
 *        neither gives has its default
 * @line: of the plan file, for sweep_line(); 0: none
 * Return: false with ERROR_USE (no method, an approach that does not exist,
 *         contradictory link options, too many trials) or ERROR_FAILED
 */
bool sweep_add(struct sweep *s, const struct grid *p, const struct grid *base,
	       unsigned line, struct error *e);

/*
 * sweep_keep_links - keep a copy of link options, for trials of
 * sweep_add_trial()
 * @out:   set to it; NULL: no option is given
 * Return: false with ERROR_USE (contradictory options) or ERROR_FAILED
 */
bool sweep_keep_links(struct sweep *s, const struct link_options *l,
		      const struct link_options **out, struct error *e);

/*
 * sweep_add_trial - add one trial
 * @t: completed as by trial_complete(); what it points to must live as long
 *     as the sweep
 */
bool sweep_add_trial(struct sweep *s, const struct trial *t,
		     struct error *e);

/* sweep_count - the number of trials */
unsigned sweep_count(const struct sweep *s);

/* sweep_trial - the trial @number, below sweep_count(); what it points to
   lives as long as the sweep */
struct trial sweep_trial(const struct sweep *s, unsigned number);

/* sweep_line - the line of the plan file that trial @number is from; 0: none */
unsigned sweep_line(const struct sweep *s, unsigned number);

/* sweep_approaches - the number of approaches per setting of the first grid */
unsigned sweep_approaches(const struct sweep *s);

/* sweep_settings - the number of settings, approaches and repetitions aside */
unsigned sweep_settings(const struct sweep *s);

#endif
