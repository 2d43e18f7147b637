/*
 * How an endpoint looks: how it stands, what the last probe saw and how each certificate is held,
 * what is saved of it, and what it presented before.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "console/endpoints.h"

#define HELD_COLS     18
#define DATES_FROM    60 /* columns */
#define HISTORY_BRIEF 3  /* sightings that the detail shows */

const char *end_level_words(const struct end_row *row)
{
	return end_is_known(row)     ? outcome_name(row->seen.level)
	       : end_is_waiting(row) ? N_("checking")
				     : N_("unknown");
}

enum role end_level_role(const struct end_row *row)
{
	static const enum role roles[OUTCOME_COUNT] = { [OUTCOME_CRITICAL] = ROLE_ERROR,
		[OUTCOME_WARNING] = ROLE_WARNING, [OUTCOME_OK] = ROLE_GOOD };
	return end_is_known(row) ? roles[row->seen.level] : ROLE_DIM;
}

/* --- how it stands -------------------------------------------------------------------- */

static void add_text(struct rows *rows, const char *label, const char *text)
{
	char *safe = text && *text ? text_safe(text, strlen(text)) : NULL;
	if (safe)
		rows_add(rows, ROLE_VALUE, label, safe);
	free(safe);
}

static void add_standing(struct rows *rows, const struct end_row *row)
{
	rows_heading(rows, row->name);
	bool told = row->seen.done && row->seen.probed.verdict != PROBE_TRUSTED; /* by the verdict */
	if (row->seen.text && !told)
		rows_format(rows, end_level_role(row), N_("Level"), "%s: %s",
			_(end_level_words(row)), row->seen.text);
	else
		rows_add(rows, end_level_role(row), "Level", _(end_level_words(row)));
	if (end_is_known(row) && end_is_waiting(row))
		rows_add(rows, ROLE_DIM, "", _("It is being checked again."));
}

static void add_tls(struct rows *rows, const struct report *r)
{
	char when[CLOCK_ISO];
	rows_format(rows, ROLE_VALUE, N_("Checked"), "%s, %lld.%lld s", lang_time(when, r->when),
		(long long)r->ms / 1000, (long long)r->ms / 100 % 10);
	if (r->address)
		rows_add(rows, ROLE_VALUE, "Address", r->address);
	if (r->version)
		rows_format(rows, r->weak ? ROLE_WARNING : ROLE_VALUE, N_("Protocol"),
			r->weak ? N_("%s%s%s (outdated)") : "%s%s%s", r->version,
			r->cipher ? ", " : "", r->cipher ? r->cipher : "");
	if (r->staple_text)
		rows_add(rows, r->staple_status == STAPLE_REVOKED ? ROLE_ERROR : ROLE_VALUE, "OCSP",
			r->staple_text);
	if (r->asked)
		rows_add(rows, ROLE_VALUE, "Asks",
			r->presented ? _("for a client certificate, and got ours")
				     : _("for a client certificate; it got none"));
}

static void add_verdict(struct rows *rows, const struct end_row *row)
{
	const struct probed *p = &row->seen.probed;
	const struct expiry *e = &row->seen.expiry;
	char date[CLOCK_ISO];
	rows_format(rows, p->verdict == PROBE_TRUSTED ? ROLE_GOOD : ROLE_ERROR, N_("Verdict"),
		"%s%s%s%s", probe_mark(p->verdict == PROBE_TRUSTED),
		p->verdict == PROBE_TRUSTED ? "" : _(probe_verdict_name(p->verdict)),
		p->verdict == PROBE_TRUSTED ? "" : ": ", p->reason);
	if (e->first)
		rows_format(rows, end_level_role(row), N_("Ends"), "%s, %lld days or %d%% left: %s",
			lang_date(date, e->when), (long long)e->days_left, e->percent_left,
			e->first->subject);
	if (p->verdict == PROBE_UNTRUSTED)
		rows_add(rows, ROLE_WARNING, "To do", _("t decides; w says why."));
}

/* --- the chain ------------------------------------------------------------------------ */

static void add_link(struct desk *desk, struct rows *rows, const struct probe_link *link,
	size_t columns, bool dates)
{
	struct buf held = { 0 };
	char until[CLOCK_ISO];
	char *line = probe_tree_line(desk, link, columns);
	enum role role = probe_held(desk, link, &held);
	int pad = (int)(columns - text_width(line)) + 2;
	int gap = HELD_COLS - (int)text_width(buf_text(&held));
	if (screen_is_plain())
		rows_format(rows, role, NULL, "%s: %s%s%s", line, buf_text(&held),
			link->info ? _(", until ") : "",
			link->info ? lang_date(until, link->info->not_after) : "");
	else if (dates && link->info)
		rows_format(rows, role, NULL, "%s%*s%s%*s%s %s", line, pad, "", buf_text(&held),
			gap > 2 ? gap : 2, "", _("until"), lang_date(until, link->info->not_after));
	else
		rows_format(rows, role, NULL, "%s%*s%s", line, pad, "", buf_text(&held));
	buf_done(&held);
	free(line);
}

static void add_chain(struct desk *desk, struct rows *rows)
{
	const struct probe_work *work = ends_work(desk);
	bool dates = work->width >= DATES_FROM;
	size_t most = 0, taken = (size_t)HELD_COLS + 2 + (dates ? 18 : 0);
	size_t room = work->width > 40 ? (size_t)work->width - taken : 18;
	if (work->link_count == 0)
		return;
	for (size_t i = 0; i < work->link_count; i++) {
		char *line = probe_tree_line(desk, &work->links[i], room);
		most = text_width(line) > most ? text_width(line) : most;
		free(line);
	}
	rows_heading(rows, "Chain");
	for (size_t i = 0; i < work->link_count; i++)
		add_link(desk, rows, &work->links[i], most, dates);
}

/* --- what is saved -------------------------------------------------------------------- */

static void add_thresholds(struct desk *desk, struct rows *rows, const struct endpoint *e)
{
	struct query usual = app_query(desk->app);
	long long days = e->days ? (long long)e->days : (long long)usual.days;
	int percent = e->percent ? (int)e->percent : usual.percent;
	char *left = mem_format(
		e->days ? lang_n("%lld day", "%lld days", (size_t)days)
			: lang_n("%lld day (setting)", "%lld days (setting)", (size_t)days),
		days);
	char *share = mem_format(
		e->percent ? _("%d%% of its life") : _("%d%% of its life (setting)"), percent);
	if (days && percent)
		rows_format(rows, ROLE_VALUE, N_("Warns at"), "%s, or %s left", left, share);
	else if (days || percent)
		rows_format(rows, ROLE_VALUE, N_("Warns at"), "%s left", days ? left : share);
	free(left);
	free(share);
}

static void add_saved(struct desk *desk, struct rows *rows, const struct end_row *row)
{
	const struct endpoint *e = row->seen.endpoint;
	rows_heading(rows, "Endpoint");
	rows_format(rows, ROLE_VALUE, N_("Service"), "%s, %s", row->place, _(e->dialect->label));
	add_text(rows, N_("Purpose"), lang_text(e->purpose));
	add_text(rows, N_("Identity"), e->identity);
	add_text(rows, N_("Asks for"), e->sni);
	add_text(rows, N_("TLS only"), e->tls);
	add_thresholds(desk, rows, e);
	add_text(rows, N_("Note"), e->note);
}

/* --- what it presented before --------------------------------------------------------- */

void ends_add_change(struct rows *rows, const struct change *change)
{
	bool calm = change->verdict <= CHANGE_RENEWAL;
	rows_format(
		rows, calm ? ROLE_VALUE : ROLE_WARNING, "", "%s", _(change_name(change->verdict)));
	for (size_t i = 0; i < change->count; i++) {
		const struct change_reason *reason = &change->reasons[i];
		rows_format(rows, reason->weight <= CHANGE_WEIGHS ? ROLE_WARNING : ROLE_VALUE, "",
			"%s %s", reason->weight <= CHANGE_WEIGHS ? "!" : "-", reason->text);
	}
}

/* Against what it is known by. */
static void add_change(struct rows *rows, const struct endpoint_change *change)
{
	char last[CLOCK_ISO];
	if (!change->is)
		return;
	char *title = mem_format(
		_("Another certificate than on %s"), lang_date(last, change->before->last));
	rows_heading(rows, title);
	free(title);
	ends_add_change(rows, &change->change);
	if (change->waits)
		rows_add(rows, ROLE_WARNING, "To do", _("It waits until somebody accepts it: A."));
}

/* What the configuration of the service on this host has against it. */
static void add_declared(struct rows *rows, const struct checked *seen)
{
	if (!seen->service)
		return;
	rows_heading(rows, "Declared on this host");
	rows_add(rows, ROLE_VALUE, "Service", seen->service);
	for (size_t i = 0; i < seen->declared.count; i++) {
		const struct declared_finding *f = &seen->declared.items[i];
		enum role role = f->level == OUTCOME_CRITICAL ? ROLE_ERROR :
				 f->level == OUTCOME_WARNING  ? ROLE_WARNING :
								 ROLE_VALUE;
		rows_format(rows, role, "", "%s %s", f->level == OUTCOME_OK ? "-" : "!", f->text);
		rows_format(rows, ROLE_DIM, "", "  %s", f->where);
	}
	if (seen->declared.count == 0)
		rows_add(rows, ROLE_GOOD, "", _("Configuration, files and port agree."));
}

static void add_sighting(struct desk *desk, struct rows *rows, const struct end_row *row,
	const struct history *h, size_t i)
{
	const struct sighting *s = &h->items[i];
	const struct cert_info *leaf = s->chain_count ? cert_info(s->chain[0]) : NULL;
	char first[CLOCK_ISO], last[CLOCK_ISO], until[CLOCK_ISO];
	bool good = strcmp(s->verdict, probe_verdict_name(PROBE_TRUSTED)) == 0;
	struct change change;
	rows_format(rows, good ? ROLE_VALUE : ROLE_WARNING, lang_date(last, s->last), "%s: %s",
		_(s->verdict), _(s->reason));
	if (leaf)
		rows_format(rows, ROLE_VALUE, "", "%s, until %s",
			leaf->cn ? leaf->cn : leaf->subject, lang_date(until, leaf->not_after));
	size_t times = (size_t)s->times;
	rows_format(rows, ROLE_DIM, "",
		history_waits(h, i) ? lang_n("seen %zu time since %s, not accepted yet",
				   "seen %zu times since %s, not accepted yet", times)
			 : lang_n("seen %zu time since %s", "seen %zu times since %s", times),
		times, lang_time(first, s->first));
	if (app_change_since(desk->app, row->seen.endpoint, h, i, &change)) {
		ends_add_change(rows, &change);
		change_done(&change);
	}
}

static void add_history(struct desk *desk, struct rows *rows, const struct end_row *row,
	size_t most)
{
	struct history h = { 0 };
	struct error err = { 0 };
	if (!app_endpoint_history(desk->app, row->seen.endpoint, &h, &err))
		rows_add(rows, ROLE_ERROR, NULL, err.text);
	else if (h.count == 0)
		rows_add(rows, ROLE_DIM, NULL, _("It was never seen yet."));
	for (size_t i = 0; i < h.count && i < most; i++)
		add_sighting(desk, rows, row, &h, i);
	if (h.count > most)
		rows_format(rows, ROLE_DIM, "",
			lang_n("and %zu before: h", "and %zu before: h", h.count - most),
			h.count - most);
	history_done(&h);
}

/* --- all of it ------------------------------------------------------------------------ */

void ends_fill_detail(struct desk *desk, const struct end_row *row)
{
	struct rows *rows = &desk->ends->detail.rows;
	rows_done(rows);
	desk->ends->detail_stale = false;
	pager_changed(&desk->ends->detail);
	if (!row) {
		rows_add(rows, ROLE_DIM, NULL, _("It is no longer there."));
		return;
	}
	add_standing(rows, row);
	if (row->seen.done) {
		add_verdict(rows, row);
		add_tls(rows, row->seen.probed.report);
		add_change(rows, &row->seen.change);
		add_declared(rows, &row->seen);
		add_chain(desk, rows);
	}
	add_saved(desk, rows, row);
	rows_heading(rows, "Seen");
	add_history(desk, rows, row, HISTORY_BRIEF);
}

void ends_fill_history(struct desk *desk, const struct end_row *row)
{
	struct rows *rows = &desk->ends->history.rows;
	rows_done(rows);
	pager_changed(&desk->ends->history);
	if (!row) {
		rows_add(rows, ROLE_DIM, NULL, _("It is no longer there."));
		return;
	}
	char *title = mem_format(_("What %s presented, the newest first"), row->name);
	rows_heading(rows, title);
	free(title);
	add_history(desk, rows, row, HISTORY_MOST);
}
