/*
 * Identities into files, for the program that is to use them: the format, a password twice where the
 * file is sealed, the key's own passphrase where that is, and the place.
 */
#include <stdlib.h>
#include <string.h>

#include "app/export.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "console/desk.h"

struct out_work {
	struct fingerprint id;
	const struct out_row *row; /* NULL: bytes of a paper */
	char *password, *passphrase; /* wiped */
	struct buf bytes;
	char *name, *path;
	struct out_job *job; /* the bytes are made; NULL: no */
};

static const struct out_row {
	struct dialog_option option;
	const char *format, *suffix;
	bool with_key, plain, sealed; /* sealed: by a password of its own */
} rows[] = {
	{ { .key = "c",
		  .text = N_("certificate and chain, PEM"),
		  .help = N_("for nginx, Apache, Postfix, beside their key; without the root") },
		.format = "chain", .suffix = ".pem" },
	{ { .key = "p",
		  .text = N_("PKCS#12 with the key"),
		  .help = N_("for Java, Windows, YouTrack, Jira; sealed with a password") },
		.format = "pkcs12", .suffix = ".p12", .with_key = true, .sealed = true },
	{ { .key = "j",
		  .text = N_("Java keystore (JKS) with the key"),
		  .help = N_("for older Java servers; sealed with a password") },
		.format = "jks", .suffix = ".jks", .with_key = true, .sealed = true },
	{ { .key = "k",
		  .text = N_("key, certificate and chain, PEM, sealed"),
		  .help = N_("for HAProxy and its like, which ask for it at every start") },
		.format = "pem", .suffix = ".pem", .with_key = true, .sealed = true },
	{ { .key = "K",
		  .text = N_("key, certificate and chain, PEM, plain"),
		  .help = N_("whoever reads the file has the key; its mode is 0600") },
		.format = "pem", .suffix = ".pem", .with_key = true, .plain = true },
	{ { .key = "d", .text = N_("certificate alone, DER"), .help = N_("for what wants binary") },
		.format = "der", .suffix = ".der" },
};

#define ROWS (sizeof rows / sizeof rows[0])

void out_close(struct desk *desk)
{
	struct out_work *work = desk->out;
	if (!work)
		return;
	app_identity_export_cancel(work->job);
	making_set(&work->password, NULL);
	making_set(&work->passphrase, NULL);
	buf_wipe(&work->bytes);
	free(work->name);
	free(work->path);
	free(work);
	desk->out = NULL;
}

static enum reaction give_up(struct desk *desk, const struct error *err)
{
	out_close(desk);
	if (err)
		return desk_error(desk, err);
	desk_say(desk, ROLE_STATUS, "nothing was written");
	return REACT_REPAINT;
}

/* --- the place ----------------------------------------------------------------------------- */

static enum reaction ask_place(struct desk *desk, const char *problem);

static enum reaction save(struct desk *desk)
{
	struct out_work *work = desk->out;
	struct error err = { 0 };
	bool has_key = work->row && work->row->with_key;
	if (!app_identity_save(desk->app, work->path, &work->bytes, has_key, true, &err))
		return ask_place(desk, err.text);
	char *whole = realpath(work->path, NULL), *safe;
	const char *path = whole ? whole : work->path;
	safe = text_safe(path, strlen(path));
	desk_say(desk, ROLE_GOOD, has_key ? N_("written to %s, mode 0600") : N_("written to %s"),
		safe);
	free(safe);
	free(whole);
	out_close(desk);
	return REACT_REPAINT;
}

static enum reaction replaced(struct desk *desk, struct dialog *dialog, bool done)
{
	(void)dialog;
	return done ? save(desk) : give_up(desk, NULL);
}

static enum reaction place_given(struct desk *desk, struct dialog *dialog, bool done)
{
	struct out_work *work = desk->out;
	struct rows lines = { 0 };
	if (!done || !*dialog_text(dialog))
		return give_up(desk, NULL);
	free(work->path);
	work->path = typed_path(dialog_text(dialog));
	if (!export_replaces(work->path))
		return save(desk);
	char *safe = text_safe(work->path, strlen(work->path));
	rows_format(&lines, ROLE_WARNING, NULL, "%s is there already and will be replaced.", safe);
	free(safe);
	key_discard(); /* what was typed ahead answers no question */
	return desk_ask(desk,
		dialog_confirm(N_("Write it?"), DIALOG_DANGER, &lines, N_("write it")), replaced);
}

/* With what couldn't be done, the path stays as it was typed. */
static enum reaction ask_place(struct desk *desk, const char *problem)
{
	const struct out_work *work = desk->out;
	struct rows lines = { 0 };
	if (problem)
		rows_add(&lines, ROLE_ERROR, NULL, problem);
	struct dialog *dialog =
		ask_path(N_("Write"), &lines, N_("File"), work->path ? work->path : work->name);
	return desk_ask(desk, dialog, place_given);
}

/* --- the bytes ----------------------------------------------------------------------------- */

static enum reaction make(struct desk *desk);

static enum reaction passphrase_given(struct desk *desk, struct dialog *dialog, bool done)
{
	if (!done)
		return give_up(desk, NULL);
	making_set(&desk->out->passphrase, dialog_text(dialog));
	return make(desk);
}

static enum reaction ask_passphrase(struct desk *desk)
{
	struct rows lines = { 0 };
	rows_add(&lines, ROLE_VALUE, NULL, _("The key is sealed here."));
	if (desk->out->passphrase)
		rows_add(&lines, ROLE_ERROR, NULL, _("That is not its passphrase."));
	return desk_ask(desk,
		dialog_ask(N_("Export"), &lines, N_("Its passphrase"), LINE_MASKED, NULL),
		passphrase_given);
}

static enum reaction have_bytes(struct desk *desk, const struct error *err)
{
	const struct identity *identity = ids_find(desk, &desk->out->id);
	if (!err)
		return ask_place(desk, NULL);
	if (err->code == ERROR_SECRET && desk->out->row->with_key && identity &&
		identity_is_sealed(identity))
		return ask_passphrase(desk);
	return give_up(desk, err);
}

static void made(void *ctx, struct buf *take, const struct error *err)
{
	struct desk *desk = ctx;
	desk->out->job = NULL;
	wait_over(desk);
	if (take) {
		desk->out->bytes = *take;
		*take = (struct buf){ 0 };
	}
	desk->reaction |= have_bytes(desk, take ? NULL : err) | REACT_REPAINT;
}

static enum reaction stop(struct desk *desk)
{
	return give_up(desk, NULL);
}

/* Keys are opened and sealed beside the loop; certificates alone are there at once. */
static enum reaction make(struct desk *desk)
{
	struct out_work *work = desk->out;
	const struct identity *identity = ids_find(desk, &work->id);
	const struct identity_export wish = { .format = work->row->format,
		.with_key = work->row->with_key,
		.plain_key = work->row->plain,
		.password = work->password,
		.passphrase = work->passphrase };
	struct error err = { 0 };
	if (!identity)
		return give_up(desk, NULL);
	if (!wish.with_key) {
		bool ok = app_identity_export(desk->app, identity, &wish, &work->bytes, &err);
		return have_bytes(desk, ok ? NULL : &err);
	}
	work->job = app_identity_export_start(desk->app, desk->loop, identity, &wish, made, desk, &err);
	if (!work->job)
		return give_up(desk, &err);
	return wait_open(desk, N_("Export"), work->row->option.text, NULL, stop);
}

/* --- the password -------------------------------------------------------------------------- */

static enum reaction ask_password(struct desk *desk, const char *problem);

static enum reaction password_again(struct desk *desk, struct dialog *dialog, bool done)
{
	if (!done)
		return give_up(desk, NULL);
	if (strcmp(dialog_text(dialog), desk->out->password) == 0)
		return make(desk);
	making_set(&desk->out->password, NULL);
	return ask_password(desk, N_("These were two passwords."));
}

static enum reaction password_given(struct desk *desk, struct dialog *dialog, bool done)
{
	struct error err = { 0 };
	if (!done)
		return give_up(desk, NULL);
	if (!app_identity_password_fits(desk->out->row->format, dialog_text(dialog), &err))
		return ask_password(desk, err.text);
	making_set(&desk->out->password, dialog_text(dialog));
	return desk_ask(desk,
		dialog_ask(N_("Export"), NULL, N_("The same again"), LINE_MASKED, NULL),
		password_again);
}

static enum reaction ask_password(struct desk *desk, const char *problem)
{
	struct rows lines = { 0 };
	if (problem)
		rows_add(&lines, ROLE_ERROR, NULL, problem);
	rows_add(&lines, ROLE_VALUE, NULL,
		_("It seals the file; whoever uses that has to know it."));
	return desk_ask(desk,
		dialog_ask(N_("Export"), &lines, N_("Password of the file"), LINE_MASKED, NULL),
		password_given);
}

/* --- the beginning ------------------------------------------------------------------------- */

/* A name of plain characters: "ldap.example.com.p12". */
static char *file_name(const char *name, const char *suffix)
{
	char *plain = mem_text(name);
	for (char *p = plain; *p; p++)
		if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_", *p))
			*p = '_';
	char *file = mem_format("%s%s", *plain && *plain != '.' ? plain : "identity", suffix);
	free(plain);
	return file;
}

static void begin(struct desk *desk, const struct out_row *row, const char *name,
	const char *suffix)
{
	out_close(desk);
	desk->out = mem_new(sizeof *desk->out);
	*desk->out = (struct out_work){ .row = row, .name = file_name(name, suffix) };
}

static enum reaction format_chosen(struct desk *desk, struct dialog *dialog, bool done)
{
	const struct identity *identity = done ? ids_about(desk) : NULL;
	if (!identity)
		return REACT_REPAINT;
	const struct out_row *row = &rows[dialog_value(dialog)];
	begin(desk, row, identity_name(identity), row->suffix);
	desk->out->id = identity->id;
	return row->sealed ? ask_password(desk, NULL) : make(desk);
}

enum reaction action_export_identity(struct desk *desk)
{
	struct dialog_option options[ROWS];
	const struct identity *identity = desk_refuse_read_only(desk) ? NULL : ids_current(desk);
	if (!identity)
		return REACT_REPAINT;
	if (!identity_cert(identity)) {
		desk_say(desk, ROLE_STATUS, "it has no certificate yet: v shows its request");
		return REACT_REPAINT;
	}
	desk->ids.about = identity->id;
	for (size_t i = 0; i < ROWS; i++) {
		options[i] = rows[i].option;
		options[i].value = (int)i;
	}
	return desk_ask(desk, dialog_choose(N_("Export as"), NULL, options, ROWS), format_chosen);
}

enum reaction action_paper_save(struct desk *desk)
{
	if (desk_refuse_read_only(desk) || !desk->paper.pem.len)
		return REACT_REPAINT;
	begin(desk, NULL, desk->paper.name, ".pem");
	buf_add(&desk->out->bytes, desk->paper.pem.data, desk->paper.pem.len);
	return ask_place(desk, NULL);
}
