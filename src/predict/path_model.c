#include "predict/path_model.h"

#include "predict/log.h"
#include "predict/nat_model.h"

#define ROUTERS 2		/* between the outermost NATs */
#define S_ADDRESS 990

static const struct sym_endpoint server = { S_ADDRESS, 1 };
static const struct sym_endpoint server_other_port = { S_ADDRESS, 2 };

int path_model_nat_count(const struct model_run *run, int side)
{
	return run->setup->path == PATH_ONE_NAT ? 1 :
						  (int)run->setup->levels[side];
}

struct model_nat *path_model_nat(struct model_run *run, int side, int level)
{
	return &run->nats[run->setup->path == PATH_ONE_NAT ? A : side][level];
}

static void packet_event(struct model_run *run, double delay,
			 enum model_event_kind kind, int side,
			 const struct sym_packet *p)
{
	event_queue_add(&run->queue, run->now + delay, kind, side)->packet = *p;
}

static void outwards(struct model_run *run, int side, int level,
		     struct sym_packet *p);

/* inwards - carry the packet from the outside of the NAT at @level to the host.
   The host gets it as an event, so that a NAT's immediate reply comes after
   the host's own step. */
static void inwards(struct model_run *run, int side, int level,
		    struct sym_packet *p)
{
	const struct sym_endpoint local = run->hosts[side].local;
	struct sym_packet reply;

	for (; level >= 0; level--) {
		switch (nat_model_inbound(run, path_model_nat(run, side, level),
					  p, &reply)) {
		case VERDICT_DROP:
			return;
		case VERDICT_REPLY:
			outwards(run, side, level + 1, &reply);
			return;
		default:
			break;
		}
	}
	if (p->destination.address == local.address &&
	    (KIND_IS_ICMP(p->kind) || p->destination.port == local.port))
		packet_event(run, 0, EVENT_AT_HOST, side, p);
}

/* cross - carry the packet between the outsides of the two sides' NATs */
static void cross(struct model_run *run, int side, const struct sym_packet *p)
{
	int routers = run->setup->path == PATH_ROUTED ? ROUTERS : 0;
	struct sym_packet sent = *p, error;
	char name[32];

	if (p->ttl <= routers && !KIND_IS_ICMP(p->kind)) {
		run_log(run, "%s dies between the NATs",
			sym_packet_name(p, name));
		error = sym_packet_error(p, KIND_TIME_EXCEEDED,
					 ROUTER_ADDRESS + side);
		error.maker = MADE_BY_ROUTER;
		error.from = !side;
		error.to = side;
		packet_event(run, run->d, EVENT_AT_NAT, side, &error);
		return;
	}
	sent.ttl -= routers;
	packet_event(run, run->d, EVENT_AT_NAT, !side, &sent);
}

/* outwards - carry the packet from the inside of the NAT at @level to the
   other side */
static void outwards(struct model_run *run, int side, int level,
		     struct sym_packet *p)
{
	struct sym_packet reply;

	for (; level < path_model_nat_count(run, side); level++) {
		switch (nat_model_outbound(
			run, path_model_nat(run, side, level), p, &reply)) {
		case VERDICT_DROP:
			return;
		case VERDICT_REPLY:
			inwards(run, side, level - 1, &reply);
			return;
		default:
			break;
		}
	}
	cross(run, side, p);
}

/* is_on_lan - with one NAT, is the packet for the peer's private endpoint,
   which the peer has told, or hairpin = internal-source has shown? */
static bool is_on_lan(const struct model_run *run, const struct sym_packet *p)
{
	return p->destination.address == run->hosts[p->to].local.address;
}

void path_model_send(struct model_run *run, const struct sym_packet *p)
{
	struct sym_packet copy = *p;

	if (run->setup->path != PATH_ONE_NAT)
		outwards(run, p->from, 0, &copy);
	else if (is_on_lan(run, p))
		packet_event(run, run->d, EVENT_AT_HOST, p->to, p);
	else
		packet_event(run, run->d / 2, EVENT_HAIRPIN, p->from, p);
}

void path_model_at_nat(struct model_run *run, const struct sym_packet *p)
{
	struct sym_packet copy = *p, reply;

	if (run->setup->path != PATH_ONE_NAT)
		inwards(run, p->to, path_model_nat_count(run, p->to) - 1,
			&copy);
	/* One NAT: the delay is on the hosts' own links. */
	else if (nat_model_inbound(run, path_model_nat(run, A, 0), &copy,
				   &reply) == VERDICT_PASS)
		packet_event(run, run->d / 2, EVENT_AT_HOST, p->to, &copy);
}

/* hairpin_in - carry a hairpinned packet from the NAT to the receiving host
   @internal: its source was not translated (hairpin = internal-source) */
static void hairpin_in(struct model_run *run, struct sym_packet *p,
		       bool internal)
{
	struct model_nat *nat = path_model_nat(run, A, 0);
	struct sym_packet reply, unused;
	enum model_verdict verdict = internal ?
		nat_model_inbound(run, nat, p, &reply) :
		nat_model_hairpin(run, nat, p, &reply);

	if (verdict == VERDICT_PASS)
		packet_event(run, run->d / 2, EVENT_AT_HOST, p->to, p);
	else if (verdict == VERDICT_REPLY &&
		 (internal ||
		  nat_model_inbound(run, nat, &reply, &unused) == VERDICT_PASS))
		packet_event(run, run->d / 2, EVENT_AT_HOST, reply.to, &reply);
}

void path_model_hairpin(struct model_run *run, const struct sym_packet *p)
{
	struct model_nat *nat = path_model_nat(run, A, 0);
	struct sym_packet copy = *p, reply;
	enum model_verdict verdict;

	switch (nat->profile->hairpin) {
	case HAIRPIN_NO:
		run_log_refused(run, nat, p, false, "hairpin = no");
		break;
	case HAIRPIN_INTERNAL_SOURCE:
		hairpin_in(run, &copy, true);
		break;
	default:
		verdict = nat_model_outbound(run, nat, &copy, &reply);
		if (verdict == VERDICT_PASS)
			hairpin_in(run, &copy, false);
		else if (verdict == VERDICT_REPLY)
			packet_event(run, run->d / 2, EVENT_AT_HOST, p->from,
				     &reply);
	}
}

/* connect_to_server - make a connection to S through all NATs of the host
   @seen: the endpoint that S sees
   Return: false if a NAT drops its SYN */
static bool connect_to_server(struct model_run *run, struct model_host *h,
			      struct sym_endpoint to, struct sym_endpoint *seen)
{
	struct sym_packet reply, p = {
		.kind = run->approach->method->datagrams ? KIND_KNOCK :
							   KIND_SYN,
		.from = h->side, .to = h->side,
		.source = h->local, .destination = to, .ttl = TTL_USUAL,
		.sequence = { h->isn_count++, 0 }, .acks = SYM_SEQ_NONE,
	};

	for (int i = 0; i < path_model_nat_count(run, h->side); i++) {
		struct model_nat *nat = path_model_nat(run, h->side, i);
		struct model_session *s;

		if (nat_model_outbound(run, nat, &p, &reply) != VERDICT_PASS)
			return false;
		s = &nat->sessions[nat->session_count - 1];
		s->settled = true;
		s->seen |= SYN_ACK_IN;
	}
	*seen = p.source;
	return true;
}

void path_model_register(struct model_run *run)
{
	for (int side = 0; side < SIDES; side++)
		connect_to_server(run, &run->hosts[side], server,
				  &run->hosts[side].public);
}

bool path_model_probe_port(struct model_run *run, struct model_host *h,
			   struct sym_endpoint *seen)
{
	return connect_to_server(run, h, server_other_port, seen);
}
