/*
 * A host's connection to S, from the very port that will be punched.
 * Non-blocking; sees the machine through host/host.h.
 */
#ifndef TCPTRAV_RENDEZVOUS_CLIENT_H
#define TCPTRAV_RENDEZVOUS_CLIENT_H

#include "host/host.h"
#include "rendezvous/code.h"
#include "rendezvous/message.h"

#include <stdbool.h>
#include <stdint.h>

enum client_state {
	CLIENT_CONNECTING,
	CLIENT_GREETED,		/* hello sent */
	CLIENT_OBSERVED,	/* knows its public endpoint */
	CLIENT_JOINED,		/* waits for the peer */
	CLIENT_INTRODUCED,	/* letters can be exchanged */
	CLIENT_LOST,
};

/* What client_step() has to tell. */
enum client_event {
	CLIENT_NO_EVENT,
	CLIENT_EVENT_OBSERVED,	   /* c->seen */
	CLIENT_EVENT_INTRODUCED,   /* c->peer, c->keys, c->spoofing */
	CLIENT_EVENT_PEER_MESSAGE, /* c->peer_message, c->peer_message_length */
	CLIENT_EVENT_SPOOFED,
	CLIENT_EVENT_BAD_PEER_MESSAGE, /* one that could not be unsealed: S or a
				   stranger meddled; it is passed over */
	CLIENT_EVENT_PEER_LEFT,
	CLIENT_EVENT_REFUSED, /* c->reason, c->text: S said error */
	CLIENT_EVENT_LOST,    /* c->text: the connection to S ended */
};

struct client {
	struct host *host;
	enum client_state state;
	int socket;
	uint16_t port;			/* the local one */
	struct endpoint server, local;
	struct endpoint seen;		/* this host's public endpoint */
	struct endpoint peer;		/* the peer's */
	bool spoofing;			/* S can */
	int64_t round_trip;		/* ns: from hello to observed */
	int64_t introduced_at;		/* monotonic */
	struct keys keys;
	char code[CODE_TEXT];
	unsigned order;
	uint8_t nonce[NONCE_BYTES];
	char reason[32];
	char text[REASON_TEXT];
	size_t peer_message_length;
	uint8_t peer_message[SEALED_MAX];
	/* private */
	int64_t greeted_at;
	int send_failed;		/* errno; 0: not */
	bool join_early;
	size_t in_length, out_length;
	char in[MESSAGE_LINE], out[4 * MESSAGE_LINE];
};

struct client_config {
	struct endpoint server;
	uint16_t port;			/* to bind; 0: the system chooses */
	const char *code;		/* checked */
	unsigned order;
	uint8_t nonce[NONCE_BYTES];
	bool join_early;		/* hello and join go out together: there
					   is nothing to find out in between */
};

/*
 * client_open - begin to connect
 * Return: false when the socket cannot be had; @c is then closed
 */
bool client_open(struct client *c, struct host *h,
		 const struct client_config *config, struct error *e);

/* client_wants - what to wait for on the connection; handle -1: closed */
struct host_wait client_wants(const struct client *c);

/*
 * client_step - make progress; call it until CLIENT_NO_EVENT
 * Return: what happened; one thing at a time
 */
enum client_event client_step(struct client *c);

/*
 * client_flush - send what the functions below have queued; to be called
 * before one waits
 */
void client_flush(struct client *c);

/* client_join - ask for the introduction (not needed with join_early) */
void client_join(struct client *c);

/*
 * client_send_to_peer - seal, and queue for the peer
 * Return: false if it cannot be (not introduced, too long, lost)
 */
bool client_send_to_peer(struct client *c, const void *plain, size_t length);

/* client_request_spoofing - queue the request for STUNT-1's SYN-ACKs */
bool client_request_spoofing(struct client *c, const struct syn_facts *syn);

/*
 * client_close - say bye and close; harmless when closed already, when
 * client_open() failed, and on a client that is all zero
 */
void client_close(struct client *c);

#endif
