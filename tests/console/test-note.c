/*
 * A note in the user's editor: the terminal is handed over and comes back, the file is private and goes
 * again, and whatever goes wrong, what was typed is still somewhere and the note is nobody else's.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "support/desk.h"
#include "support/unit.h"

#define NAME "wiki.partner.example"

static void write_editor(struct tmp *tmp, const char *script)
{
	struct buf text = { 0 };
	/* what it sees: the file, its rights and those of its folder; and the words before it */
	buf_format(&text, "#!/bin/sh\nfor last; do :; done\nd=$(dirname \"$last\")\n"
		"{ cat \"$last\"; stat -c %%a \"$last\" \"$d\"; echo \"$#:$1\"; } > '%s'\n"
		"echo \"$d\" > '%s'\n%s\n", tmp_path(tmp, "saw"), tmp_path(tmp, "where"), script);
	tmp_text(tmp, "editor", buf_text(&text));
	tmp_mode(tmp, "editor", 0755);
	buf_done(&text);
}

/* The console on that store, with an editor that runs the script and gets the word --wait first. */
static void open_with(struct desk_test *d, const char *script, unsigned look)
{
	struct buf editor = { 0 };
	desk_open(d, 24, 80, look);
	desk_leave(d->term);
	write_editor(d->tmp, script);
	buf_format(&editor, "EDITOR=%s  --wait", tmp_path(d->tmp, "editor"));
	d->editor = buf_text(&editor);
	d->term = desk_another(d, 24, 80, look);
	d->editor = NULL;
	buf_done(&editor);
}

/* The path that the editor was told, of which nothing is left; "" where it was never started. */
static char *folder(struct desk_test *d)
{
	if (!tmp_exists(d->tmp, "where"))
		return strdup("");
	char *path = strdup(tmp_read(d->tmp, "where", NULL));
	path[strcspn(path, "\n")] = '\0';
	return path;
}

static void assert_gone(struct desk_test *d)
{
	struct stat st;
	char *path = folder(d);
	assert_true(*path);
	assert_int_not_equal(lstat(path, &st), 0);
	free(path);
}

/* It is there, named on the screen, and holds this; the test takes it away. */
static void assert_kept(struct desk_test *d, const char *text)
{
	char *path = folder(d), *file = malloc(strlen(path) + 16), found[200] = "";
	assert_non_null(file);
	sprintf(file, "%s/note.txt", path);
	assert_true(term_has(d->term, strrchr(path, '/')));
	FILE *f = fopen(file, "r");
	assert_non_null(f);
	found[fread(found, 1, sizeof found - 1, f)] = '\0';
	fclose(f);
	assert_string_equal(found, text);
	assert_int_equal(remove(file), 0);
	assert_int_equal(remove(path), 0);
	free(file);
	free(path);
}

static const char *note_of(struct desk_test *d, const char *name)
{
	static char note[400];
	const char *argv[] = { "certary", "--store", tmp_path(d->tmp, "desk"), "show", name, NULL };
	struct run r = { 0 };
	assert_int_equal(run(&r, argv, NULL, ARGV(DESK_CLOCK)), 0);
	const char *at = strstr(buf_text(&r.out), "\n  Note ");
	note[0] = '\0';
	if (at)
		snprintf(note, sizeof note, "%.*s", (int)strcspn(at + 29, "\n"), at + 29);
	run_done(&r);
	return note;
}

#define HINT "# A note is one line. This one is left out."

static void test_written(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	open_with(&d, "printf 'call Bob\\n\\n" HINT "\\n' > \"$last\"", DESK_PLAIN);
	term_press(d.term, "GkE");
	assert_true(term_has(d.term, "the note is written; u takes it back"));
	assert_string_equal(note_of(&d, NAME), "call Bob");
	assert_string_equal(tmp_read(d.tmp, "saw", NULL),
		"\n" HINT "\n600\n700\n2:--wait\n"); /* it says beforehand what is refused */
	assert_gone(&d);
	term_press(d.term, "u");
	term_press(d.term, "y");
	assert_string_equal(note_of(&d, NAME), "");
	desk_close(&d);
}

/* The editor replaces the file, as many do, leaves a copy beside it, and the old note was in it. */
static void test_replaced(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	open_with(&d, "cp \"$last\" \"$last~\"; echo new > \"$d/x\"; mv \"$d/x\" \"$last\"", DESK_PLAIN);
	desk_run(&d, 0, ARGV("note", NAME, "old words"));
	term_press(d.term, "GkE");
	term_wait_text(d.term, "the note is written");
	assert_string_equal(note_of(&d, NAME), "new");
	assert_non_null(strstr(tmp_read(d.tmp, "saw", NULL), "old words\n"));
	assert_gone(&d);
	desk_close(&d);
}

static void test_unchanged(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	open_with(&d, ":", DESK_PLAIN);
	size_t len, now;
	tmp_read(d.tmp, "desk/journal", &len);
	term_press(d.term, "GkE");
	assert_true(term_has(d.term, "the note is as it was"));
	tmp_read(d.tmp, "desk/journal", &now);
	assert_int_equal(now, len);
	assert_gone(&d);
	desk_close(&d);
}

static void test_emptied(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	open_with(&d, ": > \"$last\"", DESK_PLAIN);
	desk_run(&d, 0, ARGV("note", NAME, "old words"));
	term_press(d.term, "GkE");
	term_wait_text(d.term, "the note is written");
	assert_string_equal(note_of(&d, NAME), "");
	desk_close(&d);
}

/* Each of these leaves the note as it was, says why, and what was written where it says. */
static void test_refused(void **state)
{
	static const struct {
		const char *script, *said, *kept;
	} rows[] = {
		{ "printf 'one\\n\\ntwo\\n' > \"$last\"", "line 3, 'two'", "one\n\ntwo\n" },
		{ "echo three > \"$last\"; exit 7", "status 7", "three\n" },
		{ "echo four > \"$last\"; kill -9 $$", "signal 9", "four\n" },
		{ "exit 1", "status 1", NULL },
		{ "kill -9 $$", "signal 9", NULL },
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct desk_test d = { 0 };
		open_with(&d, rows[i].script, DESK_PLAIN);
		term_press(d.term, "GkE");
		assert_true(term_has(d.term, rows[i].said));
		if (rows[i].kept)
			assert_kept(&d, rows[i].kept);
		else
			assert_gone(&d);
		assert_string_equal(note_of(&d, NAME), "");
		term_press(d.term, TERM_ESC);
		desk_close(&d);
	}
}

/* Somebody else was quicker: theirs stays. */
static void test_changed_meanwhile(void **state)
{
	struct desk_test d = { 0 };
	struct buf script = { 0 };
	(void)state;
	open_with(&d, ":", DESK_PLAIN);
	buf_format(&script, "'%s' --store '%s' note " NAME " theirs >/dev/null; echo mine > \"$last\"",
		run_program(), tmp_path(d.tmp, "desk"));
	write_editor(d.tmp, buf_text(&script));
	buf_done(&script);
	term_press(d.term, "GkE");
	assert_true(term_has(d.term, "somebody else has changed it"));
	assert_string_equal(note_of(&d, NAME), "theirs");
	assert_kept(&d, "mine\n");
	term_press(d.term, TERM_ESC);
	desk_close(&d);
}

/* A link in the place of the file isn't followed. */
static void test_link(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	open_with(&d, "ln -sf /etc/passwd \"$last\"", DESK_PLAIN);
	term_press(d.term, "GkE");
	assert_false(term_has(d.term, "the note is written"));
	assert_string_equal(note_of(&d, NAME), "");
	char *path = folder(&d), *rest = malloc(strlen(path) + 16);
	assert_non_null(rest);
	sprintf(rest, "%s/note.txt", path);
	remove(rest);
	remove(path);
	free(rest);
	free(path);
	term_press(d.term, TERM_ESC);
	desk_close(&d);
}

static void test_identity(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	open_with(&d, "echo edited > \"$last\"", DESK_IDENTITIES);
	term_press(d.term, "2E");
	assert_true(term_has(d.term, "the note is written"));
	term_press(d.term, TERM_ENTER);
	assert_true(term_has(d.term, "edited"));
	assert_non_null(strstr(tmp_read(d.tmp, "saw", NULL), "key also in the safe\n"));
	desk_close(&d);
}

static void test_step_of_a_runbook(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	open_with(&d, "echo ring them > \"$last\"", DESK_PLAIN);
	desk_run(&d, 0, ARGV("runbook", "new", "partner"));
	term_press(d.term, "2B");
	term_wait_text(d.term, "partner");
	term_press(d.term, "\r");
	term_press(d.term, "E");
	term_wait_text(d.term, "the note is written");
	assert_true(term_has(d.term, "ring them"));
	desk_close(&d);
}

static void test_read_only(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	open_with(&d, "echo x > \"$last\"", DESK_READ_ONLY);
	term_press(d.term, "E");
	assert_true(term_has(d.term, "nothing can be changed"));
	assert_false(tmp_exists(d.tmp, "saw"));
	desk_close(&d);
}

/* Whoever set EDITOR isn't who the program runs as. */
static void test_sudo(void **state)
{
	struct desk_test d = { .sudo = true };
	(void)state;
	open_with(&d, "echo x > \"$last\"", DESK_PLAIN);
	term_press(d.term, "E");
	assert_true(term_has(d.term, "sudo"));
	assert_false(tmp_exists(d.tmp, "saw"));
	term_press(d.term, TERM_ESC);
	desk_close(&d);
}

/* The editor paints what it likes, turns the cursor off, and the size changes meanwhile. */
static void test_terminal_comes_back(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	open_with(&d, "printf '\\033[?25l\\033[2J\\033[31mhere'; stty -echo raw; echo x > \"$last\"", DESK_PLAIN);
	term_press(d.term, "E");
	assert_true(term_has(d.term, "the note is written"));
	assert_false(term_has(d.term, "here"));
	term_raw_reset(d.term); /* the editor's bytes are its own */
	term_resize(d.term, 12, 60);
	term_press(d.term, "j");
	assert_true(term_has(d.term, "2 of 7"));
	desk_close(&d);
}

/* --- the command ------------------------------------------------------------------------------ */

static int note_edit(struct desk_test *d, const char *editor, const char *more, const char *said)
{
	const char *env[] = { DESK_CLOCK, editor, more, NULL };
	struct term *t = term_spawn(24, 200, "xterm-256color", env,
		ARGV("certary", "--store", tmp_path(d->tmp, "desk"), "note", NAME, "--edit"));
	int status = term_wait_exit(t);
	if (!term_has(t, said))
		fail_msg("'%s' wasn't said", said);
	term_free(t);
	return status;
}

static void test_command(void **state)
{
	struct desk_test d = { 0 };
	struct buf editor = { 0 };
	(void)state;
	open_with(&d, "echo by command > \"$last\"", DESK_PLAIN);
	buf_format(&editor, "VISUAL=%s", tmp_path(d.tmp, "editor"));
	assert_int_equal(note_edit(&d, buf_text(&editor), "EDITOR=/nonexistent", "by command"), 0);
	assert_string_equal(note_of(&d, NAME), "by command");
	assert_gone(&d);
	assert_int_equal(note_edit(&d, buf_text(&editor), NULL, "nothing to do"), 0);
	assert_int_equal(note_edit(&d, buf_text(&editor), "SUDO_UID=1000", "sudo"), 1);
	assert_int_equal(note_edit(&d, "EDITOR=/nonexistent/x", NULL, "No such file"), 1);
	desk_run(&d, 2, ARGV("note", NAME, "--edit"));
	desk_run(&d, 2, ARGV("note", NAME));
	desk_run(&d, 2, ARGV("note", NAME, "text", "--edit"));
	assert_string_equal(note_of(&d, NAME), "by command");
	buf_done(&editor);
	desk_close(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_written),
		cmocka_unit_test(test_replaced),
		cmocka_unit_test(test_unchanged),
		cmocka_unit_test(test_emptied),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_changed_meanwhile),
		cmocka_unit_test(test_link),
		cmocka_unit_test(test_identity),
		cmocka_unit_test(test_step_of_a_runbook),
		cmocka_unit_test(test_read_only),
		cmocka_unit_test(test_sudo),
		cmocka_unit_test(test_terminal_comes_back),
		cmocka_unit_test(test_command),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
