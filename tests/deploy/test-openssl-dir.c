/* The folder in which OpenSSL looks: seats of one hash, and files that aren't ours. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "deploy/kind.h"
#include "pki/name-hash.h"
#include "support/consumer.h"
#include "support/run.h"
#include "support/unit.h"

static void expect_tally(const struct deploy_target_plan *plan, const char *want)
{
	char *tally = consumer_tally(plan);
	assert_string_equal(tally, want);
	free(tally);
}

/* "hashed/HASH.seat"; lives as long as the test's folder. */
static const char *seat(struct consumer *c, const struct anchor *anchor, unsigned number)
{
	static char name[64];
	uint32_t hash;
	(void)c;
	assert_true(name_hash(anchor->der, anchor->len, &hash));
	snprintf(name, sizeof name, "hashed/%08x.%u", hash, number);
	return name;
}

static bool sits(struct consumer *c, const struct anchor *anchor, unsigned number)
{
	const char *name = seat(c, anchor, number);
	char *mark = mem_format("# certary: %s\n-----BEGIN", anchor->name);
	bool found = tmp_exists(c->tmp, name) && strstr(tmp_read(c->tmp, name, NULL), mark);
	free(mark);
	return found;
}

static void test_twins_close_up(void **state)
{
	struct consumer *c = *state;
	consumer_trust(c, "a", "Twins");
	consumer_trust(c, "b", "TWINS ");
	consumer_trust(c, "c", "twins");
	consumer_target(c, "openssl-dir", "hashed");
	consumer_run(c);
	assert_true(sits(c, &c->trusted[0], 0));
	assert_true(sits(c, &c->trusted[1], 1));
	assert_true(sits(c, &c->trusted[2], 2));
	consumer_drop(c, &c->trusted[0]);
	/* b stays where it is, and c takes the free seat. */
	expect_tally(consumer_run(c), "0 added, 1 replaced, 1 removed, 1 kept, 0 theirs");
	assert_true(sits(c, &c->trusted[0], 1));
	assert_true(sits(c, &c->trusted[1], 0));
	assert_int_equal(tmp_count(c->tmp, "hashed"), 2);
	assert_false(consumer_plan(c)->stale);
}

static void test_others_keep_their_seats(void **state)
{
	struct consumer *c = *state;
	const struct anchor *theirs = consumer_system(c, "theirs", "Twins");
	const struct anchor *ours = consumer_trust(c, "ours", "Twins");
	consumer_pem(c, "hashed/original.pem", "# certary: not in such a file\n", theirs);
	assert_int_equal(symlink("original.pem", tmp_path(c->tmp, seat(c, theirs, 0))), 0);
	tmp_text(c->tmp, "hashed/README", "x");
	tmp_text(c->tmp, "hashed/deadbeef.0", "not a certificate");
	consumer_target(c, "openssl-dir", "hashed");
	expect_tally(consumer_run(c), "1 added, 0 replaced, 0 removed, 0 kept, 1 theirs");
	assert_true(sits(c, ours, 1));
	consumer_drop(c, ours);
	expect_tally(consumer_run(c), "0 added, 0 replaced, 1 removed, 0 kept, 1 theirs");
	assert_int_equal(tmp_count(c->tmp, "hashed"), 4);
}

/* Does OpenSSL take a certificate that it looks for there? */
static void verify(struct consumer *c, const char *pem, bool want)
{
	struct run r = { 0 };
	int status = run(&r, ARGV("openssl", "verify", "-no_check_time", "-CApath", tmp_path(c->tmp, "hashed"),
		tmp_path(c->tmp, pem)), NULL, NULL);
	assert_int_equal(status == 0, want);
	run_done(&r);
}

/* A file without our mark, with another text before it, or with two certificates isn't ours. */
static void test_only_the_mark_makes_it_ours(void **state)
{
	struct consumer *c = *state;
	static const char *const before[] = { "", "# certary: x\n\n", "note\n# certary: x\n", "# certary: x" };
	struct anchor *others[4];
	for (size_t i = 0; i < 4; i++) {
		others[i] = consumer_system(c, "x", (const char *const[]){ "A", "B", "C", "D" }[i]);
		consumer_pem(c, seat(c, others[i], 0), before[i], others[i]);
	}
	consumer_trust(c, "ours", "Ours");
	consumer_target(c, "openssl-dir", "hashed");
	const struct deploy_target_plan *plan = consumer_plan(c);
	assert_int_equal(plan->tally[DEPLOY_REMOVE], 0);
	consumer_run(c);
	for (size_t i = 0; i < 4; i++)
		assert_true(tmp_exists(c->tmp, seat(c, others[i], 0)));
}

/* Whoever looks for one certificate of a file has them all. */
static void test_a_file_with_several(void **state)
{
	struct consumer *c = *state;
	const struct anchor *first = consumer_system(c, "first", "First");
	struct anchor *gone = consumer_trust(c, "gone", "Gone");
	const struct anchor *bad = consumer_block(c, "bad", "Bad");
	consumer_target(c, "openssl-dir", "hashed");
	consumer_run(c);
	consumer_pem(c, "first.pem", "", first);
	consumer_pem(c, "bad.pem", "", bad);
	consumer_pem(c, "gone.pem", "", gone);
	char *all = mem_format("%s%s%s", tmp_read(c->tmp, "first.pem", NULL), tmp_read(c->tmp, "gone.pem", NULL),
		tmp_read(c->tmp, "bad.pem", NULL));
	tmp_text(c->tmp, seat(c, bad, 0), all);
	free(all);
	verify(c, "bad.pem", true);
	consumer_drop(c, gone);
	c->demand.empty_is_meant = true;
	const struct deploy_target_plan *plan = consumer_run(c);
	expect_tally(plan, "0 added, 0 replaced, 0 removed, 0 kept, 3 theirs");
	assert_non_null(strstr(plan->warnings, "bad is blocked here and stays in it"));
	assert_non_null(strstr(plan->warnings, "gone is no longer trusted, but somebody else put it there"));
}

static void test_gap_before_others_is_told(void **state)
{
	struct consumer *c = *state;
	const struct anchor *ours = consumer_trust(c, "ours", "Twins");
	const struct anchor *other = consumer_trust(c, "other", "Other");
	const struct anchor *theirs = consumer_system(c, "theirs", "Twins");
	consumer_target(c, "openssl-dir", "hashed");
	consumer_run(c);
	consumer_pem(c, seat(c, theirs, 1), "", theirs);
	(void)other;
	consumer_drop(c, ours);
	const struct deploy_target_plan *plan = consumer_run(c);
	assert_non_null(strstr(plan->warnings, ".0 will be missing"));
	assert_true(tmp_exists(c->tmp, seat(c, theirs, 1)));
	consumer_trust(c, "again", "Twins");
	assert_null(consumer_run(c)->warnings);
}

static void test_names_of_files(void **state)
{
	static const char *const names[] = { "hashed/DEADBEEF.0", "hashed/deadbeef.00", "hashed/deadbeef.",
		"hashed/deadbeef.r0", "hashed/deadbeef0.0", "hashed/deadbeef.0.pem", "hashed/deadbeef.99999999999" };
	struct consumer *c = *state;
	const struct anchor *ours = consumer_trust(c, "ours", "Ours");
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		consumer_pem(c, names[i], "# certary: ours\n", ours);
	consumer_target(c, "openssl-dir", "hashed");
	expect_tally(consumer_run(c), "1 added, 0 replaced, 0 removed, 0 kept, 0 theirs");
	assert_int_equal(tmp_count(c->tmp, "hashed"), sizeof names / sizeof *names + 1);
}

static void test_wrongly_seated(void **state)
{
	struct consumer *c = *state;
	const struct anchor *ours = consumer_trust(c, "ours", "Ours");
	consumer_pem(c, "hashed/deadbeef.0", "# certary: ours\n", ours);
	consumer_pem(c, seat(c, ours, 4), "# certary: ours\n", ours);
	consumer_target(c, "openssl-dir", "hashed");
	consumer_run(c);
	assert_true(sits(c, ours, 0));
	assert_int_equal(tmp_count(c->tmp, "hashed"), 1);
}

/* What has our mark, and a name by which nobody looks for it. */
static void test_openssl_looks_by_another_name(void **state)
{
	struct consumer *c = *state;
	struct error err = { 0 };
	struct set seen = { 0 };
	const char *reader;
	const struct visit visit = { .demand = &c->demand, .target = consumer_target(c, "openssl-dir", "hashed") };
	const struct anchor *ours = consumer_trust(c, "ours", "Ours");
	consumer_pem(c, seat(c, ours, 0), "# certary: ours\n", ours);
	assert_true(openssl_dir_read_back(&visit, &seen, &reader, &err));
	consumer_pem(c, "hashed/deadbeef.0", "# certary: stray\n", ours);
	assert_false(openssl_dir_read_back(&visit, &seen, &reader, &err));
	assert_non_null(strstr(err.text, "openssl looks for stray by another name than deadbeef"));
	set_done(&seen);
}

static void test_no_folder(void **state)
{
	struct consumer *c = *state;
	consumer_trust(c, "ours", "Ours");
	tmp_text(c->tmp, "file", "x");
	consumer_target(c, "openssl-dir", "file");
	assert_int_equal(consumer_plan(c)->outcome, DEPLOY_UNAVAILABLE);
	consumer_target(c, "openssl-dir", "missing/hashed");
	assert_int_equal(consumer_plan(c)[1].outcome, DEPLOY_UNAVAILABLE);
}

#define FIXTURE(test) cmocka_unit_test_setup_teardown(test, consumer_setup, consumer_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE(test_twins_close_up),
		FIXTURE(test_others_keep_their_seats),
		FIXTURE(test_only_the_mark_makes_it_ours),
		FIXTURE(test_a_file_with_several),
		FIXTURE(test_gap_before_others_is_told),
		FIXTURE(test_names_of_files),
		FIXTURE(test_wrongly_seated),
		FIXTURE(test_openssl_looks_by_another_name),
		FIXTURE(test_no_folder),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
