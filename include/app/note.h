/*
 * A note written in the user's editor, in two steps: note_edit() waits for the editor, then the caller
 * plans with the text as if it had been typed, note_check() first.  Where that or the change fails,
 * note_keep() leaves the text where it was written and says so.
 *
 * A note is one line, as a second one in the file says: it stands behind "Note:" in a file, where grep finds it.
 */
#ifndef CERTARY_APP_NOTE_H
#define CERTARY_APP_NOTE_H

#include "base/editor.h"
#include "base/error.h"

struct new_note {
	char *what;   /* whose it is, for errors; safe */
	char *was;    /* as it stood, safe */
	char *text;   /* as it is to be, as typed; NULL: nothing was changed */
	struct edited edited;
};

/* `what` and `was` are safe text; `was` may be NULL.  The terminal was lent. */
bool note_edit(const char *what, const char *was, struct new_note *out, struct error *err);

/* Has somebody else changed it meanwhile?  `now` is what stands there, safe, or NULL. */
bool note_check(const struct new_note *note, const char *now, struct error *err);

bool note_keep(struct new_note *note, struct error *err); /* returns false */
void note_done(struct new_note *note);

#endif
