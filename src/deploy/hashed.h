/*
 * A hashed folder as it is: HASH.0, HASH.1 … with what is in them.
 */
#ifndef CERTARY_SRC_DEPLOY_HASHED_H
#define CERTARY_SRC_DEPLOY_HASHED_H

#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/set.h"
#include "pki/fingerprint.h"

/* A file of the folder that OpenSSL may read. */
struct seated {
	uint32_t hash;
	unsigned seat;
	bool ours;
	bool readable; /* a certificate is in it */
	struct fingerprint print; /* the first of them */
	struct fingerprint *more; /* the others, which a file of ours hasn't */
	size_t more_count, more_cap;
	struct buf bytes; /* of ours */
	char *name;       /* of ours: the text behind its mark, safe */
};

struct hashed {
	struct seated *items; /* by hash and seat */
	size_t count, cap;
	struct set theirs; /* fingerprints of what isn't ours */
};

/* A folder that isn't there is an empty one.  Life: `struct hashed h = {0}` … hashed_done(&h). */
bool hashed_read(const char *path, struct hashed *out, bool *there, struct error *err);
void hashed_done(struct hashed *folder);

/* How many have the hash of this one, from it on. */
size_t hashed_row(const struct hashed *folder, size_t from);

#endif
