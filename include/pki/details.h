/*
 * Everything that stands in a certificate, in words: the rows of the properties pane and of
 * `certary show`.
 *
 * Every field and every extension of RFC 5280 is decoded; what is unknown is shown with its object
 * identifier and its bytes, so that nothing in a certificate stays unseen.  All text is safe text.
 */
#ifndef CERTARY_PKI_DETAILS_H
#define CERTARY_PKI_DETAILS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pki/cert.h"

enum detail_kind {
	DETAIL_SECTION, /* a heading: label only */
	DETAIL_FIELD,   /* label and text; an empty label continues the field above */
	DETAIL_WARNING, /* label is the warning's code, text says it in plain words; these come first */
};

struct detail {
	enum detail_kind kind;
	bool critical; /* of an extension */
	char *label;
	char *text;
};

struct details {
	struct detail *items;
	size_t count, cap;
};

/* Life: `struct details d = {0}; details_of(…); … details_done(&d);` */
void details_of(const struct cert *cert, int64_t now, struct details *out);
void details_done(struct details *details);

/* Move the rows from number `at` on into `rest`; move all of `take` behind the others. */
void details_split(struct details *details, size_t at, struct details *rest);
void details_append(struct details *details, struct details *take);

/* For callers that put rows of their own before or behind: the texts are copied, label and format
 * translated (a format with words is marked by N_(), see po/keywords). */
void details_section(struct details *details, const char *label);
void details_field(struct details *details, const char *label, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
