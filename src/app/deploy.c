#include "app/deploy.h"

#include <stdlib.h>
#include <string.h>

#include "app/deploying.h"
#include "app/internal.h"
#include "base/confine.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/runner.h"
#include "base/text.h"
#include "store/deploying.h"
#include "store/endpoints.h"
#include "store/journal.h"

bool app_deploy_prepare(struct app *app, const struct deploy_wish *wish, struct deployment *out,
	struct error *err)
{
	out->parts = mem_new(sizeof *out->parts);
	bool ok = app_open_store(app, APP_STORE_THERE, err) &&
		  deploy_collect(app, wish, out->parts, err) &&
		  deploy_prepare(&out->parts->demand, &out->plan, err);
	if (ok)
		deploy_name_units(out);
	return ok;
}

void deployment_done(struct deployment *deployment)
{
	deploy_plan_done(&deployment->plan);
	deployment_parts_free(deployment->parts);
	deployment->parts = NULL;
}

/* --- the deed ------------------------------------------------------------------------------------ */

struct deed {
	struct deploying *held;
	const struct deploy_run *run;
};

static bool keep(void *ctx, const char *record, size_t len, bool *unsure, struct error *err)
{
	const struct deed *deed = ctx;
	return store_deploying_keep(deed->held, record, len, unsure, err);
}

static bool drop(void *ctx, struct error *err)
{
	const struct deed *deed = ctx;
	return store_deploying_drop(deed->held, err);
}

static void progress(void *ctx, const char *what)
{
	const struct deed *deed = ctx;
	if (deed->run->progress)
		deed->run->progress(deed->run->ctx, what);
}

/* It can't be put back any more: told with the target, and for the exit code. */
static void too_late(struct deployment *deployment, size_t i, const char *what, const struct error *err)
{
	struct deploy_target_plan *item = &deployment->plan.items[i];
	deploy_warn(item, "%s: %s.", lang_text(what), err->text);
	if (!deployment->late.code)
		error_set(&deployment->late, ERROR_FAILED, "deploy: %s: %s: %s", item->name,
			lang_text(what), err->text);
}

/* What is deployed is deployed, whether it can be written down or not. */
static void write_receipts(struct app *app, struct deployment *deployment,
	const struct deploy_run *run)
{
	struct plan plan = { .op = OP_DEPLOY, .why = run->why ? text_typed(run->why) : NULL };
	struct error err = { 0 };
	if (!receipts_plan(app, deployment, &plan, &err) || !app_apply(app, &plan, NULL, &err))
		too_late(deployment, 0, N_("All is done, but the journal doesn't have it"), &err);
	else
		store_reload(app_store(app), &err);
	plan_done(&plan);
}

static bool any_is_stale(const struct deploy_plan *plan)
{
	for (size_t i = 0; i < plan->count; i++)
		if (plan->items[i].stale)
			return true;
	return false;
}

/*
 * Their own commands run once all is done: what they make of it can't be put back.  Of targets that
 * got something; of all where none did, since somebody wants it now.
 */
static void reload_all(struct deployment *deployment, const struct deploy_run *run)
{
	bool stale = any_is_stale(&deployment->plan);
	for (size_t i = 0; run->reload && i < deployment->plan.count; i++) {
		const struct deploy_target_plan *item = &deployment->plan.items[i];
		struct error err = { 0 };
		if ((item->stale || !stale) &&
			!deploy_reload(deployment->parts->orders[i].target, &err))
			too_late(deployment, i, N_("It is deployed, but its reload failed"), &err);
	}
}

static bool recover(struct app *app, struct deploying *held, struct buf *told, struct error *err)
{
	struct buf record = { 0 };
	struct targets targets = { 0 };
	struct error ignored;
	bool there, ok = store_deploying_read(held, &record, &there, err);
	if (ok && there) {
		if (!app_targets(app, &targets, &ignored))
			targets_done(&targets);
		ok = deploy_recover(buf_text(&record), record.len, &targets, told, err) &&
		     store_deploying_drop(held, err);
	}
	targets_done(&targets);
	buf_done(&record);
	return ok;
}

/*
 * What was shown and said yes to is what the store says still: a certificate that was blocked at the
 * question must not be deployed by the answer.
 */
static bool is_still_decided(struct app *app, const struct deployment *deployment, struct error *err)
{
	const struct deployment_parts *parts = deployment->parts;
	struct decisions now;
	if (!store_reload(app_store(app), err))
		return false;
	if (store_generation(app_store(app)) == parts->generation)
		return true;
	decisions_of(app, parts->anchors, &now);
	if (decisions_are_same(&now, &parts->decisions))
		return true;
	error_set(err, ERROR_FAILED, "the store has changed meanwhile: nothing was deployed (look again)");
	return error_stale(err);
}

/*
 * A command runs with the rights of whoever deploys: that nobody else could have put it there is seen to
 * before anything is done.
 */
static bool may_reload(struct app *app, const struct deployment *deployment, struct error *err)
{
	bool any = false, ok = true;
	for (size_t i = 0; ok && i < deployment->plan.count; i++) {
		const struct target *target = deployment->parts->orders[i].target;
		char **words = target->reload ? target_command(target->reload, err) : NULL;
		ok = !target->reload || (words && fs_path_is_trusted(words[0], err));
		any |= target->reload != NULL;
		free(words);
	}
	return ok && (!any || store_may_run_commands(app_store(app), err));
}

static void raise_walls(struct app *app, const struct deployment *deployment,
	const struct deploy_run *run)
{
	char **folders = run->last && (!run->reload || runner_stands()) ?
				 deploy_folders(&deployment->parts->demand, &deployment->plan) :
				 NULL;
	size_t count = 0;
	if (!folders)
		return;
	while (folders[count])
		count++;
	const char **writes = mem_new((count + 6) * sizeof *writes);
	if (count > 0)
		memcpy(writes, folders, count * sizeof *writes);
	writes[count++] = app_store_folder(app);
	writes[count++] = "/dev/null";
	writes[count++] = "/dev/tty";
	writes[count++] = "/dev/shm"; /* what tools work on */
	writes[count] = "/tmp";
	confine(&(struct confine){ .may = CONFINE_READ | CONFINE_WRITE | CONFINE_NET | CONFINE_FORK,
		.writes = writes });
	free(writes);
	deploy_folders_free(folders);
}

bool app_deploy_carry_out(struct app *app, struct deployment *deployment,
	const struct deploy_run *run, struct error *err)
{
	struct deed deed = { .run = run };
	const struct deploy_hooks hooks = { .ctx = &deed, .keep = keep, .drop = drop, .progress = progress };
	struct buf told = { 0 };
	if (app_read_only(app))
		return error_set(err, ERROR_FAILED, "deploy: --read-only changes nothing");
	if (deployment->parts->sealed)
		return error_set(err, ERROR_SECRET, "deploy: it was only looked at, and a key is sealed");
	if (run->reload && !may_reload(app, deployment, err))
		return error_wrap(err, "deploy --reload");
	if (!store_deploying_take(app_store(app), &deed.held, err))
		return error_wrap(err, "%s", "deploy");
	/* What another one left is put right first; then this plan may not fit any more, and says so. */
	bool ok = recover(app, deed.held, &told, err) && is_still_decided(app, deployment, err);
	if (ok)
		raise_walls(app, deployment, run);
	ok = ok && deploy_carry_out(&deployment->parts->demand, &deployment->plan, &hooks, err);
	store_deploying_release(deed.held);
	if (told.len > 0 && deployment->plan.count > 0)
		deploy_warn(&deployment->plan.items[0], "%s", buf_text(&told));
	buf_done(&told);
	if (!ok)
		return error_wrap(err, "%s", "deploy");
	write_receipts(app, deployment, run);
	reload_all(deployment, run);
	return true;
}

bool app_deploy_recover(struct app *app, struct buf *told, struct error *err)
{
	struct deploying *held;
	struct error ignored;
	struct store *store = app_store(app);
	if (!store || store_read_only(store))
		return true;
	/* One that was killed while it planned has left no record. */
	deploy_sweep();
	if (!store_has_deploying(store))
		return true;
	/* Whoever holds it is still at it; and who may not take it can't mend anything. */
	if (!store_deploying_take(store, &held, &ignored))
		return true;
	bool ok = recover(app, held, told, err);
	store_deploying_release(held);
	return ok;
}
