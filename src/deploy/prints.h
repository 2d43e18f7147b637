/*
 * Which certificates stand in a file: sets of fingerprints (hex), with how often each was met.
 *
 * No certificate is parsed: a block's bytes are what consumers compare.
 */
#ifndef CERTARY_SRC_DEPLOY_PRINTS_H
#define CERTARY_SRC_DEPLOY_PRINTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/set.h"
#include "pki/fingerprint.h"

#define BUNDLE_MOST (256u << 20) /* bytes of a file with many certificates */

void prints_add(struct set *prints, const struct fingerprint *print);
bool prints_have(const struct set *prints, const struct fingerprint *print);

/* Every certificate in PEM text, in order. */
void prints_each(const void *pem, size_t len,
	void (*each)(void *ctx, const struct fingerprint *print), void *ctx);

/* The same into a set (NULL: none); *first, if not NULL, is the first of them.  How many there are. */
size_t prints_of(const void *pem, size_t len, struct set *out, struct fingerprint *first);
bool prints_of_file(const char *path, struct set *out, struct error *err);

#endif
