#include "app/check.h"

#include <stdlib.h>
#include <string.h>

#include "app/identity.h"
#include "app/internal.h"
#include "app/probing.h"
#include "app/services.h"
#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"

static bool choose(struct checks *c, const char *const *names, size_t count, struct error *err)
{
	bool *wanted = mem_new(c->endpoints.count + 1);
	c->items = mem_new((c->endpoints.count + 1) * sizeof *c->items);
	bool ok = endpoints_choose(&c->endpoints, names, count, wanted, err);
	for (size_t i = 0; ok && i < c->endpoints.count; i++)
		if (wanted[i])
			c->items[c->count++].endpoint = &c->endpoints.items[i];
	free(wanted);
	return ok;
}

/* What can't be opened without asking isn't shown: the report says that it was asked for. */
static void open_identity(struct checks *c, size_t i)
{
	const struct identity *found;
	struct error ignored;
	const char *name = c->items[i].endpoint->identity;
	if (!name || !identities_find(&c->identities, name, false, &found, &ignored) ||
		!app_key_open(c->app, found, NULL, &c->keys[i], &ignored))
		return;
	c->wishes[i].identity = found;
	c->wishes[i].key = &c->keys[i];
}

bool checks_init(struct app *app, const char *const *names, size_t count, int64_t at,
	struct checks *out, struct error *err)
{
	*out = (struct checks){ .app = app, .at = at };
	bool ok = app_endpoints(app, &out->endpoints, err) && choose(out, names, count, err) &&
		  app_identities(app, &out->identities, err);
	if (!ok) {
		checks_done(out);
		return false;
	}
	out->keys = mem_new((out->count + 1) * sizeof *out->keys);
	out->wishes = mem_new((out->count + 1) * sizeof *out->wishes);
	for (size_t i = 0; i < out->count; i++) {
		endpoint_wish(out->items[i].endpoint, &out->wishes[i]);
		out->wishes[i].at = at;
		open_identity(out, i);
	}
	return true;
}

void checked_done(struct checked *item)
{
	free(item->text);
	free(item->service);
	declared_findings_done(&item->declared);
	endpoint_change_done(&item->change);
	if (item->done)
		probed_done(&item->probed);
	*item = (struct checked){ .endpoint = item->endpoint };
}

void checks_done(struct checks *checks)
{
	for (size_t i = 0; i < checks->count; i++) {
		checked_done(&checks->items[i]);
		if (checks->keys)
			new_key_done(&checks->keys[i]);
		if (checks->wishes)
			probe_wish_done(&checks->wishes[i]);
	}
	free(checks->items);
	free(checks->keys);
	free(checks->wishes);
	free(checks->running);
	if (checks->declarations)
		declarations_done(checks->declarations);
	free(checks->declarations);
	identities_done(&checks->identities);
	endpoints_done(&checks->endpoints);
	target_statuses_free(checks->fed, checks->targets.count);
	targets_done(&checks->targets);
	*checks = (struct checks){ 0 };
}

/* --- how one stands ------------------------------------------------------------------------ */

struct thresholds endpoint_thresholds(struct app *app, const struct endpoint *e)
{
	struct query usual = app_query(app);
	return (struct thresholds){ .days = e->days ? (int64_t)e->days : usual.days,
		.percent = e->percent ? (int)e->percent : usual.percent };
}

static void find_expiry(const struct checks *c, struct checked *item)
{
	const struct explained_path *path = &item->probed.why.paths[0];
	const struct cert_info **chain = mem_new((path->step_count + 1) * sizeof(struct cert_info *));
	for (size_t i = 0; i < path->step_count; i++)
		chain[i] = path->steps[i].info;
	expiry_of(chain, path->step_count, c->at ? c->at : app_now(), &item->expiry);
	free(chain);
}

static char *when_words(const struct checked *item)
{
	char date[CLOCK_ISO];
	const struct expiry *e = &item->expiry;
	bool leaf = e->first == item->probed.why.paths[0].steps[0].info;
	lang_date(date, e->when);
	return leaf ? mem_format(_("%lld days left, until %s"), (long long)e->days_left, date) :
		      mem_format(_("%s: %lld days left, until %s"), e->first->subject,
			      (long long)e->days_left, date);
}

/* It works here; others stumble. */
static void judge_gap(struct checked *item)
{
	char *text = item->probed.unsent ?
		mem_format(_("the server doesn't send %s, and others will refuse it; %s"),
			item->probed.unsent->name, item->text) :
		mem_format(_("the chain as it was sent leads elsewhere, and who doesn't look for "
			     "another path refuses it; %s"), item->text);
	free(item->text);
	item->text = text;
	if (item->level > OUTCOME_WARNING)
		item->level = OUTCOME_WARNING;
}

/* Trust that somebody gave for a while: when it is over the endpoint turns red. */
static void say_limits(struct checked *item)
{
	const struct explained_step *anchor = item->probed.why.anchor;
	if (!anchor || !anchor->limits)
		return;
	char *text = mem_format(_("%s; trusted %s only"), item->text, anchor->limits);
	free(item->text);
	item->text = text;
}

static void judge_trust(const struct checks *c, struct checked *item)
{
	struct thresholds thresholds = endpoint_thresholds(c->app, item->endpoint);
	item->level = OUTCOME_CRITICAL;
	if (item->probed.verdict != PROBE_TRUSTED) {
		item->text = mem_format("%s: %s", lang_text(probe_verdict_name(item->probed.verdict)),
			item->probed.reason);
		return;
	}
	find_expiry(c, item);
	item->level = expiry_level(&item->expiry, &thresholds);
	item->text = when_words(item);
	say_limits(item);
	if (item->probed.unsent || item->probed.elsewhere)
		judge_gap(item);
}

static void say_change(struct checked *item)
{
	char *words = change_words(&item->change.change);
	char *text = mem_format("%s; %s", words, item->text);
	free(words);
	free(item->text);
	item->text = text;
}

/* A history that can't be read is no fault of the endpoint's. */
static void judge_change(const struct checks *c, struct checked *item)
{
	struct error ignored;
	if (c->at || !app_change_of(c->app, item->endpoint, &item->probed, &item->change, &ignored))
		return;
	enum outcome_level least = !item->change.waits ? OUTCOME_OK :
		item->change.change.verdict == CHANGE_SUSPICIOUS ? OUTCOME_CRITICAL :
								   OUTCOME_WARNING;
	if (least < item->level)
		item->level = least;
	if (item->change.waits)
		say_change(item);
}

/*
 * What the configuration of its service has against it.  Configurations are read once, and only where a
 * port of this host is among the endpoints; that there are none here, or none that can be read, is no
 * fault of the endpoint's.
 */
static void look_up_declared(struct checks *c, size_t number)
{
	struct checked *item = &c->items[number];
	const struct report *r = item->probed.report;
	const struct declared_wish wish = { .root = NULL };
	struct error ignored;
	if (c->at || !r || !r->address || !address_is_local(r->address))
		return;
	if (!c->declarations) {
		c->declarations = mem_new(sizeof *c->declarations);
		app_declared(c->app, &wish, c->declarations, &ignored);
	}
	declarations_judge(c->app, c->declarations, &c->wishes[number], &item->probed,
		&item->service, &item->declared);
}

static void judge_declared(struct checked *item)
{
	const struct declared_finding *worst = item->declared.count ? item->declared.items : NULL;
	if (!worst || worst->level == OUTCOME_OK)
		return;
	char *text = mem_format("%s; %s", worst->text, item->text);
	free(item->text);
	item->text = text;
	if (worst->level < item->level)
		item->level = worst->level;
}

static void judge_one(const struct checks *c, struct checked *item)
{
	judge_trust(c, item);
	judge_change(c, item);
	judge_declared(item);
}

void check_judge_again(struct app *app, struct checked *item)
{
	const struct checks now = { .app = app };
	struct probe_wish wish;
	if (!item->done)
		return;
	endpoint_wish(item->endpoint, &wish);
	probe_judge_again(app, &wish, &item->probed);
	probe_wish_done(&wish);
	free(item->text);
	endpoint_change_done(&item->change);
	item->expiry = (struct expiry){ 0 };
	judge_one(&now, item);
}

struct running {
	struct checks *checks;
	checks_one_fn *one;
	probe_end_fn *end;
	void *ctx;
};

static void take(struct checks *c, size_t number, struct probed *probed)
{
	struct checked *item = &c->items[number];
	if (item->done) {
		probed_done(probed);
		return;
	}
	item->done = true;
	item->probed = *probed;
	look_up_declared(c, number);
	judge_one(c, item);
}

static void take_one(void *ctx, size_t number, struct probed *probed)
{
	struct running *r = ctx;
	take(r->checks, number, probed);
	if (r->one)
		r->one(r->ctx, &r->checks->items[number]);
}

/* What ended without a report: the job broke. */
static void fill_missing(struct checks *c, const struct error *err)
{
	for (size_t i = 0; i < c->count; i++)
		if (!c->items[i].done && !c->items[i].text)
			c->items[i].text = mem_format(_("not probed: %s"), err->text);
}

bool checks_run(struct checks *checks, struct error *err)
{
	struct running r = { .checks = checks };
	const struct probe_calls calls = { .each = take_one, .ctx = &r };
	struct error broke = { 0 };
	(void)err;
	if (!app_probe_all(checks->app, checks->wishes, checks->count, &calls, &broke))
		fill_missing(checks, &broke);
	return true;
}

static void ended(void *ctx, bool ok, const struct error *err)
{
	struct running r = *(struct running *)ctx;
	if (!ok)
		fill_missing(r.checks, err);
	r.end(r.ctx, ok, err);
}

struct probe_job *checks_start(struct checks *checks, struct loop *loop, checks_one_fn *one,
	probe_end_fn *end, void *ctx, struct error *err)
{
	struct running *r = checks->running = mem_new(sizeof *r);
	*r = (struct running){ .checks = checks, .one = one, .end = end, .ctx = ctx };
	const struct probe_calls calls = { .each = take_one, .end = ended, .ctx = r };
	return app_probe_start(checks->app, loop, checks->wishes, checks->count, &calls, err);
}

/* --- all of them --------------------------------------------------------------------------- */

enum outcome_level checks_level(const struct checks *checks)
{
	enum outcome_level worst = OUTCOME_OK;
	for (size_t i = 0; i < checks->count; i++)
		if (checks->items[i].level < worst)
			worst = checks->items[i].level;
	for (size_t i = 0; checks->fed && i < checks->targets.count; i++)
		if (check_target_level(&checks->fed[i]) < worst)
			worst = check_target_level(&checks->fed[i]);
	return worst;
}

static int worst_first(const void *a, const void *b, void *ctx)
{
	const struct checks *c = ctx;
	const struct checked *x = &c->items[*(const size_t *)a], *y = &c->items[*(const size_t *)b];
	if (x->level != y->level)
		return x->level < y->level ? -1 : 1;
	if (x->expiry.when != y->expiry.when)
		return x->expiry.when < y->expiry.when ? -1 : 1;
	return strcmp(x->endpoint->name, y->endpoint->name);
}

size_t *checks_order(const struct checks *checks)
{
	size_t *order = mem_new((checks->count + 1) * sizeof *order);
	for (size_t i = 0; i < checks->count; i++)
		order[i] = i;
	qsort_r(order, checks->count, sizeof *order, worst_first, (void *)(uintptr_t)checks);
	return order;
}
