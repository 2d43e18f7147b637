/*
 * The file of services and consumers: its text is kept, changed and given back as it is, and
 * believed only where nobody else may write to it.
 */
#include "store/endpoints.h"

#include "support/unit.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/journal.h"
#include "support/depot.h"

#define NOBODY 65534

static int set_up(void **state)
{
	*state = depot_new(0, STATE_TRUSTED);
	return 0;
}

static int tear_down(void **state)
{
	depot_free(*state);
	return 0;
}

static void put(struct depot *d, const char *text, const char *base)
{
	struct plan plan = { .op = "endpoint add" };
	struct fingerprint about;
	struct buf bytes = { 0 };
	buf_text_add(&bytes, text);
	plan_endpoints(&plan, "web", "was", "now", &bytes, base);
	assert_int_equal(plan.count, 1);
	fingerprint_of("web", 3, &about);
	assert_int_equal(fingerprint_compare(&plan.rows[0].cert, &about), 0);
	assert_true(plan.rows[0].typed);
	assert_string_equal(plan.rows[0].name, "web");
	depot_apply(d, &plan);
	buf_done(&bytes);
}

static void check_text(struct depot *d, const char *want, char base[FINGERPRINT_HEX])
{
	struct buf text = { 0 };
	struct error err = { 0 };
	buf_text_add(&text, "before "); /* which is none of the file's */
	if (!store_read_endpoints(d->store, &text, base, &err))
		fail_msg("%s", err.text);
	assert_int_equal(strncmp(buf_text(&text), "before ", 7), 0);
	assert_string_equal(buf_text(&text) + 7, want);
	buf_done(&text);
}

static void test_written_and_read(void **state)
{
	struct depot *d = *state;
	char base[FINGERPRINT_HEX] = "x", hex[FINGERPRINT_HEX];
	struct fingerprint hash;
	check_text(d, "", base);
	assert_string_equal(base, "");
	put(d, "first\n", base);
	check_text(d, "first\n", base);
	fingerprint_of("first\n", 6, &hash);
	assert_string_equal(base, fingerprint_hex(&hash, hex));
	put(d, "second\n", base);
	check_text(d, "second\n", base);
	depot_undo(d, 0);
	check_text(d, "first\n", base);
	depot_undo(d, 1);
	check_text(d, "", base);
}

/* What somebody wrote since is neither replaced nor lost. */
static void test_changed_meanwhile(void **state)
{
	struct depot *d = *state;
	struct plan plan = { .op = "endpoint add" }, fresh = { .op = "endpoint add" };
	struct buf bytes = { 0 };
	char base[FINGERPRINT_HEX];
	put(d, "first\n", "");
	check_text(d, "first\n", base);
	buf_text_add(&bytes, "second\n");
	plan_endpoints(&plan, "web", NULL, NULL, &bytes, base);
	plan_endpoints(&fresh, "web", NULL, NULL, &bytes, "");
	tmp_text(d->tmp, "store/endpoints", "somebody's\n");
	depot_refuse(d, &plan, "changed it meanwhile");
	depot_refuse(d, &fresh, "a file of that name");
	check_text(d, "somebody's\n", base);
	buf_done(&bytes);
}

static void test_a_store_that_is_to_come(void **state)
{
	struct depot *d = *state;
	struct store *store;
	struct buf text = { 0 };
	char base[FINGERPRINT_HEX] = "x";
	struct store_options options = { .path = tmp_path(d->tmp, "none"), .imagine = true };
	assert_true(store_open(&options, &store, NULL));
	assert_true(store_read_endpoints(store, &text, base, NULL));
	assert_int_equal(text.len, 0);
	assert_string_equal(base, "");
	store_close(store);
}

static void refuse(struct depot *d, const char *want)
{
	struct buf text = { 0 };
	struct error err = { 0 };
	char base[FINGERPRINT_HEX] = "x";
	assert_false(store_read_endpoints(d->store, &text, base, &err));
	if (!strstr(err.text, want))
		fail_msg("'%s' doesn't say '%s'", err.text, want);
	assert_string_equal(base, "");
	buf_done(&text);
}

static void test_what_is_not_believed(void **state)
{
	struct depot *d = *state;
	put(d, "first\n", "");
	tmp_mode(d->tmp, "store/endpoints", 0646);
	refuse(d, "everybody may write to it");
	tmp_remove(d->tmp, "store/endpoints");
	tmp_text(d->tmp, "elsewhere", "somebody's");
	assert_int_equal(symlink("../elsewhere", depot_path(d, "endpoints")), 0);
	refuse(d, "symbolic link");
}

static void check_may(struct depot *d, bool may, const char *label)
{
	struct error err = { 0 };
	assert_int_equal(store_may_run_commands(d->store, &err), may);
	if (!may && !strstr(err.text, label))
		fail_msg("'%s' doesn't say '%s'", err.text, label);
}

static void test_whose_commands_may_run(void **state)
{
	struct depot *d = *state;
	check_may(d, true, ""); /* nothing says of any */
	put(d, "first\n", "");
	check_may(d, true, "");
	tmp_mode(d->tmp, "store/endpoints", 0646);
	check_may(d, false, "endpoints");
	tmp_mode(d->tmp, "store/endpoints", 0644);
	tmp_mode(d->tmp, "store", 0757);
	check_may(d, false, store_path(d->store));
	tmp_mode(d->tmp, "store", 0755);
	check_may(d, true, "");
	if (geteuid() != 0)
		return;
	assert_int_equal(chown(depot_path(d, "endpoints"), NOBODY, 0), 0);
	check_may(d, false, "endpoints");
}

#define IN_DEPOT(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_DEPOT(test_written_and_read),
		IN_DEPOT(test_changed_meanwhile),
		IN_DEPOT(test_a_store_that_is_to_come),
		IN_DEPOT(test_what_is_not_believed),
		IN_DEPOT(test_whose_commands_may_run),
	};
	umask(022);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
