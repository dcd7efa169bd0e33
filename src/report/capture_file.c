/*
 * The traces as a pcapng file: one interface per host, and one for S and the
 * NATs if they have packets. A packet's comment is its description in the
 * ladder. Events without a packet are in the comment of the host's next
 * packet, before its description; the last ones are in that of its last packet.
 */
#include "report/capture_file.h"

#include "base/clock.h"
#include "base/output_file.h"
#include "wire/pcapng.h"

#include <stdlib.h>
#include <string.h>

#define BLOCK	     4096
#define COMMENT_TEXT 2048

struct commented_packet {
	const struct trace_event *event;
	uint32_t interface;
	char comment[COMMENT_TEXT];
};

struct commented_packets {
	size_t count;
	uint32_t interfaces;
	bool server_spoofs;
	const char *names[3];
	struct commented_packet packets[TIMELINE_MAX];
};

/* Append to a comment; text that does not fit is cut. */
static void comment_add(char comment[COMMENT_TEXT], const char *text)
{
	size_t used = strlen(comment);

	if (*text)
		snprintf(comment + used, COMMENT_TEXT - used, "%s%s",
			 used ? "; " : "", text);
}

/* Add an interface with its packets; that of S and the NATs needs a packet. */
static void add_interface(struct commented_packets *all, const struct trace *s,
			  const struct attempt_result *result, const char *name)
{
	char pending[COMMENT_TEXT] = "", text[TRACE_TEXT + 1];
	struct commented_packet *packet = NULL;
	struct packet_description description;
	struct packet_text context;
	uint32_t i;

	packet_text_begin(&context, result);
	context.server_spoofs = all->server_spoofs;
	for (i = 0; i < s->count && i < TRACE_EVENTS; i++) {
		const struct trace_event *e = &s->events[i];

		if (!event_is_packet(e)) {
			comment_add(pending, event_text(e, text));
			continue;
		}
		packet = &all->packets[all->count++];
		packet->event = e;
		packet->interface = all->interfaces;
		memcpy(packet->comment, pending, sizeof(pending));
		pending[0] = '\0';
		packet_text_next(&context, e, &description);
		comment_add(packet->comment, description.text);
		comment_add(packet->comment, event_text(e, text));
	}
	if (packet)
		comment_add(packet->comment, pending);
	if (packet || result)
		all->names[all->interfaces++] = name;
}

static int packet_order(const void *x, const void *y)
{
	const struct commented_packet *a = x, *b = y;

	if (a->event->at != b->event->at)
		return a->event->at < b->event->at ? -1 : 1;
	if (a->interface != b->interface)
		return a->interface < b->interface ? -1 : 1;
	return a->event < b->event ? -1 : 1;
}

static bool has_spoofed(const struct trace *s)
{
	for (uint32_t i = 0; s && i < s->count && i < TRACE_EVENTS; i++)
		if (s->events[i].kind == TRACE_SPOOFED)
			return true;
	return false;
}

static void write_block(FILE *to, const uint8_t *block, size_t length)
{
	if (length)
		fwrite(block, 1, length, to);
}

static void write_file(FILE *to, const struct commented_packets *all)
{
	int64_t wall = clock_wall() - clock_now();
	uint8_t block[BLOCK] = { 0 };
	size_t i;

	write_block(to, block, pcapng_section(block, sizeof(block),
					      "tcptrav " TCPTRAV_VERSION));
	for (i = 0; i < all->interfaces; i++)
		write_block(to, block,
			    pcapng_interface(block, sizeof(block),
					     all->names[i], TRACE_BYTES));
	for (i = 0; i < all->count; i++) {
		const struct commented_packet *packet = &all->packets[i];
		const struct trace_event *e = packet->event;
		uint32_t full = e->full_length > e->length ? e->full_length :
							      e->length;

		write_block(to, block,
			    pcapng_packet(block, sizeof(block),
					  packet->interface, e->at + wall,
					  e->bytes, e->length, full,
					  packet->comment));
	}
}

bool capture_write(const char *path, const struct ladder *l, struct error *e)
{
	struct commented_packets *all = calloc(1, sizeof(*all));
	FILE *to;

	if (!all)
		return error_set(e, ERROR_FAILED, "out of memory");
	to = output_file_open(path, e);
	if (to) {
		all->server_spoofs = has_spoofed(l->middle);
		if (l->a)
			add_interface(all, &l->a->trace, l->a, "host-a");
		if (l->b)
			add_interface(all, &l->b->trace, l->b, "host-b");
		if (l->middle)
			add_interface(all, l->middle, NULL, "s-and-nats");
		qsort(all->packets, all->count, sizeof(all->packets[0]),
		      packet_order);
		write_file(to, all);
	}
	free(all);
	return to && output_file_close(to, path, e);
}
