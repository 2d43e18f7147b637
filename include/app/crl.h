/*
 * Revocation lists (CRLs): kept in the store, one of each CA, and looked for where certificates say
 * that they are.
 *
 * A list is foreign bytes until somebody has signed it: one that replaces another, and one that was
 * fetched, must have been signed by its CA, whose certificate must be at hand; one that replaces another,
 * by the CA that signed that.  Nothing is fetched but
 * by app_crl_fetch(), which a face calls when it was told to.
 */
#ifndef CERTARY_APP_CRL_H
#define CERTARY_APP_CRL_H

#include "app/app.h"
#include "base/arena.h"
#include "base/set.h"
#include "pki/crl.h"
#include "store/crls.h"

/* ERROR_NOT_FOUND where there is no store.  crl_records_done() it. */
bool app_crls(struct app *app, struct crl_records *out, struct error *err);

/* By its CA's name, a part of that nobody else has, or six or more digits of its id. */
bool app_crl_find(const struct crl_records *all, const char *text, const struct crl_record **out,
	struct error *err);
bool app_plan_crl_remove(struct app *app, const struct crl_record *record, struct plan *plan,
	struct error *err);

/* Is it of today?  "current", "outdated" or "not yet"; static. */
const char *crl_state(const struct crl *crl, int64_t now);

struct crl_offer {
	const struct crl *crl;
	const char *source;                 /* safe text: where it is from */
	const struct cert *const *issuers;  /* at hand besides those of the store */
	size_t issuer_count;
	bool fetched; /* by a program: it must have been signed by a CA at hand */
};

/*
 * Keep this list, instead of an older one of its CA.  False and a clause where it is older than the one
 * at hand, or wasn't signed by its CA.  Without a row in the plan it is known already; note gets a clause
 * where something is to be said.
 */
bool app_plan_crl(struct app *app, const struct crl_offer *offer, struct plan *plan, struct buf *note,
	struct error *err);

/* --- fetching ---------------------------------------------------------------------------------- */

/* What is to be fetched, and what came of it.  All texts are safe. */
struct crl_wish {
	char *url;            /* raw, as the certificate has it */
	const char *shown;    /* the same, safe */
	const char *name;     /* of the certificate that names it */
	struct cert *issuer;  /* whose list it must be */
	struct crl *crl;      /* what came; NULL: nothing, and why */
	char *why;
	bool refused;         /* it came, and isn't kept */
};

struct crl_fetch {
	struct crl_wish *items;
	size_t count, cap;
	size_t unnamed; /* certificates that name no list */
	bool unasked;   /* nobody sees where it goes: redirections don't lead to this machine */
	struct arena texts;
	struct set urls; /* each with its issuer: another one's wish for the same place takes nothing away */
};

/*
 * The lists that the chain of a certificate or an endpoint names, and those of all: every endpoint's last
 * chain and every trusted certificate.  needed: those only that are missing or outdated, of endpoints whose
 * chain is trusted; for what happens unasked, since anybody can present a chain that names any place.
 * Life: `struct crl_fetch f = {0}` app_crl_wish… app_crl_fetch() app_plan_fetched() crl_fetch_done(&f).
 */
bool app_crl_wish(struct app *app, const char *cert_or_endpoint, struct crl_fetch *out,
	struct error *err);
bool app_crl_wish_all(struct app *app, bool needed, struct crl_fetch *out, struct error *err);

/* Go to the network, in a job.  What can't be had is told in its wish. */
bool app_crl_fetch(struct app *app, struct crl_fetch *fetch, struct error *err);

/* Keep what came and is newer; what is refused is told in its wish. */
bool app_plan_fetched(struct app *app, struct crl_fetch *fetch, struct plan *plan,
	struct error *err);
void crl_fetch_done(struct crl_fetch *fetch);

/* All three for what is missing or outdated, where the setting fetch_crls says so. */
bool app_crl_refresh(struct app *app, struct error *err);

#endif
