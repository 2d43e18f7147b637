/*
 * NSS databases, with certutil looking at them.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "deploy/kind.h"
#include "deploy/nss-db.h"
#include "support/certgen.h"
#include "support/consumer.h"
#include "support/run.h"
#include "support/unit.h"

static bool tool_is_missing(void)
{
	char path[256];
	if (find_tool("certutil", path))
		return false;
	if (getenv("CI"))
		fail_msg("certutil isn't there");
	return true;
}

static void make_profile(struct consumer *c)
{
	if (tool_is_missing())
		skip();
	tmp_dir(c->tmp, "profile");
	consumer_target(c, "nss", "profile");
}

static struct anchor *trust_made(struct consumer *c, const char *name, const struct certgen *wish)
{
	struct generated *made = certgen(wish);
	struct anchor *anchor = &c->trusted[c->demand.trusted.count++];
	c->made[c->made_count++] = made;
	anchor->der = generated_der(made, &anchor->len);
	anchor->name = name;
	fingerprint_of(anchor->der, anchor->len, &anchor->print);
	return anchor;
}

static void check_tally(const struct deploy_target_plan *plan, const char *want)
{
	char *tally = consumer_tally(plan);
	assert_string_equal(tally, want);
	free(tally);
}

static void certutil(struct consumer *c, const char *const words[8])
{
	struct run r = { 0 };
	const char *argv[12] = { "certutil" };
	char *where = mem_format("sql:%s", tmp_path(c->tmp, "profile"));
	size_t n = 1;
	for (; words[n - 1]; n++)
		argv[n] = words[n - 1];
	argv[n++] = "-d";
	argv[n] = where;
	if (run(&r, argv, NULL, NULL) != 0)
		fail_msg("certutil: %s", buf_text(&r.err));
	buf_add(&c->record, buf_text(&r.out), r.out.len); /* freed with the rest */
	run_done(&r);
	free(where);
}
#define CERTUTIL(c, ...) certutil(c, (const char *const[8]){ __VA_ARGS__, NULL })

static bool listed(struct consumer *c, const char *nick, const char *flags)
{
	buf_cut(&c->record, 0);
	CERTUTIL(c, "-L");
	const char *line = strstr(buf_text(&c->record), nick);
	size_t end = line ? strcspn(line, "\n") : 0;
	char *text = line ? mem_textn(line, end) : NULL;
	bool is = text && strstr(text, flags);
	free(text);
	buf_cut(&c->record, 0);
	return is;
}

static const char *nick_of(const struct consumer *c, const char *part)
{
	for (size_t i = 0; i < c->plan.items[0].count; i++)
		if (strstr(c->plan.items[0].rows[i].name, part))
			return c->plan.items[0].rows[i].name;
	fail_msg("no row has %s", part);
	return NULL;
}

static void test_a_new_database(void **state)
{
	struct consumer *c = *state;
	struct stat st;
	make_profile(c);
	struct anchor *one = consumer_trust(c, "Zürich: \"Root\" (one)", "one");
	struct generated *ca = c->made[0];
	trust_made(c, "leaf",
		&(struct certgen){ .cn = "leaf.example", .serial = "\x02", .issuer = ca });
	consumer_block(c, "bad", "bad");
	const struct deploy_target_plan *plan = consumer_run(c);
	check_tally(plan, "3 added, 0 replaced, 0 removed, 0 kept, 0 theirs");
	assert_string_equal(plan->reader, "certutil -L");
	assert_true(listed(c, nick_of(c, "rich-root-one-"), "C,,"));
	assert_true(listed(c, nick_of(c, "leaf"), "P,,"));
	assert_true(listed(c, "certary-bad-", "p,p,p"));
	assert_int_equal(stat(tmp_path(c->tmp, "profile/key4.db"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_non_null(
		strstr(tmp_read(c->tmp, "profile/pkcs11.txt", NULL), tmp_path(c->tmp, "profile")));
	check_tally(consumer_run(c), "0 added, 0 replaced, 0 removed, 3 kept, 0 theirs");
	assert_false(c->plan.items[0].stale);
	consumer_drop(c, one);
	check_tally(consumer_run(c), "0 added, 0 replaced, 1 removed, 2 kept, 0 theirs");
	assert_false(listed(c, "-one-", ","));
}

static void check_chain(struct consumer *c, const char *file, bool want)
{
	struct run r = { 0 };
	char *where = mem_format("sql:%s", tmp_path(c->tmp, "profile"));
	int status = run(&r,
		ARGV("vfychain", "-d", where, "-b", "2506010000Z", "-u", "1", "-a",
			tmp_path(c->tmp, file)),
		NULL, NULL);
	if ((status == 0) != want)
		fail_msg("%s: %s", file, buf_text(&r.out));
	run_done(&r);
	free(where);
}

/* NSS verifies with it: through a CA, directly, and not at all. */
static void test_nss_verifies(void **state)
{
	struct consumer *c = *state;
	make_profile(c);
	struct anchor *ca = consumer_trust(c, "ca", "ca"), root = *ca;
	const struct generated *issuer = c->made[0];
	struct anchor *leaf = trust_made(c, "leaf",
		&(struct certgen){ .cn = "leaf", .serial = "\x02", .issuer = issuer });
	consumer_pem(c, "leaf.pem", "", leaf);
	consumer_drop(c, leaf);
	struct anchor *self = trust_made(c, "self", &(struct certgen){ .cn = "self" });
	consumer_pem(c, "self.pem", "", self);
	consumer_run(c);
	check_chain(c, "leaf.pem", true);
	check_chain(c, "self.pem", true);
	consumer_drop(c, &c->trusted[0]);
	c->blocked[c->demand.blocked.count++] = root;
	consumer_run(c);
	check_chain(c, "leaf.pem", false);
	check_chain(c, "self.pem", true);
}

static void test_twins_and_flags(void **state)
{
	struct consumer *c = *state;
	make_profile(c);
	trust_made(c, "a b", &(struct certgen){ .cn = "same", .ca = true, .serial = "\x01" });
	trust_made(c, "a b", &(struct certgen){ .cn = "same", .ca = true, .serial = "\x02" });
	trust_made(c, "A-B", &(struct certgen){ .cn = "same", .ca = true, .serial = "\x03" });
	check_tally(consumer_run(c), "3 added, 0 replaced, 0 removed, 0 kept, 0 theirs");
	const char *nick = c->plan.items[0].rows[1].name;
	CERTUTIL(c, "-M", "-n", nick, "-t", ",,");
	buf_cut(&c->record, 0);
	check_tally(consumer_run(c), "0 added, 1 replaced, 0 removed, 2 kept, 0 theirs");
	struct anchor was = c->trusted[0];
	consumer_drop(c, &c->trusted[0]);
	c->blocked[c->demand.blocked.count++] = was;
	check_tally(consumer_run(c), "0 added, 1 replaced, 0 removed, 2 kept, 0 theirs");
}

/*
 * NSS stops at the first that it doesn't take, and tells certificates apart by issuer and serial
 * number: the others must not suffer.
 */
static void test_what_nss_refuses(void **state)
{
	struct consumer *c = *state;
	make_profile(c);
	trust_made(
		c, "ed one", &(struct certgen){ .cn = "ed", .ca = true, .key = CERTGEN_ED25519 });
	consumer_trust(c, "one", "one");
	trust_made(c, "odd one", &(struct certgen){ .cn = "one", .ca = true });
	consumer_trust(c, "two", "two");
	const struct deploy_target_plan *plan = consumer_run(c);
	check_tally(plan, "2 added, 0 replaced, 0 removed, 0 kept, 0 theirs");
	assert_non_null(strstr(plan->warnings, "NSS doesn't take ed one"));
	assert_non_null(strstr(plan->warnings, "NSS doesn't take odd one"));
	check_tally(consumer_run(c), "0 added, 0 replaced, 0 removed, 2 kept, 0 theirs");
	assert_false(c->plan.items[0].stale);
}

static void test_theirs_stay(void **state)
{
	struct consumer *c = *state;
	make_profile(c);
	struct anchor *both = consumer_trust(c, "both", "both"),
		      *other = consumer_system(c, "o", "o");
	consumer_pem(c, "both.pem", "", both);
	consumer_pem(c, "other.pem", "", other);
	CERTUTIL(c, "-N", "--empty-password");
	CERTUTIL(c, "-A", "-n", "Their 'own' \"Ü\"", "-t,,", "-i", tmp_path(c->tmp, "both.pem"));
	CERTUTIL(c, "-A", "-n", "certary-other", "-tC,,", "-i", tmp_path(c->tmp, "other.pem"));
	consumer_trust(c, "ours", "ours");
	buf_cut(&c->record, 0);
	const struct deploy_target_plan *plan = consumer_run(c);
	check_tally(plan, "1 added, 0 replaced, 0 removed, 0 kept, 2 theirs");
	assert_non_null(strstr(plan->warnings, "in the database by somebody else's hand"));
	assert_true(listed(c, "Their 'own'", " ,,"));
	c->demand.trusted.count = 0;
	check_tally(consumer_run(c), "0 added, 0 replaced, 1 removed, 0 kept, 2 theirs");
	assert_true(listed(c, "certary-other", "C,,"));
}

/* Somebody puts a certificate in while ours are put into the copy that was made before. */
static void test_edited_while_it_is_planned(void **state)
{
	struct consumer *c = *state;
	char event[4096];
	make_profile(c);
	consumer_pem(c, "other.pem", "", consumer_system(c, "o", "o"));
	CERTUTIL(c, "-N", "--empty-password");
	consumer_trust(c, "ours", "ours");
	int watch = inotify_init1(IN_CLOEXEC);
	assert_true(inotify_add_watch(watch, tmp_path(c->tmp, "profile/pkcs11.txt"), IN_CLOSE_NOWRITE) >= 0);
	pid_t child = fork();
	if (child == 0) {
		if (read(watch, event, sizeof event) > 0)
			CERTUTIL(c, "-A", "-n", "userscert", "-tC,,", "-i", tmp_path(c->tmp, "other.pem"));
		_exit(0);
	}
	consumer_plan(c);
	assert_int_equal(waitpid(child, NULL, 0), child);
	assert_false(consumer_deploy(c));
	assert_true(c->err.stale);
	assert_true(listed(c, "userscert", "C,,"));
	check_tally(consumer_run(c), "1 added, 0 replaced, 0 removed, 0 kept, 1 theirs");
	assert_true(listed(c, "userscert", "C,,"));
	close(watch);
}

static void check_unavailable(struct consumer *c, const char *why)
{
	const struct deploy_target_plan *plan = consumer_plan(c);
	assert_int_equal(plan->outcome, DEPLOY_UNAVAILABLE);
	if (!strstr(plan->why, why))
		fail_msg("'%s' doesn't say '%s'", plan->why, why);
}

static void test_password(void **state)
{
	struct consumer *c = *state;
	make_profile(c);
	tmp_text(c->tmp, "password", "open sesame");
	CERTUTIL(c, "-N", "-f", tmp_path(c->tmp, "password"));
	consumer_trust(c, "one", "one");
	check_unavailable(c, "give it with --password-file");
	c->orders[0].password = "open says me";
	check_unavailable(c, "is another one");
	c->orders[0].password = "open sesame";
	check_tally(consumer_run(c), "1 added, 0 replaced, 0 removed, 0 kept, 0 theirs");
	check_tally(consumer_run(c), "0 added, 0 replaced, 0 removed, 1 kept, 0 theirs");
	consumer_drop(c, &c->trusted[0]);
	c->demand.empty_is_meant = true;
	check_tally(consumer_run(c), "0 added, 0 replaced, 1 removed, 0 kept, 0 theirs");
}

/* A process that is killed leaves its folder, but no password in it. */
static void test_password_is_in_no_file(void **state)
{
	struct consumer *c = *state;
	struct nss_db db = { 0 };
	struct error err = { 0 };
	bool fresh;
	make_profile(c);
	assert_true(nss_db_open(&db, tmp_path(c->tmp, "profile"), "open sesame", &fresh, &err));
	assert_true(nss_db_list(&db, &err));
	assert_true(db.password > 0);
	assert_false(fs_exists(db.scratch.dir, "password"));
	char *path = mem_text(db.scratch.path);
	nss_db_close(&db);
	assert_int_not_equal(access(path, F_OK), 0);
	free(path);
}

/* Neither its heads nor its empty lines are certificates. */
static void test_what_is_listed(void **state)
{
	struct consumer *c = *state;
	struct nss_db db = { 0 };
	struct error err = { 0 };
	bool fresh;
	make_profile(c);
	trust_made(c, "old", &(struct certgen){ .cn = "of version 1", .version = 1 });
	consumer_run(c);
	assert_true(listed(c, "certary-old-", "C,,"));
	assert_true(nss_db_open(&db, tmp_path(c->tmp, "profile"), NULL, &fresh, &err));
	assert_true(nss_db_list(&db, &err));
	assert_int_equal(db.count, 1);
	assert_string_equal(db.items[0].nick, c->plan.items[0].rows[0].name);
	nss_db_close(&db);
}

static void test_many_that_nss_refuses(void **state)
{
	struct consumer *c = *state;
	make_profile(c);
	consumer_trust(c, "one", "one");
	for (size_t i = 0; i < 7; i++)
		trust_made(c, "ed", &(struct certgen){ .cn = "ed", .ca = true, .key = CERTGEN_ED25519 });
	assert_non_null(strstr(consumer_plan(c)->warnings, "2 more are left out"));
}

static void test_unavailable(void **state)
{
	struct consumer *c = *state;
	make_profile(c);
	consumer_trust(c, "one", "one");
	tmp_text(c->tmp, "profile/cert8.db", "old");
	check_unavailable(c, "of the old form");
	tmp_remove(c->tmp, "profile");
	check_unavailable(c, "there is no such folder");
	tmp_text(c->tmp, "profile", "a file");
	check_unavailable(c, "there is no such folder");
	tmp_remove(c->tmp, "profile");
	tmp_text(c->tmp, "profile/cert9.db", "this is no database, and was never one");
	check_unavailable(c, "certutil: ended with");
	assert_string_equal(tmp_read(c->tmp, "profile/cert9.db", NULL),
		"this is no database, and was never one");
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, consumer_setup, consumer_teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_a_new_database),
		TEST(test_nss_verifies),
		TEST(test_twins_and_flags),
		TEST(test_what_nss_refuses),
		TEST(test_theirs_stay),
		TEST(test_edited_while_it_is_planned),
		TEST(test_password),
		TEST(test_password_is_in_no_file),
		TEST(test_what_is_listed),
		TEST(test_many_that_nss_refuses),
		TEST(test_unavailable),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
