/*
 * What a report means: is the chain trusted here, for this host, and did the server take us?
 */
#include <stdlib.h>
#include <string.h>

#include "app/endpoint.h"
#include "app/identity.h"
#include "app/internal.h"
#include "app/probing.h"
#include "base/lang.h"
#include "base/mem.h"

static const char *const names[PROBE_VERDICT_COUNT] = {
	[PROBE_TRUSTED] = N_("trusted"),
	[PROBE_UNTRUSTED] = N_("untrusted"),
	[PROBE_REFUSED] = N_("refused"),
	[PROBE_PLAINTEXT] = N_("plaintext"),
	[PROBE_FAILED] = N_("failed"),
	[PROBE_UNREACHED] = N_("unreached"),
};

const char *probe_verdict_name(enum probe_verdict verdict)
{
	return names[verdict];
}

enum error_code probed_code(const struct probed *probed)
{
	static const enum error_code codes[PROBE_VERDICT_COUNT] = {
		[PROBE_TRUSTED] = ERROR_NONE,
		[PROBE_UNTRUSTED] = ERROR_VERDICT,
		[PROBE_REFUSED] = ERROR_VERDICT,
		[PROBE_PLAINTEXT] = ERROR_VERDICT,
		[PROBE_FAILED] = ERROR_VERDICT,
		[PROBE_UNREACHED] = ERROR_NETWORK,
	};
	return probed->report->err.code == ERROR_USAGE ? ERROR_USAGE : codes[probed->verdict];
}

void probed_done(struct probed *probed)
{
	if (probed->judged)
		explanation_done(&probed->why);
	for (size_t i = 0; i < probed->match_count; i++) {
		free(probed->matches[i].name);
		free(probed->matches[i].why);
	}
	free(probed->matches);
	free(probed->reason);
	free(probed->kept);
	report_free(probed->report);
	*probed = (struct probed){ 0 };
}

/* --- the chain ----------------------------------------------------------------------------- */

/* The certificates that could be read; the leaf must be among them. */
static const struct cert **readable(const struct report *report, size_t *count)
{
	const struct cert **certs = mem_new((report->chain_count + 1) * sizeof(const struct cert *));
	*count = 0;
	if (report->chain_count == 0 || !report->chain[0].cert)
		return certs;
	for (size_t i = 0; i < report->chain_count; i++)
		if (report->chain[i].cert)
			certs[(*count)++] = report->chain[i].cert;
	return certs;
}

/* OCSP answers as they came, of whichever certificate: each says itself which one it is about. */
static struct staple *stapled(const struct report *report, size_t *count)
{
	struct staple *all = mem_new((report->chain_count + 1) * sizeof *all);
	*count = 0;
	if (report->staple)
		all[(*count)++] = (struct staple){ report->staple, report->staple_len };
	for (size_t i = 1; i < report->chain_count; i++)
		if (report->chain[i].staple)
			all[(*count)++] = (struct staple){ report->chain[i].staple,
				report->chain[i].staple_len };
	return all;
}

/* What the answer says is only a claim until it was judged. */
static void tell_staple(struct probed *p)
{
	const struct explained_path *path = &p->why.paths[0];
	for (size_t i = 0; i < path->reason_count; i++) {
		if (path->reasons[i].at > 0 || strncmp(path->reasons[i].code, "ocsp-", 5) != 0)
			continue;
		free(p->report->staple_text);
		p->report->staple_text = mem_text(path->reasons[i].text);
		return;
	}
}

/* The name that must stand in the certificate: who asks for another one by SNI means that one. */
static void judge_chain(struct app *app, const struct probe_wish *wish, struct probed *p)
{
	size_t count;
	struct error ignored;
	size_t staple_count;
	const struct cert **certs = readable(p->report, &count);
	struct staple *staples = stapled(p->report, &staple_count);
	const struct endpoint service = { .host = wish->host, .port = wish->port };
	char *place = endpoint_place(&service);
	const struct explain_question question = {
		.host = wish->sni && *wish->sni ? wish->sni : wish->host,
		.purpose = PURPOSE_SERVER,
		.at = wish->at,
		.staples = staples,
		.staple_count = staple_count,
		.live = true,
		.place = place,
	};
	p->judged = count > 0 && app_explain_chain(app, certs, count, &question, &p->why, &ignored);
	if (count > 0 && !p->judged)
		explanation_done(&p->why);
	if (p->judged && p->report->staple)
		tell_staple(p);
	free(staples);
	free(place);
	free(certs);
}

static const char *first_reason(const struct explanation *why)
{
	const struct explained_path *path = &why->paths[0];
	return path->reason_count ? path->reasons[0].text : _("It isn't trusted here.");
}

/* Between the leaf and its anchor: who hasn't met that one before finds no way. */
static void find_unsent(struct probed *p)
{
	const struct explained_path *path = &p->why.paths[0];
	for (size_t i = 1; p->judged && p->why.trusted && i + 1 < path->step_count && !p->unsent; i++)
		if (!path->steps[i].presented)
			p->unsent = &path->steps[i];
}

static void find_elsewhere(struct probed *p)
{
	const struct explained_path *path = &p->why.paths[0];
	for (size_t i = 0; p->judged && p->why.trusted && i < path->reason_count; i++)
		if (strcmp(path->reasons[i].code, "another-path") == 0)
			p->elsewhere = true;
}

static void fill_verify(struct probed *p)
{
	if (!p->judged)
		return;
	if (p->unsent)
		report_step(p->report, STEP_VERIFY, STEP_PASS,
			"trusted through %s, with %s, which the server should send and doesn't",
			p->why.anchor->name, p->unsent->name);
	else if (p->elsewhere)
		report_step(p->report, STEP_VERIFY, STEP_PASS,
			"trusted through %s, by another path than the chain as it was sent leads to",
			p->why.anchor->name);
	else if (p->why.trusted && p->why.direct)
		report_step(p->report, STEP_VERIFY, STEP_PASS, "trusted directly");
	else if (p->why.trusted)
		report_step(p->report, STEP_VERIFY, STEP_PASS, "trusted through %s",
			p->why.anchor->name);
	else
		report_step(p->report, STEP_VERIFY, STEP_FAIL, "%s", first_reason(&p->why));
}

bool probe_judge_chain(struct app *app, const struct probe_wish *wish, struct report *report,
	struct error *why)
{
	struct probed p = { .report = report };
	judge_chain(app, wish, &p);
	fill_verify(&p);
	bool ok = p.judged && p.why.trusted;
	if (!ok)
		error_set(why, ERROR_VERDICT, "%s",
			p.judged ? first_reason(&p.why) : _("its certificate can't be read"));
	p.report = NULL;
	probed_done(&p);
	return ok;
}

/* --- the verdict --------------------------------------------------------------------------- */

static bool was_reached(const struct report *report)
{
	return report->steps[STEP_CONNECT].outcome == STEP_PASS;
}

static bool ran_out_of_time(const struct report *report)
{
	return report->err.code == ERROR_NETWORK;
}

static enum probe_verdict verdict_of(const struct probed *p)
{
	const struct report *report = p->report;
	if (report->plaintext_only)
		return PROBE_PLAINTEXT;
	if (!p->judged)
		return was_reached(report) && !ran_out_of_time(report) ? PROBE_FAILED :
									 PROBE_UNREACHED;
	if (!p->why.trusted)
		return PROBE_UNTRUSTED;
	return report->err.code == ERROR_NONE ? PROBE_TRUSTED :
	       report->steps[STEP_ACCEPTED].outcome == STEP_FAIL ||
			       report->steps[STEP_ACCESS].outcome == STEP_FAIL ?
						PROBE_REFUSED :
						PROBE_FAILED;
}

static const char *const failures[STEP_COUNT] = {
	[STEP_RESOLVE] = N_("its name was not resolved"),
	[STEP_CONNECT] = N_("it was not reached"),
	[STEP_DIALECT] = N_("it gave no go-ahead for TLS"),
	[STEP_HELLO] = N_("it did not answer the hello"),
	[STEP_PRESENTS] = N_("it presented no certificate"),
	[STEP_VERIFY] = N_("its certificate was not verified"),
	[STEP_ASKED] = N_("the handshake broke off"),
	[STEP_PROVES] = N_("no client certificate was presented"),
	[STEP_ACCEPTED] = N_("it did not accept the connection"),
	[STEP_ACCESS] = N_("it gave no access"),
};

static int failed_rung(const struct report *report)
{
	int rung = 0;
	while (rung + 1 < STEP_COUNT && report->steps[rung].outcome != STEP_FAIL)
		rung++;
	return rung;
}

static char *reason_of(const struct probed *p)
{
	const struct report *report = p->report;
	if (p->verdict == PROBE_UNTRUSTED)
		return mem_text(first_reason(&p->why));
	if (report->err.code != ERROR_NONE)
		return mem_text(report->err.text);
	if (p->verdict != PROBE_TRUSTED)
		return mem_text(_("no certificate came"));
	if (p->unsent)
		return mem_format(_("trusted through %s, but the server doesn't send %s, and who hasn't "
				    "met that before refuses it"), p->why.anchor->name, p->unsent->name);
	if (p->elsewhere)
		return mem_format(_("trusted through %s, but by another path than the chain as it was "
				    "sent leads to, and who doesn't look for one refuses it"),
			p->why.anchor->name);
	return p->why.direct ? mem_text(_("trusted directly")) :
			       mem_format(_("trusted through %s"), p->why.anchor->name);
}

/*
 * What the store keeps is English, whoever looked.  How a connection failed was told in the language of
 * that time: of it the rung is kept.
 */
static char *kept_reason(struct app *app, const struct probe_wish *wish, struct report *report)
{
	struct probed p = { .report = report };
	bool was = lang_pause();
	judge_chain(app, wish, &p);
	find_unsent(&p);
	find_elsewhere(&p);
	p.verdict = verdict_of(&p);
	char *reason = p.verdict == PROBE_UNTRUSTED || report->err.code == ERROR_NONE ?
			       reason_of(&p) :
			       mem_text(failures[failed_rung(report)]);
	p.report = NULL;
	probed_done(&p);
	lang_resume(was);
	return reason;
}

const char *probed_kept(const struct probed *probed)
{
	return probed->kept ? probed->kept : probed->reason;
}

/* --- whom the server would take ------------------------------------------------------------ */

static bool is_wanted(const struct report *report, const char *issuer)
{
	for (size_t i = 0; i < report->authority_count; i++)
		if (strcmp(report->authorities[i], issuer) == 0)
			return true;
	return report->authorities_sent == 0;
}

/* The name of any CA of its chain may be asked for, not the nearest one's alone. */
static bool chain_is_wanted(const struct report *report, const struct identity *identity)
{
	size_t at = 0, chain;
	if (!identity_own(identity, &at, &chain))
		return false;
	for (size_t i = at - chain - 1; i < at; i++)
		if (is_wanted(report, cert_info(identity->certs[i])->issuer))
			return true;
	return false;
}

static const char *unfit(struct app *app, const struct identity *identity)
{
	struct identity_row row;
	app_identity_row(app, NULL, identity, &row);
	if (!row.has_cert)
		return _("It has no certificate yet.");
	if (row.state == IDENTITY_NO_KEY)
		return _("Its key is gone.");
	if (row.state == IDENTITY_EXPIRED)
		return _("Its certificate is over.");
	if (strcmp(identity_text(identity, "Profile"), "server") == 0)
		return _("Its certificate is a server's, not for clients (clientAuth is missing).");
	return NULL;
}

static void fill_match(struct app *app, const struct probe_wish *wish, const struct report *report,
	const struct identity *identity, struct probe_match *out)
{
	const char *why = unfit(app, identity);
	bool wanted = chain_is_wanted(report, identity);
	out->name = mem_text(identity_name(identity));
	out->fits = !why && wanted;
	out->sent = report->presented && wish->identity &&
		    fingerprint_compare(&wish->identity->id, &identity->id) == 0;
	if (why)
		out->why = mem_text(why);
	else if (!wanted)
		out->why = mem_text(_("The server doesn't name its issuer among those it takes."));
	else if (report->authorities_sent == 0)
		out->why = mem_text(_("The server names no CA: it may take any."));
	else
		out->why = mem_text(_("The server takes certificates of its issuer."));
}

static void fill_matches(struct app *app, const struct probe_wish *wish, struct probed *p)
{
	struct identities all = { 0 };
	if (!p->report->asked || !app_identities(app, &all, NULL))
		return;
	p->matches = mem_new((all.live + 1) * sizeof *p->matches);
	for (size_t i = 0; i < all.live; i++)
		if (!identity_is_ca(&all.items[i]))
			fill_match(app, wish, p->report, &all.items[i], &p->matches[p->match_count++]);
	identities_done(&all);
}

void probe_judge(struct app *app, const struct probe_wish *wish, struct report *take,
	struct probed *out)
{
	*out = (struct probed){ .report = take };
	out->kept = lang_is_on() ? kept_reason(app, wish, take) : NULL;
	judge_chain(app, wish, out);
	find_unsent(out);
	find_elsewhere(out);
	fill_verify(out);
	out->verdict = verdict_of(out);
	out->reason = reason_of(out);
	fill_matches(app, wish, out);
}

void probe_judge_again(struct app *app, const struct probe_wish *wish, struct probed *probed)
{
	struct report *report = probed->report;
	probed->report = NULL;
	probed_done(probed);
	probe_judge(app, wish, report, probed);
}
