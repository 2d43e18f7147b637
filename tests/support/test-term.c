/*
 * The harness itself, against a small program in sh that keeps the rules of a console: it marks the
 * end of each frame, and it gives the terminal back.
 */
#include "support/term.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "support/unit.h"

static const char *const program = "stty -icanon -echo; n=0\n"
	"draw() { printf '\\033[H\\033[2J%s\\033[3;5H\\033[1;7;31mB\\033[m\\344\\270\\255|\\033]7777;%d\\007' "
	"\"$1\" $n; n=$((n + 1)); }\n"
	"trap 'draw \"size $(stty size)\"' WINCH\n"
	"printf '\\033[?1049h\\033[?25l\\033[?2004h'; draw started\n"
	"while :; do key=$(dd bs=1 count=1 2>/dev/null)\n"
	"case $key in q) break ;; x) exit 3 ;; e) printf '\\033[31mHX'; draw evil ;;\n"
	"?) draw \"key $key\" ;; esac; done\n"
	"printf '\\033[?2004l\\033[?25h\\033[?1049l'; stty icanon echo; echo bye\n";

static struct term *open_program(void)
{
	return term_open(5, 30, "xterm", NULL, ARGV("sh", "-c", program));
}

static void a_key_is_answered_by_a_frame(void **state)
{
	struct term *t = open_program();
	(void)state;
	assert_true(term_has(t, "started"));
	for (const char *key = "abc"; *key; key++) {
		char text[] = { *key, '\0' }, shown[] = "key ?";
		shown[4] = *key;
		term_press(t, text);
		assert_true(term_has(t, shown));
	}
	assert_int_equal(term_frame(t), 3);
	term_keys(t, "q");
	assert_int_equal(term_close(t), 0);
}

static void cells_have_text_colour_and_attributes(void **state)
{
	struct term *t = open_program();
	int col = -1;
	(void)state;
	char *row = term_row(t, 2);
	assert_string_equal(row, "    B\u4e2d|");
	free(row);
	char *screen = term_screen(t);
	assert_string_equal(screen, "started\n\n    B\u4e2d|\n\n\n");
	free(screen);
	struct term_cell cell = term_attr(t, 2, 4);
	assert_string_equal(cell.text, "B");
	assert_true(cell.bold && cell.reverse && cell.fg == 1 && cell.bg == -1);
	cell = term_attr(t, 2, 5);
	assert_true(!cell.bold && !cell.reverse && cell.fg == -1 && cell.width == 2);
	assert_int_equal(term_attr(t, 2, 6).width, 0);
	assert_int_equal(term_find(t, "|", &col), 2);
	assert_int_equal(col, 7);
	assert_int_equal(term_find(t, "absent", &col), -1);
	term_keys(t, "q");
	assert_int_equal(term_close(t), 0);
}

static void the_exit_status_comes_back(void **state)
{
	struct term *t = open_program();
	(void)state;
	term_keys(t, "x");
	assert_int_equal(term_close(t), 3);
	t = open_program();
	term_signal(t, SIGKILL);
	assert_int_equal(term_close(t), 128 + SIGKILL);
	t = open_program();
	term_hangup(t);
	assert_int_equal(term_close(t), 128 + SIGHUP);
}

static void what_is_left_behind_is_seen(void **state)
{
	struct term *t = open_program();
	(void)state;
	term_keys(t, "q");
	assert_int_equal(term_wait_exit(t), 0);
	term_check_restored(t);
	assert_true(term_has(t, "bye"));
	assert_false(term_has(t, "started"));
	term_free(t);
}

static void a_capture_is_counted_and_checked(void **state)
{
	struct term *t = open_program();
	(void)state;
	term_check_raw(t);
	term_raw_reset(t);
	assert_int_equal(term_sent(t), 0);
	term_press(t, "k");
	assert_int_equal(term_raw(t)->len - term_sent(t), strlen("\033]7777;1\a"));
	assert_non_null(strstr(buf_text(term_raw(t)), "key k"));
	term_check_raw(t);
	term_keys(t, "q");
	assert_int_equal(term_close(t), 0);
}

static void a_resize_reaches_the_program(void **state)
{
	/* A shell runs its trap only when read is interrupted: `wait` is. */
	static const char *const waits =
		"trap 'stty size; printf \"\\033]7777;1\\007\"; exit 0' WINCH\n"
		"sleep 60 & printf '\\033]7777;0\\007'; while :; do wait; done";
	struct term *t = term_open(5, 30, "xterm", NULL, ARGV("sh", "-c", waits));
	(void)state;
	term_resize(t, 12, 40);
	assert_true(term_has(t, "12 40"));
	assert_int_equal(term_rows(t), 12);
	assert_int_equal(term_close(t), 0);
}

static void a_paste_larger_than_the_pty_arrives(void **state)
{
	static char lump[200000];
	struct term *t = term_spawn(5, 30, "xterm", NULL,
		ARGV("sh", "-c", "stty raw -echo; printf 'ready'; head -c 199999 | wc -c"));
	(void)state;
	memset(lump, 'x', sizeof lump - 1);
	term_wait_text(t, "ready");
	term_keys(t, lump);
	term_wait_text(t, "199999");
	assert_int_equal(term_close(t), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_key_is_answered_by_a_frame),
		cmocka_unit_test(cells_have_text_colour_and_attributes),
		cmocka_unit_test(the_exit_status_comes_back),
		cmocka_unit_test(what_is_left_behind_is_seen),
		cmocka_unit_test(a_capture_is_counted_and_checked),
		cmocka_unit_test(a_resize_reaches_the_program),
		cmocka_unit_test(a_paste_larger_than_the_pty_arrives),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
