/* PEM bundles, and libpq's root.crt: what is ours, what is others', what isn't touched. */
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/mem.h"
#include "codec/pem.h"
#include "deploy/staging.h"
#include "support/consumer.h"
#include "support/unit.h"

static void expect_tally(const struct deploy_target_plan *plan, const char *want)
{
	char *tally = consumer_tally(plan);
	assert_string_equal(tally, want);
	free(tally);
}

static void expect_unavailable(struct consumer *c, const char *words)
{
	const struct deploy_target_plan *plan = consumer_plan(c);
	assert_int_equal(plan->outcome, DEPLOY_UNAVAILABLE);
	if (!strstr(plan->why, words))
		fail_msg("wanted \"%s\", not \"%s\"", words, plan->why);
	assert_false(consumer_deploy(c));
}

static void test_rename_is_a_replacement(void **state)
{
	struct consumer *c = *state;
	struct anchor *anchor = consumer_trust(c, "before", "Root");
	consumer_target(c, "pem-bundle", "bundle.pem");
	consumer_run(c);
	anchor->name = "after";
	expect_tally(consumer_run(c), "0 added, 1 replaced, 0 removed, 0 kept, 0 theirs");
	const char *text = tmp_read(c->tmp, "bundle.pem", NULL);
	assert_non_null(strstr(text, "# certary: after\n"));
	assert_null(strstr(text, "before"));
}

/* Safe text of any kind; nothing in a comment passes for the begin of a block. */
static void test_names(void **state)
{
	static const char *const names[] = { "same", "same", "SAME", "-----BEGIN CERTIFICATE-----",
		"-----END CERTIFICATE-----", "\xc3\xa4\xc3\xb6\xc3\xbc \xe2\x82\xac", "  blanks  ", "\\x1b[31m", "" };
	struct consumer *c = *state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		consumer_trust(c, names[i], "Root");
	consumer_target(c, "pem-bundle", "bundle.pem");
	consumer_target(c, "postgres-client", "root.crt");
	assert_int_equal(consumer_run(c)->read_back, 9);
	const struct deploy_target_plan *plan = consumer_plan(c);
	expect_tally(&plan[0], "0 added, 0 replaced, 0 removed, 9 kept, 0 theirs");
	expect_tally(&plan[1], "0 added, 0 replaced, 0 removed, 9 kept, 0 theirs");
	assert_false(plan[0].stale || plan[1].stale);
}

static void test_foreign_bundle_is_left_alone(void **state)
{
	struct consumer *c = *state;
	const struct anchor *anchor = consumer_trust(c, "ours", "Root");
	consumer_pem(c, "bundle.pem", "# somebody's\n", anchor);
	const char *before = tmp_read(c->tmp, "bundle.pem", NULL);
	consumer_target(c, "pem-bundle", "bundle.pem");
	expect_unavailable(c, "a file that certary didn't write is there, with 1 certificates");
	assert_string_equal(tmp_read(c->tmp, "bundle.pem", NULL), before);
	tmp_text(c->tmp, "bundle.pem", "  \n\n");
	consumer_run(c);
}

/* One wrong path mustn't break a server. */
static void test_what_is_no_root_crt(void **state)
{
	struct consumer *c = *state;
	const struct anchor *anchor = consumer_trust(c, "ours", "Root");
	consumer_target(c, "postgres-client", "root.crt");
	tmp_text(c->tmp, "root.crt", "listen_addresses = '*'\n");
	expect_unavailable(c, "is none of certificates");
	tmp_write(c->tmp, "program", "\x7f" "ELF\0\1", 6);
	tmp_remove(c->tmp, "root.crt");
	assert_int_equal(symlink("program", tmp_path(c->tmp, "root.crt")), 0);
	expect_unavailable(c, "is none of certificates");
	tmp_remove(c->tmp, "root.crt");
	consumer_pem(c, "root.crt", "# somebody's\n", anchor);
	consumer_run(c);
	tmp_text(c->tmp, "root.crt", " \n");
	consumer_run(c);
}

static void test_nothing_anywhere_where_one_is_unavailable(void **state)
{
	struct consumer *c = *state;
	consumer_trust(c, "ours", "Root");
	consumer_target(c, "pem-bundle", "bundle.pem");
	consumer_target(c, "pem-bundle", "missing/bundle.pem");
	const struct deploy_target_plan *plan = consumer_plan(c);
	assert_int_equal(plan[0].outcome, DEPLOY_PLANNED);
	assert_int_equal(plan[1].outcome, DEPLOY_UNAVAILABLE);
	assert_true(c->plan.unavailable);
	assert_false(consumer_deploy(c));
	assert_non_null(strstr(c->err.text, "nothing was changed anywhere"));
	assert_false(tmp_exists(c->tmp, "bundle.pem"));
	assert_int_equal(c->keeps, 0);
}

static void test_system_anchors_behind_ours(void **state)
{
	struct consumer *c = *state;
	const struct anchor *ours = consumer_trust(c, "ours", "Ours");
	const struct anchor *blocked = consumer_block(c, "blocked", "Blocked");
	consumer_system(c, "public -- one", "Public");
	c->system[c->demand.system.count++] = *ours;
	c->system[c->demand.system.count++] = *blocked;
	struct target *target = consumer_target(c, "pem-bundle", "bundle.pem");
	target->with_system = true;
	expect_tally(consumer_run(c), "1 added, 0 replaced, 0 removed, 0 kept, 1 theirs");
	const char *text = tmp_read(c->tmp, "bundle.pem", NULL);
	assert_true(strstr(text, "# certary: ours\n") < strstr(text, "# system: public - one\n"));
	assert_null(strstr(text, "blocked"));
	assert_false(consumer_plan(c)->stale);
	target->with_system = false;
	assert_true(consumer_run(c)->stale);
	assert_null(strstr(tmp_read(c->tmp, "bundle.pem", NULL), "# system"));
}

static void test_what_people_append_stays(void **state)
{
	struct consumer *c = *state;
	consumer_trust(c, "ours", "Ours");
	const struct anchor *theirs = consumer_trust(c, "theirs", "Theirs");
	consumer_pem(c, "more.pem", "# from a colleague\n", theirs);
	consumer_drop(c, theirs);
	consumer_target(c, "pem-bundle", "bundle.pem");
	consumer_run(c);
	char *both = mem_format("%s%s", tmp_read(c->tmp, "bundle.pem", NULL),
		tmp_read(c->tmp, "more.pem", NULL));
	tmp_text(c->tmp, "bundle.pem", both);
	free(both);
	const struct deploy_target_plan *plan = consumer_plan(c);
	expect_tally(plan, "0 added, 0 replaced, 0 removed, 1 kept, 1 theirs");
	assert_false(plan->stale);
	consumer_trust(c, "new", "New");
	consumer_run(c);
	assert_non_null(strstr(tmp_read(c->tmp, "bundle.pem", NULL), "# from a colleague\n-----BEGIN"));
}

static void test_root_crt_keeps_others(void **state)
{
	struct consumer *c = *state;
	const struct anchor *ours = consumer_trust(c, "ours", "Ours");
	const struct anchor *theirs = consumer_block(c, "theirs", "Theirs");
	consumer_pem(c, "root.crt", "company\r\n\r\nroot\n", theirs);
	char *before = mem_text(tmp_read(c->tmp, "root.crt", NULL));
	consumer_target(c, "postgres-client", "root.crt");
	const struct deploy_target_plan *plan = consumer_run(c);
	expect_tally(plan, "1 added, 0 replaced, 0 removed, 0 kept, 1 theirs");
	assert_non_null(strstr(plan->warnings, "theirs is blocked here and stays"));
	assert_non_null(strstr(tmp_read(c->tmp, "root.crt", NULL), before));
	consumer_drop(c, ours);
	expect_tally(consumer_run(c), "0 added, 0 replaced, 1 removed, 0 kept, 1 theirs");
	assert_string_equal(tmp_read(c->tmp, "root.crt", NULL), before);
	free(before);
}

/* The same certificate put there by two: certary takes away only its own. */
static void test_ours_and_theirs_at_once(void **state)
{
	struct consumer *c = *state;
	const struct anchor *shared = consumer_trust(c, "shared", "Shared");
	consumer_pem(c, "root.crt", "", shared);
	consumer_target(c, "postgres-client", "root.crt");
	expect_tally(consumer_run(c), "1 added, 0 replaced, 0 removed, 0 kept, 1 theirs");
	consumer_drop(c, shared);
	const struct deploy_target_plan *plan = consumer_run(c);
	expect_tally(plan, "0 added, 0 replaced, 0 removed, 0 kept, 1 theirs");
	assert_non_null(strstr(plan->warnings, "somebody else put it there as well"));
	assert_null(strstr(tmp_read(c->tmp, "root.crt", NULL), "certary"));
}

/* Of a mark whose block somebody removed: the block behind it doesn't become ours by that. */
static void test_mark_without_a_block(void **state)
{
	struct consumer *c = *state;
	const struct anchor *ours = consumer_trust(c, "ours", "Ours");
	const struct anchor *theirs = consumer_block(c, "theirs", "Theirs");
	consumer_target(c, "postgres-client", "root.crt");
	struct buf text = { 0 };
	buf_text_add(&text, "theirs by hand\n# certary: gone\n# certary: ours\n");
	pem_write(&text, "CERTIFICATE", ours->der, ours->len);
	consumer_pem(c, "root.crt", buf_text(&text), theirs);
	buf_done(&text);
	expect_tally(consumer_run(c), "0 added, 0 replaced, 0 removed, 1 kept, 1 theirs");
	assert_null(strstr(tmp_read(c->tmp, "root.crt", NULL), "gone"));
	assert_non_null(strstr(tmp_read(c->tmp, "root.crt", NULL), "theirs by hand\n"));
	assert_false(consumer_plan(c)->stale);
	consumer_drop(c, ours);
	expect_tally(consumer_run(c), "0 added, 0 replaced, 1 removed, 0 kept, 1 theirs");
}

static void test_private_key(void **state)
{
	struct consumer *c = *state;
	consumer_trust(c, "ours", "Ours");
	tmp_text(c->tmp, "root.crt", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
	consumer_target(c, "postgres-client", "root.crt");
	expect_unavailable(c, "holds a private key");
}

static void test_broken_blocks_stay(void **state)
{
	struct consumer *c = *state;
	static const char broken[] = "-----BEGIN CERTIFICATE-----\nAA!A\n-----END CERTIFICATE-----\n"
				     "-----BEGIN CERTIFICATE-----\nAAAA\n";
	consumer_trust(c, "ours", "Ours");
	tmp_text(c->tmp, "root.crt", broken);
	consumer_target(c, "postgres-client", "root.crt");
	consumer_run(c);
	assert_non_null(strstr(tmp_read(c->tmp, "root.crt", NULL), broken));
	assert_false(consumer_plan(c)->stale);
}

static void test_empty_is_refused(void **state)
{
	struct consumer *c = *state;
	const struct anchor *only = consumer_trust(c, "only", "Only");
	consumer_target(c, "pem-bundle", "bundle.pem");
	consumer_run(c);
	consumer_drop(c, only);
	expect_unavailable(c, "without any certificate");
	c->demand.empty_is_meant = true;
	consumer_run(c);
	assert_null(strstr(tmp_read(c->tmp, "bundle.pem", NULL), "BEGIN"));
}

static void test_mode_and_owner(void **state)
{
	struct consumer *c = *state;
	struct stat st;
	consumer_trust(c, "ours", "Ours");
	tmp_text(c->tmp, "kept.pem", "");
	tmp_mode(c->tmp, "kept.pem", 0640);
	consumer_target(c, "pem-bundle", "kept.pem");
	consumer_target(c, "pem-bundle", "new.pem");
	struct target *target = consumer_target(c, "pem-bundle", "wanted.pem");
	target->mode = 0604;
	mode_t old = umask(077);
	consumer_run(c);
	umask(old);
	assert_int_equal(stat(tmp_path(c->tmp, "kept.pem"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0640);
	assert_int_equal(stat(tmp_path(c->tmp, "new.pem"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0644);
	assert_int_equal(stat(tmp_path(c->tmp, "wanted.pem"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0604);
	target->owner = mem_text("nobody-of-this-name");
	c->trusted[0].name = "renamed";
	consumer_plan(c);
	assert_int_equal(c->plan.items[2].outcome, DEPLOY_UNAVAILABLE);
	assert_non_null(strstr(c->plan.items[2].why, "there is no user nobody-of-this-name"));
}

/* Nothing but the line that it begins with: certary's own, when nothing was trusted. */
static void test_an_empty_bundle_of_ours(void **state)
{
	struct consumer *c = *state;
	consumer_trust(c, "ours", "Ours");
	tmp_text(c->tmp, "bundle.pem", "# Written by certary: change the store, not this file\n");
	consumer_target(c, "pem-bundle", "bundle.pem");
	expect_tally(consumer_run(c), "1 added, 0 replaced, 0 removed, 0 kept, 0 theirs");
	tmp_text(c->tmp, "root.crt", "x");
	consumer_target(c, "postgres-client", "root.crt");
	assert_int_equal(consumer_plan(c)[1].outcome, DEPLOY_UNAVAILABLE);
}

/* "USER", "USER:", ":GROUP", "USER:GROUP" */
static void test_owners(void **state)
{
	struct consumer *c = *state;
	struct stat st;
	const struct passwd *user = getpwuid(1);
	const struct group *group = getgrgid(2);
	if (geteuid() != 0 || !user || !group)
		skip();
	char *owners[] = { mem_text(user->pw_name), mem_format("%s:", user->pw_name),
		mem_format(":%s", group->gr_name), mem_format("%s:%s", user->pw_name, group->gr_name) };
	consumer_trust(c, "ours", "Ours");
	for (size_t i = 0; i < 8; i++) {
		char *name = mem_format("%zu", i);
		consumer_target(c, i < 4 ? "pem-bundle" : "openssl-dir", name)->owner = mem_text(owners[i % 4]);
		free(name);
	}
	consumer_run(c);
	for (size_t i = 0; i < 8; i++) {
		char *name = i < 4 ? mem_format("%zu", i) :
				     mem_format("%zu/%s", i, strrchr(c->plan.staging->items[5].path, '/') + 1);
		assert_int_equal(stat(tmp_path(c->tmp, name), &st), 0);
		assert_int_equal(st.st_uid, i % 4 == 2 ? 0 : 1);
		assert_int_equal(st.st_gid, i % 4 < 2 ? getegid() : 2);
		free(name);
	}
	for (size_t i = 0; i < 4; i++)
		free(owners[i]);
	free(c->targets.items[0].owner);
	c->targets.items[0].owner = mem_text("root:no-such-group");
	c->trusted[0].name = "renamed";
	assert_non_null(strstr(consumer_plan(c)->why, "there is no group no-such-group"));
}

/* Somebody named may read the file besides: a service's user, by setfacl. */
static void test_access_list(void **state)
{
	static const char list[] = "\2\0\0\0" "\1\0\6\0\xff\xff\xff\xff" "\2\0\4\0\xfe\xff\0\0"
				   "\4\0\0\0\xff\xff\xff\xff" "\x10\0\4\0\xff\xff\xff\xff"
				   "\x20\0\0\0\xff\xff\xff\xff";
	struct consumer *c = *state;
	char found[sizeof list];
	consumer_trust(c, "ours", "Ours");
	tmp_text(c->tmp, "bundle.pem", "");
	const char *path = tmp_path(c->tmp, "bundle.pem");
	if (setxattr(path, "system.posix_acl_access", list, sizeof list - 1, 0) != 0)
		skip();
	consumer_target(c, "pem-bundle", "bundle.pem");
	consumer_run(c);
	assert_int_equal(getxattr(path, "system.posix_acl_access", found, sizeof found), sizeof list - 1);
	assert_memory_equal(found, list, sizeof list - 1);
}

#define FIXTURE(test) cmocka_unit_test_setup_teardown(test, consumer_setup, consumer_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE(test_rename_is_a_replacement),
		FIXTURE(test_names),
		FIXTURE(test_foreign_bundle_is_left_alone),
		FIXTURE(test_nothing_anywhere_where_one_is_unavailable),
		FIXTURE(test_system_anchors_behind_ours),
		FIXTURE(test_what_people_append_stays),
		FIXTURE(test_root_crt_keeps_others),
		FIXTURE(test_ours_and_theirs_at_once),
		FIXTURE(test_mark_without_a_block),
		FIXTURE(test_private_key),
		FIXTURE(test_what_is_no_root_crt),
		FIXTURE(test_broken_blocks_stay),
		FIXTURE(test_empty_is_refused),
		FIXTURE(test_mode_and_owner),
		FIXTURE(test_an_empty_bundle_of_ours),
		FIXTURE(test_owners),
		FIXTURE(test_access_list),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
