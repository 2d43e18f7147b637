/* Keys, requests and certificates out of files, onto identities, and into files again. */
#include "app/identity.h"

#include "support/unit.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "support/maker.h"

static const struct parts_options none;

static void export_to(struct maker *m, const char *name, const struct identity_export *wish,
	struct buf *out)
{
	struct error err = { 0 };
	if (!app_identity_export(m->app, maker_find(m, name), wish, out, &err))
		fail_msg("%s", err.text);
}

static void delete_for_good(struct maker *m, const char *name)
{
	struct plan discard = { 0 }, purge = { 0 };
	const struct identity *gone;
	assert_true(app_plan_identity_delete(m->app, maker_find(m, name), &discard, NULL));
	maker_apply(m, &discard);
	identities_done(&m->all);
	assert_true(app_identities(m->app, &m->all, NULL));
	assert_true(identities_find(&m->all, name, true, &gone, NULL));
	assert_true(app_plan_identity_purge(m->app, gone, &purge, NULL));
	maker_apply(m, &purge);
}

/* Out, away, and in again: the same identity by the same key. */
static void there_and_back(const char *format, const char *password, bool plain)
{
	struct maker *m = maker_new();
	struct buf file = { 0 };
	struct plan plan = { 0 };
	struct error err = { 0 };
	maker_make(m, ROUTE_SELF_SIGNED, "web.example", NULL);
	struct fingerprint id = maker_find(m, "web.example")->id;
	export_to(m, "web.example", &(struct identity_export){ .format = format, .with_key = true,
		.password = password, .plain_key = plain }, &file);
	delete_for_good(m, "web.example");
	struct parts *parts = parts_new();
	if (!app_parts_add_bytes(m->app, parts, "file", file.data, file.len,
		    &(struct parts_options){ .password = password }, &err))
		fail_msg("%s: %s", format, err.text);
	assert_true(parts_has_key(parts));
	if (!app_plan_identity_import(m->app, parts, "again", password, &plan, &err))
		fail_msg("%s: %s", format, err.text);
	maker_apply(m, &plan);
	const struct identity *again = maker_find(m, "again");
	assert_int_equal(fingerprint_compare(&again->id, &id), 0);
	assert_int_equal(identity_is_sealed(again), password != NULL);
	assert_non_null(identity_cert(again));
	parts_free(parts);
	buf_wipe(&file);
	maker_free(m);
}

static void test_formats(void **state)
{
	(void)state;
	there_and_back("pem", NULL, true);
	there_and_back("pem", "hush", false);
	there_and_back("pkcs12", "changeit", false);
	there_and_back("jks", "changeit", false);
}

static void test_wrong_password(void **state)
{
	struct maker *m = maker_new();
	struct buf file = { 0 };
	struct error err = { 0 };
	(void)state;
	maker_make(m, ROUTE_SELF_SIGNED, "web.example", NULL);
	export_to(m, "web.example", &(struct identity_export){ .format = "pkcs12", .with_key = true,
		.password = "changeit" }, &file);
	struct parts *parts = parts_new();
	assert_false(app_parts_add_bytes(m->app, parts, "f", file.data, file.len, &none, &err));
	assert_int_equal(err.code, ERROR_SECRET);
	assert_false(app_parts_add_bytes(m->app, parts, "f", file.data, file.len,
		&(struct parts_options){ .password = "wrong" }, &err));
	assert_int_equal(err.code, ERROR_SECRET);
	assert_false(parts_has_key(parts));
	parts_free(parts);
	buf_wipe(&file);
	maker_free(m);
}

static void test_key_that_is_an_identity_already(void **state)
{
	struct maker *m = maker_new();
	struct buf file = { 0 };
	struct plan plan = { 0 };
	(void)state;
	maker_make(m, ROUTE_SELF_SIGNED, "web.example", NULL);
	export_to(m, "web.example", &(struct identity_export){ .format = "pem", .with_key = true,
		.plain_key = true }, &file);
	struct parts *parts = parts_new();
	assert_true(app_parts_add_bytes(m->app, parts, "f", file.data, file.len, &none, NULL));
	assert_true(app_plan_identity_import(m->app, parts, NULL, NULL, &plan, NULL));
	assert_int_equal(plan.count, 0);
	plan_done(&plan);
	parts_free(parts);
	buf_wipe(&file);
	maker_free(m);
}

/* Leaf, intermediate and root in the wrong order; what is sent is in the right one. */
static void test_answer_with_its_chain(void **state)
{
	struct maker *m = maker_new();
	struct buf answer = { 0 }, chain = { 0 };
	(void)state;
	maker_make(m, ROUTE_CA, "Root", NULL);
	struct buf root = { 0 };
	buf_add(&root, m->pem.data, m->pem.len);
	maker_make(m, ROUTE_REQUEST, "web.example", NULL);
	maker_sign(m, "Root", "web.example", "server");
	buf_add(&answer, root.data, root.len);
	buf_add(&answer, m->pem.data, m->pem.len);
	maker_attach(m, "web.example", &answer);
	export_to(m, "web.example", &(struct identity_export){ .format = "chain" }, &chain);
	assert_int_equal(maker_find(m, "web.example")->cert_count, 1);
	assert_ptr_equal(strstr(strstr(buf_text(&chain), "BEGIN") + 1, "BEGIN"), NULL);
	buf_done(&root);
	buf_done(&answer);
	buf_done(&chain);
	maker_free(m);
}

static void test_what_is_not_its_own(void **state)
{
	struct maker *m = maker_new();
	struct plan plan = { 0 };
	struct error err = { 0 };
	(void)state;
	maker_make(m, ROUTE_REQUEST, "web.example", NULL);
	maker_make(m, ROUTE_SELF_SIGNED, "other.example", NULL);
	struct parts *parts = parts_new();
	assert_true(app_parts_add_bytes(m->app, parts, "f", m->pem.data, m->pem.len, &none, NULL));
	assert_false(app_plan_identity_attach(m->app, maker_find(m, "web.example"), parts, &plan,
		&err));
	assert_non_null(strstr(err.text, "web.example: none of these"));
	assert_int_equal(plan.count, 0);
	plan_done(&plan);
	parts_free(parts);
	maker_free(m);
}

static void test_saved_file_is_for_its_owner(void **state)
{
	struct maker *m = maker_new();
	struct buf file = { 0 };
	struct stat st;
	struct error err = { 0 };
	(void)state;
	maker_make(m, ROUTE_SELF_SIGNED, "web.example", NULL);
	export_to(m, "web.example", &(struct identity_export){ .format = "pem", .with_key = true,
		.plain_key = true }, &file);
	const char *path = depot_path(m->counter->depot, "../web.pem");
	assert_true(app_identity_save(m->app, path, &file, true, false, &err));
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_false(app_identity_save(m->app, path, &file, true, false, &err));
	assert_int_equal(err.code, ERROR_SECRET);
	assert_true(app_identity_save(m->app, path, &file, true, true, &err));
	buf_wipe(&file);
	maker_free(m);
}

static void test_request_alone_exports_nothing(void **state)
{
	struct maker *m = maker_new();
	struct buf file = { 0 };
	struct error err = { 0 };
	(void)state;
	maker_make(m, ROUTE_REQUEST, "web.example", NULL);
	assert_false(app_identity_export(m->app, maker_find(m, "web.example"),
		&(struct identity_export){ .format = "pem" }, &file, &err));
	assert_non_null(strstr(err.text, "waits for an answer"));
	buf_done(&file);
	maker_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_formats),
		cmocka_unit_test(test_wrong_password),
		cmocka_unit_test(test_key_that_is_an_identity_already),
		cmocka_unit_test(test_answer_with_its_chain),
		cmocka_unit_test(test_what_is_not_its_own),
		cmocka_unit_test(test_saved_file_is_for_its_owner),
		cmocka_unit_test(test_request_alone_exports_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
