/* The steps of the wizard that are lists: what was found and typed, ticked or not; probes of it. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "console/setup.h"

/* --- items ----------------------------------------------------------------------------------- */

static void item_done(struct setup_item *item)
{
	free(item->text);
	free(item->where);
	free(item->what);
	free(item->key);
	free(item->state);
	free(item->host);
	report_free(item->report);
}

static struct setup_item *find(struct setup_items *list, const char *key)
{
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->items[i].key, key) == 0)
			return &list->items[i];
	return NULL;
}

/* One that is there already keeps its tick, and what was seen of it. */
static void add(struct setup_items *list, const char *key, const char *text, const char *where,
	const char *what, bool ticked)
{
	if (find(list, key))
		return;
	list->items = mem_grow(list->items, list->count, &list->cap, sizeof *list->items);
	list->items[list->count++] = (struct setup_item){ .text = mem_text(text),
		.where = mem_text(_(where)),
		.what = mem_text(what),
		.key = mem_text(key),
		.ticked = ticked };
	list_resize(&list->list, list->count);
}

static void fill_certs(struct setup_work *work)
{
	for (size_t i = 0; i < work->found.haul.count; i++) {
		const struct setup_source *source = setup_source_of(&work->found, i);
		const struct import_item *item = &work->found.haul.items[i];
		char hex[FINGERPRINT_HEX];
		fingerprint_hex(&item->sha256, hex);
		/* Saved answers must lead to it again: nobody else looks into a file that was named. */
		bool file = source && source->named && source->count == 1;
		if (source && !source->system)
			add(&work->lists[SETUP_CERTS], file ? source->path : hex, item->proposed,
				source->path, source->what, source->proposed || source->presented);
	}
}

void setup_lists_fill(struct setup_work *work)
{
	fill_certs(work);
	for (size_t i = 0; i < work->found.endpoint_count; i++) {
		const struct setup_endpoint *e = &work->found.endpoints[i];
		add(&work->lists[SETUP_ENDPOINTS], e->place, e->place, e->where, e->purpose, e->proposed);
	}
	for (size_t i = 0; i < work->found.target_count; i++) {
		const struct setup_target *t = &work->found.targets[i];
		char *place = target_place(&t->target);
		add(&work->lists[SETUP_TARGETS], t->target.name, t->target.name, lang_text(place),
			t->what, false);
		free(place);
	}
}

void setup_lists_done(struct setup_work *work)
{
	for (size_t s = 0; s < SETUP_COUNT; s++) {
		for (size_t i = 0; i < work->lists[s].count; i++)
			item_done(&work->lists[s].items[i]);
		free(work->lists[s].items);
	}
}

void setup_lists_answer(struct setup_work *work)
{
	for (size_t s = 0; s < SETUP_COUNT; s++) {
		if (!setup_steps[s].add)
			continue;
		answers_clear(&work->answers, setup_steps[s].answer);
		for (size_t i = 0; i < work->lists[s].count; i++)
			if (work->lists[s].items[i].ticked)
				answers_add(&work->answers, setup_steps[s].answer,
					work->lists[s].items[i].key);
	}
}

/* --- looks ----------------------------------------------------------------------------------- */

#define TICK_COLS 4

static void draw_item(void *ctx, const struct list_row *row)
{
	const struct setup_items *list = ctx;
	const struct setup_item *item = &list->items[row->index];
	struct area a = area_part(row->area, 0, LIST_MARGIN, 1, row->area.cols - LIST_MARGIN);
	int name = a.cols > 56 ? (a.cols - TICK_COLS) * 2 / 5 : a.cols - TICK_COLS;
	const char *more = item->state ? item->state : item->where;
	area_text(a, 0, 0, list_role(row, item->ticked ? ROLE_MARKED : ROLE_DIM),
		item->ticked ? "[x]" : "[ ]");
	if (screen_is_plain()) {
		area_format(row->area, 0, 0, ROLE_VALUE, "%s: %s%s%s", item->ticked ? _("ticked") : _("left out"),
			item->text, more ? ", " : "", more ? more : "");
		return;
	}
	if (item->state && a.cols <= 56)
		name = (a.cols - TICK_COLS) / 2;
	area_text_in(a, 0, TICK_COLS, name - 1, list_role(row, ROLE_VALUE), item->text);
	if (more && name < a.cols - TICK_COLS)
		area_text_in(a, 0, TICK_COLS + name, a.cols - TICK_COLS - name,
			list_role(row, item->state ? item->role : ROLE_DIM), more);
}

static void draw_below(const struct setup_items *list, struct area area)
{
	const struct setup_item *item = list->count ? &list->items[list->list.cursor] : NULL;
	struct buf text = { 0 };
	if (item && item->where && item->state)
		buf_format(&text, "%s: %s", item->where, item->state);
	else if (item && item->where)
		buf_format(&text, "%s: %s", item->what ? _(item->what) : _("found"), item->where);
	area_text(area, 0, 1, ROLE_DIM, buf_text(&text));
	buf_done(&text);
}

void setup_list_draw(struct desk *desk, struct area area)
{
	struct setup_work *work = desk->setup;
	struct setup_items *list = &work->lists[work->step];
	if (area.rows >= 8 && list->count)
		draw_below(list, area_cut_bottom(&area, 1));
	list->list.draw = draw_item;
	list->list.press = "Space";
	list->list.tick = 2 * LIST_MARGIN + TICK_COLS;
	list->list.ctx = list;
	if (list->count)
		list_draw(&list->list, area, true);
	else
		area_text(area, 0, 1, ROLE_DIM,
			work->looking ? _("looking around ...")
				      : _("Nothing was found. a adds what you know of."));
}

/* --- probes ---------------------------------------------------------------------------------- */

static void set_state(struct setup_item *item, enum role role, const char *text)
{
	free(item->state);
	item->state = mem_text(_(text));
	item->role = role;
}

static void judge_item(struct desk *desk, struct setup_item *item)
{
	struct setup_work *work = desk->setup;
	char *why = NULL;
	if (!item->report || item->report->chain_count == 0)
		return;
	bool good = app_setup_foretell(desk->app, &work->answers, &work->found, item->report,
		item->host, &why);
	set_state(item, good ? ROLE_GOOD : ROLE_ERROR,
		good  ? N_("will be trusted")
		: why ? why
		      : N_("no"));
	free(why);
}

void setup_judge(struct desk *desk)
{
	struct setup_items *list = &desk->setup->lists[SETUP_ENDPOINTS];
	setup_lists_answer(desk->setup);
	for (size_t i = 0; i < list->count; i++)
		judge_item(desk, &list->items[i]);
}

static void probed_one(void *ctx, size_t number, struct probed *take)
{
	struct desk *desk = ctx;
	struct setup_work *work = desk->setup;
	struct setup_item *item = &work->lists[SETUP_ENDPOINTS].items[work->probed_items[number]];
	item->probing = false;
	set_state(item, ROLE_WARNING, take->reason ? take->reason : probe_verdict_name(take->verdict));
	report_free(item->report);
	item->report = take->report;
	take->report = NULL;
	judge_item(desk, item);
	probed_done(take);
	desk->reaction |= REACT_REPAINT;
}

static void forget_wishes(struct setup_work *work)
{
	for (size_t i = 0; i < work->probe_count; i++)
		probe_wish_done(&work->wishes[i]);
	free(work->wishes);
	free(work->probed_items);
	work->wishes = NULL;
	work->probed_items = NULL;
	work->probe_count = 0;
}

/* Who was asked and didn't come back, because the job broke, isn't asked any more. */
static void give_up(struct setup_items *list, const char *why)
{
	for (size_t i = 0; i < list->count; i++) {
		if (list->items[i].probing)
			set_state(&list->items[i], ROLE_WARNING, why);
		list->items[i].probing = false;
	}
}

static void probes_ended(void *ctx, bool ok, const struct error *err)
{
	struct desk *desk = ctx;
	give_up(&desk->setup->lists[SETUP_ENDPOINTS], ok ? N_("no answer") : err->text);
	desk->setup->probing = NULL;
	desk->pending--;
	forget_wishes(desk->setup);
	if (!ok)
		desk->reaction |= desk_error(desk, err);
	desk->reaction |= REACT_REPAINT;
}

void setup_probe_stop(struct desk *desk)
{
	struct setup_work *work = desk->setup;
	if (!work->probing)
		return;
	app_probe_cancel(work->probing);
	work->probing = NULL;
	desk->pending--;
	forget_wishes(work);
}

/* A new run takes the place of one that is under way, and asks again whom that one still asks. */
static bool is_wanted(const struct setup_item *item, const struct setup_item *only)
{
	return item->probing || (only ? item == only : item->ticked);
}

/* only: the typed one; NULL: all that are ticked. */
static enum reaction probe(struct desk *desk, const struct setup_item *only)
{
	struct setup_work *work = desk->setup;
	struct setup_items *list = &work->lists[SETUP_ENDPOINTS];
	struct error err = { 0 };
	const struct probe_calls calls = { .each = probed_one, .end = probes_ended, .ctx = desk };
	setup_probe_stop(desk);
	work->wishes = mem_new((list->count + 1) * sizeof *work->wishes);
	work->probed_items = mem_new((list->count + 1) * sizeof *work->probed_items);
	for (size_t i = 0; i < list->count; i++) {
		struct setup_item *item = &list->items[i];
		struct probe_wish *wish = &work->wishes[work->probe_count];
		bool wanted = is_wanted(item, only);
		item->probing = false;
		if (!wanted || !probe_wish_parse(item->key, NULL, wish, &err))
			continue;
		work->probed_items[work->probe_count++] = i;
		free(item->host);
		item->host = mem_text(wish->host);
		item->probing = true;
		set_state(item, ROLE_DIM, N_("asking ..."));
	}
	if (work->probe_count == 0) {
		desk_say(desk, ROLE_STATUS, "nothing is ticked: Space ticks, then p asks");
		forget_wishes(work);
		return REACT_REPAINT;
	}
	work->probing = app_probe_start(desk->app, desk->loop, work->wishes, work->probe_count, &calls, &err);
	if (!work->probing) {
		give_up(list, err.text);
		forget_wishes(work);
		return desk_error(desk, &err);
	}
	desk->pending++;
	desk_say(desk, ROLE_STATUS,
		lang_n("asking %zu service", "asking %zu services", work->probe_count),
		work->probe_count);
	return REACT_REPAINT;
}

/* --- adding ---------------------------------------------------------------------------------- */

static enum reaction add_path(struct desk *desk, const char *typed)
{
	struct setup_work *work = desk->setup;
	work->paths = mem_grow(work->paths, work->path_count, &work->path_cap, sizeof *work->paths);
	work->paths[work->path_count++] = typed_place(typed);
	return setup_look_around(desk);
}

static enum reaction add_endpoint(struct desk *desk, const char *typed)
{
	struct setup_items *list = &desk->setup->lists[SETUP_ENDPOINTS];
	struct probe_wish wish;
	struct error err = { 0 };
	if (!probe_wish_parse(typed, NULL, &wish, &err))
		return desk_error(desk, &err);
	probe_wish_done(&wish);
	char *safe = text_typed(typed);
	add(list, typed, safe, NULL, NULL, true);
	free(safe);
	list_select(&list->list, (size_t)(find(list, typed) - list->items));
	return probe(desk, find(list, typed));
}

/* Nothing makes it later, and then all targets would be left as they are. */
static bool has_folder(const char *path, struct error *err)
{
	const char *slash = strrchr(path, '/');
	char *folder = mem_textn(path, slash == path ? 1 : (size_t)(slash - path));
	char *safe = text_safe(folder, strlen(folder));
	struct stat st;
	bool there = stat(folder, &st) == 0 && S_ISDIR(st.st_mode);
	if (!there)
		error_set(err, ERROR_NOT_FOUND, "%s: this folder isn't there (make it first)", safe);
	free(safe);
	free(folder);
	return there;
}

static enum reaction add_target(struct desk *desk, const char *typed)
{
	struct setup_items *list = &desk->setup->lists[SETUP_TARGETS];
	size_t len = strcspn(typed, ":");
	char *kind = mem_textn(typed, len), *safe = text_typed(typed);
	struct error err = { 0 };
	const struct target_kind *known = target_kind_named(kind);
	if (!known || typed[len] != ':' || typed[len + 1] != '/')
		error_set(&err, ERROR_USAGE, "%s: give a kind and an absolute path, as in java:/opt/app/cacerts",
			safe);
	else if (has_folder(typed + len + 1, &err))
		add(list, typed, safe, NULL, known->help, true);
	free(safe);
	free(kind);
	list_select(&list->list, list->count ? list->count - 1 : 0);
	return err.code ? desk_error(desk, &err) : REACT_REPAINT;
}

static enum reaction add_answered(struct desk *desk, struct dialog *dialog, bool done)
{
	char *typed = mem_text(dialog_text(dialog));
	enum reaction r = REACT_REPAINT;
	text_trim(typed);
	desk->setup->touched |= done && *typed;
	if (done && *typed && desk->setup->step == SETUP_CERTS)
		r = add_path(desk, typed);
	else if (done && *typed && desk->setup->step == SETUP_ENDPOINTS)
		r = add_endpoint(desk, typed);
	else if (done && *typed)
		r = add_target(desk, typed);
	free(typed);
	return r;
}

static enum reaction ask_to_add(struct desk *desk)
{
	const char *what = setup_steps[desk->setup->step].add;
	struct dialog *dialog = desk->setup->step == SETUP_CERTS
					? ask_path(N_("Add"), NULL, what, "")
					: dialog_ask(N_("Add"), NULL, what, LINE_PLAIN, NULL);
	return desk_ask(desk, dialog, add_answered);
}

/* --- keys ------------------------------------------------------------------------------------ */

static enum reaction tick(struct desk *desk)
{
	struct setup_items *list = &desk->setup->lists[desk->setup->step];
	if (!list->count)
		return REACT_NONE;
	struct setup_item *item = &list->items[list->list.cursor];
	item->ticked = !item->ticked;
	desk->setup->touched = true;
	list_move(&list->list, 1);
	return REACT_REPAINT;
}

/* All of them, or none where all are ticked already. */
static enum reaction tick_all(struct desk *desk)
{
	struct setup_items *list = &desk->setup->lists[desk->setup->step];
	bool all = true;
	for (size_t i = 0; i < list->count; i++)
		all &= list->items[i].ticked;
	for (size_t i = 0; i < list->count; i++)
		list->items[i].ticked = !all;
	desk->setup->touched = true;
	return REACT_REPAINT;
}

enum reaction setup_list_key(struct desk *desk, const struct key *key)
{
	struct setup_work *work = desk->setup;
	if (key_is(key, "Space") || key_is(key, "Insert"))
		return tick(desk);
	if (key_is(key, "A"))
		return tick_all(desk);
	if (key_is(key, "a"))
		return ask_to_add(desk);
	if (key_is(key, "p") && work->step == SETUP_ENDPOINTS)
		return probe(desk, NULL);
	if (key_is(key, "t") && work->step == SETUP_ENDPOINTS)
		return setup_trust(desk);
	if (key_is(key, "d") && work->step == SETUP_TARGETS) {
		answers_set_yes(&work->answers, ANSWER_DEPLOY, !answers_yes(&work->answers, ANSWER_DEPLOY));
		return REACT_REPAINT;
	}
	return list_key(&work->lists[work->step].list, key);
}
