#include "app/compare.h"

#include "support/unit.h"

#include <locale.h>
#include <string.h>

#include "base/text.h"
#include "support/counter.h"

static void compare(struct counter *c, size_t left, size_t right, struct pair *out)
{
	struct error err = { 0 };
	if (!app_compare_entries(c->app, counter_entry(c, left), counter_entry(c, right), out, &err))
		fail_msg("%s", err.text);
}

/* Names that are wide, that can't be parted, that take no column, and that must be escaped. */
static struct counter *hard_to_lay_out(void)
{
	static const char *const sans[] = { "DNS:a.example",
		"URI:https://example.com/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		NULL };
	struct counter *c = counter_new(1, STATE_TRUSTED);
	size_t i = depot_make(c->depot, &(struct certgen){
		.cn = "証明書証明書証明書証明書証明書証明書 証明書証明書",
		.org = "e\u0301vil \033[31m and more words to wrap in a narrow column of a page",
		.sans = sans });
	depot_create(c->depot, i, STATE_TRUSTED, "Other");
	counter_reload(c);
	return c;
}

static size_t count_kind(const struct pair_lines *lines, enum pair_kind kind)
{
	size_t count = 0;
	for (size_t i = 0; i < lines->count; i++)
		count += lines->items[i].kind == kind;
	return count;
}

static void test_no_line_is_too_long(void **state)
{
	struct counter *c = hard_to_lay_out();
	struct pair pair;
	(void)state;
	compare(c, 0, 1, &pair);
	for (size_t columns = 1; columns <= 200; columns++) {
		struct pair_lines lines = { 0 };
		pair_lines(&pair, columns, true, &lines);
		assert_true(lines.count > 0 && lines.count < 100000);
		for (size_t i = 0; columns >= 4 && i < lines.count; i++) {
			if (text_width(lines.items[i].text) > columns)
				fail_msg("%zu: %s", columns, lines.items[i].text);
			assert_true(text_is_safe(lines.items[i].text));
		}
		pair_lines_done(&lines);
	}
	pair_done(&pair);
	counter_free(c);
}

/* Whatever is cut stands in the next line: nothing gets lost. */
static void test_nothing_is_lost(void **state)
{
	struct counter *c = hard_to_lay_out();
	struct pair pair;
	struct buf all = { 0 };
	struct pair_lines lines = { 0 };
	(void)state;
	compare(c, 0, 1, &pair);
	pair_lines(&pair, 30, false, &lines);
	for (size_t i = 0; i < lines.count; i++)
		for (const char *p = lines.items[i].text; *p; p++)
			if (*p != ' ')
				buf_char(&all, *p);
	assert_non_null(strstr(buf_text(&all), "vil\\x1b[31mandmorewordstowrapinanarrowcolumnofapage"));
	pair_lines_done(&lines);
	buf_done(&all);
	pair_done(&pair);
	counter_free(c);
}

static void test_differences_or_all(void **state)
{
	struct counter *c = counter_new(2, STATE_TRUSTED);
	struct pair pair;
	struct pair_lines some = { 0 }, all = { 0 };
	(void)state;
	compare(c, 0, 1, &pair);
	pair_lines(&pair, 80, false, &some);
	pair_lines(&pair, 80, true, &all);
	assert_int_equal(count_kind(&some, PAIR_SAME), 0);
	assert_true(count_kind(&all, PAIR_SAME) > 5);
	assert_int_equal(count_kind(&some, PAIR_DIFFERS), count_kind(&all, PAIR_DIFFERS));
	assert_string_equal(some.items[1].text, "                      cert-0                        cert-1");
	pair_lines_done(&some);
	pair_lines_done(&all);
	pair_done(&pair);
	compare(c, 1, 1, &pair);
	pair_lines(&pair, 80, false, &some);
	assert_true(pair.result.same);
	assert_int_equal(some.count, 2);
	pair_lines_done(&some);
	pair_done(&pair);
	counter_free(c);
}

/* Japanese fills its lines, and none of them begins with what ends a sentence or is within a Latin word. */
static void test_lines_of_japanese(void **state)
{
	struct counter *c = counter_new(1, STATE_TRUSTED);
	size_t i = depot_make(c->depot, &(struct certgen){ .cn = "証明書: これは長いので、certaryが折り返す。終わり" });
	struct pair pair;
	(void)state;
	depot_create(c->depot, i, STATE_TRUSTED, "Other");
	counter_reload(c);
	compare(c, 0, 1, &pair);
	for (size_t columns = 50; columns <= 140; columns++) {
		struct pair_lines lines = { 0 };
		size_t certary = 0;
		pair_lines(&pair, columns, true, &lines);
		for (size_t l = 0; l < lines.count; l++) {
			const char *begun = lines.items[l].text + strspn(lines.items[l].text, " ");
			if (strncmp(begun, "、", 3) == 0 || strncmp(begun, "。", 3) == 0)
				fail_msg("%zu: %s", columns, lines.items[l].text);
			certary += strstr(lines.items[l].text, "certary") != NULL;
			if (strstr(lines.items[l].text, "証明書: "))
				assert_non_null(strstr(lines.items[l].text, "証明書: これ"));
		}
		assert_true(certary > 0);
		pair_lines_done(&lines);
	}
	pair_done(&pair);
	counter_free(c);
}

static void test_what_is_not_there(void **state)
{
	struct counter *c = counter_new(1, STATE_TRUSTED);
	struct pair pair;
	struct error err = { 0 };
	(void)state;
	assert_false(app_compare_text(c->app, "cert-0", "nobody", &pair, &err));
	assert_int_equal(err.code, ERROR_NOT_FOUND);
	pair_done(&pair);
	assert_false(app_compare_text(c->app, "nobody", "cert-0", &pair, &err));
	pair_done(&pair);
	assert_true(app_compare_text(c->app, "cert-0", depot_path(c->depot, "trusted"), &pair, &err));
	assert_true(pair.result.same);
	pair_done(&pair);
	counter_free(c);
}

int main(void)
{
	setlocale(LC_CTYPE, "C.UTF-8"); /* where wide characters are wide */
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_line_is_too_long),
		cmocka_unit_test(test_nothing_is_lost),
		cmocka_unit_test(test_differences_or_all),
		cmocka_unit_test(test_lines_of_japanese),
		cmocka_unit_test(test_what_is_not_there),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
