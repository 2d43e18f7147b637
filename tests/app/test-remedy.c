#include "app/remedy.h"

#include "support/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "codec/pem.h"
#include "support/fleet.h"

enum { ROOT, INTER, LEAF };

static size_t make(struct counter *c, const struct certgen *wish)
{
	struct certgen with = *wish;
	with.key_ids = true;
	return depot_make(c->depot, &with);
}

static struct generated *made(struct counter *c, size_t i)
{
	return c->depot->certs[i];
}

static size_t make_leaf(struct counter *c, const char *to, enum certgen_key key)
{
	static const char *const sans[] = { "DNS:a.example", "DNS:b.example", NULL };
	static const char *const purposes[] = { "1.3.6.1.5.5.7.3.1", NULL };
	return make(c, &(struct certgen){ .cn = "a.example",
			.sans = sans,
			.purposes = purposes,
			.to = to,
			.key = key,
			.issuer = made(c, INTER) });
}

static struct counter *make_line(const char *to, enum certgen_key key)
{
	struct counter *c = counter_new(0, STATE_TRUSTED);
	make(c, &(struct certgen){ .cn = "Root", .ca = true });
	make(c, &(struct certgen){ .cn = "Inter", .ca = true, .issuer = made(c, ROOT) });
	make_leaf(c, to, key);
	return c;
}

static void hold(struct counter *c, size_t i, enum state state, const char *name)
{
	depot_create(c->depot, i, state, name);
	counter_reload(c);
}

static struct cert *cert_of(struct counter *c, size_t i)
{
	size_t len;
	struct cert *cert;
	const uint8_t *der = depot_der(c->depot, i, &len);
	assert_true(cert_parse(der, len, &cert, NULL));
	return cert;
}

/* The chain as a peer sends it, judged as that host. */
static void explain(struct counter *c, const char *host, const size_t *chain, size_t count,
	struct explanation *x)
{
	struct error err = { 0 };
	struct cert *certs[4] = { NULL };
	const struct explain_question question = { .host = host, .purpose = PURPOSE_SERVER };
	for (size_t i = 0; i < count; i++)
		certs[i] = cert_of(c, chain[i]);
	if (!app_explain_chain(c->app, (const struct cert *const *)certs, count, &question, x,
		    &err))
		fail_msg("%s", err.text);
	for (size_t i = 0; i < count; i++)
		cert_free(certs[i]);
}

/* "command | text" of each, a line each. */
static char *said(struct counter *c, const struct explanation *x)
{
	struct remedies r = { 0 };
	struct error err = { 0 };
	struct buf text = { 0 };
	if (!app_remedies(c->app, x, &r, &err))
		fail_msg("%s", err.text);
	for (size_t i = 0; i < r.count; i++) {
		assert_true(text_is_safe(r.items[i].text));
		buf_format(&text, "%s %s | %s\n", remedy_kind_name(r.items[i].kind),
			r.items[i].command ? r.items[i].command : "-", r.items[i].text);
	}
	if (r.nearest)
		buf_format(&text, "near %s\n", r.nearest);
	remedies_done(&r);
	return buf_take(&text);
}

static void mends(struct counter *c, const char *host, const size_t *chain, size_t count,
	const char *want)
{
	struct explanation x = { 0 };
	explain(c, host, chain, count, &x);
	char *text = said(c, &x);
	assert_string_equal(text, want);
	free(text);
	explanation_done(&x);
}

static const size_t chain[] = { LEAF, INTER };

static void test_narrow_before_wide(void **state)
{
	struct counter *c = make_line(NULL, CERTGEN_P256);
	(void)state;
	hold(c, LEAF, STATE_UNTRUSTED, "The leaf");
	hold(c, INTER, STATE_UNTRUSTED, "-odd");
	hold(c, ROOT, STATE_UNTRUSTED, "Root");
	char hex[FINGERPRINT_HEX], want[512];
	struct fingerprint inter = depot_fingerprint(c->depot, INTER);
	fingerprint_hex(&inter, hex);
	snprintf(want, sizeof want,
		"decide certary trust 'The leaf' | trusts exactly this certificate\n"
		"decide certary trust %.16s | trusts the CA Inter and what it signs\n"
		"decide certary trust Root | trusts the root Root and what it signs\n", hex);
	mends(c, "a.example", chain, 2, want);
	counter_free(c);
}

static void test_a_block_is_lifted_before_trust(void **state)
{
	struct counter *c = make_line(NULL, CERTGEN_P256);
	(void)state;
	hold(c, ROOT, STATE_TRUSTED, "Root");
	hold(c, INTER, STATE_BLOCKED, "Inter");
	hold(c, LEAF, STATE_UNTRUSTED, "Leaf");
	mends(c, "a.example", chain, 2,
		"decide certary trust Leaf | trusts exactly this certificate\n"
		"decide certary untrust Inter | lifts the block of Inter\n");
	counter_free(c);
}

static void test_back_from_the_trash(void **state)
{
	struct counter *c = make_line(NULL, CERTGEN_P256);
	(void)state;
	hold(c, ROOT, STATE_TRUSTED, "Root");
	hold(c, LEAF, STATE_UNTRUSTED, "Leaf");
	depot_move(c->depot, ROOT, STATE_TRASH);
	counter_reload(c);
	struct explanation x = { 0 };
	explain(c, "a.example", chain, 2, &x);
	char *text = said(c, &x);
	assert_non_null(strstr(text, "decide certary restore Root | trusts the root Root and what "
				     "it signs, which lies in the trash\n"));
	free(text);
	explanation_done(&x);
	counter_free(c);
}

static void test_what_the_other_side_must_do(void **state)
{
	struct counter *c = make_line("2025-02-01T00:00:00Z", CERTGEN_P256);
	(void)state;
	hold(c, ROOT, STATE_TRUSTED, "Root");
	hold(c, LEAF, STATE_UNTRUSTED, "Leaf");
	mends(c, "a.example", chain, 2, "renew - | renew Leaf, which ended on 2025-02-01\n");
	/* Both at once, and nothing is decided about what will be another one. */
	mends(c, "c.example", chain, 2,
		"renew - | renew Leaf, which ended on 2025-02-01; besides, call it by a name that "
		"it has: a.example, b.example\n");
	hold(c, INTER, STATE_UNTRUSTED, "Inter");
	depot_move(c->depot, ROOT, STATE_UNTRUSTED);
	counter_reload(c);
	mends(c, "a.example", chain, 2,
		"decide certary trust Inter | trusts the CA Inter and what it signs; besides, renew "
		"Leaf, which ended on 2025-02-01\n"
		"decide certary trust Root | trusts the root Root and what it signs; besides, renew "
		"Leaf, which ended on 2025-02-01\n");
	counter_free(c);
}

static void test_another_name(void **state)
{
	struct counter *c = make_line(NULL, CERTGEN_P256);
	(void)state;
	hold(c, ROOT, STATE_TRUSTED, "Root");
	mends(c, "c.example", chain, 2,
		"host - | call it by a name that it has: a.example, b.example\n");
	counter_free(c);
}

static void test_its_time_has_not_come(void **state)
{
	struct counter *c = counter_new(0, STATE_TRUSTED);
	(void)state;
	make(c, &(struct certgen){ .cn = "Root", .ca = true, .to = "2030-01-01T00:00:00Z" });
	size_t leaf = make(c, &(struct certgen){ .cn = "later",
				      .from = "2025-08-01T00:00:00Z",
				      .to = "2026-08-01T00:00:00Z",
				      .issuer = made(c, ROOT) });
	hold(c, ROOT, STATE_TRUSTED, "Root");
	mends(c, NULL, &leaf, 1,
		"wait - | wait for later, which begins on 2025-08-01 (this machine's clock says "
		"2025-07-01)\n");
	counter_free(c);
}

static void test_the_issuer_is_missing(void **state)
{
	struct counter *c = make_line(NULL, CERTGEN_P256);
	(void)state;
	hold(c, LEAF, STATE_UNTRUSTED, "Leaf");
	/* The same key under another name is no issuer, and is said to be near. */
	size_t near = make(c, &(struct certgen){ .cn = "Renamed",
				      .ca = true,
				      .key_of = made(c, INTER),
				      .issuer = made(c, ROOT) });
	hold(c, near, STATE_TRUSTED, "Renamed");
	struct explanation x = { 0 };
	explain(c, "a.example", (const size_t[]){ LEAF }, 1, &x);
	char *text = said(c, &x);
	assert_non_null(strstr(text, "decide certary trust Leaf | trusts exactly this"));
	assert_non_null(strstr(text, "issuer - | import its issuer CN=Inter, key identifier "));
	assert_non_null(strstr(text, "near Renamed (trusted) has the key identifier of the missing "
				     "issuer but another name, CN=Renamed"));
	free(text);
	explanation_done(&x);
	counter_free(c);
}

static void test_nothing_helps(void **state)
{
	struct counter *c = counter_new(0, STATE_TRUSTED);
	(void)state;
	size_t ca = make(c, &(struct certgen){ .cn = "Root", .ca = true });
	static const char *const purposes[] = { "1.3.6.1.5.5.7.3.2", NULL };
	size_t client = make(c, &(struct certgen){ .cn = "client",
					.purposes = purposes,
					.issuer = made(c, ca) });
	hold(c, ca, STATE_TRUSTED, "Root");
	struct explanation x = { 0 };
	explain(c, NULL, &client, 1, &x);
	char *text = said(c, &x);
	assert_true(text_starts(text, "nothing - | nothing that can be decided here"));
	assert_non_null(strstr(text, "Even if this one were trusted itself: "));
	free(text);
	explanation_done(&x);
	counter_free(c);
}

static void test_whom_else_it_helps(void **state)
{
	struct counter *c = make_line(NULL, CERTGEN_P256);
	(void)state;
	hold(c, INTER, STATE_UNTRUSTED, "Inter");
	fleet_add(c, "a.example", chain, 2); /* this one */
	fleet_add(c, "b.example", chain, 2);
	fleet_add(c, "wrong.example", chain, 2);
	struct explanation x = { 0 };
	explain(c, "a.example", chain, 2, &x);
	char *text = said(c, &x);
	assert_non_null(strstr(text, "trust Inter | trusts the CA Inter and what it signs; makes 1 "
				     "endpoint green, too: b.example\n"));
	free(text);
	explanation_done(&x);
	counter_free(c);
}

static void test_trusted_here_alone(void **state)
{
	struct counter *c = make_line(NULL, CERTGEN_P256);
	(void)state;
	hold(c, ROOT, STATE_TRUSTED, "Root");
	mends(c, "a.example", chain, 2, "");
	hold(c, INTER, STATE_UNTRUSTED, "Inter");
	mends(c, "a.example", (const size_t[]){ LEAF }, 1,
		"chain - | tell whoever runs it to send Inter, too: it is trusted here because that "
		"is held here, and fails elsewhere\n");
	counter_free(c);
}

static void test_a_file_says_what_to_import(void **state)
{
	struct counter *c = make_line(NULL, CERTGEN_P256);
	struct buf pem = { 0 };
	struct explanation x = { 0 };
	struct error err = { 0 };
	const struct explain_question question = { .purpose = PURPOSE_ANY };
	(void)state;
	for (size_t i = LEAF; i >= INTER; i--) {
		size_t len;
		const uint8_t *der = depot_der(c->depot, i, &len);
		pem_write(&pem, "CERTIFICATE", der, len);
	}
	tmp_write(c->depot->tmp, "it's.pem", pem.data, pem.len);
	buf_done(&pem);
	assert_true(app_explain_text(c->app, tmp_path(c->depot->tmp, "it's.pem"), &question, &x,
		&err));
	char *text = said(c, &x);
	assert_non_null(strstr(text, "decide certary import --pick 1 '/"));
	assert_non_null(strstr(text, "it'\\''s.pem' | trusts exactly this certificate\n"));
	assert_non_null(strstr(text, "decide certary import --pick 2 '/"));
	free(text);
	explanation_done(&x);
	counter_free(c);
}

/* What is offered without a condition is done for real: it must be green then. */
static void test_as_predicted(void **state)
{
	(void)state;
	for (unsigned round = 0; round < 27; round++) {
		struct counter *c = make_line(NULL, CERTGEN_P256);
		struct remedies r = { 0 };
		struct explanation x = { 0 };
		struct error err = { 0 };
		const char *const names[] = { "Root", "Inter", "Leaf" };
		const unsigned states[] = { round % 3, round / 3 % 3, round / 9 };
		for (size_t i = 0; i < 3; i++)
			hold(c, i, (enum state)states[i], names[i]);
		explain(c, "a.example", chain, 2, &x);
		assert_true(app_remedies(c->app, &x, &r, &err));
		assert_true(x.trusted || r.count > 0);
		for (size_t i = 0; i < r.count; i++) {
			struct entry e;
			struct plan plan = { 0 };
			struct explanation after = { 0 };
			assert_true(r.items[i].simple);
			assert_true(app_find(c->app, &r.items[i].cert, &e));
			assert_true(app_plan_decision(c->app, r.items[i].decision, &e, &plan, &err));
			counter_apply(c, &plan);
			explain(c, "a.example", chain, 2, &after);
			if (!after.trusted)
				fail_msg("round %u: %s", round, r.items[i].command);
			explanation_done(&after);
			depot_undo(c->depot, 0);
			counter_reload(c);
		}
		remedies_done(&r);
		explanation_done(&x);
		counter_free(c);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_narrow_before_wide),
		cmocka_unit_test(test_a_block_is_lifted_before_trust),
		cmocka_unit_test(test_back_from_the_trash),
		cmocka_unit_test(test_what_the_other_side_must_do),
		cmocka_unit_test(test_another_name),
		cmocka_unit_test(test_its_time_has_not_come),
		cmocka_unit_test(test_the_issuer_is_missing),
		cmocka_unit_test(test_nothing_helps),
		cmocka_unit_test(test_whom_else_it_helps),
		cmocka_unit_test(test_trusted_here_alone),
		cmocka_unit_test(test_a_file_says_what_to_import),
		cmocka_unit_test(test_as_predicted),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
