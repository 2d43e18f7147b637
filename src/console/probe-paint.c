/*
 * How a probe looks: the ladder first, as it is what one waits for; below it the verdict, the chain
 * and whatever else the server said.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "console/probe.h"

#define COLUMNS_FROM 60 /* columns: below it the texts need them */
#define NAMES_MOST 30 /* alternative names; Enter shows all of them */

/* --- the ladder --------------------------------------------------------------------------- */

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
	bool column = width >= COLUMNS_FROM && !screen_is_plain();
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

static void add_ladder(struct rows *rows, const struct probe_work *work,
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

static void add_verdict(struct rows *rows, const struct probed *p)
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

static void add_tls(struct rows *rows, const struct report *r)
{
	struct buf text = { 0 };
	const char *const parts[] = { r->version, r->cipher, r->group, r->signature };
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		if (parts[i] && *parts[i])
			buf_format(&text, "%s%s", text.len ? ", " : "", parts[i]);
	if (r->alpn)
		buf_format(&text, ", ALPN %s", r->alpn); /* as protocols are called */
	if (text.len)
		rows_format(rows, r->weak ? ROLE_WARNING : ROLE_VALUE, N_("TLS"),
			r->weak ? N_("%s (outdated)") : "%s", buf_text(&text));
	buf_done(&text);
	if (r->staple_text)
		rows_add(rows, r->staple_status == STAPLE_REVOKED ? ROLE_ERROR : ROLE_VALUE, "OCSP",
			r->staple_text);
	if (r->alert >= 0 && r->alert_text)
		rows_add(rows, ROLE_WARNING, "Alert", r->alert_text);
	for (size_t i = 0; r->address_count > 1 && i < r->address_count; i++)
		rows_format(rows, r->addresses[i].used ? ROLE_VALUE : ROLE_DIM,
			i ? "" : N_("Address"), "%s: %s", r->addresses[i].text,
			r->addresses[i].outcome);
}

/* --- the chain ---------------------------------------------------------------------------- */

/* Of the words that say how each is held, the longest. */
static size_t held_columns(const struct desk *desk, const struct probe_work *work)
{
	size_t most = 0;
	for (size_t i = 0; i < work->link_count; i++) {
		struct buf held = { 0 };
		probe_held(desk, &work->links[i], &held);
		size_t width = text_width(buf_text(&held));
		most = work->links[i].info && width > most ? width : most;
		buf_done(&held);
	}
	return most;
}

static size_t tree_columns(const struct desk *desk, const struct probe_work *work)
{
	size_t most = 0, held = held_columns(desk, work);
	size_t width_least = held + 32;
	size_t room = (size_t)work->width > width_least ? (size_t)work->width - 10 - held : 22;
	if (work->width >= COLUMNS_FROM)
		room -= 18;
	for (size_t i = 0; i < work->link_count; i++) {
		char *line = probe_tree_line(desk, &work->links[i], room);
		size_t width = text_width(line);
		most = width > most ? width : most;
		free(line);
	}
	return most;
}

static void add_link(struct desk *desk, struct probe_work *work, size_t at, size_t columns,
	size_t held_cols)
{
	const struct probe_link *link = &work->links[at];
	struct buf held = { 0 }, label = { 0 };
	char until[CLOCK_ISO];
	char *line = probe_tree_line(desk, link, columns);
	enum role role = probe_held(desk, link, &held);
	buf_text_add(&label, at == work->link ? "> " : "  ");
	if (link->number)
		buf_format(&label, "%zu", link->number);
	else
		buf_text_add(&label, "-");
	int pad = (int)(columns - text_width(line)) + 2;
	bool dates = link->info && work->width >= COLUMNS_FROM;
	int gap = (int)held_cols + 2 - (int)text_width(buf_text(&held));
	work->rows[at] = work->text.rows.count;
	if (screen_is_plain())
		rows_format(&work->text.rows, role, buf_text(&label), "%s, %s%s%s", line,
			buf_text(&held), link->info ? _(", until ") : "",
			link->info ? lang_date(until, link->info->not_after) : "");
	else if (dates)
		rows_format(&work->text.rows, role, buf_text(&label), "%s%*s%s%*s%s %s", line, pad,
			"", buf_text(&held), gap > 2 ? gap : 2, "", _("until"),
			lang_date(until, link->info->not_after));
	else
		rows_format(&work->text.rows, role, buf_text(&label), "%s%*s%s", line, pad, "",
			buf_text(&held));
	free(line);
	buf_done(&label);
	buf_done(&held);
}

static void add_notes(struct rows *rows, const struct report *report)
{
	struct buf notes = { 0 };
	report_chain_notes(report, &notes);
	const char *at = buf_text(&notes), *end;
	for (; (end = strchr(at, '\n')); at = end + 1)
		rows_about_format(rows, ROLE_WARNING, "!", "%.*s", (int)(end - at), at);
	buf_done(&notes);
}

static void add_chain(struct desk *desk, struct probe_work *work)
{
	struct rows *rows = &work->text.rows;
	size_t columns = tree_columns(desk, work), held = held_columns(desk, work);
	size_t sent = work->probed.report->chain_sent;
	if (work->link_count == 0)
		return;
	char *title = mem_format(_("Chain (%zu sent)"), sent);
	rows_heading(rows, title);
	free(title);
	for (size_t i = 0; i < work->link_count; i++)
		add_link(desk, work, i, columns, held);
	add_notes(rows, work->probed.report);
}

/* --- the selected certificate ------------------------------------------------------------- */

static void add_names(struct rows *rows, const struct cert_info *info)
{
	struct buf names = { 0 };
	size_t count = 0;
	for (const char *san = NULL; count < NAMES_MOST && (san = cert_info_san(info, san)); count++)
		buf_format(&names, "%s%s", count ? ", " : "", san);
	if (info->san_count > count)
		buf_format(&names,
			lang_n(" and %zu more", " and %zu more", info->san_count - count),
			info->san_count - count);
	if (names.len)
		rows_add(rows, ROLE_VALUE, "Names", buf_text(&names));
	buf_done(&names);
}

static void add_print(struct rows *rows, const struct fingerprint *print)
{
	char *groups = fingerprint_groups(print->bytes, FINGERPRINT_SIZE);
	rows_lines(rows, ROLE_VALUE, "SHA-256", groups);
	free(groups);
}

static void add_selected(struct rows *rows, const struct probe_work *work)
{
	const struct probe_link *link = probe_current(work);
	const struct cert_info *info = link ? link->info : NULL;
	char from[CLOCK_ISO], to[CLOCK_ISO];
	if (!info)
		return;
	char *title = link->number ? mem_format(_("Certificate %zu"), link->number)
				   : mem_text(_("Certificate that wasn't sent"));
	int64_t days = cert_days_left(info, app_now());
	rows_heading(rows, title);
	free(title);
	rows_add(rows, ROLE_VALUE, "Subject", *info->subject ? info->subject : _("(empty)"));
	rows_add(rows, ROLE_VALUE, "Issuer", info->self_signed ? _("itself") : info->issuer);
	add_names(rows, info);
	size_t count = (size_t)(days < 0 ? -days : days);
	rows_format(rows, days < 0 ? ROLE_EXPIRED : ROLE_VALUE, N_("Valid"),
		days < 0 ? lang_n("%s to %s, %zu days over", "%s to %s, %zu days over", count)
			 : lang_n("%s to %s, %zu days left", "%s to %s, %zu days left", count),
		lang_date(from, info->not_before), lang_date(to, info->not_after), count);
	rows_format(rows, ROLE_VALUE, N_("Key"), info->ca ? N_("%s %u, a CA's") : "%s %u",
		info->key_algorithm, info->key_bits);
	add_print(rows, &info->sha256);
}

/* --- the client's side -------------------------------------------------------------------- */

static void add_matches(struct rows *rows, const struct probed *p)
{
	if (p->match_count == 0)
		rows_add(rows, ROLE_DIM, "Ours",
			_("We have no identity yet: c on page 2 makes one."));
	for (size_t i = 0; i < p->match_count; i++) {
		const struct probe_match *m = &p->matches[i];
		rows_format(rows, m->fits ? ROLE_GOOD : ROLE_VALUE, i ? "" : N_("Ours"),
			m->sent ? N_("%s %s: It was sent. %s") : "%s %s: %s", m->fits ? "✓" : "✗",
			m->name, m->why);
	}
}

static void add_client(struct rows *rows, const struct probed *p)
{
	const struct report *r = p->report;
	if (!r->asked)
		return;
	rows_heading(rows, "Client certificate (the server asks for one)");
	if (r->authority_count == 0)
		rows_add(rows, ROLE_VALUE, "Takes", _("It names no CA: it may take any."));
	for (size_t i = 0; i < r->authority_count; i++)
		rows_add(rows, ROLE_VALUE, i ? "" : "Takes", r->authorities[i]);
	if (r->authorities_sent > r->authority_count)
		rows_format(rows, ROLE_DIM, "",
			lang_n("and %zu more", "and %zu more",
				r->authorities_sent - r->authority_count),
			r->authorities_sent - r->authority_count);
	add_matches(rows, p);
}

static void add_http(struct rows *rows, const struct probe_work *work)
{
	const struct report *r = work->probed.report;
	if (r->http_count == 0)
		return;
	char *safe = text_safe(work->wish.http, strlen(work->wish.http));
	char *title = mem_format(_("HTTP on %s"), safe);
	rows_heading(rows, title);
	for (size_t i = 0; i < r->http_count; i++) {
		const struct report_http *h = &r->http[i];
		bool good = h->status >= 100 && h->status < 400;
		rows_format(rows, good ? ROLE_VALUE : ROLE_WARNING, h->method, "%s %s",
			good ? "✓" : "✗", h->line ? h->line : _("no answer"));
	}
	free(title);
	free(safe);
}

/* --- all of it ---------------------------------------------------------------------------- */

static void add_head(struct rows *rows, const struct probe_work *work)
{
	const struct probe_wish *w = &work->wish;
	char *host = text_safe(w->host, strlen(w->host));
	bool address = strchr(host, ':') != NULL;
	int64_t ms = work->job ? clock_ms() - work->begun : work->took;
	struct buf text = { 0 };
	buf_format(
		&text, address ? "[%s]:%u  %s" : "%s:%u  %s", host, w->port, _(w->dialect->label));
	if (w->tls)
		buf_format(&text, _(", TLS %s only"), w->tls);
	if (w->identity)
		buf_format(&text, _(", as %s"), identity_name(w->identity));
	buf_format(&text, "  %lld.%lld s%s", (long long)ms / 1000, (long long)ms / 100 % 10,
		work->job         ? _("  Esc ends it")
		: work->cancelled ? _("  broken off")
				  : "");
	rows_add(rows, ROLE_HEADING, NULL, buf_text(&text));
	buf_done(&text);
	free(host);
}

void probe_fill_rows(struct desk *desk, struct probe_work *work)
{
	struct rows *rows = &work->text.rows;
	rows_done(rows);
	work->stale = false;
	pager_changed(&work->text);
	add_head(rows, work);
	add_ladder(rows, work, work->done ? work->probed.report : work->live);
	if (work->err.code)
		rows_add(rows, ROLE_ERROR, "Verdict", work->err.text);
	if (!work->done)
		return;
	work->verdict_row = rows->count;
	add_verdict(rows, &work->probed);
	if (work->outdated)
		rows_about(
			rows, ROLE_WARNING, "!", _("Somebody has decided since: r probes again."));
	add_tls(rows, work->probed.report);
	if (work->kept.len)
		rows_add(rows, ROLE_VALUE, "Kept", buf_text(&work->kept));
	add_chain(desk, work);
	add_selected(rows, work);
	add_client(rows, &work->probed);
	add_http(rows, work);
}
