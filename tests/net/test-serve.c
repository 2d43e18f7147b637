/* The partner for rehearsals; what a probe sees of it is in test-probe.c. */
#include "net/serve.h"

#include "support/unit.h"

#include <stdio.h>
#include <string.h>

#include "base/spawn.h"
#include "support/company.h"
#include "support/run.h"

/* OpenSSL's client beside the loop that serves it. */
struct client {
	struct buf out;
	bool ended;
};

static void on_output(void *ctx, const char *bytes, size_t len)
{
	struct client *client = ctx;
	buf_add(&client->out, bytes, len);
}

static void on_end(void *ctx, int status)
{
	struct client *client = ctx;
	(void)status;
	client->ended = true;
}

static void visit(struct company *c, struct tmp *tmp, const char *options, const char *want)
{
	struct client client = { .ended = false };
	char line[600];
	snprintf(line, sizeof line,
		"cd '%s' && printf 'GET / HTTP/1.0\r\n\r\n' | timeout 60 openssl s_client -connect "
		"127.0.0.1:%u -CAfile ca.pem -verify_return_error -servername localhost "
		"-ign_eof %s 2>&1",
		tmp_path(tmp, NULL), serve_port(c->tls), options);
	assert_non_null(spawn_start(
		c->loop, ARGV("/bin/sh", "-c", line), on_output, on_end, &client, NULL));
	while (!client.ended)
		loop_step(c->loop, 1000);
	if (!strstr(buf_text(&client.out), want))
		fail_msg("no '%s' in: %s", want, buf_text(&client.out));
	buf_done(&client.out);
}

static struct tmp *lay_out(struct company *c)
{
	struct tmp *tmp = tmp_new();
	notary_write(tmp, "ca.pem", c->ca);
	notary_write(tmp, "client.pem", c->client);
	notary_write_key(tmp, "client.key", c->client_key, NULL);
	notary_write(tmp, "stranger.pem", c->stranger);
	notary_write_key(tmp, "stranger.key", c->stranger_key, NULL);
	return tmp;
}

static void openssl_visits(void **state)
{
	struct company *c = *state;
	struct tmp *tmp = lay_out(c);
	company_serve(c, NULL, true);
	visit(c, tmp, "-cert client.pem -key client.key", "certary rehearsal");
	assert_true(c->accepted);
	assert_string_equal(c->sni, "localhost");
	visit(c, tmp, "-cert stranger.pem -key stranger.key", "unknown ca");
	assert_false(c->accepted);
	assert_non_null(strstr(c->text, "one of the CAs that were asked for"));
	visit(c, tmp, "-tls1_2 -cert stranger.pem -key stranger.key", "unknown ca");
	visit(c, tmp, "", "alert");
	assert_false(c->accepted);
	assert_non_null(strstr(c->text, "no certificate"));
	/* a server's certificate is none of a client */
	notary_write(tmp, "server.pem", c->server);
	notary_write_key(tmp, "server.key", c->server_key, NULL);
	visit(c, tmp, "-cert server.pem -key server.key", "unsupported certificate");
	assert_int_equal(c->visits, 5);
	company_serve(c, NULL, false);
	visit(c, tmp, "", "certary rehearsal");
	assert_true(c->accepted);
	tmp_free(tmp);
}

static void what_is_told(void *ctx, const struct visit *visit)
{
	bool *seen = ctx;
	*seen = true;
	assert_true(strncmp(visit->from, "127.0.0.1 port ", 15) == 0);
	assert_true(visit->accepted);
	assert_null(visit->sni);
	assert_string_equal(visit->seen->version, "TLS1.2");
	assert_int_equal(visit->seen->chain_count, 1);
	assert_string_equal(
		cert_info(visit->seen->chain[0].cert)->subject, "CN=client,O=Tests");
}

static void its_record(void **state)
{
	struct company *c = *state;
	bool seen = false;
	struct serve_wish wish = { .tls = "1.2",
		.chain = (const struct cert *const *)&c->server,
		.chain_count = 1,
		.key = c->server_key,
		.clients = (const struct cert *const *)&c->ca,
		.client_count = 1 };
	struct server *server = serve_start(c->loop, &wish, what_is_told, &seen, NULL);
	assert_non_null(server);
	struct probe_request request = company_request(serve_port(server));
	company_present(c, &request, false);
	assert_int_equal(company_probe(c, &request)->err.code, ERROR_NONE);
	while (!seen)
		loop_step(c->loop, 1000);
	serve_stop(server);
	serve_stop(NULL);
}

static void refused_wishes(void **state)
{
	struct company *c = *state;
	struct error err;
	struct serve_wish wish = { .chain = (const struct cert *const *)&c->server,
		.chain_count = 1,
		.key = c->client_key };
	assert_null(serve_start(c->loop, &wish, what_is_told, NULL, &err));
	assert_non_null(strstr(err.text, "key"));
	wish.key = c->server_key;
	wish.tls = "0.9";
	assert_null(serve_start(c->loop, &wish, what_is_told, NULL, &err));
	wish.tls = NULL;
	wish.port = company_serve(c, NULL, false);
	assert_null(serve_start(c->loop, &wish, what_is_told, NULL, &err));
	assert_non_null(strstr(err.text, "in use"));
}

#define SERVE_TEST(f) cmocka_unit_test_setup_teardown(f, company_setup, company_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		SERVE_TEST(openssl_visits),
		SERVE_TEST(its_record),
		SERVE_TEST(refused_wishes),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	notary_forget();
	return failed;
}
