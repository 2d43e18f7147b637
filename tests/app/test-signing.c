#include "app/signing.h"

#include "support/unit.h"

#include <string.h>

#include "pki/crl.h"
#include "support/maker.h"

/* A CA with one certificate issued, and the list of it. */
static struct maker *ca_with_one(struct issued_list *list)
{
	struct maker *m = maker_new();
	maker_make(m, ROUTE_CA, "Test CA", NULL);
	maker_make(m, ROUTE_REQUEST, "web.example", NULL);
	maker_sign(m, "Test CA", "web.example", "server");
	assert_true(app_issued(m->app, maker_find(m, "Test CA"), list, NULL));
	assert_int_equal(list->count, 1);
	return m;
}

static void test_issued_list(void **state)
{
	struct issued_list list = { 0 };
	const struct issued *found;
	struct error err = { 0 };
	struct maker *m = ca_with_one(&list);
	(void)state;
	const struct cert_info *info = cert_info(list.items[0].cert);
	assert_string_equal(info->cn, "web.example");
	assert_true(app_issued_find(&list, "web.example", &found, &err));
	assert_true(app_issued_find(&list, info->serial, &found, &err));
	assert_false(app_issued_find(&list, "other", &found, &err));
	assert_int_equal(err.code, ERROR_NOT_FOUND);
	issued_done(&list);
	maker_free(m);
}

static void test_names_that_were_left_out(void **state)
{
	struct maker *m = maker_new();
	struct signing signing = { .days = 30 };
	struct new_key key;
	struct plan plan = { 0 };
	struct buf pem = { 0 };
	size_t len;
	(void)state;
	maker_make(m, ROUTE_CA, "Test CA", NULL);
	maker_make(m, ROUTE_REQUEST, "web.example", NULL);
	const struct identity *web = maker_find(m, "web.example");
	const uint8_t *der = request_der(identity_pending(web)->request, &len);
	assert_true(app_signing_bytes(m->app, "r", der, len, &signing, NULL));
	sans_remove(&signing.sans, 0);
	assert_true(sans_add(&signing.sans, "other.example", NULL));
	signing.ca = maker_find(m, "Test CA");
	assert_true(app_key_open(m->app, signing.ca, NULL, &key, NULL));
	assert_true(app_plan_sign(m->app, &signing, &key, &plan, &pem, NULL));
	maker_apply(m, &plan);
	struct issued_list list = { 0 };
	assert_true(app_issued(m->app, maker_find(m, "Test CA"), &list, NULL));
	const struct cert_info *info = cert_info(list.items[0].cert);
	assert_string_equal(cert_info_san(info, NULL), "DNS:other.example");
	assert_int_equal(info->san_count, 1);
	issued_done(&list);
	buf_done(&pem);
	new_key_done(&key);
	signing_done(&signing);
	maker_free(m);
}

static void test_revoked_stands_in_the_crl(void **state)
{
	struct issued_list list = { 0 };
	struct plan plan = { 0 };
	struct new_key key;
	struct buf pem = { 0 };
	struct crl *crl;
	struct maker *m = ca_with_one(&list);
	(void)state;
	assert_true(app_plan_revoke(m->app, &list.items[0], "stolen", &plan, NULL));
	maker_apply(m, &plan);
	const struct identity *ca = maker_find(m, "Test CA");
	assert_true(app_key_open(m->app, ca, NULL, &key, NULL));
	assert_true(app_crl(m->app, ca, &key, 7, &pem, NULL));
	assert_true(crl_read(pem.data, pem.len, &crl, NULL));
	assert_true(crl_is_by(crl, identity_cert(ca)));
	struct revocation row;
	assert_true(crl_find(crl, cert_info(list.items[0].cert)->serial, &row));
	crl_free(crl);
	issued_done(&list);
	list = (struct issued_list){ 0 };
	assert_true(app_issued(m->app, ca, &list, NULL));
	assert_string_equal(headers_get(&list.items[0].record.headers, "Why"), "stolen");
	plan = (struct plan){ 0 };
	assert_true(app_plan_revoke(m->app, &list.items[0], NULL, &plan, NULL));
	assert_int_equal(plan.count, 0);
	plan_done(&plan);
	issued_done(&list);
	buf_done(&pem);
	new_key_done(&key);
	maker_free(m);
}

/* What was signed may be anywhere: taking it back would only forget it. */
static void test_signing_is_not_undone(void **state)
{
	struct issued_list list = { 0 };
	struct plan plan = { 0 };
	struct error err = { 0 };
	struct maker *m = ca_with_one(&list);
	(void)state;
	assert_false(journal_plan_undo(m->counter->depot->store, 0, &plan, &err));
	assert_non_null(strstr(err.text, "ca revoke"));
	plan_done(&plan);
	issued_done(&list);
	maker_free(m);
}

static void test_ca_in_the_trash(void **state)
{
	struct maker *m = maker_new();
	struct signing signing = { .days = 30 };
	struct new_key key;
	struct advice advice = { 0 };
	struct plan gone = { 0 };
	struct error err = { 0 };
	const struct identity *ca;
	size_t len;
	(void)state;
	maker_make(m, ROUTE_CA, "Root", NULL);
	maker_make(m, ROUTE_REQUEST, "b.example", NULL);
	const uint8_t *der =
		request_der(identity_pending(maker_find(m, "b.example"))->request, &len);
	assert_true(app_signing_bytes(m->app, "r", der, len, &signing, NULL));
	ca = maker_find(m, "Root");
	assert_true(app_key_open(m->app, ca, NULL, &key, NULL));
	assert_true(app_plan_identity_delete(m->app, ca, &gone, NULL));
	maker_apply(m, &gone);
	identities_done(&m->all);
	assert_true(app_identities(m->app, &m->all, NULL));
	assert_true(identities_find(&m->all, "Root", true, &signing.ca, NULL));
	app_signing_check(m->app, &signing, &key, &advice);
	assert_false(advice_allows(&advice, &err));
	assert_non_null(strstr(err.text, "Root is in the trash"));
	advice_done(&advice);
	new_key_done(&key);
	signing_done(&signing);
	maker_free(m);
}

static void test_who_is_no_ca(void **state)
{
	struct maker *m = maker_new();
	struct signing signing = { .days = 30 };
	struct new_key key;
	struct plan plan = { 0 };
	struct buf pem = { 0 };
	struct error err = { 0 };
	size_t len;
	(void)state;
	maker_make(m, ROUTE_SELF_SIGNED, "web.example", NULL);
	maker_make(m, ROUTE_REQUEST, "b.example", NULL);
	const uint8_t *der =
		request_der(identity_pending(maker_find(m, "b.example"))->request, &len);
	assert_true(app_signing_bytes(m->app, "r", der, len, &signing, NULL));
	signing.ca = maker_find(m, "web.example");
	assert_true(app_key_open(m->app, signing.ca, NULL, &key, NULL));
	assert_false(app_plan_sign(m->app, &signing, &key, &plan, &pem, &err));
	assert_int_equal(plan.count, 0);
	plan_done(&plan);
	buf_done(&pem);
	new_key_done(&key);
	signing_done(&signing);
	maker_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_issued_list),
		cmocka_unit_test(test_names_that_were_left_out),
		cmocka_unit_test(test_revoked_stands_in_the_crl),
		cmocka_unit_test(test_signing_is_not_undone),
		cmocka_unit_test(test_ca_in_the_trash),
		cmocka_unit_test(test_who_is_no_ca),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
