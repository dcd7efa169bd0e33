#include "method/candidates.h"

#include "wire/bytes.h"

#include <string.h>

static bool is_loopback(uint32_t address)
{
	return address >> 24 == 127;
}

static void add(struct candidates *list, const struct endpoint *e)
{
	if (list->count < CANDIDATES_MAX && candidates_find(list, e) < 0)
		list->at[list->count++] = *e;
}

void candidates_own(const struct endpoint *local, const uint32_t *addresses,
		    size_t count, struct candidates *out)
{
	memset(out, 0, sizeof(*out));
	add(out, local);
	for (size_t i = 0; i < count; i++)
		if (!is_loopback(addresses[i]))
			add(out, &(struct endpoint){ addresses[i],
						     local->port });
}

bool candidates_have(const struct candidates *list, uint32_t address)
{
	for (unsigned i = 0; i < list->count; i++)
		if (list->at[i].address == address)
			return true;
	return false;
}

const char *candidate_refusal(const struct endpoint *told,
			      const struct candidates *own)
{
	uint8_t first = (uint8_t)(told->address >> 24);

	if (!told->port)
		return "port 0";
	if (first == 0)			/* RFC 1122, section 3.2.1.3 */
		return "unspecified";
	if (told->address == UINT32_MAX)
		return "broadcast";
	if (first >= 224 && first <= 239)	/* RFC 5771 */
		return "multicast";
	if (first >= 240)			/* RFC 1112, section 4 */
		return "reserved";
	if (is_loopback(told->address) && !candidates_have(own, told->address))
		return "loopback";
	return NULL;
}

void candidates_accept(const struct candidates *told,
		       const struct candidates *own, struct candidates *out)
{
	struct candidates accepted = { .count = 0 };

	for (unsigned i = 0; i < told->count; i++)
		if (!candidate_refusal(&told->at[i], own) &&
		    candidates_find(own, &told->at[i]) < 0)
			add(&accepted, &told->at[i]);
	*out = accepted;
}

int candidates_find(const struct candidates *list, const struct endpoint *e)
{
	for (unsigned i = 0; i < list->count; i++)
		if (endpoint_equal(&list->at[i], e))
			return (int)i;
	return -1;
}

bool candidates_are_tried(enum candidate_use use, const struct endpoint *seen,
			  const struct endpoint *peer, bool peer_asks)
{
	switch (use) {
	case CANDIDATES_LAN:
		return true;
	case CANDIDATES_PUBLIC:
		return false;
	default:
		return peer_asks || seen->address == peer->address;
	}
}

size_t candidates_write(const struct candidates *list, uint8_t *bytes)
{
	for (unsigned i = 0; i < list->count; i++, bytes += CANDIDATE_BYTES) {
		put32(bytes, list->at[i].address);
		put16(bytes + 4, list->at[i].port);
	}
	return (size_t)list->count * CANDIDATE_BYTES;
}

bool candidates_parse(const uint8_t *bytes, size_t length,
		      struct candidates *out)
{
	memset(out, 0, sizeof(*out));
	if (length % CANDIDATE_BYTES ||
	    length > (size_t)CANDIDATES_MAX * CANDIDATE_BYTES)
		return false;
	for (size_t at = 0; at < length; at += CANDIDATE_BYTES)
		out->at[out->count++] = (struct endpoint){
			get32(bytes + at), get16(bytes + at + 4) };
	return true;
}
