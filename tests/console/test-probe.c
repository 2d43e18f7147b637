/*
 * Probes in the console: servers of a small company on loopback, and what operators decide about
 * them.
 */
#include <stdio.h>
#include <unistd.h>

#include "support/desk.h"
#include "support/hosts.h"
#include "support/notary.h"
#include "support/unit.h"

/* --- at the desk -------------------------------------------------------------------------- */

struct probe_test {
	struct desk_test desk;
	struct host host;
};

static void probe(struct term *t, const char *endpoint)
{
	term_press(t, "p");
	term_press(t, TERM_CTRL('u'));
	term_press(t, endpoint);
	term_press(t, TERM_F10);
}

static void open_at(struct probe_test *p, unsigned how, unsigned look, int rows, int cols)
{
	host_open(&p->host, how);
	desk_open(&p->desk, rows, cols, look);
	probe(p->desk.term, p->host.endpoint);
}

static void open_probe(struct probe_test *p, unsigned how)
{
	open_at(p, how, DESK_PLAIN, 24, 80);
}

static void close_probe(struct probe_test *p)
{
	desk_close(&p->desk);
	host_close(&p->host);
}

static size_t in_state(struct probe_test *p, const char *state)
{
	char path[40];
	snprintf(path, sizeof path, "desk/%s", state);
	return tmp_count(p->desk.tmp, path);
}

static void shoot_all(int rows, int cols, unsigned look, const char *size)
{
	struct probe_test p = { 0 };
	struct term *t;
	host_open(&p.host, SENDS_ISSUING);
	desk_open(&p.desk, rows, cols, look);
	t = p.desk.term;
	term_press(t, "p");
	term_press(t, p.host.endpoint);
	host_shoot(&p.host, p.desk.term, "probe-form", size);
	term_press(t, TERM_F10);
	host_shoot(&p.host, p.desk.term, "probe-decide", size);
	term_press(t, "c");
	host_shoot(&p.host, p.desk.term, "probe-question", size);
	term_press(t, TERM_ESC);
	host_shoot(&p.host, p.desk.term, "probe-untrusted", size);
	term_press(t, "G");
	host_shoot(&p.host, p.desk.term, "probe-end", size);
	term_press(t, "dcy");
	term_press(t, "y");
	host_shoot(&p.host, p.desk.term, "probe-trusted", size);
	close_probe(&p);
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

/* --- the decision ------------------------------------------------------------------------- */

/* What came was kept; Enter and Esc leave it at that, and the journal takes it back: u alone is about
 * decisions. */
static void test_keep_for_later(void **state)
{
	struct probe_test p = { 0 };
	(void)state;
	open_probe(&p, SENDS_ROOT);
	struct term *t = p.desk.term;
	assert_true(term_has(t, "Not trusted: decide"));
	assert_true(term_has(t, ">l     Keep it for later"));
	assert_int_equal(in_state(&p, "untrusted"), 2 + 3);
	term_press(t, "\r");
	assert_true(term_has(t, "untrusted: "));
	assert_true(term_has(t, "3 certificates kept as untrusted"));
	assert_int_equal(in_state(&p, "trusted"), 4);
	desk_run(&p.desk, 0, ARGV("undo", "12", "--yes"));
	term_wait_text(t, "not in the store");
	assert_int_equal(in_state(&p, "untrusted"), 2);
	assert_false(term_has(t, "kept as untrusted"));
	term_press(t, "5"); /* what was undone can be kept again */
	term_press(t, "u");
	term_press(t, "y");
	assert_int_equal(in_state(&p, "untrusted"), 2 + 3);
	close_probe(&p);
}

static void test_trust_the_ca(void **state)
{
	struct probe_test p = { 0 };
	static const char *const refusals[] = { "\r", TERM_ESC, "n" };
	(void)state;
	open_probe(&p, SENDS_ROOT);
	struct term *t = p.desk.term;
	assert_true(term_has(t, "Trust the CA Test CA"));
	for (size_t i = 0; i < 3; i++) {
		term_press(t, i ? "dc" : "c");
		assert_true(term_has(t, "A root CA: every certificate that it signs"));
		term_press(t, refusals[i]);
		assert_int_equal(in_state(&p, "trusted"), 4);
	}
	term_press(t, "d");
	term_press(t, "c");
	term_press(t, "y");
	assert_int_equal(in_state(&p, "trusted"), 5);
	term_wait_text(t, "trusted through Test CA");
	assert_true(term_has(t, "✓ pass   We verify"));
	assert_false(term_has(t, "decide ─"));
	term_press(t, "u");
	term_press(t, "y");
	assert_true(term_has(t, "Somebody has decided since"));
	term_press(t, "r");
	assert_true(term_has(t, "Not trusted: decide"));
	assert_false(term_has(t, "decided since"));
	term_press(t, TERM_ESC);
	desk_run(&p.desk, 0, ARGV("log", "--verify"));
	close_probe(&p);
}

static void test_trust_just_this(void **state)
{
	struct probe_test p = { 0 };
	(void)state;
	open_probe(&p, SENDS_LEAF);
	struct term *t = p.desk.term;
	assert_true(term_has(t, "No CA of it was sent"));
	assert_false(term_has(t, "Trust the"));
	term_press(t, "t");
	assert_true(term_has(t, "untrusted -> trusted"));
	term_press(t, "y");
	term_wait_text(t, "trusted directly");
	assert_int_equal(in_state(&p, "trusted"), 5);
	close_probe(&p);
}

/* The CA of whose root nothing is known stands in for it, and that is said. */
static void test_the_root_is_missing(void **state)
{
	struct probe_test p = { 0 };
	(void)state;
	open_probe(&p, SENDS_ISSUING);
	struct term *t = p.desk.term;
	assert_true(term_has(t, "missing: not sent, not held"));
	assert_true(term_has(t, "Trust the intermediate CA Issuing CA"));
	term_press(t, "c");
	assert_true(term_has(t, "wasn't sent"));
	assert_true(term_has(t, "An intermediate CA"));
	term_press(t, "y");
	term_wait_text(t, "trusted through Issuing CA");
	close_probe(&p);
}

static void test_block(void **state)
{
	struct probe_test p = { 0 };
	(void)state;
	open_probe(&p, SENDS_ROOT);
	struct term *t = p.desk.term;
	term_press(t, "b");
	term_press(t, "y");
	term_wait_text(t, "It is blocked");
	assert_int_equal(in_state(&p, "blocked"), 2);
	term_press(t, "d");
	assert_false(term_has(t, "Block it"));
	close_probe(&p);
}

/* What trust doesn't mend is no question of trust. */
static void test_another_name(void **state)
{
	struct probe_test p = { 0 };
	(void)state;
	host_open(&p.host, SENDS_ISSUING);
	desk_open(&p.desk, 24, 80, DESK_PLAIN);
	struct term *t = p.desk.term;
	notary_write(p.desk.tmp, "root.pem", hosts_root());
	desk_run(&p.desk, 0, ARGV("import", "--yes", tmp_path(p.desk.tmp, "root.pem")));
	term_press(t, "p");
	term_press(t, p.host.endpoint);
	term_press(t, TERM_TAB TERM_TAB TERM_TAB);
	term_press(t, "other.tests");
	term_press(t, TERM_F10);
	assert_false(term_has(t, "Not trusted: decide"));
	assert_true(term_has(t, "not for other.tests"));
	assert_true(term_has(t, "Use a name that stands in it"));
	term_press(t, "d");
	assert_true(term_has(t, "trusting more wouldn't mend this"));
	assert_false(term_has(t, "Trust just this"));
	assert_true(term_has(t, "Block it"));
	term_press(t, TERM_ESC);
	term_press(t, "p"); /* the name that stands in it */
	term_press(t, TERM_TAB TERM_TAB TERM_TAB);
	term_press(t, TERM_CTRL('u'));
	term_press(t, "localhost");
	term_press(t, TERM_F10);
	assert_true(term_has(t, "✓ trusted through Test CA"));
	close_probe(&p);
}

/* t, w and Enter are about the certificate that Tab has selected. */
static void test_the_chain_is_walked(void **state)
{
	struct probe_test p = { 0 };
	(void)state;
	open_probe(&p, SENDS_ROOT);
	struct term *t = p.desk.term;
	term_press(t, TERM_ESC);
	term_press(t, "w");
	assert_true(term_has(t, "not trusted: Test CA"));
	assert_true(term_has(t, "└ Issuing CA"));
	term_press(t, TERM_ESC);
	term_press(t, TERM_TAB);
	assert_true(term_has(t, "> 2      └ Issuing CA"));
	term_press(t, "\r");
	assert_true(term_has(t, "Issuing CA"));
	assert_true(term_has(t, "Source"));
	term_press(t, TERM_ESC);
	term_press(t, "t");
	assert_true(term_has(t, "CN=Issuing CA,O=Tests"));
	term_press(t, "y");
	term_wait_text(t, "trusted through Issuing CA");
	close_probe(&p);
}

/* From the selected certificate to who signed it, which was kept, and back to the probe. */
static void test_jumping_to_the_issuer(void **state)
{
	struct probe_test p = { 0 };
	(void)state;
	open_probe(&p, SENDS_ROOT);
	struct term *t = p.desk.term;
	term_press(t, TERM_ESC);
	term_press(t, "I");
	assert_true(term_has(t, " Certificate  "));
	assert_true(term_has(t, "Issuing CA"));
	term_press(t, "w"); /* and from its explanation on */
	term_press(t, "I");
	assert_true(term_has(t, " Certificate  "));
	assert_true(term_has(t, "Test CA"));
	term_press(t, TERM_ESC);
	assert_true(term_has(t, " Probe  "));
	term_press(t, "["); /* a probe is no place: the last one is that of the root */
	assert_true(term_has(t, "Name                     Test CA"));
	term_press(t, "[");
	assert_true(term_has(t, "Name                     Issuing CA"));
	close_probe(&p);
}

static void test_read_only(void **state)
{
	struct probe_test p = { 0 };
	(void)state;
	open_at(&p, SENDS_ROOT, DESK_READ_ONLY, 24, 80);
	struct term *t = p.desk.term;
	assert_true(term_has(t, "Nothing is written"));
	assert_false(term_has(t, "Trust just this"));
	term_press(t, "\r");
	assert_int_equal(in_state(&p, "untrusted"), 2);
	assert_true(term_has(t, "not in the store"));
	term_press(t, "t");
	assert_true(term_has(t, "read-only: nothing can be changed"));
	close_probe(&p);
}

/* --- what takes its time ------------------------------------------------------------------ */

static void test_a_server_that_stalls(void **state)
{
	struct probe_test p = { 0 };
	(void)state;
	host_stall(&p.host);
	desk_open(&p.desk, 24, 80, DESK_PLAIN);
	struct term *t = p.desk.term;
	term_press(t, "p");
	term_press(t, p.host.endpoint);
	term_keys(t, TERM_F10);
	term_wait_text(t, "> now    Hello is answered"); /* the ladder so far */
	assert_true(term_has(t, "✓ pass   Connection"));
	assert_true(term_has(t, "Esc ends it"));
	term_keys(t, "?"); /* keys are answered meanwhile */
	term_wait_text(t, "this help");
	term_keys(t, "q");
	term_wait_text(t, "> now    Hello is answered");
	term_press(t, TERM_ESC);
	assert_true(term_has(t, "the probe was broken off"));
	assert_true(term_has(t, "broken off"));
	assert_false(term_has(t, "> now"));
	term_keys(t, "r");
	term_wait_text(t, "> now    Hello is answered");
	term_press(t, "1"); /* whoever goes away ends it, too */
	assert_true(term_has(t, "LDAP (directory)"));
	close_probe(&p);
}

static void test_nobody_listens(void **state)
{
	struct probe_test p = { 0 };
	(void)state;
	host_stall(&p.host);
	close(p.host.fd);
	p.host.fd = -1;
	desk_open(&p.desk, 24, 80, DESK_PLAIN);
	probe(p.desk.term, p.host.endpoint);
	assert_true(term_has(p.desk.term, "✗ FAIL   Connection"));
	assert_true(term_has(p.desk.term, "unreached"));
	assert_true(term_has(p.desk.term, "Is the service running"));
	assert_int_equal(in_state(&p, "untrusted"), 2);
	close_probe(&p);
}

/* --- as a client -------------------------------------------------------------------------- */

static void test_two_way(void **state)
{
	struct probe_test p = { 0 };
	(void)state;
	host_open(&p.host, SENDS_ISSUING | DEMANDS);
	desk_open(&p.desk, 40, 80, DESK_PLAIN);
	struct term *t = p.desk.term;
	tmp_text(p.desk.tmp, "pass", "open sesame\n");
	notary_write(p.desk.tmp, "root.pem", hosts_root());
	desk_run(&p.desk, 0, ARGV("import", "--yes", tmp_path(p.desk.tmp, "root.pem")));
	desk_run(&p.desk, 0, ARGV("generate", "--name", "our client", "--cn", "client", "--yes",
		"--profile", "client",
		"--password-file", tmp_path(p.desk.tmp, "pass")));
	probe(t, p.host.endpoint);
	assert_true(term_has(t, "refused: "));
	assert_true(term_has(t, "✗ FAIL   Server accepts"));
	assert_true(term_has(t, "It wants a certificate"));
	term_press(t, "G");
	assert_true(term_has(t, "CN=Test CA,O=Tests"));
	assert_true(term_has(t, "✗ our client: The server doesn't name its issuer"));
	term_press(t, "p");
	term_press(t, TERM_TAB TERM_TAB " ");
	assert_true(term_has(t, "our client"));
	term_press(t, TERM_F10);
	assert_true(term_has(t, "is sealed"));
	term_press(t, "wrong\r");
	assert_true(term_has(t, "That is not its passphrase"));
	term_press(t, "open sesame\r");
	assert_true(term_has(t, "✓ pass   We present"));
	assert_true(term_has(t, "✗ FAIL   Server accepts"));
	term_press(t, "G");
	assert_true(term_has(t, "It was sent."));
	term_press(t, "r"); /* the key stays open */
	assert_true(term_has(t, "✓ pass   We present"));
	close_probe(&p);
}

static void test_http(void **state)
{
	struct probe_test p = { 0 };
	(void)state;
	host_open(&p.host, SENDS_ROOT);
	desk_open(&p.desk, 40, 80, DESK_PLAIN);
	struct term *t = p.desk.term;
	term_press(t, "p");
	term_press(t, p.host.endpoint);
	term_press(t, TERM_TAB TERM_TAB TERM_TAB TERM_TAB TERM_TAB);
	term_press(t, "api");
	assert_true(term_has(t, "A path begins with a slash"));
	term_press(t, TERM_CTRL('u'));
	term_press(t, "/api");
	term_press(t, TERM_F10);
	term_press(t, TERM_ESC);
	term_press(t, "G");
	assert_true(term_has(t, "HTTP on /api"));
	assert_true(term_has(t, "DELETE"));
	assert_true(term_has(t, "✓ HTTP/1.1 200"));
	close_probe(&p);
}

/* --- the form ----------------------------------------------------------------------------- */

static void test_form_says_what_is_off(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_PLAIN);
	term_press(d.term, "p");
	term_press(d.term, TERM_F10);
	assert_true(term_has(d.term, "Probe a service"));
	term_press(d.term, "wiki.tests");
	assert_true(term_has(d.term, "which port?"));
	term_press(d.term, TERM_F10);
	assert_true(term_has(d.term, "Probe a service"));
	term_press(d.term, TERM_CTRL('u'));
	term_press(d.term, "mail.tests:25");
	assert_true(term_has(d.term, "SMTP with STARTTLS"));
	term_press(d.term, TERM_ESC); /* no question: it is remembered */
	assert_true(term_has(d.term, "LDAP (directory)"));
	term_press(d.term, "p");
	assert_true(term_has(d.term, "mail.tests:25"));
	term_press(d.term, TERM_ESC);
	desk_close(&d);
}

/* The same by name: a service alone is the page, anything more the command. */
static void test_command_line(void **state)
{
	struct probe_test p = { 0 };
	char line[80];
	(void)state;
	host_open(&p.host, SENDS_ROOT);
	desk_open(&p.desk, 24, 80, DESK_PLAIN);
	struct term *t = p.desk.term;
	snprintf(line, sizeof line, "probe %s\r", p.host.endpoint);
	term_press(t, ":");
	term_press(t, line);
	assert_true(term_has(t, "Not trusted: decide"));
	term_press(t, TERM_ESC);
	snprintf(line, sizeof line, "probe --tls 1.2 --no-save %s\r", p.host.endpoint);
	term_press(t, ":");
	term_press(t, line);
	term_wait_text(t, "ended with status 4");
	assert_true(term_has(t, "TLS1.2"));
	term_press(t, ":");
	term_press(t, "probe nowhere\r");
	term_wait_text(t, "which port?");
	close_probe(&p);
}

/* A certificate that a probe brought shows how it came, and proposes its service. */
static void test_evidence(void **state)
{
	struct probe_test p = { 0 };
	(void)state;
	open_probe(&p, SENDS_ROOT);
	struct term *t = p.desk.term;
	term_press(t, TERM_ESC);
	term_press(t, "p");
	term_press(t, TERM_CTRL('u'));
	term_press(t, "other.tests:443");
	term_press(t, TERM_ESC);
	term_press(t, "q");
	term_press(t, "/wiki.tests\r");
	term_press(t, "\r");
	assert_true(term_has(t, "Evidence"));
	assert_true(term_has(t, "Reason "));
	assert_true(term_has(t, "First seen"));
	assert_true(term_has(t, "Times noted"));
	term_press(t, "p");
	assert_true(term_has(t, p.host.endpoint));
	term_press(t, TERM_F10);
	assert_true(term_has(t, "Not trusted: decide"));
	close_probe(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_screens),
		cmocka_unit_test(test_keep_for_later),
		cmocka_unit_test(test_trust_the_ca),
		cmocka_unit_test(test_trust_just_this),
		cmocka_unit_test(test_the_root_is_missing),
		cmocka_unit_test(test_block),
		cmocka_unit_test(test_another_name),
		cmocka_unit_test(test_the_chain_is_walked),
		cmocka_unit_test(test_jumping_to_the_issuer),
		cmocka_unit_test(test_read_only),
		cmocka_unit_test(test_a_server_that_stalls),
		cmocka_unit_test(test_nobody_listens),
		cmocka_unit_test(test_two_way),
		cmocka_unit_test(test_http),
		cmocka_unit_test(test_form_says_what_is_off),
		cmocka_unit_test(test_command_line),
		cmocka_unit_test(test_evidence),
	};
	return cmocka_run_group_tests_name("probe", tests, hosts_setup, hosts_teardown);
}
