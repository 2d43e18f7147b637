/*
 * Keys from passwords after RFC 7292, appendix B.
 */
#ifndef CERTARY_CODEC_P12_KEY_H
#define CERTARY_CODEC_P12_KEY_H

#include <gnutls/gnutls.h>
#include <stdbool.h>
#include <stdint.h>

#include "codec/span.h"

enum p12_purpose {
	P12_KEY = 1,
	P12_IV = 2,
	P12_MAC = 3,
};

struct p12_key {
	gnutls_digest_algorithm_t hash;
	const char *password; /* UTF-8; NULL differs from "" */
	struct span salt;
	uint64_t rounds;
};

bool p12_key(const struct p12_key *from, enum p12_purpose purpose, uint8_t *out, size_t len);

#endif
