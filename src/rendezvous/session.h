/*
 * S's side of a session: a state machine over messages. Pure: a member's
 * message and the time in, messages to members and forged segments out.
 */
#ifndef TCPTRAV_RENDEZVOUS_SESSION_H
#define TCPTRAV_RENDEZVOUS_SESSION_H

#include "rendezvous/message.h"

#include <stdbool.h>
#include <stdint.h>

#define SESSION_SPOOFS 4	/* pairs of SYN-ACKs per session, no more */
#define SESSION_RELAYS 64	/* messages per member, no more */
#define SESSION_LINES  96	/* lines of any kind per member */

struct sessions;		/* all of a server's */

enum action_kind {
	ACTION_SEND,		/* message to member; member 0: the one that
				   is entering and finds no room */
	ACTION_SPOOF,		/* forge segment and send it to member */
	ACTION_CLOSE,		/* member's connection, after what was sent;
				   its number is no longer known */
	ACTION_INTRODUCED,	/* for the log and the lab: a session's two
				   members were introduced */
	ACTION_LOG,		/* message.text, for the log */
};

struct action {
	enum action_kind kind;
	uint32_t member;
	bool bye;		/* ACTION_CLOSE: the member said so */
	struct message message;
	struct segment segment;
	char session[SESSION_NAME_TEXT];	/* "" when there is none yet */
};

/*
 * action_do - carry an action out
 * Return: false when a segment could not be sent: the members are told so.
 *         Not looked at for other actions: a connection that has ended is
 *         reported with sessions_leave(), later.
 */
typedef bool (*action_do)(void *argument, const struct action *action);

struct sessions_config {
	bool can_spoof;
	uint32_t limit;		/* members at once; more get "busy" */
	int64_t idle;		/* ns that a member may be silent */
	action_do act;		/* called from within the functions below */
	void *argument;
};

/*
 * A member's number is never 0 and not soon used again. Its low 20 bits are
 * below the limit and belong to no other member present: an index.
 */
#define MEMBER_SLOT(member) ((member) & 0xfffffU)

/* sessions_new - NULL when there is no memory */
struct sessions *sessions_new(const struct sessions_config *config);
void sessions_free(struct sessions *s);

/*
 * sessions_enter - a connection was accepted
 * @seen: the endpoint that it comes from
 * Return: the member's number, 0 if there is no room (it was told and closed)
 */
uint32_t sessions_enter(struct sessions *s, const struct endpoint *seen,
			int64_t now);

/* sessions_line - a member sent a line (without newline, at most 4 KiB) */
void sessions_line(struct sessions *s, uint32_t member, const char *line,
		   size_t length, int64_t now);

/* sessions_overflow - a member sent more than 4 KiB without a newline */
void sessions_overflow(struct sessions *s, uint32_t member, int64_t now);

/* sessions_leave - a member's connection has ended */
void sessions_leave(struct sessions *s, uint32_t member, int64_t now);

/*
 * sessions_tick - close those who were silent for too long
 * Return: when to call it next
 */
int64_t sessions_tick(struct sessions *s, int64_t now);

#endif
