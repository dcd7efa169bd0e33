/* A sequence of packets through one NAT, and the names of its packets. */
#ifndef TCPTRAV_TESTS_FIDELITY_SEQUENCE_H
#define TCPTRAV_TESTS_FIDELITY_SEQUENCE_H

#include "nat/nat.h"
#include "wire/tcp.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SEQUENCE_STEPS 12
#define SEQUENCE_FLOWS 2
#define SEQUENCE_PAUSES 3		/* at most; see pauses[] */

/* The kind of a packet, also the tokens of an opening. Those from WORD_ERROR on
   are ICMP errors. */
enum sequence_word {
	WORD_SYN, WORD_SYN_ACK, WORD_ACK, WORD_DATA, WORD_FIN, WORD_RST,
	WORD_RST_ACK, WORD_DATAGRAM, WORD_ECHO, WORD_REPLY,
	WORD_ERROR, WORD_TIME_EXCEEDED, WORD_UNREACHABLE,
	WORD_COUNT
};

/* How a packet differs from what a correct endpoint would have sent. */
enum mutation {
	MUTATION_NONE,
	MUTATION_SEQ_OLD,    /* left of the window by a little */
	MUTATION_SEQ_EDGE,   /* at or beside an edge of it */
	MUTATION_SEQ_BEYOND, /* right of it */
	MUTATION_SEQ_ANY,
	MUTATION_ACK_OLD,
	MUTATION_ACK_BEYOND, /* acknowledges what was never sent */
	MUTATION_ACK_ANY,
	MUTATION_FLAGS,
	MUTATION_WINDOW,
	MUTATION_OPTIONS,
	MUTATION_SACK,	/* a block of what was never sent */
	MUTATION_AGAIN, /* an earlier packet once more */
	MUTATION_LOST,	/* lost behind the NAT */
	MUTATION_TTL,
	MUTATION_FAULT,
	MUTATION_QUOTE, /* of an error: quotes a packet that never was */
	MUTATION_COUNT
};

/* A fault of a packet's bytes. */
enum fault {
	FAULT_NONE,
	FAULT_CHECKSUM,			/* of TCP, UDP or ICMP */
	FAULT_IP_CHECKSUM,
	FAULT_CUT,			/* ends within the L4 header */
	FAULT_OFFSET_SMALL,		/* TCP's data offset */
	FAULT_OFFSET_LARGE,
	FAULT_NO_CHECKSUM,		/* UDP's is 0; that is no fault */
	FAULT_COUNT
};

/* A fault of a quote. */
enum misquote {
	MISQUOTE_NONE,
	MISQUOTE_NEAR_PORT,		/* of the host behind the NAT */
	MISQUOTE_FAR_PORT,
	MISQUOTE_FAR_ADDRESS,
	MISQUOTE_SEQUENCE,
	MISQUOTE_SWAPPED,		/* source and destination */
	MISQUOTE_IP_CHECKSUM,
	MISQUOTE_CHECKSUM,		/* of the L4 header */
	MISQUOTE_SHORT,			/* fewer than 8 bytes of L4 */
	MISQUOTE_HEADER_ONLY,
	MISQUOTE_COUNT
};

struct sequence_step {
	enum nat_side side;		/* who sends it */
	enum sequence_word word;
	enum mutation mutation;
	uint16_t pause_ms;		/* before it */
	uint8_t flow, protocol;
	uint8_t ttl;
	uint16_t id;			/* of IP */
	bool dont_fragment;
	uint16_t payload;
	enum fault fault;
	/* TCP */
	uint8_t flags;
	uint16_t window;
	uint32_t sequence, acknowledgement;
	uint8_t options_length, options[TCP_OPTIONS_MAX];
	/* ICMP */
	uint8_t type, code;
	uint32_t rest;			/* second word of an error; of an echo
					   its sequence number */
	uint8_t quoted;			/* index of the step it quotes */
	bool from_router;		/* not from the host itself */
	bool quote_8;			/* no more than 8 bytes of L4 */
	enum misquote misquote;
};

/* A host behind the NAT and one in front; numbers 0 to 2 of the sequence's
   own addresses. */
struct sequence_flow {
	uint8_t protocol;
	uint8_t near, far;
	uint16_t near_port, far_port;	/* an echo's identifier is near_port */
};

enum sequence_class {
	CLASS_ONE,			/* one flow */
	CLASS_SECOND,			/* one host, two remote endpoints */
	CLASS_CLASH,			/* two hosts, one port, one remote
					   endpoint: one cannot keep its port */
};

struct sequence {
	uint64_t id;
	enum sequence_class class;
	uint8_t flow_count, step_count;
	struct sequence_flow flows[SEQUENCE_FLOWS];
	uint32_t isn[SEQUENCE_FLOWS][2];	/* of each side, for ladders */
	struct sequence_step steps[SEQUENCE_STEPS];
};

/* The kinds, as in the papers' ladders: "SYN", "TE" ... */
extern const char *const sequence_word_names[WORD_COUNT];

#define STEP_TEXT 96
/* step_name - the packet in a word: "SYN-out", "ACK-in (seq beyond)", "ICMP
   3/1-in" */
char *step_name(const struct sequence_step *s, char buffer[STEP_TEXT]);

#endif
