/*
 * Findings: what is amiss, a row each.
 */
#ifndef CERTARY_STORE_FINDING_H
#define CERTARY_STORE_FINDING_H

#include <stdbool.h>
#include <stddef.h>

struct finding {
	const char *code; /* "duplicate", "several", "loose-mode", …; static */
	char *file;       /* relative to the store, safe text; "" for the whole */
	char *text;       /* what is wrong and what to do, one sentence */
	bool mended;
	bool note;        /* only told: it is no fault of the store's */
};

struct findings {
	struct finding *items;
	size_t count, cap;
};

/* Life: `struct findings f = {0}` … findings_done(&f). */
void findings_done(struct findings *findings);
void findings_cut(struct findings *findings, size_t count); /* forget those behind so many */
struct finding *findings_add(struct findings *findings, const char *code, const char *file,
	const char *format, ...) __attribute__((format(printf, 4, 5)));

#endif
