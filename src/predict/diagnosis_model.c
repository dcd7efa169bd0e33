#include "predict/diagnosis_model.h"

#include "predict/path_model.h"

enum mechanism diagnosis_model_mechanism(const struct model_host *h,
					 const struct model_socket *s)
{
	const struct model_observations *seen = s->private ? &h->private_seen :
							     &h->seen;

	if (s->accepted)
		return MECHANISM_SYN_THROUGH_HOLE;
	if (seen->first == FIRST_SYN)
		return seen->kernel_syn_ack ? MECHANISM_SIMULTANEOUS_OPEN :
					      MECHANISM_SYN_THROUGH_HOLE;
	if (seen->first_answer_maker == MADE_BY_KERNEL)
		return MECHANISM_SYN_THROUGH_HOLE;
	return h->asked_spoofing ? MECHANISM_SPOOFED_SYN_ACK :
				   MECHANISM_FORGED_SYN_ACK;
}

bool diagnosis_model_ttl_too_high(const struct model_run *run,
				  const struct model_host *h)
{
	int peer = run->hosts[!h->side].public.address;
	const struct model_observations *seen = &h->seen;

	return seen->rst_in ||
	       (seen->exceeded && seen->exceeded_from == peer) ||
	       (seen->unreachable && seen->unreachable_from == peer);
}

/* observed_cause - find the cause that the host's packets show; CAUSE_NONE if
   they show none */
static enum cause observed_cause(const struct model_observations *seen)
{
	if (seen->syn_ack_wrong)
		return CAUSE_SEQUENCE_REFUSED;
	if (seen->rst_out_for_syn)
		return CAUSE_RST_FROM_HOST;
	if (seen->rst_in)
		return CAUSE_RST_FROM_NAT;
	if (seen->unreachable)
		return CAUSE_ICMP_FROM_NAT;
	if (seen->unpredicted_port)
		return CAUSE_PORT_NOT_PREDICTED;
	return CAUSE_NONE;
}

/* missing_packet_cause - no packet explains the failure: name the packet that
   did not arrive */
static enum cause missing_packet_cause(const struct model_run *run,
				       const struct model_host *h)
{
	const struct approach *a = run->approach;
	const struct model_observations *seen = &h->seen;

	if (h->peer_left || !h->has_greeting)
		return CAUSE_PEER_VANISHED;
	if (seen->syn_in && seen->syn_ack_out && !seen->syn_acks)
		return CAUSE_SYN_ACK_REFUSED;
	if (h->asked_spoofing)
		return !seen->syn_acks && h->spoofed ? CAUSE_NO_SPOOFING :
						       CAUSE_NOTHING_ARRIVED;
	if (seen->forged_out)
		return CAUSE_SYN_ACK_REFUSED;
	if (approach_has_roles(a))
		return h->opener ? CAUSE_SYN_REFUSED : CAUSE_NOTHING_ARRIVED;
	return CAUSE_SYN_REFUSED;
}

enum cause diagnosis_model_cause(struct model_run *run, struct model_host *h,
				 bool *asked)
{
	enum cause cause = observed_cause(&h->seen);
	struct sym_endpoint second_public;

	*asked = false;
	if (cause == CAUSE_NONE && h->connect_failed && h->seen.exceeded)
		cause = CAUSE_TIME_EXCEEDED;
	if (cause != CAUSE_NONE && cause != CAUSE_PORT_NOT_PREDICTED)
		return cause;
	if (h->syn_ttl && h->seen.exceeded &&
	    h->seen.exceeded_from < ROUTER_ADDRESS)
		return CAUSE_TIME_EXCEEDED;
	/* Ask S: a connection to its second port shows whether the own NAT
	   changes ports. A packet from an unpredicted port is only a hint. */
	*asked = true;
	if (path_model_probe_port(run, h, &second_public) &&
	    !sym_endpoint_equal(second_public, h->public))
		return CAUSE_PORT_NOT_PREDICTED;
	return cause != CAUSE_NONE ? cause : missing_packet_cause(run, h);
}
