/* Any texts as limits, a line break between them: what can't be read admits nothing. */
#include "fuzz/fuzz.h"

#include <string.h>

#include "base/text.h"
#include "store/limits.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *br = memchr(data, '\n', size);
	size_t first = br ? (size_t)(br - data) : size;
	char *scope = text_safe(data, first);
	char *until = br ? text_safe(br + 1, size - first - 1) : text_safe("", 0);
	const struct limits limits = { scope, until, "T-1" };
	const char *place;
	size_t cursor = 0, len, at = 0;
	while (limits_next(&limits, &cursor, &place, &len)) {
		must(len > 0 && place >= scope && place + len <= scope + strlen(scope));
		must(cursor > at);
		at = cursor;
	}
	if (limits_end(&limits) == INT64_MIN || (!*scope && !*until))
		must(!limits_hold(&limits, NULL, 0) && !limits_hold(&limits, "a:1", 0));
	must(!limits_are_over(&limits, INT64_MIN + 1) || limits_end(&limits) == INT64_MIN);
	struct buf words = { 0 };
	limits_words(&limits, &words);
	must(text_is_safe(buf_text(&words)));
	buf_done(&words);
	free(scope);
	free(until);
	return 0;
}
