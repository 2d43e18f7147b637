#include "net/report.h"

#include "support/unit.h"

#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "net/tls.h"
#include "support/certgen.h"

static void steps(void **state)
{
	struct report *r = report_new("a\033b.example", 443, dialect_at(0));
	(void)state;
	assert_string_equal(r->host, "a\\x1bb.example");
	assert_int_equal(r->alert, -1);
	report_step(r, STEP_CONNECT, STEP_FAIL, "no %s\033", "connection");
	assert_string_equal(r->steps[STEP_CONNECT].text, "No connection\\x1b.");
	report_step(r, STEP_CONNECT, STEP_PASS, "%s", "Does it?");
	assert_string_equal(r->steps[STEP_CONNECT].text, "Does it?");
	assert_int_equal(r->steps[STEP_CONNECT].outcome, STEP_PASS);
	assert_true(r->steps[STEP_CONNECT].ms >= 0);
	for (int i = 0; i < STEP_COUNT; i++)
		assert_true(*report_rung_label((enum report_rung)i));
	report_free(r);
	report_free(NULL);
}

static void alerts(void **state)
{
	(void)state;
	for (int i = -1; i < 260; i++)
		assert_true(*alert_words(i) && text_is_safe(alert_words(i)));
	assert_true(alert_blames(116) && alert_blames(42));
	assert_false(alert_blames(80) || alert_blames(255));
}

/* --- chains --------------------------------------------------------------------------------- */

struct chain {
	struct generated *root, *middle, *leaf, *stranger;
};

static struct generated *make(const char *cn, const struct generated *issuer, bool ca)
{
	struct certgen wish = { .cn = cn, .issuer = issuer, .ca = ca, .key_ids = true };
	return certgen(&wish);
}

static int set_up(void **state)
{
	static struct chain chain;
	chain.root = make("root", NULL, true);
	chain.middle = make("middle", chain.root, true);
	chain.leaf = make("leaf", chain.middle, false);
	chain.stranger = make("stranger", NULL, false);
	*state = &chain;
	return 0;
}

static int tear_down(void **state)
{
	struct chain *chain = *state;
	generated_free(chain->root);
	generated_free(chain->middle);
	generated_free(chain->leaf);
	generated_free(chain->stranger);
	return 0;
}

/* Letters: l, m, r, s, and x for what can't be read. */
static void expect_notes(const struct chain *chain, const char *sent, const char *want)
{
	struct report *r = report_new("a.example", 443, dialect_at(0));
	struct buf notes = { 0 };
	size_t lines = 0;
	r->chain = mem_new((strlen(sent) + 1) * sizeof *r->chain);
	r->chain_count = r->chain_sent = strlen(sent);
	for (size_t i = 0; sent[i]; i++) {
		struct report_cert *c = &r->chain[i];
		const struct generated *which = sent[i] == 'l'	 ? chain->leaf
						: sent[i] == 'm' ? chain->middle
						: sent[i] == 'r' ? chain->root
								 : chain->stranger;
		const uint8_t *der = generated_der(which, &c->len);
		c->der = mem_copy(der, c->len);
		if (sent[i] == 'x')
			c->why = mem_text("damaged");
		else
			assert_true(cert_parse(der, c->len, &c->cert, NULL));
	}
	size_t count = report_chain_notes(r, &notes);
	for (size_t i = 0; i < notes.len; i++)
		lines += notes.data[i] == '\n';
	assert_int_equal(count, lines);
	if (strcmp(buf_text(&notes), want) != 0)
		fail_msg("%s: '%s', not '%s'", sent, buf_text(&notes), want);
	buf_done(&notes);
	report_free(r);
}

static void chain_notes(void **state)
{
	const struct chain *chain = *state;
	expect_notes(chain, "", "");
	expect_notes(chain, "lm", "");
	expect_notes(chain, "s", "");
	expect_notes(chain, "l", "Certificate 1 came without its issuer.\n");
	expect_notes(chain, "lmr", "Certificate 3 is a root, which clients must have anyway.\n");
	expect_notes(chain, "lmm", "Certificate 3 was sent twice.\n");
	expect_notes(chain, "lms", "Certificate 3 is a stranger: it issued none of the others.\n");
	expect_notes(chain, "lx",
		"Certificate 1 came without its issuer.\nCertificate 2 can't be read.\n");
	expect_notes(chain, "lrm",
		"Certificate 2 is a root, which clients must have anyway.\n"
		"Certificate 3 stands in the wrong place: it isn't the issuer of the one before.\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(steps),
		cmocka_unit_test(alerts),
		cmocka_unit_test_setup_teardown(chain_notes, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
