/* Several targets at once: all of them, or none. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "deploy/staging.h"
#include "support/consumer.h"
#include "support/unit.h"

static void expect_tally(const struct deploy_target_plan *plan, const char *want)
{
	char *tally = consumer_tally(plan);
	assert_string_equal(tally, want);
	free(tally);
}

static void test_two_kinds(void **state)
{
	struct consumer *c = *state;
	consumer_trust(c, "alpha", "Alpha CA");
	const struct anchor *beta = consumer_trust(c, "beta -- two", "Beta CA");
	consumer_target(c, "pem-bundle", "bundle.pem");
	consumer_target(c, "openssl-dir", "hashed");
	const struct deploy_target_plan *plan = consumer_plan(c);
	expect_tally(&plan[0], "2 added, 0 replaced, 0 removed, 0 kept, 0 theirs");
	expect_tally(&plan[1], "2 added, 0 replaced, 0 removed, 0 kept, 0 theirs");
	assert_false(tmp_exists(c->tmp, "bundle.pem"));
	assert_false(tmp_exists(c->tmp, "hashed"));
	plan = consumer_run(c);
	assert_int_equal(plan[0].read_back, 2);
	assert_int_equal(plan[1].read_back, 2);
	assert_int_equal(tmp_count(c->tmp, "hashed"), 2);
	assert_non_null(strstr(tmp_read(c->tmp, "bundle.pem", NULL), "\n# certary: beta - two\n-----BEGIN"));
	plan = consumer_plan(c);
	expect_tally(&plan[0], "0 added, 0 replaced, 0 removed, 2 kept, 0 theirs");
	assert_false(plan[0].stale || plan[1].stale);
	consumer_drop(c, beta);
	plan = consumer_run(c);
	expect_tally(&plan[1], "0 added, 0 replaced, 1 removed, 1 kept, 0 theirs");
	assert_int_equal(tmp_count(c->tmp, "hashed"), 1);
	assert_null(strstr(tmp_read(c->tmp, "bundle.pem", NULL), "beta"));
}

/* Three targets that were fed and are to be fed anew: two write over files, one makes a folder. */
static void prepare_three(struct consumer *c)
{
	consumer_trust(c, "alpha", "Alpha CA");
	const struct anchor *beta = consumer_trust(c, "beta", "Beta CA");
	consumer_target(c, "pem-bundle", "bundle.pem");
	consumer_target(c, "openssl-dir", "hashed");
	consumer_run(c);
	consumer_drop(c, beta);
	consumer_trust(c, "gamma", "Gamma CA");
	consumer_target(c, "openssl-dir", "new");
	c->keeps = 0;
}

struct snapshot {
	char *bundle;
	ino_t inode;
	size_t hashed;
};

static void snap(struct consumer *c, struct snapshot *s)
{
	struct stat st;
	assert_int_equal(stat(tmp_path(c->tmp, "bundle.pem"), &st), 0);
	*s = (struct snapshot){ strdup(tmp_read(c->tmp, "bundle.pem", NULL)), st.st_ino,
		tmp_count(c->tmp, "hashed") };
}

/* The very file, not one like it. */
static void expect_as_before(struct consumer *c, struct snapshot *s)
{
	struct stat st;
	assert_string_equal(tmp_read(c->tmp, "bundle.pem", NULL), s->bundle);
	assert_int_equal(stat(tmp_path(c->tmp, "bundle.pem"), &st), 0);
	assert_int_equal(st.st_ino, s->inode);
	assert_int_equal(st.st_nlink, 1);
	assert_int_equal(tmp_count(c->tmp, "hashed"), s->hashed);
	assert_false(tmp_exists(c->tmp, "new"));
	assert_int_equal(consumer_leftovers(c), 0);
	free(s->bundle);
}

static void test_no_record_no_deed(void **state)
{
	struct consumer *c = *state;
	struct snapshot before;
	prepare_three(c);
	snap(c, &before);
	consumer_plan(c);
	c->keep_fails = 1;
	assert_false(consumer_deploy(c));
	assert_non_null(strstr(c->err.text, "nothing was changed"));
	expect_as_before(c, &before);
}

/* All is written and read back, and then it can't be written down that it is done. */
static void test_back_at_the_last_moment(void **state)
{
	struct consumer *c = *state;
	struct snapshot before;
	prepare_three(c);
	snap(c, &before);
	consumer_plan(c);
	c->keep_fails = 2;
	assert_false(consumer_deploy(c));
	for (size_t i = 0; i < c->plan.count; i++)
		assert_int_equal(c->plan.items[i].outcome, DEPLOY_BACK);
	/* Before it goes back it says so: whoever comes after a crash must not think that all was done. */
	assert_int_equal(c->keeps, 3);
	assert_int_equal(c->record.len, 0);
	expect_as_before(c, &before);
	consumer_run(c);
}

/*
 * And the disk of the store stays broken: the record may say that it is done, so nothing is put back,
 * and whatever the next start reads there, all is new or all is old.
 */
static void test_not_back_over_a_record_that_says_done(void **state)
{
	struct consumer *c = *state;
	struct snapshot before;
	prepare_three(c);
	consumer_target(c, "pem-bundle", "bundle.pem");
	snap(c, &before);
	consumer_plan(c);
	c->plan.items[3].stale = false;
	c->keep_fails = 2;
	c->keep_fails_on = true;
	assert_false(consumer_deploy(c));
	assert_int_equal(c->keeps, 3);
	assert_non_null(strstr(c->err.text, "nothing is put back"));
	assert_non_null(strstr(c->err.text, "no room for the record"));
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(c->plan.items[i].outcome, DEPLOY_STUCK);
		assert_non_null(strstr(c->plan.items[i].why, "the next start"));
	}
	assert_int_equal(c->plan.items[3].outcome, DEPLOY_BACK);
	assert_non_null(strstr(tmp_read(c->tmp, "bundle.pem", NULL), "gamma"));
	assert_int_equal(tmp_count(c->tmp, "new"), 2);
	consumer_recover(c);
	expect_as_before(c, &before);
}

static void test_it_stays_where_the_record_says_done(void **state)
{
	struct consumer *c = *state;
	prepare_three(c);
	consumer_plan(c);
	c->keep_fails = 2;
	c->keep_fails_on = true;
	assert_false(consumer_deploy(c));
	/* What the second one wrote is what lasted. */
	char *going = strstr((char *)c->record.data, "\"going\"");
	assert_non_null(going);
	memcpy(going, "\"done\" ", 7);
	consumer_recover(c);
	assert_non_null(strstr(tmp_read(c->tmp, "bundle.pem", NULL), "gamma"));
	assert_int_equal(tmp_count(c->tmp, "new"), 2);
	assert_false(consumer_plan(c)[0].stale);
}

/* The disk is full: the record is what it was, and says already that it goes back. */
static void test_back_where_the_record_is_what_it_was(void **state)
{
	struct consumer *c = *state;
	struct snapshot before;
	prepare_three(c);
	snap(c, &before);
	consumer_plan(c);
	c->keep_fails = 2;
	c->keep_fails_on = c->keep_refuses = true;
	assert_false(consumer_deploy(c));
	assert_int_equal(c->keeps, 2);
	assert_int_equal(c->plan.items[0].outcome, DEPLOY_BACK);
	assert_int_equal(c->record.len, 0);
	expect_as_before(c, &before);
}

static void test_edited_between_plan_and_deed(void **state)
{
	struct consumer *c = *state;
	prepare_three(c);
	consumer_plan(c);
	tmp_text(c->tmp, "bundle.pem", "somebody's");
	assert_false(consumer_deploy(c));
	assert_true(c->err.stale);
	assert_non_null(strstr(c->err.text, "somebody changed it meanwhile"));
	assert_string_equal(tmp_read(c->tmp, "bundle.pem", NULL), "somebody's");
	assert_int_equal(c->keeps, 0);
	assert_false(tmp_exists(c->tmp, "new"));
}

static void test_appeared_between_plan_and_deed(void **state)
{
	struct consumer *c = *state;
	consumer_trust(c, "alpha", "Alpha CA");
	consumer_target(c, "pem-bundle", "bundle.pem");
	consumer_plan(c);
	tmp_text(c->tmp, "bundle.pem", "somebody's");
	assert_false(consumer_deploy(c));
	assert_string_equal(tmp_read(c->tmp, "bundle.pem", NULL), "somebody's");
}

/* Somebody writes over what was just written, before it is read back. */
static void overwrite(struct consumer *c, const char *what)
{
	if (strstr(what, "reading back"))
		tmp_text(c->tmp, "bundle.pem", "somebody's");
}

static void test_stuck(void **state)
{
	struct consumer *c = *state;
	prepare_three(c);
	char *before = strdup(tmp_read(c->tmp, "bundle.pem", NULL));
	consumer_plan(c);
	c->watch = overwrite;
	assert_false(consumer_deploy(c));
	assert_int_equal(c->plan.items[0].outcome, DEPLOY_STUCK);
	assert_non_null(strstr(c->plan.items[0].why, ".bundle.pem.certary-old"));
	assert_int_equal(c->plan.items[1].outcome, DEPLOY_BACK);
	assert_int_equal(c->plan.items[2].outcome, DEPLOY_BACK);
	assert_string_equal(tmp_read(c->tmp, "bundle.pem", NULL), "somebody's");
	assert_string_equal(tmp_read(c->tmp, ".bundle.pem.certary-old", NULL), before);
	assert_false(tmp_exists(c->tmp, "new"));
	/* The record stays, and tells the next start, which can't mend it either. */
	struct buf told = { 0 };
	struct error err = { 0 };
	assert_true(c->record.len > 0);
	assert_false(deploy_recover(c->record.data, c->record.len, NULL, &told, &err));
	assert_non_null(strstr(buf_text(&told), "somebody changed it meanwhile"));
	buf_done(&told);
	/* Somebody decides: what was kept goes, and all is well again. */
	tmp_remove(c->tmp, ".bundle.pem.certary-old");
	assert_true(deploy_recover(c->record.data, c->record.len, NULL, &told, &err));
	assert_int_equal(consumer_leftovers(c), 0);
	assert_string_equal(tmp_read(c->tmp, "bundle.pem", NULL), "somebody's");
	buf_done(&told);
	free(before);
}

static void test_nothing_over_what_a_stuck_one_left(void **state)
{
	struct consumer *c = *state;
	prepare_three(c);
	tmp_text(c->tmp, ".bundle.pem.certary-old", "precious");
	consumer_plan(c);
	assert_false(consumer_deploy(c));
	assert_non_null(strstr(c->err.text, "left by a deployment"));
	assert_string_equal(tmp_read(c->tmp, ".bundle.pem.certary-old", NULL), "precious");
}

/* What was never in place has no worth. */
static void test_unused_new_content_is_in_nobodys_way(void **state)
{
	struct consumer *c = *state;
	prepare_three(c);
	tmp_text(c->tmp, ".bundle.pem.certary-new", "half");
	consumer_run(c);
}

/* The same bytes, by somebody else's hand. */
static void write_the_same(struct consumer *c)
{
	const struct buf *bytes = &c->plan.staging->items[0].bytes;
	tmp_write(c->tmp, "bundle.pem", buf_text(bytes), bytes->len);
	tmp_dir(c->tmp, "hashed");
}

static void meddle(struct consumer *c, const char *what)
{
	if (strncmp(what, "writing:", 8) == 0)
		write_the_same(c);
}

static void prepare_new(struct consumer *c)
{
	consumer_trust(c, "alpha", "Alpha CA");
	consumer_target(c, "pem-bundle", "bundle.pem");
	consumer_target(c, "openssl-dir", "hashed");
	consumer_plan(c);
}

static void test_back_removes_nobody_elses(void **state)
{
	struct consumer *c = *state;
	prepare_new(c);
	c->watch = meddle;
	assert_false(consumer_deploy(c));
	assert_int_equal(consumer_leftovers(c), 0);
	assert_true(tmp_exists(c->tmp, "bundle.pem"));
	assert_true(tmp_exists(c->tmp, "hashed"));
	assert_int_equal(tmp_count(c->tmp, "hashed"), 0);
}

static void test_recovery_removes_nobody_elses(void **state)
{
	struct consumer *c = *state;
	prepare_new(c);
	consumer_crash(c, "writing:");
	write_the_same(c);
	consumer_recover(c);
	assert_true(tmp_exists(c->tmp, "bundle.pem"));
	assert_true(tmp_exists(c->tmp, "hashed"));
}

static void test_recovery_removes_ours(void **state)
{
	struct consumer *c = *state;
	prepare_new(c);
	consumer_crash(c, "reading back:");
	assert_true(tmp_exists(c->tmp, "bundle.pem"));
	assert_true(tmp_exists(c->tmp, "hashed"));
	consumer_recover(c);
	assert_false(tmp_exists(c->tmp, "bundle.pem"));
	assert_false(tmp_exists(c->tmp, "hashed"));
}

static void test_links_stay_links(void **state)
{
	struct consumer *c = *state;
	struct stat st;
	consumer_trust(c, "alpha", "Alpha CA");
	tmp_text(c->tmp, "real/bundle.pem", "");
	assert_int_equal(symlink("real/bundle.pem", tmp_path(c->tmp, "bundle.pem")), 0);
	consumer_target(c, "pem-bundle", "bundle.pem");
	consumer_run(c);
	assert_int_equal(lstat(tmp_path(c->tmp, "bundle.pem"), &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	assert_non_null(strstr(tmp_read(c->tmp, "real/bundle.pem", NULL), "BEGIN"));
}

/* Two ways to one folder: each file is put there once, and both targets have it. */
static void test_one_folder_by_two_names(void **state)
{
	struct consumer *c = *state;
	consumer_trust(c, "alpha", "Alpha CA");
	consumer_trust(c, "beta", "Beta CA");
	tmp_dir(c->tmp, "real");
	assert_int_equal(symlink("real", tmp_path(c->tmp, "link")), 0);
	consumer_target(c, "openssl-dir", "real");
	consumer_target(c, "openssl-dir", "link");
	consumer_target(c, "openssl-dir", "new");
	consumer_target(c, "openssl-dir", "new/");
	const struct deploy_target_plan *plan = consumer_run(c);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(plan[i].read_back, 2);
	assert_int_equal(tmp_count(c->tmp, "real"), 2);
	consumer_drop(c, &c->trusted[0]);
	consumer_run(c);
	assert_int_equal(tmp_count(c->tmp, "real"), 1);
	assert_int_equal(tmp_count(c->tmp, "new"), 1);
}

static void test_one_file_of_two_contents(void **state)
{
	struct consumer *c = *state;
	consumer_trust(c, "alpha", "Alpha CA");
	consumer_system(c, "system", "System CA");
	consumer_target(c, "openssl-dir", "hashed");
	consumer_target(c, "pem-bundle", "bundle.pem");
	consumer_target(c, "pem-bundle", "./bundle.pem")->with_system = true;
	const struct deploy_target_plan *plan = consumer_plan(c);
	assert_int_equal(plan[0].outcome, DEPLOY_PLANNED);
	assert_int_equal(plan[1].outcome, DEPLOY_PLANNED);
	assert_int_equal(plan[2].outcome, DEPLOY_UNAVAILABLE);
	assert_non_null(strstr(plan[2].why, "the target pem-bundle 2 changes "));
	assert_true(c->plan.unavailable);
	assert_false(consumer_deploy(c));
	assert_int_equal(c->keeps, 0);
	assert_false(tmp_exists(c->tmp, "hashed"));
}

static void test_longest_name(void **state)
{
	struct consumer *c = *state;
	char name[256];
	memset(name, 'x', 255);
	name[255] = '\0';
	consumer_trust(c, "alpha", "Alpha CA");
	consumer_target(c, "pem-bundle", name);
	consumer_run(c);
	consumer_trust(c, "beta", "Beta CA");
	consumer_run(c);
	assert_true(tmp_exists(c->tmp, name));
}

static void test_many_files(void **state)
{
	struct consumer *c = *state;
	for (size_t i = 0; i < CONSUMER_MOST; i++)
		consumer_trust(c, "twin", i % 2 ? "One" : "Two");
	for (size_t i = 0; i < 6; i++)
		consumer_target(c, "openssl-dir", (const char *const[]){ "a", "b", "c", "d", "e", "f" }[i]);
	consumer_run(c);
	assert_int_equal(tmp_count(c->tmp, "f"), CONSUMER_MOST);
}

/* What it was told of its target is what the operator reads. */
static void test_a_pair_without_a_certificate(void **state)
{
	struct consumer *c = *state;
	consumer_trust(c, "alpha", "Alpha CA");
	consumer_target(c, "server-pair", "cert.pem");
	const struct deploy_target_plan *plan = consumer_plan(c);
	assert_int_equal(plan->outcome, DEPLOY_UNAVAILABLE);
	assert_string_equal(plan->why, "its identity has no certificate yet");
}

#define HASH64 "0000000000000000000000000000000000000000000000000000000000000000"
#define INSIDE(text)                                                                               \
	"{\"deployment\":1,\"phase\":\"going\",\"targets\":[{\"kind\":\"openssl-dir\",\"path\":\"/nowhere/d\"}],"   \
	"\"files\":[{\"kind\":\"folder\",\"path\":\"/nowhere/d\",\"target\":0,\"inside\":[\"" text "\"]}]}"

/* A record is text that somebody may have changed. */
static void test_records_that_are_none(void **state)
{
	static const char *const records[] = { "", "{", "{}", "[]", "{\"deployment\":2,\"phase\":\"going\"}",
		"{\"deployment\":1,\"phase\":\"gone\"}",
		"{\"deployment\":1,\"phase\":\"going\",\"files\":[{}]}",
		"{\"deployment\":1,\"phase\":\"going\",\"targets\":[{}],\"files\":[{\"kind\":\"write\","
		"\"path\":\"relative\",\"target\":0,\"hash\":\"\"}]}",
		"{\"deployment\":1,\"phase\":\"going\",\"targets\":[{}],\"files\":[{\"kind\":\"remove\","
		"\"path\":\"/nowhere/x\",\"target\":1}]}",
		"{\"deployment\":1,\"phase\":\"going\",\"targets\":[{\"kind\":\"java\"}],\"files\":["
		"{\"kind\":\"remove\",\"path\":\"/nowhere/x\",\"target\":0}]}",
		"{\"deployment\":1,\"phase\":\"going\",\"targets\":[{\"kind\":\"java\",\"path\":\"x\"}]}",
		INSIDE("name"), INSIDE("00 name"), INSIDE(HASH64), INSIDE(HASH64 " "), INSIDE(HASH64 " a/b") };
	(void)state;
	for (size_t i = 0; i < sizeof records / sizeof *records; i++) {
		struct buf told = { 0 };
		struct error err = { 0 };
		assert_false(deploy_recover(records[i], strlen(records[i]), NULL, &told, &err));
		assert_true(err.text[0]);
		buf_done(&told);
	}
}

#define FIXTURE(test) cmocka_unit_test_setup_teardown(test, consumer_setup, consumer_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE(test_two_kinds),
		FIXTURE(test_no_record_no_deed),
		FIXTURE(test_back_at_the_last_moment),
		FIXTURE(test_not_back_over_a_record_that_says_done),
		FIXTURE(test_it_stays_where_the_record_says_done),
		FIXTURE(test_back_where_the_record_is_what_it_was),
		FIXTURE(test_edited_between_plan_and_deed),
		FIXTURE(test_appeared_between_plan_and_deed),
		FIXTURE(test_stuck),
		FIXTURE(test_nothing_over_what_a_stuck_one_left),
		FIXTURE(test_unused_new_content_is_in_nobodys_way),
		FIXTURE(test_back_removes_nobody_elses),
		FIXTURE(test_recovery_removes_nobody_elses),
		FIXTURE(test_recovery_removes_ours),
		FIXTURE(test_links_stay_links),
		FIXTURE(test_one_folder_by_two_names),
		FIXTURE(test_one_file_of_two_contents),
		FIXTURE(test_longest_name),
		FIXTURE(test_many_files),
		FIXTURE(test_a_pair_without_a_certificate),
		cmocka_unit_test(test_records_that_are_none),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
