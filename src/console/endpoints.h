/*
 * What the console remembers of endpoints: how each stood when it was looked at last, the check
 * that is under way, and the page that lists them.
 */
#ifndef CERTARY_SRC_CONSOLE_ENDPOINTS_H
#define CERTARY_SRC_CONSOLE_ENDPOINTS_H

#include "app/check.h"
#include "console/probe.h"

struct end_row {
	struct checked seen; /* its text without `done`: why it couldn't be probed */
	char *name, *place;  /* safe text */
	bool wanted;         /* the next run probes it */
	bool asked;          /* the run that is under way does */
	bool fresh;          /* what was seen isn't taken down yet */
	bool stale;          /* the store has changed since it was judged */
	int64_t outdone;     /* when it was probed again because the history knew better; 0: never */
};

enum end_sort {
	SORT_ATTENTION,
	SORT_NAME,
	SORT_DAYS,
	SORT_COUNT
};

struct end_view {
	struct endpoints all;
	struct end_row *rows; /* in the order of the file */
	size_t count;
	bool read, begun; /* begun: somebody has been here, so that all were probed once */
	int64_t looked;   /* clock_ms() when all of them were probed last */
	struct error err; /* the file can't be read */

	enum end_sort sort;
	bool attention;    /* only what needs some */
	struct buf search; /* folded */
	size_t *shown, shown_count;
	bool stale;        /* `shown` is to be made anew */
	struct list list;
	char *selected; /* the cursor stays on the endpoint, not on the row: its name */

	struct checks run;
	struct probe_job *job; /* of the run; NULL: none is under way */
	size_t run_count, run_left;
	unsigned chores; /* the timer of what is done behind it */
	size_t kept;     /* certificates that came in since the run began */

	struct pager detail, history;
	bool detail_stale, detail_focus;
	struct probe_work work; /* of the selected one, as the page of a probe has it */
	bool work_ready;

	struct identities identities; /* to choose from, and to present */
	char *editing; /* the name of what is in the form; NULL: a new one */
	struct fingerprint asked_leaf; /* whether it is to be accepted */
};

/* Whether it has an answer, or the reason why there is none. */
bool end_is_known(const struct end_row *row);
bool end_is_waiting(const struct end_row *row);

/* endpoint-view.c */
struct end_view *ends_of(struct desk *desk); /* made where there is none, and read */
struct end_row *ends_current(struct desk *desk); /* NULL: none; until the next reload */
struct end_row *ends_pin(struct desk *desk); /* the same; the cursor stays on it from now on */
void ends_remember_cursor(struct desk *desk);
void ends_refresh(struct desk *desk); /* `shown` is up to date then */
void ends_select(struct desk *desk, const char *name);
void ends_resort(struct desk *desk); /* and paint */

/* endpoint-check.c */
void ends_probe_wanted(struct desk *desk);
void ends_do_chores(struct desk *desk);
void ends_break_off(struct desk *desk);
bool ends_same_service(const struct endpoint *a, const struct endpoint *b);
void end_row_done(struct end_row *row);

/* endpoint-paint.c */
void ends_fill_detail(struct desk *desk, const struct end_row *row);
void ends_fill_history(struct desk *desk, const struct end_row *row);
void ends_add_change(struct rows *rows, const struct change *change);
const char *end_level_words(const struct end_row *row);
enum role end_level_role(const struct end_row *row);

/* endpoint-form.c: of an endpoint, NULL for nothing yet; editing: its name. */
enum reaction ends_open_form(struct desk *desk, const struct endpoint *endpoint,
	const char *editing);

#endif
