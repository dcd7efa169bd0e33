#include "gateway/offload_map.h"

#include "gateway/bpf_assembler.h"
#include "gateway/offload_program.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#define SESSIONS 65536		/* those with higher numbers stay out */
#define TCX_INGRESS 46		/* BPF_TCX_INGRESS, since Linux 6.6 */

enum { MAC = 6 };

struct slot {
	bool used;
	struct nat_offload offloaded;
	uint8_t next[2][MAC];
	uint64_t seen[2];	/* of the counts, already told */
};

struct offload_map {
	struct offload_map_config config;
	int flows, counts;			/* maps */
	int programs[4], program_count;		/* descriptors */
	int links[2];
	volatile uint64_t (*passed)[2];		/* the map of counts */
	uint32_t used, top;			/* slots; highest ever used */
	struct slot slots[SESSIONS];		/* by session */
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

static bool open_maps(struct offload_map *f)
{
	size_t size = sizeof(uint64_t[2]);
	void *memory;

	f->flows = create_map(BPF_MAP_TYPE_HASH, sizeof(struct offload_key),
			      sizeof(struct offload_change), 2 * SESSIONS,
			      BPF_F_NO_PREALLOC);
	f->counts = create_map(BPF_MAP_TYPE_ARRAY, sizeof(uint32_t), size,
			       SESSIONS, BPF_F_MMAPABLE);
	if (f->flows < 0 || f->counts < 0)
		return false;
	memory = mmap(NULL, SESSIONS * size, PROT_READ, MAP_SHARED,
		      f->counts, 0);
	if (memory == MAP_FAILED)
		return false;
	f->passed = memory;
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

static int keep(struct offload_map *f, int program)
{
	if (program >= 0)
		f->programs[f->program_count++] = program;
	return program;
}

static bool open_side(struct offload_map *f, enum nat_side side)
{
	const struct offload_map_config *c = &f->config;
	struct offload_program p = {
		.side = side,
		.flows = f->flows,
		.counts = f->counts,
		.mtu = c->mtus[!side],
		.mark = c->mark,
		.interface = if_nametoindex(c->interfaces[!side]),
	};
	int filter = keep(f, offload_program_filter(&p));
	int forward = keep(f, offload_program_forward(&p));

	if (filter < 0 || forward < 0 ||
	    setsockopt(c->sockets[side], SOL_SOCKET, SO_ATTACH_BPF, &filter,
		       sizeof(filter)))
		return false;
	f->links[side] = attach(forward, if_nametoindex(c->interfaces[side]));
	return f->links[side] >= 0;
}

struct offload_map *offload_map_open(const struct offload_map_config *c,
				     struct error *e)
{
	struct offload_map *f = calloc(1, sizeof(*f));

	if (!f) {
		error_set(e, ERROR_FAILED, "no memory for a fast path");
		return NULL;
	}
	f->config = *c;
	f->flows = f->counts = f->links[0] = f->links[1] = -1;
	if (open_maps(f) && open_side(f, NAT_INSIDE) &&
	    open_side(f, NAT_OUTSIDE))
		return f;
	error_set(e, errno == EPERM ? ERROR_MISSING : ERROR_FAILED,
		  "the kernel takes no BPF program at an interface: %s",
		  strerror(errno));
	offload_map_close(f);
	return NULL;
}

static void close_one(int fd)
{
	if (fd >= 0)
		close(fd);
}

void offload_map_close(struct offload_map *f)
{
	if (!f)
		return;
	for (int i = 0; i < 2; i++) {
		close_one(f->links[i]);
		setsockopt(f->config.sockets[i], SOL_SOCKET, SO_DETACH_BPF,
			   &(int){ 0 }, sizeof(int));
	}
	for (int i = 0; i < f->program_count; i++)
		close(f->programs[i]);
	if (f->passed)
		munmap((void *)f->passed, SESSIONS * sizeof(f->passed[0]));
	close_one(f->flows);
	close_one(f->counts);
	free(f);
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

static bool add_way(struct offload_map *f, const struct nat_offload *s,
		    enum nat_side side, const uint8_t next[MAC])
{
	const struct endpoint *to = &s->directions[side].changed;
	struct offload_key key = key_of(s, side);
	struct offload_change change = {
		.address = htonl(to->address),
		.session = s->session,
		.port = htons(to->port),
	};
	union bpf_attr a;

	memcpy(change.macs, next, MAC);
	memcpy(change.macs + MAC, f->config.macs[!side], MAC);
	memset(&a, 0, sizeof(a));
	a.map_fd = (uint32_t)f->flows;
	a.key = (uint64_t)(uintptr_t)&key;
	a.value = (uint64_t)(uintptr_t)&change;
	return !bpf_syscall(BPF_MAP_UPDATE_ELEM, &a);
}

static void remove_way(struct offload_map *f, const struct nat_offload *s,
		       enum nat_side side)
{
	struct offload_key key = key_of(s, side);
	union bpf_attr a;

	memset(&a, 0, sizeof(a));
	a.map_fd = (uint32_t)f->flows;
	a.key = (uint64_t)(uintptr_t)&key;
	bpf_syscall(BPF_MAP_DELETE_ELEM, &a);
}

bool offload_map_add(struct offload_map *f, const struct nat_offload *s,
		     uint8_t next[2][6])
{
	struct slot *slot = &f->slots[s->session % SESSIONS];

	if (s->session >= SESSIONS || slot->used ||
	    !add_way(f, s, NAT_INSIDE, next[NAT_INSIDE]))
		return false;
	if (!add_way(f, s, NAT_OUTSIDE, next[NAT_OUTSIDE])) {
		remove_way(f, s, NAT_INSIDE);
		return false;
	}
	slot->used = true;
	slot->offloaded = *s;
	memcpy(slot->next, next, sizeof(slot->next));
	f->used++;
	f->top = s->session > f->top ? s->session : f->top;
	return true;
}

/* look - how many packets have passed since the last look? */
static void look(struct offload_map *f, uint32_t session, uint64_t packets[2])
{
	struct slot *s = &f->slots[session];

	for (int side = NAT_INSIDE; side <= NAT_OUTSIDE; side++) {
		uint64_t now = f->passed[session][side];

		packets[side] = now - s->seen[side];
		s->seen[side] = now;
	}
}

uint64_t offload_map_remove(struct offload_map *f, uint32_t session)
{
	struct slot *slot = &f->slots[session % SESSIONS];
	uint64_t packets[2];

	if (session >= SESSIONS || !slot->used)
		return 0;
	remove_way(f, &slot->offloaded, NAT_INSIDE);
	remove_way(f, &slot->offloaded, NAT_OUTSIDE);
	slot->used = false;
	f->used--;
	look(f, session, packets);
	return packets[NAT_INSIDE] + packets[NAT_OUTSIDE];
}

bool offload_map_collect(struct offload_map *f, uint32_t *at,
			 struct offload_map_traffic *out)
{
	while (f->used && *at < f->top) {
		struct slot *s = &f->slots[++*at];

		if (!s->used)
			continue;
		look(f, *at, out->packets);
		out->offloaded = &s->offloaded;
		out->next = (const uint8_t (*)[6])s->next;
		if (out->packets[NAT_INSIDE] || out->packets[NAT_OUTSIDE])
			return true;
	}
	return false;
}

uint32_t offload_map_count(const struct offload_map *f)
{
	return f->used;
}
