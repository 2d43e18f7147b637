/*
 * Private to tui: what a dialog is made of.  Every kind has rows on top; below them stand a line of
 * text or a list of options, where the kind has one, and the keys.
 */
#ifndef CERTARY_TUI_DIALOG_PARTS_H
#define CERTARY_TUI_DIALOG_PARTS_H

#include "tui/dialog.h"
#include "tui/list.h"
#include "tui/pager.h"

enum dialog_kind {
	KIND_MESSAGE,
	KIND_WAIT,
	KIND_CONFIRM,
	KIND_WORD,
	KIND_ASK,
	KIND_CHOOSE,
};

struct dialog {
	enum dialog_kind kind;
	enum dialog_tone tone;
	char *title;
	struct pager pager;
	char *verb;        /* KIND_CONFIRM, KIND_WORD: what it does */
	char *word;        /* KIND_WORD */
	const char *no;    /* KIND_CONFIRM: what n means, or NULL */
	const char *third, *third_text; /* KIND_CONFIRM: one more key, or NULL */
	const char *fourth, *fourth_text; /* and another one */
	bool wrong;        /* another word was typed */
	char *prompt;      /* before the line */
	struct line *line; /* KIND_WORD, KIND_ASK */
	dialog_complete_fn *complete;
	void *complete_ctx;
	char *choices; /* of the last completion; NULL: none */
	struct dialog_option *options;
	size_t option_count;
	struct list list; /* of the options */
	int value;
};

#endif
