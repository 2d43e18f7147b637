#include "tui/theme.h"

#include <ctype.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/user.h"
#include "conf/tree.h"

#ifndef CERTARY_DATADIR
#define CERTARY_DATADIR "/usr/local/share/certary"
#endif

#define PROGRAM_LINK "/proc/self/exe"
#define SUFFIX       ".theme"

const struct role_row role_rows[ROLE_COUNT] = {
	[ROLE_NORMAL] = { "normal", "text that is nothing special", "default", 0 },
	[ROLE_DIM] = { "dim", "text of less importance", "bright-black", LOOK_DIM },
	[ROLE_TITLE] = { "title", "the line on top", "cyan bold", LOOK_BOLD },
	[ROLE_BORDER] = { "border", "lines between panes and around boxes", "default", 0 },
	[ROLE_STATUS] = { "status", "the line that tells what happened", "default", 0 },
	[ROLE_HINT_KEY] = { "hint_key", "a key in the hint bar", "cyan bold", LOOK_BOLD },
	[ROLE_HINT_TEXT] = { "hint_text", "what that key does", "default", 0 },
	[ROLE_CURSOR] = { "cursor", "the selected row", "default reverse", LOOK_REVERSE },
	[ROLE_CURSOR_IDLE] = { "cursor_idle", "the selected row, keyboard elsewhere",
		"default underline", LOOK_UNDERLINE },
	[ROLE_MARKED] = { "marked", "a row that is marked", "yellow bold", LOOK_BOLD },
	[ROLE_HEADING] = { "heading", "titles of columns and sections", "default bold", LOOK_BOLD },
	[ROLE_LABEL] = { "label", "the name of a property", "cyan", 0 },
	[ROLE_VALUE] = { "value", "the property itself", "default", 0 },
	[ROLE_MATCH] = { "match", "what a search has found", "black on yellow",
		LOOK_BOLD | LOOK_REVERSE },
	[ROLE_ERROR] = { "error", "something went wrong", "red bold", LOOK_BOLD },
	[ROLE_WARNING] = { "warning", "something to look at", "yellow", LOOK_BOLD },
	[ROLE_GOOD] = { "good", "something is as it should be", "green", 0 },
	[ROLE_TRUSTED] = { "trusted", "state: trusted", "green", 0 },
	[ROLE_LIMITED] = { "limited", "state: trusted for some, or for a time", "cyan", 0 },
	[ROLE_UNTRUSTED] = { "untrusted", "state: waiting for a decision", "yellow", 0 },
	[ROLE_BLOCKED] = { "blocked", "state: decided against", "red", 0 },
	[ROLE_TRASH] = { "trash", "state: deleted", "bright-black", LOOK_DIM },
	[ROLE_EXPIRED] = { "expired", "its time is over", "red bold", LOOK_BOLD },
	[ROLE_EXPIRING] = { "expiring", "its time is nearly over", "yellow bold", LOOK_BOLD },
	[ROLE_FIELD] = { "field", "a field that takes text", "default underline", LOOK_UNDERLINE },
	[ROLE_FIELD_CURSOR] = { "field_cursor", "the field that is being typed into",
		"default underline bold", LOOK_UNDERLINE | LOOK_BOLD },
	[ROLE_DIALOG] = { "dialog", "text and border of a dialog", "default", 0 },
	[ROLE_DIALOG_TITLE] = { "dialog_title", "the title of a dialog", "cyan bold", LOOK_BOLD },
	[ROLE_DIALOG_DANGER] = { "dialog_danger",
		"title of a dialog about a loss or wider trust", "red bold",
		LOOK_REVERSE | LOOK_BOLD },
	[ROLE_LINK] = { "link", "something that can be followed", "cyan underline",
		LOOK_UNDERLINE },
};

static const char *const colour_names[] = { "black", "red", "green", "yellow", "blue", "magenta",
	"cyan", "white" };

static bool parse_name(const char *word, int32_t *out)
{
	bool bright = strncmp(word, "bright-", 7) == 0;
	for (int i = 0; i < 8; i++)
		if (strcmp(word + (bright ? 7 : 0), colour_names[i]) == 0) {
			*out = i + (bright ? 8 : 0);
			return true;
		}
	return false;
}

static bool parse_colour(const char *word, int32_t *out)
{
	char *end;
	if (strcmp(word, "default") == 0) {
		*out = COLOUR_DEFAULT;
		return true;
	}
	if (word[0] == '#') {
		*out = COLOUR_RGB | (int32_t)strtol(word + 1, &end, 16);
		return strspn(word + 1, "0123456789abcdefABCDEF") == 6 && word[7] == '\0';
	}
	if (isdigit((unsigned char)word[0])) {
		long number = strtol(word, &end, 10);
		*out = (int32_t)number;
		return *end == '\0' && number <= 255;
	}
	return parse_name(word, out);
}

static unsigned parse_attr(const char *word)
{
	static const struct {
		const char *name;
		unsigned attr;
	} attrs[] = {
		{ "bold", LOOK_BOLD },
		{ "dim", LOOK_DIM },
		{ "underline", LOOK_UNDERLINE },
		{ "reverse", LOOK_REVERSE },
	};
	for (size_t i = 0; i < sizeof attrs / sizeof *attrs; i++)
		if (strcmp(attrs[i].name, word) == 0)
			return attrs[i].attr;
	return 0;
}

/* The words are a colour, "on" and a colour, then attributes; each of these may be missing. */
struct look_words {
	struct look look;
	bool fg, on, bg;
};

static bool take_word(struct look_words *words, const char *word, struct error *err)
{
	unsigned attr = parse_attr(word);
	if (words->on && !words->bg) {
		words->bg = true;
		return parse_colour(word, &words->look.bg) ||
		       error_set(err, ERROR_FAILED, "'%s' is no colour", word);
	}
	if (attr) {
		words->look.attrs |= attr;
		return true;
	}
	if (strcmp(word, "on") == 0 && !words->on) {
		words->on = true;
		return true;
	}
	if (words->fg || words->on || !parse_colour(word, &words->look.fg))
		return error_set(err, ERROR_FAILED,
			"'%s' is neither a colour nor bold, dim, underline or reverse", word);
	words->fg = true;
	return true;
}

bool look_parse(struct look *look, const char *text, struct error *err)
{
	struct look_words words = { .look = { COLOUR_DEFAULT, COLOUR_DEFAULT, 0 } };
	char *copy = mem_text(text), *state = NULL;
	bool ok = true;
	for (char *word = strtok_r(copy, " \t", &state); word && ok;
		word = strtok_r(NULL, " \t", &state))
		ok = take_word(&words, word, err);
	if (ok && words.on && !words.bg)
		ok = error_set(err, ERROR_FAILED, "a colour is missing behind 'on'");
	free(copy);
	if (ok)
		*look = words.look;
	return ok;
}

void theme_default(struct theme *theme)
{
	for (size_t i = 0; i < ROLE_COUNT; i++)
		look_parse(&theme->looks[i], role_rows[i].look, NULL);
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
	size_t role = role_named(conf_name(node));
	if (role == ROLE_COUNT)
		return conf_fail(node, err, "there is no role '%s'", conf_name(node));
	if (!conf_text(node))
		return conf_fail(node, err, "'%s' is to be a text in quotes", conf_name(node));
	if (!look_parse(&theme->looks[role], conf_text(node), &why))
		return conf_fail(node, err, "%s", why.text);
	return true;
}

/* A role that isn't there keeps its built-in look: roles come later than themes. */
static bool read_theme(struct theme *theme, const char *path, struct error *err)
{
	struct conf *tree;
	if (!conf_read(path, &tree, err))
		return false;
	const struct conf_node *root = conf_root(tree);
	bool ok = true;
	for (size_t i = 0; i < conf_count(root) && ok; i++)
		ok = read_role(theme, conf_at(root, i), err);
	conf_free(tree);
	return ok;
}

/*
 * Where themes lie, the first place first; NULL: there is none of that number.  build/certary finds themes/
 * of the source tree, and what was installed under another root that one's.  A folder `themes` above the
 * program may be anybody's, as in ~/bin and ~/themes: it counts beside the source alone.
 */
#define FOLDERS   4
#define OF_SOURCE "src/tui/theme.c"

static char *above_program(const char *folder)
{
	char program[4096];
	ssize_t len = readlink(PROGRAM_LINK, program, sizeof program - 1);
	if (len <= 0)
		return NULL;
	program[len] = '\0';
	char *slash = strrchr(program, '/');
	if (!slash)
		return NULL;
	*slash = '\0';
	return mem_format("%s/../%s", program, folder);
}

static char *source_themes(void)
{
	char *mark = above_program(OF_SOURCE);
	bool ours = mark && access(mark, R_OK) == 0;
	free(mark);
	return ours ? above_program("themes") : NULL;
}

static char *theme_folder(size_t i)
{
	const char *home = user_config_home();
	if (i == 0)
		return home ? mem_format("%s/certary/themes", home) : NULL;
	if (i == 1)
		return source_themes();
	if (i == 2)
		return above_program("share/certary/themes");
	return mem_text(CERTARY_DATADIR "/themes");
}

static char *find_theme(const char *name)
{
	char *path = strchr(name, '/') ? mem_text(name) : NULL;
	for (size_t i = 0; i < FOLDERS && !path; i++) {
		char *folder = theme_folder(i);
		path = folder ? mem_format("%s/%s" SUFFIX, folder, name) : NULL;
		free(folder);
		if (path && access(path, R_OK) == 0)
			break;
		free(path);
		path = NULL;
	}
	return path;
}

void theme_each(void (*take)(void *ctx, const char *name), void *ctx)
{
	for (size_t i = 0; i < FOLDERS; i++) {
		char *folder = theme_folder(i);
		DIR *dir = folder ? opendir(folder) : NULL;
		const struct dirent *e;
		while (dir && (e = readdir(dir)) != NULL) {
			size_t len = strlen(e->d_name), suffix = strlen(SUFFIX);
			if (len <= suffix || strcmp(e->d_name + len - suffix, SUFFIX) != 0)
				continue;
			char *name = mem_textn(e->d_name, len - suffix);
			take(ctx, name);
			free(name);
		}
		if (dir)
			closedir(dir);
		free(folder);
	}
}

bool theme_load(struct theme *theme, const char *name, struct error *err)
{
	theme_default(theme);
	char *path = find_theme(name);
	if (!path && strcmp(name, "default") == 0)
		return true;
	bool ok = path ? read_theme(theme, path, err)
		       : error_set(err, ERROR_NOT_FOUND, "there is no theme '%s'", name);
	free(path);
	if (ok)
		return true;
	theme_default(theme);
	return error_wrap(err, "reading the theme");
}
