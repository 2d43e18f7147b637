/*
 * A certificate (RFC 5280), parsed.
 *
 * Life: cert_parse() … cert_free().  cert_info() borrows a record of what lists, searches and rules
 * need; its texts are safe text (base/text.h).  What is shown in full comes from pki/details.h.
 * GnuTLS does the parsing and stays behind this header.
 */
#ifndef CERTARY_PKI_CERT_H
#define CERTARY_PKI_CERT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "pki/fingerprint.h"

struct cert;

/*
 * All its texts are borrowed: they stand in one piece of memory, be it the record's own (behind the
 * record itself, see cert_info_copy()) or somebody else's.
 */
struct cert_info {
	struct fingerprint sha256;
	uint8_t sha1[SHA1_SIZE];
	uint8_t spki[FINGERPRINT_SIZE]; /* SHA-256 of the SubjectPublicKeyInfo (RFC 7469) */
	const char *subject, *issuer;   /* RFC 4514; "" where the name is empty */
	const char *cn, *org, *unit;    /* first CN, O and OU of the subject; NULL where there is none */
	const char *serial;             /* lower-case hexadecimal digits; "-01" where it is negative */
	int64_t not_before, not_after;  /* seconds since 1970; both inclusive */
	int version;                    /* 1, 2 or 3 */
	bool ca;                        /* basicConstraints say CA */
	int path_len;                   /* -1: no limit */
	bool self_signed; /* subject equals issuer, and so do the key identifiers; a CA may leave out
			     the issuer's; otherwise its own key verifies it */
	const char *sans; /* "DNS:a.example", "IP:192.0.2.1", "email:…", "URI:…", …: each behind the NUL
			     of the one before; NULL where there is none; for cert_info_san() */
	size_t san_count, sans_len; /* how many; bytes that they take, with the last NUL */
	const char *key_algorithm; /* "RSA", "EC", "Ed25519", "ML-DSA-65", …, "unknown"; static */
	unsigned key_bits;         /* 0 where the algorithm has no such figure */
	const char *signature;     /* "RSA-SHA256", …; the identifier where it is unknown */
	const char *key_id;        /* subjectKeyIdentifier, hexadecimal, or NULL */
	const char *issuer_key_id;
};

/* The bytes are copied.  The error says what GnuTLS had against it, in words. */
bool cert_parse(const void *der, size_t len, struct cert **out, struct error *err);
void cert_free(struct cert *cert);

const struct cert_info *cert_info(const struct cert *cert);
const uint8_t *cert_der(const struct cert *cert, size_t *len);

/* A record that outlives the certificate: one block of memory with its texts in it. */
struct cert_info *cert_info_copy(const struct cert_info *info);
void cert_info_free(struct cert_info *info);

/*
 * The alternative name behind `previous`, the first for NULL; NULL at the end:
 * `for (const char *san = NULL; (san = cert_info_san(info, san));)`.
 */
const char *cert_info_san(const struct cert_info *info, const char *previous);

/*
 * As names and key identifiers tell, which can be copied: whether that is the one that signed it.  Another
 * one: what signed itself isn't issued by itself.
 */
bool cert_info_issued_by(const struct cert_info *info, const struct cert_info *issuer);

/* Days until it ends (negative when over), and the share of its life that is left, 0 to 100. */
int64_t cert_days_left(const struct cert_info *info, int64_t now);
int cert_percent_left(const struct cert_info *info, int64_t now);

/* Where it says that its issuer's certificate can be fetched (RFC 5280, 4.2.2.1): the first URI, safe
 * text, the caller frees; NULL where it says nothing. */
char *cert_issuer_url(const struct cert *cert);

/* A distinguished name's DER (of an acceptable CA, for one) as cert_info has names; NULL where it is
 * none.  The caller frees. */
char *cert_name(const void *der, size_t len);

/* A name that people recognise, from CN, SAN, O, OU or the fingerprint: safe text, the caller frees. */
char *cert_proposed_name(const struct cert_info *info);

#endif
