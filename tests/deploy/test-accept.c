/*
 * The sentences about consumers.
 */
#include "deploy/deploy.h"
#include "support/unit.h"

static void check(enum anchor_shape shape, bool expired, const char *first, const char *second,
	const char *want)
{
	const struct target_kind *kinds[2] = { first ? target_kind_named(first) : NULL,
		second ? target_kind_named(second) : NULL };
	struct buf out = { 0 };
	deploy_acceptance(shape, expired, first ? kinds : NULL, second ? 2 : first ? 1 : 0, &out);
	assert_string_equal(buf_text(&out), want);
	buf_done(&out);
}

static void test_at_large(void **state)
{
	(void)state;
	check(ANCHOR_ROOT, false, NULL, NULL, "");
	check(ANCHOR_SELF_SIGNED, false, NULL, NULL, "");
	check(ANCHOR_INTERMEDIATE, false, NULL, NULL,
		"curl, Go, Java, wget, git and OpenLDAP will accept it; Python, Node, libpq and "
		"MariaDB will not: they want its root.\n");
	check(ANCHOR_LEAF, false, NULL, NULL,
		"curl, Go and Java will accept it; wget, git, OpenLDAP, Python, Node, libpq and "
		"MariaDB will not: they want its CA.\n");
}

static void test_of_targets(void **state)
{
	(void)state;
	check(ANCHOR_LEAF, false, "java", NULL, "");
	check(ANCHOR_LEAF, false, "postgres-client", NULL,
		"libpq will not accept it: it wants its CA.\n");
	check(ANCHOR_INTERMEDIATE, false, "java", "postgres-client",
		"Java will accept it; libpq will not: it wants its root.\n");
	check(ANCHOR_INTERMEDIATE, false, "openssl-dir", "openssl-dir",
		"curl, Go, wget and git will accept it; Python and Node will not: they want its "
		"root.\n");
	check(ANCHOR_ROOT, false, "pem-bundle", "system", "");
	check(ANCHOR_LEAF, false, "nss", "server-pair", "");
}

static void test_expired(void **state)
{
	(void)state;
	check(ANCHOR_ROOT, true, NULL, NULL,
		"Java will accept it although it has expired; the others will not.\n");
	check(ANCHOR_ROOT, true, "java", NULL, "Java will accept it although it has expired.\n");
	check(ANCHOR_SELF_SIGNED, true, "pem-bundle", NULL, "");
	check(ANCHOR_LEAF, true, "java", "postgres-client",
		"Java will accept it; libpq will not: it wants its CA.\n"
		"Java will accept it although it has expired.\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_at_large),
		cmocka_unit_test(test_of_targets),
		cmocka_unit_test(test_expired),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
