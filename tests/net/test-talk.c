/* What all dialects have in common: the border of a line, of a talk, and of the go-ahead. */
#include "net/talk.h"

#include "support/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "support/script.h"

static void bytes_behind_the_go_ahead(void **state)
{
	(void)state;
	script_play("pop3", TALK_BROKEN, "injection",
		ACTS({ HEAR("+OK\r\n"), SAY("STLS\r\n") }, { HEAR("+OK\r\n+OK injected\r\n") }));
	script_play("ftp", TALK_BROKEN, "injection",
		ACTS({ HEAR("220 x\r\n"), SAY("AUTH TLS\r\n") }, { HEAR("234 go\r\n2") }));
	script_play("postgres", TALK_BROKEN, "injection",
		ACTS({ SAY("\0\0\0\x08\x04\xd2\x16\x2f") }, { HEAR("SE\0\0\0") }));
}

/* The go-ahead has come, and more before our first byte of TLS was sent. */
static void bytes_a_moment_later(void **state)
{
	struct talk talk;
	(void)state;
	script_play_to(&talk, "pop3",
		ACTS({ HEAR("+OK\r\n"), SAY("STLS\r\n") }, { HEAR("+OK\r\n") }), false);
	assert_int_equal(talk.state, TALK_GO);
	talk_feed(&talk, "\033[2J", 4);
	assert_int_equal(talk.state, TALK_BROKEN);
	assert_non_null(strstr(buf_text(&talk.words), "\\x1b[2J"));
	talk_done(&talk);
}

static void a_line_has_an_end(void **state)
{
	char *text = mem_new(TALK_LINE + 8);
	(void)state;
	memset(text, 'A', TALK_LINE + 7);
	memcpy(text, "220-", 4);
	struct talk talk;
	talk_start(&talk, dialect_named("smtp"), "host.example");
	talk_feed(&talk, text, TALK_LINE - 1);
	assert_int_equal(talk.state, TALK_ON);
	talk_feed(&talk, text, 1);
	assert_int_equal(talk.state, TALK_BROKEN);
	talk_done(&talk);
	free(text);
}

static void a_talk_has_an_end(void **state)
{
	struct talk talk;
	size_t lines = 0;
	(void)state;
	talk_start(&talk, dialect_named("smtp"), "host.example");
	for (; talk.state == TALK_ON && lines < 100000; lines++)
		talk_feed(&talk, "220-x\r\n", 7);
	assert_int_equal(talk.state, TALK_BROKEN);
	assert_int_equal(lines, TALK_MOST / 7 + 1);
	assert_non_null(strstr(buf_text(&talk.words), "without end"));
	talk_done(&talk);
}

static void what_is_quoted_is_short_and_safe(void **state)
{
	char line[1000];
	struct talk talk;
	(void)state;
	memset(line, '\033', sizeof line);
	memcpy(line, "421 ", 4);
	line[sizeof line - 1] = '\n';
	talk_start(&talk, dialect_named("smtp"), "host.example");
	talk_feed(&talk, line, sizeof line);
	assert_int_equal(talk.state, TALK_REFUSED);
	assert_true(talk.words.len < 1000);
	assert_null(strchr(buf_text(&talk.words), '\033'));
	talk_done(&talk);
}

static void hanging_up(void **state)
{
	struct talk talk;
	(void)state;
	script_play_to(&talk, "smtp", ACTS({ HEAR("220-hel") }), false);
	talk_closed(&talk);
	assert_non_null(strstr(buf_text(&talk.words), "in the middle of: 220-hel"));
	talk_done(&talk);
	talk_start(&talk, dialect_named("smtp"), "host.example");
	talk_closed(&talk);
	assert_int_equal(talk.state, TALK_BROKEN);
	assert_non_null(strstr(buf_text(&talk.words), "without a word"));
	talk_done(&talk);
}

/* One byte is enough to tell that it isn't LDAP, and the ones behind it tell what it is. */
static void what_else_it_is(void **state)
{
	struct talk talk;
	(void)state;
	talk_start(&talk, dialect_named("ldap"), "host.example");
	talk_feed(&talk, "SSH-2.0-OpenSSH\r\n", 17);
	assert_int_equal(talk.state, TALK_ALIEN);
	assert_string_equal(buf_text(&talk.words), "this isn't LDAP: it looks like SSH");
	talk_done(&talk);
}

static void words(void **state)
{
	(void)state;
	assert_true(talk_word("* CAPABILITY IMAP4 STARTTLS LOGIN", "starttls"));
	assert_true(talk_word("STARTTLS", "STARTTLS"));
	assert_false(talk_word("* CAPABILITY XSTARTTLS STARTTLSX", "STARTTLS"));
	assert_false(talk_word("", "STARTTLS"));
}

static void guesses(void **state)
{
	(void)state;
	assert_string_equal(guess_protocol("HTTP/1.1 400", 12), "HTTP");
	assert_string_equal(guess_protocol("SSH-2.0-x", 9), "SSH");
	assert_string_equal(guess_protocol("220 x ESMTP", 11), "SMTP");
	assert_string_equal(guess_protocol("220 (vsFTPd)", 12), "FTP");
	assert_string_equal(guess_protocol("\x4a\0\0\0\x0a" "8.0", 8), "MySQL");
	assert_string_equal(guess_protocol("E\0\0\0\x40", 5), "PostgreSQL");
	assert_non_null(guess_protocol("\x15\x03\x01", 3));
	assert_null(guess_protocol("HTTP", 4)); /* cut */
	assert_null(guess_protocol("", 0));
	assert_null(guess_protocol("\0\0\0\0", 4));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_behind_the_go_ahead),
		cmocka_unit_test(bytes_a_moment_later),
		cmocka_unit_test(a_line_has_an_end),
		cmocka_unit_test(a_talk_has_an_end),
		cmocka_unit_test(what_is_quoted_is_short_and_safe),
		cmocka_unit_test(hanging_up),
		cmocka_unit_test(what_else_it_is),
		cmocka_unit_test(words),
		cmocka_unit_test(guesses),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
