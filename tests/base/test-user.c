#include "base/user.h"

#include "support/unit.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/tmp.h"

/* The environment is the process's own: each question is asked in one that is thrown away. */
static int in_child(int (*ask)(void))
{
	int status = -1;
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		_exit(ask());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static const char *const theirs[] = { "TERMINFO", "TERMINFO_DIRS", "TERMCAP", "EDITOR", "VISUAL", "PAGER",
	"XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "CERTARY_CONFIG", "TMPDIR", "JAVA_HOME",
	"LOCPATH", "SSLKEYLOGFILE", "CERTARY_TEST_LOCALES", "CERTARY_TEST_CLOCK",
	"CERTARY_TEST_ROOT", "CERTARY_SEEN", "LANGUAGE" };

#define THEIRS (sizeof theirs / sizeof *theirs)

static void fill(void)
{
	for (size_t i = 0; i < THEIRS; i++)
		setenv(theirs[i], "/home/ann/evil", 1);
	setenv("CERTARY_STORE", "/srv/store", 1);
	setenv("TERM", "xterm", 1);
}

static int left(void)
{
	int count = 0;
	for (size_t i = 0; i < THEIRS; i++)
		count += getenv(theirs[i]) != NULL;
	return count;
}

static int ask_of_sudo(void)
{
	fill();
	setenv("SUDO_UID", "1000", 1);
	user_distrust();
	bool rest = getenv("CERTARY_STORE") && getenv("TERM");
	return left() + (rest ? 0 : 100);
}

static int ask_of_oneself(void)
{
	fill();
	unsetenv("SUDO_UID");
	unsetenv("PKEXEC_UID");
	unsetenv("DOAS_USER");
	user_distrust();
	return left();
}

static void test_their_environment_is_forgotten(void **state)
{
	(void)state;
	assert_int_equal(in_child(ask_of_sudo), 0);
}

static void test_ones_own_is_kept(void **state)
{
	(void)state;
	assert_int_equal(in_child(ask_of_oneself), THEIRS);
}

static const char *home;

static int ask_home(void)
{
	setenv("SUDO_UID", "1000", 1);
	setenv("HOME", home, 1);
	user_distrust();
	const char *now = getenv("HOME");
	return now && strcmp(now, home) == 0;
}

static void test_home_of_another(void **state)
{
	home = tmp_path(*state, NULL);
	assert_int_equal(in_child(ask_home), 1);
	if (geteuid() != 0)
		skip(); /* a folder of somebody else's can't be made */
	assert_int_equal(chown(home, 65534, 65534), 0);
	assert_int_equal(in_child(ask_home), 0);
	assert_int_equal(chown(home, 0, 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_their_environment_is_forgotten),
		cmocka_unit_test(test_ones_own_is_kept),
		cmocka_unit_test_setup_teardown(test_home_of_another, tmp_setup, tmp_teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
