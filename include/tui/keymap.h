/*
 * Key tables: one row says which keys do what, and the help is made from the rows.
 *
 *	static const struct binding bindings[] = {
 *		{ .keys = "j Down", .action = ACTION_DOWN, .help = "next row" },
 *		{ .keys = "t", .action = ACTION_TRUST, .hint = "trust", .help = "trust it" },
 *	};
 *	static const struct keymap list_keys = KEYMAP("List", bindings);
 */
#ifndef CERTARY_TUI_KEYMAP_H
#define CERTARY_TUI_KEYMAP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "tui/area.h"
#include "tui/key.h"
#include "tui/rows.h"

enum binding_flags {
	BINDING_WRITES = 1, /* changes something: not offered in a read-only session */
	BINDING_AT_TIMES = 2, /* hinted at only while the page has something that it could be done to */
};

struct binding {
	const char *keys; /* names of keys, blanks between them; the first is shown */
	int action;       /* the owner's number */
	const char *hint; /* a word for the hint bar; NULL keeps it out */
	const char *help; /* a line for the help */
	unsigned flags;
	const char *bar; /* a word for the bar of function keys, where there is no hint */
};

struct keymap {
	const char *title; /* heading in the help */
	const struct binding *rows;
	size_t count;
};

#define KEYMAP(name, table)                                                                        \
	{                                                                                          \
		name, table, sizeof(table) / sizeof *(table)                                       \
	}

/* The row that this key is bound to, or NULL. */
const struct binding *keymap_find(const struct keymap *map, const struct key *key);

/*
 * Paint one row of "key hint" pairs from several tables, the first ones first, as many as fit;
 * a binding with a flag in `without` is left out.
 */
void keymap_hints(
	struct area area, const struct keymap *const *maps, size_t count, unsigned without);

/*
 * Paint one row with what F1 to F10 do, "1Help  2Import …", the first table that has a key counts.  Each
 * has its place, and where there isn't room for all, those that do nothing are left out.
 */
void keymap_bar(struct area area, const struct keymap *const *maps, size_t count, unsigned without);

/* Append a heading and a row for each binding. */
void keymap_help(struct rows *rows, const struct keymap *map, unsigned without);

/*
 * For tests: every name is a key's own, no key is bound twice in a table, every row has help.
 * Otherwise appends a line for each fault and returns false.
 */
bool keymap_check(const struct keymap *map, struct buf *faults);

#endif
