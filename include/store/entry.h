/*
 * Entries: one certificate in the store each.
 *
 * An entry is a record; the store owns it and hands it out as const.  It stays valid until the next
 * store_reload() or store_apply().  All texts but `file` are safe text (base/text.h).
 */
#ifndef CERTARY_STORE_ENTRY_H
#define CERTARY_STORE_ENTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fs.h"
#include "pki/cert.h"

/* The state is the folder. */
enum state {
	STATE_TRUSTED,
	STATE_UNTRUSTED, /* known, waiting for a decision: the quarantine */
	STATE_BLOCKED,   /* decided against */
	STATE_TRASH,     /* deleted, restorable */
};
#define STATE_COUNT 4
#define STATE_NONE  (-1) /* not in the store */

const char *state_name(int state); /* "trusted" …, which is the folder's name too; "none" */
bool state_parse(const char *text, enum state *out);

/* A `Key: value` line before the PEM block. */
struct header {
	char *key, *value;
};

struct headers {
	struct header *items;
	size_t count, cap;
};

const char *headers_get(const struct headers *headers, const char *key); /* NULL where absent */
void headers_set(struct headers *headers, const char *key, const char *value); /* NULL removes */
void headers_copy(const struct headers *from, struct headers *to);
void headers_done(struct headers *headers);

struct entry {
	enum state state;
	char *file; /* its name in the state's folder: raw bytes, to be opened, not to be shown */
	char *name; /* the header Name, else the file's name without its suffix */
	struct headers headers;
	struct cert_info *info;
	char *folded; /* everything a search looks at, lower-case */
	struct fs_stamp stamp;
};

const char *entry_note(const struct entry *entry);   /* "" where there is none */
const char *entry_source(const struct entry *entry); /* where it came from; "" where unknown */
const char *entry_added(const struct entry *entry);  /* ISO 8601, "" where unknown */

#endif
