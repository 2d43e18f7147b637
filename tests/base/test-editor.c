/*
 * A text in an editor, where nobody can say how the editor ended: what was typed is kept all the same.
 * How it goes otherwise is tested with the console's notes.
 */
#include "base/editor.h"

#include "support/unit.h"

#include <errno.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/tmp.h"

/* Somebody else's handler, as a library may have one, waits for every child that it hears of. */
static void reap(int signo)
{
	int saved = errno;
	(void)signo;
	while (waitpid(-1, NULL, 0) > 0)
		;
	errno = saved;
}

/* In a terminal of its own; what it comes to is written into the file "said". */
static _Noreturn void edit(struct tmp *tmp, void (*handler)(int))
{
	struct edited edited;
	struct error err = { 0 };
	struct sigaction action = { .sa_handler = handler };
	setenv("EDITOR", tmp_path(tmp, "editor"), 1);
	setenv("TMPDIR", tmp_path(tmp, NULL), 1);
	unsetenv("VISUAL");
	sigaction(SIGCHLD, &action, NULL);
	bool ok = edit_text("old", 1000, &edited, &err);
	tmp_text(tmp, "said", ok ? buf_text(&edited.text) : err.text);
	if (ok)
		edited_done(&edited);
	_exit(ok ? 0 : 1);
}

static int edit_with(struct tmp *tmp, const char *script, void (*handler)(int))
{
	int terminal, status = -1;
	char bytes[1000];
	tmp_text(tmp, "editor", script);
	tmp_mode(tmp, "editor", 0700);
	pid_t pid = forkpty(&terminal, NULL, NULL, NULL);
	assert_true(pid >= 0);
	if (pid == 0)
		edit(tmp, handler);
	while (read(terminal, bytes, sizeof bytes) > 0)
		;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	close(terminal);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void test_written(void **state)
{
	struct tmp *tmp = *state;
	assert_int_equal(edit_with(tmp, "#!/bin/sh\necho new > \"$1\"\n", SIG_DFL), 0);
	assert_string_equal(tmp_read(tmp, "said", NULL), "new\n");
	assert_int_equal(tmp_count(tmp, NULL), 2); /* the script and that */
}

/* Where the file is stands in brackets at the end of what is said. */
static void test_lost_track(void **state)
{
	static const char named[] = "(what was written is kept in ";
	struct tmp *tmp = *state;
	char file[512];
	assert_int_equal(edit_with(tmp, "#!/bin/sh\necho new > \"$1\"\n", reap), 1);
	const char *said = tmp_read(tmp, "said", NULL), *at = strstr(said, named);
	assert_non_null(strstr(said, "waiting for the editor"));
	assert_non_null(at);
	snprintf(file, sizeof file, "%s", at + strlen(named));
	*strchr(file, ')') = '\0';
	const char *below = file + strlen(tmp_path(tmp, NULL)) + 1;
	assert_string_equal(tmp_read(tmp, below, NULL), "new\n");
}

static void test_never_started(void **state)
{
	struct tmp *tmp = *state;
	assert_int_equal(edit_with(tmp, "#!/nonexistent\n", SIG_DFL), 1);
	assert_null(strstr(tmp_read(tmp, "said", NULL), "kept"));
	assert_int_equal(tmp_count(tmp, NULL), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_written, tmp_setup, tmp_teardown),
		cmocka_unit_test_setup_teardown(test_lost_track, tmp_setup, tmp_teardown),
		cmocka_unit_test_setup_teardown(test_never_started, tmp_setup, tmp_teardown),
	};
	return cmocka_run_group_tests_name("editor", tests, NULL, NULL);
}
