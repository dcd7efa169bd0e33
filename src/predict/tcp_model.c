#include "predict/tcp_model.h"

#include "predict/capture_model.h"
#include "predict/log.h"
#include "predict/path_model.h"
#include "predict/timer_model.h"

#define EARLY_RESEND_MS 10	/* two jiffies and their delay */
#define RESEND_MS 1000		/* first retransmission of SYN and SYN-ACK */
#define RESENDS_MAX 5
#define PROOF_SENDS 5
#define OFTEN_RESEND_MS 150	/* the true timer follows from measured round
				   trips: the other choice is that data comes
				   whenever it can pass */
#define OFTEN_SENDS 16
#define CHALLENGES_MS 500	/* least time between two challenge ACKs */
#define MIN_TTL 2		/* IP_MINTTL of all sockets */

static void emit(struct model_run *run, struct model_host *h,
		 const struct model_socket *s, enum sym_kind kind)
{
	const struct sym_packet p = {
		.kind = kind, .from = h->side, .to = !h->side,
		.source = h->local, .destination = s->remote,
		.ttl = s->ttl, .sequence = { s->isn, 0 },
		.acks = kind == KIND_SYN ? SYM_SEQ_NONE : s->peer,
		.has_proof = s->proof_in,
	};

	struct model_observations *seen = capture_model_of(run, h, s->remote);

	if (kind == KIND_SYN_ACK && seen)
		seen->syn_ack_out = true;
	path_model_send(run, &p);
}

/* arm - let the retransmission timer end after @ms */
static void arm(struct model_run *run, struct model_host *h,
		struct model_socket *s, double ms)
{
	struct model_event *e = event_queue_add(&run->queue, run->now + ms,
						EVENT_RETRANSMIT, h->side);

	e->isn = s->isn;
	e->timer = s->timer;
}

/* set_timer - set the retransmission timer; the socket's earlier timer becomes
   void */
static void set_timer(struct model_run *run, struct model_host *h,
		      struct model_socket *s, double ms)
{
	s->timer++;
	s->rounded = ms < RESEND_MS;
	arm(run, h, s, ms);
}

/* emit_and_arm - send a SYN or SYN-ACK and set the timer, which doubles each
   time */
static void emit_and_arm(struct model_run *run, struct model_host *h,
			 struct model_socket *s, enum sym_kind kind)
{
	s->sent_at = run->now;
	emit(run, h, s, kind);
	set_timer(run, h, s, RESEND_MS * (double)(1 << s->sends++));
}

/* resend_early - a segment that does not acknowledge our SYN makes Linux
   retransmit the SYN at once, the first time
   (tcp_rcv_synsent_state_process) */
static void resend_early(struct model_run *run, struct model_host *h,
			 struct model_socket *s)
{
	if (s->resent_early || s->sends > 1)
		return;
	s->resent_early = true;
	s->sends = 0;
	set_timer(run, h, s, EARLY_RESEND_MS);
}

enum { SOCKETS = 4 };

static void list_sockets(struct model_host *h,
			 struct model_socket *out[SOCKETS])
{
	out[0] = &h->accepted;
	out[1] = &h->connecting;
	out[2] = &h->private_accepted;
	out[3] = &h->private_connecting;
}

static struct model_socket *socket_with_isn(struct model_host *h, int isn)
{
	struct model_socket *sockets[SOCKETS];

	list_sockets(h, sockets);
	for (int i = 0; i < SOCKETS; i++)
		if (sockets[i]->state != SOCKET_FREE && sockets[i]->isn == isn)
			return sockets[i];
	return NULL;
}

void tcp_model_retransmit(struct model_run *run, struct model_host *h, int isn,
			  unsigned timer)
{
	struct model_socket *s = socket_with_isn(h, isn);
	double late;

	if (!s || s->timer != timer || s->state == SOCKET_ESTABLISHED ||
	    s->sends > RESENDS_MAX)
		return;
	late = s->rounded ? 0 : timer_model_rounding(run, h);
	s->rounded = true;
	if (late > 0)
		arm(run, h, s, late);
	else
		emit_and_arm(run, h, s, s->state == SOCKET_SYN_SENT ?
					KIND_SYN : KIND_SYN_ACK);
}

void tcp_model_connect(struct model_run *run, struct model_host *h, int ttl)
{
	struct sym_endpoint peer = run->hosts[!h->side].public;
	struct model_socket *s = &h->connecting;

	/* the listener has accepted this very connection already */
	if (h->accepted.state != SOCKET_FREE &&
	    sym_endpoint_equal(h->accepted.remote, peer))
		return;
	*s = (struct model_socket){
		.state = SOCKET_SYN_SENT, .remote = peer,
		.isn = h->isn_count++, .peer = SYM_SEQ_NONE,
		.ttl = ttl ? ttl : TTL_USUAL,
	};
	h->connects++;
	h->syn_ttl = ttl;
	h->syn_at = run->now;
	h->seen.sent = true;
	h->seen.first = FIRST_NONE;
	h->seen.syn_acks = 0;
	h->seen.kernel_syn_ack = h->seen.rst_in = false;
	emit_and_arm(run, h, s, KIND_SYN);
}

bool tcp_model_connect_privately(struct model_run *run, struct model_host *h)
{
	struct model_socket *s = &h->private_connecting;

	if (h->private_accepted.state == SOCKET_SYN_RECV)
		return false;
	if (h->private_accepted.state != SOCKET_FREE ||
	    s->state != SOCKET_FREE)
		return true;
	*s = (struct model_socket){
		.state = SOCKET_SYN_SENT, .private = true,
		.remote = run->hosts[!h->side].local,
		.isn = h->isn_count++, .peer = SYM_SEQ_NONE, .ttl = TTL_USUAL,
	};
	h->private_seen.sent = true;
	h->private_seen.first = FIRST_NONE;
	h->private_seen.syn_acks = 0;
	h->private_seen.kernel_syn_ack = false;
	emit_and_arm(run, h, s, KIND_SYN);
	return true;
}

/* ---- the proofs ---- */

static void send_proof(struct model_run *run, struct model_host *h,
		       struct model_socket *s)
{
	bool often;
	double delay;

	if (s->state != SOCKET_ESTABLISHED || s->proof_acked)
		return;
	if (s->proof_sent && run->resend == RESEND_UNDECIDED)
		run->resend = run_draw(run) ? RESEND_OFTEN : RESEND_USUAL;
	often = run->resend == RESEND_OFTEN;
	if (s->proof_sends > (often ? OFTEN_SENDS : PROOF_SENDS))
		return;
	delay = often ? OFTEN_RESEND_MS :
			timer_model_data(s->round_trip, s->proof_sends);
	s->proof_sent = true;
	s->proof_sends++;
	emit(run, h, s, KIND_DATA);
	event_queue_add(&run->queue, run->now + delay, EVENT_PROOF_AGAIN,
			h->side)
		->isn = s->isn;
}

void tcp_model_resend_proof(struct model_run *run, struct model_host *h,
			    int isn)
{
	struct model_socket *s = socket_with_isn(h, isn);

	if (s)
		send_proof(run, h, s);
}

/* proof_is_out - has the host sent its proof on a socket of the other
   candidate, which may still be chosen? */
static bool proof_is_out(struct model_host *h, bool private)
{
	struct model_socket *sockets[SOCKETS];

	list_sockets(h, sockets);
	for (int i = 0; i < SOCKETS; i++)
		if (sockets[i]->private != private &&
		    sockets[i]->state == SOCKET_ESTABLISHED &&
		    sockets[i]->proof_sent)
			return true;
	return false;
}

/* established_by_ack - was the peer established first? Its proof then goes
   first. */
static bool established_by_ack(const struct model_host *h,
			       const struct model_socket *s)
{
	return s->accepted || (h->seen.syn_ack_out && !h->seen.syn_acks);
}

/* may_prove - the rule of method/stream.h: B has its proof out on one candidate
   only; on the private one A's goes first */
static bool may_prove(struct model_host *h, const struct model_socket *s)
{
	if (s->state != SOCKET_ESTABLISHED || s->proof_sent ||
	    (!s->private && h->holds_proof))
		return false;
	if (!h->tries_private)
		return true;
	if (!s->private && established_by_ack(h, s) && !s->proof_in)
		return false;
	if (h->side == A)
		return !s->private || h->has_greeting;
	return (!s->private || s->proof_in) && !proof_is_out(h, s->private);
}

void tcp_model_prove(struct model_run *run, struct model_host *h)
{
	struct model_socket *sockets[SOCKETS];

	list_sockets(h, sockets);
	for (int i = 0; i < SOCKETS; i++)
		if (may_prove(h, sockets[i]))
			send_proof(run, h, sockets[i]);
}

void tcp_model_release_proof(struct model_run *run, struct model_host *h)
{
	h->holds_proof = false;
	tcp_model_prove(run, h);
}

static void established(struct model_run *run, struct model_host *h,
			struct model_socket *s)
{
	s->state = SOCKET_ESTABLISHED;
	s->round_trip = run->now - s->sent_at;
	s->ttl = TTL_USUAL;	/* the method restores it */
	run_log(run, "%c: ESTABLISHED", 'A' + h->side);
	if (may_prove(h, s))
		send_proof(run, h, s);
}

/* ---- sockets ---- */

/* close_socket - by a RST or an error: connect() fails, unless the socket was
   ESTABLISHED, when connect() had returned */
static void close_socket(struct model_host *h, struct model_socket *s)
{
	bool half_open = s->accepted && s->state == SOCKET_SYN_RECV;

	if (s->private)
		h->private_failed |= !half_open;
	else if (!s->accepted && s->state != SOCKET_ESTABLISHED)
		h->connect_failed = true;
	s->state = SOCKET_FREE;
}

/* send_rst - send the RST for a segment that no socket accepts */
static void send_rst(struct model_run *run, struct model_host *h,
		     const struct sym_packet *p)
{
	struct model_observations *seen = capture_model_of(run, h, p->source);
	struct sym_packet rst = sym_packet_rst(p);
	char name[32];

	if (p->kind == KIND_RST)
		return;
	rst.from = h->side;
	rst.to = p->from;
	if (p->acks.isn < 0 && h->step != STEP_OVER && seen && seen->syn_in)
		seen->rst_out_for_syn = true;
	run_log(run, "%c's kernel has no socket for %s, and says RST",
		'A' + h->side, sym_packet_name(p, name));
	path_model_send(run, &rst);
}

static bool acknowledges(const struct model_socket *s,
			 const struct sym_packet *p)
{
	return sym_seq_is(p->acks, s->isn);
}

/* fits - is the segment's number the next one that the socket expects? */
static bool fits(const struct model_socket *s, const struct sym_packet *p)
{
	return sym_seq_equal(p->sequence, s->peer);
}

/* challenge - a segment outside of the window: a rate-limited ACK
   (tcp_invalid_ratelimit) */
static void challenge(struct model_run *run, struct model_host *h,
		      struct model_socket *s)
{
	if (s->challenged_at > 0 && run->now < s->challenged_at + CHALLENGES_MS)
		return;
	s->challenged_at = run->now;
	emit(run, h, s, KIND_ACK);
}

static void receive_in_syn_sent(struct model_run *run, struct model_host *h,
				struct model_socket *s,
				const struct sym_packet *p)
{
	switch (p->kind) {
	case KIND_SYN:
		s->peer = p->sequence;
		s->state = SOCKET_SYN_RECV;
		emit(run, h, s, KIND_SYN_ACK);
		return;
	case KIND_RST:
		if (acknowledges(s, p))
			close_socket(h, s);
		else if (p->acks.isn >= 0)
			resend_early(run, h, s);
		return;
	default:
		break;
	}
	if (!acknowledges(s, p)) {
		send_rst(run, h, p);
		resend_early(run, h, s);
	} else if (p->kind == KIND_SYN_ACK) {
		s->peer = p->sequence;
		emit(run, h, s, KIND_ACK);
		established(run, h, s);
	}
}

static void receive_data(struct model_run *run, struct model_host *h,
			 struct model_socket *s, const struct sym_packet *p)
{
	if (p->has_proof && s->proof_sent)
		s->proof_acked = true;
	if (p->kind != KIND_DATA)
		return;
	s->proof_in = true;
	emit(run, h, s, KIND_ACK);
}

static void receive_in_syn_recv(struct model_run *run, struct model_host *h,
				struct model_socket *s,
				const struct sym_packet *p)
{
	bool syn_ack = p->kind == KIND_SYN_ACK;

	if (p->kind == KIND_SYN) {
		if (fits(s, p))
			emit(run, h, s, KIND_SYN_ACK);
		else
			challenge(run, h, s);
	} else if (p->kind == KIND_RST) {
		if (p->acks.isn < 0 && fits(s, p))
			close_socket(h, s);
	} else if (!acknowledges(s, p) &&
		   (s->accepted || (fits(s, p) && !syn_ack))) {
		/* for an accepted one the listener answers (tcp_check_req) */
		send_rst(run, h, p);
	} else if (!fits(s, p) || !acknowledges(s, p)) {
		challenge(run, h, s);
	} else {
		if (syn_ack)
			emit(run, h, s, KIND_ACK);
		established(run, h, s);
		if (!syn_ack)
			receive_data(run, h, s, p);
	}
}

static void receive_in_established(struct model_run *run, struct model_host *h,
				   struct model_socket *s,
				   const struct sym_packet *p)
{
	switch (p->kind) {
	case KIND_SYN:
	case KIND_SYN_ACK:
		challenge(run, h, s);
		break;
	case KIND_RST:
		/* only with the exact next number (RFC 5961 3.2) */
		if (p->acks.isn < 0 && fits(s, p) &&
		    p->has_proof == s->proof_in)
			close_socket(h, s);
		break;
	default:
		if (!fits(s, p))
			challenge(run, h, s);
		else if (acknowledges(s, p))
			receive_data(run, h, s, p);
	}
}

static void receive_error(struct model_host *h, const struct sym_packet *p)
{
	struct model_socket *s = &h->connecting;

	/* IP_MINTTL is held against the TTL that an error quotes: it keeps
	   time exceeded from the sockets, and errors about expiring SYNs */
	if (p->kind == KIND_UNREACHABLE && p->quoted_ttl >= MIN_TTL &&
	    sym_endpoint_equal(p->quoted_source, h->local) &&
	    sym_endpoint_equal(p->quoted_destination, s->remote) &&
	    sym_seq_is(p->quoted_sequence, s->isn) &&
	    (s->state == SOCKET_SYN_SENT || s->state == SOCKET_SYN_RECV))
		close_socket(h, s);
}

/* accept_syn - make the listener's new socket */
static void accept_syn(struct model_run *run, struct model_host *h,
		       const struct sym_packet *p)
{
	bool private = h->tries_private && p->source.address ==
			run->hosts[!h->side].local.address;
	struct model_socket *s = private ? &h->private_accepted : &h->accepted;

	if (s->state != SOCKET_FREE)
		return;
	*s = (struct model_socket){
		.state = SOCKET_SYN_RECV, .accepted = true, .private = private,
		.remote = p->source, .isn = h->isn_count++,
		.peer = p->sequence, .ttl = TTL_USUAL,
	};
	emit_and_arm(run, h, s, KIND_SYN_ACK);
}

static struct model_socket *socket_for(struct model_host *h,
				       const struct sym_packet *p)
{
	struct model_socket *sockets[SOCKETS];

	list_sockets(h, sockets);
	for (int i = 0; i < SOCKETS; i++)
		if (sockets[i]->state != SOCKET_FREE &&
		    sym_endpoint_equal(sockets[i]->remote, p->source))
			return sockets[i];
	return NULL;
}

static void receive_segment(struct model_run *run, struct model_host *h,
			    const struct sym_packet *p)
{
	struct model_socket *s = socket_for(h, p);
	bool for_listener = !s && h->listening && p->kind == KIND_SYN;

	/* a listener for private candidates discards it (method/stream.h) */
	if (for_listener && !h->listens &&
	    p->source.address == run->hosts[!h->side].public.address)
		return;
	if ((s || for_listener) && p->ttl < MIN_TTL)
		return;
	if (for_listener)
		accept_syn(run, h, p);
	else if (!s)
		send_rst(run, h, p);
	else if (s->state == SOCKET_SYN_SENT)
		receive_in_syn_sent(run, h, s, p);
	else if (s->state == SOCKET_SYN_RECV)
		receive_in_syn_recv(run, h, s, p);
	else
		receive_in_established(run, h, s, p);
}

void tcp_model_receive(struct model_run *run, struct model_host *h,
		       const struct sym_packet *p)
{
	bool captures = h->step != STEP_OVER;

	if (captures && (KIND_IS_ICMP(p->kind) || p->ttl >= MIN_TTL))
		capture_model_observe(run, h, p);
	if (KIND_IS_ICMP(p->kind))
		receive_error(h, p);
	else
		receive_segment(run, h, p);
}
