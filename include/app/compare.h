/*
 * Compare: two certificates side by side, each of the store or in a file.
 *
 * Life: app_compare_…() … pair_done(), also where it says false.
 */
#ifndef CERTARY_APP_COMPARE_H
#define CERTARY_APP_COMPARE_H

#include <stdbool.h>
#include <stddef.h>

#include "app/app.h"
#include "app/show.h"
#include "pki/compare.h"

struct pair {
	struct shown sides[2]; /* left and right */
	char *names[2];        /* safe text */
	bool compared;
	struct comparison result;
};

/* CERT or a FILE each, whose first certificate is taken; ERROR_NOT_FOUND as for show. */
bool app_compare_text(struct app *app, const char *left, const char *right, struct pair *out,
	struct error *err);
bool app_compare_entries(struct app *app, const struct entry *left, const struct entry *right,
	struct pair *out, struct error *err);
void pair_done(struct pair *pair);

/* --- as lines --------------------------------------------------------------------------------- */

enum pair_kind {
	PAIR_VERDICT,
	PAIR_NAMES,   /* what stands on which side */
	PAIR_SECTION, /* an empty line comes before it */
	PAIR_SAME,
	PAIR_DIFFERS,
};

struct pair_line {
	enum pair_kind kind;
	char *text; /* wrapped: no longer than asked for */
};

struct pair_lines {
	struct pair_line *items;
	size_t count, cap;
};

#define PAIR_BESIDE_FROM 60 /* columns; where there are fewer one stands below the other */

/* All rows, or those that differ.  Life: `struct pair_lines lines = {0}` … pair_lines_done(&lines). */
void pair_lines(const struct pair *pair, size_t columns, bool all, struct pair_lines *out);
void pair_lines_done(struct pair_lines *lines);

#endif
