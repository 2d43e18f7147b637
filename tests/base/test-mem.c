#include "base/mem.h"

#include "support/unit.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void test_copies(void **state)
{
	(void)state;
	char *a = mem_textn("abcdef", 3), *b = mem_copy("x\0y", 3), *c = mem_format("%d", 5);
	char *zeroed = mem_new(3), *nothing = mem_new(0), *empty = mem_copy(NULL, 0);
	assert_string_equal(a, "abc");
	assert_memory_equal(b, "x\0y", 3);
	assert_string_equal(c, "5");
	assert_memory_equal(zeroed, "\0\0\0", 3);
	assert_non_null(nothing);
	assert_non_null(empty);
	assert_null(mem_text(NULL));
	free(a);
	free(b);
	free(c);
	free(zeroed);
	free(nothing);
	free(empty);
}

static void test_grow_doubles(void **state)
{
	int *items = NULL;
	size_t cap = 0, moves = 0;
	(void)state;
	for (size_t i = 0; i < 10000; i++) {
		size_t before = cap;
		items = mem_grow(items, i, &cap, sizeof *items);
		assert_true(cap > i);
		moves += cap != before;
		items[i] = (int)i;
	}
	assert_true(moves < 15);
	assert_int_equal(items[9999], 9999);
	free(items);
}

static void test_wipe(void **state)
{
	char secret[] = "secret";
	(void)state;
	mem_wipe(secret, sizeof secret);
	assert_memory_equal(secret, "\0\0\0\0\0\0\0", sizeof secret);
	mem_wipe(NULL, 5);
	mem_wipe(secret, 0);
}

static int told;

static void tell(void)
{
	if (write(told, "hook\n", 5) != 5)
		_exit(9);
}

static void test_death_calls_the_hook_first(void **state)
{
	int ends[2], status;
	char said[200] = "";
	(void)state;
	assert_int_equal(pipe(ends), 0);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		dup2(ends[1], STDERR_FILENO);
		told = ends[1];
		mem_on_death(tell);
		mem_die("out of memory");
	}
	close(ends[1]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 1);
	for (size_t n = 0, got = 1; got > 0; n += got) {
		ssize_t r = read(ends[0], said + n, sizeof said - 1 - n);
		got = r > 0 ? (size_t)r : 0;
	}
	close(ends[0]);
	assert_string_equal(said, "hook\ncertary: out of memory (nothing was lost; try again)\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_copies),
		cmocka_unit_test(test_grow_doubles),
		cmocka_unit_test(test_wipe),
		cmocka_unit_test(test_death_calls_the_hook_first),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
