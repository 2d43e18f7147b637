/*
 * The system's own anchors in a root of the test's, by the real update-ca-certificates.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "deploy/debian.h"
#include "deploy/distro.h"
#include "deploy/kind.h"
#include "support/certgen.h"
#include "support/consumer.h"
#include "support/run.h"
#include "support/unit.h"

#define LOCAL  "usr/local/share/ca-certificates"
#define LINKS  "etc/ssl/certs"
#define BUNDLE LINKS "/ca-certificates.crt"

/* --- telling distributions apart -------------------------------------------------------------- */

static const char *tools; /* those that are there, each with a blank behind it */

static const char *pretend(const char *name, char path[static 256])
{
	char *word = mem_format("%s ", name);
	bool there = strstr(tools, word);
	free(word);
	snprintf(path, 256, "/usr/bin/%s", name);
	return there ? path : NULL;
}

static void check_distro(struct consumer *c, const char *have, const char *want, const char *tool)
{
	char path[256];
	const char *argv[DISTRO_WORDS] = { 0 };
	tools = have;
	const struct distro *distro = distro_find(tmp_path(c->tmp, NULL), pretend, path, argv);
	assert_string_equal(distro ? distro->name : "none", want);
	if (distro)
		assert_string_equal(argv[0], tool);
}

static void test_told_by_folder_then_tool(void **state)
{
	struct consumer *c = *state;
	check_distro(c, "update-ca-certificates trust ", "none", NULL);
	tmp_dir(c->tmp, "etc/pki/trust/anchors");
	check_distro(c, "update-ca-certificates ", "SUSE", "/usr/bin/update-ca-certificates");
	check_distro(c, "", "none", NULL);
	tmp_dir(c->tmp, "etc/ca-certificates/trust-source/anchors");
	check_distro(c, "trust ", "Arch", "/usr/bin/trust");
	check_distro(c, "update-ca-trust trust ", "Arch", "/usr/bin/update-ca-trust");
	tmp_dir(c->tmp, LOCAL);
	check_distro(c, "update-ca-certificates trust ", "Arch", "/usr/bin/trust");
	tmp_text(c->tmp, "etc/ca-certificates.conf", "\n");
	check_distro(c, "update-ca-certificates trust ", "Debian, Ubuntu, Alpine",
		"/usr/bin/update-ca-certificates");
	tmp_dir(c->tmp, "etc/ca-certificates/extracted");
	check_distro(c, "update-ca-certificates trust ", "Arch", "/usr/bin/trust");
	tmp_dir(c->tmp, "etc/pki/ca-trust/source/anchors");
	check_distro(c, "update-ca-trust update-ca-certificates ", "Fedora, RHEL",
		"/usr/bin/update-ca-trust");
}

/* --- Debian ----------------------------------------------------------------------------------- */
static bool tool_is_missing(void)
{
	char path[256];
	if (find_tool("update-ca-certificates", path) && debian_takes_root(path))
		return false;
	if (find_tool("update-ca-trust", path) || find_tool("update-ca-certificates", path))
		return true; /* another distribution's */
	if (getenv("CI"))
		fail_msg("update-ca-certificates isn't there");
	return true;
}

static void make_root(struct consumer *c)
{
	if (tool_is_missing())
		skip();
	tmp_dir(c->tmp, LOCAL);
	tmp_dir(c->tmp, LINKS);
	tmp_dir(c->tmp, "usr/share/ca-certificates/mozilla");
	tmp_dir(c->tmp, "etc/ca-certificates/update.d");
	tmp_text(c->tmp, "etc/ca-certificates.conf", "# a comment\n");
	consumer_target(c, "system", ".");
	free(c->targets.items[0].path);
	c->targets.items[0].path = mem_text(tmp_path(c->tmp, NULL));
}

static size_t in_bundle(struct consumer *c)
{
	size_t count = 0;
	const char *at = tmp_read(c->tmp, BUNDLE, NULL);
	for (; (at = strstr(at, "-----BEGIN CERTIFICATE-----")); at++)
		count++;
	return count;
}

static void check_tally(const struct deploy_target_plan *plan, const char *want)
{
	char *tally = consumer_tally(plan);
	assert_string_equal(tally, want);
	free(tally);
}

static void check_warned(const struct deploy_target_plan *plan, const char *want)
{
	if (!plan->warnings || !strstr(plan->warnings, want))
		fail_msg("'%s' doesn't say '%s'", plan->warnings ? plan->warnings : "", want);
}

static void check_verified(struct consumer *c, const struct anchor *anchor, bool want)
{
	struct run r = { 0 };
	consumer_pem(c, "anchor.pem", "", anchor);
	const char *folder = tmp_path(c->tmp, LINKS);
	int status = run(&r,
		ARGV("openssl", "verify", "-no_check_time", "-CApath", folder,
			tmp_path(c->tmp, "anchor.pem")),
		NULL, NULL);
	assert_int_equal(status == 0, want);
	run_done(&r);
}

static void test_into_force_and_out_again(void **state)
{
	struct consumer *c = *state;
	make_root(c);
	struct anchor *one = consumer_trust(c, "Zürich: Root (one), a b", "one");
	struct anchor kept = *consumer_trust(c, "two", "two"), gone = *one;
	const struct deploy_target_plan *plan = consumer_run(c);
	check_tally(plan, "2 added, 0 replaced, 0 removed, 0 kept, 0 theirs");
	assert_int_equal(plan->read_back, 2);
	assert_true(plan->shared);
	assert_non_null(strstr(plan->tool, "--localcertsdir"));
	assert_int_equal(in_bundle(c), 2);
	assert_int_equal(tmp_count(c->tmp, LOCAL), 2);
	check_verified(c, &gone, true);
	check_verified(c, &kept, true);
	check_tally(consumer_run(c), "0 added, 0 replaced, 0 removed, 2 kept, 0 theirs");
	assert_false(c->plan.items[0].stale);
	consumer_drop(c, one);
	check_tally(consumer_run(c), "0 added, 0 replaced, 1 removed, 1 kept, 0 theirs");
	assert_int_equal(in_bundle(c), 1);
	check_verified(c, &gone, false);
	check_verified(c, &kept, true);
}

static void test_names_that_collide(void **state)
{
	struct consumer *c = *state;
	make_root(c);
	consumer_trust(c, "a b", "one");
	consumer_trust(c, "a_b", "two");
	consumer_trust(c, "A B", "three");
	consumer_trust(c, "東京 \\u{202e} ' \" $(x)", "the same");
	consumer_trust(c, "", "the same");
	consumer_run(c);
	assert_int_equal(in_bundle(c), 5);
	/* OpenSSL mixes up twins of one subject and serial number by itself: those have their
	 * links. */
	for (size_t i = 0; i < 3; i++)
		check_verified(c, &c->trusted[i], true);
	for (size_t i = 0; i < c->plan.items[0].count; i++)
		assert_int_equal(strspn(c->plan.items[0].rows[i].name,
					 "abcdefghijklmnopqrstuvwxyz0123456789-."),
			strlen(c->plan.items[0].rows[i].name));
}

/* --- what others have there ------------------------------------------------------------------- */
static void test_theirs_stay(void **state)
{
	struct consumer *c = *state;
	make_root(c);
	struct anchor *both = consumer_trust(c, "both", "both");
	struct anchor *other = consumer_system(c, "other", "other");
	consumer_pem(c, LOCAL "/corp/theirs.crt", "", other);
	consumer_pem(c, "usr/share/ca-certificates/mozilla/Both.crt", "", both);
	consumer_pem(c, LOCAL "/certary-but-not-ours.crt", "# somebody's\n", other);
	tmp_text(c->tmp, "etc/ca-certificates.conf", "mozilla/Both.crt\n");
	consumer_trust(c, "ours", "ours");
	const struct deploy_target_plan *plan = consumer_run(c);
	check_tally(plan, "1 added, 0 replaced, 0 removed, 0 kept, 0 theirs");
	check_warned(plan, "1 of the store's certificates is in force there without certary");
	assert_int_equal(in_bundle(c), 4);
	check_tally(consumer_run(c), "0 added, 0 replaced, 0 removed, 1 kept, 2 theirs");
	c->demand.trusted.count = 0;
	c->demand.empty_is_meant = true;
	check_tally(consumer_run(c), "0 added, 0 replaced, 1 removed, 0 kept, 2 theirs");
	assert_true(tmp_exists(c->tmp, LOCAL "/corp/theirs.crt"));
	assert_true(tmp_exists(c->tmp, LOCAL "/certary-but-not-ours.crt"));
	assert_int_equal(in_bundle(c), 3);
}

/* It was ours first; then the distribution ships it, and we let it go. */
static void test_removed_but_shipped(void **state)
{
	struct consumer *c = *state;
	make_root(c);
	struct anchor *one = consumer_trust(c, "one", "one");
	consumer_trust(c, "two", "two");
	consumer_run(c);
	consumer_pem(c, "usr/share/ca-certificates/mozilla/One.crt", "", one);
	tmp_text(c->tmp, "etc/ca-certificates.conf", "mozilla/One.crt\n");
	check_tally(consumer_run(c), "0 added, 0 replaced, 0 removed, 2 kept, 1 theirs");
	consumer_drop(c, one);
	const struct deploy_target_plan *plan = consumer_run(c);
	check_tally(plan, "0 added, 0 replaced, 1 removed, 1 kept, 1 theirs");
	check_warned(plan, "stays in force there");
}

static void write_der(struct consumer *c, const char *path, const struct anchor *anchor)
{
	tmp_write(c->tmp, path, anchor->der, anchor->len);
}

static void test_what_the_tool_ignores(void **state)
{
	struct consumer *c = *state;
	make_root(c);
	struct anchor *a = consumer_system(c, "a", "a"), *b = consumer_system(c, "b", "b");
	consumer_pem(c, LOCAL "/wrong.pem", "", a);
	consumer_pem(c, LOCAL "/a b.crt", "", a);
	consumer_pem(c, LOCAL "/a_b.crt", "", b);
	write_der(c, LOCAL "/binary.crt", a);
	tmp_text(c->tmp, LOCAL "/empty.crt", "nothing\n");
	char *two = mem_format("%s%s", tmp_read(c->tmp, LOCAL "/a b.crt", NULL),
		tmp_read(c->tmp, LOCAL "/a_b.crt", NULL));
	tmp_text(c->tmp, LOCAL "/two.crt", two);
	free(two);
	consumer_trust(c, "ours", "ours");
	const struct deploy_target_plan *plan = consumer_plan(c);
	check_warned(plan, "wrong.pem is ignored, because its name doesn't end in .crt");
	check_warned(plan, "a_b.crt has the same link as another file");
	check_warned(plan, "binary.crt is no PEM");
	check_warned(plan, "empty.crt has no certificate in it");
	check_warned(plan, "two.crt has more than one certificate");
}

static void test_deselected_blocked_and_hooks(void **state)
{
	struct consumer *c = *state;
	make_root(c);
	struct anchor *off = consumer_trust(c, "comes back", "off");
	struct anchor *bad = consumer_block(c, "bad one", "bad"),
		      *worse = consumer_block(c, "worse", "w");
	consumer_pem(c, "usr/share/ca-certificates/mozilla/Off.crt", "", off);
	consumer_pem(c, "usr/share/ca-certificates/mozilla/Bad.crt", "", bad);
	consumer_pem(c, LOCAL "/worse.crt", "", worse);
	tmp_text(c->tmp, "etc/ca-certificates.conf",
		"!mozilla/Off.crt\nmozilla/Bad.crt\nmozilla/Lost.crt\n");
	tmp_text(c->tmp, "etc/ca-certificates/update.d/jks-keystore", "#!/bin/sh\nexit 1\n");
	const struct deploy_target_plan *plan = consumer_run(c);
	check_tally(plan, "1 added, 0 replaced, 0 removed, 0 kept, 0 theirs");
	check_warned(
		plan, "comes back is deselected in /etc/ca-certificates.conf (!mozilla/Off.crt)");
	check_warned(plan, "put an exclamation mark before mozilla/Bad.crt");
	check_warned(plan, "somebody's file worse.crt: remove that file");
	check_warned(plan, "jks-keystore changes Java's cacerts as well");
	assert_string_equal(tmp_read(c->tmp, "etc/ca-certificates.conf", NULL),
		"!mozilla/Off.crt\nmozilla/Bad.crt\nmozilla/Lost.crt\n");
}

/* --- what goes wrong -------------------------------------------------------------------------- */
/* A run that was killed left files without hash links, and a link to a file that is gone. */
static void test_heals_links(void **state)
{
	struct consumer *c = *state;
	make_root(c);
	consumer_trust(c, "one", "one");
	consumer_run(c);
	tmp_remove(c->tmp, LINKS);
	tmp_dir(c->tmp, LINKS);
	char *name = mem_format("%s/%s", LOCAL, c->plan.items[0].rows[0].name);
	char *link = mem_format("%s/%s", LINKS, c->plan.items[0].rows[0].name);
	memcpy(strrchr(link, '.'), ".pem", 4);
	assert_int_equal(symlink(tmp_path(c->tmp, name), tmp_path(c->tmp, link)), 0);
	consumer_trust(c, "two", "two");
	consumer_run(c);
	check_verified(c, &c->trusted[0], true);
	check_verified(c, &c->trusted[1], true);
	free(name);
	free(link);
}

static void test_a_tool_that_fails_puts_all_back(void **state)
{
	struct consumer *c = *state;
	make_root(c);
	consumer_target(c, "pem-bundle", "bundle.pem");
	consumer_trust(c, "one", "one");
	consumer_run(c);
	const char *before = tmp_read(c->tmp, "bundle.pem", NULL);
	consumer_trust(c, "two", "two");
	consumer_plan(c);
	tmp_remove(c->tmp, LINKS);
	assert_false(consumer_deploy(c));
	assert_string_equal(tmp_read(c->tmp, "bundle.pem", NULL), before);
	assert_int_equal(tmp_count(c->tmp, LOCAL), 1);
	assert_non_null(strstr(c->err.text, "update-ca-certificates: ended with"));
}

/* The tool ran over the new files: it runs again over the old ones. */
static void test_a_crash(void **state)
{
	struct consumer *c = *state;
	make_root(c);
	struct anchor *one = consumer_trust(c, "one", "one"), was = *one;
	consumer_run(c);
	consumer_drop(c, one);
	struct anchor *two = consumer_trust(c, "two", "two");
	consumer_plan(c);
	consumer_crash(c, "reading back:");
	check_verified(c, two, true);
	check_verified(c, &was, false);
	consumer_recover(c);
	check_verified(c, two, false);
	check_verified(c, &was, true);
	assert_int_equal(in_bundle(c), 1);
}

static void test_unavailable(void **state)
{
	struct consumer *c = *state;
	tmp_dir(c->tmp, "root");
	consumer_target(c, "system", "root");
	consumer_trust(c, "one", "one");
	const struct deploy_target_plan *plan = consumer_plan(c);
	assert_int_equal(plan->outcome, DEPLOY_UNAVAILABLE);
	assert_non_null(strstr(plan->why, "there is no folder of anchors below"));
	assert_false(consumer_deploy(c));
}

/* A tool that can't be pointed at another root would change this system instead. */
static void test_another_root(void **state)
{
	struct consumer *c = *state;
	char path[256];
	if (!find_tool("trust", path) || find_tool("update-ca-trust", path))
		skip();
	tmp_dir(c->tmp, "root/etc/ca-certificates/trust-source/anchors");
	consumer_target(c, "system", "root");
	consumer_trust(c, "one", "one");
	const struct deploy_target_plan *plan = consumer_plan(c);
	assert_int_equal(plan->outcome, DEPLOY_UNAVAILABLE);
	assert_non_null(strstr(plan->why, "only the whole system's anchors"));
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, consumer_setup, consumer_teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_told_by_folder_then_tool),
		TEST(test_into_force_and_out_again),
		TEST(test_names_that_collide),
		TEST(test_theirs_stay),
		TEST(test_removed_but_shipped),
		TEST(test_what_the_tool_ignores),
		TEST(test_deselected_blocked_and_hooks),
		TEST(test_heals_links),
		TEST(test_a_tool_that_fails_puts_all_back),
		TEST(test_a_crash),
		TEST(test_unavailable),
		TEST(test_another_root),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
