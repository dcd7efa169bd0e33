/* Why a function failed: a sentence for people, a kind for callers. */
#ifndef TCPTRAV_BASE_ERROR_H
#define TCPTRAV_BASE_ERROR_H

#include <stdbool.h>

enum error_kind {
	ERROR_NONE,
	ERROR_USE,		/* wrong use: exit status 2 */
	ERROR_MISSING,		/* something is missing on this machine: 3 */
	ERROR_FAILED,		/* it was tried and did not work: 1 */
};

struct error {
	enum error_kind kind;
	char text[320];		/* one sentence, no newline, quotes the input */
};

/*
 * error_set - record why a function failed
 * @e:      may be NULL: the caller does not want to know
 * @kind:   how the caller should act
 * @format: printf's
 * Return:  always false, so that "return error_set(...)" reads well
 */
bool error_set(struct error *e, enum error_kind kind, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* error_status - Return: the exit status of tcptrav, 0 to 3, for the error's
   kind */
int error_status(const struct error *e);

#endif
