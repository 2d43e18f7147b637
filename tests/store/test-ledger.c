/* The journal's end: where it is, what is behind it, and who else has a name for the file. */
#include "store/ledger.h"

#include "support/unit.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "store/internal.h"
#include "support/depot.h"

static int open_folder(struct tmp *tmp)
{
	int root = open(tmp_path(tmp, NULL), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(root >= 0);
	return root;
}

static void test_where_lines_begin(void **state)
{
	struct tmp *tmp = *state;
	int root = open_folder(tmp);
	assert_true(ledger_line_begins(root, 0));
	assert_false(ledger_line_begins(root, 3));
	tmp_text(tmp, "journal", "ab\ncd\n");
	for (int64_t at = 0; at < 9; at++)
		assert_int_equal(ledger_line_begins(root, at), at == 0 || at == 3 || at == 6);
	close(root);
}

static void test_cut(void **state)
{
	struct tmp *tmp = *state;
	struct error err = { 0 };
	int root = open_folder(tmp);
	assert_true(ledger_cut(root, 0, &err)); /* none was written yet */
	assert_false(ledger_cut(root, 3, &err));
	assert_non_null(strstr(err.text, "journal"));
	tmp_text(tmp, "journal", "ab\ncd\n");
	assert_true(ledger_cut(root, 3, &err));
	assert_string_equal(tmp_read(tmp, "journal", NULL), "ab\n");
	close(root);
}

/* A journal by another name is somebody's trap. */
static void test_other_names(void **state)
{
	struct tmp *tmp = *state;
	struct plan plan = { .op = "test" };
	struct ledger_end end;
	struct error err = { 0 };
	int root = open_folder(tmp);
	ledger_end_empty(&end);
	tmp_text(tmp, "mine", "ab\ncd\n");
	assert_int_equal(symlink("mine", tmp_path(tmp, "journal")), 0);
	assert_false(ledger_line_begins(root, 3));
	assert_false(ledger_cut(root, 3, &err));
	assert_false(ledger_write(root, &plan, NULL, &end, &err));
	assert_non_null(strstr(err.text, "journal: can't be opened for writing"));
	tmp_remove(tmp, "journal");
	assert_int_equal(link(tmp_path(tmp, "mine"), tmp_path(tmp, "journal")), 0);
	assert_false(ledger_cut(root, 3, &err));
	assert_null(strstr(err.text, "can't be shortened"));
	assert_false(ledger_write(root, &plan, NULL, &end, &err));
	assert_string_equal(tmp_read(tmp, "mine", NULL), "ab\ncd\n");
	close(root);
}

static void test_end(void **state)
{
	struct tmp *tmp = *state;
	struct ledger_end end;
	int root = open_folder(tmp);
	assert_true(ledger_find_end(root, &end, NULL));
	assert_true(end.size == 0 && end.seq == 0 && !end.torn);
	tmp_text(tmp, "journal", "nonsense\ntorn");
	assert_true(ledger_find_end(root, &end, NULL));
	assert_true(end.size == 9 && end.seq == 0 && end.torn);
	close(root);
}

/* What couldn't be written whole is taken back, and nothing worse is said of it than that. */
static void test_no_space(void **state)
{
	struct depot *d = depot_new(2, STATE_UNTRUSTED);
	struct plan plan = { .op = "trust" };
	struct rlimit was, now;
	struct error err = { 0 };
	struct ledger_end end, begun;
	struct buf olds[2] = { 0 };
	(void)state;
	size_t len = strlen(depot_journal(d));
	for (size_t i = 0; i < 2; i++)
		plan_move(&plan, depot_entry(d, i), STATE_TRUSTED);
	assert_true(ledger_find_end(d->store->root, &end, NULL));
	begun = end;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
	now = (struct rlimit){ len + 100, was.rlim_max };
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &now), 0);
	bool ok = ledger_write(d->store->root, &plan, olds, &end, &err);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
	assert_false(ok);
	assert_string_equal(err.text, "journal: can't be written: File too large");
	assert_int_equal(strlen(depot_journal(d)), len);
	assert_true(end.size == begun.size && end.seq == begun.seq);
	plan_done(&plan);
	depot_free(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_where_lines_begin, tmp_setup, tmp_teardown),
		cmocka_unit_test_setup_teardown(test_cut, tmp_setup, tmp_teardown),
		cmocka_unit_test_setup_teardown(test_other_names, tmp_setup, tmp_teardown),
		cmocka_unit_test_setup_teardown(test_end, tmp_setup, tmp_teardown),
		cmocka_unit_test(test_no_space),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
