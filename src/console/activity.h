/*
 * What was said and done in this session, the last thousand lines of it, in memory alone.
 */
#ifndef CERTARY_SRC_CONSOLE_ACTIVITY_H
#define CERTARY_SRC_CONSOLE_ACTIVITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tui/pager.h"

#define ACTIVITY_MOST 1000
#define ACTIVITY_TEXT 1024 /* bytes of one: longer ones are cut */

struct note {
	int64_t time;
	enum role role; /* ROLE_ERROR, ROLE_WARNING, ROLE_GOOD; others tell */
	char *text;     /* safe */
};

/* Life: zeroed … activity_done(). */
struct activity {
	struct note *notes; /* a ring once it is full */
	size_t count, cap, first;
	struct pager pager;
	int cols; /* for which its rows were made */
	bool stale;
};

void activity_add(struct activity *activity, int64_t time, enum role role, const char *safe);
const struct note *activity_at(const struct activity *activity, size_t i); /* 0: the oldest */
void activity_done(struct activity *activity);

/* A word for the level of a note, English: who shows it translates it. */
const char *activity_level(enum role role);

#endif
