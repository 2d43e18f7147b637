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
	ACTION_PROBE,
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
	ACTION_COMPARE,
	ACTION_COMPARE_ALL,
	/* import */
	ACTION_TAKE,
	ACTION_TOGGLE_ITEM,
	ACTION_RENAME_ITEM,
	ACTION_WHY_ITEM,
	ACTION_MEND,
	/* journal */
	ACTION_LINE,
	ACTION_UNDO_LINE,
	ACTION_VERIFY,
	ACTION_SEARCH_LOG,
	/* identities */
	ACTION_VIEW_IDENTITIES,
	ACTION_CREATE,
	ACTION_OPEN_IDENTITY,
	ACTION_OTHER_IDENTITY_PANE,
	ACTION_FILTER_IDENTITIES,
	ACTION_SEARCH_IDENTITIES,
	ACTION_RENAME_IDENTITY,
	ACTION_NOTE_IDENTITY,
	ACTION_TICKET,
	ACTION_DELETE_IDENTITY,
	ACTION_RESTORE_IDENTITY,
	ACTION_PURGE_IDENTITY,
	ACTION_TRUST_IDENTITY,
	ACTION_WHY_IDENTITY,
	ACTION_COPY_IDENTITY,
	ACTION_VIEW_IDENTITY,
	ACTION_RENEW,
	ACTION_IMPORT_IDENTITY,
	ACTION_EXPORT_IDENTITY,
	ACTION_ATTACH,
	ACTION_SIGN,
	ACTION_ISSUED,
	ACTION_OPEN_ISSUED,
	ACTION_REVOKE,
	ACTION_CRL,
	ACTION_PAPER_ALONE,
	ACTION_PAPER_COPY,
	ACTION_PAPER_TRUST,
	ACTION_PAPER_SAVE,
	/* a probe */
	ACTION_PROBE_AGAIN,
	ACTION_PROBE_DECIDE,
	ACTION_PROBE_NEXT,
	ACTION_PROBE_PREVIOUS,
	ACTION_PROBE_TRUST,
	ACTION_PROBE_BLOCK,
	ACTION_PROBE_WHY,
	ACTION_PROBE_OPEN,
	ACTION_COUNT
};

struct desk;
typedef enum reaction action_fn(struct desk *desk);

action_fn action_help, action_command, action_redraw, action_suspend, action_back, action_close, action_quit,
	action_view_list, action_view_journal, action_undo, action_import, action_open,
	action_other_pane, action_mark, action_mark_all, action_search, action_next,
	action_previous, action_filter, action_sort, action_trust, action_untrust, action_block,
	action_delete, action_restore, action_purge, action_rename, action_note, action_match,
	action_copy, action_export, action_compare, action_compare_all, action_why, action_take,
	action_toggle_item, action_rename_item, action_why_item, action_mend, action_line,
	action_undo_line, action_verify, action_search_log,
	action_view_identities, action_create, action_open_identity, action_other_identity_pane,
	action_filter_identities, action_search_identities, action_rename_identity,
	action_note_identity, action_ticket, action_delete_identity, action_restore_identity,
	action_purge_identity, action_trust_identity, action_why_identity, action_copy_identity,
	action_view_identity, action_renew, action_import_identity, action_export_identity,
	action_attach, action_sign, action_issued, action_open_issued, action_revoke, action_crl,
	action_paper_alone, action_paper_copy, action_paper_trust, action_paper_save,
	action_probe, action_probe_again, action_probe_decide, action_probe_next,
	action_probe_previous, action_probe_trust, action_probe_block, action_probe_why,
	action_probe_open;

/* The function of an action; NULL for none. */
action_fn *action_find(enum action action);

#endif
