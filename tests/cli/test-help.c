#include "cli/help.h"

#include "support/unit.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "support/families.h"
#include "support/term.h"

/* As wide as the screen that it is made for, and no blank at a line's end. */
static void fits(const char *text)
{
	while (*text) {
		size_t len = strcspn(text, "\n");
		char line[400];
		assert_true(len < sizeof line);
		memcpy(line, text, len);
		line[len] = '\0';
		if (text_width(line) > HELP_COLUMNS || (len && line[len - 1] == ' '))
			fail_msg("\"%s\" doesn't fit", line);
		text += len + (text[len] == '\n');
	}
}

static void test_certary_fits(void **state)
{
	struct buf out = { 0 };
	(void)state;
	help_overview(&command_table, &out);
	fits(buf_text(&out));
	for (size_t i = 0; i < command_table.count; i++) {
		buf_cut(&out, 0);
		help_command(&command_table.rows[i], &out);
		fits(buf_text(&out));
		assert_true(text_starts(buf_text(&out), "certary "));
	}
	buf_done(&out);
}

/* A line in the overview is a command: nothing else in its paragraphs is indented. */
static void test_a_line_for_each_command(void **state)
{
	struct buf out = { 0 };
	size_t lines = 0;
	(void)state;
	help_overview(&command_table, &out);
	const char *text = buf_text(&out), *end = strstr(text, "\nOptions");
	assert_non_null(end);
	for (; text < end; text += strcspn(text, "\n") + 1) {
		if (text[0] != ' ')
			continue;
		assert_true(lines < command_table.count);
		const struct command_row *row = &command_table.rows[lines++];
		char *whole = mem_format("  %s%s%s  ", row->name, row->words ? " " : "",
			row->words ? row->words : "");
		assert_true(text_starts(text, whole)); /* no cell was cut */
		free(whole);
	}
	assert_int_equal(lines, command_table.count);
	buf_done(&out);
}

static void words(struct buf *out, const char *first, const char *second, size_t count)
{
	char *list[2] = { (char *)first, (char *)second };
	struct error err = { 0 };
	assert_true(help_words(&families, list, count, out, &err));
}

static void test_families(void **state)
{
	struct buf out = { 0 };
	(void)state;
	words(&out, NULL, NULL, 0);
	buf_text_add(&out, "----\n");
	words(&out, "vault", NULL, 1);
	buf_text_add(&out, "----\n");
	words(&out, "vault", "add", 2);
	buf_text_add(&out, "----\n");
	words(&out, "look", NULL, 1);
	golden_text(buf_text(&out), "help-families");
	fits(buf_text(&out));
	buf_done(&out);
}

static void refused(const char *first, const char *second, size_t count, const char *why)
{
	char *list[2] = { (char *)first, (char *)second };
	struct error err = { 0 };
	struct buf out = { 0 };
	assert_false(help_words(&families, list, count, &out, &err));
	assert_int_equal(err.code, ERROR_USAGE);
	assert_string_equal(err.text, why);
	assert_int_equal(out.len, 0);
	buf_done(&out);
}

static void test_refusals(void **state)
{
	(void)state;
	refused("vaul", NULL, 1, "help vaul: there is no such command (certary help lists them)");
	refused("vault", "x", 2, "help vault x: there is no such command; vault knows: list, show, add");
	refused("look", "x", 2, "help look x: there is no such command (certary help lists them)");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_certary_fits),
		cmocka_unit_test(test_a_line_for_each_command),
		cmocka_unit_test(test_families),
		cmocka_unit_test(test_refusals),
	};
	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
