/*
 * Fingers that are quick or press the wrong key: what must neither be lost nor do something else.
 */
#include <string.h>

#include "support/desk.h"
#include "support/unit.h"

static void paste_file(struct desk_test *d, const char *path)
{
	struct run r = { 0 };
	assert_int_equal(run(&r, ARGV("cat", path), NULL, NULL), 0);
	term_keys(d->term, "\033[200~");
	term_bytes(d->term, r.out.data, r.out.len);
	term_press(d->term, "\033[201~");
	run_done(&r);
}

static void test_f10_asks(void **state)
{
	static const char *const no[] = { "n", "\r", TERM_ESC, TERM_F10 };
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_PLAIN);
	for (size_t i = 0; i < sizeof no / sizeof *no; i++) {
		term_press(d.term, TERM_F10);
		assert_true(term_has(d.term, "Leave certary?") && term_has(d.term, "n stay"));
		if (strcmp(no[i], TERM_F10) == 0)
			break;
		term_press(d.term, no[i]);
		assert_false(term_has(d.term, "Leave certary?"));
	}
	term_press(d.term, "n");
	term_press(d.term, "b");
	assert_true(term_has(d.term, "blocked"));
	term_press(d.term, TERM_F10); /* answers by no, and asks */
	assert_true(term_has(d.term, "Leave certary?"));
	assert_int_equal(tmp_count(d.tmp, "desk/blocked"), 1);
	term_press(d.term, "n");
	desk_close(&d);
}

static void test_esc_and_a_letter(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_PLAIN);
	term_press(d.term, "\r");
	assert_true(term_has(d.term, " certary  Certificate  "));
	term_press(d.term, TERM_ESC "s"); /* comes like Alt and s */
	assert_false(term_has(d.term, " certary  Certificate "));
	assert_true(term_has(d.term, "Sort by"));
	term_press(d.term, TERM_ESC "f");
	assert_false(term_has(d.term, "Sort by"));
	assert_true(term_has(d.term, "Show only"));
	term_press(d.term, TERM_ESC);
	term_press(d.term, "2cs");
	term_press(d.term, "abc");
	term_press(d.term, TERM_ESC "n");
	assert_true(term_has(d.term, "abc"));
	assert_false(term_has(d.term, "Leave the form?"));
	term_press(d.term, TERM_ESC);
	assert_true(term_has(d.term, "n stay"));
	term_press(d.term, "y");
	desk_close(&d);
}

static void test_paste_ends_a_search(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_PLAIN);
	term_press(d.term, "/");
	term_press(d.term, "wiki");
	paste_file(&d, "tests/data/certs/spare.pem");
	term_wait_text(d.term, "spare.example.com");
	term_press(d.term, "q"); /* a key again, no letter */
	assert_false(term_has(d.term, "spare.example.com") || term_has(d.term, "wikiq"));
	desk_close(&d);
}

static void test_pasted_key_goes_to_the_identities(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_PLAIN);
	term_press(d.term, TERM_PASTE("-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n"));
	term_wait_text(d.term, "Identities");
	term_press(d.term, "\r");
	assert_int_equal(tmp_count(d.tmp, "desk/keys"), 0);
	desk_close(&d);
}

static void test_pem_in_a_field(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_PLAIN);
	term_press(d.term, "2cs");
	paste_file(&d, "tests/data/certs/spare.pem");
	assert_true(term_has(d.term, "a PEM block has no place here"));
	assert_false(term_has(d.term, "BEGIN CERT"));
	term_press(d.term, "a");
	assert_false(term_has(d.term, "has no place"));
	term_press(d.term, TERM_ESC);
	term_press(d.term, "y");
	desk_close(&d);
}

static void test_path_is_typed(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_PLAIN);
	struct run r = { 0 };
	assert_int_equal(run(&r, ARGV("cp", "tests/data/certs/spare.pem", tmp_path(d.tmp, "a.txt")),
				 NULL, NULL), 0);
	run_done(&r);
	term_press(d.term, "i");
	term_press(d.term, "o");
	term_press(d.term, "nowhere/at/all\r");
	assert_true(term_has(d.term, "nowhere/at/all") && term_has(d.term, "No such file"));
	term_press(d.term, tmp_path(d.tmp, "a.tx")); /* in place of what was there */
	term_press(d.term, TERM_TAB "\r");
	term_wait_text(d.term, "PEM: 1 certificate");
	assert_false(term_has(d.term, "nowhere"));
	term_press(d.term, "o");
	term_press(d.term, tmp_path(d.tmp, "desk"));
	term_press(d.term, "\r");
	assert_true(term_has(d.term, "certary.store"));
	desk_close(&d);
}

/* What couldn't be written isn't lost, nor is the path that was nearly right. */
static void test_export_to_nowhere(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_PLAIN);
	term_press(d.term, "x");
	term_press(d.term, "\r");
	term_press(d.term, TERM_CTRL('u'));
	term_press(d.term, "nowhere/a.pem\r");
	assert_true(term_has(d.term, "No such file") && term_has(d.term, "nowhere/a.pem"));
	term_press(d.term, tmp_path(d.tmp, "a.pem"));
	term_press(d.term, "\r");
	assert_true(term_has(d.term, "1 certificate written to"));
	desk_close(&d);
}

/* One with identities alone isn't new, nor is one that was emptied. */
static void test_offer_of_a_new_store(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_PLAIN);
	desk_leave(d.term);
	struct run r = { 0 };
	assert_int_equal(run(&r, ARGV("sh", "-c", "rm -f \"$0\"/trusted/* \"$0\"/untrusted/* "
		"\"$0\"/blocked/* \"$0\"/trash/*", tmp_path(d.tmp, "desk")), NULL, NULL), 0);
	run_done(&r);
	d.term = desk_another(&d, 24, 80, DESK_PLAIN);
	assert_true(term_has(d.term, "No certificates here"));
	assert_false(term_has(d.term, "Step 1 of"));
	desk_close(&d);
}

static void test_why_names_the_missing_root(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 120, DESK_PLAIN);
	desk_run(&d, 0, ARGV("untrust", "--yes", "Example Issuing CA"));
	desk_run(&d, 0, ARGV("delete", "--yes", "Example Root CA"));
	desk_run(&d, 0, ARGV("purge", "--yes", "Example Root CA"));
	term_press(d.term, "/");
	term_press(d.term, "Issuing\r");
	term_press(d.term, "w");
	term_wait_text(d.term, "Its issuer is missing");
	assert_true(term_has(d.term, "└ CN=Example Root CA,O=Example AG,C=DE"));
	assert_true(term_has(d.term, "missing: not held"));
	desk_close(&d);
}

/* A line that is too long for the console isn't run as far as it fits. */
static void test_many_words(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_PLAIN);
	term_press(d.term, ":");
	term_press(d.term, "delete");
	for (int i = 0; i < 64; i++)
		term_press(d.term, " x");
	term_press(d.term, "\r");
	term_wait_text(d.term, "more than 64 words: nothing was run");
	desk_close(&d);
}

/* Lines that were given come back with Up, and what was begun is left alone by Down. */
static void test_history_of_commands(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_PLAIN);
	term_press(d.term, ":list wiki\r");
	term_wait_text(d.term, "done");
	term_press(d.term, "q:match x\r");
	term_wait_text(d.term, "ended with status");
	term_press(d.term, "q:");
	term_press(d.term, TERM_UP);
	assert_true(term_has(d.term, ": match x"));
	term_press(d.term, TERM_UP);
	assert_true(term_has(d.term, ": list wiki"));
	term_press(d.term, TERM_UP TERM_DOWN);
	assert_true(term_has(d.term, ": match x"));
	term_press(d.term, TERM_ESC);
	desk_close(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_f10_asks),
		cmocka_unit_test(test_esc_and_a_letter),
		cmocka_unit_test(test_paste_ends_a_search),
		cmocka_unit_test(test_pasted_key_goes_to_the_identities),
		cmocka_unit_test(test_pem_in_a_field),
		cmocka_unit_test(test_path_is_typed),
		cmocka_unit_test(test_export_to_nowhere),
		cmocka_unit_test(test_offer_of_a_new_store),
		cmocka_unit_test(test_many_words),
		cmocka_unit_test(test_history_of_commands),
		cmocka_unit_test(test_why_names_the_missing_root),
	};
	return cmocka_run_group_tests_name("console", tests, NULL, NULL);
}
