#include "pki/judge.h"

#include "support/unit.h"

#include <stdio.h>
#include <string.h>

#include "support/scene.h"

/*
 * Two roots and an intermediate that both have certified; the leaf can be reached by either.
 */
static struct generated *make_inter(struct scene *s, const struct generated *root,
	const struct generated *key_of, const char *to)
{
	return scene_make(s, &(struct certgen){ .cn = "Inter",
				     .ca = true,
				     .key_ids = true,
				     .issuer = root,
				     .key_of = key_of,
				     .to = to });
}

static void cross_signed_where_one_is_expired(void **state)
{
	(void)state;
	for (int first = 0; first < 2; first++) {
		struct scene s;
		scene_begin(&s);
		struct generated *a =
			scene_make(&s, &(struct certgen){ .cn = "A", .ca = true, .key_ids = true });
		struct generated *b =
			scene_make(&s, &(struct certgen){ .cn = "B", .ca = true, .key_ids = true });
		struct generated *by_a = make_inter(&s, a, NULL, "2025-03-01T00:00:00Z");
		struct generated *by_b = make_inter(&s, b, by_a, NULL);
		scene_hold(&s, a, STANDING_TRUSTED);
		scene_hold(&s, b, STANDING_TRUSTED);
		scene_present(&s, scene_make(&s, &(struct certgen){ .cn = "a.example",
							 .key_ids = true,
							 .issuer = by_a }));
		scene_present(&s, first ? by_a : by_b);
		scene_present(&s, first ? by_b : by_a);
		scene_expect(&s, first ? "yes ~another-path@0" : "yes");
		assert_int_equal(s.judgement.path_count, 2);
		assert_string_equal(cert_info(s.judgement.paths[0].steps[2].cert)->subject, "CN=B");
		assert_string_equal(s.judgement.paths[1].reasons[0].code, "expired");
		assert_int_equal(s.judgement.paths[1].reasons[0].at, 1);
		scene_end(&s);
	}
}

/* As in 2020 and 2021: the presented chain leads to a root that expired, a younger one is held. */
static void back_from_an_expired_root(void **state)
{
	struct scene s;
	(void)state;
	scene_begin(&s);
	struct generated *old = scene_make(&s,
		&(struct certgen){
			.cn = "Old", .ca = true, .key_ids = true, .to = "2025-03-01T00:00:00Z" });
	struct generated *young =
		scene_make(&s, &(struct certgen){ .cn = "Young", .ca = true, .key_ids = true });
	struct generated *crossed = scene_make(&s, &(struct certgen){ .cn = "Young",
							   .ca = true,
							   .key_ids = true,
							   .issuer = old,
							   .key_of = young });
	scene_hold(&s, old, STANDING_TRUSTED);
	scene_hold(&s, young, STANDING_TRUSTED);
	scene_present(&s,
		scene_make(&s, &(struct certgen){ .cn = "a", .key_ids = true, .issuer = young }));
	scene_present(&s, crossed);
	scene_expect(&s, "yes");
	assert_int_equal(s.judgement.paths[0].step_count, 2);
	assert_int_equal(s.judgement.path_count, 2);
	scene_end(&s);
}

/* A renewed root of the same key stands for the old one, whichever is presented. */
static void renewed_root(void **state)
{
	struct scene s;
	(void)state;
	scene_begin(&s);
	struct generated *old = scene_make(&s,
		&(struct certgen){
			.cn = "Root", .ca = true, .key_ids = true, .to = "2025-03-01T00:00:00Z" });
	struct generated *renewed = scene_make(&s, &(struct certgen){ .cn = "Root",
							   .ca = true,
							   .key_ids = true,
							   .key_of = old,
							   .serial = "\x02" });
	scene_hold(&s, renewed, STANDING_TRUSTED);
	scene_present(
		&s, scene_make(&s, &(struct certgen){ .cn = "a", .key_ids = true, .issuer = old }));
	scene_present(&s, old);
	scene_expect(&s, "yes");
	assert_int_equal(s.judgement.path_count, 2);
	assert_string_equal(s.judgement.paths[1].reasons[0].code, "untrusted-root");
	scene_end(&s);
}

/*
 * Without key identifiers only the signature tells which of two keys of a name it was.  GnuTLS and
 * OpenSSL try one of them, GnuTLS the last.
 */
static void same_name_without_identifiers(void **state)
{
	struct scene s;
	(void)state;
	scene_begin(&s);
	s.openssl_differs = true;
	struct generated *wrong = scene_make(&s, &(struct certgen){ .cn = "Root", .ca = true });
	struct generated *right = scene_make(&s, &(struct certgen){ .cn = "Root", .ca = true });
	struct generated *leaf = scene_make(&s, &(struct certgen){ .cn = "a", .issuer = right });
	scene_hold(&s, wrong, STANDING_TRUSTED);
	scene_hold(&s, right, STANDING_TRUSTED);
	scene_present(&s, leaf);
	scene_expect(&s, "yes");
	scene_forget(&s);
	scene_hold(&s, right, STANDING_TRUSTED);
	scene_hold(&s, wrong, STANDING_TRUSTED);
	scene_present(&s, leaf);
	scene_expect(&s, "yes ~another-path@0");
	assert_int_equal(s.judgement.path_count, 1);
	scene_forget(&s);
	scene_hold(&s, wrong, STANDING_TRUSTED);
	scene_hold(&s, right, STANDING_UNTRUSTED);
	scene_present(&s, leaf);
	scene_expect(&s, "no untrusted-root@1");
	scene_end(&s);
}

/* A CA that changed its key certifies the new one by the old: same name, not self-signed. */
static void key_rollover(void **state)
{
	struct scene s;
	(void)state;
	scene_begin(&s);
	struct generated *old =
		scene_make(&s, &(struct certgen){ .cn = "Root", .ca = true, .key_ids = true });
	struct generated *fresh = scene_make(
		&s, &(struct certgen){ .cn = "Root", .ca = true, .key_ids = true, .issuer = old });
	scene_hold(&s, old, STANDING_TRUSTED);
	scene_present(&s,
		scene_make(&s, &(struct certgen){ .cn = "a", .key_ids = true, .issuer = fresh }));
	scene_present(&s, fresh);
	scene_expect(&s, "yes");
	assert_int_equal(s.judgement.paths[0].step_count, 3);
	scene_end(&s);
}

/* A and B certify each other; nobody else certifies either. */
static void circle(void **state)
{
	struct scene s;
	(void)state;
	scene_begin(&s);
	struct certgen wish_a = { .cn = "A", .ca = true, .key_ids = true };
	struct certgen wish_b = { .cn = "B", .ca = true, .key_ids = true };
	struct generated *a = scene_make(&s, &wish_a), *b = scene_make(&s, &wish_b);
	wish_a.issuer = b;
	wish_a.key_of = a;
	wish_b.issuer = a;
	wish_b.key_of = b;
	struct generated *a_by_b = scene_make(&s, &wish_a), *b_by_a = scene_make(&s, &wish_b);
	scene_present(
		&s, scene_make(&s, &(struct certgen){ .cn = "a", .key_ids = true, .issuer = a }));
	scene_present(&s, a_by_b);
	scene_present(&s, b_by_a);
	s.question.leaf_first = true;
	scene_expect(&s, "no circle@2");
	scene_hold(&s, b, STANDING_TRUSTED);
	scene_expect(&s, "yes");
	scene_forget(&s);
	scene_present(&s, a_by_b);
	scene_present(&s, b_by_a);
	scene_expect(&s, "no circle@1");
	scene_end(&s);
}

/* Every one of n CAs certified by every other: the ways are more than can be counted. */
static void mesh(void **state)
{
	enum { N = 12 };
	struct scene s;
	struct generated *ca[N];
	char name[16];
	(void)state;
	scene_begin(&s);
	for (int i = 0; i < N; i++) {
		snprintf(name, sizeof name, "CA %d", i);
		ca[i] = scene_make(
			&s, &(struct certgen){ .cn = name, .ca = true, .key_ids = true });
	}
	scene_present(&s,
		scene_make(&s, &(struct certgen){ .cn = "a", .key_ids = true, .issuer = ca[0] }));
	for (int i = 0; i < N; i++) {
		for (int j = 0; j < N; j++) {
			snprintf(name, sizeof name, "CA %d", i);
			if (i != j)
				scene_present(&s, scene_make(&s, &(struct certgen){ .cn = name,
									 .ca = true,
									 .key_ids = true,
									 .issuer = ca[j],
									 .key_of = ca[i] }));
		}
	}
	s.question.leaf_first = true;
	scene_judge(&s);
	assert_false(s.judgement.trusted);
	assert_true(s.judgement.cut);
	assert_int_equal(s.judgement.path_count, JUDGE_PATHS);
	scene_hold(&s, ca[7], STANDING_TRUSTED);
	scene_judge(&s);
	assert_true(s.judgement.trusted);
	scene_end(&s);
}

/* n CAs of one name, of which the last made the signature. */
static struct generated *many(struct scene *s, size_t count, bool key_ids)
{
	struct generated *ca = NULL;
	for (size_t i = 0; i < count; i++) {
		ca = scene_make(
			s, &(struct certgen){ .cn = "Many", .ca = true, .key_ids = key_ids });
		scene_hold(s, ca, STANDING_TRUSTED);
	}
	return ca;
}

static void two_hundred_of_one_name(void **state)
{
	struct scene s;
	(void)state;
	scene_begin(&s);
	struct generated *ca = many(&s, 200, false);
	s.openssl_differs = true;
	scene_present(&s, scene_make(&s, &(struct certgen){ .cn = "a", .issuer = ca }));
	scene_expect(&s, "yes");
	assert_int_equal(s.offers, 200);
	assert_false(s.judgement.cut);
	scene_end(&s);

	scene_begin(&s);
	ca = many(&s, 200, true);
	scene_present(
		&s, scene_make(&s, &(struct certgen){ .cn = "a", .key_ids = true, .issuer = ca }));
	scene_expect(&s, "yes");
	assert_int_equal(s.offers, 1);
	scene_end(&s);
}

static void more_of_one_name_than_are_tried(void **state)
{
	struct scene s;
	(void)state;
	scene_begin(&s);
	struct generated *ca = many(&s, JUDGE_OFFERS + 40, false);
	scene_present(&s, scene_make(&s, &(struct certgen){ .cn = "a", .issuer = ca }));
	scene_judge(&s);
	assert_false(s.judgement.trusted);
	assert_true(s.judgement.cut);
	assert_in_range(s.offers, JUDGE_OFFERS, JUDGE_OFFERS + 1);
	scene_end(&s);
}

/* Leaf, n CAs, anchor. */
static void make_tall(struct scene *s, size_t count)
{
	char name[32];
	struct generated *issuer =
		scene_make(s, &(struct certgen){ .cn = "Root", .ca = true, .key_ids = true });
	scene_hold(s, issuer, STANDING_TRUSTED);
	for (size_t i = 0; i < count; i++) {
		snprintf(name, sizeof name, "CA %zu", i);
		issuer = scene_make(
			s, &(struct certgen){
				   .cn = name, .ca = true, .key_ids = true, .issuer = issuer });
		scene_present(s, issuer);
	}
	scene_present(s,
		scene_make(s, &(struct certgen){ .cn = "a", .key_ids = true, .issuer = issuer }));
}

static void tall_chains(void **state)
{
	struct scene s;
	(void)state;
	scene_begin(&s);
	make_tall(&s, 13);
	scene_expect(&s, "yes");
	scene_end(&s);
	scene_begin(&s);
	make_tall(&s, 18);
	scene_expect(&s, "yes");
	assert_int_equal(s.judgement.paths[0].step_count, 20);
	scene_end(&s);
	scene_begin(&s);
	make_tall(&s, 30);
	scene_expect(&s, "no too-long@23");
	scene_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cross_signed_where_one_is_expired),
		cmocka_unit_test(back_from_an_expired_root),
		cmocka_unit_test(renewed_root),
		cmocka_unit_test(same_name_without_identifiers),
		cmocka_unit_test(key_rollover),
		cmocka_unit_test(circle),
		cmocka_unit_test(mesh),
		cmocka_unit_test(two_hundred_of_one_name),
		cmocka_unit_test(more_of_one_name_than_are_tried),
		cmocka_unit_test(tall_chains),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
