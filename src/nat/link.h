/*
 * The link model, one direction: which packets arrive, how often, and when.
 * Pure. A packet passes, in this order,
 *
 *	the queue	it waits until the packets before it are sent; one
 *			that would have to wait for longer than `queue` is
 *			dropped (tail drop), and takes no time of the sender
 *	the sender	takes length * 8 / rate
 *	the wire	loses it, or delays it by `delay` and a jitter that is
 *			uniform in [0, jitter), but never so that it comes out
 *			before the packet in front of it: jitter keeps the
 *			order; then copies it, then makes it late
 *
 * A duplicate follows its original at once. A reordered packet is held back
 * by reorder_by, and whatever comes out of the link in that time overtakes
 * it: it is the late one that is reordered, as RFC 4737 3 counts.
 *
 * What a packet is (identity.h), and how often the same was there before,
 * decides its fate, with the seed, and nothing else: not when it enters, how
 * long it is, or what other packets pass. So two runs that send the same lose
 * the same, though not in the same order. No two packets share a draw, and
 * loss, copies, lateness and jitter are a draw each, whatever the other knobs
 * are: the packets lost with `loss` 0.1 are among those lost with 0.2, with
 * and without jitter. Packets that were dropped or lost count as others do, and
 * a lost one keeps its place in the order.
 */
#ifndef TCPTRAV_NAT_LINK_H
#define TCPTRAV_NAT_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct link_config {
	int64_t delay, jitter;		/* ns */
	double loss, duplicate, reorder;	/* 0 to 1 */
	int64_t reorder_by;		/* ns; 0: nothing is reordered */
	uint64_t rate;			/* bit/s; 0: no queue, no sender */
	int64_t queue;			/* ns */
	uint64_t seed;
};

/* How often each was there. Two rows of counts, each found by a hash of its
   own; the lower of the two is the one that fewer others share. Those that
   share both have their numbers in turn: never the same one twice. */
#define LINK_ROWS 2
#define LINK_COUNTS 2048

struct link_model {
	struct link_config config;
	int64_t free_at;		/* when the sender has sent all */
	int64_t last;			/* when the last in order comes out */
	bool draws;			/* or fates follow from times alone */
	uint32_t counts[LINK_ROWS][LINK_COUNTS];
};

/* What becomes of a packet. */
struct link_fate {
	unsigned copies;	/* 0: it is lost; 2: duplicated */
	bool late;		/* it is held back, and may be overtaken. The
				   late ones keep their order, and so do the
				   others: due times in each never decrease */
	int64_t due;		/* when it comes out, with its copies */
};

/* link_init - nothing has entered yet; @config is copied */
void link_init(struct link_model *l, const struct link_config *config);

/* link_draws - is there anything that is drawn? Else nobody asks which packet
   it is that enters. */
bool link_draws(const struct link_config *config);

/*
 * link_input - a packet of @length bytes enters at @now, which never
 * decreases
 * @identity: which one; means nothing where nothing is drawn
 * Return: its fate; late and due mean nothing when there are no copies
 */
struct link_fate link_input(struct link_model *l, int64_t now, size_t length,
			    uint64_t identity);

/* link_is_perfect - does each packet come out as it enters, at once? */
bool link_is_perfect(const struct link_config *config);

#endif
