/* A folder that is made with all its files: there at once or not at all, and back from wherever. */
#include "deploy/place.h"

#include "support/unit.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "support/tmp.h"

#define FILES 3

struct site {
	struct tmp *tmp;
	struct places places;
	struct staging staging;
	struct error err;
};

static int setup(void **state)
{
	struct site *s = mem_new(sizeof *s);
	s->tmp = tmp_new();
	tmp_dir(s->tmp, "d");
	stage_whole_folder(&s->staging, 0, tmp_path(s->tmp, "d/f"), 0755);
	for (size_t i = 0; i < FILES; i++) {
		struct buf bytes = { 0 };
		char name[] = "d/f/0";
		name[4] = (char)('0' + i);
		buf_text_add(&bytes, name);
		struct file_change *change =
			stage_inside(&s->staging, 0, tmp_path(s->tmp, name), 0, &bytes);
		fingerprint_of(name, strlen(name), &change->hash);
	}
	*state = s;
	return 0;
}

static int teardown(void **state)
{
	struct site *s = *state;
	places_done(&s->places);
	for (size_t i = 0; i < s->staging.count; i++)
		file_change_done(&s->staging.items[i]);
	free(s->staging.items);
	tmp_free(s->tmp);
	free(s);
	return 0;
}

static void must(struct site *s, bool done)
{
	if (!done)
		fail_msg("%s", s->err.text);
}

static bool check(struct site *s)
{
	bool ok = true;
	for (size_t i = 0; ok && i < s->staging.count; i++)
		ok = place_check(&s->places, &s->staging.items[i], &s->err);
	return ok;
}

/* So many of the changes. */
static void write_some(struct site *s, size_t count)
{
	for (size_t i = 0; i < count; i++)
		must(s, place_write(&s->places, &s->staging.items[i], FS_DURABLE, &s->err));
}

static void put(struct site *s)
{
	for (size_t i = 0; i < s->staging.count; i++) {
		must(s, place_keep(&s->places, &s->staging.items[i], &s->err));
		must(s, place_put(&s->places, &s->staging.items[i], &s->err));
	}
}

/* As after a crash: nothing is remembered. */
static void forget(struct site *s)
{
	places_done(&s->places);
}

static void back(struct site *s)
{
	for (size_t i = s->staging.count; i-- > 0;)
		must(s, place_back(&s->places, &s->staging.items[i], false, &s->err));
}

static void test_it_comes_with_all_its_files(void **state)
{
	struct site *s = *state;
	struct stat st;
	assert_true(check(s));
	write_some(s, s->staging.count);
	assert_int_not_equal(stat(tmp_path(s->tmp, "d/f"), &st), 0);
	put(s);
	for (size_t i = 0; i < s->staging.count; i++)
		must(s, place_clean(&s->places, &s->staging.items[i], &s->err));
	assert_int_equal(tmp_count(s->tmp, "d"), 1);
	assert_int_equal(tmp_count(s->tmp, "d/f"), FILES);
	assert_string_equal(tmp_read(s->tmp, "d/f/1", NULL), "d/f/1");
	assert_int_equal(stat(tmp_path(s->tmp, "d/f"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0755);
}

static void test_it_goes_back_from_wherever_it_was(void **state)
{
	struct site *s = *state;
	for (size_t written = 0; written <= s->staging.count; written++) {
		write_some(s, written);
		if (written % 2)
			forget(s);
		back(s);
		assert_int_equal(tmp_count(s->tmp, "d"), 0);
		forget(s);
	}
	for (unsigned crash = 0; crash < 2; crash++) {
		write_some(s, s->staging.count);
		put(s);
		if (crash)
			forget(s);
		back(s);
		back(s);
		assert_int_equal(tmp_count(s->tmp, "d"), 0);
		forget(s);
	}
}

static void test_what_others_put_there_stays(void **state)
{
	struct site *s = *state;
	write_some(s, s->staging.count);
	put(s);
	tmp_text(s->tmp, "d/f/theirs", "x");
	tmp_text(s->tmp, "d/f/0", "theirs as well");
	forget(s);
	back(s);
	assert_int_equal(tmp_count(s->tmp, "d"), 1);
	assert_int_equal(tmp_count(s->tmp, "d/f"), 2);
	assert_string_equal(tmp_read(s->tmp, "d/f/0", NULL), "theirs as well");
}

static void test_a_folder_of_others_is_not_touched(void **state)
{
	struct site *s = *state;
	tmp_dir(s->tmp, "d/f");
	tmp_text(s->tmp, "d/f/0", "d/f/0");
	assert_false(check(s));
	assert_non_null(strstr(s->err.text, "meanwhile"));
	back(s);
	assert_int_equal(tmp_count(s->tmp, "d/f"), 1);
}

static void test_one_that_appears_is_not_replaced(void **state)
{
	struct site *s = *state;
	write_some(s, s->staging.count);
	tmp_dir(s->tmp, "d/f");
	assert_false(place_put(&s->places, &s->staging.items[0], &s->err));
	back(s);
	assert_int_equal(tmp_count(s->tmp, "d"), 1);
	assert_int_equal(tmp_count(s->tmp, "d/f"), 0);
}

static void test_what_was_left_is_told(void **state)
{
	struct site *s = *state;
	tmp_dir(s->tmp, "d/.f.certary-new");
	assert_false(check(s));
	assert_non_null(strstr(s->err.text, ".f.certary-new"));
}

static void refused(struct site *s, bool done, const char *words)
{
	assert_false(done);
	if (!strstr(s->err.text, words))
		fail_msg("%s", s->err.text);
}

/* What the error names is what the operator finds there. */
static void test_a_stranger_in_it_is_named(void **state)
{
	struct site *s = *state;
	write_some(s, s->staging.count);
	tmp_text(s->tmp, "d/.f.certary-new/their\n s", "x");
	for (size_t i = s->staging.count; i-- > 1;)
		must(s, place_back(&s->places, &s->staging.items[i], false, &s->err));
	refused(s, place_back(&s->places, &s->staging.items[0], false, &s->err),
		"/d/f: can't be removed again: somebody put their\\x0a s into .f.certary-new");
	tmp_remove(s->tmp, "d/.f.certary-new/their\n s");
	forget(s);
	back(s);
	assert_int_equal(tmp_count(s->tmp, "d"), 0);
}

/* Cut off it would be another. */
static void test_a_name_that_is_too_long(void **state)
{
	struct site *s = *state;
	struct buf bytes = { 0 };
	char *name = mem_format("d/f/%0256d", 0);
	stage_inside(&s->staging, 0, tmp_path(s->tmp, name), 0, &bytes);
	write_some(s, FILES + 1);
	refused(s, place_write(&s->places, &s->staging.items[FILES + 1], FS_DURABLE, &s->err),
		"File name too long");
	assert_int_equal(tmp_count(s->tmp, "d/.f.certary-new"), FILES);
	free(name);
}

/* And a file of ours that can't be written by the name that it would have. */
static void test_a_stranger_by_the_name_of_ours(void **state)
{
	struct site *s = *state;
	write_some(s, 1);
	tmp_text(s->tmp, "d/.f.certary-new/0", "theirs");
	refused(s, place_write(&s->places, &s->staging.items[1], FS_DURABLE, &s->err),
		"/d/f/0: its new content can't be written beside it: File exists");
	back(s);
	assert_int_equal(tmp_count(s->tmp, "d"), 0);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_it_comes_with_all_its_files),
		TEST(test_it_goes_back_from_wherever_it_was),
		TEST(test_what_others_put_there_stays),
		TEST(test_a_folder_of_others_is_not_touched),
		TEST(test_one_that_appears_is_not_replaced),
		TEST(test_what_was_left_is_told),
		TEST(test_a_stranger_in_it_is_named),
		TEST(test_a_stranger_by_the_name_of_ours),
		TEST(test_a_name_that_is_too_long),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
