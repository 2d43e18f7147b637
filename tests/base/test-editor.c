#include "base/editor.h"

#include "support/unit.h"

#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "support/tmp.h"

#define TEXT "first line\nsecond line"

static int kept_in = -1, kept_err = -1, master = -1;

/* Standard input and, for what it writes, standard error become a terminal; standard output is cmocka's. */
static int setup(void **state)
{
	int slave;
	tmp_setup(state);
	setenv("TMPDIR", tmp_path(*state, ""), 1);
	unsetenv("VISUAL");
	unsetenv("SUDO_UID");
	if (openpty(&master, &slave, NULL, NULL, NULL) != 0)
		return -1;
	kept_in = dup(STDIN_FILENO);
	kept_err = dup(STDERR_FILENO);
	dup2(slave, STDIN_FILENO);
	dup2(slave, STDERR_FILENO);
	close(slave);
	return 0;
}

static int teardown(void **state)
{
	dup2(kept_in, STDIN_FILENO);
	dup2(kept_err, STDERR_FILENO);
	close(kept_in);
	close(kept_err);
	close(master);
	unsetenv("TMPDIR");
	return tmp_teardown(state);
}

/* An editor is a script of a line, whose last word is the file. */
static void choose(struct tmp *tmp, const char *variable, const char *script)
{
	tmp_text(tmp, "editor", script);
	char *line = mem_format("sh  %s", tmp_path(tmp, "editor"));
	setenv(variable, line, 1);
	free(line);
}

static void edited_as(struct tmp *tmp, const char *script, const char *text, bool changed)
{
	struct edited edited;
	struct error err = { 0 };
	choose(tmp, "EDITOR", script);
	if (!edit_text(TEXT, 1000, &edited, &err))
		fail_msg("%s", err.text);
	assert_string_equal(buf_text(&edited.text), text);
	assert_int_equal(edited.changed, changed);
	char *folder = mem_text(edited.folder);
	edited_done(&edited);
	assert_int_not_equal(access(folder, F_OK), 0);
	free(folder);
}

static void test_what_was_written(void **state)
{
	edited_as(*state, "echo third >>\"$1\"", TEXT "\nthird\n", true);
	edited_as(*state, ": >\"$1\"", "", true);
	edited_as(*state, ":", TEXT "\n", false);
	edited_as(*state, "printf '\\n\\n' >>\"$1\"", TEXT "\n\n\n", false);
	edited_as(*state, "cp \"$1\" \"$1~\"; : >\"$(dirname \"$1\")/.note.swp\"", TEXT "\n", false);
}

/* Nobody else can read it, not even for an instant. */
static void test_a_file_of_its_own(void **state)
{
	edited_as(*state, "stat -c '%a %F' \"$1\" \"$(dirname \"$1\")\" >\"$1.new\"; mv \"$1.new\" \"$1\"",
		"600 regular file\n700 directory\n", true);
}

static void test_visual_comes_first(void **state)
{
	struct tmp *tmp = *state;
	struct edited edited;
	struct error err = { 0 };
	setenv("VISUAL", "false", 1);
	choose(tmp, "EDITOR", ":");
	assert_false(edit_text(TEXT, 1000, &edited, &err));
	assert_non_null(strstr(err.text, "status 1"));
	setenv("VISUAL", "  ", 1);
	assert_true(edit_text(TEXT, 1000, &edited, &err));
	edited_done(&edited);
	unsetenv("VISUAL");
}

/* Whatever goes wrong, what was typed is there, and where is said. */
static void refused(struct tmp *tmp, const char *script, size_t most, const char *words, const char *kept)
{
	struct edited edited;
	struct error err = { 0 };
	choose(tmp, "EDITOR", script);
	assert_false(edit_text(TEXT, most, &edited, &err));
	assert_null(edited.folder);
	if (!strstr(err.text, words))
		fail_msg("%s", err.text);
	char *at = strstr(err.text, "is kept in ");
	assert_int_equal(at != NULL, kept != NULL);
	if (!kept)
		return;
	at += strlen("is kept in ");
	at[strcspn(at, ")")] = '\0';
	FILE *f = fopen(at, "re");
	char bytes[256] = "";
	assert_non_null(f);
	size_t got = fread(bytes, 1, sizeof bytes - 1, f);
	fclose(f);
	bytes[got] = '\0';
	assert_string_equal(bytes, kept);
}

static void test_failures_lose_nothing(void **state)
{
	refused(*state, "exit 3", 1000, "status 3", NULL);
	refused(*state, "echo more >>\"$1\"; exit 3", 1000, "status 3", TEXT "\nmore\n");
	refused(*state, "echo more >>\"$1\"; kill -KILL $$", 1000, "signal 9", TEXT "\nmore\n");
	refused(*state, "echo more >>\"$1\"", 10, "note.txt", TEXT "\nmore\n");
	static const char link[] = "rm \"$1\"; ln -s \"$0\" \"$1\"";
	refused(*state, link, 1000, "note.txt", link); /* another file isn't read in its place */
}

static void test_programs_that_are_none(void **state)
{
	struct edited edited;
	struct error err = { 0 };
	(void)state;
	if (!UNIT_VALGRIND) { /* there it is started, and ends with 127 */
		setenv("EDITOR", "/nonexistent/editor -f", 1);
		assert_false(edit_text(TEXT, 1000, &edited, &err));
		assert_non_null(strstr(err.text, "the editor /nonexistent/editor"));
		assert_null(strstr(err.text, "is kept in"));
	}
	setenv("EDITOR", "a b c d e f g h i j k l m n o p q r", 1);
	assert_false(edit_text(TEXT, 1000, &edited, &err));
	assert_int_equal(err.code, ERROR_USAGE);
	assert_non_null(strstr(err.text, "16 words"));
	assert_null(edited.folder);
}

static void test_where_none_may_be_started(void **state)
{
	struct edited edited;
	struct error err = { 0 };
	choose(*state, "EDITOR", "echo started >>\"$1\"");
	setenv("SUDO_UID", "65534", 1);
	assert_false(edit_text(TEXT, 1000, &edited, &err));
	assert_non_null(strstr(err.text, "sudo"));
	unsetenv("SUDO_UID");
	dup2(kept_in, STDIN_FILENO);
	close(STDIN_FILENO);
	assert_false(edit_text(TEXT, 1000, &edited, &err));
	assert_int_equal(err.code, ERROR_USAGE);
	setenv("TMPDIR", "/nonexistent", 1);
	dup2(STDERR_FILENO, STDIN_FILENO);
	assert_false(edit_text(TEXT, 1000, &edited, &err));
	assert_non_null(strstr(err.text, "/nonexistent/certary-"));
	assert_null(edited.folder);
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

/* Where the file is stands in brackets at the end of what is said. */
static void test_lost_track(void **state)
{
	static const char named[] = "(what was written is kept in ";
	struct tmp *tmp = *state;
	char file[512];
	/* of a child whose end is ignored the kernel keeps nothing */
	assert_int_equal(edit_with(tmp, "#!/bin/sh\necho new > \"$1\"\n", SIG_IGN), 1);
	const char *said = tmp_read(tmp, "said", NULL), *at = strstr(said, named);
	assert_non_null(strstr(said, "waiting for the editor"));
	assert_non_null(at);
	snprintf(file, sizeof file, "%s", at + strlen(named));
	*strchr(file, ')') = '\0';
	const char *below = file + strlen(tmp_path(tmp, NULL)) + 1;
	assert_string_equal(tmp_read(tmp, below, NULL), "new\n");
}

#define EDITOR_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		EDITOR_TEST(test_what_was_written),
		EDITOR_TEST(test_a_file_of_its_own),
		EDITOR_TEST(test_visual_comes_first),
		EDITOR_TEST(test_failures_lose_nothing),
		EDITOR_TEST(test_programs_that_are_none),
		EDITOR_TEST(test_where_none_may_be_started),
		cmocka_unit_test_setup_teardown(test_lost_track, tmp_setup, tmp_teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
