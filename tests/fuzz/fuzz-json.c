/* Any bytes as JSON: what is parsed is written with nothing that a terminal may not be given. */
#include "fuzz/fuzz.h"

#include <string.h>

#include "base/json.h"
#include "base/text.h"

static void walk(const struct json *value, unsigned depth)
{
	char *text = json_text_of(value);
	must(!text || text_is_safe(text));
	free(text);
	for (size_t i = 0; depth < 20 && i < json_count(value); i++)
		walk(json_at(value, i), depth + 1);
	text = json_get_text(value, "name");
	must(!text || text_is_safe(text));
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct error err = { 0 };
	struct buf once = { 0 }, twice = { 0 };
	struct json *value = json_parse((const char *)data, size, &err);
	if (!value) {
		must(err.text[0] && text_is_safe(err.text));
		return 0;
	}
	walk(value, 0);
	json_dump(value, &once);
	must(text_is_safe(buf_text(&once)) || strchr(buf_text(&once), '\\'));
	for (size_t i = 0; i < once.len; i++)
		must((unsigned char)once.data[i] >= ' ' && once.data[i] != 0x7f);
	struct json *again = json_parse(buf_text(&once), once.len, &err);
	must(again != NULL);
	json_dump(again, &twice);
	must(once.len == twice.len && strcmp(buf_text(&once), buf_text(&twice)) == 0);
	json_free(again);
	json_free(value);
	buf_done(&once);
	buf_done(&twice);
	return 0;
}
