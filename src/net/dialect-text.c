/* FTP (RFC 4217), NNTP (RFC 4642) and XMPP (RFC 6120). */
#include <string.h>

#include "base/lang.h"
#include "net/talk.h"

enum stage {
	GREETING,
	STARTTLS,
	ASKED,
};

static void quote(struct talk *talk, enum talk_state state, const char *what)
{
	talk_end_quoting(talk, state, what, talk->in.data, talk->in.len);
}

/* --- FTP and NNTP: a greeting, one command, an answer ---------------------------------------- */

struct command {
	int greeting, greeting_too; /* codes that welcome us */
	const char *command;
	int go; /* the code of the go-ahead */
	const char *refused;
};

static void command_line(struct talk *talk, const char *line, const struct command *c)
{
	int code = talk_reply(talk, line);
	if (code <= 0)
		return;
	if (talk->stage == ASKED)
		quote(talk, code < 400 ? TALK_GO : TALK_REFUSED, "the server answers");
	else if (talk->stage == STARTTLS && code == c->go)
		talk->state = TALK_GO;
	else if (talk->stage == STARTTLS)
		quote(talk, TALK_PLAIN, c->refused);
	else if (code == c->greeting || code == c->greeting_too)
		talk_say(talk, STARTTLS, c->command);
	else if (code < 400)
		talk_alien(talk);
	else
		quote(talk, TALK_REFUSED, "the server turns us away");
}

static void ftp_line(struct talk *talk, const char *line)
{
	static const struct command ftp = { 220, 220, "AUTH TLS\r\n", 234,
		N_("the server refuses AUTH TLS") };
	const char *guess = guess_protocol(talk->in.data, talk->in.len);
	if (talk->stage == GREETING && guess && strcmp(guess, "SMTP") == 0)
		talk_alien(talk);
	else
		command_line(talk, line, &ftp);
}

static void ftp_ask(struct talk *talk)
{
	talk_say(talk, ASKED, "NOOP\r\n");
}

const struct manner manner_ftp = { .line = ftp_line, .ask = ftp_ask };

static void nntp_line(struct talk *talk, const char *line)
{
	static const struct command nntp = { 200, 201, "STARTTLS\r\n", 382,
		N_("the server refuses STARTTLS") };
	command_line(talk, line, &nntp);
}

static void nntp_ask(struct talk *talk)
{
	talk_say(talk, ASKED, "CAPABILITIES\r\n");
}

const struct manner manner_nntp = { .line = nntp_line, .ask = nntp_ask };

/* --- XMPP: read up to a closing tag, without taking the XML apart ---------------------------- */

static void open_stream(struct talk *talk, int stage)
{
	talk->stage = stage;
	buf_format(&talk->out,
		"<?xml version='1.0'?><stream:stream to='%s' xmlns='jabber:client' "
		"xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>",
		talk->host);
}

static void xmpp_open(struct talk *talk)
{
	open_stream(talk, GREETING);
}

static void xmpp_ask(struct talk *talk)
{
	open_stream(talk, ASKED);
}

static bool holds(const struct talk *talk, const char *text)
{
	return memmem(talk->in.data, talk->in.len, text, strlen(text));
}

static bool ends(const struct talk *talk, const char *text)
{
	size_t len = strlen(text);
	return talk->in.len >= len &&
	       memcmp(talk->in.data + talk->in.len - len, text, len) == 0;
}

/* The element that has just ended begins at the last "<". */
static bool last_is(const struct talk *talk, const char *tag)
{
	const char *at = memrchr(talk->in.data, '<', talk->in.len);
	size_t left = at ? (size_t)(talk->in.data + talk->in.len - at) : 0;
	return left >= strlen(tag) && memcmp(at, tag, strlen(tag)) == 0;
}

static void xmpp_features(struct talk *talk)
{
	if (talk->stage == ASKED)
		talk_end(talk, TALK_GO, "the server answers with what it can do");
	else if (!holds(talk, "<starttls"))
		talk_end(talk, TALK_PLAIN, "the server doesn't offer STARTTLS");
	else
		talk_say(talk, STARTTLS, "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
	buf_cut(&talk->in, 0);
}

/* The stream's error, such as a host that isn't served here, without the XML around it. */
static void xmpp_error(struct talk *talk)
{
	const char *at = memmem(talk->in.data, talk->in.len, "<stream:error", 13);
	const char *from = at ? at : talk->in.data;
	if (holds(talk, "host-unknown"))
		talk_end(talk, TALK_REFUSED, "the server doesn't serve the host %s", talk->host);
	else
		talk_end_quoting(talk, TALK_REFUSED, "the server closes the stream", from,
			talk->in.len - (size_t)(from - talk->in.data));
}

static void xmpp_hear(struct talk *talk)
{
	if (talk->heard == 1 && talk->in.data[0] != '<') {
		talk_alien(talk);
		return;
	}
	if (!ends(talk, ">"))
		return;
	if (ends(talk, "</stream:error>") || ends(talk, "</stream:stream>"))
		xmpp_error(talk);
	else if (talk->stage == STARTTLS && last_is(talk, "<proceed"))
		talk->state = TALK_GO;
	else if (talk->stage == STARTTLS && last_is(talk, "<failure"))
		talk_end(talk, TALK_PLAIN, "the server refuses STARTTLS");
	else if (talk->stage != STARTTLS &&
		 (ends(talk, "</stream:features>") || last_is(talk, "<stream:features/")))
		xmpp_features(talk);
}

const struct manner manner_xmpp = { .open = xmpp_open, .hear = xmpp_hear, .ask = xmpp_ask };
