/*
 * Private to tui: what a form is made of.
 *
 * Every field has its lines: a list as many as it has values, a text, secret or number one.  A
 * *stop* is what the cursor can stand on: a field that can be filled in, or the button, whose index
 * is the number of fields.
 */
#ifndef CERTARY_TUI_FORM_PARTS_H
#define CERTARY_TUI_FORM_PARTS_H

#include "tui/form.h"
#include "tui/line.h"
#include "tui/list.h"
#include "tui/pager.h"

struct form_line {
	struct line *line;
	enum role mark; /* ROLE_ERROR, ROLE_WARNING: what the verdict says of it; or ROLE_NORMAL */
};

struct form_value {
	struct form_line *lines;
	size_t line_count, line_cap;
	size_t at;     /* the line with the cursor */
	size_t chosen; /* FORM_CHOICE: the option; FORM_YES_NO: 1 for yes */
	struct form_option *options;
	size_t option_count;
	struct pager note;
	bool hidden, disabled;
	bool touched;   /* somebody has changed it, or has been there and left */
	bool typed;     /* since the cursor came to it */
	bool cut;       /* more was pasted than it takes */
	bool refused;   /* a PEM block was pasted */
	enum role mark; /* of all of it; lines have their own */
	int y, height;  /* rows, counted from the first one of the form; at the last painting */
};

/* A sentence about a field, or about none. */
struct form_verdict {
	enum role role;
	size_t field; /* the number of fields: about none */
	size_t line;  /* of its lines; NO_LINE: all of it */
	char *text;
};

#define NO_LINE SIZE_MAX

struct form {
	char *title, *verb;
	const struct form_field *fields;
	struct form_value *values;
	size_t count;
	size_t focus; /* a stop */
	size_t generation;
	struct rows said;
	struct form_verdict *verdicts; /* the form's own and what was said */
	size_t verdict_count, verdict_cap;
	struct pager below; /* what is shown of them */
	struct pager help;  /* of the focused field */
	bool tried;         /* it was to be accepted */
	bool open;          /* the options of the focused choice are shown */
	struct list list;   /* these options */
	size_t list_field;  /* whose they are */
	struct area list_area;
	/* Where things stood at the last painting. */
	struct area body;
	int top;     /* first row shown of the fields */
	int height;  /* rows of all fields and the button */
	int value_x; /* column of the values */
	int choice_cols;
	bool narrow; /* labels stand above their values */
	form_complete_fn *complete;
	void *complete_ctx;
};

static inline bool form_has_lines(enum form_kind kind)
{
	return kind == FORM_TEXT || kind == FORM_SECRET || kind == FORM_NUMBER || kind == FORM_LIST;
}

/* form.c */
size_t form_find(const struct form *form, const char *key, size_t len); /* count: none */
bool form_is_stop(const struct form *form, size_t i);
bool form_is_empty(const struct form *form, size_t i); /* nothing was typed or chosen */
bool form_line_blank(const struct line *line);
void form_add_line(struct form *form, size_t i, size_t at, const char *text);
void form_remove_line(struct form *form, size_t i, size_t at);
void form_go(struct form *form, size_t stop);
bool form_read_number(const struct form *form, size_t i, long *out);

/* form-verdict.c: makes verdicts and marks; the stop to go to, SIZE_MAX where nothing refuses. */
size_t form_judge(struct form *form);
void form_forget_verdicts(struct form *form);
enum role form_worse(enum role one, enum role other); /* of two marks */
const char *form_sign(enum role role); /* what stands before a sentence and beside its field */

/* form-keys.c, form-edit.c: what is typed into lines. */
const struct keymap *form_own_keymap(const struct form *form); /* of the focused field; or NULL */
enum reaction form_edit(struct form *form, const struct key *key);
bool form_extend(struct form *form); /* complete the focused field; false: there is nothing to add */

/* form-below.c: rows below the fields, by the rows there are. */
struct form_lower {
	int line, help, verdict, hints;
};

struct form_lower form_lower_for(int rows);
int form_lower_rows(const struct form_lower *lower);
void form_draw_lower(struct form *form, const struct form_lower *lower, struct area area);

/* form-options.c: the options of a choice, over the fields. */
void form_open(struct form *form);
void form_draw_options(struct form *form, struct area field);
void form_take_option(struct form *form);
enum reaction form_options_key(struct form *form, const struct key *key);
extern const struct keymap form_options_keys;

#endif
