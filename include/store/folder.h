/*
 * The folders of a store: the five states, and behind them those of identities.
 *
 * A place (store/plan.h) names any of them by its number; a row of the table in src/store/folder.c
 * declares one.  What is in a secret folder is never written into the journal, not even when it is
 * removed: whoever undoes that is told so.
 */
#ifndef CERTARY_STORE_FOLDER_H
#define CERTARY_STORE_FOLDER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "store/entry.h"

enum folder {
	FOLDER_KEYS = STATE_COUNT, /* <id>.pem: PKCS#8 */
	FOLDER_REQUESTS,           /* <sha256>.pem: a request each */
	FOLDER_IDENTITIES,         /* <id>.pem: what an identity is called, its certificates */
	FOLDER_ISSUED,             /* <sha256>.pem: what a CA of this store has signed */
	FOLDER_DISCARDED,          /* deleted keys, identities and requests, restorable */
	FOLDER_CRLS,               /* <id of its CA>.pem: a revocation list each (store/crls.h) */
	FOLDER_RUNBOOKS,           /* <name>.txt: a checklist each (store/runbooks.h) */
	FOLDER_REPORTS,            /* <sha256>.json: what an endpoint presented (store/history.h) */
	FOLDER_DEPLOYED,           /* <sha256>.json: receipts of targets (store/deploying.h) */
	FOLDER_ROOT,               /* the store's own, for the file `endpoints` (store/endpoints.h) */
	FOLDER_COUNT
};
#define FOLDER_BASIC FOLDER_IDENTITIES /* those before it are in every store, the others as needed */
#define FOLDER_LATER(folder) ((folder) == STATE_LIMITED) /* but for this one, which is younger */

struct folder_row {
	const char *name; /* below the store's folder */
	mode_t mode, file_mode;
	bool secret;
	size_t most; /* bytes of a file */
};

/* Of a file that is gone the journal keeps so much, and nothing of a larger one: it can be had again. */
#define JOURNAL_KEEPS (1u << 20)

const struct folder_row *folder_row(int folder);
const char *folder_name(int folder); /* "none" for STATE_NONE */
const char *folder_help(int folder); /* what is in it, for the manual: a sentence without a full stop */
bool folder_parse(const char *name, int *out);

/* What a file is called among the discarded, where those of several folders meet; the caller frees. */
char *discarded_name(int folder, const char *file);

/* The opposite: the folder that it came from, and its name there (the caller frees); NULL: neither. */
char *discarded_origin(const char *name, int *folder);

#endif
