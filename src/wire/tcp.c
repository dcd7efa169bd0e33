#include "wire/tcp.h"

#include "wire/bytes.h"
#include "wire/checksum.h"
#include "wire/ipv4.h"
#include "wire/ipv6.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Flags that only segment_text() shows. */
enum { URG = 32, ECE = 64, CWR = 128 };

/* @b: a TCP header whose @header bytes are all there */
static void header_read(const uint8_t *b, uint8_t header, struct segment *out)
{
	out->source.port = source_port(b);
	out->destination.port = destination_port(b);
	out->sequence = tcp_sequence(b);
	out->acknowledgement = tcp_acknowledgement(b);
	out->flags = tcp_flags(b);
	out->window = tcp_window(b);
	out->options_length = (uint8_t)(header - TCP_HEADER);
	memcpy(out->options, b + TCP_HEADER, out->options_length);
}

bool segment_parse(const uint8_t *bytes, size_t length, struct segment *out)
{
	struct ipv4 ip;
	const uint8_t *tcp;
	uint8_t header;

	*out = (struct segment){ 0 };
	if (!ipv4_parse(bytes, length, &ip) || ip.protocol != IPV4_TCP ||
	    ip.fragment_offset)
		return false;
	if (length > ip.total_length)
		length = ip.total_length;	/* a frame's padding */
	if (length < (size_t)ip.header_length + TCP_HEADER)
		return false;
	tcp = bytes + ip.header_length;
	header = (uint8_t)tcp_header_length(tcp);
	if (header < TCP_HEADER || length < (size_t)ip.header_length + header)
		return false;
	out->source.address = ip.source;
	out->destination.address = ip.destination;
	out->ttl = ip.ttl;
	out->id = ip.id;
	out->payload = (uint16_t)(ip.total_length - ip.header_length - header);
	header_read(tcp, header, out);
	return true;
}

/* Write the TCP header and its checksum; @sum: of the pseudo-header. */
static void header_write(const struct segment *in, uint8_t *b, uint16_t length,
			 uint32_t sum)
{
	put16(b + SOURCE_PORT_AT, in->source.port);
	put16(b + DESTINATION_PORT_AT, in->destination.port);
	put32(b + TCP_SEQUENCE_AT, in->sequence);
	put32(b + TCP_ACKNOWLEDGEMENT_AT, in->acknowledgement);
	b[TCP_OFFSET_AT] = (uint8_t)(length / 4 << 4);
	b[TCP_FLAGS_AT] = in->flags;
	put16(b + TCP_WINDOW_AT, in->window);
	put32(b + TCP_CHECKSUM_AT, 0);	/* and the urgent pointer */
	memcpy(b + TCP_HEADER, in->options, in->options_length);
	put16(b + TCP_CHECKSUM_AT,
	      (uint16_t)~checksum_fold(checksum_add(sum, b, length)));
}

size_t segment_build(const struct segment *in, uint8_t *bytes, size_t room)
{
	uint16_t tcp = (uint16_t)(TCP_HEADER + in->options_length);
	struct ipv4 ip = {
		.source = in->source.address,
		.destination = in->destination.address,
		.total_length = (uint16_t)(IPV4_HEADER + tcp),
		.id = in->id,
		.dont_fragment = true,
		.ttl = in->ttl,
		.protocol = IPV4_TCP,
	};

	if (in->options_length > TCP_OPTIONS_MAX || in->options_length % 4 ||
	    room < ip.total_length)
		return 0;
	ipv4_build(bytes, &ip);
	header_write(in, bytes + IPV4_HEADER, tcp,
		     checksum_pseudo(ip.source, ip.destination, IPV4_TCP,
				     tcp));
	return ip.total_length;
}

size_t rst6_build(const struct rst6 *in, uint8_t *bytes, size_t room)
{
	const struct segment rst = {
		.source.port = in->source_port,
		.destination.port = in->destination_port,
		.sequence = in->sequence,
		.acknowledgement = in->bare ? 0 : in->acknowledgement,
		.flags = in->bare ? TCP_RST : TCP_RST | TCP_ACK,
	};
	struct ipv6 ip = {
		.payload_length = TCP_HEADER,
		.hop_limit = in->hop_limit,
		.protocol = IPV6_TCP,
	};

	if (room < RST6_LENGTH)
		return 0;
	memcpy(ip.source, in->source, sizeof(ip.source));
	memcpy(ip.destination, in->destination, sizeof(ip.destination));
	ipv6_build(bytes, &ip);
	header_write(&rst, bytes + IPV6_HEADER, TCP_HEADER,
		     checksum_pseudo6(ip.source, ip.destination, IPV6_TCP,
				      TCP_HEADER));
	return RST6_LENGTH;
}

/* Take one option in; false when its length is not what its kind has. */
static bool option_read(uint8_t kind, const uint8_t *value, uint8_t length,
			struct tcp_options *out)
{
	switch (kind) {
	case TCP_OPTION_MSS:
		out->has_mss = true;
		out->mss = length == TCP_MSS_LENGTH ? get16(value) : 0;
		return length == TCP_MSS_LENGTH;
	case TCP_OPTION_SCALE:
		out->has_scale = true;
		out->scale = length == TCP_SCALE_LENGTH ? value[0] : 0;
		return length == TCP_SCALE_LENGTH;
	case TCP_OPTION_SACK_PERMITTED:
		out->sack_permitted = true;
		return length == TCP_SACK_PERMITTED_LENGTH;
	case TCP_OPTION_TIMESTAMPS:
		if (length != TCP_TIMESTAMPS_LENGTH)
			return false;
		out->has_timestamps = true;
		out->value = get32(value);
		out->echo = get32(value + 4);
		return true;
	default:
		return true;
	}
}

bool tcp_options_parse(const uint8_t *bytes, size_t length,
		       struct tcp_options *out)
{
	size_t at = 0;

	*out = (struct tcp_options){ 0 };
	while (at < length && bytes[at] != TCP_OPTION_END) {
		if (bytes[at] == TCP_OPTION_NOP) {
			at++;
			continue;
		}
		if (length - at < 2 || bytes[at + 1] < 2 ||
		    bytes[at + 1] > length - at ||
		    !option_read(bytes[at], bytes + at + 2, bytes[at + 1],
				 out)) {
			*out = (struct tcp_options){ 0 };
			return false;
		}
		at += bytes[at + 1];
	}
	return true;
}

static uint8_t *word(uint8_t *p, uint8_t a, uint8_t b, uint8_t c, uint8_t d)
{
	p[0] = a;
	p[1] = b;
	p[2] = c;
	p[3] = d;
	return p + 4;
}

/* In Linux's order: SACK-permitted stands where timestamps need two NOPs. */
uint8_t tcp_options_build(const struct tcp_options *in,
			  uint8_t bytes[TCP_OPTIONS_MAX])
{
	uint8_t *p = bytes;
	uint8_t first = TCP_OPTION_NOP, second = TCP_OPTION_NOP;

	if (in->has_mss)
		p = word(p, TCP_OPTION_MSS, TCP_MSS_LENGTH,
			 (uint8_t)(in->mss >> 8), (uint8_t)in->mss);
	if (in->sack_permitted && in->has_timestamps) {
		first = TCP_OPTION_SACK_PERMITTED;
		second = TCP_SACK_PERMITTED_LENGTH;
	} else if (in->sack_permitted) {
		p = word(p, TCP_OPTION_NOP, TCP_OPTION_NOP,
			 TCP_OPTION_SACK_PERMITTED, TCP_SACK_PERMITTED_LENGTH);
	}
	if (in->has_timestamps) {
		p = word(p, first, second, TCP_OPTION_TIMESTAMPS,
			 TCP_TIMESTAMPS_LENGTH);
		put32(p, in->value);
		put32(p + 4, in->echo);
		p += 8;
	}
	if (in->has_scale)
		p = word(p, TCP_OPTION_NOP, TCP_OPTION_SCALE, TCP_SCALE_LENGTH,
			 in->scale);
	return (uint8_t)(p - bytes);
}

/* Append to a text that begins at @text and has room for SEGMENT_TEXT. */
__attribute__((format(printf, 2, 3)))
static void add(char *text, const char *format, ...)
{
	size_t length = strlen(text);
	va_list list;

	va_start(list, format);
	vsnprintf(text + length, SEGMENT_TEXT - length, format, list);
	va_end(list);
}

static void add_flags(char *text, uint8_t flags)
{
	static const struct { uint8_t bit; char letter; } table[] = {
		{ TCP_SYN, 'S' }, { TCP_FIN, 'F' }, { TCP_RST, 'R' },
		{ TCP_PSH, 'P' }, { URG, 'U' }, { ECE, 'E' }, { CWR, 'W' },
		{ TCP_ACK, '.' },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (flags & table[i].bit)
			add(text, "%c", table[i].letter);
	if (!flags)
		add(text, "-");
}

/* " <mss 1460,sackOK,...>", or nothing when there is none that we know */
static void add_options(char *text, const struct segment *s)
{
	struct tcp_options o;
	const char *before = " <";

	if (!tcp_options_parse(s->options, s->options_length, &o)) {
		add(text, " <malformed>");
		return;
	}
	if (o.has_mss) {
		add(text, "%smss %u", before, o.mss);
		before = ",";
	}
	if (o.sack_permitted) {
		add(text, "%ssackOK", before);
		before = ",";
	}
	if (o.has_timestamps) {
		add(text, "%sTS val %u ecr %u", before, o.value, o.echo);
		before = ",";
	}
	if (o.has_scale) {
		add(text, "%swscale %u", before, o.scale);
		before = ",";
	}
	if (*before == ',')
		add(text, ">");
}

char *segment_text(const struct segment *s, uint32_t isn, uint32_t peer_isn,
		   char buffer[SEGMENT_TEXT])
{
	uint32_t from = s->sequence - isn;
	bool pure_ack = !s->payload && s->flags & TCP_ACK &&
			!(s->flags & (TCP_SYN | TCP_FIN | TCP_RST));

	buffer[0] = '\0';
	add_flags(buffer, s->flags);
	if (!pure_ack)
		add(buffer, " %u:%u(%u)", from, from + s->payload, s->payload);
	if (s->flags & TCP_ACK)
		add(buffer, " ack %u", s->acknowledgement - peer_isn);
	if (s->flags & TCP_SYN) {
		add(buffer, " win %u", s->window);
		add_options(buffer, s);
	}
	return buffer;
}
