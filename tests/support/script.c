#include "support/script.h"

#include "support/unit.h"

#include <string.h>

#include "base/text.h"

static void feed(struct talk *talk, const struct act *act, bool bytewise)
{
	if (!bytewise)
		talk_feed(talk, act->hear, act->hear_len);
	for (size_t i = 0; bytewise && i < act->hear_len; i++)
		talk_feed(talk, act->hear + i, 1);
}

static void expect_say(struct talk *talk, const struct act *act)
{
	if (talk->out.len != act->say_len || memcmp(buf_text(&talk->out), act->say ? act->say : "",
						     act->say_len) != 0)
		fail_msg("after '%s' the client says '%s', not '%s'", act->hear ? act->hear : "",
			buf_text(&talk->out), act->say ? act->say : "");
	buf_cut(&talk->out, 0);
}

void script_play_to(struct talk *talk, const char *dialect, const struct act *acts, bool bytewise)
{
	talk_start(talk, dialect_named(dialect), "host.example");
	for (const struct act *act = acts; act->hear || act->say || act->ask; act++) {
		if (act->ask)
			assert_true(talk_ask(talk));
		else
			feed(talk, act, bytewise);
		expect_say(talk, act);
	}
}

void script_play(const char *dialect, enum talk_state end, const char *words,
	const struct act *acts)
{
	for (int bytewise = 0; bytewise < 2; bytewise++) {
		struct talk talk;
		script_play_to(&talk, dialect, acts, bytewise);
		if (talk.state != end || (words && !strstr(buf_text(&talk.words), words)))
			fail_msg("%s ends in state %d: '%s', not %d: '%s'", dialect, talk.state,
				buf_text(&talk.words), end, words ? words : "");
		assert_true(text_is_safe(buf_text(&talk.words)));
		if (end != TALK_ON && end != TALK_GO)
			assert_true(talk.words.len > 0);
		talk_done(&talk);
	}
}
