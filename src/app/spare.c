/* What nobody needs: CAs that no chain goes through, and what is over. */
#include <stdlib.h>
#include <string.h>

#include "app/impact.h"
#include "app/internal.h"
#include "app/services.h"
#include "app/trust.h"
#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"

static void mark_path(const struct judge_path *path, struct set *used)
{
	char hex[FINGERPRINT_HEX];
	for (size_t i = 0; path->trusted && i < path->step_count; i++)
		set_add(used, fingerprint_hex(&cert_info(path->steps[i].cert)->sha256, hex));
}

static void mark_used(const struct services *services, struct set *used)
{
	for (size_t i = 0; i < services->count; i++) {
		struct judgement j;
		service_judge(services, &services->items[i], NULL, 0, 0, &j);
		for (size_t p = 0; p < j.path_count; p++)
			mark_path(&j.paths[p], used);
		judgement_done(&j);
	}
}

static int by_name(const void *a, const void *b)
{
	const struct spare *x = a, *y = b;
	return strcmp(x->entry.name, y->entry.name);
}

static unsigned reasons_of(const struct entry *e, const struct set *used)
{
	char hex[FINGERPRINT_HEX];
	bool trusted = e->state == STATE_TRUSTED || e->state == STATE_LIMITED;
	bool unused = trusted && e->info.ca &&
		      !set_has(used, fingerprint_hex(&e->info.sha256, hex));
	bool expired = e->state != STATE_TRASH && e->info.not_after < app_now();
	return (unused ? SPARE_UNUSED : 0u) | (expired ? SPARE_EXPIRED : 0u);
}

static void add(struct spares *out, const struct entry *e, unsigned reasons)
{
	char date[CLOCK_ISO];
	struct buf why = { 0 };
	lang_date(date, e->info.not_after);
	if (!(reasons & SPARE_EXPIRED))
		buf_text_add(&why, _("no endpoint needs this CA"));
	else if (reasons & SPARE_UNUSED)
		buf_format(&why, _("no endpoint needs this CA; over since %s"), date);
	else
		buf_format(&why, _("over since %s"), date);
	out->items = mem_grow(out->items, out->count, &out->cap, sizeof *out->items);
	out->items[out->count++] = (struct spare){ *e, reasons, buf_take(&why) };
}

bool app_spares(struct app *app, unsigned reasons, struct spares *out, struct error *err)
{
	struct services services = { 0 };
	struct set used = { 0 };
	struct entry e;
	bool ok = !(reasons & SPARE_UNUSED) || services_read(app, &services, err);
	if (ok)
		mark_used(&services, &used);
	for (uint32_t at = 0; ok && app_next(app, &at, &e);) {
		unsigned found = reasons_of(&e, &used);
		if (found & reasons)
			add(out, &e, found & reasons);
	}
	out->endpoints = services.count;
	out->unseen = services.unseen;
	if (out->count > 0)
		qsort(out->items, out->count, sizeof *out->items, by_name);
	set_done(&used);
	services_done(&services);
	return ok;
}

void spares_done(struct spares *spares)
{
	for (size_t i = 0; i < spares->count; i++)
		free(spares->items[i].why);
	free(spares->items);
	*spares = (struct spares){ 0 };
}

bool app_plan_spares(struct app *app, unsigned reasons, struct plan *plan, struct error *err)
{
	struct spares spares = { 0 };
	plan->op = decision_row(DECISION_DELETE)->verb;
	bool ok = app_spares(app, reasons, &spares, err);
	if (ok && (reasons & SPARE_UNUSED) && spares.endpoints == spares.unseen)
		ok = error_set(err, ERROR_FAILED, "delete --unused: no endpoint ever presented a chain, "
			"so that nothing tells what is used (certary endpoint add, certary check)");
	for (size_t i = 0; ok && i < spares.count; i++)
		ok = app_plan_decision(app, DECISION_DELETE, &spares.items[i].entry, plan, err);
	spares_done(&spares);
	return ok;
}
