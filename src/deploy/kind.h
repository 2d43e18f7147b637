/*
 * What a kind of target is made of: the functions behind its row.
 *
 * stage() reads what is there, compares it with what is wanted, fills the rows of the plan and hands the
 * new files to the staging; it writes nothing.  A target that can't be used now is no error: it calls
 * unavailable().  settle() runs the tool that puts files into force.  read_back() looks with the
 * consumer's own eyes where there is a program for it.
 */
#ifndef CERTARY_SRC_DEPLOY_KIND_H
#define CERTARY_SRC_DEPLOY_KIND_H

#include "base/set.h"
#include "deploy/deploy.h"
#include "deploy/staging.h"

struct visit {
	const struct demand *demand;
	const struct order *order;
	const struct target *target; /* the order's */
	struct deploy_target_plan *plan;
	struct staging *staging;
};

struct kind_row {
	struct target_kind facts;
	bool (*stage)(const struct visit *visit, struct error *err);
	/* Called after the files are in place, and again after they were put back; NULL: nothing to run. */
	bool (*settle)(const struct target *target, struct error *err);
	/*
	 * Add the fingerprints (hex) that the consumer sees to `seen`; *reader gets by what (static).  The
	 * engine compares: all that is wanted must be there, all that was removed must be gone.
	 */
	bool (*read_back)(const struct visit *visit, struct set *seen, const char **reader,
		struct error *err);
};

const struct kind_row *kind_rows(size_t *count);
const struct kind_row *kind_of(const struct target *target);

/* For a stage(): the target can't be used now, and why. */
bool unavailable(const struct visit *visit, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void warn(const struct visit *visit, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A row of the plan, counted; name is safe text and copied. */
void plan_note(const struct visit *visit, enum deploy_change change, const struct fingerprint *print,
	const char *name);

/*
 * Run a program with fixed arguments and wait for it: its last line of output is the error's where it
 * fails.  Environment: PATH, LC_ALL=C and HOME only.  `out` (may be NULL) gets standard output, bounded.
 */
bool run_tool(const char *const *argv, unsigned seconds, struct buf *out, struct error *err);
const char *find_tool(const char *name, char path[static 256]); /* in the usual folders; NULL */

#endif
