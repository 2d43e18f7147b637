/*
 * What deploy.c and recover.c share: all changes, in one direction or the other.
 */
#ifndef CERTARY_SRC_DEPLOY_TRANSACTION_H
#define CERTARY_SRC_DEPLOY_TRANSACTION_H

#include "base/buf.h"
#include "deploy/place.h"

/*
 * Write all of it, durable, and put it in place.  *failed is the target of the change that couldn't be
 * made; what was done until then is for files_back().
 */
bool files_check(struct places *places, const struct staging *staging, size_t *failed,
	struct error *err);
bool files_forward(struct places *places, const struct staging *staging, size_t *failed,
	struct error *err);

/*
 * Put all back, the last first.  What can't be is told to stuck() for each change; false where there was
 * any.
 */
typedef void files_stuck_fn(void *ctx, size_t target, const char *why);
bool files_back(struct places *places, const struct staging *staging, files_stuck_fn *stuck, void *ctx);

/* Take away what was kept. */
bool files_clean(struct places *places, const struct staging *staging, struct error *err);

#endif
