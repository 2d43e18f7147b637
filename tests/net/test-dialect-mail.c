#include "net/talk.h"

#include "support/unit.h"

#include "support/script.h"

#define EHLO "EHLO certary.invalid\r\n"
#define ABLE "250-mail.example\r\n250-SIZE 1\r\n250-STARTTLS\r\n250 HELP\r\n"

static void smtp(void **state)
{
	(void)state;
	script_play("smtp", TALK_GO, NULL,
		ACTS({ HEAR("220-mail.example\r\n220 ESMTP\r\n"), SAY(EHLO) },
			{ HEAR(ABLE), SAY("STARTTLS\r\n") }, { HEAR("220 2.0.0 go\r\n") }));
	script_play("smtp", TALK_GO, NULL, /* the last line offers it; no CR */
		ACTS({ HEAR("220 x\n"), SAY(EHLO) },
			{ HEAR("250-x\n250 STARTTLS\n"), SAY("STARTTLS\r\n") }, { HEAR("220\n") }));
	script_play("smtp", TALK_GO, "250 HELP",
		ACTS({ HEAR("220 x\r\n"), SAY(EHLO) }, { HEAR(ABLE), SAY("STARTTLS\r\n") },
			{ HEAR("220 go\r\n") }, { .ask = true, SAY(EHLO) }, { HEAR(ABLE) }));
	script_play("smtp", TALK_REFUSED, "530 client certificate",
		ACTS({ HEAR("220 x\r\n"), SAY(EHLO) }, { HEAR(ABLE), SAY("STARTTLS\r\n") },
			{ HEAR("220 go\r\n") }, { .ask = true, SAY(EHLO) },
			{ HEAR("530 client certificate wanted\r\n") }));
}

static void smtp_without_tls(void **state)
{
	(void)state;
	script_play("smtp", TALK_PLAIN, "doesn't offer",
		ACTS({ HEAR("220 x\r\n"), SAY(EHLO) }, { HEAR("250-x\r\n250 XSTARTTLS\r\n") }));
	script_play("smtp", TALK_PLAIN, "doesn't offer", /* the banner isn't an offer */
		ACTS({ HEAR("220-STARTTLS\r\n220 x\r\n"), SAY(EHLO) }, { HEAR("250 x\r\n") }));
	script_play("smtp", TALK_PLAIN, "454 not now",
		ACTS({ HEAR("220 x\r\n"), SAY(EHLO) }, { HEAR(ABLE), SAY("STARTTLS\r\n") },
			{ HEAR("454 not now\r\n") }));
	script_play("smtp", TALK_REFUSED, "421 busy", ACTS({ HEAR("421 busy\r\n") }));
	script_play("smtp", TALK_REFUSED, "500 \\x1b[31m",
		ACTS({ HEAR("220 x\r\n"), SAY(EHLO) }, { HEAR("500 \033[31m\r\n") }));
}

static void smtp_is_something_else(void **state)
{
	(void)state;
	script_play("smtp", TALK_ALIEN, "SSH", ACTS({ HEAR("SSH-2.0-OpenSSH_9\r\n") }));
	script_play("smtp", TALK_ALIEN, "FTP", ACTS({ HEAR("220 (vsFTPd 3.0.3)\r\n") }));
	script_play("smtp", TALK_ALIEN, "IMAP", ACTS({ HEAR("* OK dovecot\r\n") }));
	script_play("smtp", TALK_ALIEN, "NNTP", ACTS({ HEAR("200 news\r\n") }));
	script_play("smtp", TALK_ALIEN, "isn't SMTP: \\x00\\x01", ACTS({ HEAR("\0\1\n") }));
	script_play("smtp", TALK_ALIEN, NULL, ACTS({ HEAR("2200 x\r\n") }));
	script_play("smtp", TALK_ON, NULL, ACTS({ HEAR("220 hello") }));
}

static void lmtp(void **state)
{
	(void)state;
	script_play("lmtp", TALK_GO, NULL,
		ACTS({ HEAR("220 x\r\n"), SAY("LHLO certary.invalid\r\n") },
			{ HEAR(ABLE), SAY("STARTTLS\r\n") }, { HEAR("220 go\r\n") }));
}

static void imap(void **state)
{
	(void)state;
	script_play("imap", TALK_GO, NULL,
		ACTS({ HEAR("* OK [CAPABILITY IMAP4rev1] ready\r\n"), SAY("a CAPABILITY\r\n") },
			{ HEAR("* CAPABILITY IMAP4rev1 STARTTLS\r\na OK done\r\n"),
				SAY("b STARTTLS\r\n") },
			{ HEAR("b OK go\r\n") }));
	script_play("imap", TALK_GO, "c OK",
		ACTS({ HEAR("* OK x\r\n"), SAY("a CAPABILITY\r\n") },
			{ HEAR("* CAPABILITY STARTTLS\r\na OK\r\n"), SAY("b STARTTLS\r\n") },
			{ HEAR("b OK go\r\n") }, { .ask = true, SAY("c NOOP\r\n") },
			{ HEAR("* 1 EXISTS\r\nc OK\r\n") }));
	script_play("imap", TALK_PLAIN, "doesn't offer",
		ACTS({ HEAR("* OK x\r\n"), SAY("a CAPABILITY\r\n") },
			{ HEAR("* CAPABILITY IMAP4rev1\r\na OK\r\n") }));
	script_play("imap", TALK_PLAIN, "b NO",
		ACTS({ HEAR("* OK x\r\n"), SAY("a CAPABILITY\r\n") },
			{ HEAR("* CAPABILITY STARTTLS\r\na OK\r\n"), SAY("b STARTTLS\r\n") },
			{ HEAR("b NO\r\n") }));
	script_play("imap", TALK_PLAIN, "PREAUTH", ACTS({ HEAR("* PREAUTH root\r\n") }));
	script_play("imap", TALK_REFUSED, "* BYE", ACTS({ HEAR("* BYE busy\r\n") }));
	script_play("imap", TALK_ALIEN, "SMTP", ACTS({ HEAR("220 x ESMTP\r\n") }));
	script_play("imap", TALK_BROKEN, "zzz OK",
		ACTS({ HEAR("* OK x\r\n"), SAY("a CAPABILITY\r\n") }, { HEAR("zzz OK\r\n") }));
}

static void pop3(void **state)
{
	(void)state;
	script_play("pop3", TALK_GO, NULL,
		ACTS({ HEAR("+OK x\r\n"), SAY("STLS\r\n") }, { HEAR("+OK\r\n") }));
	script_play("pop3", TALK_GO, "+OK list",
		ACTS({ HEAR("+OK x\r\n"), SAY("STLS\r\n") }, { HEAR("+OK\r\n") },
			{ .ask = true, SAY("CAPA\r\n") }, { HEAR("+OK list\r\nUIDL\r\n.\r\n") }));
	script_play("pop3", TALK_PLAIN, "-ERR no",
		ACTS({ HEAR("+OK x\r\n"), SAY("STLS\r\n") }, { HEAR("-ERR no\r\n") }));
	script_play("pop3", TALK_REFUSED, "-ERR busy", ACTS({ HEAR("-ERR busy\r\n") }));
	script_play("pop3", TALK_ALIEN, "HTTP", ACTS({ HEAR("HTTP/1.0 400\r\n") }));
}

static void sieve(void **state)
{
	(void)state;
	script_play("sieve", TALK_GO, NULL,
		ACTS({ HEAR("\"IMPLEMENTATION\" \"x\"\r\n\"STARTTLS\"\r\nOK \"hi\"\r\n"),
			     SAY("STARTTLS\r\n") },
			{ HEAR("OK \"go\"\r\n") }));
	script_play("sieve", TALK_GO, "OK again", /* the server lists its abilities unasked */
		ACTS({ HEAR("\"STARTTLS\"\r\nOK\r\n"), SAY("STARTTLS\r\n") }, { HEAR("OK\r\n") },
			{ .ask = true }, { HEAR("\"SASL\" \"PLAIN\"\r\nOK again\r\n") }));
	script_play("sieve", TALK_PLAIN, "doesn't offer",
		ACTS({ HEAR("\"IMPLEMENTATION\" \"x\"\r\nOK\r\n") }));
	script_play("sieve", TALK_PLAIN, "NO never",
		ACTS({ HEAR("\"STARTTLS\"\r\nOK\r\n"), SAY("STARTTLS\r\n") },
			{ HEAR("NO never\r\n") }));
	script_play("sieve", TALK_REFUSED, "BYE", ACTS({ HEAR("BYE busy\r\n") }));
	script_play("sieve", TALK_ALIEN, "POP3", ACTS({ HEAR("+OK x\r\n") }));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(smtp),
		cmocka_unit_test(smtp_without_tls),
		cmocka_unit_test(smtp_is_something_else),
		cmocka_unit_test(lmtp),
		cmocka_unit_test(imap),
		cmocka_unit_test(pop3),
		cmocka_unit_test(sieve),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
