#include "store/journal-file.h"

#include "support/unit.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "store/ledger.h"
#include "support/depot.h"

static struct journal_file *open_it(struct depot *d)
{
	struct error err = { 0 };
	struct journal_file *file = journal_open(d->store, &err);
	if (!file)
		fail_msg("%s", err.text);
	return file;
}

/* All lines, each with its place, by one way and by the other. */
static void read_forwards(struct journal_file *file, struct buf *out)
{
	struct journal_text text;
	for (int64_t place = 0, at = 0;; at = place) {
		assert_true(journal_next(file, &place, &text, NULL));
		if (!text.bytes)
			break;
		buf_format(out, "%lld ", (long long)at);
		buf_add(out, text.bytes, text.len);
		buf_char(out, '\n');
	}
}

static void check_backwards(struct journal_file *file, const struct buf *forwards)
{
	struct journal_text text;
	size_t end = forwards->len;
	for (int64_t place = journal_size(file), start;;) {
		int64_t behind = place;
		assert_true(journal_previous(file, &place, &text, NULL));
		if (!text.bytes)
			break;
		char *head = mem_format("%lld ", (long long)place);
		size_t len = strlen(head) + text.len + 1;
		assert_true(len <= end);
		end -= len;
		assert_memory_equal(forwards->data + end, head, strlen(head));
		assert_memory_equal(forwards->data + end + strlen(head), text.bytes, text.len);
		free(head);
		assert_true(journal_line_start(file, (place + behind) / 2, &start, NULL));
		assert_int_equal(start, place);
	}
	assert_int_equal(end, 0);
}

static void check_lines(struct depot *d, const char *journal, size_t lines, int64_t torn)
{
	struct buf all = { 0 };
	size_t found = 0;
	tmp_text(d->tmp, "store/journal", journal);
	struct journal_file *file = open_it(d);
	assert_int_equal(journal_torn(file), torn);
	assert_int_equal(journal_size(file), (int64_t)strlen(journal) - torn);
	read_forwards(file, &all);
	for (size_t i = 0; i < all.len; i++)
		found += all.data[i] == '\n';
	assert_int_equal(found, lines);
	check_backwards(file, &all);
	buf_done(&all);
	journal_close(file);
}

static void test_small_ones(void **state)
{
	struct depot *d = depot_new(0, STATE_TRUSTED);
	(void)state;
	struct journal_file *file = open_it(d);
	struct journal_text text = { .bytes = "" };
	int64_t place = 0;
	assert_int_equal(journal_size(file), 0);
	assert_true(journal_previous(file, &place, &text, NULL));
	assert_null(text.bytes);
	journal_close(file);
	check_lines(d, "", 0, 0);
	check_lines(d, "\n", 1, 0);
	check_lines(d, "x", 0, 1);
	check_lines(d, "torn", 0, 4);
	check_lines(d, "\n\n\n", 3, 0);
	check_lines(d, "a\nb\n", 2, 0);
	check_lines(d, "a\nb\ntorn", 2, 4);
	depot_free(d);
}

/* Around the width of the window, and far over it. */
static void test_long_lines(void **state)
{
	static const size_t lengths[] = { 65534, 65535, 65536, 1, 0, 65537, 3, 131072, 1 << 20, 7,
		200000, 65535, 2 };
	struct depot *d = depot_new(0, STATE_TRUSTED);
	struct buf text = { 0 };
	(void)state;
	for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
		for (size_t n = 0; n < lengths[i]; n++)
			buf_char(&text, (char)('a' + (n * 7 + i) % 26));
		buf_char(&text, '\n');
		check_lines(d, buf_text(&text), i + 1, 0);
	}
	for (size_t n = 0; n < 300000; n++)
		buf_char(&text, 't');
	check_lines(d, buf_text(&text), sizeof lengths / sizeof *lengths, 300000);
	buf_done(&text);
	depot_free(d);
}

/* Another one took a change back: its lines are gone, the ones before are still to be read. */
static void test_cut_while_it_is_read(void **state)
{
	struct depot *d = depot_new(0, STATE_TRUSTED);
	struct buf text = { 0 };
	struct journal_text line;
	struct error err = { 0 };
	(void)state;
	for (int i = 0; i < 50000; i++)
		buf_format(&text, "line %d\n", i);
	tmp_text(d->tmp, "store/journal", buf_text(&text));
	buf_done(&text);
	struct journal_file *file = open_it(d);
	int64_t end = journal_size(file), place = end;
	assert_int_equal(truncate(depot_path(d, "journal"), 14), 0);
	assert_false(journal_previous(file, &place, &line, &err));
	assert_non_null(strstr(err.text, "became shorter"));
	assert_int_equal(place, end);
	place = 0;
	for (int i = 0; i < 2; i++) {
		assert_true(journal_next(file, &place, &line, NULL));
		assert_int_equal(line.len, 6);
	}
	assert_true(journal_next(file, &place, &line, NULL));
	assert_null(line.bytes);
	journal_close(file);
	depot_free(d);
}

/* The last line break alone is gone. */
static void test_cut_by_a_byte(void **state)
{
	struct depot *d = depot_new(0, STATE_TRUSTED);
	struct journal_text line;
	struct error err = { 0 };
	(void)state;
	tmp_text(d->tmp, "store/journal", "first\nsecond\n");
	struct journal_file *file = open_it(d);
	int64_t end = journal_size(file), place = end, start;
	assert_int_equal(end, 13);
	assert_int_equal(truncate(depot_path(d, "journal"), 12), 0);
	assert_false(journal_line_start(file, end - 1, &start, &err));
	assert_non_null(strstr(err.text, "became shorter"));
	assert_false(journal_previous(file, &place, &line, &err));
	journal_close(file);
	depot_free(d);
}

/* What can't be read is no journal, and no empty one. */
static void test_a_folder(void **state)
{
	struct depot *d = depot_new(0, STATE_TRUSTED);
	struct error err = { 0 };
	(void)state;
	tmp_remove(d->tmp, "store/journal");
	tmp_text(d->tmp, "store/journal/file", "");
	assert_null(journal_open(d->store, &err));
	assert_non_null(strstr(err.text, "Is a directory"));
	depot_free(d);
}

static void test_no_file(void **state)
{
	struct depot *d = depot_new(0, STATE_TRUSTED);
	struct error err = { 0 };
	(void)state;
	tmp_remove(d->tmp, "store/journal");
	assert_int_equal(symlink("/etc/passwd", depot_path(d, "journal")), 0);
	assert_null(journal_open(d->store, &err));
	assert_non_null(strstr(err.text, "journal"));
	depot_free(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_small_ones),
		cmocka_unit_test(test_long_lines),
		cmocka_unit_test(test_cut_while_it_is_read),
		cmocka_unit_test(test_cut_by_a_byte),
		cmocka_unit_test(test_a_folder),
		cmocka_unit_test(test_no_file),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
