/*
 * One run of certary: its settings, its store, and the verbs that work on them.
 *
 * The verbs stand in the other headers of this folder, a name each, and both faces call them.  They
 * never print and never ask: what they need is an argument, what they found is a record, and what
 * they would change is a plan that the face shows before it calls app_apply().
 *
 * Life: app_new() … app_free().  The store is opened by the first verb that needs it, through
 * app_open_store().
 */
#ifndef CERTARY_APP_APP_H
#define CERTARY_APP_APP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "conf/settings.h"
#include "store/entry.h"
#include "store/plan.h"
#include "store/store.h"
#include "store/view.h"

struct app;

struct app_options {
	const char *store;  /* --store; NULL: CERTARY_STORE, the setting, then the default */
	const char *config; /* --config; NULL: CERTARY_CONFIG, then the usual files */
	bool read_only;
	bool background;   /* what takes long to read is left to app_build() */
	int64_t lock_wait; /* milliseconds that a change waits for another; 0: the setting */
};

bool app_new(const struct app_options *options, struct app **out, struct error *err);
void app_free(struct app *app);

const struct settings *app_settings(const struct app *app);
int64_t app_now(void);

enum app_store {
	APP_STORE_THERE,    /* it must be there */
	APP_STORE_CREATE,   /* made where there is none, also where it was imagined */
	APP_STORE_IMAGINED, /* as if it were there and empty: for plans that are only shown */
};
bool app_open_store(struct app *app, enum app_store how, struct error *err);
const char *app_store_path(const struct app *app); /* safe text, also before it is open */
const char *app_store_folder(const struct app *app); /* the same as it was named, for opening */
bool app_read_only(const struct app *app);

/* CERT as an operator writes it: see store_resolve(). */
bool app_resolve(struct app *app, const char *cert, struct entry *out, struct error *err);

/* The query that the settings describe: nothing filtered, "expiring" as configured. */
struct query app_query(const struct app *app);
void app_view(struct app *app, const struct query *query, struct view *view);

/* The same, a millisecond at a time: see store/view.h. */
void app_view_start(struct app *app, const struct query *query, struct view *view);
bool app_view_step(struct app *app, struct view *view);
bool app_view_is_current(const struct app *app, const struct view *view);
void app_view_entry(struct app *app, const struct view *view, size_t index, struct entry *out);
bool app_view_find(struct app *app, const struct view *view, const struct fingerprint *cert,
	size_t *index);

/* "30", "30d" or "20%" into the query's idea of expiring. */
bool app_parse_expiring(const char *text, struct query *query, struct error *err);

/* Carry out a plan; the number of its first line in the journal goes to *seq (may be NULL). */
bool app_apply(struct app *app, struct plan *plan, int64_t *seq, struct error *err);

/* The same beside a loop, for plans of many rows: see store_apply_start(). */
bool app_apply_start(struct app *app, struct plan *plan, struct loop *loop, store_changed_fn *changed,
	void *ctx, struct error *err);

/* Bring the store up to date; true where something changed: what was borrowed before is gone then. */
bool app_reload(struct app *app, struct error *err);

size_t app_count(const struct app *app);
size_t app_count_state(const struct app *app, enum state state);
bool app_find(struct app *app, const struct fingerprint *cert, struct entry *out);

/* All entries in no useful order (see store_next()); what a list shows comes from app_view(). */
bool app_next(struct app *app, uint32_t *cursor, struct entry *out);
size_t app_problem_count(const struct app *app); /* files that are amiss: doctor names them */

/*
 * What a face that goes on does beside its loop: build the index where it is missing or old (see
 * store_build_start()), and look at files one by one for edits in place (see store_check()).
 */
bool app_needs_build(const struct app *app);
bool app_is_incomplete(const struct app *app); /* entries are missing until it was built */
bool app_build(struct app *app, struct loop *loop, store_progress_fn *progress, store_built_fn *built,
	void *ctx, struct error *err);
bool app_check(struct app *app, size_t files);
void app_relax(const struct app *app); /* see store_relax() */
bool app_has_suspects(const struct app *app);

/* A descriptor that tells of changes from outside (-1: none); drain it, then app_reload(). */
int app_watch(struct app *app);
void app_watch_read(struct app *app);

#endif
