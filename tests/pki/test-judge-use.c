#include "pki/judge.h"

#include "support/unit.h"

#include <string.h>

#include <gnutls/x509.h>

#include "support/scene.h"

#define SERVER GNUTLS_KP_TLS_WWW_SERVER
#define CLIENT GNUTLS_KP_TLS_WWW_CLIENT
#define EMAIL  GNUTLS_KP_EMAIL_PROTECTION
#define ANYUSE GNUTLS_KP_ANY

#define LIST(...) ((const char *const[]){ __VA_ARGS__, NULL })

/* Root (trusted), CA and leaf as wished; their issuers are filled in, and what none should lack. */
static void make(struct scene *s, struct certgen root, struct certgen ca, struct certgen leaf)
{
	root.cn = "Root";
	root.key_ids = root.version != 1;
	struct generated *made = scene_make(s, &root);
	scene_hold(s, made, STANDING_TRUSTED);
	ca.cn = "CA";
	ca.key_ids = ca.version != 1;
	ca.issuer = made;
	made = scene_make(s, &ca);
	scene_present(s, made);
	leaf.cn = "a.example";
	leaf.sans = LIST("DNS:a.example");
	leaf.key_ids = ca.key_ids;
	leaf.issuer = made;
	scene_present(s, scene_make(s, &leaf));
}

/* What GnuTLS accepts and we mark, OpenSSL refuses, but for roots of version 1. */
static void expect(struct certgen root, struct certgen ca, struct certgen leaf,
	enum purpose purpose, const char *answer)
{
	struct scene s;
	scene_begin(&s);
	make(&s, root, ca, leaf);
	s.question.purpose = purpose;
	s.openssl_differs = strchr(answer, '~') != NULL && strstr(answer, "v1@2") == NULL;
	scene_expect(&s, answer);
	scene_end(&s);
}

static const struct certgen a_ca = { .ca = true }, a_leaf = { .ca = false };

static void no_ca(void **state)
{
	static const struct certgen_ext no[] = { CERTGEN_EXT("2.5.29.19", true, "\x30\x00") };
	struct certgen denies = { .exts = no, .ext_count = 1 };
	(void)state;
	expect(a_ca, a_leaf, a_leaf, PURPOSE_ANY, "no not-a-ca@1 gnutls@0");
	expect(a_ca, denies, a_leaf, PURPOSE_ANY, "no not-a-ca@1 gnutls@0");
	expect(denies, a_ca, a_leaf, PURPOSE_ANY, "no not-a-ca@2 gnutls@0");
	expect(a_leaf, a_ca, a_leaf, PURPOSE_ANY, "yes ~not-a-ca@2");
	expect(a_ca, (struct certgen){ .version = 1 }, a_leaf, PURPOSE_ANY,
		"no not-a-ca@1 gnutls@0 ~v1@1");
}

/* OpenSSL takes such roots, too; whoever can't must know. */
static void old_roots(void **state)
{
	(void)state;
	expect((struct certgen){ .version = 1 }, a_ca, a_leaf, PURPOSE_ANY, "yes ~v1@2");
}

static void key_usage(void **state)
{
	struct certgen without = { .ca = true, .usage = GNUTLS_KEY_CRL_SIGN };
	(void)state;
	expect(a_ca, without, a_leaf, PURPOSE_ANY, "no key-usage@1 gnutls@0");
	expect(without, a_ca, a_leaf, PURPOSE_ANY, "no key-usage@2 gnutls@0");
}

static void path_length(void **state)
{
	struct certgen none = { .ca = true, .limited = true, .path_len = 0 };
	struct certgen one = { .ca = true, .limited = true, .path_len = 1 };
	(void)state;
	expect(one, none, a_leaf, PURPOSE_ANY, "yes");
	expect(a_ca, none, a_ca, PURPOSE_SERVER, "yes ~leaf-key-usage@0 ~ca-as-leaf@0");
	expect(none, a_ca, a_leaf, PURPOSE_ANY, "no path-length@2 gnutls@0");

	struct scene s;
	scene_begin(&s);
	make(&s, none, a_ca, a_leaf);
	scene_judge(&s);
	assert_string_equal(
		scene_text(&s, "path-length"), "It allows no CA below it, and there is 1.");
	scene_end(&s);
}

/* One that a CA issued to itself, with another key, takes nothing of the length. */
static void path_length_of_a_rollover(void **state)
{
	struct scene s;
	(void)state;
	scene_begin(&s);
	struct generated *old = scene_make(&s,
		&(struct certgen){ .cn = "Root", .ca = true, .key_ids = true, .limited = true });
	struct generated *fresh = scene_make(
		&s, &(struct certgen){ .cn = "Root", .ca = true, .key_ids = true, .issuer = old });
	scene_hold(&s, old, STANDING_TRUSTED);
	scene_present(&s, fresh);
	scene_present(&s,
		scene_make(&s, &(struct certgen){ .cn = "a", .key_ids = true, .issuer = fresh }));
	scene_judge(&s);
	for (size_t i = 0; i < s.judgement.paths[0].reason_count; i++)
		assert_string_not_equal(s.judgement.paths[0].reasons[i].code, "path-length");
	scene_end(&s);
}

static void purposes(void **state)
{
	struct certgen server = { .purposes = LIST(SERVER) },
		       both = { .purposes = LIST(SERVER, CLIENT) };
	struct certgen any = { .purposes = LIST(ANYUSE) }, email = { .purposes = LIST(EMAIL) };
	struct certgen email_ca = { .ca = true, .purposes = LIST(EMAIL) };
	struct certgen server_ca = { .ca = true, .purposes = LIST(SERVER) };
	(void)state;
	expect(a_ca, a_ca, server, PURPOSE_SERVER, "yes");
	expect(a_ca, a_ca, both, PURPOSE_CLIENT, "yes");
	expect(a_ca, a_ca, a_leaf, PURPOSE_CLIENT, "yes");
	expect(a_ca, a_ca, server, PURPOSE_CLIENT, "no wrong-purpose@0 gnutls@0");
	expect(a_ca, a_ca, email, PURPOSE_SERVER, "no wrong-purpose@0 gnutls@0");
	expect(a_ca, a_ca, email, PURPOSE_ANY, "yes");
	expect(a_ca, email_ca, server, PURPOSE_SERVER, "no wrong-purpose@1 gnutls@0");
	expect(a_ca, server_ca, server, PURPOSE_SERVER, "yes");
	struct scene s;
	scene_begin(&s);
	s.openssl_differs = true;
	make(&s, a_ca, a_ca, any);
	s.question.purpose = PURPOSE_SERVER;
	scene_expect(&s, "yes ~any-purpose@0");
	scene_end(&s);
}

static void purpose_in_words(void **state)
{
	struct scene s;
	(void)state;
	scene_begin(&s);
	make(&s, a_ca, (struct certgen){ .ca = true, .purposes = LIST(EMAIL) },
		(struct certgen){ .purposes = LIST(CLIENT, "1.2.3.4") });
	s.question.purpose = PURPOSE_SERVER;
	scene_expect(&s, "no wrong-purpose@0 wrong-purpose@1 gnutls@0");
	assert_non_null(
		strstr(scene_text(&s, "wrong-purpose"), "1.2.3.4 only, not for TLS servers."));
	scene_end(&s);
}

static void critical_extensions(void **state)
{
	static const struct certgen_ext unknown[] = { CERTGEN_EXT("1.2.3.4", true, "\x05\x00") };
	struct certgen leaf = { .exts = unknown, .ext_count = 1 };
	struct certgen ca = { .ca = true, .exts = unknown, .ext_count = 1 };
	(void)state;
	expect(a_ca, a_ca, leaf, PURPOSE_ANY, "no unknown-critical@0 gnutls@0");
	expect(a_ca, ca, a_leaf, PURPOSE_ANY, "no unknown-critical@1 gnutls@0");
}

static void serials(void **state)
{
	(void)state;
	expect(a_ca, a_ca, (struct certgen){ .serial = "\x7f........................" },
		PURPOSE_ANY, "yes ~serial@0");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_ca),
		cmocka_unit_test(old_roots),
		cmocka_unit_test(key_usage),
		cmocka_unit_test(path_length),
		cmocka_unit_test(path_length_of_a_rollover),
		cmocka_unit_test(purposes),
		cmocka_unit_test(purpose_in_words),
		cmocka_unit_test(critical_extensions),
		cmocka_unit_test(serials),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
