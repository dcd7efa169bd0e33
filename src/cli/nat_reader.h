/*
 * A process that reads a profile again when asked. It keeps the privileges
 * that the process which handles packets gives up, and can do one thing with
 * them: read the profile that was named on the command line.
 */
#ifndef TCPTRAV_CLI_NAT_READER_H
#define TCPTRAV_CLI_NAT_READER_H

#include "base/error.h"
#include "profile/axis.h"

#include <stdbool.h>
#include <sys/types.h>

struct nat_reader {
	int socket;	/* readable when nat_reader_take() has a profile */
	pid_t pid;
};

/* nat_reader_start - before any other descriptor is opened */
bool nat_reader_start(struct nat_reader *r, const char *name,
		      struct error *e);
void nat_reader_end(struct nat_reader *r);

/* nat_reader_ask - read it again; false: the reader has gone */
bool nat_reader_ask(struct nat_reader *r);

enum nat_reading { READING_NONE, READING_PROFILE, READING_ERROR };

/* nat_reader_take - what has come of asking; does not wait */
enum nat_reading nat_reader_take(struct nat_reader *r,
				 struct profile *profile, struct error *e);

#endif
