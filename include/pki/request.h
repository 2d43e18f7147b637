/*
 * Certificate requests (PKCS#10, RFC 2986): made from a wish, and read before somebody signs.
 *
 * Life: request_read() … request_free().  A request is what a stranger wants: nothing of it is
 * believed but that its sender holds the key, and that only where `signed_by_key` is true.
 */
#ifndef CERTARY_PKI_REQUEST_H
#define CERTARY_PKI_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "pki/details.h"
#include "pki/privkey.h"
#include "pki/subject.h"

struct request;

struct request_info {
	const char *subject; /* RFC 4514; "" where it is empty; safe text, as the next */
	const char *cn;      /* or NULL */
	const char *key_algorithm;
	unsigned key_bits;
	uint64_t exponent; /* of RSA; 0 where there is none or it is larger */
	const char *signature;
	uint8_t spki[FINGERPRINT_SIZE];
	bool signed_by_key; /* the signature is good: whoever made it had the key */
	bool asks_ca;
	bool asks_unseen; /* extensions beyond names, usage and purposes, which are never taken */
	const struct sans *sans; /* the requested names that can be issued */
	size_t other_sans;       /* how many can't; request_details() shows them */
};

/* PEM or DER. */
bool request_read(const void *bytes, size_t len, struct request **out, struct error *err);
void request_free(struct request *request);

const struct request_info *request_info(const struct request *request);
const uint8_t *request_der(const struct request *request, size_t *len);

/* Subject, key, every requested extension and attribute, signature: in words. */
void request_details(const struct request *request, struct details *out);

/* The same public key. */
bool request_is_of(const struct request *request, const struct privkey *key);
bool request_is_for(const struct request *request, const struct cert_info *info);

/* The wish behind it, for another one.  `out` was empty. */
void request_subject(const struct request *request, struct subject *out, struct advice *advice);

/*
 * Append a request as DER.  The subject is checked first; profile may be NULL: then no usage and no
 * purposes are asked for.
 */
bool request_make(const struct subject *subject, const struct privkey *key,
	const struct profile *profile, struct buf *der, struct error *err);

#endif
