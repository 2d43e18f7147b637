/*
 * What is done with the identity under the cursor, as far as a key and a line of text are enough.
 */
#include <stdlib.h>
#include <string.h>

#include "app/show.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "console/desk.h"
#include "console/make.h"

typedef bool plan_fn(struct app *app, const struct identity *identity, struct plan *plan,
	struct error *err);
typedef bool edit_fn(struct app *app, const struct identity *identity, const char *text,
	struct plan *plan, struct error *err);

/* The one that a changing verb acts on; NULL, and said why, where there is none. */
static const struct identity *to_change(struct desk *desk)
{
	return desk_refuse_read_only(desk) ? NULL : ids_current(desk);
}

/* --- lines of text ------------------------------------------------------------------------- */

static enum reaction edit_end(struct desk *desk, struct dialog *dialog, bool done, edit_fn *edit)
{
	struct error err = { 0 };
	const struct identity *identity = done ? ids_about(desk) : NULL;
	if (!identity)
		return REACT_REPAINT;
	plan_done(&desk->plan);
	if (edit(desk->app, identity, dialog_text(dialog), &desk->plan, &err))
		return desk_carry_out(desk);
	plan_done(&desk->plan);
	return desk_error(desk, &err);
}

static enum reaction rename_end(struct desk *desk, struct dialog *dialog, bool done)
{
	return edit_end(desk, dialog, done, app_plan_identity_name);
}

static enum reaction note_end(struct desk *desk, struct dialog *dialog, bool done)
{
	return edit_end(desk, dialog, done, app_plan_identity_note);
}

static enum reaction ticket_end(struct desk *desk, struct dialog *dialog, bool done)
{
	return edit_end(desk, dialog, done, app_plan_identity_ticket);
}

static enum reaction ask_text(struct desk *desk, const struct identity *identity, const char *title,
	const char *safe, dialog_end_fn *end)
{
	struct buf raw = { 0 };
	struct rows rows = { 0 };
	text_unescape(&raw, safe ? safe : "");
	rows_add(&rows, ROLE_VALUE, NULL, identity_name(identity));
	desk->ids.about = identity->id;
	struct dialog *dialog = dialog_ask(title, &rows, title, LINE_PLAIN, buf_text(&raw));
	buf_done(&raw);
	return desk_ask(desk, dialog, end);
}

enum reaction action_rename_identity(struct desk *desk)
{
	const struct identity *identity = to_change(desk);
	return identity ? ask_text(desk, identity, N_("Name"), identity_name(identity), rename_end)
			: REACT_REPAINT;
}

enum reaction action_note_identity(struct desk *desk)
{
	const struct identity *identity = to_change(desk);
	return identity ? ask_text(desk, identity, N_("Note"), identity_text(identity, "Note"),
				  note_end)
			: REACT_REPAINT;
}

enum reaction action_ticket(struct desk *desk)
{
	const struct identity *identity = to_change(desk);
	const struct identity_request *request = identity ? identity_pending(identity) : NULL;
	if (request)
		return ask_text(desk, identity, N_("Ticket"),
			headers_get(&request->record.headers, "Ticket"), ticket_end);
	if (identity)
		desk_say(desk, ROLE_STATUS, "no request of it waits for an answer");
	return REACT_REPAINT;
}

/* --- the trash ----------------------------------------------------------------------------- */

static bool make_plan(struct desk *desk, plan_fn *fn, const struct identity *identity,
	struct plan *plan)
{
	struct error err = { 0 };
	if (fn(desk->app, identity, plan, &err))
		return true;
	plan_done(plan);
	desk_error(desk, &err);
	return false;
}

enum reaction action_delete_identity(struct desk *desk)
{
	const struct identity *identity = to_change(desk);
	struct plan plan = { 0 };
	if (!identity || !make_plan(desk, app_plan_identity_delete, identity, &plan))
		return REACT_REPAINT;
	return desk_confirm(desk, &plan, false, true);
}

enum reaction action_restore_identity(struct desk *desk)
{
	const struct identity *identity = to_change(desk);
	struct plan plan = { 0 };
	if (!identity || !make_plan(desk, app_plan_identity_restore, identity, &plan))
		return REACT_REPAINT;
	return desk_confirm(desk, &plan, false, false);
}

/* A key that is gone is gone: no undo brings it back. */
enum reaction action_purge_identity(struct desk *desk)
{
	const struct identity *identity = to_change(desk);
	struct plan plan = { 0 };
	if (!identity || !make_plan(desk, app_plan_identity_purge, identity, &plan))
		return REACT_REPAINT;
	return desk_confirm_word(desk, &plan, identity_name(identity),
		identity_is_ca(identity)
			? N_("A CA's key: once it is gone, nothing is signed or revoked by it any "
			     "more.")
			: N_("Its key is gone for good then: no undo brings it back."));
}

/* --- its certificate ----------------------------------------------------------------------- */

static struct cert *own_cert(struct desk *desk, const struct identity *identity)
{
	if (identity && identity->cert_count == 0)
		desk_say(desk, ROLE_STATUS, "it has no certificate yet");
	return identity && identity->cert_count ? identity->certs[0] : NULL;
}

enum reaction action_trust_identity(struct desk *desk)
{
	const struct identity *identity = to_change(desk);
	struct made made = { .cert = own_cert(desk, identity) };
	struct plan plan = { 0 };
	struct error err = { 0 };
	if (!made.cert)
		return REACT_REPAINT;
	if (!app_plan_trust_made(desk->app, &made, identity_name(identity), &plan, &err)) {
		plan_done(&plan);
		return desk_error(desk, &err);
	}
	if (plan.count)
		return desk_confirm(desk, &plan, true, false);
	plan_done(&plan);
	desk_say(desk, ROLE_STATUS, "its certificate is trusted here already");
	return REACT_REPAINT;
}

enum reaction action_why_identity(struct desk *desk)
{
	const struct identity *identity = ids_current(desk);
	struct buf store = { 0 };
	if (!own_cert(desk, identity))
		return REACT_REPAINT;
	text_unescape(&store, app_store_path(desk->app));
	char *path = mem_format("%s/%s/%s", buf_text(&store),
		folder_name(identity->record.folder), identity->record.file);
	buf_done(&store);
	enum reaction r = why_open(desk, path);
	free(path);
	return r;
}

/* What one would hand out: the request that waits, else the certificate with what is sent with it. */
static void write_pem(const struct identity *identity, struct buf *pem)
{
	const struct identity_request *request = identity_pending(identity);
	size_t at = 0, chain = 0;
	if (request) {
		app_request_pem(request, pem);
		return;
	}
	if (!identity_own(identity, &at, &chain))
		return;
	for (size_t i = 0; i < at; i++) {
		char *text = app_pem(identity->certs[i]);
		buf_text_add(pem, text);
		free(text);
	}
}

enum reaction action_copy_identity(struct desk *desk)
{
	const struct identity *identity = ids_current(desk);
	struct buf pem = { 0 };
	if (identity)
		write_pem(identity, &pem);
	if (pem.len)
		screen_copy(pem.data, pem.len);
	desk_say(desk, ROLE_STATUS, !pem.len ? N_("there is nothing to copy yet") :
		identity_pending(identity) ?
		N_("the request was sent to the clipboard, if the terminal allows it") :
		N_("the certificate was sent to the clipboard, if the terminal allows it"));
	buf_done(&pem);
	return REACT_REPAINT;
}

static void copy_cert(const struct cert *cert, struct cert **out)
{
	size_t len;
	const uint8_t *der = cert_der(cert, &len);
	cert_parse(der, len, out, NULL);
}

enum reaction action_view_identity(struct desk *desk)
{
	const struct identity *identity = ids_current(desk);
	const struct identity_request *request = identity ? identity_pending(identity) : NULL;
	struct details details = { 0 };
	struct paper *paper = &desk->paper;
	if (!identity || (!request && !own_cert(desk, identity)))
		return REACT_REPAINT;
	paper_close(desk);
	if (request)
		request_details(request->request, &details);
	else
		details_of(identity->certs[0], app_now(), &details);
	rows_format(&paper->words.rows, ROLE_HEADING, NULL,
		request ? N_("The request of %s") : N_("The certificate of %s"),
		identity_name(identity));
	rows_details(&paper->words.rows, &details);
	details_done(&details);
	if (!request)
		copy_cert(identity->certs[0], &paper->cert);
	write_pem(identity, &paper->pem);
	paper->name = mem_text(identity_name(identity));
	return paper_open(desk);
}

/* --- renewal ------------------------------------------------------------------------------- */

enum { SAME_REQUEST, SAME_SIGNED, NEW_REQUEST, NEW_SIGNED };

static const struct dialog_option renewals[] = {
	{ .key = "r",
		.text = N_("a request with the same key"),
		.value = SAME_REQUEST,
		.help = N_("servers keep their key and get the CA's answer only") },
	{ .key = "s",
		.text = N_("self-signed with the same key"),
		.value = SAME_SIGNED,
		.help = N_("at once; whoever trusts the old one has to be given the new one") },
	{ .key = "R",
		.text = N_("a request with a new key"),
		.value = NEW_REQUEST,
		.help = N_("another identity with the same names; the old key retires") },
	{ .key = "S",
		.text = N_("self-signed with a new key"),
		.value = NEW_SIGNED,
		.help = N_("another identity with the same names, at once") },
};

/* Another identity can't be called the same. */
static void name_anew(struct desk *desk, const struct identity *identity, struct making *making)
{
	for (unsigned n = 2;; n++) {
		char *name = mem_format("%s (%u)", identity_name(identity), n);
		bool taken = false;
		for (size_t i = 0; i < desk->ids.all.live; i++)
			taken |= strcmp(identity_name(&desk->ids.all.items[i]), name) == 0;
		if (!taken)
			making_set(&making->name, name);
		free(name);
		if (!taken)
			return;
	}
}

static enum reaction renewal_chosen(struct desk *desk, struct dialog *dialog, bool done)
{
	const struct identity *identity = done ? ids_about(desk) : NULL;
	struct making making;
	struct advice advice = { 0 };
	struct error err = { 0 };
	if (!identity)
		return REACT_REPAINT;
	int how = dialog_value(dialog);
	bool request = how == SAME_REQUEST || how == NEW_REQUEST;
	bool ca = identity_is_ca(identity);
	making_init(desk->app, request ? ROUTE_REQUEST : ca ? ROUTE_CA : ROUTE_SELF_SIGNED, &making);
	bool ok = making_renew(identity, &making, &advice, &err);
	advice_done(&advice);
	if (!ok) {
		making_done(&making);
		return desk_error(desk, &err);
	}
	making.same_key = how == SAME_REQUEST || how == SAME_SIGNED;
	if (!making.same_key)
		name_anew(desk, identity, &making);
	return make_open(desk, &making,
		making.same_key ? N_("Renew, with the same key") : N_("Renew, with a new key"));
}

enum reaction action_renew(struct desk *desk)
{
	const struct identity *identity = to_change(desk);
	struct rows rows = { 0 };
	if (!identity)
		return REACT_REPAINT;
	desk->ids.about = identity->id;
	rows_add(&rows, ROLE_VALUE, NULL, identity_name(identity));
	return desk_ask(desk, dialog_choose(N_("Renew"), &rows, renewals, 4), renewal_chosen);
}
