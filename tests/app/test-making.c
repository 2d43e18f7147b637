#include "app/making.h"

#include "support/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "support/maker.h"
#include "support/notary.h"

static enum identity_state state_of(struct maker *m, const char *name)
{
	struct identity_row row, alone;
	const struct identity *identity = maker_find(m, name);
	app_identity_row(m->app, &m->all, identity, &row);
	app_identity_row(m->app, NULL, identity, &alone);
	assert_int_equal(row.state, alone.state);
	return row.state;
}

static void test_self_signed(void **state)
{
	struct maker *m = maker_new();
	(void)state;
	maker_make(m, ROUTE_SELF_SIGNED, "web.example", NULL);
	const struct identity *web = maker_find(m, "web.example");
	const struct cert_info *info = cert_info(identity_cert(web));
	assert_true(info->self_signed);
	assert_string_equal(cert_info_san(info, NULL), "DNS:web.example");
	assert_string_equal(identity_text(web, "Key"), "EC, P-256 (secp256r1)");
	assert_string_equal(identity_text(web, "Profile"), "server");
	assert_false(identity_is_sealed(web));
	assert_int_equal(state_of(m, "web.example"), IDENTITY_VALID);
	assert_int_equal(app_count(m->app), 0); /* nobody trusts it yet */
	maker_free(m);
}

static void test_trust_what_was_made(void **state)
{
	struct maker *m = maker_new();
	struct plan plan = { 0 };
	struct made made = { 0 };
	size_t len;
	(void)state;
	maker_make(m, ROUTE_SELF_SIGNED, "web.example", NULL);
	const uint8_t *der = cert_der(identity_cert(maker_find(m, "web.example")), &len);
	assert_true(cert_parse(der, len, &made.cert, NULL));
	assert_true(app_plan_trust_made(m->app, &made, "web.example", &plan, NULL));
	maker_apply(m, &plan);
	assert_int_equal(app_count_state(m->app, STATE_TRUSTED), 1);
	plan = (struct plan){ 0 };
	assert_true(app_plan_trust_made(m->app, &made, "web.example", &plan, NULL));
	assert_int_equal(plan.count, 0);
	plan_done(&plan);
	made_done(&made);
	maker_free(m);
}

static void test_sealed_key(void **state)
{
	struct maker *m = maker_new();
	struct new_key key;
	struct error err = { 0 };
	(void)state;
	maker_make(m, ROUTE_SELF_SIGNED, "web.example", "hush");
	const struct identity *web = maker_find(m, "web.example");
	assert_true(identity_is_sealed(web));
	assert_false(app_key_open(m->app, web, NULL, &key, &err));
	assert_int_equal(err.code, ERROR_SECRET);
	assert_false(app_key_open(m->app, web, "wrong", &key, &err));
	assert_int_equal(err.code, ERROR_SECRET);
	assert_true(app_key_open(m->app, web, "hush", &key, &err));
	assert_true(privkey_matches(key.key, cert_info(identity_cert(web))));
	new_key_done(&key);
	maker_free(m);
}

static void test_request_and_answer(void **state)
{
	struct maker *m = maker_new();
	(void)state;
	maker_make(m, ROUTE_CA, "Test CA", NULL);
	maker_make(m, ROUTE_REQUEST, "web.example", NULL);
	assert_int_equal(state_of(m, "web.example"), IDENTITY_PENDING);
	maker_sign(m, "Test CA", "web.example", "server");
	maker_attach(m, "web.example", &m->pem);
	const struct identity *web = maker_find(m, "web.example");
	assert_null(identity_pending(web));
	assert_non_null(identity_cert(web));
	assert_int_equal(state_of(m, "web.example"), IDENTITY_VALID);
	struct plan plan = { 0 };
	assert_true(app_plan_identity_delete(m->app, maker_find(m, "Test CA"), &plan, NULL));
	maker_apply(m, &plan);
	assert_int_equal(state_of(m, "web.example"), IDENTITY_INCOMPLETE);
	maker_free(m);
}

/* What an identity is called must be unique, and a key is one identity only. */
static void test_names_are_unique(void **state)
{
	struct maker *m = maker_new();
	struct making making;
	struct advice advice = { 0 };
	struct error err = { 0 };
	(void)state;
	maker_make(m, ROUTE_SELF_SIGNED, "web.example", NULL);
	making_init(m->app, ROUTE_SELF_SIGNED, &making);
	subject_set(&making.subject, "CN", "web.example");
	app_making_check(m->app, &making, &advice);
	assert_false(advice_allows(&advice, &err));
	assert_non_null(advice_find(&advice, "name"));
	advice_done(&advice);
	making_done(&making);
	maker_free(m);
}

static void test_without_any_name(void **state)
{
	struct maker *m = maker_new();
	struct making making;
	struct advice advice = { 0 };
	(void)state;
	making_init(m->app, ROUTE_SELF_SIGNED, &making);
	app_making_check(m->app, &making, &advice);
	assert_false(advice_allows(&advice, NULL));
	advice_done(&advice);
	making_done(&making);
	maker_free(m);
}

static void test_renewal_with_the_same_key(void **state)
{
	struct maker *m = maker_new();
	struct making making;
	struct advice advice = { 0 };
	struct new_key key;
	struct plan plan = { 0 };
	struct made made;
	struct error err = { 0 };
	(void)state;
	maker_make(m, ROUTE_SELF_SIGNED, "web.example", NULL);
	making_init(m->app, ROUTE_SELF_SIGNED, &making);
	const struct identity *web = maker_find(m, "web.example");
	assert_true(making_renew(web, &making, &advice, &err));
	assert_true(making.same_key);
	assert_string_equal(making.name, "web.example");
	assert_true(app_key_open(m->app, web, NULL, &key, &err));
	if (!app_plan_make(m->app, &making, &key, &plan, &made, &err))
		fail_msg("%s", err.text);
	maker_apply(m, &plan);
	web = maker_find(m, "web.example");
	assert_int_equal(m->all.live, 1);
	assert_int_equal(web->cert_count, 2);
	assert_string_equal(cert_info(web->certs[0])->serial, cert_info(made.cert)->serial);
	made_done(&made);
	new_key_done(&key);
	advice_done(&advice);
	making_done(&making);
	maker_free(m);
}

/* Gone while its form was open: nothing is made of half of it. */
static void test_renewal_of_what_is_gone(void **state)
{
	struct maker *m = maker_new();
	struct making making;
	struct advice advice = { 0 };
	struct new_key key;
	struct plan plan = { 0 }, gone = { 0 };
	struct made made;
	struct error err = { 0 };
	(void)state;
	maker_make(m, ROUTE_SELF_SIGNED, "web.example", NULL);
	making_init(m->app, ROUTE_SELF_SIGNED, &making);
	const struct identity *web = maker_find(m, "web.example");
	assert_true(making_renew(web, &making, &advice, NULL));
	making.same_key = true;
	assert_true(app_key_open(m->app, web, NULL, &key, NULL));
	assert_true(app_plan_identity_delete(m->app, web, &gone, NULL));
	maker_apply(m, &gone);
	assert_false(app_plan_make(m->app, &making, &key, &plan, &made, &err));
	assert_string_equal(err.text, "web.example is no longer there");
	assert_int_equal(plan.count, 0);
	plan_done(&plan);
	new_key_done(&key);
	advice_done(&advice);
	making_done(&making);
	maker_free(m);
}

/* The bytes of its key's file are those of another's. */
static void put_key(struct maker *m, const char *name, const void *bytes, size_t len)
{
	char hex[FINGERPRINT_HEX], *file;
	fingerprint_hex(&maker_find(m, name)->id, hex);
	file = mem_format("keys/%s.pem", hex);
	FILE *f = fopen(depot_path(m->counter->depot, file), "w");
	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
	free(file);
}

static void test_key_of_another(void **state)
{
	struct maker *m = maker_new();
	struct new_key other, key;
	struct error err = { 0 };
	(void)state;
	maker_make(m, ROUTE_SELF_SIGNED, "web.example", NULL);
	assert_true(app_key_make(privkey_kind("ec256"), NULL, &other, NULL));
	put_key(m, "web.example", other.pem.data, other.pem.len);
	assert_false(app_key_open(m->app, maker_find(m, "web.example"), NULL, &key, &err));
	assert_string_equal(err.text, "the key of web.example: its file holds another key");
	assert_null(key.key);
	new_key_done(&other);
	maker_free(m);
}

/* As Java seals keys: without their public point. */
static void test_bare_sealed_key(void **state)
{
	struct maker *m = maker_new();
	struct tmp *tmp = tmp_new();
	struct new_key key;
	struct error err = { 0 };
	size_t len;
	(void)state;
	maker_make(m, ROUTE_SELF_SIGNED, "web.example", NULL);
	assert_true(app_key_open(m->app, maker_find(m, "web.example"), NULL, &key, NULL));
	struct buf pem = { 0 };
	assert_true(privkey_write_plain(key.key, &pem, NULL));
	tmp_write(tmp, "key.pem", pem.data, pem.len);
	new_key_done(&key);
	buf_wipe(&pem);
	notary_shell(tmp, "openssl ec -in key.pem -no_public | openssl pkcs8 -topk8 "
			  "-passout pass:hush -out bare.pem");
	const char *bytes = tmp_read(tmp, "bare.pem", &len);
	assert_false(privkey_read(bytes, len, "hush", 0, &key.key, NULL)); /* else this test is for nothing */
	put_key(m, "web.example", bytes, len);
	const struct identity *web = maker_find(m, "web.example");
	if (!app_key_open(m->app, web, "hush", &key, &err))
		fail_msg("%s", err.text);
	new_key_done(&key);
	assert_false(app_key_open(m->app, web, "hash", &key, &err));
	assert_int_equal(err.code, ERROR_SECRET);
	assert_false(app_key_open(m->app, web, NULL, &key, &err));
	assert_int_equal(err.code, ERROR_SECRET);
	tmp_free(tmp);
	maker_free(m);
}

struct waiting {
	struct loop *loop;
	struct new_key key;
	struct error err;
	bool done;
};

static void key_done(void *ctx, struct new_key *take, const struct error *err)
{
	struct waiting *w = ctx;
	w->done = true;
	if (take)
		w->key = *take;
	else
		w->err = *err;
}

static void wait_for(struct waiting *w)
{
	while (!w->done)
		loop_step(w->loop, -1);
}

static void test_key_beside_a_loop(void **state)
{
	struct waiting w = { .loop = loop_new(NULL) };
	struct privkey *read = NULL;
	struct error err = { 0 };
	(void)state;
	assert_non_null(app_key_start(w.loop, privkey_kind("ec384"), "hush", key_done, &w, &err));
	wait_for(&w);
	assert_non_null(w.key.key);
	assert_true(privkey_read(w.key.pem.data, w.key.pem.len, "hush", 0, &read, NULL));
	assert_string_equal(privkey_info(read)->id, privkey_info(w.key.key)->id);
	privkey_free(read);
	new_key_done(&w.key);
	loop_free(w.loop);
}

static void test_key_is_opened_beside_a_loop(void **state)
{
	struct maker *m = maker_new();
	struct waiting w = { .loop = loop_new(NULL) };
	(void)state;
	maker_make(m, ROUTE_SELF_SIGNED, "web.example", "hush");
	const struct identity *web = maker_find(m, "web.example");
	assert_non_null(app_key_open_start(m->app, w.loop, web, "hash", key_done, &w, NULL));
	wait_for(&w);
	assert_null(w.key.key);
	assert_int_equal(w.err.code, ERROR_SECRET);
	w.done = false;
	assert_non_null(app_key_open_start(m->app, w.loop, web, "hush", key_done, &w, NULL));
	wait_for(&w);
	assert_memory_equal(privkey_info(w.key.key)->spki, web->id.bytes, FINGERPRINT_SIZE);
	assert_int_equal(w.key.pem.len, 0);
	new_key_done(&w.key);
	loop_free(w.loop);
	maker_free(m);
}

static void test_key_cancelled(void **state)
{
	struct waiting w = { .loop = loop_new(NULL) };
	struct error err = { 0 };
	(void)state;
	struct key_job *job =
		app_key_start(w.loop, privkey_kind("rsa4096"), NULL, key_done, &w, &err);
	assert_non_null(job);
	app_key_cancel(job);
	assert_false(w.done);
	loop_free(w.loop);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_self_signed),
		cmocka_unit_test(test_trust_what_was_made),
		cmocka_unit_test(test_sealed_key),
		cmocka_unit_test(test_request_and_answer),
		cmocka_unit_test(test_names_are_unique),
		cmocka_unit_test(test_without_any_name),
		cmocka_unit_test(test_renewal_with_the_same_key),
		cmocka_unit_test(test_renewal_of_what_is_gone),
		cmocka_unit_test(test_key_of_another),
		cmocka_unit_test(test_bare_sealed_key),
		cmocka_unit_test(test_key_beside_a_loop),
		cmocka_unit_test(test_key_is_opened_beside_a_loop),
		cmocka_unit_test(test_key_cancelled),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
