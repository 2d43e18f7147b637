/*
 * Private keys: made, read, written, compared.
 *
 * Life: privkey_generate() or privkey_read() … privkey_free(), which overwrites the key.  Nothing
 * here shows a key's secret parts: what lists and dialogs need is privkey_info().  A passphrase is
 * borrowed for the call and never kept; bytes that hold a key go into a struct buf, which the
 * caller gives back by buf_wipe().
 *
 * Making an RSA key takes seconds: callers do it in a job.
 */
#ifndef CERTARY_PKI_PRIVKEY_H
#define CERTARY_PKI_PRIVKEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "pki/advice.h"
#include "pki/cert.h"

struct privkey;

/* --- kinds: a row each in src/pki/privkey-kind.c ------------------------------------------ */

/* What policies look at, also before there is a key. */
struct key_size {
	const char *algorithm; /* "RSA", "EC", "Ed25519", as in struct cert_info; static */
	unsigned bits;
};

struct privkey_kind {
	const char *name; /* "ec256", as the command line says it */
	const char *label, *help;
	struct key_size size;
	unsigned expected_ms; /* to make one on an ordinary server; RSA varies by a factor of three
			       */
};

/* Best choice first; ends with NULL.  By name: NULL where there is none. */
const struct privkey_kind *privkey_kind_at(size_t i);
const struct privkey_kind *privkey_kind(const char *name);

struct privkey *privkey_generate(const struct privkey_kind *kind);

/* --- what may be known of a key ----------------------------------------------------------- */

struct privkey_info {
	const char *algorithm; /* as in struct cert_info; static */
	unsigned bits;
	const char *curve;                 /* "P-256 (secp256r1)", or NULL; static */
	uint8_t spki[FINGERPRINT_SIZE];    /* SHA-256 of the SubjectPublicKeyInfo: what links a key,
					      its requests and its certificates */
	char id[2 * FINGERPRINT_SIZE + 1]; /* the same in hexadecimal */
};

const struct privkey_info *privkey_info(const struct privkey *key);

/* "RSA, 2048 bits", "EC, P-256 (secp256r1)"; the caller frees. */
char *privkey_words(const struct privkey *key);

/* What speaks against using it for new certificates: too small, a small exponent. */
void privkey_check(const struct privkey *key, struct advice *out);

/* The same public key, whatever else stands in the certificate. */
bool privkey_matches(const struct privkey *key, const struct cert_info *info);

/* --- bytes -------------------------------------------------------------------------------- */

#define PRIVKEY_ROUNDS 10000000 /* of key derivation, unless settings or operator say otherwise */

/*
 * Reads PKCS#8 (plain, or encrypted by PBES2 or what came before it), PKCS#1, SEC1 and the
 * encrypted PEM of old; PEM or DER.  Of a file with more in it than one key, the first private key
 * counts.
 *
 * ERROR_SECRET: it is encrypted and the passphrase is NULL, or not the right one.  ERROR_FAILED: no
 * key, a damaged one, or one encrypted in a way that isn't read (scrypt, OpenSSH): the error names
 * it; or one that demands `rounds` rounds or more (0: no limit), which would stall.
 */
bool privkey_read(const void *bytes, size_t len, const char *passphrase, uint64_t rounds,
	struct privkey **out, struct error *err);

/* Is there a private key in these bytes, and one that wants a passphrase?  Opens nothing. */
enum privkey_seal {
	PRIVKEY_NONE,
	PRIVKEY_PLAIN,
	PRIVKEY_SEALED,
};
enum privkey_seal privkey_seal(const void *bytes, size_t len);

/* Append PKCS#8 as PEM: PBES2 with AES-256 and PBKDF2; an empty passphrase is refused. */
bool privkey_write_sealed(
	const struct privkey *key, const char *passphrase, struct buf *out, struct error *err);

/* Append PKCS#8 as PEM that whoever reads the file can use. */
bool privkey_write_plain(const struct privkey *key, struct buf *out, struct error *err);

/* The same as DER, for containers that encrypt it themselves and for TLS. */
bool privkey_write_der(const struct privkey *key, struct buf *out, struct error *err);

void privkey_free(struct privkey *key);

#endif
