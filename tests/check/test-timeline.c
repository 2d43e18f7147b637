#include "check/timeline.h"

#include "support/unit.h"

#include "support/certgen.h"

static struct cert *make(const char *cn, const char *from, const char *to)
{
	return certgen_cert(&(struct certgen){ .cn = cn, .from = from, .to = to });
}

static void test_in_the_order_of_their_ends(void **state)
{
	(void)state;
	struct cert *leaf = make("leaf", NULL, "2025-09-01T00:00:00Z");
	struct cert *inter = make("inter", NULL, "2025-08-01T00:00:00Z");
	struct cert *root = make("root", NULL, "2025-12-01T00:00:00Z");
	struct cert *other = make("other", NULL, "2025-08-15T00:00:00Z");
	const struct cert_info *one[] = { cert_info(leaf), cert_info(inter), cert_info(root) };
	const struct cert_info *two[] = { cert_info(other), cert_info(inter), cert_info(root) };
	struct timeline t = { 0 };
	assert_int_equal(timeline_group(&t, 0), 0);
	assert_int_equal(timeline_add(&t, 7, one, 3, certgen_time("2025-07-01T00:00:00Z")), 3);
	assert_ptr_equal(t.items[0].info, one[1]);
	assert_int_equal(timeline_add(&t, 8, two, 3, certgen_time("2025-07-01T00:00:00Z")), 3);
	assert_ptr_equal(t.items[3].info, two[1]); /* in its own order until all are sorted */
	timeline_sort(&t);
	static const enum timeline_part parts[] = { TIMELINE_INTERMEDIATE, TIMELINE_INTERMEDIATE,
		TIMELINE_LEAF, TIMELINE_LEAF, TIMELINE_ROOT, TIMELINE_ROOT };
	static const size_t numbers[] = { 7, 8, 8, 7, 7, 8 };
	for (size_t i = 0; i < 6; i++) {
		assert_int_equal(t.items[i].part, parts[i]);
		assert_int_equal(t.items[i].number, numbers[i]);
	}
	assert_int_equal(timeline_group(&t, 0), 2);
	assert_int_equal(timeline_group(&t, 2), 1);
	assert_int_equal(timeline_group(&t, 3), 1);
	assert_int_equal(timeline_group(&t, 4), 2);
	assert_int_equal(timeline_group(&t, 6), 0);
	timeline_done(&t);
	cert_free(leaf);
	cert_free(inter);
	cert_free(root);
	cert_free(other);
}

static void test_what_is_over_ends_no_more(void **state)
{
	(void)state;
	struct cert *leaf = make("leaf", NULL, "2025-09-01T00:00:00Z");
	const struct cert_info *path[] = { cert_info(leaf) };
	struct timeline t = { 0 };
	assert_int_equal(timeline_add(&t, 0, path, 1, certgen_time("2025-09-01T00:00:01Z")), 0);
	assert_int_equal(timeline_add(&t, 0, path, 1, certgen_time("2025-09-01T00:00:00Z")), 1);
	assert_int_equal(t.items[0].part, TIMELINE_LEAF);
	timeline_done(&t);
	cert_free(leaf);
}

/* Trust that ends stands among the ends of its path. */
static void test_an_end_of_trust(void **state)
{
	(void)state;
	struct cert *leaf = make("leaf", NULL, "2025-09-01T00:00:00Z");
	struct cert *root = make("root", NULL, "2025-12-01T00:00:00Z");
	const struct cert_info *path[] = { cert_info(leaf), cert_info(root) };
	struct timeline t = { 0 };
	size_t added = timeline_add(&t, 3, path, 2, certgen_time("2025-07-01T00:00:00Z"));
	added = timeline_add_trust(&t, 3, path[1], certgen_time("2025-10-01"), added);
	assert_int_equal(added, 3);
	assert_int_equal(t.items[1].part, TIMELINE_TRUST);
	assert_int_equal(t.items[1].number, 3);
	assert_ptr_equal(t.items[1].info, path[1]);
	assert_string_equal(timeline_part_name(t.items[1].part), "trust");
	timeline_sort(&t);
	assert_int_equal(timeline_group(&t, 1), 1); /* not one with the end of the certificate */
	timeline_done(&t);
	cert_free(leaf);
	cert_free(root);
}

static void test_early(void **state)
{
	(void)state;
	int64_t now = certgen_time("2025-02-01T00:00:00Z");
	struct cert *early = make("early", "2025-03-01T00:00:00Z", NULL);
	struct cert *another = make("another", "2025-03-01T00:00:00Z", NULL);
	struct cert *good = make("good", NULL, NULL);
	const struct cert_info *all[] = { cert_info(early), cert_info(good), cert_info(early),
		cert_info(another) };
	assert_int_equal(timeline_early(all, 0, now), 0);
	assert_int_equal(timeline_early(all, 3, now), 1); /* one certificate on two services */
	assert_int_equal(timeline_early(all, 4, now), 2);
	assert_int_equal(timeline_early(all, 4, certgen_time("2025-03-01T00:00:00Z")), 0);
	cert_free(early);
	cert_free(another);
	cert_free(good);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_in_the_order_of_their_ends),
		cmocka_unit_test(test_what_is_over_ends_no_more),
		cmocka_unit_test(test_an_end_of_trust),
		cmocka_unit_test(test_early),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
