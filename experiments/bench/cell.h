/*
 * The cells of experiments/bench/nat, one for each way through the middle:
 *
 *	NAME-a            NAME-n                     NAME-b
 *	10.0.0.2 (a) --- (in) 10.0.0.1, 192.0.2.1 (out) --- (b) 192.0.2.2
 *
 * Behind a and b there are also crowds, INSIDE_CROWD and OUTSIDE_CROWD, whose
 * packets go to a hardware address that nobody has: the kernel counts them
 * on the interface and drops them first of all.
 */
#ifndef BENCH_CELL_H
#define BENCH_CELL_H

#define A_ADDRESS	0x0a000002u
#define INSIDE_ADDRESS	0x0a000001u
#define OUTSIDE_ADDRESS	0xc0000201u
#define B_ADDRESS	0xc0000202u
#define INSIDE_CROWD	0x0a010000u	/* 10.1.0.0/16 */
#define OUTSIDE_CROWD	0xc6120000u	/* 198.18.0.0/15 */

#define A_MAC		{ 2, 0, 0, 0, 0, 0x0a }
#define INSIDE_MAC	{ 2, 0, 0, 0, 0, 0x01 }
#define OUTSIDE_MAC	{ 2, 0, 0, 0, 0, 0x02 }
#define B_MAC		{ 2, 0, 0, 0, 0, 0x0b }
#define CROWD_MAC	{ 2, 0, 0, 0, 0, 0xff }

#endif
