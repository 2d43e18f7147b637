#include "support/company.h"

#include "support/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"

static struct cert *below(struct company *c, const char *const *words, const struct privkey *key,
	const char *profile)
{
	struct authority ca = { c->ca, notary_key("ec256", 0) };
	struct terms terms = notary_terms(profile);
	struct request *request = notary_request(words, key, profile);
	struct cert *cert = notary_issue(request, &ca, &terms);
	request_free(request);
	return cert;
}

int company_setup(void **state)
{
	struct company *c = mem_new(sizeof *c);
	struct terms terms;
	notary_clock(clock_now() - 3600);
	terms = notary_terms("client");
	c->loop = loop_new(NULL);
	c->prober = prober_new(c->loop, 0);
	c->server_key = notary_key("ec256", 1);
	c->client_key = notary_key("ec256", 2);
	c->stranger_key = notary_key("ec256", 3);
	c->ca = notary_ca(notary_key("ec256", 0), 0);
	c->server = below(c,
		WORDS("O=Tests", "CN=localhost", "localhost", "127.0.0.1",
			"xn--bcher-kva.localhost"),
		c->server_key, "server");
	c->client = below(c, WORDS("O=Tests", "CN=client"), c->client_key, "client");
	c->stranger = notary_self(WORDS("CN=stranger"), c->stranger_key, &terms);
	*state = c;
	return 0;
}

int company_teardown(void **state)
{
	struct company *c = *state;
	prober_free(c->prober);
	serve_stop(c->tls);
	report_free(c->report);
	loop_free(c->loop);
	cert_free(c->ca);
	cert_free(c->server);
	cert_free(c->client);
	cert_free(c->stranger);
	free(c);
	return 0;
}

static void on_visit(void *ctx, const struct visit *visit)
{
	struct company *c = ctx;
	c->visits++;
	c->accepted = visit->accepted;
	snprintf(c->sni, sizeof c->sni, "%s", visit->sni ? visit->sni : "");
	snprintf(c->text, sizeof c->text, "%s", visit->text);
}

uint16_t company_serve(struct company *c, const char *tls, bool clients)
{
	const struct cert *chain[] = { c->server, c->ca };
	static const struct cert *kept[2];
	struct error err;
	memcpy(kept, chain, sizeof kept);
	struct serve_wish wish = { .tls = tls,
		.chain = kept,
		.chain_count = 2,
		.key = c->server_key,
		.clients = &kept[1],
		.client_count = clients };
	serve_stop(c->tls);
	c->tls = serve_start(c->loop, &wish, on_visit, c, &err);
	if (!c->tls)
		fail_msg("%s", err.text);
	return serve_port(c->tls);
}

struct probe_request company_request(uint16_t port)
{
	return (struct probe_request){
		.host = "127.0.0.1",
		.port = port,
		.quiet_ms = UNIT_SLOW ? 3000 : 300,
		.deadline_ms = UNIT_SLOW ? 30000 : 10000,
	};
}

void company_present(struct company *c, struct probe_request *request, bool stranger)
{
	request->chain = (const struct cert *const *)(stranger ? &c->stranger : &c->client);
	request->chain_count = 1;
	request->key = stranger ? c->stranger_key : c->client_key;
}

static void check_texts(const struct report *r)
{
	assert_true(text_is_safe(r->err.text));
	assert_int_equal(r->err.code == ERROR_NONE, r->err.text[0] == '\0');
	for (int i = 0; i < STEP_COUNT; i++) {
		const struct report_step *step = &r->steps[i];
		assert_int_equal(step->outcome == STEP_NOT_REACHED, !step->text);
		assert_true(!step->text || text_is_safe(step->text));
		assert_true(step->ms >= 0 && step->ms <= r->ms);
	}
}

static void on_done(void *ctx, struct report *report)
{
	struct company *c = ctx;
	check_texts(report);
	report_free(c->report);
	c->report = report;
	c->left--;
}

const struct report *company_probe(struct company *c, const struct probe_request *request)
{
	struct error err;
	size_t visits = c->visits;
	c->left = 1;
	if (!probe_start(c->prober, request, on_done, NULL, c, &err))
		fail_msg("%s", err.text);
	while (c->left > 0)
		loop_step(c->loop, 1000);
	for (int i = 0; c->tls && c->visits == visits && i < 100; i++)
		loop_step(c->loop, 100); /* the server hears the end of it */
	return c->report;
}

void expect_rung(const struct report *report, enum report_rung rung, enum report_outcome outcome,
	const char *words)
{
	const struct report_step *step = &report->steps[rung];
	if (step->outcome != outcome || (words && (!step->text || !strstr(step->text, words))))
		fail_msg("%s: %d '%s', not %d '%s'", report_rung_label(rung), step->outcome,
			step->text ? step->text : "", outcome, words ? words : "");
}

void expect_chain(const struct report *report)
{
	assert_int_equal(report->chain_count, 2);
	assert_int_equal(report->chain_sent, 2);
	assert_string_equal(cert_info(report->chain[0].cert)->subject, COMPANY_SERVER);
	assert_string_equal(cert_info(report->chain[1].cert)->subject, COMPANY_CA);
	expect_rung(report, STEP_PRESENTS, STEP_PASS, "2 certificates");
}
