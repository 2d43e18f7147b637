/*
 * What a deployment will do, target by target: the rows that are shown, confirmed and told afterwards.
 *
 * All texts are safe.  A row stands for one certificate in one target; those that a target holds and
 * that aren't ours stay and are only counted.
 */
#ifndef CERTARY_DEPLOY_PLAN_H
#define CERTARY_DEPLOY_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include "pki/fingerprint.h"

enum deploy_change {
	DEPLOY_ADD,
	DEPLOY_REPLACE, /* the same name or place, another certificate; or the same, written otherwise */
	DEPLOY_REMOVE,
	DEPLOY_KEEP,    /* ours, and as it should be */
	DEPLOY_CHANGES
};
const char *deploy_change_word(enum deploy_change change); /* "add", "replace", "remove", "keep" */

struct deploy_row {
	enum deploy_change change;
	struct fingerprint print;
	char *name; /* as it is called there */
};

enum deploy_outcome {
	DEPLOY_PLANNED,
	DEPLOY_UNAVAILABLE, /* why says it; nothing is written anywhere */
	DEPLOY_DONE,        /* written, and read back */
	DEPLOY_BACK,        /* put back as it was */
	DEPLOY_STUCK,       /* neither: why says what is left and what to do */
};

struct deploy_target_plan {
	char *name, *kind, *place; /* of the target; the place is what is written, in words */
	struct deploy_row *rows;
	size_t count, cap;
	size_t tally[DEPLOY_CHANGES];
	size_t theirs;    /* held there and not ours: stays */
	char *warnings;   /* a sentence in each line; NULL */
	char *restart;    /* who must be restarted or reloaded, a line each; NULL: nobody is known */
	char *tool;       /* the program that puts it into force, as it will be run; NULL */
	char *reload;     /* the target's own command; run only when somebody said so; NULL */
	enum deploy_outcome outcome;
	char *why;        /* of the outcome; NULL */
	size_t read_back; /* certificates of ours that its consumer sees, after it is done */
	char *reader;     /* by what it was read back: "keytool", "certary's own reader" */
	bool shared;      /* changes more than one application */
	bool stale;       /* there is something to do */
};

struct deploy_plan {
	struct deploy_target_plan *items;
	size_t count, cap;
	size_t anchors;       /* trusted certificates of the store */
	bool unavailable;     /* one of them is: nothing can be done */
	char sum[FINGERPRINT_HEX]; /* of all that somebody says yes to; "" where nobody has summed it up */
	struct staging *staging; /* private: the files */
};

/* Life: `struct deploy_plan plan = {0}` … deploy_plan_done(&plan). */
/* A sentence more that should be read. */
void deploy_warn(struct deploy_target_plan *plan, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* The files that a target of the plan will consist of, one by one: *cursor is 0 at first; NULL behind the
 * last.  Raw bytes, the plan's. */
const char *deploy_plan_file(const struct deploy_plan *plan, size_t target, size_t *cursor);

void deploy_plan_done(struct deploy_plan *plan);

#endif
