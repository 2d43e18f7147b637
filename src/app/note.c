#include "app/note.h"

#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"

#define READ_MOST 65536 /* bytes: more than any note has, so that the rule on notes is what refuses */
#define SHOWN     40    /* columns of a line that is refused */

/* Said where it is written, and not only when it is refused. */
static const char *hint(void)
{
	return _("# A note is one line. This one is left out.");
}

static bool is_hint(const char *line)
{
	size_t len = strlen(hint());
	return strncmp(line, hint(), len) == 0 && !line[len + strspn(line + len, " \t\r")];
}

/* The first line with something on it, and what is wrong where there is another one. */
static bool one_line(const struct new_note *note, char **out, struct error *err)
{
	char *save = NULL, *first = NULL, *copy = mem_text(buf_text(&note->edited.text));
	size_t number = 0;
	bool ok = true;
	for (char *line = copy; ok && line; line = save) {
		save = strchr(line, '\n');
		if (save)
			*save++ = '\0';
		number++;
		if (!line[strspn(line, " \t\r")] || is_hint(line))
			continue;
		if (first) {
			char *safe = text_typed(line);
			safe[text_fit(safe, SHOWN, NULL)] = '\0';
			ok = error_set(err, ERROR_USAGE,
				"note %s: line %zu, '%s', is one too many: a note is one line", note->what,
				number, safe);
			free(safe);
		}
		first = first ? first : line;
	}
	*out = ok ? mem_text(first ? first : "") : NULL;
	free(copy);
	return ok;
}

bool note_edit(const char *what, const char *was, struct new_note *out, struct error *err)
{
	struct buf raw = { 0 };
	*out = (struct new_note){ .what = mem_text(what), .was = mem_text(was ? was : "") };
	text_unescape(&raw, out->was);
	buf_format(&raw, "\n%s", hint());
	bool ok = edit_text(buf_text(&raw), READ_MOST, &out->edited, err);
	buf_done(&raw);
	if (!ok)
		error_wrap(err, "note %s", what);
	else if (memchr(buf_text(&out->edited.text), '\0', out->edited.text.len))
		ok = error_set(err, ERROR_USAGE, "note %s: what was written is no text", what);
	else if (out->edited.changed)
		ok = one_line(out, &out->text, err);
	return ok || note_keep(out, err);
}

bool note_check(const struct new_note *note, const char *now, struct error *err)
{
	return strcmp(note->was, now ? now : "") == 0 ||
	       error_set(err, ERROR_FAILED,
		       "note %s: somebody else has changed it meanwhile, and theirs stays", note->what);
}

bool note_keep(struct new_note *note, struct error *err)
{
	return edited_keep(&note->edited, err);
}

void note_done(struct new_note *note)
{
	free(note->what);
	free(note->was);
	free(note->text);
	edited_done(&note->edited);
	*note = (struct new_note){ 0 };
}
