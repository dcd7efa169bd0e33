#include "lab/lodgers.h"

#include "base/clock.h"

#include <errno.h>
#include <string.h>

bool lodgers_take(struct lodgers *l, const struct gateway_config *config,
		  struct error *e)
{
	struct lodger *of = &l->lodger[l->count];

	if (l->count == LODGERS_MAX)
		return error_set(e, ERROR_FAILED, "no more than %d NATs can "
				 "share the process of a host", LODGERS_MAX);
	of->config = *config;
	of->box = gateway_open(&of->config, e);
	if (!of->box)
		return false;
	gateway_fds(of->box, of->fds);
	l->count++;
	return true;
}

/* add - what the NATs wait for, behind @count other things
   Return: until when they want to wait at most */
static int64_t add(const struct lodgers *l, struct host_wait *items,
		   size_t *count)
{
	int64_t until = TIME_NEVER;

	for (const struct lodger *of = l->lodger; of < l->lodger + l->count;
	     of++) {
		int64_t wake = of->box ? gateway_wake(of->box) : TIME_NEVER;

		until = wake < until ? wake : until;
		for (int i = 0; of->box && i < GATEWAY_FDS; i++)
			if (of->fds[i].fd >= 0)
				items[(*count)++] = (struct host_wait){
					.handle = of->fds[i].fd, .read = true,
				};
	}
	return until;
}

/* serve - the NATs whose turn it is; @items: what add() put there */
static void serve(struct lodgers *l, const struct host_wait *items)
{
	size_t n = 0;

	for (struct lodger *of = l->lodger; of < l->lodger + l->count; of++) {
		bool turn = of->box && gateway_wake(of->box) <= clock_now();

		for (int i = 0; of->box && i < GATEWAY_FDS; i++) {
			bool waited = of->fds[i].fd >= 0;
			bool ready = waited && items[n].ready;

			n += waited;
			of->fds[i].revents = ready ? POLLIN : 0;
			turn |= ready;
		}
		if (!turn || gateway_serve(of->box, of->fds))
			continue;
		gateway_close(of->box);
		of->box = NULL;
	}
}

static bool any_ready(const struct host_wait *items, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (items[i].ready)
			return true;
	return false;
}

int lodgers_wait(struct lodgers *l, lodgers_host_wait wait, struct host *h,
		 struct host_wait *items, size_t count, int64_t deadline)
{
	struct host_wait all[HOST_WAITS];
	int r;

	if (count + (size_t)l->count * GATEWAY_FDS > HOST_WAITS)
		return -EINVAL;
	if (count)
		memcpy(all, items, count * sizeof(*items));
	do {
		size_t n = count;
		int64_t until = add(l, all, &n);

		r = wait(h, all, n, until < deadline ? until : deadline);
		serve(l, all + count);
	} while (!r && !any_ready(all, count) && clock_now() < deadline);
	for (size_t i = 0; i < count; i++)
		items[i].ready = all[i].ready;
	return r;
}

void lodgers_close(struct lodgers *l)
{
	for (unsigned i = 0; i < l->count; i++)
		gateway_close(l->lodger[i].box);
	l->count = 0;
}
