/*
 * What the conformance tests stand on: a NAT of the profile on trial, hosts
 * behind it and peers in front, and checks that note a failure instead of
 * ending the program.
 */
#ifndef TCPTRAV_TESTS_CONFORMANCE_HARNESS_H
#define TCPTRAV_TESTS_CONFORMANCE_HARNESS_H

#include "../unit/nat_fixture.h"

#include <stdbool.h>

#define HOST2    UINT32_C(0xc0a80103)	/* 192.168.1.3, another inside host */
#define HOST3    UINT32_C(0xc0a80104)
#define PEER2    UINT32_C(0xc6336403)	/* 198.51.100.3 */

enum { PROTOCOL_ICMP = 1, PROTOCOL_TCP = 6, PROTOCOL_UDP = 17 };
enum { ECHO_REPLY = 0, ECHO_REQUEST = 8 };

enum conformance_outcome {
	PASSED, FAILED,
	UNTRIED,		/* another requirement is broken without which
				   there is nothing to look at */
};

/* One test of one profile. */
struct conformance_test {
	struct nat_config config;	/* of the next NAT; tests may set axes
					   of config.profile */
	struct nat *nat;
	int64_t now;
	struct nat_result result;	/* of the last packet */
	struct packet_bytes out;	/* the last one as it came out */
	enum conformance_outcome outcome;
	char why[200];			/* "" when passed without a remark */
};

typedef void (*conformance_function)(struct conformance_test *t);

/* conformance_run - try one requirement on a profile; the outcome is in @t */
void conformance_run(struct conformance_test *t, const struct profile *profile,
		     conformance_function test);

/* require - @ok, or the trial fails (the first reason is kept)
   Return: @ok */
bool require(struct conformance_test *t, bool ok, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* untried - there is nothing to look at; nothing if it has failed before */
void untried(struct conformance_test *t, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* remark - what was seen, where anything is allowed */
void remark(struct conformance_test *t, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* ---- the NAT ---- */

/* new_nat - a new NAT of the test's configuration replaces the old one */
void new_nat(struct conformance_test *t);

/* advance - let time pass */
void advance(struct conformance_test *t, double seconds);

/*
 * send_out, send_in - a packet comes from inside, from outside
 * Return: does it come out of the NAT (t->out is it then)? With wrong
 *         checksums the trial fails.
 */
bool send_out(struct conformance_test *t, struct packet_bytes p);
bool send_in(struct conformance_test *t, struct packet_bytes p);

/* collect - the next packet that the NAT sends of itself, into t->out
   Return: is there one? */
bool collect(struct conformance_test *t, enum nat_side *side);

/* is_reply - did the last packet get an ICMP error of that type and code as
   an answer? */
bool is_reply(const struct conformance_test *t, unsigned type, unsigned code);

/* is_external - is it an address of the NAT's outside? */
bool is_external(const struct conformance_test *t, uint32_t address);

/* ---- connections, exchanges of datagrams and echoes ---- */

struct test_flow {
	unsigned protocol;
	uint32_t host, peer;
	unsigned port, peer_port;	/* ICMP: the identifier is port */
	uint32_t external;		/* what flow_out() saw last */
	unsigned external_port;
	struct packet_bytes sent;	/* the last one, as it left */
	struct packet_bytes received;	/* the last one, as it arrived */
};

/* flow_of - from @host's @port to the usual peer */
struct test_flow flow_of(unsigned protocol, uint32_t host, unsigned port);

/* flow_to - the same inside endpoint, another remote one */
struct test_flow flow_to(const struct test_flow *f, uint32_t peer,
			 unsigned port);

/* flow_packet_out, flow_packet_in - as the host, as the peer sends it;
   @flags: of TCP, others ignore them */
struct packet_bytes flow_packet_out(const struct test_flow *f, unsigned flags);
struct packet_bytes flow_packet_in(const struct test_flow *f, unsigned flags);

/* flow_out - does one from the host leave, to the peer? */
bool flow_out(struct conformance_test *t, struct test_flow *f, unsigned flags);

/* flow_in - does one from the peer reach the host? */
bool flow_in(struct conformance_test *t, struct test_flow *f, unsigned flags);

/* flow_open - SYN, datagram or query out */
static inline bool flow_open(struct conformance_test *t, struct test_flow *f)
{
	return flow_out(t, f, SYN);
}

/* flow_establish - the three-way handshake, from inside */
bool flow_establish(struct conformance_test *t, struct test_flow *f);

/* flow_error_in - does an ICMP error from @from about what was sent last
   come in to the host? */
bool flow_error_in(struct conformance_test *t, const struct test_flow *f,
		   uint32_t from, unsigned type, unsigned code);

/* flow_error_out - does the host's ICMP error about what it received last
   leave? */
bool flow_error_out(struct conformance_test *t, const struct test_flow *f,
		    unsigned type, unsigned code);

/* ---- what goes for many requirements ---- */

/* A state that is to last, and the packet that shows whether it does. */
struct lasting {
	unsigned protocol;
	bool (*enter)(struct conformance_test *t, struct test_flow *f);
	bool (*probe)(struct conformance_test *t, struct test_flow *f);
	const char *what;
};

/* lasts - is it there @seconds after? Untried if it isn't there at once.
   Return: false if it isn't */
bool lasts(struct conformance_test *t, const struct lasting *l, double seconds);

/* ends_at - it is there before @seconds, and no more after */
bool ends_at(struct conformance_test *t, const struct lasting *l,
	     double seconds);

bool probe_syn_ack(struct conformance_test *t, struct test_flow *f);
bool probe_syn(struct conformance_test *t, struct test_flow *f);
bool probe_ack(struct conformance_test *t,
	       struct test_flow *f); /* or a datagram */

/* ---- bytes ---- */

uint32_t source_of(const struct packet_bytes *p);
uint32_t destination_of(const struct packet_bytes *p);
unsigned source_port_of(const struct packet_bytes *p);
unsigned destination_port_of(const struct packet_bytes *p);

/* is_sealed - are its checksums right (a fragment's: the IP header's)? */
bool is_sealed(const uint8_t *ip);

/* with_data - a TCP or UDP packet with this behind its header */
struct packet_bytes with_data(struct packet_bytes p, const void *data,
			      size_t length);

/* text_of - an address for a sentence; @room is where it is written */
const char *text_of(uint32_t address, char room[16]);

#endif
