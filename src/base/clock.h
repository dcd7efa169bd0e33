/* Time is signed 64-bit nanoseconds of the monotonic clock, everywhere. */
#ifndef TCPTRAV_BASE_CLOCK_H
#define TCPTRAV_BASE_CLOCK_H

#include <stdint.h>
#include <time.h>

#define NS_PER_US INT64_C(1000)
#define NS_PER_MS INT64_C(1000000)
#define NS_PER_S  INT64_C(1000000000)
#define TIME_NEVER INT64_MAX

/* clock_now - Return: CLOCK_MONOTONIC in ns; the same clock in every namespace
   of a lab */
int64_t clock_now(void);

/* clock_wall - Return: CLOCK_REALTIME in ns, for pcap files only */
int64_t clock_wall(void);

/*
 * clock_remaining - the time from @now to @deadline as ppoll() wants it
 * Return: NULL for TIME_NEVER, else @out, never negative
 */
struct timespec *clock_remaining(int64_t now, int64_t deadline,
				 struct timespec *out);

#endif
