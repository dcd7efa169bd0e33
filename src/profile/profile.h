/*
 * Profiles as text: "key = value" lines, # comments; keys are axes' names,
 * `base = NAME` inherits. Pure: bytes in, a profile or one exact complaint
 * out. Built-in profiles are the files of experiments/nats, compiled in.
 */
#ifndef TCPTRAV_PROFILE_PROFILE_H
#define TCPTRAV_PROFILE_PROFILE_H

#include "base/error.h"
#include "profile/axis.h"

#include <stdbool.h>
#include <stddef.h>

/* profile_defaults - every axis at its default, name "default" */
void profile_defaults(struct profile *out);

/*
 * profile_parse - read a profile's text
 * @name:  what to call it in complaints and in the result
 * Return: false with an ERROR_USE sentence that has the line number, quotes
 *         the key or value, and names the nearest valid one; @out is then
 *         the defaults
 */
bool profile_parse(const char *name, const char *text, size_t length,
		   struct profile *out, struct error *e);

/*
 * profile_find - a profile by its name on the command line: a built-in's name
 * or a file's path, then its changes: "rfc5382+unsolicited-syn=rst+hairpin=no"
 * Return: false with an ERROR_USE sentence (the nearest name, axis or value;
 *         why the file cannot be read; what contradicts what)
 */
bool profile_find(const char *name, struct profile *out, struct error *e);

/*
 * profile_base - the length of @name without its changes: up to its first '+',
 * or the longest part, up to a later '+' or the end, that is an existing file
 */
size_t profile_base(const char *name);

/* profile_is_path - has it a '/', or ends it in ".nat"? Else it is a built-in's
   name. */
bool profile_is_path(const char *name);

/* profile_builtin - the names and texts compiled in */
struct profile_text {
	const char *name;
	const char *text;
};
extern const struct profile_text profile_builtin[];
extern const size_t profile_builtin_count;

/*
 * profile_print - all axes of @p as a profile text that parses to the same
 * Return: what snprintf would: the length it needs
 */
size_t profile_print(const struct profile *p, char *out, size_t room);

/*
 * profile_short - @p as a name for profile_find(): the built-in profile with
 * the fewest differences, and these differences as changes
 * Return: as profile_print()
 */
size_t profile_short(const struct profile *p, char *out, size_t room);

#endif
