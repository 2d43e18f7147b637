/*
 * Any bytes as a server's side of any dialect, before TLS and within it: what is said about them is
 * safe, what is answered is bounded, and the end is an end.
 */
#include "fuzz/fuzz.h"

#include "base/text.h"
#include "net/talk.h"

static void check(const struct talk *talk)
{
	must(text_is_safe(buf_text(&talk->words)));
	must(talk->words.len < 4096 && talk->out.len < 8192);
	must(talk->in.len <= TALK_MOST + 1);
	if (talk->state != TALK_ON && talk->state != TALK_GO)
		must(talk->words.len > 0);
}

/* Whole, or in two pieces. */
static void feed(struct talk *talk, const uint8_t *data, size_t size, size_t first)
{
	if (first > size)
		first = size;
	talk_feed(talk, data, first);
	if (talk->state == TALK_ON)
		talk_feed(talk, data + first, size - first);
}

static void play(const struct dialect *dialect, const uint8_t *data, size_t size, size_t first,
	bool asking)
{
	struct talk talk;
	talk_start(&talk, dialect, "host.example");
	if (!asking || talk_ask(&talk)) {
		feed(&talk, data, size, first);
		if (talk.state == TALK_ON)
			talk_closed(&talk);
	}
	check(&talk);
	talk_done(&talk);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t dialects = 0;
	while (dialect_at(dialects + 1))
		dialects++;
	if (size < 2)
		return 0;
	const struct dialect *dialect = dialect_at(1 + data[0] % dialects);
	play(dialect, data + 2, size - 2, data[1], false);
	play(dialect, data + 2, size - 2, data[1], true);
	return 0;
}
