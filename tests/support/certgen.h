/*
 * Certificates made on the spot, as odd as a test wants them.
 *
 *	struct certgen wish = { .cn = "a.example", .sans = (const char *const[]){ "DNS:a.example",
 *NULL } }; struct generated *made = certgen(&wish); … generated_der(made, &len) …
 *	generated_free(made);
 *
 * Keys are on P-256 unless asked for, fresh each time.  Without wishes a certificate is of version
 *3, valid in 2025 (CERTGEN_FROM to CERTGEN_TO), self-signed, serial 1, with no extension at all.
 */
#ifndef CERTARY_TESTS_CERTGEN_H
#define CERTARY_TESTS_CERTGEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pki/cert.h"

#define CERTGEN_FROM "2025-01-01T00:00:00Z"
#define CERTGEN_TO   "2025-12-31T23:59:59Z"

enum certgen_key {
	CERTGEN_P256,
	CERTGEN_P384,
	CERTGEN_ED25519,
	CERTGEN_RSA1024, /* slow: tens of milliseconds */
	CERTGEN_RSA2048, /* slower */
	CERTGEN_RSA2050, /* of a size that isn't one of bytes */
	CERTGEN_P192,
};

/* An extension by its bytes; a literal: CERTGEN_EXT("2.5.29.17", true, "\x30\x00"). */
struct certgen_ext {
	const char *oid;
	bool critical;
	const char *der;
	size_t len;
};

#define CERTGEN_EXT(oid, critical, literal)                                                        \
	{                                                                                          \
		(oid), (critical), (literal), sizeof(literal) - 1                                  \
	}

struct generated;

struct certgen {
	const char *cn, *org, *unit, *country; /* NULL: not there; "": there and empty */
	size_t cn_len;                         /* 0: up to the NUL */
	const char *const *sans; /* "DNS:", "IP:" (text), "email:", "URI:"; ends with NULL */
	const char *from, *to;   /* ISO times */
	const char *serial;      /* octets */
	size_t serial_len;       /* 0: up to the NUL */
	int version;             /* 0: 3 */
	enum certgen_key key;
	bool sha1;    /* sign with SHA-1 */
	bool ca;      /* with basicConstraints and key usage */
	bool limited; /* a CA with path length path_len */
	unsigned path_len;
	unsigned usage; /* a CA's key usage, as GnuTLS counts it; 0: certificates and CRLs */
	const char *const *permitted,
		*const *excluded;       /* name constraints: as sans; "IP:10.0.0.0/8" */
	bool key_ids;                   /* with subject and authority key identifiers */
	bool no_own_id, no_issuer_id;   /* but without one of them */
	const char *const *purposes;    /* identifiers; ends with NULL */
	const struct certgen_ext *exts; /* they replace what the wishes above made */
	size_t ext_count;
	const char *patch, *by; /* the first run of these bytes in the finished DER, replaced */
	size_t patch_len;       /* as many by as many; the signature suffers … */
	bool patch_signed;      /* … unless it is made anew */
	const struct generated *issuer; /* NULL: self-signed */
	const struct generated *key_of; /* take the key of another one: a renewed certificate */
};

/* A wish that GnuTLS refuses fails the test. */
struct generated *certgen(const struct certgen *wish);
void generated_free(struct generated *made);
const uint8_t *generated_der(const struct generated *made, size_t *len);

/* For tests that look at one certificate: made, parsed, and its making forgotten. */
struct cert *certgen_cert(const struct certgen *wish);

int64_t certgen_time(const char *iso);

#endif
