/*
 * pcapng files (draft-ietf-opsawg-pcapng), as bytes: one interface per host,
 * raw IPv4 packets (LINKTYPE_RAW), comments on packets.
 */
#ifndef TCPTRAV_WIRE_PCAPNG_H
#define TCPTRAV_WIRE_PCAPNG_H

#include <stddef.h>
#include <stdint.h>

/*
 * Each writes one block into @out and returns its length, or 0 if @room is
 * short. Blocks are in this machine's byte order, as the format allows.
 */

/* pcapng_section - the section header; @application names the writer */
size_t pcapng_section(uint8_t *out, size_t room, const char *application);

/* pcapng_interface - the next interface; the first has number 0.
   Times are in ns (if_tsresol 9); packets are cut at @snap bytes */
size_t pcapng_interface(uint8_t *out, size_t room, const char *name,
			uint32_t snap);

/*
 * pcapng_packet - an enhanced packet block
 * @at:       wall-clock ns
 * @captured: bytes there are; @full: bytes there were
 * @comment:  UTF-8, or NULL
 */
size_t pcapng_packet(uint8_t *out, size_t room, uint32_t interface,
		     int64_t at, const void *bytes, uint32_t captured,
		     uint32_t full, const char *comment);

#endif
