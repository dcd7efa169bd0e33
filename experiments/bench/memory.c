/*
 * memory: what a session costs.
 *
 *	memory PROTOCOLS HOSTS REMOTES [AXIS = VALUE]...
 *
 * Makes a NAT of profile rfc5382 (with the axes given) with room for as many
 * sessions as there are HOSTS inside endpoints times REMOTES outside ones
 * times the first PROTOCOLS of TCP and UDP, opens them all, and prints the
 * bytes by which the resident memory grew, a session, and the mappings.
 */
#include "cell.h"

#include "nat/nat.h"
#include "profile/profile.h"
#include "wire/bytes.h"
#include "wire/ipv4.h"
#include "wire/tcp.h"
#include "wire/udp.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FIRST_PORT 2000

struct plan {
	unsigned protocols, hosts, remotes;
};

static long resident(void)
{
	long pages = 0;
	FILE *f = fopen("/proc/self/statm", "re");

	if (!f || fscanf(f, "%*d %ld", &pages) != 1)
		pages = 0;
	if (f)
		fclose(f);
	return pages * sysconf(_SC_PAGESIZE);
}

static size_t write_syn(uint8_t *bytes, size_t room, unsigned host,
			unsigned remote)
{
	struct segment s = {
		.source = { INSIDE_CROWD + 1 + host % 250,
			    (uint16_t)(FIRST_PORT + host) },
		.destination = { OUTSIDE_CROWD + 1 + remote, 80 },
		.sequence = 1000,
		.window = 65535,
		.flags = TCP_SYN,
		.ttl = 64,
	};

	return segment_build(&s, bytes, room);
}

/* write_datagram - without data or checksum */
static size_t write_datagram(uint8_t *bytes, unsigned host, unsigned remote)
{
	struct ipv4 ip = {
		.source = INSIDE_CROWD + 1 + host % 250,
		.destination = OUTSIDE_CROWD + 1 + remote,
		.total_length = IPV4_HEADER + UDP_HEADER,
		.ttl = 64,
		.protocol = IPV4_UDP,
	};

	ipv4_build(bytes, &ip);
	put16(bytes + IPV4_HEADER, (uint16_t)(FIRST_PORT + host));
	put16(bytes + IPV4_HEADER + 2, 80);
	put16(bytes + IPV4_HEADER + 4, UDP_HEADER);
	put16(bytes + IPV4_HEADER + 6, 0);
	return ip.total_length;
}

static void open_sessions(struct nat *n, const struct plan *p)
{
	uint8_t bytes[100];
	struct nat_result result;

	for (unsigned i = 0; i < p->protocols; i++)
		for (unsigned r = 0; r < p->remotes; r++)
			for (unsigned h = 0; h < p->hosts; h++) {
				struct nat_packet packet = { .bytes = bytes };

				packet.length = i ?
					write_datagram(bytes, h, r) :
					write_syn(bytes, sizeof(bytes), h, r);
				nat_input(n, NAT_INSIDE, &packet, 0, &result);
			}
}

static int measure(const struct plan *p, const struct profile *profile)
{
	struct nat_config config = {
		.profile = *profile,
		.inside_address = INSIDE_ADDRESS,
		.outside_address = OUTSIDE_ADDRESS,
		.seed = 1,
		.sessions = p->protocols * p->hosts * p->remotes,
	};
	struct nat *n = nat_new(&config);
	struct nat_counts counts;
	long before = resident(), grown;

	if (!n)
		return 1;
	open_sessions(n, p);
	grown = resident() - before;
	nat_counts(n, &counts);
	nat_free(n);
	if (counts.sessions != config.sessions) {
		fprintf(stderr, "memory: %u sessions instead of %u\n",
			counts.sessions, config.sessions);
		return 1;
	}
	printf("%.1f %u\n", (double)grown / counts.sessions, counts.mappings);
	return 0;
}

int main(int argc, char **argv)
{
	char text[512] = "base = rfc5382\n";
	struct plan plan = { 0 };
	struct profile profile;
	struct error e = { 0 };

	if (argc >= 4)
		plan = (struct plan){ (unsigned)atoi(argv[1]),
				      (unsigned)atoi(argv[2]),
				      (unsigned)atoi(argv[3]) };
	if (!plan.protocols || plan.protocols > 2 || !plan.hosts ||
	    plan.hosts > 60000 || !plan.remotes || plan.remotes > 100000) {
		fputs("memory: see the head of memory.c\n", stderr);
		return 2;
	}
	for (int i = 4; i < argc; i++) {
		size_t used = strlen(text);

		snprintf(text + used, sizeof(text) - used, "%s\n", argv[i]);
	}
	if (profile_parse("memory", text, strlen(text), &profile, &e))
		return measure(&plan, &profile);
	fprintf(stderr, "memory: %s\n", e.text);
	return 2;
}
