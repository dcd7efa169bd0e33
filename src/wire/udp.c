#include "wire/udp.h"

#include "wire/bytes.h"

bool udp_parse(const uint8_t *bytes, size_t length, struct udp *out)
{
	*out = (struct udp){ 0 };
	if (length < UDP_HEADER)
		return false;
	*out = (struct udp){
		.source = get16(bytes),
		.destination = get16(bytes + 2),
		.length = get16(bytes + 4),
		.checksum = get16(bytes + 6),
	};
	return true;
}
