/*
 * Fuzz targets, one in each file. Built with clang's -fsanitize=fuzzer, a
 * target searches; linked with replay.c, it runs a corpus.
 */
#ifndef TCPTRAV_FUZZ_H
#define TCPTRAV_FUZZ_H

#undef NDEBUG
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

/* LLVMFuzzerTestOneInput - try one input; a failed check aborts */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
