/*
 * Who reads a file or a runtime, in a /proc of the test's.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/text.h"
#include "deploy/restart.h"
#include "support/tmp.h"
#include "support/unit.h"

struct fake {
	int pid;
	const char *comm, *exe, *words, *environment, *maps, *cgroup, *open;
};

static void put(struct tmp *tmp, int pid, const char *name, const char *text)
{
	char *path = mem_format("proc/%d/%s", pid, name);
	struct buf bytes = { 0 };
	for (const char *p = text; p && *p; p++)
		buf_char(&bytes, *p == '|' ? '\0' : *p); /* as the kernel divides words */
	if (text)
		tmp_write(tmp, path, bytes.data, bytes.len);
	buf_done(&bytes);
	free(path);
}

static void put_link(struct tmp *tmp, int pid, const char *name, const char *to)
{
	char *path = mem_format("proc/%d/%s", pid, name);
	if (to)
		assert_int_equal(symlink(to, tmp_path(tmp, path)), 0);
	free(path);
}

static void start(struct tmp *tmp, const struct fake *fake)
{
	char *fds = mem_format("proc/%d/fd", fake->pid);
	tmp_dir(tmp, fds);
	free(fds);
	put(tmp, fake->pid, "comm", fake->comm);
	put(tmp, fake->pid, "cmdline", fake->words);
	put(tmp, fake->pid, "environ", fake->environment);
	put(tmp, fake->pid, "maps", fake->maps);
	put(tmp, fake->pid, "cgroup", fake->cgroup);
	put_link(tmp, fake->pid, "exe", fake->exe);
	put_link(tmp, fake->pid, "fd/7", fake->open);
}

static void check(struct tmp *tmp, struct readers_wish wish, const char *const *want)
{
	struct buf out = { 0 };
	size_t count = 0;
	wish.proc = tmp_path(tmp, "proc");
	size_t found = readers_find(&wish, &out);
	for (; want[count]; count++)
		if (!strstr(buf_text(&out), want[count]))
			fail_msg("'%s' doesn't have '%s'", buf_text(&out), want[count]);
	if (found != count)
		fail_msg("'%s': %zu instead of %zu", buf_text(&out), found, count);
	buf_done(&out);
}
#define FOUND(...) ((const char *const[]){ __VA_ARGS__, NULL })

static void test_each_way_to_know_a_file(void **state)
{
	struct tmp *tmp = *state;
	const struct fake fakes[] = {
		{ 11, .comm = "a\n", .words = "/usr/bin/a|--ca=/etc/x/ca.pem|" },
		{ 12, .comm = "b\n", .words = "b|/etc/x/ca.pem|" },
		{ 13, .comm = "c\n", .environment = "HOME=/|SSL_CERT_FILE=/etc/x/ca.pem|X=1|" },
		{ 14, .comm = "d\n",
			.maps = "7f00-7f01 r--p 0 fe:00 9    /usr/lib/x.so\n"
				"7f02-7f03 r--p 0 fe:00 9    /etc/x/ca.pem\n" },
		{ 15, .comm = "e\n", .open = "/etc/x/ca.pem" },
		{ 16, .comm = "f\n", .words = "f|sslrootcert=/etc/x/ca.pem user=me|" },
		{ 21, .comm = "no\n", .words = "n|/etc/x/ca.pem.old|/other/etc/x/ca.pem|/etc/x|" },
		{ 22, .comm = "no\n", .open = "/etc/x/ca.pemm", .maps = "1-2 /etc/x/ca.pems\n" },
		{ 23, .comm = "no\n" },
	};
	for (size_t i = 0; i < sizeof fakes / sizeof *fakes; i++)
		start(tmp, &fakes[i]);
	check(tmp, (struct readers_wish){ .paths = { "/etc/x/ca.pem" } },
		FOUND("a (process 11)", "b (process 12)", "c (process 13)", "d (process 14)",
			"e (process 15)", "f (process 16)"));
	check(tmp, (struct readers_wish){ .paths = { "/etc/x/ca.pem" }, .only_open = true },
		FOUND("e (process 15)"));
	check(tmp, (struct readers_wish){ .paths = { "/nowhere" } }, FOUND(NULL));
	/* Also behind the walls of a job. */
	struct buf out = { 0 };
	const struct readers_wish wish = { .proc = tmp_path(tmp, "proc"), .paths = { "/etc/x/ca.pem" } };
	assert_int_equal(readers_ask(&wish, &out), 6);
	assert_non_null(strstr(buf_text(&out), "e (process 15)"));
	buf_done(&out);
	check(tmp, (struct readers_wish){ .paths = { "/other", "/etc/x/ca.pem.old" } },
		FOUND("no (process 21)"));
}

static void test_units(void **state)
{
	struct tmp *tmp = *state;
	const struct fake fakes[] = {
		{ 31, .words = "/w|", .cgroup = "0::/system.slice/nginx.service\n" },
		{ 32, .words = "/w|", .cgroup = "0::/system.slice/nginx.service\n" },
		{ 33, .words = "/w|",
			.cgroup = "3:cpu:/x\n1:name=systemd:/system.slice/old.service\n" },
		{ 34, .comm = "sh\n", .words = "/w|",
			.cgroup =
				"0::/user.slice/user-0.slice/user@0.service/app.slice/x.scope\n" },
		{ 35, .words = "/w|",
			.cgroup = "0::/user.slice/user-0.slice/user@0.service/app.slice/mine.service\n" },
		{ 36, .words = "/w|", .cgroup = "0::/evil\x1b[2J.service\n" },
	};
	for (size_t i = 0; i < sizeof fakes / sizeof *fakes; i++)
		start(tmp, &fakes[i]);
	check(tmp, (struct readers_wish){ .paths = { "/w" } },
		FOUND("nginx.service", "old.service", "sh (process 34)", "mine.service",
			"evil\\x1b[2J.service"));
}

static void test_java(void **state)
{
	struct tmp *tmp = *state;
	const struct fake fakes[] = {
		{ 41, .comm = "java\n", .exe = "/opt/jdk/bin/java", .words = "java|-jar|a.jar|" },
		{ 42, .exe = "/opt/jdk/bin/java",
			.words = "java|-Djavax.net.ssl.trustStore=/etc/own.jks|" },
		{ 43, .exe = "/opt/jdk/bin/java",
			.environment =
				"JAVA_TOOL_OPTIONS=-Djavax.net.ssl.trustStore=/etc/own.jks|" },
		{ 44, .exe = "/opt/jdk-21/bin/java", .words = "java|" },
	};
	for (size_t i = 0; i < sizeof fakes / sizeof *fakes; i++)
		start(tmp, &fakes[i]);
	check(tmp, (struct readers_wish){ .runtimes = { "/opt/jdk" } }, FOUND("java (process 41)"));
	check(tmp, (struct readers_wish){ .paths = { "/etc/own.jks" } },
		FOUND("(process 42)", "(process 43)"));
}

static void test_links_and_folders(void **state)
{
	struct tmp *tmp = *state;
	tmp_text(tmp, "real/ca.pem", "x");
	assert_int_equal(symlink(tmp_path(tmp, "real"), tmp_path(tmp, "link")), 0);
	start(tmp, &(struct fake){ 51, .comm = "a\n", .open = tmp_path(tmp, "real/ca.pem") });
	char *words = mem_format("b|%s|", tmp_path(tmp, "link/ca.pem"));
	start(tmp, &(struct fake){ 52, .comm = "b\n", .words = words });
	free(words);
	check(tmp, (struct readers_wish){ .paths = { tmp_path(tmp, "link/ca.pem") } },
		FOUND("a (process 51)", "b (process 52)"));
	check(tmp, (struct readers_wish){ .paths = { tmp_path(tmp, "link") } },
		FOUND("a (process 51)", "b (process 52)"));
}

static void test_many_are_counted(void **state)
{
	struct tmp *tmp = *state;
	struct buf out = { 0 };
	for (int pid = 1000; pid < 1050; pid++)
		start(tmp, &(struct fake){ pid, .comm = "x\n", .words = "/w|" });
	const struct readers_wish wish = { .proc = tmp_path(tmp, "proc"), .paths = { "/w" } };
	assert_int_equal(readers_find(&wish, &out), 50);
	assert_non_null(strstr(buf_text(&out), "and 10 more"));
	buf_done(&out);
}

/* Whoever started this program names the path, too. */
static void test_not_our_own_family(void **state)
{
	struct tmp *tmp = *state;
	int parent = (int)getppid();
	start(tmp, &(struct fake){ (int)getpid(), .words = "certary|/w|" });
	start(tmp, &(struct fake){ parent, .words = "sh|-c|certary /w|" });
	put(tmp, parent, "stat", "9 (a) S 1 (b\n) S 2000000011 9 9 0\n");
	start(tmp, &(struct fake){ 2000000011, .words = "sudo|certary|/w|" });
	put(tmp, 2000000011, "stat", "2000000011 (sudo) S 1 2 3\n");
	start(tmp, &(struct fake){ 2000000012, .comm = "other\n", .words = "x|/w|" });
	check(tmp, (struct readers_wish){ .paths = { "/w" } }, FOUND("other (process 2000000012)"));
}

static void test_nothing_there(void **state)
{
	struct tmp *tmp = *state;
	check(tmp, (struct readers_wish){ .paths = { "/w" } }, FOUND(NULL));
	tmp_dir(tmp, "proc/77");
	tmp_text(tmp, "proc/78", "no folder");
	tmp_dir(tmp, "proc/self");
	check(tmp, (struct readers_wish){ .paths = { "/w" }, .runtimes = { "/x" } }, FOUND(NULL));
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, tmp_setup, tmp_teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_each_way_to_know_a_file),
		TEST(test_units),
		TEST(test_java),
		TEST(test_links_and_folders),
		TEST(test_many_are_counted),
		TEST(test_not_our_own_family),
		TEST(test_nothing_there),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
