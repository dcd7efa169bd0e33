#include "method/private_candidates.h"

#include "method/stream.h"

#include <errno.h>
#include <string.h>

/* The SYN budget of all private candidates together is that of the public one,
   30 in an attempt: ten sockets of at most three SYNs each (stream.c). */
#define CONNECTS_MAX 10
#define CONNECTS_OF_ORDER (CONNECTS_MAX / 2)
#define OWN_ADDRESSES 16
/* The kernel sends no SYN while the listener has a half-open connection with
   the same endpoints, as a NAT can cause that hairpins without translating the
   source. It is soon over. */
#define BUSY_DELAY (NS_PER_S / 10)

void private_candidates_begin(struct attempt *a)
{
	struct private_candidates *p = &a->private;

	*p = (struct private_candidates){ .connects = p->connects };
	if (a->order)
		p->connects = CONNECTS_OF_ORDER;
	for (unsigned i = 0; i < CANDIDATES_MAX; i++)
		p->connect_at[i] = TIME_NEVER;
}

/* may_try - the candidates are TCP endpoints */
static bool may_try(const struct attempt *a, bool peer_asks)
{
	return !a->config->approach.method->datagrams &&
	       candidates_are_tried(a->config->candidates, &a->client.seen,
				    &a->client.peer, peer_asks);
}

/* begin_trying - listen before the peer can connect. If the port can't be
   listened on, the peer's listener may serve. */
static void begin_trying(struct attempt *a)
{
	a->private.tried = true;
	stream_listen(a, true);
}

void private_candidates_tell(struct attempt *a, struct peer_message *greeting)
{
	uint32_t addresses[OWN_ADDRESSES];
	size_t count = a->host->ops->own_addresses(a->host, addresses,
						   OWN_ADDRESSES);

	candidates_own(&a->client.local, addresses, count, &a->private.own);
	greeting->candidates = a->private.own;
	greeting->lan = a->config->candidates == CANDIDATES_LAN;
	if (may_try(a, false))
		begin_trying(a);
}

/* note_refused - the trace tells which endpoints are never tried */
static void note_refused(struct attempt *a, const struct candidates *told)
{
	char text[ENDPOINT_TEXT];

	for (unsigned i = 0; i < told->count; i++) {
		const struct endpoint *e = &told->at[i];
		const char *why = candidate_refusal(e, &a->private.own);

		if (why)
			attempt_trace(a, attempt_now(a), TRACE_NOTE,
				      SUBJECT_NONE,
				      "private candidate %s is refused: %s",
				      endpoint_text(e, text), why);
	}
}

/* keep_private - a peer without a NAT tells its public endpoint, which is the
   public candidate already */
static void keep_private(struct candidates *list, uint32_t public)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < list->count; i++)
		if (list->at[i].address != public)
			list->at[kept++] = list->at[i];
	list->count = kept;
}

void private_candidates_told(struct attempt *a)
{
	struct private_candidates *p = &a->private;

	if (!may_try(a, a->greeting.lan))
		return;
	if (!p->tried)
		begin_trying(a);
	note_refused(a, &a->greeting.candidates);
	candidates_accept(&a->greeting.candidates, &p->own, &p->peers);
	keep_private(&p->peers, a->client.peer.address);
	for (unsigned i = 0; i < p->peers.count; i++) {
		p->evidence[i].server = a->evidence.server;
		p->evidence[i].peer = p->peers.at[i];
		p->connect_at[i] = attempt_now(a);
	}
}

/* has_stream_to - is the candidate connecting, or has it connected here? */
static bool has_stream_to(const struct attempt *a, const struct endpoint *e)
{
	for (const struct stream *s = a->stream; s < a->stream + STREAMS; s++)
		if (s->state != STREAM_FREE && s->state != STREAM_LISTENING &&
		    endpoint_equal(&s->remote, e))
			return true;
	return false;
}

static void connect_to(struct attempt *a, unsigned i)
{
	struct private_candidates *p = &a->private;
	unsigned most = a->order ? CONNECTS_MAX : CONNECTS_OF_ORDER;
	char text[ENDPOINT_TEXT];
	int status;

	p->connect_at[i] = TIME_NEVER;
	if (p->connects >= most || has_stream_to(a, &p->peers.at[i]))
		return;
	status = stream_connect_privately(a, &p->peers.at[i]);
	if (status == -EADDRNOTAVAIL || status == -EADDRINUSE)
		p->connect_at[i] = attempt_now(a) + BUSY_DELAY;
	else if (status)
		attempt_trace(a, attempt_now(a), TRACE_NOTE, SUBJECT_NONE,
			      "private candidate %s: %s",
			      endpoint_text(&p->peers.at[i], text),
			      strerror(-status));
	else
		p->connects++;
}

int64_t private_candidates_step(struct attempt *a)
{
	struct private_candidates *p = &a->private;
	int64_t next = TIME_NEVER;

	for (unsigned i = 0; i < p->peers.count; i++) {
		if (p->connect_at[i] <= attempt_now(a))
			connect_to(a, i);
		if (p->connect_at[i] < next)
			next = p->connect_at[i];
	}
	return next;
}

struct evidence *private_candidates_evidence(struct attempt *a, bool outgoing,
					     const uint8_t *bytes,
					     size_t length)
{
	struct private_candidates *p = &a->private;
	struct endpoint remote;
	int i;

	if (!p->tried || !evidence_remote(outgoing, bytes, length, &remote))
		return &a->evidence;
	i = candidates_find(&p->peers, &remote);
	if (i >= 0)
		return &p->evidence[i];
	if ((a->seen & SEEN_GREETING) ||
	    remote.address == a->evidence.peer.address ||
	    endpoint_equal(&remote, &a->evidence.server))
		return &a->evidence;
	return NULL;
}

bool private_candidates_pending(const struct attempt *a)
{
	const struct private_candidates *p = &a->private;

	if (!p->tried)
		return false;
	if (!(a->seen & SEEN_GREETING) && !a->server_lost)
		return true;
	for (unsigned i = 0; i < p->peers.count; i++)
		if (p->connect_at[i] != TIME_NEVER)
			return true;
	for (const struct stream *s = a->stream; s < a->stream + STREAMS; s++)
		if (s->state != STREAM_FREE && stream_is_private(a, s))
			return true;
	return false;
}

bool private_candidates_chosen(const struct attempt *a)
{
	for (const struct stream *s = a->stream; s < a->stream + STREAMS; s++)
		if (s->state == STREAM_VERIFIED && s->proof_sent &&
		    stream_is_private(a, s))
			return true;
	return false;
}

enum mechanism private_candidates_mechanism(const struct attempt *a,
					    const struct stream *s)
{
	int i = candidates_find(&a->private.peers, &s->remote);

	if (s->accepted)
		return MECHANISM_SYN_THROUGH_HOLE;
	return i < 0 ? MECHANISM_NONE :
		       evidence_mechanism(&a->private.evidence[i], false);
}
