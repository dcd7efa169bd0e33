#include "host/forge.h"

#include "host/privilege.h"
#include "wire/ipv4.h"

#include <errno.h>
#include <libnet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct forger {
	libnet_t *net;
};

/*
 * open_raw - open the raw socket of a libnet context, as LIBNET_RAW4 does, but
 * with the default send buffer: libnet enlarges it in 8000 steps, in 2 ms
 */
static bool open_raw(libnet_t *net, struct error *e)
{
	net->fd = socket(AF_INET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC,
			 IPPROTO_RAW);
	net->injection_type = LIBNET_RAW4;
	if (net->fd >= 0)
		return true;
	if (errno == EPERM)
		privilege_error(e, "forging packets", &privilege_net_raw);
	else
		error_set(e, ERROR_MISSING, "packets cannot be forged: %s",
			  strerror(errno));
	return false;
}

struct forger *forger_open(struct error *e)
{
	char why[LIBNET_ERRBUF_SIZE] = "";
	struct forger *f = calloc(1, sizeof(*f));

	if (!f) {
		error_set(e, ERROR_FAILED, "no memory to forge packets");
		return NULL;
	}
	f->net = libnet_init(LIBNET_NONE, NULL, why);
	if (!f->net)
		error_set(e, ERROR_MISSING, "packets cannot be forged: %s",
			  why);
	if (f->net && open_raw(f->net, e))
		return f;
	forger_close(f);
	return NULL;
}

void forger_close(struct forger *f)
{
	if (!f)
		return;
	if (f->net)
		libnet_destroy(f->net);
	free(f);
}

/*
 * build - build the packet as libnet's blocks, options first and IP header last
 * The blocks are new for each packet, because libnet cannot change the length
 * of existing options.
 */
static bool build(libnet_t *net, const struct segment *s, const void *data)
{
	uint16_t length = (uint16_t)(TCP_HEADER + s->options_length +
				     s->payload);

	libnet_clear_packet(net);
	if (s->options_length &&
	    libnet_build_tcp_options(s->options, s->options_length, net,
				     0) < 0)
		return false;
	if (libnet_build_tcp(s->source.port, s->destination.port, s->sequence,
			     s->acknowledgement, s->flags, s->window, 0, 0,
			     length, data, s->payload, net, 0) < 0)
		return false;
	return libnet_build_ipv4((uint16_t)(IPV4_HEADER + length), 0, s->id,
				 IP_DF, s->ttl, IPPROTO_TCP, 0,
				 htonl(s->source.address),
				 htonl(s->destination.address), NULL, 0, net,
				 0) >= 0;
}

int forger_send(struct forger *f, const struct segment *s, const void *data)
{
	if (s->options_length > TCP_OPTIONS_MAX || s->options_length % 4 ||
	    s->payload > FORGED_DATA)
		return -EINVAL;
	if (!build(f->net, s, data))
		return -ENOMEM;
	errno = 0;
	if (libnet_write(f->net) < 0)
		return errno ? -errno : -EIO;
	return 0;
}
