/*
 * What a line of the journal tells without being parsed.
 *
 * That is right for lines that certary wrote, and the chain of hashes pins their bytes: json_dump()
 * writes no blanks between its parts, keys in one order, and within a string every quote with a
 * backslash before it.  So  "key":  with both quotes bare stands in a line only where it is a key.
 * A line that doesn't look like one of ours at its ends is parsed, and refused where it is none.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/journal.h"
#include "store/ledger.h"

#define BEGINS "{\"seq\":"
#define MORE   "\"more\":true}"

static const char *find(const struct journal_text *text, const char *what)
{
	const char *at = memmem(text->bytes, text->len, what, strlen(what));
	return at ? at + strlen(what) : NULL;
}

static bool starts_with(const struct journal_text *text, const char *what)
{
	return text->len >= strlen(what) && memcmp(text->bytes, what, strlen(what)) == 0;
}

static bool ends_with(const struct journal_text *text, const char *what)
{
	size_t len = strlen(what);
	return text->len >= len && memcmp(text->bytes + text->len - len, what, len) == 0;
}

/* A number ends at the line break behind the line at the latest. */
static bool looks_ours(const struct journal_text *text, int64_t *seq)
{
	char *end;
	if (!starts_with(text, BEGINS) || !ends_with(text, "}"))
		return false;
	*seq = strtoll(text->bytes + strlen(BEGINS), &end, 10);
	return *seq > 0 && *end == ',';
}

bool journal_glance(const struct journal_text *text, struct journal_glance *out, struct error *err)
{
	struct journal_line line;
	if (looks_ours(text, &out->seq)) {
		const char *undoes = find(text, "\"undoes\":");
		out->undoes = undoes ? strtoll(undoes, NULL, 10) : 0;
		out->more = ends_with(text, MORE);
		out->observed = find(text, "\"op\":\"" OP_PROBE "\"") != NULL ||
				find(text, "\"op\":\"" OP_DEPLOY "\"") != NULL ||
				find(text, "\"op\":\"" OP_REFRESH "\"") != NULL ||
				find(text, "\"op\":\"" OP_LAPSE "\"") != NULL;
		return true;
	}
	if (!journal_line_parse(text->bytes, text->len, &line, err))
		return false;
	*out = (struct journal_glance){ line.seq, line.undoes, line.more,
		strcmp(line.op, OP_PROBE) == 0 || strcmp(line.op, OP_DEPLOY) == 0 ||
			strcmp(line.op, OP_REFRESH) == 0 ||
			strcmp(line.op, OP_LAPSE) == 0 };
	journal_line_done(&line);
	return true;
}

/* The name of a folder, as a place has it in front of its slash. */
static int state_at(const char *folder)
{
	for (int s = 0; folder && s < STATE_COUNT; s++) {
		const char *name = state_name((enum state)s);
		if (strncmp(folder, name, strlen(name)) == 0 && folder[strlen(name)] == '/')
			return s;
	}
	return STATE_NONE;
}

bool journal_line_to_trash(const struct journal_text *text, struct fingerprint *cert,
	enum state *from)
{
	char hex[FINGERPRINT_HEX] = "";
	if (!find(text, "\"dst\":\"trash/"))
		return false;
	const char *digits = find(text, "\"cert\":\"");
	int state = state_at(find(text, "\"src\":\""));
	if (!digits || state == STATE_NONE || state == STATE_TRASH)
		return false;
	memcpy(hex, digits, strnlen(digits, sizeof hex - 1));
	*from = (enum state)state;
	return fingerprint_parse(hex, cert);
}

bool journal_line_follows(const struct journal_text *text, const char *head)
{
	const char *prev = find(text, "\"prev\":\"");
	size_t len = strlen(head);
	return prev && strncmp(prev, head, len) == 0 && prev[len] == '"';
}

bool journal_line_has_seal(const struct journal_text *text)
{
	return find(text, "\"sealed\":") != NULL;
}

/* Fold ASCII into out; false where there is anything else. */
static bool fold_plain(const struct journal_text *text, char *out)
{
	bool odd = false;
	for (size_t i = 0; i < text->len; i++) {
		unsigned char c = (unsigned char)text->bytes[i];
		odd |= c < 0x20 || c >= 0x7f;
		out[i] = (char)((unsigned)(c - 'A') < 26 ? c | 0x20 : c);
	}
	return !odd;
}

/*
 * In a line of ASCII without a backslash every text stands as it is shown, but for upper case.  In
 * another one a letter may come from an escape ("x1b") or from folding (the Kelvin sign is a k).
 */
bool journal_line_may_say(const struct journal_text *text, const char *word)
{
	int64_t seq;
	if (!word || !*word || !looks_ours(text, &seq) || memchr(text->bytes, '\\', text->len))
		return true;
	char *folded = mem_new(text->len + 1);
	bool may = !fold_plain(text, folded) || memmem(folded, text->len, word, strlen(word));
	free(folded);
	return may;
}
