#include "gateway/neighbour.h"

#include "wire/arp.h"
#include "wire/bytes.h"
#include "wire/ndp.h"

#include <net/ethernet.h>
#include <stdlib.h>
#include <string.h>

enum {
	MAC = ETHERNET_ADDRESS,
	WAYS = 4,		/* the table is 4-way set associative */
	SETS = NEIGHBOURS / WAYS,
	REPLIES = 16,		/* that can be due at once */
	MESSAGE_ROOM = FRAME_IP + NDP_LENGTH,
};

/* As the kernel's NUD_* and RFC 4861 7.3.2 name them. */
enum neighbour_state {
	FREE,
	INCOMPLETE,		/* no MAC yet; requests are broadcast */
	REACHABLE,
	PROBE,			/* not heard of for long; the MAC is in use, and
				   requests go to it */
	FAILED,			/* nobody answered */
};

struct neighbour_entry {
	struct neighbour_address address;
	int64_t used;		/* when last */
	int64_t at;		/* REACHABLE: last heard of; INCOMPLETE, PROBE:
				   the next request; FAILED: its end */
	uint8_t mac[MAC];
	uint8_t state;
	uint8_t requests;	/* sent */
};

struct queued_frame {
	uint64_t number;	/* in order of arrival; 0: free */
	struct neighbour_address next_hop;
	size_t length;
	uint8_t bytes[FRAME_MAX];
};

/* An ARP or NDP message to send, as a frame. */
struct neighbour_message {
	size_t length;
	uint8_t bytes[MESSAGE_ROOM];
};

struct neighbours {
	struct neighbour_config config;
	struct neighbour_entry entries[NEIGHBOURS];
	struct neighbour_entry *last;	/* found; most packets need it again */
	int64_t due;		/* the earliest request */
	struct neighbour_message replies[REPLIES];
	unsigned reply_count, replies_sent;
	struct neighbour_message request;
	uint64_t arrivals;
	unsigned queued, dropped;
	struct queued_frame *released;	/* returned by neighbour_output() */
	bool releasable;	/* perhaps: a next hop has been resolved, or has
				   failed */
	struct queued_frame queue[NEIGHBOUR_QUEUE];
};

struct neighbours *neighbours_new(const struct neighbour_config *config)
{
	struct neighbours *n = calloc(1, sizeof(*n));

	if (!n)
		return NULL;
	n->config = *config;
	n->last = n->entries;
	n->due = TIME_NEVER;
	return n;
}

void neighbours_free(struct neighbours *n)
{
	free(n);
}

void neighbours_set_count(struct neighbours *n, uint32_t count)
{
	n->config.ipv4.count = count;
}

/* set_of - Return: the WAYS entries in which an address can be */
static struct neighbour_entry *set_of(struct neighbours *n,
				      const struct neighbour_address *a)
{
	uint32_t mixed = get32(a->bytes + 8) * 31 + get32(a->bytes + 12);

	return n->entries + (size_t)((mixed * 0x9e3779b1u) >> 16) % SETS * WAYS;
}

static struct neighbour_entry *find_entry(struct neighbours *n,
					  const struct neighbour_address *a)
{
	struct neighbour_entry *r = set_of(n, a);

	for (int i = 0; i < WAYS; i++)
		if (r[i].state != FREE && neighbour_equal(&r[i].address, a))
			return &r[i];
	return NULL;
}

/* add_entry - add an entry in a free place, or replace a failed entry, or the
   least recently used one */
static struct neighbour_entry *
add_entry(struct neighbours *n, const struct neighbour_address *a, int64_t now)
{
	struct neighbour_entry *r = set_of(n, a), *out = r;

	for (int i = 1; i < WAYS && out->state != FREE; i++)
		if (r[i].state == FREE ||
		    (r[i].state == FAILED && out->state != FAILED) ||
		    (r[i].used < out->used && out->state != FAILED))
			out = &r[i];
	*out = (struct neighbour_entry){ .address = *a, .used = now };
	n->releasable = true;	/* packets queued for the replaced entry */
	return out;
}

/* solicit - begin to send requests */
static void solicit(struct neighbours *n, struct neighbour_entry *r,
		    enum neighbour_state state, int64_t now)
{
	r->state = (uint8_t)state;
	r->requests = 0;
	r->at = now;
	n->due = now;
}

enum neighbour_result neighbour_find(struct neighbours *n,
				     const struct neighbour_address *to,
				     int64_t now, uint8_t mac[6])
{
	struct neighbour_address next;
	struct neighbour_entry *r;

	if (!neighbour_next_hop(&n->config, to, &next))
		return NEIGHBOUR_UNREACHABLE;
	r = n->last;
	if (r->state == FREE || !neighbour_equal(&r->address, &next))
		r = find_entry(n, &next);
	if (!r) {
		r = add_entry(n, &next, now);
		solicit(n, r, INCOMPLETE, now);
	}
	r->used = now;
	n->last = r;
	if (r->state == FAILED && now >= r->at)
		solicit(n, r, INCOMPLETE, now);
	if (r->state == REACHABLE && now - r->at >= NEIGHBOUR_REACHABLE_TIME)
		solicit(n, r, PROBE, now);
	if (r->state == INCOMPLETE)
		return NEIGHBOUR_PENDING;
	if (r->state == FAILED)
		return NEIGHBOUR_UNREACHABLE;
	memcpy(mac, r->mac, MAC);
	return NEIGHBOUR_RESOLVED;
}

bool neighbour_queue(struct neighbours *n, const struct neighbour_address *to,
		     const uint8_t *frame, size_t length)
{
	struct neighbour_address next;

	if (n->queued == NEIGHBOUR_QUEUE || length > FRAME_MAX ||
	    !neighbour_next_hop(&n->config, to, &next))
		return false;
	for (int i = 0; i < NEIGHBOUR_QUEUE; i++) {
		struct queued_frame *q = &n->queue[i];

		if (q->number || q == n->released)
			continue;
		q->number = ++n->arrivals;
		q->next_hop = next;
		q->length = length;
		memcpy(q->bytes, frame, length);
		n->queued++;
		return true;
	}
	return false;
}

/* learn - store the MAC of an address; @create: also if it has no entry yet */
static void learn(struct neighbours *n, const struct neighbour_address *a,
		  const uint8_t mac[MAC], bool create, int64_t now)
{
	static const uint8_t none[MAC];
	struct neighbour_entry *r = find_entry(n, a);

	if ((mac[0] & 1) || !memcmp(mac, none, MAC) || (!r && !create) ||
	    neighbour_is_own(&n->config, a) ||
	    !neighbour_on_link(&n->config, a))
		return;
	if (!r)
		r = add_entry(n, a, now);
	n->releasable |= r->state == INCOMPLETE || r->state == FAILED;
	r->state = REACHABLE;
	r->at = now;
	memcpy(r->mac, mac, MAC);
}

/* put_ethernet - write the Ethernet header. Return: where the payload begins */
static uint8_t *put_ethernet(const struct neighbours *n,
			     struct neighbour_message *m, const uint8_t to[MAC],
			     uint16_t type)
{
	memset(m->bytes, 0, FRAME_VIRTIO);
	memcpy(m->bytes + FRAME_DESTINATION, to, MAC);
	memcpy(m->bytes + FRAME_SOURCE, n->config.mac, MAC);
	ethernet_set_type(m->bytes + FRAME_VIRTIO, type);
	return m->bytes + FRAME_IP;
}

static void put_arp(const struct neighbours *n, struct neighbour_message *out,
		    const uint8_t to[MAC], struct arp *arp)
{
	memcpy(arp->sender_mac, n->config.mac, MAC);
	out->length = FRAME_IP +
		arp_build(arp, put_ethernet(n, out, to, ETHERTYPE_ARP));
}

/* put_ndp - write a neighbour discovery message to the MAC @to, or to the
   group's MAC if the IPv6 destination is multicast */
static void put_ndp(const struct neighbours *n, struct neighbour_message *out,
		    const uint8_t to[MAC], struct ndp *ndp)
{
	uint8_t group[MAC] = { 0x33, 0x33 };	/* RFC 2464 7 */

	memcpy(group + 2, ndp->destination + 12, 4);
	memcpy(ndp->mac, n->config.mac, MAC);
	out->length = FRAME_IP +
		ndp_build(ndp, put_ethernet(n, out,
					    ndp->destination[0] == 0xff ?
					    group : to, ETHERTYPE_IPV6));
}

/* new_reply - get room for a reply. Return: NULL if too many are waiting */
static struct neighbour_message *new_reply(struct neighbours *n)
{
	return n->reply_count < REPLIES ? &n->replies[n->reply_count++] : NULL;
}

static void arp_input(struct neighbours *n, const struct arp *arp,
		      int64_t now)
{
	struct neighbour_address sender = neighbour_ipv4(arp->sender);
	struct neighbour_address target = neighbour_ipv4(arp->target);
	bool to_us = neighbour_is_own(&n->config, &target);
	struct neighbour_message *out;
	struct arp reply = { .reply = true, .sender = arp->target,
			     .target = arp->sender };

	if (arp->sender)
		learn(n, &sender, arp->sender_mac, to_us, now);
	if (arp->reply || !to_us || neighbour_is_own(&n->config, &sender))
		return;
	out = new_reply(n);
	memcpy(reply.target_mac, arp->sender_mac, MAC);
	if (out)
		put_arp(n, out, arp->sender_mac, &reply);
}

static void solicitation_input(struct neighbours *n, const struct ndp *ndp,
			       const uint8_t from[MAC], int64_t now)
{
	static const struct neighbour_address unspecified;
	static const uint8_t all_nodes[16] = { 0xff, 2, [15] = 1 };
	struct neighbour_address source = neighbour_ipv6(ndp->source);
	struct neighbour_address target = neighbour_ipv6(ndp->target);
	struct ndp reply = { .advertisement = true,
			     .override = true,
			     .solicited =
				     !neighbour_equal(&source, &unspecified),
			     .has_mac = true };
	struct neighbour_message *out;

	if (!neighbour_is_own(&n->config, &target))
		return;
	if (reply.solicited && ndp->has_mac)
		learn(n, &source, ndp->mac, true, now);
	memcpy(reply.source, ndp->target, 16);
	memcpy(reply.target, ndp->target, 16);
	memcpy(reply.destination,
	       reply.solicited ? ndp->source : all_nodes, 16);
	out = new_reply(n);
	if (out)
		put_ndp(n, out, from, &reply);
}

/* RFC 4861 7.2.5: without the override flag it does not replace a MAC that is
   known. */
static void advertisement_input(struct neighbours *n, const struct ndp *ndp,
				const uint8_t from[MAC], int64_t now)
{
	struct neighbour_address target = neighbour_ipv6(ndp->target);
	const uint8_t *mac = ndp->has_mac ? ndp->mac : from;
	const struct neighbour_entry *r = find_entry(n, &target);

	if (r && (ndp->override || r->state == INCOMPLETE ||
		  r->state == FAILED || !memcmp(r->mac, mac, MAC)))
		learn(n, &target, mac, false, now);
}

bool neighbour_input(struct neighbours *n, const uint8_t *frame,
		     size_t length, int64_t now)
{
	const uint8_t *bytes = frame + FRAME_IP;
	struct arp arp;
	struct ndp ndp;
	uint16_t type;

	if (length < FRAME_IP)
		return false;
	type = ethernet_type(frame + FRAME_VIRTIO);
	length -= FRAME_IP;
	if (type == ETHERTYPE_ARP) {
		if (arp_parse(bytes, length, &arp))
			arp_input(n, &arp, now);
		return true;
	}
	if (type != ETHERTYPE_IPV6 || !ndp_is(bytes, length))
		return false;
	if (!ndp_parse(bytes, length, &ndp))
		return true;
	if (ndp.advertisement)
		advertisement_input(n, &ndp, frame + FRAME_SOURCE, now);
	else
		solicitation_input(n, &ndp, frame + FRAME_SOURCE, now);
	return true;
}

static void put_request(struct neighbours *n, const struct neighbour_entry *r)
{
	static const uint8_t broadcast[MAC] = { 255, 255, 255, 255, 255, 255 };
	const uint8_t *to = r->state == PROBE ? r->mac : broadcast;
	struct arp arp = { .target = get32(r->address.bytes + 12),
			   .sender = get32(n->config.ipv4.address.bytes + 12) };
	struct ndp ndp = { .has_mac = true };

	if (neighbour_is_ipv4(&r->address)) {
		put_arp(n, &n->request, to, &arp);
		return;
	}
	ndp_link_local(n->config.mac, ndp.source);
	memcpy(ndp.target, r->address.bytes, 16);
	if (r->state == PROBE)
		memcpy(ndp.destination, ndp.target, 16);
	else
		ndp_group(ndp.target, ndp.destination);
	put_ndp(n, &n->request, to, &ndp);
}

/* request_due - build the next request of an entry. Return: false if none is
   due, or all have been sent */
static bool request_due(struct neighbours *n, struct neighbour_entry *r,
			int64_t now)
{
	if (r->at > now)
		return false;
	if (r->requests == NEIGHBOUR_MAX_SOLICIT && r->state == PROBE) {
		r->state = INCOMPLETE;	/* it may have another MAC */
		r->requests = 0;
	}
	r->at = now + NEIGHBOUR_RETRANS_TIMER;
	if (r->requests == NEIGHBOUR_MAX_SOLICIT) {
		r->at = now + NEIGHBOUR_MAX_SOLICIT * NEIGHBOUR_RETRANS_TIMER;
		r->state = FAILED;
		n->releasable = true;
		return false;
	}
	r->requests++;
	put_request(n, r);
	return true;
}

/* next_request - build the next request of all entries; if none is due, set
   @due to the time of the next one */
static bool next_request(struct neighbours *n, int64_t now)
{
	if (now < n->due)
		return false;
	n->due = TIME_NEVER;
	for (struct neighbour_entry *r = n->entries;
	     r < n->entries + NEIGHBOURS; r++) {
		if (r->state != INCOMPLETE && r->state != PROBE)
			continue;
		if (request_due(n, r, now)) {
			n->due = now;	/* more entries may be due */
			return true;
		}
		if (r->state != FAILED && r->at < n->due)
			n->due = r->at;
	}
	return false;
}

/* first_decided - find the earliest queued frame whose next hop is resolved or
   has failed */
static struct queued_frame *first_decided(struct neighbours *n)
{
	struct queued_frame *out = NULL;

	for (struct queued_frame *q = n->queue; q < n->queue + NEIGHBOUR_QUEUE;
	     q++) {
		const struct neighbour_entry *r = q->number ?
			find_entry(n, &q->next_hop) : NULL;

		if (q->number && (!r || r->state != INCOMPLETE) &&
		    (!out || q->number < out->number))
			out = q;
	}
	return out;
}

/* release_frame - take the next queued frame that can be sent; drop those that
   cannot */
static struct queued_frame *release_frame(struct neighbours *n)
{
	struct queued_frame *q;

	n->released = NULL;
	while (n->releasable && n->queued && (q = first_decided(n))) {
		const struct neighbour_entry *r = find_entry(n, &q->next_hop);

		q->number = 0;
		n->queued--;
		if (r && r->state != FAILED) {
			memcpy(q->bytes + FRAME_DESTINATION, r->mac, MAC);
			n->released = q;
			return q;
		}
		n->dropped++;
	}
	n->releasable = false;
	return NULL;
}

bool neighbour_output(struct neighbours *n, int64_t now, uint8_t **frame,
		      size_t *length)
{
	struct neighbour_message *m = NULL;
	struct queued_frame *q;

	if (n->replies_sent < n->reply_count) {
		m = &n->replies[n->replies_sent++];
	} else {
		n->reply_count = n->replies_sent = 0;
		if (next_request(n, now))
			m = &n->request;
	}
	if (m) {
		*frame = m->bytes;
		*length = m->length;
		return true;
	}
	q = release_frame(n);
	if (!q)
		return false;
	*frame = q->bytes;
	*length = q->length;
	return true;
}

int64_t neighbour_wake(const struct neighbours *n)
{
	return n->due;
}

unsigned neighbours_dropped(struct neighbours *n)
{
	unsigned dropped = n->dropped;

	n->dropped = 0;
	return dropped;
}
