/* A file that somebody else's program reads, put in place as a whole. */
#ifndef CERTARY_SRC_APP_EXPORT_FILE_H
#define CERTARY_SRC_APP_EXPORT_FILE_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/error.h"

/* See export_save() in app/export.h. */
bool export_file_put(const char *path, const struct buf *bytes, bool replace, struct error *err);

#endif
