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

/* Does a name begin as that, and may it stand there? */
bool completing_takes(const struct completing *c, const char *name);

/* complete-names.c: certificates, of the trash or of the other states, all or those that may sign. */
void complete_certificates(const struct completing *c, bool trash, bool authorities);
void complete_fingerprints(const struct completing *c, bool trash, bool authorities);

/* complete-values.c: the value of an option; false where the tables know nothing about it. */
bool complete_value(const struct completing *c, enum option option);

/* The words that a row asks for at a place: "CERT|FILE" with everything that is one of these.  False
 * where the row asks for nothing (more). */
bool complete_word(const struct completing *c, size_t place);

#endif
