#include "app/probe.h"

#include <stdlib.h>
#include <string.h>

#include "app/identity.h"
#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
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

/* --- for people ---------------------------------------------------------------------------- */

static void print_head(const struct report *r)
{
	bool address = strchr(r->host, ':') != NULL;
	print_format(address ? "[%s]:%u" : "%s:%u", r->host, r->port);
	print_format("  %s", lang_text(r->dialect->label));
	if (r->version)
		print_format(r->weak ? _(", %s, %s (weak)") : ", %s, %s", r->version,
			r->cipher ? r->cipher : "");
	print_text("\n");
}

static void print_ladder(const struct report *r)
{
	static const char *const marks[] = {
		[STEP_NOT_REACHED] = "-",
		[STEP_PASS] = N_("ok"),
		[STEP_FAIL] = N_("FAIL"),
		[STEP_IDLE] = "..",
	};
	size_t mark_columns = print_columns(print_columns(4, N_("ok")), N_("FAIL")), columns = 38;
	for (int i = 0; i < STEP_COUNT; i++)
		columns = print_columns(columns, report_rung_label((enum report_rung)i));
	for (int i = 0; i < STEP_COUNT; i++) {
		struct buf line = { 0 };
		const struct report_step *step = &r->steps[i];
		print_cell(&line, lang_text(marks[step->outcome]), mark_columns, false);
		print_cell(&line, lang_text(report_rung_label((enum report_rung)i)), columns, false);
		print_format("  %s%s\n", buf_text(&line), step->text ? step->text : _("not reached"));
		buf_done(&line);
	}
}

static void print_chain(const struct report *r)
{
	struct buf notes = { 0 };
	if (r->chain_count)
		print_format(lang_n("presented %zu certificate:\n", "presented %zu certificates:\n",
				     r->chain_sent),
			r->chain_sent);
	for (size_t i = 0; i < r->chain_count; i++) {
		const struct report_cert *c = &r->chain[i];
		char to[CLOCK_ISO], hex[FINGERPRINT_HEX];
		if (!c->cert) {
			print_format("  %zu  can't be read: %s\n", i + 1, c->why ? c->why : "");
			continue;
		}
		const struct cert_info *info = cert_info(c->cert);
		print_format("  %zu  %s\n     until %s, SHA-256 %s\n", i + 1, info->subject,
			lang_date(to, info->not_after), fingerprint_hex(&info->sha256, hex));
	}
	if (report_chain_notes(r, &notes))
		print_format("%s", buf_text(&notes));
	buf_done(&notes);
}

static void print_asked(const struct probed *p)
{
	const struct report *r = p->report;
	if (!r->asked)
		return;
	if (r->authorities_sent)
		print_format("asks for a client certificate of one of these CAs:\n");
	else
		print_format("asks for a client certificate of any CA\n");
	for (size_t i = 0; i < r->authority_count; i++)
		print_format("  %s\n", r->authorities[i]);
	for (size_t i = 0; i < p->match_count; i++)
		print_format(p->matches[i].sent ? _("identity %s: was sent. %s\n") :
						  _("identity %s: %s\n"),
			p->matches[i].name, p->matches[i].why);
}

static void print_http(const struct report *r)
{
	for (size_t i = 0; i < r->http_count; i++)
		print_format("%-6s  %s\n", r->http[i].method,
			r->http[i].line ? r->http[i].line : _("no answer"));
}

/* Of a chain that is trusted: is that all that is known? */
static void print_revocation(const struct explanation *x)
{
	const struct explained_path *path = &x->paths[0];
	for (size_t i = 0; i < path->step_count; i++)
		if (path->steps[i].revocation)
			print_format("also: %s: %s\n", path->steps[i].name, path->steps[i].revocation);
	for (size_t i = 0; i < path->reason_count; i++)
		if (reason_is_revocation(&path->reasons[i]))
			print_format("note: %s: %s\n", path->steps[path->reasons[i].at].name,
				path->reasons[i].text);
}

static void print_probed(const struct probed *p)
{
	struct explained_lines lines = { 0 };
	print_head(p->report);
	print_ladder(p->report);
	print_chain(p->report);
	print_asked(p);
	print_http(p->report);
	if (p->judged && p->why.trusted)
		print_revocation(&p->why);
	if (p->judged && !p->why.trusted) {
		explanation_lines(&p->why, &lines);
		print_explained(&lines);
		explained_lines_done(&lines);
	}
	print_format("%s: %s\n", lang_text(probe_verdict_name(p->verdict)), p->reason);
}

/* --- for programs -------------------------------------------------------------------------- */

static struct json *addresses_json(const struct report *r)
{
	struct json *list = json_new_array();
	for (size_t i = 0; i < r->address_count; i++) {
		struct json *o = json_new_object();
		json_text(o, "address", r->addresses[i].text);
		json_text(o, "outcome", r->addresses[i].outcome);
		json_bool(o, "used", r->addresses[i].used);
		json_append(list, o);
	}
	return list;
}

static struct json *chain_json(const struct report *r)
{
	struct json *list = json_new_array();
	for (size_t i = 0; i < r->chain_count; i++) {
		struct json *o = json_new_object();
		if (r->chain[i].cert)
			info_json(o, cert_info(r->chain[i].cert));
		else
			json_text(o, "error", r->chain[i].why);
		json_append(list, o);
	}
	return list;
}

static struct json *steps_json(const struct report *r)
{
	static const char *const outcomes[] = { "not reached", "pass", "fail", "idle" };
	struct json *list = json_new_array();
	for (int i = 0; i < STEP_COUNT; i++) {
		struct json *o = json_new_object();
		json_text(o, "step", report_rung_label((enum report_rung)i));
		json_text(o, "outcome", outcomes[r->steps[i].outcome]);
		json_text(o, "text", r->steps[i].text);
		json_int(o, "ms", r->steps[i].ms);
		json_append(list, o);
	}
	return list;
}

static struct json *matches_json(const struct probed *p)
{
	struct json *list = json_new_array();
	for (size_t i = 0; i < p->match_count; i++) {
		struct json *o = json_new_object();
		json_text(o, "identity", p->matches[i].name);
		json_bool(o, "fits", p->matches[i].fits);
		json_bool(o, "sent", p->matches[i].sent);
		json_text(o, "why", p->matches[i].why);
		json_append(list, o);
	}
	return list;
}

static void put_client(struct json *o, const struct probed *p)
{
	const struct report *r = p->report;
	struct json *authorities = json_new_array(), *http = json_new_array();
	for (size_t i = 0; i < r->authority_count; i++)
		json_append_text(authorities, r->authorities[i]);
	for (size_t i = 0; i < r->http_count; i++) {
		struct json *line = json_new_object();
		json_text(line, "method", r->http[i].method);
		json_int(line, "status", r->http[i].status);
		json_text(line, "line", r->http[i].line);
		json_append(http, line);
	}
	json_bool(o, "client_certificate_asked", r->asked);
	json_set(o, "authorities", authorities);
	json_set(o, "identities", matches_json(p));
	json_set(o, "http", http);
}

struct json *probed_json(const struct probed *p)
{
	const struct report *r = p->report;
	char when[CLOCK_ISO];
	struct json *o = json_new_object();
	json_text(o, "host", r->host);
	json_int(o, "port", r->port);
	json_text(o, "dialect", r->dialect->name);
	json_text(o, "sni", r->sni);
	json_text(o, "address", r->address);
	json_text(o, "when", clock_iso(when, r->when));
	json_int(o, "ms", r->ms);
	json_text(o, "verdict", probe_verdict_name(p->verdict));
	json_text(o, "reason", p->reason);
	json_text(o, "protocol", r->version);
	json_text(o, "cipher", r->cipher);
	json_bool(o, "weak", r->weak);
	json_text(o, "alpn", r->alpn);
	json_text(o, "alert", r->alert >= 0 ? r->alert_text : NULL);
	json_text(o, "ocsp", r->staple_text);
	json_set(o, "addresses", addresses_json(r));
	json_set(o, "steps", steps_json(r));
	json_set(o, "chain", chain_json(r));
	put_client(o, p);
	if (p->judged)
		json_set(o, "judgement", explanation_json(&p->why));
	return o;
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
