/*
 * A cell: one topology, kept up and reused by trials. Built by the lab's init
 * inside the lab's namespaces. One namespace per node; one process per host,
 * per emulated or exec: NAT, for S, and for all imperfect links (the cable).
 * Kernel NATs need no process.
 */
#ifndef TCPTRAV_LAB_CELL_H
#define TCPTRAV_LAB_CELL_H

#include "base/error.h"
#include "host/host.h"
#include "lab/links.h"
#include "lab/topology.h"
#include "rendezvous/server.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define CELL_PROCESSES 16

enum cell_role {
	CELL_HOST, CELL_NAT, CELL_SERVER, CELL_CABLE, CELL_CLIENT,
};

/*
 * A process of the cell, forked from the init, in its node's namespace. It
 * ends when its end of @control is closed, and with the init. @control is a
 * SOCK_SEQPACKET socket, non-blocking on this side:
 *	host	attempt_config in; attempt_result out, cut at its last event
 *	NAT	box_report out (an exec: NAT says nothing)
 *	S	server_report out
 *	cable	nothing
 *	client	nothing
 */
struct cell_process {
	enum cell_role role;
	int which;		/* host: 0 A, 1 B; else the node's number */
	char name[16];		/* the node's: "host-a", "nat-b" */
	pid_t pid;		/* 0: it has ended, and was waited for */
	int control;
};

struct cell_config {
	const char *topology;
	const char *nat_a, *nat_b;	/* lists, see lab/nats.h */
	double rtt_ms, loss;
	const struct links *links;	/* NULL: nothing was said */
	double background;		/* connections per second of all
					   clients of a side together */
	bool spoofing_dropped;
	uint64_t seed;
	/* what a host process does: lab/worker.c's loop; returns its exit
	   status. @h is already open, in the host's namespace */
	int (*host_main)(struct host *h, int control);
};

struct cell {
	struct cell_config config;
	unsigned process_count;
	struct cell_process process[CELL_PROCESSES];
	struct endpoint server;			/* S, port of the first */
	uint16_t server_ports[SERVER_PORTS];
	uint32_t host_address[2];		/* their own */
	uint32_t public_address[2];		/* at which others see A, B */
	int host_namespace[2];			/* netns descriptors */
	int server_namespace;
	/* private */
	int namespaces[TOPOLOGY_NODES + 1];	/* all of them; -1: none */
};

/*
 * cell_check - can these names be cells' NATs and topology?
 * Return: false with ERROR_USE (unknown name, quoted, the nearest valid one;
 *         malformed profile with its line) or ERROR_MISSING (a kernel NAT
 *         without nftables, exec: of what is not executable)
 */
bool cell_check(const struct cell_config *config, struct error *e);

/*
 * cell_build - make the namespaces, start the processes, wait until all are
 * ready (a process says so on its control socket; no sleeps)
 * Return: false with a sentence; everything begun is then undone
 */
bool cell_build(struct cell *c, const struct cell_config *config,
		struct error *e);

/* cell_end - end its processes and let its namespaces go */
void cell_end(struct cell *c);

#endif
