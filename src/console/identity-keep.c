/*
 * How keys that are imported are kept here: what the first is called, and the passphrase, if any, by which
 * all of them are sealed before the plan needs that.
 */
#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "console/files-work.h"

static void sealed(void *ctx, bool ok, const struct error *err)
{
	struct desk *desk = ctx;
	desk->files_work->seal = NULL;
	wait_over(desk);
	if (!ok)
		file_work_close(desk);
	desk->reaction |= (ok ? files_ask(desk) : desk_error(desk, err)) | REACT_REPAINT;
}

static enum reaction stop_sealing(struct desk *desk)
{
	return files_give_up(desk);
}

/* With the passphrase that was given, before the plan needs it. */
enum reaction files_seal(struct desk *desk)
{
	struct file_work *work = desk->files_work;
	struct error err = { 0 };
	if (work->attach || !work->passphrase)
		return files_ask(desk);
	work->seal = app_parts_seal_start(desk->loop, work->parts, work->passphrase, sealed, desk,
		&err);
	if (work->seal)
		return wait_open(
			desk, N_("Import identities"), N_("Keys are sealed"), NULL, stop_sealing);
	file_work_close(desk);
	return desk_error(desk, &err);
}

static enum reaction ask_passphrase(struct desk *desk, const char *problem);

static enum reaction passphrase_again(struct desk *desk, struct dialog *dialog, bool done)
{
	if (!done)
		return files_give_up(desk);
	if (strcmp(dialog_text(dialog), desk->files_work->passphrase) == 0)
		return files_seal(desk);
	making_set(&desk->files_work->passphrase, NULL);
	return ask_passphrase(desk, N_("These were two passphrases."));
}

static enum reaction passphrase_given(struct desk *desk, struct dialog *dialog, bool done)
{
	if (!done)
		return files_give_up(desk);
	making_set(&desk->files_work->passphrase, dialog_text(dialog));
	desk->files_work->kept = true;
	if (!*dialog_text(dialog))
		return files_ask(desk);
	return desk_ask(desk,
		dialog_ask(N_("Import identities"), NULL, N_("The same again"), LINE_MASKED, NULL),
		passphrase_again);
}

static enum reaction ask_passphrase(struct desk *desk, const char *problem)
{
	struct rows rows = { 0 };
	if (problem)
		rows_add(&rows, ROLE_ERROR, NULL, problem);
	if (parts_was_sealed(desk->files_work->parts))
		rows_add(&rows, ROLE_VALUE, NULL, _("The key was sealed in its file."));
	rows_add(&rows, ROLE_VALUE, NULL,
		_("With a passphrase it is sealed here as well, and that is "
		  "asked for at every start of a server that uses it. Empty: whoever reads the "
		  "file "
		  "has the key."));
	return desk_ask(desk,
		dialog_ask(
			N_("Import identities"), &rows, N_("Passphrase here"), LINE_MASKED, NULL),
		passphrase_given);
}

/* --- what it is called here ---------------------------------------------------------------- */

static enum reaction name_given(struct desk *desk, struct dialog *dialog, bool done);

static enum reaction ask_name(struct desk *desk, const char *name, const char *problem)
{
	struct rows rows = { 0 };
	if (problem)
		rows_add(&rows, ROLE_ERROR, NULL, problem);
	return desk_ask(desk,
		dialog_ask(N_("Import identities"), &rows, N_("Name"), LINE_PLAIN, name),
		name_given);
}

static enum reaction name_given(struct desk *desk, struct dialog *dialog, bool done)
{
	struct file_work *work = desk->files_work;
	struct error err = { 0 };
	if (!done)
		return files_give_up(desk);
	if (!app_identity_name_fits(desk->app, dialog_text(dialog), &err))
		return ask_name(desk, dialog_text(dialog), err.text);
	free(work->name);
	work->name = *dialog_text(dialog) ? mem_text(dialog_text(dialog)) : NULL;
	return ask_passphrase(desk, NULL);
}

/* Keys that are identities already need neither. */
enum reaction files_keep(struct desk *desk)
{
	char *name = app_identity_proposed(desk->app, desk->files_work->parts);
	struct buf raw = { 0 };
	if (!name)
		return files_ask(desk);
	text_unescape(&raw, name);
	enum reaction r = ask_name(desk, buf_text(&raw), NULL);
	buf_done(&raw);
	free(name);
	return r;
}
