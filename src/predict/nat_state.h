/* What a simulated NAT remembers. */
#ifndef TCPTRAV_PREDICT_NAT_STATE_H
#define TCPTRAV_PREDICT_NAT_STATE_H

#include "predict/sym_packet.h"
#include "profile/axis.h"

enum model_direction { OUTBOUND, INBOUND };

/* What a session has seen. The paper's sequences are made of these. */
enum seen_flag {
	SYN_OUT = 1, SYN_IN = 2, SYN_ACK_OUT = 4, SYN_ACK_IN = 8,
	RST_IN = 16, TIME_EXCEEDED_IN = 32, UNREACHABLE_IN = 64,
};

/* A connection's state, by the names of Linux's conntrack. */
enum ct_state { CT_NONE, CT_SYN_SENT, CT_SYN_RECV, CT_ESTABLISHED,
		CT_SYN_SENT2, CT_CLOSE };

/* What conntrack knows of a connection. */
struct model_conntrack {
	enum ct_state state;
	bool answered;		/* a packet in reply direction was accepted */
	bool assured;
	bool simultaneous;	/* it has been in SYN_SENT2 */
	bool liberal;		/* its beginning was not seen */
	enum sym_kind last;	/* the last packet, and its direction */
	bool last_reply;
	struct sym_seq ignored;	/* of an ignored SYN its sequence number, of an
				   ignored ACK what it acknowledges */
	struct {
		bool known, acknowledges;
		struct sym_seq sends, acknowledged;
	} peers[2];		/* the opener; the other end */
};

struct model_mapping {
	bool used;
	bool own;		/* it belongs to the NAT's own stack */
	bool collided;		/* the inside port was taken */
	struct sym_endpoint inside, external;
	struct sym_endpoint key;	/* the parts of the remote endpoint
					   that must be equal to share it */
};

struct model_session {
	bool used;
	bool ended;		/* by an axis "after-..." = end */
	bool opened_in;
	bool settled;		/* SYNs, with or without ACK, both ways */
	bool reset;		/* a RST after that */
	int mapping;		/* index */
	struct sym_endpoint remote;
	unsigned seen;		/* enum seen_flag */
	struct sym_seq syn;	/* of the inside's latest SYN */
	uint64_t offset;	/* added to the inside's numbers */
	struct model_conntrack conntrack;
};

enum { MAPPINGS = 16, SESSIONS = 24, BLOCKED = 4 };

struct model_nat {
	const struct profile *profile;
	int side, level;
	char name[8];		/* "NAT A", "NAT B2" */
	int inside_address, outside_address;
	int first_address;	/* the external address of this order's first
				   mapping */
	struct model_mapping mappings[MAPPINGS];
	struct model_session sessions[SESSIONS];	/* the newest last */
	unsigned mapping_count, session_count;
	int blocked[BLOCKED];	/* addresses: unsolicited-syn = ban */
	unsigned blocked_count;
};

#endif
