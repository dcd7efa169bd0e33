/*
 * Two hosts with a router between them, in three namespaces that the program
 * makes itself and that end with it; for the tests of src/host.
 *
 *	A 10.0.1.2 --- 10.0.1.1 router 10.0.2.1 --- 10.0.2.2 B
 *
 * Nothing answers at 10.0.2.9 (NOBODY): the router knows its neighbour.
 * Between functions the program is in A's namespace.
 */
#ifndef TCPTRAV_TESTS_LAB_HOST_NETWORK_H
#define TCPTRAV_TESTS_LAB_HOST_NETWORK_H

#include "base/clock.h"
#include "host/host.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define A_ADDRESS  0x0a000102
#define A_ROUTER   0x0a000101
#define B_ADDRESS  0x0a000202
#define NOBODY     0x0a000209
#define SHORTLY    (300 * NS_PER_MS)	/* what is expected happens within */
#define NEVER_SOON (30 * NS_PER_MS)	/* how long a test waits to see that
					   nothing happens */

struct host_network {
	int a, b, router;		/* namespaces */
	struct host *at_a, *at_b;
	uint16_t port;			/* the last one used; ++ for the next */
};

extern struct host_network net;

/* set_up, tear_down - cmocka's, for the group */
int set_up(void **state);
int tear_down(void **state);

/* enter - move this process to a namespace; move it back to net.a after */
void enter(int namespace);

struct endpoint at(uint32_t address, uint16_t port);

/* open_at - a socket of @h on a port, in the namespace of @h */
int open_at(struct host *h, uint16_t port);

/* await - wait for the next captured packet */
bool await(struct host *h, struct captured_packet *out, int64_t patience);

/* await_segment - the next captured TCP segment with just these flags */
bool await_segment(struct host *h, unsigned flags, struct segment *out);

/* await_state - does @s reach that state within SHORTLY? */
bool await_state(struct host *h, int s, enum tcp_state wanted);

/* send_syn - a socket of A that sent a SYN from a new, captured port */
int send_syn(const struct endpoint *to, int ttl, struct segment *syn);

#endif
