/*
 * A cell: one topology, kept up and reused by trials. Built by the lab's init
 * inside the lab's namespaces. One namespace per node; one process per host,
 * per NAT that is one, for S, and for all links
 * that are not perfect (the link emulator).
 */
#ifndef TCPTRAV_LAB_CELL_H
#define TCPTRAV_LAB_CELL_H

#include "base/clock.h"
#include "base/error.h"
#include "host/host.h"
#include "net/nat_spec.h"
#include "net/link_options.h"
#include "lab/lodgers.h"
#include "net/topology.h"
#include "plan/trial.h"
#include "rendezvous/server.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define CELL_PROCESSES 16
#define CELL_READY_TIME (12 * NS_PER_S)	/* more than an exec: NAT may take */
#define CELL_END_TIME (3 * NS_PER_S)	/* as long as that takes, and more */

enum cell_role {
	CELL_HOST, CELL_NAT, CELL_SERVER, CELL_LINK_EMULATOR, CELL_CLIENT,
};

/*
 * A process of the cell, forked from the init, in its node's namespace. It
 * ends when its end of @control is closed, and with the init. @control is a
 * SOCK_SEQPACKET socket, non-blocking on this side:
 *	host	host_order in; host_end and attempt_result out, in one,
 *		cut at its last event
 *	NAT	gateway_order in, its seed out; gateway_report out, of an
 *		emulated one (an exec: NAT takes and says nothing)
 *	S	server_report out
 *	links	link_emulator_reset in, its first seed out; link_emulator_report
 *		out
 *	client	nothing
 * The first message of each is whether it is ready (lab/process.h).
 */
struct cell_process {
	enum cell_role role;
	int which;		/* host: 0 A, 1 B; else the node's number */
	char name[16];		/* the node's: "host-a", "nat-b" */
	pid_t pid;		/* 0: it has ended, and was waited for */
	int control;		/* -1: closed */
	bool ready;
	bool resetting;		/* to begin anew, and has not answered yet */
};

struct cell_config {
	struct trial trial;		/* the setting, as far as it is the
					   cell's: not method, skew, timeout */
	uint64_t seed;			/* of its beginning */
	int cpu;			/* its processes' only one; -1: any */
	/* what a host's process does: host_process_main(); returns its exit
	   status. @h is already open, in the host's namespace */
	int (*host_main)(struct host *h, struct lodgers *lodgers, int control);
};

struct cell {
	struct cell_config config;
	unsigned process_count;
	struct cell_process process[CELL_PROCESSES];
	struct endpoint server;			/* S, port of the first */
	uint16_t server_ports[SERVER_PORTS];
	uint32_t host_address[2];		/* their own */
	uint32_t public_address[2];		/* at which others see A, B */
	/* private */
	int namespaces[TOPOLOGY_NODES + 1];	/* those without a process,
						   which holds its own; -1:
						   none */
	struct topology topology;
	struct nat_spec nats[TOPOLOGY_NODES];	/* what they are now */
	bool emulated[TOPOLOGY_LINKS];
};

/*
 * cell_check - can these names be cells' NATs and topology?
 * Return: false with ERROR_USE (unknown name, quoted, the nearest valid one;
 *         malformed profile with its line) or ERROR_MISSING (a kernel NAT
 *         without nftables, exec: of what is not executable)
 */
bool cell_check(const struct trial *trial, struct error *e);

/* What a cell needs of resources that a system limits. */
struct cell_needs {
	unsigned namespaces;
	unsigned processes;	/* those of an exec: NAT's making aside */
	unsigned descriptors;	/* of the lab's init */
};

/* cell_needs - of a cell for a trial that cell_check() allows; at most */
struct cell_needs cell_needs(const struct trial *trial);

/*
 * cell_begin - make the namespaces and start the processes, which say on their
 * control sockets when they are ready
 * Return: false with a sentence; everything begun is then undone
 */
bool cell_begin(struct cell *c, const struct cell_config *config,
		struct error *e);

/*
 * cell_receive - receive the first message of a process: is it ready?
 * Return: false with a sentence: it will never be
 */
bool cell_receive(struct cell *c, unsigned process, struct error *e);

/* cell_not_ready - the first process that is not ready yet, or NULL */
const struct cell_process *cell_not_ready(const struct cell *c);

/* cell_build - cell_begin(), and wait until all are ready */
bool cell_build(struct cell *c, const struct cell_config *config,
		struct error *e);

/*
 * cell_change - the NATs are to become those of the lists, which fit the cell
 * (trial_fits_cell()), when they begin anew
 */
bool cell_change(struct cell *c, const char *nat_a, const char *nat_b,
		 struct error *e);

/*
 * cell_reset - make the NATs of a level begin anew, and with the first level
 * the links, as if the cell had been built with @seed
 * Levels count from the hosts outwards. Reset the next one when the one before
 * has answered: then no NAT that was reset sees a packet of the last trial.
 * Return: false when there is no such level; else `resetting` says whose answer
 *         is awaited. Who cannot be told has died.
 */
bool cell_reset(struct cell *c, int level, uint64_t seed);

/* cell_resetting - has some process not answered its reset yet? */
bool cell_resetting(const struct cell *c);

/*
 * cell_hang_up - tell its processes to end. Then, when they have been waited
 * for (pid 0), cell_release() lets the namespaces go.
 */
void cell_hang_up(struct cell *c);
bool cell_has_ended(const struct cell *c);
void cell_release(struct cell *c);

/* cell_end - all of that, and wait for it */
void cell_end(struct cell *c);

#endif
