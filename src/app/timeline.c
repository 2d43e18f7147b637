#include "app/timeline.h"

#include <stdlib.h>
#include <string.h>

#include "app/check.h"
#include "app/internal.h"
#include "app/services.h"
#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "store/journal-file.h"

#define SKEW 300 /* seconds that two machines on one store may differ */

const struct endpoint *outlook_endpoint(const struct outlook *outlook, size_t number)
{
	return outlook->services->items[number].endpoint;
}

void outlook_done(struct outlook *outlook)
{
	for (size_t i = 0; i < outlook->red_count; i++)
		free(outlook->red[i].reason);
	for (size_t i = 0; outlook->judged && i < outlook->services->count; i++)
		judgement_done(&outlook->judged[i]);
	free(outlook->red);
	free(outlook->judged);
	timeline_done(&outlook->timeline);
	if (outlook->services)
		services_done(outlook->services);
	free(outlook->services);
	*outlook = (struct outlook){ 0 };
}

static void add_red(struct outlook *o, size_t number, const struct judgement *j)
{
	const struct judge_path *path = &j->paths[0];
	o->red[o->red_count++] = (struct outlook_red){ number,
		mem_text(path->reason_count ? path->reasons[0].text : "") };
}

static bool holds_at(const struct outlook *o, size_t number, int64_t at)
{
	struct judgement j;
	service_judge(o->services, &o->services->items[number], NULL, 0, at, &j);
	bool holds = j.trusted;
	judgement_done(&j);
	return holds;
}

/* Where the path's anchor is trusted until a day only. */
static size_t add_end_of_trust(struct outlook *o, size_t number, const struct cert_info *anchor,
	size_t added)
{
	struct entry e;
	if (!app_find(o->services->app, &anchor->sha256, &e) || e.state != STATE_LIMITED)
		return added;
	const struct limits limits = limits_of(&e);
	int64_t end = limits_end(&limits);
	return end == INT64_MAX || end < o->from ?
		       added :
		       timeline_add_trust(&o->timeline, number, anchor, end, added);
}

/* The first end that no other path outlives breaks it; what ends later has nothing left to break. */
static void look_at(struct outlook *o, size_t number)
{
	struct judgement *j = &o->judged[number];
	const struct cert_info *path[JUDGE_DEPTH];
	service_judge(o->services, &o->services->items[number], NULL, 0, o->from, j);
	if (!j->trusted) {
		add_red(o, number, j);
		return;
	}
	for (size_t i = 0; i < j->paths[0].step_count; i++)
		path[i] = cert_info(j->paths[0].steps[i].cert);
	size_t added = timeline_add(&o->timeline, number, path, j->paths[0].step_count, o->from);
	added = add_end_of_trust(o, number, path[j->paths[0].step_count - 1], added);
	for (size_t i = o->timeline.count - added; i < o->timeline.count; i++) {
		struct timeline_event *event = &o->timeline.items[i];
		event->breaks = !holds_at(o, number, event->when + 1);
		if (event->breaks)
			break;
	}
}

bool app_outlook(struct app *app, const char *const *names, size_t count, int64_t from,
	struct outlook *out, struct error *err)
{
	out->from = from ? from : app_now();
	out->services = mem_new(sizeof *out->services);
	if (!services_read(app, out->services, err))
		return false;
	struct services *s = out->services;
	bool *wanted = mem_new(s->count + 1);
	bool ok = endpoints_choose(&s->endpoints, names, count, wanted, err);
	out->judged = mem_new((s->count + 1) * sizeof *out->judged);
	out->red = mem_new((s->count + 1) * sizeof *out->red);
	for (size_t i = 0; ok && i < s->count; i++) {
		if (!wanted[i])
			continue;
		out->count++;
		if (s->items[i].last.chain_count > 0)
			look_at(out, i);
		else
			out->unseen++;
	}
	timeline_sort(&out->timeline);
	free(wanted);
	return ok;
}

char *outlook_name(const struct outlook *o, const struct timeline_event *event)
{
	struct entry e;
	bool held = app_find(o->services->app, &event->info->sha256, &e);
	return held ? mem_text(e.name) : cert_proposed_name(event->info);
}

/* ---- the clock ---- */

static int64_t journal_end(struct app *app)
{
	int64_t when = 0;
	struct error ignored;
	struct journal_text text;
	struct journal_line line;
	struct journal_file *file = journal_open(app_store(app), &ignored);
	if (!file)
		return 0;
	int64_t place = journal_size(file);
	if (journal_previous(file, &place, &text, &ignored) && text.bytes &&
		journal_line_parse(text.bytes, text.len, &line, &ignored)) {
		if (!line.time || !clock_parse(line.time, &when))
			when = 0;
		journal_line_done(&line);
	}
	journal_close(file);
	return when;
}

static void put_doubt(int64_t now, bool probed, int64_t when, struct buf *out)
{
	char is[CLOCK_ISO], was[CLOCK_ISO];
	buf_format(out, probed ? _("this machine's clock says %s, but an endpoint was probed at %s: "
				   "dates may be judged wrongly") :
				 _("this machine's clock says %s, but the last change was journalled at "
				   "%s: dates may be judged wrongly"),
		lang_time(is, now), lang_time(was, when));
}

static bool doubt_by_peers(const struct services *s, struct buf *out)
{
	const struct cert_info **leaves = mem_new((s->count + 1) * sizeof(struct cert_info *));
	char date[CLOCK_ISO];
	size_t count = 0;
	int64_t seen = 0;
	for (size_t i = 0; i < s->count; i++) {
		const struct sighting *last = &s->items[i].last;
		if (last->chain_count > 0)
			leaves[count++] = cert_info(last->chain[0]);
		seen = last->last > seen ? last->last : seen;
	}
	size_t early = timeline_early(leaves, count, s->now);
	free(leaves);
	if (seen > s->now + SKEW)
		put_doubt(s->now, true, seen, out);
	else if (early > 1)
		buf_format(out, _("this machine's clock says %s, and %zu different peers present "
				  "certificates that aren't valid yet: is it right?"),
			lang_date(date, s->now), early);
	return out->len > 0;
}

bool app_clock_doubt(struct app *app, struct buf *out)
{
	struct services s = { 0 };
	struct error ignored;
	int64_t end = journal_end(app), now = app_now();
	if (end > now + SKEW) {
		put_doubt(now, false, end, out);
		return true;
	}
	bool doubt = services_read(app, &s, &ignored) && doubt_by_peers(&s, out);
	services_done(&s);
	return doubt;
}
