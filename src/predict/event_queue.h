/* The events of a run, in order of time. */
#ifndef TCPTRAV_PREDICT_EVENT_QUEUE_H
#define TCPTRAV_PREDICT_EVENT_QUEUE_H

#include "base/result_codes.h"
#include "predict/sym_packet.h"

enum model_event_kind {
	EVENT_AT_NAT,		/* packet at the outside of @side's NATs */
	EVENT_AT_HOST,		/* packet at the host */
	EVENT_HAIRPIN,		/* packet at the one NAT, from @side inside */
	EVENT_MESSAGE,		/* a message for the host, through S */
	EVENT_SPOOF,		/* a request to spoof reaches S */
	EVENT_FORGE_AGAIN,	/* the SYN-ACK is forged, or S asked, again */
	EVENT_RETRANSMIT,	/* the timer of a SYN or SYN-ACK */
	EVENT_PROOF_AGAIN,	/* the timer of the proof */
	EVENT_CONNECT_AGAIN,	/* a refused connect() is repeated */
	EVENT_CONNECT_PRIVATELY,
	EVENT_WAKE,		/* a wait of the method ends */
};

enum model_message {
	MESSAGE_GREETING,
	MESSAGE_SYN,		/* the peer's SYN, as it captured it */
	MESSAGE_READY,
	MESSAGE_GAVE_UP,
	MESSAGE_SPOOFED,	/* from S: both SYN-ACKs are sent */
	MESSAGE_LEFT,		/* from S: the peer is no longer connected */
};

struct model_event {
	double at;		/* ms */
	unsigned serial;	/* orders events of equal times */
	enum model_event_kind kind;
	int side;
	struct sym_packet packet;
	enum model_message message;
	enum cause cause;	/* of MESSAGE_GAVE_UP */
	int isn;		/* whose timer it is */
	unsigned timer;		/* EVENT_RETRANSMIT: which of that socket */
};

enum { EVENTS = 48 };

struct event_queue {
	unsigned serial, count;
	struct model_event events[EVENTS];
};

/*
 * event_queue_add - add an event
 * Return: the event, for its other fields. It stays valid until the next call.
 */
struct model_event *event_queue_add(struct event_queue *q, double at,
			      enum model_event_kind kind, int side);

/*
 * event_queue_next - take the earliest event out; of equal times the one that
 * was added first
 * Return: false when the queue is empty
 */
bool event_queue_next(struct event_queue *q, struct model_event *out);

#endif
