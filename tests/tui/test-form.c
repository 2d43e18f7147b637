#include "support/unit.h"

#include <locale.h>
#include <string.h>

#include "base/text.h"
#include "tui/form-demo.h"

static enum reaction press(struct form *form, const char *name)
{
	struct key key;
	assert_true(key_parse(name, &key));
	return form_key(form, &key);
}

/* Keys by name with blanks between them. */
static void keys(struct form *form, const char *names)
{
	char name[KEY_NAME];
	while (*names) {
		size_t len = strcspn(names, " ");
		memcpy(name, names, len);
		name[len] = '\0';
		assert_int_not_equal(press(form, name), REACT_UNHANDLED);
		names += len + (names[len] == ' ');
	}
}

static void paste(struct form *form, const char *text)
{
	struct key key = { .code = K_PASTE, .paste = text, .paste_len = strlen(text) };
	form_key(form, &key);
}

static void say(struct form *form, enum role role, const char *key, const char *text)
{
	struct rows rows = { 0 };
	rows_add(&rows, role, key, text);
	form_say(form, &rows);
	assert_int_equal(rows.count, 0);
}

static void check_focus(const struct form *form, const char *key)
{
	if (key)
		assert_string_equal(form_focused(form), key);
	else
		assert_null(form_focused(form));
}

/* Everything that is needed, so that only what a test adds can refuse. */
static struct form *filled(void)
{
	struct form *form = demo_form();
	form_set(form, "cn", "mail");
	form_set(form, "pass", "secret");
	form_set(form, "again", "secret");
	return form;
}

static void test_moving(void **state)
{
	static const char *const down[] = { "names", "org", "profile", "days", "key", "seal",
		"pass", "again", NULL, "cn" };
	struct form *form = demo_form();
	(void)state;
	check_focus(form, "cn");
	for (size_t i = 0; i < sizeof down / sizeof *down; i++) {
		keys(form, i % 2 ? "Tab" : "Down");
		check_focus(form, down[i]);
	}
	keys(form, "S-Tab");
	check_focus(form, NULL);
	keys(form, "Up");
	check_focus(form, "again");
	form_focus(form, "days");
	check_focus(form, "days");
	form_focus(form, "where"); /* nothing to do there */
	form_focus(form, "nothing like it");
	check_focus(form, "days");
	form_free(form);
}

/* Enter alone goes through all of it, opening and taking what there is to choose. */
static void test_enter_goes_through(void **state)
{
	struct form *form = filled();
	(void)state;
	keys(form, "Enter");
	paste(form, "a.example");
	keys(form, "Enter Enter");
	check_focus(form, "org");
	keys(form, "Enter Enter Down Enter");
	check_focus(form, "days");
	assert_int_equal(form_choice(form, "profile"), 1);
	keys(form, "Enter Enter Enter Enter Enter Enter");
	check_focus(form, NULL);
	assert_int_equal(press(form, "Enter"), REACT_ACCEPT);
	assert_int_equal(form_list_count(form, "names"), 1);
	form_free(form);
}

static void test_leaving_and_accepting(void **state)
{
	static const char *const unknown[] = { "F1", "C-l", "M-x", "F5", "C-z" };
	struct form *form = filled();
	(void)state;
	for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++)
		assert_int_equal(press(form, unknown[i]), REACT_UNHANDLED);
	assert_int_equal(press(form, "Esc"), REACT_CLOSE);
	assert_int_equal(press(form, "C-c"), REACT_CLOSE);
	assert_int_equal(press(form, "F10"), REACT_ACCEPT);
	assert_int_equal(press(form, "C-s"), REACT_ACCEPT);
	keys(form, "S-Tab");
	check_focus(form, NULL);
	assert_int_equal(press(form, "q"), REACT_NONE); /* not the owner's */
	form_focus(form, "seal");
	assert_int_equal(press(form, "q"), REACT_NONE);
	form_free(form);
}

static void test_text(void **state)
{
	struct form *form = demo_form();
	size_t before = form_changed(form);
	(void)state;
	keys(form, "a c Left b");
	assert_string_equal(form_text(form, "cn"), "abc");
	assert_int_equal(form_changed(form), before + 3);
	keys(form, "Home Right End C-a");
	assert_int_equal(form_changed(form), before + 3);
	paste(form, "x\033[31m\r\n\xff\xe2\x80\xaey");
	assert_string_equal(form_text(form, "cn"), "x[31m yabc");
	keys(form, "C-u");
	assert_string_equal(form_text(form, "cn"), "abc");
	assert_string_equal(form_text(form, "profile"), "");
	assert_string_equal(form_text(form, "nothing like it"), "");
	form_free(form);
}

static void test_number(void **state)
{
	struct form *form = filled();
	long days = -1;
	(void)state;
	assert_true(form_number(form, "days", &days));
	assert_int_equal(days, 90);
	form_focus(form, "days");
	keys(form, "End 0 0 x - Space");
	assert_string_equal(form_text(form, "days"), "9000");
	assert_false(form_number(form, "days", &days));
	assert_int_equal(days, 90);
	form_focus(form, "cn");
	assert_int_equal(press(form, "F10"), REACT_REPAINT);
	check_focus(form, "days");
	keys(form, "C-u");
	assert_int_equal(press(form, "F10"), REACT_REPAINT); /* needed */
	paste(form, " 398 days\n");
	assert_true(form_number(form, "days", &days));
	assert_int_equal(days, 398);
	form_set(form, "days", "99999999999999999999999");
	assert_false(form_number(form, "days", &days));
	assert_false(form_number(form, "cn", &days));
	form_free(form);
}

static void test_choice(void **state)
{
	struct form *form = filled();
	(void)state;
	form_focus(form, "key");
	keys(form, "Space Right");
	assert_int_equal(form_choice(form, "key"), 2);
	keys(form, "Space Left");
	assert_int_equal(form_choice(form, "key"), 2);
	keys(form, "e Esc"); /* Esc leaves the options, not the form, and changes nothing */
	assert_int_equal(form_choice(form, "key"), 2);
	keys(form, "e e Space"); /* ECDSA, then Ed25519 */
	assert_int_equal(form_choice(form, "key"), 1);
	check_focus(form, "key");
	size_t before = form_changed(form);
	assert_int_equal(press(form, "z"), REACT_NONE); /* no option begins so: nothing opens */
	assert_int_equal(press(form, "Esc"), REACT_CLOSE);
	keys(form, "Enter End Enter");
	assert_int_equal(form_choice(form, "key"), 2);
	assert_int_equal(form_changed(form), before + 1);
	form_set_choice(form, "key", 3);
	assert_int_equal(form_choice(form, "key"), 2);
	form_free(form);
}

/* Done means done, with the option under the cursor, not one key for the box and one for the form. */
static void test_accepting_with_options_open(void **state)
{
	struct form *form = filled();
	(void)state;
	form_focus(form, "profile");
	size_t chosen = form_choice(form, "profile");
	keys(form, "Enter Down");
	assert_int_equal(press(form, "F10"), REACT_ACCEPT);
	assert_int_equal(form_choice(form, "profile"), chosen + 1);
	form_free(form);
}

static void test_prefilled(void **state)
{
	struct form *form = filled();
	(void)state;
	form_focus(form, "cn");
	keys(form, "a b");
	assert_string_equal(form_text(form, "cn"), "ab");
	form_set(form, "cn", "web"); /* somebody was there: nothing is thrown away */
	keys(form, "x");
	assert_string_equal(form_text(form, "cn"), "webx");
	form_free(form);
}

static void test_options_of_the_owner(void **state)
{
	char label[] = "first";
	struct form_option options[] = { { label, NULL }, { "second", "x" } };
	struct form *form = filled();
	(void)state;
	form_set_choice(form, "key", 2);
	form_options(form, "key", options, 2);
	label[0] = 'X';
	assert_int_equal(form_choice(form, "key"), 0);
	form_focus(form, "key");
	keys(form, "Left f Enter"); /* the one that it was called when it was copied */
	assert_int_equal(form_choice(form, "key"), 0);
	form_focus(form, "key");
	form_options(form, "key", NULL, 0);
	keys(form, "Space Left Enter f Tab");
	check_focus(form, "seal");
	form_draw(form, (struct area){ 0, 0, 24, 80 });
	form_free(form);
}

static void test_yes_no(void **state)
{
	struct form *form = demo_form();
	(void)state;
	form_focus(form, "seal");
	keys(form, "Space");
	assert_false(form_yes(form, "seal"));
	keys(form, "Left y y");
	assert_true(form_yes(form, "seal"));
	keys(form, "n");
	assert_false(form_yes(form, "seal"));
	assert_false(form_yes(form, "cn"));
	form_free(form);
}

static void check_names(const struct form *form, size_t count, const char *const names[])
{
	assert_int_equal(form_list_count(form, "names"), count);
	for (size_t i = 0; i < count; i++)
		assert_string_equal(form_list_at(form, "names", i), names[i]);
	assert_string_equal(form_list_at(form, "names", count), "");
}

#define CHECK_NAMES(form, ...)                                                                     \
	check_names(form, sizeof(const char *[]){ __VA_ARGS__ } / sizeof(char *),                  \
		(const char *const[]){ __VA_ARGS__ })

static void test_list(void **state)
{
	struct form *form = demo_form();
	(void)state;
	form_focus(form, "names");
	keys(form, "a Enter b Enter c");
	CHECK_NAMES(form, "a", "b", "c");
	keys(form, "Up Enter d"); /* between b and c */
	CHECK_NAMES(form, "a", "b", "d", "c");
	keys(form, "Backspace Backspace"); /* the letter, then the line */
	CHECK_NAMES(form, "a", "b", "c");
	keys(form, "x");
	CHECK_NAMES(form, "a", "bx", "c");
	keys(form, "Up Up");
	check_focus(form, "cn");
	keys(form, "Down Down Down Down");
	check_focus(form, "org");
	keys(form, "Up");
	check_focus(form, "names");
	keys(form, "y"); /* from below one comes to the last line */
	CHECK_NAMES(form, "a", "bx", "cy");
	keys(form, "Enter Enter"); /* an empty line goes on, and isn't kept */
	check_focus(form, "org");
	CHECK_NAMES(form, "a", "bx", "cy");
	form_free(form);
}

static void test_removing_lines(void **state)
{
	struct form *form = demo_form();
	(void)state;
	form_list_add(form, "names", "a");
	form_list_add(form, "names", "b");
	form_focus(form, "names");
	keys(form, "Backspace Backspace"); /* the first line: the second one moves up */
	CHECK_NAMES(form, "b");
	keys(form, "End Backspace Backspace Backspace");
	assert_int_equal(form_list_count(form, "names"), 0);
	keys(form, "x Enter Tab");
	CHECK_NAMES(form, "x");
	form_list_clear(form, "names");
	assert_int_equal(form_list_count(form, "names"), 0);
	assert_int_equal(form_list_count(form, "cn"), 0);
	form_free(form);
}

static void test_pasted_lines(void **state)
{
	struct form *form = demo_form();
	size_t before = form_changed(form);
	(void)state;
	form_focus(form, "names");
	paste(form, "a.example\r\n\r\n\t b.ex\033ample \n\xe6\x97\xa5\xe6\x9c\xac\n");
	CHECK_NAMES(form, "a.example", "b.example", "\xe6\x97\xa5\xe6\x9c\xac");
	assert_true(form_changed(form) > before);
	keys(form, "Enter");
	paste(form, "c\nd");
	CHECK_NAMES(form, "a.example", "b.example", "\xe6\x97\xa5\xe6\x9c\xac", "c", "d");
	paste(form, "\n\n");
	paste(form, "");
	assert_int_equal(form_list_count(form, "names"), 5);
	form_free(form);
}

/* What finds no place is told, not lost in silence. */
static void test_too_many_lines(void **state)
{
	static char many[4 * FORM_LIST_MOST + 5];
	struct form *form = filled();
	(void)state;
	for (size_t i = 0; i <= FORM_LIST_MOST; i++)
		memcpy(many + 4 * i, "abc\n", 4);
	form_focus(form, "names");
	paste(form, many);
	assert_int_equal(form_list_count(form, "names"), FORM_LIST_MOST);
	form_list_add(form, "names", "one more");
	keys(form, "Enter"); /* no room for another: it goes on */
	check_focus(form, "org");
	assert_int_equal(form_list_count(form, "names"), FORM_LIST_MOST);
	assert_int_equal(press(form, "F10"), REACT_ACCEPT); /* a warning, no refusal */
	form_free(form);
}

static void test_refused_fields(void **state)
{
	struct form *form = filled();
	(void)state;
	say(form, ROLE_ERROR, "org", "is unknown");
	assert_int_equal(press(form, "F10"), REACT_REPAINT);
	check_focus(form, "org");
	say(form, ROLE_WARNING, "org", "is unusual");
	assert_int_equal(press(form, "F10"), REACT_ACCEPT);
	say(form, ROLE_ERROR, NULL, "the store is full");
	assert_int_equal(press(form, "F10"), REACT_REPAINT);
	check_focus(form, NULL);
	say(form, ROLE_ERROR, "nothing like it", "is about nothing");
	assert_int_equal(press(form, "F10"), REACT_REPAINT);
	form_set(form, "cn", "  "); /* the first one that is refused */
	assert_int_equal(press(form, "F10"), REACT_REPAINT);
	check_focus(form, "cn");
	form_free(form);
}

static void test_refused_lines(void **state)
{
	struct form *form = filled();
	(void)state;
	form_focus(form, "names");
	paste(form, "a\n\nb\nc");
	say(form, ROLE_ERROR, "names.1", "b is no name");
	keys(form, "Tab");
	assert_int_equal(press(form, "F10"), REACT_REPAINT);
	check_focus(form, "names");
	keys(form, "!");
	CHECK_NAMES(form, "a", "b!", "c");
	say(form, ROLE_ERROR, "names.99999999999999999999", "is no line");
	assert_int_equal(press(form, "F10"), REACT_REPAINT);
	check_focus(form, "names");
	say(form, ROLE_ERROR, "cn.7", "has one line only");
	assert_int_equal(press(form, "F10"), REACT_REPAINT);
	check_focus(form, "cn");
	form_free(form);
}

static void test_secrets_are_repeated(void **state)
{
	struct form *form = filled();
	(void)state;
	form_set(form, "again", "secreT");
	assert_int_equal(press(form, "F10"), REACT_REPAINT);
	check_focus(form, "again");
	form_show(form, "again", false); /* where nobody sees it, it needn't be right */
	check_focus(form, NULL);
	assert_int_equal(press(form, "F10"), REACT_ACCEPT);
	form_free(form);
}

static void test_hidden_and_disabled(void **state)
{
	struct form *form = demo_form();
	(void)state;
	form_show(form, "cn", false);
	check_focus(form, "names");
	form_enable(form, "names", false);
	check_focus(form, "org");
	form_show(form, "pass", false);
	form_show(form, "again", false);
	assert_int_equal(press(form, "F10"), REACT_ACCEPT);
	keys(form, "S-Tab");
	check_focus(form, NULL);
	say(form, ROLE_ERROR, "cn", "is refused though nobody sees it");
	assert_int_equal(press(form, "F10"), REACT_REPAINT);
	check_focus(form, NULL);
	form_show(form, "cn", true);
	form_enable(form, "names", true);
	keys(form, "Tab");
	check_focus(form, "cn");
	for (size_t i = 0; i < DEMO_COUNT; i++)
		if (demo_fields[i].key)
			form_show(form, demo_fields[i].key, false);
	check_focus(form, NULL);
	keys(form, "Tab Tab S-Tab PgUp PgDn");
	check_focus(form, NULL);
	form_draw(form, (struct area){ 0, 0, 24, 80 });
	form_free(form);
}

static void to_pem(void *ctx, struct buf *text, struct buf *choices)
{
	size_t *asked = ctx;
	(*asked)++;
	if (strcmp(buf_text(text), "web") == 0)
		buf_text_add(text, ".pem");
	buf_text_add(choices, "web.pem");
}

/* Tab adds what there is to be added, and else goes on as everywhere. */
static void test_completing(void **state)
{
	static const struct form_field fields[] = {
		{ .key = "file", .label = "File", .kind = FORM_TEXT, .flags = FORM_COMPLETES },
		{ .key = "note", .label = "Note", .kind = FORM_TEXT },
	};
	struct form *form = form_new("Demo", "Go", fields, 2);
	size_t asked = 0;
	(void)state;
	form_complete(form, to_pem, &asked);
	keys(form, "Tab");
	check_focus(form, "note");
	assert_int_equal(asked, 0); /* nothing was typed */
	keys(form, "w e b Tab");
	check_focus(form, NULL);
	assert_int_equal(asked, 0);
	keys(form, "Tab w e b");
	size_t before = form_changed(form);
	keys(form, "Tab");
	check_focus(form, "file");
	assert_string_equal(form_text(form, "file"), "web.pem");
	assert_int_not_equal(form_changed(form), before);
	keys(form, "Tab");
	check_focus(form, "note");
	asked = 0;
	form_set(form, "file", "web");
	keys(form, "Tab Tab Tab");
	check_focus(form, "note"); /* what was proposed isn't what somebody types */
	assert_string_equal(form_text(form, "file"), "web");
	assert_int_equal(asked, 0);
	form_free(form);
}

static void test_no_fields(void **state)
{
	struct form *form = form_new("Nothing", "OK", NULL, 0);
	(void)state;
	keys(form, "Tab S-Tab PgDn PgUp x");
	paste(form, "text");
	form_draw(form, (struct area){ 0, 0, 24, 80 });
	assert_int_equal(press(form, "Enter"), REACT_ACCEPT);
	form_free(form);
}

static void test_pages(void **state)
{
	struct form *form = filled();
	(void)state;
	form_draw(form, (struct area){ 0, 0, 12, 40 });
	keys(form, "PgDn");
	check_focus(form, "org"); /* five rows on */
	keys(form, "PgDn PgDn PgDn PgDn PgDn PgDn PgDn PgDn");
	check_focus(form, NULL);
	keys(form, "PgUp PgUp PgUp PgUp PgUp PgUp PgUp PgUp PgUp");
	check_focus(form, "cn");
	form_draw(form, (struct area){ 0, 0, 60, 80 });
	keys(form, "PgDn");
	check_focus(form, NULL);
	form_free(form);
}

static void test_any_size(void **state)
{
	(void)state;
	struct form *form = demo_form();
	say(form, ROLE_WARNING, "names.0", "a sentence that is much longer than most places are");
	for (int rows = 0; rows < 40; rows++)
		for (int cols = 0; cols < 120; cols += cols < 8 ? 1 : 7) {
			struct area area = { 0, 0, rows, cols };
			form_draw(form, area);
			keys(form, rows % 2 ? "Tab" : "PgDn");
			form_draw(form, area);
			form_focus(form, "key");
			keys(form, "Enter");
			form_draw(form, area);
			keys(form, "Esc");
		}
	form_free(form);
}

static void test_key_tables(void **state)
{
	struct buf faults = { 0 };
	struct rows rows = { 0 };
	size_t count = 0;
	(void)state;
	for (const struct keymap *map; (map = form_keymap(count)) != NULL; count++) {
		assert_true(keymap_check(map, &faults));
		keymap_help(&rows, map, 0);
	}
	assert_true(count >= 4);
	assert_true(rows.count > 15);
	rows_done(&rows);
	buf_done(&faults);
}

static void test_tables_of_fields(void **state)
{
	static const struct form_option nameless[] = { { NULL, NULL } };
	static const struct form_field bad[] = {
		{ .key = "a", .label = "A", .help = "a", .kind = FORM_TEXT },
		{ .key = "a", .label = "A", .help = "a", .kind = FORM_TEXT },
		{ .key = "b.c", .label = "A", .help = "a", .kind = FORM_TEXT },
		{ .label = "A", .help = "a", .kind = FORM_TEXT },
		{ .key = "d", .help = "a", .kind = FORM_TEXT },
		{ .key = "e", .label = "A", .kind = FORM_TEXT },
		{ .key = "f", .label = "A", .help = "a", .kind = FORM_NUMBER },
		{ .key = "g", .label = "A", .help = "a", .kind = FORM_SECRET, .match = "g" },
		{ .key = "h", .label = "A", .help = "a", .kind = FORM_SECRET, .match = "none" },
		{ .key = "i",
			.label = "A",
			.help = "a",
			.kind = FORM_CHOICE,
			.options = nameless,
			.option_count = 1 },
	};
	struct buf faults = { 0 };
	(void)state;
	assert_true(form_check(demo_fields, DEMO_COUNT, &faults));
	assert_int_equal(faults.len, 0);
	assert_true(form_check(bad, 1, &faults));
	for (size_t i = 1; i < sizeof bad / sizeof *bad; i++)
		assert_false(
			i == 1 ? form_check(bad, 2, &faults) : form_check(bad + i, 1, &faults));
	buf_done(&faults);
}

int main(void)
{
	setlocale(LC_ALL, "C.UTF-8");
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_moving),
		cmocka_unit_test(test_enter_goes_through),
		cmocka_unit_test(test_leaving_and_accepting),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_number),
		cmocka_unit_test(test_choice),
		cmocka_unit_test(test_accepting_with_options_open),
		cmocka_unit_test(test_prefilled),
		cmocka_unit_test(test_options_of_the_owner),
		cmocka_unit_test(test_yes_no),
		cmocka_unit_test(test_list),
		cmocka_unit_test(test_removing_lines),
		cmocka_unit_test(test_pasted_lines),
		cmocka_unit_test(test_too_many_lines),
		cmocka_unit_test(test_refused_fields),
		cmocka_unit_test(test_refused_lines),
		cmocka_unit_test(test_secrets_are_repeated),
		cmocka_unit_test(test_hidden_and_disabled),
		cmocka_unit_test(test_completing),
		cmocka_unit_test(test_no_fields),
		cmocka_unit_test(test_pages),
		cmocka_unit_test(test_any_size),
		cmocka_unit_test(test_key_tables),
		cmocka_unit_test(test_tables_of_fields),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
