/*
 * Views: the entries that a list shows, filtered, searched and sorted.
 *
 * A query is a record that both faces fill; a view knows which rows answer it, in order, and hands out
 * an entry when one is asked for, so that it costs the same whether ten are shown or none.  It is
 * valid for the store's generation that it was made from.
 *
 * Life: `struct view v = {0}`; view_start() … view_step() until it is done, or view_build() for both;
 * any number of times; view_done().
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
	int order;         /* private to the store */
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
	unsigned states;   /* bit 1 << state; 0: all but the trash */
	unsigned filters;  /* enum filter */
	int64_t days;      /* for FILTER_EXPIRING; 0: not by days */
	int percent;       /* for FILTER_EXPIRING; 0: not by share */
	const char *text;  /* words that must all occur, or a fingerprint; NULL: all */
	const struct cert_info *issuer; /* only what it signed, see cert_info_issued_by(); NULL: all */
	const struct view_column *sort; /* NULL: by name */
	bool reverse;
};

struct search;
struct view_segments;

struct view {
	size_t count;
	/* the rest is private */
	bool in_runs;         /* of a kept order and of fresh rows: then these two say which */
	const uint32_t *kept;
	struct view_segments *segments;
	uint32_t *own; /* otherwise: all rows */
	size_t cap;
	bool backwards;
	struct query query;
	struct cert_info *issuer; /* its own copy of the query's */
	int64_t now;
	uint64_t generation;
	struct search *search, *last; /* under way, and the one that was completed last */
};

/*
 * Begin to answer a query.  Until view_step() says that it is done, the view answers the query before.
 * Where the text goes on from that of the last completed search, only its rows are looked at.
 */
void view_start(struct view *view, struct store *store, const struct query *query, int64_t now);

/* Go on for about a millisecond.  True when the view answers the query, or when the store was reloaded
 * meanwhile: then it must be started again. */
bool view_step(struct view *view, struct store *store);
void view_build(struct view *view, struct store *store, const struct query *query, int64_t now);
void view_done(struct view *view);

/* Row and entry at a place below count. */
uint32_t view_row(const struct view *view, size_t index);
void view_entry(const struct view *view, struct store *store, size_t index, struct entry *out);

/* Where this certificate stands; false where the view doesn't hold it. */
bool view_find(const struct view *view, struct store *store, const struct fingerprint *cert,
	size_t *index);

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
