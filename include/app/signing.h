/*
 * Being the company's CA: review a request, sign it, keep a list, revoke, publish the list.
 *
 * Nothing of a request is taken over unseen: subject and key are its own, the names are those that
 * the operator left in, usage and purposes come from the profile.
 */
#ifndef CERTARY_APP_SIGNING_H
#define CERTARY_APP_SIGNING_H

#include <stdbool.h>
#include <stddef.h>

#include "app/app.h"
#include "app/making.h"
#include "pki/advice.h"
#include "pki/details.h"
#include "pki/request.h"
#include "store/identity.h"

struct signing {
	const struct identity *ca;
	struct request *request;
	struct sans sans; /* the names that it is going to have: first those that are asked for */
	const struct profile *profile;
	unsigned days; /* 0 before it is read: as is usual for the profile */
	const char *crl_url, *issuer_url; /* NULL: not said */
};

/* Read a request from a file and begin.  signing_done() frees the request and the names. */
bool app_signing_read(struct app *app, const char *path, struct signing *out, struct error *err);
bool app_signing_bytes(struct app *app, const char *label, const void *bytes, size_t len,
	struct signing *out, struct error *err);
void signing_done(struct signing *signing);

/* What it asks for, in words; what speaks against it. */
void app_signing_details(const struct signing *signing, struct details *out);
void app_signing_check(struct app *app, const struct signing *signing, const struct new_key *key,
	struct advice *out);

/* Sign, and plan its place in the list.  pem gets the certificate and the CAs below the root. */
bool app_plan_sign(struct app *app, const struct signing *signing, const struct new_key *key,
	struct plan *plan, struct buf *pem, struct error *err);

bool app_issued(struct app *app, const struct identity *ca, struct issued_list *out,
	struct error *err);

/* One of the list by name, serial number or the beginning of its fingerprint. */
bool app_issued_find(const struct issued_list *list, const char *text, const struct issued **out,
	struct error *err);
bool app_plan_revoke(struct app *app, const struct issued *issued, const char *why,
	struct plan *plan, struct error *err);

/* The list of what was revoked, signed, as PEM. */
bool app_crl(struct app *app, const struct identity *ca, const struct new_key *key, unsigned days,
	struct buf *pem, struct error *err);

#endif
