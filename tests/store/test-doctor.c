#include "store/doctor.h"

#include "support/unit.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "store/deploying.h"
#include "store/internal.h"
#include "store/lock.h"
#include "support/depot.h"

static void examine(struct depot *d, bool mend, struct findings *out)
{
	struct error err = { 0 };
	*out = (struct findings){ 0 };
	if (!doctor_run(d->store, mend, out, &err))
		fail_msg("%s", err.text);
}

/* Exactly one finding, of this code and file. */
static void check_one(struct depot *d, bool mend, const char *code, const char *file, bool mended)
{
	struct findings f;
	examine(d, mend, &f);
	for (size_t i = 1; i < f.count; i++)
		print_message("%s %s %s\n", f.items[i].code, f.items[i].file, f.items[i].text);
	assert_int_equal(f.count, 1);
	assert_string_equal(f.items[0].code, code);
	assert_string_equal(f.items[0].file, file);
	assert_true(f.items[0].text[0] != '\0');
	assert_int_equal(f.items[0].mended, mended);
	findings_done(&f);
}

static void check_healthy(struct depot *d)
{
	struct findings f;
	examine(d, false, &f);
	if (f.count)
		fail_msg("%s %s: %s", f.items[0].code, f.items[0].file, f.items[0].text);
	findings_done(&f);
}

static void test_healthy(void **state)
{
	struct depot *d = depot_new(3, STATE_TRUSTED);
	(void)state;
	depot_move(d, 1, STATE_TRASH);
	depot_make(d, &(struct certgen){ .cn = "x" });
	depot_drop_pem(d, "blocked/x.crt", 3, "");
	check_healthy(d);
	depot_free(d);
}

static void test_missing_folder(void **state)
{
	struct depot *d = depot_new(1, STATE_TRUSTED);
	(void)state;
	tmp_remove(d->tmp, "store/blocked");
	check_one(d, false, "folder", "blocked", false);
	assert_false(tmp_exists(d->tmp, "store/blocked"));
	check_one(d, true, "folder", "blocked", true);
	assert_true(tmp_exists(d->tmp, "store/blocked"));
	check_healthy(d);
	depot_free(d);
	d = depot_new(0, STATE_TRUSTED);
	tmp_remove(d->tmp, "store/trusted");
	check_one(d, true, "folder", "trusted", true);
	check_healthy(d);
	depot_free(d);
}

static void test_files_that_are_amiss(void **state)
{
	struct depot *d = depot_new(1, STATE_TRUSTED);
	(void)state;
	tmp_text(d->tmp, "store/untrusted/\x1b.pem", "hello");
	check_one(d, true, "not-a-certificate", "untrusted/\\x1b.pem", false);
	tmp_remove(d->tmp, "store/untrusted/\x1b.pem");
	tmp_text(d->tmp, "store/trusted/key.pem",
		"-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n");
	check_one(d, true, "private-key", "trusted/key.pem", false);
	assert_true(tmp_exists(d->tmp, "store/trusted/key.pem"));
	depot_free(d);
}

static void test_duplicate(void **state)
{
	struct depot *d = depot_new(2, STATE_TRUSTED);
	(void)state;
	char *copy = mem_format("trusted/%s", depot_file(d, 0));
	depot_drop_pem(d, "blocked/twin.pem", 0, "");
	check_one(d, false, "duplicate", copy, false);
	check_one(d, true, "duplicate", copy, true);
	assert_int_equal(depot_state(d, 0), STATE_BLOCKED);
	assert_int_equal(store_count(d->store), 2);
	check_healthy(d);
	assert_non_null(strstr(depot_journal(d), "\"op\":\"doctor\""));
	assert_non_null(strstr(depot_journal(d), "\"old\":\"Name: cert-0\\n")); /* it is not lost */
	free(copy);
	depot_free(d);
}

/* A copy with a key in it isn't copied into the journal, and so it stays. */
static void test_a_duplicate_that_stays(void **state)
{
	static const char key[] = "-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n";
	struct depot *d = depot_new(0, STATE_TRUSTED);
	struct findings f;
	(void)state;
	depot_make(d, &(struct certgen){ .cn = "x" });
	depot_drop_pem(d, "trusted/twin.pem", 0, key);
	depot_drop_pem(d, "blocked/twin.pem", 0, "");
	examine(d, true, &f);
	size_t told = 0;
	for (size_t i = 0; i < f.count; i++) {
		if (strcmp(f.items[i].code, "duplicate") != 0)
			continue;
		assert_false(f.items[i].mended);
		told++;
	}
	assert_int_equal(told, 1);
	assert_true(tmp_exists(d->tmp, "store/trusted/twin.pem"));
	findings_done(&f);
	depot_free(d);
}

static void test_every_copy_of_a_triplet(void **state)
{
	struct depot *d = depot_new(1, STATE_TRUSTED);
	struct findings f;
	(void)state;
	depot_drop_pem(d, "trusted/twin.pem", 0, "");
	depot_drop_der(d, "untrusted/twin.der", 0);
	examine(d, false, &f);
	assert_int_equal(f.count, 2);
	findings_done(&f);
	examine(d, true, &f);
	assert_int_equal(f.count, 2);
	assert_true(f.items[0].mended && f.items[1].mended);
	findings_done(&f);
	assert_int_equal(store_count(d->store), 1);
	assert_int_equal(depot_state(d, 0), STATE_UNTRUSTED);
	depot_free(d);
}

static void test_wrong_name(void **state)
{
	struct depot *d = depot_new(1, STATE_TRUSTED);
	(void)state;
	depot_make(d, &(struct certgen){ .cn = "another" });
	char *name = mem_format("trusted/%s", depot_file(d, 0));
	depot_drop_pem(d, name, 1, "Name: cert-0\n");
	check_one(d, true, "wrong-name", name, false);
	free(name);
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
	check_one(d, false, "loose-mode", name, false);
	assert_int_equal(mode_of(d, name), loose);
	check_one(d, true, "loose-mode", name, true);
	assert_int_equal(mode_of(d, name), right);
	check_healthy(d);
}

static void test_loose_modes(void **state)
{
	struct depot *d = depot_new(1, STATE_TRUSTED);
	char *file = mem_format("trusted/%s", depot_file(d, 0));
	(void)state;
	check_healthy(d);
	check_mode(d, "trusted", 0777, 0755);
	check_mode(d, "trash", 01777, 0755);
	check_mode(d, "journal", 0666, 0644);
	check_mode(d, "certary.store", 0646, 0644);
	check_mode(d, file, 0666, 0644);
	depot_close(d);
	tmp_remove(d->tmp, "store/.index");
	assert_int_equal(chmod(depot_path(d, file), 0666), 0);
	depot_open(d); /* nothing of it was known before */
	check_one(d, true, "loose-mode", file, true);
	assert_int_equal(mode_of(d, file), 0644);
	free(file);
	depot_free(d);
}

static void test_one_file_and_no_certificate(void **state)
{
	struct depot *d = depot_new(0, STATE_TRUSTED);
	(void)state;
	depot_write(d, "trusted/x.pem", "nonsense", 8);
	depot_open(d);
	check_one(d, false, "not-a-certificate", "trusted/x.pem", false);
	depot_free(d);
}

/* Mending may not reach out of the store, nor lock folders. */
static void test_modes_of_links_and_folders(void **state)
{
	struct depot *d = depot_new(1, STATE_TRUSTED);
	(void)state;
	tmp_text(d->tmp, "outside", "somebody's");
	tmp_mode(d->tmp, "outside", 0666);
	assert_int_equal(symlink("../../outside", depot_path(d, "requests/.link")), 0);
	assert_int_equal(symlink("../../outside", depot_path(d, "trusted/0123abcd.0")), 0);
	tmp_dir(d->tmp, "store/requests/.folder");
	tmp_mode(d->tmp, "store/requests/.folder", 0777);
	check_healthy(d);
	struct findings f;
	examine(d, true, &f);
	findings_done(&f);
	assert_int_equal(mode_of(d, "../outside"), 0666);
	assert_int_equal(mode_of(d, "requests/.folder"), 0777);
	depot_free(d);
}

static void test_journal(void **state)
{
	struct depot *d = depot_new(2, STATE_TRUSTED);
	(void)state;
	char *text = mem_text(depot_journal(d));
	memcpy(strstr(text, "cert-0"), "cert-9", 6);
	tmp_text(d->tmp, "store/journal", text);
	check_one(d, true, "journal", "journal", false);
	memcpy(strstr(text, "cert-9"), "cert-0", 6);
	tmp_text(d->tmp, "store/journal", text);
	check_healthy(d);
	free(text);
	depot_free(d);
}

/* Opening would have finished it; doctor meets it in a store that was open at that time. */
static void test_unfinished(void **state)
{
	struct depot *d = depot_new(1, STATE_TRUSTED);
	struct lock lock;
	(void)state;
	assert_true(lock_take(d->store->root, 0, &lock, NULL));
	assert_true(lock_mark(&lock, (int64_t)strlen(depot_journal(d)), NULL));
	lock_release(&lock);
	check_one(d, false, "unfinished", ".lock", false);
	depot_open(d);
	check_healthy(d);
	depot_free(d);
}

/* A record that nobody holds is a crash's; one that somebody holds is at work. */
static void test_deployment_cut_off(void **state)
{
	struct depot *d = depot_new(1, STATE_TRUSTED);
	struct deploying *held;
	(void)state;
	tmp_text(d->tmp, "store/deploying", "{}");
	check_one(d, false, "unfinished", "deploying", false);
	assert_true(store_deploying_take(d->store, &held, NULL));
	check_healthy(d);
	store_deploying_release(held);
	check_one(d, false, "unfinished", "deploying", false);
	tmp_remove(d->tmp, "store/deploying");
	check_healthy(d);
	depot_free(d);
}

/* One note: that it is one, on which file, and some of its words. */
static void check_note(struct depot *d, const char *file, const char *words)
{
	struct findings f;
	check_one(d, true, "outside", file, false);
	examine(d, false, &f);
	assert_true(f.items[0].note);
	if (!strstr(f.items[0].text, words))
		fail_msg("'%s' doesn't say '%s'", f.items[0].text, words);
	findings_done(&f);
}

static void test_gone(void **state)
{
	struct depot *d = depot_new(2, STATE_TRUSTED);
	char *name = mem_format("trusted/%s", depot_file(d, 1));
	(void)state;
	assert_int_equal(unlink(depot_path(d, name)), 0);
	check_note(d, name, "is gone");
	free(name);
	depot_free(d);
}

static void test_moved_by_hand(void **state)
{
	struct depot *d = depot_new(1, STATE_TRUSTED);
	char *from = mem_format("trusted/%s", depot_file(d, 0));
	char *to = mem_format("blocked/%s", depot_file(d, 0));
	char *old = mem_text(depot_path(d, from));
	(void)state;
	assert_int_equal(rename(old, depot_path(d, to)), 0);
	check_note(d, to, "into trusted");
	free(old);
	free(from);
	free(to);
	depot_free(d);
}

static void test_another_byte(void **state)
{
	struct depot *d = depot_new(1, STATE_TRUSTED);
	char *name = mem_format("trusted/%s", depot_file(d, 0));
	int fd = open(depot_path(d, name), O_WRONLY | O_CLOEXEC);
	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, "M", 1, 0), 1); /* of "Name:" */
	close(fd);
	check_note(d, name, "edited it");
	free(name);
	depot_free(d);
}

/* Files and journal of two moments are compared with nothing: somebody is at work, or was cut off. */
static void test_not_while_somebody_writes(void **state)
{
	struct depot *d = depot_new(1, STATE_TRUSTED);
	char *name = mem_format("trusted/%s", depot_file(d, 0));
	struct findings f;
	struct lock lock;
	(void)state;
	tmp_remove(d->tmp, "store/trusted");
	assert_true(lock_take(d->store->root, 0, &lock, NULL));
	examine(d, false, &f);
	for (size_t i = 0; i < f.count; i++)
		assert_string_not_equal(f.items[i].file, name);
	assert_true(f.count > 0);
	findings_done(&f);
	lock_release(&lock);
	examine(d, false, &f);
	bool told = false;
	for (size_t i = 0; i < f.count; i++)
		told |= strcmp(f.items[i].file, name) == 0;
	assert_true(told);
	findings_done(&f);
	free(name);
	depot_free(d);
}

/* What nobody put there by certary, nobody can have lost. */
static void test_dropped_is_healthy(void **state)
{
	struct depot *d = depot_new(1, STATE_TRUSTED);
	(void)state;
	depot_make(d, &(struct certgen){ .cn = "dropped" });
	depot_drop_pem(d, "trusted/dropped.pem", 1, "");
	check_healthy(d);
	assert_int_equal(unlink(depot_path(d, "trusted/dropped.pem")), 0);
	check_healthy(d);
	depot_free(d);
}

static void test_leftover(void **state)
{
	struct depot *d = depot_new(1, STATE_TRUSTED);
	struct store *store;
	struct findings f = { 0 };
	(void)state;
	tmp_text(d->tmp, "store/trusted/.new-7", "half");
	struct store_options options = { .path = depot_path(d, NULL), .read_only = true };
	assert_true(store_open(&options, &store, NULL));
	assert_true(doctor_run(store, true, &f, NULL));
	assert_int_equal(f.count, 1);
	assert_string_equal(f.items[0].code, "leftover");
	findings_done(&f);
	tmp_remove(d->tmp, "store/trusted/.new-7");
	assert_true(doctor_run(store, true, &f, NULL));
	assert_int_equal(f.count, 0); /* it was another writer's, who is done by now */
	findings_done(&f);
	store_close(store);
	tmp_text(d->tmp, "store/trusted/.new-7", "half");
	check_healthy(d);
	assert_false(tmp_exists(d->tmp, "store/trusted/.new-7"));
	depot_free(d);
}

static void test_read_only_is_not_mended(void **state)
{
	struct depot *d = depot_new(1, STATE_TRUSTED);
	struct store *store;
	struct findings f = { 0 };
	(void)state;
	depot_drop_pem(d, "blocked/twin.pem", 0, "");
	struct store_options options = { .path = depot_path(d, NULL), .read_only = true };
	assert_true(store_open(&options, &store, NULL));
	const char *picture = depot_picture(d);
	assert_true(doctor_run(store, true, &f, NULL));
	assert_int_equal(f.count, 1);
	assert_false(f.items[0].mended);
	assert_string_equal(depot_picture(d), picture);
	findings_done(&f);
	store_close(store);
	depot_free(d);
}

static void test_table(void **state)
{
	size_t n = 0;
	(void)state;
	for (const struct doctor_check *c = doctor_checks(); c->code; c++, n++) {
		assert_true(c->code[0] && c->help[0]);
		for (const struct doctor_check *o = doctor_checks(); o < c; o++)
			assert_string_not_equal(o->code, c->code);
	}
	assert_true(n >= 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_healthy),
		cmocka_unit_test(test_missing_folder),
		cmocka_unit_test(test_files_that_are_amiss),
		cmocka_unit_test(test_duplicate),
		cmocka_unit_test(test_a_duplicate_that_stays),
		cmocka_unit_test(test_every_copy_of_a_triplet),
		cmocka_unit_test(test_wrong_name),
		cmocka_unit_test(test_loose_modes),
		cmocka_unit_test(test_one_file_and_no_certificate),
		cmocka_unit_test(test_modes_of_links_and_folders),
		cmocka_unit_test(test_journal),
		cmocka_unit_test(test_unfinished),
		cmocka_unit_test(test_deployment_cut_off),
		cmocka_unit_test(test_gone),
		cmocka_unit_test(test_moved_by_hand),
		cmocka_unit_test(test_another_byte),
		cmocka_unit_test(test_not_while_somebody_writes),
		cmocka_unit_test(test_dropped_is_healthy),
		cmocka_unit_test(test_leftover),
		cmocka_unit_test(test_read_only_is_not_mended),
		cmocka_unit_test(test_table),
	};
	umask(022);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
