/*
 * Profiles as text: "key = value" lines, # comments; keys are axes' names,
 * `base = NAME` inherits. Pure: from bytes a profile, or an exact error.
 * Built-in profiles are the files of experiments/nats, compiled in.
 */
#ifndef TCPTRAV_PROFILE_PROFILE_H
#define TCPTRAV_PROFILE_PROFILE_H

#include "base/error.h"
#include "profile/axis.h"

#include <stdbool.h>
#include <stddef.h>

/* profile_defaults - set every axis to its default, and the name to
   "default" */
void profile_defaults(struct profile *out);

/*
 * profile_parse - read a profile's text
 * @name:  the profile's name, in errors and in the result
 * Return: false with ERROR_USE: the error has the line number, quotes the key
 *         or value, and names the nearest valid one; @out has the defaults
 */
bool profile_parse(const char *name, const char *text, size_t length,
		   struct profile *out, struct error *e);

/*
 * profile_find - find a profile by its name on the command line: a built-in's
 * name or a file's path, then changes: "rfc5382+unsolicited-syn=rst+hairpin=no"
 * Return: false with ERROR_USE (the nearest name, axis or value; why the file
 *         cannot be read; which values contradict each other)
 */
bool profile_find(const char *name, struct profile *out, struct error *e);

/*
 * profile_base - the length of @name without its changes: up to its first '+';
 * or of the longest part, up to a later '+' or the end, that is an existing
 * file
 */
size_t profile_base(const char *name);

/* profile_is_path - is @name a path? It is one if it has a '/' or ends in
   ".nat"; else it is a built-in's name. */
bool profile_is_path(const char *name);

/* profile_builtin - the names and texts compiled in */
struct profile_text {
	const char *name;
	const char *text;
};
extern const struct profile_text profile_builtin[];
extern const size_t profile_builtin_count;

/*
 * profile_print - print all axes of @p as a text that profile_parse() reads
 * Return: the length that it needs, as snprintf()
 */
size_t profile_print(const struct profile *p, char *out, size_t room);

/*
 * profile_short - print @p as a name for profile_find(): the built-in profile
 * with the fewest differences, and these differences as changes
 * Return: as profile_print()
 */
size_t profile_short(const struct profile *p, char *out, size_t room);

#endif
