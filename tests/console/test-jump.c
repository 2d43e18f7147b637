/*
 * Jumps between a certificate, who signed it and what it signed; and the way back through all places.
 */
#include <string.h>

#include "support/certgen.h"
#include "support/desk.h"
#include "support/unit.h"

#define ISSUING "28f983cbfc3cdd586ac3175b207cba6057f073237f81724b4ac0e0403fcf19ee"

/* The row of the list that the cursor stands in. */
static void check_cursor(struct term *term, const char *name)
{
	char want[80] = ">  ";
	strncat(want, name, sizeof want - 4);
	if (!term_has(term, want)) {
		char *screen = term_screen(term);
		fail_msg("the cursor isn't on '%s':\n%s", name, screen);
	}
}

static void test_up_and_down(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_PLAIN);
	term_press(d.term, "jjj");
	check_cursor(d.term, "LDAP");
	term_press(d.term, "I");
	check_cursor(d.term, "Example Issuing CA");
	term_press(d.term, "I");
	check_cursor(d.term, "Example Root CA");
	term_press(d.term, "I");
	check_cursor(d.term, "Example Root CA");
	assert_true(term_has(d.term, "it is self-signed"));
	term_press(d.term, "JJ");
	check_cursor(d.term, "LDAP");
	term_press(d.term, "J");
	assert_true(term_has(d.term, "it has signed nothing"));
	desk_close(&d);
}

static void test_back_and_forward(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_PLAIN);
	term_press(d.term, "[");
	assert_true(term_has(d.term, "nothing lies behind"));
	term_press(d.term, "jjj");
	term_press(d.term, "II"); /* quicker than the screen */
	check_cursor(d.term, "Example Root CA");
	term_press(d.term, "[");
	check_cursor(d.term, "Example Issuing CA");
	term_press(d.term, "[");
	check_cursor(d.term, "LDAP");
	term_press(d.term, "[");
	assert_true(term_has(d.term, "nothing lies behind"));
	term_press(d.term, "]]");
	check_cursor(d.term, "Example Root CA");
	term_press(d.term, "]");
	assert_true(term_has(d.term, "nothing lies ahead"));
	term_press(d.term, "[j"); /* moving the cursor is no new place, and what lies ahead stays */
	check_cursor(d.term, "Example Root CA");
	term_press(d.term, "[");
	check_cursor(d.term, "LDAP");
	term_press(d.term, "]"); /* and it stays where it was left */
	check_cursor(d.term, "Example Root CA");
	term_press(d.term, "[5"); /* another way: what lay ahead is gone */
	term_press(d.term, "]");
	assert_true(term_has(d.term, "nothing lies ahead"));
	term_press(d.term, "[");
	check_cursor(d.term, "LDAP");
	desk_close(&d);
}

static void test_places_keep_their_filters(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_PLAIN);
	term_press(d.term, "/");
	term_press(d.term, "ldap" TERM_ENTER);
	assert_true(term_has(d.term, "1 of 1"));
	term_press(d.term, "I"); /* what it was hidden by goes */
	check_cursor(d.term, "Example Issuing CA");
	assert_true(term_has(d.term, "2 of 7"));
	term_press(d.term, "fu");
	assert_true(term_has(d.term, "of 2"));
	term_press(d.term, "[[");
	check_cursor(d.term, "LDAP");
	assert_true(term_has(d.term, "/ldap"));
	assert_true(term_has(d.term, "1 of 1"));
	term_press(d.term, "[");
	assert_true(term_has(d.term, "1 of 7"));
	term_press(d.term, "]]]");
	assert_true(term_has(d.term, "of 2"));
	desk_close(&d);
}

static void test_from_pages_of_one(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_PLAIN);
	term_press(d.term, "jjj" TERM_ENTER);
	term_press(d.term, "I");
	assert_true(term_has(d.term, "Certificate  ") && term_has(d.term, "issuing.pem"));
	term_press(d.term, "w"); /* why, of which somebody wants to see the issuer */
	term_press(d.term, "I");
	assert_true(term_has(d.term, "root.pem"));
	term_press(d.term, "[");
	assert_true(term_has(d.term, "issuing.pem"));
	term_press(d.term, "[");
	assert_true(term_has(d.term, "ldap.pem"));
	term_press(d.term, "[");
	check_cursor(d.term, "LDAP");
	term_press(d.term, "]");
	assert_true(term_has(d.term, "ldap.pem"));
	term_press(d.term, TERM_ESC);
	check_cursor(d.term, "LDAP");
	desk_close(&d);
}

static void test_across_pages(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_IDENTITIES);
	term_press(d.term, "jj2");
	term_press(d.term, "jj" TERM_ENTER);
	assert_true(term_has(d.term, "old.example.com"));
	term_press(d.term, "4");
	term_press(d.term, "?"); /* help is no place: back from it is where it was opened */
	term_press(d.term, "[");
	assert_true(term_has(d.term, "No targets yet"));
	term_press(d.term, "[");
	assert_true(term_has(d.term, "Identity  ") && term_has(d.term, "old.example.com"));
	term_press(d.term, "[");
	assert_true(term_has(d.term, ">old.example.com"));
	term_press(d.term, "[");
	check_cursor(d.term, "Example Root CA");
	term_press(d.term, "5I");
	assert_true(term_has(d.term, "no certificate is selected"));
	desk_close(&d);
}

static void test_what_is_not_there(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_PLAIN);
	desk_run(&d, 0, ARGV("delete", "--yes", ISSUING));
	term_wait_gone(d.term, "Example Issuing CA  ");
	term_press(d.term, "jj");
	check_cursor(d.term, "LDAP");
	term_press(d.term, "I"); /* it lies in the trash */
	check_cursor(d.term, "Example Issuing CA");
	assert_true(term_has(d.term, "trash"));
	term_press(d.term, "[");
	check_cursor(d.term, "LDAP");
	desk_run(&d, 0, ARGV("purge", "--yes", ISSUING));
	term_wait_gone(d.term, "x2");
	term_press(d.term, "I");
	assert_true(term_has(d.term, "its issuer isn't in this store"));
	assert_true(term_has(d.term, "CN=Example Issuing CA,"));
	term_press(d.term, TERM_ESC);
	term_press(d.term, "]"); /* what was there is gone */
	desk_close(&d);
}

/* Several are a list of their own. */
static void test_several(void **state)
{
	struct desk_test d = { 0 };
	struct certgen ca = { .cn = "House CA", .ca = true, .key_ids = true, .to = "2027-01-01T00:00:00Z" };
	static const char *const names[] = { "one.example", "two.example", "three.example" };
	(void)state;
	desk_open(&d, 24, 80, DESK_PLAIN);
	struct generated *root = certgen(&ca), *leaf;
	for (int i = -1; i < 3; i++) {
		size_t len;
		struct certgen wish = { .cn = i < 0 ? "" : names[i], .key_ids = true, .issuer = root,
			.to = "2027-01-01T00:00:00Z" };
		leaf = i < 0 ? root : certgen(&wish);
		const uint8_t *der = generated_der(leaf, &len);
		tmp_write(d.tmp, "made.der", der, len);
		desk_run(&d, 0, ARGV("import", "--yes", tmp_path(d.tmp, "made.der")));
		if (leaf != root)
			generated_free(leaf);
	}
	generated_free(root);
	term_wait_text(d.term, "of 11");
	term_press(d.term, "/");
	term_press(d.term, "cn=house" TERM_ENTER);
	term_press(d.term, "j");
	term_press(d.term, "k");
	check_cursor(d.term, "House CA");
	term_press(d.term, "J");
	assert_true(term_has(d.term, "3 certificates that it signed"));
	assert_true(term_has(d.term, "1 of 3"));
	assert_false(term_has(d.term, "CN=House CA"));
	term_press(d.term, "j");
	assert_true(term_has(d.term, "issued by House CA"));
	term_press(d.term, "/");
	term_press(d.term, "two" TERM_ENTER); /* within these */
	assert_true(term_has(d.term, "1 of 1"));
	term_press(d.term, "[");
	assert_true(term_has(d.term, "2 of 3"));
	term_press(d.term, "[");
	assert_true(term_has(d.term, "/cn=house"));
	check_cursor(d.term, "House CA");
	term_press(d.term, "]" TERM_ESC);
	assert_true(term_has(d.term, "of 11"));
	desk_close(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_up_and_down),
		cmocka_unit_test(test_back_and_forward),
		cmocka_unit_test(test_places_keep_their_filters),
		cmocka_unit_test(test_from_pages_of_one),
		cmocka_unit_test(test_across_pages),
		cmocka_unit_test(test_what_is_not_there),
		cmocka_unit_test(test_several),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
