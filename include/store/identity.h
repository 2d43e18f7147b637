/*
 * Identities: a private key with its requests and certificates.
 *
 *   keys/<id>.pem         the key: PKCS#8, sealed with a passphrase or not
 *   identities/<id>.pem   `Key: value` lines, then the certificates: each of its own, and behind it
 *                         those that are sent with it, the issuer first; the current one on top
 *   requests/<sha256>.pem `Key: value` lines, then a request
 *   issued/<sha256>.pem   the same, then a certificate that a CA of this store has signed
 *   discarded/            what was deleted: the same names, with .key, .identity or .request behind
 *
 * The id is the SHA-256 of the public key (SubjectPublicKeyInfo): it links all of them.  Only keys/
 * and discarded/ hold secrets, so that whoever may not read these still sees what identities there are.  These
 * are few; they are read when somebody looks.  All texts but file names are safe text.
 */
#ifndef CERTARY_STORE_IDENTITY_H
#define CERTARY_STORE_IDENTITY_H

#include <stdbool.h>
#include <stddef.h>

#include "pki/cert.h"
#include "pki/request.h"
#include "store/folder.h"
#include "store/plan.h"
#include "store/store.h"

/*
 * Headers of an identity: Name, Key ("EC, P-256 (secp256r1)"), Sealed ("yes" or "no"), Profile, Note,
 * Added, By, Source.  Of a request: Added, By, Ticket, Note, Answered (SHA-256 of the certificate that
 * came).  Of an issued certificate: Name, Ca (an id), Profile, Added, By, Revoked, Why.
 */
struct record {
	int folder;
	char *file;
	char base[FINGERPRINT_HEX]; /* SHA-256 of the file as it was read */
	struct headers headers;
};

struct identity_request {
	struct record record;
	struct fingerprint sha256;
	struct request *request;
};

struct identity {
	struct record record;
	struct fingerprint id;
	bool has_key; /* also where nobody but root can tell */
	struct cert **certs;
	size_t cert_count, cert_cap;
	struct identity_request *requests; /* the newest first */
	size_t request_count, request_cap;
};

/* Life: `struct identities all = {0}`; store_identities() … identities_done(). */
struct identities {
	struct identity *items; /* by name, those that were discarded behind all others */
	size_t count, cap;
	size_t live; /* how many of them aren't discarded */
};
bool store_identities(struct store *store, struct identities *out, struct error *err);

/* The same in no order, without what was discarded, and of each only its id and headers: for those who
 * look for a name or a key.  What is behind the headers may be damaged: nobody looks. */
bool store_identity_names(struct store *store, struct identities *out, struct error *err);
void identities_done(struct identities *identities);

/* By name, or by six or more digits of the id.  ERROR_NOT_FOUND for none or several. */
bool identities_find(const struct identities *all, const char *text, bool discarded,
	const struct identity **out, struct error *err);
const struct identity *identities_of_key(const struct identities *all, const uint8_t *spki);

const char *identity_text(const struct identity *identity, const char *key); /* "" where absent */
const char *identity_name(const struct identity *identity);
bool identity_is_sealed(const struct identity *identity);

/* Its current certificate, NULL where there is none yet. */
const struct cert *identity_cert(const struct identity *identity);

/*
 * The certificates of its own, the current one first: `for (size_t at = 0, n; (cert =
 * identity_own(identity, &at, &n));)`; the n certificates behind certs[at - n - 1] are its chain.
 */
const struct cert *identity_own(const struct identity *identity, size_t *at, size_t *chain);

/* A request that nobody has answered; NULL: none. */
const struct identity_request *identity_pending(const struct identity *identity);
bool identity_is_ca(const struct identity *identity);

/* The bytes of its key's file, for privkey_read(); buf_wipe() them. */
bool store_read_key(const struct store *store, const struct identity *identity, struct buf *out,
	struct error *err);

/* --- drafts: an identity in memory, made or changed, for a plan -------------------------------- */

void identity_init(struct identity *identity, const struct fingerprint *id);
void identity_copy(const struct identity *from, struct identity *to); /* without its requests */
void identity_done(struct identity *identity);

/* Put a certificate of its own on top, with those that are sent with it.  The bytes are copied. */
bool identity_put(struct identity *identity, const struct cert *const *certs, size_t count,
	struct error *err);

/* --- plans ------------------------------------------------------------------------------------- */

/*
 * A new one; key holds the key's file, or is NULL where the key is elsewhere.  Refused when it is carried
 * out where the same key is in the trash: it comes back from there.
 */
void plan_identity_create(struct plan *plan, const struct identity *identity, const struct buf *key,
	const char *now);
void plan_identity_edit(struct plan *plan, const struct identity *was, const struct identity *now,
	const char *was_words, const char *now_words);
/* All its files: into the trash, back, and gone for good. */
void plan_identity_discard(struct plan *plan, const struct identity *identity);
void plan_identity_restore(struct plan *plan, const struct identity *identity);
void plan_identity_purge(struct plan *plan, const struct identity *identity);

void plan_request_create(struct plan *plan, const struct identity *identity,
	const struct headers *headers, const void *der, size_t len);
void plan_request_edit(struct plan *plan, const struct identity *identity,
	const struct identity_request *request, const struct headers *headers, const char *was,
	const char *now);

/* --- what a CA has issued ---------------------------------------------------------------------- */

struct issued {
	struct record record;
	struct cert *cert;
};

struct issued_list {
	struct issued *items; /* the newest first */
	size_t count, cap;
};

/* Those of one CA, by its id.  Life: `struct issued_list list = {0}` … issued_done(). */
bool store_issued(struct store *store, const struct fingerprint *ca, struct issued_list *out,
	struct error *err);
void issued_done(struct issued_list *list);

void plan_issued_create(struct plan *plan, const struct headers *headers, const struct cert *cert);
void plan_issued_edit(struct plan *plan, const struct issued *issued, const struct headers *headers,
	const char *was, const char *now);

#endif
