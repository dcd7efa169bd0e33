#include "predict/conntrack_model.h"

enum { KINDS = KIND_DATA };	/* conntrack treats data as ACK */

/* Entries of the table besides states. */
enum { INVALID = 16, IGNORED };

#define SENT CT_SYN_SENT
#define RECV CT_SYN_RECV
#define DONE CT_ESTABLISHED
#define BOTH CT_SYN_SENT2
#define SHUT CT_CLOSE

/* [state][reply]: SYN, SYN-ACK, ACK */
static const uint8_t leads_to[][2][KINDS] = {
	[SENT] = { { SENT, INVALID, INVALID }, { BOTH, RECV, IGNORED } },
	[RECV] = { { IGNORED, RECV, DONE }, { INVALID, IGNORED, RECV } },
	[DONE] = { { IGNORED, INVALID, DONE }, { INVALID, IGNORED, DONE } },
	[BOTH] = { { BOTH, RECV, INVALID }, { BOTH, RECV, IGNORED } },
	[SHUT] = { { SENT, INVALID, SHUT }, { INVALID, IGNORED, SHUT } },
};

/* A packet with its connection. */
struct ct_packet {
	struct model_run *run;
	struct model_conntrack *conntrack;
	bool liberal;		/* its window is not checked */
	bool reply, has_ack;
	int from;		/* the side whose number @sequence is */
	enum sym_kind kind;
	struct sym_seq sequence, acks;
	enum ct_state next;	/* the connection's state if it is accepted */
};

/* The next check of a packet, or the result. */
enum ct_check { CHECK_WINDOW, CHECK_ACCEPT, CHECK_IGNORE, CHECK_INVALID,
		CHECK_RENEW };

/* ---- sequence numbers ---- */

enum seq_relation { SAME, EARLIER, LATER };

/* draw_order - of two numbers of @side that only chance orders. A second look
   at numbers that are as far apart finds the same order. */
static enum seq_relation draw_order(struct model_run *run, int side,
				    struct sym_seq x, struct sym_seq y)
{
	struct seq_order o = { .side = side, .zero = { x.isn < 0, y.isn < 0 },
			       .apart = x.shift - y.shift };

	for (unsigned i = 0; i < run->order_count; i++) {
		const struct seq_order *k = &run->orders[i];

		if (k->side != side)
			continue;
		if (k->apart == o.apart && k->zero[0] == o.zero[0] &&
		    k->zero[1] == o.zero[1])
			return k->later ? LATER : EARLIER;
		if (k->apart == -o.apart && k->zero[0] == o.zero[1] &&
		    k->zero[1] == o.zero[0])
			return k->later ? EARLIER : LATER;
	}
	o.later = run_draw(run);
	if (run->order_count < SEQ_ORDERS)
		run->orders[run->order_count++] = o;
	return o.later ? LATER : EARLIER;
}

/* compare - a later socket's numbers are greater: Linux's ISNs grow */
static enum seq_relation compare(struct model_run *run, int side,
				 struct sym_seq x, struct sym_seq y)
{
	if (sym_seq_equal(x, y))
		return SAME;
	if (x.shift != y.shift || x.isn < 0 || y.isn < 0)
		return draw_order(run, side, x, y);
	return x.isn < y.isn ? EARLIER : LATER;
}

/*
 * takes_sequence_base - a packet that tells where its sender's numbers begin:
 * its first one; and a SYN or SYN-ACK with a later number while the handshake
 * is open
 * Return: true when no window is checked: a SYN, first or in reply
 */
static bool takes_sequence_base(const struct ct_packet *p)
{
	struct model_conntrack *t = p->conntrack;
	bool first = !t->peers[p->reply].known;
	bool syn = p->kind == KIND_SYN || p->kind == KIND_SYN_ACK;

	if (!first && (!syn || (t->state != SENT && t->state != RECV) ||
		       compare(p->run, p->from, p->sequence,
			       t->peers[p->reply].sends) != LATER))
		return false;
	t->peers[p->reply].known = true;
	t->peers[p->reply].sends = p->sequence;
	return p->kind == KIND_SYN && (first || p->reply);
}

/* check_window - CHECK_IGNORE: a packet too old to change anything */
static enum ct_check check_window(struct ct_packet *p)
{
	struct model_conntrack *t = p->conntrack;
	enum seq_relation sequence, acks;

	if (takes_sequence_base(p))
		return CHECK_ACCEPT;
	/* a missing number is replaced by one that passes */
	if (!p->has_ack)
		p->acks = t->peers[!p->reply].sends;
	if (p->kind == KIND_RST && p->has_ack && t->state == SENT)
		p->sequence = t->peers[p->reply].sends;
	sequence = compare(p->run, p->from, p->sequence,
			   t->peers[p->reply].sends);
	acks = compare(p->run, !p->from, p->acks, t->peers[!p->reply].sends);
	if (sequence == SAME && acks == SAME) {
		if (p->has_ack) {
			t->peers[p->reply].acknowledges = true;
			t->peers[p->reply].acknowledged = p->acks;
		}
		return CHECK_ACCEPT;
	}
	if (p->liberal)
		return CHECK_ACCEPT;
	return sequence == LATER || acks == LATER ? CHECK_INVALID :
						    CHECK_IGNORE;
}

/* ---- RST ---- */

/* check_rst_sequence - a RST's number must not be before what the other end
   has acknowledged, and must equal it to end an assured connection */
static enum ct_check check_rst_sequence(struct ct_packet *p)
{
	const struct model_conntrack *t = p->conntrack;
	bool established = t->state == DONE && t->assured;
	enum seq_relation order;

	if (p->has_ack && !established)
		return CHECK_WINDOW;
	order = compare(p->run, p->from, p->sequence,
			t->peers[!p->reply].acknowledged);
	if (order == EARLIER)
		return CHECK_INVALID;
	if (established && order != SAME)
		p->next = DONE;
	return CHECK_WINDOW;
}

/* answers_ignored - is it the answer to the packet that was ignored last?
   Before any was ignored, the remembered number is 0, as is the
   acknowledgement field of a bare RST, which then counts as the answer. */
static bool answers_ignored(const struct ct_packet *p)
{
	const struct model_conntrack *t = p->conntrack;

	if (t->last == KIND_SYN)
		return t->last_reply != p->reply && t->answered &&
		       sym_seq_equal(p->acks, t->ignored);
	return t->last == KIND_ACK && t->state == SENT && t->last_reply &&
	       sym_seq_equal(p->sequence, t->ignored);
}

static enum ct_check check_rst(struct ct_packet *p)
{
	const struct model_conntrack *t = p->conntrack;

	p->next = SHUT;
	if (t->state == SHUT)
		return CHECK_ACCEPT;
	if (t->peers[!p->reply].acknowledges && t->last != KIND_SYN)
		return check_rst_sequence(p);
	return answers_ignored(p) ? CHECK_ACCEPT : CHECK_WINDOW;
}

/* ---- the other packets ---- */

static void remember_last(const struct ct_packet *p)
{
	p->conntrack->last = p->kind;
	p->conntrack->last_reply = p->reply;
}

/* ignore - the table ignores the packet. But a SYN-ACK that answers an ignored
   SYN shows that conntrack was out of step: the connection starts anew. */
static enum ct_check ignore(struct ct_packet *p)
{
	struct model_conntrack *t = p->conntrack;

	if (p->kind == KIND_SYN_ACK && t->last == KIND_SYN &&
	    t->last_reply != p->reply && sym_seq_equal(p->acks, t->ignored)) {
		t->peers[!p->reply].sends = t->ignored;
		t->peers[!p->reply].acknowledges = false;
		t->peers[p->reply].known = false;
		t->peers[p->reply].acknowledges = false;
		t->state = SENT;
		p->next = RECV;
		return CHECK_WINDOW;
	}
	remember_last(p);
	t->ignored = p->kind == KIND_ACK ? p->acks : p->sequence;
	if (p->kind == KIND_SYN && !p->reply)
		t->simultaneous = false;
	return CHECK_IGNORE;
}

/* check_state - check the packet by the table of states */
static enum ct_check check_state(struct ct_packet *p)
{
	struct model_conntrack *t = p->conntrack;
	bool after_end;
	int next;

	if (p->kind == KIND_RST)
		return check_rst(p);
	next = leads_to[t->state][p->reply][p->kind];
	if (next == INVALID)
		return CHECK_INVALID;
	/* a SYN after the end opens a new connection if its sender ended the
	   old one */
	after_end = next == SENT && t->state == SHUT;
	if (after_end && t->last == KIND_RST && t->last_reply == p->reply)
		return CHECK_RENEW;
	if (next == IGNORED || after_end)
		return ignore(p);
	if (next == BOTH)
		t->simultaneous = true;
	p->next = next == RECV && p->kind == KIND_ACK && t->simultaneous ?
		  DONE : (enum ct_state)next;
	return CHECK_WINDOW;
}

static enum ct_verdict accept_packet(struct ct_packet *p)
{
	struct model_conntrack *t = p->conntrack;
	bool answered = t->answered;

	remember_last(p);
	t->assured |= answered && p->next == DONE &&
		      (t->state == RECV || t->state == DONE);
	t->state = p->next;
	t->answered |= p->reply;
	return p->kind == KIND_RST && !answered ? CT_VERDICT_DESTROY :
						  CT_VERDICT_PASS;
}

bool conntrack_model_may_open(enum sym_kind kind)
{
	return kind == KIND_SYN || kind == KIND_ACK || kind == KIND_DATA;
}

void conntrack_model_open(struct model_session *s,
			  const struct sym_packet *packet)
{
	bool syn = packet->kind == KIND_SYN;

	s->conntrack = (struct model_conntrack){
		.state = syn ? SENT : DONE, .liberal = !syn,
		.last = syn ? KIND_SYN : KIND_ACK, .ignored = SYM_SEQ_NONE,
		.peers[0] = { .known = true, .sends = packet->sequence },
	};
	s->conntrack.peers[1].sends = packet->acks;
}

enum ct_verdict conntrack_model_packet(struct model_run *run,
				       const struct profile *profile,
				       struct model_session *s,
				       enum model_direction direction,
				       const struct sym_packet *packet)
{
	struct ct_packet p = {
		.run = run, .conntrack = &s->conntrack,
		.liberal = profile->window != WINDOW_TRACKED ||
			   s->conntrack.liberal,
		.has_ack = packet->acks.isn >= 0, .from = packet->from,
		.reply = (direction == INBOUND) != s->opened_in,
		.kind = packet->kind == KIND_DATA ? KIND_ACK : packet->kind,
		.sequence = packet->sequence, .acks = packet->acks,
	};
	enum ct_check check;

	if (direction == INBOUND)
		p.acks.shift -= s->offset;
	check = check_state(&p);
	if (check == CHECK_WINDOW)
		check = check_window(&p);
	switch (check) {
	case CHECK_INVALID:
		return CT_VERDICT_INVALID;
	case CHECK_RENEW:
		return CT_VERDICT_RENEW;
	case CHECK_IGNORE:
		s->conntrack.answered |= p.reply;
		return CT_VERDICT_PASS;
	default:
		return accept_packet(&p);
	}
}
