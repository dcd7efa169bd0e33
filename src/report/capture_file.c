/*
 * The traces as a pcapng file: one interface per host, and one for S and the
 * NATs when they have packets to show. Each packet's comment is its ladder
 * wording; what happened without a packet stands, before it, in the comment
 * of the host's next packet (or, at the end, after its last).
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

/* Append to a comment; what does not fit is cut. */
static void comment_add(char comment[COMMENT_TEXT], const char *text)
{
	size_t used = strlen(comment);

	if (*text)
		snprintf(comment + used, COMMENT_TEXT - used, "%s%s",
			 used ? "; " : "", text);
}

static void packet_comment(struct packet_text *w, const struct trace_event *e,
			   char comment[COMMENT_TEXT])
{
	struct packet_description description;
	char remark[TRACE_TEXT + 1];

	packet_text_next(w, e, &description);
	comment_add(comment, description.text);
	comment_add(comment, event_text(e, remark));
}

/* One interface's packets; those without any have no interface. */
static void packets_add(struct commented_packets *v, const struct trace *s,
			const struct attempt_result *result, const char *name)
{
	char said[COMMENT_TEXT] = "", text[TRACE_TEXT + 1];
	struct commented_packet *f = NULL;
	struct packet_text w;
	uint32_t i;

	packet_text_begin(&w, result);
	w.server_spoofs = v->server_spoofs;
	for (i = 0; i < s->count && i < TRACE_EVENTS; i++) {
		const struct trace_event *e = &s->events[i];

		if (!event_is_packet(e)) {
			comment_add(said, event_text(e, text));
			continue;
		}
		f = &v->packets[v->count++];
		f->event = e;
		f->interface = v->interfaces;
		memcpy(f->comment, said, sizeof(said));
		said[0] = '\0';
		packet_comment(&w, e, f->comment);
	}
	if (f)
		comment_add(f->comment, said);
	if (f || result)
		v->names[v->interfaces++] = name;
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

static void frames_gather(struct commented_packets *v, const struct ladder *l)
{
	v->server_spoofs = has_spoofed(l->middle);
	if (l->a)
		packets_add(v, &l->a->trace, l->a, "host-a");
	if (l->b)
		packets_add(v, &l->b->trace, l->b, "host-b");
	if (l->middle)
		packets_add(v, l->middle, NULL, "s-and-nats");
	qsort(v->packets, v->count, sizeof(v->packets[0]), packet_order);
}

static void write_block(FILE *to, const uint8_t *block, size_t length)
{
	if (length)
		fwrite(block, 1, length, to);
}

static void write_file(FILE *to, const struct commented_packets *v)
{
	int64_t wall = clock_wall() - clock_now();
	uint8_t block[BLOCK] = { 0 };
	size_t i;

	write_block(to, block, pcapng_section(block, sizeof(block),
					      "tcptrav " TCPTRAV_VERSION));
	for (i = 0; i < v->interfaces; i++)
		write_block(to, block,
			    pcapng_interface(block, sizeof(block), v->names[i],
					     TRACE_BYTES));
	for (i = 0; i < v->count; i++) {
		const struct commented_packet *f = &v->packets[i];
		const struct trace_event *e = f->event;
		uint32_t full = e->full_length > e->length ? e->full_length :
							      e->length;

		write_block(to, block,
			    pcapng_packet(block, sizeof(block), f->interface,
					  e->at + wall, e->bytes, e->length,
					  full, f->comment));
	}
}

bool capture_write(const char *path, const struct ladder *l, struct error *e)
{
	struct commented_packets *v = calloc(1, sizeof(*v));
	FILE *to;

	if (!v)
		return error_set(e, ERROR_FAILED, "memory is short");
	to = output_file_open(path, e);
	if (to) {
		frames_gather(v, l);
		write_file(to, v);
	}
	free(v);
	return to && output_file_close(to, path, e);
}
