/*
 * An identity's key file: read in the parent, opened wherever there is time for it.
 */
#ifndef CERTARY_SRC_APP_KEY_FILE_H
#define CERTARY_SRC_APP_KEY_FILE_H

#include "app/making.h"

struct key_file {
	const struct identity *identity; /* borrowed */
	struct buf bytes;
	uint64_t rounds; /* of key derivation: the limit */
};
bool key_file_read(struct app *app, const struct identity *identity, struct key_file *out,
	struct error *err);
bool key_file_open(const struct key_file *file, const char *passphrase, struct new_key *out,
	struct error *err);
void key_file_done(struct key_file *file); /* wiped */

/* Seconds for a job with a key: an RSA key of 4096 bits on a machine that does much else. */
#define KEY_SECONDS 300

#endif
