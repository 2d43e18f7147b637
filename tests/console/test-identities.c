/*
 * Identities by keys on a terminal: how their pages look, and what is on the disk afterwards.
 */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "support/desk.h"
#include "support/unit.h"

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

/* Keys before the picture, and after it until the console can be left. */
static const struct pane {
	const char *name;
	unsigned look;
	const char *keys[8];
} panes[] = {
	{ "identities-empty", 0, { "2" } },
	{ "identities", DESK_IDENTITIES, { "2", "j" } },
	{ "identity", DESK_IDENTITIES, { "2", "G", "\r" } },
	{ "identities-filter", DESK_IDENTITIES, { "2", "f" } },
	{ "identities-renew", DESK_IDENTITIES, { "2", "j", "r" } },
	{ "identities-export", DESK_IDENTITIES, { "2", "x" } },
	{ "identities-purge", DESK_IDENTITIES, { "2", "jd", "y", "fx", "P" } },
	{ "create", 0, { "2", "c" } },
	{ "create-form", 0, { "2", "cs", "*.example.com", TERM_TAB, "192.0.2.5\rno..host" } },
	{ "create-ca", 0, { "2", "cc", "Example CA" } },
	{ "sign-form", DESK_IDENTITIES, { "2", "S", "app.csr\r", "secret\r" } },
	{ "sign-confirm", DESK_IDENTITIES, { "2", "S", "app.csr\r", "secret\r", TERM_CTRL('s') } },
};

static void press_all(struct term *t, const char *const *keys, size_t most)
{
	for (size_t i = 0; i < most && keys[i]; i++)
		term_press(t, keys[i]);
}

/* Whatever is open is left by Esc, and y where that is asked. */
static void leave_forms(struct term *t)
{
	for (int i = 0; i < 4; i++) {
		term_press(t, TERM_ESC);
		if (term_has(t, "throw it away"))
			term_press(t, "y");
	}
}

static void shoot(const struct size *size, const struct pane *pane)
{
	struct desk_test d = { 0 };
	char name[80];
	snprintf(name, sizeof name, "%s-%s", pane->name, size->name);
	desk_open(&d, size->rows, size->cols, size->look | pane->look);
	press_all(d.term, pane->keys, 8);
	golden_check(d.term, name);
	term_check_raw(d.term);
	leave_forms(d.term);
	desk_close(&d);
}

static void test_panes(void **state)
{
	(void)state;
	for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
		for (size_t p = 0; p < sizeof panes / sizeof *panes; p++)
			shoot(&sizes[s], &panes[p]);
}

static size_t count(struct desk_test *d, const char *folder)
{
	return tmp_count(d->tmp, folder);
}

static void test_self_signed_pair(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_PLAIN);
	size_t trusted = count(&d, "desk/trusted");
	term_press(d.term, "c"); /* from the certificates */
	term_press(d.term, "s");
	term_press(d.term, "mail.example.com");
	term_press(d.term, TERM_CTRL('s'));
	term_wait_text(d.term, "Create this?");
	assert_true(term_has(d.term, "DNS:mail.example.com"));
	term_press(d.term, "\r"); /* Enter isn't yes */
	assert_int_equal(count(&d, "desk/keys"), 0);
	assert_true(term_has(d.term, "mail.example.com")); /* the form is there again */
	term_press(d.term, TERM_CTRL('s'));
	term_wait_text(d.term, "Create this?");
	term_press(d.term, "y");
	assert_true(term_has(d.term, "mail.example.com was made"));
	assert_int_equal(count(&d, "desk/keys"), 1);
	assert_int_equal(count(&d, "desk/identities"), 1);
	term_press(d.term, "v");
	assert_true(term_has(d.term, "-----BEGIN CERTIFICATE-----"));
	int col;
	term_find(d.term, "-----BEGIN", &col);
	assert_int_equal(col, 0); /* nothing stands before it, for those who copy with the mouse */
	term_press(d.term, "t");
	assert_true(term_has(d.term, "exactly this one is accepted"));
	term_press(d.term, "y");
	assert_int_equal(count(&d, "desk/trusted"), trusted + 1);
	term_press(d.term, "q");
	assert_true(term_has(d.term, "valid"));
	term_press(d.term, "u");
	term_press(d.term, "y");
	assert_int_equal(count(&d, "desk/trusted"), trusted);
	desk_run(&d, 0, ARGV("doctor"));
	desk_close(&d);
}

static void test_request(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_PLAIN);
	term_press(d.term, "2c");
	term_press(d.term, "r");
	term_press(d.term, "shop.example.com");
	term_press(d.term, TERM_CTRL('s'));
	term_wait_text(d.term, "Make this request?");
	term_press(d.term, "y");
	assert_true(term_has(d.term, "Send the lines below to the CA"));
	term_press(d.term, "v");
	assert_true(term_has(d.term, "-----BEGIN CERTIFICATE REQUEST-----"));
	term_press(d.term, "q");
	assert_true(term_has(d.term, "pending"));
	term_press(d.term, "A");
	term_press(d.term, "CHG-12\r");
	assert_true(term_has(d.term, "CHG-12"));
	desk_close(&d);
}

/* A preset fills in what follows from it, and its warnings stand in the question too. */
static void test_preset(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 40, 120, DESK_PLAIN);
	term_press(d.term, "2cr");
	term_press(d.term, TERM_UP "j" TERM_ENTER); /* Jira Align */
	assert_true(term_has(d.term, "RSA 2048"));
	term_press(d.term, "jira.example.com");
	term_press(d.term, TERM_CTRL('s'));
	term_wait_text(d.term, "Make this request?");
	assert_true(term_has(d.term, "Atlassian's page asks for a public CA"));
	term_press(d.term, "y");
	assert_true(term_has(d.term, "Jira Align takes it as pkcs12"));
	desk_close(&d);
}

static void test_files_beside_the_store(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 40, 120, DESK_PLAIN);
	term_press(d.term, "2cs");
	term_press(d.term, "a.example.com");
	term_press(d.term, TERM_TAB TERM_TAB TERM_TAB TERM_TAB);
	term_press(d.term, "hush" TERM_TAB "hush"); /* a passphrase, twice */
	for (int i = 0; i < 10; i++)
		term_press(d.term, TERM_TAB);
	term_press(d.term, "out.pem" TERM_TAB "out.key");
	term_press(d.term, TERM_CTRL('s'));
	term_wait_text(d.term, "Create this?");
	assert_true(term_has(d.term, "sealed with a passphrase"));
	assert_true(term_has(d.term, "out.key"));
	term_press(d.term, "y");
	assert_non_null(strstr(tmp_read(d.tmp, "out.pem", NULL), "-----BEGIN CERTIFICATE-----"));
	assert_non_null(strstr(tmp_read(d.tmp, "out.key", NULL), "-----BEGIN ENCRYPTED"));
	struct stat st;
	assert_int_equal(stat(tmp_path(d.tmp, "out.key"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	desk_close(&d);
}

/* Paths complete, and the key never goes where the certificate went an instant before. */
static void test_paths_of_a_form(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 40, 120, DESK_PLAIN);
	tmp_text(d.tmp, "target.pem", "x");
	term_press(d.term, "2cs");
	term_press(d.term, "a.example.com");
	for (int i = 0; i < 15; i++)
		term_press(d.term, TERM_TAB);
	term_press(d.term, "tar" TERM_TAB);
	assert_true(term_has(d.term, "target.pem"));
	assert_true(term_has(d.term, "It is there already"));
	term_press(d.term, TERM_TAB "target.pem");
	term_wait_text(d.term, "It is the file of the certificate.");
	term_press(d.term, TERM_CTRL('s'));
	assert_false(term_has(d.term, "The key is made"));
	leave_forms(d.term);
	assert_int_equal(count(&d, "desk/keys"), 0);
	desk_close(&d);
}

static void test_renewal_with_the_same_key(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_IDENTITIES);
	term_press(d.term, "2j");
	assert_true(term_has(d.term, "expiring"));
	term_press(d.term, "rs");
	assert_true(term_has(d.term, "smtp.example.com"));
	term_press(d.term, TERM_CTRL('s'));
	assert_true(term_has(d.term, "Renew it?"));
	term_press(d.term, "y");
	assert_true(term_has(d.term, "mail.example.com was renewed"));
	term_press(d.term, "q");
	assert_false(term_has(d.term, "expiring"));
	assert_int_equal(count(&d, "desk/keys"), 4);
	desk_close(&d);
}

/* However quick the machine is, Esc makes nothing, and the form has what was typed. */
static void test_long_key_is_cancelled(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_PLAIN);
	term_press(d.term, "2c");
	term_press(d.term, "s");
	term_press(d.term, "slow.example.com" TERM_TAB TERM_TAB TERM_TAB);
	for (int i = 0; i < 3; i++)
		term_press(d.term, " ");
	assert_true(term_has(d.term, "RSA 4096"));
	term_keys(d.term, TERM_CTRL('s'));
	term_wait_text(d.term, "Esc");
	term_press(d.term, TERM_ESC);
	assert_false(term_has(d.term, "The key is made"));
	assert_true(term_has(d.term, "slow.example.com"));
	assert_int_equal(count(&d, "desk/keys"), 0);
	assert_int_equal(count(&d, "desk/identities"), 0);
	leave_forms(d.term);
	desk_close(&d);
}

static void test_leaving_a_form_is_asked(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_PLAIN);
	term_press(d.term, "2cs");
	term_press(d.term, TERM_ESC); /* nothing was typed */
	assert_true(term_has(d.term, "No identities yet"));
	term_press(d.term, "cs");
	term_press(d.term, "abc");
	term_press(d.term, TERM_ESC);
	assert_true(term_has(d.term, "Leave the form?"));
	term_press(d.term, TERM_F10); /* neither leaves the program nor says yes */
	term_press(d.term, "n");
	assert_true(term_has(d.term, "abc"));
	term_press(d.term, TERM_ESC);
	term_press(d.term, "y");
	assert_true(term_has(d.term, "No identities yet"));
	desk_close(&d);
}

static void test_what_refuses_is_not_made(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_PLAIN);
	term_press(d.term, "2cs");
	term_press(d.term, "a.example.com" TERM_TAB "no..host");
	term_press(d.term, TERM_CTRL('s'));
	assert_false(term_has(d.term, "Create this?"));
	assert_true(term_has(d.term, "to mend"));
	leave_forms(d.term);
	assert_int_equal(count(&d, "desk/keys"), 0);
	desk_close(&d);
}

static void test_wrong_passphrase_is_asked_again(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_IDENTITIES);
	term_press(d.term, "2S");
	term_press(d.term, "app.csr\r");
	assert_true(term_has(d.term, "Its passphrase"));
	term_press(d.term, "guess\r");
	assert_true(term_has(d.term, "That is not its passphrase."));
	term_press(d.term, "secret\r");
	assert_true(term_has(d.term, "CN=app.example.com,O=Example,C=DE"));
	leave_forms(d.term);
	desk_close(&d);
}

static void test_sign_list_revoke(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_IDENTITIES);
	term_press(d.term, "2S");
	term_press(d.term, "app.csr\r");
	term_press(d.term, "secret\r");
	term_press(d.term, TERM_CTRL('s'));
	assert_true(term_has(d.term, "Sign this?"));
	term_press(d.term, "\r");
	assert_int_equal(count(&d, "desk/issued"), 0);
	term_press(d.term, TERM_CTRL('s'));
	term_press(d.term, "y");
	assert_true(term_has(d.term, "Example Issuing CA has signed"));
	assert_int_equal(count(&d, "desk/issued"), 1);
	term_press(d.term, "q");
	term_press(d.term, "l");
	assert_true(term_has(d.term, "app.example.com"));
	term_press(d.term, "b");
	term_press(d.term, "lost laptop\r");
	term_press(d.term, "y");
	assert_true(term_has(d.term, "revoked"));
	term_press(d.term, "L");
	term_press(d.term, "\r");
	term_press(d.term, "secret\r");
	assert_true(term_has(d.term, "The revocation list of Example Issuing CA"));
	term_press(d.term, "v");
	assert_true(term_has(d.term, "-----BEGIN X509 CRL-----"));
	desk_run(&d, 0, ARGV("log", "--verify"));
	desk_close(&d);
}

static void paste(struct term *t, const char *text)
{
	term_keys(t, "\033[200~");
	term_keys(t, text);
	term_press(t, "\033[201~");
}

static void test_pasted_request_is_signed(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_IDENTITIES);
	term_press(d.term, "2j"); /* not on the CA: it is the only one */
	paste(d.term, tmp_read(d.tmp, "app.csr", NULL));
	assert_true(term_has(d.term, "Which CA signs the request?"));
	term_press(d.term, "1");
	term_press(d.term, "secret\r");
	assert_true(term_has(d.term, "What the request says"));
	leave_forms(d.term);
	assert_int_equal(count(&d, "desk/issued"), 0);
	desk_close(&d);
}

static void test_name_note_trash(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_IDENTITIES);
	term_press(d.term, "2j");
	term_press(d.term, "e");
	term_press(d.term, TERM_CTRL('u'));
	term_press(d.term, "Post office\r");
	assert_true(term_has(d.term, ">Post office"));
	term_press(d.term, "a");
	term_press(d.term, "two nodes\r");
	assert_true(term_has(d.term, "two nodes"));
	term_press(d.term, "d");
	term_press(d.term, "\r");
	assert_int_equal(count(&d, "desk/keys"), 4);
	term_press(d.term, "d");
	term_press(d.term, "y");
	assert_int_equal(count(&d, "desk/keys"), 3);
	assert_false(term_has(d.term, "Post office"));
	term_press(d.term, "fx");
	assert_true(term_has(d.term, ">Post office"));
	term_press(d.term, "P");
	term_press(d.term, "y\r"); /* the name has to be typed */
	term_press(d.term, TERM_ESC);
	assert_true(count(&d, "desk/discarded") > 0);
	term_press(d.term, "R");
	term_press(d.term, "y");
	assert_int_equal(count(&d, "desk/keys"), 4);
	term_press(d.term, "fa");
	term_press(d.term, "G");
	term_press(d.term, "d");
	term_press(d.term, "y");
	term_press(d.term, "u");
	term_press(d.term, "y");
	assert_int_equal(count(&d, "desk/keys"), 4);
	desk_close(&d);
}

static void test_search(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_IDENTITIES);
	term_press(d.term, "2/");
	term_press(d.term, "chg-47\r"); /* a ticket */
	assert_true(term_has(d.term, "1 of 1"));
	assert_true(term_has(d.term, "shop.example.com"));
	term_press(d.term, "/");
	term_press(d.term, TERM_CTRL('u'));
	term_press(d.term, "\r");
	assert_true(term_has(d.term, "of 4"));
	desk_close(&d);
}

static void test_read_only(void **state)
{
	static const char *const keys[] = { "c", "i", "o", "r", "x", "S", "d", "e", "a", "t" };
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_IDENTITIES | DESK_READ_ONLY);
	term_press(d.term, "2");
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		term_press(d.term, keys[i]);
		assert_true(term_has(d.term, "--read-only"));
	}
	desk_close(&d);
}

static void test_export_and_import(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_IDENTITIES);
	term_press(d.term, "2j");
	term_press(d.term, "xp");
	term_press(d.term, "one\r");
	term_press(d.term, "two\r");
	assert_true(term_has(d.term, "These were two passwords."));
	term_press(d.term, "one\r");
	term_press(d.term, "one\r");
	term_press(d.term, "\r");
	assert_true(term_has(d.term, "mode 0600"));
	term_press(d.term, "dy");
	term_press(d.term, "y"); /* what was typed ahead answered no question */
	term_press(d.term, "fx");
	term_press(d.term, "P");
	term_press(d.term, "mail.example.com\r");
	term_press(d.term, "fa");
	term_press(d.term, "i");
	term_press(d.term, "mail\t\r");
	term_press(d.term, "wrong\r");
	assert_true(term_has(d.term, "That is not its password."));
	term_press(d.term, "one\r");
	term_press(d.term, TERM_CTRL('u'));
	term_press(d.term, "shop.example.com\r");
	assert_true(term_has(d.term, "another identity is called shop.example.com"));
	term_press(d.term, TERM_CTRL('u'));
	term_press(d.term, "post\r");
	term_press(d.term, "hush\r");
	term_press(d.term, "hash\r");
	assert_true(term_has(d.term, "These were two passphrases."));
	term_press(d.term, "hush\r");
	term_press(d.term, "hush\r");
	term_press(d.term, "y");
	assert_int_equal(count(&d, "desk/keys"), 4);
	assert_true(term_has(d.term, ">post"));
	desk_close(&d);
}

/* A slip of the finger in a path is mended where it was typed, and the key's name is proposed. */
static void test_import_of_a_plain_key(void **state)
{
	struct desk_test d = { 0 };
	char script[] = "mv \"$0\"/keys/1fca*.pem \"$0\"/../web.key && rm \"$0\"/identities/1fca*";
	(void)state;
	desk_open(&d, 24, 80, DESK_IDENTITIES);
	struct run r = { 0 };
	const char *argv[] = { "sh", "-c", script, tmp_path(d.tmp, "desk"), NULL };
	assert_int_equal(run(&r, argv, NULL, NULL), 0);
	run_done(&r);
	term_press(d.term, "2i");
	term_press(d.term, "web.kez\r");
	assert_true(term_has(d.term, "web.kez: No such file"));
	term_press(d.term, TERM_BACKSPACE "y\r");
	assert_true(term_has(d.term, "Name: web.key"));
	term_press(d.term, "\r");
	term_press(d.term, "\r"); /* no passphrase */
	term_press(d.term, "y");
	assert_true(term_has(d.term, ">web.key"));
	assert_true(term_has(d.term, "without a passphrase"));
	assert_int_equal(count(&d, "desk/keys"), 4);
	desk_close(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_panes),
		cmocka_unit_test(test_self_signed_pair),
		cmocka_unit_test(test_request),
		cmocka_unit_test(test_preset),
		cmocka_unit_test(test_files_beside_the_store),
		cmocka_unit_test(test_paths_of_a_form),
		cmocka_unit_test(test_renewal_with_the_same_key),
		cmocka_unit_test(test_long_key_is_cancelled),
		cmocka_unit_test(test_leaving_a_form_is_asked),
		cmocka_unit_test(test_what_refuses_is_not_made),
		cmocka_unit_test(test_wrong_passphrase_is_asked_again),
		cmocka_unit_test(test_sign_list_revoke),
		cmocka_unit_test(test_pasted_request_is_signed),
		cmocka_unit_test(test_name_note_trash),
		cmocka_unit_test(test_search),
		cmocka_unit_test(test_read_only),
		cmocka_unit_test(test_export_and_import),
		cmocka_unit_test(test_import_of_a_plain_key),
	};
	return cmocka_run_group_tests_name("identities", tests, NULL, NULL);
}
