/*
 * middle: the emulated NAT of a cell (cell.h), for experiments/bench/nat.
 *
 *	middle PROFILE SESSIONS [slow]
 *
 * Runs in NAME-n, says "ready", and ends when its standard input does.
 */
#include "cell.h"
#include "gateway/gateway.h"
#include "profile/profile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void say_ready(void *argument)
{
	const struct error *slow = argument;

	if (slow->kind)
		fprintf(stderr, "middle: no fast path: %s\n", slow->text);
	puts("ready");
	fflush(stdout);
}

int main(int argc, char **argv)
{
	struct error slow = { 0 };
	struct gateway_config config = {
		.nat = {
			.inside_address = INSIDE_ADDRESS,
			.outside_address = OUTSIDE_ADDRESS,
			.seed = 1,
		},
		.inside = "in",
		.outside = "out",
		.inside_neighbours = {
			{ .address = A_ADDRESS, .count = 1, .mac = A_MAC },
			{ .mac = CROWD_MAC },
		},
		.outside_neighbours = {
			{ .address = B_ADDRESS, .count = 1, .mac = B_MAC },
			{ .mac = CROWD_MAC },
		},
		.offload = argc != 4,
		.offload_error = &slow,
		.report = -1,
		.stop = STDIN_FILENO,
	};
	struct error e = { 0 };

	if (argc != 3 && (argc != 4 || strcmp(argv[3], "slow"))) {
		fputs("middle: see the head of middle.c\n", stderr);
		return 2;
	}
	config.nat.sessions = (uint32_t)strtoul(argv[2], NULL, 10);
	if (profile_find(argv[1], &config.nat.profile, &e) &&
	    gateway_run(&config, say_ready, &slow, &e))
		return 0;
	fprintf(stderr, "middle: %s\n", e.text);
	return 1;
}
