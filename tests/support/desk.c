#include "support/desk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "support/unit.h"

#define WORDS_MOST 32

const char *desk_locales(void)
{
	static char setting[4096];
	const char *named = getenv("CERTARY_LOCALES");
	char *path = realpath(named ? named : "build/locale", NULL);
	assert_non_null(path);
	snprintf(setting, sizeof setting, "CERTARY_TEST_LOCALES=%s", path);
	free(path);
	return setting;
}

/* Paths on the screen must not depend on where the test runs, so the store is named from its folder. */
struct term *desk_another(struct desk_test *d, int rows, int cols, unsigned look)
{
	const char *env[12] = { DESK_CLOCK }, *argv[14];
	char *config = mem_format("XDG_CONFIG_HOME=%s", tmp_path(d->tmp, "config"));
	size_t e = 1, a = 0;
	char state[512];
	snprintf(state, sizeof state, "XDG_STATE_HOME=%s", tmp_path(d->tmp, "state"));
	env[e++] = state;
	env[e++] = config;
	if (look & DESK_ASCII)
		env[e++] = "LC_ALL=C";
	if (look & DESK_MONO)
		env[e++] = "NO_COLOR=1";
	if (look & DESK_PSEUDO) {
		env[e++] = desk_locales();
		env[e++] = "LANGUAGE=en@pseudo";
	}
	if (d->editor)
		env[e++] = d->editor;
	if (d->sudo)
		env[e++] = "SUDO_UID=1000";
	argv[a++] = "env";
	argv[a++] = "-C";
	argv[a++] = tmp_path(d->tmp, NULL);
	argv[a++] = run_program();
	argv[a++] = "--store";
	argv[a++] = "desk";
	if (look & DESK_READ_ONLY)
		argv[a++] = "--read-only";
	if (look & DESK_SPOKEN)
		argv[a++] = "--plain";
	if (d->theme) {
		argv[a++] = "--theme";
		argv[a++] = d->theme;
	}
	env[e] = argv[a] = NULL;
	/* libvterm 0.1.4 goes wrong where xterm repeats a character up to the last column (REP). */
	struct term *term = term_open(rows, cols, look & DESK_ASCII ? "xterm-mono" : "xterm-256color", env,
		argv);
	free(config);
	return term;
}

/* A repository holds no empty folders; a store does. */
static const char *const empty[] = { "desk/keys", "desk/requests" };

static void copy_store(struct desk_test *d)
{
	struct run r = { 0 };
	const char *argv[] = { "cp", "-R", "tests/data/desk", tmp_path(d->tmp, "desk"), NULL };
	assert_int_equal(run(&r, argv, NULL, NULL), 0);
	run_done(&r);
	for (size_t i = 0; i < sizeof empty / sizeof *empty; i++)
		mkdir(tmp_path(d->tmp, empty[i]), 0700);
}

/* Modes aren't kept in a repository. */
static void copy_identities(struct desk_test *d)
{
	char script[] = "cp -R tests/data/identities/* \"$0\" && chmod 700 \"$0/keys\" && "
			"chmod 600 \"$0\"/keys/* && mv \"$0/app.csr\" \"$0/..\"";
	struct run r = { 0 };
	const char *argv[] = { "sh", "-c", script, tmp_path(d->tmp, "desk"), NULL };
	assert_int_equal(run(&r, argv, NULL, NULL), 0);
	run_done(&r);
}

void desk_open(struct desk_test *d, int rows, int cols, unsigned look)
{
	d->tmp = tmp_new();
	if (!(look & DESK_EMPTY))
		copy_store(d);
	if (look & DESK_IDENTITIES)
		copy_identities(d);
	d->term = desk_another(d, rows, cols, look);
}

void desk_leave(struct term *term)
{
	term_keys(term, TERM_F10 "y");
	assert_int_equal(term_wait_exit(term), 0);
	term_check_restored(term);
	term_check_raw(term);
	term_free(term);
}

void desk_close(struct desk_test *d)
{
	desk_leave(d->term);
	tmp_free(d->tmp);
}

void desk_run(struct desk_test *d, int status, const char *const words[])
{
	const char *argv[WORDS_MOST] = { "certary", "--store", tmp_path(d->tmp, "desk") };
	const char *env[] = { DESK_CLOCK, NULL };
	struct run r = { 0 };
	size_t n = 3;
	for (size_t i = 0; words[i]; i++)
		argv[n++] = words[i];
	argv[n] = NULL;
	int is = run(&r, argv, NULL, env);
	if (is != status)
		print_error("%s%s", buf_text(&r.out), buf_text(&r.err));
	assert_int_equal(is, status);
	run_done(&r);
}
