#include "host/capture.h"

#include "base/clock.h"
#include "host/interface.h"
#include "host/privilege.h"
#include "wire/bytes.h"
#include "wire/ethernet.h"
#include "wire/icmp.h"
#include "wire/ipv4.h"
#include "wire/ports.h"

#include <net/ethernet.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SNAP_LENGTH (CAPTURE_BYTES + 32)	/* and the link header */
#define BUFFER_BYTES (2 << 20)	/* if none is given */
#define LOCAL_MAX 64
#define OFFSET_LIFE (100 * NS_PER_MS)

struct capture {
	pcap_t *pcap;
	int link;
	bool gone;			/* the interface no longer exists */
	struct capture_match match;
	uint32_t local[LOCAL_MAX];
	int64_t since;			/* older packets are ignored */
	int64_t offset;			/* wall clock - monotonic clock ... */
	int64_t offset_at;		/* ... measured then */
	struct captured_packet *out;	/* where read_frame() writes; NULL when
					   it has written */
};

/* link_header - Return: the length of a link header without VLAN tags; -1:
   unknown type */
static int link_header(int link)
{
	switch (link) {
	case DLT_EN10MB:
		return 14;
	case DLT_LINUX_SLL:
		return 16;
	case DLT_LINUX_SLL2:
		return 20;
	case DLT_NULL:
	case DLT_LOOP:
		return 4;
	case DLT_RAW:
		return 0;
	default:
		return -1;
	}
}

char *capture_filter(uint16_t port, uint32_t exclude, int link,
		     char text[CAPTURE_FILTER])
{
	char only[32] = "", but[32] = "", address[ADDRESS_TEXT];
	int header = link_header(link);
	int most = CAPTURE_BYTES + (header > 0 ? header : 0);

	if (port)
		snprintf(only, sizeof(only), " port %u", port);
	if (exclude)
		snprintf(but, sizeof(but), " and not host %s",
			 address_text(exclude, address));
	snprintf(text, CAPTURE_FILTER,
		 "ip and ((tcp%s%s and (tcp[tcpflags] & "
		 "(tcp-syn|tcp-rst|tcp-fin) != 0 or less %d)) or "
		 "(udp%s%s and less %d) or icmp[0] = 3 or icmp[0] = 11 or "
		 "icmp[0] = 12)", only, but, most, only, but, most);
	return text;
}

#define ETHERTYPE_QINQ 0x88a8	/* 802.1ad, the outer one of two tags */
#define VLAN_TAG 4

/* ethernet_ip - the IPv4 header's offset, after up to two VLAN tags; @length if
   there is none */
static size_t ethernet_ip(const uint8_t *frame, size_t length)
{
	size_t at = ETHERNET_HEADER;

	while (at + VLAN_TAG <= length && at <= ETHERNET_HEADER + VLAN_TAG &&
	       (get16(frame + at - 2) == ETHERTYPE_VLAN ||
		get16(frame + at - 2) == ETHERTYPE_QINQ))
		at += VLAN_TAG;
	return get16(frame + at - 2) == ETHERTYPE_IP ? at : length;
}

/* does the link header of a frame name IPv4? (not of Ethernet, whose type
   may stand behind VLAN tags) */
static bool link_names_ipv4(int link, const uint8_t *frame)
{
	switch (link) {
	case DLT_LINUX_SLL:
		return get16(frame + 14) == ETHERTYPE_IP;
	case DLT_LINUX_SLL2:
		return get16(frame) == ETHERTYPE_IP;
	case DLT_NULL:
	case DLT_LOOP:	/* BSD loopback: the family in either byte order */
		return get32(frame) == 2 || get32(frame) == 2u << 24;
	default:
		return true;
	}
}

int capture_ip_offset(int link, const uint8_t *frame, size_t length)
{
	int header = link_header(link);
	size_t at = header < 0 ? length : (size_t)header;

	if (header < 0 || length <= at || !link_names_ipv4(link, frame))
		return -1;
	if (link == DLT_EN10MB)
		at = ethernet_ip(frame, length);
	if (at >= length || ip_version(frame + at) != 4)
		return -1;
	return (int)at;
}

/* belongs - does a packet with header @ip and the payload @rest belong to the
   captured port? Sets the direction. */
static bool belongs(const struct capture_match *by, const struct ipv4 *ip,
		    const uint8_t *rest, size_t length, bool *outgoing)
{
	struct icmp icmp;

	*outgoing = false;
	for (size_t i = 0; i < by->count; i++)
		*outgoing |= by->local[i] == ip->source;
	if (ip->fragment_offset)
		return false;
	if (ip->protocol == IPV4_ICMP)
		return !*outgoing && icmp_parse(rest, length, &icmp) &&
			icmp.is_error &&
			(icmp.quoted.protocol == IPV4_TCP ||
			 icmp.quoted.protocol == IPV4_UDP) &&
			icmp.source.port == by->port;
	if ((ip->protocol != IPV4_TCP && ip->protocol != IPV4_UDP) ||
	    length < PORTS_LENGTH)
		return false;
	*outgoing = *outgoing && source_port(rest) == by->port;
	return *outgoing || destination_port(rest) == by->port;
}

bool capture_accept(const struct capture_match *by, const uint8_t *bytes,
		    size_t length, struct captured_packet *out)
{
	struct ipv4 ip;

	if (!ipv4_parse(bytes, length, &ip))
		return false;
	if (length > ip.total_length)
		length = ip.total_length;	/* the rest is padding */
	if (!belongs(by, &ip, bytes + ip.header_length,
		     length - ip.header_length, &out->outgoing))
		return false;
	out->full_length = ip.total_length;
	out->length = length < CAPTURE_BYTES ? length : CAPTURE_BYTES;
	memcpy(out->bytes, bytes, out->length);
	return true;
}

/*
 * measure_offset - how far the wall clock, which stamps packets, is ahead of
 * the monotonic clock. Of up to three readings the quickest counts.
 */
static void measure_offset(struct capture *c)
{
	int64_t before, wall, after, best = TIME_NEVER;

	for (int i = 0; i < 3 && best > NS_PER_US; i++) {
		before = clock_now();
		wall = clock_wall();
		after = clock_now();
		if (after - before >= best)
			continue;
		best = after - before;
		c->offset = wall - before - best / 2;
		c->offset_at = after;
	}
}

/*
 * monotonic - find the monotonic time of a packet's timestamp @stamp
 * It lies between c->since and now, even if the wall clock is set meanwhile.
 */
static int64_t monotonic(struct capture *c, const struct timeval *stamp)
{
	int64_t at, now = clock_now();

	if (now - c->offset_at > OFFSET_LIFE)
		measure_offset(c);
	at = stamp->tv_sec * NS_PER_S + stamp->tv_usec - c->offset;
	if (at < c->since)
		return c->since;
	return at > now ? now : at;
}

static void read_frame(u_char *argument, const struct pcap_pkthdr *header,
		       const u_char *frame)
{
	struct capture *c = (void *)argument;
	int at = capture_ip_offset(c->link, frame, header->caplen);

	if (at < 0 || !capture_accept(&c->match, frame + at,
				      header->caplen - (size_t)at, c->out))
		return;
	c->out->at = monotonic(c, &header->ts);
	c->out = NULL;
}

static void ignore_frame(u_char *argument, const struct pcap_pkthdr *header,
			 const u_char *frame)
{
	(void)argument;
	(void)header;
	(void)frame;
}

void capture_set_port(struct capture *c, uint16_t port)
{
	c->match.port = port;
	if (!port || c->gone)
		return;
	while (pcap_dispatch(c->pcap, -1, ignore_frame, NULL) > 0)
		;
	measure_offset(c);
	c->since = c->offset_at;
}

bool capture_next(struct capture *c, struct captured_packet *out)
{
	int count = 1;

	c->out = out;
	while (c->out && count > 0 && c->match.port && !c->gone) {
		count = pcap_dispatch(c->pcap, 1, read_frame, (u_char *)c);
		c->gone = count < 0;
	}
	if (!c->out)
		return true;
	c->out = NULL;
	memset(out, 0, sizeof(*out));
	return false;
}

int capture_handle(const struct capture *c)
{
	if (!c->match.port || c->gone)
		return -1;
	return pcap_get_selectable_fd(c->pcap);
}

/* capture_error - write an error that names why @interface could not be opened;
   @why: libpcap's message */
static void capture_error(struct error *e, pcap_t *pcap, int why,
			  const char *interface)
{
	if (why == PCAP_ERROR_PERM_DENIED)
		privilege_error(e, "capturing packets", &privilege_net_raw);
	else if (why == PCAP_ERROR_NO_SUCH_DEVICE)
		error_set(e, ERROR_MISSING, "there is no interface \"%s\" to "
			  "capture on", interface);
	else if (why == PCAP_ERROR_IFACE_NOT_UP)
		error_set(e, ERROR_MISSING, "the interface \"%s\" to capture "
			  "on is down", interface);
	else
		error_set(e, ERROR_MISSING, "packets cannot be captured on "
			  "\"%s\": %s", interface,
			  why == PCAP_ERROR ? pcap_geterr(pcap) :
			  pcap_statustostr(why));
}

/* activate - set options and start @pcap. Return: libpcap's error, or >= 0 */
static int activate(pcap_t *pcap, int buffer)
{
	char why[PCAP_ERRBUF_SIZE];
	int r;

	pcap_set_snaplen(pcap, SNAP_LENGTH);
	pcap_set_immediate_mode(pcap, 1);
	pcap_set_buffer_size(pcap, buffer ? buffer : BUFFER_BYTES);
	pcap_set_tstamp_precision(pcap, PCAP_TSTAMP_PRECISION_NANO);
	r = pcap_activate(pcap);
	if (r >= 0 && pcap_setnonblock(pcap, 1, why) < 0)
		r = PCAP_ERROR;
	return r;
}

static bool set_filter(pcap_t *pcap, const struct host_config *config)
{
	char text[CAPTURE_FILTER];
	struct bpf_program program;
	bool ok;

	capture_filter(config->port, config->exclude, pcap_datalink(pcap),
		       text);
	if (pcap_compile(pcap, &program, text, 1, PCAP_NETMASK_UNKNOWN) < 0)
		return false;
	ok = pcap_setfilter(pcap, &program) == 0;
	pcap_freecode(&program);
	return ok;
}

/* open_pcap - open a running handle on @interface with its filter. Return: NULL
   on failure */
static pcap_t *open_pcap(const char *interface,
			 const struct host_config *config, struct error *e)
{
	char why[PCAP_ERRBUF_SIZE] = "";
	pcap_t *pcap = pcap_create(interface, why);
	int r;

	if (!pcap) {
		error_set(e, ERROR_MISSING, "packets cannot be captured on "
			  "\"%s\": %s", interface, why);
		return NULL;
	}
	r = activate(pcap, config->capture_buffer);
	if (r >= 0 && link_header(pcap_datalink(pcap)) < 0)
		error_set(e, ERROR_MISSING, "packets cannot be captured on "
			  "\"%s\": its link type %d is not known", interface,
			  pcap_datalink(pcap));
	else if (r < 0 || !set_filter(pcap, config))
		capture_error(e, pcap, r < 0 ? r : PCAP_ERROR, interface);
	else
		return pcap;
	pcap_close(pcap);
	return NULL;
}

struct capture *capture_open(const struct host_config *config,
			     struct error *e)
{
	char name[IF_NAMESIZE];
	const char *interface = config->interface;
	struct capture *c = calloc(1, sizeof(*c));

	if (!c) {
		error_set(e, ERROR_FAILED, "no memory to capture packets");
		return NULL;
	}
	if (!interface)
		interface = interface_towards(config->route_to, name) ?
			name : "any";
	c->pcap = open_pcap(interface, config, e);
	if (!c->pcap) {
		free(c);
		return NULL;
	}
	c->link = pcap_datalink(c->pcap);
	c->match.local = c->local;
	c->match.count = interface_addresses(c->local, LOCAL_MAX);
	return c;
}

void capture_close(struct capture *c)
{
	if (!c)
		return;
	pcap_close(c->pcap);
	free(c);
}
