/*
 * Whom a certificate is to name: a distinguished name and alternative names, as a wish.
 *
 * Life: `struct subject subject = {0};` filled by subject_set() and sans_add(), or by
 * subject_of_cert() for a renewal; subject_complete() does what operators expect, subject_check()
 * says what is wrong; … subject_done(&subject).  Values are the true text in UTF-8, not safe text.
 */
#ifndef CERTARY_PKI_SUBJECT_H
#define CERTARY_PKI_SUBJECT_H

#include <stdbool.h>
#include <stddef.h>

#include "pki/advice.h"
#include "pki/cert.h"
#include "pki/profile.h"
#include "pki/san.h"

/* Kinds of attributes: a row each in src/pki/subject.c. */
struct subject_kind {
	const char *key; /* "C", "CN", … */
	const char *label, *help;
	const char *oid;
	size_t most; /* characters */
	bool form;   /* a form asks for it; the others are kept when a certificate is renewed */
};

const struct subject_kind *subject_kind_at(size_t i); /* in the order of a form; ends with NULL */
const struct subject_kind *subject_kind(const char *key); /* any case; NULL where there is none */

struct subject_item {
	const struct subject_kind *kind;
	char *value;
};

struct subject {
	struct subject_item *items; /* in the order in which they are going to be written */
	size_t count, cap;
	struct sans sans;
};

/* The first value of this kind; set: blanks at its ends go, NULL or nothing left removes it. */
const char *subject_get(const struct subject *subject, const char *key);
void subject_set(struct subject *subject, const char *key, const char *value);

/* One more, behind all others: several units, domain components. */
void subject_add(struct subject *subject, const char *key, const char *value);

/*
 * Puts the common name among the alternative names where it is a host, since clients look there
 * only; writes it in ASCII where it is an international one, a country in capitals.  Tells each.
 */
void subject_complete(struct subject *subject, const struct profile *profile, struct advice *out);

/* Everything that is wrong with it, or that people tend to get wrong. */
void subject_check(
	const struct subject *subject, const struct profile *profile, struct advice *out);

/* The same names again, for a renewal; what can't be kept is told.  `out` was empty. */
void subject_of_cert(const struct cert *cert, struct subject *out, struct advice *advice);

void subject_copy(struct subject *to, const struct subject *from); /* `to` was empty */
void subject_done(struct subject *subject);

#endif
