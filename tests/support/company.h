/*
 * A company for tests of TLS: a CA, a server and a client below it, and a stranger; a loop with a
 * prober on it.
 *
 * As fixture: cmocka_unit_test_setup_teardown(test, company_setup, company_teardown); `*state` is then
 * the struct company.  The certificates are valid today.
 */
#ifndef CERTARY_TESTS_COMPANY_H
#define CERTARY_TESTS_COMPANY_H

#include "net/probe.h"
#include "net/serve.h"
#include "support/notary.h"

#define COMPANY_SERVER "CN=localhost,O=Tests" /* for localhost, 127.0.0.1 and xn--bcher-kva.localhost */
#define COMPANY_CA     "CN=Test CA,O=Tests"

struct company {
	struct loop *loop;
	struct prober *prober;
	struct cert *ca, *server, *client, *stranger;
	const struct privkey *server_key, *client_key, *stranger_key;
	struct server *tls;    /* company_serve() */
	size_t visits;         /* of which the server has told */
	bool accepted;         /* the last of them */
	char sni[256], text[256];
	struct report *report; /* the last probe's */
	size_t left;           /* probes that haven't ended */
};

int company_setup(void **state);
int company_teardown(void **state);

/* A server of the company on a free port; it demands clients of its CA where asked to. */
uint16_t company_serve(struct company *c, const char *tls, bool clients);

/* As a client: none, the company's, or the stranger. */
struct probe_request company_request(uint16_t port);
void company_present(struct company *c, struct probe_request *request, bool stranger);

/* Probe and wait; the report is kept until the next one. */
const struct report *company_probe(struct company *c, const struct probe_request *request);

/* The outcome of a rung, and words in its sentence. */
void expect_rung(const struct report *report, enum report_rung rung, enum report_outcome outcome,
	const char *words);

/* The chain as the company's server presents it. */
void expect_chain(const struct report *report);

#endif
