#include "pki/judge.h"

#include "support/unit.h"

#include <string.h>

#include "base/set.h"
#include "support/scene.h"

/* Root, intermediate, leaf for a.example: what most tests begin with. */
struct line {
	struct generated *root, *inter, *leaf;
};

#define SANS(...)                                                                                  \
	.sans = (const char *const[])                                                              \
	{                                                                                          \
		__VA_ARGS__, NULL                                                                  \
	}

static struct line make_line(struct scene *s)
{
	struct line line;
	line.root = scene_make(s, &(struct certgen){ .cn = "Root", .ca = true, .key_ids = true });
	line.inter = scene_make(
		s, &(struct certgen){
			   .cn = "Inter", .ca = true, .key_ids = true, .issuer = line.root });
	line.leaf = scene_make(s, &(struct certgen){ .cn = "a.example",
					  SANS("DNS:a.example"),
					  .key_ids = true,
					  .issuer = line.inter });
	return line;
}

static void good_chains(void **state)
{
	struct scene s;
	(void)state;
	scene_begin(&s);
	struct line line = make_line(&s);
	s.question.host = "a.example";
	s.question.purpose = PURPOSE_SERVER;
	s.question.leaf_first = true;
	scene_hold(&s, line.root, STANDING_TRUSTED);
	scene_present(&s, line.leaf);
	scene_present(&s, line.inter);
	scene_expect(&s, "yes");
	assert_int_equal(s.judgement.path_count, 1);
	assert_false(s.judgement.cut);
	const struct judge_path *path = &s.judgement.paths[0];
	assert_int_equal(path->step_count, 3);
	assert_true(path->steps[1].presented && !path->steps[2].presented);
	assert_string_equal(cert_info(path->steps[2].cert)->subject, "CN=Root");
	assert_int_equal(path->steps[2].standing, STANDING_TRUSTED);

	scene_present(&s, line.root);
	scene_present(&s, line.inter);
	scene_expect(&s, "yes");
	assert_int_equal(s.judgement.path_count, 1);
	scene_end(&s);
}

/* Everything but TLS may hold its certificates in any order, and strangers among them. */
static void any_order(void **state)
{
	struct scene s;
	(void)state;
	scene_begin(&s);
	struct line line = make_line(&s);
	struct generated *stranger = scene_make(&s, &(struct certgen){ .cn = "X", .ca = true });
	scene_hold(&s, line.root, STANDING_TRUSTED);
	scene_present(&s, stranger);
	scene_present(&s, line.root);
	scene_present(&s, line.inter);
	scene_present(&s, line.leaf);
	scene_expect(&s, "yes");
	assert_int_equal(s.judgement.paths[0].step_count, 3);

	s.question.leaf_first = true;
	scene_expect(&s, "no self-signed@0");
	scene_end(&s);
}

static void completed_by_what_is_held(void **state)
{
	struct scene s;
	(void)state;
	scene_begin(&s);
	struct line line = make_line(&s);
	scene_hold(&s, line.root, STANDING_TRUSTED);
	scene_hold(&s, line.inter, STANDING_UNTRUSTED);
	scene_present(&s, line.leaf);
	scene_expect(&s, "yes");
	assert_false(s.judgement.paths[0].steps[1].presented);
	assert_int_equal(s.judgement.paths[0].steps[1].standing, STANDING_UNTRUSTED);
	assert_true(s.offers <= 2);
	scene_end(&s);
}

static void issuer_missing(void **state)
{
	struct scene s;
	(void)state;
	scene_begin(&s);
	struct line line = make_line(&s);
	scene_hold(&s, line.root, STANDING_TRUSTED);
	scene_present(&s, line.leaf);
	scene_expect(&s, "no issuer-missing@0");
	const char *text = scene_text(&s, "issuer-missing");
	assert_non_null(strstr(text, "CN=Inter, key identifier "));
	assert_null(strstr(text, "nearest"));

	struct generated *other = scene_make(
		&s, &(struct certgen){
			    .cn = "Inter", .ca = true, .key_ids = true, .issuer = line.root });
	scene_hold(&s, other, STANDING_UNTRUSTED);
	scene_expect(&s, "no issuer-missing@0");
	text = scene_text(&s, "issuer-missing");
	assert_non_null(strstr(text, "same name and another key, with identifier "));
	assert_non_null(strstr(text, "(held as untrusted)"));
	scene_end(&s);
}

static void near_by_key(void **state)
{
	struct scene s;
	(void)state;
	scene_begin(&s);
	struct line line = make_line(&s);
	struct generated *renamed = scene_make(&s, &(struct certgen){ .cn = "Inter 2",
							   .ca = true,
							   .key_ids = true,
							   .issuer = line.root,
							   .key_of = line.inter });
	scene_hold(&s, renamed, STANDING_TRUSTED);
	scene_present(&s, line.leaf);
	scene_expect(&s, "no issuer-missing@0");
	assert_non_null(strstr(scene_text(&s, "issuer-missing"),
		"that key identifier and another name: CN=Inter 2 (trusted)"));
	scene_end(&s);
}

/* PrintableString and UTF8String of the same letters: GnuTLS compares bytes. */
static void near_by_encoding(void **state)
{
	struct scene s;
	(void)state;
	scene_begin(&s);
	struct line line = make_line(&s);
	struct generated *written = scene_make(&s, &(struct certgen){ .cn = "Inter",
							   .ca = true,
							   .key_ids = true,
							   .issuer = line.root,
							   .key_of = line.inter,
							   .patch = "\x13\x05Inter",
							   .by = "\x0c\x05Inter",
							   .patch_len = 7 });
	scene_hold(&s, written, STANDING_TRUSTED);
	scene_present(&s, line.leaf);
	scene_expect(&s, "no issuer-missing@0");
	assert_non_null(
		strstr(scene_text(&s, "issuer-missing"), "written in other bytes (trusted)"));
	scene_end(&s);
}

static void roots_that_are_not_trusted(void **state)
{
	struct scene s;
	(void)state;
	scene_begin(&s);
	struct line line = make_line(&s);
	scene_present(&s, line.leaf);
	scene_present(&s, line.inter);
	scene_present(&s, line.root);
	scene_expect(&s, "no untrusted-root@2");
	assert_string_equal(scene_text(&s, "untrusted-root"),
		"The chain ends at this root, which is not held.");
	scene_hold(&s, line.root, STANDING_UNTRUSTED);
	scene_expect(&s, "no untrusted-root@2");
	assert_string_equal(scene_text(&s, "untrusted-root"),
		"The chain ends at this root, which is held as untrusted.");

	scene_forget(&s);
	struct generated *own =
		scene_make(&s, &(struct certgen){ .cn = "own.example", SANS("DNS:own.example") });
	scene_present(&s, own);
	scene_expect(&s, "no self-signed@0");
	assert_non_null(strstr(scene_text(&s, "self-signed"), "not held"));
	scene_end(&s);
}

static void trusted_directly(void **state)
{
	struct scene s;
	(void)state;
	scene_begin(&s);
	struct line line = make_line(&s);
	scene_hold(&s, line.leaf, STANDING_TRUSTED);
	scene_present(&s, line.leaf);
	scene_expect(&s, "direct");
	scene_present(&s, line.inter);
	scene_expect(&s, "direct");
	scene_hold(&s, line.inter, STANDING_BLOCKED);
	scene_expect(&s, "direct");
	s.question.host = "b.example";
	scene_expect(&s, "no wrong-host@0");
	assert_int_equal(s.judgement.paths[0].step_count, 1);
	assert_true(s.judgement.paths[0].anchored);
	assert_false(s.judgement.direct);

	/* For exactly that certificate: another one of its key is a stranger. */
	scene_forget(&s);
	struct generated *again = scene_make(&s, &(struct certgen){ .cn = "a.example",
							 .key_ids = true,
							 .issuer = line.inter,
							 .key_of = line.leaf,
							 .serial = "\x02" });
	scene_hold(&s, line.leaf, STANDING_TRUSTED);
	scene_present(&s, again);
	s.question.host = NULL;
	scene_expect(&s, "no issuer-missing@0");
	scene_end(&s);
}

static void a_trusted_intermediate_ends_the_path(void **state)
{
	struct scene s;
	(void)state;
	scene_begin(&s);
	struct line line = make_line(&s);
	scene_hold(&s, line.inter, STANDING_TRUSTED);
	scene_present(&s, line.leaf);
	scene_present(&s, line.inter);
	scene_present(&s, line.root);
	scene_expect(&s, "yes");
	assert_int_equal(s.judgement.paths[0].step_count, 2);
	scene_end(&s);
}

static void blocked(void **state)
{
	struct scene s;
	(void)state;
	scene_begin(&s);
	struct line line = make_line(&s);
	scene_hold(&s, line.root, STANDING_TRUSTED);
	scene_hold(&s, line.inter, STANDING_BLOCKED);
	scene_present(&s, line.leaf);
	scene_present(&s, line.inter);
	scene_expect(&s, "no blocked@1");
	scene_hold(&s, line.leaf, STANDING_BLOCKED);
	scene_expect(&s, "no blocked@0 blocked@1");

	/* The same CA certified anew is another way. */
	struct generated *renewed = scene_make(&s, &(struct certgen){ .cn = "Inter",
							   .ca = true,
							   .key_ids = true,
							   .issuer = line.root,
							   .key_of = line.inter,
							   .serial = "\x02" });
	scene_forget(&s);
	scene_hold(&s, line.root, STANDING_TRUSTED);
	scene_hold(&s, line.inter, STANDING_BLOCKED);
	scene_hold(&s, renewed, STANDING_UNTRUSTED);
	scene_present(&s, line.leaf);
	scene_present(&s, line.inter);
	scene_expect(&s, "yes");
	assert_int_equal(s.judgement.path_count, 2);
	assert_false(s.judgement.paths[1].trusted);

	scene_forget(&s);
	scene_hold(&s, line.root, STANDING_BLOCKED);
	scene_present(&s, line.leaf);
	scene_present(&s, line.inter);
	scene_expect(&s, "no blocked@2");
	scene_end(&s);
}

static void dates_of_each(void **state)
{
	static const char *const answers[] = { "no expired@2", "no expired@1", "no expired@0" };
	(void)state;
	for (int old = 0; old < 3; old++) {
		struct scene s;
		scene_begin(&s);
		struct certgen wish = { .cn = "Root", .ca = true, .key_ids = true };
		wish.to = old == 0 ? "2025-03-01T00:00:00Z" : NULL;
		struct generated *root = scene_make(&s, &wish);
		wish = (struct certgen){ .cn = "Inter", .ca = true, .key_ids = true, .issuer = root };
		wish.to = old == 1 ? "2025-03-01T00:00:00Z" : NULL;
		struct generated *inter = scene_make(&s, &wish);
		wish = (struct certgen){ .cn = "a.example", .key_ids = true, .issuer = inter };
		wish.to = old == 2 ? "2025-03-01T00:00:00Z" : NULL;
		scene_hold(&s, root, STANDING_TRUSTED);
		scene_present(&s, scene_make(&s, &wish));
		scene_present(&s, inter);
		scene_expect(&s, answers[old]);
		assert_non_null(strstr(scene_text(&s, "expired"), "It ended on 2025-03-01"));
		s.question.now = certgen_time("2025-02-01T00:00:00Z");
		scene_expect(&s, "yes");
		s.question.now = certgen_time("2024-12-31T23:59:59Z");
		scene_expect(&s, "no not-yet-valid@0 not-yet-valid@1 not-yet-valid@2");
		scene_end(&s);
	}
}

/* The first and the last second belong to it. */
static void dates_to_the_second(void **state)
{
	struct scene s;
	(void)state;
	scene_begin(&s);
	struct generated *own = scene_make(&s, &(struct certgen){ .cn = "a" });
	scene_hold(&s, own, STANDING_TRUSTED);
	scene_present(&s, own);
	s.question.now = certgen_time(CERTGEN_FROM);
	scene_expect(&s, "direct");
	s.question.now--;
	scene_expect(&s, "no not-yet-valid@0");
	s.question.now = certgen_time(CERTGEN_TO);
	s.openssl_differs = true;
	scene_expect(&s, "direct");
	s.question.now++;
	scene_expect(&s, "no expired@0");
	scene_end(&s);
}

static void everything_at_once(void **state)
{
	struct scene s;
	(void)state;
	scene_begin(&s);
	struct generated *root = scene_make(&s, &(struct certgen){ .cn = "Root", .ca = true });
	struct generated *inter = scene_make(&s,
		&(struct certgen){ .cn = "Inter", .issuer = root, .to = "2025-03-01T00:00:00Z" });
	struct generated *leaf = scene_make(&s, &(struct certgen){ .cn = "a.example",
							SANS("DNS:a.example"),
							.issuer = inter,
							.from = "2025-08-01T00:00:00Z" });
	scene_hold(&s, inter, STANDING_BLOCKED);
	scene_present(&s, leaf);
	scene_present(&s, inter);
	scene_present(&s, root);
	s.question.host = "b.example";
	scene_expect(&s, "no blocked@1 untrusted-root@2 expired@1 not-yet-valid@0 wrong-host@0 "
			 "not-a-ca@1");
	scene_end(&s);
}

static void signatures(void **state)
{
	struct scene s;
	(void)state;
	scene_begin(&s);
	struct generated *root = scene_make(&s, &(struct certgen){ .cn = "Root", .ca = true });
	struct generated *false_root =
		scene_make(&s, &(struct certgen){ .cn = "Root", .ca = true });
	struct generated *leaf =
		scene_make(&s, &(struct certgen){ .cn = "a.example", .issuer = false_root });
	scene_hold(&s, root, STANDING_TRUSTED);
	scene_present(&s, leaf);
	scene_expect(&s, "no bad-signature@0 gnutls@0");
	assert_non_null(strstr(scene_text(&s, "bad-signature"), "the key of CN=Root,"));
	scene_end(&s);
}

static void weak(void **state)
{
	struct scene s;
	(void)state;
	scene_begin(&s);
	struct generated *root = scene_make(
		&s, &(struct certgen){ .cn = "Root", .ca = true, .key = CERTGEN_RSA2048 });
	struct generated *sha1 =
		scene_make(&s, &(struct certgen){ .cn = "a", .issuer = root, .sha1 = true });
	struct generated *small = scene_make(
		&s, &(struct certgen){ .cn = "b", .issuer = root, .key = CERTGEN_RSA1024 });
	scene_hold(&s, root, STANDING_TRUSTED);
	scene_present(&s, sha1);
	scene_expect(&s, "no weak-signature@0 gnutls@0");
	scene_forget(&s);
	scene_hold(&s, root, STANDING_TRUSTED);
	scene_present(&s, small);
	scene_expect(&s, "no weak-key@0 gnutls@0");
	assert_non_null(strstr(scene_text(&s, "gnutls"), "too weak"));

	/* Trusting it directly doesn't make the key any stronger. */
	scene_forget(&s);
	scene_hold(&s, small, STANDING_TRUSTED);
	scene_present(&s, small);
	scene_expect(&s, "no weak-key@0 gnutls@0");
	scene_end(&s);
}

/* The scene looks at every sentence; these are the ones that quote names. */
static void hostile_names(void **state)
{
	struct scene s;
	(void)state;
	scene_begin(&s);
	struct generated *root = scene_make(&s,
		&(struct certgen){ .cn = "Ro\x1b[2J\xe2\x80\xaeot", .ca = true, .key_ids = true });
	struct generated *other = scene_make(&s,
		&(struct certgen){ .cn = "Ro\x1b[2J\xe2\x80\xaeot", .ca = true, .key_ids = true });
	scene_present(&s,
		scene_make(&s, &(struct certgen){ .cn = "a\nb", .key_ids = true, .issuer = root }));
	scene_hold(&s, other, STANDING_TRUSTED);
	s.question.host = "c\x1b]0;x\x07";
	scene_expect(&s, "no issuer-missing@0 wrong-host@0");
	assert_non_null(strstr(scene_text(&s, "issuer-missing"), "CN=Ro\\x1b[2J\\u{202e}ot, key"));
	scene_end(&s);
}

static void nothing_presented_nothing_held(void **state)
{
	struct judgement judgement;
	struct judge_question question = { .now = 0 };
	struct cert *cert = certgen_cert(&(struct certgen){ .cn = "a" });
	(void)state;
	judge(NULL, 0, &question, NULL, &judgement);
	assert_false(judgement.trusted);
	assert_int_equal(judgement.path_count, 0);
	judgement_done(&judgement);
	judge((const struct cert *const *)&cert, 1, &question, NULL, &judgement);
	assert_false(judgement.trusted);
	assert_int_equal(judgement.path_count, 1);
	judgement_done(&judgement);
	judgement_done(&judgement);
	cert_free(cert);
}

static void fits(void **state)
{
	struct judge_wish both = { "CN=a", "01" }, name = { "CN=a", NULL }, key = { NULL, "01" };
	(void)state;
	assert_true(judge_fits(&both, "CN=a", "01"));
	assert_true(judge_fits(&both, "CN=a", NULL));
	assert_false(judge_fits(&both, "CN=a", "02"));
	assert_false(judge_fits(&both, "CN=b", "01"));
	assert_true(judge_fits(&name, "CN=a", "02"));
	assert_true(judge_fits(&key, "CN=b", "01"));
	assert_false(judge_fits(&key, "CN=a", NULL));
}

static void codes_are_distinct(void **state)
{
	struct set codes = { 0 };
	size_t count = 0;
	(void)state;
	for (const struct judge_help *row = judge_codes(); row->code; row++, count++) {
		assert_true(set_add(&codes, row->code));
		assert_true(strlen(row->help) > 5);
	}
	assert_true(count > 20);
	set_done(&codes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_chains),
		cmocka_unit_test(any_order),
		cmocka_unit_test(completed_by_what_is_held),
		cmocka_unit_test(issuer_missing),
		cmocka_unit_test(near_by_key),
		cmocka_unit_test(near_by_encoding),
		cmocka_unit_test(roots_that_are_not_trusted),
		cmocka_unit_test(trusted_directly),
		cmocka_unit_test(a_trusted_intermediate_ends_the_path),
		cmocka_unit_test(blocked),
		cmocka_unit_test(dates_of_each),
		cmocka_unit_test(dates_to_the_second),
		cmocka_unit_test(everything_at_once),
		cmocka_unit_test(signatures),
		cmocka_unit_test(weak),
		cmocka_unit_test(hostile_names),
		cmocka_unit_test(nothing_presented_nothing_held),
		cmocka_unit_test(fits),
		cmocka_unit_test(codes_are_distinct),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
