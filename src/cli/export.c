#include "app/export.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/lang.h"
#include "base/text.h"
#include "cli/export-identity.h"
#include "cli/run.h"

/* What can be told from the words alone, before anything is read or asked. */
static bool check(const struct run *run, const struct export_format *format, struct error *err)
{
	const char *path = output_path(run, OPTION_OUTPUT);
	if (!path && run_has(run, OPTION_JSON))
		return error_set(err, ERROR_USAGE, "export: --json needs a file (-o FILE)");
	if (!path && format->binary && isatty(STDOUT_FILENO))
		return error_set(err, ERROR_USAGE,
			"export: %s is no text for a terminal (-o names a file)", format->name);
	if (path && !*path)
		return error_set(err, ERROR_USAGE, "export: -o: the name of the file is empty");
	if (path && app_read_only(run->app))
		return error_set(err, ERROR_FAILED, "export: --read-only writes no file");
	return true;
}

static bool choose_password(const struct run *run, const struct export_format *format,
	struct buf *password, const char **out, struct error *err)
{
	bool given = run_has(run, OPTION_PASSWORD_FILE);
	if (!given && format->truststore && !ask_possible())
		return error_set(err, ERROR_SECRET,
			"export: %s needs a password, by custom changeit "
			"(--password-file names a file with it)",
			format->name);
	if (given && !read_password(run, password, err))
		return false;
	if (!given && format->truststore &&
		!ask_new_secret("Password for the truststore", password, err))
		return error_wrap(err, "%s", "export");
	*out = given || format->truststore ? buf_text(password) : NULL;
	return export_password_fits(format, *out, err) || error_wrap(err, "%s", "export");
}

/* Reasons to ask first, in one line. */
static void doubts(const char *replaced, const struct export *export, struct buf *out)
{
	char *safe = replaced ? text_safe(replaced, strlen(replaced)) : NULL;
	buf_text_add(out, export_doubts(export));
	if (replaced)
		buf_format(out, _("%s is there already and would be replaced.\n"), safe);
	for (size_t i = 0; i < out->len; i++)
		if (out->data[i] == '\n')
			out->data[i] = i + 1 < out->len ? ' ' : '\0';
	free(safe);
}

static bool permitted(const struct run *run, const struct export *export, const char *replaced,
	struct error *err)
{
	struct buf why = { 0 };
	bool ok = true;
	doubts(replaced, export, &why);
	if (why.len == 0 || run_has(run, OPTION_YES)) {
		if (*export_doubts(export))
			print_warning("%s", buf_text(&why));
	} else if (ask_possible() && !run_has(run, OPTION_JSON)) {
		print_warning("%s", buf_text(&why));
		ok = ask_yes("Write it all the same?") ||
		     error_set(err, ERROR_SECRET, "export: not confirmed, nothing was written");
	} else {
		ok = error_set(err, ERROR_SECRET, "export: needs a confirmation (--yes gives it): %s",
			buf_text(&why));
	}
	buf_done(&why);
	return ok;
}

static void print_done(const struct run *run, const struct export *export,
	const struct export_format *format, size_t bytes)
{
	const char *path = output_path(run, OPTION_OUTPUT);
	size_t count = export_count(export);
	char *safe = text_safe(path, strlen(path));
	if (!run_has(run, OPTION_JSON)) {
		print_format(lang_n("exported %zu certificate to %s (%s)\n",
				     "exported %zu certificates to %s (%s)\n", count),
			count, safe, format->name);
		free(safe);
		return;
	}
	struct json *o = json_new_object(), *list = json_new_array();
	json_text(o, "file", safe);
	json_text(o, "format", format->name);
	json_int(o, "bytes", (int64_t)bytes);
	for (size_t i = 0; i < count; i++) {
		const struct export_item *item = export_item(export, i);
		char hex[FINGERPRINT_HEX];
		struct json *c = json_new_object();
		json_text(c, "name", item->name);
		json_text(c, "fingerprint", fingerprint_hex(&item->sha256, hex));
		json_append(list, c);
	}
	json_set(o, "certificates", list);
	print_json(o);
	json_free(o);
	free(safe);
}

static bool write_out(struct run *run, struct export *export, const struct export_format *format,
	const char *password, struct error *err)
{
	const struct buf *bytes = NULL;
	const char *path = output_path(run, OPTION_OUTPUT);
	if (!export_make(export, password, &bytes, err))
		return error_wrap(err, "%s", "export");
	bool replaces = path && export_replaces(path);
	if (!permitted(run, export, replaces ? path : NULL, err))
		return false;
	if (path && !export_save(export, path, replaces, err))
		return error_wrap(err, "%s", "export");
	if (path)
		print_done(run, export, format, bytes->len);
	else
		fwrite(bytes->data, 1, bytes->len, stdout);
	return true;
}

static bool add_words(struct run *run, struct export *export, struct error *err)
{
	struct entry entry;
	for (size_t i = 0; i < run->args->count; i++)
		if (!app_resolve(run->app, run->args->words[i], &entry, err) ||
			!export_add(export, &entry.info.sha256, err))
			return false;
	return true;
}

static bool export_certs(struct run *run, const struct export_format *format, struct error *err)
{
	const char *password = NULL;
	struct buf typed = { .secret = true };
	if (run_has(run, OPTION_WITH_KEY) || run_has(run, OPTION_PLAIN) ||
		run_has(run, OPTION_KEY_PASSWORD_FILE))
		return error_set(err, ERROR_USAGE, "export: %s is no identity, and only these have keys",
			run->args->words[0]);
	if (!check(run, format, err))
		return false;
	struct export *export = export_new(run->app, format);
	bool ok = choose_password(run, format, &typed, &password, err) &&
		  add_words(run, export, err) && write_out(run, export, format, password, err);
	export_free(export);
	buf_wipe(&typed);
	return ok;
}

/* An identity goes alone: what belongs to it is with it already. */
static bool find_identity(struct run *run, const struct identities *all,
	const struct identity **out, struct error *err)
{
	const struct arguments *args = run->args;
	for (size_t i = 0; i < args->count; i++) {
		if (!names_identity(run, args->words[i], all, out, err))
			return false;
		if (*out && args->count > 1)
			return error_set(err, ERROR_USAGE, "export: %s is an identity, which goes alone",
				args->words[i]);
	}
	return true;
}

/* A suffix that says nothing here may mean something there. */
static void tell_format(const struct run *run, const struct export_format *format)
{
	const char *path = output_path(run, OPTION_OUTPUT);
	const char *slash = path ? strrchr(path, '/') : NULL;
	bool suffix = path && strchr(slash ? slash : path, '.');
	if (!suffix || run_has(run, OPTION_FORMAT) || export_format_of(path))
		return;
	char *safe = text_safe(path, strlen(path));
	print_warning("%s: written as %s, since no format has this suffix (--format names another)",
		safe, format->name);
	free(safe);
}

bool run_export(struct run *run, struct error *err)
{
	const struct arguments *args = run->args;
	const struct export_format *format = NULL;
	const struct identity *identity = NULL;
	struct identities all = { 0 };
	if (!export_choose(args->text[OPTION_FORMAT], output_path(run, OPTION_OUTPUT), &format, err))
		return false;
	bool ok = app_identities(run->app, &all, err) && find_identity(run, &all, &identity, err);
	if (ok)
		ok = identity ? export_identity(run, identity, format, err) :
				export_certs(run, format, err);
	if (ok)
		tell_format(run, format);
	identities_done(&all);
	return ok;
}
