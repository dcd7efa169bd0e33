#include "wire/syn_ack_options.h"

bool syn_ack_options(const uint8_t *own, size_t own_length, const uint8_t *peer,
		     size_t peer_length, uint8_t out[TCP_OPTIONS_MAX],
		     uint8_t *out_length)
{
	struct tcp_options mine, theirs, answer;

	*out_length = 0;
	if (!tcp_options_parse(own, own_length, &mine) ||
	    !tcp_options_parse(peer, peer_length, &theirs))
		return false;

	answer = mine;
	answer.sack_permitted = mine.sack_permitted && theirs.sack_permitted;
	answer.has_scale = mine.has_scale && theirs.has_scale;
	answer.has_timestamps = mine.has_timestamps && theirs.has_timestamps;
	answer.echo = theirs.value;
	*out_length = tcp_options_build(&answer, out);
	return true;
}
