/*
 * Identities out of files: import and the CA's answer.  Files are added one by one, a password is
 * asked for where one wants it and again where it was wrong, and what belongs together and what is
 * missing is said before anything is done.
 */
#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "console/files-work.h"

void file_work_close(struct desk *desk)
{
	struct file_work *work = desk->files_work;
	if (!work)
		return;
	app_parts_cancel(work->job);
	app_parts_seal_cancel(work->seal);
	parts_free(work->parts);
	buf_wipe(&work->pasted);
	making_set(&work->passphrase, NULL);
	free(work->path);
	free(work->name);
	free(work);
	desk->files_work = NULL;
}

static void begin(struct desk *desk, bool attach)
{
	file_work_close(desk);
	desk->files_work = mem_new(sizeof *desk->files_work);
	*desk->files_work = (struct file_work){ .attach = attach, .parts = parts_new() };
}

enum reaction files_give_up(struct desk *desk)
{
	file_work_close(desk);
	desk_say(desk, ROLE_STATUS, "nothing was changed");
	return REACT_REPAINT;
}

/* --- the question -------------------------------------------------------------------------- */

static enum reaction ask_file(struct desk *desk, const char *problem);

static enum reaction confirmed(struct desk *desk, struct dialog *dialog, bool done)
{
	(void)dialog;
	if (!done || !desk->plan.count) {
		plan_done(&desk->plan);
		return files_give_up(desk);
	}
	file_work_close(desk);
	if (desk->plan.count)
		ids_select(desk, &desk->plan.rows[0].cert);
	return desk_carry_out(desk);
}

static enum reaction another(struct desk *desk)
{
	plan_done(&desk->plan);
	return ask_file(desk, NULL);
}

static bool make_plan(struct desk *desk, const struct identity *identity, struct error *err)
{
	struct file_work *work = desk->files_work;
	plan_done(&desk->plan);
	bool ok = identity ?
		app_plan_identity_attach(desk->app, identity, work->parts, &desk->plan, err) :
		app_plan_identity_import(desk->app, work->parts, work->name, work->passphrase,
			&desk->plan, err);
	if (!ok)
		plan_done(&desk->plan);
	return ok;
}

/* What they are, what is missing and what would be done; or why nothing can be, yet. */
enum reaction files_ask(struct desk *desk)
{
	struct file_work *work = desk->files_work;
	const struct identity *identity = work->attach ? ids_about(desk) : NULL;
	struct advice advice = { 0 };
	struct rows rows = { 0 };
	struct error err = { 0 };
	if (work->attach && !identity)
		return files_give_up(desk);
	if (identity)
		rows_format(&rows, ROLE_HEADING, NULL, "For %s", identity_name(identity));
	if (!make_plan(desk, identity, &err))
		rows_add(&rows, ROLE_ERROR, NULL, err.text);
	app_parts_check(desk->app, work->parts, identity, &advice);
	rows_advice(&rows, &advice);
	advice_done(&advice);
	if (!err.code && !desk->plan.count)
		rows_add(&rows, ROLE_DIM, NULL, _("All of it is here already."));
	if (desk->plan.count)
		rows_blank(&rows);
	plan_rows(desk, &desk->plan, &rows);
	key_discard(); /* what was typed ahead answers no question */
	const char *title = work->attach ? N_("The answer") : N_("Import identities");
	struct dialog *dialog = !desk->plan.count
					? dialog_message(title, DIALOG_CALM, &rows)
					: dialog_confirm(title, DIALOG_CALM, &rows,
						  work->attach ? N_("attach it") : N_("import it"));
	dialog_third(dialog, "f", N_("another file"));
	enum reaction r = desk_ask(desk, dialog, confirmed);
	desk->dialog_third = another;
	return r;
}

/* --- reading ------------------------------------------------------------------------------- */

/* Without this file: what was read before it stays. */
static enum reaction go_back(struct desk *desk)
{
	return desk->files_work->count ? files_ask(desk) : files_give_up(desk);
}

static enum reaction read_it(struct desk *desk, const char *password);

static enum reaction password_given(struct desk *desk, struct dialog *dialog, bool done)
{
	desk->files_work->asked = true;
	return done ? read_it(desk, dialog_text(dialog)) : go_back(desk);
}

static enum reaction ask_password(struct desk *desk)
{
	const struct file_work *work = desk->files_work;
	struct rows rows = { 0 };
	char *safe = work->path ? text_safe(work->path, strlen(work->path)) : NULL;
	rows_format(&rows, ROLE_VALUE, NULL, "%s is sealed.", safe ? safe : _("What was pasted"));
	free(safe);
	if (work->asked)
		rows_add(&rows, ROLE_ERROR, NULL, _("That is not its password."));
	return desk_ask(desk,
		dialog_ask(N_("Password"), &rows, N_("Its password"), LINE_MASKED, NULL),
		password_given);
}

/* What can't be read leaves what was read before it, and the path, for a typing error. */
static enum reaction not_read(struct desk *desk, const struct error *err)
{
	struct file_work *work = desk->files_work;
	if (err->code == ERROR_SECRET)
		return ask_password(desk);
	if (work->path)
		return ask_file(desk, err->text);
	file_work_close(desk);
	return desk_error(desk, err);
}

/* A name and a passphrase are asked for once, when the first new key has come. */
static enum reaction was_read(struct desk *desk)
{
	struct file_work *work = desk->files_work;
	work->count++;
	free(work->path);
	work->path = NULL;
	if (work->attach || !parts_has_key(work->parts) || work->kept)
		return files_seal(desk);
	return files_keep(desk);
}

static void read_ended(void *ctx, bool ok, const struct error *err)
{
	struct desk *desk = ctx;
	desk->files_work->job = NULL;
	wait_over(desk);
	desk->reaction |= (ok ? was_read(desk) : not_read(desk, err)) | REACT_REPAINT;
}

static enum reaction stop(struct desk *desk)
{
	app_parts_cancel(desk->files_work->job);
	desk->files_work->job = NULL;
	return go_back(desk);
}

static enum reaction read_it(struct desk *desk, const char *password)
{
	struct file_work *work = desk->files_work;
	const struct parts_options options = { .password = password };
	struct error err = { 0 };
	work->job = work->path ?
		app_parts_start(desk->app, desk->loop, work->parts, work->path, &options,
			read_ended, desk, &err) :
		app_parts_start_bytes(desk->app, desk->loop, work->parts, "what was pasted",
			work->pasted.data, work->pasted.len, &options, read_ended, desk, &err);
	if (!work->job)
		return not_read(desk, &err);
	char *safe = work->path ? text_safe(work->path, strlen(work->path)) : NULL;
	enum reaction r =
		wait_open(desk, N_("It is read"), safe ? safe : N_("what was pasted"), NULL, stop);
	free(safe);
	return r;
}

static enum reaction file_given(struct desk *desk, struct dialog *dialog, bool done)
{
	struct file_work *work = desk->files_work;
	free(work->path);
	work->path = NULL;
	if (!done || !*dialog_text(dialog))
		return go_back(desk);
	work->path = typed_path(dialog_text(dialog));
	work->asked = false;
	return read_it(desk, NULL);
}

static enum reaction ask_file(struct desk *desk, const char *problem)
{
	const struct file_work *work = desk->files_work;
	const struct identity *identity = work->attach ? ids_about(desk) : NULL;
	struct rows rows = { 0 };
	if (identity)
		rows_add(&rows, ROLE_VALUE, NULL, identity_name(identity));
	rows_add(&rows, ROLE_DIM, NULL,
		work->attach ? _("The CA's answer: the certificate, alone or with those above it, "
				 "in any format.")
			     : _("A key, alone or with its certificates: PEM, PKCS#12, JKS; "
				 "further files after it."));
	if (problem)
		rows_add(&rows, ROLE_ERROR, NULL, problem);
	return desk_ask(desk,
		ask_path(work->attach ? N_("Attach the answer") : N_("Import identities"), &rows,
			N_("File (Tab completes)"), work->path),
		file_given);
}

enum reaction action_import_identity(struct desk *desk)
{
	if (desk_refuse_read_only(desk))
		return REACT_REPAINT;
	begin(desk, false);
	return ask_file(desk, NULL);
}

enum reaction action_attach(struct desk *desk)
{
	const struct identity *identity = desk_refuse_read_only(desk) ? NULL : ids_current(desk);
	if (!identity)
		return REACT_REPAINT;
	desk->ids.about = identity->id;
	begin(desk, true);
	return ask_file(desk, NULL);
}

/* A key is a new identity; certificates are the answer for the one under the cursor. */
enum reaction attach_paste(struct desk *desk, const char *bytes, size_t len)
{
	const struct identity *identity = ids_current(desk);
	bool key = memmem(bytes, len, "PRIVATE KEY-----", 16) != NULL;
	if (desk_refuse_read_only(desk))
		return REACT_REPAINT;
	if (!key && !identity)
		return import_paste(desk, bytes, len);
	if (identity)
		desk->ids.about = identity->id;
	begin(desk, !key);
	buf_add(&desk->files_work->pasted, bytes, len);
	return read_it(desk, NULL);
}
