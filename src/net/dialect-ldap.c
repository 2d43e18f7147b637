/* LDAP's StartTLS (RFC 4511, 4.14), and an anonymous bind as the question. */
#include <stdint.h>
#include <string.h>

#include "base/lang.h"
#include "net/talk.h"

enum tag {
	INTEGER = 0x02,
	OCTETS = 0x04,
	ENUMERATED = 0x0a,
	SEQUENCE = 0x30,
	BIND_RESPONSE = 0x61,
	EXTENDED_RESPONSE = 0x78,
};

struct span {
	const uint8_t *at, *end;
};

/* How many bytes the element at the front takes with its header; 0: not known yet; -1: too many. */
static int64_t whole(struct span in)
{
	size_t have = (size_t)(in.end - in.at), octets, len = 0;
	if (have < 2)
		return 0;
	if (in.at[1] < 0x80)
		return 2 + in.at[1];
	octets = in.at[1] & 0x7f;
	if (octets < 1 || octets > 4)
		return -1;
	if (have < 2 + octets)
		return 0;
	for (size_t i = 0; i < octets; i++)
		len = len << 8 | in.at[2 + i];
	return len > TALK_MOST ? -1 : (int64_t)(2 + octets + len);
}

/* Step over one element and give its content. */
static bool take(struct span *in, uint8_t tag, struct span *body)
{
	int64_t all = whole(*in);
	if (all <= 0 || all > in->end - in->at || in->at[0] != tag)
		return false;
	body->at = in->at + 2 + (in->at[1] & 0x80 ? in->at[1] & 0x7f : 0);
	body->end = in->at + all;
	in->at = body->end;
	return true;
}

static int number(struct span body)
{
	if (body.end - body.at < 1 || body.end - body.at > 3)
		return -1;
	int n = 0;
	for (; body.at < body.end; body.at++)
		n = n << 8 | *body.at;
	return n;
}

/* What servers say that have no certificate, or that want somebody to log in. */
static const char *result_words(int code)
{
	switch (code) {
	case 1:
		return _("operations error: StartTLS at the wrong moment?");
	case 2:
		return _("protocol error: it doesn't know StartTLS");
	case 8:
		return _("it wants a stronger login");
	case 12:
		return _("it doesn't know StartTLS");
	case 13:
		return _("it wants confidentiality");
	case 48:
		return _("it lets nobody in without a name");
	case 49:
		return _("invalid credentials");
	case 50:
		return _("insufficient rights");
	case 51:
		return _("busy");
	case 52:
		return _("TLS is unavailable");
	case 53:
		return _("unwilling to perform");
	}
	return _("refused");
}

static void finish(struct talk *talk, enum talk_state state, int code, struct span text)
{
	struct buf what = { 0 };
	buf_format(&what,
		talk->asking ? _("the server answers a login without a name with code %d, %s")
			     : _("the server refuses StartTLS with code %d, %s"),
		code, result_words(code));
	if (text.end > text.at)
		talk_end_quoting(talk, state, buf_text(&what), text.at,
			(size_t)(text.end - text.at));
	else
		talk_end(talk, state, "%s", buf_text(&what));
	buf_done(&what);
}

/* code, matched name, text; a server that goes says so unasked, as message 0. */
static void result(struct talk *talk, struct span in, bool unasked)
{
	struct span code, matched, text = { 0 };
	if (!take(&in, ENUMERATED, &code) || !take(&in, OCTETS, &matched)) {
		talk_end(talk, TALK_BROKEN, "the answer can't be read");
		return;
	}
	if (!take(&in, OCTETS, &text))
		text = (struct span){ 0 };
	if (unasked)
		finish(talk, TALK_REFUSED, number(code), text);
	else if (number(code) != 0)
		finish(talk, talk->asking ? TALK_REFUSED : TALK_PLAIN, number(code), text);
	else if (talk->asking)
		talk_end(talk, TALK_GO, "the server takes a login without a name");
	else
		talk->state = TALK_GO;
}

static void message(struct talk *talk, struct span in)
{
	struct span body, id, op;
	bool extended = true;
	if (!take(&in, SEQUENCE, &body) || !take(&body, INTEGER, &id)) {
		talk_end(talk, TALK_BROKEN, "the answer can't be read");
		return;
	}
	if (!take(&body, EXTENDED_RESPONSE, &op)) {
		extended = false;
		if (!take(&body, BIND_RESPONSE, &op))
			op = (struct span){ 0 };
	}
	if (op.at && extended && number(id) == 0)
		result(talk, op, true);
	else if (op.at && extended == !talk->asking && number(id) == (talk->asking ? 2 : 1))
		result(talk, op, false);
	else
		talk_end(talk, TALK_BROKEN, "that is no answer to what was asked");
}

static void ldap_hear(struct talk *talk)
{
	const uint8_t *bytes = (const uint8_t *)talk->in.data;
	struct span in = { bytes, bytes + talk->in.len };
	int64_t all = whole(in);
	if (bytes[0] != SEQUENCE)
		talk_alien(talk);
	else if (all < 0)
		talk_end(talk, TALK_BROKEN, "an answer of more than %u KiB is announced",
			TALK_MOST >> 10);
	else if (all > 0 && in.end - in.at >= all)
		message(talk, in);
}

static void ldap_open(struct talk *talk)
{
	static const char request[] = "\x30\x1d\x02\x01\x01\x77\x18\x80\x16"
				      "1.3.6.1.4.1.1466.20037";
	buf_add(&talk->out, request, sizeof request - 1);
}

static void ldap_ask(struct talk *talk)
{
	static const char bind[] = "\x30\x0c\x02\x01\x02\x60\x07\x02\x01\x03\x04\x00\x80";
	buf_add(&talk->out, bind, sizeof bind); /* its last byte is the NUL */
}

const struct manner manner_ldap = { .open = ldap_open, .hear = ldap_hear, .ask = ldap_ask };
