/*
 * The ladder of a probe: a row for each step on the way to the service, the verdict, and what to do
 * where a step failed.
 */
#include <string.h>

#include "base/lang.h"
#include "base/text.h"
#include "console/probe-paint.h"

static const char *const rungs[STEP_COUNT] = {
	[STEP_RESOLVE] = N_("Name"),
	[STEP_CONNECT] = N_("Connection"),
	[STEP_DIALECT] = N_("Go-ahead for TLS"),
	[STEP_HELLO] = N_("Hello is answered"),
	[STEP_PRESENTS] = N_("Server presents"),
	[STEP_VERIFY] = N_("We verify"),
	[STEP_ASKED] = N_("Server asks us"),
	[STEP_PROVES] = N_("We present"),
	[STEP_ACCEPTED] = N_("Server accepts"),
	[STEP_ACCESS] = N_("Access"),
};

/* One blank behind the widest of them. */
static int rung_cols(void)
{
	size_t most = 0;
	for (int i = 0; i < STEP_COUNT; i++)
		most = text_width(_(rungs[i])) > most ? text_width(_(rungs[i])) : most;
	return (int)most + 1;
}

static const struct {
	const char *mark; /* all as wide as the first */
	enum role role;
} outcomes[] = {
	[STEP_NOT_REACHED] = { "-      ", ROLE_DIM }, /* as wide as those below */
	[STEP_PASS] = { N_("✓ pass "), ROLE_VALUE },
	[STEP_FAIL] = { N_("✗ FAIL "), ROLE_ERROR },
	[STEP_IDLE] = { N_("· idle "), ROLE_DIM },
};

/* The sentences stand in a column where there is room for one. */
static void add_rung(struct rows *rows, const struct report_step *step, int rung, int width,
	const char *text)
{
	int pad = rung_cols() - (int)text_width(_(rungs[rung]));
	bool column = width >= PROBE_COLUMNS_FROM && !screen_is_plain();
	rows_format(rows, outcomes[step->outcome].role, outcomes[step->outcome].mark, "%s%s%*s%s",
		_(rungs[rung]), column || !*text ? "" : ": ", column ? pad : 0, "", text);
}

/* Which rung is being tried: the one behind the last that has an outcome. */
static int rung_under_way(const struct report *report)
{
	int next = 0;
	for (int i = 0; report && i < STEP_COUNT; i++)
		if (report->steps[i].outcome != STEP_NOT_REACHED)
			next = i + 1;
	return next == STEP_VERIFY ? STEP_ASKED : next; /* we verify when all of it is there */
}

void probe_ladder_rows(struct rows *rows, const struct probe_work *work,
	const struct report *report)
{
	static const struct report_step none = { 0 };
	int now = work->job ? rung_under_way(report) : STEP_COUNT;
	for (int i = 0; i < STEP_COUNT; i++) {
		const struct report_step *step = report ? &report->steps[i] : &none;
		bool reached = step->outcome != STEP_NOT_REACHED;
		bool refused = i == STEP_VERIFY && step->outcome == STEP_FAIL;
		if (i == now)
			rows_format(rows, ROLE_HEADING, N_("> now  "), "%s", _(rungs[i]));
		else
			add_rung(rows, step, i, work->width,
				refused                 ? _("Not trusted: the verdict says why.")
				: reached && step->text ? step->text
				: !work->job            ? _("not reached")
				: i == STEP_VERIFY && now > i ? _("at the end")
							      : "");
	}
}

/* --- what to do --------------------------------------------------------------------------- */

static const char *const advice[STEP_COUNT] = {
	[STEP_RESOLVE] =
		N_("Is the name right? An address works too, with the name as \"Ask for\"."),
	[STEP_CONNECT] =
		N_("Is the service running, is the port right, is there a firewall between?"),
	[STEP_DIALECT] = N_("Is it another dialect? p asks for it."),
	[STEP_HELLO] = N_("Perhaps another dialect, or another TLS version: p asks for both."),
	[STEP_PRESENTS] =
		N_("Its operator has to look: the handshake ended before its certificate."),
	[STEP_PROVES] = N_("Look at the identity: 2 lists them with what is missing."),
	[STEP_ACCESS] = N_("TLS is in order; the service itself says no."),
};

static const char *advice_verify(const struct probed *p)
{
	const struct explained_path *path = p->judged ? &p->why.paths[0] : NULL;
	const char *code = path && path->reason_count ? path->reasons[0].code : "";
	if (strcmp(code, "wrong-host") == 0)
		return _("Use a name that stands in it (p, \"Ask for\"), or have it issued anew.");
	if (strcmp(code, "expired") == 0)
		return _("Its owner has to renew it: trusting it wouldn't help.");
	if (strcmp(code, "revoked") == 0 || strcmp(code, "ocsp-revoked") == 0)
		return _("Its CA has withdrawn it: its owner needs another one.");
	if (strcmp(code, "blocked") == 0)
		return _("Somebody decided against it: the journal (5) says who and why.");
	return path && path->anchored ? _("w says why; trusting it wouldn't help.")
				      : _("d decides; w says why.");
}

static const char *advice_for(const struct probed *p, int rung)
{
	const struct report *report = p->report;
	if (rung == STEP_VERIFY)
		return advice_verify(p);
	if (rung == STEP_DIALECT && report->plaintext_only)
		return _("TLS has to be switched on there.");
	if (rung != STEP_ACCEPTED && !(rung == STEP_ACCESS && report->asked))
		return _(advice[rung]);
	return report->presented ? _("It takes those below: p, \"We present\", sends another one.")
	       : report->asked   ? _("It wants a certificate: p chooses one of ours; 2 makes them.")
				 : _("Its operator has to look why.");
}

/* --- the verdict -------------------------------------------------------------------------- */

/* One of ours that it would take, where it got none or another one. */
static const char *better_identity(const struct probed *p)
{
	bool refused = p->verdict == PROBE_REFUSED;
	for (size_t i = 0; refused && i < p->match_count; i++)
		if (p->matches[i].fits && !p->matches[i].sent)
			return p->matches[i].name;
	return NULL;
}

void probe_verdict_rows(struct rows *rows, const struct probed *p)
{
	const char *better = better_identity(p);
	const struct report *r = p->report;
	if (p->verdict == PROBE_TRUSTED) /* the reason says it itself */
		rows_format(rows, ROLE_GOOD, N_("Verdict"), "%s%s", probe_mark(true), p->reason);
	else
		rows_format(rows, ROLE_ERROR, N_("Verdict"), "%s%s: %s", probe_mark(false),
			_(probe_verdict_name(p->verdict)), p->reason);
	for (int i = 0; i < STEP_COUNT; i++) {
		if (r->steps[i].outcome != STEP_FAIL)
			continue;
		if (better && i != STEP_VERIFY)
			rows_format(rows, ROLE_WARNING, N_("To do"),
				"It should take %s of ours: p, \"We present\", sends that.",
				better);
		else
			rows_add(rows, ROLE_WARNING, "To do", advice_for(p, i));
		if (i != STEP_VERIFY)
			break;
	}
}
