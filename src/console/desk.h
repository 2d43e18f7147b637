/*
 * The desk: everything that the console knows while it runs, and what its panes share.
 *
 * A page is what fills the screen between title and status line; pages lie on a stack, and Esc takes
 * the top one away.  A dialog lies over the page and gets all keys.  Handlers change this state and
 * return reactions; reload, layout and paint are done once, after all keys that came in.
 */
#ifndef CERTARY_SRC_CONSOLE_DESK_H
#define CERTARY_SRC_CONSOLE_DESK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "app/app.h"
#include "app/explain.h"
#include "app/history.h"
#include "app/import.h"
#include "app/log-view.h"
#include "app/remedy.h"
#include "base/loop.h"
#include "base/set.h"
#include "base/spawn.h"
#include "console/action.h"
#include "console/activity.h"
#include "console/grid.h"
#include "console/identities.h"
#include "console/marks.h"
#include "console/remember.h"
#include "console/runbooks.h"
#include "tui/dialog.h"
#include "tui/files.h"
#include "tui/keymap.h"
#include "tui/line.h"
#include "tui/list.h"
#include "tui/pager.h"
#include "tui/reaction.h"
#include "tui/screen.h"

enum page {
	PAGE_LIST,
	PAGE_DETAIL,
	PAGE_IMPORT,
	PAGE_JOURNAL,
	PAGE_IDENTITIES,
	PAGE_IDENTITY,
	PAGE_ISSUED,
	PAGE_FORM,
	PAGE_PAPER,
	PAGE_PROBE,
	PAGE_ENDPOINTS,
	PAGE_ENDPOINT,
	PAGE_HISTORY,
	PAGE_RUNBOOKS,
	PAGE_RUNBOOK,
	PAGE_TARGETS,
	PAGE_TARGET,
	PAGE_WHY,
	PAGE_COMPARE,
	PAGE_COLUMNS,
	PAGE_SETUP,
	PAGE_HELP,
	PAGE_OUTPUT,
	PAGE_ACTIVITY,
	PAGE_COUNT
};
#define PAGE_DEPTH 8

struct desk;

/* A page is one row of the table in pages.c. */
struct page_row {
	const char *title;
	const struct keymap *keys;
	void (*draw)(struct desk *desk, struct area area);
	enum reaction (*key)(struct desk *desk, const struct key *key); /* NULL: only actions */
	void (*reload)(struct desk *desk); /* records changed; NULL: nothing to do */
	void (*position)(struct desk *desk, char *out, size_t size);
	bool (*typing)(const struct desk *desk); /* all keys are text now; NULL: never */
	/* What is done with a PEM block that is pasted; NULL: it is imported. */
	enum reaction (*paste)(struct desk *desk, const char *bytes, size_t len);
	bool whole; /* it has the screen for itself: no title, status and hints */
	action_fn *pane; /* takes the keyboard to the other pane; NULL: there is one */
	/* A click on the head of that column; NULL: it isn't sorted by columns. */
	enum reaction (*sort)(struct desk *desk, size_t column);
};
extern const struct page_row pages[PAGE_COUNT];

/* A dialog's end: answer is done or cancelled.  It may open the next one. */
typedef enum reaction dialog_end_fn(struct desk *desk, struct dialog *dialog, bool done);
typedef enum reaction dialog_third_fn(struct desk *desk);
typedef enum reaction dialog_moved_fn(struct desk *desk, const struct dialog *dialog);

/* A line of the journal as the page shows it. */
struct log_row {
	int64_t key; /* its place in the journal; -1: none */
	int64_t seq; /* 0 where it is no line of a journal */
	char *time, *who, *from, *words, *why, *cert;
};

/* What a job is waited for with: see wait.c. */
typedef enum reaction wait_stop_fn(struct desk *desk);
struct waiting {
	char *what; /* NULL: nothing is waited for */
	const char *hint;
	wait_stop_fn *stop;
	struct dialog *dialog;
	unsigned timer;
	int64_t started;
};

/* Of the mouse. */
struct last_click {
	int row, col;
	int64_t ms;
	bool opened; /* a page, a dialog, or another step of a page */
};

/* What a plan did, when it is gone. */
struct doing {
	const char *op;
	size_t count;
	bool reaches; /* consumers have to hear of it */
};

/* Two certificates side by side. */
struct compare_view {
	struct pager pager;
	struct fingerprint sides[2];
	bool all, stale;
	int cols; /* for which the lines were made */
};

/* Where somebody has been: see visits.h. */
struct visit;
struct visit_list {
	struct visit *items; /* the oldest first */
	size_t count, cap, at;
	bool jumped;   /* what comes next is a place of its own */
	bool arriving; /* it was gone to: that is where we are, whatever became of it */
};

/* The columns of a list while they are chosen. */
struct column_view {
	const struct grid_kind *kind;
	enum page under; /* whose list it is */
	struct list list;
	struct grid_item items[GRID_MOST]; /* all of them, in the order that was chosen */
	bool ticked[GRID_MOST];
	size_t count;
	char *before; /* the choice as it was */
};

struct desk {
	struct app *app;
	struct loop *loop;
	struct remember *memory; /* what the next run is to know */
	bool memory_kept;        /* not in a session that only looks */
	struct theme theme;
	struct theme_work *themes; /* see themes.c */
	enum page stack[PAGE_DEPTH];
	size_t depth;
	unsigned pending;        /* jobs under way: the screen is not final */
	unsigned reload_timer;
	unsigned paints;
	int64_t key_ms; /* when the last key came */
	struct last_click click;
	bool awaited;    /* the index is being built, and the screen isn't final before it is */
	bool checking;   /* files are compared one by one */
	bool unreadable; /* the index couldn't be built: once is enough */
	int reading; /* per cent of the store that were read while its index is built; -1: it isn't */
	enum reaction reaction;  /* collected until the next repaint */
	bool only_moved;         /* the screen shows all but where the list is now */
	size_t counts[STATE_COUNT];
	char *message; /* NULL: nothing was said since the last key */
	enum role message_role;
	size_t message_more;   /* that were said since as well, and don't show */
	bool message_seen;     /* it stood there while no key waited */
	char *unheard; /* what became of a text in an editor, until a key comes: else said at the end */
	struct activity activity;
	enum setting_bar function_keys;
	bool quit;

	struct dialog *dialog;
	dialog_end_fn *dialog_end;
	dialog_third_fn *dialog_third, *dialog_fourth; /* of a dialog with more ways out */
	dialog_moved_fn *dialog_moved; /* after each key that leaves it open; NULL: nothing */
	struct waiting waiting;

	/* how the list and what is beside or below it share the screen: see split.h */
	int split_way, split_list; /* enum split_way; columns or rows of the list */
	struct area split_area;

	struct visit_list visits;
	struct column_view choosing;
	struct grid grid; /* of the list that is painted, until the next one is */

	/* the list */
	struct list list;
	struct query query;
	struct cert_info *issuer; /* the query's: only what it signed shows; NULL: all */
	struct buf search;   /* as typed */
	char *found;         /* folded, for highlighting */
	struct line *typing; /* the search line, while it is typed */
	struct view view;
	unsigned seek_timer; /* a search goes on when the keyboard is quiet */
	struct entry current; /* under the cursor: see desk_current() */
	struct marks marks;
	struct fingerprint selected; /* the cursor stays on the certificate, not on the row */
	bool has_selected;

	/* the detail */
	struct pager detail;
	struct fingerprint shown;
	bool has_shown, detail_focus;
	bool detail_stale;  /* its certificate may have changed */
	int64_t passed_ms;  /* when the cursor last left it behind */
	bool resting;       /* a timer runs until the cursor has rested */
	struct line *detail_typing;

	/* import */
	struct files *files;
	char *folder; /* where the browser stood last; bytes, NULL: the current one */
	struct import_job *import_job;
	unsigned import_timer;
	struct haul haul;
	bool has_haul;
	char *haul_path;     /* what the haul was read from; NULL: pasted */
	struct buf pasted;
	struct list items;
	bool items_focus;
	bool password_given;
	struct pager problems; /* what was refused of the haul, wrapped */
	struct buf import_name;

	/* why something is trusted: `about`, or an item of the haul */
	struct pager why;
	struct remedies remedies; /* of what is explained */
	bool why_haul, why_probe, why_stale;
	bool why_endpoint; /* the probe is that of the selected endpoint */
	char *why_path;  /* a file of the store that is no entry; bytes; NULL: none */
	size_t why_item; /* from the number of items on: all of them are one chain */

	struct compare_view compare;

	struct export_work *export; /* an export that is asked about or under way; NULL: none */

	/* the journal */
	struct log_view *log;     /* NULL: it isn't looked at */
	unsigned log_timer;       /* 0: all of it was seen */
	struct log_row *log_rows; /* the rows shown last */
	struct list log_list;
	struct buf log_search; /* folded */

	/* identities: see identities.h */
	struct identity_view ids;
	struct sheet sheet;
	struct paper paper;
	struct issued_view issued;
	struct key_question key_question;
	struct make_work *make; /* what is being made; NULL: nothing */
	struct sign_work *sign;
	struct file_work *files_work; /* files that are imported or attached */
	struct out_work *out;         /* a file that is written */

	struct probe_work *probe; /* NULL: nothing was probed yet; see probe.h */
	struct end_view *ends;    /* NULL: nobody has asked for them yet; see endpoints.h */
	struct setup_work *setup; /* the wizard, while it asks; see setup.h */
	struct target_view *targets; /* the same: see targets.h */

	struct runbook_view books; /* see runbooks.h */

	/* help, and the output of a command */
	struct pager help, text;
	const char *config; /* --config, for commands */
	struct spawn *command;
	struct buf output;
	char *command_raw; /* the line as typed */
	bool command_dry;  /* it only made a plan, which is asked about next */
	bool command_read; /* the line came out of a file: it is asked about, whatever it says */
	char **history;
	size_t history_count, history_cap, history_at;

	/* what a dialog is about */
	struct plan plan;
	struct marks limiting; /* the certificates that a form of limits is about */
	unsigned lapse_timer;  /* until the next end of trust; 0: none is known */
	bool plan_widens, plan_loses;
	char *plan_word; /* has to be typed for it; NULL: y does it */
	const char *plan_warning;
	bool changing; /* by a child: it is under way */
	struct doing change;
	struct fingerprint about; /* the certificate that a name, a note, a fingerprint or a
				      reason is asked for */
};

/* upkeep.c: what is done beside the loop: building the index, looking at files one by one. */
void upkeep_start(struct desk *desk);
void upkeep_go_on(struct desk *desk); /* records were loaded */
void upkeep_lapse(struct desk *desk); /* trust whose end has come; before records are loaded */

/* desk.c */
enum page desk_page(const struct desk *desk);
void desk_push(struct desk *desk, enum page page);
enum reaction desk_pop(struct desk *desk);
/*
 * Into the status line, where it stays until a key comes after it was to be seen, and into the activity;
 * desk_note() is for the activity alone.
 */
void desk_say(struct desk *desk, enum role role, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void desk_note(struct desk *desk, enum role role, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void desk_heard(struct desk *desk); /* a key came */
enum reaction desk_error(struct desk *desk, const struct error *err);
enum reaction desk_ask(struct desk *desk, struct dialog *take, dialog_end_fn *end);
void desk_reload(struct desk *desk);

/* list-page.c */
const struct entry *desk_current(struct desk *desk); /* NULL: none; until the next call */
void list_page_end_typing(struct desk *desk); /* of a search; what was found stays */
void list_page_settle(struct desk *desk); /* finish a search that gave way to a key */
void list_page_select(struct desk *desk, const struct fingerprint *cert);

/* list-narrow.c: what the list shows; the caller reloads it. */
void desk_set_search(struct desk *desk, const char *text);
void desk_set_issuer(struct desk *desk, const struct cert_info *issuer); /* copied; NULL: all */
void list_page_widen(struct desk *desk); /* nothing narrows the list */

/* text-page.c */
struct pager *desk_text(struct desk *desk); /* of the page of text that is open */
enum reaction desk_text_key(struct desk *desk, struct pager *pager, const struct key *key);
void desk_text_position(struct pager *pager, char *out, size_t size); /* for the status line */

/* confirm.c: show a plan and do it when the operator says so.  Takes the plan. */
enum reaction desk_confirm(struct desk *desk, struct plan *take, bool widens, bool loses);

/* The same for what nothing brings back; the warning is static. */
enum reaction desk_confirm_word(struct desk *desk, struct plan *take, const char *word,
	const char *warning);
enum reaction desk_carry_out(struct desk *desk); /* desk->plan, without a question */
bool desk_refuse_read_only(struct desk *desk);   /* and say so */

/* plan-paint.c: what a plan will do, and what that does to the endpoints. */
void plan_rows(struct desk *desk, const struct plan *plan, struct rows *rows);

/* The columns of the pages that have some to choose from; list-columns.h has those of certificates. */
extern const struct grid_kind identity_grid, endpoint_grid, target_grid;

/* identities-page.c */
const struct identity *ids_current(struct desk *desk); /* NULL: none; until the next reload */
const struct identity *ids_find(struct desk *desk, const struct fingerprint *id);
const struct identity *ids_about(struct desk *desk); /* what the dialog is about, or says it's gone */
void ids_select(struct desk *desk, const struct fingerprint *id);
void ids_done(struct desk *desk);

/* sheet-page.c */
enum reaction sheet_open(struct desk *desk, struct form *take, sheet_check_fn *check,
	sheet_accept_fn *accept, sheet_close_fn *close);
void sheet_close(struct desk *desk);
void sheet_check(struct desk *desk); /* again, though nothing was typed */
void sheet_advise(const struct advice *advice, const char *const (*fields)[2],
	struct rows *verdict);
void rows_advice(struct rows *rows, const struct advice *advice); /* for questions */

/* paper-page.c: filled by its owner, then opened; paper_close() empties it. */
void rows_details(struct rows *rows, const struct details *details);
enum reaction paper_open(struct desk *desk);
void paper_close(struct desk *desk);

/* ask-file.c: a path, completed by Tab; "" for none given. */
struct dialog *ask_path(const char *title, struct rows *take, const char *prompt, const char *text);
void form_paths(struct form *form); /* fields that complete are paths */
void check_path(struct form *form, const char *key, struct rows *verdict); /* what is to be written */
char *typed_path(const char *typed); /* "~/" is what fingers type; bytes, the caller frees */
char *typed_place(const char *typed); /* the same, absolute: for what is kept, and read elsewhere */

/*
 * ask-key.c: open an identity's key, asking for its passphrase until it is the right one; then()
 * takes the key.  Whoever has enough of it gets "nothing was done", and then() isn't called.
 */
enum reaction ask_key(struct desk *desk, const struct identity *identity, const char *title,
	key_then_fn *then);
void ask_key_close(struct desk *desk);

/*
 * wait.c: a job has been started, and Esc calls stop(), which cancels it.  Whoever hears of its end calls
 * wait_over() before anything else.  `what` is copied; hint is static, or NULL.
 */
enum reaction wait_open(struct desk *desk, const char *title, const char *what, const char *hint,
	wait_stop_fn *stop);
void wait_over(struct desk *desk);

/* explain-page.c: a file that holds a certificate and what is sent with it. */
enum reaction why_open(struct desk *desk, const char *path);
enum reaction why_probe(struct desk *desk); /* the selected certificate of the probe */

/* runbooks-page.c: a line of `:` that is one of its pages. */
bool runbook_line(struct desk *desk, const char *line, enum reaction *reaction);

/* probe-form.c: a line of `:` that is a probe and nothing else. */
bool probe_line(struct desk *desk, const char *line, enum reaction *reaction);

/* probe-page.c */
void probe_page_close(struct desk *desk);
void probe_done(struct desk *desk);
bool probe_explain(struct desk *desk, struct explanation *out, struct error *err);
struct pager *probe_text(struct desk *desk);

/* endpoints-page.c */
void ends_done(struct desk *desk);
struct pager *ends_text(struct desk *desk); /* of the page that is open */

/* targets-page.c */
void targets_free(struct desk *desk);
void targets_look_once(struct desk *desk);
struct pager *targets_text(struct desk *desk);
size_t targets_behind(const struct desk *desk); /* of those that are known: not as the store says */

/* make.c, sign.c, issued-page.c, identity-files.c, identity-export.c */
void make_close(struct desk *desk);
void sign_close(struct desk *desk);
void issued_close(struct desk *desk);
void file_work_close(struct desk *desk);
void out_close(struct desk *desk);
enum reaction sign_paste(struct desk *desk, const char *bytes, size_t len);
enum reaction attach_paste(struct desk *desk, const char *bytes, size_t len);

/* import-page.c */
enum reaction import_open(struct desk *desk);
enum reaction import_paste(struct desk *desk, const char *bytes, size_t len);
void import_close(struct desk *desk);

/* limits.c: ask within which limits these are to be trusted. */
enum reaction limits_open(struct desk *desk, const struct fingerprint *certs, size_t count);

/* export.c */
void export_close(struct desk *desk);

/*
 * themes.c: the theme that is shown.  theme_start() comes before the screen and takes the name of --theme, or
 * NULL: then what the settings say counts, then what was kept last (REMEMBER_THEME).  A theme that can't be read is told, and
 * the built-in one shown.
 */
void theme_start(struct desk *desk, const char *name);
void theme_done(struct desk *desk);
const char *theme_shown(const struct desk *desk); /* its name; bytes; borrowed until the next one */
bool theme_show(struct desk *desk, const char *name, struct error *err);
void theme_again(struct desk *desk); /* its file may have changed */
bool theme_line(struct desk *desk, const char *line, enum reaction *reaction); /* of `:` */

/* new-store.c */
bool store_is_new(struct desk *desk);

/* setup-page.c: the wizard.  root: where it looks around, NULL: "/". */
void setup_open(struct desk *desk, const char *root);
void setup_close(struct desk *desk);

/* journal-page.c, help-page.c, command-line.c, complete.c */
void journal_page_close(struct desk *desk);
int64_t journal_page_selected(struct desk *desk); /* the number of the selected change, or 0 */
enum reaction help_open(struct desk *desk);
enum reaction command_open(struct desk *desk);
void command_complete(void *ctx, struct buf *text, struct buf *choices);

#endif
