/*
 * What operators do, by keys on a terminal: each ends in a look at the store.
 */
#include <signal.h>
#include <string.h>

#include "support/desk.h"
#include "support/unit.h"

static size_t trusted(struct desk_test *d)
{
	return tmp_count(d->tmp, "desk/trusted");
}

static void find(struct desk_test *d, const char *name)
{
	term_press(d->term, "/");
	term_press(d->term, name);
	term_press(d->term, "\r");
}

static void test_trust_needs_y(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_PLAIN);
	size_t before = trusted(&d);
	find(&d, "wiki");
	static const char *const refusals[] = { "\r", TERM_ESC, "n", "q" };
	for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
		term_press(d.term, "t");
		assert_true(term_has(d.term, "untrusted -> trusted"));
		assert_true(term_has(d.term, "14af d6c4"));
		term_press(d.term, refusals[i]);
		assert_int_equal(trusted(&d), before);
	}
	term_press(d.term, "t");
	term_press(d.term, "y");
	assert_int_equal(trusted(&d), before + 1);
	assert_true(term_has(d.term, "u takes it back"));
	term_press(d.term, "u");
	term_press(d.term, "y");
	assert_int_equal(trusted(&d), before);
	desk_close(&d);
}

static void test_reason_goes_to_the_journal(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_PLAIN);
	find(&d, "wiki");
	term_press(d.term, "b");
	term_press(d.term, "w");
	term_press(d.term, "seen in TICKET-9\r");
	assert_true(term_has(d.term, "why"));
	term_press(d.term, "y");
	assert_non_null(strstr(tmp_read(d.tmp, "desk/journal", NULL), "\"why\":\"seen in TICKET-9\""));
	desk_close(&d);
}

static void test_marked_ones_move_together(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_PLAIN);
	find(&d, "example");
	term_press(d.term, "*");
	assert_true(term_has(d.term, "marked"));
	term_press(d.term, "b");
	term_press(d.term, "y");
	assert_int_equal(trusted(&d), 1);
	term_press(d.term, "u");
	term_press(d.term, "y");
	assert_int_equal(trusted(&d), 4);
	desk_close(&d);
}

static void test_undo_after_restart(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_PLAIN);
	find(&d, "Issuing");
	term_press(d.term, "d");
	term_press(d.term, "y");
	assert_int_equal(trusted(&d), 3);
	desk_leave(d.term);
	d.term = desk_another(&d, 24, 80, DESK_PLAIN);
	term_press(d.term, "u");
	assert_true(term_has(d.term, "trash -> trusted"));
	term_press(d.term, "y");
	assert_int_equal(trusted(&d), 4);
	desk_close(&d);
}

static void test_rename_and_note(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_PLAIN);
	find(&d, "Issuing");
	term_press(d.term, "e");
	term_press(d.term, TERM_CTRL('u'));
	term_press(d.term, "Our issuing CA\r");
	term_press(d.term, TERM_ESC);
	assert_true(term_has(d.term, "Our issuing CA"));
	find(&d, "our issuing");
	term_press(d.term, "a");
	term_press(d.term, "moves to HSM in May\r");
	term_press(d.term, "\r");
	assert_true(term_has(d.term, "moves to HSM in May"));
	term_press(d.term, TERM_ESC);
	desk_run(&d, 0, ARGV("log", "--verify"));
	desk_run(&d, 0, ARGV("doctor"));
	desk_close(&d);
}

static void test_paste_opens_import(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_PLAIN);
	struct tmp *repo = d.tmp;
	struct run r = { 0 };
	assert_int_equal(run(&r, ARGV("cat", "tests/data/certs/spare.pem"), NULL, NULL), 0);
	term_keys(d.term, "\033[200~");
	term_bytes(d.term, r.out.data, r.out.len);
	term_press(d.term, "\033[201~");
	term_wait_text(d.term, "spare.example.com");
	golden_check(d.term, "paste-80x24-utf8");
	term_press(d.term, "w");
	assert_true(term_has(d.term, "import it as trusted: "));
	assert_false(term_has(d.term, "certary trust"));
	assert_false(term_has(d.term, "Enter mend"));
	term_press(d.term, TERM_ESC);
	term_press(d.term, "\r");
	assert_true(term_has(d.term, "Name"));
	term_press(d.term, TERM_CTRL('u'));
	term_press(d.term, "From a mail\r");
	term_press(d.term, "t");
	golden_check(d.term, "paste-confirm-80x24-utf8");
	term_press(d.term, "y");
	assert_true(term_has(d.term, "From a mail"));
	assert_int_equal(tmp_count(repo, "desk/trusted"), 5);
	run_done(&r);
	desk_close(&d);
}

/* A serial console knows no bracketed paste: no letter of a block may be taken for a key. */
static void test_paste_without_brackets(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_PLAIN);
	struct run r = { 0 };
	assert_int_equal(run(&r, ARGV("cat", "tests/data/certs/spare.pem"), NULL, NULL), 0);
	for (size_t i = 0; i < r.out.len; i++)
		if (r.out.data[i] == '\n')
			r.out.data[i] = '\r';
	term_bytes(d.term, r.out.data, r.out.len);
	term_wait_text(d.term, "spare.example.com");
	assert_true(term_has(d.term, "PEM: 1 certificate"));
	run_done(&r);
	desk_run(&d, 0, ARGV("log", "--verify"));
	desk_close(&d);
}

static void test_what_is_typed_ahead_answers_no_question(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_PLAIN);
	find(&d, "wiki");
	term_press(d.term, "by");
	assert_true(term_has(d.term, "untrusted -> blocked"));
	assert_int_equal(tmp_count(d.tmp, "desk/blocked"), 1);
	term_press(d.term, "n");
	desk_close(&d);
}

/* The certificate that a name is asked for stays the one, whatever happens to the list meanwhile. */
static void test_name_goes_where_it_was_asked_for(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_PLAIN);
	find(&d, "Issuing");
	term_press(d.term, "e");
	desk_run(&d, 0, ARGV("delete", "--yes", "Example Issuing CA"));
	term_wait_text(d.term, "T3");
	term_press(d.term, TERM_CTRL('u'));
	term_press(d.term, "Another name\r");
	desk_run(&d, 0, ARGV("show", "Example Root CA"));
	desk_run(&d, 0, ARGV("show", "LDAP (directory)"));
	term_press(d.term, TERM_ESC);
	desk_close(&d);
}

static void test_import_from_a_file(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_PLAIN);
	struct run r = { 0 };
	assert_int_equal(run(&r, ARGV("cp", "tests/data/certs/spare.pem", tmp_path(d.tmp, "a.txt")),
				 NULL, NULL),
		0);
	run_done(&r);
	term_press(d.term, "i");
	term_press(d.term, "G");
	term_wait_text(d.term, "PEM: 1 certificate");
	term_press(d.term, "\r");
	assert_true(term_has(d.term, "spare.example.com"));
	term_press(d.term, "\r");
	term_press(d.term, "u");
	term_press(d.term, "y");
	assert_int_equal(tmp_count(d.tmp, "desk/untrusted"), 3);
	desk_close(&d);
}

static void test_match(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_PLAIN);
	find(&d, "Root CA");
	term_press(d.term, "m");
	term_press(d.term, "D0:1F:AD:4C:5F:0F:2A:0F:59:43:57:82:23:A4:28:79:46:73:64:00:C4:DB:03:B5:"
			   "B5:53:7C:76:3F:97:E9:9C\r");
	assert_true(term_has(d.term, "group"));
	term_press(d.term, "\r");
	desk_close(&d);
}

static void test_compare(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_PLAIN);
	static const char *const not_two[] = { "=", " k=", "   =" };
	for (size_t i = 0; i < sizeof not_two / sizeof *not_two; i++) {
		term_press(d.term, not_two[i]);
		assert_true(term_has(d.term, "mark two certificates"));
		term_press(d.term, "**g");
	}
	term_press(d.term, " =");
	assert_true(term_has(d.term, "Two certificates: different keys"));
	assert_false(term_has(d.term, "Version"));
	term_press(d.term, "a");
	term_press(d.term, "/Version\r");
	assert_true(term_has(d.term, "Version               3                            ="));
	term_press(d.term, TERM_ESC);
	term_press(d.term, TERM_ESC);
	term_press(d.term, " =");
	assert_true(term_has(d.term, "Two certificates"));
	desk_close(&d);
}

static void test_why(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_PLAIN);
	find(&d, "LDAP");
	term_press(d.term, "w");
	assert_true(term_has(d.term, "trusted itself, as LDAP (directory) (added 2026-01-10 by alice"));
	term_press(d.term, TERM_ESC);
	term_press(d.term, "U");
	term_press(d.term, "y");
	term_press(d.term, "\r");
	term_press(d.term, "w");
	assert_true(term_has(d.term, "trusted, through Example Issuing CA (added"));
	assert_true(term_has(d.term, "└ Example Issuing CA   trusted"));
	desk_run(&d, 0, ARGV("block", "--yes", "Example Issuing CA"));
	term_wait_text(d.term, "not trusted: Example Issuing CA: It is blocked");
	assert_true(term_has(d.term, "LDAP (directory)       untrusted, in the store"));
	term_press(d.term, "/");
	term_press(d.term, "issuing\r");
	term_press(d.term, "?");
	assert_true(term_has(d.term, "this help"));
	term_press(d.term, TERM_ESC);
	assert_true(term_has(d.term, "It is blocked"));
	term_press(d.term, TERM_ESC);
	assert_true(term_has(d.term, "LDAP (directory)"));
	assert_false(term_has(d.term, "It is blocked"));
	desk_close(&d);
}

/* A block that is in the way is lifted from where it is explained. */
static void test_mend(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_PLAIN);
	desk_run(&d, 0, ARGV("untrust", "--yes", "LDAP (directory)"));
	desk_run(&d, 0, ARGV("block", "--yes", "Example Issuing CA"));
	find(&d, "LDAP");
	term_press(d.term, "w");
	assert_true(term_has(d.term, "trusts exactly this certificate"));
	assert_true(term_has(d.term, "certary trust 'LDAP (directory)'"));
	term_press(d.term, "\r");
	assert_true(term_has(d.term, "Mend it"));
	term_press(d.term, "1");
	assert_true(term_has(d.term, "untrusted -> trusted"));
	term_press(d.term, TERM_ESC); /* nothing is widened by a slip */
	assert_true(term_has(d.term, "It is blocked"));
	term_press(d.term, "m");
	term_press(d.term, "1");
	term_press(d.term, "y");
	assert_true(term_has(d.term, "trusted itself, as LDAP (directory)"));
	term_press(d.term, "m");
	assert_true(term_has(d.term, "nothing to be done from here"));
	desk_close(&d);
}

/* What is explained may go while it is looked at. */
static void test_why_of_what_is_gone(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_PLAIN);
	find(&d, "wiki");
	term_press(d.term, "w");
	assert_true(term_has(d.term, "not trusted: wiki.partner.example: It is signed by itself"));
	desk_run(&d, 0, ARGV("delete", "--yes", "wiki.partner.example"));
	term_wait_text(d.term, "in the trash");
	desk_run(&d, 0, ARGV("purge", "--yes", "wiki.partner.example"));
	term_wait_text(d.term, "no longer in the store");
	term_press(d.term, TERM_ESC);
	desk_close(&d);
}

/* A chain that isn't in the store: as a whole, and one of it. */
static void test_why_before_the_import(void **state)
{
	struct desk_test d = { 0 };
	struct run r = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_PLAIN);
	const char *const copy[] = { "sh", "-c", "cat \"$1\"/*/3d36*.pem \"$1\"/*/20443*.pem "
		"tests/data/certs/wiki.pem >\"$2\"", "sh", tmp_path(d.tmp, "desk"),
		tmp_path(d.tmp, "chain.txt"), NULL };
	assert_int_equal(run(&r, copy, NULL, NULL), 0);
	run_done(&r);
	term_press(d.term, "i");
	term_press(d.term, "G");
	term_wait_text(d.term, "PEM: 3 certificates");
	term_press(d.term, "w");
	assert_true(term_has(d.term, "trusted"));
	term_press(d.term, TERM_ESC);
	term_press(d.term, "\r");
	term_press(d.term, "G");
	term_press(d.term, "w");
	assert_true(term_has(d.term, "not trusted: wiki.partner.example"));
	term_press(d.term, TERM_ESC);
	assert_true(term_has(d.term, "PEM: 3 certificates"));
	term_press(d.term, TERM_ESC);
	term_press(d.term, TERM_ESC);
	desk_close(&d);
}

static void keys(struct desk_test *d, const char *const *list)
{
	for (; *list; list++)
		term_press(d->term, *list);
}

static void test_export(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_PLAIN);
	const char *out = tmp_path(d.tmp, "out.pem");
	find(&d, "Issuing");
	keys(&d, (const char *[]){ "x", "1", TERM_CTRL('u'), out, "\r", NULL });
	assert_true(term_has(d.term, "1 certificate written to"));
	assert_int_equal(strncmp(tmp_read(d.tmp, "out.pem", NULL), "# Example Issuing CA\n-----BEGIN", 31),
		0);
	/* what is there is kept unless somebody says so, and typing ahead says nothing */
	tmp_text(d.tmp, "out.pem", "old");
	static const char *const refusals[] = { "\r", TERM_ESC, "n" };
	for (size_t i = 0; i < 3; i++) {
		keys(&d, (const char *[]){ "x", "1", TERM_CTRL('u'), out, "\r", NULL });
		assert_true(term_has(d.term, "is there already"));
		term_press(d.term, refusals[i]);
		assert_true(term_has(d.term, "nothing was written"));
		assert_string_equal(tmp_read(d.tmp, "out.pem", NULL), "old");
	}
	keys(&d, (const char *[]){ "x", "1", TERM_CTRL('u'), out, "\r", "y", NULL });
	assert_string_not_equal(tmp_read(d.tmp, "out.pem", NULL), "old");
	/* a folder gets the proposed name; one that isn't there is an error */
	keys(&d, (const char *[]){ "x", "2", TERM_CTRL('u'), tmp_path(d.tmp, NULL), "\r", NULL });
	assert_true(tmp_exists(d.tmp, "example-issuing-ca-chain.pem"));
	keys(&d, (const char *[]){ "x", "1", TERM_CTRL('u'), "/no/such/file\r", NULL });
	assert_true(term_has(d.term, "No such file"));
	desk_close(&d);
}

static void test_export_of_marked_ones(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_PLAIN);
	const char *out = tmp_path(d.tmp, "out.jks");
	keys(&d, (const char *[]){ "*", "x", NULL });
	assert_true(term_has(d.term, "Export 7 as"));
	assert_false(term_has(d.term, "the bytes of")); /* DER holds one */
	keys(&d, (const char *[]){ "4", "changeit\r", "changit\r", NULL });
	assert_true(term_has(d.term, "two passwords"));
	assert_false(term_has(d.term, "changeit"));
	keys(&d, (const char *[]){ "\r", "x", "4", "changeit\r", "changeit\r", NULL });
	keys(&d, (const char *[]){ TERM_CTRL('u'), out, "\r", NULL });
	assert_true(term_has(d.term, "whoever reads"));
	assert_true(term_has(d.term, "The same goes for 2 more."));
	assert_false(tmp_exists(d.tmp, "out.jks"));
	term_press(d.term, "y");
	assert_true(term_has(d.term, "7 certificates written"));
	assert_memory_equal(tmp_read(d.tmp, "out.jks", NULL), "\xfe\xed\xfe\xed", 4);
	desk_close(&d);
}

static void test_no_export_when_read_only(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_READ_ONLY);
	term_press(d.term, "x");
	assert_true(term_has(d.term, "no file is written"));
	desk_close(&d);
}

static void test_outside_change_shows(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_PLAIN);
	struct run r = { 0 };
	run(&r, ARGV("cp", "tests/data/certs/spare.pem", tmp_path(d.tmp, "desk/trusted/dropped.crt")),
		NULL, NULL);
	run_done(&r);
	term_wait_text(d.term, "dropped");
	desk_run(&d, 0, ARGV("block", "--yes", "wiki.partner.example"));
	term_wait_text(d.term, "B2");
	desk_close(&d);
}

static void test_two_consoles(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_PLAIN);
	struct term *other = desk_another(&d, 40, 120, DESK_PLAIN);
	find(&d, "wiki");
	term_press(d.term, "b");
	term_press(d.term, "y");
	term_wait_text(other, "2 blocked");
	term_press(other, "u");
	term_press(other, "y");
	term_wait_text(d.term, "B1");
	desk_leave(other);
	desk_close(&d);
}

static void test_command_line(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_PLAIN);
	term_press(d.term, ":");
	term_press(d.term, "block wiki.partner.example --why test\r");
	term_wait_text(d.term, "Do this?");
	assert_true(term_has(d.term, "would block wiki.partner.example"));
	assert_int_equal(tmp_count(d.tmp, "desk/blocked"), 1);
	term_press(d.term, "y");
	term_wait_text(d.term, "done");
	term_press(d.term, "q");
	term_wait_text(d.term, "B2");
	desk_close(&d);
}

/* Wherever the command stands in the line, and whatever a reason looks like, the plan comes first. */
static void test_no_line_escapes_its_plan(void **state)
{
	static const char *const lines[] = {
		"block wiki.partner.example --why --yes\r",
		"--theme dark block wiki.partner.example\r",
		"--why=x block wiki.partner.example\r",
	};
	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		struct desk_test d = { 0 };
		desk_open(&d, 24, 80, DESK_PLAIN);
		term_press(d.term, ":");
		term_press(d.term, lines[i]);
		term_wait_text(d.term, "Do this?");
		assert_int_equal(tmp_count(d.tmp, "desk/blocked"), 1);
		term_press(d.term, "n");
		desk_close(&d);
	}
}

static void test_sizes_and_storms(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_PLAIN);
	static const int sizes[][2] = { { 1, 1 }, { 2, 200 }, { 50, 3 }, { 200, 300 }, { 12, 40 } };
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		term_resize(d.term, sizes[i][0], sizes[i][1]);
		term_press(d.term, "j?jq\r5q/x\033");
	}
	term_resize(d.term, 24, 80);
	assert_true(term_has(d.term, "1 Certs"));
	desk_close(&d);
}

static void test_terminal_goes_away(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_PLAIN);
	term_hangup(d.term);
	term_close(d.term);
	desk_run(&d, 0, ARGV("doctor"));
	tmp_free(d.tmp);
}

static void test_signals_give_the_terminal_back(void **state)
{
	static const int signals[] = { SIGTERM, SIGINT, SIGHUP };
	(void)state;
	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
		struct desk_test d = { 0 };
		desk_open(&d, 24, 80, DESK_PLAIN);
		term_signal(d.term, signals[i]);
		term_wait_exit(d.term);
		term_check_restored(d.term);
		term_free(d.term);
		tmp_free(d.tmp);
	}
}

/* What a key costs on the wire, and that nothing is sent for nothing. */
static void test_bytes(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_PLAIN);
	term_raw_reset(d.term);
	term_press(d.term, "j");
	assert_in_range(term_sent(d.term), 1, 400);
	term_raw_reset(d.term);
	term_press(d.term, "~");
	assert_int_equal(term_sent(d.term), 0);
	desk_close(&d);
}

/* The cursor stays on its line while others come before it, and at the newest where it stood there. */
static void test_journal_follows(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_PLAIN);
	desk_run(&d, 0, (const char *[]){ "note", "14afd6c4dc40", "one", NULL });
	term_press(d.term, "5");
	assert_true(term_has(d.term, "wiki.partner.example: one"));
	desk_run(&d, 0, (const char *[]){ "note", "14afd6c4dc40", "two", NULL });
	term_wait_text(d.term, "one -> two");
	term_wait_text(d.term, " 1 of 13");
	term_press(d.term, "j");
	desk_run(&d, 0, (const char *[]){ "note", "14afd6c4dc40", "three", NULL });
	term_wait_text(d.term, "two -> three");
	term_wait_text(d.term, " 3 of "); /* the end of that frame may still be on its way */
	term_press(d.term, "\r");
	assert_true(term_has(d.term, "What"));
	assert_true(term_has(d.term, ": one"));
	term_press(d.term, TERM_ESC);
	term_press(d.term, "/");
	term_press(d.term, "two\r");
	assert_true(term_has(d.term, "1 of 2"));
	term_press(d.term, "/");
	term_press(d.term, "nothing like it\r");
	assert_true(term_has(d.term, "Nothing matches"));
	desk_close(&d);
}

/* A line that is none says so and can't be undone; and the journal may be cut off meanwhile. */
static void test_journal_is_damaged(void **state)
{
	struct desk_test d = { 0 };
	struct buf text = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_PLAIN);
	buf_text_add(&text, tmp_read(d.tmp, "desk/journal", NULL));
	size_t whole = text.len;
	buf_text_add(&text, "nonsense \033[2J\n");
	tmp_write(d.tmp, "desk/journal", text.data, text.len);
	term_press(d.term, "5");
	assert_true(term_has(d.term, "not JSON"));
	term_press(d.term, "\r");
	assert_true(term_has(d.term, "no line of a journal"));
	tmp_write(d.tmp, "desk/journal", text.data, whole / 2);
	term_press(d.term, "G");
	term_press(d.term, "g");
	term_press(d.term, "1");
	term_press(d.term, "5");
	assert_false(term_has(d.term, "not JSON"));
	buf_done(&text);
	desk_close(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_trust_needs_y),
		cmocka_unit_test(test_reason_goes_to_the_journal),
		cmocka_unit_test(test_marked_ones_move_together),
		cmocka_unit_test(test_undo_after_restart),
		cmocka_unit_test(test_rename_and_note),
		cmocka_unit_test(test_paste_opens_import),
		cmocka_unit_test(test_paste_without_brackets),
		cmocka_unit_test(test_what_is_typed_ahead_answers_no_question),
		cmocka_unit_test(test_name_goes_where_it_was_asked_for),
		cmocka_unit_test(test_import_from_a_file),
		cmocka_unit_test(test_match),
		cmocka_unit_test(test_compare),
		cmocka_unit_test(test_why),
		cmocka_unit_test(test_mend),
		cmocka_unit_test(test_why_of_what_is_gone),
		cmocka_unit_test(test_why_before_the_import),
		cmocka_unit_test(test_export),
		cmocka_unit_test(test_export_of_marked_ones),
		cmocka_unit_test(test_no_export_when_read_only),
		cmocka_unit_test(test_outside_change_shows),
		cmocka_unit_test(test_two_consoles),
		cmocka_unit_test(test_command_line),
		cmocka_unit_test(test_no_line_escapes_its_plan),
		cmocka_unit_test(test_sizes_and_storms),
		cmocka_unit_test(test_terminal_goes_away),
		cmocka_unit_test(test_signals_give_the_terminal_back),
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_journal_follows),
		cmocka_unit_test(test_journal_is_damaged),
	};
	return cmocka_run_group_tests_name("work", tests, NULL, NULL);
}
