#include "net/talk.h"

#include "support/unit.h"

#include "support/script.h"

#define SSL     "\0\0\0\x08\x04\xd2\x16\x2f"
#define STARTUP "\0\0\0\x28\0\x03\0\0user\0certary\0database\0postgres\0\0"

static void postgres(void **state)
{
	(void)state;
	script_play("postgres", TALK_GO, NULL, ACTS({ SAY(SSL) }, { HEAR("S") }));
	script_play("postgres", TALK_PLAIN, "ssl = off", ACTS({ SAY(SSL) }, { HEAR("N") }));
	script_play("postgres", TALK_REFUSED, "error", ACTS({ SAY(SSL) }, { HEAR("E") }));
	script_play("postgres", TALK_ALIEN, NULL, ACTS({ SAY(SSL) }, { HEAR("\x15") }));
}

static void postgres_answers(void **state)
{
	(void)state;
	script_play("postgres", TALK_GO, "opens a session",
		ACTS({ SAY(SSL) }, { HEAR("S") }, { .ask = true, SAY(STARTUP) },
			{ HEAR("R\0\0\0\x08\0\0\0\0") }));
	script_play("postgres", TALK_GO, "ask for a login", /* behind a notice */
		ACTS({ SAY(SSL) }, { HEAR("S") }, { .ask = true, SAY(STARTUP) },
			{ HEAR("N\0\0\0\x05\0R\0\0\0\x08\0\0\0\x0a") }));
	script_play("postgres", TALK_REFUSED, "no pg_hba.conf entry",
		ACTS({ SAY(SSL) }, { HEAR("S") }, { .ask = true, SAY(STARTUP) },
			{ HEAR("E\0\0\0\x28SFATAL\0C28000\0Mno pg_hba.conf entry\0\0") }));
	script_play("postgres", TALK_BROKEN, "announced",
		ACTS({ SAY(SSL) }, { HEAR("S") }, { .ask = true, SAY(STARTUP) },
			{ HEAR("R\xff\xff\xff\xff") }));
	script_play("postgres", TALK_BROKEN, "announced",
		ACTS({ SAY(SSL) }, { HEAR("S") }, { .ask = true, SAY(STARTUP) },
			{ HEAR("R\0\0\0\x03") }));
	script_play("postgres", TALK_ALIEN, NULL,
		ACTS({ SAY(SSL) }, { HEAR("S") }, { .ask = true, SAY(STARTUP) }, { HEAR("\0") }));
	script_play("postgres", TALK_REFUSED, "no text", /* fields without an end */
		ACTS({ SAY(SSL) }, { HEAR("S") }, { .ask = true, SAY(STARTUP) },
			{ HEAR("E\0\0\0\x07SXM") }));
}

/* Only this refusal is about the certificate. */
static void postgres_blames(void **state)
{
	struct talk talk;
	(void)state;
	script_play_to(&talk, "postgres",
		ACTS({ SAY(SSL) }, { HEAR("S") }, { .ask = true, SAY(STARTUP) },
			{ HEAR("E\0\0\0\x2e" "C28000\0Mneeds a valid client certificate\0") }),
		true);
	assert_int_equal(talk.state, TALK_ON); /* one byte is missing */
	talk_feed(&talk, "\0", 1);
	assert_int_equal(talk.state, TALK_REFUSED);
	assert_true(talk.blames);
	talk_done(&talk);
	script_play_to(&talk, "postgres",
		ACTS({ SAY(SSL) }, { HEAR("S") }, { .ask = true, SAY(STARTUP) },
			{ HEAR("E\0\0\0\x1e" "C3D000\0Mno such database\0\0") }),
		false);
	assert_false(talk.blames);
	talk_done(&talk);
}

/* Protocol 10, "5", thread, salt, zero, then what it can do. */
#define GREETING(len, low, high)                                                                   \
	len "\0\0\0\x0a"                                                                           \
	    "5\0" "1234" "saltsalt" "\0" low high
#define REQUEST                                                                                    \
	"\x20\0\0\x01\0\x8a\0\0\0\0\0\x01\x21"                                                     \
	"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"

static void mysql(void **state)
{
	(void)state;
	script_play("mysql", TALK_GO, NULL, ACTS({ HEAR(GREETING("\x12", "\0", "\x08")), SAY(REQUEST) }));
	script_play("mysql", TALK_PLAIN, "switched off", ACTS({ HEAR(GREETING("\x12", "\xff", "\xf7")) }));
	script_play("mysql", TALK_REFUSED, "Host blocked",
		ACTS({ HEAR("\x0f\0\0\0\xff\x69\x04Host blocked") }));
	script_play("mysql", TALK_BROKEN, "cut short", ACTS({ HEAR("\x04\0\0\0\x0a" "5.5") }));
	script_play("mysql", TALK_BROKEN, "cut short", ACTS({ HEAR("\x05\0\0\0\x0a" "5\0zz") }));
	script_play("mysql", TALK_BROKEN, "injection",
		ACTS({ HEAR(GREETING("\x12", "\0", "\x08") "x"), SAY(REQUEST) }));
	script_play("mysql", TALK_ALIEN, "SSH", ACTS({ HEAR("SSH-2.0-x\r\n") }));
	script_play("mysql", TALK_ALIEN, NULL, ACTS({ HEAR("\xff\xff\xff\0\x0a") }));
	script_play("mysql", TALK_ON, NULL, ACTS({ HEAR("\x12\0\0\0\x0a" "5") }));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(postgres),
		cmocka_unit_test(postgres_answers),
		cmocka_unit_test(postgres_blames),
		cmocka_unit_test(mysql),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
