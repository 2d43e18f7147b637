#include "pki/compare.h"

#include "support/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "support/certgen.h"

#define NAMES(...) ((const char *const[]){ __VA_ARGS__, NULL })

static struct cert *parsed(const struct generated *made)
{
	size_t len;
	struct cert *cert;
	const uint8_t *der = generated_der(made, &len);
	assert_true(cert_parse(der, len, &cert, NULL));
	return cert;
}

static void compare_made(const struct generated *a, const struct generated *b,
	struct comparison *out)
{
	struct cert *left = parsed(a), *right = parsed(b);
	compare_certs(left, right, certgen_time("2025-06-01"), out);
	cert_free(left);
	cert_free(right);
	size_t differing = 0;
	for (size_t i = 0; i < out->count; i++) {
		const struct compared *row = &out->items[i];
		assert_true(row->left || row->right);
		assert_true(*row->section && *row->label);
		assert_true(text_is_safe(row->left ? row->left : ""));
		differing += row->differs;
	}
	assert_int_equal(differing, out->differing);
}

/* The row of this field and these texts, NULL: not on that side. */
static const struct compared *row(const struct comparison *c, const char *label, const char *left,
	const char *right)
{
	for (size_t i = 0; i < c->count; i++) {
		const struct compared *r = &c->items[i];
		if (strcmp(r->label, label) == 0 && !r->left == !left && !r->right == !right &&
			(!left || strcmp(r->left, left) == 0) &&
			(!right || strcmp(r->right, right) == 0))
			return r;
	}
	fail_msg("no row %s: %s | %s", label, left ? left : "-", right ? right : "-");
	return NULL;
}

static void a_certificate_and_itself(void **state)
{
	(void)state;
	struct comparison c;
	struct generated *made = certgen(&(struct certgen){ .cn = "a.example",
		.sans = NAMES("DNS:a.example", "DNS:b.example") });
	compare_made(made, made, &c);
	assert_true(c.same && c.same_key && c.same_names && c.same_subject && c.same_issuer);
	assert_int_equal(c.differing, 0);
	assert_true(c.count > 15);
	assert_string_equal(c.verdict, "The same certificate.");
	comparison_done(&c);
	generated_free(made);
}

static void names_are_a_set(void **state)
{
	(void)state;
	struct comparison c;
	struct generated *ca = certgen(&(struct certgen){ .cn = "CA", .ca = true });
	struct generated *a = certgen(&(struct certgen){ .cn = "a.example",
		.issuer = ca,
		.sans = NAMES("DNS:a.example", "DNS:lost.example", "DNS:b.example") });
	struct generated *b = certgen(&(struct certgen){ .cn = "a.example",
		.issuer = ca,
		.key_of = a,
		.sans = NAMES("DNS:b.example", "DNS:a.example", "DNS:new.example") });
	compare_made(a, b, &c);
	const char *label = "Alternative names";
	assert_false(row(&c, label, "DNS:a.example", "DNS:a.example")->differs);
	assert_false(row(&c, label, "DNS:b.example", "DNS:b.example")->differs);
	assert_true(row(&c, label, "DNS:lost.example", NULL)->differs);
	assert_true(row(&c, label, NULL, "DNS:new.example")->differs);
	assert_true(c.same_key && c.same_subject && c.same_issuer);
	assert_false(c.same || c.same_names);
	assert_string_equal(c.verdict, "Two certificates: the same key, the same subject, "
				       "different names, issued by the same CA.");
	comparison_done(&c);
	generated_free(a);
	generated_free(b);
	generated_free(ca);
}

static void what_stands_twice_is_held_against_two(void **state)
{
	(void)state;
	struct comparison c;
	struct generated *a = certgen(&(struct certgen){ .cn = "a.example",
		.sans = NAMES("DNS:a.example", "DNS:a.example", "DNS:b.example") });
	struct generated *b = certgen(&(struct certgen){ .cn = "a.example",
		.sans = NAMES("DNS:b.example", "DNS:a.example") });
	const char *label = "Alternative names";
	compare_made(a, b, &c);
	row(&c, label, "DNS:a.example", "DNS:a.example");
	row(&c, label, "DNS:a.example", NULL);
	row(&c, label, "DNS:b.example", "DNS:b.example");
	assert_true(c.same_names);
	comparison_done(&c);
	compare_made(b, a, &c);
	row(&c, label, NULL, "DNS:a.example");
	comparison_done(&c);
	generated_free(a);
	generated_free(b);
}

static void a_field_that_stands_once_is_one_row(void **state)
{
	(void)state;
	struct comparison c;
	struct generated *a = certgen(&(struct certgen){ .cn = "a.example", .org = "Left" });
	struct generated *b = certgen(&(struct certgen){ .cn = "a.example",
		.org = "Right",
		.to = "2026-06-30T00:00:00Z" });
	compare_made(a, b, &c);
	assert_true(row(&c, "Organisation", "Left", "Right")->differs);
	assert_false(row(&c, "Common name", "a.example", "a.example")->differs);
	assert_true(row(&c, "Not after", CERTGEN_TO, "2026-06-30T00:00:00Z")->differs);
	assert_non_null(strstr(c.verdict, "each signed by itself"));
	comparison_done(&c);
	generated_free(a);
	generated_free(b);
}

static void fingerprints_are_one_text(void **state)
{
	(void)state;
	struct comparison c;
	struct generated *a = certgen(&(struct certgen){ .cn = "a.example" });
	struct generated *b = certgen(&(struct certgen){ .cn = "a.example" });
	size_t rows = 0;
	compare_made(a, b, &c);
	for (size_t i = 0; i < c.count; i++)
		if (strcmp(c.items[i].label, "SHA-256") == 0) {
			assert_int_equal(strlen(c.items[i].left), 64 + 15);
			rows++;
		}
	assert_int_equal(rows, 1);
	comparison_done(&c);
	generated_free(a);
	generated_free(b);
}

static void a_section_of_one_side(void **state)
{
	(void)state;
	struct comparison c;
	struct generated *a = certgen(&(struct certgen){ .cn = "CA", .ca = true, .key_ids = true });
	struct generated *b = certgen(&(struct certgen){ .cn = "a.example", .issuer = a, .key_ids = true,
		.sans = NAMES("DNS:a.example") });
	compare_made(b, a, &c);
	assert_non_null(strstr(c.verdict, "; the left names the right as its issuer"));
	row(&c, "Alternative names", "DNS:a.example", NULL);
	/* The rows of a section stand together. */
	for (size_t i = 1; i < c.count; i++)
		for (size_t k = i + 1; k < c.count; k++)
			if (strcmp(c.items[i].section, c.items[i - 1].section) != 0)
				assert_string_not_equal(c.items[k].section, c.items[i - 1].section);
	comparison_done(&c);
	compare_made(a, b, &c);
	assert_non_null(strstr(c.verdict, "; the right names the left as its issuer"));
	comparison_done(&c);
	generated_free(a);
	generated_free(b);
}

static void one_name_and_another_key(void **state)
{
	(void)state;
	struct comparison c;
	struct generated *ca = certgen(&(struct certgen){ .cn = "CA", .ca = true, .key_ids = true });
	struct generated *fake = certgen(&(struct certgen){ .cn = "CA", .ca = true, .key_ids = true });
	struct certgen wish = { .cn = "a.example", .issuer = ca, .key_ids = true };
	struct generated *a = certgen(&wish);
	wish.issuer = fake;
	struct generated *b = certgen(&wish);
	compare_made(a, b, &c);
	assert_false(c.same_issuer);
	assert_string_equal(c.verdict, "Two certificates: different keys, the same subject, issued "
				       "under the same name by CAs with different keys.");
	comparison_done(&c);
	generated_free(a);
	generated_free(b);
	generated_free(ca);
	generated_free(fake);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_certificate_and_itself),
		cmocka_unit_test(names_are_a_set),
		cmocka_unit_test(what_stands_twice_is_held_against_two),
		cmocka_unit_test(a_field_that_stands_once_is_one_row),
		cmocka_unit_test(fingerprints_are_one_text),
		cmocka_unit_test(a_section_of_one_side),
		cmocka_unit_test(one_name_and_another_key),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
