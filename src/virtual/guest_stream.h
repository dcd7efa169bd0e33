/*
 * What a guest sends its host over a serial line: a stream of messages, each
 * the bytes of one message of lab/init_channel.h after its length. A guest's
 * program and its host's are the same file, so nothing is converted.
 */
#ifndef TCPTRAV_VIRTUAL_GUEST_STREAM_H
#define TCPTRAV_VIRTUAL_GUEST_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define GUEST_MESSAGE_MAX 200000	/* more than any message has */

/* What has been read of a stream, and not taken yet. All zero: nothing. */
struct guest_stream {
	size_t length;
	uint8_t bytes[2 * GUEST_MESSAGE_MAX];
};

/*
 * guest_stream_put - write a message to @fd; waits until there is room
 * Return: false: it could not be written
 */
bool guest_stream_put(int fd, const void *message, size_t length);

/*
 * guest_stream_read - read what @fd has
 * Return: as read()
 */
ssize_t guest_stream_read(struct guest_stream *s, int fd);

/*
 * guest_stream_take - take the next whole message
 * @out:   GUEST_MESSAGE_MAX bytes
 * Return: its length; 0: there is none; -1: what came is no message
 */
ssize_t guest_stream_take(struct guest_stream *s, uint8_t *out);

#endif
