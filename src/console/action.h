/*
 * Actions: what a key can do.  The numbers stand in the key tables of the pages; the functions, which
 * call the verbs of the application, in the table of actions.c.
 */
#ifndef CERTARY_SRC_CONSOLE_ACTION_H
#define CERTARY_SRC_CONSOLE_ACTION_H

#include "tui/reaction.h"

enum action {
	ACTION_NONE,
	/* everywhere */
	ACTION_HELP,
	ACTION_COMMAND,
	ACTION_REDRAW,
	ACTION_SUSPEND,
	ACTION_BACK,
	ACTION_CLOSE,
	ACTION_QUIT,
	ACTION_VIEW_LIST,
	ACTION_VIEW_JOURNAL,
	ACTION_UNDO,
	ACTION_IMPORT,
	/* certificates */
	ACTION_OPEN,
	ACTION_OTHER_PANE,
	ACTION_MARK,
	ACTION_MARK_ALL,
	ACTION_SEARCH,
	ACTION_NEXT,
	ACTION_PREVIOUS,
	ACTION_FILTER,
	ACTION_SORT,
	ACTION_TRUST,
	ACTION_UNTRUST,
	ACTION_BLOCK,
	ACTION_DELETE,
	ACTION_RESTORE,
	ACTION_PURGE,
	ACTION_RENAME,
	ACTION_NOTE,
	ACTION_MATCH,
	ACTION_COPY,
	ACTION_WHY,
	ACTION_EXPORT,
	/* import */
	ACTION_TAKE,
	ACTION_TOGGLE_ITEM,
	ACTION_RENAME_ITEM,
	ACTION_WHY_ITEM,
	/* journal */
	ACTION_LINE,
	ACTION_UNDO_LINE,
	ACTION_VERIFY,
	ACTION_SEARCH_LOG,
	ACTION_COUNT
};

struct desk;
typedef enum reaction action_fn(struct desk *desk);

action_fn action_help, action_command, action_redraw, action_suspend, action_back, action_close, action_quit,
	action_view_list, action_view_journal, action_undo, action_import, action_open,
	action_other_pane, action_mark, action_mark_all, action_search, action_next,
	action_previous, action_filter, action_sort, action_trust, action_untrust, action_block,
	action_delete, action_restore, action_purge, action_rename, action_note, action_match,
	action_copy, action_export, action_why, action_take, action_toggle_item, action_rename_item,
	action_why_item, action_line, action_undo_line, action_verify, action_search_log;

/* The function of an action; NULL for none. */
action_fn *action_find(enum action action);

#endif
