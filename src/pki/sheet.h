/* Writing details: the sheet of one field, and the parts that other files put in. */
#ifndef CERTARY_SRC_PKI_SHEET_H
#define CERTARY_SRC_PKI_SHEET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "pki/details.h"
#include "pki/der.h"
#include "pki/parts.h"
#include "pki/warning.h"

/*
 * A field of one or more sheet: the first carries the label, the others continue it.  Of a very long
 * list the first ROWS_MAX are written and the rest is counted.
 */
#define ROWS_MAX 500

struct sheet {
	struct details *out;
	const char *label;
	bool critical;
	size_t count;
};

/* Life: struct sheet r = { .out = …, .label = … }; sheet_add() …; sheet_end(&r).  The label and the
 * format are translated here. */
void sheet_add(struct sheet *sheet, const char *format, ...) __attribute__((format(printf, 2, 3)));
void sheet_take(struct sheet *sheet, struct buf *text); /* empties text */
bool sheet_full(const struct sheet *sheet);             /* sheet are only counted from now on */
void sheet_end(struct sheet *sheet);

/* Call show() for each element of a list; false where it fails or the list can't be read. */
typedef bool row_fn(struct sheet *sheet, const struct der_item *item);
bool sheet_each(struct sheet *sheet, struct der list, row_fn *show);

/* A row for each name of GeneralNames, with a word before it. */
bool sheet_names(struct sheet *sheet, const char *before, struct der names);

/* Everything but the warnings. */
void details_body(const struct cert *cert, int64_t now, struct details *out);
void details_name(struct details *out, const char *section, struct der rdns);
void details_key(const struct parts *parts, struct details *out);
void details_signature(const struct parts *parts, struct details *out);
void details_extensions(const struct parts *parts, struct details *out);

/* warnings_of() by a caller that has the body already. */
void warnings_find(
	const struct cert *cert, int64_t now, const struct details *body, struct warnings *out);

#endif
