/*
 * The journal from its newest line to its oldest, for a page that shows some of very many.
 *
 * Only the place of each line is kept, and these are looked for in steps: from the end backwards,
 * and what was written meanwhile first.  Life: log_view_new(), log_view_step() until it says that all
 * is seen … log_view_free().
 */
#ifndef CERTARY_APP_LOG_VIEW_H
#define CERTARY_APP_LOG_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "app/app.h"
#include "store/log.h"

struct log_view;

/* Lines that app_log_matches() the folded words. */
struct log_view *log_view_new(struct app *app, const char *folded);
void log_view_free(struct log_view *view);

/*
 * Look on for about ms milliseconds.  False when the whole journal was seen, or can't be read, which
 * err tells.  *in_front, if not NULL, is the number of lines that are new before the others.
 */
bool log_view_step(struct log_view *view, int64_t ms, size_t *in_front, struct error *err);

/*
 * The journal may have changed: look at what is behind the lines seen so far.  False where these are
 * no longer there, as after a change that was taken back; then the view begins anew.
 */
bool log_view_refresh(struct log_view *view, struct error *err);

size_t log_view_count(const struct log_view *view); /* lines found so far */

/* Row i, counted from the newest: where it stands, and what it says.  journal_line_done() the line. */
int64_t log_view_place(const struct log_view *view, size_t i);
bool log_view_line(struct log_view *view, size_t i, struct journal_line *out, struct error *err);
void log_view_line_done(struct journal_line *line);

#endif
