/*
 * What is asked for, as the question says it; and the paper with what was made of it, above which the
 * same lines stand again, so that both can be compared.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "console/make.h"

static void subject_rows(const struct subject *subject, struct rows *rows)
{
	for (size_t i = 0; i < subject->count; i++) {
		char *safe = text_safe(subject->items[i].value, strlen(subject->items[i].value));
		rows_add(rows, ROLE_VALUE, subject->items[i].kind->label, safe);
		free(safe);
	}
	struct buf name = { 0 };
	for (size_t i = 0; i < subject->sans.count; i++) {
		buf_cut(&name, 0);
		san_show(&subject->sans.items[i], true, &name);
		rows_add(rows, ROLE_VALUE, i ? "" : "Names", buf_text(&name));
	}
	buf_done(&name);
}

static void key_rows(const struct make_work *work, struct rows *rows)
{
	const struct making *making = &work->making;
	if (making->same_key)
		rows_add(rows, ROLE_VALUE, "Key", _("the one it has"));
	else
		rows_format(rows, ROLE_VALUE, N_("Key"),
			making->passphrase ? N_("%s, sealed with a passphrase")
					   : N_("%s, without a passphrase"),
			_(making->kind->label));
}

static void limit_rows(const char *label, char *const *names, struct rows *rows)
{
	for (size_t i = 0; names && names[i]; i++) {
		char *safe = text_safe(names[i], strlen(names[i]));
		rows_add(rows, ROLE_VALUE, i ? "" : label, safe);
		free(safe);
	}
}

static void path_row(const char *label, const char *path, struct rows *rows)
{
	char *safe = path ? text_safe(path, strlen(path)) : NULL;
	if (safe)
		rows_add(rows, ROLE_VALUE, label, safe);
	free(safe);
}

void make_wish_rows(const struct make_work *work, struct rows *rows)
{
	const struct making *making = &work->making;
	char date[CLOCK_ISO];
	subject_rows(&making->subject, rows);
	rows_add(rows, ROLE_VALUE, "Made for", _(making->profile->label));
	if (making->route != ROUTE_REQUEST)
		rows_format(rows, ROLE_VALUE, N_("Valid"), "%u days, until %s", making->days,
			lang_date(date, app_now() + (int64_t)making->days * 86400));
	key_rows(work, rows);
	if (making->route == ROUTE_CA && making->path_len <= 0)
		rows_add(rows, ROLE_VALUE, "CAs below", making->path_len ? _("any") : _("none"));
	else if (making->route == ROUTE_CA)
		rows_format(rows, ROLE_VALUE, N_("CAs below"), "%d deep", making->path_len);
	limit_rows(N_("Only in"), making->permitted, rows);
	limit_rows(N_("Not in"), making->excluded, rows);
	path_row(N_("Ticket"), making->ticket, rows);
	path_row(N_("File"), work->cert_path, rows);
	path_row(N_("Key's file"), work->key_path, rows);
}

/* --- the paper ----------------------------------------------------------------------------- */

static void save(struct desk *desk, const char *label, const char *path, const struct buf *bytes,
	bool has_key, struct rows *rows)
{
	struct error err = { 0 };
	if (!path)
		return;
	char *safe = text_safe(path, strlen(path));
	if (app_identity_save(desk->app, path, bytes, has_key, true, &err))
		rows_add(rows, ROLE_VALUE, label, safe);
	else
		rows_format(rows, ROLE_ERROR, label, "not written: %s", err.text);
	free(safe);
}

static void what_next(const struct make_work *work, struct rows *rows)
{
	if (work->made.request)
		rows_add(rows, ROLE_GOOD, NULL,
			_("Send the lines below to the CA. When its answer "
			  "comes, o on the identity attaches it."));
	else if (work->making.route == ROUTE_CA)
		rows_add(rows, ROLE_GOOD, NULL,
			_("Every client has to trust it once: t trusts it "
			  "here, s saves it for others. S on the identity signs requests."));
	else
		rows_add(rows, ROLE_GOOD, NULL,
			_("Nobody trusts it unless told to: t trusts it here, "
			  "s saves it for others."));
}

/* A preset knows in which shape its program takes it. */
static void shape_row(const struct make_work *work, struct rows *rows)
{
	const struct preset *preset = work->preset;
	if (preset && preset->with_key)
		rows_format(rows, ROLE_VALUE, NULL,
			work->made.request ? N_("%s takes it as %s with its key: x on the identity "
						"writes that once the "
						"answer is attached.")
					   : N_("%s takes it as %s with its key: x on the identity "
						"writes that."),
			_(preset->label), preset->format);
}

static void made_details(const struct made *made, struct details *out)
{
	if (made->cert)
		details_of(made->cert, app_now(), out);
	else
		request_details(made->request, out);
}

/* The form goes, with all that was typed; what outlives it is taken over by the paper. */
enum reaction make_paper(struct desk *desk, struct make_work *work)
{
	struct paper *paper = &desk->paper;
	struct details details = { 0 };
	paper_close(desk);
	struct rows *rows = &paper->words.rows;
	const struct identity *identity = ids_find(desk, &work->made.id);
	paper->name = mem_text(identity ? identity_name(identity) : "identity");
	rows_format(rows, ROLE_HEADING, NULL,
		work->making.same_key ? N_("%s was renewed") : N_("%s was made"), paper->name);
	what_next(work, rows);
	shape_row(work, rows);
	rows_heading(rows, "Asked for");
	make_wish_rows(work, rows);
	if (work->cert_path || work->key_path)
		rows_heading(rows, "Written");
	save(desk, N_("File"), work->cert_path, &work->made.pem, false, rows);
	save(desk, N_("Key's file"), work->key_path, &work->key.pem, true, rows);
	made_details(&work->made, &details);
	rows_details(rows, &details);
	details_done(&details);
	paper->pem = work->made.pem;
	paper->cert = work->made.cert;
	work->made.pem = (struct buf){ 0 };
	work->made.cert = NULL;
	desk_pop(desk);
	return paper_open(desk);
}
