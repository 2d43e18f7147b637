/*
 * Decisions about certificates: trust, untrust, block, delete, restore, purge.
 *
 * One row of a table in src/app/trust.c declares each: where it leads, from where, and what an
 * operator should know first.
 */
#ifndef CERTARY_APP_TRUST_H
#define CERTARY_APP_TRUST_H

#include <stdbool.h>
#include <stddef.h>

#include "app/app.h"

enum decision {
	DECISION_TRUST,
	DECISION_UNTRUST,
	DECISION_BLOCK,
	DECISION_DELETE,
	DECISION_RESTORE,
	DECISION_PURGE,
};
#define DECISION_COUNT 6

struct decision_row {
	const char *verb; /* "trust" */
	const char *done; /* "trusted" */
	const char *help; /* one line */
	unsigned from;    /* states it applies to, bit 1 << state */
	bool widens;      /* more is trusted afterwards */
	bool loses;       /* something is gone afterwards */
};
const struct decision_row *decision_row(enum decision which);
bool decision_find(const char *verb, enum decision *out);

/*
 * Add one entry to a plan (`struct plan plan = {0}` at first).  An entry that is in the wanted state
 * or in the plan already adds no row and is no error; one that the verb does not apply to is ERROR_FAILED.
 */
bool app_plan_decision(struct app *app, enum decision which, const struct entry *entry,
	struct plan *plan, struct error *err);

/* Everything in the trash. */
bool app_plan_purge(struct app *app, struct plan *plan, struct error *err);

/* The operator's reason, as typed. */
void app_plan_why(struct plan *plan, const char *why);

/*
 * What somebody should know before saying yes to a row: what a CA admits, which of the consumers that
 * the store's targets feed will take this kind of anchor (where there is no target: of consumers at
 * large), warnings.  Appended to out, a sentence in each line, safe text.
 */
void app_consequences(struct app *app, const struct plan_row *row, struct buf *out);

/* The same of a certificate that is to be trusted and is in no store yet, without the warnings. */
struct cert_info;
void app_anchor_words(struct app *app, const struct cert_info *info, struct buf *out);

#endif
