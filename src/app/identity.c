#include "app/identity.h"

#include <stdlib.h>
#include <string.h>

#include "app/internal.h"
#include "app/written.h"
#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "codec/pem.h"

bool app_identities(struct app *app, struct identities *out, struct error *err)
{
	return app_open_store(app, APP_STORE_IMAGINED, err) &&
	       store_identities(app_store(app), out, err);
}

/* --- how one stands ------------------------------------------------------------------------ */

static const char *const state_words[IDENTITY_STATE_COUNT] = {
	[IDENTITY_NO_KEY] = N_("no key"),
	[IDENTITY_EXPIRED] = N_("expired"),
	[IDENTITY_EMPTY] = N_("key only"),
	[IDENTITY_PENDING] = N_("pending"),
	[IDENTITY_INCOMPLETE] = N_("incomplete"),
	[IDENTITY_EXPIRING] = N_("expiring"),
	[IDENTITY_VALID] = N_("valid"),
	[IDENTITY_DISCARDED] = N_("trash"),
};

const char *identity_state_name(enum identity_state state)
{
	return state_words[state];
}

static bool has_issuer(const struct identities *all, const struct cert_info *issued)
{
	for (size_t i = 0; i < all->live; i++) {
		const struct cert *ca = identity_cert(&all->items[i]);
		if (identity_is_ca(&all->items[i]) && cert_info(ca)->self_signed &&
			strcmp(cert_info(ca)->subject, issued->issuer) == 0)
			return true;
	}
	return false;
}

/* A CA of our own needn't be trusted here to be known. */
static bool is_own_ca(const struct app *app, const struct identities *all,
	const struct cert_info *issued)
{
	struct identities read = { 0 };
	if (all)
		return has_issuer(all, issued);
	bool found = store_identities(app_store(app), &read, NULL) && has_issuer(&read, issued);
	identities_done(&read);
	return found;
}

bool app_identity_is_complete(const struct app *app, const struct identities *all,
	const struct identity *identity)
{
	size_t at = 0, chain;
	const struct cert *own = identity_own(identity, &at, &chain);
	const struct cert_info *last = cert_info(chain ? identity->certs[at - 1] : own);
	struct entry issuer;
	uint32_t cursor = 0;
	if (last->self_signed)
		return true;
	while (store_next_subject(app_store(app), last->issuer, &cursor, &issuer))
		if (issuer.state == STATE_TRUSTED && issuer.info.ca)
			return true;
	return is_own_ca(app, all, last);
}

static enum identity_state state_of(const struct app *app, const struct identities *all,
	const struct identity *identity)
{
	const struct cert *cert = identity_cert(identity);
	struct query query = app_query(app);
	if (identity->record.folder == FOLDER_DISCARDED)
		return IDENTITY_DISCARDED;
	if (!identity->has_key)
		return IDENTITY_NO_KEY;
	if (!cert)
		return identity_pending(identity) ? IDENTITY_PENDING : IDENTITY_EMPTY;
	if (cert_info(cert)->not_after < app_now())
		return IDENTITY_EXPIRED;
	if (!app_identity_is_complete(app, all, identity))
		return IDENTITY_INCOMPLETE;
	struct entry entry = { .info = *cert_info(cert) };
	bool soon = entry_validity(&entry, app_now(), query.days, query.percent) == VALIDITY_EXPIRING;
	return soon ? IDENTITY_EXPIRING : IDENTITY_VALID;
}

static const char *kind_of(const struct identity *identity)
{
	const struct cert *cert = identity_cert(identity);
	const char *profile = identity_text(identity, "Profile");
	if (identity_is_ca(identity) || strcmp(profile, "ca") == 0)
		return N_("CA");
	if (*profile)
		return profile;
	if (cert && cert_info(cert)->self_signed)
		return N_("self-signed");
	return cert ? N_("certificate") : identity->request_count ? N_("request") : N_("key");
}

void app_identity_row(const struct app *app, const struct identities *all,
	const struct identity *identity, struct identity_row *out)
{
	const struct cert *cert = identity_cert(identity);
	*out = (struct identity_row){ .state = state_of(app, all, identity),
		.kind = kind_of(identity),
		.has_cert = cert != NULL,
		.renewing = cert && identity_pending(identity) };
	out->state_name = state_words[out->state];
	if (cert)
		out->days_left = cert_days_left(cert_info(cert), app_now());
}

void app_request_pem(const struct identity_request *request, struct buf *out)
{
	size_t len;
	const uint8_t *der = request_der(request->request, &len);
	pem_write(out, "CERTIFICATE REQUEST", der, len);
}

/* --- names, notes, tickets ----------------------------------------------------------------- */

static bool is_discarded(const struct identity *identity, const char *verb, struct error *err)
{
	if (identity->record.folder != FOLDER_DISCARDED)
		return false;
	error_set(err, ERROR_FAILED, "%s %s: it is in the trash: restore it first", verb,
		identity_name(identity));
	return true;
}

static void plan_header(const struct identity *identity, const char *key, const char *was,
	const char *now, struct plan *plan)
{
	struct identity changed;
	identity_copy(identity, &changed);
	headers_set(&changed.record.headers, key, now);
	plan_identity_edit(plan, identity, &changed, *was ? was : NULL, *now ? now : NULL);
	plan->rows[plan->count - 1].typed = true;
	identity_done(&changed);
}

static bool name_is_free(struct app *app, const struct identity *identity, const char *name,
	const char *verb, const char *hint, struct error *err)
{
	struct identities all = { 0 };
	bool ok = app_identities(app, &all, err);
	for (size_t i = 0; ok && i < all.live; i++)
		if (strcmp(identity_name(&all.items[i]), name) == 0 &&
			fingerprint_compare(&all.items[i].id, &identity->id) != 0)
			ok = error_set(err, ERROR_FAILED, "%s %s: another identity is called %s (%s)",
				verb, identity_name(identity), name, lang_text(hint));
	identities_done(&all);
	return ok;
}

bool app_plan_identity_name(struct app *app, const struct identity *identity, const char *name,
	struct plan *plan, struct error *err)
{
	char *safe = text_typed(name);
	plan->op = "rename";
	bool ok = !is_discarded(identity, "rename", err);
	if (ok && !*safe)
		ok = error_set(err, ERROR_USAGE, "rename %s: the new name is empty",
			identity_name(identity));
	ok = ok && (name_is_short(safe, err) ||
			   error_wrap(err, "rename %s", identity_name(identity)));
	ok = ok && name_is_free(app, identity, safe, "rename", N_("choose another name"), err);
	if (ok && strcmp(safe, identity_name(identity)) != 0)
		plan_header(identity, "Name", identity_name(identity), safe, plan);
	free(safe);
	return ok;
}

bool app_plan_identity_note(struct app *app, const struct identity *identity, const char *note,
	struct plan *plan, struct error *err)
{
	(void)app;
	char *safe = text_typed(note);
	const char *was = identity_text(identity, "Note");
	plan->op = "note";
	bool ok = !is_discarded(identity, "note", err);
	if (ok && strcmp(safe, was) != 0)
		plan_header(identity, "Note", was, safe, plan);
	free(safe);
	return ok;
}

bool app_plan_identity_ticket(struct app *app, const struct identity *identity, const char *ticket,
	struct plan *plan, struct error *err)
{
	const struct identity_request *request = identity_pending(identity);
	struct headers headers = { 0 };
	(void)app;
	plan->op = "ticket";
	if (is_discarded(identity, "ticket", err))
		return false;
	if (!request)
		return error_set(err, ERROR_FAILED, "ticket %s: no request of it waits for an answer",
			identity_name(identity));
	const char *was = headers_get(&request->record.headers, "Ticket");
	headers_copy(&request->record.headers, &headers);
	written_typed(&headers, "Ticket", ticket);
	const char *now = headers_get(&headers, "Ticket");
	if (strcmp(was ? was : "", now ? now : "") != 0) {
		plan_request_edit(plan, identity, request, &headers, was, now);
		plan->rows[plan->count - 1].typed = true;
	}
	headers_done(&headers);
	return true;
}

/* --- the trash and back -------------------------------------------------------------------- */

bool app_plan_identity_delete(struct app *app, const struct identity *identity, struct plan *plan,
	struct error *err)
{
	(void)app, (void)err;
	plan->op = "delete";
	if (identity->record.folder != FOLDER_DISCARDED)
		plan_identity_discard(plan, identity);
	return true;
}

bool app_plan_identity_restore(struct app *app, const struct identity *identity,
	struct plan *plan, struct error *err)
{
	plan->op = "restore";
	if (identity->record.folder != FOLDER_DISCARDED)
		return error_set(err, ERROR_FAILED, "restore %s: it is not in the trash",
			identity_name(identity));
	if (!name_is_free(app, identity, identity_name(identity), "restore",
		    N_("rename that one first"), err))
		return false;
	plan_identity_restore(plan, identity);
	return true;
}

bool app_plan_identity_purge(struct app *app, const struct identity *identity, struct plan *plan,
	struct error *err)
{
	(void)app;
	plan->op = "purge";
	if (identity->record.folder != FOLDER_DISCARDED)
		return error_set(err, ERROR_FAILED, "purge %s: it is not in the trash",
			identity_name(identity));
	plan_identity_purge(plan, identity);
	return true;
}
