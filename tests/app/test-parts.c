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

/* What is held of its certificate here is told, and hinders nobody. */
static void test_answer_that_is_blocked(void **state)
{
	struct maker *m = maker_new();
	struct issued_list issued = { 0 };
	struct headers headers = { 0 };
	struct plan plan = { .op = "block" };
	size_t len;
	(void)state;
	maker_make(m, ROUTE_CA, "Root", NULL);
	maker_make(m, ROUTE_REQUEST, "web.example", NULL);
	maker_sign(m, "Root", "web.example", "server");
	assert_true(app_issued(m->app, maker_find(m, "Root"), &issued, NULL));
	const struct cert *cert = issued.items[0].cert;
	const uint8_t *der = cert_der(cert, &len);
	headers_set(&headers, "Name", "web");
	plan_create(&plan, STATE_BLOCKED, &headers, &cert_info(cert)->sha256,
		cert_info(cert)->subject, plan_keep(&plan, der, len));
	maker_apply(m, &plan);
	maker_attach(m, "web.example", &m->pem);
	assert_int_equal(maker_find(m, "web.example")->cert_count, 1);
	assert_non_null(identity_cert(maker_find(m, "web.example")));
	headers_done(&headers);
	issued_done(&issued);
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

/* --- into identities that are there, or were ----------------------------------------------- */

static struct parts *read_bytes(struct maker *m, const struct buf *file)
{
	struct parts *parts = parts_new();
	struct error err = { 0 };
	if (!app_parts_add_bytes(m->app, parts, "f", file->data, file->len, &none, &err))
		fail_msg("%s", err.text);
	return parts;
}

static void plain_key(struct maker *m, const char *name, struct buf *file)
{
	export_to(m, name, &(struct identity_export){ .format = "pem", .with_key = true,
		.plain_key = true }, file);
}

static void test_key_twice_in_one_go(void **state)
{
	struct maker *m = maker_new();
	struct buf file = { 0 };
	struct plan plan = { 0 };
	(void)state;
	maker_make(m, ROUTE_SELF_SIGNED, "web.example", NULL);
	plain_key(m, "web.example", &file);
	delete_for_good(m, "web.example");
	struct parts *parts = read_bytes(m, &file);
	assert_true(app_parts_add_bytes(m->app, parts, "again", file.data, file.len, &none, NULL));
	assert_true(app_plan_identity_import(m->app, parts, NULL, NULL, &plan, NULL));
	maker_apply(m, &plan);
	assert_non_null(identity_cert(maker_find(m, "web.example")));
	assert_int_equal(m->all.count, 1);
	parts_free(parts);
	buf_wipe(&file);
	maker_free(m);
}

static void renew(struct maker *m, const char *name)
{
	struct making making;
	struct advice advice = { 0 };
	struct new_key key;
	struct plan plan = { 0 };
	struct made made;
	making_init(m->app, ROUTE_SELF_SIGNED, &making);
	assert_true(making_renew(maker_find(m, name), &making, &advice, NULL));
	making.same_key = true;
	making.days = 700;
	assert_true(app_key_open(m->app, maker_find(m, name), NULL, &key, NULL));
	assert_true(app_plan_make(m->app, &making, &key, &plan, &made, NULL));
	maker_apply(m, &plan);
	made_done(&made);
	new_key_done(&key);
	advice_done(&advice);
	making_done(&making);
}

/* A copy of the key with the certificate that it once had isn't news. */
static void test_known_key_keeps_its_certificate(void **state)
{
	struct maker *m = maker_new();
	struct buf old = { 0 };
	struct plan plan = { 0 };
	(void)state;
	maker_make(m, ROUTE_SELF_SIGNED, "web.example", NULL);
	plain_key(m, "web.example", &old);
	renew(m, "web.example");
	assert_int_equal(maker_find(m, "web.example")->cert_count, 2);
	struct parts *parts = read_bytes(m, &old);
	assert_true(app_plan_identity_import(m->app, parts, NULL, NULL, &plan, NULL));
	assert_int_equal(plan.count, 0);
	assert_null(app_identity_proposed(m->app, parts));
	plan_done(&plan);
	parts_free(parts);
	buf_wipe(&old);
	maker_free(m);
}

/* The name that was given is for what is new, wherever that stands. */
static void test_name_is_for_the_new_one(void **state)
{
	struct maker *m = maker_new();
	struct buf file = { 0 };
	struct plan plan = { 0 };
	struct error err = { 0 };
	(void)state;
	maker_make(m, ROUTE_SELF_SIGNED, "new.example", NULL);
	maker_make(m, ROUTE_SELF_SIGNED, "web.example", NULL);
	plain_key(m, "web.example", &file);
	plain_key(m, "new.example", &file);
	delete_for_good(m, "new.example");
	struct parts *parts = read_bytes(m, &file);
	char *name = app_identity_proposed(m->app, parts);
	assert_string_equal(name, "new.example");
	free(name);
	assert_false(app_identity_name_fits(m->app, " web.example ", &err));
	assert_non_null(strstr(err.text, "another identity is called web.example"));
	assert_true(app_identity_name_fits(m->app, "", &err));
	assert_true(app_plan_identity_import(m->app, parts, "again", NULL, &plan, NULL));
	maker_apply(m, &plan);
	maker_find(m, "again");
	maker_find(m, "web.example");
	parts_free(parts);
	buf_wipe(&file);
	maker_free(m);
}

static const struct identity *discard(struct maker *m, const char *name)
{
	struct plan plan = { 0 };
	const struct identity *gone;
	assert_true(app_plan_identity_delete(m->app, maker_find(m, name), &plan, NULL));
	maker_apply(m, &plan);
	identities_done(&m->all);
	assert_true(app_identities(m->app, &m->all, NULL));
	assert_true(identities_find(&m->all, name, true, &gone, NULL));
	return gone;
}

static void test_what_lies_in_the_trash(void **state)
{
	struct maker *m = maker_new();
	struct buf file = { 0 };
	struct plan plan = { 0 };
	struct error err = { 0 };
	(void)state;
	maker_make(m, ROUTE_SELF_SIGNED, "web.example", NULL);
	plain_key(m, "web.example", &file);
	const struct identity *gone = discard(m, "web.example");
	struct parts *parts = read_bytes(m, &file);
	assert_false(app_plan_identity_import(m->app, parts, NULL, NULL, &plan, &err));
	assert_string_equal(err.text, "the key of web.example is in the trash: restore it first");
	assert_false(app_plan_identity_attach(m->app, gone, parts, &plan, &err));
	assert_non_null(strstr(err.text, "it is in the trash"));
	assert_false(app_plan_identity_ticket(m->app, gone, "T-1", &plan, &err));
	assert_non_null(strstr(err.text, "it is in the trash"));
	plan_done(&plan);
	maker_make(m, ROUTE_SELF_SIGNED, "web.example", NULL);
	maker_find(m, "web.example");
	assert_true(identities_find(&m->all, gone ? "web.example" : "", true, &gone, NULL));
	assert_false(app_plan_identity_restore(m->app, gone, &plan, &err));
	assert_non_null(strstr(err.text, "restore web.example: another identity is called"));
	plan_done(&plan);
	parts_free(parts);
	buf_wipe(&file);
	maker_free(m);
}

/* --- beside a loop ------------------------------------------------------------------------- */

struct outcome {
	struct loop *loop;
	struct buf bytes;
	struct error err;
	bool ended, ok;
};

static void parts_ended(void *ctx, bool ok, const struct error *err)
{
	struct outcome *o = ctx;
	o->ended = true;
	o->ok = ok;
	if (!ok)
		o->err = *err;
}

static void wait_for(struct outcome *o)
{
	while (!o->ended)
		loop_step(o->loop, -1);
}

static void bytes_made(void *ctx, struct buf *take, const struct error *err)
{
	struct outcome *o = ctx;
	parts_ended(o, take != NULL, err);
	if (take) {
		o->bytes = *take;
		*take = (struct buf){ 0 };
	}
}

static struct out_job *start_export(struct maker *m, struct outcome *o, const char *passphrase)
{
	static struct identity_export wish;
	wish = (struct identity_export){ .format = "pkcs12", .with_key = true,
		.password = "changeit", .passphrase = passphrase };
	*o = (struct outcome){ .loop = o->loop };
	return app_identity_export_start(m->app, o->loop, maker_find(m, "web.example"), &wish,
		bytes_made, o, &o->err);
}

static struct parts_job *start_reading(struct maker *m, struct outcome *o, struct parts *parts,
	const struct buf *file, const char *password)
{
	*o = (struct outcome){ .loop = o->loop };
	return app_parts_start_bytes(m->app, o->loop, parts, "f", file->data, file->len,
		&(struct parts_options){ .password = password }, parts_ended, o, &o->err);
}

static void test_beside_a_loop(void **state)
{
	struct maker *m = maker_new();
	struct outcome o = { .loop = loop_new(NULL) };
	struct plan plan = { 0 };
	(void)state;
	maker_make(m, ROUTE_SELF_SIGNED, "web.example", "hush");
	assert_non_null(start_export(m, &o, NULL));
	wait_for(&o);
	assert_int_equal(o.err.code, ERROR_SECRET);
	assert_non_null(start_export(m, &o, "hush"));
	wait_for(&o);
	assert_true(o.ok);
	struct buf file = o.bytes;
	delete_for_good(m, "web.example");

	struct parts *parts = parts_new();
	assert_non_null(start_reading(m, &o, parts, &file, "wrong"));
	wait_for(&o);
	assert_int_equal(o.err.code, ERROR_SECRET);
	assert_false(parts_has_key(parts));
	assert_non_null(start_reading(m, &o, parts, &file, "changeit"));
	wait_for(&o);
	assert_true(o.ok && parts_has_key(parts));
	o.ended = false;
	assert_non_null(app_parts_seal_start(o.loop, parts, "other", parts_ended, &o, &o.err));
	wait_for(&o);
	assert_true(o.ended && o.ok);
	assert_true(app_plan_identity_import(m->app, parts, NULL, "other", &plan, NULL));
	maker_apply(m, &plan);
	struct new_key key;
	assert_true(app_key_open(m->app, maker_find(m, "web.example"), "other", &key, NULL));
	new_key_done(&key);
	parts_free(parts);
	buf_wipe(&file);
	loop_free(o.loop);
	maker_free(m);
}

static void test_cancelled(void **state)
{
	struct maker *m = maker_new();
	struct outcome o = { .loop = loop_new(NULL) };
	struct buf file = { 0 };
	(void)state;
	maker_make(m, ROUTE_SELF_SIGNED, "web.example", NULL);
	plain_key(m, "web.example", &file);
	struct parts *parts = parts_new();
	app_parts_cancel(start_reading(m, &o, parts, &file, NULL));
	assert_false(o.ended || parts_has_key(parts));
	app_identity_export_cancel(start_export(m, &o, NULL));
	assert_false(o.ended);
	app_parts_seal_cancel(
		app_parts_seal_start(o.loop, parts, "hush", parts_ended, &o, &o.err));
	assert_false(o.ended);
	app_parts_cancel(NULL);
	app_identity_export_cancel(NULL);
	app_parts_seal_cancel(NULL);
	parts_free(parts);
	buf_wipe(&file);
	loop_free(o.loop);
	maker_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_formats),
		cmocka_unit_test(test_wrong_password),
		cmocka_unit_test(test_key_that_is_an_identity_already),
		cmocka_unit_test(test_answer_with_its_chain),
		cmocka_unit_test(test_answer_that_is_blocked),
		cmocka_unit_test(test_what_is_not_its_own),
		cmocka_unit_test(test_saved_file_is_for_its_owner),
		cmocka_unit_test(test_request_alone_exports_nothing),
		cmocka_unit_test(test_key_twice_in_one_go),
		cmocka_unit_test(test_known_key_keeps_its_certificate),
		cmocka_unit_test(test_name_is_for_the_new_one),
		cmocka_unit_test(test_what_lies_in_the_trash),
		cmocka_unit_test(test_beside_a_loop),
		cmocka_unit_test(test_cancelled),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
