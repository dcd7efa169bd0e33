/*
 * The random choices of a run, and all their combinations. A run asks for each
 * choice when it meets it. After it, the next combination differs in the last
 * choice that has a further value: successive runs visit every combination.
 */
#ifndef TCPTRAV_PREDICT_CHOICES_H
#define TCPTRAV_PREDICT_CHOICES_H

#include <stdbool.h>
#include <stdint.h>

enum { CHOICES = 12 };	/* further ones are the usual */

struct choices {
	unsigned met;		/* in this run */
	unsigned decided;	/* of them, before the run */
	uint8_t value[CHOICES], values[CHOICES];
};

/* choices_begin - begin a run, with the combination as it is; a struct of zeros
   has the first one, in which each choice is the usual one */
void choices_begin(struct choices *c);

/*
 * choices_take - the run meets a choice
 * @values: how many values it has
 * Return: its value in this run, below @values; 0 is the usual one
 */
unsigned choices_take(struct choices *c, unsigned values);

/* choices_next - go to the next combination; false: there is none */
bool choices_next(struct choices *c);

#endif
