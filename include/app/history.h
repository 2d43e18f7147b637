/*
 * The past: the journal, and taking back what was done.
 */
#ifndef CERTARY_APP_HISTORY_H
#define CERTARY_APP_HISTORY_H

#include <stdbool.h>
#include <stdint.h>

#include "app/app.h"
#include "store/log.h"

bool app_plan_undo(struct app *app, int64_t seq, struct plan *plan, struct error *err);

/*
 * Every line of the journal that app_log_matches() the folded words, from the first to the last,
 * until each() returns false.
 */
bool app_log(struct app *app, const char *folded,
	bool (*each)(void *ctx, const struct journal_line *line), void *ctx, struct error *err);
bool app_log_verify(struct app *app, struct journal_check *out, struct error *err);

/* Do these words (text_fold()ed) stand in one of the line's parts? "" stands everywhere. */
bool app_log_matches(const struct journal_line *line, const char *folded);

/* One line of the journal as an operator reads it: "trust Example Root: untrusted -> trusted". */
char *app_log_words(const struct journal_line *line);

#endif
