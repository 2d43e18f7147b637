/* Which programs are started, and which not: asked by the processes that start them, behind walls. */
#include "app/programs.h"

#include "support/unit.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/confine.h"
#include "base/mem.h"
#include "base/spawn.h"
#include "deploy/kind.h"
#include "deploy/scratch.h"
#include "support/counter.h"
#include "support/tmp.h"

#define TARGET "targets = ( { name = \"t\"; kind = \"pem-bundle\"; path = \"/x/b.pem\"; reload = \"/bin/sh -c 'exit 0'\"; } );\n"

static const char *const ours[] = { "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
	"LC_ALL=C", "HOME=/", NULL };

/* 0 where it ran, 1 where it isn't started, 4 where it failed.  In a process of its own: a runner is for ever. */
static int fate(struct counter *c, unsigned kinds, const char *const *argv, const char *const *env)
{
	setenv("HOME", "/", 1); /* as in `ours` */
	int status = -1;
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		struct spawn_result r = { 0 };
		struct error err = { 0 };
		const struct spawn_wish wish = { .argv = argv, .env = env, .seconds = 60, .most = 100 };
		if (!app_programs_begin(c->app, kinds, NULL))
			_exit(2);
		confine(&(struct confine){ .may = CONFINE_READ | CONFINE_NET | CONFINE_FORK });
		bool ran = spawn_run(&wish, &r, &err);
		_exit(ran ? r.status == 0 ? 0 : 4 : strstr(err.text, "Operation not permitted") ? 1 : 3);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static bool starts(struct counter *c, unsigned kinds, const char *const *argv, const char *const *env)
{
	int is = fate(c, kinds, argv, env);
	assert_in_range(is, 0, 1);
	return is == 0;
}

static const char *const reload[] = { "/bin/sh", "-c", "exit 0", NULL };
static const char *const other[] = { "/bin/sh", "-c", "exit 1", NULL };

static void put_target(struct counter *c, int mode)
{
	tmp_text(c->depot->tmp, "store/endpoints", TARGET);
	assert_int_equal(chmod(tmp_path(c->depot->tmp, "store/endpoints"), (mode_t)mode), 0);
}

/* What a target names, word by word, from the moment that it does. */
static void test_reload(void **state)
{
	struct counter *c = counter_new(1, STATE_TRUSTED);
	(void)state;
	assert_false(starts(c, PROGRAMS_TOOLS, reload, ours));
	put_target(c, 0644);
	assert_true(starts(c, PROGRAMS_TOOLS, reload, ours));
	assert_false(starts(c, PROGRAMS_TOOLS, other, ours));
	assert_false(starts(c, PROGRAMS_SSH | PROGRAMS_EDITOR | PROGRAMS_SELF, reload, ours));
	assert_false(starts(c, PROGRAMS_TOOLS, reload, NULL));
	put_target(c, 0666);
	assert_false(starts(c, PROGRAMS_TOOLS, reload, ours)); /* whoever may have written that */
	counter_free(c);
}

/* An environment can name libraries to be loaded. */
static void test_environment(void **state)
{
	struct counter *c = counter_new(1, STATE_TRUSTED);
	static const char *const theirs[] = { "LC_ALL=C", "LD_PRELOAD=/tmp/x.so", NULL },
				 *const path[] = { "PATH=/tmp", NULL };
	(void)state;
	put_target(c, 0644);
	assert_false(starts(c, PROGRAMS_TOOLS, reload, theirs));
	assert_false(starts(c, PROGRAMS_TOOLS, reload, path));
	counter_free(c);
}

/* Behind walls of their own they do what they are there for. */
static void check_tool(struct counter *c, const char *name, const char *const *words)
{
	char path[256];
	const char *argv[10] = { find_tool(name, path) };
	for (size_t i = 0; words[i]; i++)
		argv[i + 1] = words[i];
	if (argv[0])
		assert_int_equal(fate(c, PROGRAMS_TOOLS, argv, ours), 0);
}

static void test_tools(void **state)
{
	struct counter *c = counter_new(1, STATE_TRUSTED);
	struct scratch scratch;
	(void)state;
	assert_true(scratch_make(&scratch, NULL));
	char *out = scratch_path(&scratch, "out"), *database = mem_format("sql:%s", scratch.path);
	const char *const extract[] = { "extract", "--filter=trust-policy", "--format=openssl-bundle",
		"--purpose=server-auth", out, NULL };
	const char *const create[] = { "-N", "-d", database, "--empty-password", NULL };
	const char *const list[] = { "-L", "-d", database, NULL };
	check_tool(c, "trust", extract);
	check_tool(c, "certutil", create);
	check_tool(c, "certutil", list);
	scratch_done(&scratch);
	free(out);
	free(database);
	counter_free(c);
}

static void test_editor(void **state)
{
	struct counter *c = counter_new(1, STATE_TRUSTED);
	static const char *const editor[] = { "/bin/true", "-a", "/tmp/x", NULL },
				 *const more[] = { "/bin/true", "-a", "/tmp/x", "-b", NULL },
				 *const another[] = { "/bin/sh", "-a", "/tmp/x", NULL };
	(void)state;
	unsetenv("SUDO_UID");
	setenv("VISUAL", "/bin/true  -a", 1);
	assert_true(starts(c, PROGRAMS_EDITOR, editor, NULL));
	assert_false(starts(c, PROGRAMS_EDITOR, more, NULL));
	assert_false(starts(c, PROGRAMS_EDITOR, another, NULL));
	assert_false(starts(c, PROGRAMS_TOOLS | PROGRAMS_SSH, editor, NULL));
	setenv("SUDO_UID", "1000", 1);
	assert_false(starts(c, PROGRAMS_EDITOR, editor, NULL));
	unsetenv("SUDO_UID");
	unsetenv("VISUAL");
	counter_free(c);
}

static void test_ssh(void **state)
{
	struct counter *c = counter_new(1, STATE_TRUSTED);
	static const char *const odd[] = { "ssh", "-o", "ProxyCommand=/bin/sh", "--", "h", "certary", "list",
		"--json", NULL };
	static const char *const less[] = { "ssh", NULL };
	(void)state;
	assert_false(starts(c, PROGRAMS_SSH, odd, NULL));
	assert_false(starts(c, PROGRAMS_SSH, less, NULL));
	counter_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reload),
		cmocka_unit_test(test_environment),
		cmocka_unit_test(test_tools),
		cmocka_unit_test(test_editor),
		cmocka_unit_test(test_ssh),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
