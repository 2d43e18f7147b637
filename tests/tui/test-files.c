#include "support/unit.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/tmp.h"
#include "tui/files.h"

static enum reaction press(struct files *files, const char *name)
{
	struct key key;
	assert_true(key_parse(name, &key));
	return files_key(files, &key);
}

static struct files_item current(struct files *files)
{
	struct files_item item;
	assert_true(files_current(files, &item));
	return item;
}

static int setup(void **state)
{
	tmp_setup(state);
	struct tmp *tmp = *state;
	tmp_text(tmp, "b.pem", "12345");
	tmp_text(tmp, "A.pem", "");
	tmp_text(tmp, ".hidden", "");
	tmp_text(tmp, "sub/inner.crt", "");
	tmp_dir(tmp, "zdir");
	assert_int_equal(symlink("b.pem", tmp_path(tmp, "link")), 0);
	assert_int_equal(symlink("nowhere", tmp_path(tmp, "dangling")), 0);
	assert_int_equal(mkfifo(tmp_path(tmp, "pipe"), 0600), 0);
	return 0;
}

static struct files *open_files(struct tmp *tmp)
{
	struct error err;
	struct files *files = files_new(tmp_path(tmp, NULL), &err);
	assert_non_null(files);
	files_draw(files, (struct area){ 0, 0, 20, 40 }, true);
	return files;
}

static void test_order(void **state)
{
	static const char *const names[] = { "..", "sub", "zdir", "A.pem", "b.pem", "dangling", "link",
		"pipe" };
	struct files *files = open_files(*state);
	char position[32];
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		assert_string_equal(current(files).name, names[i]);
		press(files, "j");
	}
	files_position(files, position, sizeof position);
	assert_string_equal(position, "8 of 8");
	files_free(files);
}

static void test_kinds(void **state)
{
	struct files *files = open_files(*state);
	press(files, "G");
	assert_false(current(files).regular); /* the pipe */
	assert_int_equal(press(files, "Enter"), REACT_REPAINT);
	assert_non_null(files_problem(files));
	press(files, "k");
	assert_true(current(files).regular); /* the link, for what it points at */
	assert_int_equal(current(files).size, 5);
	assert_null(files_problem(files));
	assert_int_equal(press(files, "Enter"), REACT_ACCEPT);
	press(files, "k");
	assert_false(current(files).regular || current(files).folder);
	files_free(files);
}

static void test_in_and_out(void **state)
{
	struct tmp *tmp = *state;
	struct files *files = open_files(tmp);
	press(files, "j");
	assert_int_equal(press(files, "Enter"), REACT_REPAINT);
	assert_string_equal(files_folder(files), tmp_path(tmp, "sub"));
	press(files, "j");
	assert_string_equal(current(files).path, tmp_path(tmp, "sub/inner.crt"));
	assert_int_equal(press(files, "Right"), REACT_ACCEPT);
	press(files, "Backspace");
	assert_string_equal(files_folder(files), tmp_path(tmp, NULL));
	assert_string_equal(current(files).name, "sub"); /* where we came from */
	press(files, "g");
	assert_string_equal(current(files).name, "..");
	press(files, "Enter");
	assert_non_null(strstr(tmp_path(tmp, NULL), current(files).name));
	files_free(files);
}

static void test_root(void **state)
{
	struct error err;
	struct files *files = files_new("/", &err);
	(void)state;
	assert_non_null(files);
	assert_string_not_equal(current(files).name, "..");
	assert_int_equal(press(files, "h"), REACT_NONE);
	assert_true(files_go(files, "/usr//", &err));
	assert_string_equal(files_folder(files), "/usr");
	press(files, "h");
	assert_string_equal(files_folder(files), "/");
	assert_string_equal(current(files).path, "/usr");
	files_free(files);
}

static void test_hidden(void **state)
{
	struct files *files = open_files(*state);
	char position[32];
	press(files, "G");
	press(files, ".");
	assert_string_equal(current(files).name, "pipe");
	files_position(files, position, sizeof position);
	assert_string_equal(position, "9 of 9");
	press(files, ".");
	files_position(files, position, sizeof position);
	assert_string_equal(position, "8 of 8");
	files_free(files);
}

static void test_filter(void **state)
{
	struct files *files = open_files(*state);
	assert_int_equal(press(files, "/"), REACT_REPAINT);
	assert_true(files_typing(files));
	press(files, "P");
	press(files, "e");
	press(files, "m");
	assert_string_equal(current(files).name, "A.pem");
	press(files, "Down");
	assert_string_equal(current(files).name, "b.pem");
	press(files, "j"); /* a letter, not a movement: nothing is left but the way up */
	assert_string_equal(current(files).name, "..");
	press(files, "Backspace");
	assert_int_equal(press(files, "Enter"), REACT_REPAINT);
	assert_false(files_typing(files));
	press(files, "G");
	assert_string_equal(current(files).name, "b.pem");
	assert_int_equal(press(files, "Esc"), REACT_REPAINT);
	assert_string_equal(current(files).name, "b.pem");
	press(files, "G");
	assert_string_equal(current(files).name, "pipe");
	assert_int_equal(press(files, "Esc"), REACT_UNHANDLED);
	assert_int_equal(press(files, "x"), REACT_UNHANDLED);
	files_free(files);
}

static void test_hostile_names(void **state)
{
	struct tmp *tmp = *state;
	tmp_text(tmp, "zdir/\033]0;x\a\xff\nname", "");
	struct files *files = open_files(tmp);
	struct error err;
	assert_true(files_go(files, tmp_path(tmp, "zdir"), &err));
	press(files, "G");
	assert_string_equal(current(files).name, "\\x1b]0;x\\x07\\xff\\x0aname");
	assert_string_equal(current(files).path, tmp_path(tmp, "zdir/\033]0;x\a\xff\nname"));
	files_free(files);
}

static void test_missing_folders(void **state)
{
	struct tmp *tmp = *state;
	struct files *files = open_files(tmp);
	struct error err = { 0 };
	assert_null(files_new(tmp_path(tmp, "nowhere"), &err));
	assert_non_null(strstr(err.text, "nowhere"));
	assert_false(files_go(files, tmp_path(tmp, "b.pem"), &err));
	assert_string_equal(files_folder(files), tmp_path(tmp, NULL));
	press(files, "j");
	tmp_remove(tmp, "sub");
	assert_int_equal(press(files, "Enter"), REACT_REPAINT);
	assert_non_null(files_problem(files));
	assert_string_equal(files_folder(files), tmp_path(tmp, NULL));
	assert_true(files_reload(files, &err));
	assert_string_equal(current(files).name, "..");
	files_free(files);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_order, setup, tmp_teardown),
		cmocka_unit_test_setup_teardown(test_kinds, setup, tmp_teardown),
		cmocka_unit_test_setup_teardown(test_in_and_out, setup, tmp_teardown),
		cmocka_unit_test(test_root),
		cmocka_unit_test_setup_teardown(test_hidden, setup, tmp_teardown),
		cmocka_unit_test_setup_teardown(test_filter, setup, tmp_teardown),
		cmocka_unit_test_setup_teardown(test_hostile_names, setup, tmp_teardown),
		cmocka_unit_test_setup_teardown(test_missing_folders, setup, tmp_teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
