/*
 * What is done with the endpoint under the cursor, and which of them show.
 */
#include <stdlib.h>
#include <string.h>

#include "app/identity.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "console/endpoints.h"
#include "console/pages.h"

/* --- its probe ------------------------------------------------------------------------ */

static const struct identity *identity_of(struct desk *desk, const struct end_row *row,
	struct error *err)
{
	struct end_view *ends = desk->ends;
	const struct identity *found = NULL;
	identities_done(&ends->identities);
	ends->identities = (struct identities){ 0 };
	const char *name = row->seen.endpoint->identity;
	if (!name || !app_identities(desk->app, &ends->identities, err) ||
		!identities_find(&ends->identities, name, false, &found, err))
		return NULL;
	return found;
}

static enum reaction begin(struct desk *desk, const struct identity *identity, struct new_key *key)
{
	const struct end_row *row = ends_current(desk);
	struct probe_wish wish;
	if (!row) {
		new_key_done(key);
		return REACT_REPAINT;
	}
	endpoint_wish(row->seen.endpoint, &wish);
	return probe_begin(desk, &wish, identity, key);
}

/* Somebody may have changed the endpoint while the passphrase was typed. */
static enum reaction key_opened(struct desk *desk, struct new_key *take)
{
	const struct end_row *row = ends_current(desk);
	struct error err = { 0 };
	const struct identity *identity = row ? identity_of(desk, row, &err) : NULL;
	if (identity && fingerprint_compare(&identity->id, &desk->key_question.id) == 0)
		return begin(desk, identity, take);
	new_key_done(take);
	desk_say(desk, ROLE_WARNING, "the endpoint was changed meanwhile");
	return REACT_REPAINT;
}

enum reaction action_probe_endpoint(struct desk *desk)
{
	const struct end_row *row = ends_pin(desk);
	struct new_key none = { 0 };
	struct error err = { 0 };
	if (!row)
		return action_probe(desk);
	if (!row->seen.endpoint->identity)
		return begin(desk, NULL, &none);
	const struct identity *identity = identity_of(desk, row, &err);
	return identity ? ask_key(desk, identity, N_("Probe"), key_opened) : desk_error(desk, &err);
}

/* --- what is decided ------------------------------------------------------------------ */

static bool is_untrusted(const struct end_row *row)
{
	return row && row->seen.done && row->seen.probed.verdict == PROBE_UNTRUSTED;
}

enum reaction action_decide_endpoint(struct desk *desk)
{
	const struct end_row *row = ends_pin(desk);
	if (is_untrusted(row) && ends_work(desk)->link_count)
		return probe_decide(desk);
	desk_say(desk, ROLE_STATUS, !row || end_is_known(row) ? "there is nothing to decide" :
							       "it wasn't checked yet");
	return REACT_REPAINT;
}

enum reaction action_block_endpoint(struct desk *desk)
{
	if (ends_pin(desk) && ends_work(desk)->link_count)
		return action_probe_block(desk);
	desk_say(desk, ROLE_STATUS, "no certificate of it was seen");
	return REACT_REPAINT;
}

/* --- another certificate than before -------------------------------------------------- */

/* What accepting would accept; NULL: nothing was ever presented. */
static const struct fingerprint *last_leaf(const struct history *h)
{
	for (size_t i = 0; i < h->count; i++)
		if (h->items[i].chain_count > 0)
			return &cert_info(h->items[i].chain[0])->sha256;
	return NULL;
}

/* A check goes on behind the question: what it sees mustn't be accepted for what was asked. */
static bool is_as_asked(struct desk *desk, const struct end_row *row, struct error *err)
{
	struct history h = { 0 };
	bool ok = app_endpoint_history(desk->app, row->seen.endpoint, &h, err);
	const struct fingerprint *leaf = last_leaf(&h);
	if (ok && (!leaf || fingerprint_compare(leaf, &desk->ends->asked_leaf) != 0))
		ok = error_set(err, ERROR_FAILED,
			"it presents yet another certificate by now: nothing was accepted");
	history_done(&h);
	return ok;
}

static enum reaction accepted(struct desk *desk, struct dialog *dialog, bool done)
{
	struct end_row *row = done ? ends_current(desk) : NULL;
	struct error err = { 0 };
	(void)dialog;
	if (!row)
		return REACT_REPAINT;
	if (!is_as_asked(desk, row, &err) ||
		!app_change_accept(desk->app, row->seen.endpoint, &err))
		return desk_error(desk, &err);
	row->stale = row->seen.done;
	ends_do_chores(desk);
	ends_resort(desk);
	desk_say(desk, ROLE_GOOD, "accepted: %s is known by it from now on", row->name);
	return REACT_REPAINT;
}

/* It says nothing of trust: that is decided by itself. */
enum reaction action_accept_change(struct desk *desk)
{
	const struct end_row *row = ends_pin(desk);
	struct history h = { 0 };
	struct change change;
	struct rows rows = { 0 };
	struct error err = { 0 };
	if (!row || desk_refuse_read_only(desk))
		return REACT_REPAINT;
	bool ok = app_endpoint_history(desk->app, row->seen.endpoint, &h, &err) &&
		  app_change_waiting(desk->app, row->seen.endpoint, &h, &change, &err);
	if (ok)
		desk->ends->asked_leaf = *last_leaf(&h);
	history_done(&h);
	if (!ok && err.code != ERROR_NOT_FOUND)
		return desk_error(desk, &err);
	if (!ok) {
		desk_say(desk, ROLE_STATUS, "nothing of it waits to be accepted");
		return REACT_REPAINT;
	}
	rows_add(&rows, ROLE_HEADING, NULL, row->name);
	ends_add_change(&rows, &change);
	change_done(&change);
	return desk_ask(desk,
		dialog_confirm(N_("Accept the change?"), DIALOG_DANGER, &rows, N_("accept")),
		accepted);
}

/* --- removing ------------------------------------------------------------------------- */

enum reaction action_remove_endpoint(struct desk *desk)
{
	const struct end_row *row = ends_pin(desk);
	struct plan plan = { 0 };
	struct error err = { 0 };
	if (!row || desk_refuse_read_only(desk))
		return REACT_REPAINT;
	if (app_plan_endpoint_remove(desk->app, row->seen.endpoint, &plan, &err)) {
		plan.op = "remove";
		return desk_confirm(desk, &plan, false, true);
	}
	plan_done(&plan);
	return desk_error(desk, &err);
}

/* --- what is looked at ---------------------------------------------------------------- */

enum reaction action_why_endpoint(struct desk *desk)
{
	const struct end_row *row = ends_pin(desk);
	if (row && ends_work(desk)->link_count)
		return why_probe(desk);
	desk_say(desk, ROLE_STATUS, "%s",
		row && row->seen.text ? row->seen.text : _("it wasn't checked yet"));
	return REACT_REPAINT;
}

enum reaction action_endpoint_history(struct desk *desk)
{
	if (!ends_pin(desk))
		return REACT_NONE;
	pager_start(&desk->ends->history);
	desk->ends->detail_stale = true;
	desk_push(desk, PAGE_HISTORY);
	return REACT_LAYOUT;
}

/* One that the store has is the page of it; of any other what was sent. */
enum reaction action_endpoint_cert(struct desk *desk)
{
	const struct probe_work *work = ends_pin(desk) ? ends_work(desk) : NULL;
	const struct probe_link *leaf = work && work->link_count ? &work->links[0] : NULL;
	struct entry e;
	if (!leaf || !leaf->info) {
		desk_say(desk, ROLE_STATUS, "no certificate of it was seen");
		return REACT_REPAINT;
	}
	if (!app_find(desk->app, &leaf->info->sha256, &e))
		return probe_open_link(desk, work, leaf);
	list_page_select(desk, &leaf->info->sha256);
	desk_push(desk, PAGE_DETAIL);
	return REACT_LAYOUT;
}

/* --- which show ----------------------------------------------------------------------- */

static enum reaction search_given(struct desk *desk, struct dialog *dialog, bool done)
{
	char *safe = text_typed(done ? dialog_text(dialog) : "");
	buf_cut(&desk->ends->search, 0);
	text_fold(&desk->ends->search, safe);
	free(safe);
	ends_resort(desk);
	return REACT_REPAINT;
}

/* In the text of one that is open; in the list Esc, or nothing typed, shows all again. */
enum reaction action_search_endpoints(struct desk *desk)
{
	if (desk_page(desk) == PAGE_ENDPOINT)
		return action_search(desk);
	return desk_ask(desk,
		dialog_ask(N_("Search endpoints"), NULL, N_("Those with"), LINE_PLAIN,
			buf_text(&desk->ends->search)),
		search_given);
}

enum reaction action_filter_endpoints(struct desk *desk)
{
	desk->ends->attention = !desk->ends->attention;
	ends_resort(desk);
	return REACT_REPAINT;
}

static enum reaction sort_given(struct desk *desk, struct dialog *dialog, bool done)
{
	if (done)
		desk->ends->sort = (enum end_sort)dialog_value(dialog);
	ends_resort(desk);
	return REACT_REPAINT;
}

enum reaction action_sort_endpoints(struct desk *desk)
{
	static const struct dialog_option options[SORT_COUNT] = {
		{ .key = "l",
			.text = N_("level: what needs attention first"),
			.value = SORT_ATTENTION },
		{ .key = "n", .text = N_("name"), .value = SORT_NAME },
		{ .key = "d", .text = N_("days: what ends first"), .value = SORT_DAYS },
	};
	return desk_ask(desk, dialog_choose(N_("Sort by"), NULL, options, SORT_COUNT), sort_given);
}
