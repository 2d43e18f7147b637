/*
 * Identities: what there is, and what can be done with one.
 */
#ifndef CERTARY_APP_IDENTITY_H
#define CERTARY_APP_IDENTITY_H

#include <stdbool.h>
#include <stddef.h>

#include "app/app.h"
#include "base/loop.h"
#include "pki/advice.h"
#include "pki/details.h"
#include "pki/privkey.h"
#include "store/identity.h"

/* All of them, read anew.  Life: `struct identities all = {0}` … identities_done(). */
bool app_identities(struct app *app, struct identities *out, struct error *err);

/* How one stands, for lists: the worst first. */
enum identity_state {
	IDENTITY_NO_KEY,     /* its key's file is gone */
	IDENTITY_EXPIRED,
	IDENTITY_EMPTY,      /* a key alone */
	IDENTITY_PENDING,    /* a request waits for its answer, and there is no certificate */
	IDENTITY_INCOMPLETE, /* its issuer's certificate isn't among those that are sent with it */
	IDENTITY_EXPIRING,
	IDENTITY_VALID,
	IDENTITY_DISCARDED,
	IDENTITY_STATE_COUNT
};

struct identity_row {
	enum identity_state state;
	const char *state_name; /* "pending" … */
	const char *kind;       /* "CA", "self-signed", "request", "key", else its profile's name */
	int64_t days_left;      /* of its certificate */
	bool has_cert, renewing; /* a request waits although there is a certificate */
};
/* all: as read by app_identities(), among which CAs of our own are found; NULL: they are read for it. */
void app_identity_row(const struct app *app, const struct identities *all,
	const struct identity *identity, struct identity_row *out);
const char *identity_state_name(enum identity_state state);

/*
 * Does what is sent with its certificate go up to the root, which may be left out: is the last one
 * self-signed, or signed by a CA that is trusted here, or by one of our own?  It must have one.
 */
bool app_identity_is_complete(const struct app *app, const struct identities *all,
	const struct identity *identity);

/*
 * Everything about one, in words: key, certificates and what is sent with them, requests; what is
 * missing, and what to do.  Nothing secret.
 */
void app_identity_details(struct app *app, const struct identity *identity, struct details *out);

/* A request as PEM, ready to paste. */
void app_request_pem(const struct identity_request *request, struct buf *out);

/* Names and notes; the trash and back.  Plans as those of app/edit.h and app/trust.h. */
bool app_plan_identity_name(struct app *app, const struct identity *identity, const char *name,
	struct plan *plan, struct error *err);
bool app_plan_identity_note(struct app *app, const struct identity *identity, const char *note,
	struct plan *plan, struct error *err);
bool app_plan_identity_ticket(struct app *app, const struct identity *identity, const char *ticket,
	struct plan *plan, struct error *err); /* of the request that waits */
bool app_plan_identity_delete(struct app *app, const struct identity *identity, struct plan *plan,
	struct error *err);
bool app_plan_identity_restore(struct app *app, const struct identity *identity,
	struct plan *plan, struct error *err);
bool app_plan_identity_purge(struct app *app, const struct identity *identity, struct plan *plan,
	struct error *err);

/* --- from files -------------------------------------------------------------------------------- */

/* Keys, requests and certificates out of any files, read in a job. */
struct parts;
struct parts_options {
	const char *password; /* NULL: none known */
	bool no_limits;
};

/* Add what a file holds.  ERROR_SECRET where a password is needed or wrong: call it again. */
struct parts *parts_new(void);
bool app_parts_add(struct app *app, struct parts *parts, const char *path,
	const struct parts_options *options, struct error *err);
bool app_parts_add_bytes(struct app *app, struct parts *parts, const char *label,
	const void *bytes, size_t len, const struct parts_options *options, struct error *err);
void parts_free(struct parts *parts); /* wiped */

/* The same beside the loop; the parts must be there until done() or app_parts_cancel(). */
struct parts_job;
typedef void parts_done_fn(void *ctx, bool ok, const struct error *err);
struct parts_job *app_parts_start(struct app *app, struct loop *loop, struct parts *parts,
	const char *path, const struct parts_options *options, parts_done_fn *done, void *ctx,
	struct error *err);
struct parts_job *app_parts_start_bytes(struct app *app, struct loop *loop, struct parts *parts,
	const char *label, const void *bytes, size_t len, const struct parts_options *options,
	parts_done_fn *done, void *ctx, struct error *err);
void app_parts_cancel(struct parts_job *job); /* done() is not called */

bool parts_has_key(const struct parts *parts);
bool parts_was_sealed(const struct parts *parts); /* a key of theirs wanted a password */

/*
 * Whether they belong together, what is missing and in which order they are sent, as advice; with an
 * identity, also whether they belong to it: key, request, chain, root trusted here.
 */
void app_parts_check(struct app *app, const struct parts *parts, const struct identity *identity,
	struct advice *out);

/*
 * A new identity of each key among them.  passphrase seals the keys; NULL writes them plain, which
 * is for the face to ask for where they were sealed.  name is for the first; NULL: as alias,
 * certificate or file call it.  A key that is an identity already gets the certificates only.
 */
bool app_plan_identity_import(struct app *app, struct parts *parts, const char *name,
	const char *passphrase, struct plan *plan, struct error *err);

/*
 * Seal their keys beside the loop, for the same with this passphrase: it takes a fifth of a second for each
 * key, which app_plan_identity_import() takes itself for those that aren't sealed by then.
 */
struct seal_job;
struct seal_job *app_parts_seal_start(struct loop *loop, struct parts *parts, const char *passphrase,
	parts_done_fn *done, void *ctx, struct error *err);
void app_parts_seal_cancel(struct seal_job *job); /* done() is not called */

/* What the first new identity of theirs is going to be called; NULL: none is new.  The caller frees. */
char *app_identity_proposed(struct app *app, const struct parts *parts);

/* May one be called that?  As typed; "" may: it is called as proposed. */
bool app_identity_name_fits(struct app *app, const char *name, struct error *err);

/*
 * Put certificates (an answer, a renewal, those above them) and requests on an identity.  ERROR_FAILED
 * where none is its own.  What it has already adds no row.
 */
bool app_plan_identity_attach(struct app *app, const struct identity *identity,
	struct parts *parts, struct plan *plan, struct error *err);

/* --- into files -------------------------------------------------------------------------------- */

/*
 * The bytes of a file with its certificate and those that are sent with it, in order, without the
 * root; with_key: with its key, in a format that can hold one, sealed by `password` (NULL: plain,
 * where the format and the operator want that).  passphrase opens the key.
 */
struct identity_export {
	const char *format; /* "pem", "chain", "der", "pkcs7", "pkcs12", "jks" … */
	bool with_key;
	bool plain_key; /* the operator wants the key unsealed */
	const char *password, *passphrase;
};
bool app_identity_export(struct app *app, const struct identity *identity,
	const struct identity_export *wish, struct buf *out, struct error *err);

/* The same beside the loop: keys are opened and files sealed slowly.  done() gets the bytes, or an error. */
struct out_job;
typedef void out_done_fn(void *ctx, struct buf *take, const struct error *err);
struct out_job *app_identity_export_start(struct app *app, struct loop *loop,
	const struct identity *identity, const struct identity_export *wish, out_done_fn *done,
	void *ctx, struct error *err);
void app_identity_export_cancel(struct out_job *job); /* done() is not called */

/* May this be the password of such a file with a key in it? */
bool app_identity_password_fits(const char *format, const char *password, struct error *err);

/* Write it, with mode 0600 where it holds a key, never wider for an instant. */
bool app_identity_save(struct app *app, const char *path, const struct buf *bytes, bool has_key,
	bool replace, struct error *err);

#endif
