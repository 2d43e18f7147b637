/* A file that somebody else's program reads, put in place as a whole. */
#ifndef CERTARY_SRC_APP_EXPORT_FILE_H
#define CERTARY_SRC_APP_EXPORT_FILE_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/error.h"

/*
 * See export_save() in app/export.h.  A file with a key in it is for its owner alone; one that it
 * replaces may have been wider, the new one isn't.
 */
bool export_file_put(const char *path, const struct buf *bytes, bool has_key, bool replace,
	struct error *err);

#endif
