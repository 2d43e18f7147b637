#include "store/identity.h"

#include "support/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "support/keyrack.h"

/* A certificate stands for an identity's own: its key's hash is the identity's id. */
static void draft(struct depot *d, size_t i, const char *name, struct identity *out)
{
	size_t len;
	struct cert *cert;
	const uint8_t *der = depot_der(d, i, &len);
	struct fingerprint id;
	assert_true(cert_parse(der, len, &cert, NULL));
	memcpy(id.bytes, cert_info(cert)->spki, sizeof id.bytes);
	identity_init(out, &id);
	headers_set(&out->record.headers, "Name", name);
	headers_set(&out->record.headers, "Sealed", "no");
	const struct cert *certs[] = { cert };
	assert_true(identity_put(out, certs, 1, NULL));
	cert_free(cert);
}

static void create(struct depot *d, size_t i, const char *name)
{
	struct identity made;
	struct plan plan = { .op = "generate" };
	struct buf key = { 0 };
	buf_text_add(&key, "-----BEGIN PRIVATE KEY-----\nMDA=\n-----END PRIVATE KEY-----\n");
	draft(d, i, name, &made);
	plan_identity_create(&plan, &made, &key, "made");
	depot_apply(d, &plan);
	identity_done(&made);
	buf_wipe(&key);
}

static size_t read_all(struct depot *d, struct identities *all)
{
	struct error err = { 0 };
	*all = (struct identities){ 0 };
	if (!store_identities(d->store, all, &err))
		fail_msg("%s", err.text);
	return all->count;
}

static mode_t mode_of(struct depot *d, const char *name)
{
	struct stat st;
	assert_int_equal(lstat(depot_path(d, name), &st), 0);
	return st.st_mode & 07777;
}

static void test_made_and_read(void **state)
{
	struct depot *d = depot_new(1, STATE_TRUSTED);
	struct identities all;
	const struct identity *found;
	size_t at = 0, chain = 9;
	(void)state;
	create(d, 0, "web");
	assert_int_equal(read_all(d, &all), 1);
	assert_int_equal(all.live, 1);
	assert_true(identities_find(&all, "web", false, &found, NULL));
	assert_string_equal(identity_name(found), "web");
	assert_true(found->has_key);
	assert_false(identity_is_sealed(found));
	assert_non_null(identity_own(found, &at, &chain));
	assert_int_equal(chain, 0);
	assert_null(identity_own(found, &at, &chain));
	assert_null(identity_pending(found));
	identities_done(&all);
	depot_free(d);
}

static void test_keys_are_for_their_owner_alone(void **state)
{
	struct depot *d = depot_new(1, STATE_TRUSTED);
	struct identities all;
	(void)state;
	create(d, 0, "web");
	read_all(d, &all);
	char *key = mem_format("keys/%s", all.items[0].record.file);
	char *record = mem_format("identities/%s", all.items[0].record.file);
	assert_int_equal(mode_of(d, key), 0600);
	assert_int_equal(mode_of(d, "keys"), 0700);
	assert_int_equal(mode_of(d, record) & 0644, 0644);
	free(record);
	free(key);
	identities_done(&all);
	depot_free(d);
}

static void test_no_key_in_the_journal(void **state)
{
	struct depot *d = depot_new(1, STATE_TRUSTED);
	struct identities all;
	struct plan discard = { .op = "delete" }, purge = { .op = "purge" };
	(void)state;
	create(d, 0, "web");
	read_all(d, &all);
	plan_identity_discard(&discard, &all.items[0]);
	depot_apply(d, &discard);
	assert_int_equal(mode_of(d, "discarded"), 0700);
	identities_done(&all);
	read_all(d, &all);
	assert_int_equal(all.live, 0);
	assert_int_equal(all.count, 1);
	plan_identity_purge(&purge, &all.items[0]);
	int64_t seq = depot_apply(d, &purge);
	identities_done(&all);
	assert_int_equal(read_all(d, &all), 0);
	assert_null(strstr(depot_journal(d), "PRIVATE"));
	assert_null(strstr(depot_journal(d), "MDA="));
	struct plan undo = { 0 };
	struct error err = { 0 };
	assert_false(journal_plan_undo(d->store, seq, &undo, &err));
	assert_non_null(strstr(err.text, "for good"));
	plan_done(&undo);
	depot_free(d);
}

/* What was made goes into the trash, and comes back from there, byte for byte. */
static void test_undo_of_making(void **state)
{
	struct depot *d = depot_new(1, STATE_TRUSTED);
	struct identities all;
	(void)state;
	create(d, 0, "web");
	const char *made = depot_picture(d);
	int64_t undo = depot_undo(d, 0);
	read_all(d, &all);
	assert_int_equal(all.live, 0);
	assert_int_equal(all.count, 1);
	assert_true(all.items[0].has_key);
	identities_done(&all);
	depot_undo(d, undo);
	assert_string_equal(depot_picture(d), made);
	depot_free(d);
}

static void test_discard_and_restore(void **state)
{
	struct depot *d = depot_new(2, STATE_TRUSTED);
	struct identities all;
	struct plan discard = { .op = "delete" }, restore = { .op = "restore" };
	const struct identity *found;
	(void)state;
	create(d, 0, "a");
	create(d, 1, "b");
	const char *made = depot_picture(d);
	read_all(d, &all);
	plan_identity_discard(&discard, &all.items[0]);
	depot_apply(d, &discard);
	identities_done(&all);
	read_all(d, &all);
	assert_string_equal(identity_name(&all.items[0]), "b");
	assert_false(identities_find(&all, "a", false, &found, NULL));
	assert_true(identities_find(&all, "a", true, &found, NULL));
	plan_identity_restore(&restore, found);
	depot_apply(d, &restore);
	assert_string_equal(depot_picture(d), made);
	identities_done(&all);
	depot_undo(d, 0);
	depot_undo(d, 0);
	assert_string_equal(depot_picture(d), made);
	depot_free(d);
}

static void test_edit_and_its_undo(void **state)
{
	struct depot *d = depot_new(1, STATE_TRUSTED);
	struct identities all;
	struct identity now;
	struct plan plan = { .op = "rename" };
	(void)state;
	create(d, 0, "web");
	const char *before = depot_picture(d);
	read_all(d, &all);
	identity_copy(&all.items[0], &now);
	headers_set(&now.record.headers, "Name", "shop");
	plan_identity_edit(&plan, &all.items[0], &now, "web", "shop");
	depot_apply(d, &plan);
	identity_done(&now);
	identities_done(&all);
	read_all(d, &all);
	assert_string_equal(identity_name(&all.items[0]), "shop");
	assert_int_equal(all.items[0].cert_count, 1);
	identities_done(&all);
	depot_undo(d, 0);
	assert_string_equal(depot_picture(d), before);
	depot_free(d);
}

static void test_edit_of_what_somebody_changed(void **state)
{
	struct depot *d = depot_new(1, STATE_TRUSTED);
	struct identities all;
	struct identity now;
	struct plan plan = { .op = "rename" };
	(void)state;
	create(d, 0, "web");
	read_all(d, &all);
	identity_copy(&all.items[0], &now);
	char *file = mem_format("identities/%s", all.items[0].record.file);
	depot_write(d, file, "Name: other\n", 12);
	plan_identity_edit(&plan, &all.items[0], &now, "web", "shop");
	depot_refuse(d, &plan, "changed it meanwhile");
	free(file);
	identity_done(&now);
	identities_done(&all);
	depot_free(d);
}

/* Whoever looks at certificates only learns that something changed, and reads nothing. */
static void test_generation(void **state)
{
	struct depot *d = depot_new(1, STATE_TRUSTED);
	(void)state;
	uint64_t before = store_generation(d->store);
	depot_reload(d);
	assert_int_equal(store_generation(d->store), before);
	create(d, 0, "web");
	assert_int_not_equal(store_generation(d->store), before);
	depot_free(d);
}

static void test_what_is_no_identity_is_left_out(void **state)
{
	struct depot *d = depot_new(1, STATE_TRUSTED);
	struct identities all;
	(void)state;
	create(d, 0, "web");
	depot_write(d, "identities/readme.txt", "hello", 5);
	depot_write(d, "identities/"
		       "0000000000000000000000000000000000000000000000000000000000000000.pem",
		"Name: x\n-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", 66);
	assert_int_equal(read_all(d, &all), 1);
	identities_done(&all);
	depot_free(d);
}

/* Somebody pasted a key into a record: what destroys that record would write it into the journal. */
static void test_a_key_in_a_record_stays_out_of_the_journal(void **state)
{
	static const char pem[] = "Name: web\n-----BEGIN EC PRIVATE KEY-----\nMDA=\n"
				  "-----END EC PRIVATE KEY-----\n";
	struct depot *d = depot_new(0, STATE_TRUSTED);
	struct fingerprint id = { { 1 } };
	(void)state;
	char *file = mem_format("identities/%02d%062d.pem", 1, 0);
	depot_write(d, file, pem, sizeof pem - 1);
	struct plan plan = { .op = "purge" };
	const struct plan_file row = { FOLDER_IDENTITIES, strchr(file, '/') + 1, &id, "web", NULL, NULL };
	plan_file_remove(&plan, &row);
	depot_refuse(d, &plan, "holds a private key");
	struct plan edit = { .op = "rename" };
	plan_file_edit(&edit, &row, "x", 1, NULL);
	depot_refuse(d, &edit, "holds a private key");
	free(file);
	depot_free(d);
}

/* One that is deleted and made again couldn't be deleted again: the trash has its name already. */
static void test_what_is_in_the_trash_is_not_made_again(void **state)
{
	struct depot *d = depot_new(0, STATE_TRUSTED);
	struct plan plan = { .op = "import" };
	(void)state;
	keyrack_make(d, 0);
	depot_undo(d, 0);
	keyrack_plan(&plan, 0, true);
	depot_refuse(d, &plan, "in the trash");
	depot_free(d);
}

static void test_undo_of_a_request(void **state)
{
	struct depot *d = depot_new(0, STATE_TRUSTED);
	(void)state;
	keyrack_make(d, 0);
	const char *before = depot_picture(d);
	keyrack_request(d, 0);
	const char *asked = depot_picture(d);
	int64_t undo = depot_undo(d, 0);
	assert_string_equal(depot_picture(d), before);
	depot_undo(d, undo);
	assert_string_equal(depot_picture(d), asked);
	depot_free(d);
}

static void test_undo_of_a_request_that_is_edited_meanwhile(void **state)
{
	struct depot *d = depot_new(0, STATE_TRUSTED);
	struct plan undo = { 0 };
	(void)state;
	keyrack_make(d, 0);
	const char *file = keyrack_request(d, 0);
	assert_true(journal_plan_undo(d->store, 0, &undo, NULL));
	depot_write(d, file, "Note: somebody's\n", 17);
	depot_refuse(d, &undo, "changed it meanwhile");
	depot_free(d);
}

/* What the rows of a plan tell the operator: which file it is, and where it goes. */
static void check_words(const struct plan *plan, bool comes_back)
{
	static const char *const what[] = { "private key", "identity", "request" };
	assert_int_equal(plan->count, 3);
	for (size_t i = 0; i < 3; i++) {
		const struct plan_row *row = &plan->rows[i];
		assert_string_equal(comes_back ? row->now : row->was, what[i]);
		assert_string_equal(comes_back ? row->was : row->now, "trash");
	}
}

static void test_what_a_plan_says(void **state)
{
	struct depot *d = depot_new(0, STATE_TRUSTED);
	struct plan discard = { .op = "delete" }, restore = { .op = "restore" };
	(void)state;
	keyrack_make(d, 0);
	keyrack_request(d, 0);
	struct identities all = keyrack_read(d);
	plan_identity_discard(&discard, &all.items[0]);
	check_words(&discard, false);
	depot_apply(d, &discard);
	identities_done(&all);
	all = keyrack_read(d);
	plan_identity_restore(&restore, &all.items[0]);
	check_words(&restore, true);
	depot_apply(d, &restore);
	identities_done(&all);
	depot_free(d);
}

static void test_own_certificates_and_their_chains(void **state)
{
	struct depot *d = depot_new(1, STATE_TRUSTED);
	struct identity one;
	size_t at = 0, chain = 9;
	(void)state;
	draft(d, 0, "web", &one);
	assert_false(identity_is_ca(&one));
	const struct cert *own = identity_cert(&one);
	struct cert *ca = notary_ca(notary_key("ec256", 0), 0),
		    *root = notary_ca(notary_key("ec256", 1), 0);
	const struct cert *const newer[] = { own, ca, root };
	assert_true(identity_put(&one, newer, 3, NULL));
	assert_int_equal(one.cert_count, 4);
	assert_ptr_equal(identity_own(&one, &at, &chain), one.certs[0]);
	assert_int_equal(chain, 2);
	assert_ptr_equal(identity_own(&one, &at, &chain), one.certs[3]);
	assert_int_equal(chain, 0);
	assert_null(identity_own(&one, &at, &chain));
	cert_free(ca);
	cert_free(root);
	identity_done(&one);
	depot_free(d);
}

static void test_a_ca_and_one_without_a_certificate(void **state)
{
	struct depot *d = depot_new(0, STATE_TRUSTED);
	struct plan plan = { .op = "request" };
	(void)state;
	keyrack_make(d, 0);
	keyrack_plan(&plan, 1, false);
	depot_apply(d, &plan);
	struct identities all = keyrack_read(d);
	assert_true(identity_is_ca(keyrack_in(&all, 0)));
	assert_false(identity_is_ca(keyrack_in(&all, 1)));
	identities_done(&all);
	depot_free(d);
}

static void test_a_key_that_is_elsewhere(void **state)
{
	struct depot *d = depot_new(1, STATE_TRUSTED);
	struct identity made;
	struct identities all;
	struct plan plan = { .op = "request" };
	struct buf key = { .secret = true };
	struct error err = { 0 };
	(void)state;
	draft(d, 0, "web", &made);
	plan_identity_create(&plan, &made, NULL, "made");
	assert_int_equal(plan.count, 1);
	depot_apply(d, &plan);
	read_all(d, &all);
	assert_false(all.items[0].has_key);
	assert_false(store_read_key(d->store, &all.items[0], &key, &err));
	assert_int_equal(strncmp(err.text, "the key of web: ", 16), 0);
	identities_done(&all);
	identity_done(&made);
	depot_free(d);
}

static void test_a_key_is_read(void **state)
{
	struct depot *d = depot_new(0, STATE_TRUSTED);
	struct buf key = { .secret = true };
	size_t len;
	(void)state;
	keyrack_make(d, 0);
	struct identities all = keyrack_read(d);
	assert_true(store_read_key(d->store, &all.items[0], &key, NULL));
	char *file = mem_format("store/%s", keyrack_file(d, FOLDER_KEYS, 0));
	const char *bytes = tmp_read(d->tmp, file, &len);
	assert_int_equal(key.len, len);
	assert_memory_equal(key.data, bytes, len);
	buf_wipe(&key);
	free(file);
	identities_done(&all);
	depot_free(d);
}

/* Who looks for a name learns of nothing else. */
static void test_names_alone(void **state)
{
	struct depot *d = depot_new(0, STATE_TRUSTED);
	struct identities all = { 0 };
	(void)state;
	keyrack_make(d, 0);
	assert_true(store_identity_names(d->store, &all, NULL));
	assert_int_equal(all.count, 1);
	assert_int_equal(all.live, 1);
	assert_string_equal(identity_name(&all.items[0]), "id-0");
	assert_int_equal(all.items[0].cert_count, 0);
	assert_false(all.items[0].has_key);
	identities_done(&all);
	depot_free(d);
}

static void test_an_answered_request(void **state)
{
	struct depot *d = depot_new(0, STATE_TRUSTED);
	struct plan plan = { .op = "attach" };
	struct headers headers = { 0 };
	(void)state;
	keyrack_make(d, 0);
	keyrack_request(d, 0);
	struct identities all = keyrack_read(d);
	const struct identity_request *request = identity_pending(&all.items[0]);
	struct fingerprint hash = request->sha256;
	headers_copy(&request->record.headers, &headers);
	headers_set(&headers, "Answered", "0123");
	plan_request_edit(&plan, &all.items[0], request, &headers, "waits", "answered");
	depot_apply(d, &plan);
	headers_done(&headers);
	identities_done(&all);
	all = keyrack_read(d);
	assert_int_equal(all.items[0].request_count, 1);
	request = &all.items[0].requests[0];
	assert_int_equal(fingerprint_compare(&request->sha256, &hash), 0);
	assert_string_equal(headers_get(&request->record.headers, "Answered"), "0123");
	assert_string_equal(headers_get(&request->record.headers, "Added"), NOTARY_NOW);
	assert_null(identity_pending(&all.items[0]));
	identities_done(&all);
	depot_free(d);
}

/* Somebody put something more into a request's file: it isn't said which of it counts. */
static void test_a_request_with_something_more(void **state)
{
	struct depot *d = depot_new(0, STATE_TRUSTED);
	(void)state;
	keyrack_make(d, 0);
	char *file = mem_format("store/%s", keyrack_request(d, 0));
	const char *text = tmp_read(d->tmp, file, NULL);
	char *more = mem_format(
		"%s-----BEGIN CERTIFICATE-----\nMDA=\n-----END CERTIFICATE-----\n", text);
	tmp_text(d->tmp, file, more);
	struct identities all = keyrack_read(d);
	assert_int_equal(all.items[0].request_count, 0);
	identities_done(&all);
	tmp_text(d->tmp, file, text);
	all = keyrack_read(d);
	assert_int_equal(all.items[0].request_count, 1);
	identities_done(&all);
	free(more);
	free(file);
	depot_free(d);
}

#define ISSUED 12

/* Those of one moment by their fingerprints, so that a list is the same each time. */
static void test_what_a_ca_has_issued(void **state)
{
	struct depot *d = depot_new(0, STATE_TRUSTED);
	struct issued_list list = { 0 };
	(void)state;
	keyrack_make(d, 0);
	struct identities all = keyrack_read(d);
	assert_true(
		store_issued(d->store, &all.items[0].id, &list, NULL)); /* there is no folder yet */
	assert_int_equal(list.count, 0);
	for (int i = 0; i < ISSUED; i++)
		keyrack_issue(d, 0, "one of many");
	keyrack_issue(d, 1, "another's");
	assert_true(store_issued(d->store, &all.items[0].id, &list, NULL));
	assert_int_equal(list.count, ISSUED);
	for (size_t i = 1; i < list.count; i++) {
		const struct cert_info *x = cert_info(list.items[i - 1].cert);
		const struct cert_info *y = cert_info(list.items[i].cert);
		assert_true(x->not_before > y->not_before ||
			    (x->not_before == y->not_before &&
				    fingerprint_compare(&x->sha256, &y->sha256) < 0));
	}
	issued_done(&list);
	assert_null(list.items);
	identities_done(&all);
	depot_free(d);
}

static int forget_keys(void **state)
{
	(void)state;
	notary_forget();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_made_and_read),
		cmocka_unit_test(test_keys_are_for_their_owner_alone),
		cmocka_unit_test(test_no_key_in_the_journal),
		cmocka_unit_test(test_undo_of_making),
		cmocka_unit_test(test_discard_and_restore),
		cmocka_unit_test(test_edit_and_its_undo),
		cmocka_unit_test(test_edit_of_what_somebody_changed),
		cmocka_unit_test(test_generation),
		cmocka_unit_test(test_what_is_no_identity_is_left_out),
		cmocka_unit_test(test_a_key_in_a_record_stays_out_of_the_journal),
		cmocka_unit_test(test_what_is_in_the_trash_is_not_made_again),
		cmocka_unit_test(test_undo_of_a_request),
		cmocka_unit_test(test_undo_of_a_request_that_is_edited_meanwhile),
		cmocka_unit_test(test_what_a_plan_says),
		cmocka_unit_test(test_own_certificates_and_their_chains),
		cmocka_unit_test(test_a_ca_and_one_without_a_certificate),
		cmocka_unit_test(test_a_key_that_is_elsewhere),
		cmocka_unit_test(test_a_key_is_read),
		cmocka_unit_test(test_names_alone),
		cmocka_unit_test(test_an_answered_request),
		cmocka_unit_test(test_a_request_with_something_more),
		cmocka_unit_test(test_what_a_ca_has_issued),
	};
	return cmocka_run_group_tests(tests, NULL, forget_keys);
}
