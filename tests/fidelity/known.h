/*
 * Differences that are accepted, each with its reason: a text file, one a
 * line, "PATTERN -- REASON", a pattern being a group's signature, with *
 * and ? as in file names; # begins a comment.
 */
#ifndef TCPTRAV_TESTS_FIDELITY_KNOWN_H
#define TCPTRAV_TESTS_FIDELITY_KNOWN_H

#include "base/error.h"

struct known_differences;

/* known_read - NULL with a sentence that quotes the line */
struct known_differences *known_read(const char *path, struct error *e);
void known_free(struct known_differences *k);

/* known_reason - why a difference is accepted; NULL: it is not */
const char *known_reason(struct known_differences *k, const char *signature);

/* known_unused - the @number-th pattern that nothing matched, or NULL */
const char *known_unused(const struct known_differences *k, unsigned number);

#endif
