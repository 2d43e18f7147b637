/*
 * Views: the entries that a list shows, filtered, searched and sorted.
 *
 * A query is a record that both faces fill; a view is an array of borrowed entries, valid for the
 * store's generation that it was made from.
 */
#ifndef CERTARY_STORE_VIEW_H
#define CERTARY_STORE_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/entry.h"

struct store;

/* One row of a table in src/store/view.c declares a column. */
struct view_column {
	const char *name;  /* what --sort takes */
	const char *title; /* what stands above it */
	const char *help;
	int (*compare)(const struct entry *a, const struct entry *b, int64_t now);
};
const struct view_column *view_columns(size_t *count);
const struct view_column *view_column_find(const char *name);

/* Filters that may be combined; one row of a table declares one. */
enum filter {
	FILTER_EXPIRED = 1 << 0,
	FILTER_EXPIRING = 1 << 1, /* within `days`, and with less than `percent` of its life left */
	FILTER_SELF_SIGNED = 1 << 2,
	FILTER_CA = 1 << 3,
	FILTER_LEAF = 1 << 4,
};
struct view_filter {
	enum filter bit;
	const char *name, *help;
};
const struct view_filter *view_filters(size_t *count);
const struct view_filter *view_filter_find(const char *name);

struct query {
	unsigned states;   /* bit 1 << state; 0: trusted, untrusted and blocked */
	unsigned filters;  /* enum filter */
	int64_t days;      /* for FILTER_EXPIRING; 0: not by days */
	int percent;       /* for FILTER_EXPIRING; 0: not by share */
	const char *text;  /* words that must all occur, or a fingerprint; NULL: all */
	const struct view_column *sort; /* NULL: by name */
	bool reverse;
};

struct view {
	const struct entry **items;
	size_t count, cap;
};

void view_build(const struct store *store, const struct query *query, int64_t now, struct view *out);
void view_done(struct view *view);

/*
 * Where both measures are given, both must be short: 30 days are nothing for a root CA and most of the
 * life of a certificate that is renewed every 47 days.
 */
enum validity {
	VALIDITY_VALID,
	VALIDITY_EXPIRING,
	VALIDITY_EXPIRED,
	VALIDITY_FUTURE,
};
enum validity entry_validity(const struct entry *entry, int64_t now, int64_t days, int percent);

#endif
