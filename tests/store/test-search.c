/*
 * What a search finds, against a model that looks at one row after the other.
 */
#include "store/search.h"

#include "support/unit.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "store/internal.h"
#include "store/view.h"
#include "support/shelf.h"

#define COUNT  300
#define ROUNDS (UNIT_SLOW ? 150 : 600)

static uint64_t seed = 4711;

static size_t some(size_t below)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (size_t)(seed >> 33) % below;
}

/* Rows of the index, fresh ones and dead ones among them. */
static int set_up(void **state)
{
	struct shelf *s = shelf_new(COUNT);
	depot_open(s->depot);
	crowd_fill(s->crowd, s->depot, STATE_TRUSTED, 0, 5); /* written again */
	crowd_fill(s->crowd, s->depot, STATE_BLOCKED, 1000, 25);
	for (size_t i = 5; i < 15; i++) {
		char *name = mem_format("store/trusted/m%zu.pem", i);
		tmp_remove(s->depot->tmp, name);
		free(name);
	}
	depot_reload(s->depot);
	const struct snapshot *now = &s->depot->store->now;
	assert_true(now->base.table.count >= COUNT);
	assert_true(now->fresh.count >= 30 && now->dead_count >= 15);
	*state = s;
	return 0;
}

static int tear_down(void **state)
{
	shelf_free(*state);
	return 0;
}

static const struct snapshot *snapshot_of(void **state)
{
	const struct shelf *s = *state;
	return &s->depot->store->now;
}

/* The folded text of a row as a string. */
static char *fold_of(const struct snapshot *now, uint32_t row)
{
	uint32_t at;
	size_t len;
	const struct table *t = snapshot_table(now, row, &at);
	const char *fold = row_fold(t, at, &len);
	return mem_textn(fold, len);
}

static bool covers(const char *fold, const char *word)
{
	const char *dot = strchr(word, '.');
	if (!dot || dot == word || !strchr(dot + 1, '.'))
		return false;
	char *line = mem_format("dns:*%s\n", dot);
	bool found = strstr(fold, line) != NULL;
	free(line);
	return found;
}

static bool has_digits(const struct row *row, const char *text)
{
	char digits[FINGERPRINT_HEX];
	struct buf hex = { 0 };
	if (!fingerprint_digits(text, digits, sizeof digits) || strlen(digits) < 4)
		return false;
	text_hex(&hex, row->sha256, sizeof row->sha256, 0);
	buf_char(&hex, ' ');
	text_hex(&hex, row->sha1, sizeof row->sha1, 0);
	bool found = strstr(buf_text(&hex), digits) != NULL;
	buf_done(&hex);
	return found;
}

/* Serial numbers are found in any notation too. */
static bool has_serial(const char *fold, const char *text)
{
	char digits[FINGERPRINT_HEX];
	return fingerprint_digits(text, digits, sizeof digits) && strlen(digits) >= 4 &&
	       strstr(fold, digits);
}

/* Whatever a word is, it must be in the text or covered by a wildcard in it. */
static bool model(const struct snapshot *now, uint32_t row, const char *text)
{
	struct buf safe = { 0 }, folded = { 0 };
	char *typed = mem_text(text), *fold = fold_of(now, row), *rest = NULL;
	text_trim(typed);
	text_guard(&safe, typed);
	text_fold(&folded, buf_text(&safe));
	bool all = true, entry = snapshot_flags(now, row) & ROW_ENTRY;
	char *words = buf_take(&folded);
	for (char *word = strtok_r(words, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
		all = all && (strstr(fold, word) || covers(fold, word));
	bool found = all || has_digits(snapshot_row(now, row), text) || has_serial(fold, text);
	free(words);
	free(fold);
	free(typed);
	buf_done(&safe);
	return entry && found;
}

static struct search *search_all(
	const struct snapshot *now, const char *text, const struct search *last)
{
	struct search *search = search_new(now, text, last);
	while (!search_step(search))
		;
	return search;
}

static void check_search(const struct snapshot *now, const struct search *search, const char *text)
{
	for (uint32_t row = 0; row < snapshot_rows(now); row++) {
		bool want = model(now, row, text);
		if (!(snapshot_flags(now, row) & ROW_ENTRY))
			continue;
		if (search_found(search, row) != want)
			fail_msg("'%s': row %u %s", text, row, want ? "is missing" : "is too many");
	}
	assert_false(search_found(search, snapshot_rows(now)));
	assert_false(search_found(search, ROW_NONE));
}

static void check(const struct snapshot *now, const char *text)
{
	struct search *search = search_all(now, text, NULL);
	check_search(now, search, text);
	search_free(search);
}

/* A piece of some row's text, so that something is found. */
static char *piece(const struct snapshot *now)
{
	char *fold = fold_of(now, (uint32_t)some(snapshot_rows(now)));
	size_t len = strlen(fold), from = len ? some(len) : 0;
	size_t most = strcspn(fold + from, "\n");
	char *word = mem_textn(fold + from, most ? 1 + some(most < 14 ? most : 14) : 0);
	if (some(3) == 0)
		for (char *p = word; *p; p++)
			*p = (char)toupper((unsigned char)*p);
	free(fold);
	return word;
}

static char *some_text(const struct snapshot *now)
{
	static const char *const more[] = { "", " ", "x", "\u00fc", ".", "*", "example",
		"m1.example", "\\x1b", "\x1b", "\xff", "name", "ticket seen", "\n" };
	struct buf text = { 0 };
	for (size_t n = some(4); n > 0; n--) {
		char *word = piece(now);
		buf_format(&text, "%s%s", word, some(4) ? " " : "");
		free(word);
	}
	if (some(3) == 0)
		buf_text_add(&text, more[some(sizeof more / sizeof *more)]);
	return buf_take(&text);
}

static void test_random_words(void **state)
{
	const struct snapshot *now = snapshot_of(state);
	for (int i = 0; i < ROUNDS; i++) {
		char *text = some_text(now);
		check(now, text);
		free(text);
	}
}

static void test_chosen_words(void **state)
{
	static const char *const texts[] = { "", " ", "\t \n", "a", "name 1", "same", "zebra",
		"ZEBRA", "o=zebra", "\u00dcBERGR\u00d6\u1e9eE", "\u00fcbergr\u00f6\u00dfe",
		"i\u0307", "evil\\x1b", "evil\x1b", "\u202e", "\\u{202e}", "m\u00fcller seen",
		"192.0.2.7", "dns:*.w", "nowhere at all", "cn=", "cn", "example example example",
		"\xff\xfe\xfd", "a\\" };
	const struct snapshot *now = snapshot_of(state);
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		check(now, texts[i]);
}

/* No match runs over the border of two lines or of two rows. */
static void test_borders(void **state)
{
	const struct snapshot *now = snapshot_of(state);
	for (uint32_t row = 0; row + 1 < snapshot_rows(now); row += 7) {
		char *one = fold_of(now, row), *next = fold_of(now, row + 1);
		size_t len = strlen(one);
		char *over = mem_format("%s%.5s", len > 5 ? one + len - 5 : one, next);
		check(now, over);
		for (char *p = over; *p; p++)
			*p = *p == '\n' ? 'x' : *p;
		check(now, over);
		free(over);
		free(one);
		free(next);
	}
}

/* A host is found by the wildcard that covers it, and by no other. */
static void test_wildcards(void **state)
{
	const struct snapshot *now = snapshot_of(state);
	size_t covered = 0;
	for (uint32_t row = 0; row < snapshot_rows(now); row++) {
		char *fold = fold_of(now, row), *wild = strstr(fold, "dns:*.");
		if (wild) {
			char *domain = mem_textn(wild + 5, strcspn(wild + 5, "\n"));
			char *host = mem_format("www%s", domain),
			     *deep = mem_format("a.b%s", domain);
			char *two = mem_format("www%s w", domain);
			struct search *search = search_all(now, host, NULL);
			assert_true(search_found(search, row));
			covered++;
			search_free(search);
			search = search_all(now, deep, NULL);
			assert_false(search_found(search, row));
			search_free(search);
			check(now, host);
			check(now, deep);
			check(now, two);
			check(now, domain);
			check(now, domain + 1);
			free(two);
			free(deep);
			free(host);
			free(domain);
		}
		free(fold);
	}
	assert_true(covered > 10);
}

static void check_digits(const struct snapshot *now, uint32_t row, const char *text)
{
	struct search *search = search_all(now, text, NULL);
	if (!search_found(search, row))
		fail_msg("'%s' isn't found in row %u", text, row);
	check_search(now, search, text);
	search_free(search);
}

static void test_fingerprints(void **state)
{
	const struct snapshot *now = snapshot_of(state);
	for (uint32_t row = 0; row < snapshot_rows(now); row += 11) {
		const struct row *r = snapshot_row(now, row);
		struct buf text = { 0 };
		if (!(r->flags & ROW_ENTRY))
			continue;
		text_hex(&text, r->sha256, sizeof r->sha256, ':');
		check_digits(now, row, buf_text(&text));
		check_digits(now, row, buf_text(&text) + 60);
		check_digits(now, row, buf_text(&text) + strlen(buf_text(&text)) - 5);
		check(now,
			buf_text(&text) + strlen(buf_text(&text)) - 4); /* three digits: a word */
		buf_cut(&text, 0);
		text_hex(&text, r->sha1, sizeof r->sha1, ' ');
		check_digits(now, row, buf_text(&text));
		buf_cut(&text, 0);
		text_hex(&text, r->sha256, 4, 0);
		text_hex(&text, r->sha1, 4, 0); /* never over the border of the two */
		check(now, buf_text(&text));
		buf_done(&text);
	}
}

static void check_same(const struct snapshot *now, const struct search *a, const struct search *b,
	const char *text)
{
	for (uint32_t row = 0; row < snapshot_rows(now); row++)
		if (search_found(a, row) != search_found(b, row))
			fail_msg("'%s': row %u is found %s", text, row,
				search_found(a, row) ? "by narrowing only" : "from scratch only");
}

/* Type a text letter by letter, and take it back: each search is as if it were the first. */
static void type(const struct snapshot *now, const char *whole)
{
	struct search *last = NULL;
	size_t len = strlen(whole);
	for (size_t i = 0; i <= 2 * len; i++) {
		char *text = mem_textn(whole, i <= len ? i : 2 * len - i);
		struct search *next = search_all(now, text, last);
		struct search *anew = search_all(now, text, NULL);
		check_same(now, next, anew, text);
		search_free(anew);
		search_free(last);
		last = next;
		free(text);
	}
	search_free(last);
}

static void test_typing(void **state)
{
	static const char *const texts[] = { "example", "www.m1.example", "a b", "  same name ",
		"beef", "0123456789ab", "www.w07919.example", "ticket 31", "x.y.z w.v.u",
		"de ad be ef", "\u00fc\u00df", "evil\\x1b[2j", "1.1.1 1.1", "same sam sa s" };
	const struct snapshot *now = snapshot_of(state);
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		type(now, texts[i]);
	for (int i = 0; i < ROUNDS / 20; i++) {
		char *text = some_text(now);
		type(now, text);
		free(text);
	}
}

/* More words than are kept apart. */
static void test_many_words(void **state)
{
	const struct snapshot *now = snapshot_of(state);
	struct buf text = { 0 };
	for (int i = 0; i < 31; i++)
		buf_text_add(&text, i % 2 ? "e " : "example ");
	check(now, buf_text(&text));
	for (int i = 0; i < 200; i++)
		buf_text_add(&text, "nowhere.a.b ");
	struct search *search = search_all(now, buf_text(&text), NULL);
	for (uint32_t row = 0; row < snapshot_rows(now); row++)
		assert_false(search_found(search, row));
	search_free(search);
	buf_cut(&text, 0);
	for (int i = 0; i < 100000; i++)
		buf_char(&text, 'a');
	check(now, buf_text(&text));
	buf_done(&text);
	search_free(NULL);
}

/* A search that is given up halfway leaves nothing behind, and one of many steps ends. */
static void test_steps(void **state)
{
	const struct snapshot *now = snapshot_of(state);
	struct search *search = search_new(now, "a.b.c d e f", NULL);
	search_step(search);
	search_free(search);
	search = search_new(now, "a e", NULL);
	size_t steps = 0;
	while (!search_step(search))
		assert_true(++steps < 100);
	assert_true(search_step(search));
	search_free(search);
}

/* What is dead is in no view, whatever a search thinks of it. */
static void test_dead_rows(void **state)
{
	static const char *const texts[] = { "", "a", "example", "m" };
	struct shelf *s = *state;
	struct store *store = s->depot->store;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct query query = { .states = 31, .text = texts[i] };
		struct view view = { 0 };
		size_t want = 0;
		view_build(&view, store, &query, 0);
		for (size_t k = 0; k < view.count; k++)
			assert_false(snapshot_is_dead(&store->now, view_row(&view, k)));
		for (uint32_t row = 0; row < snapshot_rows(&store->now); row++)
			want += !snapshot_is_dead(&store->now, row) &&
				model(&store->now, row, texts[i]);
		assert_int_equal(view.count, want);
		view_done(&view);
	}
}

/* Nothing is found in nothing. */
static void test_empty(void **state)
{
	struct snapshot none = { 0 };
	struct search *search = search_all(&none, "a", NULL);
	(void)state;
	assert_false(search_found(search, 0));
	search_free(search);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random_words),
		cmocka_unit_test(test_chosen_words),
		cmocka_unit_test(test_borders),
		cmocka_unit_test(test_wildcards),
		cmocka_unit_test(test_fingerprints),
		cmocka_unit_test(test_typing),
		cmocka_unit_test(test_many_words),
		cmocka_unit_test(test_steps),
		cmocka_unit_test(test_dead_rows),
		cmocka_unit_test(test_empty),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
