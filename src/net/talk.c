#include "net/talk.h"

#include <ctype.h>
#include <stdarg.h>
#include <string.h>

#include "base/lang.h"
#include "base/text.h"

#define QUOTED 200 /* bytes of what a server says that are repeated */

void talk_start(struct talk *talk, const struct dialect *dialect, const char *host)
{
	*talk = (struct talk){ .dialect = dialect, .manner = dialect->manner, .host = host };
	if (talk->manner->open)
		talk->manner->open(talk);
}

bool talk_ask(struct talk *talk)
{
	if (!talk->manner->ask)
		return false;
	talk->asking = true;
	talk->state = TALK_ON;
	talk->heard = 0;
	buf_cut(&talk->in, 0);
	buf_cut(&talk->words, 0);
	talk->manner->ask(talk);
	return true;
}

void talk_done(struct talk *talk)
{
	buf_done(&talk->in);
	buf_done(&talk->out);
	buf_done(&talk->words);
}

void talk_say(struct talk *talk, int stage, const char *text)
{
	talk->stage = stage;
	buf_text_add(&talk->out, text);
}

void talk_end(struct talk *talk, enum talk_state state, const char *format, ...)
{
	struct buf text = { 0 };
	va_list args;
	va_start(args, format);
	buf_vformat(&text, lang_text(format), args);
	va_end(args);
	buf_cut(&talk->words, 0);
	text_guard(&talk->words, buf_text(&text));
	buf_done(&text);
	talk->state = state;
}

void talk_end_quoting(struct talk *talk, enum talk_state state, const char *what,
	const void *said, size_t len)
{
	talk_end(talk, state, "%s", lang_text(what));
	buf_text_add(&talk->words, ": ");
	text_escape(&talk->words, said, len < QUOTED ? len : QUOTED);
	if (len > QUOTED)
		buf_text_add(&talk->words, " …");
}

void talk_alien(struct talk *talk)
{
	const char *guess = guess_protocol(talk->in.data, talk->in.len);
	struct buf what = { 0 };
	buf_format(&what, _("this isn't %s"), talk->dialect->protocol);
	if (guess)
		talk_end(talk, TALK_ALIEN, "%s: it looks like %s", buf_text(&what), guess);
	else
		talk_end_quoting(talk, TALK_ALIEN, buf_text(&what), talk->in.data, talk->in.len);
	buf_done(&what);
}

static void hear_line(struct talk *talk)
{
	struct buf *in = &talk->in;
	if (in->data[in->len - 1] != '\n') {
		if (in->len >= TALK_LINE)
			talk_end(talk, TALK_BROKEN, "a line of more than %d bytes came", TALK_LINE);
		return;
	}
	buf_cut(in, in->len - 1);
	if (in->len > 0 && in->data[in->len - 1] == '\r')
		buf_cut(in, in->len - 1);
	talk->manner->line(talk, buf_text(in));
	if (talk->state != TALK_ALIEN)
		buf_cut(in, 0);
}

static void hear_byte(struct talk *talk, char byte)
{
	buf_char(&talk->in, byte);
	if (++talk->heard > TALK_MOST)
		talk_end(talk, TALK_BROKEN, "the server talks without end: %u KiB and no answer",
			TALK_MOST >> 10);
	else if (talk->manner->line)
		hear_line(talk);
	else
		talk->manner->hear(talk);
}

void talk_feed(struct talk *talk, const void *bytes, size_t len)
{
	const char *at = bytes, *end = at + len;
	while (at < end && talk->state == TALK_ON)
		hear_byte(talk, *at++);
	if (at < end && talk->state == TALK_ALIEN) { /* what follows may tell what it is */
		buf_add(&talk->in, at, (size_t)(end - at < QUOTED ? end - at : QUOTED));
		talk_alien(talk);
	}
	if (at < end && talk->state == TALK_GO && !talk->asking)
		talk_end_quoting(talk, TALK_BROKEN,
			"bytes that weren't protected follow the go-ahead (an injection)", at,
			(size_t)(end - at));
}

void talk_closed(struct talk *talk)
{
	if (talk->in.len > 0)
		talk_end_quoting(talk, TALK_BROKEN, "the server hung up in the middle of",
			talk->in.data, talk->in.len);
	else if (talk->heard > 0)
		talk_end(talk, TALK_BROKEN, "the server hung up");
	else
		talk_end(talk, TALK_BROKEN, "the server hung up without a word");
}

int talk_reply(struct talk *talk, const char *line)
{
	bool code = isdigit((unsigned char)line[0]) && isdigit((unsigned char)line[1]) &&
		    isdigit((unsigned char)line[2]);
	if (!code || (line[3] != '\0' && line[3] != ' ' && line[3] != '-')) {
		talk_alien(talk);
		return -1;
	}
	if (line[3] == '-')
		return 0;
	return (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
}

bool talk_word(const char *text, const char *word)
{
	size_t len = strlen(word);
	for (const char *at = text; (at = strcasestr(at, word)); at += len) {
		bool begins = at == text || !isalnum((unsigned char)at[-1]);
		if (begins && !isalnum((unsigned char)at[len]))
			return true;
	}
	return false;
}
