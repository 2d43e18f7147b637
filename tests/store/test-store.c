#include "store/store.h"

#include "support/unit.h"

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/text.h"
#include "store/internal.h"
#include "support/depot.h"

static bool try_open(struct tmp *tmp, const char *name, bool create, struct store **out,
	struct error *err)
{
	*out = NULL;
	return store_open(&(struct store_options){ .path = tmp_path(tmp, name), .create = create }, out,
		err);
}

static void refuse_open(struct tmp *tmp, const char *name, bool create, enum error_code code,
	const char *want)
{
	struct store *store;
	struct error err = { 0 };
	assert_false(try_open(tmp, name, create, &store, &err));
	assert_null(store);
	assert_int_equal(err.code, code);
	if (!strstr(err.text, want))
		fail_msg("'%s' doesn't say '%s'", err.text, want);
}

static mode_t mode_of(struct tmp *tmp, const char *name)
{
	struct stat st;
	assert_int_equal(stat(tmp_path(tmp, name), &st), 0);
	return st.st_mode & 07777;
}

static void test_create(void **state)
{
	struct tmp *tmp = *state;
	struct store *store;
	refuse_open(tmp, "a/b", false, ERROR_NOT_FOUND, "no store is there");
	assert_false(tmp_exists(tmp, "a"));
	assert_true(try_open(tmp, "a/b", true, &store, NULL));
	assert_int_equal(store_count(store), 0);
	assert_int_equal(store_problem_count(store), 0);
	assert_string_equal(store_path(store), tmp_path(tmp, "a/b"));
	store_close(store);
	assert_string_equal(tmp_read(tmp, "a/b/certary.store", NULL), "certary-store 1\n");
	assert_int_equal(mode_of(tmp, "a/b/keys"), 0700);
	assert_int_equal(mode_of(tmp, "a/b/trusted"), 0755);
	assert_int_equal(tmp_count(tmp, "a/b"), 7);
	assert_true(try_open(tmp, "a/b", false, &store, NULL));
	store_close(store);
	store_close(NULL);
}

static void test_folders_that_are_no_store(void **state)
{
	struct tmp *tmp = *state;
	struct store *store;
	tmp_text(tmp, "home/letter.txt", "dear");
	refuse_open(tmp, "home", true, ERROR_FAILED, "is no certary store and not empty");
	assert_int_equal(tmp_count(tmp, "home"), 1);
	refuse_open(tmp, "home", false, ERROR_NOT_FOUND, "certary.store is missing");
	tmp_text(tmp, "file", "");
	refuse_open(tmp, "file", true, ERROR_FAILED, "Not a directory");
	tmp_dir(tmp, "half/trusted"); /* a creation that was cut off */
	tmp_text(tmp, "half/.new-7", "");
	assert_true(try_open(tmp, "half", true, &store, NULL));
	store_close(store);
}

/* What a package leaves in /etc/certary: settings, and what dpkg or rpm kept of older ones. */
static void test_settings_before_the_store(void **state)
{
	struct tmp *tmp = *state;
	struct store *store;
	tmp_text(tmp, "etc/certary.conf", "#store = \"\";\n");
	tmp_text(tmp, "etc/certary.conf.dpkg-old", "");
	refuse_open(tmp, "etc", false, ERROR_NOT_FOUND, "no store is there");
	tmp_text(tmp, "etc/certary.txt", "");
	refuse_open(tmp, "etc", true, ERROR_FAILED, "is no certary store and not empty");
	assert_int_equal(unlink(tmp_path(tmp, "etc/certary.txt")), 0);
	assert_true(try_open(tmp, "etc", true, &store, NULL));
	assert_int_equal(store_problem_count(store), 0);
	store_close(store);
	assert_string_equal(tmp_read(tmp, "etc/certary.conf", NULL), "#store = \"\";\n");
}

/* What is only tried makes nothing, and what has lost its version file isn't empty. */
static void test_imagined_in_an_empty_folder(void **state)
{
	struct tmp *tmp = *state;
	struct store *store;
	tmp_dir(tmp, "void");
	const struct store_options options = { .path = tmp_path(tmp, "void"), .imagine = true };
	assert_true(store_open(&options, &store, NULL));
	assert_true(store_is_imagined(store));
	store_close(store);
	assert_int_equal(tmp_count(tmp, "void"), 0);
	tmp_dir(tmp, "void/trusted");
	assert_false(store_open(&options, &store, NULL));
}

static void test_other_versions_are_not_touched(void **state)
{
	struct tmp *tmp = *state;
	tmp_text(tmp, "new/certary.store", "certary-store 2\n");
	refuse_open(tmp, "new", true, ERROR_FAILED, "newer certary");
	tmp_text(tmp, "new/certary.store", "certary-store 11\n");
	refuse_open(tmp, "new", true, ERROR_FAILED, "newer certary");
	tmp_text(tmp, "new/certary.store", "somebody else's\n");
	refuse_open(tmp, "new", true, ERROR_FAILED, "is not a certary store's");
	tmp_text(tmp, "new/certary.store", "");
	refuse_open(tmp, "new", true, ERROR_FAILED, "is not a certary store's");
	assert_int_equal(tmp_count(tmp, "new"), 1);
}

static void test_read_only(void **state)
{
	struct depot *d = depot_new(1, STATE_UNTRUSTED);
	struct store *store;
	struct error err = { 0 };
	struct plan plan = { .op = "trust" };
	struct entry e;
	uint32_t cursor = 0;
	(void)state;
	depot_close(d);
	struct store_options options = { .path = depot_path(d, NULL), .read_only = true,
		.create = true };
	assert_true(store_open(&options, &store, &err));
	assert_true(store_read_only(store));
	assert_true(store_next(store, &cursor, &e));
	plan_move(&plan, &e, STATE_TRUSTED);
	assert_false(store_apply(store, &plan, NULL, &err));
	assert_non_null(strstr(err.text, "read-only"));
	plan_done(&plan);
	assert_int_equal(store_count_state(store, STATE_UNTRUSTED), 1);
	store_close(store);
	options.path = tmp_path(d->tmp, "none");
	assert_false(store_open(&options, &store, &err));
	assert_int_equal(err.code, ERROR_NOT_FOUND);
	assert_false(tmp_exists(d->tmp, "none"));
	depot_free(d);
}

/* Walking the store meets each of its entries, and what a look-up finds is that same entry. */
static void check_each_once(struct depot *d)
{
	uint32_t cursor = 0;
	size_t met = 0;
	struct entry e, again;
	for (size_t i = 0; i < d->count; i++)
		assert_non_null(depot_entry(d, i));
	for (; store_next(d->store, &cursor, &e); met++) {
		assert_true(store_find(d->store, &e.info.sha256, &again));
		assert_int_equal(again.row, e.row);
		store_entry(d->store, e.row, &again);
		assert_string_equal(again.file, e.file);
	}
	assert_int_equal(met, store_count(d->store));
	assert_int_equal(met, d->count);
}

static void test_entries(void **state)
{
	struct depot *d = depot_new(3, STATE_TRUSTED);
	(void)state;
	depot_move(d, 1, STATE_BLOCKED);
	assert_int_equal(store_count(d->store), 3);
	assert_int_equal(store_count_state(d->store, STATE_TRUSTED), 2);
	assert_int_equal(store_count_state(d->store, STATE_BLOCKED), 1);
	check_each_once(d);
	const struct entry *e = depot_entry(d, 1);
	assert_int_equal(e->state, STATE_BLOCKED);
	assert_string_equal(e->name, "cert-1");
	assert_string_equal(e->file, depot_file(d, 1));
	assert_string_equal(e->info.subject, "CN=cert-1");
	assert_string_equal(e->added, CERTGEN_FROM);
	assert_string_equal(e->note, "");
	assert_string_equal(e->source, "");
	depot_free(d);
}

static void test_reload_by_difference(void **state)
{
	struct depot *d = depot_new(3, STATE_TRUSTED);
	uint64_t before = store_generation(d->store);
	uint32_t stays = depot_entry(d, 0)->row;
	(void)state;
	depot_reload(d);
	assert_int_equal(store_generation(d->store), before);
	assert_int_equal(depot_entry(d, 0)->row, stays);
	size_t fresh = depot_make(d, &(struct certgen){ .cn = "dropped" });
	depot_drop_pem(d, "blocked/dropped.pem", fresh, "");
	depot_reload(d);
	assert_true(store_generation(d->store) > before);
	assert_int_equal(depot_state(d, fresh), STATE_BLOCKED);
	assert_string_equal(depot_entry(d, fresh)->name, "dropped");
	assert_int_equal(depot_entry(d, 0)->row, stays); /* not parsed again */
	before = store_generation(d->store);
	assert_int_equal(unlink(depot_path(d, "blocked/dropped.pem")), 0);
	depot_reload(d);
	assert_true(store_generation(d->store) > before);
	assert_null(depot_entry(d, fresh));
	depot_free(d);
}

static void test_reload_sees_a_changed_file(void **state)
{
	struct depot *d = depot_new(1, STATE_TRUSTED);
	char *name = mem_format("trusted/%s", depot_file(d, 0));
	uint64_t before = store_generation(d->store);
	(void)state;
	depot_drop_pem(d, name, 0, "Name: by hand\nX-Mine: kept\n");
	depot_reload(d);
	assert_true(store_generation(d->store) > before);
	assert_string_equal(depot_entry(d, 0)->name, "by hand");
	free(name);
	depot_free(d);
}

static void test_dropped_in_files(void **state)
{
	struct depot *d = depot_new(0, STATE_TRUSTED);
	static const char *const names[] = { "a.pem", "b.crt", "c.cer", "d.der", "E.CRT", "f.pem" };
	(void)state;
	for (size_t i = 0; i < 6; i++) {
		char *name = mem_format("trusted/%s", names[i]);
		depot_make(d, &(struct certgen){ .cn = "x" });
		if (i % 2)
			depot_drop_der(d, name, i);
		else
			depot_drop_pem(d, name, i, "Certificate:\n    Data:\n");
		free(name);
	}
	depot_reload(d);
	assert_int_equal(store_problem_count(d->store), 0);
	assert_int_equal(store_count(d->store), 6);
	for (size_t i = 0; i < 6; i++) {
		char want[2] = { names[i][0] };
		assert_string_equal(depot_entry(d, i)->name, want);
		assert_string_equal(depot_entry(d, i)->file, names[i]);
	}
	depot_free(d);
}

static bool find_problem(struct store *store, const char *file, struct problem *out)
{
	uint32_t cursor = 0;
	while (store_next_problem(store, &cursor, out))
		if (strcmp(out->file, file) == 0)
			return true;
	return false;
}

static void test_hostile_file_names(void **state)
{
	struct depot *d = depot_new(0, STATE_TRUSTED);
	struct problem problem;
	(void)state;
	depot_make(d, &(struct certgen){ .cn = "x" });
	depot_make(d, &(struct certgen){ .cn = "y" });
	depot_drop_pem(d, "trusted/a\x1b[2J\n\xff.pem", 0, "");
	depot_drop_pem(d, "untrusted/.pem", 1, ""); /* hidden: none of ours */
	tmp_text(d->tmp, "store/trusted/\x1b.pem", "x");
	depot_reload(d);
	assert_string_equal(depot_entry(d, 0)->name, "a\\x1b[2J\\x0a\\xff");
	assert_string_equal(depot_entry(d, 0)->file, "a\x1b[2J\n\xff.pem");
	assert_null(depot_entry(d, 1));
	assert_int_equal(store_problem_count(d->store), 1);
	assert_true(find_problem(d->store, "\x1b.pem", &problem));
	assert_true(text_is_safe(problem.text));
	depot_free(d);
}

static void check_problem(struct depot *d, const char *file, const char *code)
{
	struct problem p;
	if (!find_problem(d->store, file, &p))
		fail_msg("%s: no problem", file);
	assert_string_equal(p.code, code);
	assert_int_equal(p.state, STATE_TRUSTED);
	assert_true(p.text[0] != '\0');
}

#define KEY "-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n"

static void link_to(struct depot *d, const char *target, const char *name)
{
	assert_int_equal(symlink(target, depot_path(d, name)), 0);
}

static void test_problems(void **state)
{
	struct depot *d = depot_new(0, STATE_TRUSTED);
	static char big[(1 << 20) + 1];
	struct problem none;
	(void)state;
	for (int i = 0; i < 3; i++)
		depot_make(d, &(struct certgen){ .cn = "x" });
	tmp_text(d->tmp, "store/trusted/readme.txt", "hello");
	tmp_text(d->tmp, "store/trusted/suffixless", "hello");
	tmp_text(d->tmp, "store/trusted/text.pem", "hello");
	tmp_text(d->tmp, "store/trusted/empty.pem", "");
	tmp_text(d->tmp, "store/trusted/broken.der", "0\x82\x01\x01");
	tmp_text(d->tmp, "store/trusted/key.pem", KEY);
	tmp_write(d->tmp, "store/trusted/big.pem", big, sizeof big);
	tmp_dir(d->tmp, "store/trusted/folder.pem");
	assert_int_equal(mkfifo(depot_path(d, "trusted/fifo.pem"), 0600), 0);
	depot_drop_pem(d, "trusted/both.pem", 0, KEY);
	link_to(d, "/etc/passwd", "trusted/link.pem");
	link_to(d, "nowhere", "trusted/broken-link.pem");
	link_to(d, "both.pem", "trusted/0123abcd.0"); /* as `openssl rehash` makes them */
	depot_reload(d);
	check_problem(d, "readme.txt", "suffix");
	check_problem(d, "suffixless", "suffix");
	check_problem(d, "text.pem", "not-a-certificate");
	check_problem(d, "empty.pem", "not-a-certificate");
	check_problem(d, "broken.der", "not-a-certificate");
	check_problem(d, "key.pem", "private-key");
	check_problem(d, "both.pem", "private-key");
	check_problem(d, "big.pem", "unreadable");
	check_problem(d, "folder.pem", "not-a-file");
	check_problem(d, "fifo.pem", "not-a-file");
	check_problem(d, "link.pem", "link");
	check_problem(d, "broken-link.pem", "link");
	assert_false(find_problem(d->store, "0123abcd.0", &none));
	assert_int_equal(store_problem_count(d->store), 12);
	assert_int_equal(store_count(d->store), 1); /* the certificate beside the key */
	depot_free(d);
}

static void test_several_in_one_file(void **state)
{
	struct depot *d = depot_new(0, STATE_TRUSTED);
	(void)state;
	depot_make(d, &(struct certgen){ .cn = "first" });
	depot_make(d, &(struct certgen){ .cn = "second" });
	depot_drop_pem(d, "trusted/second.pem", 1, "");
	const char *second = tmp_read(d->tmp, "store/trusted/second.pem", NULL);
	tmp_remove(d->tmp, "store/trusted/second.pem");
	depot_drop_pem(d, "trusted/two.pem", 0, "");
	char *both = mem_format("%s%s", tmp_read(d->tmp, "store/trusted/two.pem", NULL), second);
	tmp_text(d->tmp, "store/trusted/two.pem", both);
	free(both);
	depot_reload(d);
	check_problem(d, "two.pem", "several");
	assert_non_null(depot_entry(d, 0));
	assert_null(depot_entry(d, 1));
	depot_free(d);
}

static void test_twins_the_strictest_counts(void **state)
{
	static const enum state order[STATE_COUNT] = { STATE_TRUSTED, STATE_LIMITED, STATE_TRASH, STATE_UNTRUSTED,
		STATE_BLOCKED };
	struct depot *d = depot_new(1, STATE_TRUSTED);
	(void)state;
	for (size_t i = 0; i < STATE_COUNT; i++) {
		char *name = mem_format("%s/twin.pem", state_name((int)order[i]));
		depot_drop_pem(d, name, 0, "");
		free(name);
		depot_reload(d);
		assert_int_equal(depot_state(d, 0), order[i]);
	}
	depot_free(d);
}

static void test_missing_folder_is_made_by_the_next_change(void **state)
{
	struct depot *d = depot_new(1, STATE_TRUSTED);
	(void)state;
	tmp_remove(d->tmp, "store/blocked");
	tmp_remove(d->tmp, "store/trash");
	depot_open(d);
	assert_int_equal(store_count(d->store), 1);
	assert_false(tmp_exists(d->tmp, "store/blocked"));
	depot_move(d, 0, STATE_BLOCKED);
	assert_int_equal(depot_state(d, 0), STATE_BLOCKED);
	assert_true(tmp_exists(d->tmp, "store/trash"));
	depot_free(d);
}

/* What is kept of a certificate is what it says. */
static void test_what_is_kept_of_names(void **state)
{
	struct depot *d = depot_new(0, STATE_TRUSTED);
	(void)state;
	depot_make(d, &(struct certgen){ .cn = "x",
				.sans = (const char *const[]){ "DNS:a.example", "IP:192.0.2.7", NULL } });
	depot_drop_pem(d, "trusted/x.pem", 0, "");
	depot_reload(d);
	assert_int_equal(depot_entry(d, 0)->info.san_count, 2);
	depot_free(d);
}

static void test_read_cert_proves_the_file(void **state)
{
	struct depot *d = depot_new(2, STATE_TRUSTED);
	struct cert *cert = NULL;
	struct error err = { 0 };
	size_t len, want_len;
	(void)state;
	struct buf alone = { 0 };
	buf_text_add(&alone, "before"); /* which is none of it, and stays */
	assert_true(store_read_der(d->store, depot_entry(d, 0), &alone, &err));
	assert_true(store_read_cert(d->store, depot_entry(d, 0), &cert, NULL, NULL, &err));
	const uint8_t *der = cert_der(cert, &len), *want = depot_der(d, 0, &want_len);
	assert_int_equal(len, want_len);
	assert_memory_equal(der, want, len);
	assert_int_equal(alone.len, 6 + len);
	assert_memory_equal((const char *)alone.data + 6, want, len);
	const struct cert_info *info = cert_info(cert), *kept = &depot_entry(d, 0)->info;
	assert_memory_equal(kept->spki, info->spki, sizeof info->spki);
	assert_memory_equal(kept->sha1, info->sha1, sizeof info->sha1);
	assert_int_equal(kept->san_count, info->san_count);
	cert_free(cert);
	char *name = mem_format("trusted/%s", depot_file(d, 0));
	depot_drop_pem(d, name, 1, "");
	assert_false(store_read_der(d->store, depot_entry(d, 0), &alone, &err));
	assert_int_equal(alone.len, 6 + want_len);
	buf_done(&alone);
	assert_false(store_read_cert(d->store, depot_entry(d, 0), &cert, NULL, NULL, &err));
	assert_non_null(strstr(err.text, "cert-0: its file was changed meanwhile"));
	assert_int_equal(unlink(depot_path(d, name)), 0);
	assert_false(store_read_cert(d->store, depot_entry(d, 0), &cert, NULL, NULL, &err));
	assert_non_null(strstr(err.text, "cert-0"));
	free(name);
	depot_free(d);
}

/* A folder that is open stays so: each load may look whether others have come. */
static void test_folders_are_opened_once(void **state)
{
	struct depot *d = depot_new(1, STATE_TRUSTED);
	(void)state;
	tmp_dir(d->tmp, "store/limited");
	struct error err = { 0 };
	assert_true(store_load(d->store, true, &err));
	int dirs[STATE_COUNT];
	for (int s = 0; s < STATE_COUNT; s++)
		dirs[s] = d->store->dirs[s];
	assert_true(dirs[STATE_LIMITED] >= 0);
	assert_true(store_load(d->store, true, &err));
	assert_memory_equal(d->store->dirs, dirs, sizeof dirs);
	depot_free(d);
}

static void test_the_mode_of_a_store(void **state)
{
	struct tmp *tmp = tmp_new();
	struct store *store;
	struct stat st;
	struct error err = { 0 };
	(void)state;
	struct store_options options = { .path = tmp_path(tmp, "store"), .create = true, .mode = 0700 };
	if (!store_open(&options, &store, &err))
		fail_msg("%s", err.text);
	store_close(store);
	assert_int_equal(stat(tmp_path(tmp, "store"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	tmp_text(tmp, "file", "in the way");
	options.path = tmp_path(tmp, "file/a/b");
	assert_false(store_open(&options, &store, &err));
	tmp_free(tmp);
}

static bool is_told(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	return poll(&p, 1, 0) == 1;
}

static void test_watch(void **state)
{
	struct depot *d = depot_new(1, STATE_TRUSTED);
	(void)state;
	int fd = store_watch(d->store);
	if (fd < 0)
		skip();
	assert_int_equal(store_watch(d->store), fd);
	assert_false(is_told(fd));
	depot_drop_pem(d, "untrusted/x.pem", 0, "");
	assert_true(is_told(fd));
	store_watch_read(d->store);
	assert_false(is_told(fd));
	assert_int_equal(unlink(depot_path(d, "untrusted/x.pem")), 0);
	assert_true(is_told(fd));
	depot_free(d);
}

#define IN_TMP(test) cmocka_unit_test_setup_teardown(test, tmp_setup, tmp_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_TMP(test_create),
		IN_TMP(test_folders_that_are_no_store),
		IN_TMP(test_settings_before_the_store),
		IN_TMP(test_imagined_in_an_empty_folder),
		IN_TMP(test_other_versions_are_not_touched),
		cmocka_unit_test(test_read_only),
		cmocka_unit_test(test_entries),
		cmocka_unit_test(test_reload_by_difference),
		cmocka_unit_test(test_reload_sees_a_changed_file),
		cmocka_unit_test(test_dropped_in_files),
		cmocka_unit_test(test_hostile_file_names),
		cmocka_unit_test(test_problems),
		cmocka_unit_test(test_several_in_one_file),
		cmocka_unit_test(test_twins_the_strictest_counts),
		cmocka_unit_test(test_missing_folder_is_made_by_the_next_change),
		cmocka_unit_test(test_what_is_kept_of_names),
		cmocka_unit_test(test_read_cert_proves_the_file),
		cmocka_unit_test(test_folders_are_opened_once),
		cmocka_unit_test(test_the_mode_of_a_store),
		cmocka_unit_test(test_watch),
	};
	umask(022);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
