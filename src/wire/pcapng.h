/*
 * Blocks of a pcapng file (draft-ietf-opsawg-pcapng): one interface for each
 * host, raw IP packets (LINKTYPE_RAW), comments on packets.
 */
#ifndef TCPTRAV_WIRE_PCAPNG_H
#define TCPTRAV_WIRE_PCAPNG_H

#include <stddef.h>
#include <stdint.h>

/*
 * Each function writes one block into @out, in this machine's byte order, as
 * the format allows. Return: its length, or 0 when it does not fit @room
 */

/* pcapng_section - the section header; @application: which writes the file */
size_t pcapng_section(uint8_t *out, size_t room, const char *application);

/*
 * pcapng_interface - describe the next interface; the first one is number 0
 * Times are in ns (if_tsresol 9).
 * @snap: bytes that are captured of a packet at most
 */
size_t pcapng_interface(uint8_t *out, size_t room, const char *name,
			uint32_t snap);

/*
 * pcapng_packet - write an enhanced packet block
 * @at:       wall-clock ns
 * @captured: of @bytes; @full: of the packet on the wire
 * @comment:  UTF-8, or NULL
 */
size_t pcapng_packet(uint8_t *out, size_t room, uint32_t interface,
		     int64_t at, const void *bytes, uint32_t captured,
		     uint32_t full, const char *comment);

#endif
