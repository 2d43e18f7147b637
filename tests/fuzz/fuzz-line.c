/* Any bytes typed at the line behind a colon: it stays text, and can be completed and taken apart. */
#include "fuzz/fuzz.h"

#include <string.h>

#include "app/complete.h"
#include "base/text.h"
#include "tui/line.h"

static const char *history(void *ctx, int step)
{
	static const char *const lines[] = { "show \"a b\"", "", "b\xc3\xbc" };
	size_t *at = ctx;
	*at = (*at + (step < 0 ? 1 : 2)) % 3;
	return lines[*at];
}

static void check(const char *text)
{
	struct typed_line line;
	char *safe = text_safe(text, strlen(text));
	must(strcmp(safe, text) == 0 || strchr(text, '\\') || !text_is_safe(text));
	for (const char *at = text; *at; at++)
		must((unsigned char)*at >= ' ' && *at != 0x7f);
	typed_line_read(text, " \t\n\"'", &line);
	must(line.start <= strlen(text));
	typed_line_done(&line);
	free(safe);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct keys *keys = keys_new(25);
	struct line *line = line_new(LINE_PLAIN, NULL), *masked = line_new(LINE_MASKED, NULL);
	struct key key;
	size_t at = 0;
	line_history(line, history, &at);
	keys_feed(keys, (const char *)data, size, 0);
	while (keys_next(keys, &key, 1000)) {
		line_key(line, &key);
		line_key(masked, &key);
	}
	check(line_text(line));
	check(line_text(masked));
	line_select(line);
	line_key(line, &(struct key){ .code = 'x' });
	must(strcmp(line_text(line), "x") == 0 || !*line_text(line));
	line_free(line);
	line_free(masked);
	keys_free(keys);
	return 0;
}
