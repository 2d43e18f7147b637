/*
 * `export` of an identity.
 */
#ifndef CERTARY_SRC_CLI_EXPORT_IDENTITY_H
#define CERTARY_SRC_CLI_EXPORT_IDENTITY_H

#include "app/export.h"
#include "app/identity.h"
#include "cli/run.h"

/*
 * Does the word name an identity?  *out is NULL where it doesn't.  Refused where it also names a
 * certificate that isn't the identity's own.
 */
bool names_identity(struct run *run, const char *word, const struct identities *all,
	const struct identity **out, struct error *err);

bool export_identity(struct run *run, const struct identity *identity,
	const struct export_format *format, struct error *err);

#endif
