/*
 * The input is a datagram. As one of S's or of a host's: if it is refused, the
 * result is cleared, else it must be written as the same bytes. As one to S: no
 * answer is larger than it, and it names no member.
 */
#include "fuzz.h"

#include "rendezvous/udp_observer.h"

#include <string.h>

static void try_parse(const uint8_t *data, size_t size)
{
	static const struct udp_observation cleared;
	uint8_t out[UDP_OBSERVATION_BYTES], again[UDP_OBSERVATION_BYTES];
	struct udp_observation first, second;
	size_t length;

	if (!udp_observation_parse(data, size, &first)) {
		assert(memcmp(&first, &cleared, sizeof(first)) == 0);
		return;
	}
	length = udp_observation_write(&first, out);
	assert(length == size);
	assert(udp_observation_parse(out, length, &second));
	assert(udp_observation_write(&second, again) == length);
	assert(memcmp(out, again, length) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct endpoint from = { 0x0a000001, 40000 };
	uint8_t answer[UDP_OBSERVATION_BYTES];
	struct udp_observer observer;
	uint32_t member;

	try_parse(data, size);
	udp_observer_begin(&observer);
	assert(udp_observer_answer(&observer, &from, data, size, 0, answer,
				   &member) <= size);
	assert(member == 0);
	return 0;
}
