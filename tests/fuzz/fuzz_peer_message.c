/*
 * The input is a message of the peer's, unsealed. If it is refused, the message
 * is cleared. Else writing it and reading it again gives the same bytes. No
 * endpoint that the peer told is tried unless the rules allow it.
 */
#include "fuzz.h"

#include "method/peer_message.h"

#include <string.h>

static void try_candidates(const struct candidates *told)
{
	const struct candidates own = {
		.count = 1, .at = { { 0xc0a80102, 4321 } },
	};
	struct candidates out;

	assert(told->count <= CANDIDATES_MAX);
	candidates_accept(told, &own, &out);
	assert(out.count <= told->count);
	for (unsigned i = 0; i < out.count; i++) {
		assert(!candidate_refusal(&out.at[i], &own));
		assert(out.at[i].port && out.at[i].address >> 24 != 127 &&
		       out.at[i].address >> 24 < 224);
		assert(candidates_find(&own, &out.at[i]) < 0);
		assert(candidates_find(told, &out.at[i]) >= 0);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t first[PEER_MESSAGE_BYTES], second[PEER_MESSAGE_BYTES];
	struct peer_message m, again;
	size_t length;

	if (!peer_message_parse(data, size, &m)) {
		assert(m.kind == 0 && !m.candidates.count);
		return 0;
	}
	try_candidates(&m.candidates);
	length = peer_message_write(&m, first);
	assert(length <= sizeof(first));
	assert(peer_message_parse(first, length, &again));
	assert(peer_message_write(&again, second) == length);
	assert(!memcmp(first, second, length));
	return 0;
}
