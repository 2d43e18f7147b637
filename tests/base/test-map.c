#include "base/map.h"

#include "support/unit.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "support/tmp.h"

#define PAGES 8

static size_t page(void)
{
	return (size_t)sysconf(_SC_PAGESIZE);
}

/* A file of some pages, every byte of which says which page it is in. */
static int make_file(struct tmp *tmp, const char *name)
{
	char *bytes = mem_new(PAGES * page());
	for (size_t i = 0; i < PAGES * page(); i++)
		bytes[i] = (char)(1 + i / page());
	tmp_write(tmp, name, bytes, PAGES * page());
	free(bytes);
	int fd = open(tmp_path(tmp, name), O_RDWR | O_CLOEXEC);
	assert_true(fd >= 0);
	return fd;
}

static struct map map_file(int fd)
{
	struct error err = { 0 };
	struct map map;
	if (!map_open(fd, &map, &err))
		fail_msg("%s", err.text);
	return map;
}

static void check_pages(const struct map *map, size_t from, size_t to, bool there)
{
	for (size_t i = from; i < to; i++) {
		size_t at = i * page() + i * 7; /* no volatile read is left out */
		assert_int_equal(((const volatile uint8_t *)map->bytes)[at], there ? 1 + i : 0);
	}
}

static void test_whole_file(void **state)
{
	int fd = make_file(*state, "f");
	struct map map = map_file(fd);
	close(fd);
	assert_int_equal(map.len, PAGES * page());
	check_pages(&map, 0, PAGES, true);
	assert_int_equal(unlink(tmp_path(*state, "f")), 0);
	check_pages(&map, 0, PAGES, true);
	assert_false(map_was_cut(&map));
	map_close(&map);
	assert_null(map.bytes);
	map_close(&map);
	assert_false(map_was_cut(&map));
}

static void test_what_can_not_be_mapped(void **state)
{
	struct map map;
	struct error err = { 0 };
	tmp_text(*state, "empty", "");
	int fd = open(tmp_path(*state, "empty"), O_RDONLY | O_CLOEXEC);
	assert_false(map_open(fd, &map, &err));
	assert_true(err.text[0] != '\0');
	assert_null(map.bytes);
	map_close(&map);
	close(fd);
	assert_false(map_open(-1, &map, &err));
	fd = open(tmp_path(*state, NULL), O_RDONLY | O_CLOEXEC);
	assert_false(map_open(fd, &map, &err));
	close(fd);
}

/* What somebody cut off reads as zeros, and that it was cut is told once it was read. */
static void test_cut(void **state)
{
	static const size_t lefts[] = { 0, 1, 3, PAGES - 1 };
	signal(SIGBUS, SIG_DFL); /* cmocka has it for this test, and the sanitizers for all */
	for (size_t i = 0; i < sizeof lefts / sizeof *lefts; i++) {
		int fd = make_file(*state, "f");
		struct map map = map_file(fd);
		assert_int_equal(ftruncate(fd, (off_t)(lefts[i] * page())), 0);
		check_pages(&map, 0, lefts[i], true);
		assert_false(map_was_cut(&map));
		check_pages(&map, lefts[i], PAGES, false);
		assert_true(map_was_cut(&map));
		check_pages(&map, 0, lefts[i], true);
		map_close(&map);
		close(fd);
	}
}

/* A mapping made after one that was cut is as good as new, and its neighbours never were cut. */
static void test_others_are_not_touched(void **state)
{
	int cut_fd = make_file(*state, "cut"), fd = make_file(*state, "whole");
	signal(SIGBUS, SIG_DFL);
	struct map whole = map_file(fd), cut = map_file(cut_fd), other = map_file(fd);
	assert_int_equal(ftruncate(cut_fd, 0), 0);
	check_pages(&cut, 0, PAGES, false);
	assert_true(map_was_cut(&cut));
	check_pages(&whole, 0, PAGES, true);
	check_pages(&other, 0, PAGES, true);
	assert_false(map_was_cut(&whole) || map_was_cut(&other));
	map_close(&cut);
	struct map again = map_file(fd);
	assert_false(map_was_cut(&again));
	check_pages(&again, 0, PAGES, true);
	map_close(&again);
	map_close(&other);
	map_close(&whole);
	close(cut_fd);
	close(fd);
}

static void test_only_so_many(void **state)
{
	int fd = make_file(*state, "f");
	struct map maps[64], one_more;
	struct error err = { 0 };
	size_t count = 0;
	while (count < 64 && map_open(fd, &maps[count], &err))
		count++;
	assert_in_range(count, 4, 63);
	assert_non_null(strstr(err.text, "too many"));
	map_close(&maps[--count]);
	assert_true(map_open(fd, &one_more, &err));
	check_pages(&one_more, 0, PAGES, true);
	map_close(&one_more);
	while (count > 0)
		map_close(&maps[--count]);
	close(fd);
}

/* Somebody else's fault is none of a mapping's. */
static void test_foreign_addresses(void **state)
{
	int fd = make_file(*state, "f");
	struct map map = map_file(fd);
	int here = 0;
	assert_false(map_mend(&here));
	assert_false(map_mend(NULL));
	assert_false(map_mend((void *)(uintptr_t)(map.bytes + map.len)));
	assert_false(map_mend((void *)(uintptr_t)(map.bytes - 1)));
	assert_false(map_was_cut(&map));
	check_pages(&map, 0, PAGES, true);
	void *was = (void *)(uintptr_t)map.bytes;
	map_close(&map);
	assert_false(map_mend(was));
	close(fd);
}

#define IN_TMP(test) cmocka_unit_test_setup_teardown(test, tmp_setup, tmp_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_TMP(test_whole_file),
		IN_TMP(test_what_can_not_be_mapped),
		IN_TMP(test_cut),
		IN_TMP(test_others_are_not_touched),
		IN_TMP(test_only_so_many),
		IN_TMP(test_foreign_addresses),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
