/*
 * Signing: a request is read from a file or a paste, its CA's key opened, and a form shows what it
 * asks for beside what it is going to get.  Nothing is taken over that doesn't stand in the form.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "console/sign.h"

void sign_close(struct desk *desk)
{
	struct sign_work *work = desk->sign;
	if (!work)
		return;
	identity_done(&work->ca);
	signing_done(&work->signing);
	new_key_done(&work->key);
	buf_done(&work->pem);
	buf_done(&work->pasted);
	free(work->crl_url);
	free(work->issuer_url);
	free(work->path);
	free(work);
	desk->sign = NULL;
}

/* --- the deed ------------------------------------------------------------------------------ */

static void wish_rows(const struct sign_work *work, struct rows *rows)
{
	const struct signing *signing = &work->signing;
	char date[CLOCK_ISO];
	struct buf name = { 0 };
	rows_add(rows, ROLE_VALUE, "CA", identity_name(&work->ca));
	rows_add(rows, ROLE_VALUE, "Subject", request_info(signing->request)->subject);
	for (size_t i = 0; i < signing->sans.count; i++) {
		buf_cut(&name, 0);
		san_show(&signing->sans.items[i], true, &name);
		rows_add(rows, ROLE_VALUE, i ? "" : "Names", buf_text(&name));
	}
	buf_done(&name);
	rows_add(rows, ROLE_VALUE, "Made for", _(signing->profile->label));
	rows_format(rows, ROLE_VALUE, N_("Valid"), "%u days, until %s", signing->days,
		lang_date(date, app_now() + (int64_t)signing->days * 86400));
}

static void save(struct desk *desk, struct rows *rows)
{
	struct sign_work *work = desk->sign;
	struct error err = { 0 };
	if (!work->path)
		return;
	char *safe = text_safe(work->path, strlen(work->path));
	if (app_identity_save(desk->app, work->path, &work->pem, false, true, &err))
		rows_add(rows, ROLE_VALUE, "File", safe);
	else
		rows_format(rows, ROLE_ERROR, N_("File"), "not written: %s", err.text);
	free(safe);
}

static void written_rows(struct desk *desk, const struct fingerprint *print, struct rows *rows)
{
	struct issued_list list = { 0 };
	struct details details = { 0 };
	if (!app_issued(desk->app, &desk->sign->ca, &list, NULL))
		return;
	for (size_t i = 0; i < list.count; i++)
		if (fingerprint_compare(&cert_info(list.items[i].cert)->sha256, print) == 0)
			details_of(list.items[i].cert, app_now(), &details);
	rows_details(rows, &details);
	details_done(&details);
	issued_done(&list);
}

static enum reaction show_answer(struct desk *desk, const struct fingerprint *print)
{
	struct sign_work *work = desk->sign;
	struct paper *paper = &desk->paper;
	const struct request_info *info = request_info(work->signing.request);
	paper_close(desk);
	struct rows *rows = &paper->words.rows;
	rows_format(rows, ROLE_HEADING, NULL, "%s has signed", identity_name(&work->ca));
	rows_add(rows, ROLE_GOOD, NULL,
		_("Send the lines at the end back to whoever asked: the "
		  "certificate, and the CAs between it and the root."));
	rows_heading(rows, "Decided");
	wish_rows(work, rows);
	rows_heading(rows, "Written");
	save(desk, rows);
	written_rows(desk, print, rows);
	paper->name = mem_text(info->cn ? info->cn : "answer");
	paper->pem = work->pem;
	work->pem = (struct buf){ 0 };
	desk_pop(desk);
	return paper_open(desk);
}

static enum reaction confirmed(struct desk *desk, struct dialog *dialog, bool done)
{
	struct error err = { 0 };
	(void)dialog;
	struct fingerprint print = desk->plan.rows[0].cert;
	bool ok = done && app_apply(desk->app, &desk->plan, NULL, &err);
	plan_done(&desk->plan);
	if (done && !ok)
		return desk_error(desk, &err);
	if (!done) {
		desk_say(desk, ROLE_STATUS, "nothing was signed");
		return REACT_REPAINT;
	}
	app_reload(desk->app, &err);
	return show_answer(desk, &print) | REACT_RELOAD;
}

static enum reaction accept(struct desk *desk, struct form *form)
{
	struct sign_work *work = desk->sign;
	struct rows rows = { 0 };
	struct error err = { 0 };
	sign_form_read(work, form, &rows);
	rows_done(&rows);
	free(work->path);
	work->path = *form_text(form, "file") ? typed_path(form_text(form, "file")) : NULL;
	plan_done(&desk->plan);
	buf_cut(&work->pem, 0);
	if (!app_plan_sign(desk->app, &work->signing, &work->key, &desk->plan, &work->pem, &err)) {
		plan_done(&desk->plan);
		return desk_error(desk, &err);
	}
	wish_rows(work, &rows);
	struct advice advice = { 0 };
	app_signing_check(desk->app, &work->signing, &work->key, &advice);
	rows_advice(&rows, &advice);
	advice_done(&advice);
	return desk_ask(desk, dialog_confirm(N_("Sign this?"), DIALOG_DANGER, &rows, N_("sign it")),
		confirmed);
}

/* --- the beginning ------------------------------------------------------------------------- */

static enum reaction key_opened(struct desk *desk, struct new_key *take)
{
	new_key_done(&desk->sign->key);
	desk->sign->key = *take;
	*take = (struct new_key){ 0 };
	return sheet_open(desk, sign_form(desk->sign), sign_form_check, accept, sign_close);
}

static void begin(struct desk *desk, const struct identity *ca)
{
	sign_close(desk);
	desk->sign = mem_new(sizeof *desk->sign);
	identity_copy(ca, &desk->sign->ca);
	desk->sign->signing.ca = &desk->sign->ca;
}

static enum reaction have_request(struct desk *desk, bool ok, const struct error *err)
{
	if (ok)
		return ask_key(desk, &desk->sign->ca, N_("Sign"), key_opened);
	sign_close(desk);
	return desk_error(desk, err);
}

static enum reaction file_given(struct desk *desk, struct dialog *dialog, bool done)
{
	struct error err = { 0 };
	const struct identity *ca = done && *dialog_text(dialog) ? ids_about(desk) : NULL;
	if (!ca)
		return REACT_REPAINT;
	char *path = typed_path(dialog_text(dialog));
	begin(desk, ca);
	bool ok = app_signing_read(desk->app, path, &desk->sign->signing, &err);
	free(path);
	return have_request(desk, ok, &err);
}

static bool can_sign(const struct identity *identity)
{
	return identity && identity->record.folder != FOLDER_DISCARDED && identity_is_ca(identity) &&
	       identity_cert(identity);
}

/* The CA under the cursor, or the one whose list is open. */
static const struct identity *chosen_ca(struct desk *desk)
{
	return desk_page(desk) == PAGE_ISSUED ? ids_find(desk, &desk->issued.ca) : ids_current(desk);
}

enum reaction action_sign(struct desk *desk)
{
	const struct identity *ca = chosen_ca(desk);
	struct rows rows = { 0 };
	if (desk_refuse_read_only(desk) || !ca)
		return REACT_REPAINT;
	if (!can_sign(ca)) {
		desk_say(desk, ROLE_STATUS, "%s is no CA: c creates one", identity_name(ca));
		return REACT_REPAINT;
	}
	desk->ids.about = ca->id;
	rows_format(&rows, ROLE_VALUE, NULL, "%s signs. The request may be pasted as well, before "
		"this question.", identity_name(ca));
	return desk_ask(
		desk, ask_path(N_("Sign a request"), &rows, N_("Its file"), NULL), file_given);
}

static enum reaction sign_bytes(struct desk *desk, const struct identity *ca, const char *bytes,
	size_t len)
{
	struct error err = { 0 };
	begin(desk, ca);
	bool ok = app_signing_bytes(desk->app, "what was pasted", bytes, len, &desk->sign->signing,
		&err);
	return have_request(desk, ok, &err);
}

static enum reaction ca_chosen(struct desk *desk, struct dialog *dialog, bool done)
{
	const struct identities *all = &desk->ids.all;
	size_t at = done ? (size_t)dialog_value(dialog) : all->count;
	if (at >= all->count || !can_sign(&all->items[at])) {
		sign_close(desk);
		return REACT_REPAINT;
	}
	struct buf bytes = desk->sign->pasted;
	desk->sign->pasted = (struct buf){ 0 };
	enum reaction r = sign_bytes(desk, &all->items[at], bytes.data, bytes.len);
	buf_done(&bytes);
	return r;
}

#define CAS_MOST 9

/* A request that is pasted is for the CA under the cursor, else for one of those that there are. */
enum reaction sign_paste(struct desk *desk, const char *bytes, size_t len)
{
	static const char *const keys[CAS_MOST] = { "1", "2", "3", "4", "5", "6", "7", "8", "9" };
	struct dialog_option options[CAS_MOST];
	const struct identity *ca = chosen_ca(desk);
	const struct identities *all = &desk->ids.all;
	size_t n = 0;
	if (desk_refuse_read_only(desk))
		return REACT_REPAINT;
	if (can_sign(ca))
		return sign_bytes(desk, ca, bytes, len);
	for (size_t i = 0; i < all->live && n < CAS_MOST; i++)
		if (can_sign(&all->items[i])) {
			options[n] = (struct dialog_option){
				.key = keys[n], .text = identity_name(&all->items[i]), .value = (int)i
			};
			n++;
		}
	if (n == 0) {
		desk_say(desk, ROLE_WARNING, "a request was pasted, but no CA is here to sign it");
		return REACT_REPAINT;
	}
	sign_close(desk);
	desk->sign = mem_new(sizeof *desk->sign);
	buf_add(&desk->sign->pasted, bytes, len);
	return desk_ask(desk, dialog_choose(N_("Which CA signs the request?"), NULL, options, n),
		ca_chosen);
}
