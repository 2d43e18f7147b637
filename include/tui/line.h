/*
 * A line editor: one line of text in an area, with the terminal's cursor in it.
 *
 * It takes characters, Left Right Home End C-a C-e C-b C-f, Backspace Delete C-d C-k C-u C-w, and
 * pastes, whose line breaks become blanks; a PEM block isn't taken, as it may be a key.  The text is
 * UTF-8 as it was typed; control characters and bytes that are no UTF-8 never get into it.  A masked
 * line shows a star for each character and wipes its memory.
 */
#ifndef CERTARY_TUI_LINE_H
#define CERTARY_TUI_LINE_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/area.h"
#include "tui/key.h"
#include "tui/reaction.h"

struct line;

enum line_kind {
	LINE_PLAIN,
	LINE_MASKED,
};

struct line *line_new(enum line_kind kind, const char *text); /* text may be NULL */
void line_free(struct line *line);

const char *line_text(const struct line *line);     /* borrowed, until the next key */
void line_set(struct line *line, const char *text); /* the cursor goes to its end */

/* All of it is selected: text typed or pasted next replaces it, any other key keeps it. */
void line_select(struct line *line);

/*
 * Called for Up (-1) and Down (+1): returns the text to show instead, or NULL for none.  Without
 * it these keys are REACT_UNHANDLED.
 */
typedef const char *line_history_fn(void *ctx, int step);
void line_history(struct line *line, line_history_fn *fn, void *ctx);

/* Is it a paste that no line takes?  Whoever owns the line may say so. */
bool line_refuses(const struct key *key);

/* Enter, Esc, Tab and other keys that don't edit are REACT_UNHANDLED. */
enum reaction line_key(struct line *line, const struct key *key);

/* Paints the first row of the area and, with focus, puts the terminal's cursor there. */
void line_draw(struct line *line, struct area area, enum role role, bool focus);

#endif
