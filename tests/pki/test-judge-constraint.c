#include "pki/judge.h"

#include "support/unit.h"

#include <string.h>

#include "support/scene.h"

#define LIST(...) ((const char *const[]){ __VA_ARGS__, NULL })

/* Where a name is outside and GnuTLS accepts it, OpenSSL doesn't. */
static void judge_names(struct scene *s, const struct certgen *limits, const struct certgen *names,
	const char *answer)
{
	struct certgen ca = *limits, leaf = *names;
	scene_begin(s);
	s->openssl_differs = strchr(answer, '~') != NULL;
	struct generated *root =
		scene_make(s, &(struct certgen){ .cn = "Root", .ca = true, .key_ids = true });
	ca.cn = "CA";
	ca.ca = ca.key_ids = leaf.key_ids = true;
	ca.issuer = root;
	struct generated *inter = scene_make(s, &ca);
	leaf.issuer = inter;
	scene_hold(s, root, STANDING_TRUSTED);
	scene_present(s, inter);
	scene_present(s, scene_make(s, &leaf));
	scene_expect(s, answer);
}

static void expect(struct certgen limits, struct certgen names, const char *answer)
{
	struct scene s;
	judge_names(&s, &limits, &names, answer);
	scene_end(&s);
}

#define ALLOWS(...) ((struct certgen){ .permitted = LIST(__VA_ARGS__) })
#define BANS(...)   ((struct certgen){ .excluded = LIST(__VA_ARGS__) })
#define NAMES(...)  ((struct certgen){ .org = "O", .sans = LIST(__VA_ARGS__) })
#define BROKEN      "no name-constraint@0 gnutls@0"

static void hosts(void **state)
{
	(void)state;
	expect(ALLOWS("DNS:example.com"), NAMES("DNS:example.com"), "yes");
	expect(ALLOWS("DNS:example.com"), NAMES("DNS:a.b.example.com"), "yes");
	expect(ALLOWS("DNS:example.com"), NAMES("DNS:A.EXAMPLE.COM"), "yes");
	expect(ALLOWS("DNS:example.com"), NAMES("DNS:badexample.com"), BROKEN);
	expect(ALLOWS("DNS:example.com"), NAMES("DNS:a.example.com", "DNS:a.example"), BROKEN);
	expect(ALLOWS("DNS:a.example", "DNS:b.example"), NAMES("DNS:x.b.example"), "yes");
	expect(BANS("DNS:example.com"), NAMES("DNS:a.example"), "yes");
	expect(BANS("DNS:example.com"), NAMES("DNS:a.example.com"), BROKEN);
}

static void addresses(void **state)
{
	(void)state;
	expect(ALLOWS("IP:192.0.2.0/24"), NAMES("IP:192.0.2.77"), "yes");
	expect(ALLOWS("IP:192.0.2.0/24"), NAMES("IP:192.0.3.77"), BROKEN);
	expect(BANS("IP:192.0.2.0/24"), NAMES("IP:192.0.2.77"), BROKEN);
	expect(ALLOWS("IP:2001:db8::/32"), NAMES("IP:2001:db8::1"), "yes");
	expect(ALLOWS("IP:2001:db8::/32"), NAMES("IP:2001:db9::1"), BROKEN);
	expect(ALLOWS("DNS:example.com"), NAMES("IP:192.0.2.77"), "yes");
}

static void mail(void **state)
{
	(void)state;
	expect(ALLOWS("email:example.com"), NAMES("email:a@example.com"), "yes");
	expect(ALLOWS("email:example.com"), NAMES("email:a@b.example.com"), BROKEN);
	expect(ALLOWS("email:a@example.com"), NAMES("email:b@example.com"), BROKEN);
}

/* GnuTLS 3.7 doesn't compare directory names nor whether a URI is allowed; others do. */
static void what_gnutls_lets_pass(void **state)
{
	static const struct certgen_ext only_acme[] = { CERTGEN_EXT("2.5.29.30", true,
		"\x30\x17\xa0\x15\x30\x13\xa4\x11\x30\x0f\x31\x0d\x30\x0b\x06\x03\x55\x04\x0a\x0c"
		"\x04"
		"Acme") };
	struct certgen limits = { .exts = only_acme, .ext_count = 1 };
	struct scene s;
	(void)state;
	judge_names(&s, &limits, &(struct certgen){ .cn = "Mallory" }, "yes ~name-constraint@0");
	assert_non_null(strstr(scene_text(&s, "name-constraint"),
		"Its name CN=Mallory isn't among those that the name constraints allow of CN=CA."));
	scene_end(&s);
	expect(limits, (struct certgen){ .org = "Acme", .cn = "Alice" }, "yes");
	expect(ALLOWS("URI:example.com"), NAMES("URI:https://example.com/x"), "yes");
	expect(ALLOWS("URI:example.com"), NAMES("URI:https://example.com:99/x"), "yes");
	expect(ALLOWS("URI:.example.com"), NAMES("URI:https://a.example.com"), "yes");
	expect(ALLOWS("URI:example.com"), NAMES("URI:https://example.org/example.com"),
		"yes ~name-constraint@0");
	expect(BANS("URI:example.com"), NAMES("URI:https://example.com#x"), BROKEN);
}

static void words(void **state)
{
	struct certgen bans = BANS("DNS:example.com");
	struct certgen names = NAMES("DNS:a.example.com");
	struct scene s;
	(void)state;
	judge_names(&s, &bans, &names, BROKEN);
	assert_string_equal(scene_text(&s, "name-constraint"),
		"Its name DNS:a.example.com is excluded by the name constraints of CN=CA.");
	scene_end(&s);
}

/* Of the root it binds the CA as well as the leaf. */
static void from_far_above(void **state)
{
	struct scene s;
	(void)state;
	scene_begin(&s);
	struct generated *root = scene_make(&s, &(struct certgen){ .cn = "Root",
							.ca = true,
							.key_ids = true,
							.permitted = LIST("DNS:example.com") });
	struct generated *ca = scene_make(
		&s, &(struct certgen){ .cn = "CA", .ca = true, .key_ids = true, .issuer = root });
	scene_hold(&s, root, STANDING_TRUSTED);
	scene_present(&s, ca);
	scene_present(&s, scene_make(&s, &(struct certgen){ .org = "O",
						 .key_ids = true,
						 .issuer = ca,
						 .sans = LIST("DNS:a.example") }));
	scene_expect(&s, BROKEN);
	scene_end(&s);
}

static void expect_ca(struct certgen limits, struct certgen ca, const char *answer)
{
	struct scene s;
	struct certgen above = limits;
	scene_begin(&s);
	above.cn = "Root";
	above.ca = true;
	struct generated *root = scene_make(&s, &above);
	ca.ca = true;
	ca.issuer = root;
	s.ca_as_host = !strstr(answer, "name-constraint");
	scene_hold(&s, root, STANDING_TRUSTED);
	scene_present(&s, scene_make(&s, &ca));
	scene_expect(&s, answer);
	scene_end(&s);
}

/* GnuTLS takes the name of a CA for a host; nobody calls it by that. */
static void cas_at_the_end(void **state)
{
	static const char *const outside[] = { "DNS:a.example.org", NULL };
	const struct certgen example = ALLOWS("DNS:example.com", "IP:192.0.2.0/24");
	struct certgen limited = example;
	(void)state;
	expect_ca(example, (struct certgen){ .cn = "Sub", .org = "O" }, "yes");
	expect_ca(BANS("DNS:Sub"), (struct certgen){ .cn = "Sub" }, "yes");
	limited.limited = true;
	expect_ca(limited, (struct certgen){ .cn = "Sub" }, "yes");
	expect_ca(example, (struct certgen){ .cn = "Sub", .sans = outside },
		"no name-constraint@0 gnutls@0");
}

/* Only that is overlooked: whatever else GnuTLS has against it counts. */
static void cas_with_other_faults(void **state)
{
	const struct certgen example = ALLOWS("DNS:example.com");
	struct certgen ca = { .cn = "Sub", .sha1 = true };
	(void)state;
	expect_ca(example, ca, "no weak-signature@0 gnutls@0");
	ca = (struct certgen){ .cn = "Sub", .patch = "Sub", .by = "Bad", .patch_len = 3 };
	expect_ca(example, ca, "no bad-signature@0 gnutls@0");
	ca = (struct certgen){ .cn = "Sub", .key = CERTGEN_RSA1024 };
	expect_ca(example, ca, "no weak-key@0 gnutls@0");
}

/* A person's name is none of a host, unless a server might have it. */
static void people(void **state)
{
	struct certgen person = { .cn = "Alice", .purposes = LIST("1.3.6.1.5.5.7.3.2") };
	(void)state;
	expect(ALLOWS("DNS:example.com"), person, "yes");
	person.purposes = NULL;
	expect(ALLOWS("DNS:example.com"), person, "no name-constraint@0 gnutls@0");
	person.purposes = LIST("1.3.6.1.5.5.7.3.2");
	person.cn = "a.example.com";
	expect(ALLOWS("DNS:example.com"), person, "yes");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hosts),
		cmocka_unit_test(addresses),
		cmocka_unit_test(mail),
		cmocka_unit_test(what_gnutls_lets_pass),
		cmocka_unit_test(words),
		cmocka_unit_test(from_far_above),
		cmocka_unit_test(cas_at_the_end),
		cmocka_unit_test(cas_with_other_faults),
		cmocka_unit_test(people),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
