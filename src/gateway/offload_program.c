#include "gateway/offload_program.h"

#include "gateway/bpf_assembler.h"
#include "wire/ipv4.h"
#include "wire/tcp.h"
#include "wire/udp.h"

#include <arpa/inet.h>
#include <net/ethernet.h>

/* Offsets on the stack. The frame begins at one that leaves the IP header
   aligned. */
enum {
	FRAME = -70,
	FRAME_LENGTH = ETH_HLEN + IPV4_HEADER + 4,
	IP = FRAME + ETH_HLEN,
	PORTS = IP + IPV4_HEADER,
	MORE = PORTS + 4,	/* 2 more bytes of the TCP or UDP header */
	KEY = -96,
	SESSION = -104,

	LENGTH = IP + IPV4_LENGTH_AT,
	FRAGMENT = IP + IPV4_FRAGMENT_AT,
	TTL = IP + IPV4_TTL_AT,
	PROTOCOL = IP + IPV4_PROTOCOL_AT,
	CHECKSUM = IP + IPV4_CHECKSUM_AT,
	SOURCE = IP + IPV4_SOURCE_AT,
	DESTINATION = IP + IPV4_DESTINATION_AT,
};

enum {
	L4_AT = ETH_HLEN + IPV4_HEADER,	/* in the frame */
	VERSION_AND_IHL = 4 << 4 | IPV4_HEADER / 4,	/* no options */
};

enum { TCX_NEXT = -1, TCX_DROP = 2 };

/* Labels. */
enum { NOT_OFFLOADED, READ_TCP, HAVE_HEADERS, FITS, UPDATE_CHECKSUM, WRITTEN };

#define SKB(field) ((int)offsetof(struct __sk_buff, field))
#define CHANGE(field) ((int)offsetof(struct offload_change, field))

/* sum_header - compute into R1 the sum of the IP header's words in one's
   complement, in either byte order (RFC 1071 2) */
static void sum_header(struct bpf_assembler *a)
{
	bpf_set(a, R1, 0);
	for (int i = 0; i < IPV4_HEADER; i += 4) {
		bpf_load(a, 4, R2, R10, IP + i);
		bpf_alu_reg(a, BPF_ADD, R1, R2);
	}
	for (int i = 0; i < 3; i++) {	/* fold it to 16 bits */
		bpf_copy(a, R2, R1);
		bpf_alu(a, BPF_RSH, R2, 16);
		bpf_alu(a, BPF_AND, R1, 0xffff);
		bpf_alu_reg(a, BPF_ADD, R1, R2);
	}
}

/* read_bytes - copy bytes from the packet to the stack */
static void read_bytes(struct bpf_assembler *a, int at, int length, int to)
{
	bpf_copy(a, R1, R6);
	bpf_set(a, R2, at);
	bpf_copy(a, R3, R10);
	bpf_alu(a, BPF_ADD, R3, to);
	bpf_set(a, R4, length);
	bpf_call_helper(a, BPF_FUNC_skb_load_bytes);
	bpf_jump_if(a, BPF_JNE, R0, 0, NOT_OFFLOADED);
}

/* check_frame - accept IPv4 frames to this interface's MAC without a VLAN
   tag */
static void check_frame(struct bpf_assembler *a)
{
	bpf_load(a, 4, R1, R6, SKB(pkt_type));
	bpf_jump_if(a, BPF_JNE, R1, 0 /* PACKET_HOST */, NOT_OFFLOADED);
	bpf_load(a, 4, R1, R6, SKB(vlan_present));
	bpf_jump_if(a, BPF_JNE, R1, 0, NOT_OFFLOADED);
	bpf_load(a, 4, R1, R6, SKB(protocol));
	bpf_jump_if(a, BPF_JNE, R1, htons(ETHERTYPE_IP), NOT_OFFLOADED);
	read_bytes(a, 0, FRAME_LENGTH, FRAME);
}

/* check_ip - accept an untruncated IPv4 header without options, with a correct
   checksum, with DF, not fragmented, with TTL above 1; sets R7 to the packet's
   length */
static void check_ip(struct bpf_assembler *a)
{
	bpf_load(a, 1, R1, R10, IP);
	bpf_jump_if(a, BPF_JNE, R1, VERSION_AND_IHL, NOT_OFFLOADED);
	bpf_load(a, 2, R1, R10, FRAGMENT);
	bpf_jump_if(a, BPF_JNE, R1, htons(IPV4_DONT_FRAGMENT), NOT_OFFLOADED);
	bpf_load(a, 1, R1, R10, TTL);
	bpf_jump_if(a, BPF_JLE, R1, 1, NOT_OFFLOADED);
	sum_header(a);
	bpf_jump_if(a, BPF_JNE, R1, 0xffff, NOT_OFFLOADED);
	bpf_load(a, 2, R7, R10, LENGTH);
	bpf_be16(a, R7);
	bpf_load(a, 4, R1, R6, SKB(len));
	bpf_alu(a, BPF_SUB, R1, ETH_HLEN);
	bpf_jump_if_reg(a, BPF_JGT, R7, R1, NOT_OFFLOADED);
}

/* check_transport - accept a complete UDP header, or a complete TCP header
   without SYN, FIN and RST; sets R9 to the length of both headers */
static void check_transport(struct bpf_assembler *a)
{
	bpf_load(a, 1, R1, R10, PROTOCOL);
	bpf_jump_if(a, BPF_JEQ, R1, IPV4_TCP, READ_TCP);
	bpf_jump_if(a, BPF_JNE, R1, IPV4_UDP, NOT_OFFLOADED);
	read_bytes(a, L4_AT + UDP_LENGTH_AT, 2, MORE);
	bpf_load(a, 2, R1, R10, MORE);
	bpf_be16(a, R1);
	bpf_jump_if(a, BPF_JLT, R1, UDP_HEADER, NOT_OFFLOADED);
	bpf_alu(a, BPF_ADD, R1, IPV4_HEADER);
	bpf_jump_if_reg(a, BPF_JGT, R1, R7, NOT_OFFLOADED);
	bpf_set(a, R9, IPV4_HEADER + UDP_HEADER);
	bpf_jump(a, HAVE_HEADERS);
	bpf_label(a, READ_TCP);
	read_bytes(a, L4_AT + TCP_OFFSET_AT, 2, MORE);
	bpf_load(a, 1, R1, R10, MORE + 1);
	bpf_jump_if(a, BPF_JSET, R1, TCP_SYN | TCP_FIN | TCP_RST,
		    NOT_OFFLOADED);
	bpf_load(a, 1, R9, R10, MORE);
	bpf_alu(a, BPF_RSH, R9, 2);
	bpf_alu(a, BPF_AND, R9, 60);
	bpf_jump_if(a, BPF_JLT, R9, TCP_HEADER, NOT_OFFLOADED);
	bpf_alu(a, BPF_ADD, R9, IPV4_HEADER);
	bpf_label(a, HAVE_HEADERS);
	bpf_jump_if_reg(a, BPF_JGT, R9, R7, NOT_OFFLOADED);
}

/* check_size - accept the packet if neither it nor a segment that it will be
   cut into is larger than the MTU */
static void check_size(struct bpf_assembler *a, uint32_t mtu)
{
	if (!mtu)
		return;
	bpf_load(a, 4, R1, R6, SKB(gso_size));
	bpf_alu_reg(a, BPF_ADD, R9, R1);
	bpf_jump_if(a, BPF_JGT, R9, (int32_t)mtu, NOT_OFFLOADED);
	/* without GSO the length in R7 counts */
	bpf_jump_if(a, BPF_JNE, R1, 0, FITS);
	bpf_jump_if(a, BPF_JGT, R7, (int32_t)mtu, NOT_OFFLOADED);
	bpf_label(a, FITS);
}

/* find_change - find the packet's session in the map; sets R7 to the address of
   its entry */
static void find_change(struct bpf_assembler *a,
			const struct offload_program *p)
{
	for (int i = 0; i < 12; i += 4) {
		bpf_load(a, 4, R1, R10, SOURCE + i);
		bpf_store(a, 4, R10, KEY + i, R1);
	}
	bpf_store_value(a, 4, R10, KEY + 12, 0);
	bpf_load(a, 1, R1, R10, PROTOCOL);
	bpf_store(a, 1, R10, KEY + 12, R1);
	bpf_store_value(a, 1, R10, KEY + 13, (int32_t)p->side);
	bpf_set_map(a, R1, p->flows);
	bpf_copy(a, R2, R10);
	bpf_alu(a, BPF_ADD, R2, KEY);
	bpf_call_helper(a, BPF_FUNC_map_lookup_elem);
	bpf_jump_if(a, BPF_JEQ, R0, 0, NOT_OFFLOADED);
	bpf_copy(a, R7, R0);
}

/* classify - make all checks; packets that are not for this path go to
   NOT_OFFLOADED */
static void classify(struct bpf_assembler *a, const struct offload_program *p)
{
	bpf_copy(a, R6, R1);
	check_frame(a);
	check_ip(a);
	check_transport(a);
	check_size(a, p->mtu);
	find_change(a, p);
}

int offload_program_filter(const struct offload_program *p)
{
	struct bpf_assembler a = { .count = 0 };

	classify(&a, p);
	bpf_set(&a, R0, 0);		/* receive nothing */
	bpf_exit(&a);
	bpf_label(&a, NOT_OFFLOADED);
	bpf_set(&a, R0, -1);	/* receive it whole */
	bpf_exit(&a);
	return bpf_assembler_load(&a, BPF_PROG_TYPE_SOCKET_FILTER);
}

static void count_packet(struct bpf_assembler *a,
			 const struct offload_program *p)
{
	bpf_load(a, 4, R1, R7, CHANGE(session));
	bpf_store(a, 4, R10, SESSION, R1);
	bpf_set_map(a, R1, p->counts);
	bpf_copy(a, R2, R10);
	bpf_alu(a, BPF_ADD, R2, SESSION);
	bpf_call_helper(a, BPF_FUNC_map_lookup_elem);
	bpf_jump_if(a, BPF_JEQ, R0, 0, NOT_OFFLOADED);
	bpf_set(a, R1, 1);
	bpf_emit(a, BPF_STX | BPF_ATOMIC | BPF_DW, R0, R1, 8 * (int)p->side,
		 BPF_ADD);
}

/* update_checksum - update the transport checksum, at R8, for a field on the
   stack that changes; @flags: besides those in R9 */
static void update_checksum(struct bpf_assembler *a, int bytes, int old,
			    int new, unsigned flags)
{
	bpf_copy(a, R1, R6);
	bpf_copy(a, R2, R8);
	bpf_load(a, (unsigned)bytes, R3, R10, old);
	bpf_load(a, (unsigned)bytes, R4, R7, new);
	bpf_copy(a, R5, R9);
	bpf_alu(a, BPF_OR, R5, (int32_t)flags | bytes);
	bpf_call_helper(a, BPF_FUNC_l4_csum_replace);
}

/* update_transport - update the transport header and its checksum
   A UDP checksum of 0 means that there is none, and stays 0 (RFC 768). A
   checksum that the network card completes covers only the pseudo header so
   far, which the kernel takes into account. */
static void update_transport(struct bpf_assembler *a, int address, int port)
{
	bpf_set(a, R8, L4_AT + TCP_CHECKSUM_AT);
	bpf_set(a, R9, 0);
	bpf_load(a, 1, R1, R10, PROTOCOL);
	bpf_jump_if(a, BPF_JEQ, R1, IPV4_TCP, UPDATE_CHECKSUM);
	bpf_set(a, R8, L4_AT + UDP_CHECKSUM_AT);
	bpf_set(a, R9, BPF_F_MARK_MANGLED_0);
	bpf_label(a, UPDATE_CHECKSUM);
	update_checksum(a, 4, address, CHANGE(address), BPF_F_PSEUDO_HDR);
	update_checksum(a, 2, port, CHANGE(port), 0);
}

static void write_headers(struct bpf_assembler *a, int address, int port)
{
	for (int i = 0; i < 12; i += 2) {
		bpf_load(a, 2, R1, R7, CHANGE(macs) + i);
		bpf_store(a, 2, R10, FRAME + i, R1);
	}
	bpf_load(a, 4, R1, R7, CHANGE(address));
	bpf_store(a, 4, R10, address, R1);
	bpf_load(a, 2, R1, R7, CHANGE(port));
	bpf_store(a, 2, R10, port, R1);
	bpf_load(a, 1, R1, R10, TTL);
	bpf_alu(a, BPF_SUB, R1, 1);
	bpf_store(a, 1, R10, TTL, R1);
	bpf_store_value(a, 2, R10, CHECKSUM, 0);
	sum_header(a);
	bpf_alu(a, BPF_XOR, R1, 0xffff);
	bpf_store(a, 2, R10, CHECKSUM, R1);
}

/* write_frame - copy the headers from the stack into the packet */
static void write_frame(struct bpf_assembler *a)
{
	bpf_copy(a, R1, R6);
	bpf_set(a, R2, 0);
	bpf_copy(a, R3, R10);
	bpf_alu(a, BPF_ADD, R3, FRAME);
	bpf_set(a, R4, FRAME_LENGTH);
	bpf_set(a, R5, 0);
	bpf_call_helper(a, BPF_FUNC_skb_store_bytes);
	bpf_jump_if(a, BPF_JEQ, R0, 0, WRITTEN);
	bpf_set(a, R0, TCX_DROP);
	bpf_exit(a);
	bpf_label(a, WRITTEN);
}

static void redirect(struct bpf_assembler *a, const struct offload_program *p)
{
	bpf_set(a, R1, (int32_t)p->mark);
	bpf_store(a, 4, R6, SKB(mark), R1);
	bpf_set(a, R1, (int32_t)p->interface);
	bpf_set(a, R2, 0);
	bpf_call_helper(a, BPF_FUNC_redirect);
	bpf_exit(a);
}

int offload_program_forward(const struct offload_program *p)
{
	bool out = p->side == NAT_INSIDE;
	int address = out ? SOURCE : DESTINATION;
	int port = out ? PORTS : PORTS + 2;
	struct bpf_assembler a = { .count = 0 };

	classify(&a, p);
	count_packet(&a, p);
	update_transport(&a, address, port);
	write_headers(&a, address, port);
	write_frame(&a);
	redirect(&a, p);
	bpf_label(&a, NOT_OFFLOADED);
	bpf_set(&a, R0, TCX_NEXT);
	bpf_exit(&a);
	return bpf_assembler_load(&a, BPF_PROG_TYPE_SCHED_CLS);
}
