/*
 * Password-based encryption and integrity of PKCS#12 (RFC 7292, 8018).
 *
 * PBES2, and the older schemes with 3DES and RC2-40 that Java and Windows wrote for decades.
 * GnuTLS lends the ciphers and hashes; its own PKCS#12 reader stops at 32 certificates without a
 * word.
 *
 * Nothing is derived by parsing: a caller adds up `rounds` first and asks pbe_cost_fits() whether to
 * pay.
 */
#ifndef CERTARY_CODEC_PBE_H
#define CERTARY_CODEC_PBE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "codec/span.h"

struct pbe {
	const struct pbe_scheme *scheme; /* NULL: PBES2 */
	const struct pbe_cipher *cipher;
	const struct pbe_hash *hash;
	struct span salt, iv;
	uint64_t rounds;
};

/* Reads the content of an AlgorithmIdentifier; the error says what is unknown or absurd in it. */
bool pbe_parse(struct span algorithm, struct pbe *out, struct error *err);

/*
 * Append the plain text to out, which the caller wipes.  False where the password doesn't open it.
 * A NULL password differs from "" in the older schemes.
 */
bool pbe_decrypt(const struct pbe *pbe, const char *password, struct span data, struct buf *out);

/* Append plain encrypted, padding included. */
bool pbe_encrypt(const struct pbe *pbe, const char *password, struct span plain, struct buf *out);

/* What the parts of a file demand; each of them below 2^31, so that the sum can't overflow. */
struct pbe_cost {
	uint64_t rounds, most; /* of all derivations together, and of one */
};

void pbe_cost_add(struct pbe_cost *cost, uint64_t rounds);

/* Below the limit, or 0: no limit?  The error has the number, as a clause about the file. */
bool pbe_cost_fits(const struct pbe_cost *cost, uint64_t limit, struct error *err);

/* MacData: what it demands, and whether a password meets it. */
struct pbe_mac {
	const struct pbe_hash *hash;
	struct span salt, digest;
	uint64_t rounds;
};

bool pbe_mac_parse(struct span data, struct pbe_mac *out, struct error *err);
struct pkcs12_seal;
void pbe_mac_seal(const struct pbe_mac *mac, struct pkcs12_seal *out); /* to make another like it */
bool pbe_mac_check(const struct pbe_mac *mac, const char *password, struct span data);

#endif
