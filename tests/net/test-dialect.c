/* The table of dialects. */
#include "net/dialect.h"

#include "support/unit.h"

#include <string.h>

#include "net/talk.h"

static void rows(void **state)
{
	static const char *const names[] = { "tls", "smtp", "imap", "pop3", "ldap", "postgres",
		"mysql", "ftp", "xmpp", "sieve", "nntp", "lmtp" };
	size_t count = 0;
	(void)state;
	for (const struct dialect *d; (d = dialect_at(count)); count++) {
		assert_string_equal(d->name, names[count]);
		assert_ptr_equal(dialect_named(d->name), d);
		assert_true(d->port && *d->label && *d->protocol);
		assert_ptr_equal(dialect_of_port(d->port), d);
		assert_int_equal(!d->manner, count == 0);
		if (d->manner) /* one way to hear */
			assert_true(!d->manner->line != !d->manner->hear);
	}
	assert_int_equal(count, sizeof names / sizeof names[0]);
	assert_null(dialect_named("SMTP"));
	assert_null(dialect_named(""));
}

static void ports(void **state)
{
	(void)state;
	assert_string_equal(dialect_of_port(587)->name, "smtp");
	assert_string_equal(dialect_of_port(8443)->name, "tls");
	assert_string_equal(dialect_of_port(993)->name, "tls");
	assert_string_equal(dialect_of_port(0)->name, "tls");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows),
		cmocka_unit_test(ports),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
