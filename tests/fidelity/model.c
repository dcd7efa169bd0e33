#include "model.h"

enum { SESSIONS = 64 };			/* more than one sequence can open */

/* What the NAT has to say of its own accord by then. */
static bool take_own(struct nat *n, int64_t now, unsigned step,
		     struct nat_trace *out)
{
	struct nat_output o;

	while (nat_output(n, now, &o))
		if (!trace_add(out, step, o.side, o.bytes, o.length))
			return false;
	return true;
}

static bool take_result(const struct nat_result *r,
			const struct sequence_step *t, unsigned step,
			const struct nat_packet *p, struct external_ports *b,
			struct nat_trace *out)
{
	enum nat_side other = t->side == NAT_INSIDE ? NAT_OUTSIDE :
						      NAT_INSIDE;

	if (r->verdict == NAT_REPLY)
		return trace_add(out, step, t->side, r->reply,
				 r->reply_length);
	if (r->verdict == NAT_RETURN)
		return trace_add(out, step, t->side, p->bytes, p->length);
	if (r->verdict != NAT_FORWARD)
		return true;
	if (other == NAT_OUTSIDE)
		external_ports_learn(b, t->flow, p->bytes, p->length);
	return trace_add(out, step, other, p->bytes, p->length);
}

static bool run_step(struct nat *n, const struct sequence *s, unsigned step,
		     unsigned slot, struct external_ports *b,
		     struct nat_trace *out)
{
	uint8_t bytes[BUILD_ROOM];
	struct nat_packet p = {
		.bytes = bytes,
		.length = packet_build(s, step, slot, b, bytes),
	};
	struct nat_result r;

	if (!take_own(n, out->at[step], step, out))
		return false;
	nat_input(n, s->steps[step].side, &p, out->at[step], &r);
	out->state[step] = r.reason;
	return take_result(&r, &s->steps[step], step, &p, b, out) &&
		take_own(n, out->at[step], step, out);
}

bool model_run(const struct profile *profile, const struct sequence *s,
	       unsigned slot, const int64_t at[SEQUENCE_STEPS],
	       struct nat_trace *out)
{
	struct nat_config config = {
		.profile = *profile,
		.inside_address = ADDRESS_INSIDE,
		.outside_address = ADDRESS_OUTSIDE,
		.seed = s->id,
		.sessions = SESSIONS,
	};
	struct nat *n = nat_new(&config);
	struct external_ports b;
	bool ok = n;

	*out = (struct nat_trace){ .count = 0 };
	external_ports_begin(&b, s);
	for (unsigned i = 0; ok && i < s->step_count; i++) {
		out->at[i] = at[i];
		ok = run_step(n, s, i, slot, &b, out);
		out->bound[i] = b;
	}
	nat_free(n);
	return ok;
}
