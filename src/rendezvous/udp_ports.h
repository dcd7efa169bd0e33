/*
 * S's UDP ports, on which it observes UDP endpoints, in a libevent loop. An
 * answer leaves from the address of this machine to which the question came:
 * from another address, the host's NAT would drop it.
 */
#ifndef TCPTRAV_RENDEZVOUS_UDP_PORTS_H
#define TCPTRAV_RENDEZVOUS_UDP_PORTS_H

#include "base/error.h"
#include "rendezvous/server.h"
#include "rendezvous/session.h"

#include <event2/event.h>
#include <event2/event_struct.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct udp_ports {
	struct sessions *sessions;
	size_t count;
	int sockets[SERVER_PORTS];
	struct event readable[SERVER_PORTS];
};

/*
 * udp_ports_open - open UDP ports, and let @sessions give out tokens for them
 * @all:     all zero
 * @address: to bind to; 0: all
 * @ports:   up to the first 0
 * Return:   false with a sentence, and none open, if one cannot be opened
 */
bool udp_ports_open(struct udp_ports *all, struct event_base *base,
		    struct sessions *sessions, uint32_t address,
		    const uint16_t ports[SERVER_PORTS], struct error *e);

/* udp_ports_close - does nothing if none is open */
void udp_ports_close(struct udp_ports *all);

#endif
