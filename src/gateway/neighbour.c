#include "gateway/neighbour.h"

#include "wire/arp.h"
#include "wire/bytes.h"
#include "wire/ethernet.h"
#include "wire/ndp.h"

#include <net/ethernet.h>
#include <stdlib.h>
#include <string.h>

enum {
	MAC = 6,
	WAYS = 4,		/* a row has one of four places */
	SETS = NEIGHBOURS / WAYS,
	ANSWERS = 16,		/* that may be due at once */
	ANSWER_ROOM = FRAME_IP + NDP_LENGTH,
};

enum state {
	FREE,
	ASKING,			/* all; it has no MAC yet */
	KNOWN,
	PROBING,		/* still known; it alone is asked */
	SILENT,			/* nobody has answered */
};

struct row {
	struct neighbour_address address;
	int64_t used;
	int64_t at;		/* KNOWN: last heard of; ASKING and PROBING:
				   the next question; SILENT: until */
	uint8_t mac[MAC];
	uint8_t state;
	uint8_t asked;		/* how often */
};

struct held {
	uint64_t number;	/* in order of arrival; 0: free */
	struct neighbour_address next;
	size_t length;
	uint8_t bytes[FRAME_MAX];
};

struct answer {
	size_t length;
	uint8_t bytes[ANSWER_ROOM];
};

struct neighbours {
	struct neighbour_config config;
	struct row rows[NEIGHBOURS];
	struct row *last;	/* that was found: mostly the next one, too */
	int64_t due;		/* the first question of those that ASK or
				   PROBE */
	struct answer answers[ANSWERS];
	unsigned answer_count, answers_taken;
	struct answer question;
	uint64_t arrivals;
	unsigned held_count, lost;
	struct held *released;	/* handed out by neighbour_output() */
	bool ready;		/* a held frame may go, or is lost */
	struct held held[NEIGHBOUR_QUEUE];
};

static const uint8_t everybody[MAC] = { 255, 255, 255, 255, 255, 255 };

struct neighbours *neighbours_new(const struct neighbour_config *config)
{
	struct neighbours *n = calloc(1, sizeof(*n));

	if (!n)
		return NULL;
	n->config = *config;
	n->last = n->rows;
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

/* places - where the row of an address may be */
static struct row *places(struct neighbours *n,
			  const struct neighbour_address *a)
{
	uint32_t mixed = get32(a->bytes + 8) * 31 + get32(a->bytes + 12);

	return n->rows + (size_t)((mixed * 0x9e3779b1u) >> 16) % SETS * WAYS;
}

static struct row *find(struct neighbours *n,
			const struct neighbour_address *a)
{
	struct row *r = places(n, a);

	for (int i = 0; i < WAYS; i++)
		if (r[i].state != FREE && neighbour_equal(&r[i].address, a))
			return &r[i];
	return NULL;
}

/* add - the place of what was used longest ago, and best of the silent */
static struct row *add(struct neighbours *n,
		       const struct neighbour_address *a, int64_t now)
{
	struct row *r = places(n, a), *out = r;

	for (int i = 1; i < WAYS && out->state != FREE; i++)
		if (r[i].state == FREE ||
		    (r[i].state == SILENT && out->state != SILENT) ||
		    (r[i].used < out->used && out->state != SILENT))
			out = &r[i];
	*out = (struct row){ .address = *a, .used = now };
	n->ready = true;	/* who waited for that one does so in vain */
	return out;
}

static void ask(struct neighbours *n, struct row *r, enum state how,
		int64_t now)
{
	r->state = (uint8_t)how;
	r->asked = 0;
	r->at = now;
	n->due = now;
}

static enum neighbour_result use(struct neighbours *n, struct row *r,
				 int64_t now, uint8_t mac[MAC])
{
	r->used = now;
	n->last = r;
	if (r->state == SILENT && now >= r->at)
		ask(n, r, ASKING, now);
	if (r->state == KNOWN && now - r->at >= NEIGHBOUR_REACHABLE_TIME)
		ask(n, r, PROBING, now);
	if (r->state == ASKING)
		return NEIGHBOUR_PENDING;
	if (r->state == SILENT)
		return NEIGHBOUR_UNREACHABLE;
	memcpy(mac, r->mac, MAC);
	return NEIGHBOUR_RESOLVED;
}

enum neighbour_result neighbour_find(struct neighbours *n,
				     const struct neighbour_address *to,
				     int64_t now, uint8_t mac[6])
{
	struct neighbour_address next;
	struct row *r;

	if (!neighbour_next_hop(&n->config, to, &next))
		return NEIGHBOUR_UNREACHABLE;
	r = n->last;
	if (r->state == FREE || !neighbour_equal(&r->address, &next))
		r = find(n, &next);
	if (!r) {
		r = add(n, &next, now);
		ask(n, r, ASKING, now);
	}
	return use(n, r, now, mac);
}

bool neighbour_queue(struct neighbours *n, const struct neighbour_address *to,
		     const uint8_t *frame, size_t length)
{
	struct neighbour_address next;

	if (n->held_count == NEIGHBOUR_QUEUE || length > FRAME_MAX ||
	    !neighbour_next_hop(&n->config, to, &next))
		return false;
	for (int i = 0; i < NEIGHBOUR_QUEUE; i++) {
		struct held *h = &n->held[i];

		if (h->number || h == n->released)
			continue;
		h->number = ++n->arrivals;
		h->next = next;
		h->length = length;
		memcpy(h->bytes, frame, length);
		n->held_count++;
		return true;
	}
	return false;
}

/* learn - @a has @mac; @wanted: even if nobody has asked for it */
static void learn(struct neighbours *n, const struct neighbour_address *a,
		  const uint8_t mac[MAC], bool wanted, int64_t now)
{
	static const uint8_t none[MAC];
	struct row *r = find(n, a);

	if ((mac[0] & 1) || !memcmp(mac, none, MAC) || (!r && !wanted) ||
	    neighbour_is_own(&n->config, a) ||
	    !neighbour_on_link(&n->config, a))
		return;
	if (!r)
		r = add(n, a, now);
	n->ready |= r->state == ASKING || r->state == SILENT;
	r->state = KNOWN;
	r->at = now;
	memcpy(r->mac, mac, MAC);
}

/* begin - a frame of our own; Return: where what it carries begins */
static uint8_t *begin(const struct neighbours *n, struct answer *a,
		      const uint8_t to[MAC], uint16_t type)
{
	uint8_t *ethernet = a->bytes + FRAME_VIRTIO;

	memset(a->bytes, 0, FRAME_VIRTIO);
	memcpy(ethernet, to, MAC);
	memcpy(ethernet + MAC, n->config.mac, MAC);
	ethernet_set_type(ethernet, type);
	return a->bytes + FRAME_IP;
}

static void put_arp(const struct neighbours *n, struct answer *out,
		    const uint8_t to[MAC], struct arp *arp)
{
	memcpy(arp->sender_mac, n->config.mac, MAC);
	out->length = FRAME_IP +
		arp_build(arp, begin(n, out, to, ETHERTYPE_ARP));
}

static void put_ndp(const struct neighbours *n, struct answer *out,
		    const uint8_t to[MAC], struct ndp *ndp)
{
	uint8_t group[MAC] = { 0x33, 0x33 };	/* RFC 2464 7 */

	memcpy(group + 2, ndp->destination + 12, 4);
	memcpy(ndp->mac, n->config.mac, MAC);
	out->length = FRAME_IP +
		ndp_build(ndp, begin(n, out, ndp->destination[0] == 0xff ?
				     group : to, ETHERTYPE_IPV6));
}

/* answer - room for one more, or NULL */
static struct answer *answer(struct neighbours *n)
{
	return n->answer_count < ANSWERS ? &n->answers[n->answer_count++] :
		NULL;
}

static void arp_input(struct neighbours *n, const struct arp *arp,
		      int64_t now)
{
	struct neighbour_address sender = neighbour_ipv4(arp->sender);
	struct neighbour_address target = neighbour_ipv4(arp->target);
	bool to_us = neighbour_is_own(&n->config, &target);
	struct answer *out;
	struct arp reply = { .reply = true, .sender = arp->target,
			     .target = arp->sender };

	if (arp->sender)
		learn(n, &sender, arp->sender_mac, to_us, now);
	if (arp->reply || !to_us || neighbour_is_own(&n->config, &sender))
		return;
	out = answer(n);
	memcpy(reply.target_mac, arp->sender_mac, MAC);
	if (out)
		put_arp(n, out, arp->sender_mac, &reply);
}

static void solicitation_input(struct neighbours *n, const struct ndp *ndp,
			       const uint8_t from[MAC], int64_t now)
{
	static const struct neighbour_address nobody;
	static const uint8_t all_nodes[16] = { 0xff, 2, [15] = 1 };
	struct neighbour_address source = neighbour_ipv6(ndp->source);
	struct neighbour_address target = neighbour_ipv6(ndp->target);
	struct ndp reply = { .advertisement = true, .override = true,
			     .solicited = !neighbour_equal(&source, &nobody),
			     .has_mac = true };
	struct answer *out;

	if (!neighbour_is_own(&n->config, &target))
		return;
	if (reply.solicited && ndp->has_mac)
		learn(n, &source, ndp->mac, true, now);
	memcpy(reply.source, ndp->target, 16);
	memcpy(reply.target, ndp->target, 16);
	memcpy(reply.destination,
	       reply.solicited ? ndp->source : all_nodes, 16);
	out = answer(n);
	if (out)
		put_ndp(n, out, from, &reply);
}

/* RFC 4861 7.2.5: without the flag it does not overrule what is known. */
static void advertisement_input(struct neighbours *n, const struct ndp *ndp,
				const uint8_t from[MAC], int64_t now)
{
	struct neighbour_address target = neighbour_ipv6(ndp->target);
	const uint8_t *mac = ndp->has_mac ? ndp->mac : from;
	const struct row *r = find(n, &target);

	if (r && (ndp->override || r->state == ASKING || r->state == SILENT ||
		  !memcmp(r->mac, mac, MAC)))
		learn(n, &target, mac, false, now);
}

bool neighbour_input(struct neighbours *n, const uint8_t *frame,
		     size_t length, int64_t now)
{
	const uint8_t *ethernet = frame + FRAME_VIRTIO;
	const uint8_t *bytes = frame + FRAME_IP;
	struct arp arp;
	struct ndp ndp;
	uint16_t type;

	if (length < FRAME_IP)
		return false;
	type = ethernet_type(ethernet);
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
		advertisement_input(n, &ndp, ethernet + MAC, now);
	else
		solicitation_input(n, &ndp, ethernet + MAC, now);
	return true;
}

static void put_question(struct neighbours *n, const struct row *r)
{
	const uint8_t *to = r->state == PROBING ? r->mac : everybody;
	struct arp arp = { .target = get32(r->address.bytes + 12),
			   .sender = get32(n->config.ipv4.address.bytes + 12) };
	struct ndp ndp = { .has_mac = true };

	if (neighbour_is_ipv4(&r->address)) {
		put_arp(n, &n->question, to, &arp);
		return;
	}
	ndp_link_local(n->config.mac, ndp.source);
	memcpy(ndp.target, r->address.bytes, 16);
	if (r->state == PROBING)
		memcpy(ndp.destination, ndp.target, 16);
	else
		ndp_group(ndp.target, ndp.destination);
	put_ndp(n, &n->question, to, &ndp);
}

/* pursue - put the next question of @r; false when none is due or left */
static bool pursue(struct neighbours *n, struct row *r, int64_t now)
{
	if (r->at > now)
		return false;
	if (r->asked == NEIGHBOUR_MAX_SOLICIT && r->state == PROBING) {
		r->state = ASKING;	/* it may have another MAC */
		r->asked = 0;
	}
	r->at = now + NEIGHBOUR_RETRANS_TIMER;
	if (r->asked == NEIGHBOUR_MAX_SOLICIT) {
		r->at = now + NEIGHBOUR_MAX_SOLICIT * NEIGHBOUR_RETRANS_TIMER;
		r->state = SILENT;
		n->ready = true;
		return false;
	}
	r->asked++;
	put_question(n, r);
	return true;
}

/* question - the next that is due; when there is none, when one will be */
static bool question(struct neighbours *n, int64_t now)
{
	if (now < n->due)
		return false;
	n->due = TIME_NEVER;
	for (struct row *r = n->rows; r < n->rows + NEIGHBOURS; r++) {
		if (r->state != ASKING && r->state != PROBING)
			continue;
		if (pursue(n, r, now)) {
			n->due = now;	/* look at all the others again */
			return true;
		}
		if (r->state == SILENT)
			continue;
		n->due = r->at < n->due ? r->at : n->due;
	}
	return false;
}

/* first - the frame that came first of those that wait no longer */
static struct held *first(struct neighbours *n)
{
	struct held *out = NULL;

	for (struct held *h = n->held; h < n->held + NEIGHBOUR_QUEUE; h++) {
		const struct row *r = h->number ? find(n, &h->next) : NULL;

		if (h->number && (!r || r->state != ASKING) &&
		    (!out || h->number < out->number))
			out = h;
	}
	return out;
}

/* release - the next frame that may go; who waited in vain is counted */
static struct held *release(struct neighbours *n)
{
	struct held *h;

	n->released = NULL;
	while (n->ready && n->held_count && (h = first(n))) {
		const struct row *r = find(n, &h->next);

		h->number = 0;
		n->held_count--;
		if (r && r->state != SILENT) {
			memcpy(h->bytes + FRAME_VIRTIO, r->mac, MAC);
			n->released = h;
			return h;
		}
		n->lost++;
	}
	n->ready = false;
	return NULL;
}

static bool hand_out(struct answer *a, uint8_t **frame, size_t *length)
{
	*frame = a->bytes;
	*length = a->length;
	return true;
}

bool neighbour_output(struct neighbours *n, int64_t now, uint8_t **frame,
		      size_t *length)
{
	struct held *h;

	if (n->answers_taken < n->answer_count)
		return hand_out(&n->answers[n->answers_taken++], frame,
				length);
	n->answer_count = n->answers_taken = 0;
	if (question(n, now))
		return hand_out(&n->question, frame, length);
	h = release(n);
	if (!h)
		return false;
	*frame = h->bytes;
	*length = h->length;
	return true;
}

int64_t neighbour_wake(const struct neighbours *n)
{
	return n->due;
}

unsigned neighbours_dropped(struct neighbours *n)
{
	unsigned lost = n->lost;

	n->lost = 0;
	return lost;
}
