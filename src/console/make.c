/*
 * Creating an identity: the route, the form, the key, the question, the paper.
 *
 * The key is made beside the loop, so that keys are answered and Esc ends it; whatever goes wrong on
 * the way, the form is there with all that was typed.
 */
#include "console/make.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"

static void forget_key(struct make_work *work)
{
	if (work->has_key)
		new_key_done(&work->key);
	work->has_key = false;
	made_done(&work->made);
}

void make_close(struct desk *desk)
{
	struct make_work *work = desk->make;
	if (!work)
		return;
	app_key_cancel(work->job);
	forget_key(work);
	making_done(&work->begun);
	making_done(&work->making);
	free(work->cert_path);
	free(work->key_path);
	free(work);
	desk->make = NULL;
}

/* --- the question and the deed ------------------------------------------------------------- */

static enum reaction confirmed(struct desk *desk, struct dialog *dialog, bool done)
{
	struct make_work *work = desk->make;
	struct error err = { 0 };
	(void)dialog;
	bool ok = done && app_apply(desk->app, &desk->plan, NULL, &err);
	plan_done(&desk->plan);
	if (!ok) {
		forget_key(work);
		if (done)
			return desk_error(desk, &err);
		desk_say(desk, ROLE_STATUS, "nothing was made");
		return REACT_REPAINT;
	}
	app_reload(desk->app, &err);
	ids_select(desk, &work->made.id);
	return make_paper(desk, work) | REACT_RELOAD;
}

static enum reaction ask(struct desk *desk)
{
	struct rows rows = { 0 };
	struct advice advice = { 0 };
	make_wish_rows(desk->make, &rows);
	make_advise(desk, &desk->make->making, &advice);
	rows_advice(&rows, &advice);
	advice_done(&advice);
	key_discard(); /* what was typed ahead answers no question */
	const struct make_work *work = desk->make;
	const char *title = work->made.request      ? N_("Make this request?")
			    : work->making.same_key ? N_("Renew it?")
						    : N_("Create this?");
	return desk_ask(desk, dialog_confirm(title, DIALOG_CALM, &rows, N_("make it")), confirmed);
}

static enum reaction have_key(struct desk *desk, struct new_key *take)
{
	struct make_work *work = desk->make;
	struct plan plan = { 0 };
	struct error err = { 0 };
	forget_key(work);
	work->key = *take;
	*take = (struct new_key){ 0 };
	work->has_key = true;
	plan_done(&desk->plan);
	if (app_plan_make(desk->app, &work->making, &work->key, &plan, &work->made, &err)) {
		desk->plan = plan;
		return ask(desk);
	}
	plan_done(&plan);
	forget_key(work);
	return desk_error(desk, &err);
}

/* --- the key ------------------------------------------------------------------------------- */

static enum reaction stop(struct desk *desk)
{
	app_key_cancel(desk->make->job);
	desk->make->job = NULL;
	desk_say(desk, ROLE_STATUS, "no key was made");
	return REACT_REPAINT;
}

static void key_made(void *ctx, struct new_key *take, const struct error *err)
{
	struct desk *desk = ctx;
	desk->make->job = NULL;
	wait_over(desk);
	desk->reaction |= (take ? have_key(desk, take) : desk_error(desk, err)) | REACT_REPAINT;
}

static enum reaction start_key(struct desk *desk)
{
	struct make_work *work = desk->make;
	struct error err = { 0 };
	work->job = app_key_start(desk->loop, work->making.kind, work->making.passphrase, key_made,
		desk, &err);
	if (!work->job)
		return desk_error(desk, &err);
	return wait_open(desk, N_("The key is made"), work->making.kind->label,
		N_("RSA keys are found by luck"), stop);
}

static char *path_of(struct form *form, const char *key)
{
	const char *typed = form_text(form, key);
	return *typed ? typed_path(typed) : NULL;
}

static enum reaction accept(struct desk *desk, struct form *form)
{
	struct make_work *work = desk->make;
	struct rows ignored = { 0 };
	making_done(&work->making);
	make_form_read(desk, form, &work->making, &ignored);
	rows_done(&ignored);
	free(work->cert_path);
	free(work->key_path);
	work->cert_path = path_of(form, "cert_file");
	work->key_path = path_of(form, "key_file");
	if (!work->making.same_key)
		return start_key(desk);
	const struct identity *identity = ids_find(desk, &work->making.id);
	if (identity)
		return ask_key(desk, identity, N_("Renew"), have_key);
	desk_say(desk, ROLE_WARNING, "it is no longer there");
	return REACT_REPAINT;
}

/* --- the beginning ------------------------------------------------------------------------- */

enum reaction make_open(struct desk *desk, struct making *take, const char *title)
{
	make_close(desk);
	desk->make = mem_new(sizeof *desk->make);
	*desk->make = (struct make_work){ .begun = *take };
	*take = (struct making){ 0 };
	if (desk->make->begun.route == ROUTE_CA && !desk->make->begun.same_key)
		desk->make->preset = preset_named("company-ca");
	return sheet_open(desk, make_form(&desk->make->begun, title), make_form_check, accept,
		make_close);
}

static enum reaction route_chosen(struct desk *desk, struct dialog *dialog, bool done)
{
	struct making making;
	if (!done)
		return REACT_REPAINT;
	enum route route = (enum route)dialog_value(dialog);
	making_init(desk->app, route, &making);
	if (route == ROUTE_CA && preset_named("company-ca"))
		making.kind = privkey_kind(preset_named("company-ca")->kind);
	return make_open(desk, &making, route_row(route)->label);
}

/* From the certificates too: what is made stands among the identities. */
enum reaction action_create(struct desk *desk)
{
	struct dialog_option options[ROUTE_COUNT];
	if (desk_refuse_read_only(desk))
		return REACT_REPAINT;
	if (desk_page(desk) != PAGE_IDENTITIES)
		action_view_identities(desk);
	for (int i = 0; i < ROUTE_COUNT; i++) {
		const struct route_row *row = route_row((enum route)i);
		options[i] = (struct dialog_option){
			.key = row->key, .text = row->label, .value = i, .help = row->cost
		};
	}
	return desk_ask(
		desk, dialog_choose(N_("Create"), NULL, options, ROUTE_COUNT), route_chosen);
}
