/* Any bytes as PEM: blocks lie in order within the input, and a good one survives being written. */
#include <stdlib.h>
#include <string.h>

#include "codec/pem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void write_and_read(const struct pem_block *block)
{
	struct pem_block again = { 0 };
	struct pem_reader reader;
	struct buf text = { 0 };

	pem_write(&text, "X", block->der.data, block->der.len);
	pem_start(&reader, text.data, text.len);
	must(pem_next(&reader, &again) && !again.broken && pem_is(&again, "X"));
	must(again.der.len == block->der.len);
	must(memcmp(again.der.data, block->der.data, block->der.len) == 0);
	must(!pem_next(&reader, &again));
	buf_wipe(&again.der);
	buf_done(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pem_block block = { 0 };
	struct pem_reader reader;
	size_t end = 0, line = 1;

	pem_start(&reader, data, size);
	while (pem_next(&reader, &block)) {
		must(block.begin >= end && block.end > block.begin && block.end <= size);
		must(block.line >= line);
		must(block.broken ? block.der.len == 0 : block.der.len > 0);
		if (!block.broken)
			write_and_read(&block);
		end = block.end;
		line = block.line;
	}
	buf_wipe(&block.der);
	return 0;
}
