#include "console/action.h"

static action_fn *const actions[ACTION_COUNT] = {
	[ACTION_HELP] = action_help,
	[ACTION_COMMAND] = action_command,
	[ACTION_REDRAW] = action_redraw,
	[ACTION_SUSPEND] = action_suspend,
	[ACTION_BACK] = action_back,
	[ACTION_CLOSE] = action_close,
	[ACTION_QUIT] = action_quit,
	[ACTION_VIEW_LIST] = action_view_list,
	[ACTION_VIEW_JOURNAL] = action_view_journal,
	[ACTION_UNDO] = action_undo,
	[ACTION_IMPORT] = action_import,
	[ACTION_OPEN] = action_open,
	[ACTION_OTHER_PANE] = action_other_pane,
	[ACTION_MARK] = action_mark,
	[ACTION_MARK_ALL] = action_mark_all,
	[ACTION_SEARCH] = action_search,
	[ACTION_NEXT] = action_next,
	[ACTION_PREVIOUS] = action_previous,
	[ACTION_FILTER] = action_filter,
	[ACTION_SORT] = action_sort,
	[ACTION_TRUST] = action_trust,
	[ACTION_UNTRUST] = action_untrust,
	[ACTION_BLOCK] = action_block,
	[ACTION_DELETE] = action_delete,
	[ACTION_RESTORE] = action_restore,
	[ACTION_PURGE] = action_purge,
	[ACTION_RENAME] = action_rename,
	[ACTION_NOTE] = action_note,
	[ACTION_MATCH] = action_match,
	[ACTION_COPY] = action_copy,
	[ACTION_WHY] = action_why,
	[ACTION_EXPORT] = action_export,
	[ACTION_TAKE] = action_take,
	[ACTION_TOGGLE_ITEM] = action_toggle_item,
	[ACTION_RENAME_ITEM] = action_rename_item,
	[ACTION_WHY_ITEM] = action_why_item,
	[ACTION_LINE] = action_line,
	[ACTION_UNDO_LINE] = action_undo_line,
	[ACTION_VERIFY] = action_verify,
	[ACTION_SEARCH_LOG] = action_search_log,
};

action_fn *action_find(enum action action)
{
	return action > ACTION_NONE && action < ACTION_COUNT ? actions[action] : 0;
}
