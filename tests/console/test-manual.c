/*
 * The manual as it was made, against the tables: everything that the program knows stands in it, and nothing
 * else.  Pages are read as roff, so that a generator that forgets or garbles something is found out.
 */
#include "console/pages.h"

#include "support/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/command.h"
#include "base/mem.h"
#include "base/text.h"
#include "conf/settings.h"
#include "store/folder.h"
#include "support/run.h"
#include "tui/form.h"

/* --- a page ------------------------------------------------------------------------------------ */

static const struct {
	const char *roff, *text;
} escapes[] = {
	{ "\\&", "" }, { "\\e", "\\" }, { "\\-", "-" }, { "\\(dq", "\"" }, { "\\(aq", "'" }, { "\\(ti", "~" },
	{ "\\(ha", "^" },
};

static size_t unescape(const char *at, struct buf *out)
{
	for (size_t i = 0; i < sizeof escapes / sizeof *escapes; i++) {
		if (text_starts(at, escapes[i].roff)) {
			buf_text_add(out, escapes[i].text);
			return strlen(escapes[i].roff);
		}
	}
	if (!text_starts(at, "\\[u")) {
		buf_char(out, *at);
		return 1;
	}
	char *end;
	text_put(out, (uint32_t)strtoul(at + 3, &end, 16));
	assert_int_equal(*end, ']');
	return (size_t)(end - at) + 1;
}

/* Plain lines; macros keep their names, and arguments lose their quotation marks. */
static void read_page(const char *name, struct buf *out)
{
	char *folder = mem_text(run_program());
	*strrchr(folder, '/') = '\0';
	char *path = mem_format("%s/man/%s", folder, name);
	FILE *in = fopen(path, "r");
	char line[4096];
	if (!in)
		fail_msg("%s: make man", path);
	buf_cut(out, 0);
	while (fgets(line, sizeof line, in)) {
		assert_true(strchr(line, '\n') != NULL);
		for (const char *at = line; *at;) {
			if (*at == '"' && line[0] == '.')
				at++;
			else
				at += unescape(at, out);
		}
	}
	fclose(in);
	free(path);
	free(folder);
}

/* The lines of a section, ".Sh KEYS" to the next one; the caller frees. */
static char *section(const struct buf *page, const char *title)
{
	char *head = mem_format("\n.Sh %s\n", title);
	const char *from = strstr(buf_text(page), head);
	if (!from)
		fail_msg("no section %s", title);
	from += strlen(head);
	const char *to = strstr(from, "\n.Sh ");
	free(head);
	return mem_textn(from, to ? (size_t)(to - from) + 1 : strlen(from));
}

/* The lines that begin so, without that; each behind a newline. */
static char *lines_of(const char *text, const char *macro)
{
	struct buf out = { 0 };
	for (; *text; text += strcspn(text, "\n"), text += *text == '\n')
		if (text_starts(text, macro))
			buf_format(&out, "%.*s\n", (int)(strcspn(text, "\n") - strlen(macro)),
				text + strlen(macro));
	return buf_take(&out);
}

static void same(char *take_found, struct buf *wanted)
{
	assert_string_equal(take_found, buf_text(wanted));
	free(take_found);
	buf_cut(wanted, 0);
}

/* --- certary(1) -------------------------------------------------------------------------------- */

static void test_commands(void **state)
{
	struct buf page = { 0 }, wanted = { 0 };
	(void)state;
	read_page("certary.1", &page);
	char *text = section(&page, "COMMANDS");
	for (size_t i = 0; i < command_table.count; i++)
		buf_format(&wanted, "%s\n", command_table.rows[i].name);
	same(lines_of(text, ".Ic "), &wanted);
	for (size_t i = 0; i < command_table.count; i++)
		if (i == 0 || command_table.rows[i].group != command_table.rows[i - 1].group)
			buf_format(&wanted, "%s\n", command_group_name(command_table.rows[i].group));
	same(lines_of(text, ".Ss "), &wanted);
	free(text);
	buf_done(&page);
	buf_done(&wanted);
}

/* What stands between the name of a command and the end of its synopsis. */
static char *synopsis(const char *text, const char *name)
{
	char *head = mem_format("\n.It Xo\n.Ic %s\n", name);
	const char *from = strstr(text, head);
	assert_non_null(from);
	from += strlen(head);
	const char *to = strstr(from, ".Xc\n");
	assert_non_null(to);
	free(head);
	return mem_textn(from, (size_t)(to - from));
}

static void add_option(struct buf *out, enum option which)
{
	const struct option_row *row = option_row(which);
	buf_format(out, "%s Fl Fl %s", row->many ? ".Oo" : ".Op", row->name);
	if (row->argument)
		buf_format(out, "%s Ar %s", row->may ? " Op" : "", row->argument);
	buf_format(out, "%s\n", row->many ? " Oc Ns …" : "");
}

static void test_options(void **state)
{
	struct buf page = { 0 }, wanted = { 0 };
	(void)state;
	read_page("certary.1", &page);
	char *text = section(&page, "COMMANDS"), *before = section(&page, "OPTIONS");
	for (size_t i = 0; i < command_table.count; i++) {
		const struct command_row *row = &command_table.rows[i];
		char *found = synopsis(text, row->name);
		for (int o = 0; o < OPTION_COUNT; o++)
			if (command_takes(row, (enum option)o))
				add_option(&wanted, (enum option)o);
		assert_true(text_starts(found, buf_text(&wanted)));
		assert_null(strstr(found + wanted.len, "Fl"));
		assert_true(!row->words == !found[wanted.len]);
		buf_cut(&wanted, 0);
		free(found);
	}
	/* Each is described, with the commands that take it or before them. */
	for (int o = 0; o < OPTION_COUNT; o++) {
		char *line = mem_format("Fl Fl %s%s", option_row((enum option)o)->name,
			option_row((enum option)o)->argument ? "" : "\n");
		char *it = mem_format(".It %s", line), *letter = mem_format(".It Fl %c , %s",
			option_letter((enum option)o) ? option_letter((enum option)o) : '-', line);
		if (!strstr(text, it) && !strstr(before, it) && !strstr(text, letter) && !strstr(before, letter))
			fail_msg("--%s isn't described", option_row((enum option)o)->name);
		free(it);
		free(letter);
		free(line);
	}
	free(text);
	free(before);
	buf_done(&page);
	buf_done(&wanted);
}

/* What is written by hand speaks of no option that isn't there. */
static void test_options_in_prose(void **state)
{
	static const char *const pages_[] = { "certary.1", "certary.conf.5", "certary-theme.5", "certary-store.5" };
	struct buf page = { 0 };
	(void)state;
	for (size_t i = 0; i < sizeof pages_ / sizeof *pages_; i++) {
		read_page(pages_[i], &page);
		for (const char *at = buf_text(&page); (at = strstr(at, "Fl Fl ")) != NULL;) {
			at += strlen("Fl Fl ");
			size_t len = strcspn(at, " \n");
			bool any = text_starts(at, "option Ns =") || text_starts(at, "option Ar");
			if (!any && !option_may_be(at, len, true) && !option_may_be(at, len, false))
				fail_msg("%s: there is no --%.*s", pages_[i], (int)len, at);
		}
	}
	buf_done(&page);
}

static void add_keys(struct buf *out, const struct keymap *map)
{
	for (size_t i = 0; i < map->count; i++)
		buf_format(out, "%s\n", map->rows[i].keys);
}

/* The keys below a title, ".Ss Import" to the next one. */
static void check_keymap(const char *text, const struct keymap *map)
{
	char *head = mem_format(".Ss %s\n", map->title);
	const char *from = strstr(text, head);
	struct buf wanted = { 0 };
	if (!from)
		fail_msg("no keys of %s", map->title);
	from += strlen(head);
	const char *to = strstr(from, ".Ss ");
	char *part = to ? mem_textn(from, (size_t)(to - from)) : mem_text(from);
	add_keys(&wanted, map);
	same(lines_of(part, ".It Ic "), &wanted);
	free(part);
	free(head);
	buf_done(&wanted);
}

static void test_keys(void **state)
{
	struct buf page = { 0 };
	(void)state;
	read_page("certary.1", &page);
	char *text = section(&page, "KEYS"), *titles = lines_of(text, ".Ss ");
	size_t maps = 1, found = 0;
	check_keymap(text, &everywhere_keys);
	for (int i = 0; i < PAGE_COUNT; i++) {
		bool again = false;
		for (int k = 0; k < i; k++)
			again |= pages[k].keys == pages[i].keys;
		check_keymap(text, pages[i].keys);
		maps += !again;
	}
	for (size_t i = 0; form_keymap(i); i++, maps++)
		check_keymap(text, form_keymap(i));
	for (const char *p = titles; *p; p++)
		found += *p == '\n';
	assert_int_equal(found, maps);
	free(titles);
	free(text);
	buf_done(&page);
}

/* --- the others -------------------------------------------------------------------------------- */

static void test_settings(void **state)
{
	struct buf page = { 0 }, wanted = { 0 };
	(void)state;
	read_page("certary.conf.5", &page);
	char *text = section(&page, "SETTINGS"), *found = lines_of(text, ".It Va ");
	const char *at = found;
	for (int i = 0; i < SETTING_COUNT; i++) {
		char *name = mem_format("%s No = Li ", setting_row((enum setting)i)->name);
		assert_true(text_starts(at, name));
		at += strcspn(at, "\n") + 1;
		free(name);
	}
	assert_string_equal(at, "");
	free(found);
	free(text);
	buf_done(&page);
	buf_done(&wanted);
}

static void test_roles(void **state)
{
	struct buf page = { 0 }, wanted = { 0 };
	(void)state;
	read_page("certary-theme.5", &page);
	char *text = section(&page, "ROLES");
	for (size_t i = 0; i < ROLE_COUNT; i++)
		buf_format(&wanted, "%s\n", role_rows[i].name);
	same(lines_of(text, ".It Va "), &wanted);
	free(text);
	/* The words for looks are words for looks. */
	text = section(&page, "LOOKS");
	char *words = lines_of(text, ".It Cm ");
	for (char *state_ = NULL, *word = strtok_r(words, " \n", &state_); word;
		word = strtok_r(NULL, " \n", &state_)) {
		struct look looks[DEPTH_COUNT];
		assert_true(looks_parse(looks, word, NULL));
	}
	free(words);
	free(text);
	buf_done(&page);
	buf_done(&wanted);
}

static void test_folders(void **state)
{
	struct buf page = { 0 };
	(void)state;
	read_page("certary-store.5", &page);
	char *text = section(&page, "FILES");
	for (int i = 0; i < FOLDER_ROOT; i++) {
		char *line = mem_format(".It Pa %s/\n", folder_row(i)->name);
		if (!strstr(text, line) || !*folder_help(i))
			fail_msg("%s: src/store/folder.c says nothing about it", folder_row(i)->name);
		free(line);
	}
	free(text);
	buf_done(&page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_commands),
		cmocka_unit_test(test_options),
		cmocka_unit_test(test_options_in_prose),
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_settings),
		cmocka_unit_test(test_roles),
		cmocka_unit_test(test_folders),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
