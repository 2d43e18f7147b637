#include "store/plan.h"

#include "support/unit.h"

#include <stdlib.h>
#include <string.h>

#include "store/folder.h"
#include "support/depot.h"

static void test_move(void **state)
{
	struct depot *d = depot_new(1, STATE_UNTRUSTED);
	struct plan plan = { .op = "trust" };
	(void)state;
	plan_move(&plan, depot_entry(d, 0), STATE_TRUSTED);
	const struct plan_row *row = &plan.rows[0];
	assert_int_equal(plan.count, 1);
	assert_string_equal(plan_row_kind(row), "move");
	assert_string_equal(row->op, "trust");
	assert_string_equal(row->name, "cert-0");
	assert_string_equal(row->subject, "CN=cert-0");
	assert_string_equal(row->was, "untrusted");
	assert_string_equal(row->now, "trusted");
	assert_int_equal(row->src.state, STATE_UNTRUSTED);
	assert_int_equal(row->dst.state, STATE_TRUSTED);
	assert_string_equal(row->dst.file, row->src.file);
	assert_false(row->writes);
	plan_done(&plan);
	depot_free(d);
}

static void test_create(void **state)
{
	struct depot *d = depot_new(0, STATE_UNTRUSTED);
	struct plan plan = { .op = "import" };
	(void)state;
	depot_make(d, &(struct certgen){ .cn = "x", .ca = true });
	depot_plan_create(d, &plan, 0, STATE_BLOCKED, "a name");
	const struct plan_row *row = &plan.rows[0];
	assert_string_equal(plan_row_kind(row), "create");
	assert_null(row->was);
	assert_string_equal(row->now, "blocked");
	assert_int_equal(row->src.state, STATE_NONE);
	assert_null(row->src.file);
	assert_string_equal(row->dst.file, depot_file(d, 0));
	assert_true(row->writes);
	struct buf bytes = { 0 };
	assert_true(plan_row_bytes(row, &bytes, NULL));
	assert_int_equal(strncmp(buf_text(&bytes), "Name: a name\nAdded: ", 20), 0);
	assert_non_null(strstr(bytes.data, "\n-----END CERTIFICATE-----\n"));
	buf_done(&bytes);
	plan_done(&plan);
	depot_free(d);
}

/* An edit gives a dropped-in file the name that certary uses. */
static void test_edit_and_remove(void **state)
{
	struct depot *d = depot_new(0, STATE_UNTRUSTED);
	struct plan plan = { .op = "rename" };
	(void)state;
	depot_make(d, &(struct certgen){ .cn = "x" });
	depot_drop_der(d, "trusted/x.cer", 0);
	depot_reload(d);
	depot_plan_name(d, &plan, 0, "new");
	plan_remove(&plan, depot_entry(d, 0));
	assert_string_equal(plan_row_kind(&plan.rows[0]), "edit");
	assert_string_equal(plan.rows[0].src.file, "x.cer");
	assert_string_equal(plan.rows[0].dst.file, depot_file(d, 0));
	assert_string_equal(plan.rows[0].was, "x");
	assert_string_equal(plan.rows[0].now, "new");
	assert_string_equal(plan_row_kind(&plan.rows[1]), "remove");
	assert_int_equal(plan.rows[1].dst.state, STATE_NONE);
	assert_null(plan.rows[1].now);
	plan_done(&plan);
	plan_done(&plan);
	depot_free(d);
}

static void test_has(void **state)
{
	struct plan plan = { .op = "test" };
	struct fingerprint cert = { 0 };
	(void)state;
	assert_false(plan_has(&plan, &cert));
	for (uint32_t i = 0; i < 3000; i++) {
		memcpy(cert.bytes + (i % 2 ? 0 : 20), &i, sizeof i); /* alike at the beginning or at the end */
		assert_false(plan_has(&plan, &cert));
		plan_add(&plan)->cert = cert;
		assert_true(plan_has(&plan, &cert));
	}
	for (size_t i = 0; i < plan.count; i++)
		assert_true(plan_has(&plan, &plan.rows[i].cert));
	plan_done(&plan);
}

/* What the operator is shown of each kind of row. */
static void test_words_of_rows(void **state)
{
	struct plan plan = { .op = "test" };
	struct fingerprint about = { .bytes = { 7 } };
	const struct plan_file file = { FOLDER_IDENTITIES, "x.pem", &about, "web", "old", "new" };
	struct cert_info info = { .sha256.bytes = { 9 }, .subject = "CN=web" };
	struct headers headers = { 0 };
	(void)state;
	headers_set(&headers, "Name", "name");
	plan_create(&plan, STATE_TRUSTED, &headers, &about, "CN=subject", plan_keep(&plan, "der", 3));
	assert_string_equal(plan.rows[0].name, "name");
	assert_string_equal(plan.rows[0].subject, "CN=subject");
	plan_file_remove(&plan, &file);
	assert_string_equal(plan.rows[1].name, "web");
	assert_string_equal(plan.rows[1].was, "old");
	assert_string_equal(plan.rows[1].now, "new");
	assert_memory_equal(plan_row_print(&plan.rows[1]), &about, sizeof about);
	plan_row_brings(&plan, &info);
	assert_memory_equal(plan_row_print(&plan.rows[1]), &info.sha256, sizeof info.sha256);
	assert_string_equal(plan.rows[1].subject, "CN=web");
	headers_done(&headers);
	plan_done(&plan);
}

/* A key is wiped wherever it stood, and no spool has it. */
static void test_secrets(void **state)
{
	struct plan plan = { .op = "test" };
	struct fingerprint about = { 0 };
	const struct plan_file key = { FOLDER_KEYS, "x.pem", &about, "web", NULL, NULL };
	(void)state;
	plan_file_create(&plan, &key, "key", 3);
	assert_int_equal(plan.secret_count, 1);
	assert_true(plan.secrets[0]->secret);
	assert_null(plan.spool);
	plan_done(&plan);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_has),
		cmocka_unit_test(test_move),
		cmocka_unit_test(test_create),
		cmocka_unit_test(test_edit_and_remove),
		cmocka_unit_test(test_words_of_rows),
		cmocka_unit_test(test_secrets),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
