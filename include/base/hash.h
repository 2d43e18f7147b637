/*
 * Quick checksums and hash values (XXH3, 64 bits).  They find what chance did to bytes, never what
 * somebody meant to do: whoever decides about trust uses pki/fingerprint.h.
 */
#ifndef CERTARY_BASE_HASH_H
#define CERTARY_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

uint64_t hash_bytes(const void *bytes, size_t len, uint64_t seed);

/* The same over pieces.  Life: hash_new() … hash_end(), which frees it. */
struct hash;
struct hash *hash_new(void);
void hash_add(struct hash *hash, const void *bytes, size_t len);
uint64_t hash_end(struct hash *hash);

#endif
