/*
 * The NAT engine: translates one packet at a time, as its profile says.
 * Pure: no socket, no clock, no allocation after nat_new().
 */
#ifndef TCPTRAV_NAT_NAT_H
#define TCPTRAV_NAT_NAT_H

#include "base/endpoint.h"
#include "profile/axis.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct nat;

enum nat_side { NAT_INSIDE, NAT_OUTSIDE };

enum nat_verdict {
	NAT_FORWARD,		/* send @packet out of the other side */
	NAT_DROP,
	NAT_REPLY,		/* drop it, and send @reply back out of the
				   side that it came from */
	NAT_RETURN,		/* hairpin: send @packet out of the side that
				   it came from */
	NAT_HELD,		/* the NAT keeps its bytes, and sends them or
				   fragments of them through nat_output() */
};

/* An address and a port of either family, for people and programs. */
struct nat_endpoint {
	uint8_t address[16];	/* IPv4: the first four */
	bool ipv6;
	uint16_t port;		/* ICMP: the echo identifier */
};

enum nat_event_kind {
	NAT_MAPPING_NEW, NAT_MAPPING_GONE,
	NAT_SESSION_NEW, NAT_SESSION_STATE, NAT_SESSION_GONE,
};

/* An entry of the table: a session, or a mapping, of which remote and expires
   are unset. */
struct nat_entry {
	const char *protocol;	/* "tcp", "udp", "icmp" */
	const char *state;	/* "established", "syn-sent" ... */
	struct nat_endpoint inside, external, remote;
	int64_t expires;	/* ns, on the clock of nat_input() */
};

/* An IPv6 network or address; prefix 0: there is none. */
struct nat_network6 {
	uint8_t address[16];
	uint8_t prefix;
};

struct nat_config {
	struct profile profile;
	uint32_t inside_address;	/* the NAT's own, source of its TEs to
					   inside hosts */
	uint32_t outside_address;	/* the first external address */
	struct nat_network6 inside6;	/* the NAT's own, and the inside
					   prefix (nptv6) */
	struct nat_network6 outside6;	/* the external address (nat66), and
					   the outside prefix (nptv6) */
	uint32_t inside_mtu, outside_mtu;	/* 0: packets have any size */
	uint64_t seed;			/* of random ports and offsets */
	uint32_t sessions;		/* table limit; 0: the profile's */
	/* called for every change of a mapping or session; may be NULL */
	void (*event)(void *argument, enum nat_event_kind kind,
		      const struct nat_entry *entry);
	void *argument;
};

#define NAT_REPLY_ROOM 1280

struct nat_packet {
	uint8_t *bytes;		/* from the IP header on; rewritten in place */
	size_t length;		/* never changed */
	size_t segment;		/* length of the longest packet that it will
				   be cut into (GSO); 0: it won't */
	bool partial;		/* the L4 checksum field holds the
				   un-complemented pseudo-header sum */
};

struct nat_result {
	enum nat_verdict verdict;
	const char *reason;	/* static text that names the axis and value
				   that decided ("unsolicited-syn = drop"), or
				   what was wrong ("cut short"); "" when
				   simply forwarded */
	size_t reply_length;	/* of NAT_REPLY */
	uint8_t reply[NAT_REPLY_ROOM];
};

/*
 * nat_new - make a NAT
 * Return: it, to be given to nat_free(); NULL if out of memory
 */
struct nat *nat_new(const struct nat_config *config);
void nat_free(struct nat *n);

/*
 * nat_input - one packet arrives
 * @side:   where from
 * @packet: its bytes; rewritten only when the verdict is NAT_FORWARD,
 *          NAT_RETURN or NAT_HELD
 * @now:    ns; must not go backwards; all timeouts run on it
 * @result: what to do
 * A packet cut short, with nonsense lengths or a wrong header is dropped.
 */
void nat_input(struct nat *n, enum nat_side side, struct nat_packet *packet,
	       int64_t now, struct nat_result *result);

/* A packet that the NAT sends at another time than one arrives. */
struct nat_output {
	enum nat_side side;	/* out of which */
	size_t length;
	const uint8_t *bytes;	/* good until the next call of any kind */
};

/*
 * nat_output - the next packet that is due: an ICMP error after 6 s, a fragment
 * that was held, a fragment of a packet that was too big
 * Call it until it returns false, after every NAT_HELD, after every NAT_FORWARD
 * of a fragment, and at the time of nat_wake(). More calls do no harm.
 * Return: false when none is due
 */
bool nat_output(struct nat *n, int64_t now, struct nat_output *out);

/* nat_wake - the time at which nat_output() must be called; TIME_NEVER: not
   before the next packet arrives */
int64_t nat_wake(const struct nat *n);

/*
 * nat_reload - continue with another profile
 * Sessions and mappings stay; the new profile applies from the next packet on,
 * and running timeouts change by the difference of the axes. These axes keep
 * their values, because the tables depend on them: sessions, addresses,
 * port-block, tcp-state, translation, ipv6, and whether there is a
 * port-reuse-delay.
 */
void nat_reload(struct nat *n, const struct profile *profile, int64_t now);

/*
 * nat_touch - report packets of an offloaded session (nat/flow_offload.h)
 * Its timeout starts anew at @now if the axis refresh says so for @side.
 */
void nat_touch(struct nat *n, uint32_t session, enum nat_side side,
	       uint64_t packets, int64_t now);

/* nat_expire - remove the sessions whose timeout is over, offloaded ones too;
   to be called after nat_touch(), since no packet may come that does it */
void nat_expire(struct nat *n, int64_t now);

struct nat_counts {
	uint64_t forwarded, dropped, replied;
	uint64_t offloaded;		/* of those forwarded: nat_touch() */
	uint32_t sessions, mappings;	/* now */
};
void nat_counts(const struct nat *n, struct nat_counts *out);

/* nat_sessions - call @each for every session, except ended ones */
void nat_sessions(struct nat *n,
		  void (*each)(void *argument, const struct nat_entry *entry),
		  void *argument);

/* nat_mappings - call @each for every mapping */
void nat_mappings(struct nat *n,
		  void (*each)(void *argument, const struct nat_entry *entry),
		  void *argument);

#define NAT_ENDPOINT_TEXT 56
/* nat_endpoint_text - "192.0.2.1:80", "[2001:db8::1]:80" */
const char *nat_endpoint_text(const struct nat_endpoint *e,
			      char out[NAT_ENDPOINT_TEXT]);

#endif
