/*
 * Endpoints in the console: saved services, checked as somebody looks at them, against servers of a
 * small company on loopback.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "support/desk.h"
#include "support/hosts.h"
#include "support/notary.h"
#include "support/unit.h"

struct end_test {
	struct desk_test desk;
	struct host host;
};

static void add(struct end_test *p, const char *place, const char *name)
{
	desk_run(&p->desk, 0, ARGV("endpoint", "add", place, "--name", name, "--yes"));
}

/* A store with this host as "wiki", which nobody has looked at yet. */
static struct term *open_at(struct end_test *p, unsigned how, unsigned look, int rows, int cols)
{
	host_open(&p->host, how);
	desk_open(&p->desk, rows, cols, look);
	add(p, p->host.endpoint, "wiki");
	term_sync(p->desk.term);
	return p->desk.term;
}

static struct term *open_endpoints(struct end_test *p, unsigned how)
{
	struct term *t = open_at(p, how, DESK_PLAIN, 24, 80);
	term_press(t, "3");
	return t;
}

static void close_endpoints(struct end_test *p)
{
	desk_close(&p->desk);
	host_close(&p->host);
}

static size_t in_state(struct end_test *p, const char *state)
{
	char path[40];
	snprintf(path, sizeof path, "desk/%s", state);
	return tmp_count(p->desk.tmp, path);
}

/* --- how it looks ------------------------------------------------------------------------- */

static void shoot_all(int rows, int cols, unsigned look, const char *size)
{
	struct end_test p = { 0 };
	struct term *t;
	host_open(&p.host, SENDS_ROOT);
	desk_open(&p.desk, rows, cols, look);
	t = p.desk.term;
	term_press(t, "3");
	host_shoot(&p.host, t, "endpoints-empty", size);
	term_press(t, "c");
	term_press(t, p.host.endpoint);
	term_press(t, TERM_TAB "wiki");
	host_shoot(&p.host, t, "endpoints-form", size);
	term_press(t, TERM_F10);
	term_wait_text(t, "critical");
	term_press(t, "k");
	host_shoot(&p.host, t, "endpoints-red", size);
	term_press(t, "t");
	host_shoot(&p.host, t, "endpoints-decide", size);
	term_press(t, "c");
	term_press(t, "y");
	term_press(t, "k");
	host_shoot(&p.host, t, "endpoints-green", size);
	term_press(t, "\r");
	host_shoot(&p.host, t, "endpoints-detail", size);
	term_press(t, "h");
	host_shoot(&p.host, t, "endpoints-history", size);
	close_endpoints(&p);
}

static void test_screens(void **state)
{
	(void)state;
	shoot_all(24, 80, DESK_PLAIN, "80x24-utf8");
	shoot_all(40, 120, DESK_PLAIN, "120x40-utf8");
	shoot_all(12, 40, DESK_PLAIN, "40x12-utf8");
	shoot_all(24, 80, DESK_ASCII | DESK_MONO, "80x24-ascii");
	shoot_all(12, 40, DESK_ASCII | DESK_MONO, "40x12-ascii");
}

/* --- from red to green and back ----------------------------------------------------------- */

static void test_renewed_under_an_unknown_ca(void **state)
{
	struct end_test p = { 0 };
	(void)state;
	struct term *t = open_endpoints(&p, SENDS_ROOT);
	assert_true(term_has(t, "untrusted: "));
	assert_true(term_has(t, "3 Endpoints 1!"));
	assert_int_equal(in_state(&p, "untrusted"), 2 + 3); /* kept, with the evidence */
	term_press(t, "t");
	assert_true(term_has(t, "Trust the CA Test CA"));
	term_press(t, "c");
	assert_true(term_has(t, "1 endpoint turns green"));
	term_press(t, "y");
	assert_true(term_has(t, ">ok"));
	assert_false(term_has(t, "3 Endpoints 1!"));
	host_close(&p.host);
	host_open(&p.host, SENDS_ISSUING | RENEWED);
	term_press(t, "r");
	assert_true(term_has(t, ">critical"));
	assert_true(term_has(t, "new issuer"));
	term_press(t, "w");
	assert_true(term_has(t, "not trusted: New CA"));
	term_press(t, "m");
	assert_true(term_has(t, "Mend it"));
	term_press(t, "3"); /* its root: what is narrower stands first */
	assert_true(term_has(t, "subject  CN=New CA,O=Tests"));
	term_press(t, "y");
	assert_true(term_has(t, "trusted"));
	assert_false(term_has(t, "not trusted"));
	term_press(t, TERM_ESC);
	assert_true(term_has(t, ">ok"));
	term_press(t, "u");
	assert_true(term_has(t, "undo     trusted -> untrusted"));
	term_press(t, "\r"); /* Enter leaves it */
	assert_true(term_has(t, ">ok"));
	term_press(t, "u");
	term_press(t, "y");
	assert_true(term_has(t, ">critical"));
	desk_run(&p.desk, 0, ARGV("log", "--verify"));
	close_endpoints(&p);
}

/* What changed waits until somebody accepts it, and accepting isn't trusting. */
static void test_accept_a_change(void **state)
{
	struct end_test p = { 0 };
	(void)state;
	struct term *t = open_endpoints(&p, SENDS_ROOT);
	term_press(t, "A");
	assert_true(term_has(t, "nothing of it waits"));
	host_close(&p.host);
	host_open(&p.host, SENDS_ISSUING | RENEWED);
	term_press(t, "r");
	term_press(t, "\r");
	assert_true(term_has(t, "Another certificate than on"));
	term_press(t, "A");
	assert_true(term_has(t, "Accept the change?"));
	term_press(t, "\r");
	assert_true(term_has(t, "until somebody accepts it"));
	term_press(t, "A");
	term_press(t, "y");
	assert_false(term_has(t, "until somebody accepts it"));
	assert_true(term_has(t, "untrusted: "));
	assert_int_equal(in_state(&p, "trusted"), 4);
	close_endpoints(&p);
}

/* What is seen while the question is open isn't what was asked about. */
static void test_accept_what_was_asked(void **state)
{
	struct end_test p = { 0 };
	(void)state;
	struct term *t = open_endpoints(&p, SENDS_ROOT);
	host_close(&p.host);
	host_open(&p.host, SENDS_ISSUING | RENEWED);
	term_press(t, "r");
	term_press(t, "\r");
	term_press(t, "A");
	assert_true(term_has(t, "Accept the change?"));
	host_close(&p.host);
	host_open(&p.host, SENDS_ROOT);
	desk_run(&p.desk, 4, ARGV("check"));
	term_press(t, "y");
	assert_true(term_has(t, "yet another certificate"));
	close_endpoints(&p);
}

/* What another certary has seen since isn't taken for what was there before. */
static void test_somebody_else_saw_newer(void **state)
{
	struct end_test p = { 0 };
	(void)state;
	struct term *t = open_endpoints(&p, SENDS_ROOT);
	host_close(&p.host);
	host_open(&p.host, SENDS_ISSUING | RENEWED);
	desk_run(&p.desk, 4, ARGV("check"));
	term_wait_text(t, "new issuer");
	term_press(t, "\r");
	assert_true(term_has(t, "Another certificate than on"));
	assert_true(term_has(t, "New CA"));
	close_endpoints(&p);
}

/* A name that is the place is said once, and why it stands so comes before the rest. */
static void test_name_is_the_place(void **state)
{
	struct end_test p = { 0 };
	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		char row[80];
		host_open(&p.host, SENDS_ROOT);
		desk_open(&p.desk, 24, 80, i ? DESK_SPOKEN : DESK_PLAIN);
		desk_run(&p.desk, 0, ARGV("endpoint", "add", p.host.endpoint, "--yes"));
		term_sync(p.desk.term);
		term_press(p.desk.term, "3");
		term_wait_text(p.desk.term, "critical");
		assert_int_equal(term_has(p.desk.term, "Service"), false);
		snprintf(row, sizeof row, "critical, %s, untrusted: The chain ends", p.host.endpoint);
		assert_true(term_has(p.desk.term, i ? row : "untrusted: The chain ends at"));
		close_endpoints(&p);
	}
}

static void test_block(void **state)
{
	struct end_test p = { 0 };
	(void)state;
	struct term *t = open_endpoints(&p, SENDS_ROOT);
	term_press(t, "b");
	term_press(t, "\r");
	assert_int_equal(in_state(&p, "blocked"), 1);
	term_press(t, "b");
	term_press(t, "y");
	assert_int_equal(in_state(&p, "blocked"), 2);
	assert_true(term_has(t, "blocked"));
	close_endpoints(&p);
}

/* --- saving ------------------------------------------------------------------------------- */

static void test_edit_rename_remove(void **state)
{
	struct end_test p = { 0 };
	(void)state;
	struct term *t = open_endpoints(&p, SENDS_ROOT);
	add(&p, "127.0.0.1:1", "other");
	term_wait_text(t, "unreached");
	term_press(t, "/wiki\r");
	term_press(t, "e");
	assert_true(term_has(t, "Edit an endpoint"));
	term_press(t, TERM_TAB "\025" "other");
	assert_true(term_has(t, "called so already"));
	term_press(t, "\025the wiki");
	term_press(t, TERM_F10);
	term_press(t, "/\r");
	term_wait_text(t, "the wiki");
	desk_run(&p.desk, 3, ARGV("endpoint", "remove", "wiki", "--dry-run"));
	desk_run(&p.desk, 0, ARGV("endpoint", "remove", "the wiki", "--dry-run"));
	assert_true(term_has(t, "untrusted: "));
	term_press(t, "d");
	assert_true(term_has(t, "-> (gone)"));
	assert_false(term_has(t, "SHA-256"));
	term_press(t, TERM_ESC);
	assert_true(term_has(t, "the wiki"));
	term_press(t, "d");
	term_press(t, "y");
	assert_false(term_has(t, "the wiki"));
	term_press(t, "u");
	term_press(t, "y");
	assert_true(term_has(t, "the wiki"));
	close_endpoints(&p);
}

/* All that the form knows comes back from the file. */
static void test_every_field(void **state)
{
	struct end_test p = { 0 };
	(void)state;
	struct term *t = open_endpoints(&p, SENDS_ROOT);
	term_press(t, "c");
	term_press(t, "mail.invalid");
	assert_true(term_has(t, "which port?"));
	term_press(t, ":25");
	assert_true(term_has(t, "SMTP with STARTTLS"));
	term_press(t, TERM_ESC);
	assert_true(term_has(t, "Leave the form?"));
	term_press(t, "y");
	desk_run(&p.desk, 0, ARGV("endpoint", "add", "mail.invalid:25", "--name", "post", "--purpose",
		"parcels", "--sni", "mx.invalid", "--tls", "1.2", "--days", "45", "--note", "ask Ann",
		"--yes"));
	term_wait_text(t, "post");
	term_press(t, "/post\r");
	term_press(t, "e");
	assert_true(term_has(t, "another one"));
	assert_true(term_has(t, "parcels"));
	assert_true(term_has(t, "mx.invalid"));
	assert_true(term_has(t, "1.2"));
	assert_true(term_has(t, "45"));
	assert_true(term_has(t, "ask Ann"));
	term_press(t, TERM_F10);
	assert_true(term_has(t, "nothing was changed"));
	close_endpoints(&p);
}

static void test_save_what_was_probed(void **state)
{
	struct end_test p = { 0 };
	(void)state;
	host_open(&p.host, SENDS_ROOT);
	desk_open(&p.desk, 24, 80, DESK_PLAIN);
	struct term *t = p.desk.term;
	term_press(t, "p");
	term_press(t, p.host.endpoint);
	term_press(t, TERM_F10);
	term_press(t, TERM_ESC);
	term_press(t, "a");
	assert_true(term_has(t, "Save an endpoint"));
	assert_true(term_has(t, p.host.endpoint));
	term_press(t, TERM_F10);
	assert_true(term_has(t, "u takes it back"));
	desk_run(&p.desk, 0, ARGV("endpoint", "remove", p.host.endpoint, "--dry-run"));
	term_press(t, "3");
	assert_true(term_has(t, ">critical"));
	close_endpoints(&p);
}

static void test_read_only(void **state)
{
	struct end_test p = { 0 };
	static const char *const keys[] = { "c", "e", "d", "b", "A" };
	(void)state;
	struct term *t = open_at(&p, SENDS_ROOT, DESK_READ_ONLY, 24, 80);
	term_press(t, "3");
	assert_true(term_has(t, ">critical"));
	assert_int_equal(in_state(&p, "untrusted"), 2);
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		term_press(t, keys[i]);
		assert_true(term_has(t, "read-only: nothing can be changed"));
	}
	term_press(t, "h");
	assert_true(term_has(t, "never seen yet"));
	close_endpoints(&p);
}

/* --- what shows --------------------------------------------------------------------------- */

static void test_narrow_and_sort(void **state)
{
	struct end_test p = { 0 };
	(void)state;
	struct term *t = open_at(&p, SENDS_ROOT, DESK_PLAIN, 24, 80);
	add(&p, "127.0.0.1:1", "another");
	term_press(t, "3");
	assert_true(term_has(t, "2 critical"));
	term_press(t, "/");
	term_press(t, "UNREACHED\r");
	assert_true(term_has(t, "1 of 1"));
	term_press(t, "/");
	term_press(t, TERM_ESC);
	assert_true(term_has(t, "of 2"));
	term_press(t, "/wiki\r");
	term_press(t, "tc");
	term_press(t, "y");
	assert_true(term_has(t, ">ok"));
	term_press(t, "f");
	assert_true(term_has(t, "Nothing matches"));
	term_press(t, "/" TERM_ESC);
	assert_true(term_has(t, "needs attention"));
	assert_true(term_has(t, "1 of 1"));
	term_press(t, "f");
	assert_true(term_has(t, "of 2"));
	term_press(t, "sn");
	assert_true(term_has(t, "Name▲"));
	term_press(t, "sd");
	assert_true(term_has(t, "Days▲"));
	close_endpoints(&p);
}

/* o is page 1's certificate where the store has it. */
static void test_its_certificate(void **state)
{
	struct end_test p = { 0 };
	(void)state;
	struct term *t = open_at(&p, SENDS_ROOT, DESK_PLAIN, 24, 80);
	term_press(t, "/Old\r"); /* what narrows page 1 doesn't hide it */
	term_press(t, "3");
	term_press(t, "o");
	assert_true(term_has(t, "wiki.tests"));
	assert_true(term_has(t, "untrusted"));
	term_press(t, TERM_ESC);
	assert_true(term_has(t, "3 Endpoints"));
	close_endpoints(&p);
}

static void test_probe_one(void **state)
{
	struct end_test p = { 0 };
	(void)state;
	struct term *t = open_endpoints(&p, SENDS_ROOT);
	term_press(t, "p");
	assert_true(term_has(t, "Not trusted: decide"));
	term_press(t, "c");
	term_press(t, "y");
	term_wait_text(t, "trusted through Test CA");
	term_press(t, TERM_ESC);
	assert_true(term_has(t, ">ok")); /* judged anew, without the network */
	close_endpoints(&p);
}

/* Its key is sealed: a check goes without it, a probe asks for the passphrase. */
static void test_two_way(void **state)
{
	struct end_test p = { 0 };
	(void)state;
	host_open(&p.host, SENDS_ISSUING | DEMANDS);
	desk_open(&p.desk, 24, 80, DESK_PLAIN);
	struct term *t = p.desk.term;
	tmp_text(p.desk.tmp, "pass", "open sesame\n");
	notary_write(p.desk.tmp, "root.pem", hosts_root());
	desk_run(&p.desk, 0, ARGV("import", "--yes", tmp_path(p.desk.tmp, "root.pem")));
	desk_run(&p.desk, 0, ARGV("generate", "--name", "our client", "--cn", "client", "--yes",
		"--profile", "client", "--password-file", tmp_path(p.desk.tmp, "pass")));
	desk_run(&p.desk, 0, ARGV("endpoint", "add", p.host.endpoint, "--name", "wiki",
		"--identity", "our client", "--yes"));
	term_sync(t);
	term_press(t, "3");
	assert_true(term_has(t, ">critical"));
	term_press(t, "\r");
	assert_true(term_has(t, "refused"));
	assert_true(term_has(t, "it got none"));
	assert_true(term_has(t, "Identity    our client"));
	term_press(t, "t");
	assert_true(term_has(t, "there is nothing to decide"));
	term_press(t, "p");
	assert_true(term_has(t, "is sealed"));
	term_press(t, TERM_ESC);
	assert_true(term_has(t, "nothing was done"));
	term_press(t, "p");
	term_press(t, "open sesame\r");
	assert_true(term_has(t, "as our client"));
	assert_true(term_has(t, "✓ pass   We present"));
	term_press(t, TERM_ESC);
	term_press(t, "e");
	assert_true(term_has(t, "our client"));
	term_press(t, TERM_ESC);
	desk_run(&p.desk, 0, ARGV("identity", "delete", "our client", "--yes"));
	term_sync(t);
	term_press(t, "e");
	assert_true(term_has(t, "no such identity any more"));
	term_press(t, TERM_ESC);
	term_press(t, "p");
	assert_true(term_has(t, "our client"));
	term_press(t, TERM_ESC);
	close_endpoints(&p);
}

/* --- what takes its time ------------------------------------------------------------------ */

static void test_a_server_that_stalls(void **state)
{
	struct end_test p = { 0 };
	(void)state;
	host_stall(&p.host);
	desk_open(&p.desk, 24, 80, DESK_PLAIN);
	struct term *t = p.desk.term;
	add(&p, p.host.endpoint, "slow");
	add(&p, "127.0.0.1:1", "gone");
	term_sync(t);
	term_keys(t, "3");
	term_wait_text(t, "checked 1/2"); /* those that have ended show */
	assert_true(term_has(t, "critical"));
	assert_true(term_has(t, "checking"));
	term_keys(t, "?"); /* keys are answered meanwhile */
	term_wait_text(t, "how it stands: verdict");
	term_keys(t, "q");
	term_wait_text(t, "checked 1/2");
	term_keys(t, "1"); /* whoever goes away doesn't end it */
	term_wait_text(t, "LDAP (directory)");
	term_keys(t, "3");
	term_wait_text(t, "checking, x ends it");
	term_press(t, "x");
	assert_true(term_has(t, "the check was broken off"));
	assert_true(term_has(t, "unknown"));
	term_keys(t, "r");
	term_wait_text(t, "checked 1/2");
	term_press(t, "x");
	close_endpoints(&p);
}

/* Neither a change of the list nor leaving minds a check that is under way. */
static void test_leave_while_it_checks(void **state)
{
	struct end_test p = { 0 };
	(void)state;
	host_stall(&p.host);
	desk_open(&p.desk, 24, 80, DESK_PLAIN);
	struct term *t = p.desk.term;
	add(&p, p.host.endpoint, "slow");
	term_sync(t);
	term_keys(t, "3");
	term_wait_text(t, "checked 0/1");
	desk_run(&p.desk, 0, ARGV("endpoint", "add", p.host.endpoint, "--name", "slow", "--purpose",
		"web", "--sni", "other.tests", "--yes"));
	desk_run(&p.desk, 0, ARGV("endpoint", "add", "127.0.0.1:1", "--name", "gone", "--yes"));
	term_wait_text(t, "gone");
	term_keys(t, "x");
	term_wait_text(t, "broken off");
	desk_run(&p.desk, 0, ARGV("endpoint", "remove", "slow", "--yes"));
	while (term_has(t, "slow"))
		term_press(t, "k");
	term_press(t, "r");
	assert_true(term_has(t, "unreached"));
	assert_false(term_has(t, "slow"));
	add(&p, p.host.endpoint, "slow");
	term_wait_text(t, "checked 0/1"); /* a new one is checked by itself */
	term_keys(t, "\033");
	term_wait_text(t, "LDAP (directory)");
	close_endpoints(&p);
}

/* A file that can't be read is told, and doesn't bring anything down. */
static void test_a_broken_file(void **state)
{
	struct end_test p = { 0 };
	(void)state;
	p.host.fd = -1;
	desk_open(&p.desk, 24, 80, DESK_PLAIN);
	tmp_text(p.desk.tmp, "desk/endpoints", "endpoints = ( { host = \"x\"; port = 0; } );\n");
	term_sync(p.desk.term);
	term_press(p.desk.term, "3");
	assert_true(term_has(p.desk.term, "endpoints:1"));
	term_press(p.desk.term, "r");
	term_press(p.desk.term, "twhopde\033");
	term_press(p.desk.term, "1");
	close_endpoints(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_screens),
		cmocka_unit_test(test_renewed_under_an_unknown_ca),
		cmocka_unit_test(test_accept_a_change),
		cmocka_unit_test(test_accept_what_was_asked),
		cmocka_unit_test(test_somebody_else_saw_newer),
		cmocka_unit_test(test_name_is_the_place),
		cmocka_unit_test(test_block),
		cmocka_unit_test(test_edit_rename_remove),
		cmocka_unit_test(test_every_field),
		cmocka_unit_test(test_save_what_was_probed),
		cmocka_unit_test(test_read_only),
		cmocka_unit_test(test_narrow_and_sort),
		cmocka_unit_test(test_its_certificate),
		cmocka_unit_test(test_probe_one),
		cmocka_unit_test(test_two_way),
		cmocka_unit_test(test_a_server_that_stalls),
		cmocka_unit_test(test_leave_while_it_checks),
		cmocka_unit_test(test_a_broken_file),
	};
	return cmocka_run_group_tests_name("endpoints", tests, hosts_setup, hosts_teardown);
}
