/*
 * The inside of a prediction: one order of one approach, walked in time.
 * Only predict/ includes this.
 *
 * Endpoints and sequence numbers are names, not numbers: a spot is an address
 * and a port that nothing else has, and of a segment's numbers it is only
 * said which socket's they are and how far NATs have moved them.
 */
#ifndef TCPTRAV_PREDICT_WALK_H
#define TCPTRAV_PREDICT_WALK_H

#include "predict/predict.h"

#include <stdbool.h>
#include <stdint.h>

enum { A, B, SIDES };

/* An endpoint. */
struct spot {
	int address, port;
};

static inline bool spot_equal(struct spot x, struct spot y)
{
	return x.address == y.address && x.port == y.port;
}

/* A sequence number: which of its side's sockets chose it, the later the
   greater, and the offsets of the NATs that rewrote it. Two of one shift can be
   compared; of others nobody knows which is the greater. */
struct number {
	int isn;		/* -1: none, or 0 on the wire */
	uint64_t shift;
};

static inline bool number_equal(struct number x, struct number y)
{
	return x.isn == y.isn && x.shift == y.shift;
}

/* number_is - is it the socket's, as the socket itself has it? */
static inline bool number_is(struct number x, int isn)
{
	return x.isn == isn && !x.shift;
}

/* ---- packets ---- */

enum kind { KIND_SYN, KIND_SYN_ACK, KIND_ACK, KIND_DATA, KIND_RST,
	    KIND_TIME_EXCEEDED, KIND_UNREACHABLE };

#define KIND_IS_ICMP(k) ((k) >= KIND_TIME_EXCEEDED)

enum maker { MADE_BY_KERNEL, MADE_BY_FORGER, MADE_BY_S, MADE_BY_NAT,
	     MADE_BY_ROUTER };

#define TTL_USUAL 64

struct parcel {
	enum kind kind;
	enum maker maker;
	int from;		/* the side that it is, or claims to be, of */
	int to;			/* the side that it is for */
	struct spot source, destination;	/* as it is on the wire now */
	int ttl;
	struct number sequence;	/* its sender's, as it is on the wire now */
	struct number acks;	/* its receiver's; isn -1: no ACK flag */
	bool has_proof;		/* and the receiver's proof; a bare RST begins
				   after it */
	/* an ICMP error: */
	struct spot quoted_source, quoted_destination;
	struct number quoted_sequence;
	int quoted_ttl;
	enum kind quoted;
};

/* ---- a NAT ---- */

/* What a session has seen: the paper's sequences are made of these. */
enum seen {
	SYN_OUT = 1, SYN_IN = 2, SYN_ACK_OUT = 4, SYN_ACK_IN = 8,
	RST_IN = 16, TIME_EXCEEDED_IN = 32, UNREACHABLE_IN = 64,
};

/* Of a connection, as Linux's conntrack names them (tracked.c). */
enum tracked { TRACKED_NONE, TRACKED_SYN_SENT, TRACKED_SYN_RECV,
	       TRACKED_ESTABLISHED, TRACKED_SYN_SENT2, TRACKED_CLOSE };

/* What conntrack knows of a connection. Its peers: who opened it, the other. */
struct track {
	enum tracked state;
	bool answered;		/* a packet in reply direction was accepted */
	bool assured;
	bool simultaneous;	/* it has been in SYN_SENT2 */
	bool liberal;		/* its beginning was not seen */
	enum kind last;		/* the last packet's, and its direction */
	bool last_reply;
	struct number ignored;	/* of a SYN that was, its number; of an ACK,
				   what it acknowledges */
	struct {
		bool known, acknowledges;
		struct number sends, acknowledged;
	} peers[2];
};

struct binding {
	bool used;
	bool own;		/* the NAT's own stack has it */
	bool collided;		/* its port is not the inside's */
	struct spot inside, external;
	struct spot key;	/* of the remote endpoint, what must be the
				   same to share it */
};

struct session {
	bool used;
	bool ended;		/* by an axis "after-..." = end */
	bool opened_in;
	bool settled;		/* SYNs, with or without ACK, both ways */
	bool reset;		/* then a RST */
	int mapping;		/* index */
	struct spot remote;
	unsigned seen;		/* enum seen */
	struct number syn;	/* of the inside's latest SYN */
	uint64_t offset;	/* added to the inside's numbers */
	struct track track;
};

enum { MAPPINGS = 16, SESSIONS = 24, BLOCKLIST_SIZE = 4 };

struct box {
	const struct profile *profile;
	int side, level;
	char name[8];		/* "NAT A", "NAT B2" */
	int inside_address, outside_address;
	int first_address;	/* of those outside: the latest order's */
	struct binding mappings[MAPPINGS];
	struct session sessions[SESSIONS];	/* the newest last */
	unsigned mapping_count, session_count;
	int banned[BLOCKLIST_SIZE];
	unsigned ban_count;
};

/* ---- a host ---- */

enum socket_state { SOCKET_FREE, SOCKET_SYN_SENT, SOCKET_SYN_RECV,
		    SOCKET_ESTABLISHED };

struct socket {
	enum socket_state state;
	bool accepted;
	struct spot remote;
	int isn;
	struct number peer;	/* its numbers, as they came */
	int ttl;
	int sends;		/* of SYN or SYN-ACK, so far */
	unsigned timer;		/* when it is sent again: the newest counts */
	int proof_sends;
	bool hurried;		/* it was sent again at once */
	bool proof_sent, proof_in, proof_acked;
	double challenged;	/* when what fits nothing last got an ACK; 0 */
};

enum first { FIRST_NONE, FIRST_SYN, FIRST_SYN_ACK };

/* What the packets have said to a host (method/evidence.h). */
struct clues {
	bool sent;		/* a SYN of its own */
	enum first first;
	enum maker first_maker;
	bool kernel_syn_ack;	/* the peer's kernel answered its SYN */
	unsigned syn_acks;
	bool syn_in, syn_ack_out, forged_out;
	bool rst_in, rst_out_for_syn, syn_ack_wrong, other_port;
	bool exceeded, unreachable;
	int exceeded_from, unreachable_from;
};

/* Where a host is in its method's page. */
enum step { STEP_HOLD, STEP_GREETING, STEP_ANSWER, STEP_READY_IN,
	    STEP_EXCHANGE, STEP_PROVE, STEP_OVER };

struct host {
	int side;
	struct spot local, public;
	bool opener, listening;
	enum step step;
	struct socket connecting, accepted;
	int isns;		/* given out */
	unsigned connects;
	double syn_at;
	int syn_ttl;		/* of a SYN that is to die; 0 */
	bool hold_bytes, asked_spoofing, spoofed;
	bool repeats;		/* its forging, or its question to S */
	bool has_their_syn, has_ready, has_greeting, has_gone;
	bool connect_failed;
	bool retry;		/* one is due */
	bool vanished;		/* the peer has left */
	enum cause peer_cause;
	double deadline;
	struct clues clues;
	enum outcome outcome;
	enum cause cause;
	double over_at, authenticated_at;
	enum mechanism mechanism;
};

/* ---- time ---- */

enum event_kind { EVENT_PARCEL, EVENT_AT_HOST, EVENT_TURN, EVENT_LETTER,
		  EVENT_SPOOF, EVENT_AGAIN, EVENT_RESEND,
		  EVENT_PROVE_AGAIN, EVENT_RETRY, EVENT_WAKE };

enum letter_kind { LETTER_TOLD_GREETING, LETTER_TOLD_SYN, LETTER_TOLD_READY,
		   LETTER_TOLD_GONE, LETTER_TOLD_SPOOFED,
		   LETTER_TOLD_LEFT /* no letter: S says so */ };

struct event {
	double at;
	unsigned serial;	/* of equal times the first made comes first */
	enum event_kind kind;
	int side;
	struct parcel parcel;
	enum letter_kind letter;
	enum cause cause;	/* of LETTER_TOLD_GONE */
	int isn;		/* whose timer it is */
	unsigned timer;		/* EVENT_RESEND: which */
};

enum { EVENTS = 48 };

struct walk {
	const struct predict_setting *set;
	const struct approach *approach;
	unsigned order;
	double d, timeout;
	double now;
	unsigned serial, event_count;
	struct event events[EVENTS];
	struct box boxes[SIDES][PREDICT_LEVELS];
	struct host hosts[SIDES];
	int ports;		/* names given out */
	uint64_t offset;	/* the latest that a NAT got */
	int spoof_asked;
	int low_ttl[SIDES];
	bool luck;		/* how random choices fall */
	bool lucky[SIDES];	/* and the times of what a host repeats */
	bool reversed;		/* what is repeated at random times comes in
				   the other order */
	bool drew;		/* there were some */
	struct prediction *out;
};

/* ---- events.c ---- */

/* walk_at - make something happen at @at; Return: it, to be filled in */
struct event *walk_at(struct walk *w, double at, enum event_kind kind,
		      int side);
/* walk_next - take the first event out; false: nothing is left */
bool walk_next(struct walk *w, struct event *out);

/* ---- rules.c ---- */

/* A packet's way through a NAT. */
enum way { WAY_OUT, WAY_IN };

/*
 * rule_refuses - which axis about orders of packets keeps one out
 * @s:     its session, before the packet
 * Return: its name and value as "after-rst-in = syn-ack"; NULL: none
 */
const char *rule_refuses(const struct profile *p, const struct session *s,
			 enum way way, enum kind kind);

/* rule_remember - what the packet adds to its session; does an axis end it? */
bool rule_remember(const struct profile *p, struct session *s, enum way way,
		   const struct parcel *parcel);

/* rule_is_over - would a SYN begin a new connection in it? */
bool rule_is_over(const struct session *s);

/* ---- tracked.c ---- */

enum tracking { TRACKING_PASS, TRACKING_INVALID, TRACKING_DESTROY,
		TRACKING_RENEW };

/* tracked_opens - may the packet begin a connection? */
bool tracked_opens(enum kind kind);
/* tracked_open - it has begun this one */
void tracked_open(struct session *s, const struct parcel *parcel);
/* tracked_packet - what becomes of the connection, and of the packet */
enum tracking tracked_packet(struct walk *w, const struct profile *p,
			     struct session *s, enum way way,
			     const struct parcel *parcel);

/* ---- binding.c ---- */

/* binding_out - what the packet's source is outside; -1 and the axis that
   refuses it, if it gets none */
int binding_out(struct walk *w, struct box *box, const struct parcel *p,
		const char **reason);
/* binding_external - the newest mapping that is there; -1: none */
int binding_external(const struct box *box, struct spot external);

/* session_find - the newest with that side's endpoint and that remote one;
   NULL: none. Ended ones are not found. */
struct session *session_out(struct box *box, struct spot inside,
			    struct spot remote);
struct session *session_in(struct box *box, struct spot external,
			   struct spot remote);
struct session *session_new(struct walk *w, struct box *box, int mapping,
			    struct spot remote, bool opened_in);
/* session_remove - forget it, and its mapping with the last */
void session_remove(struct box *box, struct session *s);

/* ---- middlebox.c ---- */

enum fate { FATE_PASS, FATE_DROP, FATE_ANSWER };

/*
 * box_out, box_in - a packet meets a NAT from its inside, from its outside
 * @p:      becomes what leaves it; its TTL is counted
 * @answer: what the NAT says to the sender instead
 */
enum fate box_out(struct walk *w, struct box *box, struct parcel *p,
		  struct parcel *answer);
enum fate box_in(struct walk *w, struct box *box, struct parcel *p,
		 struct parcel *answer);
/* box_turned - as box_in(), for what came from inside and was turned back:
   its TTL is counted already */
enum fate box_turned(struct walk *w, struct box *box, struct parcel *p,
		     struct parcel *answer);

/* ---- road.c ---- */

/* road_send - from a host, now */
void road_send(struct walk *w, const struct parcel *p);
/* road_arrive - at the outside of a side's outermost NAT, now */
void road_arrive(struct walk *w, const struct parcel *p);
/* road_turn - at the one NAT, from @side inside it (ROAD_ONE_NAT) */
void road_turn(struct walk *w, const struct parcel *p);
/* road_register - let each host's connection to S make its mappings: sets
   host->public */
void road_register(struct walk *w);
/* road_probe_port - the endpoint at which S's other port would see @h */
bool road_probe_port(struct walk *w, struct host *h, struct spot *seen);
/* road_ttl - the low TTL that --ttl auto finds; 0: none */
int road_ttl(struct walk *w, int side);

/* ---- kernel.c ---- */

/* kernel_take - a packet has come to the host */
void kernel_take(struct walk *w, struct host *h, const struct parcel *p);
/* kernel_connect - a socket with a SYN; @ttl 0: the usual one */
void kernel_connect(struct walk *w, struct host *h, int ttl);
/* kernel_resend - the timer of a SYN or SYN-ACK has run out */
void kernel_resend(struct walk *w, struct host *h, int isn, unsigned timer);
/* kernel_prove - send the proof on an established socket */
void kernel_prove(struct walk *w, struct host *h, struct socket *s);
void kernel_prove_again(struct walk *w, struct host *h, int isn);

/* ---- play.c ---- */

void play_begin(struct walk *w);
/* play_step - go on with the host's page, as far as it can */
void play_step(struct walk *w, struct host *h);
void play_letter(struct walk *w, struct host *h, const struct event *e);
void play_retry(struct walk *w, struct host *h);


/* ---- forging.c ---- */

/* forging_forge - the host's SYN-ACK, as its kernel would have sent it */
void forging_forge(struct walk *w, struct host *h);
/* forging_spoof - S has been asked to spoof */
void forging_spoof(struct walk *w);
/* forging_again - forge, or ask S, once more: a packet may have been lost */
void forging_again(struct walk *w, struct host *h);
/*
 * forging_again_later - forge or ask for spoofing once more, at a random time
 * A SYN that the kernel sends again can open a hole that its time exceeded
 * closes d later. It is good luck when the SYN-ACK comes just in between.
 * @way:  ms until it is at each side's NATs; below 0: it does not pass them
 */
void forging_again_later(struct walk *w, struct host *h,
			 const double way[SIDES]);

/* ---- reason.c ---- */

/* reason_mechanism - what took the proved socket out of SYN_SENT or LISTEN */
enum mechanism reason_mechanism(const struct host *h, const struct socket *s);
/* reason_cause - what a host that failed says; *@asked: it asked S first */
enum cause reason_cause(struct walk *w, struct host *h, bool *asked);
/* reason_shared_link - the low-TTL SYN was answered from the peer's own
   address */
bool reason_shared_link(const struct walk *w, const struct host *h);

/* ---- tell.c ---- */

/* tell - a line of the walk */
void tell(struct walk *w, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* tell_name - "A's SYN", "S's SYN-ACK", "time exceeded" */
const char *tell_name(const struct parcel *p, char text[32]);
/* tell_refused - a NAT keeps a packet: a line, and a sentence of the
   explanation */
void tell_refused(struct walk *w, const struct box *box,
		  const struct parcel *p, bool answered, const char *why);

#endif
