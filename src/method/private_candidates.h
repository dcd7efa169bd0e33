/*
 * The private candidates of an attempt: told to the peer, and tried in
 * P2P-NAT's way beside whatever the method does: listen, connect with full TTL,
 * repeat what is refused (Ford, Srisuresh and Kegel 2005, section 4.2). They
 * have evidence of their own, so nothing that comes from a private address is
 * taken for the public candidate's.
 */
#ifndef TCPTRAV_METHOD_PRIVATE_CANDIDATES_H
#define TCPTRAV_METHOD_PRIVATE_CANDIDATES_H

#include "method/attempt_internal.h"

/* private_candidates_begin - at an order's begin: nothing is tried yet */
void private_candidates_begin(struct attempt *a);

/*
 * private_candidates_tell - the peer has been introduced: put this host's
 * private endpoints into the greeting; if private candidates are tried, listen
 * @greeting: not sent yet
 */
void private_candidates_tell(struct attempt *a, struct peer_message *greeting);

/* private_candidates_told - the peer's greeting, a->greeting, has arrived:
   connect to what it told, if private candidates are tried */
void private_candidates_told(struct attempt *a);

/* private_candidates_step - connect again where that is due
   Return: when to call it again */
int64_t private_candidates_step(struct attempt *a);

/*
 * private_candidates_evidence - whose evidence is a captured packet?
 * Return: a private candidate's; NULL: nobody's, as it comes from where a
 *         candidate may be that is not told yet; else the public one's
 */
struct evidence *private_candidates_evidence(struct attempt *a, bool outgoing,
					     const uint8_t *bytes,
					     size_t length);

/* private_candidates_pending - can one still become the connection? */
bool private_candidates_pending(const struct attempt *a);

/* private_candidates_chosen - has the peer proved itself on one, so that it is
   about to become the connection? */
bool private_candidates_chosen(const struct attempt *a);

/* private_candidates_mechanism - what established the stream @s of one */
enum mechanism private_candidates_mechanism(const struct attempt *a,
					    const struct stream *s);

#endif
