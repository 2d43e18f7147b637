/*
 * All endpoints are probed beside the loop, and each result is shown as it comes.  What is done
 * with it writes files or reads certificates, so it is done bit by bit between the keys: a result
 * is taken down (what isn't trusted is kept, the sighting is remembered), and when the store has
 * changed every result is judged anew, without the network, so that the page always says what
 * holds now.  What somebody else has seen otherwise since is probed again.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "console/endpoints.h"

#define CHORES_MS 4  /* then the keyboard is looked at */
#define AGAIN_MS  50 /* another change is under way */
#define OUTDONE_MS 30000

bool end_is_known(const struct end_row *row)
{
	return row->seen.done || row->seen.text;
}

bool end_is_waiting(const struct end_row *row)
{
	return row->wanted || row->asked;
}

static void drop_seen(struct end_row *row)
{
	checked_done(&row->seen);
}

void end_row_done(struct end_row *row)
{
	drop_seen(row);
	free(row->name);
	free(row->place);
	*row = (struct end_row){ 0 };
}

static bool same_text(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "") == 0;
}

/* What was seen of one holds for the other. */
bool ends_same_service(const struct endpoint *a, const struct endpoint *b)
{
	return same_text(a->name, b->name) && same_text(a->host, b->host) && a->port == b->port &&
	       a->dialect == b->dialect && same_text(a->sni, b->sni) && same_text(a->tls, b->tls) &&
	       same_text(a->identity, b->identity);
}

/* --- results -------------------------------------------------------------------------- */

/* NULL where it was changed or removed since the run began. */
static struct end_row *row_of(struct end_view *ends, const struct endpoint *endpoint)
{
	for (size_t i = 0; i < ends->count; i++)
		if (ends_same_service(ends->rows[i].seen.endpoint, endpoint))
			return &ends->rows[i];
	return NULL;
}

/* What the run has seen becomes the row's; the item is left as if it hadn't ended. */
static void take(struct end_row *row, struct checked *item)
{
	const struct endpoint *endpoint = row->seen.endpoint;
	drop_seen(row);
	row->seen = *item;
	row->seen.endpoint = endpoint;
	*item = (struct checked){ .endpoint = item->endpoint };
	row->asked = row->stale = false;
	row->fresh = row->seen.done;
}

static void take_item(struct desk *desk, size_t at)
{
	struct end_view *ends = desk->ends;
	struct end_row *row = row_of(ends, ends->run.items[at].endpoint);
	if (row)
		take(row, &ends->run.items[at]);
	ends_resort(desk);
}

static void one_ended(void *ctx, const struct checked *one)
{
	struct desk *desk = ctx;
	struct end_view *ends = desk->ends;
	ends->run_left -= ends->run_left > 0;
	take_item(desk, (size_t)(one - ends->run.items));
	ends_do_chores(desk);
}

static void tell(struct desk *desk)
{
	const struct end_view *ends = desk->ends;
	size_t levels[OUTCOME_COUNT] = { 0 };
	for (size_t i = 0; i < ends->count; i++)
		if (end_is_known(&ends->rows[i]))
			levels[ends->rows[i].seen.level]++;
	bool seen = desk_page(desk) == PAGE_ENDPOINTS || desk_page(desk) == PAGE_ENDPOINT;
	enum role role = levels[OUTCOME_CRITICAL] ? ROLE_ERROR : ROLE_STATUS;
	if (seen && !desk->message)
		desk_say(desk, role, "checked: %zu critical, %zu warning, %zu ok",
			levels[OUTCOME_CRITICAL], levels[OUTCOME_WARNING], levels[OUTCOME_OK]);
	else
		desk_note(desk, role, "checked: %zu critical, %zu warning, %zu ok",
			levels[OUTCOME_CRITICAL], levels[OUTCOME_WARNING], levels[OUTCOME_OK]);
}

static void close_run(struct desk *desk)
{
	struct end_view *ends = desk->ends;
	ends->job = NULL;
	desk->pending--;
	for (size_t i = 0; i < ends->count; i++)
		ends->rows[i].asked = false;
	checks_done(&ends->run);
	ends_resort(desk);
}

static void run_ended(void *ctx, bool ok, const struct error *err)
{
	struct desk *desk = ctx;
	struct end_view *ends = desk->ends;
	for (size_t i = 0; !ok && i < ends->run.count; i++)
		if (ends->run.items[i].text) /* it wasn't probed, and says why */
			take_item(desk, i);
	close_run(desk);
	if (!ok)
		desk->reaction |= desk_error(desk, err);
	tell(desk);
	ends_probe_wanted(desk);
}

/* --- the run -------------------------------------------------------------------------- */

static const char **wanted_names(struct end_view *ends, size_t *count)
{
	const char **names = mem_new((ends->count + 1) * sizeof *names);
	*count = 0;
	for (size_t i = 0; i < ends->count; i++) {
		struct end_row *row = &ends->rows[i];
		if (row->wanted)
			names[(*count)++] = row->seen.endpoint->name;
		row->asked = row->wanted;
		row->wanted = false;
	}
	return names;
}

static bool start(struct desk *desk, const char *const *names, size_t count, struct error *err)
{
	struct end_view *ends = desk->ends;
	if (!checks_init(desk->app, names, count, 0, &ends->run, err))
		return false;
	ends->run_count = ends->run_left = ends->run.count;
	ends->job = checks_start(&ends->run, desk->loop, one_ended, run_ended, desk, err);
	if (!ends->job)
		checks_done(&ends->run);
	return ends->job != NULL;
}

/* Those that are wanted while a run is under way wait for its end. */
void ends_probe_wanted(struct desk *desk)
{
	struct end_view *ends = desk->ends;
	struct error err = { 0 };
	size_t count;
	if (ends->job)
		return;
	const char **names = wanted_names(ends, &count);
	if (count && start(desk, names, count, &err)) {
		desk->pending++;
		ends->kept = 0;
	} else if (count) {
		for (size_t i = 0; i < ends->count; i++)
			ends->rows[i].asked = false;
		desk->reaction |= desk_error(desk, &err);
	}
	free(names);
	desk->reaction |= REACT_REPAINT;
}

void ends_break_off(struct desk *desk)
{
	struct end_view *ends = desk->ends;
	if (!ends || !ends->job)
		return;
	app_probe_cancel(ends->job);
	for (size_t i = 0; i < ends->count; i++)
		ends->rows[i].wanted = false;
	close_run(desk);
}

/* --- chores --------------------------------------------------------------------------- */

/* What isn't trusted waits as untrusted, with its evidence, unless another writer is in the way. */
static void keep(struct desk *desk, struct end_row *row)
{
	struct plan plan = { 0 };
	struct error err = { 0 };
	size_t fresh = 0;
	bool ok = app_plan_quarantine(desk->app, &row->seen.probed, &plan, NULL, &err);
	for (size_t i = 0; ok && i < plan.count; i++)
		fresh += plan.rows[i].src.state == STATE_NONE;
	ok = ok && (plan.count == 0 || app_apply(desk->app, &plan, NULL, &err));
	if (!ok)
		desk_say(desk, ROLE_WARNING, "not kept: %s", err.text);
	if (ok && plan.count) {
		app_reload(desk->app, &err);
		desk->ends->kept += fresh;
		if (fresh)
			desk_say(desk, ROLE_STATUS,
				lang_n("%zu certificate kept as untrusted",
					"%zu certificates kept as untrusted", desk->ends->kept),
				desk->ends->kept);
		desk->reaction |= REACT_RELOAD;
	}
	plan_done(&plan);
}

static void take_down(struct desk *desk, struct end_row *row)
{
	struct checks one = { .app = desk->app, .items = &row->seen, .count = 1 };
	struct error err = { 0 };
	row->fresh = false;
	if (app_read_only(desk->app))
		return;
	if (!checks_remember(&one, &err))
		desk_say(desk, ROLE_WARNING, "not remembered: %s", err.text);
	if (row->seen.probed.verdict == PROBE_UNTRUSTED)
		keep(desk, row);
	desk->ends->detail_stale = true;
	desk->reaction |= REACT_REPAINT;
}

static bool presents_another(const struct sighting *s, const struct report *r)
{
	const struct cert *leaf = r->chain_count > 0 ? r->chain[0].cert : NULL;
	if (s->chain_count == 0 || !leaf)
		return s->chain_count > 0 || leaf;
	return fingerprint_compare(&cert_info(s->chain[0])->sha256, &cert_info(leaf)->sha256) != 0;
}

/* Whether somebody else has seen another certificate there since. */
static bool is_outdated(struct desk *desk, const struct end_row *row)
{
	struct history h = { 0 };
	struct error ignored;
	const struct report *r = row->seen.done ? row->seen.probed.report : NULL;
	bool outdated = r && app_endpoint_history(desk->app, row->seen.endpoint, &h, &ignored) &&
			h.count > 0 && h.items[0].last >= r->when &&
			presents_another(&h.items[0], r);
	history_done(&h);
	return outdated;
}

/*
 * Judged beside a newer sighting the change would be told backwards: it is probed again.  Two of us who
 * see a server's certificates in turn don't drive each other on.
 */
static bool catch_up(struct desk *desk, struct end_row *row)
{
	int64_t now = clock_ms();
	if ((row->outdone && now - row->outdone < OUTDONE_MS) || !is_outdated(desk, row))
		return false;
	row->outdone = now;
	row->wanted = !row->asked;
	ends_probe_wanted(desk);
	return true;
}

static void judge_again(struct desk *desk, struct end_row *row)
{
	row->stale = false;
	if (catch_up(desk, row))
		return;
	check_judge_again(desk->app, &row->seen);
	ends_resort(desk);
}

/* One of them; false where there is none left. */
static bool do_chore(struct desk *desk)
{
	struct end_view *ends = desk->ends;
	for (size_t i = 0; i < ends->count; i++)
		if (ends->rows[i].fresh) {
			take_down(desk, &ends->rows[i]);
			return true;
		}
	for (size_t i = 0; i < ends->count; i++)
		if (ends->rows[i].stale) {
			judge_again(desk, &ends->rows[i]);
			return true;
		}
	return false;
}

/* Once the store was written, what is borrowed from it has to be let go before the next one. */
static void chores(void *ctx)
{
	struct desk *desk = ctx;
	int64_t until = clock_ms() + CHORES_MS;
	bool more = true;
	desk->ends->chores = 0;
	desk->pending--;
	while (more && !desk->changing && !(desk->reaction & REACT_RELOAD) && clock_ms() <= until)
		more = do_chore(desk);
	if (more)
		ends_do_chores(desk);
}

void ends_do_chores(struct desk *desk)
{
	if (desk->ends->chores)
		return;
	desk->ends->chores = loop_after(desk->loop, desk->changing ? AGAIN_MS : 0, chores, desk);
	desk->pending++;
}
