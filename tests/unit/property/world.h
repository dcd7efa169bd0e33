/*
 * One run of the property test: a NAT with a random profile, hosts behind it
 * and peers in front, and an observer that knows the profile, what went in,
 * what came out and what the NAT tells everybody (events, counts, views).
 */
#ifndef TCPTRAV_TESTS_PROPERTY_WORLD_H
#define TCPTRAV_TESTS_PROPERTY_WORLD_H

#include "property/packet.h"

#include "base/clock.h"
#include "base/rng.h"
#include "nat/nat.h"
#include "profile/profile.h"

enum {
	HOSTS = 4, PEERS = 3, PORTS = 4,
	KEPT = 24,		/* packets remembered of each kind */
	SESSIONS_MOST = 400,	/* table limit */
	TOLD_MOST = SESSIONS_MOST + 1,
	SENDERS = 1024,
};

/* A session or mapping that the NAT told of. */
struct told {
	char protocol;			/* of its name: t, u, i */
	struct nat_endpoint inside, external, remote;
	bool own;			/* of the NAT's own stack */
	bool opened_out;		/* by a packet from inside to outside */
	bool has_offset;
	uint32_t offset;		/* of sequence numbers, as seen */
};

struct book_of {
	unsigned count;
	struct told rows[TOLD_MOST];
};

/* A packet that went in or came out. */
struct kept {
	struct bytes packet;
	enum nat_side side;		/* on which */
	bool partial;
};

struct ring {
	unsigned next, count;
	struct kept rows[KEPT];
};

struct world {
	uint64_t seed;
	unsigned step;
	struct rng rng;
	struct nat_config config;
	struct nat *nat;
	int64_t now;
	struct book_of sessions, mappings;	/* live, by events */
	struct book_of before;			/* sessions before the packet */
	struct book_of mappings_before;
	struct told gone[2];			/* sessions that the packet
						   itself opened and ended */
	unsigned gone_count;
	struct ring inputs, outputs;
	enum nat_side side;		/* of the packet that is on its way */
	bool hairpin;			/* it is for an external address */
	unsigned sender_count;		/* who has sent from inside */
	struct nat_endpoint senders[SENDERS];
	int64_t second;			/* of own ICMP, by icmp-rate */
	unsigned errors_sent;
	uint64_t hash;			/* of all that came out */
	struct nat_result result;
	const struct bytes *given;		/* the packet */
	uint64_t inputs_given;
	/* told of each packet, and of what became of its bytes; may be NULL */
	void (*also)(struct world *w, enum nat_side side,
		     const struct bytes *packet, const struct nat_packet *raw);
	void *argument;
	unsigned leaks;			/* that were compared */
	bool deaf;			/* to events, from now on */
};

/* HOLDS - or the test fails, and says how to come back here */
#define HOLDS(w, condition)						\
	do {								\
		if (!(condition))					\
			broken((w), #condition, __FILE__, __LINE__);	\
	} while (0)

_Noreturn void broken(const struct world *w, const char *what,
		      const char *file, int line);

void world_start(struct world *w, uint64_t seed, const struct profile *p,
		 uint32_t sessions);
void world_end(struct world *w);

/* The addresses: 192.168.1.2.. and fd00:1::2.., 198.51.100.1.. and
   2001:db8:2::1.., 203.0.113.1.. and 2001:db8:1::1 */
struct nat_endpoint host_at(bool ipv6, unsigned i);
struct nat_endpoint peer_at(bool ipv6, unsigned i);
struct nat_endpoint external_at(bool ipv6, unsigned i);
struct nat_endpoint nat_inside_at(bool ipv6);

/* has_sent - has that host, from inside? note_sender() knows */
bool has_sent(const struct world *w, const struct nat_endpoint *e);
void note_sender(struct world *w, const struct nat_endpoint *e);

/* is_external - an address of the NAT's outside */
bool is_external(const struct world *w, const struct nat_endpoint *e);

/* is_translated - has the family other addresses outside, with ports? */
bool is_translated(const struct world *w, bool ipv6);

/* prefix_has - do the first 48 bits agree with fd00:1:: or 2001:db8:1::? */
bool inside_prefix_has(const struct nat_endpoint *e);
bool outside_prefix_has(const struct nat_endpoint *e);

/* The axes, as the packet's protocol has them: by 't', 'u', 'i'. */
int axis_mapping(const struct profile *p, char protocol);
int axis_ports(const struct profile *p, char protocol);
int axis_filtering(const struct profile *p, char protocol);
int axis_hairpin(const struct profile *p, char protocol);
int axis_payload(const struct profile *p, char protocol);
char letter_of(uint8_t protocol);

/* told_find - a live session by what is not NULL */
struct told *told_find(struct book_of *b, char protocol,
		       const struct nat_endpoint *inside,
		       const struct nat_endpoint *external,
		       const struct nat_endpoint *remote);

/* profile_random - axes of any values that do not contradict */
void profile_random(struct rng *r, struct profile *out);

/* give - one packet, and all that comes of it, checked */
void give(struct world *w, enum nat_side side, const struct bytes *packet,
	  bool partial);

/* stream_step - let some time pass, and give something */
void stream_step(struct world *w);

/* ---- observe.c and its kin; each is called with what came out ---- */

struct passed {
	const struct bytes *before;	/* as it went in */
	struct observed_packet was;
	bool partial;
	const uint8_t *bytes;		/* as it came out */
	size_t length;
	struct observed_packet is;
	enum nat_side side;		/* out of which it comes */
	bool turned;			/* a hairpin */
	bool own_checksum_checked;
};

void observe_passed(struct world *w, const struct passed *p);
void observe_reply(struct world *w, const struct bytes *before,
		   const struct observed_packet *was, bool readable);
void observe_output(struct world *w, const struct nat_output *out);
void observe_tables(struct world *w);
void observe_error(struct world *w, const struct passed *p);
void observe_source(struct world *w, enum nat_side side,
		    const struct observed_packet *is);
void observe_destination(struct world *w, const struct observed_packet *is);

#endif
