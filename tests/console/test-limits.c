/*
 * Trust within limits in the console: asked for by a form, over by itself.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "support/desk.h"
#include "support/hosts.h"
#include "support/unit.h"

#define WIKI "desk/limited/14afd6c4dc401cebdbdab359726a4b4125cc844744c79c33c5c729f87d3ba3c8.pem"

static void find(struct term *t, const char *name)
{
	term_press(t, "/");
	term_press(t, name);
	term_press(t, "\r");
}

/* From the question of t over the form to the folder of its own, and back. */
static void test_from_the_question_of_trust(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_PLAIN);
	struct term *t = d.term;
	find(t, "wiki");
	term_press(t, "t");
	assert_true(term_has(t, "L limits"));
	term_press(t, "L");
	assert_true(term_has(t, "Trust within limits"));
	term_press(t, TERM_F10); /* for nobody and for ever: it says what is missing */
	assert_true(term_has(t, "for which service, until when, or both"));
	assert_int_equal(tmp_count(d.tmp, "desk/limited"), 0);
	term_press(t, TERM_BACKTAB "ldap.example:636" TERM_ENTER "nobody");
	assert_true(term_has(t, "neither an endpoint nor HOST:PORT"));
	term_press(t, TERM_TAB "soon"); /* each keeps its mark */
	assert_true(term_has(t, "2 to mend"));
	assert_true(term_has(t, "neither an endpoint nor HOST:PORT"));
	assert_true(term_has(t, "give a date as in 2026-12-01"));
	term_press(t, TERM_CTRL('u'));
	term_press(t, TERM_BACKTAB);
	term_press(t, TERM_CTRL('u'));
	term_press(t, "[2001:db8::1]:443" TERM_TAB "2025-12-31");
	assert_true(term_has(t, "that is past"));
	term_press(t, TERM_CTRL('u'));
	term_press(t, "2026-02-01" TERM_TAB "OPS-123" TERM_TAB "until they renew");
	assert_true(term_has(t, "Trusted for ldap.example:636, [2001:db8::1]:443 until 2026-02-01."));
	term_press(t, TERM_F10);
	assert_true(term_has(t, "untrusted -> limited: trusted for ldap.example:636,"));
	assert_true(term_has(t, "until they renew"));
	term_press(t, "\r"); /* Enter leaves it */
	assert_int_equal(tmp_count(d.tmp, "desk/limited"), 0);
	term_press(t, "L");
	term_press(t, "ldap.example:636" TERM_TAB "7d" TERM_F10);
	term_press(t, "y");
	assert_true(term_has(t, "limited"));
	const char *file = tmp_read(d.tmp, WIKI, NULL);
	assert_non_null(strstr(file, "For: ldap.example:636\nUntil: 2026-01-22T12:00:00Z\n"));
	term_press(t, "L"); /* to be changed, and not typed again */
	assert_true(term_has(t, "2026-01-22T12:00:00Z"));
	term_press(t, TERM_ESC);
	term_press(t, "u");
	term_press(t, "y");
	assert_int_equal(tmp_count(d.tmp, "desk/limited"), 0);
	assert_true(term_has(t, "untrusted"));
	desk_close(&d);
}

/* Somebody gives it an end that is past, in its file: what runs notices, and so does what starts. */
static void let_it_end(struct desk_test *d)
{
	const char *file = tmp_read(d->tmp, WIKI, NULL), *until = strstr(file, "Until: 2026-02-01");
	assert_non_null(until);
	char *text = mem_text(file);
	memcpy(text + (until - file), "Until: 2026-01-01", 17);
	tmp_text(d->tmp, WIKI, text);
	free(text);
}

static void limit(struct desk_test *d)
{
	desk_run(d, 0, ARGV("trust", "wiki", "--for", "ldap.example:636", "--until", "2026-02-01",
		"--yes"));
}

static void open_with_wiki(struct desk_test *d)
{
	desk_open(d, 24, 80, DESK_PLAIN);
	desk_run(d, 0, ARGV("rename", "14afd6c4dc", "wiki", "--yes"));
	limit(d);
	term_wait_text(d->term, "L1");
}

static void test_the_end_comes(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	open_with_wiki(&d);
	let_it_end(&d);
	term_wait_text(d.term, "wiki is untrusted again: its end, 2026-01-01, has come");
	assert_int_equal(tmp_count(d.tmp, "desk/limited"), 0);
	desk_run(&d, 0, ARGV("log", "--verify"));
	limit(&d);
	term_wait_text(d.term, "L1");
	desk_leave(d.term);
	let_it_end(&d);
	d.term = desk_another(&d, 24, 80, DESK_PLAIN);
	assert_true(term_has(d.term, "wiki is untrusted again"));
	assert_int_equal(tmp_count(d.tmp, "desk/limited"), 0);
	desk_close(&d);
}

static void test_read_only_leaves_it(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	open_with_wiki(&d);
	desk_leave(d.term);
	let_it_end(&d);
	d.term = desk_another(&d, 24, 80, DESK_READ_ONLY);
	assert_false(term_has(d.term, "untrusted again"));
	assert_int_equal(tmp_count(d.tmp, "desk/limited"), 1);
	term_press(d.term, "L");
	assert_true(term_has(d.term, "read-only"));
	desk_close(&d);
}

/* The decision that a probe ends on, and what it shows afterwards. */
static void test_of_a_service(void **state)
{
	struct desk_test d = { 0 };
	struct host host;
	(void)state;
	host_open(&host, SENDS_ROOT);
	desk_open(&d, 24, 80, DESK_PLAIN);
	desk_run(&d, 0, ARGV("endpoint", "add", host.endpoint, "--name", "srv", "--yes"));
	struct term *t = d.term;
	term_sync(t);
	term_press(t, "3");
	term_wait_text(t, "critical");
	term_press(t, "t");
	assert_true(term_has(t, "Trust it just here"));
	term_press(t, "h");
	assert_true(term_has(t, host.endpoint)); /* nobody types it again */
	term_press(t, "2w" TERM_F10);
	assert_true(term_has(t, "1 endpoint turns green: srv."));
	term_press(t, "y");
	assert_true(term_has(t, ">ok"));
	assert_int_equal(tmp_count(d.tmp, "desk/limited"), 1);
	term_press(t, "u");
	term_press(t, "y");
	assert_true(term_has(t, ">critical"));
	term_press(t, "w"); /* the same as a remedy, the narrowest first */
	term_press(t, "m");
	term_press(t, "1");
	assert_true(term_has(t, "limited: trusted for"));
	term_press(t, "y");
	term_press(t, TERM_ESC);
	assert_true(term_has(t, ">ok"));
	desk_close(&d);
	host_close(&host);
}

/* Without an endpoint that was checked nothing tells what is used. */
static void test_mark_what_could_go(void **state)
{
	struct desk_test d = { 0 };
	struct host host;
	(void)state;
	host_open(&host, SENDS_ROOT);
	desk_open(&d, 24, 80, DESK_PLAIN);
	struct term *t = d.term;
	size_t trash = tmp_count(d.tmp, "desk/trash");
	term_press(t, "M");
	assert_true(term_has(t, "0 are over, 0 CAs needed by no endpoint (none was checked)"));
	desk_run(&d, 0, ARGV("endpoint", "add", host.endpoint, "--name", "srv", "--yes"));
	desk_run(&d, 4, ARGV("check"));
	term_sync(t);
	term_press(t, "M");
	assert_true(term_has(t, "0 are over, 3 CAs needed by no endpoint; d deletes the marked"));
	term_press(t, "d");
	assert_true(term_has(t, "delete 3?"));
	term_press(t, "y");
	assert_int_equal(tmp_count(d.tmp, "desk/trash"), trash + 3);
	assert_int_equal(tmp_count(d.tmp, "desk/trusted"), 1);
	desk_close(&d);
	host_close(&host);
}

static void shoot(int rows, int cols, unsigned look, const char *size)
{
	struct desk_test d = { 0 };
	char *name = mem_format("limits-%s", size), *plan = mem_format("limits-plan-%s", size);
	desk_open(&d, rows, cols, look);
	find(d.term, "wiki");
	term_press(d.term, "L");
	term_press(d.term, "ldap.example:636" TERM_TAB "2026-02-01" TERM_TAB "OPS-123");
	golden_check(d.term, name);
	term_press(d.term, TERM_F10);
	golden_check(d.term, plan);
	desk_close(&d);
	free(name);
	free(plan);
}

static void test_screens(void **state)
{
	(void)state;
	shoot(24, 80, DESK_PLAIN, "80x24-utf8");
	shoot(12, 40, DESK_PLAIN, "40x12-utf8");
	shoot(24, 80, DESK_ASCII | DESK_MONO, "80x24-ascii");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_from_the_question_of_trust),
		cmocka_unit_test(test_the_end_comes),
		cmocka_unit_test(test_read_only_leaves_it),
		cmocka_unit_test(test_of_a_service),
		cmocka_unit_test(test_mark_what_could_go),
		cmocka_unit_test(test_screens),
	};
	return cmocka_run_group_tests_name("limits", tests, hosts_setup, hosts_teardown);
}
