#include "gateway/offload_map.h"

#include "gateway/bpf_assembler.h"
#include "gateway/offload_program.h"
#include "wire/ethernet.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#define SESSIONS 65536		/* others are not offloaded */
#define TCX_INGRESS 46		/* BPF_TCX_INGRESS, since Linux 6.6 */

enum { MAC = ETHERNET_ADDRESS };

struct offloaded_session {
	bool used;
	struct nat_offload session;
	uint8_t next_hops[2][MAC];
	uint64_t collected[2];	/* of the packets in the map of counts */
};

struct offload_map {
	struct offload_map_config config;
	int flows, counts;			/* maps */
	int programs[4], program_count;		/* descriptors */
	int links[2];
	volatile uint64_t (*passed)[2];		/* packets: the map of counts */
	uint32_t used, top;			/* number; highest ever used */
	struct offloaded_session sessions[SESSIONS];	/* by session number */
};

static int create_map(unsigned type, size_t key, size_t value,
		      unsigned entries, unsigned flags)
{
	union bpf_attr a;

	memset(&a, 0, sizeof(a));
	a.map_type = type;
	a.key_size = (uint32_t)key;
	a.value_size = (uint32_t)value;
	a.max_entries = entries;
	a.map_flags = flags;
	return bpf_syscall(BPF_MAP_CREATE, &a);
}

static bool open_maps(struct offload_map *m)
{
	size_t size = sizeof(uint64_t[2]);
	void *memory;

	m->flows = create_map(BPF_MAP_TYPE_HASH, sizeof(struct offload_key),
			      sizeof(struct offload_change), 2 * SESSIONS,
			      BPF_F_NO_PREALLOC);
	m->counts = create_map(BPF_MAP_TYPE_ARRAY, sizeof(uint32_t), size,
			       SESSIONS, BPF_F_MMAPABLE);
	if (m->flows < 0 || m->counts < 0)
		return false;
	memory = mmap(NULL, SESSIONS * size, PROT_READ, MAP_SHARED,
		      m->counts, 0);
	if (memory == MAP_FAILED)
		return false;
	m->passed = memory;
	return true;
}

static int attach(int program, unsigned interface)
{
	union bpf_attr a;

	memset(&a, 0, sizeof(a));
	a.link_create.prog_fd = (uint32_t)program;
	a.link_create.target_ifindex = interface;
	a.link_create.attach_type = TCX_INGRESS;
	return bpf_syscall(BPF_LINK_CREATE, &a);
}

/* keep_program - remember a program, so that offload_map_close() closes it */
static int keep_program(struct offload_map *m, int program)
{
	if (program >= 0)
		m->programs[m->program_count++] = program;
	return program;
}

/* attach_programs - attach the programs for packets that arrive on @side */
static bool attach_programs(struct offload_map *m, enum nat_side side)
{
	const struct offload_map_config *c = &m->config;
	struct offload_program p = {
		.side = side,
		.flows = m->flows,
		.counts = m->counts,
		.mtu = c->mtus[!side],
		.mark = c->mark,
		.interface = if_nametoindex(c->interfaces[!side]),
	};
	int filter = keep_program(m, offload_program_filter(&p));
	int forward = keep_program(m, offload_program_forward(&p));

	if (filter < 0 || forward < 0 ||
	    setsockopt(c->sockets[side], SOL_SOCKET, SO_ATTACH_BPF, &filter,
		       sizeof(filter)))
		return false;
	m->links[side] = attach(forward, if_nametoindex(c->interfaces[side]));
	return m->links[side] >= 0;
}

struct offload_map *offload_map_open(const struct offload_map_config *c,
				     struct error *e)
{
	struct offload_map *m = calloc(1, sizeof(*m));

	if (!m) {
		error_set(e, ERROR_FAILED, "no memory for a fast path");
		return NULL;
	}
	m->config = *c;
	m->flows = m->counts = m->links[0] = m->links[1] = -1;
	if (open_maps(m) && attach_programs(m, NAT_INSIDE) &&
	    attach_programs(m, NAT_OUTSIDE))
		return m;
	error_set(e, errno == EPERM ? ERROR_MISSING : ERROR_FAILED,
		  "the kernel takes no BPF program at an interface: %s",
		  strerror(errno));
	offload_map_close(m);
	return NULL;
}

static void close_descriptor(int fd)
{
	if (fd >= 0)
		close(fd);
}

void offload_map_close(struct offload_map *m)
{
	if (!m)
		return;
	for (int i = 0; i < 2; i++) {
		close_descriptor(m->links[i]);
		setsockopt(m->config.sockets[i], SOL_SOCKET, SO_DETACH_BPF,
			   &(int){ 0 }, sizeof(int));
	}
	for (int i = 0; i < m->program_count; i++)
		close(m->programs[i]);
	if (m->passed)
		munmap((void *)m->passed, SESSIONS * sizeof(m->passed[0]));
	close_descriptor(m->flows);
	close_descriptor(m->counts);
	free(m);
}

static struct offload_key key_of(const struct nat_offload *s,
				 enum nat_side side)
{
	const struct nat_offload_direction *w = &s->directions[side];

	return (struct offload_key){
		.source = htonl(w->source.address),
		.destination = htonl(w->destination.address),
		.source_port = htons(w->source.port),
		.destination_port = htons(w->destination.port),
		.protocol = s->protocol,
		.side = (uint8_t)side,
	};
}

/* add_direction - add the map entry for a session's packets that arrive on
   @side */
static bool add_direction(struct offload_map *m, const struct nat_offload *s,
			  enum nat_side side, const uint8_t next_hop[MAC])
{
	const struct endpoint *to = &s->directions[side].changed;
	struct offload_key key = key_of(s, side);
	struct offload_change change = {
		.address = htonl(to->address),
		.session = s->session,
		.port = htons(to->port),
	};
	union bpf_attr a;

	memcpy(change.macs, next_hop, MAC);
	memcpy(change.macs + MAC, m->config.macs[!side], MAC);
	memset(&a, 0, sizeof(a));
	a.map_fd = (uint32_t)m->flows;
	a.key = (uint64_t)(uintptr_t)&key;
	a.value = (uint64_t)(uintptr_t)&change;
	return !bpf_syscall(BPF_MAP_UPDATE_ELEM, &a);
}

static void remove_direction(struct offload_map *m, const struct nat_offload *s,
			     enum nat_side side)
{
	struct offload_key key = key_of(s, side);
	union bpf_attr a;

	memset(&a, 0, sizeof(a));
	a.map_fd = (uint32_t)m->flows;
	a.key = (uint64_t)(uintptr_t)&key;
	bpf_syscall(BPF_MAP_DELETE_ELEM, &a);
}

bool offload_map_add(struct offload_map *m, const struct nat_offload *s,
		     uint8_t next_hops[2][6])
{
	struct offloaded_session *entry = &m->sessions[s->session % SESSIONS];

	if (s->session >= SESSIONS || entry->used ||
	    !add_direction(m, s, NAT_INSIDE, next_hops[NAT_INSIDE]))
		return false;
	if (!add_direction(m, s, NAT_OUTSIDE, next_hops[NAT_OUTSIDE])) {
		remove_direction(m, s, NAT_INSIDE);
		return false;
	}
	entry->used = true;
	entry->session = *s;
	memcpy(entry->next_hops, next_hops, sizeof(entry->next_hops));
	m->used++;
	m->top = s->session > m->top ? s->session : m->top;
	return true;
}

/* collect_packets - get the number of packets since the last call, in each
   direction */
static void collect_packets(struct offload_map *m, uint32_t session,
			    uint64_t packets[2])
{
	struct offloaded_session *s = &m->sessions[session];

	for (int side = NAT_INSIDE; side <= NAT_OUTSIDE; side++) {
		uint64_t now = m->passed[session][side];

		packets[side] = now - s->collected[side];
		s->collected[side] = now;
	}
}

uint64_t offload_map_remove(struct offload_map *m, uint32_t session)
{
	struct offloaded_session *entry = &m->sessions[session % SESSIONS];
	uint64_t packets[2];

	if (session >= SESSIONS || !entry->used)
		return 0;
	remove_direction(m, &entry->session, NAT_INSIDE);
	remove_direction(m, &entry->session, NAT_OUTSIDE);
	entry->used = false;
	m->used--;
	collect_packets(m, session, packets);
	return packets[NAT_INSIDE] + packets[NAT_OUTSIDE];
}

bool offload_map_collect(struct offload_map *m, uint32_t *at,
			 struct offload_map_traffic *out)
{
	while (m->used && *at < m->top) {
		struct offloaded_session *s = &m->sessions[++*at];

		if (!s->used)
			continue;
		collect_packets(m, *at, out->packets);
		out->session = &s->session;
		out->next_hops = (const uint8_t (*)[6])s->next_hops;
		if (out->packets[NAT_INSIDE] || out->packets[NAT_OUTSIDE])
			return true;
	}
	return false;
}

uint32_t offload_map_count(const struct offload_map *m)
{
	return m->used;
}
