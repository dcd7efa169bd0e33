/*
 * At most OPEN connections exist at a time: when another one is due, the oldest
 * is closed in whatever state it is. A host that was delayed opens the
 * connections that it has missed, so that the rate is right, but at most those
 * of a second.
 */
#include "lab/background.h"

#include "base/clock.h"

#include <errno.h>
#include <math.h>
#include <poll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define OPEN 32

struct crowd {
	const struct background *config;
	struct rng rng;
	int64_t due;			/* the next one */
	unsigned oldest;
	int sockets[OPEN];		/* in a ring; -1: none */
};

int64_t background_interval(struct rng *r, double rate)
{
	return (int64_t)(-log(1 - rng_unit(r)) / rate * (double)NS_PER_S);
}

/* open_one - open a connection; Return: its socket, or -1 if that failed */
static int open_one(const struct endpoint *to)
{
	struct sockaddr_in in = endpoint_sockaddr(to);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
			0);

	if (fd >= 0 && connect(fd, (struct sockaddr *)&in, sizeof(in)) < 0 &&
	    errno != EINPROGRESS) {
		close(fd);
		return -1;
	}
	return fd;
}

static void open_due(struct crowd *c, int64_t now)
{
	if (c->due < now - NS_PER_S)
		c->due = now - NS_PER_S;
	while (c->due <= now) {
		int *slot = &c->sockets[c->oldest++ % OPEN];

		if (*slot >= 0)
			close(*slot);
		*slot = open_one(&c->config->to);
		c->due += background_interval(&c->rng, c->config->rate);
	}
}

/* Return: false when told to stop */
static bool wait_until_due(const struct crowd *c)
{
	struct pollfd fd = { .fd = c->config->stop, .events = POLLIN };
	struct timespec left;

	if (ppoll(&fd, 1, clock_remaining(clock_now(), c->due, &left),
		  NULL) < 0)
		return errno == EINTR;
	return !fd.revents;
}

void background_run(const struct background *config)
{
	struct crowd c = { .config = config };

	for (unsigned i = 0; i < OPEN; i++)
		c.sockets[i] = -1;
	rng_seed(&c.rng, config->seed);
	c.due = clock_now() + background_interval(&c.rng, config->rate);
	while (wait_until_due(&c))
		open_due(&c, clock_now());
	for (unsigned i = 0; i < OPEN; i++)
		if (c.sockets[i] >= 0)
			close(c.sockets[i]);
}
