/*
 * A private folder for a tool that works on files: copied there, looked at, and only then handed over.
 */
#ifndef CERTARY_SRC_DEPLOY_SCRATCH_H
#define CERTARY_SRC_DEPLOY_SCRATCH_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/error.h"

struct scratch {
	char path[64];
	int dir; /* open and locked; -1: none */
};

/*
 * In memory where the system has a place for that, because databases hold keys.  What somebody left who
 * was killed goes at the same time.
 */
bool scratch_make(struct scratch *scratch, struct error *err);
void scratch_done(struct scratch *scratch); /* it is gone, with all that is in it */

bool scratch_write(const struct scratch *scratch, const char *name, const void *bytes, size_t len,
	struct error *err);
bool scratch_read(const struct scratch *scratch, const char *name, struct buf *out, struct error *err);

/* Does a path, of which only `len` bytes count, look like one of these folders'? */
bool scratch_is(const char *path, size_t len);

/* The absolute path of a name in it; the caller frees. */
char *scratch_path(const struct scratch *scratch, const char *name);

#endif
