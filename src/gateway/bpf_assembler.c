#include "gateway/bpf_assembler.h"

#include <errno.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static unsigned size_code(unsigned bytes)
{
	return bytes == 1 ? BPF_B : bytes == 2 ? BPF_H :
		bytes == 4 ? BPF_W : BPF_DW;
}

void bpf_emit(struct bpf_assembler *a, unsigned code, unsigned to,
	      unsigned from, int offset, int32_t value)
{
	if (a->count == BPF_ASSEMBLER_ROOM) {
		a->overflow = true;
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

void bpf_load(struct bpf_assembler *a, unsigned bytes, unsigned to,
	      unsigned base, int offset)
{
	bpf_emit(a, BPF_LDX | BPF_MEM | size_code(bytes), to, base, offset, 0);
}

void bpf_store(struct bpf_assembler *a, unsigned bytes, unsigned base,
	       int offset, unsigned from)
{
	bpf_emit(a, BPF_STX | BPF_MEM | size_code(bytes), base, from, offset,
		 0);
}

void bpf_store_value(struct bpf_assembler *a, unsigned bytes, unsigned base,
		     int offset, int32_t value)
{
	bpf_emit(a, BPF_ST | BPF_MEM | size_code(bytes), base, 0, offset,
		 value);
}

void bpf_set(struct bpf_assembler *a, unsigned reg, int32_t value)
{
	bpf_emit(a, BPF_ALU64 | BPF_MOV | BPF_K, reg, 0, 0, value);
}

void bpf_copy(struct bpf_assembler *a, unsigned to, unsigned from)
{
	bpf_emit(a, BPF_ALU64 | BPF_MOV | BPF_X, to, from, 0, 0);
}

void bpf_alu(struct bpf_assembler *a, unsigned op, unsigned reg, int32_t value)
{
	bpf_emit(a, BPF_ALU64 | op | BPF_K, reg, 0, 0, value);
}

void bpf_alu_reg(struct bpf_assembler *a, unsigned op, unsigned reg,
		 unsigned other)
{
	bpf_emit(a, BPF_ALU64 | op | BPF_X, reg, other, 0, 0);
}

void bpf_be16(struct bpf_assembler *a, unsigned reg)
{
	bpf_emit(a, BPF_ALU | BPF_END | BPF_TO_BE, reg, 0, 0, 16);
}

/* note_jump - remember that the next instruction is a jump to @label; its
   offset is set when the program is complete */
static void note_jump(struct bpf_assembler *a, unsigned label)
{
	if (a->jump_count == BPF_ASSEMBLER_JUMPS ||
	    label >= BPF_ASSEMBLER_LABELS) {
		a->overflow = true;
		return;
	}
	a->jumps[a->jump_count].from = a->count;
	a->jumps[a->jump_count++].label = label;
}

void bpf_jump_if(struct bpf_assembler *a, unsigned op, unsigned reg,
		 int32_t value, unsigned label)
{
	note_jump(a, label);
	bpf_emit(a, BPF_JMP | op | BPF_K, reg, 0, 0, value);
}

void bpf_jump_if_reg(struct bpf_assembler *a, unsigned op, unsigned reg,
		     unsigned other, unsigned label)
{
	note_jump(a, label);
	bpf_emit(a, BPF_JMP | op | BPF_X, reg, other, 0, 0);
}

void bpf_jump(struct bpf_assembler *a, unsigned label)
{
	note_jump(a, label);
	bpf_emit(a, BPF_JMP | BPF_JA, 0, 0, 0, 0);
}

void bpf_label(struct bpf_assembler *a, unsigned label)
{
	a->labels[label] = a->count;
}

void bpf_set_map(struct bpf_assembler *a, unsigned reg, int map)
{
	bpf_emit(a, BPF_DW | BPF_IMM, reg, BPF_PSEUDO_MAP_FD, 0, map);
	bpf_emit(a, 0, 0, 0, 0, 0);
}

void bpf_call_helper(struct bpf_assembler *a, int helper)
{
	bpf_emit(a, BPF_JMP | BPF_CALL, 0, 0, 0, helper);
}

void bpf_exit(struct bpf_assembler *a)
{
	bpf_emit(a, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
}

int bpf_syscall(unsigned command, union bpf_attr *attributes)
{
	return (int)syscall(SYS_bpf, command, attributes,
			    sizeof(*attributes));
}

int bpf_assembler_load(struct bpf_assembler *a, unsigned type)
{
	union bpf_attr attributes;

	if (a->overflow) {
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
	return bpf_syscall(BPF_PROG_LOAD, &attributes);
}
