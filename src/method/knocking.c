#include "method/knocking.h"

#include "wire/bytes.h"

/* The paced knocks of an attempt, at most: the rest of the budget is for
   answers. */
#define PACED 40

void knocking_begin(struct knocking *k, int64_t time)
{
	k->interval = time / PACED;
	if (k->interval < KNOCK_INTERVAL)
		k->interval = KNOCK_INTERVAL;
	k->next = k->start;
	k->left = KNOCK_BUDGET;
	k->heard = k->connected = k->peer_connected = k->done = false;
	k->first = k->level = k->told = KNOCK_SEARCHING;
}

/* set_pace - choose when to knock again: never, if both hosts know enough, or
   if no answer could come before the deadline */
static void set_pace(struct knocking *k, int64_t now)
{
	k->done = k->peer_connected && k->told == KNOCK_CONNECTED;
	k->next = now + k->interval;
	if (k->done || k->next + k->interval > k->deadline)
		k->next = TIME_NEVER;
}

size_t knocking_next(struct knocking *k, int64_t now,
		     uint8_t out[SEALED_DATAGRAM_MAX])
{
	uint8_t knock[KNOCK_BYTES] = { DATAGRAM_KNOCK, (uint8_t)k->level };

	if (now < k->next)
		return 0;
	if (!k->left) {
		k->next = TIME_NEVER;
		return 0;
	}
	k->left--;
	k->told = k->level;
	set_pace(k, now);
	put16(knock + 2, k->keepalive);
	return sealed_channel_seal(&k->channel, knock, sizeof(knock), out);
}

/* read_level - Return: what the content of an authenticated datagram tells of
   its sender's level. Only a connected host sends anything but knocks. */
static enum knock_level read_level(struct knocking *k, const uint8_t *content,
				   long length)
{
	uint16_t keepalive;

	if (length < KNOCK_BYTES || content[0] != DATAGRAM_KNOCK)
		return KNOCK_CONNECTED;
	keepalive = get16(content + 2);
	if (keepalive && keepalive < k->keepalive)
		k->keepalive = keepalive;
	return content[1] < KNOCK_CONNECTED ? (enum knock_level)content[1] :
					      KNOCK_CONNECTED;
}

bool knocking_receive(struct knocking *k, const struct endpoint *from,
		      const uint8_t *datagram, size_t length, int64_t now)
{
	uint8_t content[SEALED_DATAGRAM_MAX];
	enum knock_level level, before = k->level;
	bool newest, was_done = k->done;
	long n = sealed_channel_unseal(&k->channel, datagram, length, content,
				       &newest);

	if (n < 0)
		return false;
	if (newest)
		k->remote = *from;
	level = read_level(k, content, n);
	if (!k->heard)
		k->first = level;
	k->heard = true;
	k->connected |= level >= KNOCK_HEARD;
	k->peer_connected |= level == KNOCK_CONNECTED;
	if (k->level <= level && k->level < KNOCK_CONNECTED)
		k->level = level == KNOCK_SEARCHING ? KNOCK_HEARD :
						      KNOCK_CONNECTED;
	if (k->level > before || (was_done && level < KNOCK_CONNECTED))
		k->next = now > k->start ? now : k->start;
	else if (k->peer_connected && k->told == KNOCK_CONNECTED)
		set_pace(k, now);
	return true;
}
