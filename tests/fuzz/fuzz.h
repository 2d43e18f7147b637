/*
 * What the targets share: a promise that is broken ends the run.
 */
#ifndef CERTARY_TESTS_FUZZ_H
#define CERTARY_TESTS_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline void must(bool holds)
{
	if (!holds)
		abort();
}

#endif
