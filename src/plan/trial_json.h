/*
 * A trial's setting as fields of its record (schema tcptrav.trial/1). The
 * record prints them, and the journal compares a record's with the plan's.
 */
#ifndef TCPTRAV_PLAN_TRIAL_JSON_H
#define TCPTRAV_PLAN_TRIAL_JSON_H

#include "plan/trial.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define TRIAL_SCHEMA "tcptrav.trial/1"
/* How each record's line begins. */
#define TRIAL_JSON_BEGINNING "{\"schema\":\"" TRIAL_SCHEMA "\""

/* The fields of the setting, the seed aside; NULL after the last. */
extern const char *const trial_json_names[];

/*
 * trial_json_print - the fields "seed" to "timeout_ms", each after a comma
 * @in_lab: false: only method, TTL, variant and timeout are known, the others
 *          are null
 */
void trial_json_print(const struct trial *t, uint64_t seed, bool in_lab,
		      FILE *to);

/*
 * trial_json_seed - find a printed record's seed
 * All 64 bits, from the text: a JSON library's numbers may be smaller.
 * Return: the seed's place in @line, its name included; NULL: it has none
 */
const char *trial_json_seed(const char *line, uint64_t *out);

#endif
