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
#include "console/probe-paint.h"

/* --- how it was said -------------------------------------------------------------------------- */

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
	probe_ladder_rows(rows, work, work->done ? work->probed.report : work->live);
	if (work->err.code)
		rows_add(rows, ROLE_ERROR, "Verdict", work->err.text);
	if (!work->done)
		return;
	work->verdict_row = rows->count;
	probe_verdict_rows(rows, &work->probed);
	if (work->outdated)
		rows_about(
			rows, ROLE_WARNING, "!", _("Somebody has decided since: r probes again."));
	add_tls(rows, work->probed.report);
	if (work->kept.len)
		rows_add(rows, ROLE_VALUE, "Kept", buf_text(&work->kept));
	probe_chain_rows(desk, work);
	probe_selected_rows(rows, work);
	add_client(rows, &work->probed);
	add_http(rows, work);
}
