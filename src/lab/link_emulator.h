/*
 * One process that carries the frames of all links of a cell that delay, lose
 * or reorder packets. A frame that arrives on one interface is sent on another:
 * later, twice or never, as the link model (nat/link.h) decides. The process
 * runs in a namespace that has an interface for both ends of each such link.
 */
#ifndef TCPTRAV_LAB_LINK_EMULATOR_H
#define TCPTRAV_LAB_LINK_EMULATOR_H

#include "base/error.h"
#include "nat/link.h"

#include <net/if.h>

#define EMULATED_LINKS 8

struct emulated_link {
	char ends[2][IF_NAMESIZE];	/* interfaces */
	struct link_config config[2];	/* from the first end to the second,
					   and back */
};

/* The message that drops all packets and resets the links: new seeds of the
   directions. */
struct link_emulator_reset {
	uint64_t seed[EMULATED_LINKS][2];
};

/* What happened on the links since the last reset. Sent when packets were lost,
   and when a frame was later than the largest reported lateness by a quarter
   and 0.25 ms. */
struct link_emulator_report {
	uint64_t seed;		/* the first seed of that reset */
	int64_t late;		/* ns: how late the latest frame was sent */
	uint64_t lost;		/* packets: by the model, or for lack of room */
};

struct link_emulator_config {
	struct emulated_link links[EMULATED_LINKS];
	unsigned count;
	int control;		/* SEQPACKET socket: receives
				   link_emulator_reset and answers with its
				   first seed; sends link_emulator_report */
};

/*
 * link_emulator_run - carry frames until the other end of @config->control is
 * closed
 * @ready: called once every interface is open; may be NULL
 */
bool link_emulator_run(const struct link_emulator_config *config,
		       void (*ready)(void *), void *argument, struct error *e);

#endif
