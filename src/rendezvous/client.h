/*
 * A host's connection to S, from the local port that the traversal uses.
 * Non-blocking; uses the machine through host/host.h only.
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
	CLIENT_OBSERVED,	/* S has sent the endpoint at which it sees
				   this host */
	CLIENT_JOINED,		/* waiting for the introduction */
	CLIENT_INTRODUCED,	/* messages to the peer can be sent */
	CLIENT_LOST,
};

/* What client_step() returns, with the fields that it has set. */
enum client_event {
	CLIENT_NO_EVENT,
	CLIENT_EVENT_OBSERVED,		/* seen, observes_udp, token */
	CLIENT_EVENT_INTRODUCED,	/* peer, udp_peer, keys, spoofing, isn,
					   peer_isn */
	CLIENT_EVENT_PEER_MESSAGE,	/* peer_message, its length */
	CLIENT_EVENT_BAD_PEER_MESSAGE,	/* discarded: forged, replayed or cut */
	CLIENT_EVENT_SPOOFED,		/* S has sent both SYN-ACKs */
	CLIENT_EVENT_PEER_LEFT,		/* reason, text */
	CLIENT_EVENT_REFUSED,		/* another error of S: reason, text */
	CLIENT_EVENT_LOST,		/* the connection to S ended: text */
};

struct client {
	struct host *host;
	enum client_state state;
	int socket;
	uint16_t port;			/* the local port */
	struct endpoint server, local;
	struct endpoint seen;		/* this host's public endpoint */
	struct endpoint peer;		/* the peer's public endpoint */
	bool spoofing;			/* S can spoof */
	bool observes_udp;		/* S has given a token */
	uint8_t token[TOKEN_BYTES];	/* for udp_observation.h */
	struct endpoint udp_peer;	/* the peer's public UDP endpoint; port
					   0: S has not observed one */
	int64_t round_trip;		/* ns, from hello to observed */
	int64_t introduced_at;		/* monotonic ns */
	struct keys keys;
	uint32_t isn, peer_isn;		/* announced: as code_isn() derives them
					   from the nonces */
	char code[CODE_TEXT];
	unsigned order;
	uint8_t nonce[NONCE_BYTES];
	char reason[32];
	char text[REASON_TEXT];
	size_t peer_message_length;
	uint8_t peer_message[SEALED_MAX];
	/* private */
	int64_t greeted_at;
	int send_failed;		/* errno, or 0 */
	bool join_early, wants_udp;
	size_t in_length, out_length;
	char in[MESSAGE_LINE], out[4 * MESSAGE_LINE];
};

struct client_config {
	struct endpoint server;
	uint16_t port;			/* to bind; 0: the system chooses */
	const char *code;		/* as code_check() returned it */
	unsigned order;			/* as in code_session_name() */
	uint8_t nonce[NONCE_BYTES];
	bool wants_udp;			/* ask S for a token */
	bool join_early;		/* send join together with hello: the
					   caller has nothing to do before */
};

/*
 * client_open - start to connect
 * Return: false with an error, and @c closed
 */
bool client_open(struct client *c, struct host *h,
		 const struct client_config *config, struct error *e);

/* client_wants - tell what to wait for on the connection; handle -1: closed */
struct host_wait client_wants(const struct client *c);

/*
 * client_step - handle the messages from S, up to the next event
 * Call it until it returns CLIENT_NO_EVENT.
 */
enum client_event client_step(struct client *c);

/* client_flush - send queued messages; call it before each wait */
void client_flush(struct client *c);

/* client_join - queue the request to be introduced (without join_early) */
void client_join(struct client *c);

/*
 * client_send_to_peer - seal a message, and queue it for the peer
 * Return: false if not introduced, @length is too long, or the connection is
 *         broken
 */
bool client_send_to_peer(struct client *c, const void *plain, size_t length);

/*
 * client_request_spoofing - queue the request for STUNT-1's SYN-ACKs
 * @syn:   this host's SYN
 * Return: false if not introduced, or the connection is broken
 */
bool client_request_spoofing(struct client *c, const struct syn_facts *syn);

/*
 * client_close - say bye and close
 * Does nothing on a closed client, after client_open() failed, and on a client
 * that is all zero.
 */
void client_close(struct client *c);

#endif
