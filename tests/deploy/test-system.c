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

/* tool: what is run, with its words. */
static void check_distro(struct consumer *c, const char *have, const char *want, const char *tool)
{
	struct buf line = { 0 };
	char path[256];
	const char *argv[DISTRO_WORDS] = { 0 };
	tools = have;
	const struct distro *distro = distro_find(tmp_path(c->tmp, NULL), pretend, path, argv);
	assert_string_equal(distro ? distro->name : "none", want);
	for (size_t i = 0; i < DISTRO_WORDS && argv[i]; i++)
		buf_format(&line, i ? " %s" : "%s", argv[i]);
	if (distro)
		assert_string_equal(buf_text(&line), tool);
	buf_done(&line);
}

static void test_told_by_folder_then_tool(void **state)
{
	struct consumer *c = *state;
	check_distro(c, "update-ca-certificates trust ", "none", NULL);
	tmp_dir(c->tmp, "etc/pki/trust/anchors");
	check_distro(c, "update-ca-certificates ", "SUSE", "/usr/bin/update-ca-certificates");
	check_distro(c, "", "none", NULL);
	tmp_dir(c->tmp, "etc/ca-certificates/trust-source/anchors");
	check_distro(c, "trust ", "Arch", "/usr/bin/trust extract-compat");
	check_distro(c, "update-ca-trust trust ", "Arch", "/usr/bin/update-ca-trust");
	tmp_dir(c->tmp, LOCAL);
	check_distro(c, "update-ca-certificates trust ", "Arch", "/usr/bin/trust extract-compat");
	tmp_text(c->tmp, "etc/ca-certificates.conf", "\n");
	check_distro(c, "update-ca-certificates trust ", "Debian, Ubuntu, Alpine",
		"/usr/bin/update-ca-certificates");
	tmp_dir(c->tmp, "etc/ca-certificates/extracted");
	check_distro(c, "update-ca-certificates trust ", "Arch", "/usr/bin/trust extract-compat");
	tmp_dir(c->tmp, "etc/pki/ca-trust/source/anchors");
	check_distro(c, "update-ca-trust update-ca-certificates ", "Fedora, RHEL",
		"/usr/bin/update-ca-trust extract");
}

static void check_bundle(struct consumer *c, unsigned row, const char *want)
{
	char *bundle = distro_bundle(distro_at(row), tmp_path(c->tmp, NULL));
	assert_string_equal(bundle, tmp_path(c->tmp, want));
	free(bundle);
}

static void test_the_bundle_that_is_there(void **state)
{
	struct consumer *c = *state;
	unsigned suse = 0, debian = 0, count = 0;
	for (; distro_at(count); count++) {
		suse = strcmp(distro_at(count)->name, "SUSE") == 0 ? count : suse;
		debian = distro_at(count)->debian ? count : debian;
	}
	assert_int_equal(count, 4);
	check_bundle(c, debian, BUNDLE);
	check_bundle(c, suse, "var/lib/ca-certificates/ca-bundle.pem");
	tmp_text(c->tmp, "etc/ssl/ca-bundle.pem", "");
	check_bundle(c, suse, "etc/ssl/ca-bundle.pem");
	tmp_text(c->tmp, "var/lib/ca-certificates/ca-bundle.pem", "");
	check_bundle(c, suse, "var/lib/ca-certificates/ca-bundle.pem");
}

/* Somebody removed it after the plan. */
static void test_no_tool_any_more(void **state)
{
	struct consumer *c = *state;
	struct error err = { 0 };
	tmp_dir(c->tmp, "root");
	assert_false(system_settle(consumer_target(c, "system", "root"), &err));
	assert_non_null(strstr(err.text, "the tool that puts anchors into force isn't there"));
}

/* --- Debian's links ----------------------------------------------------------------------------- */

static void put_link(struct consumer *c, const char *name, const char *to)
{
	char *path = mem_format(LINKS "/%s", name);
	assert_int_equal(symlink(to, tmp_path(c->tmp, path)), 0);
	free(path);
}

static void check_links(struct consumer *c, bool off)
{
	assert_int_equal(debian_links_are_off(tmp_path(c->tmp, NULL)), off);
}

/* Each link of ours leads somewhere, and a link by its hash leads to it. */
static void test_links_that_are_off(void **state)
{
	struct consumer *c = *state;
	check_links(c, false);
	tmp_text(c->tmp, LINKS "/certary-plain.pem", "no link");
	tmp_text(c->tmp, "there", "x");
	put_link(c, "certary-a.pem", tmp_path(c->tmp, "there"));
	check_links(c, true);
	put_link(c, "theirs.pem", "certary-a.pem");
	put_link(c, "01234567", "certary-a.pem");
	put_link(c, "0123456g.0", "certary-a.pem");
	put_link(c, "01234567.r0", "certary-a.pem");
	put_link(c, "76543210.0", "theirs.pem");
	check_links(c, true);
	put_link(c, "01234567.0", "certary-a.pem");
	check_links(c, false);
	put_link(c, "01234567.9", "certary-a.pem");
	check_links(c, false);
	put_link(c, "certary-b.pem", "nowhere");
	put_link(c, "12345678.0", "certary-b.pem");
	check_links(c, true);
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
	consumer_pem(c, LOCAL "/corp/worse.crt", "0 is how a DER file would begin\n", worse);
	tmp_text(c->tmp, "etc/ca-certificates.conf",
		"!mozilla/Off.crt\nmozilla/Bad.crt\nmozilla/Lost.crt\n");
	tmp_text(c->tmp, "etc/ca-certificates/update.d/jks-keystore", "#!/bin/sh\nexit 1\n");
	const struct deploy_target_plan *plan = consumer_run(c);
	check_tally(plan, "1 added, 0 replaced, 0 removed, 0 kept, 0 theirs");
	check_warned(
		plan, "comes back is deselected in /etc/ca-certificates.conf (!mozilla/Off.crt)");
	check_warned(plan, "put an exclamation mark before mozilla/Bad.crt");
	check_warned(plan, "somebody's file corp/worse.crt: remove that file");
	check_warned(plan, "jks-keystore changes Java's cacerts as well");
	assert_null(strstr(plan->warnings, "is no PEM"));
	assert_string_equal(tmp_read(c->tmp, "etc/ca-certificates.conf", NULL),
		"!mozilla/Off.crt\nmozilla/Bad.crt\nmozilla/Lost.crt\n");
}

/* Of many some are told, and how many more there are; of a few all. */
static void test_many_that_the_tool_ignores(void **state)
{
	struct consumer *c = *state;
	make_root(c);
	struct anchor *a = consumer_system(c, "a", "a");
	tmp_text(c->tmp, "etc/ca-certificates.conf", "");
	tmp_text(c->tmp, LOCAL "/.crt", "nothing\n");
	consumer_trust(c, "ours", "ours");
	const struct deploy_target_plan *plan = consumer_plan(c);
	assert_string_equal(plan->warnings, ".crt has no certificate in it, and goes into the bundle as it is.");
	for (char i = '1'; i <= '6'; i++) {
		char *name = mem_format("%s/%c.pem", LOCAL, i);
		consumer_pem(c, name, "", a);
		free(name);
	}
	check_warned(consumer_plan(c), "2 more files there are like these.");
}

static void test_many_that_are_blocked(void **state)
{
	static const char *const names[] = { "1", "2", "3", "4", "5", "6", "7", "8" };
	struct consumer *c = *state;
	make_root(c);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		char *name = mem_format("%s/%s.crt", LOCAL, names[i]);
		consumer_pem(c, name, "", consumer_block(c, names[i], names[i]));
		free(name);
	}
	consumer_trust(c, "ours", "ours");
	const struct deploy_target_plan *plan = consumer_plan(c);
	check_warned(plan, "5 is blocked here, but in force by somebody's file 5.crt");
	check_warned(plan, "3 more files there are like these.");
	assert_null(strstr(plan->warnings, "6.crt"));
}

/* Debian's tool takes what isn't a CA's, too. */
static void test_no_authority(void **state)
{
	struct consumer *c = *state;
	make_root(c);
	struct generated *made = certgen(&(struct certgen){ .cn = "self.example" });
	struct anchor *self = &c->trusted[c->demand.trusted.count++];
	c->made[c->made_count++] = made;
	self->name = "self";
	self->der = generated_der(made, &self->len);
	fingerprint_of(self->der, self->len, &self->print);
	check_tally(consumer_run(c), "1 added, 0 replaced, 0 removed, 0 kept, 0 theirs");
	assert_int_equal(in_bundle(c), 1);
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

/* A link that is off only after the tool has run: here a hook of it sees to that, once. */
static void test_heals_links_that_the_tool_left(void **state)
{
	struct consumer *c = *state;
	make_root(c);
	consumer_trust(c, "one", "one");
	consumer_run(c);
	char *hook = mem_format("#!/bin/sh\ncd %s && mkdir %s/ran && rm -f [0-9a-f]*.0\nexit 0\n",
		tmp_path(c->tmp, LINKS), tmp_path(c->tmp, NULL));
	tmp_text(c->tmp, "etc/ca-certificates/update.d/hook", hook);
	tmp_mode(c->tmp, "etc/ca-certificates/update.d/hook", 0755);
	free(hook);
	consumer_trust(c, "two", "two");
	consumer_run(c);
	assert_true(tmp_exists(c->tmp, "ran"));
	check_verified(c, &c->trusted[0], true);
	check_verified(c, &c->trusted[1], true);
}

/* All was done, and then its record could not be kept: the tool runs over the old files again. */
static void test_the_tool_runs_on_the_way_back(void **state)
{
	struct consumer *c = *state;
	make_root(c);
	consumer_trust(c, "one", "one");
	consumer_run(c);
	struct anchor *two = consumer_trust(c, "two", "two");
	consumer_plan(c);
	c->keeps = 0;
	c->keep_fails = 2;
	assert_false(consumer_deploy(c));
	assert_int_equal(c->plan.items[0].outcome, DEPLOY_BACK);
	assert_int_equal(in_bundle(c), 1);
	check_verified(c, two, false);
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
		TEST(test_the_bundle_that_is_there),
		TEST(test_no_tool_any_more),
		TEST(test_links_that_are_off),
		TEST(test_into_force_and_out_again),
		TEST(test_names_that_collide),
		TEST(test_theirs_stay),
		TEST(test_removed_but_shipped),
		TEST(test_what_the_tool_ignores),
		TEST(test_deselected_blocked_and_hooks),
		TEST(test_many_that_the_tool_ignores),
		TEST(test_many_that_are_blocked),
		TEST(test_no_authority),
		TEST(test_heals_links),
		TEST(test_heals_links_that_the_tool_left),
		TEST(test_the_tool_runs_on_the_way_back),
		TEST(test_a_tool_that_fails_puts_all_back),
		TEST(test_a_crash),
		TEST(test_unavailable),
		TEST(test_another_root),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
