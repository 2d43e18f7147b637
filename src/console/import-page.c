/*
 * Import: a file browser, and beside it what the file under the cursor holds.  The file is read in a
 * job as soon as the cursor rests on it; Enter goes over to its certificates, where names are edited
 * and some left out; then the state is chosen, and the plan confirmed.
 *
 * A PEM block that is pasted opens the same page without the browser.
 */
#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "console/pages.h"
#include "console/split.h"

#define REST_MS       80 /* how long the cursor rests before a file is read */
#define PROBLEMS_MOST 200

static void drop_haul(struct desk *desk)
{
	rows_done(&desk->problems.rows);
	pager_changed(&desk->problems);
	import_cancel(desk->import_job);
	if (desk->import_job)
		desk->pending--;
	desk->import_job = NULL;
	if (desk->import_timer) {
		loop_cancel(desk->loop, desk->import_timer);
		desk->pending--;
	}
	desk->import_timer = 0;
	import_done(&desk->haul);
	desk->has_haul = false;
	free(desk->haul_path);
	desk->haul_path = NULL;
	list_resize(&desk->items, 0);
}

/* Whoever imports several files finds the folder open again. */
static void remember_folder(struct desk *desk)
{
	struct files_item item;
	if (!desk->files || !files_current(desk->files, &item))
		return;
	const char *slash = strrchr(item.path, '/');
	free(desk->folder);
	desk->folder = slash && slash > item.path ?
			       mem_textn(item.path, (size_t)(slash - item.path)) : NULL;
}

void import_close(struct desk *desk)
{
	remember_folder(desk);
	drop_haul(desk);
	files_free(desk->files);
	desk->files = NULL;
	buf_done(&desk->pasted);
	desk->items_focus = false;
}

static void tell_problems(struct desk *desk)
{
	rows_done(&desk->problems.rows);
	for (size_t i = 0; i < desk->haul.list_count && i < PROBLEMS_MOST; i++)
		rows_format(&desk->problems.rows, ROLE_VALUE, NULL, "%s: a revocation list (CRL)",
			desk->haul.lists[i].where);
	for (size_t i = 0; i < desk->haul.problem_count && i < PROBLEMS_MOST; i++) {
		const struct import_problem *p = &desk->haul.problems[i];
		rows_format(&desk->problems.rows, import_is_refusal(p) ? ROLE_ERROR : ROLE_DIM, NULL,
			"%s%s%s", p->where, *p->where ? ": " : "", p->why);
	}
	pager_changed(&desk->problems);
}

static void haul_arrived(void *ctx, struct haul *take)
{
	struct desk *desk = ctx;
	desk->import_job = NULL;
	desk->pending--;
	import_done(&desk->haul);
	desk->haul = *take;
	*take = (struct haul){ 0 };
	desk->has_haul = true;
	import_takes(&desk->haul); /* a file with a key is left out, unless picked one by one */
	list_resize(&desk->items, desk->haul.count);
	list_select(&desk->items, 0);
	tell_problems(desk);
	desk->reaction |= REACT_REPAINT;
	if (desk->haul.secret && desk->password_given)
		desk->reaction |= action_take(desk);
}

static void start_reading(struct desk *desk, const char *password)
{
	struct import_options options = { .password = password };
	struct error err = { 0 };
	desk->import_job = import_start(desk->app, desk->loop, desk->haul_path,
		buf_text(&desk->pasted), desk->pasted.len, &options, haul_arrived, desk, &err);
	if (desk->import_job)
		desk->pending++;
	else
		desk_error(desk, &err);
}

static void cursor_rested(void *ctx)
{
	struct desk *desk = ctx;
	desk->import_timer = 0;
	desk->pending--;
	start_reading(desk, NULL);
	desk->reaction |= REACT_REPAINT;
}

/* The cursor moved: what was read belongs to another file. */
static void look_at_current(struct desk *desk)
{
	struct files_item item;
	bool any = desk->files && files_current(desk->files, &item), there = any && item.regular;
	if (any && desk->haul_path && strcmp(desk->haul_path, item.path) == 0)
		return;
	desk->password_given = false;
	if (!desk->files)
		return;
	drop_haul(desk);
	if (!there)
		return;
	desk->haul_path = mem_text(item.path);
	desk->import_timer = loop_after(desk->loop, REST_MS, cursor_rested, desk);
	desk->pending++;
}

enum reaction import_open(struct desk *desk)
{
	struct error err = { 0 };
	import_close(desk);
	desk->files = files_new(desk->folder, &err);
	if (!desk->files) /* the folder of last time is gone */
		desk->files = files_new(NULL, &err);
	if (!desk->files)
		return desk_error(desk, &err);
	desk_push(desk, PAGE_IMPORT);
	look_at_current(desk);
	return REACT_LAYOUT;
}

static enum reaction ask_for_path(struct desk *desk, const char *typed, const char *problem);

static enum reaction path_given(struct desk *desk, struct dialog *dialog, bool done)
{
	struct error err = { 0 };
	const char *typed = dialog_text(dialog);
	if (!done || !*typed || !desk->files)
		return REACT_REPAINT;
	char *path = typed_path(typed);
	bool ok = files_show(desk->files, path, &err);
	free(path);
	if (!ok)
		return ask_for_path(desk, typed, err.text);
	desk->items_focus = false;
	look_at_current(desk);
	return REACT_REPAINT;
}

static enum reaction ask_for_path(struct desk *desk, const char *typed, const char *problem)
{
	struct rows rows = { 0 };
	if (problem)
		rows_add(&rows, ROLE_ERROR, NULL, problem);
	return desk_ask(
		desk, ask_path(N_("Go to"), &rows, N_("File or folder"), typed), path_given);
}

enum reaction action_type_path(struct desk *desk)
{
	return desk->files ? ask_for_path(desk, NULL, NULL) : REACT_NONE;
}

enum reaction import_paste(struct desk *desk, const char *bytes, size_t len)
{
	import_close(desk);
	buf_add(&desk->pasted, bytes, len);
	desk_push(desk, PAGE_IMPORT);
	desk->items_focus = true;
	start_reading(desk, NULL);
	return REACT_LAYOUT;
}

/* ---- taking it ---- */

static struct import_item *current_item(struct desk *desk)
{
	bool there = desk->items_focus && desk->has_haul && desk->items.cursor < desk->haul.count;
	return there ? &desk->haul.items[desk->items.cursor] : NULL;
}

static enum reaction import_as(struct desk *desk, enum state state)
{
	struct plan plan = { 0 };
	struct import_result result;
	struct error err = { 0 };
	const char *name = desk->import_name.len ? buf_text(&desk->import_name) : NULL;
	if (!import_plan(desk->app, &desk->haul, name, state, &plan, &result, &err)) {
		plan_done(&plan);
		return desk_error(desk, &err);
	}
	if (plan.count == 0) {
		plan_done(&plan);
		desk_say(desk, ROLE_WARNING, "nothing to import: %zu known already, %zu refused",
			result.known, result.refused);
		tell_problems(desk);
		return REACT_REPAINT;
	}
	return desk_confirm(desk, &plan, state == STATE_TRUSTED, false);
}

static enum reaction state_chosen(struct desk *desk, struct dialog *dialog, bool done)
{
	return done ? import_as(desk, (enum state)dialog_value(dialog)) : REACT_REPAINT;
}

static enum reaction choose_state(struct desk *desk)
{
	static const struct dialog_option options[] = {
		{ .key = "t", .text = N_("trusted: accepted from now on"), .value = STATE_TRUSTED },
		{ .key = "u",
			.text = N_("untrusted: keep it, decide later"),
			.value = STATE_UNTRUSTED },
		{ .key = "b", .text = N_("blocked: refused from now on"), .value = STATE_BLOCKED },
	};
	return desk_ask(desk, dialog_choose(N_("Import as"), NULL, options, 3), state_chosen);
}

static enum reaction name_given(struct desk *desk, struct dialog *dialog, bool done)
{
	if (!done)
		return REACT_REPAINT;
	buf_cut(&desk->import_name, 0);
	buf_text_add(&desk->import_name, dialog_text(dialog));
	return choose_state(desk);
}

static enum reaction password_given(struct desk *desk, struct dialog *dialog, bool done)
{
	desk->password_given = done;
	if (!done)
		return REACT_REPAINT;
	char *path = mem_text(desk->haul_path), *password = mem_text(dialog_text(dialog));
	drop_haul(desk);
	desk->haul_path = path;
	start_reading(desk, password);
	mem_wipe(password, strlen(password));
	free(password);
	return REACT_REPAINT;
}

static enum reaction ask_password(struct desk *desk)
{
	struct rows rows = { 0 };
	if (desk->password_given)
		rows_add(&rows, ROLE_ERROR, NULL,
			_("That is not its password, or the file was changed."));
	return desk_ask(desk,
		dialog_ask(N_("Keystore"), &rows, N_("Its password"), LINE_MASKED, NULL),
		password_given);
}

/* A folder is read when one asks for it: all its files, as far as they hold certificates. */
static enum reaction read_folder(struct desk *desk)
{
	struct files_item item;
	bool folder = desk->files && files_current(desk->files, &item) && item.folder &&
		      strcmp(item.name, "..") != 0;
	if (!folder || desk->import_job)
		return REACT_NONE;
	drop_haul(desk);
	desk->haul_path = mem_text(item.path);
	start_reading(desk, NULL);
	return REACT_REPAINT;
}

static bool is_known(const struct desk *desk, const struct import_item *item)
{
	struct entry known;
	return app_find(desk->app, &item->sha256, &known) && known.state != STATE_TRASH;
}

static size_t taken(const struct desk *desk, const struct import_item **one)
{
	const struct haul *haul = &desk->haul;
	size_t n = 0;
	for (size_t i = 0; i < haul->count; i++) {
		if (haul->items[i].left_out || is_known(desk, &haul->items[i]))
			continue;
		*one = &haul->items[i];
		n++;
	}
	return n;
}

static char *raw_name(const char *safe)
{
	struct buf raw = { 0 };
	text_unescape(&raw, safe);
	return buf_take(&raw);
}

enum reaction action_take(struct desk *desk)
{
	const struct import_item *one = NULL;
	if (app_read_only(desk->app))
		return REACT_NONE;
	if (!desk->has_haul)
		return read_folder(desk);
	if (desk->haul.secret)
		return ask_password(desk);
	buf_cut(&desk->import_name, 0);
	size_t count = taken(desk, &one);
	if (count == 0 && desk->haul.list_count == 0 && desk->haul.count &&
		is_known(desk, &desk->haul.items[0])) {
		desk_say(desk, ROLE_STATUS, "all of it is in the store already");
		return REACT_REPAINT;
	}
	if (count == 0 && desk->haul.list_count > 0)
		return import_as(desk, STATE_UNTRUSTED);
	if (count == 0) {
		desk_say(desk, ROLE_WARNING, "nothing is ticked: Space takes a certificate");
		return REACT_REPAINT;
	}
	if (count > 1)
		return choose_state(desk);
	char *name = raw_name(one->proposed);
	struct import_more more = { 0 };
	struct rows rows = { 0 };
	if (import_item_read(&desk->haul, one, &more, NULL))
		rows_add(&rows, ROLE_VALUE, NULL, more.subject);
	import_more_done(&more);
	struct dialog *dialog = dialog_ask(N_("Name"), &rows, N_("Name"), LINE_PLAIN, name);
	free(name);
	return desk_ask(desk, dialog, name_given);
}

/* Whoever goes through the items one by one has picked them. */
enum reaction action_toggle_item(struct desk *desk)
{
	struct import_item *item = current_item(desk);
	if (!item)
		return REACT_UNHANDLED;
	item->left_out = !item->left_out;
	desk->haul.picked = true;
	list_move(&desk->items, 1);
	return REACT_REPAINT;
}

static enum reaction item_named(struct desk *desk, struct dialog *dialog, bool done)
{
	struct import_item *item = current_item(desk);
	const char *typed = done ? dialog_text(dialog) : "";
	if (!item || !*typed)
		return REACT_REPAINT;
	char *safe = text_typed(typed);
	import_rename(&desk->haul, item, safe);
	free(safe);
	return REACT_REPAINT;
}

enum reaction action_rename_item(struct desk *desk)
{
	struct import_item *item = current_item(desk);
	if (!item)
		return REACT_UNHANDLED;
	char *name = raw_name(item->proposed);
	struct dialog *dialog = dialog_ask(N_("Name"), NULL, N_("Name"), LINE_PLAIN, name);
	free(name);
	return desk_ask(desk, dialog, item_named);
}

static enum reaction accept_file(struct desk *desk)
{
	if (!desk->has_haul || desk->haul.secret || desk->haul.count <= 1)
		return action_take(desk);
	desk->items_focus = true;
	return REACT_REPAINT;
}

enum reaction import_page_key(struct desk *desk, const struct key *key)
{
	if (desk->items_focus || !desk->files) {
		if (key->code == K_ENTER)
			return action_take(desk);
		return list_key(&desk->items, key);
	}
	enum reaction r = files_key(desk->files, key);
	look_at_current(desk);
	return r & REACT_ACCEPT ? accept_file(desk) : r;
}

enum reaction action_other_pane(struct desk *desk)
{
	if (desk_page(desk) == PAGE_IMPORT)
		desk->items_focus = desk->files ? !desk->items_focus : true;
	else if (desk_page(desk) == PAGE_LIST)
		desk->detail_focus = !desk->detail_focus && desk->split_way != SPLIT_ALONE;
	return REACT_REPAINT;
}
