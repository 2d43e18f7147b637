/*
 * Entries: one certificate in the store each.
 *
 * An entry is a record that the caller holds; its texts are borrowed from the store and stay valid
 * until the next store_reload() or store_apply().  All texts but `file` are safe text (base/text.h).
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
	STATE_LIMITED,   /* trusted for some services or until a day: see store/limits.h */
	STATE_UNTRUSTED, /* known, waiting for a decision: the quarantine */
	STATE_BLOCKED,   /* decided against */
	STATE_TRASH,     /* deleted, restorable */
};
#define STATE_COUNT 5
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
	uint32_t row; /* private to the store */
	enum state state;
	const char *file; /* its name in the state's folder: raw bytes, to be opened, not to be shown */
	const char *name; /* the header Name, else the file's name without its suffix */
	const char *note, *source, *added; /* headers; "" where there is none */
	const char *scope, *until, *ticket; /* the headers For, Until and Ticket, the same */
	struct cert_info info;
	struct fs_stamp stamp;
};

#endif
