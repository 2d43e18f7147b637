/*
 * PostgreSQL (SSLRequest) and MySQL (CLIENT_SSL in the handshake).
 *
 * PostgreSQL's TLS layer takes every client certificate that its CA signed, and none at all; what
 * pg_hba.conf demands shows when a session is asked for.  That is the question: a name and a database
 * and nothing else; the connection is closed whatever the answer is.
 */
#include <stdint.h>
#include <string.h>

#include "base/lang.h"
#include "net/talk.h"

static uint32_t big(const char *p)
{
	const uint8_t *b = (const uint8_t *)p;
	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

/* --- PostgreSQL ------------------------------------------------------------------------------ */

static void postgres_open(struct talk *talk)
{
	buf_add(&talk->out, "\0\0\0\x08\x04\xd2\x16\x2f", 8);
}

static void postgres_ask(struct talk *talk)
{
	static const char startup[] = "\0\0\0\x28\0\x03\0\0user\0certary\0database\0postgres\0";
	buf_add(&talk->out, startup, sizeof startup); /* the list ends with the last NUL */
}

/* The field of this kind in an error message, or NULL. */
static const char *field(const char *body, size_t len, char kind)
{
	for (const char *at = body, *end = body + len; at < end && *at;) {
		size_t text = strnlen(at + 1, (size_t)(end - at - 1));
		if (at + 1 + text >= end)
			return NULL; /* without its NUL */
		if (*at == kind)
			return at + 1;
		at += 1 + text + 1;
	}
	return NULL;
}

static void postgres_error(struct talk *talk, const char *body, size_t len)
{
	const char *code = field(body, len, 'C'), *text = field(body, len, 'M');
	if (!text)
		text = _("no text");
	talk->blames = code && strncmp(code, "28", 2) == 0 && strstr(text, "certificate");
	talk_end_quoting(talk, TALK_REFUSED,
		talk->blames ? N_("the server demands a client certificate (pg_hba.conf)")
			     : N_("the server refuses a session"),
		text, strlen(text));
}

/* A message: its kind, its length without the kind, its body. */
static void postgres_message(struct talk *talk)
{
	struct buf *in = &talk->in;
	if (!strchr("RENSKv", in->data[0]) || in->data[0] == '\0') {
		talk_alien(talk);
		return;
	}
	if (in->len < 5)
		return;
	uint32_t len = big(in->data + 1);
	if (len < 4 || len > TALK_MOST)
		talk_end(talk, TALK_BROKEN, "a message of %u bytes is announced", len);
	else if (in->len < len + 1)
		return;
	else if (in->data[0] == 'E')
		postgres_error(talk, in->data + 5, len - 4);
	else if (in->data[0] == 'R')
		talk_end(talk, TALK_GO,
			len >= 8 && big(in->data + 5) == 0 ?
				N_("the server opens a session") :
				N_("the server goes on to ask for a login"));
	buf_cut(in, 0);
}

static void postgres_hear(struct talk *talk)
{
	if (talk->asking)
		postgres_message(talk);
	else if (talk->in.data[0] == 'S')
		talk->state = TALK_GO;
	else if (talk->in.data[0] == 'N')
		talk_end(talk, TALK_PLAIN,
			"the server says no to TLS: in its postgresql.conf stands ssl = off");
	else if (talk->in.data[0] == 'E')
		talk_end(talk, TALK_REFUSED, "the server answers the request for TLS with an error");
	else
		talk_alien(talk);
}

const struct manner manner_postgres = {
	.open = postgres_open,
	.hear = postgres_hear,
	.ask = postgres_ask,
};

/* --- MySQL ------------------------------------------------------------------------------------ */

#define MYSQL_HEADER 4
#define CLIENT_SSL   0x0800

/* The lower half of what the server can do, behind version, thread and the first salt; -1: cut. */
static int mysql_abilities(const char *body, size_t len)
{
	size_t version = strnlen(body + 1, len - 1), at = 1 + version + 1 + 4 + 8 + 1;
	if (at + 2 > len)
		return -1;
	return (uint8_t)body[at] | (uint8_t)body[at + 1] << 8;
}

static void mysql_greeting(struct talk *talk, const char *body, size_t len)
{
	/* 32 bytes, number 1; 4.1's protocol, TLS, its salt; 16 MB at most; UTF-8 */
	static const char request[MYSQL_HEADER + 32] = { 32, 0, 0, 1, 0, (char)0x8a, 0, 0, 0, 0, 0,
		1, 33 };
	int abilities = mysql_abilities(body, len);
	if (abilities < 0) {
		talk_end(talk, TALK_BROKEN, "the greeting is cut short");
	} else if (!(abilities & CLIENT_SSL)) {
		talk_end(talk, TALK_PLAIN, "the server has TLS switched off (no ssl_cert, or skip_ssl)");
	} else {
		buf_add(&talk->out, request, sizeof request);
		talk->state = TALK_GO;
	}
}

static void mysql_hear(struct talk *talk)
{
	const uint8_t *b = (const uint8_t *)talk->in.data;
	size_t have = talk->in.len;
	if (have < MYSQL_HEADER + 1)
		return;
	size_t len = b[0] | (size_t)b[1] << 8 | (size_t)b[2] << 16;
	const char *body = talk->in.data + MYSQL_HEADER;
	if (b[3] != 0 || (b[4] != 10 && b[4] != 0xff) || len < 4 || len > TALK_MOST)
		talk_alien(talk);
	else if (have < MYSQL_HEADER + len)
		return;
	else if (b[4] == 10)
		mysql_greeting(talk, body, len);
	else /* an error: 0xff, two bytes of code, text */
		talk_end_quoting(talk, TALK_REFUSED, "the server turns us away", body + 3, len - 3);
}

const struct manner manner_mysql = { .hear = mysql_hear };
