/* Any bytes as a line of the journal: what is taken from it is safe and stays below the store. */
#include "fuzz/fuzz.h"

#include <string.h>

#include "base/text.h"
#include "store/journal-file.h"

static void check_place(const struct place *place)
{
	must((place->state == STATE_NONE) == (place->file == NULL));
	must(!place->file || (*place->file && !strchr(place->file, '/')));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct journal_line line;
	struct error err = { 0 };
	if (!journal_line_parse((const char *)data, size, &line, &err)) {
		must(text_is_safe(err.text));
		return 0;
	}
	check_place(&line.src);
	check_place(&line.dst);
	must(text_is_safe(line.op) && text_is_safe(line.cert));
	must(!line.name || text_is_safe(line.name));
	journal_line_done(&line);
	return 0;
}
