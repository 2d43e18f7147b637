#include "support/roles.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "support/unit.h"
#include "tui/theme.h"

#define FOLDER     "tests/golden/roles"
#define SECTION    "== "
#define SIZE       "-80x24-utf8"
#define FIRST      100 /* the colour of role 0 in the theme that tells them apart */
#define CELLS_MOST 8192

static const char *const shipped[] = { "default", "dark", "light", "mono", "contrast" };

/* --- the theme of the program under test ----------------------------------------------------- */

/* A variable of the program's environment; the caller frees. */
static char *variable(struct term *t, const char *name)
{
	char *path = mem_format("/proc/%d/environ", (int)term_pid(t)), *value = NULL;
	struct buf all = { 0 };
	size_t len = strlen(name);
	if (fs_read(AT_FDCWD, path, FS_NOFOLLOW, 1 << 20, &all, NULL, NULL))
		for (size_t at = 0; at < all.len && !value; at += strlen(all.data + at) + 1)
			if (strncmp(all.data + at, name, len) == 0 && all.data[at + len] == '=')
				value = mem_text(all.data + at + len + 1);
	buf_done(&all);
	free(path);
	return value;
}

static void put(const char *path, const char *text)
{
	FILE *f = fopen(path, "we");
	if (!f || fputs(text, f) < 0 || fclose(f) != 0)
		fail_msg("%s: %s", path, strerror(errno));
}

/* The default theme of its user; the program's own where text is NULL. */
static void show(struct term *t, const char *config, const char *text)
{
	char *path = mem_format("%s/certary/themes/default.theme", config);
	if (text) {
		char *folder = mem_textn(path, strlen(path) - strlen("/default.theme"));
		assert_true(fs_make_dirs(folder, 0700, NULL));
		free(folder);
		put(path, text);
	} else {
		unlink(path);
	}
	term_press(t, TERM_CTRL('l'));
	free(path);
}

static void show_roles(struct term *t, const char *config)
{
	struct buf text = { 0 };
	for (size_t i = 0; i < ROLE_COUNT; i++)
		buf_format(&text, "%s = \"%zu on %zu\";\n", role_rows[i].name, FIRST + i, FIRST + i);
	show(t, config, buf_text(&text));
	buf_done(&text);
}

static void show_shipped(struct term *t, const char *config, const char *name, struct theme *theme)
{
	char *path = mem_format("themes/%s.theme", name);
	struct buf text = { 0 };
	struct error err = { 0 };
	if (!theme_load(theme, path, &err) ||
		!fs_read(AT_FDCWD, path, FS_NOFOLLOW, 1 << 20, &text, NULL, &err))
		fail_msg("%s", err.text);
	show(t, config, buf_text(&text));
	buf_done(&text);
	free(path);
}

/* --- the roles of a screen ------------------------------------------------------------------- */

struct roles {
	int rows, cols;
	unsigned char at[CELLS_MOST];
};

static void read_roles(struct term *t, struct roles *roles)
{
	roles->rows = term_rows(t);
	roles->cols = term_cols(t);
	assert_true(roles->rows * roles->cols <= CELLS_MOST);
	for (int row = 0; row < roles->rows; row++)
		for (int col = 0; col < roles->cols; col++) {
			struct term_cell cell = term_attr(t, row, col);
			int role = cell.width ? cell.bg - FIRST : roles->at[row * roles->cols + col - 1];
			if (role < 0 || role >= ROLE_COUNT)
				fail_msg("row %d, column %d has no role", row + 1, col + 1);
			roles->at[row * roles->cols + col] = (unsigned char)role;
		}
}

static void put_row(struct buf *out, const unsigned char *row, int cols)
{
	for (int from = 0, to; from < cols; from = to) {
		for (to = from; to < cols && row[to] == row[from]; to++)
			;
		buf_format(out, " %s", role_rows[row[from]].name);
		if (to - from > 1)
			buf_format(out, "*%d", to - from);
	}
	buf_char(out, '\n');
}

static void put_roles(struct buf *out, const struct roles *roles)
{
	size_t cols = (size_t)roles->cols;
	for (int from = 0, to; from < roles->rows; from = to) {
		const unsigned char *row = roles->at + (size_t)from * cols;
		for (to = from; to < roles->rows; to++)
			if (memcmp(roles->at + (size_t)to * cols, row, cols) != 0)
				break;
		buf_format(out, to - from > 1 ? "%d-%d:" : "%d:", from + 1, to);
		put_row(out, row, roles->cols);
	}
}

/* --- the file -------------------------------------------------------------------------------- */

/* Where the section of that name begins, or the first that comes behind it in order. */
static const char *find_section(const char *text, const char *name, bool *found)
{
	*found = false;
	for (const char *at = text; *at; at = strchr(at, '\n') + 1) {
		size_t len = strcspn(at, "\n");
		if (strncmp(at, SECTION, strlen(SECTION)) == 0) {
			char *is = mem_textn(at + strlen(SECTION), len - strlen(SECTION));
			int order = strcmp(is, name);
			free(is);
			*found = order == 0;
			if (order >= 0)
				return at;
		}
		if (at[len] == '\0')
			return at + len;
	}
	return text + strlen(text);
}

static const char *end_of_section(const char *section)
{
	const char *next = strstr(section, "\n" SECTION);
	return next ? next + 1 : section + strlen(section);
}

static void write_section(const char *path, const char *text, const char *name, const char *section)
{
	bool found;
	const char *at = find_section(text, name, &found), *rest = found ? end_of_section(at) : at;
	struct buf out = { 0 };
	buf_add(&out, text, (size_t)(at - text));
	buf_text_add(&out, section);
	buf_text_add(&out, rest);
	mkdir(FOLDER, 0755);
	put(path, buf_text(&out));
	buf_done(&out);
}

static void compare_section(const char *path, const char *text, const char *name, const char *section)
{
	bool found;
	const char *at = find_section(text, name, &found);
	if (!found)
		fail_msg("%s has no section %s (GOLDEN=update writes it)", path, name);
	char *was = mem_textn(at, (size_t)(end_of_section(at) - at));
	if (strcmp(was, section) != 0) {
		print_error("- expected:\n%s+ is:\n%s", was, section);
		fail_msg("the roles of %s differ from %s", name, path);
	}
	free(was);
}

static void check_section(const char *name, const struct roles *roles)
{
	char *path = mem_format(FOLDER "/%s.txt", program_invocation_short_name);
	const char *wish = getenv("GOLDEN");
	struct buf text = { 0 }, section = { 0 };
	fs_read(AT_FDCWD, path, FS_NOFOLLOW, 1 << 22, &text, NULL, NULL);
	buf_format(&section, SECTION "%s\n", name);
	put_roles(&section, roles);
	if (wish && strcmp(wish, "update") == 0)
		write_section(path, buf_text(&text), name, buf_text(&section));
	else
		compare_section(path, buf_text(&text), name, buf_text(&section));
	buf_done(&section);
	buf_done(&text);
	free(path);
}

/* --- the screen in a theme ------------------------------------------------------------------- */

static bool is_blank(const struct term_cell *cell)
{
	return cell->text[0] == '\0' || strcmp(cell->text, " ") == 0;
}

/* Of blanks nobody sees the colour of the text; the terminal of the tests doesn't know dim. */
static bool looks_so(const struct term_cell *cell, const struct look *look)
{
	bool reverse = (look->attrs & LOOK_REVERSE) != 0, blank = is_blank(cell);
	if (cell->reverse != reverse || cell->underline != ((look->attrs & LOOK_UNDERLINE) != 0))
		return false;
	if (blank)
		return reverse ? cell->fg == look->fg : cell->bg == look->bg;
	return cell->fg == look->fg && cell->bg == look->bg &&
	       cell->bold == ((look->attrs & LOOK_BOLD) != 0);
}

static void check_theme(struct term *t, const char *config, const char *name, const struct roles *roles)
{
	struct theme theme;
	show_shipped(t, config, name, &theme);
	for (int row = 0; row < roles->rows; row++)
		for (int col = 0; col < roles->cols; col++) {
			unsigned role = roles->at[row * roles->cols + col];
			struct term_cell cell = term_attr(t, row, col);
			if (cell.width && !looks_so(&cell, &theme.looks[DEPTH_256][role]))
				fail_msg("%s: row %d, column %d ('%s') isn't %s: %d on %d%s%s%s", name,
					row + 1, col + 1, cell.text, role_rows[role].name, cell.fg,
					cell.bg, cell.bold ? " bold" : "",
					cell.underline ? " underline" : "",
					cell.reverse ? " reverse" : "");
		}
}

void roles_check(struct term *t, const char *name)
{
	static struct roles roles;
	if (!strstr(name, SIZE))
		return;
	char *config = variable(t, "XDG_CONFIG_HOME"), *before = term_screen(t);
	if (config) {
		show_roles(t, config);
		read_roles(t, &roles);
		check_section(name, &roles);
		for (size_t i = 0; i < sizeof shipped / sizeof *shipped; i++)
			check_theme(t, config, shipped[i], &roles);
		show(t, config, NULL);
		char *after = term_screen(t);
		assert_string_equal(after, before);
		free(after);
	}
	free(before);
	free(config);
}
