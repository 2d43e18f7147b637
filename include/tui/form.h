/*
 * Forms: several things to fill in, with a verdict that follows every key.
 *
 * What a form asks for is a table:
 *
 *	static const struct form_field fields[] = {
 *		{ .kind = FORM_HEADING, .label = "Subject" },
 *		{ .key = "cn", .label = "Common name", .kind = FORM_TEXT, .flags = FORM_REQUIRED,
 *			.help = "What people call it." },
 *	};
 *	struct form *form = form_new("New pair", "Create", fields, sizeof fields / sizeof *fields);
 *
 * It is a state machine, not a loop: the owner paints it, hands it keys and looks at the values
 * once form_key() says REACT_ACCEPT.  Fields are called by their keys.  A form says by itself what
 * is missing, out of range or unequal; whatever else is to be said of the values is the owner's:
 *when form_changed() differs from what it was, the owner checks them and tells by form_say().
 *
 * Texts of tables, rows and options are safe text; those of ours are marked N_() and translated here
 * (base/lang.h).  Values are what was typed, like a line's, and aren't.  A key that no field has reads as empty and can't be set.
 */
#ifndef CERTARY_TUI_FORM_H
#define CERTARY_TUI_FORM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/lang.h"
#include "tui/area.h"
#include "tui/key.h"
#include "tui/keymap.h"
#include "tui/reaction.h"
#include "tui/rows.h"

struct form;

enum form_kind {
	FORM_TEXT,
	FORM_SECRET, /* masked, and wiped */
	FORM_NUMBER,
	FORM_CHOICE,
	FORM_YES_NO,
	FORM_LIST,    /* several values, a line each */
	FORM_NOTE,    /* a text to read: its help, or what form_set() says */
	FORM_HEADING, /* the label alone */
};

enum form_flags {
	FORM_REQUIRED = 1,  /* may not stay empty */
	FORM_IMPORTANT = 2, /* the one that matters */
	FORM_COMPLETES = 4, /* of FORM_TEXT: Tab asks form_complete()'s function first */
};

struct form_option {
	const char *label;
	const char *help; /* what it means to take it: half a line, or NULL */
};

struct form_field {
	const char *key; /* unique and without a dot; headings and notes may have none */
	const char *label;
	enum form_kind kind;
	const char *help; /* a sentence or two */
	unsigned flags;
	int cols;          /* columns to type into; 0: what is usual */
	const char *match; /* FORM_SECRET: key of the field that it repeats; or NULL */
	long least, most;  /* FORM_NUMBER */
	const char *unit;  /* FORM_NUMBER: a word behind it, or NULL */
	const struct form_option *options; /* FORM_CHOICE; the first is chosen */
	size_t option_count;
};

#define FORM_LIST_MOST 1000 /* lines of a list */

/* The table is static.  `verb`, copied like the title, stands on the button: "Create". */
struct form *form_new(
	const char *title, const char *verb, const struct form_field *fields, size_t count);
void form_free(struct form *form); /* wipes whatever was typed */

void form_draw(struct form *form, struct area area);

/*
 * REACT_ACCEPT when it was accepted and nothing refuses, REACT_CLOSE for Esc; where something
 * refuses the cursor goes there instead.  REACT_UNHANDLED for F1 and other keys that mean nothing.
 */
enum reaction form_key(struct form *form, const struct key *key);

/* Grows with each change of a value, whether a key or the owner made it. */
size_t form_changed(const struct form *form);

/*
 * The owner's verdict instead of the one before.  A row of ROLE_ERROR refuses, of ROLE_WARNING
 * warns, others tell.  A row whose label is a field's key, said by rows_about(), is about that field,
 * and "KEY.2" is about its list's form_list_at(form, KEY, 2).  A field that nobody has been at isn't blamed for being
 * empty until the form is to be accepted.
 */
void form_say(struct form *form, struct rows *take);

/* A hidden field takes no place, a disabled one can't be reached; neither is found missing. */
void form_show(struct form *form, const char *key, bool shown);
void form_enable(struct form *form, const char *key, bool enabled);

/* Other options for a choice, copied; the first is chosen. */
void form_options(
	struct form *form, const char *key, const struct form_option *options, size_t count);

/*
 * Tab in a field that completes calls it with the text, which it may change, and goes on to the next field
 * where there is nothing to be added.  What it says there may be (choices) isn't shown.
 */
typedef void form_complete_fn(void *ctx, struct buf *text, struct buf *choices);
void form_complete(struct form *form, form_complete_fn *fn, void *ctx);

void form_focus(struct form *form, const char *key);
const char *form_focused(const struct form *form); /* the field's key; NULL on the button */

/* --- values ---------------------------------------------------------------------------------- */

const char *form_text(const struct form *form, const char *key); /* borrowed, until the next key */
bool form_number(const struct form *form, const char *key, long *out); /* false: not in range */
size_t form_choice(const struct form *form, const char *key);
bool form_yes(const struct form *form, const char *key);
size_t form_list_count(const struct form *form, const char *key); /* lines that aren't blank */
const char *form_list_at(const struct form *form, const char *key, size_t at); /* or "" */

void form_set(struct form *form, const char *key, const char *text); /* also a note's, safe */
void form_set_number(struct form *form, const char *key, long value);
void form_set_choice(struct form *form, const char *key, size_t option);
void form_set_yes(struct form *form, const char *key, bool yes);
void form_list_add(struct form *form, const char *key, const char *text); /* behind the others */
void form_list_clear(struct form *form, const char *key);

/* --- keys and tests -------------------------------------------------------------------------- */

/* The tables of keys, for help: those of every field first; NULL behind the last one. */
const struct keymap *form_keymap(size_t i);

/*
 * For tests: keys are there, unique and without a dot, labels and help are there, matches, ranges
 * and options make sense.  Otherwise appends a line for each fault and returns false.
 */
bool form_check(const struct form_field *fields, size_t count, struct buf *faults);

#endif
