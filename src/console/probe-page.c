/*
 * The probe: it runs beside the loop, its ladder grows on the page, and when it has ended what
 * isn't trusted is kept and the decision is asked for.  A decision makes the probe once more.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "pki/pack.h"
#include "console/pages.h"
#include "console/probe.h"

#define TICK_MS 200 /* the clock on the page */

/* --- its life ----------------------------------------------------------------------------- */

static void stop_clock(struct desk *desk, struct probe_work *work)
{
	if (work->timer)
		loop_cancel(desk->loop, work->timer);
	work->timer = 0;
}

void probe_stop(struct desk *desk)
{
	struct probe_work *work = desk->probe;
	if (!work || !work->job)
		return;
	app_probe_cancel(work->job);
	work->job = NULL;
	work->cancelled = work->stale = true;
	work->took = clock_ms() - work->begun;
	stop_clock(desk, work);
	desk->pending--;
}

/* What the last probe saw. */
static void drop_seen(struct probe_work *work)
{
	if (work->done)
		probed_done(&work->probed);
	report_free(work->live);
	buf_done(&work->kept);
	work->live = NULL;
	work->done = work->cancelled = work->outdated = work->fresh = false;
	work->err = (struct error){ 0 };
	work->link_count = work->link = 0;
}

/* What the next probe would be made with: the key among it, so that r needs no passphrase again. */
static void drop_wish(struct probe_work *work)
{
	probe_wish_done(&work->wish);
	new_key_done(&work->key);
	identity_done(&work->mine);
	work->key = (struct new_key){ 0 };
	work->mine = (struct identity){ 0 };
}

void probe_page_close(struct desk *desk)
{
	struct probe_work *work = desk->probe;
	if (!work)
		return;
	probe_stop(desk);
	drop_seen(work);
	drop_wish(work);
	work->deciding = false;
}

void probe_done(struct desk *desk)
{
	struct probe_work *work = desk->probe;
	if (!work)
		return;
	probe_page_close(desk);
	identities_done(&work->all);
	pager_done(&work->text);
	free(work->endpoint);
	free(work->sni);
	free(work->http);
	free(work);
	desk->probe = NULL;
}

/* --- while it runs ------------------------------------------------------------------------ */

static void tick(void *ctx)
{
	struct desk *desk = ctx;
	desk->probe->stale = true;
	desk->probe->timer = loop_after(desk->loop, TICK_MS, tick, desk);
	desk->reaction |= REACT_REPAINT;
}

static void grown(void *ctx, size_t number, const struct report *report)
{
	struct desk *desk = ctx;
	struct probe_work *work = desk->probe;
	struct buf packed = { 0 };
	(void)number;
	report_pack(&packed, report); /* it is borrowed: keep a copy */
	report_free(work->live);
	struct unpack bytes = { packed.data, packed.data + packed.len, false };
	work->live = report_unpack(&bytes);
	work->stale = true;
	desk->reaction |= REACT_REPAINT;
	buf_done(&packed);
}

static void seen(void *ctx, size_t number, struct probed *take)
{
	struct desk *desk = ctx;
	struct probe_work *work = desk->probe;
	(void)number;
	if (work->done)
		probed_done(&work->probed);
	work->probed = *take;
	work->done = true;
}

/* --- what becomes of it ------------------------------------------------------------------- */

static void tell_kept(struct desk *desk, const struct plan *plan, const struct buf *note)
{
	struct probe_work *work = desk->probe;
	size_t fresh = 0;
	for (size_t i = 0; i < plan->count; i++)
		fresh += plan->rows[i].src.state == STATE_NONE;
	work->fresh = fresh > 0;
	if (fresh)
		buf_format(&work->kept,
			lang_n("%zu certificate kept as untrusted",
				"%zu certificates kept as untrusted", fresh),
			fresh);
	if (note->len)
		buf_format(&work->kept, "%s%.*s", fresh ? ". " : "", (int)note->len - 1,
			note->data);
	for (size_t i = 0; i < work->kept.len; i++)
		if (work->kept.data[i] == '\n')
			work->kept.data[i] = ' ';
	if (note->len)
		desk_say(desk, ROLE_WARNING, "%s", buf_text(&work->kept));
	else if (fresh)
		desk_say(desk, ROLE_STATUS, "%s; u in the journal (5) takes it back",
			buf_text(&work->kept));
}

/* Another writer in the way costs the evidence only: the verdict is told in any case. */
static void keep(struct desk *desk)
{
	struct plan plan = { 0 };
	struct buf note = { 0 };
	struct error err = { 0 };
	if (app_read_only(desk->app))
		return;
	if (desk->changing) {
		desk_say(desk, ROLE_WARNING,
			"not kept: another change is under way; r probes again");
		return;
	}
	bool ok = app_plan_quarantine(desk->app, &desk->probe->probed, &plan, &note, &err) &&
		  (plan.count == 0 || app_apply(desk->app, &plan, NULL, &err));
	if (ok)
		tell_kept(desk, &plan, &note);
	else
		desk_say(desk, ROLE_WARNING, "not kept: %s", err.text);
	if (ok && plan.count) {
		app_reload(desk->app, &err);
		desk->reaction |= REACT_RELOAD;
	}
	plan_done(&plan);
	buf_done(&note);
}

static void note_end(struct desk *desk, enum role role, const char *how)
{
	const struct probe_wish *wish = &desk->probe->wish;
	char *host = text_safe(wish->host, strlen(wish->host));
	desk_note(desk, role, "probed %s:%u: %s", host, wish->port, how);
	free(host);
}

static void ended(void *ctx, bool ok, const struct error *err)
{
	struct desk *desk = ctx;
	struct probe_work *work = desk->probe;
	work->job = NULL;
	desk->pending--;
	stop_clock(desk, work);
	work->took = clock_ms() - work->begun;
	work->stale = true;
	desk->reaction |= REACT_REPAINT;
	if (!work->done) {
		work->err = *err;
		if (ok)
			error_set(&work->err, ERROR_FAILED, "the probe ended without a report");
		note_end(desk, ROLE_ERROR, work->err.text);
		return;
	}
	note_end(desk, work->probed.verdict == PROBE_TRUSTED ? ROLE_GOOD : ROLE_WARNING,
		_(probe_verdict_name(work->probed.verdict)));
	probe_find_links(desk, work);
	keep(desk);
	bool seen_now = desk_page(desk) == PAGE_PROBE && !desk->dialog;
	bool undecided = work->probed.verdict == PROBE_UNTRUSTED && !probe_is_anchored(work);
	if (work->offer && seen_now && undecided)
		desk->reaction |= probe_decide(desk);
}

/* --- beginning ---------------------------------------------------------------------------- */

enum reaction probe_again(struct desk *desk, bool offer)
{
	struct probe_work *work = desk->probe;
	const struct probe_calls calls = {
		.each = seen, .ladder = grown, .end = ended, .ctx = desk
	};
	struct error err = { 0 };
	probe_stop(desk);
	drop_seen(work);
	work->offer = offer;
	work->show_verdict = true;
	work->deciding = false;
	work->begun = clock_ms();
	work->stale = true;
	work->job = app_probe_start(desk->app, desk->loop, &work->wish, 1, &calls, &err);
	if (!work->job) {
		work->err = err;
		return REACT_REPAINT;
	}
	desk->pending++;
	work->timer = loop_after(desk->loop, TICK_MS, tick, desk);
	return REACT_REPAINT;
}

enum reaction probe_begin(struct desk *desk, struct probe_wish *take,
	const struct identity *identity, struct new_key *key)
{
	struct probe_work *work = probe_of(desk);
	probe_stop(desk);
	drop_wish(work);
	work->wish = *take;
	work->key = *key;
	if (identity) {
		identity_copy(identity, &work->mine);
		work->wish.identity = &work->mine;
		work->wish.key = &work->key;
	}
	pager_start(&work->text);
	desk_push(desk, PAGE_PROBE);
	return probe_again(desk, true) | REACT_LAYOUT;
}

/* --- the page ----------------------------------------------------------------------------- */

/* What was kept may have been taken back. */
static void forget_kept(const struct desk *desk, struct probe_work *work)
{
	const struct cert_info *leaf = work->link_count ? work->links[0].info : NULL;
	struct entry e;
	if (!work->fresh || !leaf || app_find(desk->app, &leaf->sha256, &e))
		return;
	buf_cut(&work->kept, 0);
	work->fresh = false;
}

/* Once the decision that was asked about is carried out, the service shows what it has changed. */
void probe_page_reload(struct desk *desk)
{
	struct probe_work *work = desk->probe;
	struct entry e;
	if (!work)
		return;
	work->stale = true;
	work->outdated = work->done && !probe_stands(desk, work);
	forget_kept(desk, work);
	if (work->deciding && app_find(desk->app, &work->decided, &e) && e.state == work->goal)
		probe_again(desk, false);
}

void probe_page_draw(struct desk *desk, struct area area)
{
	struct probe_work *work = desk->probe;
	bool running = work->job != NULL;
	if (work->stale || work->width != area.cols) {
		work->width = area.cols;
		probe_fill_rows(desk, work);
	}
	pager_draw(&work->text, area);
	if (work->show_verdict && work->done) { /* drawing has told the pager how large it is */
		pager_show(&work->text, work->verdict_row + 1);
		area_clear(area, ROLE_NORMAL);
		pager_draw(&work->text, area);
	}
	work->show_verdict &= !work->done;
	if (running)
		area_cursor(area, area.rows - 1, 0, false);
}

struct pager *probe_text(struct desk *desk)
{
	return &probe_of(desk)->text;
}

void probe_page_position(struct desk *desk, char *out, size_t size)
{
	desk_text_position(&desk->probe->text, out, size);
}

enum reaction probe_page_key(struct desk *desk, const struct key *key)
{
	struct probe_work *work = desk->probe;
	if (work->job && key->code == K_ESC && !desk->detail_typing) {
		probe_stop(desk);
		desk_say(desk, ROLE_STATUS, "the probe was broken off");
		return REACT_REPAINT;
	}
	return text_page_key(desk, key);
}

static enum reaction select_link(struct desk *desk, size_t by)
{
	struct probe_work *work = desk->probe;
	if (work->link_count == 0)
		return REACT_NONE;
	work->link = (work->link + by) % work->link_count;
	probe_fill_rows(desk, work);
	pager_show(&work->text, work->rows[work->link]);
	return REACT_REPAINT;
}

enum reaction action_probe_next(struct desk *desk)
{
	return select_link(desk, 1);
}

enum reaction action_probe_previous(struct desk *desk)
{
	return select_link(desk, desk->probe->link_count - 1);
}

enum reaction action_probe_again(struct desk *desk)
{
	return probe_again(desk, true);
}
