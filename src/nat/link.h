/*
 * The link model, one direction: which packets arrive, how many copies, and
 * when. Pure. A packet passes, in this order,
 *
 *	the queue	It waits until the packets before it are sent. If it
 *			would wait for longer than `queue`, it is dropped (tail
 *			drop) and takes no time of the sender.
 *	the sender	takes length * 8 / rate.
 *	the wire	loses it, or delays it by `delay` and a jitter that is
 *			uniform in [0, jitter). Jitter keeps the order: no
 *			packet arrives before the one in front of it. Then the
 *			wire may duplicate it, then hold it back.
 *
 * A duplicate follows its original at once. A reordered packet is held back by
 * reorder_by; the packets that arrive meanwhile overtake it. RFC 4737 3 counts
 * the packet that is late as the reordered one.
 *
 * Fates are seeded. Three things decide a packet's fate: the seed, what the
 * packet is (nat/packet_fingerprint.h), and how many equal packets came before
 * it. The time, the length and other packets do not. So two runs that send the
 * same packets lose the same ones, even in another order. Loss, duplication,
 * reordering and jitter are drawn independently of each other's settings: the
 * packets that are lost with `loss` 0.1 are also lost with 0.2, with and
 * without jitter. A packet that is dropped or lost is counted like others, and
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

/* How many equal packets entered: a count-min sketch. Each row is indexed by
   its own hash, and the lowest count is the one that fewest other packets
   share. Packets that share all counts get different numbers. */
#define LINK_ROWS 2
#define LINK_COUNTS 2048

struct link_model {
	struct link_config config;
	int64_t free_at;		/* when the sender has sent all */
	int64_t last;			/* when the last one that was not late
					   arrives */
	bool draws;			/* link_draws() of config */
	uint32_t counts[LINK_ROWS][LINK_COUNTS];
};

/* What happens to a packet. */
struct link_fate {
	unsigned copies;	/* 0: lost; 2: duplicated */
	bool late;		/* held back, so that others may overtake it.
				   Due times of late packets never decrease,
				   nor do those of the others */
	int64_t due;		/* when it arrives, with its copies */
};

/* link_init - nothing has entered yet; @config is copied */
void link_init(struct link_model *l, const struct link_config *config);

/* link_draws - does the link lose, duplicate, reorder or jitter packets? If
   not, link_input() ignores @identity. */
bool link_draws(const struct link_config *config);

/*
 * link_input - a packet of @length bytes enters at @now, which never
 * decreases
 * @identity: packet_fingerprint() of it; ignored unless link_draws()
 * Return:    its fate; late and due are undefined when there are no copies
 */
struct link_fate link_input(struct link_model *l, int64_t now, size_t length,
			    uint64_t identity);

/* link_is_perfect - does each packet arrive at once and unchanged? */
bool link_is_perfect(const struct link_config *config);

#endif
