/*
 * Candidates: the endpoints at which a peer may be reached. The public one is
 * what S observed. The private ones are the peer's own addresses, which it
 * tells in its sealed greeting (Ford, Srisuresh and Kegel 2005, sections 3.3
 * and 4.2): behind one NAT, or on one machine, they are reachable directly.
 * Pure.
 */
#ifndef TCPTRAV_METHOD_CANDIDATES_H
#define TCPTRAV_METHOD_CANDIDATES_H

#include "base/endpoint.h"
#include "method/candidate_use.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CANDIDATES_MAX 4
#define CANDIDATE_BYTES 6		/* address and port, big-endian */

/* Private endpoints, the most promising first. */
struct candidates {
	unsigned count;
	struct endpoint at[CANDIDATES_MAX];
};

/*
 * candidates_own - the private endpoints that this host tells
 * @local:     of its connection to S: told first
 * @addresses: this machine's; those of the loopback are not told, unless it is
 *             @local's own
 */
void candidates_own(const struct endpoint *local, const uint32_t *addresses,
		    size_t count, struct candidates *out);

/*
 * candidate_refusal - why an endpoint that the peer told is never tried
 * @own: what this host told. A loopback address is tried only if this host
 *       told it, too: then both hosts are on one machine.
 * Return: "loopback", "multicast" and so on; NULL: it may be tried
 */
const char *candidate_refusal(const struct endpoint *told,
			      const struct candidates *own);

/*
 * candidates_accept - those of @told that may be tried, each once
 * An endpoint of @own is left out: a SYN to it would come back to the very
 * socket that sent it. Another port at an own address is tried: the peer may be
 * on the same machine, or, which is as usual, have the same private address in
 * another LAN; then nobody or a stranger answers, who cannot prove the code.
 * @out: may be @told
 */
void candidates_accept(const struct candidates *told,
		       const struct candidates *own, struct candidates *out);

/* candidates_have - is @address that of one of @list? */
bool candidates_have(const struct candidates *list, uint32_t address);

/* candidates_find - Return: the index of @e in @list; -1: it is not in it */
int candidates_find(const struct candidates *list, const struct endpoint *e);

/*
 * candidates_are_tried - are private candidates tried beside the public one?
 * @seen, @peer: the public endpoints of this host and of the peer
 * @peer_asks:   the peer's greeting asks for it
 */
bool candidates_are_tried(enum candidate_use use, const struct endpoint *seen,
			  const struct endpoint *peer, bool peer_asks);

/* candidates_write - write @list to @bytes, CANDIDATE_BYTES each
   Return: the length */
size_t candidates_write(const struct candidates *list, uint8_t *bytes);

/* candidates_parse - Return: false, with @out cleared, unless @length is that
   of CANDIDATES_MAX endpoints at most */
bool candidates_parse(const uint8_t *bytes, size_t length,
		      struct candidates *out);

#endif
