/*
 * Dialogs: a box over everything else that wants an answer.
 *
 * A dialog is a state machine, not a loop: its owner paints it, hands it keys and looks at the
 * answer, so time goes on meanwhile.  Every dialog says its keys.  Where something is lost or
 * trust is widened, only `y` (or a word that must be typed) does it; Enter and Esc leave.
 *
 * Texts are safe text.  Rows are taken over: the caller's are empty afterwards.  Rows that don't
 * fit into the screen scroll.  Titles, verbs, prompts and options of ours are marked N_() and
 * translated here (base/lang.h).
 */
#ifndef CERTARY_TUI_DIALOG_H
#define CERTARY_TUI_DIALOG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/lang.h"
#include "tui/area.h"
#include "tui/key.h"
#include "tui/line.h"
#include "tui/rows.h"

struct dialog;

enum dialog_answer {
	DIALOG_PENDING, /* paint it again */
	DIALOG_DONE,
	DIALOG_CANCELLED,
	DIALOG_THIRD, /* the key of dialog_third() */
	DIALOG_FOURTH, /* the key of dialog_fourth() */
};

enum dialog_tone {
	DIALOG_CALM,
	DIALOG_DANGER, /* something is lost, or trust is widened */
};

struct dialog_option {
	const char *key; /* name of a key, as in a key table */
	const char *text;
	int value;
	const char *help; /* a half sentence below it; NULL: none */
};

/* Something to know; any of Enter, Esc, q and Space closes it (done). */
struct dialog *dialog_message(const char *title, enum dialog_tone tone, struct rows *take);

/* Something to wait for; Esc cancels.  dialog_say() changes its last row. */
struct dialog *dialog_wait(const char *title, const char *text);
void dialog_say(struct dialog *dialog, const char *text);

/* y does it, n, Enter, Esc and q leave; `verb` says in a word or two what y does. */
struct dialog *dialog_confirm(
	const char *title, enum dialog_tone tone, struct rows *take, const char *verb);

/* What n means in dialog_confirm(), in a word, where "leave" would say something else; static. */
void dialog_no(struct dialog *dialog, const char *text);

/* A third way out of dialog_confirm() or dialog_message(): that key answers DIALOG_THIRD; static. */
void dialog_third(struct dialog *dialog, const char *key, const char *text);

/* And one more, of dialog_confirm(). */
void dialog_fourth(struct dialog *dialog, const char *key, const char *text);

/* The same, but `word` has to be typed instead of y. */
struct dialog *dialog_confirm_word(
	const char *title, struct rows *take, const char *verb, const char *word);

/* A line of text; Enter accepts it, Esc cancels.  take and text may be NULL. */
struct dialog *dialog_ask(const char *title, struct rows *take, const char *prompt,
	enum line_kind kind, const char *text);

/*
 * Completion for dialog_ask(): Tab calls it with the text, which it may change; what it appends to
 * `choices` (safe text) is shown below the line.
 */
typedef void dialog_complete_fn(void *ctx, struct buf *text, struct buf *choices);
void dialog_complete(struct dialog *dialog, dialog_complete_fn *fn, void *ctx);

/* One of several options (copied); their keys or the cursor and Enter choose, Esc cancels. */
struct dialog *dialog_choose(
	const char *title, struct rows *take, const struct dialog_option *options, size_t count);

void dialog_free(struct dialog *dialog); /* wipes a masked line */

void dialog_draw(struct dialog *dialog, struct area area);
enum dialog_answer dialog_key(struct dialog *dialog, const struct key *key);

const char *dialog_text(const struct dialog *dialog); /* of dialog_ask(); borrowed; not safe text */
int dialog_value(const struct dialog *dialog);        /* of dialog_choose() */
int dialog_under(const struct dialog *dialog); /* of dialog_choose(): the value under the cursor */
void dialog_select(struct dialog *dialog, int value); /* the cursor goes to that option */
struct line *dialog_line(struct dialog *dialog);      /* to give dialog_ask() a history; or NULL */

#endif
