/*
 * What a probe brought, for people and for programs.
 */
#include <string.h>

#include "base/clock.h"
#include "base/lang.h"
#include "cli/probe.h"
#include "cli/run.h"

/* --- for people ---------------------------------------------------------------------------- */

static void print_head(const struct report *r)
{
	bool address = strchr(r->host, ':') != NULL;
	print_format(address ? "[%s]:%u" : "%s:%u", r->host, r->port);
	print_format(print_is_in_words() ? ", %s" : "  %s", lang_text(r->dialect->label));
	if (r->version)
		print_format(r->weak ? _(", %s, %s (weak)") : ", %s, %s", r->version,
			r->cipher ? r->cipher : "");
	print_text("\n");
}

static const char *const marks[] = {
	[STEP_NOT_REACHED] = "-",
	[STEP_PASS] = N_("ok"),
	[STEP_FAIL] = N_("FAIL"),
	[STEP_IDLE] = "..",
};

/* In plain words a mark that is none says nothing: the text does. */
static void print_ladder_in_words(const struct report *r)
{
	for (int i = 0; i < STEP_COUNT; i++) {
		const struct report_step *step = &r->steps[i];
		bool marked = step->outcome == STEP_PASS || step->outcome == STEP_FAIL;
		print_format("%s: %s%s%s\n", lang_text(report_rung_label((enum report_rung)i)),
			marked ? lang_text(marks[step->outcome]) : "", marked ? ", " : "",
			step->text ? step->text : _("not reached"));
	}
}

static void print_ladder(const struct report *r)
{
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

static void print_sent(const struct report_cert *c, size_t number)
{
	char to[CLOCK_ISO], hex[FINGERPRINT_HEX];
	if (!c->cert) {
		print_format("  %zu  can't be read: %s\n", number, c->why ? c->why : "");
		return;
	}
	const struct cert_info *info = cert_info(c->cert);
	if (print_is_in_words())
		print_format("Certificate %zu: %s\nuntil %s\nSHA-256: %s\n", number, info->subject,
			lang_date(to, info->not_after), fingerprint_hex(&info->sha256, hex));
	else
		print_format("  %zu  %s\n     until %s, SHA-256 %s\n", number, info->subject,
			lang_date(to, info->not_after), fingerprint_hex(&info->sha256, hex));
}

static void print_chain(const struct report *r)
{
	struct buf notes = { 0 };
	if (r->chain_count)
		print_format(lang_n("presented %zu certificate:\n", "presented %zu certificates:\n",
				     r->chain_sent),
			r->chain_sent);
	for (size_t i = 0; i < r->chain_count; i++)
		print_sent(&r->chain[i], i + 1);
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
		print_format(print_is_in_words() ? "%s: %s\n" : "%-6s  %s\n", r->http[i].method,
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

void print_probed(const struct probed *p)
{
	struct explained_lines lines = { 0 };
	print_head(p->report);
	if (print_is_in_words())
		print_ladder_in_words(p->report);
	else
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
