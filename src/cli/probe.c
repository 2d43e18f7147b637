#include "app/probe.h"

#include <stdlib.h>

#include "app/identity.h"
#include "base/mem.h"
#include "cli/change.h"
#include "cli/probe.h"
#include "cli/run.h"

/* --- what is asked ------------------------------------------------------------------------- */

/* Who presents a certificate opens its key first. */
bool probe_open_identity(struct run *run, struct probe_client *client, struct error *err)
{
	const char *name = run->args->text[OPTION_IDENTITY];
	const struct identity *found;
	struct buf passphrase = { .secret = true };
	if (!name)
		return true;
	if (!app_identities(run->app, &client->all, err) ||
		!identities_find(&client->all, name, false, &found, err))
		return false;
	if (!identity_cert(found))
		return error_set(err, ERROR_FAILED, "%s has no certificate yet", name);
	bool ok = read_password(run, &passphrase, err);
	const char *given = run_has(run, OPTION_PASSWORD_FILE) ? buf_text(&passphrase) : NULL;
	if (ok && identity_is_sealed(found) && !given && ask_possible()) {
		ok = ask_secret("Passphrase of the key", &passphrase) ||
		     error_set(err, ERROR_SECRET, "the key of %s: no passphrase was given", name);
		given = buf_text(&passphrase);
	}
	client->opened = ok && app_key_open(run->app, found, given, &client->key, err);
	if (client->opened)
		client->identity = found;
	buf_wipe(&passphrase);
	return client->opened;
}

void probe_client_done(struct probe_client *client)
{
	if (client->opened)
		new_key_done(&client->key);
	identities_done(&client->all);
}

static char *given(const struct run *run, enum option which)
{
	return mem_text(run->args->text[which]);
}

bool probe_read_wish(struct run *run, const char *word, struct probe_wish *wish,
	struct probe_client *client, struct error *err)
{
	*client = (struct probe_client){ 0 };
	if (!probe_wish_parse(word, run->args->text[OPTION_DIALECT], wish, err))
		return false;
	wish->sni = given(run, OPTION_SNI);
	wish->tls = given(run, OPTION_TLS);
	if (run_has(run, OPTION_HTTP))
		wish->http = run->args->text[OPTION_HTTP] ? given(run, OPTION_HTTP) : mem_text("/");
	bool ok = probe_open_identity(run, client, err);
	if (client->identity) {
		wish->identity = client->identity;
		wish->key = &client->key;
	}
	return ok;
}

/* --- what is kept -------------------------------------------------------------------------- */

static bool saves(const struct run *run)
{
	return !run_has(run, OPTION_NO_SAVE) && !app_read_only(run->app);
}

static void print_kept(const struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++)
		if (plan->rows[i].src.state == STATE_NONE)
			print_format("kept as untrusted: %s\n", plan->rows[i].name);
}

/* Where there is no store yet the first evidence makes one. */
static bool keep_it(struct run *run, const struct probed *p, struct plan *plan, struct buf *note,
	struct error *err)
{
	return app_plan_quarantine(run->app, p, plan, note, err) &&
	       (plan->count == 0 || make_store(run, err)) && app_apply(run->app, plan, NULL, err);
}

bool probe_keep_quietly(struct run *run, const struct probed *p, struct error *err)
{
	struct plan plan = { 0 };
	bool ok = !saves(run) || keep_it(run, p, &plan, NULL, err);
	plan_done(&plan);
	return ok;
}

bool probe_keep_plan(struct run *run, const struct probed *p, struct plan *plan, struct error *err)
{
	struct buf note = { 0 };
	bool ok = !saves(run) || keep_it(run, p, plan, &note, err);
	if (note.len)
		print_warning("%.*s", (int)note.len - 1, note.data);
	buf_done(&note);
	return ok;
}

/* A store that may not be written, or another writer, costs the evidence only: the verdict stands. */
void probe_keep(struct run *run, const struct probed *p, struct json *out)
{
	struct plan plan = { 0 };
	struct error err = { 0 };
	bool ok = probe_keep_plan(run, p, &plan, &err);
	if (!ok)
		print_warning("nothing was kept: %s", err.text);
	if (out && ok)
		json_set(out, "kept", plan_json(&plan));
	else if (out)
		json_set(out, "kept", json_new_array());
	else if (ok)
		print_kept(&plan);
	plan_done(&plan);
}

/* --- the command --------------------------------------------------------------------------- */

/* Of a saved service it is known what it presented before. */
static void show_change(struct run *run, const struct probed *p, struct json *out)
{
	struct endpoint_change change;
	struct error ignored;
	char *name;
	if (app_change_of_probe(run->app, p, &change, &name, &ignored) && name) {
		if (out)
			put_change(out, &change);
		else
			print_endpoint_change(&change, name, 0);
	}
	endpoint_change_done(&change);
	free(name);
}

/* What was kept is in the store by now, and can be named. */
static bool mend(struct run *run, const struct probed *p, struct json *out, struct error *err)
{
	struct error ignored;
	app_reload(run->app, &ignored);
	if (!p->judged)
		return true;
	return out ? put_remedies(run, &p->why, out, err) : print_remedies(run, &p->why, err);
}

static bool show(struct run *run, const struct probed *p, struct error *err)
{
	struct json *o = run_has(run, OPTION_JSON) ? probed_json(p) : NULL;
	if (!o)
		print_probed(p);
	show_change(run, p, o);
	probe_keep(run, p, o);
	bool ok = mend(run, p, o, err);
	if (o)
		print_json(o);
	json_free(o);
	if (!ok)
		return false;
	enum error_code code = probed_code(p);
	return code == ERROR_NONE || error_set(err, code, "%s", "");
}

/* What it is, and nothing of the way there. */
static bool explain(struct run *run, const struct probed *p, struct error *err)
{
	struct explained_lines lines = { 0 };
	struct json *o = run_has(run, OPTION_JSON) && p->judged ? explanation_json(&p->why) : NULL;
	if (!p->judged) {
		error_set(err, probed_code(p), "%s", p->reason);
		return error_wrap(err, "explain: %s", probe_verdict_name(p->verdict));
	}
	if (!o) {
		explanation_lines(&p->why, &lines);
		print_explained(&lines);
		explained_lines_done(&lines);
	}
	probe_keep(run, p, o);
	bool ok = mend(run, p, o, err);
	if (o)
		print_json(o);
	json_free(o);
	return ok && (p->why.trusted || error_set(err, ERROR_VERDICT, "%s", ""));
}

typedef bool show_fn(struct run *run, const struct probed *probed, struct error *err);

static bool probe_and(struct run *run, const char *word, show_fn *then, struct error *err)
{
	struct probe_wish wish;
	struct probe_client client;
	struct probed probed;
	if (!probe_read_wish(run, word, &wish, &client, err)) {
		probe_client_done(&client);
		probe_wish_done(&wish);
		return false;
	}
	bool ok = app_probe_run(run->app, &wish, &probed, err);
	if (ok) {
		ok = then(run, &probed, err);
		probed_done(&probed);
	}
	probe_client_done(&client);
	probe_wish_done(&wish);
	return ok;
}

bool probe_and_explain(struct run *run, const char *word, struct error *err)
{
	return probe_and(run, word, explain, err);
}

bool explain_endpoint(struct run *run, const struct endpoint *endpoint, struct error *err)
{
	struct probe_wish wish;
	struct probed probed;
	endpoint_wish(endpoint, &wish);
	bool ok = app_probe_run(run->app, &wish, &probed, err);
	if (ok) {
		ok = explain(run, &probed, err);
		probed_done(&probed);
	}
	probe_wish_done(&wish);
	return ok;
}

bool run_probe(struct run *run, struct error *err)
{
	return probe_and(run, run->args->words[0], show, err);
}
