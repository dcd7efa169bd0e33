/*
 * The hosts' kernels: what a Linux socket does with what comes, as far as a
 * handshake and the proofs go (measured, see "What the host must get right"
 * in docs/methods, and docs/latency.md).
 */
#include "predict/walk.h"

#include <string.h>

#define HURRY_MS 10		/* two jiffies, and what they take */
#define RESEND_MS 1000		/* first retransmission of SYN and SYN-ACK */
#define DATA_AGAIN_MS 300	/* about that of data; doubled each time */
#define PROOF_SENDS 5
#define DATA_LUCKY_MS 150	/* ... but for how long, follows from round
				   trips that were measured: by good luck it
				   comes when it can pass */
#define LUCKY_SENDS 16
#define CHALLENGES_MS 500	/* from one to the next */
#define TTL_TAKEN 2		/* IP_MINTTL of all sockets */

static const struct number nothing = { -1, 0 };

static struct host *peer_of(struct walk *w, const struct host *h)
{
	return &w->hosts[!h->side];
}

static struct parcel segment(const struct host *h, const struct socket *s,
			     enum kind kind)
{
	return (struct parcel){
		.kind = kind, .from = h->side, .to = !h->side,
		.source = h->local, .destination = s->remote,
		.ttl = s->ttl, .sequence = { s->isn, 0 },
		.acks = kind == KIND_SYN ? nothing : s->peer,
		.has_proof = s->proof_in,
	};
}

static void emit(struct walk *w, struct host *h, const struct socket *s,
		 enum kind kind)
{
	struct parcel p = segment(h, s, kind);

	if (kind == KIND_SYN_ACK)
		h->clues.syn_ack_out = true;
	road_send(w, &p);
}

/* resend_after - a socket has one timer: what it was set to before is void */
static void resend_after(struct walk *w, struct host *h, struct socket *s,
			 double ms)
{
	struct event *e = walk_at(w, w->now + ms, EVENT_RESEND, h->side);

	e->isn = s->isn;
	e->timer = ++s->timer;
}

/* arm - SYN or SYN-ACK again, doubling the time */
static void arm(struct walk *w, struct host *h, struct socket *s)
{
	resend_after(w, h, s, RESEND_MS * (double)(1 << s->sends++));
}

/* hurry - what acknowledges no SYN of ours makes Linux send it again at once,
   if it has not been sent again (tcp_rcv_synsent_state_process) */
static void hurry(struct walk *w, struct host *h, struct socket *s)
{
	if (s->hurried || s->sends > 1)
		return;
	s->hurried = true;
	s->sends = 0;
	resend_after(w, h, s, HURRY_MS);
}

static struct socket *socket_with(struct host *h, int isn)
{
	if (h->connecting.state != SOCKET_FREE && h->connecting.isn == isn)
		return &h->connecting;
	if (h->accepted.state != SOCKET_FREE && h->accepted.isn == isn)
		return &h->accepted;
	return NULL;
}

void kernel_resend(struct walk *w, struct host *h, int isn, unsigned timer)
{
	struct socket *s = socket_with(h, isn);

	if (!s || s->timer != timer || s->state == SOCKET_ESTABLISHED ||
	    s->sends > 5)
		return;
	emit(w, h, s, s->state == SOCKET_SYN_SENT ? KIND_SYN : KIND_SYN_ACK);
	arm(w, h, s);
}

void kernel_connect(struct walk *w, struct host *h, int ttl)
{
	struct spot peer = peer_of(w, h)->public;
	struct socket *s = &h->connecting;

	/* a listener holds this very connection already */
	if (h->accepted.state != SOCKET_FREE &&
	    spot_equal(h->accepted.remote, peer))
		return;
	*s = (struct socket){
		.state = SOCKET_SYN_SENT, .remote = peer, .isn = h->isns++,
		.peer = nothing, .ttl = ttl ? ttl : TTL_USUAL,
	};
	h->connects++;
	h->syn_ttl = ttl;
	h->syn_at = w->now;
	h->clues.sent = true;
	h->clues.first = FIRST_NONE;
	h->clues.syn_acks = 0;
	h->clues.kernel_syn_ack = h->clues.rst_in = false;
	emit(w, h, s, KIND_SYN);
	arm(w, h, s);
}

/* ---- the proofs ---- */

void kernel_prove(struct walk *w, struct host *h, struct socket *s)
{
	double after = w->luck ? DATA_LUCKY_MS :
		       DATA_AGAIN_MS * (double)(1 << s->proof_sends);

	if (s->state != SOCKET_ESTABLISHED || s->proof_acked ||
	    s->proof_sends > (w->luck ? LUCKY_SENDS : PROOF_SENDS))
		return;
	w->drew |= s->proof_sent;	/* when it is sent again */
	s->proof_sent = true;
	s->proof_sends++;
	emit(w, h, s, KIND_DATA);
	walk_at(w, w->now + after, EVENT_PROVE_AGAIN, h->side)->isn = s->isn;
}

void kernel_prove_again(struct walk *w, struct host *h, int isn)
{
	struct socket *s = socket_with(h, isn);

	if (s)
		kernel_prove(w, h, s);
}

static void established(struct walk *w, struct host *h, struct socket *s)
{
	s->state = SOCKET_ESTABLISHED;
	s->ttl = TTL_USUAL;	/* the method sees to that */
	tell(w, "%c: ESTABLISHED", 'A' + h->side);
	if (!h->hold_bytes)
		kernel_prove(w, h, s);
}

/* ---- what the capture shows ---- */

/* see_syn_ack - only those of its peer, from where it was told to be */
static void see_syn_ack(struct host *h, const struct parcel *p, bool of_peer)
{
	struct clues *c = &h->clues;

	if (!c->sent)
		return;
	if (!number_is(p->acks, h->connecting.isn)) {
		c->syn_ack_wrong = true;
		return;
	}
	c->syn_acks++;
	if (p->maker == MADE_BY_KERNEL)
		c->kernel_syn_ack = true;
	if (of_peer && c->first == FIRST_NONE) {
		c->first = FIRST_SYN_ACK;
		c->first_maker = p->maker;
	}
}

static void see_segment(struct walk *w, struct host *h, const struct parcel *p)
{
	struct spot peer = peer_of(w, h)->public;
	bool of_peer = spot_equal(p->source, peer);
	struct clues *c = &h->clues;

	if (p->source.address == peer.address && !of_peer)
		c->other_port = true;
	if (p->kind == KIND_SYN) {
		c->syn_in = true;
		if (of_peer && c->first == FIRST_NONE)
			c->first = FIRST_SYN;
	} else if (p->kind == KIND_SYN_ACK) {
		see_syn_ack(h, p, of_peer);
	} else if (p->kind == KIND_RST && c->sent &&
		   number_is(p->acks, h->connecting.isn) &&
		   c->first == FIRST_NONE) {
		c->rst_in = true;
	}
}

/* see_error - by the port alone: it is seen even where no socket has it */
static void see_error(struct host *h, const struct parcel *p)
{
	struct clues *c = &h->clues;

	if (p->quoted != KIND_SYN || p->quoted_source.port != h->local.port ||
	    !number_is(p->quoted_sequence, h->connecting.isn))
		return;
	if (p->kind == KIND_TIME_EXCEEDED && !c->exceeded) {
		c->exceeded = true;
		c->exceeded_from = p->source.address;
	} else if (p->kind == KIND_UNREACHABLE && !c->unreachable) {
		c->unreachable = true;
		c->unreachable_from = p->source.address;
	}
}

/* ---- sockets ---- */

/* closed - by what came; of one that was established connect() has returned */
static void closed(struct host *h, struct socket *s)
{
	if (!s->accepted && s->state != SOCKET_ESTABLISHED)
		h->connect_failed = true;
	s->state = SOCKET_FREE;
}

/* refused - where no socket is: RST, as RFC 9293 3.10.7.1 has it */
static void refused(struct walk *w, struct host *h, const struct parcel *p)
{
	bool bare = p->acks.isn >= 0;
	struct parcel rst = {
		.kind = KIND_RST, .from = h->side, .to = p->from,
		.source = p->destination, .destination = p->source,
		.ttl = TTL_USUAL, .sequence = bare ? p->acks : nothing,
		.acks = bare ? nothing : p->sequence,
		.has_proof = bare && p->has_proof,
	};
	char name[32];

	if (p->kind == KIND_RST)
		return;
	if (!bare && h->step != STEP_OVER && h->clues.syn_in)
		h->clues.rst_out_for_syn = true;
	tell(w, "%c's kernel has no socket for %s, and says RST",
	     'A' + h->side, tell_name(p, name));
	road_send(w, &rst);
}

static bool acknowledges(const struct socket *s, const struct parcel *p)
{
	return number_is(p->acks, s->isn);
}

/* fits - is it what this socket expects of its peer next? */
static bool fits(const struct socket *s, const struct parcel *p)
{
	return number_equal(p->sequence, s->peer);
}

/* challenge - what is beside the window is answered with an ACK, now and then
   (tcp_invalid_ratelimit) */
static void challenge(struct walk *w, struct host *h, struct socket *s)
{
	if (s->challenged > 0 && w->now < s->challenged + CHALLENGES_MS)
		return;
	s->challenged = w->now;
	emit(w, h, s, KIND_ACK);
}

static void in_syn_sent(struct walk *w, struct host *h, struct socket *s,
			const struct parcel *p)
{
	switch (p->kind) {
	case KIND_SYN:
		s->peer = p->sequence;
		s->state = SOCKET_SYN_RECV;
		emit(w, h, s, KIND_SYN_ACK);
		break;
	case KIND_SYN_ACK:
		if (!acknowledges(s, p)) {
			refused(w, h, p);
			hurry(w, h, s);
			break;
		}
		s->peer = p->sequence;
		emit(w, h, s, KIND_ACK);
		established(w, h, s);
		break;
	case KIND_RST:
		if (acknowledges(s, p))
			closed(h, s);
		else if (p->acks.isn >= 0)
			hurry(w, h, s);
		break;
	default:
		if (!acknowledges(s, p)) {
			refused(w, h, p);
			hurry(w, h, s);
		}
	}
}

static void take_data(struct walk *w, struct host *h, struct socket *s,
		      const struct parcel *p)
{
	if (p->has_proof && s->proof_sent)
		s->proof_acked = true;
	if (p->kind != KIND_DATA)
		return;
	s->proof_in = true;
	emit(w, h, s, KIND_ACK);
}

static void in_syn_recv(struct walk *w, struct host *h, struct socket *s,
			const struct parcel *p)
{
	switch (p->kind) {
	case KIND_SYN:
		if (fits(s, p))
			emit(w, h, s, KIND_SYN_ACK);
		else
			challenge(w, h, s);
		break;
	case KIND_RST:
		if (p->acks.isn < 0 && fits(s, p))
			closed(h, s);
		break;
	default:
		if (!fits(s, p) || (p->kind == KIND_SYN_ACK &&
				    !acknowledges(s, p))) {
			challenge(w, h, s);
			break;
		}
		if (!acknowledges(s, p)) {
			refused(w, h, p);
			break;
		}
		if (p->kind == KIND_SYN_ACK)
			emit(w, h, s, KIND_ACK);
		established(w, h, s);
		if (p->kind != KIND_SYN_ACK)
			take_data(w, h, s, p);
	}
}

static void in_established(struct walk *w, struct host *h, struct socket *s,
			   const struct parcel *p)
{
	switch (p->kind) {
	case KIND_SYN:
	case KIND_SYN_ACK:
		challenge(w, h, s);
		break;
	case KIND_RST:
		/* only one that comes next (RFC 5961 3.2) */
		if (p->acks.isn < 0 && fits(s, p) &&
		    p->has_proof == s->proof_in)
			closed(h, s);
		break;
	default:
		if (!fits(s, p))
			challenge(w, h, s);
		else if (acknowledges(s, p))
			take_data(w, h, s, p);
	}
}

static void take_error(struct host *h, const struct parcel *p)
{
	struct socket *s = &h->connecting;

	/* IP_MINTTL keeps time exceeded from the sockets, and what else
	   quotes a SYN that would not have gone on */
	if (p->kind == KIND_UNREACHABLE && p->quoted_ttl >= TTL_TAKEN &&
	    spot_equal(p->quoted_source, h->local) &&
	    spot_equal(p->quoted_destination, s->remote) &&
	    number_is(p->quoted_sequence, s->isn) &&
	    (s->state == SOCKET_SYN_SENT || s->state == SOCKET_SYN_RECV))
		closed(h, s);
}

/* listens - a SYN for the listener: a socket of its own */
static void listens(struct walk *w, struct host *h, const struct parcel *p)
{
	struct socket *s = &h->accepted;

	if (s->state != SOCKET_FREE)
		return;
	*s = (struct socket){
		.state = SOCKET_SYN_RECV, .accepted = true,
		.remote = p->source, .isn = h->isns++, .peer = p->sequence,
		.ttl = TTL_USUAL,
	};
	emit(w, h, s, KIND_SYN_ACK);
	arm(w, h, s);
}

static struct socket *socket_for(struct host *h, const struct parcel *p)
{
	if (h->accepted.state != SOCKET_FREE &&
	    spot_equal(h->accepted.remote, p->source))
		return &h->accepted;
	if (h->connecting.state != SOCKET_FREE &&
	    spot_equal(h->connecting.remote, p->source))
		return &h->connecting;
	return NULL;
}

static void take_segment(struct walk *w, struct host *h,
			 const struct parcel *p)
{
	struct socket *s = socket_for(h, p);
	bool listener = !s && h->listening && p->kind == KIND_SYN;

	if ((s || listener) && p->ttl < TTL_TAKEN)
		return;
	if (listener)
		listens(w, h, p);
	else if (!s)
		refused(w, h, p);
	else if (s->state == SOCKET_SYN_SENT)
		in_syn_sent(w, h, s, p);
	else if (s->state == SOCKET_SYN_RECV)
		in_syn_recv(w, h, s, p);
	else
		in_established(w, h, s, p);
}

void kernel_take(struct walk *w, struct host *h, const struct parcel *p)
{
	if (KIND_IS_ICMP(p->kind)) {
		if (h->step != STEP_OVER)
			see_error(h, p);
		take_error(h, p);
	} else {
		if (h->step != STEP_OVER && p->ttl >= TTL_TAKEN)
			see_segment(w, h, p);
		take_segment(w, h, p);
	}
	play_step(w, h);
}
