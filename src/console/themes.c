/*
 * The theme that is shown, and the list of those that are there.  Moving in the list shows the whole screen in
 * the theme under the cursor; Enter keeps it, Esc puts back the one before.
 */
#include <stdlib.h>
#include <string.h>

#include "app/complete.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "console/pages.h"

struct theme_work {
	char *shown;  /* bytes; what --theme or the settings call it */
	char *before; /* while the list is open */
	struct theme_list list;
};

/* --- the one that is shown ------------------------------------------------------------------- */

const char *theme_shown(const struct desk *desk)
{
	return desk->themes->shown;
}

bool theme_show(struct desk *desk, const char *name, struct error *err)
{
	struct theme_work *work = desk->themes;
	char *copy = mem_text(name);
	bool ok = theme_load(&desk->theme, copy, err);
	free(work->shown);
	work->shown = copy;
	screen_theme(&desk->theme);
	return ok;
}

void theme_start(struct desk *desk, const char *name)
{
	const struct settings *s = app_settings(desk->app);
	const char *kept = remember_text(desk->memory, REMEMBER_THEME);
	const char *said = settings_text(s, SETTING_THEME);
	struct error err = { 0 };
	desk->themes = mem_new(sizeof *desk->themes);
	name = name ? name : *kept && !settings_is_set(s, SETTING_THEME) ? kept : said;
	desk->themes->shown = mem_text(*name ? name : "default");
	if (!theme_load(&desk->theme, desk->themes->shown, &err))
		desk_error(desk, &err);
}

void theme_done(struct desk *desk)
{
	struct theme_work *work = desk->themes;
	if (!work)
		return;
	theme_list_done(&work->list);
	free(work->before);
	free(work->shown);
	free(work);
	desk->themes = NULL;
}

/* Whoever writes a theme looks at it by this. */
void theme_again(struct desk *desk)
{
	struct error err = { 0 };
	if (!theme_show(desk, theme_shown(desk), &err))
		desk_say(desk, ROLE_ERROR, "%s", err.text);
}

/* --- keeping one ----------------------------------------------------------------------------- */

/* The next run may begin in another folder. */
static void set_kept(struct desk *desk, const char *name)
{
	char *whole = strchr(name, '/') ? realpath(name, NULL) : NULL;
	remember_set_text(desk->memory, REMEMBER_THEME, whole ? whole : name);
	free(whole);
}

/* What the settings say is said on purpose, perhaps by somebody else: it goes before what was kept here. */
static enum reaction keep(struct desk *desk)
{
	const struct settings *s = app_settings(desk->app);
	const char *name = theme_shown(desk), *said = settings_text(s, SETTING_THEME);
	char *safe = text_safe(name, strlen(name)), *other = text_safe(said, strlen(said));
	bool set = settings_is_set(s, SETTING_THEME);
	if (set && strcmp(name, said) != 0)
		desk_say(desk, ROLE_WARNING,
			"theme %s until you leave: the settings say theme = \"%s\"", safe, other);
	else if (!desk->memory_kept)
		desk_say(desk, ROLE_GOOD, "theme %s until you leave", safe);
	else
		desk_say(desk, ROLE_GOOD, "theme %s", safe);
	if (!set)
		set_kept(desk, name);
	free(safe);
	free(other);
	return REACT_REPAINT;
}

/* --- the list -------------------------------------------------------------------------------- */

/* One that can't be read is shown as what there is instead of it. */
static enum reaction moved(struct desk *desk, const struct dialog *dialog)
{
	const struct theme_entry *entry = &desk->themes->list.items[dialog_under(dialog)];
	if (strcmp(entry->name, theme_shown(desk)) != 0)
		theme_show(desk, entry->name, NULL);
	return REACT_REPAINT;
}

static enum reaction chosen(struct desk *desk, struct dialog *dialog, bool done)
{
	struct theme_work *work = desk->themes;
	struct error err = { 0 };
	const char *name = done ? work->list.items[dialog_value(dialog)].name : work->before;
	bool ok = theme_show(desk, name, &err);
	theme_list_done(&work->list);
	if (!ok)
		return desk_error(desk, &err);
	return done ? keep(desk) : REACT_REPAINT;
}

/* What the themes that certary ships say of themselves; what others say is shown as it is. */
static const char *about_shown(const char *about)
{
	static const char *const shipped[] = { N_("The terminal's own sixteen colours"),
		N_("Bright on black, much contrast"), N_("Light on dark grey; 256 colours"),
		N_("Dark on white; 256 colours"), N_("Bold, dim and underlined, no colours") };
	for (size_t i = 0; about && i < sizeof shipped / sizeof *shipped; i++)
		if (strcmp(about, shipped[i]) == 0)
			return _(shipped[i]);
	return about;
}

static void add_option(struct dialog_option *option, const struct theme_entry *entry, size_t at, int cols)
{
	static const char *const keys[] = { "1", "2", "3", "4", "5", "6", "7", "8", "9" };
	struct buf text = { 0 };
	buf_text_add(&text, entry->name);
	for (int i = area_width(entry->name); i < cols; i++)
		buf_char(&text, ' ');
	buf_text_add(&text, entry->broken ? _("can't be read") : about_shown(entry->about));
	*option = (struct dialog_option){ .key = at < sizeof keys / sizeof *keys ? keys[at] : "",
		.text = buf_take(&text),
		.value = (int)at,
		.help = entry->broken ? entry->about : NULL };
}

#define NAME_MOST 24 /* columns: what is said of a theme must be seen beside it */

static int name_cols(const struct theme_list *list)
{
	int cols = 0;
	for (size_t i = 0; i < list->count; i++) {
		int is = area_width(list->items[i].name) + 2;
		cols = is > cols && is <= NAME_MOST ? is : cols;
	}
	return cols;
}

static struct dialog *make_dialog(const struct theme_work *work)
{
	const struct theme_list *list = &work->list;
	struct dialog_option *options = mem_new(list->count * sizeof *options);
	int at = 0, cols = name_cols(list);
	for (size_t i = 0; i < list->count; i++) {
		add_option(&options[i], &list->items[i], i, cols);
		at = strcmp(list->items[i].name, work->shown) == 0 ? (int)i : at;
	}
	struct dialog *dialog = dialog_choose(_("Theme"), NULL, options, list->count);
	for (size_t i = 0; i < list->count; i++)
		free((char *)options[i].text);
	free(options);
	dialog_select(dialog, at);
	return dialog;
}

enum reaction action_themes(struct desk *desk)
{
	struct theme_work *work = desk->themes;
	theme_list_done(&work->list);
	theme_list(&work->list);
	free(work->before);
	work->before = mem_text(work->shown);
	struct dialog *dialog = make_dialog(work);
	enum reaction r = desk_ask(desk, dialog, chosen);
	desk->dialog_moved = moved;
	return r;
}

static enum reaction take_name(struct desk *desk, const char *name)
{
	struct error err = { 0 };
	return theme_show(desk, name, &err) ? keep(desk) : desk_error(desk, &err);
}

bool theme_line(struct desk *desk, const char *line, enum reaction *reaction)
{
	struct typed_line typed = { 0 };
	char *whole = mem_format("%s ", line); /* the last word is ended */
	typed_line_read(whole, "", &typed);
	bool ours = typed.count > 0 && typed.count <= 2 && strcmp(typed.words[0], "theme") == 0;
	if (ours)
		*reaction = typed.count == 2 ? take_name(desk, typed.words[1]) : action_themes(desk);
	typed_line_done(&typed);
	free(whole);
	return ours;
}
