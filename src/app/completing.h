/*
 * Completion within app: where the begun word stands, and what is offered for it.
 */
#ifndef CERTARY_SRC_APP_COMPLETING_H
#define CERTARY_SRC_APP_COMPLETING_H

#include "app/complete.h"

struct completing {
	const struct completion_ask *ask;
	const struct command_row *row; /* NULL: the command isn't there yet, or there is none of that name */
	const char *family;            /* the first of its two words, where the second is missing */
	size_t lead;       /* bytes of the begun word before what is completed: of "--state=" */
	bool only_words;   /* "--" stands before it */
	struct completions *out;
};

/* What is completed of the begun word. */
const char *completing_text(const struct completing *c);

/* Offer text where it goes on from there. */
void completing_offer(const struct completing *c, const char *text, const char *help, bool open);

/* complete-names.c: what is called so in the store; of the trash where the command takes from there. */
typedef void lister(const struct completing *c);
lister complete_any_certificate, complete_cas, complete_identities, complete_own_cas, complete_endpoints,
	complete_places, complete_targets, complete_runbooks;

/* complete-values.c: the value of an option; false where the tables know nothing about it. */
bool complete_value(const struct completing *c, enum option option);

/* The words that a row asks for at a place: "CERT|FILE" with everything that is one of these.  False
 * where the row asks for nothing (more). */
bool complete_word(const struct completing *c, size_t place);

#endif
