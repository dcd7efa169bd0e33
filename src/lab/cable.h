/*
 * The links that are not perfect, all in one process: frames that arrive on
 * one interface leave on another, later, twice or never, as the link model
 * says. Runs in the cable's namespace, where every such link's two ends are.
 */
#ifndef TCPTRAV_LAB_CABLE_H
#define TCPTRAV_LAB_CABLE_H

#include "base/error.h"
#include "nat/link.h"

#include <net/if.h>

#define CABLE_LINKS 8

struct cable_link {
	char ends[2][IF_NAMESIZE];	/* interfaces */
	struct link_config config[2];	/* from the first end to the second,
					   and back */
};

/* What makes a cable begin anew: the seeds of its links' directions. */
struct cable_order {
	uint64_t seed[CABLE_LINKS][2];
};

/* What its links did since they began anew: told when a packet was lost, or
   sent later, by a good part, than any before. */
struct cable_report {
	uint64_t seed;		/* the order's first */
	int64_t late;		/* ns: how late the latest frame was sent */
	uint64_t lost;		/* packets: lost on the wire, or no room */
};

struct cable_config {
	struct cable_link links[CABLE_LINKS];
	unsigned count;
	int orders;		/* SEQPACKET socket: at a cable_order all that
				   is under way is lost, and the links begin
				   anew; its first seed is the answer.
				   cable_reports go there, too. cable_run()
				   returns at its end */
};

/*
 * cable_run - carry frames until told to stop
 * @ready: called once every interface is open; may be NULL
 */
bool cable_run(const struct cable_config *config, void (*ready)(void *),
	       void *argument, struct error *e);

#endif
