/*
 * Revocation lists (RFC 5280, section 5): made by a CA, and read.
 *
 * Reasons aren't written: GnuTLS has no way to, and few clients look at them.
 */
#ifndef CERTARY_PKI_CRL_H
#define CERTARY_PKI_CRL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "pki/issue.h"

struct revoked {
	const char *serial; /* hexadecimal digits, as in struct cert_info */
	int64_t when;
};

struct crl_terms {
	uint64_t number; /* larger than that of the list before */
	int64_t now, next;
};

/*
 * Append the list as DER.  The same serial twice is refused.  GnuTLS takes a time that grows with
 * the square of the count: 4000 rows a fifth of a second, 16 000 four.
 */
bool crl_make(const struct authority *ca, const struct revoked *revoked, size_t count,
	const struct crl_terms *terms, struct buf *der, struct error *err);

/* --- reading -------------------------------------------------------------------------------------
 *
 * A list is walked as it lies there and never unfolded: looking for a serial in one of 100 000 takes a
 * millisecond, and a list takes the memory of its bytes.  What is asked of it is answered by the letter
 * of RFC 5280; kinds of lists that certary doesn't work with say so themselves.
 */

#define CRL_MOST (64u << 20) /* bytes of a list */

struct crl;

struct crl_info {
	const char *issuer;   /* RFC 4514; safe text */
	const char *number;   /* hexadecimal digits, or NULL */
	const char *key_id;   /* the issuer's, or NULL */
	struct fingerprint id; /* of its issuer: SHA-256 over name and key identifier */
	int64_t now, next;    /* next: 0 where it doesn't say */
	size_t count;         /* rows */
	const char *unfit;    /* why it can't say that a certificate is good: "it is a delta list"; NULL:
				 it can, within the two limits below; static */
	bool only_leaves, only_cas;
	bool indirect; /* its rows may be about certificates of other CAs: they count for nothing */
};

/*
 * Until when it, or an answer (pki/ocsp.h), tells of today.  One that doesn't say counts so many days: for
 * ever, an old one could be shown again for ever.
 */
#define CRL_UNSAID_DAYS 7
int64_t crl_end(int64_t now, int64_t next);

/* A row. */
struct revocation {
	int64_t when;
	int reason;        /* as in RFC 5280, 5.3.1; 0 where none is given */
	const char *words; /* "its key was compromised"; NULL where none is given; static */
	bool hold;         /* suspended, not withdrawn for good */
	bool removed;      /* no longer on the list, as a delta list says */
};

/* DER, or PEM with one list.  The bytes are copied. */
bool crl_read(const void *bytes, size_t len, struct crl **out, struct error *err);
void crl_free(struct crl *crl);

const struct crl_info *crl_info(const struct crl *crl);
const uint8_t *crl_der(const struct crl *crl, size_t *len);

/* Which of two lists of one issuer is newer, by number, then by date: < 0 the first is older. */
int crl_compare(const struct crl *a, const struct crl *b);

/* The id that the list of this CA has: with its key identifier, or, for lists without one, without. */
bool crl_id_of(const struct cert *ca, bool with_key, struct fingerprint *out);

/* Is it this CA's list: name, signature, and the right to sign lists?  The last answer is kept. */
enum crl_by {
	CRL_BY,
	CRL_BY_ANOTHER,       /* another name */
	CRL_BAD_SIGNATURE,    /* the name, but not the key */
	CRL_MAY_NOT_SIGN,     /* the CA's key usage doesn't include revocation lists */
};
enum crl_by crl_by(struct crl *crl, const struct cert *ca);
bool crl_is_by(struct crl *crl, const struct cert *ca);

/* The row of this serial number, as cert_info has them; or of this certificate. */
bool crl_find(const struct crl *crl, const char *serial, struct revocation *out);
bool crl_lists(const struct crl *crl, const struct cert *cert, struct revocation *out);

/*
 * Does it have to list this certificate if that was revoked?  Its kind must fit, and where the list
 * is that of one distribution point the certificate must name that.
 */
bool crl_covers(const struct crl *crl, const struct cert *cert);

/* All rows: `struct crl_row row = {0}; while (crl_next(crl, &row))`. */
struct crl_row {
	char serial[130]; /* hexadecimal digits; longer ones are cut */
	struct revocation revocation;
	size_t at; /* private */
};
bool crl_next(const struct crl *crl, struct crl_row *row);

/*
 * Where a certificate says that the list of its issuer can be fetched (RFC 5280, 4.2.1.13): URL number n,
 * raw bytes, which the caller frees; NULL behind the last.
 */
char *cert_crl_url(const struct cert *cert, size_t n);

#endif
