#include "gateway/bpf_assembler.h"

#include <errno.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static unsigned size_of(unsigned bytes)
{
	return bytes == 1 ? BPF_B : bytes == 2 ? BPF_H :
		bytes == 4 ? BPF_W : BPF_DW;
}

void put(struct bpf_assembler *a, unsigned code, unsigned to, unsigned from,
	 int offset, int32_t value)
{
	if (a->count == BPF_ASSEMBLER_ROOM) {
		a->full = true;
		return;
	}
	a->code[a->count++] = (struct bpf_insn){
		.code = (uint8_t)code,
		.dst_reg = to & 15,
		.src_reg = from & 15,
		.off = (int16_t)offset,
		.imm = value,
	};
}

void load(struct bpf_assembler *a, unsigned bytes, unsigned to, unsigned base,
	  int offset)
{
	put(a, BPF_LDX | BPF_MEM | size_of(bytes), to, base, offset, 0);
}

void store(struct bpf_assembler *a, unsigned bytes, unsigned base, int offset,
	   unsigned from)
{
	put(a, BPF_STX | BPF_MEM | size_of(bytes), base, from, offset, 0);
}

void store_value(struct bpf_assembler *a, unsigned bytes, unsigned base,
		 int offset, int32_t value)
{
	put(a, BPF_ST | BPF_MEM | size_of(bytes), base, 0, offset, value);
}

void set(struct bpf_assembler *a, unsigned reg, int32_t value)
{
	put(a, BPF_ALU64 | BPF_MOV | BPF_K, reg, 0, 0, value);
}

void copy(struct bpf_assembler *a, unsigned to, unsigned from)
{
	put(a, BPF_ALU64 | BPF_MOV | BPF_X, to, from, 0, 0);
}

void compute(struct bpf_assembler *a, unsigned how, unsigned reg, int32_t value)
{
	put(a, BPF_ALU64 | how | BPF_K, reg, 0, 0, value);
}

void compute_with(struct bpf_assembler *a, unsigned how, unsigned reg,
		  unsigned other)
{
	put(a, BPF_ALU64 | how | BPF_X, reg, other, 0, 0);
}

void from_network(struct bpf_assembler *a, unsigned reg)
{
	put(a, BPF_ALU | BPF_END | BPF_TO_BE, reg, 0, 0, 16);
}

static void note(struct bpf_assembler *a, unsigned to)
{
	if (a->jump_count == BPF_ASSEMBLER_JUMPS ||
	    to >= BPF_ASSEMBLER_LABELS) {
		a->full = true;
		return;
	}
	a->jumps[a->jump_count].from = a->count;
	a->jumps[a->jump_count++].label = to;
}

void jump_if(struct bpf_assembler *a, unsigned how, unsigned reg, int32_t value,
	     unsigned to)
{
	note(a, to);
	put(a, BPF_JMP | how | BPF_K, reg, 0, 0, value);
}

void jump_if_with(struct bpf_assembler *a, unsigned how, unsigned reg,
		  unsigned other, unsigned to)
{
	note(a, to);
	put(a, BPF_JMP | how | BPF_X, reg, other, 0, 0);
}

void jump(struct bpf_assembler *a, unsigned to)
{
	note(a, to);
	put(a, BPF_JMP | BPF_JA, 0, 0, 0, 0);
}

void label(struct bpf_assembler *a, unsigned which)
{
	a->labels[which] = a->count;
}

void set_map(struct bpf_assembler *a, unsigned reg, int map)
{
	put(a, BPF_DW | BPF_IMM, reg, BPF_PSEUDO_MAP_FD, 0, map);
	put(a, 0, 0, 0, 0, 0);
}

void call(struct bpf_assembler *a, int helper)
{
	put(a, BPF_JMP | BPF_CALL, 0, 0, 0, helper);
}

void leave(struct bpf_assembler *a)
{
	put(a, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
}

int bpf_call(unsigned command, union bpf_attr *attributes)
{
	return (int)syscall(SYS_bpf, command, attributes,
			    sizeof(*attributes));
}

int bpf_assembler_load(struct bpf_assembler *a, unsigned type)
{
	union bpf_attr attributes;

	if (a->full) {
		errno = E2BIG;
		return -1;
	}
	for (unsigned i = 0; i < a->jump_count; i++) {
		unsigned from = a->jumps[i].from;

		a->code[from].off = (int16_t)(a->labels[a->jumps[i].label] -
					      from - 1);
	}
	memset(&attributes, 0, sizeof(attributes));
	attributes.prog_type = type;
	attributes.insns = (uint64_t)(uintptr_t)a->code;
	attributes.insn_cnt = a->count;
	attributes.license = (uint64_t)(uintptr_t)"Dual MIT/GPL";
	return bpf_call(BPF_PROG_LOAD, &attributes);
}
