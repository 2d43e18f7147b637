#include "net/talk.h"

#include "support/unit.h"

#include "support/script.h"

#define START                                                                                      \
	"\x30\x1d\x02\x01\x01\x77\x18\x80\x16"                                                     \
	"1.3.6.1.4.1.1466.20037"
#define GO    "\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\x00\x04\x00\x04\x00"
#define BIND  "\x30\x0c\x02\x01\x02\x60\x07\x02\x01\x03\x04\x00\x80\x00"

static void start(void **state)
{
	(void)state;
	script_play("ldap", TALK_GO, NULL, ACTS({ SAY(START) }, { HEAR(GO) }));
	/* lengths in more octets than needed, as some servers write them */
	script_play("ldap", TALK_GO, NULL,
		ACTS({ SAY(START) },
			{ HEAR("\x30\x84\x00\x00\x00\x10\x02\x01\x01\x78\x84\x00\x00\x00\x07"
			       "\x0a\x01\x00\x04\x00\x04\x00") }));
	script_play("ldap", TALK_BROKEN, "injection", ACTS({ SAY(START) }, { HEAR(GO "\x30") }));
}

static void refusals(void **state)
{
	(void)state;
	script_play("ldap", TALK_PLAIN, "code 2",
		ACTS({ SAY(START) },
			{ HEAR("\x30\x0f\x02\x01\x01\x78\x0a\x0a\x01\x02\x04\x00\x04\x03no!") }));
	script_play("ldap", TALK_PLAIN, "code 52",
		ACTS({ SAY(START) },
			{ HEAR("\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\x34\x04\x00\x04\x00") }));
	/* a notice of disconnection is message 0 */
	script_play("ldap", TALK_REFUSED, "busy",
		ACTS({ SAY(START) },
			{ HEAR("\x30\x0c\x02\x01\x00\x78\x07\x0a\x01\x33\x04\x00\x04\x00") }));
}

static void question(void **state)
{
	(void)state;
	script_play("ldap", TALK_GO, "without a name",
		ACTS({ SAY(START) }, { HEAR(GO) }, { .ask = true, SAY(BIND) },
			{ HEAR("\x30\x0c\x02\x01\x02\x61\x07\x0a\x01\x00\x04\x00\x04\x00") }));
	script_play("ldap", TALK_REFUSED, "code 48",
		ACTS({ SAY(START) }, { HEAR(GO) }, { .ask = true, SAY(BIND) },
			{ HEAR("\x30\x0c\x02\x01\x02\x61\x07\x0a\x01\x30\x04\x00\x04\x00") }));
}

static void nonsense(void **state)
{
	(void)state;
	script_play("ldap", TALK_ALIEN, "isn't LDAP", ACTS({ SAY(START) }, { HEAR("S") }));
	script_play("ldap", TALK_BROKEN, "announced",
		ACTS({ SAY(START) }, { HEAR("\x30\x84\x7f\xff\xff\xff") }));
	script_play("ldap", TALK_BROKEN, NULL, ACTS({ SAY(START) }, { HEAR("\x30\x80") }));
	script_play("ldap", TALK_BROKEN, NULL, ACTS({ SAY(START) }, { HEAR("\x30\x85") }));
	script_play("ldap", TALK_BROKEN, "can't be read", ACTS({ SAY(START) }, { HEAR("\x30\x00") }));
	/* an element that is longer than what holds it */
	script_play("ldap", TALK_BROKEN, NULL,
		ACTS({ SAY(START) }, { HEAR("\x30\x05\x02\x01\x01\x78\x7f") }));
	script_play("ldap", TALK_BROKEN, "can't be read",
		ACTS({ SAY(START) }, { HEAR("\x30\x05\x02\x01\x01\x78\x00") }));
	/* the answer to another message, or to another question */
	script_play("ldap", TALK_BROKEN, "no answer",
		ACTS({ SAY(START) },
			{ HEAR("\x30\x0c\x02\x01\x07\x78\x07\x0a\x01\x00\x04\x00\x04\x00") }));
	script_play("ldap", TALK_BROKEN, "no answer",
		ACTS({ SAY(START) },
			{ HEAR("\x30\x0c\x02\x01\x01\x61\x07\x0a\x01\x00\x04\x00\x04\x00") }));
	script_play("ldap", TALK_ON, NULL, ACTS({ SAY(START) }, { HEAR("\x30\x0c\x02\x01") }));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(start),
		cmocka_unit_test(refusals),
		cmocka_unit_test(question),
		cmocka_unit_test(nonsense),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
