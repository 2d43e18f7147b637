/*
 * Runbooks by keys on a terminal: how their pages look, and what stands in the file afterwards.
 */
#include <stdio.h>
#include <string.h>

#include "support/desk.h"
#include "support/unit.h"

#define FILE_OF_IT "desk/runbooks/example.txt"

static const struct size {
	int rows, cols;
	unsigned look;
	const char *name;
} sizes[] = {
	{ 24, 80, DESK_PLAIN, "80x24-utf8" },
	{ 24, 80, DESK_ASCII | DESK_MONO, "80x24-ascii" },
	{ 12, 40, DESK_PLAIN, "40x12-utf8" },
};

static const struct pane {
	const char *name;
	const char *keys[10];
} panes[] = {
	{ "runbooks-empty", { "2", "B" } },
	{ "runbooks-new", { "2", "B", "c" } },
	{ "runbooks", { "2", "B", "cm", "Example\r", "ci", "Something broke\r" } },
	{ "runbook", { "2", "B", "cm", "Example\r", "\r", " ", "jj" } },
	{ "runbook-input", { "2", "B", "cm", "Example\r", "\r", "G", "e", "T-1" } },
};

static void shoot(const struct size *size, const struct pane *pane)
{
	struct desk_test d = { 0 };
	char name[80];
	snprintf(name, sizeof name, "%s-%s", pane->name, size->name);
	desk_open(&d, size->rows, size->cols, size->look | DESK_IDENTITIES);
	for (size_t i = 0; i < 10 && pane->keys[i]; i++)
		term_press(d.term, pane->keys[i]);
	golden_check(d.term, name);
	term_check_raw(d.term);
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

static void begin(struct desk_test *d)
{
	desk_open(d, 24, 80, DESK_IDENTITIES);
	desk_run(d, 0, ARGV("runbook", "new", "Example", "--partner", "A B", "--identity", "app"));
	term_press(d->term, ":");
	term_press(d->term, "runbook show Example\r");
	assert_true(term_has(d->term, "0 of 16 done"));
}

static bool file_has(struct desk_test *d, const char *text)
{
	return strstr(tmp_read(d->tmp, FILE_OF_IT, NULL), text) != NULL;
}

static void test_ticking(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	begin(&d);
	term_press(d.term, " ");
	assert_true(term_has(d.term, "1 of 16 done"));
	assert_true(file_has(&d, "\n[x] security: Agree"));
	assert_true(file_has(&d, "\n      done: 2026-01-15T12:00:00Z by "));
	term_press(d.term, "\r"); /* that never opens it again */
	assert_true(term_has(d.term, "it is done: Space opens it again"));
	assert_true(term_has(d.term, "1 of 16 done"));
	assert_true(file_has(&d, "\n      done: 2026-01-15T12:00:00Z by "));
	term_press(d.term, " ");
	assert_true(term_has(d.term, "0 of 16 done"));
	assert_false(file_has(&d, "done:"));
	term_press(d.term, "w");
	term_press(d.term, "Mrs Ito said so\r");
	assert_true(file_has(&d, " (Mrs Ito said so)\n"));
	assert_true(term_has(d.term, ": Mrs Ito said so"));
	term_press(d.term, "u");
	term_press(d.term, "y");
	assert_true(term_has(d.term, "0 of 16 done"));
	term_press(d.term, "a");
	term_press(d.term, "a note\r");
	assert_true(file_has(&d, "\n      note: a note\n"));
	desk_run(&d, 0, ARGV("doctor"));
	desk_close(&d);
}

static void test_inputs_and_commands(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	begin(&d);
	term_press(d.term, "jjj");
	assert_true(term_has(d.term, "certary exchange app --partner 'A B'"));
	for (int i = 0; i < 6; i++)
		term_press(d.term, "j");
	assert_true(term_has(d.term, "certary probe <Test host>:<Test port>"));
	term_press(d.term, "r");
	assert_true(term_has(d.term, "isn't complete"));
	term_press(d.term, "e");
	term_press(d.term, "align.example\r");
	term_press(d.term, "e");
	assert_true(term_has(d.term, "Test port"));
	term_press(d.term, "443\r");
	assert_true(term_has(d.term, "certary probe align.example:443 --identity app"));
	assert_true(file_has(&d, "\n  Test host: align.example\n  Test port: 443\n"));
	term_press(d.term, "e"); /* nothing more is missing here: the first that is empty */
	assert_true(term_has(d.term, "Value"));
	term_press(d.term, TERM_ESC);
	for (int i = 0; i < 7; i++)
		term_press(d.term, "k");
	term_press(d.term, "r"); /* identity show */
	term_wait_text(d.term, "certary identity show app");
	desk_close(&d);
}

static void test_what_stands_below(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	begin(&d);
	term_press(d.term, "g");
	assert_true(term_has(d.term, " more below: "));
	assert_true(term_has(d.term, " 10 inputs"));
	term_press(d.term, "e");
	assert_true(term_has(d.term, "Value"));
	term_press(d.term, TERM_ESC);
	term_press(d.term, "G");
	assert_false(term_has(d.term, "more below"));
	desk_close(&d);
}

static void test_hand_edits_show(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	begin(&d);
	static const char text[] =
		"Steps\n[x] it was done by hand\n[ ] operations: and this\x1b[2J not\n";
	tmp_write(d.tmp, FILE_OF_IT, text, sizeof text - 1);
	term_wait_text(d.term, "1 of 2 done");
	assert_true(term_has(d.term, "and this\\x1b[2J not"));
	term_press(d.term, "j ");
	assert_true(term_has(d.term, "2 of 2 done"));
	desk_close(&d);
}

static void run_line(struct desk_test *d, const char *line)
{
	char text[200];
	int len = snprintf(text, sizeof text, "Steps\n[ ] operations: do it\n$ %s\n", line);
	tmp_write(d->tmp, FILE_OF_IT, text, (size_t)len);
	term_wait_text(d->term, line);
	term_press(d->term, "r");
}

/* What changes something is asked about, though its line says that nobody is to be. */
static void test_commands_ask(void **state)
{
	static const char *const lines[] = { "certary endpoint add --yes --name n a.example:443",
		"certary --yes endpoint add --name n a.example:443 --dry-run" };
	static const char *const refused[] = { "certary --store /x endpoint add a.example:443",
		"certary --config=/x endpoint list", "certary --yes" };
	struct desk_test d = { 0 };
	(void)state;
	begin(&d);
	for (size_t i = 0; i < 3; i++) {
		run_line(&d, refused[i]);
		term_wait_text(d.term, i < 2 ? "such a command is typed" : "no command of");
	}
	for (size_t i = 0; i < 2; i++) {
		run_line(&d, lines[i]);
		term_wait_text(d.term, "Do this?");
		term_press(d.term, TERM_ESC);
		assert_false(tmp_exists(d.tmp, "desk/endpoints"));
		term_press(d.term, "q");
	}
	run_line(&d, lines[0]);
	term_wait_text(d.term, "Do this?");
	term_press(d.term, "y");
	term_wait_text(d.term, " done    ");
	assert_true(tmp_exists(d.tmp, "desk/endpoints"));
	desk_close(&d);
}

static void test_removing(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	begin(&d);
	term_press(d.term, "q:");
	term_press(d.term, "runbook\r");
	term_press(d.term, "d");
	term_press(d.term, "\r"); /* Enter isn't yes */
	assert_int_equal(tmp_count(d.tmp, "desk/runbooks"), 1);
	term_press(d.term, "d");
	term_press(d.term, "y");
	assert_int_equal(tmp_count(d.tmp, "desk/runbooks"), 0);
	assert_true(term_has(d.term, "No runbooks yet"));
	term_press(d.term, "u");
	term_press(d.term, "y");
	assert_true(term_has(d.term, "Example"));
	desk_close(&d);
}

static void test_read_only(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_IDENTITIES | DESK_READ_ONLY);
	term_press(d.term, "2B");
	assert_false(term_has(d.term, "c new"));
	term_press(d.term, "c");
	assert_false(tmp_exists(d.tmp, "desk/runbooks"));
	desk_close(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_panes),
		cmocka_unit_test(test_ticking),
		cmocka_unit_test(test_inputs_and_commands),
		cmocka_unit_test(test_what_stands_below),
		cmocka_unit_test(test_hand_edits_show),
		cmocka_unit_test(test_commands_ask),
		cmocka_unit_test(test_removing),
		cmocka_unit_test(test_read_only),
	};
	return cmocka_run_group_tests_name("runbooks", tests, NULL, NULL);
}
