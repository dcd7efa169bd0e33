/*
 * S's state machine of members and sessions. Pure: it takes members' lines and
 * the time, and returns actions: messages, forged segments and closes.
 */
#ifndef TCPTRAV_RENDEZVOUS_SESSION_H
#define TCPTRAV_RENDEZVOUS_SESSION_H

#include "rendezvous/message.h"

#include <stdbool.h>
#include <stdint.h>

#define SESSION_SPOOFS 4	/* at most, pairs of SYN-ACKs per session */
#define SESSION_RELAYS 64	/* at most, relay messages of a member */
#define SESSION_LINES  96	/* at most, lines of any kind of a member */

struct sessions;		/* the sessions of a server */

enum session_action_kind {
	ACTION_SEND,		/* send message to member; 0: to the connection
				   that sessions_accept() refuses */
	ACTION_SPOOF,		/* forge segment and send it to member */
	ACTION_CLOSE,		/* close member's connection, without losing
				   sent messages; its number becomes invalid */
	ACTION_INTRODUCED,	/* a session's members were introduced: for
				   the log and the lab */
	ACTION_LOG,		/* log message.reason (may be "") and .text */
};

struct session_action {
	enum session_action_kind kind;
	uint32_t member;
	bool bye;		/* ACTION_CLOSE: because the member said bye */
	struct message message;
	struct segment segment;
	char session[SESSION_NAME_TEXT];	/* "": the member is in none */
};

/*
 * session_act - carry out an action
 * Return: false if ACTION_SPOOF's segment could not be sent: the members then
 *         get an error. Ignored for the other kinds: sessions_disconnected()
 *         reports a broken connection later.
 */
typedef bool (*session_act)(void *argument,
			    const struct session_action *action);

struct sessions_config {
	bool can_spoof;
	uint32_t limit;		/* members at once; others get "busy" */
	int64_t idle;		/* ns that a member may be silent */
	session_act act;	/* called from within the functions below */
	void *argument;
};

/* sessions_new - Return: NULL: out of memory */
struct sessions *sessions_new(const struct sessions_config *config);
void sessions_free(struct sessions *s);

/*
 * sessions_accept - add a member whose connection was accepted
 * @seen: the endpoint that it comes from
 * Return: the new member's number (members.h); 0: there are @limit members. The
 *         connection was sent "busy", and the caller closes it.
 */
uint32_t sessions_accept(struct sessions *s, const struct endpoint *seen,
			 int64_t now);

/*
 * sessions_receive - handle a line from a member
 * @line: without its newline; @length: at most MESSAGE_LINE - 1
 */
void sessions_receive(struct sessions *s, uint32_t member, const char *line,
		      size_t length, int64_t now);

/* sessions_observe_udp - will the caller pass datagrams on? If not (the
   default), members are given no token. */
void sessions_observe_udp(struct sessions *s, bool observes);

/*
 * sessions_datagram - handle a datagram that came to one of S's UDP ports
 * The first endpoint from which a member's token comes, with a valid cookie, is
 * the member's UDP endpoint. Later ones do not change it.
 * @answer: what to send to @from; never longer than the datagram
 * Return:  the answer's length; 0: there is none
 */
size_t sessions_datagram(struct sessions *s, const struct endpoint *from,
			 const uint8_t *datagram, size_t length, int64_t now,
			 uint8_t answer[UDP_OBSERVATION_BYTES]);

/* sessions_line_too_long - handle that a member sent MESSAGE_LINE bytes without
   a newline */
void sessions_line_too_long(struct sessions *s, uint32_t member);

/* sessions_disconnected - handle the end of a member's connection */
void sessions_disconnected(struct sessions *s, uint32_t member);

/*
 * sessions_tick - close members that have been silent for too long
 * Return: when to call it next
 */
int64_t sessions_tick(struct sessions *s, int64_t now);

#endif
