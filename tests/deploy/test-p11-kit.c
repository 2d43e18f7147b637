/*
 * p11-kit's anchors and blocklist, with `trust` looking at them.
 *
 * p11-kit takes a user's configuration from everybody but root: so root steps down first.
 */
#include <grp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "deploy/kind.h"
#include "support/certgen.h"
#include "support/consumer.h"
#include "support/run.h"
#include "support/unit.h"

#define ANCHORS "token/anchors"
#define BLOCKED "token/blocklist"

static bool tool_is_missing(void)
{
	char path[256];
	if (find_tool("trust", path))
		return false;
	if (getenv("CI"))
		fail_msg("trust isn't there");
	return true;
}

static void configure(struct consumer *c, const char *format)
{
	char *text = mem_format("module: p11-kit-trust.so\npriority: 1\ntrust-policy: yes\n"
				"x-init-reserved: %s\n",
		format);
	tmp_text(c->tmp, "home/.config/pkcs11/modules/p11-kit-trust.module", text);
	free(text);
}

/* p11-kit as it is configured for a user whose home is in the folder. */
static void make_token(struct consumer *c)
{
	if (tool_is_missing())
		skip();
	tmp_dir(c->tmp, "token");
	setenv("HOME", tmp_path(c->tmp, "home"), 1);
	char *paths = mem_format("paths=%s", tmp_path(c->tmp, "token"));
	configure(c, paths);
	free(paths);
	consumer_target(c, "p11-kit", NULL);
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

static void test_anchors_and_blocklist(void **state)
{
	struct consumer *c = *state;
	make_token(c);
	struct anchor *one = consumer_trust(c, "Zürich (one)", "one");
	struct generated *ca = c->made[0];
	trust_made(c, "self", &(struct certgen){ .cn = "self.example" });
	trust_made(c, "leaf", &(struct certgen){ .cn = "leaf.example", .issuer = ca });
	trust_made(c, "ed", &(struct certgen){ .cn = "ed", .ca = true, .key = CERTGEN_ED25519 });
	consumer_block(c, "bad", "bad");
	const struct deploy_target_plan *plan = consumer_run(c);
	check_tally(plan, "5 added, 0 replaced, 0 removed, 0 kept, 0 theirs");
	assert_string_equal(plan->reader, "trust extract");
	assert_int_equal(plan->read_back, 5);
	assert_int_equal(tmp_count(c->tmp, ANCHORS), 4);
	assert_int_equal(tmp_count(c->tmp, BLOCKED), 1);
	assert_int_equal(tmp_count(c->tmp, "token"), 2);
	check_tally(consumer_run(c), "0 added, 0 replaced, 0 removed, 5 kept, 0 theirs");
	assert_false(c->plan.items[0].stale);
	consumer_drop(c, one);
	check_tally(consumer_run(c), "0 added, 0 replaced, 1 removed, 4 kept, 0 theirs");
}

/* Names that collide, aren't ASCII, have blanks or differ in case: `trust list` has each of them. */
static void test_listed(void **state)
{
	static const char *const names[] = { "a b", "a_b", "A B", "東京 CA", "x/../y" };
	struct consumer *c = *state;
	struct run r = { 0 };
	size_t count = 0;
	make_token(c);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		trust_made(c, names[i],
			&(struct certgen){ .cn = i < 3 ? "Twin" : names[i],
				.serial = &"abcde"[i],
				.serial_len = 1,
				.ca = true });
	consumer_run(c);
	char *home = mem_format("HOME=%s", tmp_path(c->tmp, "home"));
	assert_int_equal(run(&r, ARGV("env", home, "trust", "list", "--filter=ca-anchors"), NULL, NULL), 0);
	free(home);
	for (const char *at = buf_text(&r.out); (at = strstr(at, "pkcs11:id=")); at++)
		count++;
	assert_int_equal(count, 5);
	assert_non_null(strstr(buf_text(&r.out), "label: 東京 CA"));
	run_done(&r);
}

/* From one folder to the other: it is neither gone nor new, but refused from now on. */
static void test_trusted_becomes_blocked(void **state)
{
	struct consumer *c = *state;
	make_token(c);
	struct anchor was = *consumer_trust(c, "one", "one");
	consumer_trust(c, "two", "two");
	consumer_run(c);
	consumer_drop(c, &c->trusted[0]);
	c->blocked[c->demand.blocked.count++] = was;
	check_tally(consumer_run(c), "1 added, 0 replaced, 0 removed, 1 kept, 0 theirs");
	assert_int_equal(tmp_count(c->tmp, ANCHORS), 1);
	assert_int_equal(tmp_count(c->tmp, BLOCKED), 1);
	c->demand.blocked.count = 0;
	c->trusted[c->demand.trusted.count++] = was;
	check_tally(consumer_run(c), "1 added, 0 replaced, 0 removed, 1 kept, 0 theirs");
	assert_int_equal(tmp_count(c->tmp, BLOCKED), 0);
}

static void test_theirs_stay(void **state)
{
	struct consumer *c = *state;
	make_token(c);
	struct anchor *both = consumer_trust(c, "both", "both");
	consumer_trust(c, "ours", "ours");
	consumer_pem(c, ANCHORS "/theirs.pem", "", both);
	const struct deploy_target_plan *plan = consumer_run(c);
	check_tally(plan, "1 added, 0 replaced, 0 removed, 0 kept, 1 theirs");
	assert_non_null(strstr(plan->warnings, "in force there without certary"));
	c->demand.trusted.count = 0;
	check_tally(consumer_run(c), "0 added, 0 replaced, 1 removed, 0 kept, 1 theirs");
	assert_true(tmp_exists(c->tmp, ANCHORS "/theirs.pem"));
}

/* What was put in place is taken back where a later target fails. */
static void test_all_is_put_back(void **state)
{
	struct consumer *c = *state;
	make_token(c);
	struct anchor *one = consumer_trust(c, "one", "one");
	consumer_run(c);
	consumer_drop(c, one);
	consumer_trust(c, "two", "two");
	consumer_plan(c);
	configure(c, "paths=/nonexistent");
	assert_false(consumer_deploy(c));
	assert_int_equal(c->plan.items[0].outcome, DEPLOY_BACK);
	assert_int_equal(consumer_leftovers(c), 0);
	assert_int_equal(tmp_count(c->tmp, ANCHORS), 1);
}

/* What is kept aside meanwhile isn't taken for an anchor, and comes back. */
static void test_a_crash(void **state)
{
	struct consumer *c = *state;
	make_token(c);
	struct anchor *one = consumer_trust(c, "one", "one");
	struct anchor was = *one;
	consumer_trust(c, "two", "two");
	consumer_run(c);
	consumer_drop(c, one);
	c->blocked[c->demand.blocked.count++] = was;
	consumer_trust(c, "three", "three");
	consumer_plan(c);
	consumer_crash(c, "reading back:");
	assert_int_equal(tmp_count(c->tmp, ANCHORS), 2);
	assert_int_equal(tmp_count(c->tmp, BLOCKED), 1);
	/* One that was removed; second names of two that are new, and a mark of the new folder. */
	assert_int_equal(consumer_leftovers(c), 4);
	assert_int_equal(tmp_count(c->tmp, "token"), 6);
	consumer_recover(c);
	assert_int_equal(tmp_count(c->tmp, ANCHORS), 2);
	assert_false(tmp_exists(c->tmp, BLOCKED));
	check_tally(consumer_plan(c), "2 added, 0 replaced, 0 removed, 1 kept, 0 theirs");
	consumer_run(c);
}

static void check_unavailable(struct consumer *c, const char *why)
{
	const struct deploy_target_plan *plan = consumer_plan(c);
	assert_int_equal(plan->outcome, DEPLOY_UNAVAILABLE);
	if (!strstr(plan->why, why))
		fail_msg("'%s' doesn't say '%s'", plan->why, why);
}

static void test_unavailable(void **state)
{
	struct consumer *c = *state;
	make_token(c);
	consumer_trust(c, "one", "one");
	configure(c, "paths='/etc/hostname:/nonexistent' verbose=yes");
	check_unavailable(c, "is configured to read /etc/hostname:/nonexistent");
	tmp_mode(c->tmp, "token", 0500);
	char *paths =
		mem_format("verbose=yes paths=\"/nonexistent:%s\"", tmp_path(c->tmp, "token"));
	configure(c, paths);
	free(paths);
	check_unavailable(c, "no permission to write there");
	tmp_mode(c->tmp, "token", 0700);
	consumer_run(c);
}

/* p11-kit can't be pointed at another root: certary reads that itself. */
static void test_another_root(void **state)
{
	struct consumer *c = *state;
	consumer_trust(c, "one", "one");
	consumer_block(c, "two", "two");
	consumer_target(c, "p11-kit", "root");
	check_unavailable(c, "p11-kit reads no folder here");
	tmp_dir(c->tmp, "root/etc/pki/ca-trust/source/anchors");
	tmp_dir(c->tmp, "root/etc/pki/ca-trust/source/blacklist");
	consumer_pem(c, "root/etc/pki/ca-trust/source/anchors/below/x.pem", "", &c->blocked[0]);
	const struct deploy_target_plan *plan = consumer_run(c);
	check_tally(plan, "2 added, 0 replaced, 0 removed, 0 kept, 0 theirs");
	assert_string_equal(plan->reader, "certary's own reader");
	assert_int_equal(tmp_count(c->tmp, "root/etc/pki/ca-trust/source/blacklist"), 1);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, consumer_setup, consumer_teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_anchors_and_blocklist),
		TEST(test_listed),
		TEST(test_trusted_becomes_blocked),
		TEST(test_theirs_stay),
		TEST(test_all_is_put_back),
		TEST(test_a_crash),
		TEST(test_unavailable),
		TEST(test_another_root),
	};
	if (geteuid() == 0 && (setgroups(0, NULL) || setresgid(65534, 65534, 65534) ||
				      setresuid(65534, 65534, 65534)))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
