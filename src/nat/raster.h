/*
 * The moments at which a link hands packets over: one in each `width`. With
 * them neither does what a machine takes to handle packets add up from link to
 * link, nor do packets come when a kernel's timers run, which are counted in
 * ticks; so that what comes of a trial does not hang on microseconds.
 *
 * A packet counts as one that entered in the middle of its width, whenever in
 * it it did. So from width to width it takes the nearest whole number of them
 * to its delay and jitter: on average as long where the jitter is some widths,
 * but without any 5 ms are always 4, and 10 are 12, where a width is 4. What is
 * left beyond whole widths becomes an eighth as long, after `place`: the order
 * is kept, and what would take different times still does, by a little.
 *
 * Pure.
 */
#ifndef TCPTRAV_NAT_RASTER_H
#define TCPTRAV_NAT_RASTER_H

#include <stdint.h>

struct raster {
	int64_t width;		/* ns; 0: none, any moment will do */
	int64_t phase;		/* of clock_now() where one begins */
	int64_t place;		/* after that, at most 7/8 of it; negative: as
				   long after it as a packet came in */
};

/* raster_enters - when it counts as entering, what does so at @now */
int64_t raster_enters(const struct raster *r, int64_t now);

/*
 * raster_hand_over - when it is handed over, what entered at @now and comes out
 * at @due, by raster_enters()
 */
int64_t raster_hand_over(const struct raster *r, int64_t now, int64_t due);

#endif
