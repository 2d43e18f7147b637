/*
 * Trust within limits: a form for whom, until when and why, and behind it the plan, which wants its y.
 */
#include "app/limits.h"

#include <stdlib.h>
#include <string.h>

#include "app/impact.h"
#include "app/trust.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "console/endpoints.h"
#include "console/pages.h"

static const struct form_field fields[] = {
	{ .key = "about", .label = N_("Trust"), .kind = FORM_NOTE, .help = "-" },
	{ .key = "for", .label = N_("For"), .kind = FORM_LIST,
		.help = N_("Endpoints by name, or HOST:PORT, a line each. Empty: every service.") },
	{ .key = "until", .label = N_("Until"), .kind = FORM_TEXT,
		.help = N_("A day, as in 2026-12-01, on whose beginning (UTC) it ends; or 7d, 2w from now.") },
	{ .key = "ticket", .label = N_("Ticket"), .kind = FORM_TEXT, .help = N_("Where this was asked for.") },
	{ .key = "why", .label = N_("Why"), .kind = FORM_TEXT, .help = N_("For the journal.") },
};

/* ---- what was typed ---- */

struct typed {
	const char **services;
	char *until;
	struct limits_wish wish;
};

static void read_form(const struct form *form, struct typed *out)
{
	size_t count = form_list_count(form, "for");
	*out = (struct typed){ .services = mem_new((count + 1) * sizeof *out->services),
		.until = mem_text(form_text(form, "until")) };
	text_trim(out->until);
	for (size_t i = 0; i < count; i++)
		out->services[i] = form_list_at(form, "for", i);
	out->wish = (struct limits_wish){ out->services, count, *out->until ? out->until : NULL,
		form_text(form, "ticket") };
}

static void typed_done(struct typed *typed)
{
	free(typed->services);
	free(typed->until);
}

/* Errors name options of the command; here they are fields. */
static const char *field_of(const char *text)
{
	return text_starts(text, "--until") ? "until" : text_starts(text, "--ticket") ? "ticket" : "for";
}

static bool judge_wish(struct desk *desk, const struct limits_wish *wish, struct limits_made *made,
	struct rows *verdict)
{
	struct error err = { 0 };
	if (app_limits(desk->app, wish, made, &err))
		return true;
	const char *said = strstr(err.text, ": ");
	rows_about(verdict, ROLE_ERROR, field_of(err.text), said ? said + 2 : err.text);
	return false;
}

/* app_limits() tells the first thing that is off: of each field, so that none loses its mark. */
static bool judge_each(struct desk *desk, const struct limits_wish *wish, struct limits_made *made,
	struct rows *verdict)
{
	struct limits_made ignored = { 0 };
	struct limits_wish end = { .until = wish->until }, whole = *wish;
	bool both = wish->count > 0 && wish->until;
	bool ends = !both || judge_wish(desk, &end, &ignored, verdict);
	limits_made_done(&ignored);
	if (!ends)
		whole.until = NULL;
	return judge_wish(desk, &whole, made, verdict) && ends;
}

static void check(struct desk *desk, struct form *form, struct rows *verdict)
{
	struct typed typed;
	struct limits_made made = { 0 };
	read_form(form, &typed);
	if (typed.wish.count == 0 && !typed.wish.until) {
		rows_about(verdict, ROLE_ERROR, "until",
			_("Say for which service, until when, or both."));
	} else if (judge_each(desk, &typed.wish, &made, verdict)) {
		const struct limits limits = { buf_text(&made.scope), buf_text(&made.until), "" };
		struct buf words = { 0 };
		limits_show(&limits, &words);
		rows_about_format(verdict, ROLE_DIM, NULL, "Trusted %s.", buf_text(&words));
		buf_done(&words);
	}
	limits_made_done(&made);
	typed_done(&typed);
}

/* ---- what comes of it ---- */

static bool plan_all(struct desk *desk, const struct limits *limits, struct plan *plan,
	struct error *err)
{
	bool ok = true;
	for (size_t i = 0; ok && i < desk->limiting.count; i++) {
		struct entry e;
		if (app_find(desk->app, &desk->limiting.items[i], &e))
			ok = app_plan_limited(desk->app, limits, &e, plan, err);
	}
	return ok;
}

/* The page of a probe shows what the decision has changed. */
static void tell_probe(struct desk *desk, const struct plan *plan)
{
	struct probe_work *work = desk_page(desk) == PAGE_PROBE ? desk->probe : NULL;
	if (!work || plan->count == 0)
		return;
	work->decided = plan->rows[0].cert;
	work->goal = STATE_LIMITED;
	work->deciding = true;
}

static enum reaction accept(struct desk *desk, struct form *form)
{
	struct typed typed;
	struct limits_made made = { 0 };
	struct error err = { 0 };
	struct plan plan = { .op = decision_row(DECISION_TRUST)->verb };
	read_form(form, &typed);
	bool ok = app_limits(desk->app, &typed.wish, &made, &err);
	const struct limits limits = { buf_text(&made.scope), buf_text(&made.until),
		buf_text(&made.ticket) };
	ok = ok && plan_all(desk, &limits, &plan, &err);
	app_plan_why(&plan, form_text(form, "why"));
	limits_made_done(&made);
	typed_done(&typed);
	if (!ok) {
		plan_done(&plan);
		return desk_error(desk, &err);
	}
	enum reaction r = desk_pop(desk); /* the form */
	tell_probe(desk, &plan);
	return r | desk_confirm(desk, &plan, true, false);
}

/* ---- opening it ---- */

/* For whom, as far as the page tells. */
static char *place_at_hand(struct desk *desk)
{
	const struct probe_work *work = probe_subject(desk);
	return work && work->done && work->probed.report ? probe_place(work) : NULL;
}

static bool is_about_service(const struct desk *desk)
{
	enum page page = desk_page(desk);
	return page == PAGE_PROBE || page == PAGE_ENDPOINTS || page == PAGE_ENDPOINT;
}

/* The service that showed it, where a probe brought it here. */
static char *place_seen(struct desk *desk, const struct entry *e)
{
	struct probe_wish wish;
	if (e->state == STATE_LIMITED || !app_probe_seen(desk->app, e, &wish))
		return NULL;
	char *place = endpoint_place(&(struct endpoint){ .host = wish.host, .port = wish.port });
	probe_wish_done(&wish);
	return place;
}

/* What stands there already, of one that is limited: to be changed and not typed again. */
static void fill(struct form *form, const struct entry *e, const char *place)
{
	const struct limits limits = limits_of(e);
	const char *one;
	size_t len, cursor = 0;
	bool limited = e->state == STATE_LIMITED, any = false;
	form_set(form, "about", e->name);
	while (limited && limits_next(&limits, &cursor, &one, &len)) {
		char *text = mem_textn(one, len);
		form_list_add(form, "for", text);
		any |= place && strcasecmp(text, place) == 0;
		free(text);
	}
	if (limited) {
		form_set(form, "until", limits.until);
		form_set(form, "ticket", limits.ticket);
	}
	if (place && !any)
		form_list_add(form, "for", place);
}

enum reaction limits_open(struct desk *desk, const struct fingerprint *certs, size_t count)
{
	struct entry e;
	char *place = is_about_service(desk) ? place_at_hand(desk) : NULL;
	marks_clear(&desk->limiting);
	for (size_t i = 0; i < count; i++)
		if (app_find(desk->app, &certs[i], &e))
			marks_add(&desk->limiting, &certs[i]);
	if (desk->limiting.count == 0) {
		free(place);
		desk_say(desk, ROLE_WARNING, "it isn't in the store");
		return REACT_REPAINT;
	}
	struct form *form = form_new(
		N_("Trust within limits"), N_("Trust"), fields, sizeof fields / sizeof *fields);
	app_find(desk->app, &desk->limiting.items[0], &e);
	if (!place && desk->limiting.count == 1)
		place = place_seen(desk, &e);
	fill(form, &e, place);
	if (desk->limiting.count > 1) {
		char *many = mem_format(
			lang_n("%zu certificate", "%zu certificates", desk->limiting.count),
			desk->limiting.count);
		form_set(form, "about", many);
		free(many);
	}
	form_focus(form, place ? "until" : "for");
	free(place);
	return sheet_open(desk, form, check, accept, NULL);
}

enum reaction action_limit(struct desk *desk)
{
	const struct entry *e = desk_current(desk);
	if (desk_refuse_read_only(desk))
		return REACT_REPAINT;
	if (desk->marks.count)
		return limits_open(desk, desk->marks.items, desk->marks.count);
	return e ? limits_open(desk, &e->info.sha256, 1) : REACT_NONE;
}

enum reaction action_limit_probed(struct desk *desk)
{
	const struct probe_work *work = probe_subject(desk);
	const struct probe_link *link = work && work->done ? probe_current(work) : NULL;
	if (desk_refuse_read_only(desk))
		return REACT_REPAINT;
	return link && link->info ? limits_open(desk, &link->info->sha256, 1) : REACT_NONE;
}

enum reaction action_limit_endpoint(struct desk *desk)
{
	const struct end_row *row = ends_pin(desk);
	const struct probe_work *work = row ? ends_work(desk) : NULL;
	const struct probe_link *leaf = work ? probe_leaf(work) : NULL;
	if (desk_refuse_read_only(desk))
		return REACT_REPAINT;
	if (leaf)
		return limits_open(desk, &leaf->info->sha256, 1);
	desk_say(desk, ROLE_STATUS, "no certificate of it was seen");
	return REACT_REPAINT;
}

/* ---- what could go ---- */

/* Where no endpoint tells what is used, only what is over. */
enum reaction action_mark_spare(struct desk *desk)
{
	struct spares spares = { 0 };
	struct error err = { 0 };
	size_t unused = 0, expired = 0;
	if (!app_spares(desk->app, SPARE_UNUSED | SPARE_EXPIRED, &spares, &err)) {
		spares_done(&spares);
		return desk_error(desk, &err);
	}
	bool told = spares.endpoints > spares.unseen;
	marks_clear(&desk->marks);
	for (size_t i = 0; i < spares.count; i++) {
		const struct spare *spare = &spares.items[i];
		bool over = spare->reasons & SPARE_EXPIRED;
		if (!told && !over)
			continue;
		marks_add(&desk->marks, &spare->entry.info.sha256);
		expired += over;
		unused += told && (spare->reasons & SPARE_UNUSED);
	}
	desk_say(desk, ROLE_STATUS,
		told ? N_("%zu are over, %zu CAs needed by no endpoint; d deletes the marked")
		     : N_("%zu are over, %zu CAs needed by no endpoint (none was checked); d "
			  "deletes the marked"),
		expired, unused);
	spares_done(&spares);
	return REACT_REPAINT;
}
