#include "net/talk.h"

#include "support/unit.h"

#include "support/script.h"

#define OPEN                                                                                       \
	"<?xml version='1.0'?><stream:stream to='host.example' xmlns='jabber:client' "             \
	"xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>"
#define STREAM   "<?xml version='1.0'?><stream:stream id='x' from='host.example'>"
#define STARTTLS "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"
#define FEATURES "<stream:features><starttls xmlns='x'><required/></starttls></stream:features>"

static void ftp(void **state)
{
	(void)state;
	script_play("ftp", TALK_GO, NULL,
		ACTS({ HEAR("220-hello\r\n220 FTP\r\n"), SAY("AUTH TLS\r\n") },
			{ HEAR("234 go\r\n") }));
	script_play("ftp", TALK_GO, "200 fine",
		ACTS({ HEAR("220 FTP\r\n"), SAY("AUTH TLS\r\n") }, { HEAR("234 go\r\n") },
			{ .ask = true, SAY("NOOP\r\n") }, { HEAR("200 fine\r\n") }));
	script_play("ftp", TALK_REFUSED, "530 log in",
		ACTS({ HEAR("220 FTP\r\n"), SAY("AUTH TLS\r\n") }, { HEAR("234 go\r\n") },
			{ .ask = true, SAY("NOOP\r\n") }, { HEAR("530 log in\r\n") }));
	script_play("ftp", TALK_PLAIN, "530 no TLS",
		ACTS({ HEAR("220 FTP\r\n"), SAY("AUTH TLS\r\n") }, { HEAR("530 no TLS\r\n") }));
	script_play("ftp", TALK_PLAIN, "230",
		ACTS({ HEAR("220 FTP\r\n"), SAY("AUTH TLS\r\n") }, { HEAR("230 already in\r\n") }));
	script_play("ftp", TALK_REFUSED, "421", ACTS({ HEAR("421 too many\r\n") }));
	script_play("ftp", TALK_ALIEN, "SMTP", ACTS({ HEAR("220 mail ESMTP\r\n") }));
	script_play("ftp", TALK_ALIEN, "SSH", ACTS({ HEAR("SSH-2.0-x\r\n") }));
}

static void nntp(void **state)
{
	(void)state;
	script_play("nntp", TALK_GO, NULL,
		ACTS({ HEAR("201 read only\r\n"), SAY("STARTTLS\r\n") }, { HEAR("382 go\r\n") }));
	script_play("nntp", TALK_GO, "101",
		ACTS({ HEAR("200 x\r\n"), SAY("STARTTLS\r\n") }, { HEAR("382 go\r\n") },
			{ .ask = true, SAY("CAPABILITIES\r\n") }, { HEAR("101 list\r\n") }));
	script_play("nntp", TALK_PLAIN, "580",
		ACTS({ HEAR("200 x\r\n"), SAY("STARTTLS\r\n") }, { HEAR("580 no\r\n") }));
	script_play("nntp", TALK_REFUSED, "502", ACTS({ HEAR("502 not you\r\n") }));
	script_play("nntp", TALK_ALIEN, "FTP", ACTS({ HEAR("220 FTP\r\n") }));
}

static void xmpp(void **state)
{
	(void)state;
	script_play("xmpp", TALK_GO, NULL,
		ACTS({ SAY(OPEN) }, { HEAR(STREAM FEATURES), SAY(STARTTLS) },
			{ HEAR("<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>") }));
	script_play("xmpp", TALK_GO, "what it can do",
		ACTS({ SAY(OPEN) }, { HEAR(STREAM FEATURES), SAY(STARTTLS) },
			{ HEAR("<proceed/>") }, { .ask = true, SAY(OPEN) },
			{ HEAR(STREAM "<stream:features><mechanisms/></stream:features>") }));
	script_play("xmpp", TALK_PLAIN, "doesn't offer",
		ACTS({ SAY(OPEN) }, { HEAR(STREAM "<stream:features/>") }));
	script_play("xmpp", TALK_PLAIN, "refuses",
		ACTS({ SAY(OPEN) }, { HEAR(STREAM FEATURES), SAY(STARTTLS) },
			{ HEAR("<failure xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>") }));
	script_play("xmpp", TALK_BROKEN, "injection",
		ACTS({ SAY(OPEN) }, { HEAR(STREAM FEATURES), SAY(STARTTLS) },
			{ HEAR("<proceed/><message>") }));
}

static void xmpp_refusals(void **state)
{
	(void)state;
	script_play("xmpp", TALK_REFUSED, "doesn't serve the host host.example",
		ACTS({ SAY(OPEN) },
			{ HEAR(STREAM "<stream:error><host-unknown/></stream:error>") }));
	script_play("xmpp", TALK_REFUSED, "closes the stream",
		ACTS({ SAY(OPEN) }, { HEAR(STREAM "</stream:stream>") }));
	script_play("xmpp", TALK_ALIEN, "isn't XMPP", ACTS({ SAY(OPEN) }, { HEAR("H") }));
}

static void xmpp_without_end(void **state)
{
	struct talk talk;
	(void)state;
	talk_start(&talk, dialect_named("xmpp"), "host.example");
	for (size_t i = 0; i < TALK_MOST; i++)
		talk_feed(&talk, i % 2 ? ">" : "<", 1);
	assert_int_equal(talk.state, TALK_ON);
	talk_feed(&talk, ">", 1);
	assert_int_equal(talk.state, TALK_BROKEN);
	talk_done(&talk);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ftp),
		cmocka_unit_test(nntp),
		cmocka_unit_test(xmpp),
		cmocka_unit_test(xmpp_refusals),
		cmocka_unit_test(xmpp_without_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
