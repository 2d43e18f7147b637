/*
 * One at a time deploys, and a record of what it touches is believed only where nobody else can have
 * written it.
 */
#include "store/deploying.h"

#include "support/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/user.h"
#include "store/folder.h"
#include "store/journal.h"
#include "support/depot.h"

#define RECORD "{\"what\":\"is touched\"}"
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

static struct deploying *take(struct depot *d)
{
	struct deploying *held = NULL;
	struct error err = { 0 };
	if (!store_deploying_take(d->store, &held, &err))
		fail_msg("%s", err.text);
	return held;
}

static void refuse(struct depot *d, const char *want)
{
	struct deploying *held = NULL;
	struct error err = { 0 };
	assert_false(store_deploying_take(d->store, &held, &err));
	assert_null(held);
	assert_int_equal(err.code, ERROR_FAILED);
	if (!strstr(err.text, want))
		fail_msg("'%s' doesn't say '%s'", err.text, want);
}

static void test_kept_and_dropped(void **state)
{
	struct depot *d = *state;
	struct deploying *held = take(d);
	struct buf text = { 0 };
	bool there = true, unsure = true;
	assert_false(store_has_deploying(d->store));
	assert_true(store_deploying_read(held, &text, &there, NULL));
	assert_false(there);
	for (int i = 0; i < 2; i++) { /* over the one before */
		assert_true(store_deploying_keep(held, RECORD, strlen(RECORD), &unsure, NULL));
		assert_true(store_has_deploying(d->store));
		assert_false(store_deploying_is_cut_off(d->store));
	}
	assert_false(tmp_exists(d->tmp, "store/.deploying-new"));
	struct stat st;
	assert_int_equal(stat(depot_path(d, "deploying"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_true(store_deploying_read(held, &text, &there, NULL));
	assert_true(there);
	assert_string_equal(buf_text(&text), RECORD);
	store_deploying_release(held);
	store_deploying_release(NULL);
	assert_true(store_has_deploying(d->store));
	assert_true(store_deploying_is_cut_off(d->store));
	held = take(d);
	assert_false(store_deploying_is_cut_off(d->store));
	tmp_text(d->tmp, "store/.deploying-new", "half");
	assert_true(store_deploying_drop(held, NULL));
	assert_false(store_has_deploying(d->store));
	assert_true(store_deploying_drop(held, NULL));
	store_deploying_release(held);
	assert_false(store_deploying_is_cut_off(d->store));
	buf_done(&text);
}

/* Half of a record says nothing, and goes with the next one who comes. */
static void test_half_a_record(void **state)
{
	struct depot *d = *state;
	tmp_text(d->tmp, "store/.deploying-new", "half");
	assert_true(store_has_deploying(d->store));
	assert_false(store_deploying_is_cut_off(d->store));
	store_deploying_release(take(d));
	assert_false(store_has_deploying(d->store));
}

/* A record and nobody who ever held the lock: that is cut off as well. */
static void test_a_record_without_a_holder(void **state)
{
	struct depot *d = *state;
	tmp_text(d->tmp, "store/deploying", RECORD);
	assert_true(store_deploying_is_cut_off(d->store));
	assert_int_equal(symlink("nowhere", depot_path(d, ".deploying")), 0);
	assert_false(store_deploying_is_cut_off(d->store)); /* it can't be told */
}

static void test_the_second_is_told_who(void **state)
{
	struct depot *d = *state;
	struct deploying *held = take(d);
	char *want = mem_format("is under way by %s (%s, process %d)", user_name(), user_origin(),
		(int)getpid());
	refuse(d, want);
	/* What the one before was called doesn't matter, nor does a line that says nothing. */
	assert_int_equal(truncate(depot_path(d, ".deploying"), 0), 0);
	refuse(d, "is under way by somebody (unknown, process 0)");
	store_deploying_release(held);
	tmp_text(d->tmp, "store/.deploying", "{\"who\":\"a name that was longer than what is written now, "
					    "and more of it, and more of it, and more of it\"}\n\n\n\n\n\n\n\n"
					    "                                                              ");
	held = take(d);
	refuse(d, want);
	const char *line = tmp_read(d->tmp, "store/.deploying", NULL);
	struct json *o = json_parse(line, strlen(line), NULL);
	char *since = json_get_text(o, "since");
	assert_non_null(since);
	assert_int_equal(line[strlen(line) - 1], '\n');
	free(since);
	json_free(o);
	store_deploying_release(held);
	free(want);
}

static void test_who_may_not(void **state)
{
	struct depot *d = *state;
	struct store *store;
	struct error err = { 0 };
	struct deploying *held = NULL;
	struct store_options options = { .path = depot_path(d, NULL), .read_only = true };
	assert_true(store_open(&options, &store, &err));
	assert_false(store_deploying_take(store, &held, &err));
	assert_non_null(strstr(err.text, "read-only"));
	store_close(store);
	options = (struct store_options){ .path = tmp_path(d->tmp, "none"), .imagine = true };
	assert_true(store_open(&options, &store, &err));
	assert_false(store_has_deploying(store));
	assert_false(store_deploying_is_cut_off(store));
	assert_false(store_deploying_take(store, &held, &err));
	store_close(store);
	assert_null(held);
	tmp_text(d->tmp, "elsewhere", "stays");
	assert_int_equal(symlink("../elsewhere", depot_path(d, ".deploying")), 0);
	refuse(d, ".deploying: can't be opened for writing");
	assert_int_equal(unlink(depot_path(d, ".deploying")), 0);
	assert_int_equal(link(tmp_path(d->tmp, "elsewhere"), depot_path(d, ".deploying")), 0);
	refuse(d, ".deploying");
	assert_string_equal(tmp_read(d->tmp, "elsewhere", NULL), "stays");
}

static void test_another_user(void **state)
{
	struct depot *d = *state;
	if (geteuid() != 0)
		skip();
	store_deploying_release(take(d));
	assert_int_equal(seteuid(NOBODY), 0);
	struct deploying *held = NULL;
	struct error err = { 0 };
	bool ok = store_deploying_take(d->store, &held, &err);
	assert_int_equal(seteuid(0), 0);
	assert_false(ok);
	assert_non_null(strstr(err.text, "you may not deploy from this store"));
}

static void check_own(struct depot *d, bool own)
{
	struct deploying *held = take(d);
	struct buf text = { 0 };
	struct error err = { 0 };
	bool there;
	assert_int_equal(store_deploying_read(held, &text, &there, &err), own);
	assert_true(there);
	if (!own)
		assert_non_null(strstr(err.text, "others than you may"));
	buf_done(&text);
	store_deploying_release(held);
}

static void check_modes(struct depot *d, const char *name, mode_t good)
{
	static const mode_t others[] = { 0020, 0002, 0022, 0777 };
	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		assert_int_equal(chmod(depot_path(d, name), good | others[i]), 0);
		check_own(d, false);
	}
	assert_int_equal(chmod(depot_path(d, name), good | 0444), 0);
	check_own(d, true);
}

static void test_what_others_may_have_written(void **state)
{
	struct depot *d = *state;
	tmp_text(d->tmp, "store/deploying", RECORD);
	assert_int_equal(chmod(depot_path(d, "deploying"), 0600), 0);
	assert_int_equal(chmod(depot_path(d, NULL), 0755), 0);
	check_own(d, true);
	check_modes(d, "deploying", 0600);
	check_modes(d, NULL, 0700);
	if (geteuid() != 0)
		return;
	assert_int_equal(chown(depot_path(d, "deploying"), NOBODY, 0), 0);
	check_own(d, false);
	assert_int_equal(chown(depot_path(d, "deploying"), 0, NOBODY), 0);
	check_own(d, true);
	assert_int_equal(chown(depot_path(d, NULL), NOBODY, 0), 0);
	check_own(d, false);
}

/* A link that somebody put there isn't followed. */
static void test_a_record_that_is_a_link(void **state)
{
	struct depot *d = *state;
	struct deploying *held = take(d);
	struct buf text = { 0 };
	bool there, unsure;
	tmp_text(d->tmp, "elsewhere", RECORD);
	assert_int_equal(symlink("../elsewhere", depot_path(d, "deploying")), 0);
	assert_false(store_deploying_read(held, &text, &there, NULL));
	assert_int_equal(text.len, 0);
	assert_true(store_deploying_keep(held, "new", 3, &unsure, NULL));
	assert_string_equal(tmp_read(d->tmp, "elsewhere", NULL), RECORD);
	assert_true(store_deploying_read(held, &text, &there, NULL));
	assert_string_equal(buf_text(&text), "new");
	buf_done(&text);
	store_deploying_release(held);
}

/* --- receipts ------------------------------------------------------------------------------------ */

static void read_receipt(struct depot *d, const char *target, const char *want,
	char base[FINGERPRINT_HEX])
{
	struct buf text = { 0 };
	struct error err = { 0 };
	if (!store_read_receipt(d->store, target, &text, base, &err))
		fail_msg("%s", err.text);
	assert_string_equal(buf_text(&text), want);
	buf_done(&text);
}

static void put_receipt(struct depot *d, const char *target, const char *text, const char *base)
{
	struct plan plan = { .op = OP_DEPLOY };
	struct buf bytes = { 0 };
	buf_text_add(&bytes, text);
	plan_receipt(&plan, target, "a name", "written", &bytes, base);
	assert_int_equal(plan.count, 1);
	assert_int_equal(plan.rows[0].dst.state, FOLDER_DEPLOYED);
	assert_string_equal(plan.rows[0].name, "a name");
	assert_string_equal(plan.rows[0].now, "written");
	depot_apply(d, &plan);
	buf_done(&bytes);
}

static void test_receipts(void **state)
{
	struct depot *d = *state;
	char base[FINGERPRINT_HEX] = "x", other[FINGERPRINT_HEX], hex[FINGERPRINT_HEX];
	struct fingerprint hash;
	read_receipt(d, "java", "", base);
	assert_string_equal(base, "");
	put_receipt(d, "java", "first", base);
	read_receipt(d, "java", "first", base);
	fingerprint_of("first", 5, &hash);
	assert_string_equal(base, fingerprint_hex(&hash, hex));
	read_receipt(d, "../Java / x", "", other);
	put_receipt(d, "../Java / x", "of another", other);
	put_receipt(d, "java", "second", base);
	read_receipt(d, "java", "second", base);
	read_receipt(d, "../Java / x", "of another", other);
	fingerprint_of("of another", 10, &hash);
	assert_string_equal(other, fingerprint_hex(&hash, hex));
	assert_int_equal(tmp_count(d->tmp, "store/deployed"), 2);
}

/* A receipt that can't be read is no missing one. */
static void test_a_receipt_that_is_a_folder(void **state)
{
	struct depot *d = *state;
	char base[FINGERPRINT_HEX], hex[FINGERPRINT_HEX];
	struct fingerprint hash;
	struct buf text = { 0 };
	struct error err = { 0 };
	fingerprint_of("java", 4, &hash);
	char *name = mem_format("store/deployed/%s.json", fingerprint_hex(&hash, hex));
	tmp_dir(d->tmp, name);
	depot_open(d);
	assert_false(store_read_receipt(d->store, "java", &text, base, &err));
	assert_string_equal(base, "");
	free(name);
}

#define IN_DEPOT(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_DEPOT(test_kept_and_dropped),
		IN_DEPOT(test_half_a_record),
		IN_DEPOT(test_a_record_without_a_holder),
		IN_DEPOT(test_the_second_is_told_who),
		IN_DEPOT(test_who_may_not),
		IN_DEPOT(test_another_user),
		IN_DEPOT(test_what_others_may_have_written),
		IN_DEPOT(test_a_record_that_is_a_link),
		IN_DEPOT(test_receipts),
		IN_DEPOT(test_a_receipt_that_is_a_folder),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
