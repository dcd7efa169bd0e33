/*
 * Output that is never waited for: what its reader does not take in time is
 * lost, by whole pieces, and counted.
 */
#ifndef TCPTRAV_CLI_SINK_H
#define TCPTRAV_CLI_SINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SINK_ROOM (1 << 20)

struct sink {
	int fd;
	int kind;		/* of its own; see sink.c */
	bool dead;		/* an error; nothing more is written */
	uint64_t lost;		/* pieces, for the caller to tell and clear */
	size_t start, length;	/* of what waits in @bytes */
	char *bytes;
};

/* sink_open - onto a descriptor; false when memory is short */
bool sink_open(struct sink *s, int fd);

/* sink_close - sink_wait() for a second; the descriptor that was given stays
   open */
void sink_close(struct sink *s);

/* sink_put - a piece to be written, all or nothing; false: it is lost */
bool sink_put(struct sink *s, const char *text, size_t length);

/* sink_drain - write as much as goes without waiting; false: some is left */
bool sink_drain(struct sink *s);

/* sink_wait - write all that is left, within @time ns; false: some is left */
bool sink_wait(struct sink *s, int64_t time);

#endif
