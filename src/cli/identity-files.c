/*
 * Keys and what belongs to them, out of files.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/identity.h"
#include "base/fs.h"
#include "base/lang.h"
#include "base/text.h"
#include "cli/run.h"

#define STDIN_MOST ((size_t)1 << 30)
#define TRIES      3

struct source {
	struct parts *parts;
	struct parts_options options;
	struct buf password; /* what the options point to */
	struct buf input;    /* standard input, which is read once */
	bool has_input;
};

static void source_done(struct source *source)
{
	parts_free(source->parts);
	buf_wipe(&source->password);
	buf_wipe(&source->input);
}

static bool read_input(struct run *run, struct source *source, struct error *err)
{
	size_t most = (size_t)settings_int(app_settings(run->app), SETTING_LIMIT_FILE_MB) << 20;
	if (source->has_input)
		return true;
	source->has_input = true;
	return fs_read_fd(STDIN_FILENO, "standard input",
		source->options.no_limits ? STDIN_MOST : most, &source->input, err);
}

static bool add_file(struct run *run, struct source *source, const char *path, struct error *err)
{
	if (strcmp(path, "-") != 0)
		return app_parts_add(run->app, source->parts, path, &source->options, err);
	return read_input(run, source, err) &&
	       app_parts_add_bytes(run->app, source->parts, "standard input", source->input.data,
		       source->input.len, &source->options, err);
}

static bool ask_password(struct source *source, const char *path)
{
	struct buf prompt = { 0 };
	char *safe = text_safe(path, strlen(path));
	buf_format(&prompt, _("Password of %s"), safe);
	buf_wipe(&source->password);
	bool ok = ask_secret(buf_text(&prompt), &source->password) && source->password.len;
	source->options.password = ok ? buf_text(&source->password) : NULL;
	buf_done(&prompt);
	free(safe);
	return ok;
}

/* On a terminal a password is asked for where one is wanted, and again after a slip. */
static bool add_with_password(struct run *run, struct source *source, const char *path,
	struct error *err)
{
	bool given = run_has(run, OPTION_PASSWORD_FILE);
	bool ok = add_file(run, source, path, err);
	for (int i = 0; i < TRIES && !ok && !given && err->code == ERROR_SECRET && ask_possible(); i++) {
		if (i > 0)
			print_warning("%s", err->text);
		if (!ask_password(source, path))
			break;
		ok = add_file(run, source, path, err);
	}
	if (ok || err->code != ERROR_SECRET)
		return ok;
	if (source->options.password) {
		err->code = ERROR_FAILED; /* a wrong one, not a missing one */
		return false;
	}
	struct error why = *err;
	return error_set(err, ERROR_SECRET, "%s (--password-file names a file with it)", why.text);
}

static bool add_files(struct run *run, size_t first, struct source *source, struct error *err)
{
	source->parts = parts_new();
	source->options.no_limits = run_has(run, OPTION_NO_LIMITS);
	if (!read_password(run, &source->password, err))
		return false;
	if (run_has(run, OPTION_PASSWORD_FILE))
		source->options.password = buf_text(&source->password);
	for (size_t i = first; i < run->args->count; i++)
		if (!add_with_password(run, source, run->args->words[i], err))
			return false;
	return true;
}

/* --- import -------------------------------------------------------------------------------- */

/* A key that came sealed stays sealed, unless it is said otherwise. */
static bool choose_seal(const struct run *run, const struct source *source, struct buf *own,
	const char **out, struct error *err)
{
	bool given = run_has(run, OPTION_KEY_PASSWORD_FILE);
	*out = NULL;
	if (run_has(run, OPTION_PLAIN) && given)
		return error_set(err, ERROR_USAGE, "--plain and --key-password-file exclude each other");
	if (!read_secret(run, OPTION_KEY_PASSWORD_FILE, own, err))
		return false;
	if (given && own->len == 0)
		return error_set(err, ERROR_SECRET, "--key-password-file: its first line is empty");
	if (given)
		*out = buf_text(own);
	else if (!run_has(run, OPTION_PLAIN) && parts_was_sealed(source->parts) && source->password.len)
		*out = source->options.password;
	return true;
}

static bool carry_parts(struct run *run, struct plan *plan, const struct advice *advice,
	struct error *err)
{
	bool json = run_has(run, OPTION_JSON);
	struct json *more = json ? json_new_object() : NULL;
	if (json)
		json_set(more, "advice", advice_json(advice));
	if (!carry_out(run, plan, CARRY_FREELY, false, more, err))
		return false;
	if (!json)
		tell_advice(false, advice);
	return true;
}

static bool import_parts(struct run *run, const struct source *source, const char *seal,
	struct error *err)
{
	struct plan plan = { .op = "import" };
	struct advice advice = { 0 };
	app_parts_check(run->app, source->parts, NULL, &advice);
	bool ok = app_plan_identity_import(run->app, source->parts, run->args->text[OPTION_NAME], seal,
			  &plan, err) &&
		  make_store(run, err) && carry_parts(run, &plan, &advice, err);
	advice_done(&advice);
	plan_done(&plan);
	return ok;
}

bool run_identity_import(struct run *run, struct error *err)
{
	struct source source = { 0 };
	struct buf own = { .secret = true };
	const char *seal;
	bool ok = open_or_imagine(run, err) && add_files(run, 0, &source, err) &&
		  choose_seal(run, &source, &own, &seal, err) && import_parts(run, &source, seal, err);
	buf_wipe(&own);
	source_done(&source);
	return ok || error_wrap(err, "%s", "identity import");
}

/* --- attach -------------------------------------------------------------------------------- */

static bool attach_parts(struct run *run, const struct source *source,
	const struct identity *identity, struct error *err)
{
	struct plan plan = { .op = "attach" };
	struct advice advice = { 0 };
	app_parts_check(run->app, source->parts, identity, &advice);
	bool ok = app_plan_identity_attach(run->app, identity, source->parts, &plan, err) &&
		  carry_parts(run, &plan, &advice, err);
	advice_done(&advice);
	plan_done(&plan);
	return ok;
}

bool run_identity_attach(struct run *run, struct error *err)
{
	struct source source = { 0 };
	struct identities all = { 0 };
	const struct identity *identity;
	bool ok = app_identities(run->app, &all, err) &&
		  identities_find(&all, run->args->words[0], false, &identity, err) &&
		  add_files(run, 1, &source, err) && attach_parts(run, &source, identity, err);
	identities_done(&all);
	source_done(&source);
	return ok || error_wrap(err, "%s", "identity attach");
}
