/*
 * Advice: what an operator should hear about a wish before it is carried out.
 *
 * Checks append rows; a face shows them beside the form.  What refuses stops the deed, the rest is
 * said and done.  Texts are whole sentences and safe text, in the language of whoever looks: the
 * formats are translated here.
 */
#ifndef CERTARY_PKI_ADVICE_H
#define CERTARY_PKI_ADVICE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

enum advice_weight {
	ADVICE_REFUSES, /* it won't be done like this */
	ADVICE_WARNS,   /* somebody is going to be refused, or surprised */
	ADVICE_TELLS,   /* what is done with the wish */
};

struct advice_row {
	enum advice_weight weight;
	const char *code; /* "country", "wildcard", …; static */
	char *text;
};

struct advice {
	struct advice_row *items;
	size_t count, cap;
};

/* Life: `struct advice advice = {0};` … advice_done(&advice). */
void advice_add(struct advice *advice, enum advice_weight weight, const char *code,
	const char *format, ...) __attribute__((format(printf, 4, 5)));
void advice_done(struct advice *advice);

/* The first row with this code, or NULL. */
const struct advice_row *advice_find(const struct advice *advice, const char *code);

/* False, and the first refusal as the error, where there is one. */
bool advice_allows(const struct advice *advice, struct error *err);

#endif
