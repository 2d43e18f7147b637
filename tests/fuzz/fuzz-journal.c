/* Any bytes as a line of the journal: what is taken from it is safe and stays below the store. */
#include "fuzz/fuzz.h"

#include <string.h>

#include "base/text.h"
#include "store/journal.h"
#include "store/ledger.h"

static void check_place(const struct place *place)
{
	must((place->state == STATE_NONE) == (place->file == NULL));
	must(!place->file || (*place->file && !strchr(place->file, '/')));
}

/* What a glance needs no parser for, behind the line's break; nothing behind that is read. */
static void glance(const uint8_t *data, size_t size)
{
	struct buf line = { 0 };
	struct journal_glance seen;
	struct fingerprint cert;
	enum state from;
	struct error err = { 0 };
	buf_add(&line, data, size);
	buf_char(&line, '\n');
	const struct journal_text text = { line.data, size };
	if (!journal_glance(&text, &seen, &err))
		must(text_is_safe(err.text));
	journal_line_to_trash(&text, &cert, &from);
	journal_line_follows(&text, "00");
	journal_line_has_seal(&text);
	journal_line_may_say(&text, "probe");
	buf_done(&line);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct journal_line line;
	struct error err = { 0 };
	glance(data, size);
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
