#include "store/doctor.h"

#include "support/unit.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "store/internal.h"
#include "support/keyrack.h"

/* What was only told, that a file isn't as it was left, is another test's. */
static struct findings examine(struct depot *d, bool mend)
{
	struct findings f = { 0 };
	struct error err = { 0 };
	if (!doctor_run(d->store, mend, &f, &err))
		fail_msg("%s", err.text);
	while (f.count > 0 && f.items[f.count - 1].note)
		findings_cut(&f, f.count - 1);
	return f;
}

/* Exactly one finding: its code, its file, and some of its words. */
static void check_one(struct depot *d, const char *code, const char *file, const char *words)
{
	struct findings f = examine(d, false);
	for (size_t i = 1; i < f.count; i++)
		print_message("%s %s %s\n", f.items[i].code, f.items[i].file, f.items[i].text);
	assert_int_equal(f.count, 1);
	assert_string_equal(f.items[0].code, code);
	assert_string_equal(f.items[0].file, file);
	if (!strstr(f.items[0].text, words))
		fail_msg("'%s' doesn't say '%s'", f.items[0].text, words);
	findings_done(&f);
}

static void check_healthy(struct depot *d)
{
	struct findings f = examine(d, false);
	if (f.count)
		fail_msg("%s %s: %s", f.items[0].code, f.items[0].file, f.items[0].text);
	findings_done(&f);
}

/* A CA with a request and something that it issued. */
static struct depot *make_depot(void)
{
	struct depot *d = depot_new(1, STATE_TRUSTED);
	keyrack_make(d, 0);
	return d;
}

static void remove_file(struct depot *d, const char *name)
{
	assert_int_equal(unlink(depot_path(d, name)), 0);
}

static void copy_file(struct depot *d, const char *from, const char *to)
{
	size_t len;
	char *name = mem_format("store/%s", from);
	const char *bytes = tmp_read(d->tmp, name, &len);
	depot_write(d, to, bytes, len);
	assert_int_equal(chmod(depot_path(d, to), 0600), 0);
	free(name);
}

static void write_text(struct depot *d, const char *name, const char *text)
{
	depot_write(d, name, text, strlen(text));
	assert_int_equal(chmod(depot_path(d, name), 0600), 0);
}

static void test_healthy(void **state)
{
	struct depot *d = make_depot();
	struct plan bare = { .op = "generate" };
	(void)state;
	keyrack_request(d, 0);
	keyrack_issue(d, 0, "b.example");
	keyrack_plan(&bare, 1, false);
	depot_apply(d, &bare);
	check_healthy(d);
	keyrack_request(d, 1);
	struct identities all = keyrack_read(d);
	struct plan discard = { .op = "delete" };
	plan_identity_discard(&discard, keyrack_in(&all, 1));
	depot_apply(d, &discard);
	identities_done(&all);
	check_healthy(d);
	depot_free(d);
}

static void test_record_without_its_key(void **state)
{
	struct depot *d = make_depot();
	(void)state;
	remove_file(d, keyrack_file(d, FOLDER_KEYS, 0));
	check_one(d, "key", keyrack_file(d, FOLDER_IDENTITIES, 0), "gone");
	depot_free(d);
}

static void test_all_keys_gone(void **state)
{
	struct depot *d = make_depot();
	(void)state;
	remove_file(d, keyrack_file(d, FOLDER_KEYS, 0));
	assert_int_equal(rmdir(depot_path(d, "keys")), 0);
	check_one(d, "key", keyrack_file(d, FOLDER_IDENTITIES, 0), "gone");
	depot_free(d);
}

static void test_key_without_its_record(void **state)
{
	struct depot *d = make_depot();
	(void)state;
	remove_file(d, keyrack_file(d, FOLDER_IDENTITIES, 0));
	check_one(d, "key", keyrack_file(d, FOLDER_KEYS, 0), "certary identity import FILE");
	depot_free(d);
}

static void test_a_key_of_another_name(void **state)
{
	struct depot *d = make_depot();
	(void)state;
	copy_file(d, keyrack_file(d, FOLDER_KEYS, 0), "keys/\x1b[2J.pem");
	check_one(d, "key", "keys/\\x1b[2J.pem", "no identity knows");
	depot_free(d);
}

static void test_keys_that_are_none(void **state)
{
#define KEY "-----BEGIN PRIVATE KEY-----\nMDA=\n-----END PRIVATE KEY-----\n"
	static const char *const texts[] = {
		"", "secret", "-----BEGIN PRIVATE KEY-----\nMDA=\n",
		"-----BEGIN RSA PRIVATE KEY-----\nMDA=\n-----END RSA PRIVATE KEY-----\n", (KEY KEY),
	};
	struct depot *d = make_depot();
	const char *key = keyrack_file(d, FOLDER_KEYS, 0);
	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		write_text(d, key, texts[i]);
		check_one(d, "key", key, "PKCS#8");
	}
	write_text(d, key, KEY);
	check_one(d, "key", key, "damaged");
	write_text(d, key, "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMDA=\n"
			   "-----END ENCRYPTED PRIVATE KEY-----\n");
	check_healthy(d); /* nobody can look into it */
	remove_file(d, key);
	assert_int_equal(symlink("/etc/passwd", depot_path(d, key)), 0);
	check_one(d, "key", key, "symbolic link");
	depot_free(d);
}

static void test_swapped_key(void **state)
{
	struct depot *d = make_depot();
	(void)state;
	keyrack_make(d, 1);
	copy_file(d, keyrack_file(d, FOLDER_KEYS, 1), keyrack_file(d, FOLDER_KEYS, 0));
	check_one(d, "key", keyrack_file(d, FOLDER_KEYS, 0), "another key");
	depot_free(d);
}

static void test_discarded_key_without_its_record(void **state)
{
	struct depot *d = make_depot();
	(void)state;
	depot_undo(d, 0);
	check_healthy(d);
	remove_file(d, keyrack_discarded(d, FOLDER_IDENTITIES, 0));
	check_one(d, "key", keyrack_discarded(d, FOLDER_KEYS, 0), "trash");
	depot_free(d);
}

/* What each kind of record may suffer. */
static void check_damage(struct depot *d, const char *file, const char *other)
{
	static const char pem[] = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
	write_text(d, file, pem);
	check_one(d, "record", file, "can't be used");
	write_text(d, file, "-----BEGIN PRIVATE KEY-----\nMDA=\n-----END PRIVATE KEY-----\n");
	check_one(d, "private-key", file, "certary identity import");
	copy_file(d, other, file);
	check_one(d, "record", file, "somebody changed it");
	remove_file(d, file);
	assert_int_equal(mkfifo(depot_path(d, file), 0600), 0);
	check_one(d, "record", file, "pipe");
	remove_file(d, file);
}

static void test_damaged_records(void **state)
{
	struct depot *d = make_depot();
	(void)state;
	keyrack_make(d, 1);
	keyrack_request(d, 1); /* isn't called orphaned, too */
	const char *one = keyrack_request(d, 0), *other = keyrack_request(d, 0);
	check_damage(d, one, other);
	one = keyrack_issue(d, 0, "b.example");
	other = keyrack_issue(d, 0, "b.example");
	check_damage(d, one, other);
	one = keyrack_file(d, FOLDER_IDENTITIES, 1);
	copy_file(d, one, "../kept");
	check_damage(d, one, keyrack_file(d, FOLDER_IDENTITIES, 0));
	depot_free(d);
}

static void test_records_without_content(void **state)
{
	struct depot *d = make_depot();
	(void)state;
	const char *request = keyrack_request(d, 0);
	write_text(d, request, "Added: today\n");
	check_one(d, "record", request, "nothing stands");
	depot_free(d);
}

static void test_copies(void **state)
{
	struct depot *d = make_depot();
	char *copy = mem_format("%s~", keyrack_file(d, FOLDER_IDENTITIES, 0));
	(void)state;
	copy_file(d, keyrack_file(d, FOLDER_IDENTITIES, 0), copy);
	check_one(d, "record", copy, "remove it");
	free(copy);
	depot_free(d);
}

static void test_orphans(void **state)
{
	struct depot *d = make_depot();
	(void)state;
	const char *file = keyrack_request(d, 0);
	copy_file(d, file, "../request");
	const char *issued = keyrack_issue(d, 0, "b.example");
	struct identities all = keyrack_read(d);
	struct plan discard = { .op = "delete" };
	plan_identity_discard(&discard, keyrack_in(&all, 0));
	depot_apply(d, &discard);
	identities_done(&all);
	check_one(d, "orphan", issued, "the CA");
	remove_file(d, issued);
	copy_file(d, "../request", file);
	check_one(d, "orphan", file, "no identity has the key");
	depot_free(d);
}

static mode_t mode_of(struct depot *d, const char *name)
{
	struct stat st;
	assert_int_equal(stat(depot_path(d, name), &st), 0);
	return st.st_mode & 07777;
}

static void check_mode(struct depot *d, const char *name, mode_t loose, mode_t right)
{
	assert_int_equal(chmod(depot_path(d, name), loose), 0);
	check_one(d, "loose-mode", name, "its mode should be");
	assert_int_equal(mode_of(d, name), loose);
	struct findings f = examine(d, true);
	assert_int_equal(f.count, 1);
	assert_true(f.items[0].mended);
	findings_done(&f);
	assert_int_equal(mode_of(d, name), right);
	check_healthy(d);
}

static void test_modes(void **state)
{
	struct depot *d = make_depot();
	(void)state;
	keyrack_make(d, 1);
	depot_undo(d, 0);
	check_mode(d, "keys", 0710, 0700);
	check_mode(d, "discarded", 0755, 0700);
	check_mode(d, "identities", 0777, 0755);
	check_mode(d, "requests", 0757, 0755);
	check_mode(d, keyrack_file(d, FOLDER_KEYS, 0), 0640, 0600);
	check_mode(d, keyrack_discarded(d, FOLDER_KEYS, 1), 0604, 0600);
	check_mode(d, keyrack_discarded(d, FOLDER_IDENTITIES, 1), 0666, 0644);
	check_mode(d, keyrack_file(d, FOLDER_IDENTITIES, 0), 0646, 0644);
	check_mode(d, keyrack_request(d, 0), 0666, 0644);
	check_mode(d, keyrack_issue(d, 0, "b.example"), 0666, 0644);
	depot_free(d);
}

/* Mending goes by a descriptor: what a link points to stays as it is. */
static void test_modes_of_links(void **state)
{
	struct depot *d = make_depot();
	(void)state;
	tmp_text(d->tmp, "outside", "somebody's");
	tmp_mode(d->tmp, "outside", 0666);
	assert_int_equal(symlink("../../outside", depot_path(d, "keys/link")), 0);
	struct findings f = examine(d, true);
	assert_int_equal(f.count, 1);
	assert_string_equal(f.items[0].code, "key");
	assert_false(f.items[0].mended);
	findings_done(&f);
	assert_int_equal(mode_of(d, "../outside"), 0666);
	depot_free(d);
}

/* Told to whoever may only read, and while another process writes it is that one's. */
static void check_leftover_is_told(struct depot *d, const char *file)
{
	struct store_options options = { .path = depot_path(d, NULL), .read_only = true };
	struct findings f = { 0 };
	struct lock lock;
	struct store *store;
	assert_true(store_open(&options, &store, NULL));
	assert_true(doctor_run(store, true, &f, NULL));
	assert_int_equal(f.count, 1);
	assert_string_equal(f.items[0].code, "leftover");
	assert_string_equal(f.items[0].file, file);
	findings_done(&f);
	assert_true(lock_take(store->root, 0, &lock, NULL));
	assert_true(doctor_run(store, true, &f, NULL));
	assert_int_equal(f.count, 0);
	lock_release(&lock);
	findings_done(&f);
	store_close(store);
}

static void test_leftovers(void **state)
{
	static const char *const files[] = { "keys/.new-7", "identities/.new-8", "requests/.new-for-99999999",
		"discarded/.new-9", "runbooks/.new-10" };
	struct depot *d = make_depot();
	(void)state;
	keyrack_make(d, 1);
	depot_undo(d, 0);
	assert_true(store_make_folders(d->store, 1u << FOLDER_RUNBOOKS, NULL));
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		write_text(d, files[i], "half");
		check_leftover_is_told(d, files[i]);
		keyrack_issue(d, 0, "b.example");
		assert_false(fs_exists(d->store->root, files[i]));
		write_text(d, files[i], "half");
		check_healthy(d);
		assert_false(fs_exists(d->store->root, files[i]));
	}
	depot_free(d);
}

/* Not everybody may look at keys, and that is how it should be. */
static void test_who_may_not_see_keys(void **state)
{
	struct depot *d = make_depot();
	(void)state;
	if (geteuid() == 0) {
		assert_int_equal(chmod(depot_path(d, ".."), 0755), 0);
		assert_int_equal(seteuid(65534), 0);
	} else {
		assert_int_equal(chmod(depot_path(d, "keys"), 0), 0);
	}
	depot_reload(d);
	assert_int_equal(d->store->dirs[FOLDER_KEYS], -1);
	check_healthy(d);
	assert_int_equal(seteuid(getuid()), 0);
	chmod(depot_path(d, "keys"), 0700);
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
		cmocka_unit_test(test_healthy),
		cmocka_unit_test(test_record_without_its_key),
		cmocka_unit_test(test_all_keys_gone),
		cmocka_unit_test(test_key_without_its_record),
		cmocka_unit_test(test_a_key_of_another_name),
		cmocka_unit_test(test_keys_that_are_none),
		cmocka_unit_test(test_swapped_key),
		cmocka_unit_test(test_discarded_key_without_its_record),
		cmocka_unit_test(test_damaged_records),
		cmocka_unit_test(test_records_without_content),
		cmocka_unit_test(test_copies),
		cmocka_unit_test(test_orphans),
		cmocka_unit_test(test_modes),
		cmocka_unit_test(test_modes_of_links),
		cmocka_unit_test(test_leftovers),
		cmocka_unit_test(test_who_may_not_see_keys),
	};
	umask(022);
	return cmocka_run_group_tests(tests, NULL, forget_keys);
}
