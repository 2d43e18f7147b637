/*
 * Fingerprints: how a certificate is known, read aloud and compared.
 *
 * The SHA-256 of the DER is a certificate's identity everywhere in certary.
 */
#ifndef CERTARY_PKI_FINGERPRINT_H
#define CERTARY_PKI_FINGERPRINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FINGERPRINT_SIZE 32
#define FINGERPRINT_HEX  (2 * FINGERPRINT_SIZE + 1)
#define SHA1_SIZE        20

struct fingerprint {
	uint8_t bytes[FINGERPRINT_SIZE];
};

void fingerprint_of(const void *der, size_t len, struct fingerprint *out); /* SHA-256 */
void fingerprint_sha1(const void *der, size_t len, uint8_t out[SHA1_SIZE]);

int fingerprint_compare(const struct fingerprint *a, const struct fingerprint *b);

/* 64 lower-case digits. Returns out. */
char *fingerprint_hex(const struct fingerprint *f, char out[FINGERPRINT_HEX]);

/* Reads exactly 64 lower- or upper-case digits. */
bool fingerprint_parse(const char *hex, struct fingerprint *out);

/*
 * Any notation that people and tools use, to lower-case digits: colons, blanks, dashes, upper case,
 * "SHA256:", "sha256 Fingerprint=", "SHA-1 ".  False where something else stands in it, or where
 * there are no digits or more than fit.
 */
bool fingerprint_digits(const char *text, char *out, size_t size);

/* Digits in groups of four; a newline behind every eighth group but the last; the caller frees. */
char *fingerprint_groups(const uint8_t *bytes, size_t len);

/* What comes of comparing a certificate with digits that somebody reads out. */
struct fingerprint_match {
	bool match;
	const char *algorithm; /* "SHA-256" or "SHA-1", told from the number of digits */
	unsigned group;        /* the first group of four that differs, counted from 1 */
	char ours[5], theirs[5];
};

/* False where text is neither a SHA-256 (64 digits) nor a SHA-1 (40 digits) in any notation. */
bool fingerprint_match(const struct fingerprint *sha256, const uint8_t sha1[SHA1_SIZE],
	const char *text, struct fingerprint_match *out);

#endif
