/* Sessions and their mappings: found, opened, refreshed and removed. */
#ifndef TCPTRAV_NAT_NAT_SESSION_H
#define TCPTRAV_NAT_NAT_SESSION_H

#include "nat/nat_internal.h"
#include "nat/translate.h"

/* nat_session_find_out, nat_session_find_in - the session of a packet from
   inside,
   from outside; NULL: none */
struct nat_session *nat_session_find_out(struct packet_context *ctx);
struct nat_session *nat_session_find_in(struct packet_context *ctx);

/* nat_session_find_quoted - find the session of the packet that an ICMP error
   quotes. Return: NULL if there is none */
struct nat_session *nat_session_find_quoted(struct packet_context *ctx);

/* nat_session_first_timer - Return: the first timeout of a session of the
   packet's protocol */
enum nat_timer nat_session_first_timer(const struct packet_context *ctx);

/*
 * nat_session_open_out - open the session of a packet from inside, with its
 * mapping
 * @timer:  its first timeout
 * @reason: static text; of NULL, the axis that refuses
 * Return:  the session; NULL when there is no room or no port
 */
struct nat_session *nat_session_open_out(struct packet_context *ctx,
					 enum nat_timer timer,
					 const char **reason);

/*
 * nat_session_open_in - open the session of a packet from outside
 * @m: the mapping that the packet is addressed to
 * The caller has checked table_full().
 * Return: NULL when the packet's addresses cannot be translated
 */
struct nat_session *nat_session_open_in(struct packet_context *ctx,
					struct nat_mapping *m,
					enum nat_timer timer);

/*
 * nat_session_open_own - give the NAT's own stack the tuple of a SYN or a
 * datagram from outside
 * Nothing happens when the tuple is taken or the table is full.
 */
void nat_session_open_own(struct packet_context *ctx);

/*
 * nat_session_map_open - filtering = open: make a mapping for the inside host
 * that an unsolicited packet goes to
 * The caller has checked table_full().
 * Return: NULL when there is no such host, or when the port is quarantined
 */
struct nat_mapping *nat_session_map_open(struct packet_context *ctx);

/* nat_session_refresh - restart a session's timeout, or start another
   timeout */
void nat_session_refresh(struct nat *n, struct nat_session *s,
			 enum nat_timer timer, int64_t now);

/* nat_session_end - end a session: no packet belongs to it any more, but it
   keeps its mapping until it would have expired */
void nat_session_end(struct nat *n, struct nat_session *s);

/* nat_session_remove - remove a session at once */
void nat_session_remove(struct nat *n, struct nat_session *s, int64_t now);

/* nat_sessions_expire - remove the sessions whose timeout is over */
void nat_sessions_expire(struct nat *n, int64_t now);

/*
 * nat_session_translation - what the inside endpoint of a session's packet
 * becomes
 * @side: where the packet comes from
 * @room: for the address that the translation points to
 */
struct translation nat_session_translation(const struct nat *n,
					   const struct nat_session *s,
					   const struct packet *p,
					   enum nat_side side,
					   uint8_t room[16]);

#endif
