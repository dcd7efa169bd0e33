#include "wire/udp.h"

bool udp_parse(const uint8_t *bytes, size_t length, struct udp *out)
{
	*out = (struct udp){ 0 };
	if (length < UDP_HEADER)
		return false;
	*out = (struct udp){
		.source = source_port(bytes),
		.destination = destination_port(bytes),
		.length = udp_length(bytes),
		.checksum = get16(bytes + UDP_CHECKSUM_AT),
	};
	return true;
}
