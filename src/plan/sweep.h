/*
 * The trials of a plan, by their numbers. A plan is a list of products
 * (plan/grid.h), and a trial is made when it is asked for: a plan of a
 * million trials is a few lists. Pure.
 *
 * The trials of a product are numbered so that those of one cell are
 * neighbours. What changes from each to the next is the approach: for each
 * method in the order given, for each --ttl; then the repetition; then, each
 * more slowly, skew, timeout, loss, RTT, background, spoofing, topology, NAT B
 * and NAT A. Numbers run on from product to product.
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

/* sweep_new - without trials; NULL when memory is short */
struct sweep *sweep_new(void);
void sweep_free(struct sweep *s);

/* sweep_texts - where products that will be added keep their texts */
struct string_set *sweep_texts(struct sweep *s);

/*
 * sweep_add - the trials of one product more
 * @base: what holds where @p says nothing; and where it does not, the default
 * @line: of the plan's text, for sweep_line(); 0: there is none
 * Return: false with an ERROR_USE sentence: no method, an approach that there
 *         is not, links that make no sense, too many trials
 */
bool sweep_add(struct sweep *s, const struct grid *p, const struct grid *base,
	       unsigned line, struct error *e);

/*
 * sweep_add_trial - one trial more
 * @t: a NAT that is NULL, and a negative background, are the topology's
 *     defaults; what it points to must live as long as the sweep
 */
bool sweep_add_trial(struct sweep *s, const struct trial *t,
		     struct error *e);

/* sweep_count - of trials */
unsigned sweep_count(const struct sweep *s);

/* sweep_trial - the trial @number, below the count
   What it points to lives as long as the sweep. */
struct trial sweep_trial(const struct sweep *s, unsigned number);

/* sweep_line - in which line of the plan's text it is; 0: there is none */
unsigned sweep_line(const struct sweep *s, unsigned number);

/* sweep_approaches - how many a setting of the first product has */
unsigned sweep_approaches(const struct sweep *s);

/* sweep_settings - how many there are, of whatever approach and repetition */
unsigned sweep_settings(const struct sweep *s);

#endif
