#include "store/crls.h"

#include "support/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "store/doctor.h"
#include "store/journal.h"
#include "support/notary.h"

struct room {
	struct tmp *tmp;
	struct store *store;
	struct cert *ca;
};

static void open_room(struct room *r, void **state)
{
	struct error err;
	r->tmp = *state;
	const struct store_options options = { .path = tmp_path(r->tmp, "store"), .create = true };
	r->ca = notary_ca(notary_key("ec256", 0), 0);
	if (!store_open(&options, &r->store, &err))
		fail_msg("%s", err.text);
}

static void close_room(struct room *r)
{
	store_close(r->store);
	cert_free(r->ca);
}

static struct crl *list_of(const struct room *r, uint64_t number, size_t rows)
{
	const struct authority ca = { r->ca, notary_key("ec256", 0) };
	const struct crl_terms terms = { number, notary_now() + (int64_t)number,
		notary_now() + CLOCK_DAY };
	struct revoked *revoked = mem_new((rows + 1) * sizeof *revoked);
	struct buf der = { 0 };
	struct crl *crl;
	for (size_t i = 0; i < rows; i++)
		revoked[i] = (struct revoked){ mem_format("40%06zx", i), notary_now() };
	assert_true(crl_make(&ca, revoked, rows, &terms, &der, NULL));
	assert_true(crl_read(der.data, der.len, &crl, NULL));
	for (size_t i = 0; i < rows; i++)
		free((char *)(uintptr_t)revoked[i].serial);
	free(revoked);
	buf_done(&der);
	return crl;
}

static void apply(struct room *r, struct plan *plan)
{
	struct error err;
	if (!store_apply(r->store, plan, NULL, &err) || !store_reload(r->store, &err))
		fail_msg("%s", err.text);
	plan_done(plan);
}

static void put(struct room *r, uint64_t number, size_t rows)
{
	struct plan plan = { .op = "import" };
	struct headers headers = { 0 };
	struct crl *crl = list_of(r, number, rows);
	struct crl_record was;
	bool there = store_crl(r->store, &crl_info(crl)->id, &was, NULL);
	headers_set(&headers, "Name", "Test CA");
	plan_crl_put(&plan, &headers, crl, there ? &was : NULL);
	apply(r, &plan);
	headers_done(&headers);
	crl_record_done(&was);
	crl_free(crl);
}

/* How many rows the list at hand has; -1: there is none. */
static int rows_at_hand(struct room *r)
{
	struct crl_records all = { 0 };
	assert_true(store_crls(r->store, &all, NULL));
	assert_true(all.count <= 1);
	int rows = all.count ? (int)crl_info(all.items[0].crl)->count : -1;
	crl_records_done(&all);
	return rows;
}

static void undo(struct room *r)
{
	struct plan plan = { 0 };
	struct error err;
	if (!journal_plan_undo(r->store, 0, &plan, &err))
		fail_msg("%s", err.text);
	apply(r, &plan);
}

static void kept_replaced_undone(void **state)
{
	struct room r;
	struct fingerprint id;
	struct crl_record record;
	struct fs_stamp stamp;
	struct error err;
	open_room(&r, state);
	assert_int_equal(rows_at_hand(&r), -1);
	assert_true(crl_id_of(r.ca, true, &id));
	assert_false(store_crl_stamp(r.store, &id, &stamp)); /* there is no folder yet, */
	uint64_t generation = store_generation(r.store);
	put(&r, 1, 1);
	assert_true(store_generation(r.store) > generation);
	put(&r, 2, 2);
	assert_int_equal(rows_at_hand(&r), 2);
	assert_true(store_crl_stamp(r.store, &id, &stamp));
	assert_true(store_crl(r.store, &id, &record, &err));
	assert_string_equal(headers_get(&record.record.headers, "Name"), "Test CA");
	assert_true(crl_is_by(record.crl, r.ca));
	struct plan plan = { .op = "crl remove" };
	plan_crl_remove(&plan, &record);
	apply(&r, &plan);
	crl_record_done(&record);
	assert_int_equal(rows_at_hand(&r), -1);
	assert_false(store_crl_stamp(r.store, &id, &stamp)); /* and no file any more */
	undo(&r);
	assert_int_equal(rows_at_hand(&r), 2);
	undo(&r);
	assert_int_equal(rows_at_hand(&r), 1);
	undo(&r);
	assert_int_equal(rows_at_hand(&r), -1);
	close_room(&r);
}

/* What somebody put there under that name, and what isn't called after its CA, doesn't count. */
static void damaged_ones(void **state)
{
	struct room r;
	struct fingerprint id;
	struct crl_record record;
	struct error err = { 0 };
	struct findings found = { 0 };
	char hex[FINGERPRINT_HEX];
	open_room(&r, state);
	put(&r, 1, 1);
	assert_true(crl_id_of(r.ca, true, &id));
	char *file = mem_format("store/crls/%s.pem", fingerprint_hex(&id, hex));
	char *other = mem_format("store/crls/%064d.pem", 1);
	const char *text = tmp_read(r.tmp, file, NULL);
	tmp_text(r.tmp, other, text);
	tmp_text(r.tmp, "store/crls/any.pem", text);
	tmp_text(r.tmp, "store/crls/.hidden", text);
	tmp_text(r.tmp, file, "-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n");
	assert_false(store_crl(r.store, &id, &record, &err));
	assert_int_equal(rows_at_hand(&r), -1);
	assert_true(doctor_run(r.store, false, &found, &err));
	size_t told = 0;
	for (size_t i = 0; i < found.count; i++) {
		const struct finding *f = &found.items[i];
		bool is_any = strcmp(f->file, "crls/any.pem") == 0;
		told += strcmp(f->code, "crl") == 0;
		assert_int_equal(strstr(f->text, "isn't called as files are here") != NULL, is_any);
	}
	assert_int_equal(told, 3);
	findings_done(&found);
	free(file);
	free(other);
	close_room(&r);
}

/* Of a large one the journal keeps nothing, and says so; nothing half is undone. */
static void too_large_for_the_journal(void **state)
{
	struct room r;
	struct plan plan = { 0 };
	struct error err = { 0 };
	open_room(&r, state);
	put(&r, 1, 0);
	struct fingerprint id;
	char hex[FINGERPRINT_HEX];
	assert_true(crl_id_of(r.ca, true, &id));
	char *file = mem_format("store/crls/%s.pem", fingerprint_hex(&id, hex));
	struct buf large = { 0 };
	for (size_t i = 0; i < JOURNAL_KEEPS / 16 + 1; i++)
		buf_text_add(&large, "Note: 0123456789\n");
	buf_text_add(&large, tmp_read(r.tmp, file, NULL));
	tmp_write(r.tmp, file, large.data, large.len);
	put(&r, 2, 1);
	assert_int_equal(rows_at_hand(&r), 1);
	assert_false(journal_plan_undo(r.store, 0, &plan, &err));
	assert_non_null(strstr(err.text, "too large for the journal"));
	plan_done(&plan);
	tmp_write(r.tmp, file, large.data, large.len);
	plan = (struct plan){ .op = "delete" };
	plan_file_remove(&plan, &(struct plan_file){ FOLDER_CRLS, strrchr(file, '/') + 1, &id, "Test CA",
				"here", "gone" });
	apply(&r, &plan);
	assert_false(journal_plan_undo(r.store, 0, &plan, &err));
	assert_non_null(strstr(err.text, "too large for the journal"));
	plan_done(&plan);
	buf_done(&large);
	free(file);
	close_room(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(kept_replaced_undone, tmp_setup, tmp_teardown),
		cmocka_unit_test_setup_teardown(damaged_ones, tmp_setup, tmp_teardown),
		cmocka_unit_test_setup_teardown(too_large_for_the_journal, tmp_setup, tmp_teardown),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	notary_forget();
	return failed;
}
