/* SMTP (RFC 3207), LMTP, IMAP (RFC 9051), POP3 (RFC 2595) and ManageSieve (RFC 5804). */
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "net/talk.h"

#define ME "certary.invalid"

enum stage {
	GREETING,
	ABILITIES,
	STARTTLS,
	ASKED,
};

static void quote(struct talk *talk, enum talk_state state, const char *what)
{
	talk_end_quoting(talk, state, what, talk->in.data, talk->in.len);
}

static void answer(struct talk *talk, bool friendly)
{
	quote(talk, friendly ? TALK_GO : TALK_REFUSED, "the server answers");
}

static void not_offered(struct talk *talk)
{
	talk_end(talk, TALK_PLAIN, "the server doesn't offer STARTTLS");
}

/* --- SMTP and LMTP -------------------------------------------------------------------------- */

static void greet(struct talk *talk, int stage)
{
	talk_say(talk, stage,
		talk->manner == &manner_lmtp ? "LHLO " ME "\r\n" : "EHLO " ME "\r\n");
}

static void smtp_greeting(struct talk *talk, int code)
{
	const char *guess = guess_protocol(talk->in.data, talk->in.len);
	bool alien = guess && (strcmp(guess, "FTP") == 0 || strcmp(guess, "NNTP") == 0);
	if (alien)
		talk_alien(talk);
	else if (code == 220)
		greet(talk, ABILITIES);
	else
		quote(talk, TALK_REFUSED, "the server turns us away");
}

static void smtp_abilities(struct talk *talk, int code)
{
	if (code != 250)
		quote(talk, TALK_REFUSED, "the server refuses EHLO");
	else if (!talk->offered)
		not_offered(talk);
	else
		talk_say(talk, STARTTLS, "STARTTLS\r\n");
}

static void smtp_line(struct talk *talk, const char *line)
{
	int code = talk_reply(talk, line);
	if (code >= 0 && talk->stage == ABILITIES && strncasecmp(line + 3, "-STARTTLS", 9) == 0)
		talk->offered = true;
	if (code > 0 && talk->stage == ABILITIES && strncasecmp(line + 3, " STARTTLS", 9) == 0)
		talk->offered = true;
	if (code <= 0)
		return;
	if (talk->stage == GREETING)
		smtp_greeting(talk, code);
	else if (talk->stage == ABILITIES)
		smtp_abilities(talk, code);
	else if (talk->stage == ASKED)
		answer(talk, code == 250);
	else if (code == 220)
		talk->state = TALK_GO;
	else
		quote(talk, TALK_PLAIN, "the server refuses STARTTLS");
}

static void smtp_ask(struct talk *talk)
{
	greet(talk, ASKED);
}

const struct manner manner_smtp = { .line = smtp_line, .ask = smtp_ask };
const struct manner manner_lmtp = { .line = smtp_line, .ask = smtp_ask };

/* --- IMAP ----------------------------------------------------------------------------------- */

static const char *const tags[] = { [ABILITIES] = "a ", [STARTTLS] = "b ", [ASKED] = "c " };

static void imap_greeting(struct talk *talk, const char *line)
{
	if (strncasecmp(line, "* OK", 4) == 0)
		talk_say(talk, ABILITIES, "a CAPABILITY\r\n");
	else if (strncasecmp(line, "* PREAUTH", 9) == 0)
		talk_end(talk, TALK_PLAIN,
			"the server takes us for logged in already (PREAUTH), so that STARTTLS is "
			"too late");
	else if (strncasecmp(line, "* BYE", 5) == 0)
		quote(talk, TALK_REFUSED, "the server turns us away");
	else
		talk_alien(talk);
}

/* The answer to what we asked: "OK", "NO" or "BAD" behind our tag. */
static void imap_tagged(struct talk *talk, const char *status)
{
	bool ok = strncasecmp(status, "OK", 2) == 0;
	if (talk->stage == ASKED)
		answer(talk, ok);
	else if (talk->stage == STARTTLS && ok)
		talk->state = TALK_GO;
	else if (talk->stage == STARTTLS)
		quote(talk, TALK_PLAIN, "the server refuses STARTTLS");
	else if (!ok)
		quote(talk, TALK_REFUSED, "the server refuses CAPABILITY");
	else if (!talk->offered)
		not_offered(talk);
	else
		talk_say(talk, STARTTLS, "b STARTTLS\r\n");
}

static void imap_line(struct talk *talk, const char *line)
{
	if (talk->stage == GREETING)
		imap_greeting(talk, line);
	else if (strncmp(line, tags[talk->stage], 2) == 0)
		imap_tagged(talk, line + 2);
	else if (strncasecmp(line, "* BYE", 5) == 0)
		quote(talk, TALK_REFUSED, "the server hangs up");
	else if (strncmp(line, "* ", 2) != 0)
		quote(talk, TALK_BROKEN, "that is no answer to what was asked");
	else if (talk_word(line, "CAPABILITY") && talk_word(line, "STARTTLS"))
		talk->offered = true;
}

static void imap_ask(struct talk *talk)
{
	talk_say(talk, ASKED, "c NOOP\r\n");
}

const struct manner manner_imap = { .line = imap_line, .ask = imap_ask };

/* --- POP3 ----------------------------------------------------------------------------------- */

static void pop3_line(struct talk *talk, const char *line)
{
	bool ok = strncmp(line, "+OK", 3) == 0;
	if (!ok && strncmp(line, "-ERR", 4) != 0)
		talk_alien(talk);
	else if (talk->stage == ASKED)
		answer(talk, ok);
	else if (talk->stage == GREETING && ok)
		talk_say(talk, STARTTLS, "STLS\r\n");
	else if (talk->stage == GREETING)
		quote(talk, TALK_REFUSED, "the server turns us away");
	else if (ok)
		talk->state = TALK_GO;
	else
		quote(talk, TALK_PLAIN, "the server refuses STLS");
}

static void pop3_ask(struct talk *talk)
{
	talk_say(talk, ASKED, "CAPA\r\n");
}

const struct manner manner_pop3 = { .line = pop3_line, .ask = pop3_ask };

/* --- ManageSieve ---------------------------------------------------------------------------- */

/* The server lists what it can do first, and again as the first thing within TLS. */
static void sieve_line(struct talk *talk, const char *line)
{
	bool ok = strncasecmp(line, "OK", 2) == 0;
	bool no = strncasecmp(line, "NO", 2) == 0 || strncasecmp(line, "BYE", 3) == 0;
	if (strncasecmp(line, "\"STARTTLS\"", 10) == 0)
		talk->offered = true;
	if (talk->stage == ASKED && (ok || no))
		answer(talk, ok);
	else if (talk->stage == STARTTLS && ok)
		talk->state = TALK_GO;
	else if (talk->stage == STARTTLS && no)
		quote(talk, TALK_PLAIN, "the server refuses STARTTLS");
	else if (no)
		quote(talk, TALK_REFUSED, "the server turns us away");
	else if (ok && !talk->offered)
		not_offered(talk);
	else if (ok)
		talk_say(talk, STARTTLS, "STARTTLS\r\n");
	else if (talk->stage == GREETING && line[0] != '"')
		talk_alien(talk);
}

static void sieve_ask(struct talk *talk)
{
	talk->stage = ASKED;
}

const struct manner manner_sieve = { .line = sieve_line, .ask = sieve_ask };
