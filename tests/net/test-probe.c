/* Probes of servers that do as they should: the whole ladder, with and without client certificates. */
#include "net/probe.h"

#include "support/unit.h"

#include <string.h>

#include "support/company.h"
#include "support/peer.h"

static void silently(void *ctx, const struct visit *visit)
{
	(void)ctx;
	(void)visit;
}

static void without_client_certificate(void **state)
{
	struct company *c = *state;
	struct probe_request request = company_request(company_serve(c, NULL, false));
	request.host = "LocalHost."; /* and maybe ::1 first, where nobody listens */
	const struct report *r = company_probe(c, &request);
	assert_int_equal(r->err.code, ERROR_NONE);
	assert_string_equal(r->sni, "localhost");
	assert_string_equal(c->sni, "localhost");
	assert_string_equal(r->address, "127.0.0.1");
	assert_string_equal(r->version, "TLS1.3");
	assert_non_null(strstr(r->cipher, "TLS_"));
	assert_non_null(r->group);
	assert_false(r->weak || r->asked || r->presented || r->plaintext_only);
	assert_int_equal(r->alert, -1);
	expect_chain(r);
	expect_rung(r, STEP_RESOLVE, STEP_PASS, "127.0.0.1");
	expect_rung(r, STEP_CONNECT, STEP_PASS, "onnected to 127.0.0.1");
	expect_rung(r, STEP_DIALECT, STEP_IDLE, "first byte");
	expect_rung(r, STEP_HELLO, STEP_PASS, "TLS1.3");
	expect_rung(r, STEP_VERIFY, STEP_NOT_REACHED, NULL);
	expect_rung(r, STEP_ASKED, STEP_IDLE, "none");
	expect_rung(r, STEP_ACCEPTED, STEP_PASS, NULL);
	expect_rung(r, STEP_ACCESS, STEP_IDLE, NULL);
}

static void names_and_addresses(void **state)
{
	struct company *c = *state;
	struct probe_request request = company_request(company_serve(c, NULL, false));
	const struct report *r = company_probe(c, &request);
	assert_null(r->sni); /* none for an address */
	assert_string_equal(c->sni, "");
	request.sni = "Bücher.localhost";
	r = company_probe(c, &request);
	assert_string_equal(r->sni, "xn--bcher-kva.localhost");
	assert_string_equal(c->sni, "xn--bcher-kva.localhost");
	request.sni = "192.0.2.1"; /* can't be sent */
	assert_null(company_probe(c, &request)->sni);
	request.host = "localhost";
	request.sni = "";
	assert_null(company_probe(c, &request)->sni);
	assert_int_equal(c->report->err.code, ERROR_NONE);
}

static void versions(void **state)
{
	struct company *c = *state;
	uint16_t port = company_serve(c, NULL, false);
	struct probe_request request = company_request(port);
	request.tls = "1.2";
	const struct report *r = company_probe(c, &request);
	assert_string_equal(r->version, "TLS1.2");
	assert_false(r->weak);
	expect_chain(r);
	request.tls = "1.3";
	assert_string_equal(company_probe(c, &request)->version, "TLS1.3");
	request.port = company_serve(c, "1.1", false);
	request.tls = "1.1";
	r = company_probe(c, &request);
	assert_string_equal(r->version, "TLS1.1");
	assert_true(r->weak);
	expect_rung(r, STEP_HELLO, STEP_PASS, "outdated");
}

static void no_version_in_common(void **state)
{
	struct company *c = *state;
	struct probe_request request = company_request(company_serve(c, "1.3", false));
	request.tls = "1.2";
	const struct report *r = company_probe(c, &request);
	assert_int_equal(r->err.code, ERROR_VERDICT);
	assert_true(r->alert == 70 || r->alert == 40); /* GnuTLS sends the one, OpenSSL the other */
	expect_rung(r, STEP_HELLO, STEP_FAIL, "version");
	expect_rung(r, STEP_PRESENTS, STEP_NOT_REACHED, NULL);
	assert_int_equal(r->chain_count, 0);
	assert_false(c->accepted);
}

static void kinds_of_keys(void **state)
{
	static const char *const kinds[] = { "ec384", "rsa2048", "ed25519" };
	struct company *c = *state;
	for (int i = 0; i < 3; i++) {
		struct terms terms = notary_terms("server");
		const struct privkey *key = notary_key(kinds[i], 0);
		struct cert *cert = notary_self(WORDS("CN=a.example", "a.example"), key, &terms);
		struct serve_wish wish = { .chain = (const struct cert *const *)&cert,
			.chain_count = 1,
			.key = key };
		struct server *server = serve_start(c->loop, &wish, silently, NULL, NULL);
		struct probe_request request = company_request(serve_port(server));
		const struct report *r = company_probe(c, &request);
		assert_int_equal(r->err.code, ERROR_NONE);
		assert_int_equal(r->chain_count, 1);
		assert_string_equal(cert_info(r->chain[0].cert)->key_algorithm,
			privkey_info(key)->algorithm);
		size_t len;
		const uint8_t *der = cert_der(cert, &len);
		assert_int_equal(r->chain[0].len, len); /* as sent, to the byte */
		assert_memory_equal(r->chain[0].der, der, len);
		assert_non_null(r->signature);
		serve_stop(server);
		cert_free(cert);
	}
}

struct steps {
	size_t calls;
	enum report_rung last;
};

static void grow(void *ctx, const struct report *report)
{
	struct steps *steps = ctx;
	enum report_rung last = STEP_RESOLVE;
	steps->calls++;
	for (int i = 0; i < STEP_COUNT; i++)
		if (report->steps[i].outcome != STEP_NOT_REACHED)
			last = (enum report_rung)i;
	assert_true(last >= steps->last);
	steps->last = last;
}

static void keep(void *ctx, struct report *report)
{
	struct steps *steps = ctx;
	assert_int_equal(report->err.code, ERROR_NONE);
	steps->calls += 1000;
	report_free(report);
}

static void the_ladder_grows(void **state)
{
	struct company *c = *state;
	struct steps steps = { 0 };
	struct probe_request request = company_request(company_serve(c, NULL, false));
	assert_non_null(probe_start(c->prober, &request, keep, grow, &steps, NULL));
	while (steps.calls < 1000)
		loop_step(c->loop, 1000);
	assert_int_equal(steps.calls, 1000 + STEP_COUNT - 1); /* all but STEP_VERIFY */
	assert_int_equal(steps.last, STEP_ACCESS);
}

static void asked_and_accepted(void **state)
{
	static const char *const tls[] = { "1.2", "1.3" };
	struct company *c = *state;
	for (int i = 0; i < 2; i++) {
		struct probe_request request = company_request(company_serve(c, tls[i], true));
		company_present(c, &request, false);
		const struct report *r = company_probe(c, &request);
		assert_int_equal(r->err.code, ERROR_NONE);
		assert_true(r->asked && r->presented && c->accepted);
		assert_int_equal(r->authority_count, 1);
		assert_string_equal(r->authorities[0], cert_info(c->ca)->subject);
		expect_chain(r);
		expect_rung(r, STEP_ASKED, STEP_PASS, "names 1 CA");
		expect_rung(r, STEP_PROVES, STEP_PASS, "CN=client,O=Tests");
		expect_rung(r, STEP_ACCEPTED, STEP_PASS, NULL);
	}
}

/* The chain is there although the handshake failed, under both versions. */
static void asked_and_refused(void **state)
{
	static const char *const tls[] = { "1.2", "1.3" };
	struct company *c = *state;
	for (int i = 0; i < 4; i++) {
		bool stranger = i / 2;
		struct probe_request request = company_request(company_serve(c, tls[i % 2], true));
		if (stranger)
			company_present(c, &request, true);
		const struct report *r = company_probe(c, &request);
		assert_int_equal(r->err.code, ERROR_VERDICT);
		assert_true(r->asked && r->presented == stranger && !c->accepted);
		expect_chain(r);
		expect_rung(r, STEP_HELLO, STEP_PASS, NULL);
		expect_rung(r, STEP_PROVES, stranger ? STEP_PASS : STEP_IDLE, NULL);
		expect_rung(r, STEP_ACCEPTED, STEP_FAIL, stranger ? "nknown CA" : NULL);
		expect_rung(r, STEP_ACCESS, STEP_NOT_REACHED, NULL);
		if (stranger)
			assert_int_equal(r->alert, 48);
		else
			assert_true(r->alert >= 0);
	}
}

static void without_settling(void **state)
{
	struct company *c = *state;
	struct probe_request request = company_request(company_serve(c, "1.3", true));
	request.settle = SETTLE_NEVER;
	const struct report *r = company_probe(c, &request);
	assert_int_equal(r->err.code, ERROR_NONE);
	expect_rung(r, STEP_ACCEPTED, STEP_NOT_REACHED, NULL);
}

static void http(void **state)
{
	struct company *c = *state;
	struct probe_request request = company_request(company_serve(c, NULL, true));
	company_present(c, &request, false);
	request.http = "/api";
	const struct report *r = company_probe(c, &request);
	assert_int_equal(r->err.code, ERROR_NONE);
	assert_int_equal(r->http_count, 4);
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(r->http[i].status, 200);
		assert_string_equal(r->http[i].line, "HTTP/1.1 200 OK");
	}
	assert_string_equal(r->http[3].method, "DELETE");
	expect_rung(r, STEP_ACCEPTED, STEP_PASS, "answers");
	expect_rung(r, STEP_ACCESS, STEP_PASS, "GET 200, POST 200, PUT 200, DELETE 200");
	assert_int_equal(c->visits, 4);
}

static void http_refused(void **state)
{
	struct company *c = *state;
	struct probe_request request = company_request(company_serve(c, "1.3", true));
	company_present(c, &request, true);
	request.http = "/";
	const struct report *r = company_probe(c, &request);
	assert_int_equal(r->err.code, ERROR_VERDICT);
	assert_int_equal(r->http_count, 0);
	expect_rung(r, STEP_ACCEPTED, STEP_FAIL, "nknown CA");
}

static void alpn(void **state)
{
	struct company *c = *state;
	struct probe_request request = company_request(company_serve(c, NULL, false));
	request.alpn = WORDS("h2", "http/1.1");
	assert_null(company_probe(c, &request)->alpn); /* the server knows none */
	assert_int_equal(c->report->err.code, ERROR_NONE);
}

static void requests_without_sense(void **state)
{
	struct company *c = *state;
	const struct probe_request good = company_request(1);
	struct probe_request rows[10];
	struct error err;
	for (size_t i = 0; i < 10; i++)
		rows[i] = good;
	rows[0].port = 0;
	rows[1].host = "";
	rows[2].host = "a b";
	rows[3].host = "x' xmlns='y";
	rows[4].tls = "1.4";
	rows[5].http = "api";
	rows[6].http = "/ HTTP/1.1\r\nX: y";
	rows[7].http = "/";
	rows[7].dialect = dialect_named("smtp");
	company_present(c, &rows[8], false);
	rows[8].key = c->stranger_key;
	company_present(c, &rows[9], false);
	rows[9].key = NULL;
	for (size_t i = 0; i < 10; i++) {
		assert_null(probe_start(c->prober, &rows[i], NULL, NULL, NULL, &err));
		assert_int_equal(err.code, ERROR_USAGE);
	}
	assert_int_equal(prober_count(c->prober), 0);
}

#define PROBE_TEST(f) cmocka_unit_test_setup_teardown(f, company_setup, company_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		PROBE_TEST(without_client_certificate),
		PROBE_TEST(names_and_addresses),
		PROBE_TEST(versions),
		PROBE_TEST(no_version_in_common),
		PROBE_TEST(kinds_of_keys),
		PROBE_TEST(the_ladder_grows),
		PROBE_TEST(asked_and_accepted),
		PROBE_TEST(asked_and_refused),
		PROBE_TEST(without_settling),
		PROBE_TEST(http),
		PROBE_TEST(http_refused),
		PROBE_TEST(alpn),
		PROBE_TEST(requests_without_sense),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	notary_forget();
	return failed;
}
