/*
 * A file browser: one folder at a time, folders first.
 *
 * It looks at names and lstat/stat and never opens a file.  Names are hostile: they are shown as
 * safe text and handed out as the bytes they are.
 *
 * Keys: as in a list; Enter, Right and l enter a folder or accept a file (REACT_ACCEPT); Backspace,
 * Left and h go up; a click on the selected one is Enter; `.` shows hidden names; `/` starts a filter, which Esc ends.
 */
#ifndef CERTARY_TUI_FILES_H
#define CERTARY_TUI_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "tui/area.h"
#include "tui/key.h"
#include "tui/list.h"
#include "tui/reaction.h"

struct files;

struct files_item {
	const char *path; /* bytes */
	const char *name; /* safe text, the last component */
	bool folder;
	bool regular;  /* a file that can be read, perhaps through a link */
	int64_t size;  /* bytes */
	int64_t mtime; /* seconds since 1970 */
};

/* A browser that stands in that folder (NULL: the current one). */
struct files *files_new(const char *folder, struct error *err);
void files_free(struct files *files);

/* Go to another folder, or read this one again; on failure nothing changes. */
bool files_go(struct files *files, const char *folder, struct error *err);
bool files_reload(struct files *files, struct error *err);

/* Go to the folder of that file and put the cursor on it; a path to a folder goes there. */
bool files_show(struct files *files, const char *path, struct error *err);

const char *files_folder(const struct files *files); /* safe text */

/* What the cursor stands on, valid until the next key; false in an empty folder. */
bool files_current(const struct files *files, struct files_item *out);

void files_draw(struct files *files, struct area area, bool focus);

/* A folder that can't be read is told in the widget's last row; see files_problem(). */
enum reaction files_key(struct files *files, const struct key *key);
const char *files_problem(const struct files *files); /* safe text; NULL: none */

/* Is the filter being typed, so that letters belong to it? */
bool files_typing(const struct files *files);

/* "12 of 143". */
void files_position(const struct files *files, char *out, size_t size);

#endif
