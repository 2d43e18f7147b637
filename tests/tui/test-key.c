#include "support/unit.h"

#include <string.h>

#include "tui/key.h"

static void test_names_and_back(void **state)
{
	static const char *const names[] = { "j", "/", "?", "-", "C-l", "C--", "M-x", "C-M-x", "F1",
		"F12", "Enter", "Tab", "S-Tab", "Esc", "PgUp", "PgDn", "Space", "C-Space", "Home",
		"Insert", "Delete", "Backspace", "S-Up", "C-M-S-PgDn", "\xc3\xa4", "C", "M", "S" };
	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct key key;
		char name[KEY_NAME];
		assert_true(key_parse(names[i], &key));
		assert_string_equal(key_spell(name, &key), names[i]);
		assert_true(key_is(&key, names[i]));
	}
}

static void test_no_names(void **state)
{
	static const char *const names[] = { "", " ", "jj", "C-", "X-a", "F13", "enter", "C-Escape",
		"\xff", "\x01" };
	struct key key;
	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (key_parse(names[i], &key) && strcmp(names[i], "C-") != 0)
			fail_msg("'%s' is a key", names[i]);
}

static void test_key_without_a_name(void **state)
{
	struct key key = { .code = K_PASTE };
	char name[KEY_NAME];
	(void)state;
	assert_string_equal(key_spell(name, &key), "none");
	assert_false(key_parse("none", &key));
}

static void test_text(void **state)
{
	static const struct {
		uint32_t code;
		unsigned mods;
		bool text;
	} cases[] = {
		{ 'a', 0, true }, { ' ', 0, true }, { 0xe4, 0, true }, { 0x65e5, 0, true },
		{ 'a', K_CTRL, false }, { 'a', K_ALT, false }, { K_ENTER, 0, false },
		{ 0x7f, 0, false }, { 0x9b, 0, false }, { 0x202e, 0, false }, { 0x200b, 0, false },
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct key key = { .code = cases[i].code, .mods = cases[i].mods };
		assert_int_equal(key_is_text(&key), cases[i].text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names_and_back),
		cmocka_unit_test(test_no_names),
		cmocka_unit_test(test_key_without_a_name),
		cmocka_unit_test(test_text),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
