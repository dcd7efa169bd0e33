/*
 * An assembler for the kernel's BPF machine: each function appends one
 * instruction. It has what gateway/offload_program.c needs, and bpf(2) itself.
 *
 * Registers: R0 takes a result; R1 to R5 are a helper's arguments and are lost
 * in its call; R6 to R9 are preserved; R10 is the top of the stack, which
 * grows downwards, so that offsets into it are negative.
 */
#ifndef TCPTRAV_GATEWAY_BPF_ASSEMBLER_H
#define TCPTRAV_GATEWAY_BPF_ASSEMBLER_H

#include <linux/bpf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BPF_ASSEMBLER_ROOM 256
#define BPF_ASSEMBLER_LABELS 8
#define BPF_ASSEMBLER_JUMPS 64

enum { R0, R1, R2, R3, R4, R5, R6, R7, R8, R9, R10 };

struct bpf_assembler {
	struct bpf_insn code[BPF_ASSEMBLER_ROOM];
	unsigned count;
	struct { unsigned from, label; } jumps[BPF_ASSEMBLER_JUMPS];
	unsigned jump_count;
	unsigned labels[BPF_ASSEMBLER_LABELS];	/* offsets in @code */
	bool overflow;
};

/* bpf_emit - add an instruction */
void bpf_emit(struct bpf_assembler *a, unsigned code, unsigned to,
	      unsigned from, int offset, int32_t value);

/* @bytes: 1, 2, 4 or 8, in the machine's byte order */
void bpf_load(struct bpf_assembler *a, unsigned bytes, unsigned to,
	      unsigned base, int offset);
void bpf_store(struct bpf_assembler *a, unsigned bytes, unsigned base,
	       int offset, unsigned from);
void bpf_store_value(struct bpf_assembler *a, unsigned bytes, unsigned base,
		     int offset, int32_t value);

void bpf_set(struct bpf_assembler *a, unsigned reg, int32_t value);
void bpf_copy(struct bpf_assembler *a, unsigned to, unsigned from);

/* @op: BPF_ADD, BPF_AND ... */
void bpf_alu(struct bpf_assembler *a, unsigned op, unsigned reg, int32_t value);
void bpf_alu_reg(struct bpf_assembler *a, unsigned op, unsigned reg,
		 unsigned other);

/* bpf_be16 - convert 16 bits between network byte order and the machine's */
void bpf_be16(struct bpf_assembler *a, unsigned reg);

/* @op: BPF_JEQ ... ; @label: set by bpf_label(), before or after */
void bpf_jump_if(struct bpf_assembler *a, unsigned op, unsigned reg,
		 int32_t value, unsigned label);
void bpf_jump_if_reg(struct bpf_assembler *a, unsigned op, unsigned reg,
		     unsigned other, unsigned label);
void bpf_jump(struct bpf_assembler *a, unsigned label);
void bpf_label(struct bpf_assembler *a, unsigned label);

/* bpf_set_map - load a map into a register; @map: its descriptor */
void bpf_set_map(struct bpf_assembler *a, unsigned reg, int map);

/* bpf_call_helper - call the kernel's helper function BPF_FUNC_... */
void bpf_call_helper(struct bpf_assembler *a, int helper);
void bpf_exit(struct bpf_assembler *a);

/*
 * bpf_assembler_load - give the program to the kernel
 * @type: BPF_PROG_TYPE_...
 * Return: a descriptor, or -1 with errno
 */
int bpf_assembler_load(struct bpf_assembler *a, unsigned type);

/* bpf_syscall - call bpf(2). Return: as bpf(2) */
int bpf_syscall(unsigned command, union bpf_attr *attributes);

#endif
