/* Any line on which somebody presses Tab; without a store, so that everything comes from the tables. */
#include "fuzz/fuzz.h"

#include <string.h>

#include "app/complete.h"
#include "base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = strndup((const char *)data, size);
	struct typed_line line;
	struct completions found = { 0 };
	must(text != NULL);
	typed_line_read(text, " \t\n\"'><=;|&(:", &line);
	must(line.start <= strlen(text) && line.stays <= strlen(line.begun));
	struct completion_ask ask = { .table = &command_table, .words = (const char *const *)line.words,
		.count = line.count, .begun = line.begun, .global = true };
	complete_words(&ask, &found);
	must(found.skip <= strlen(line.begun));
	for (size_t i = 0; i < found.count; i++)
		must(text_starts(found.items[i].text, line.begun));
	completions_done(&found);
	typed_line_done(&line);
	free(text);
	return 0;
}
