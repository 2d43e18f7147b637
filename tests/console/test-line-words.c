#include "console/line-words.h"

#include "support/unit.h"

#include <string.h>

/* "a|b|c": the words of a line, in one text. */
static void splits(const char *line, const char *expected)
{
	struct buf bytes = { 0 }, all = { 0 };
	size_t starts[LINE_WORDS_MOST], count = line_split(line, &bytes, starts);
	for (size_t i = 0; i < count; i++) {
		buf_text_add(&all, i ? "|" : "");
		buf_text_add(&all, bytes.data + starts[i]);
	}
	assert_string_equal(buf_text(&all), expected);
	buf_done(&bytes);
	buf_done(&all);
}

static void test_split(void **state)
{
	(void)state;
	splits("", "");
	splits("   ", "");
	splits("list", "list");
	splits("  show   wiki  ", "show|wiki");
	splits("note wiki 'two words'", "note|wiki|two words");
	splits("note wiki \"it's\"", "note|wiki|it's");
	splits("a'b c'd", "ab cd"); /* a word goes on behind a quote */
	splits("note wiki ''", "note|wiki|"); /* an empty one is a word */
	splits("a\\ b \\' \"\\\"\"", "a b|'|\"");
	splits("'\\n'", "\\n"); /* within these it is itself */
	splits("a\\", "a\\");
	splits("$HOME `id` a;b *", "$HOME|`id`|a;b|*");
	splits("'never closed", "never closed");
}

static void test_split_too_many(void **state)
{
	struct buf line = { 0 }, bytes = { 0 };
	size_t starts[LINE_WORDS_MOST];
	(void)state;
	for (size_t i = 0; i < LINE_WORDS_MOST; i++)
		buf_text_add(&line, "w ");
	assert_int_equal(line_split(buf_text(&line), &bytes, starts), LINE_WORDS_MOST);
	assert_string_equal(bytes.data + starts[LINE_WORDS_MOST - 1], "w");
	buf_text_add(&line, "w w w");
	buf_cut(&bytes, 0);
	assert_int_equal(line_split(buf_text(&line), &bytes, starts), LINE_WORDS_MOST + 1);
	buf_done(&line);
	buf_done(&bytes);
}

struct words {
	struct buf bytes;
	const char *at[LINE_WORDS_MOST];
	size_t count;
};

static struct words words_of(const char *line)
{
	struct words words = { 0 };
	size_t starts[LINE_WORDS_MOST];
	words.count = line_split(line, &words.bytes, starts);
	for (size_t i = 0; i < words.count; i++)
		words.at[i] = words.bytes.data + starts[i];
	return words;
}

static bool changes(const char *line)
{
	struct words words = words_of(line);
	bool is = line_changes(words.at, words.count);
	buf_done(&words.bytes);
	return is;
}

static void test_changes(void **state)
{
	(void)state;
	assert_true(changes("trust wiki"));
	assert_true(changes("endpoint remove wiki")); /* a command of two words */
	assert_true(changes("--store /srv/store trust wiki")); /* an option takes its word along */
	assert_true(changes("trust -- --yes")); /* a name, and no option */
	assert_false(changes("list"));
	assert_false(changes("endpoint list"));
	assert_false(changes("nonsense"));
	assert_false(changes(""));
}

/* Whoever says what is to be done isn't asked about it. */
static void test_changes_is_answered(void **state)
{
	(void)state;
	assert_false(changes("trust wiki --yes"));
	assert_false(changes("--dry-run trust wiki"));
	assert_false(changes("trust --help"));
	assert_false(changes("-- trust wiki"));
}

static void drops(const char *line, const char *expected)
{
	struct words words = words_of(line);
	struct buf all = { 0 };
	words.count = line_drop_answers(words.at, words.count);
	for (size_t i = 0; i < words.count; i++) {
		buf_text_add(&all, i ? " " : "");
		buf_text_add(&all, words.at[i]);
	}
	assert_string_equal(buf_text(&all), expected);
	buf_done(&words.bytes);
	buf_done(&all);
}

static void test_drop_answers(void **state)
{
	(void)state;
	drops("trust wiki", "trust wiki");
	drops("--yes trust --dry-run wiki --yes", "trust wiki");
	drops("'--yes' trust wiki", "trust wiki"); /* quotes hide nothing */
	drops("trust -- --yes", "trust -- --yes");
}

static void may_be_read(const char *line, const char *refused)
{
	struct words words = words_of(line);
	struct error err = { 0 };
	assert_int_equal(line_may_be_read(words.at, words.count, &err), refused == NULL);
	if (refused)
		assert_non_null(strstr(err.text, refused));
	buf_done(&words.bytes);
}

static void test_may_be_read(void **state)
{
	(void)state;
	may_be_read("trust wiki", NULL);
	may_be_read("list", NULL);
	may_be_read("rm -rf /", "no command");
	may_be_read("--store /elsewhere trust wiki", "names a store");
	may_be_read("trust wiki --store=/elsewhere", "names a store");
	may_be_read("trust wiki --config /other", "names a store");
	may_be_read("trust -- --store", NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_split),
		cmocka_unit_test(test_split_too_many),
		cmocka_unit_test(test_changes),
		cmocka_unit_test(test_changes_is_answered),
		cmocka_unit_test(test_drop_answers),
		cmocka_unit_test(test_may_be_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
