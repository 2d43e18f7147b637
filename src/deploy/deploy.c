/*
 * A deployment from plan to outcome.  What is at stake in the order of its steps stands in
 * deploy/deploy.h; the files are transaction.c's, the record record.c's.
 */
#include "deploy/deploy.h"

#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "deploy/kind.h"
#include "deploy/overlap.h"
#include "deploy/record.h"
#include "deploy/restart.h"
#include "deploy/transaction.h"

/* --- the plan ------------------------------------------------------------------------------------ */

static struct deploy_target_plan *add_target(struct deploy_plan *plan, const struct target *target)
{
	plan->items = mem_grow(plan->items, plan->count, &plan->cap, sizeof *plan->items);
	struct deploy_target_plan *item = &plan->items[plan->count++];
	const char *place = target->path ? target->path :
			    target->kind->usual ? target->kind->usual : "";
	*item = (struct deploy_target_plan){ .name = text_safe(target->name, strlen(target->name)),
		.kind = mem_text(target->kind->name),
		.place = text_safe(place, strlen(place)),
		.shared = target->kind->shared };
	if (target->reload)
		item->reload = text_safe(target->reload, strlen(target->reload));
	return item;
}

static struct visit visit_of(const struct demand *demand, struct deploy_plan *plan, size_t i)
{
	return (struct visit){ .demand = demand,
		.order = &demand->orders[i],
		.target = demand->orders[i].target,
		.plan = &plan->items[i],
		.staging = plan->staging,
		.index = i };
}

/* With nothing to trust, consumers fail in odd ways, Java with "trustAnchors must be non-empty". */
static bool refuse_empty(const struct visit *visit, size_t files)
{
	const struct deploy_target_plan *plan = visit->plan;
	size_t left = plan->theirs + plan->tally[DEPLOY_ADD] + plan->tally[DEPLOY_REPLACE] +
		      plan->tally[DEPLOY_KEEP];
	if (visit->demand->empty_is_meant || left > 0 || plan->outcome == DEPLOY_UNAVAILABLE ||
		(!plan->stale && files == visit->staging->count) ||
		visit->target->kind->needs & TARGET_IDENTITY)
		return true;
	return unavailable(visit, "it would end without any certificate, and whoever reads it would trust "
				  "nobody (--empty does it all the same)");
}

static void plan_target(const struct visit *visit)
{
	const struct kind_row *row = kind_of(visit->target);
	struct error err = { 0 };
	size_t files = visit->staging->count;
	if (visit->order->trouble)
		unavailable(visit, "%s", visit->order->trouble);
	else if (!row || !row->stage)
		unavailable(visit, "this certary doesn't write targets of kind %s",
			visit->target->kind->name);
	else if (!row->stage(visit, &err))
		unavailable(visit, "%s", err.text);
	else
		refuse_empty(visit, files);
	visit->plan->stale |= files < visit->staging->count;
	if (visit->plan->stale && !visit->plan->restart && visit->plan->outcome != DEPLOY_UNAVAILABLE)
		restart_note_files(visit);
}

bool deploy_prepare(const struct demand *demand, struct deploy_plan *out, struct error *err)
{
	if (demand->count == 0)
		return error_set(err, ERROR_NOT_FOUND, "there is no target");
	out->staging = mem_new(sizeof *out->staging);
	out->anchors = demand->trusted.count;
	for (size_t i = 0; i < demand->count; i++)
		add_target(out, demand->orders[i].target);
	for (size_t i = 0; i < demand->count; i++) {
		struct visit visit = visit_of(demand, out, i);
		plan_target(&visit);
	}
	overlaps_resolve(out);
	for (size_t i = 0; i < demand->count; i++)
		out->unavailable |= out->items[i].outcome == DEPLOY_UNAVAILABLE;
	return true;
}

/* --- the deed ------------------------------------------------------------------------------------ */

struct deed {
	const struct demand *demand;
	struct deploy_plan *plan;
	const struct deploy_hooks *hooks;
	struct places places;
	size_t failed;  /* the target that it failed at */
	size_t settled; /* whose tools ran, or tried to */
	bool unsure;    /* the record may say that all is done, and may not */
};

static void progress(const struct deed *deed, const char *format, const char *name)
{
	if (!deed->hooks->progress)
		return;
	char *line = mem_format(lang_text(format), name);
	deed->hooks->progress(deed->hooks->ctx, line);
	free(line);
}

static void outcome(struct deploy_target_plan *item, enum deploy_outcome what, const char *why)
{
	item->outcome = what;
	if (!why)
		return;
	char *text = item->why ? mem_format("%s\n%s", item->why, why) : mem_text(why);
	free(item->why);
	item->why = text;
}

static bool keep_record(struct deed *deed, enum record_phase phase, struct error *err)
{
	struct buf record = { 0 };
	deployment_record_make(deed->demand, deed->plan, phase, &record);
	bool unsure = false;
	bool ok = deed->hooks->keep(deed->hooks->ctx, buf_text(&record), record.len, &unsure, err);
	buf_done(&record);
	deed->unsure = !ok && (deed->unsure || unsure);
	return ok || error_wrap(err, "the record of what is under way");
}

static bool settle_all(struct deed *deed, struct error *err)
{
	for (size_t i = 0; i < deed->plan->count; i++) {
		const struct deploy_target_plan *item = &deed->plan->items[i];
		const struct kind_row *row = kind_of(deed->demand->orders[i].target);
		deed->failed = i;
		if (!item->stale || !row->settle)
			continue;
		progress(deed, N_("putting into force: %s"), item->name);
		deed->settled = i + 1;
		if (!row->settle(deed->demand->orders[i].target, err))
			return false;
	}
	return true;
}

static bool compare(struct deploy_target_plan *item, const struct set *seen, struct error *err)
{
	char hex[FINGERPRINT_HEX];
	for (size_t i = 0; i < item->count; i++) {
		const struct deploy_row *row = &item->rows[i];
		bool wanted = row->change != DEPLOY_REMOVE;
		if (set_has(seen, fingerprint_hex(&row->print, hex)) == wanted) {
			item->read_back += wanted;
			continue;
		}
		return error_set(err, ERROR_FAILED,
			wanted ? N_("read back by %s: %s isn't there") :
				 N_("read back by %s: %s is still there"),
			lang_text(item->reader), row->name);
	}
	return true;
}

static bool read_back(struct deed *deed, size_t i, struct error *err)
{
	struct visit visit = visit_of(deed->demand, deed->plan, i);
	struct set seen = { 0 };
	const char *reader = N_("certary's own reader");
	const struct kind_row *row = kind_of(visit.target);
	bool ok = row->read_back(&visit, &seen, &reader, err) ||
		  error_wrap(err, "it can't be read back");
	free(visit.plan->reader);
	visit.plan->reader = mem_text(reader); /* the receipt keeps it: in English */
	visit.plan->read_back = 0;
	ok = ok && compare(visit.plan, &seen, err);
	set_done(&seen);
	return ok;
}

static bool read_all_back(struct deed *deed, struct error *err)
{
	for (size_t i = 0; i < deed->plan->count; i++) {
		const struct deploy_target_plan *item = &deed->plan->items[i];
		deed->failed = i;
		if (!item->stale || !kind_of(deed->demand->orders[i].target)->read_back)
			continue;
		progress(deed, N_("reading back: %s"), item->name);
		if (!read_back(deed, i, err))
			return false;
	}
	return true;
}

static void note_stuck(void *ctx, size_t target, const char *why)
{
	struct deed *deed = ctx;
	outcome(&deed->plan->items[target], DEPLOY_STUCK, why);
}

/* The tools once more, over what is there again. */
static bool settle_back(struct deed *deed)
{
	struct error err;
	bool ok = true;
	for (size_t i = 0; i < deed->settled; i++) {
		const struct target *target = deed->demand->orders[i].target;
		const struct kind_row *row = kind_of(target);
		if (!deed->plan->items[i].stale || !row->settle || row->settle(target, &err))
			continue;
		error_wrap(&err, "its files are as they were, but putting them into force failed");
		outcome(&deed->plan->items[i], DEPLOY_STUCK, err.text);
		ok = false;
	}
	return ok;
}

/* The record stays where something is stuck: the next start tries it again. */
static void put_back(struct deed *deed, struct error *err)
{
	struct deploy_target_plan *items = deed->plan->items;
	struct error ignored;
	progress(deed, N_("putting back what was there: %s"), items[deed->failed].name);
	for (size_t i = 0; i < deed->plan->count; i++)
		outcome(&items[i], DEPLOY_BACK, i == deed->failed ? err->text : NULL);
	bool back = files_back(&deed->places, deed->plan->staging, note_stuck, deed);
	back = settle_back(deed) && back;
	error_wrap(err, "%s", items[deed->failed].name);
	if (!back)
		error_wrap(err, "not all could be put back (see the targets that are stuck)");
	else if (!deed->hooks->drop(deed->hooks->ctx, &ignored))
		error_wrap(err, "all was put back, but its record stays (%s)", ignored.text);
}

/* All of it is there and was read back; whoever comes next does what the record says by then. */
static void leave(struct deed *deed, struct error *err)
{
	for (size_t i = 0; i < deed->plan->count; i++) {
		struct deploy_target_plan *item = &deed->plan->items[i];
		if (item->stale)
			outcome(item, DEPLOY_STUCK,
				_("written and read back, but whether it stays isn't decided: the next "
				  "start leaves it so or puts it back, and all the others with it"));
		else
			outcome(item, DEPLOY_BACK, NULL);
	}
	error_wrap(err, "nothing is put back, since a crash meanwhile would leave some of each (mend the disk "
			"of the store, then deploy again)");
}

/* Whoever comes after a crash from here on must go back, too: not over a record that says it is done. */
static void go_back(struct deed *deed, struct error *err)
{
	struct error ignored;
	if (!deed->unsure || keep_record(deed, RECORD_GOING, &ignored))
		put_back(deed, err);
	else
		leave(deed, err);
}

static bool forward(struct deed *deed, struct error *err)
{
	struct staging *staging = deed->plan->staging;
	progress(deed, N_("writing: %s"), _("new files beside the old ones"));
	return files_forward(&deed->places, staging, &deed->failed, err) && settle_all(deed, err) &&
	       read_all_back(deed, err) && keep_record(deed, RECORD_DONE, err);
}

/* What can't be tidied up now is told, and the record stays for the next start. */
static void tidy(struct deed *deed)
{
	struct error err;
	if (files_clean(&deed->places, deed->plan->staging, &err) &&
		deed->hooks->drop(deed->hooks->ctx, &err))
		return;
	struct visit visit = visit_of(deed->demand, deed->plan, 0);
	warn(&visit, "All is done, but not tidied up: %s (the next start tries again).", err.text);
}

static bool do_it(struct deed *deed, struct error *err)
{
	if (!keep_record(deed, RECORD_GOING, err)) {
		struct error ignored;
		deed->hooks->drop(deed->hooks->ctx, &ignored);
		return error_wrap(err, "nothing was changed");
	}
	if (!forward(deed, err)) {
		go_back(deed, err);
		return false;
	}
	tidy(deed);
	return true;
}

static void hash_all(struct staging *staging)
{
	for (size_t i = 0; i < staging->count; i++) {
		struct file_change *change = &staging->items[i];
		if (change->kind == FILE_WRITE)
			fingerprint_of(buf_text(&change->bytes), change->bytes.len, &change->hash);
	}
}

static bool refuse(const struct deploy_plan *plan, struct error *err)
{
	for (size_t i = 0; i < plan->count; i++)
		if (plan->items[i].outcome == DEPLOY_UNAVAILABLE)
			return error_set(err, ERROR_FAILED, "%s: %s; nothing was changed anywhere",
				plan->items[i].name, plan->items[i].why);
	return true;
}

static bool any_stale(const struct deploy_plan *plan)
{
	for (size_t i = 0; i < plan->count; i++)
		if (plan->items[i].stale)
			return true;
	return false;
}

bool deploy_carry_out(const struct demand *demand, struct deploy_plan *plan,
	const struct deploy_hooks *hooks, struct error *err)
{
	struct deed deed = { .demand = demand, .plan = plan, .hooks = hooks };
	if (!refuse(plan, err))
		return false;
	bool ok = true;
	if (any_stale(plan)) {
		hash_all(plan->staging);
		ok = files_check(&deed.places, plan->staging, &deed.failed, err);
		if (!ok)
			error_wrap(err, "%s", plan->items[deed.failed].name);
		ok = ok && do_it(&deed, err);
		places_done(&deed.places);
	}
	for (size_t i = 0; ok && i < plan->count; i++)
		outcome(&plan->items[i], DEPLOY_DONE, NULL);
	return ok;
}
