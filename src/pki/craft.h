/* What making keys, requests, certificates and revocation lists have in common. */
#ifndef CERTARY_SRC_PKI_CRAFT_H
#define CERTARY_SRC_PKI_CRAFT_H

#include <stdbool.h>
#include <stdint.h>

#include <gnutls/abstract.h>
#include <gnutls/x509.h>

#include "base/buf.h"
#include "base/error.h"
#include "pki/algorithm.h"
#include "pki/cert.h"
#include "pki/der.h"
#include "pki/issue.h"
#include "pki/privkey.h"

struct privkey {
	gnutls_x509_privkey_t key;
	struct privkey_info info;
	uint64_t exponent; /* of RSA; 0 where there is none or it is larger */
};

/* Fills the record of a key that has just been made or read. */
struct privkey *privkey_take(gnutls_x509_privkey_t key, struct error *err);

/* The bytes as GnuTLS wants them; it doesn't write there. */
gnutls_datum_t craft_datum(const void *bytes, size_t len);

/* True for success; else "refusal: why".  The refusal, "GnuTLS refuses to …", is translated here. */
bool craft_did(int code, const char *refusal, struct error *err);

/* Memory that GnuTLS wanted and didn't get ends the program, as any. */
void craft_must(int code);

/* Append what GnuTLS gave, and give that back, overwritten. */
void craft_move(gnutls_datum_t *from, struct buf *out);

/* With which hash this key signs. */
gnutls_digest_algorithm_t craft_digest(const struct privkey *key);

/* --- craft-extension.c: what is written into a certificate or a request, whichever is there  */

struct craft {
	gnutls_x509_crt_t crt;
	gnutls_x509_crq_t crq;
};

bool craft_subject(const struct craft *craft, const struct subject *subject, struct error *err);

/* Nothing where there are none; critical where nothing else names it (RFC 5280, 4.2.1.6). */
bool craft_sans(
	const struct craft *craft, const struct sans *sans, bool critical, struct error *err);

/* Constraints, usage and purposes by the profile; path_len is of a CA. */
bool craft_profile(const struct craft *craft, const struct profile *profile, int path_len,
	const char *algorithm, struct error *err);

/* Those of terms; none where there are no lists. */
bool craft_constraints(const struct craft *craft, const struct terms *terms, struct error *err);

/* "example.com", "IP:10.0.0.0/8" as GnuTLS wants it; false and the error where it is none. */
bool craft_constraint_parse(
	const char *text, enum san_kind *kind, struct buf *value, struct error *err);

unsigned profile_usage(const struct profile *profile, const char *algorithm);
const char *const *profile_purposes(const struct profile *profile); /* ends with NULL */

/* --- craft.c ------------------------------------------------------------------------------ */

/* The certificate as GnuTLS's; the caller gives it back. */
gnutls_x509_crt_t craft_crt(const struct cert *cert);

/* What speaks against a key, be it in a request or private. */
void craft_check_key(const char *algorithm, unsigned bits, uint64_t exponent,
	struct advice *out);

/* The number of RSA's exponent; 0 where there is none or it doesn't fit. */
uint64_t craft_exponent(const struct key_facts *facts);

#endif
