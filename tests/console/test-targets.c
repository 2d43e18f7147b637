/*
 * Targets by keys on a terminal: how their pages look, and what the consumers' files hold afterwards.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/desk.h"
#include "support/run.h"
#include "support/unit.h"

#define RECORD "desk/deploying" /* of a deployment that is under way */

struct size {
	int rows, cols;
	unsigned look;
	const char *name;
};

static const struct size sizes[] = {
	{ 24, 80, DESK_PLAIN, "80x24-utf8" },
	{ 24, 80, DESK_ASCII | DESK_MONO, "80x24-ascii" },
	{ 40, 120, DESK_PLAIN, "120x40-utf8" },
	{ 12, 40, DESK_PLAIN, "40x12-utf8" },
};

/* Where nothing can be written: what is shown of them is the same on every host. */
static const char *const saved[][8] = {
	{ "target", "add", "--kind", "pem-bundle", "--name", "curl", "--path", "/nowhere/all.pem" },
	{ "target", "add", "--kind", "java", "--name", "jira", "--path", "/nowhere/jira.jks" },
	{ "target", "add", "--kind", "openssl-dir", "--name", "東京 libssl", "--path", "/nowhere/certs" },
};

static const struct pane {
	const char *name;
	bool some; /* targets are saved */
	const char *keys[6];
} panes[] = {
	{ "targets-empty", false, { "4" } },
	{ "targets", true, { "4", "j" } },
	{ "targets-out-of-reach", true, { "4", "D" } },
	{ "target-form", true, { "4", "je" } },
	{ "target-remove", true, { "4", "d" } },
};

static void save_all(struct desk_test *d)
{
	const char *words[10] = { NULL };
	for (size_t i = 0; i < sizeof saved / sizeof *saved; i++) {
		memcpy(words, saved[i], sizeof saved[i]);
		desk_run(d, 0, words);
	}
}

static void press_all(struct term *t, const char *const *keys, size_t most)
{
	for (size_t i = 0; i < most && keys[i]; i++)
		term_press(t, keys[i]);
}

static void shoot(const struct size *size, const struct pane *pane)
{
	struct desk_test d = { 0 };
	char name[80];
	snprintf(name, sizeof name, "%s-%s", pane->name, size->name);
	desk_open(&d, size->rows, size->cols, size->look);
	if (pane->some)
		save_all(&d);
	press_all(d.term, pane->keys, 6);
	golden_check(d.term, name);
	term_check_raw(d.term);
	term_press(d.term, TERM_ESC);
	term_press(d.term, TERM_ESC);
	desk_close(&d);
}

static void test_panes(void **state)
{
	(void)state;
	for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
		for (size_t p = 0; p < sizeof panes / sizeof *panes; p++)
			shoot(&sizes[s], &panes[p]);
}

/* --- deploying ------------------------------------------------------------------------------ */

static void open_with_bundle(struct desk_test *d)
{
	desk_open(d, 24, 80, DESK_PLAIN);
	desk_run(d, 0, ARGV("target", "add", "--kind", "pem-bundle", "--name", "curl", "--path",
			       tmp_path(d->tmp, "all.pem")));
}

static size_t count_blocks(struct desk_test *d)
{
	size_t n = 0;
	for (const char *at = tmp_read(d->tmp, "all.pem", NULL);
		(at = strstr(at, "BEGIN CERTIFICATE")); at++)
		n++;
	return n;
}

static void test_deploy_from_anywhere(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	open_with_bundle(&d);
	term_press(d.term, "D");
	term_wait_text(d.term, "Deploy it?");
	term_press(d.term, "\r"); /* Enter leaves everything as it was */
	assert_false(tmp_exists(d.tmp, "all.pem"));
	term_press(d.term, "D");
	term_wait_text(d.term, "Deploy it?");
	term_press(d.term, "y");
	term_wait_text(d.term, "read back");
	term_press(d.term, "\r");
	assert_int_equal(count_blocks(&d), 4);
	term_press(d.term, "D");
	term_wait_text(d.term, "all is as it should be");
	desk_close(&d);
}

static void test_behind_is_told(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	open_with_bundle(&d);
	desk_run(&d, 0, ARGV("deploy", "--yes"));
	term_press(d.term, "4");
	assert_true(term_has(d.term, "current"));
	term_press(d.term, "1/Example Root\r");
	term_press(d.term, "U");
	term_press(d.term, "y");
	term_wait_text(d.term, "D deploys it to 1 target");
	term_press(d.term, "4");
	assert_true(term_has(d.term, "behind"));
	assert_true(term_has(d.term, "Targets 1!"));
	term_press(d.term, "\r");
	term_wait_text(d.term, "remove");
	term_press(d.term, "D");
	term_wait_text(d.term, "Deploy it?");
	term_press(d.term, "y");
	term_wait_text(d.term, "read back");
	term_press(d.term, "\r");
	assert_int_equal(count_blocks(&d), 3);
	desk_close(&d);
}

/* --- what died in the middle ----------------------------------------------------------------- */

/* It was complete, and wasn't tidied up. */
static void leave_record(struct desk_test *d)
{
	char *record;
	assert_true(asprintf(&record,
			    "{\"deployment\":1,\"phase\":\"done\",\"targets\":[{\"name\":\"curl\","
			    "\"kind\":\"pem-bundle\",\"path\":\"/nowhere/all.pem\"}],\"files\":[{\"kind\":\"write\",\"path\":\"%s\","
			    "\"target\":0,\"existed\":true,\"hash\":\"%064d\"}]}",
			    tmp_path(d->tmp, "all.pem"), 0) > 0);
	tmp_write(d->tmp, ".all.pem.certary-old", "old", 3);
	tmp_write(d->tmp, RECORD, record, strlen(record));
	free(record);
}

static void test_start_mends(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	open_with_bundle(&d);
	leave_record(&d);
	struct term *other = desk_another(&d, 24, 80, DESK_READ_ONLY);
	assert_false(term_has(other, "interrupted"));
	desk_leave(other);
	assert_true(tmp_exists(d.tmp, RECORD));
	other = desk_another(&d, 24, 80, DESK_PLAIN);
	assert_true(term_has(other, "was interrupted"));
	assert_false(tmp_exists(d.tmp, RECORD));
	assert_false(tmp_exists(d.tmp, ".all.pem.certary-old"));
	term_press(other, "\r");
	desk_leave(other);
	desk_close(&d);
}

/* However a deployment failed: what it may have left isn't left until somebody else comes. */
static void test_failed_one_mends(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	open_with_bundle(&d);
	term_press(d.term, "D");
	term_wait_text(d.term, "Deploy it?");
	desk_run(&d, 0, ARGV("block", "--yes", "Example Root CA"));
	leave_record(&d);
	term_press(d.term, "y");
	term_wait_text(d.term, "It was not deployed");
	assert_true(term_has(d.term, "was interrupted"));
	assert_false(tmp_exists(d.tmp, RECORD));
	assert_false(tmp_exists(d.tmp, "all.pem"));
	term_press(d.term, "\r");
	desk_close(&d);
}

/* What was said yes to was about another place, of which nobody has seen anything. */
static void test_moved_at_the_question(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	static const char *const more[][2] = { { "other.pem", NULL }, { "all.pem", "0600" } };
	open_with_bundle(&d);
	for (size_t i = 0; i < sizeof more / sizeof *more; i++) {
		const char *mode = more[i][1];
		term_press(d.term, "D");
		term_wait_text(d.term, "Deploy it?");
		desk_run(&d, 0, ARGV("target", "add", "--yes", "--kind", "pem-bundle", "--name", "curl",
				       "--path", tmp_path(d.tmp, more[i][0]), mode ? "--mode" : NULL, mode));
		term_press(d.term, "y");
		term_wait_text(d.term, "It was not deployed");
		assert_true(term_has(d.term, "changed meanwhile"));
		term_press(d.term, "\r");
		assert_false(tmp_exists(d.tmp, "all.pem"));
		assert_false(tmp_exists(d.tmp, "other.pem"));
	}
	desk_close(&d);
}

static void test_add_by_form(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_PLAIN);
	term_press(d.term, "4c");
	term_press(d.term, TERM_TAB);
	term_press(d.term, "mine");
	term_press(d.term, TERM_TAB);
	term_press(d.term, tmp_path(d.tmp, "all.pem"));
	term_press(d.term, TERM_CTRL('s'));
	assert_true(term_has(d.term, ">mine"));
	assert_true(term_has(d.term, "never"));
	term_press(d.term, "u");
	term_press(d.term, "y");
	assert_true(term_has(d.term, "No targets yet"));
	desk_close(&d);
}

static void test_read_only(void **state)
{
	struct desk_test d = { 0 };
	static const char *const keys[] = { "c", "e", "d", "D" };
	(void)state;
	desk_open(&d, 24, 80, DESK_PLAIN);
	save_all(&d);
	struct term *other = desk_another(&d, 24, 80, DESK_READ_ONLY);
	term_press(other, "4");
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		term_press(other, keys[i]);
		assert_true(term_has(other, "read-only: nothing can be changed"));
	}
	desk_leave(other);
	desk_close(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_panes),
		cmocka_unit_test(test_deploy_from_anywhere),
		cmocka_unit_test(test_behind_is_told),
		cmocka_unit_test(test_start_mends),
		cmocka_unit_test(test_failed_one_mends),
		cmocka_unit_test(test_moved_at_the_question),
		cmocka_unit_test(test_add_by_form),
		cmocka_unit_test(test_read_only),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
