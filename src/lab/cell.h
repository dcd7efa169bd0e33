/*
 * A cell: the namespaces, links and processes of one topology. The lab's init
 * builds it, inside the lab's namespaces, and several trials use it one after
 * the other. Each node has a network namespace. These have a process: each
 * host, S, each NAT that is not a plain router, each client, and one for all
 * links that are not perfect (the link emulator).
 */
#ifndef TCPTRAV_LAB_CELL_H
#define TCPTRAV_LAB_CELL_H

#include "base/clock.h"
#include "base/error.h"
#include "net/nat_spec.h"
#include "net/link_options.h"
#include "net/topology.h"
#include "plan/trial.h"
#include "rendezvous/server.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define CELL_PROCESSES 16
/* The most of them that a cell can need in the lab's init: of each node, and of
   the link emulator, the namespace or the control socket. */
#define CELL_DESCRIPTORS (TOPOLOGY_NODES + 1)
#define CELL_READY_TIME (12 * NS_PER_S)	/* more than an exec: NAT's 10 s */
#define CELL_END_TIME (3 * NS_PER_S)	/* more than an exec: NAT's 1 s */

enum cell_role {
	CELL_HOST, CELL_NAT, CELL_SERVER, CELL_LINK_EMULATOR, CELL_CLIENT,
};

/*
 * A process of the cell, which the init forked, in its node's namespace. It
 * ends when the init closes @control, or ends itself. @control is a
 * SOCK_SEQPACKET socket, non-blocking in the init. Messages to and from the
 * process:
 *	host	to: host_order. From: host_end and attempt_result in one
 *		message, cut after the last event
 *	NAT	to: gateway_reset. From: its seed as the answer; gateway_report,
 *		if the NAT is emulated. An exec: NAT has no messages.
 *	S	from: server_report
 *	links	to: link_emulator_reset. From: its first seed as the answer;
 *		link_emulator_report
 *	client	none
 * The first message from each says whether it is ready (lab/process.h).
 */
struct cell_process {
	enum cell_role role;
	int which;		/* host: 0 A, 1 B; else the node's number */
	char name[16];		/* the node's: "host-a", "nat-b" */
	pid_t pid;		/* 0: it has ended and was reaped */
	int control;		/* -1: closed */
	bool ready;
	bool resetting;		/* it has not answered a reset yet */
};

struct cell_config {
	struct trial trial;		/* NATs, topology and links are used;
					   method, skew and timeout are not */
	uint64_t seed;			/* until the first reset */
	int cpu;			/* number of the only CPU of its
					   processes; -1: any */
};

struct cell {
	struct cell_config config;
	unsigned process_count;
	struct cell_process process[CELL_PROCESSES];
	struct endpoint server;			/* S, first port */
	uint16_t server_ports[SERVER_PORTS];
	uint32_t host_address[2];		/* A's, B's own address */
	uint32_t public_address[2];		/* at which others see A, B */
	/* private */
	int namespaces[TOPOLOGY_NODES + 1];	/* of nodes without a process
						   (a process keeps its own
						   open); -1: closed */
	struct topology topology;
	struct nat_spec nats[TOPOLOGY_NODES];	/* at the next reset */
	bool emulated[TOPOLOGY_LINKS];
};

/*
 * cell_check - are the trial's NATs and topology valid, and can they be built?
 * @any_kernel_nat: set to true if one of the NATs is the kernel's
 * Return: false with ERROR_USE (an unknown name, with the nearest valid one; a
 *         malformed profile, with the line) or ERROR_MISSING (an exec: program
 *         that is not executable)
 */
bool cell_check(const struct trial *trial, bool *any_kernel_nat,
		struct error *e);

/*
 * cell_begin - make the namespaces and start the processes; these report on
 * their control sockets when they are ready
 * Return: false with an error; all that was made is then removed
 */
bool cell_begin(struct cell *c, const struct cell_config *config,
		struct error *e);

/*
 * cell_receive - receive the first message of a process, which says if it is
 * ready
 * Return: false with an error if it will never be ready
 */
bool cell_receive(struct cell *c, unsigned process, struct error *e);

/* cell_not_ready - the first process that is not ready yet, or NULL */
const struct cell_process *cell_not_ready(const struct cell *c);

/* cell_build - cell_begin(), and wait until all are ready */
bool cell_build(struct cell *c, const struct cell_config *config,
		struct error *e);

/*
 * cell_change - change the NATs to those of the lists at the next reset; the
 * lists fit the cell (trial_fits_cell())
 */
bool cell_change(struct cell *c, const char *nat_a, const char *nat_b,
		 struct error *e);

/*
 * cell_reset - reset the NATs of a level, and with level 0 also the links, to
 * the state of a cell that was just built with @seed
 * Levels count from the hosts outwards. Reset a level when all of the level
 * before have answered: then no NAT that was reset receives a packet of the
 * last trial.
 * Return: false if there is no such level. Else `resetting` is set for each
 *         process that is to answer. A process that cannot be reached has
 *         ended, which the init finds out by SIGCHLD.
 */
bool cell_reset(struct cell *c, int level, uint64_t seed);

/* cell_resetting - has some process not answered its reset yet? */
bool cell_resetting(const struct cell *c);

/*
 * cell_hang_up - ask the processes to end
 * cell_has_ended - have all ended, and been reaped (pid 0)?
 * cell_release - then close the namespaces
 */
void cell_hang_up(struct cell *c);
bool cell_has_ended(const struct cell *c);
void cell_release(struct cell *c);

/* cell_end - do all of that, and wait for the processes */
void cell_end(struct cell *c);

#endif
