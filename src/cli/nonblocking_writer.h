/*
 * Output that never blocks its writer. A piece that finds the buffer full,
 * because the reader is too slow, is lost as a whole and counted.
 */
#ifndef TCPTRAV_CLI_NONBLOCKING_WRITER_H
#define TCPTRAV_CLI_NONBLOCKING_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WRITER_ROOM (1 << 20)

struct nonblocking_writer {
	int fd;
	int kind;		/* private */
	bool dead;		/* after an error nothing more is written */
	uint64_t lost;		/* pieces; the caller may report and clear it */
	size_t start, length;	/* of the data in @bytes */
	char *bytes;
};

/* writer_open - for a descriptor; false: out of memory */
bool writer_open(struct nonblocking_writer *w, int fd);

/* writer_close - write for at most a second, then free the buffer; the
   descriptor that was given to writer_open() stays open */
void writer_close(struct nonblocking_writer *w);

/* writer_put - queue a piece, all or nothing; false: it is lost */
bool writer_put(struct nonblocking_writer *w, const char *text, size_t length);

/* writer_drain - write as much as possible now; false: some is left */
bool writer_drain(struct nonblocking_writer *w);

/* writer_wait - write all, within @time ns; false: some is left */
bool writer_wait(struct nonblocking_writer *w, int64_t time);

#endif
