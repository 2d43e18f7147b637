/*
 * Exchange: a folder for a partner, with all that they need of an identity's certificate to accept
 * it, and nothing secret: the key isn't even read.
 *
 * Life: app_exchange() → exchange_save() → exchange_done().
 */
#ifndef CERTARY_APP_EXCHANGE_H
#define CERTARY_APP_EXCHANGE_H

#include <stdbool.h>
#include <stddef.h>

#include "app/app.h"
#include "base/buf.h"
#include "store/identity.h"

#define EXCHANGE_FILES 4

struct exchange_file {
	char *name; /* of plain characters */
	const char *what; /* static */
	struct buf bytes;
};

struct exchange {
	char *folder; /* bytes */
	struct exchange_file files[EXCHANGE_FILES]; /* page, PEM, DER; the chain if there is one */
	size_t count;
	char *sha256, *sha1;             /* "AB:CD:…" */
	char *sha256_plain, *sha1_plain; /* "ABCD…" */
};

/*
 * Fill a pack.  partner as typed, or NULL; folder NULL: it is called after the identity.
 * ERROR_FAILED where it has no certificate yet.
 */
bool app_exchange(struct app *app, const struct identity *identity, const char *partner,
	const char *folder, struct exchange *out, struct error *err);
void exchange_done(struct exchange *exchange);

/* Is something of the folder's name there already?  ERROR_FAILED where it can't be replaced: it is
 * no folder, or holds other files than those of the pack. */
bool exchange_replaces(const struct exchange *exchange, bool *replaces, struct error *err);

/* Put the folder in place, all at once; ERROR_SECRET where one is there and `replace` is false. */
bool exchange_save(
	struct app *app, const struct exchange *exchange, bool replace, struct error *err);

#endif
