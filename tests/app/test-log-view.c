/*
 * The journal as a page sees it, while it grows, shrinks and is broken; and searching it, beside a
 * search that parses every line.
 */
#include "app/log-view.h"

#include "support/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/history.h"
#include "base/mem.h"
#include "support/counter.h"

#define LONG_MS 60000

static size_t look(struct log_view *v)
{
	struct error err = { 0 };
	size_t in_front;
	assert_false(log_view_step(v, LONG_MS, &in_front, &err));
	if (err.code)
		fail_msg("%s", err.text);
	return in_front;
}

static void add_lines(struct buf *out, int from, int to, const char *name)
{
	for (int i = from; i <= to; i++)
		buf_format(out,
			"{\"seq\":%d,\"time\":\"2026-01-01T00:00:00Z\",\"who\":\"w\",\"from\":\"f\","
			"\"op\":\"test\",\"cert\":\"%064d\",\"name\":\"%s %d\"}\n",
			i, i, name, i);
}

static void write_journal(struct counter *c, const struct buf *text)
{
	tmp_write(c->depot->tmp, "store/journal", buf_text(text), text->len);
}

static void check_rows(struct log_view *v, int newest, int oldest)
{
	assert_int_equal(log_view_count(v), newest - oldest + 1);
	for (size_t i = 0; i < log_view_count(v); i++) {
		struct journal_line line;
		struct error err = { 0 };
		if (!log_view_line(v, i, &line, &err))
			fail_msg("%s", err.text);
		assert_int_equal(line.seq, newest - (int)i);
		log_view_line_done(&line);
	}
}

static void test_newest_first(void **state)
{
	struct counter *c = counter_new(0, STATE_TRUSTED);
	struct buf text = { 0 };
	(void)state;
	struct log_view *v = log_view_new(c->app, "");
	look(v);
	assert_int_equal(log_view_count(v), 0);
	add_lines(&text, 1, 3000, "x");
	buf_text_add(&text, "{\"seq\":3001,\"torn");
	write_journal(c, &text);
	log_view_refresh(v, NULL);
	look(v);
	check_rows(v, 3000, 1);
	log_view_free(v);
	buf_done(&text);
	counter_free(c);
}

/* Steps that take no time find nothing, and the end of the journal comes first. */
static void test_in_steps(void **state)
{
	struct counter *c = counter_new(0, STATE_TRUSTED);
	struct buf text = { 0 };
	(void)state;
	add_lines(&text, 1, 200000, "x");
	write_journal(c, &text);
	struct log_view *v = log_view_new(c->app, "");
	assert_true(log_view_step(v, 0, NULL, NULL));
	while (log_view_count(v) == 0)
		assert_true(log_view_step(v, 1, NULL, NULL));
	size_t first = log_view_count(v);
	struct journal_line line;
	assert_true(log_view_line(v, 0, &line, NULL));
	assert_int_equal(line.seq, 200000);
	log_view_line_done(&line);
	assert_int_equal(look(v), 0);
	assert_true(log_view_count(v) > first || first == 200000);
	assert_int_equal(log_view_count(v), 200000);
	log_view_free(v);
	buf_done(&text);
	counter_free(c);
}

static void test_it_grows(void **state)
{
	struct counter *c = counter_new(0, STATE_TRUSTED);
	struct buf text = { 0 };
	(void)state;
	add_lines(&text, 1, 5, "x");
	write_journal(c, &text);
	struct log_view *v = log_view_new(c->app, "");
	assert_true(log_view_refresh(v, NULL));
	look(v);
	check_rows(v, 5, 1);
	assert_true(log_view_refresh(v, NULL));
	assert_int_equal(look(v), 0);
	add_lines(&text, 6, 8, "x");
	write_journal(c, &text);
	assert_true(log_view_refresh(v, NULL));
	check_rows(v, 5, 1); /* not before it looked */
	assert_int_equal(look(v), 3);
	check_rows(v, 8, 1);
	add_lines(&text, 9, 9, "x");
	write_journal(c, &text);
	assert_true(log_view_refresh(v, NULL));
	assert_int_equal(look(v), 1);
	check_rows(v, 9, 1);
	log_view_free(v);
	buf_done(&text);
	counter_free(c);
}

/* A change was taken back, and another one as long was done. */
static void test_it_shrinks(void **state)
{
	struct counter *c = counter_new(0, STATE_TRUSTED);
	struct buf text = { 0 };
	(void)state;
	add_lines(&text, 1, 9, "x");
	write_journal(c, &text);
	struct log_view *v = log_view_new(c->app, "");
	look(v);
	for (int other = 0; other < 2; other++) {
		buf_cut(&text, 0);
		add_lines(&text, 1, 6, "x");
		add_lines(&text, 7, other ? 12 : 7, other ? "y" : "x");
		write_journal(c, &text);
		assert_false(log_view_refresh(v, NULL));
		assert_int_equal(log_view_count(v), 0);
		look(v);
		check_rows(v, other ? 12 : 7, 1);
	}
	write_journal(c, &(struct buf){ 0 });
	assert_false(log_view_refresh(v, NULL));
	look(v);
	assert_int_equal(log_view_count(v), 0);
	log_view_free(v);
	buf_done(&text);
	counter_free(c);
}

/* A line that is none keeps its place and says so; others are shown all the same. */
static void test_a_broken_line(void **state)
{
	struct counter *c = counter_new(0, STATE_TRUSTED);
	struct buf text = { 0 };
	struct journal_line line;
	struct error err = { 0 };
	(void)state;
	add_lines(&text, 1, 2, "x");
	buf_text_add(&text, "nonsense\n");
	add_lines(&text, 4, 5, "x");
	write_journal(c, &text);
	struct log_view *v = log_view_new(c->app, "");
	look(v);
	assert_int_equal(log_view_count(v), 5);
	assert_false(log_view_line(v, 2, &line, &err));
	assert_int_equal(err.code, ERROR_FAILED);
	assert_true(log_view_line(v, 3, &line, NULL));
	assert_int_equal(line.seq, 2);
	log_view_line_done(&line);
	log_view_free(v);
	v = log_view_new(c->app, "x");
	look(v);
	assert_int_equal(log_view_count(v), 4);
	log_view_free(v);
	/* Its end was cut off under it. */
	v = log_view_new(c->app, "");
	look(v);
	assert_int_equal(truncate(depot_path(c->depot, "journal"), 20), 0);
	for (size_t i = 0; i < 5; i++)
		if (log_view_line(v, i, &line, &err))
			log_view_line_done(&line);
	log_view_free(v);
	buf_done(&text);
	counter_free(c);
}

static const char *const names[] = { "Plain Name", "\\u001b[2J", "KELVIN \u212a", "\u0130stanbul",
	"\u00c4rger", "was", "was trusted -> blocked", "x1b", "a: b", "\\\"quoted\\\"", "back\\\\slash",
	"\\u202e", "trusted", "line\\nbreak", "\\ud83d\\ude00" };
static const char *const patterns[] = { "", "plain", "plain name", "name", "x1b", "1b", "k", "kelvin k",
	"istanbul", "\u00e4rger", "\u00e4", "was", "(was", "s", "wa", "->", "trusted -> blocked",
	"trust", ": b", "quoted\"", "\"", "\\", "back\\slash", "202e", "u{202e}", "blocked", "0000",
	"nothing", "carol", "2026-01-01", "undo plain", "break", "1f600", "d83d", "null", "seq" };

static void write_names(struct counter *c)
{
	struct buf text = { 0 };
	int seq = 0;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		for (int form = 0; form < 4; form++)
			buf_format(&text,
				"{\"seq\":%d,\"time\":\"2026-01-01T00:00:00Z\",\"who\":\"Carol\","
				"\"from\":null,\"op\":\"%s\",\"cert\":\"%064d\",\"name\":\"%s\","
				"\"was\":%s,\"now\":%s,\"why\":%s%s%s}\n",
				++seq, form ? "trust" : "undo", 0, names[i],
				form & 1 ? "\"trusted\"" : "null", form & 2 ? "\"blocked\"" : "null",
				form == 3 ? "\"" : "null", form == 3 ? names[i] : "",
				form == 3 ? "\"" : "");
	write_journal(c, &text);
	buf_done(&text);
}

struct found {
	const char *pattern;
	struct buf seqs;
};

static bool note(void *ctx, const struct journal_line *line)
{
	struct found *f = ctx;
	if (!f->pattern || app_log_matches(line, f->pattern))
		buf_format(&f->seqs, "%d ", (int)line->seq);
	return true;
}

/* What is skipped unparsed matches nothing. */
static void test_search(void **state)
{
	struct counter *c = counter_new(0, STATE_TRUSTED);
	(void)state;
	write_names(c);
	for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
		struct found want = { .pattern = patterns[i] }, got = { 0 };
		assert_true(app_log(c->app, "", note, &want, NULL));
		assert_true(app_log(c->app, patterns[i], note, &got, NULL));
		if (strcmp(buf_text(&want.seqs), buf_text(&got.seqs)) != 0)
			fail_msg("'%s': %s, not %s", patterns[i], buf_text(&got.seqs),
				buf_text(&want.seqs));
		struct log_view *v = log_view_new(c->app, patterns[i]);
		look(v);
		size_t lines = 0;
		for (size_t b = 0; b < want.seqs.len; b++)
			lines += want.seqs.data[b] == ' ';
		assert_int_equal(log_view_count(v), lines);
		log_view_free(v);
		buf_done(&want.seqs);
		buf_done(&got.seqs);
	}
	counter_free(c);
}

/* The damage is told even where the line can't match. */
static void test_search_tells_of_damage(void **state)
{
	struct counter *c = counter_new(0, STATE_TRUSTED);
	struct buf text = { 0 };
	struct found got = { 0 };
	struct error err = { 0 };
	(void)state;
	add_lines(&text, 1, 2, "x");
	buf_text_add(&text, "nonsense\n");
	write_journal(c, &text);
	assert_false(app_log(c->app, "something else", note, &got, &err));
	assert_non_null(strstr(err.text, "journal line 3"));
	buf_done(&text);
	buf_done(&got.seqs);
	counter_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_newest_first),
		cmocka_unit_test(test_in_steps),
		cmocka_unit_test(test_it_grows),
		cmocka_unit_test(test_it_shrinks),
		cmocka_unit_test(test_a_broken_line),
		cmocka_unit_test(test_search),
		cmocka_unit_test(test_search_tells_of_damage),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
