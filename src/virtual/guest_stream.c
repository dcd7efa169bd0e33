#include "virtual/guest_stream.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static bool write_all(int fd, const uint8_t *bytes, size_t length)
{
	while (length) {
		ssize_t n = write(fd, bytes, length);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		bytes += n;
		length -= (size_t)n;
	}
	return true;
}

bool guest_stream_put(int fd, const void *message, size_t length)
{
	const uint32_t head = (uint32_t)length;

	return write_all(fd, (const uint8_t *)&head, sizeof(head)) &&
		write_all(fd, message, length);
}

ssize_t guest_stream_read(struct guest_stream *s, int fd)
{
	ssize_t n = read(fd, s->bytes + s->length,
			 sizeof(s->bytes) - s->length);

	if (n > 0)
		s->length += (size_t)n;
	return n;
}

ssize_t guest_stream_take(struct guest_stream *s, uint8_t *out)
{
	uint32_t length;

	if (s->length < sizeof(length))
		return 0;
	memcpy(&length, s->bytes, sizeof(length));
	if (!length || length > GUEST_MESSAGE_MAX)
		return -1;
	if (s->length < sizeof(length) + length)
		return 0;
	memcpy(out, s->bytes + sizeof(length), length);
	s->length -= sizeof(length) + length;
	memmove(s->bytes, s->bytes + sizeof(length) + length, s->length);
	return (ssize_t)length;
}
