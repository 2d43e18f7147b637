/*
 * A text given to the program that its reader edits texts with: $VISUAL, else $EDITOR, else
 * sensible-editor or vi, where they are.
 *
 * The text lies in a file that nobody else can read, in a folder of its own.  edit_text() waits for
 * the program; what was written is looked at, and edited_done() takes file and folder away, unless
 * edited_keep() was called before: whatever goes wrong later, nothing that was typed is lost.
 */
#ifndef CERTARY_BASE_EDITOR_H
#define CERTARY_BASE_EDITOR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"

struct edited {
	char *folder;    /* NULL: there is none, or none any more */
	struct buf text; /* as it was written */
	bool changed;    /* it isn't what was given */
};

/*
 * May the user choose a program here?  Not where it would have other rights than theirs: under sudo
 * (SUDO_UID) or in a program that is set-uid or set-gid, as sudo itself has it.
 */
bool editor_is_allowed(struct error *err);

/* Are these words the program that edit_text() would start, and a file? */
bool is_editor(const char *const *argv);

/*
 * Edit it.  The words of the program are parted by blanks and no shell sees them.  The terminal is the
 * caller's to lend and to take back; standard input has to be one.  An editor that fails or is killed
 * is an error, and what it wrote until then is kept; SIGHUP and SIGTERM are passed on to it, and
 * come to their handler, where there is one, when it has ended.  `most` is how many bytes are read at most.
 */
bool edit_text(const char *text, size_t most, struct edited *out, struct error *err);

/* Leave the file where it is, and say in err, which was filled, where that is.  Returns false. */
bool edited_keep(struct edited *edited, struct error *err);
void edited_done(struct edited *edited);

#endif
