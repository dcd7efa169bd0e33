#include "predict/private_model.h"

#include "predict/tcp_model.h"

#define BUSY_MS 100

/* A NAT with more than one address that pairs gives each host its own. */
bool private_model_is_tried(const struct model_run *run)
{
	const struct profile *p = &run->setup->profiles[A][0];

	return run->setup->path == PATH_ONE_NAT &&
	       run->setup->trial->candidates != CANDIDATES_PUBLIC &&
	       (p->addresses == 1 || p->pooling == POOLING_ARBITRARY) &&
	       run->hosts[A].public.address == run->hosts[B].public.address;
}

bool private_model_is_chosen(const struct model_socket *s)
{
	return s->state == SOCKET_ESTABLISHED && s->proof_sent && s->proof_in;
}

bool private_model_is_awaited(const struct model_run *run,
			      const struct model_host *h)
{
	const struct model_socket *c = &h->private_connecting;
	const struct model_socket *a = &h->private_accepted;

	if (!h->tries_private || h->peer_gave_up || run->now >= h->deadline)
		return false;
	if (approach_has_roles(run->approach) && !run->order)
		return private_model_is_chosen(c) ||
		       private_model_is_chosen(a);
	return !h->has_greeting || h->private_again ||
	       c->state != SOCKET_FREE || a->state != SOCKET_FREE;
}

void private_model_connect(struct model_run *run, struct model_host *h)
{
	h->private_again = false;
	if (h->step == STEP_OVER || tcp_model_connect_privately(run, h))
		return;
	h->private_again = true;
	event_queue_add(&run->queue, run->now + BUSY_MS,
			EVENT_CONNECT_PRIVATELY, h->side);
}
