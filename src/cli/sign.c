/*
 * Answering a request as a CA.  What is asked for is shown before anything is taken over: subject and
 * names go into the certificate, everything else comes from the profile.
 */
#include "app/signing.h"

#include <string.h>
#include <unistd.h>

#include "app/identity.h"
#include "base/fs.h"
#include "base/lang.h"
#include "cli/run.h"

#define REQUEST_MOST ((size_t)1 << 20)

/* The certificate itself is on standard output. */
static bool is_aside(const struct run *run)
{
	return !output_path(run, OPTION_OUTPUT) && !run_has(run, OPTION_DRY_RUN);
}

/* --- the request --------------------------------------------------------------------------- */

static bool read_stdin(struct run *run, struct signing *signing, struct error *err)
{
	struct buf bytes = { 0 };
	bool ok = fs_read_fd(STDIN_FILENO, "standard input", REQUEST_MOST, &bytes, err) &&
		  app_signing_bytes(run->app, "standard input", bytes.data, bytes.len, signing, err);
	buf_done(&bytes);
	return ok;
}

static bool read_request(struct run *run, struct signing *signing, struct error *err)
{
	const char *path = run->args->words[0];
	return strcmp(path, "-") == 0 ? read_stdin(run, signing, err) :
					app_signing_read(run->app, path, signing, err);
}

static bool read_terms(const struct run *run, struct signing *signing, struct error *err)
{
	const struct arguments *args = run->args;
	const char *profile = args->text[OPTION_PROFILE];
	int64_t days = 0;
	if (!run_has(run, OPTION_BY_CA))
		return error_set(err, ERROR_USAGE, "who signs? (--ca names an identity)");
	if (!profile)
		return error_set(err, ERROR_USAGE,
			"what is it for? (--profile server, client, both or ca)");
	signing->profile = profile_named(profile);
	if (!signing->profile)
		return error_set(err, ERROR_USAGE, "--profile %s: give server, client, both or ca",
			profile);
	if (!arguments_number(args, OPTION_DAYS, 1, PROFILE_DAYS_MOST, &days, err))
		return false;
	signing->days = (unsigned)days;
	signing->crl_url = args->text[OPTION_CRL_URL];
	signing->issuer_url = args->text[OPTION_ISSUER_URL];
	return true;
}

/* --- the names ----------------------------------------------------------------------------- */

static bool drop(struct sans *sans, const char *text, struct error *err)
{
	struct san san;
	size_t before = sans->count;
	if (!san_parse(text, &san, err)) {
		err->code = ERROR_USAGE;
		return error_wrap(err, "--drop-san");
	}
	for (size_t i = sans->count; i-- > 0;)
		if (sans->items[i].kind == san.kind && strcmp(sans->items[i].value, san.value) == 0)
			sans_remove(sans, i);
	san_done(&san);
	return sans->count < before ||
	       error_set(err, ERROR_USAGE, "--drop-san %s: the request doesn't ask for that", text);
}

/* Names that are given stand instead of those that are asked for. */
static bool choose_names(const struct run *run, struct signing *signing, struct error *err)
{
	const char *given;
	for (size_t at = 0; (given = arguments_next(run->args, OPTION_DROP_SAN, &at));)
		if (!drop(&signing->sans, given, err))
			return false;
	if (run_has(run, OPTION_SAN))
		sans_done(&signing->sans);
	for (size_t at = 0; (given = arguments_next(run->args, OPTION_SAN, &at));) {
		if (sans_add(&signing->sans, given, err))
			continue;
		err->code = ERROR_USAGE;
		return error_wrap(err, "--san");
	}
	return true;
}

static void list_names(const struct sans *sans, struct buf *out)
{
	for (size_t i = 0; i < sans->count; i++) {
		buf_text_add(out, i ? ", " : "");
		san_show(&sans->items[i], true, out);
	}
}

/* --- the review ---------------------------------------------------------------------------- */

static void tell_review(const struct run *run, const struct signing *signing,
	const struct advice *advice)
{
	struct details details = { 0 };
	struct buf names = { 0 }, days = { 0 };
	bool aside = is_aside(run);
	app_signing_details(signing, &details);
	tell_details(aside, &details);
	list_names(&signing->sans, &names);
	buf_format(&days, "%u", signing->days);
	tell(aside, "\nThe certificate\n");
	tell_field(aside, "CA", identity_name(signing->ca));
	tell_field(aside, "Profile", lang_text(signing->profile->label));
	tell_field(aside, "Subject", request_info(signing->request)->subject);
	tell_field(aside, "Names", signing->sans.count ? buf_text(&names) : _("none"));
	tell_field(aside, "Days", buf_text(&days));
	tell_advice(aside, advice);
	buf_done(&names);
	buf_done(&days);
	details_done(&details);
}

static bool was_seen(const struct run *run, const struct signing *signing, struct error *err)
{
	struct buf names = { 0 };
	if (run_has(run, OPTION_YES) || run_has(run, OPTION_DRY_RUN))
		return true;
	if (ask_possible() && !run_has(run, OPTION_JSON))
		return ask_yes("Sign it?") ||
		       error_set(err, ERROR_SECRET, "not confirmed, nothing was signed");
	if (run_has(run, OPTION_SAN) || signing->sans.count == 0)
		return true;
	list_names(&signing->sans, &names);
	error_set(err, ERROR_SECRET, "the request asks for %s (--yes takes that over, --san says what "
		"counts, --dry-run shows the request)", buf_text(&names));
	buf_done(&names);
	return false;
}

/* --- the answer ---------------------------------------------------------------------------- */

static struct json *answer_json(const struct run *run, const struct signing *signing,
	const struct advice *advice, const struct buf *pem)
{
	const struct request_info *info = request_info(signing->request);
	struct json *o = json_new_object(), *request = json_new_object();
	json_text(o, "ca", identity_name(signing->ca));
	json_text(o, "profile", signing->profile->name);
	json_int(o, "days", signing->days);
	json_text(request, "subject", info->subject);
	json_set(request, "sans", sans_list_json(info->sans));
	json_bool(request, "asks_ca", info->asks_ca);
	json_bool(request, "asks_unseen", info->asks_unseen);
	json_bool(request, "signed_by_key", info->signed_by_key);
	json_set(o, "request", request);
	json_set(o, "sans", sans_list_json(&signing->sans));
	json_text(o, "pem", run_has(run, OPTION_DRY_RUN) ? NULL : buf_text(pem));
	json_set(o, "advice", advice_json(advice));
	return o;
}

static void tell_answer(const struct run *run, const struct plan *plan, const struct buf *pem)
{
	bool aside = is_aside(run);
	print_plan(run, plan, run_has(run, OPTION_DRY_RUN), aside);
	if (aside)
		print_text(buf_text(pem));
}

static bool sign(struct run *run, struct signing *signing, const struct new_key *key,
	struct error *err)
{
	struct advice advice = { 0 };
	struct plan plan = { 0 };
	struct buf pem = { 0 };
	int64_t seq;
	bool json = run_has(run, OPTION_JSON);
	app_signing_check(run->app, signing, key, &advice);
	/* Where nobody is asked it comes last, so that an error stays one line. */
	bool early = !json && (ask_possible() || run_has(run, OPTION_DRY_RUN));
	if (early)
		tell_review(run, signing, &advice);
	bool ok = advice_allows(&advice, err) && was_seen(run, signing, err) &&
		  app_plan_sign(run->app, signing, key, &plan, &pem, err);
	if (ok && json)
		ok = carry_out(run, &plan, CARRY_FREELY, false,
			answer_json(run, signing, &advice, &pem), err);
	else if (ok)
		ok = carry(run, &plan, CARRY_FREELY, false, &seq, err);
	if (ok && !json && !early)
		tell_review(run, signing, &advice);
	if (ok && !json)
		tell_answer(run, &plan, &pem);
	ok = ok && (output_save(run, OPTION_OUTPUT, &pem, false, err) ||
			   error_wrap(err, "it was made, but the file was not written"));
	advice_done(&advice);
	plan_done(&plan);
	buf_done(&pem);
	return ok;
}

bool run_sign(struct run *run, struct error *err)
{
	struct identities all = { 0 };
	struct signing signing = { 0 };
	struct new_key key = { 0 };
	bool ok = read_terms(run, &signing, err) && output_check(run, OPTION_OUTPUT, err) &&
		  find_ca(run, run->args->text[OPTION_BY_CA], &all, &signing.ca, err) &&
		  read_request(run, &signing, err) &&
		  choose_names(run, &signing, err) &&
		  open_key(run, signing.ca, OPTION_PASSWORD_FILE, &key, NULL, err) &&
		  sign(run, &signing, &key, err);
	new_key_done(&key);
	signing_done(&signing);
	identities_done(&all);
	return ok || error_wrap(err, "%s", "sign");
}
