/*
 * What setting up does, in words before and in deeds after: the store first, as one change; then the
 * settings, which are beside it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/endpoint.h"
#include "app/internal.h"
#include "app/setting-up.h"
#include "base/fs.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "conf/tree.h"

/* --- settings -------------------------------------------------------------------------------- */

static void write_settings(const struct app *app, const struct answers *answers, struct buf *out)
{
	static const enum answer saved[] = { ANSWER_STORE, ANSWER_THEME };
	for (size_t i = 0; i < sizeof saved / sizeof *saved; i++) {
		const char *text = answers_text(answers, saved[i]);
		if (!*text || (saved[i] == ANSWER_STORE && app_store_is_usual(app)))
			continue;
		buf_format(out, "%s = ", answer_row(saved[i])->name);
		conf_quote(out, text);
		buf_text_add(out, ";\n");
	}
}

/* Is all of it said by the settings already? */
static bool is_said(const struct app *app, const struct answers *answers)
{
	const struct settings *s = app_settings(app);
	const char *store = answers_text(answers, ANSWER_STORE);
	const char *theme = answers_text(answers, ANSWER_THEME);
	return (!*store || app_store_is_usual(app)) &&
	       (!*theme || strcmp(settings_text(s, SETTING_THEME), theme) == 0);
}

static bool create_file(const char *path, const struct buf *bytes, struct error *err)
{
	const char *slash = strrchr(path, '/');
	char *folder = mem_textn(path, slash == path ? 1 : (size_t)(slash - path));
	int dir = fs_make_dirs(folder, 0755, err) ? fs_open_dir(AT_FDCWD, folder, err) : -1;
	bool ok = dir >= 0 && fs_create(dir, slash + 1, 0644, bytes->data, bytes->len, err);
	if (dir >= 0)
		close(dir);
	free(folder);
	return ok;
}

bool answers_save(const struct answers *answers, const char *path, struct error *err)
{
	struct buf text = { 0 };
	char *whole = strchr(path, '/') ? mem_text(path) : mem_format("./%s", path);
	answers_write(answers, &text);
	bool ok = create_file(whole, &text, err);
	buf_done(&text);
	free(whole);
	return ok;
}

/* A file that is there is its owner's: they are told what to write. */
static void save_settings(const struct app *app, const struct answers *answers, struct buf *told)
{
	struct buf text = { 0 };
	struct error err = { 0 };
	char *path = settings_users_file();
	if (is_said(app, answers)) {
		free(path);
		return;
	}
	write_settings(app, answers, &text);
	char *safe = path ? text_safe(path, strlen(path)) : mem_text(_("the settings"));
	bool there = path && access(path, F_OK) == 0;
	if (path && *path == '/' && !there && create_file(path, &text, &err)) {
		buf_format(told, _("wrote %s\n"), safe);
	} else {
		for (char *c = text.data; c && *c; c++)
			if (*c == '\n')
				*c = c[1] ? ' ' : '\0';
		buf_format(told, _("write into %s: %s\n"), safe, buf_text(&text));
	}
	free(safe);
	free(path);
	buf_done(&text);
}

bool app_setup_apply(struct app *app, const struct answers *answers, struct setup_plan *plan,
	int64_t *seq, struct buf *told, struct error *err)
{
	*seq = 0;
	if (!app_open_store(app, APP_STORE_CREATE, err))
		return error_wrap(err, "setup: nothing was changed");
	if (plan->plan.count > 0 && !app_apply(app, &plan->plan, seq, err))
		return error_wrap(err, "setup: the store is there, and nothing was put into it (run it "
				       "again to go on)");
	save_settings(app, answers, told);
	return true;
}

/* --- words ----------------------------------------------------------------------------------- */

static void tell_store(struct app *app, const struct answers *answers, struct buf *out)
{
	bool owner = answers_is(answers, ANSWER_ACCESS, "owner");
	if (store_is_imagined(app_store(app)))
		buf_format(out, owner ? _("Make the store %s, which nobody but you may read.\n") :
					_("Make the store %s, which everybody may read.\n"),
			app_store_path(app));
	else
		buf_format(out, _("Use the store %s as it is, and add what is missing.\n"),
			app_store_path(app));
}

static void tell_system(struct app *app, const struct answers *answers,
	const struct setup_found *found, struct buf *out)
{
	size_t fresh = 0;
	struct entry entry;
	for (size_t i = 0; i < found->haul.count; i++) {
		const struct setup_source *s = setup_source_of(found, i);
		fresh += s && s->system && !app_find(app, &found->haul.items[i].sha256, &entry);
	}
	if (!answers_is(answers, ANSWER_ANCHORS, "system"))
		buf_text_add(out, _("Take nothing over from this system's own anchors.\n"));
	else if (!found->has_bundle)
		buf_text_add(out, _("This system has no anchors to begin with: choose none.\n"));
	else if (!fresh)
		buf_text_add(out, _("Leave what this system trusts as the store has it.\n"));
	else
		buf_format(out, lang_n("Trust %zu certificate that this system trusts.\n",
					"Trust %zu certificates that this system trusts.\n", fresh),
			fresh);
}

#define NAMED_MOST 4

/* "a, b, c, d and 3 others" */
static const char *list_of(struct buf *names, size_t count)
{
	size_t more = count > NAMED_MOST ? count - NAMED_MOST : 0;
	if (more)
		buf_format(names, lang_n(" and %zu other", " and %zu others", more), more);
	return buf_text(names);
}

static void add_name(struct buf *names, size_t *count, const char *name)
{
	if ((*count)++ < NAMED_MOST)
		buf_format(names, "%s%s", names->len ? ", " : "", name);
}

static void add_typed(struct buf *names, size_t *count, const char *typed)
{
	char *safe = text_safe(typed, strlen(typed));
	add_name(names, count, safe);
	free(safe);
}

static void tell_certs(struct app *app, const struct answers *answers,
	const struct setup_found *found, struct buf *out)
{
	struct buf names = { 0 };
	size_t count = 0;
	struct entry entry;
	bool system = answers_is(answers, ANSWER_ANCHORS, "system");
	for (size_t i = 0; i < found->haul.count; i++) {
		const struct import_item *item = &found->haul.items[i];
		if (setup_wants_cert(answers, found, i) && !app_find(app, &item->sha256, &entry) &&
			!(system && setup_in_bundle(found, &item->sha256)))
			add_name(&names, &count, item->proposed);
	}
	if (count)
		buf_format(out, lang_n("Trust %zu more certificate: %s.\n",
					"Trust %zu more certificates: %s.\n", count),
			count, list_of(&names, count));
	buf_done(&names);
}

static bool is_word(const char *text)
{
	return strcmp(text, FOUND_ALL) == 0 || strcmp(text, FOUND_PROPOSED) == 0;
}

static void tell_endpoints(struct app *app, const struct answers *answers,
	const struct setup_found *found, struct buf *out)
{
	struct endpoints all = { 0 };
	const struct answer_value *value = &answers->values[ANSWER_ENDPOINTS];
	struct buf names = { 0 };
	struct set told = { 0 };
	size_t count = 0;
	struct error ignored;
	app_endpoints(app, &all, &ignored);
	for (size_t i = 0; i < found->endpoint_count; i++)
		if (setup_wants_endpoint(answers, &found->endpoints[i]) &&
			!setup_is_watched(&all, found->endpoints[i].place) &&
			set_add(&told, found->endpoints[i].place))
			add_name(&names, &count, found->endpoints[i].place);
	for (size_t i = 0; i < value->count; i++)
		if (!is_word(value->items[i]) && !setup_is_watched(&all, value->items[i]) &&
			set_add(&told, value->items[i]))
			add_typed(&names, &count, value->items[i]);
	if (count)
		buf_format(out, lang_n("Watch %zu service: %s.\n", "Watch %zu services: %s.\n", count),
			count, list_of(&names, count));
	if ((count || all.count) && answers_yes(answers, ANSWER_PROBE))
		buf_text_add(out, _("Look at the services when the store is there.\n"));
	endpoints_done(&all);
	set_done(&told);
	buf_done(&names);
}

static void tell_targets(struct app *app, const struct answers *answers,
	const struct setup_found *found, struct buf *out)
{
	struct targets all = { 0 };
	struct error ignored;
	const struct answer_value *value = &answers->values[ANSWER_TARGETS];
	struct buf names = { 0 };
	struct set told = { 0 };
	size_t count = 0;
	app_targets(app, &all, &ignored);
	for (size_t i = 0; i < found->target_count; i++)
		if (setup_wants_target(answers, &found->targets[i]) &&
			!setup_is_fed(&all, found->targets[i].target.name) &&
			set_add(&told, found->targets[i].target.name))
			add_name(&names, &count, found->targets[i].target.name);
	for (size_t i = 0; i < value->count; i++)
		if (!is_word(value->items[i]) && !setup_is_fed(&all, value->items[i]) &&
			set_add(&told, value->items[i]))
			add_typed(&names, &count, value->items[i]);
	if (count)
		buf_format(out, lang_n("Save %zu target: %s.\n", "Save %zu targets: %s.\n", count),
			count, list_of(&names, count));
	if (count || all.count)
		buf_text_add(out, answers_yes(answers, ANSWER_DEPLOY) ?
			_("Deploy to all targets: they get what is trusted then.\n") :
			_("Deploy nothing yet.\n"));
	targets_done(&all);
	set_done(&told);
	buf_done(&names);
}

static void tell_identity(struct app *app, const struct answers *answers,
	const struct setup_found *found, struct buf *out)
{
	struct making making;
	struct error err = { 0 };
	if (answers_is(answers, ANSWER_IDENTITY, "none"))
		return;
	bool ok = app_setup_making(app, answers, found, &making, &err);
	if (!ok)
		buf_format(out, _("%s.\n"), err.text);
	else if (!app_setup_needs_key(app, answers, found))
		buf_format(out, _("Keep the identity %s, which is there already.\n"), making.name);
	else
		buf_format(out,
			making.route == ROUTE_REQUEST ?
				_("Make a key (%s) and a request for %s.\n") :
				_("Make a key (%s) and a self-signed certificate, trusted here, for %s.\n"),
			making.kind->name, making.name);
	making_done(&making);
}

static void tell_settings(const struct app *app, const struct answers *answers, struct buf *out)
{
	char *path = settings_users_file();
	char *safe = path ? text_safe(path, strlen(path)) : NULL;
	if (safe && !is_said(app, answers))
		buf_format(out, access(path, F_OK) == 0 ? _("Tell you what to write into %s.\n") :
							   _("Save the settings in %s.\n"), safe);
	free(safe);
	free(path);
}

void app_setup_words(struct app *app, const struct answers *answers, const struct setup_found *found,
	struct buf *out)
{
	tell_store(app, answers, out);
	tell_system(app, answers, found, out);
	tell_certs(app, answers, found, out);
	tell_endpoints(app, answers, found, out);
	tell_targets(app, answers, found, out);
	tell_identity(app, answers, found, out);
	tell_settings(app, answers, out);
}
