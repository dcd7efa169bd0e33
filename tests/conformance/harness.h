/*
 * The harness of the conformance tests: a NAT of the tested profile, hosts
 * behind it and peers in front, and checks that record a failure instead of
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
	UNTRIED,		/* it depends on another requirement, which is
				   broken */
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
	char why[200];			/* "": passed without a remark */
};

typedef void (*conformance_function)(struct conformance_test *t);

/* conformance_run - try one requirement on a profile; the outcome is in @t */
void conformance_run(struct conformance_test *t, const struct profile *profile,
		     conformance_function test);

/* require - fail the test unless @ok; the first reason is kept
   Return: @ok */
bool require(struct conformance_test *t, bool ok, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* untried - the requirement cannot be tested; no effect after a failure */
void untried(struct conformance_test *t, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* remark - record what was seen, where anything is allowed */
void remark(struct conformance_test *t, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* ---- the NAT ---- */

/* new_nat - a new NAT of the test's configuration replaces the old one */
void new_nat(struct conformance_test *t);

/* advance - let time pass */
void advance(struct conformance_test *t, double seconds);

/*
 * send_out, send_in - a packet comes from inside, from outside
 * Return: does it come out of the NAT? It is then in t->out. With wrong
 *         checksums the test fails.
 */
bool send_out(struct conformance_test *t, struct packet_bytes p);
bool send_in(struct conformance_test *t, struct packet_bytes p);

/* collect - take the next packet that the NAT itself sends, into t->out
   Return: is there one? */
bool collect(struct conformance_test *t, enum nat_side *side);

/* is_reply - did the NAT answer the last packet with an ICMP error of that type
   and code? */
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

/* flow_error_in - does an ICMP error from @from about the last packet sent
   reach the host? */
bool flow_error_in(struct conformance_test *t, const struct test_flow *f,
		   uint32_t from, unsigned type, unsigned code);

/* flow_error_out - does the host's ICMP error about the last packet received
   leave? */
bool flow_error_out(struct conformance_test *t, const struct test_flow *f,
		    unsigned type, unsigned code);

/* ---- shared by many requirements ---- */

/* A state with a timeout, and the packet that shows whether it is still there.
   */
struct lasting {
	unsigned protocol;
	bool (*enter)(struct conformance_test *t, struct test_flow *f);
	bool (*probe)(struct conformance_test *t, struct test_flow *f);
	const char *what;
};

/* lasts - is it still there after @seconds? Untried if it is not there at
   first. */
bool lasts(struct conformance_test *t, const struct lasting *l, double seconds);

/* ends_at - is it there shortly before @seconds, and gone after? */
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

/* text_of - an address as text, written to @room */
const char *text_of(uint32_t address, char room[16]);

#endif
