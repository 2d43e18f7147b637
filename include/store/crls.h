/*
 * Revocation lists in the store: the last one of each CA.
 *
 *   crls/<id>.pem   `Key: value` lines, then the list (X509 CRL)
 *
 * The id is that of crl_info: SHA-256 over the CA's name and key identifier, so that the list of a CA is
 * found without looking at others.  Lists may have 64 MB: they are read when somebody asks.
 */
#ifndef CERTARY_STORE_CRLS_H
#define CERTARY_STORE_CRLS_H

#include "base/fs.h"
#include "pki/crl.h"
#include "store/identity.h"

/* Headers: Name (of the CA), Added, By, Source. */
struct crl_record {
	struct record record;
	struct crl *crl;
};

/* By its id.  ERROR_NOT_FOUND where there is none.  crl_record_done() it. */
bool store_crl(struct store *store, const struct fingerprint *id, struct crl_record *out,
	struct error *err);
void crl_record_done(struct crl_record *record);

/* What tells whether it is still the same; false where there is none. */
bool store_crl_stamp(const struct store *store, const struct fingerprint *id,
	struct fs_stamp *out);

/* All of them by name; those that are damaged are left out.  Life: `struct crl_records all = {0}` … */
struct crl_records {
	struct crl_record *items;
	size_t count, cap;
};
bool store_crls(struct store *store, struct crl_records *out, struct error *err);
void crl_records_done(struct crl_records *records);

/* was: the one that it replaces, or NULL. */
void plan_crl_put(struct plan *plan, const struct headers *headers, const struct crl *crl,
	const struct crl_record *was);
void plan_crl_remove(struct plan *plan, const struct crl_record *record);

/* Has a CA of this store revoked this certificate that it had issued? */
bool store_revoked(const struct store *store, const struct fingerprint *cert,
	struct revocation *out);

#endif
