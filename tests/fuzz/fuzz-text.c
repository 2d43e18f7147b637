/* Any bytes as foreign text: shown safely, and nothing of them is lost. */
#include "fuzz/fuzz.h"

#include <string.h>

#include "base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *safe = text_safe(data, size);
	struct buf back = { 0 }, guarded = { 0 };
	size_t used;
	must(text_is_safe(safe));
	text_unescape(&back, safe);
	must(back.len == size && (size == 0 || memcmp(back.data, data, size) == 0));
	text_guard(&guarded, safe);
	must(strcmp(buf_text(&guarded), safe) == 0);
	must(text_fit(safe, 20, &used) <= strlen(safe) && used <= 20);
	buf_done(&back);
	buf_done(&guarded);
	free(safe);
	return 0;
}
