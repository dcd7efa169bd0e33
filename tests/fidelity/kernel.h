/*
 * The kernel's NAT in a namespace. This process has the other end of both its
 * links: it sends and receives packets, and reads conntrack's state.
 *
 *	inside 10.0.0.2 (we) --- 10.0.0.1 NAT 203.0.113.1 --- 203.0.113.2 (we)
 */
#ifndef TCPTRAV_TESTS_FIDELITY_KERNEL_H
#define TCPTRAV_TESTS_FIDELITY_KERNEL_H

#include "build.h"

#include "base/error.h"

#define KERNEL_BATCH 128

struct kernel;

/*
 * kernel_new - a fresh NAT, its tables empty
 * The process is in a namespace of the NAT's until kernel_free().
 * @name: of the lab's kernel NATs, "linux"
 */
struct kernel *kernel_new(const char *name, struct error *e);
void kernel_free(struct kernel *k);

struct kernel_packet {
	enum nat_side side;		/* sent from, or come out on */
	size_t length;
	uint8_t bytes[BUILD_ROOM];
};

/* kernel_out - called for each packet that comes out of the NAT */
typedef void (*kernel_out)(void *argument, const struct kernel_packet *p);

/*
 * kernel_exchange - send packets in, and wait until all have gone through
 * A marker follows them on each side. All of it runs on one processor, whose
 * queue is first in, first out: when both markers have come out, so have all
 * packets before them.
 * @at: when, ns
 * Return: false with a sentence when a marker was lost
 */
bool kernel_exchange(struct kernel *k, const struct kernel_packet *packets,
		     unsigned count, kernel_out out, void *argument,
		     int64_t *at, struct error *e);

/*
 * kernel_state - conntrack's state of a flow: "NONE", "SYN_SENT", ... of
 * TCP; "UNREPLIED", "REPLIED", "ASSURED" of others. Static text.
 */
const char *kernel_state(struct kernel *k, const struct sequence *s,
			 unsigned step, unsigned slot);

#endif
