/*
 * The pages, a row each, and the keys of each page, a row each.  Help, the hint bar and the tests are
 * made from these tables.
 */
#include "console/pages.h"

static const struct binding everywhere_rows[] = {
	{ .keys = "? F1", .action = ACTION_HELP, .hint = "help", .help = "this help" },
	{ .keys = ":", .action = ACTION_COMMAND,
		.help = "any command, as on the command line; Tab completes" },
	{ .keys = "1", .action = ACTION_VIEW_LIST, .help = "certificates" },
	{ .keys = "5", .action = ACTION_VIEW_JOURNAL, .help = "journal: who changed what" },
	{ .keys = "C-l", .action = ACTION_REDRAW, .help = "draw the screen again" },
	{ .keys = "C-z", .action = ACTION_SUSPEND, .help = "back to the shell; fg returns" },
	{ .keys = "Esc", .action = ACTION_BACK, .help = "back; on the list: end search and filter" },
	{ .keys = "q", .action = ACTION_CLOSE, .hint = "leave", .help = "back; on the list: leave" },
	{ .keys = "F10", .action = ACTION_QUIT, .help = "leave" },
};

static const struct binding list_rows[] = {
	{ .keys = "Enter F3", .action = ACTION_OPEN, .hint = "open", .help = "all its properties" },
	{ .keys = "i F2", .action = ACTION_IMPORT, .hint = "import",
		.help = "import from files, or paste a PEM block", .flags = BINDING_WRITES },
	{ .keys = "t F5", .action = ACTION_TRUST, .hint = "trust", .help = "trust",
		.flags = BINDING_WRITES },
	{ .keys = "/ F7", .action = ACTION_SEARCH, .hint = "search",
		.help = "search as you type: name, subject, issuer, SANs, serial, fingerprint, note" },
	{ .keys = "f F9", .action = ACTION_FILTER, .hint = "filter",
		.help = "filter by state, expiry or kind" },
	{ .keys = "u", .action = ACTION_UNDO, .hint = "undo", .help = "take back the last change",
		.flags = BINDING_WRITES },
	{ .keys = "b F6", .action = ACTION_BLOCK, .hint = "block",
		.help = "refuse it and every chain through it", .flags = BINDING_WRITES },
	{ .keys = "d F8 Delete", .action = ACTION_DELETE, .hint = "delete",
		.help = "move to the trash", .flags = BINDING_WRITES },
	{ .keys = "U", .action = ACTION_UNTRUST, .hint = "untrust",
		.help = "no longer trust; it waits for a decision", .flags = BINDING_WRITES },
	{ .keys = "s", .action = ACTION_SORT, .hint = "sort",
		.help = "sort by a column; again: the other way round" },
	{ .keys = "Space Insert", .action = ACTION_MARK, .hint = "mark",
		.help = "mark; verbs then act on all marked ones" },
	{ .keys = "e F4", .action = ACTION_RENAME, .hint = "name", .help = "edit the name",
		.flags = BINDING_WRITES },
	{ .keys = "m", .action = ACTION_MATCH, .hint = "match",
		.help = "compare with a fingerprint that somebody reads out" },
	{ .keys = "w", .action = ACTION_WHY, .hint = "why",
		.help = "why it is trusted, or why not" },
	{ .keys = "*", .action = ACTION_MARK_ALL, .help = "mark all shown; again: none" },
	{ .keys = "a", .action = ACTION_NOTE, .help = "annotate: edit the note",
		.flags = BINDING_WRITES },
	{ .keys = "y", .action = ACTION_COPY, .help = "copy the fingerprint to the clipboard" },
	{ .keys = "x", .action = ACTION_EXPORT,
		.help = "export: write a file for other programs", .flags = BINDING_WRITES },
	{ .keys = "R", .action = ACTION_RESTORE, .help = "restore from the trash",
		.flags = BINDING_WRITES },
	{ .keys = "P", .action = ACTION_PURGE, .help = "purge: remove from the trash for good",
		.flags = BINDING_WRITES },
	{ .keys = "n", .action = ACTION_NEXT, .help = "next hit" },
	{ .keys = "N", .action = ACTION_PREVIOUS, .help = "previous hit" },
	{ .keys = "Tab S-Tab", .action = ACTION_OTHER_PANE, .help = "to the other pane" },
};
static const struct keymap list_keys = KEYMAP("Certificates", list_rows);

static const struct binding import_rows[] = {
	{ .keys = "Tab S-Tab", .action = ACTION_OTHER_PANE, .hint = "other pane",
		.help = "between the files and what the file holds" },
	{ .keys = "Space", .action = ACTION_TOGGLE_ITEM, .hint = "leave out",
		.help = "leave this certificate out, or take it",
		.flags = BINDING_WRITES },
	{ .keys = "e", .action = ACTION_RENAME_ITEM, .hint = "name",
		.help = "the name that this certificate will have",
		.flags = BINDING_WRITES },
	{ .keys = "i F2", .action = ACTION_TAKE, .hint = "import",
		.help = "import what the file or folder holds", .flags = BINDING_WRITES },
	{ .keys = "w", .action = ACTION_WHY_ITEM, .hint = "why",
		.help = "why it would be trusted now, or why not" },
};
static const struct keymap import_keys = KEYMAP("Import", import_rows);

static const struct binding journal_rows[] = {
	{ .keys = "Enter", .action = ACTION_LINE, .hint = "open", .help = "the whole line" },
	{ .keys = "u", .action = ACTION_UNDO_LINE, .hint = "undo",
		.help = "take back this change", .flags = BINDING_WRITES },
	{ .keys = "/ F7", .action = ACTION_SEARCH_LOG, .hint = "search",
		.help = "show only the lines that hold these words" },
	{ .keys = "v", .action = ACTION_VERIFY, .hint = "verify",
		.help = "check that no line was changed" },
};
static const struct keymap journal_keys = KEYMAP("Journal", journal_rows);

static const struct binding text_rows[] = {
	{ .keys = "/", .action = ACTION_SEARCH, .hint = "search", .help = "search in this text" },
	{ .keys = "n", .action = ACTION_NEXT, .help = "next hit" },
	{ .keys = "N", .action = ACTION_PREVIOUS, .help = "previous hit" },
};
static const struct keymap text_keys = KEYMAP("Text", text_rows);

const struct keymap everywhere_keys = { "Everywhere", everywhere_rows,
	sizeof everywhere_rows / sizeof *everywhere_rows };

const struct page_row pages[PAGE_COUNT] = {
	[PAGE_LIST] = { .title = "Certificates",
		.keys = &list_keys,
		.draw = list_page_draw,
		.key = list_page_key,
		.reload = list_page_reload,
		.position = list_page_position,
		.typing = list_page_typing },
	[PAGE_DETAIL] = { .title = "Certificate",
		.keys = &list_keys,
		.draw = detail_page_draw,
		.key = detail_page_key,
		.reload = detail_page_reload,
		.position = detail_page_position,
		.typing = detail_page_typing },
	[PAGE_IMPORT] = { .title = "Import",
		.keys = &import_keys,
		.draw = import_page_draw,
		.key = import_page_key,
		.position = import_page_position,
		.typing = import_page_typing },
	[PAGE_JOURNAL] = { .title = "Journal",
		.keys = &journal_keys,
		.draw = journal_page_draw,
		.key = journal_page_key,
		.reload = journal_page_reload,
		.position = journal_page_position },
	[PAGE_WHY] = { .title = "Why",
		.keys = &text_keys,
		.draw = explain_page_draw,
		.key = text_page_key,
		.reload = explain_page_reload,
		.position = text_page_position,
		.typing = text_page_typing },
	[PAGE_HELP] = { .title = "Help",
		.keys = &text_keys,
		.draw = text_page_draw,
		.key = text_page_key,
		.position = text_page_position,
		.typing = text_page_typing },
	[PAGE_OUTPUT] = { .title = "Command",
		.keys = &text_keys,
		.draw = text_page_draw,
		.key = text_page_key,
		.position = text_page_position,
		.typing = text_page_typing },
};
