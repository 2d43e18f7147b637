#include "pki/judge.h"

#include "support/unit.h"

#include <string.h>

#include "support/scene.h"

#define SANS(...) ((const char *const[]){ __VA_ARGS__, NULL })

/* A leaf trusted directly is enough: the host has nothing to do with the path. */
static void begin(struct scene *s, const char *cn, const char *const *sans)
{
	scene_begin(s);
	struct generated *leaf = scene_make(s, &(struct certgen){ .cn = cn, .sans = sans });
	scene_hold(s, leaf, STANDING_TRUSTED);
	scene_present(s, leaf);
}

static void expect(const char *cn, const char *const *sans, const char *host, const char *answer)
{
	struct scene s;
	begin(&s, cn, sans);
	s.question.host = host;
	scene_expect(&s, answer);
	scene_end(&s);
}

/* The sentence holds these words. */
static void expect_words(
	const char *cn, const char *const *sans, const char *host, const char *words)
{
	struct scene s;
	begin(&s, cn, sans);
	s.question.host = host;
	scene_expect(&s, "no wrong-host@0");
	const char *text = scene_text(&s, "wrong-host");
	if (!strstr(text, words))
		fail_msg("\"%s\" says nothing of \"%s\"", text, words);
	scene_end(&s);
}

static void names(void **state)
{
	(void)state;
	expect("x", SANS("DNS:b.example", "DNS:a.example"), "a.example", "direct");
	expect("x", SANS("DNS:a.example"), "A.Example", "direct");
	expect("x", SANS("DNS:a.example"), "b.a.example", "no wrong-host@0");
	expect("x", SANS("DNS:a.example"), "", "no wrong-host@0");
	expect_words("x", SANS("DNS:a.example", "IP:192.0.2.1"), "c.example",
		"It is for a.example, 192.0.2.1, not for c.example.");
	expect_words("x",
		SANS("DNS:1.example", "DNS:2.example", "DNS:3.example", "DNS:4.example",
			"DNS:5.example", "DNS:6.example", "DNS:7.example", "DNS:8.example"),
		"c.example", "6.example and 2 more, not for");
	expect_words(NULL, NULL, "c.example", "It names no host at all, hence not c.example.");
	expect_words("x", SANS("DNS:a.example"), "a\x1b[2J", "not for a\\x1b[2J.");
}

static void wildcards(void **state)
{
	(void)state;
	expect("x", SANS("DNS:*.a.example"), "b.a.example", "direct");
	expect_words("x", SANS("DNS:*.a.example"), "c.b.a.example", "exactly one label");
	expect_words("x", SANS("DNS:*.a.example"), "a.example", "exactly one label");
}

static void addresses(void **state)
{
	(void)state;
	expect("x", SANS("IP:192.0.2.1"), "192.0.2.1", "direct");
	expect("x", SANS("IP:2001:db8::1"), "2001:db8:0::1", "direct");
	expect("x", SANS("IP:192.0.2.1"), "192.0.2.2", "no wrong-host@0");
	expect_words("x", SANS("DNS:192.0.2.2"), "192.0.2.2", "as a name, not as an address");
	expect("x", SANS("IP:192.0.2.1"), "a.example", "no wrong-host@0");
}

static void common_name(void **state)
{
	(void)state;
	expect("a.example", NULL, "a.example", "direct ~common-name-only@0");
	expect("a.example", SANS("DNS:b.example"), "a.example", "no wrong-host@0");
	expect_words("a.example", NULL, "b.example",
		"It names no host but its common name a.example, which isn't b.example.");
}

static void international_names(void **state)
{
	(void)state;
	expect("x", SANS("DNS:xn--bcher-kva.example"), "xn--bcher-kva.example", "direct");
	struct scene s;
	begin(&s, "x", SANS("DNS:xn--bcher-kva.example"));
	s.question.host = "bücher.example";
	s.openssl_differs = true;
	scene_expect(&s, "direct");
	scene_end(&s);
	expect_words("x", SANS("DNS:xn--bcher-kva.example"), "bucher.example",
		"It is for xn--bcher-kva.example (bücher.example), not for");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
		cmocka_unit_test(wildcards),
		cmocka_unit_test(addresses),
		cmocka_unit_test(common_name),
		cmocka_unit_test(international_names),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
