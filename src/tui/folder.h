/*
 * Private to tui: what a folder holds, by readdir and stat; nothing in it is opened.
 */
#ifndef CERTARY_TUI_FOLDER_H
#define CERTARY_TUI_FOLDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct item {
	char *name;           /* bytes */
	char *safe;           /* the same as safe text */
	bool folder, regular; /* of what a link points at */
	bool link;
	int64_t size, mtime;
};

struct folder {
	char *path; /* bytes, absolute */
	char *safe;
	int fd; /* while it is being read */
	struct item *items;
	size_t count, cap;
};

/* Sorted: the way up, folders, files.  Call folder_done() after a failure as well. */
bool folder_read(struct folder *folder, char *take_path, struct error *err);
void folder_done(struct folder *folder);
bool folder_is_up(const struct item *item); /* ".." */

#endif
