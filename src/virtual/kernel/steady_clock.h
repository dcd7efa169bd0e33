/* SPDX-License-Identifier: GPL-2.0 */
/*
 * steady_clock.h - reading the clock takes no time
 *
 * The build (src/virtual/kernel/build) includes this file in the kernel's
 * arch/um/kernel/time.c. There each reading of the clock takes 256 ns, so that
 * a program that reads it until it moves does not wait forever. But then the
 * times of a trial depend on how often anybody has looked at the clock. Here it
 * moves only for who has read it very often at one time.
 */
#define READINGS_AT_ONE_TIME 10000

/* is_spun_on - has the clock been read so often that somebody waits for it? */
static bool is_spun_on(void)
{
	static unsigned long long last;
	static unsigned int readings;

	if (last != time_travel_time)
		readings = 0;
	last = time_travel_time;
	return ++readings > READINGS_AT_ONE_TIME;
}
