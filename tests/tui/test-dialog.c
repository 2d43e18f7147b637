#include "support/unit.h"

#include <string.h>

#include "tui/dialog.h"

static enum dialog_answer press(struct dialog *dialog, const char *name)
{
	struct key key;
	assert_true(key_parse(name, &key));
	return dialog_key(dialog, &key);
}

static void type(struct dialog *dialog, const char *text)
{
	for (; *text; text++)
		assert_int_equal(press(dialog, *text == ' ' ? "Space" : (char[]){ *text, 0 }),
			DIALOG_PENDING);
}

static struct rows some_rows(void)
{
	struct rows rows = { 0 };
	rows_add(&rows, ROLE_VALUE, "subject", "CN=a");
	return rows;
}

/* Two more ways out of a question, each by its key and no other. */
static void test_more_ways_out(void **state)
{
	struct rows rows = some_rows();
	struct dialog *dialog = dialog_confirm("Trust?", DIALOG_DANGER, &rows, "trust");
	(void)state;
	assert_int_equal(press(dialog, "w"), DIALOG_PENDING);
	assert_int_equal(press(dialog, "L"), DIALOG_PENDING);
	dialog_third(dialog, "w", "say why");
	dialog_fourth(dialog, "L", "limits");
	assert_int_equal(press(dialog, "w"), DIALOG_THIRD);
	assert_int_equal(press(dialog, "L"), DIALOG_FOURTH);
	assert_int_equal(press(dialog, "l"), DIALOG_PENDING);
	assert_int_equal(press(dialog, "y"), DIALOG_DONE);
	dialog_free(dialog);
}

static void test_message(void **state)
{
	static const char *const names[] = { "Enter", "Esc", "q", "Space", "C-c" };
	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct rows rows = some_rows();
		struct dialog *dialog = dialog_message("Title", DIALOG_CALM, &rows);
		assert_int_equal(rows.count, 0);
		assert_int_equal(press(dialog, "j"), DIALOG_PENDING);
		assert_int_equal(press(dialog, names[i]), DIALOG_DONE);
		dialog_free(dialog);
	}
}

/* Only y does it, whatever else is pressed. */
static void test_confirm(void **state)
{
	static const char *const leave[] = { "n", "Enter", "Esc", "q", "C-c" };
	static const char *const stay[] = { "Y", "j", "Space", "Tab", "d", "C-y", "F1" };
	struct rows rows = some_rows();
	struct dialog *dialog = dialog_confirm("Delete?", DIALOG_DANGER, &rows, "delete");
	struct key paste = { .code = K_PASTE, .paste = "y", .paste_len = 1 };
	(void)state;
	for (size_t i = 0; i < sizeof leave / sizeof *leave; i++)
		assert_int_equal(press(dialog, leave[i]), DIALOG_CANCELLED);
	for (size_t i = 0; i < sizeof stay / sizeof *stay; i++)
		assert_int_equal(press(dialog, stay[i]), DIALOG_PENDING);
	assert_int_equal(dialog_key(dialog, &paste), DIALOG_PENDING);
	assert_int_equal(press(dialog, "y"), DIALOG_DONE);
	dialog_free(dialog);
}

static void test_confirm_by_word(void **state)
{
	struct rows rows = some_rows();
	struct dialog *dialog = dialog_confirm_word("Delete?", &rows, "delete", "my ca");
	(void)state;
	assert_int_equal(press(dialog, "Enter"), DIALOG_CANCELLED);
	type(dialog, "y");
	assert_int_equal(press(dialog, "Enter"), DIALOG_PENDING);
	press(dialog, "Backspace");
	type(dialog, "my ca");
	assert_int_equal(press(dialog, "Esc"), DIALOG_CANCELLED);
	assert_int_equal(press(dialog, "Enter"), DIALOG_DONE);
	dialog_free(dialog);
}

static void test_ask(void **state)
{
	struct dialog *dialog = dialog_ask("Name", NULL, "name", LINE_PLAIN, "ab");
	(void)state;
	type(dialog, "yq");
	assert_int_equal(press(dialog, "Tab"), DIALOG_PENDING);
	assert_int_equal(press(dialog, "Up"), DIALOG_PENDING);
	assert_string_equal(dialog_text(dialog), "abyq");
	assert_int_equal(press(dialog, "Esc"), DIALOG_CANCELLED);
	assert_int_equal(press(dialog, "Enter"), DIALOG_DONE);
	assert_non_null(dialog_line(dialog));
	dialog_free(dialog);
}

static void complete(void *ctx, struct buf *text, struct buf *choices)
{
	*(int *)ctx += 1;
	buf_text_add(text, "!");
	buf_text_add(choices, "one two");
}

static void test_completion(void **state)
{
	struct dialog *dialog = dialog_ask("Name", NULL, "name", LINE_PLAIN, "ab");
	int calls = 0;
	(void)state;
	dialog_complete(dialog, complete, &calls);
	assert_int_equal(press(dialog, "Tab"), DIALOG_PENDING);
	assert_string_equal(dialog_text(dialog), "ab!");
	assert_int_equal(calls, 1);
	dialog_draw(dialog, (struct area){ 0, 0, 24, 80 });
	dialog_free(dialog);
}

static void test_choose(void **state)
{
	static const struct dialog_option options[] = {
		{ .key = "p", .text = "pair", .value = 10 },
		{ .key = "r", .text = "request", .value = 20, .help = "to be signed" },
		/* a letter goes before the movement that it would be */
		{ .key = "j", .text = "other", .value = 30 },
	};
	struct dialog *dialog = dialog_choose("Create", NULL, options, 3);
	(void)state;
	assert_int_equal(press(dialog, "x"), DIALOG_PENDING);
	assert_int_equal(press(dialog, "Esc"), DIALOG_CANCELLED);
	assert_int_equal(press(dialog, "r"), DIALOG_DONE);
	assert_int_equal(dialog_value(dialog), 20);
	assert_int_equal(press(dialog, "j"), DIALOG_DONE);
	assert_int_equal(dialog_value(dialog), 30);
	press(dialog, "Down");
	assert_int_equal(press(dialog, "Enter"), DIALOG_DONE);
	assert_int_equal(dialog_value(dialog), 20);
	dialog_free(dialog);
	dialog = dialog_choose("None", NULL, NULL, 0);
	assert_int_equal(press(dialog, "Enter"), DIALOG_CANCELLED);
	dialog_free(dialog);
}

static void test_wait(void **state)
{
	struct dialog *dialog = dialog_wait("Probing", "connecting");
	(void)state;
	dialog_say(dialog, "waiting for the answer");
	assert_int_equal(press(dialog, "Enter"), DIALOG_PENDING);
	assert_int_equal(press(dialog, "q"), DIALOG_PENDING);
	assert_int_equal(press(dialog, "Esc"), DIALOG_CANCELLED);
	assert_string_equal(dialog_text(dialog), "");
	assert_null(dialog_line(dialog));
	dialog_free(dialog);
}

static void test_any_size(void **state)
{
	static const struct dialog_option options[] = {
		{ .key = "p", .text = "pair", .value = 1, .help = "nobody trusts it" },
		{ .key = "r", .text = "request", .value = 2 },
	};
	(void)state;
	for (int rows = 0; rows < 30; rows++)
		for (int cols = 0; cols < 90; cols += 3) {
			struct rows text = some_rows();
			struct dialog *dialogs[] = {
				dialog_confirm("A long title for a box", DIALOG_DANGER, &text, "x"),
				dialog_choose("Create", NULL, options, 2),
				dialog_ask("Name", NULL, "name", LINE_MASKED, "secret"),
				dialog_confirm_word("Delete", NULL, "delete", "word"),
			};
			for (size_t i = 0; i < sizeof dialogs / sizeof *dialogs; i++) {
				dialog_draw(dialogs[i], (struct area){ 0, 0, rows, cols });
				dialog_free(dialogs[i]);
			}
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_message),
		cmocka_unit_test(test_more_ways_out),
		cmocka_unit_test(test_confirm),
		cmocka_unit_test(test_confirm_by_word),
		cmocka_unit_test(test_ask),
		cmocka_unit_test(test_completion),
		cmocka_unit_test(test_choose),
		cmocka_unit_test(test_wait),
		cmocka_unit_test(test_any_size),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
