/*
 * A key, and for it a certificate or a request: what is told is told where nobody reads a request.
 */
#include "app/making.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/wish.h"

/* The request itself is on standard output. */
static bool is_aside(const struct run *run)
{
	return run->args->command == COMMAND_REQUEST && !output_path(run, OPTION_OUTPUT) &&
	       !run_has(run, OPTION_JSON) && !run_has(run, OPTION_DRY_RUN);
}

/* --- the key ------------------------------------------------------------------------------- */

static bool wants_passphrase(const struct run *run, const struct order *order)
{
	bool sealed = order->renewed && identity_is_sealed(order->renewed);
	return !run_has(run, OPTION_PLAIN) && (sealed || (order->preset && order->preset->passphrase));
}

static bool choose_passphrase(struct run *run, struct order *order, struct error *err)
{
	struct buf secret = { .secret = true };
	bool given = run_has(run, OPTION_PASSWORD_FILE), wanted = wants_passphrase(run, order);
	bool ok = read_password(run, &secret, err);
	if (ok && given && secret.len == 0)
		ok = error_set(err, ERROR_SECRET, "--password-file %s: its first line is empty",
			run->args->text[OPTION_PASSWORD_FILE]);
	else if (ok && !given && wanted && !ask_possible())
		ok = error_set(err, ERROR_SECRET, "the key wants a passphrase (--password-file names a "
			"file with it, --plain goes without)");
	else if (ok && !given && wanted)
		ok = ask_new_secret("Passphrase for the key", &secret, err);
	if (ok)
		making_set(&order->making.passphrase, buf_text(&secret));
	buf_wipe(&secret);
	return ok;
}

static bool have_key(struct run *run, struct order *order, struct new_key *key, struct error *err)
{
	if (order->making.same_key)
		return open_key(run, order->renewed, OPTION_PASSWORD_FILE, key, NULL, err);
	return app_key_make(order->making.kind, order->making.passphrase, key, err);
}

/* --- what is told -------------------------------------------------------------------------- */

static void tell_cert(bool aside, const struct cert_info *info)
{
	char from[CLOCK_ISO], to[CLOCK_ISO], hex[FINGERPRINT_HEX];
	struct buf valid = { 0 };
	const char *label = N_("Names");
	tell_field(aside, "Subject", info->subject);
	for (const char *san = NULL; (san = cert_info_san(info, san)); label = "")
		tell_field(aside, label, san);
	buf_format(&valid, _("%s to %s, %lld days"), lang_date(from, info->not_before),
		lang_date(to, info->not_after),
		(long long)clock_days(info->not_before, info->not_after + 1));
	tell_field(aside, "Valid", buf_text(&valid));
	tell_field(aside, "Serial", info->serial);
	tell_field(aside, "SHA-256", fingerprint_hex(&info->sha256, hex));
	buf_done(&valid);
}

static void tell_request(bool aside, const struct request_info *info)
{
	struct buf name = { 0 };
	tell_field(aside, "Subject", info->subject);
	for (size_t i = 0; i < info->sans->count; i++) {
		buf_cut(&name, 0);
		san_show(&info->sans->items[i], true, &name);
		tell_field(aside, i ? "" : N_("Names"), buf_text(&name));
	}
	buf_done(&name);
}

static void tell_key(bool aside, const struct order *order, const struct new_key *key)
{
	struct buf line = { 0 };
	char *words = privkey_words(key->key);
	bool sealed = order->making.same_key ? identity_is_sealed(order->renewed) :
					       order->making.passphrase != NULL;
	buf_format(&line, sealed ? _("%s, sealed with a passphrase") : _("%s, without a passphrase"), words);
	tell_field(aside, "Key", buf_text(&line));
	buf_done(&line);
	free(words);
}

/* A file of the store, or NULL where it has none of this kind. */
static char *file_of(const struct run *run, const struct plan *plan, int folder)
{
	for (size_t i = 0; i < plan->count; i++)
		if (plan->rows[i].dst.state == folder)
			return mem_format("%s/%s/%s", app_store_path(run->app), folder_name(folder),
				plan->rows[i].dst.file);
	return NULL;
}

static const struct {
	int folder;
	const char *label, *json;
} places[] = {
	{ FOLDER_KEYS, N_("Key file"), "key" },
	{ FOLDER_IDENTITIES, N_("Identity file"), "identity" },
	{ FOLDER_REQUESTS, N_("Request file"), "request" },
};
#define PLACES (sizeof places / sizeof *places)

static void tell_files(const struct run *run, bool aside, const struct plan *plan)
{
	static const enum option outputs[] = { OPTION_OUTPUT, OPTION_KEY_OUTPUT };
	for (size_t i = 0; i < PLACES; i++) {
		char *path = file_of(run, plan, places[i].folder);
		if (path)
			tell_field(aside, places[i].label, path);
		free(path);
	}
	for (size_t i = 0; i < 2; i++) {
		const char *path = output_path(run, outputs[i]);
		char *safe = path ? text_safe(path, strlen(path)) : NULL;
		if (safe)
			tell_field(aside, i ? N_("Key written to") : N_("Written to"), safe);
		free(safe);
	}
}

static void tell_made(const struct run *run, const struct order *order, const struct new_key *key,
	const struct plan *plan, const struct made *made)
{
	bool aside = is_aside(run), dry = run_has(run, OPTION_DRY_RUN);
	char hex[FINGERPRINT_HEX];
	if (dry)
		print_plan(run, plan, true, aside);
	else
		tell(aside, "%s: %s\n", plan->count ? plan->rows[0].name : "",
			made->request ? _("the request waits for its answer") : _("made"));
	tell_key(aside, order, key);
	if (made->cert)
		tell_cert(aside, cert_info(made->cert));
	else
		tell_request(aside, request_info(made->request));
	tell_field(aside, "Id", fingerprint_hex(&made->id, hex));
	if (!dry)
		tell_files(run, aside, plan);
	tell_advice(aside, &order->advice);
	if (is_aside(run))
		print_text(buf_text(&made->pem));
}

static struct json *request_json(const struct request_info *info)
{
	struct json *o = json_new_object();
	json_text(o, "subject", info->subject);
	json_set(o, "sans", sans_list_json(info->sans));
	return o;
}

static struct json *cert_json(const struct cert_info *info)
{
	struct json *o = json_new_object();
	info_json(o, info);
	return o;
}

static struct json *files_json(const struct run *run, const struct plan *plan)
{
	struct json *o = json_new_object();
	for (size_t i = 0; i < PLACES; i++) {
		char *path = file_of(run, plan, places[i].folder);
		json_text(o, places[i].json, path);
		free(path);
	}
	return o;
}

static void print_made(const struct run *run, const struct order *order, const struct new_key *key,
	const struct plan *plan, const struct made *made, int64_t seq, bool trusted)
{
	char hex[FINGERPRINT_HEX];
	char *words = privkey_words(key->key);
	struct json *o = json_new_object();
	json_text(o, "id", fingerprint_hex(&made->id, hex));
	json_text(o, "name", plan->count ? plan->rows[0].name : NULL);
	json_text(o, "key", words);
	json_bool(o, "sealed", order->making.same_key ? identity_is_sealed(order->renewed) :
							order->making.passphrase != NULL);
	if (made->cert)
		json_set(o, "certificate", cert_json(cert_info(made->cert)));
	else
		json_set(o, "request", request_json(request_info(made->request)));
	json_text(o, "pem", buf_text(&made->pem));
	json_set(o, "files", files_json(run, plan));
	json_bool(o, "trusted", trusted);
	json_set(o, "advice", advice_json(&order->advice));
	json_bool(o, "dry_run", run_has(run, OPTION_DRY_RUN));
	if (seq)
		json_int(o, "seq", seq);
	json_set(o, "plan", plan_json(plan));
	print_json(o);
	json_free(o);
	free(words);
}

/* --- trusting it --------------------------------------------------------------------------- */

static bool is_wanted(const struct run *run, const struct plan *plan)
{
	if (run_has(run, OPTION_TRUST))
		return true;
	if (run_has(run, OPTION_YES) || run_has(run, OPTION_DRY_RUN) || run_has(run, OPTION_JSON) ||
		!ask_possible())
		return false;
	print_plan(run, plan, true, false);
	return ask_yes("Trust it here?");
}

static bool trust_made(struct run *run, const struct made *made, const char *name, bool *trusted,
	struct error *err)
{
	struct plan plan = { 0 };
	int64_t seq;
	bool dry = run_has(run, OPTION_DRY_RUN);
	bool ok = app_plan_trust_made(run->app, made, name, &plan, err);
	if (ok && plan.count && is_wanted(run, &plan)) {
		ok = dry || app_apply(run->app, &plan, &seq, err);
		*trusted = ok;
		if (ok && !run_has(run, OPTION_JSON))
			print_plan(run, &plan, dry, false);
	}
	plan_done(&plan);
	return ok || error_wrap(err, "it was made, but isn't trusted");
}

/* --- doing it ------------------------------------------------------------------------------ */

static bool save_files(struct run *run, const struct new_key *key, const struct made *made,
	struct error *err)
{
	return (output_save(run, OPTION_OUTPUT, &made->pem, false, err) &&
		       output_save(run, OPTION_KEY_OUTPUT, &key->pem, true, err)) ||
	       error_wrap(err, "it was made, but the file was not written");
}

static bool carry_making(struct run *run, struct order *order, const struct new_key *key,
	struct plan *plan, struct made *made, struct error *err)
{
	int64_t seq;
	bool json = run_has(run, OPTION_JSON), trusted = false;
	if (!make_store(run, err) || !carry(run, plan, CARRY_FREELY, false, &seq, err) ||
		!save_files(run, key, made, err))
		return false;
	if (!json)
		tell_made(run, order, key, plan, made);
	bool ok = !made->cert ||
		  trust_made(run, made, plan->rows[0].name, &trusted, err);
	if (json && ok)
		print_made(run, order, key, plan, made, seq, trusted);
	return ok;
}

static bool check_outputs(struct run *run, struct error *err)
{
	const char *out = output_path(run, OPTION_OUTPUT), *key = run->args->text[OPTION_KEY_OUTPUT];
	if (key && strcmp(key, "-") == 0)
		return error_set(err, ERROR_USAGE, "--key-out: a key needs a file");
	if (out && key && strcmp(out, key) == 0)
		return error_set(err, ERROR_USAGE, "--output and --key-out name the same file");
	return output_check(run, OPTION_OUTPUT, err) && output_check(run, OPTION_KEY_OUTPUT, err);
}

static bool make(struct run *run, struct order *order, struct error *err)
{
	struct new_key key = { 0 };
	struct plan plan = { 0 };
	struct made made = { 0 };
	app_making_check(run->app, &order->making, &order->advice);
	bool ok = advice_allows(&order->advice, err) && have_key(run, order, &key, err) &&
		  app_plan_make(run->app, &order->making, &key, &plan, &made, err);
	ok = ok && carry_making(run, order, &key, &plan, &made, err);
	made_done(&made);
	plan_done(&plan);
	new_key_done(&key);
	return ok;
}

bool run_generate(struct run *run, struct error *err)
{
	struct order order = { 0 };
	bool ok = open_or_imagine(run, err) && order_read(run, &order, err) &&
		  check_outputs(run, err) &&
		  (order.making.same_key || choose_passphrase(run, &order, err));
	if (ok)
		ok = make(run, &order, err);
	order_done(&order);
	return ok || error_wrap(err, "%s", command_row(run->args->command)->name);
}
