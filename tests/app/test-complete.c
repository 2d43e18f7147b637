#include "app/complete.h"

#include "support/unit.h"

#include <string.h>

#include "base/buf.h"
#include "support/families.h"

#define BREAKS " \t\n\"'><=;|&(:"

/* The words, each in brackets, then the begun one, what of it stays, and the mark that is open. */
static void parts(const char *line, const char *to)
{
	struct typed_line typed;
	struct buf out = { 0 };
	typed_line_read(line, BREAKS, &typed);
	for (size_t i = 0; i < typed.count; i++)
		buf_format(&out, "[%s]", typed.words[i]);
	buf_format(&out, "%s|%zu|%s%c", typed.begun, typed.stays, typed.redirect ? "file" : "",
		typed.quote ? typed.quote : '-');
	assert_string_equal(buf_text(&out), to);
	assert_true(typed.start <= strlen(line) && typed.stays <= strlen(typed.begun));
	typed_line_done(&typed);
	buf_done(&out);
}

static void test_parting(void **state)
{
	(void)state;
	parts("", "|0|-");
	parts("  a  b", "[a]b|0|-");
	parts("a b ", "[a][b]|0|-");
	parts("a 'b c' \"d e\" f\\ g h", "[a][b c][d e][f g]h|0|-");
	parts("a ''", "[a]|0|-");
	parts("a '' b", "[a][]b|0|-");
	parts("a \"b\\\"c\\$d\\n\" e", "[a][b\"c$d\\n]e|0|-");
	parts("a 'b\\' c", "[a][b\\]c|0|-");
	parts("a \"it's\"\\''x' y", "[a][it's'x]y|0|-");
}

static void test_what_is_open(void **state)
{
	(void)state;
	parts("a 'b c", "[a]b c|0|'");
	parts("a \"b \\\"c", "[a]b \"c|0|\"");
	parts("a \"b\"c'd", "[a]bcd|2|'");
	parts("a --name=\"b c", "[a]--name=b c|7|\"");
	parts("a b\\", "[a]b|0|-");
	parts("a \\", "[a]|0|-");
	parts("a \"b\\", "[a]b\\|0|\"");
	parts("\"", "|0|\"");
}

static void test_breaks(void **state)
{
	(void)state;
	parts("a aa:bb:c", "[a]aa:bb:c|6|-");
	parts("a --x=y", "[a]--x=y|4|-");
	parts("a aa\\:b", "[a]aa:b|0|-");
	parts("a \"a:b\"", "[a]a:b|0|-");
}

static void test_other_commands(void **state)
{
	(void)state;
	parts("x y; a b", "[a]b|0|-");
	parts("x | a ", "[a]|0|-");
	parts("echo $(a b", "[a]b|0|-");
	parts("a b >", "[a][b]|0|file-");
	parts("a b > c", "[a][b]c|0|file-");
	parts("a >c b", "[a]b|0|-");
	parts("a ';' b", "[a][;]b|0|-");
}

/* Without an app there are no names, and no crash. */
static void offers(const char *const *words, size_t count, const char *begun, const char *to)
{
	struct completion_ask ask = { .table = &families, .words = words, .count = count, .begun = begun };
	struct completions found = { 0 };
	struct buf out = { 0 };
	complete_words(&ask, &found);
	for (size_t i = 0; i < found.count; i++)
		buf_format(&out, "%s%s", i ? " " : "", found.items[i].text);
	buf_text_add(&out, found.files ? " +files" : "");
	assert_string_equal(buf_text(&out), to);
	completions_done(&found);
	buf_done(&out);
}

#define OFFERS(begun, to, ...)                                                                     \
	offers((const char *const[]){ __VA_ARGS__ },                                               \
		sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(const char *), begun, to)

static void test_words(void **state)
{
	(void)state;
	OFFERS("", " +files", "look");
	OFFERS("", "", "look", "x"); /* takes one, and has no options */
	OFFERS("", "--json", "vault", "list");
	OFFERS("", "", "vault", "list", "--");
	OFFERS("t", "trusted trash", "vault", "show", "--state");
	OFFERS("--state=b", "--state=blocked", "vault", "show");
	OFFERS("--nope=b", "", "vault", "show");
	OFFERS("--json=b", "", "vault", "show");
	OFFERS("", "", "vault", "show", "--why");
	OFFERS("", "", "nope");
	OFFERS("", "", "vault", "nope");
	OFFERS("--", "", "nope");
	OFFERS("", "", "help", "vault", "add");
	OFFERS("", "", "vault", "add", "a", "b"); /* of names that nobody knows */
	OFFERS("-", "", "vault", "add", "--");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parting),
		cmocka_unit_test(test_what_is_open),
		cmocka_unit_test(test_breaks),
		cmocka_unit_test(test_other_commands),
		cmocka_unit_test(test_words),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
