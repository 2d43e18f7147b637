#include "check/agreement.h"

#include "support/unit.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "support/certgen.h"

/* A service on 192.0.2.1:5432 with a certificate and its key, all of it in order; tests spoil it. */
struct bench {
	struct generated *ca, *leaf, *other;
	struct cert *certs[4]; /* CA, leaf, another host's, the leaf's renewal */
	struct declared_kind kind;
	struct declared_file files[2];
	struct declared_listen listen;
	struct declared_service service;
	struct stored stored[2];
	struct served served;
	struct agreement_question q;
	struct agreement out;
};

enum { CA, LEAF, OTHER, RENEWED };

static struct cert *parsed(const struct generated *made)
{
	size_t len;
	struct cert *cert;
	const uint8_t *der = generated_der(made, &len);
	assert_true(cert_parse(der, len, &cert, NULL));
	return cert;
}

static void hold(struct stored *stored, const struct cert *cert)
{
	stored->certs = mem_grow(stored->certs, stored->cert_count, &stored->cert_cap,
		sizeof *stored->certs);
	stored->certs[stored->cert_count++] = cert_info_copy(cert_info(cert));
}

static void hold_key(struct bench *b, const struct cert *cert)
{
	memcpy(b->stored[1].spki, cert_info(cert)->spki, FINGERPRINT_SIZE);
}

static struct generated *host(const struct bench *b, const char *cn, const char *from)
{
	char san[64] = "DNS:";
	strncat(san, cn, 32);
	const char *const sans[] = { san, NULL };
	return certgen(&(struct certgen){ .cn = cn, .sans = sans, .from = from, .issuer = b->ca,
		.key_ids = true });
}

static int setup(void **state)
{
	struct bench *b = mem_new(sizeof *b);
	b->ca = certgen(&(struct certgen){ .cn = "CA", .ca = true, .key_ids = true });
	b->leaf = host(b, "db.example", NULL);
	b->other = host(b, "other.example", NULL);
	struct generated *renewed = host(b, "db.example", "2025-05-01T00:00:00Z");
	b->certs[CA] = parsed(b->ca);
	b->certs[LEAF] = parsed(b->leaf);
	b->certs[OTHER] = parsed(b->other);
	b->certs[RENEWED] = parsed(renewed);
	generated_free(renewed);
	b->kind = *declared_kind_named("postgresql");
	b->files[0] = (struct declared_file){ .role = DECLARED_CERTIFICATE,
		.setting = "ssl_cert_file",
		.path = mem_text("/c.pem"),
		.shown = mem_text("/c.pem"),
		.at = { "/conf", 2 } };
	b->files[1] = (struct declared_file){ .role = DECLARED_KEY,
		.setting = "ssl_key_file",
		.path = mem_text("/k.pem"),
		.shown = mem_text("/k.pem"),
		.at = { "/conf", 3 } };
	b->listen = (struct declared_listen){ .address = mem_text("192.0.2.1"),
		.port = 5432,
		.dialect = dialect_named("postgres") };
	b->service = (struct declared_service){ .kind = &b->kind,
		.name = mem_text("postgresql"),
		.unit = mem_text("postgresql"),
		.tls = DECLARED_ON,
		.setting = "ssl",
		.tls_at = { "/conf", 1 },
		.files = b->files,
		.file_count = 2,
		.listens = &b->listen,
		.listen_count = 1 };
	for (int i = 0; i < 2; i++)
		b->stored[i] = (struct stored){ .state = STORED_THERE,
			.why = mem_text("why"),
			.mode = 0600,
			.owner = mem_text("postgres"),
			.group = mem_text("root") };
	hold(&b->stored[0], b->certs[LEAF]);
	b->stored[1].keys = b->stored[1].keys_open = 1;
	hold_key(b, b->certs[LEAF]);
	b->served = (struct served){ .listen = &b->listen, .answered = true,
		.leaf = cert_info(b->certs[LEAF]) };
	b->q = (struct agreement_question){ .service = &b->service,
		.stored = b->stored,
		.served = &b->served,
		.served_count = 1,
		.now = certgen_time("2025-06-01T00:00:00Z"),
		.thresholds = { .days = 30 } };
	*state = b;
	return 0;
}

static int teardown(void **state)
{
	struct bench *b = *state;
	for (int i = 0; i < 4; i++)
		cert_free(b->certs[i]);
	generated_free(b->ca);
	generated_free(b->leaf);
	generated_free(b->other);
	for (int i = 0; i < 2; i++) {
		free(b->files[i].path);
		free(b->files[i].shown);
		stored_done(&b->stored[i]);
	}
	free(b->listen.address);
	free(b->service.name);
	free(b->service.unit);
	agreement_done(&b->out);
	free(b);
	return 0;
}

/* The codes in their order, and words of the first. */
static void expect(struct bench *b, const char *codes, const char *words)
{
	struct buf all = { 0 };
	agreement_done(&b->out);
	agreement_judge(&b->q, &b->out);
	for (size_t i = 0; i < b->out.count; i++) {
		buf_format(&all, "%s%s", i ? " " : "", b->out.items[i].code);
		assert_true(text_is_safe(b->out.items[i].text));
		assert_true(i == 0 || b->out.items[i - 1].level <= b->out.items[i].level);
	}
	assert_string_equal(buf_text(&all), codes);
	if (words && !strstr(b->out.items[0].text, words))
		fail_msg("%s: \"%s\" isn't in it", b->out.items[0].text, words);
	buf_done(&all);
}

static void expect_level(const struct bench *b, enum outcome_level level)
{
	assert_int_equal(agreement_level(&b->out), level);
}

static void test_all_is_well(void **state)
{
	struct bench *b = *state;
	expect(b, "", NULL);
	expect_level(b, OUTCOME_OK);
	b->q.served_count = 0;
	expect(b, "", NULL);
	hold(&b->stored[0], b->certs[CA]);
	expect(b, "", NULL);
}

static void test_off(void **state)
{
	struct bench *b = *state;
	b->service.tls = DECLARED_OFF;
	b->stored[0].state = STORED_MISSING; /* nobody reads it */
	b->served.leaf = NULL;
	b->served.no_tls = true;
	expect(b, "tls-off", "TLS is off (ssl)");
	expect_level(b, OUTCOME_WARNING);
	assert_int_equal(b->out.items[0].at.line, 1);
	free(b->listen.address);
	b->listen.address = mem_text("localhost");
	expect(b, "tls-off", "on this host only");
	expect_level(b, OUTCOME_OK);
	b->served.no_tls = false;
	b->served.leaf = cert_info(b->certs[LEAF]);
	expect(b, "restart tls-off", "still has TLS, though it is switched off (ssl): restart postgresql");
}

static void test_files(void **state)
{
	struct bench *b = *state;
	b->stored[0].state = STORED_MISSING;
	expect(b, "missing", "the certificate /c.pem isn't there (ssl_cert_file)");
	expect_level(b, OUTCOME_CRITICAL);
	assert_int_equal(b->out.items[0].at.line, 2);
	b->stored[0].state = STORED_UNREADABLE;
	expect(b, "unreadable", "/c.pem can't be read: why");
	expect_level(b, OUTCOME_WARNING);
	b->stored[0].state = STORED_ALIEN;
	expect(b, "no-content", "/c.pem: why");
	b->stored[0].state = STORED_UNKNOWN; /* a variable: nobody has looked */
	expect(b, "", NULL);
	free(b->files[0].path);
	free(b->files[0].shown);
	b->files[0].path = NULL;
	b->files[0].shown = mem_text("");
	expect(b, "unset", "ssl_cert_file isn't set: there is no certificate");
	assert_int_equal(b->out.items[0].at.line, 1);
}

static void test_certificates(void **state)
{
	struct bench *b = *state;
	b->q.now = certgen_time("2025-12-15T00:00:00Z");
	expect(b, "ending", "ends in 16 days, on 2025-12-31");
	expect_level(b, OUTCOME_WARNING);
	b->q.now = certgen_time("2026-01-01T00:00:00Z");
	expect(b, "expired", "over since 2025-12-31");
	b->q.now = certgen_time("2024-12-31T00:00:00Z");
	expect(b, "early", "isn't valid before 2025-01-01T00:00:00Z");
	b->q.now = certgen_time("2025-06-01T00:00:00Z");
	hold(&b->stored[0], b->certs[OTHER]);
	expect(b, "chain-order", "CN=db.example isn't followed by its issuer's certificate");
	expect_level(b, OUTCOME_WARNING);
	cert_info_free(b->stored[0].certs[0]);
	b->stored[0].certs[0] = cert_info_copy(cert_info(b->certs[CA]));
	hold(&b->stored[0], b->certs[LEAF]);
	expect(b, "order", "it begins with CN=CA");
	expect_level(b, OUTCOME_CRITICAL);
	b->stored[1].keys_open = 0; /* without its key, too */
	expect(b, "order other key-sealed", NULL);
}

static void test_keys(void **state)
{
	struct bench *b = *state;
	hold_key(b, b->certs[OTHER]);
	expect(b, "key-mismatch", "the key /k.pem isn't that of the certificate in /c.pem");
	expect_level(b, OUTCOME_CRITICAL);
	b->stored[1].keys_open = 0;
	expect(b, "key-sealed", "encrypted");
	expect_level(b, OUTCOME_OK);
	b->stored[1].keys = 0;
	expect(b, "no-content", "no key is in /k.pem (ssl_key_file)");
}

static void set_owner(struct bench *b, const char *owner, unsigned uid, unsigned mode)
{
	free(b->stored[1].owner);
	b->stored[1].owner = mem_text(owner);
	b->stored[1].uid = uid;
	b->stored[1].mode = mode;
}

static void test_modes(void **state)
{
	static const struct {
		bool strict;
		const char *owner;
		unsigned uid, mode;
		const char *codes, *words;
	} rows[] = {
		{ true, "root", 0, 0600, "key-owner", "by root alone: PostgreSQL runs as another" },
		{ true, "26", 26, 0600, "", NULL },
		{ true, "root", 0, 0640, "", NULL },
		{ true, "root", 0, 0660, "key-mode", "others may change" },
		{ true, "root", 0, 0644, "key-mode", "chmod 0640): PostgreSQL doesn't start with it" },
		{ true, "postgres", 26, 0600, "", NULL },
		{ true, "postgres", 26, 0640, "key-mode", "its group may read the key /k.pem" },
		{ true, "alice", 1000, 0600, "key-owner", "belongs to alice" },
		{ false, "alice", 1000, 0640, "", NULL },
		{ false, "root", 0, 0400, "key-owner", "by root alone" },
		{ false, "root", 0, 0644, "key-mode", "everybody on this host may read" },
		{ false, "root", 0, 0660, "key-mode", "others may change" },
	};
	struct bench *b = *state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		b->kind.strict = rows[i].strict;
		set_owner(b, rows[i].owner, rows[i].uid, rows[i].mode);
		expect(b, rows[i].codes, rows[i].words);
	}
}

static void test_without_tls(void **state)
{
	struct bench *b = *state;
	b->served.plain = true;
	expect(b, "plaintext", "ssl is on, but 192.0.2.1:5432 takes sessions without TLS as well");
	expect_level(b, OUTCOME_WARNING);
	b->served.leaf = NULL;
	b->served.no_tls = true;
	expect(b, "no-tls", "192.0.2.1:5432 answers without TLS: restart postgresql");
	expect_level(b, OUTCOME_CRITICAL);
	b->listen.off = true; /* and is meant to */
	expect(b, "", NULL);
	b->listen.off = false;
	b->served.answered = false; /* it doesn't run */
	expect(b, "", NULL);
}

static void test_what_is_served(void **state)
{
	struct bench *b = *state;
	b->stored[0].changed = certgen_time("2025-05-02T10:00:00Z");
	cert_info_free(b->stored[0].certs[0]);
	b->stored[0].certs[0] = cert_info_copy(cert_info(b->certs[RENEWED]));
	hold_key(b, b->certs[RENEWED]);
	expect(b, "restart",
		"/c.pem was renewed on 2025-05-02, but 192.0.2.1:5432 still serves the one before: "
		"restart postgresql");
	expect_level(b, OUTCOME_WARNING);
	b->served.leaf = cert_info(b->certs[OTHER]);
	expect(b, "other", "another server answers there");
	b->served.started = certgen_time("2025-05-02T09:00:00Z"); /* before the file was changed */
	expect(b, "restart", NULL);
	b->served.started = certgen_time("2025-05-02T11:00:00Z");
	expect(b, "other", NULL);
	cert_info_free(b->stored[0].certs[0]);
	b->stored[0].certs[0] = cert_info_copy(cert_info(b->certs[LEAF]));
	hold_key(b, b->certs[LEAF]);
	b->served.leaf = cert_info(b->certs[RENEWED]);
	expect(b, "other", "an older certificate than 192.0.2.1:5432 serves");
	b->stored[0].state = STORED_MISSING; /* what was in it is gone */
	cert_info_free(b->stored[0].certs[0]);
	b->stored[0].cert_count = 0;
	expect(b, "missing", NULL);
}

static void test_every_code_has_help(void **state)
{
	size_t count = 0;
	(void)state;
	for (const struct agreement_help *h = agreement_codes(); h->code; h++, count++)
		assert_non_null(h->help);
	assert_true(count > 15);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_all_is_well),
		CASE(test_off),
		CASE(test_files),
		CASE(test_certificates),
		CASE(test_keys),
		CASE(test_modes),
		CASE(test_without_tls),
		CASE(test_what_is_served),
		cmocka_unit_test(test_every_code_has_help),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
