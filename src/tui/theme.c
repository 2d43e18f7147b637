#include "tui/theme-parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "conf/tree.h"

#define DESCRIPTION "description"
#define ABOUT       "The terminal's own sixteen colours"

const struct role_row role_rows[ROLE_COUNT] = {
	[ROLE_NORMAL] = { "normal", N_("text that is nothing special"), "default", 0 },
	[ROLE_DIM] = { "dim", N_("text of less importance"), "bright-black", LOOK_DIM },
	[ROLE_TITLE] = { "title", N_("the line on top"), "cyan bold", LOOK_BOLD },
	[ROLE_BORDER] = { "border", N_("lines between panes and around boxes"), "default", 0 },
	[ROLE_STATUS] = { "status", N_("the line that tells what happened"), "default", 0 },
	[ROLE_HINT_KEY] = { "hint_key", N_("a key in the hint bar"), "cyan bold", LOOK_BOLD },
	[ROLE_HINT_TEXT] = { "hint_text", N_("what that key does"), "default", 0 },
	[ROLE_CURSOR] = { "cursor", N_("the selected row"), "default reverse", LOOK_REVERSE },
	[ROLE_CURSOR_IDLE] = { "cursor_idle", N_("the selected row, keyboard elsewhere"),
		"default underline", LOOK_UNDERLINE },
	[ROLE_MARKED] = { "marked", N_("a row that is marked"), "magenta bold", LOOK_BOLD },
	[ROLE_HEADING] = { "heading", N_("titles of columns and sections"), "default bold", LOOK_BOLD },
	[ROLE_LABEL] = { "label", N_("the name of a property"), "cyan", 0 },
	[ROLE_VALUE] = { "value", N_("the property itself"), "default", 0 },
	[ROLE_MATCH] = { "match", N_("what a search has found"),
		"black on yellow bold", LOOK_REVERSE | LOOK_BOLD },
	[ROLE_ERROR] = { "error", N_("something went wrong"), "red bold", LOOK_UNDERLINE | LOOK_BOLD },
	[ROLE_WARNING] = { "warning", N_("something to look at"), "yellow bold", LOOK_BOLD },
	[ROLE_GOOD] = { "good", N_("something is as it should be"), "green", 0 },
	[ROLE_TRUSTED] = { "trusted", N_("state: trusted"), "green", 0 },
	[ROLE_LIMITED] = { "limited", N_("state: trusted for some, or for a time"),
		"cyan underline", LOOK_UNDERLINE },
	[ROLE_UNTRUSTED] = { "untrusted", N_("state: waiting for a decision"),
		"yellow bold", LOOK_BOLD },
	[ROLE_BLOCKED] = { "blocked", N_("state: decided against"),
		"red bold underline", LOOK_UNDERLINE | LOOK_BOLD },
	[ROLE_TRASH] = { "trash", N_("state: deleted"), "bright-black", LOOK_DIM },
	[ROLE_EXPIRED] = { "expired", N_("its time is over"),
		"red bold underline", LOOK_UNDERLINE | LOOK_BOLD },
	[ROLE_EXPIRING] = { "expiring", N_("its time is nearly over"), "yellow bold", LOOK_BOLD },
	[ROLE_FIELD] = { "field", N_("a field that takes text"), "default underline", LOOK_UNDERLINE },
	[ROLE_FIELD_CURSOR] = { "field_cursor", N_("the field that is being typed into"),
		"default underline bold", LOOK_UNDERLINE | LOOK_BOLD },
	[ROLE_DIALOG] = { "dialog", N_("text and border of a dialog"), "default", 0 },
	[ROLE_DIALOG_TITLE] = { "dialog_title", N_("the title of a dialog"), "cyan bold", LOOK_BOLD },
	[ROLE_DIALOG_DANGER] = { "dialog_danger", N_("title of a dialog about a loss or wider trust"),
		"red bold reverse", LOOK_REVERSE | LOOK_BOLD },
	[ROLE_LINK] = { "link", N_("something that can be followed"),
		"cyan underline", LOOK_UNDERLINE },
};

/* What a look leaves open: a theme that brings a background says it in `normal` alone. */
static void complete(struct look looks[ROLE_COUNT])
{
	struct look *normal = &looks[ROLE_NORMAL];
	normal->fg = normal->fg == COLOUR_UNSAID ? COLOUR_DEFAULT : normal->fg;
	normal->bg = normal->bg == COLOUR_UNSAID ? COLOUR_DEFAULT : normal->bg;
	for (size_t i = 0; i < ROLE_COUNT; i++) {
		looks[i].fg = looks[i].fg == COLOUR_UNSAID ? normal->fg : looks[i].fg;
		looks[i].bg = looks[i].bg == COLOUR_UNSAID ? normal->bg : looks[i].bg;
	}
}

static void complete_all(struct theme *theme)
{
	for (size_t depth = 0; depth < DEPTH_COUNT; depth++)
		complete(theme->looks[depth]);
}

static void set_role(struct theme *theme, size_t role, const struct look looks[DEPTH_COUNT])
{
	for (size_t depth = 0; depth < DEPTH_COUNT; depth++)
		theme->looks[depth][role] = looks[depth];
}

/*
 * The built-in looks.  What is the terminal's own colour in them is that of `normal`, as it may be another one
 * in the theme that lacks a role.
 */
static void begin(struct theme *theme)
{
	struct look looks[DEPTH_COUNT];
	for (size_t i = 0; i < ROLE_COUNT; i++) {
		if (!looks_parse(looks, role_rows[i].look, NULL))
			continue;
		for (size_t depth = 0; i != ROLE_NORMAL && depth < DEPTH_COUNT; depth++)
			if (looks[depth].fg == COLOUR_DEFAULT)
				looks[depth].fg = COLOUR_UNSAID;
		set_role(theme, i, looks);
	}
}

void theme_default(struct theme *theme)
{
	begin(theme);
	complete_all(theme);
}

static size_t role_named(const char *name)
{
	size_t i = 0;
	while (i < ROLE_COUNT && strcmp(role_rows[i].name, name) != 0)
		i++;
	return i;
}

static bool read_role(struct theme *theme, const struct conf_node *node, struct error *err)
{
	struct error why;
	struct look looks[DEPTH_COUNT];
	size_t role = role_named(conf_name(node));
	if (role == ROLE_COUNT)
		return conf_fail(node, err, "there is no role '%s'", conf_name(node));
	if (!conf_text(node))
		return conf_fail(node, err, "'%s' is to be a text in quotes", conf_name(node));
	if (!looks_parse(looks, conf_text(node), &why))
		return conf_fail(node, err, "%s", why.text);
	set_role(theme, role, looks);
	return true;
}

static bool read_about(char **about, const struct conf_node *node, struct error *err)
{
	if (!conf_text(node))
		return conf_fail(node, err, "'%s' is to be a text in quotes", conf_name(node));
	free(*about);
	*about = mem_text(conf_text(node));
	return true;
}

/* A role that isn't there keeps its built-in look: roles come later than themes. */
static bool read_file(struct theme *theme, char **about, const char *path, struct error *err)
{
	struct conf *tree;
	if (!conf_read(path, &tree, err))
		return false;
	const struct conf_node *root = conf_root(tree);
	bool ok = true;
	begin(theme);
	for (size_t i = 0; i < conf_count(root) && ok; i++) {
		const struct conf_node *node = conf_at(root, i);
		ok = strcmp(conf_name(node), DESCRIPTION) == 0 ? read_about(about, node, err) :
								 read_role(theme, node, err);
	}
	conf_free(tree);
	complete_all(theme);
	return ok;
}

bool theme_read(struct theme *theme, char **about, const char *name, struct error *err)
{
	theme_default(theme);
	char *path = theme_find(name);
	bool built_in = !path && strcmp(name, "default") == 0;
	*about = mem_text(built_in ? ABOUT : "");
	if (built_in)
		return true;
	bool ok = path ? read_file(theme, about, path, err)
		       : error_set(err, ERROR_NOT_FOUND, "there is no theme '%s'", name);
	free(path);
	if (!ok)
		theme_default(theme);
	return ok;
}

bool theme_load(struct theme *theme, const char *name, struct error *err)
{
	char *about = NULL;
	bool ok = theme_read(theme, &about, name, err);
	free(about);
	return ok || error_wrap(err, "reading the theme");
}
