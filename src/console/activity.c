#include "console/activity.h"

#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"

/* As much as is kept of a text, in whole characters. */
static char *cut(const char *safe)
{
	size_t len = strnlen(safe, ACTIVITY_TEXT + 1);
	if (len <= ACTIVITY_TEXT)
		return mem_text(safe);
	len = ACTIVITY_TEXT;
	while (len > 0 && ((unsigned char)safe[len] & 0xc0) == 0x80)
		len--;
	return mem_textn(safe, len);
}

static struct note *room(struct activity *activity)
{
	if (activity->count < ACTIVITY_MOST) {
		activity->notes = mem_grow(activity->notes, activity->count, &activity->cap,
			sizeof *activity->notes);
		return &activity->notes[activity->count++];
	}
	struct note *oldest = &activity->notes[activity->first];
	activity->first = (activity->first + 1) % ACTIVITY_MOST;
	free(oldest->text);
	return oldest;
}

void activity_add(struct activity *activity, int64_t time, enum role role, const char *safe)
{
	char *text = cut(safe); /* it may be one of those that go */
	*room(activity) = (struct note){ .time = time, .role = role, .text = text };
	activity->stale = true;
}

const struct note *activity_at(const struct activity *activity, size_t i)
{
	return &activity->notes[(activity->first + i) % activity->count];
}

void activity_done(struct activity *activity)
{
	for (size_t i = 0; i < activity->count; i++)
		free(activity->notes[i].text);
	free(activity->notes);
	pager_done(&activity->pager);
	*activity = (struct activity){ 0 };
}

const char *activity_level(enum role role)
{
	switch (role) {
	case ROLE_ERROR:
		return N_("error");
	case ROLE_WARNING:
		return N_("warning");
	case ROLE_GOOD:
		return N_("done");
	default:
		return N_("note");
	}
}
