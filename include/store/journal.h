/*
 * The journal: every change, in order, with who, when, from where and why.
 *
 * One JSON object a line: seq, time, who, from, op, cert, name, was, now, why, prev, where prev is the
 * SHA-256 of the line before without its newline (64 zeros in the first).  Behind these stand what
 * undo, recovery and verification need: src and dst ("trusted/<file>"), old (the content that the
 * change destroyed; old_hex where it is no text), new (SHA-256 of the content that it wrote), more
 * (true where the same change goes on in the next line), undoes (the number that an undo took back),
 * sealed (the SHA-256 that the line before had when it was written, where it has another one now).
 */
#ifndef CERTARY_STORE_JOURNAL_H
#define CERTARY_STORE_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "store/log.h"
#include "store/plan.h"
#include "store/store.h"

/*
 * Every line from the first to the last, until each() returns false; with a word, only those that
 * may say it (journal_line_may_say()).  A line that is no JSON ends it with an error that names the
 * line.
 */
bool journal_each(const struct store *store, const char *word,
	bool (*each)(void *ctx, const struct journal_line *line), void *ctx, struct error *err);

/*
 * Check form, numbering and chain of the whole journal, and its end against the seal that the last
 * writer left, so that a changed or missing last line is found too.
 */
bool journal_verify(const struct store *store, struct journal_check *out, struct error *err);

/*
 * Where the entries in the trash came from, read once for any number of them.  Life:
 * journal_origins() … origins_state() … origins_free().
 */
struct origins;
struct origins *journal_origins(const struct store *store);
enum state origins_state(const struct origins *origins, const struct fingerprint *cert);
void origins_free(struct origins *origins);

/* What a change is called that only takes down what a probe saw. */
#define OP_PROBE "probe"
#define OP_REFRESH "crl refresh" /* the same of revocation lists that check fetched */

/* And one that only takes down what was deployed (store/deploying.h). */
#define OP_DEPLOY "deploy"

/* And one by which trust that had an end goes back to the untrusted: nobody's decision either. */
#define OP_LAPSE "lapse"

/*
 * Fill a plan that takes back the change that `seq` belongs to; 0 is the last decision that was not
 * undone: what probes and deployments took down, and what lapsed, is undone by its number, as an undo
 * is.  With 0, what of a decision has ended by itself since (OP_LAPSE) is left out, and a decision of
 * which nothing is left is passed over.  ERROR_NOT_FOUND where there is nothing to undo, ERROR_FAILED
 * where a later change stands in the way.
 */
bool journal_plan_undo(struct store *store, int64_t seq, struct plan *plan, struct error *err);

#endif
