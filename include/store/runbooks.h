/*
 * The folder `runbooks`: checklists, a text file each, which people may edit as well.  The store
 * keeps their text, journals its changes and takes them back; what the text means, others know.
 */
#ifndef CERTARY_STORE_RUNBOOKS_H
#define CERTARY_STORE_RUNBOOKS_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/error.h"
#include "store/plan.h"
#include "store/store.h"

#define RUNBOOK_MOST   (256u << 10) /* bytes of one */
#define RUNBOOK_SUFFIX ".txt"

/*
 * Call each() for every file that ends in .txt, in no order, until it returns false.  base is the
 * SHA-256 of the file; one that can't be read is an error.
 */
typedef bool runbook_fn(void *ctx, const char *file, const struct buf *text, const char *base);
bool store_runbooks(const struct store *store, runbook_fn *each, void *ctx, struct error *err);

/* May a new one get this file's name? */
bool store_has_runbook(const struct store *store, const char *file);

/*
 * Write or remove one.  Without a base it is new, without a text it goes; else what base stands for
 * is replaced.  name, was and now are for the operator.
 */
struct runbook_change {
	const char *file, *name, *was, *now;
	const struct buf *text; /* NULL: none */
	const char *base;       /* NULL: none */
};
void plan_runbook(struct plan *plan, const struct runbook_change *change);

#endif
