/*
 * An identity into a file for another program: its certificate and those that are sent with it, and
 * its key where the format or --key says so.
 */
#include "cli/export-identity.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/identity.h"
#include "base/fs.h"
#include "base/lang.h"
#include "base/text.h"
#include "cli/run.h"

struct task {
	const struct identity *identity;
	const struct export_format *format;
	struct identity_export wish;
	struct buf password, passphrase; /* what the wish points to */
};

/* --- which one ----------------------------------------------------------------------------- */

static bool is_same(const struct identity *identity, const struct entry *entry)
{
	const struct cert *cert = identity_cert(identity);
	return cert && fingerprint_compare(&cert_info(cert)->sha256, &entry->info.sha256) == 0;
}

static bool refuse_both(const char *word, const struct entry *entry, const struct identity *identity,
	struct error *err)
{
	char cert[FINGERPRINT_HEX], id[FINGERPRINT_HEX];
	return error_set(err, ERROR_NOT_FOUND,
		"%s: a certificate and an identity are called that (say the certificate by %.16s, the "
		"identity by %.16s)",
		word, fingerprint_hex(&entry->info.sha256, cert), fingerprint_hex(&identity->id, id));
}

bool names_identity(struct run *run, const char *word, const struct identities *all,
	const struct identity **out, struct error *err)
{
	struct entry entry;
	struct error none = { 0 };
	*out = NULL;
	const struct identity *identity;
	if (!identities_find(all, word, false, &identity, &none))
		return true;
	if (app_resolve(run->app, word, &entry, &none) && !is_same(identity, &entry))
		return refuse_both(word, &entry, identity, err);
	*out = identity;
	return true;
}

/* --- its secrets --------------------------------------------------------------------------- */

/* A sealed key is opened by --key-password-file, or by the one password that was given. */
static bool open_sealed(struct run *run, struct task *task, struct error *err)
{
	struct new_key key = { 0 };
	bool own = run_has(run, OPTION_KEY_PASSWORD_FILE) || !run_has(run, OPTION_PASSWORD_FILE);
	bool ok = open_key(run, task->identity,
		own ? OPTION_KEY_PASSWORD_FILE : OPTION_PASSWORD_FILE, &key, &task->passphrase, err);
	new_key_done(&key);
	task->wish.passphrase = buf_text(&task->passphrase);
	if (!ok && !own)
		error_wrap(err, "--key-password-file names its own passphrase");
	return ok;
}

/* In PEM a key stays as it is, sealed or not, unless it is said otherwise. */
static bool choose_password(struct run *run, struct task *task, struct error *err)
{
	bool given = run_has(run, OPTION_PASSWORD_FILE), plain = run_has(run, OPTION_PLAIN);
	bool sealed = identity_is_sealed(task->identity);
	if (given && plain)
		return error_set(err, ERROR_USAGE, "--plain and --password-file exclude each other");
	if (!read_password(run, &task->password, err))
		return false;
	if (given && task->password.len == 0)
		return error_set(err, ERROR_SECRET, "--password-file: its first line is empty");
	if (!given && task->format->truststore) {
		if (!ask_possible())
			return error_set(err, ERROR_SECRET, "%s needs a password (--password-file names "
				"a file with it)", task->format->name);
		given = ask_new_secret("Password for the keystore", &task->password, err);
		if (!given)
			return false;
	}
	if (sealed && !open_sealed(run, task, err))
		return false;
	task->wish.plain_key = !given && (plain || !sealed);
	if (given)
		task->wish.password = buf_text(&task->password);
	else if (!task->wish.plain_key)
		task->wish.password = task->wish.passphrase;
	return true;
}

static bool choose(struct run *run, struct task *task, struct error *err)
{
	task->wish.format = task->format->name;
	task->wish.with_key = task->format->truststore || run_has(run, OPTION_WITH_KEY);
	if (task->wish.with_key)
		return choose_password(run, task, err);
	if (run_has(run, OPTION_PASSWORD_FILE) || run_has(run, OPTION_PLAIN) ||
		run_has(run, OPTION_KEY_PASSWORD_FILE))
		return error_set(err, ERROR_USAGE, "%s has no key in it, and so no password (--key puts "
			"it in)", task->format->name);
	return true;
}

/* --- writing it ---------------------------------------------------------------------------- */

static bool may_show(const struct run *run, const struct task *task, struct error *err)
{
	if (output_path(run, OPTION_OUTPUT))
		return true;
	if (run_has(run, OPTION_JSON))
		return error_set(err, ERROR_USAGE, "--json needs a file (-o FILE)");
	if (!isatty(STDOUT_FILENO))
		return true;
	if (task->format->binary)
		return error_set(err, ERROR_USAGE, "%s is no text for a terminal (-o names a file)",
			task->format->name);
	return !task->wish.with_key || run_has(run, OPTION_YES) ||
	       error_set(err, ERROR_SECRET, "a private key would stand on this terminal (--yes shows "
		       "it, -o names a file)");
}

static void print_done(const struct run *run, const struct task *task, size_t bytes)
{
	const char *path = output_path(run, OPTION_OUTPUT);
	char *safe = text_safe(path, strlen(path));
	char hex[FINGERPRINT_HEX];
	if (run_has(run, OPTION_JSON)) {
		struct json *o = json_new_object();
		json_text(o, "file", safe);
		json_text(o, "format", task->format->name);
		json_int(o, "bytes", (int64_t)bytes);
		json_text(o, "identity", identity_name(task->identity));
		json_text(o, "id", fingerprint_hex(&task->identity->id, hex));
		json_bool(o, "key", task->wish.with_key);
		print_json(o);
		json_free(o);
	} else {
		print_format(!task->wish.with_key ? _("exported %s to %s (%s, without its key)\n") :
				task->wish.plain_key ?
				_("exported %s to %s (%s, with its key, not sealed)\n") :
				_("exported %s to %s (%s, with its key)\n"),
			identity_name(task->identity), safe, task->format->name);
	}
	free(safe);
}

/* Past the buffers of stdio, which nobody wipes. */
static bool put_out(const struct buf *bytes, struct error *err)
{
	return (fflush(stdout) == 0 && fs_write_fd(STDOUT_FILENO, bytes->data, bytes->len)) ||
	       error_errno(err, "writing to standard output");
}

static bool write_out(struct run *run, const struct task *task, struct error *err)
{
	struct buf bytes = { .secret = true };
	bool ok = app_identity_export(run->app, task->identity, &task->wish, &bytes, err) &&
		  output_save(run, OPTION_OUTPUT, &bytes, task->wish.with_key, err);
	if (ok && output_path(run, OPTION_OUTPUT))
		print_done(run, task, bytes.len);
	else if (ok)
		ok = put_out(&bytes, err);
	buf_wipe(&bytes);
	return ok;
}

bool export_identity(struct run *run, const struct identity *identity,
	const struct export_format *format, struct error *err)
{
	struct task task = { .identity = identity, .format = format };
	bool ok = (output_check(run, OPTION_OUTPUT, err) && choose(run, &task, err) &&
			  may_show(run, &task, err)) || error_wrap(err, "%s", "export");
	ok = ok && write_out(run, &task, err);
	buf_wipe(&task.password);
	buf_wipe(&task.passphrase);
	return ok;
}
