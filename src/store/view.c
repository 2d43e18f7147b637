#include "store/view.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/text.h"
#include "store/store.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

static int compare_numbers(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int by_name(const struct entry *a, const struct entry *b, int64_t now)
{
	(void)now;
	return strcasecmp(a->name, b->name);
}

static int by_subject(const struct entry *a, const struct entry *b, int64_t now)
{
	(void)now;
	return strcasecmp(a->info->subject, b->info->subject);
}

static int by_issuer(const struct entry *a, const struct entry *b, int64_t now)
{
	(void)now;
	return strcasecmp(a->info->issuer, b->info->issuer);
}

static int by_state(const struct entry *a, const struct entry *b, int64_t now)
{
	(void)now;
	return (int)a->state - (int)b->state;
}

static int by_days(const struct entry *a, const struct entry *b, int64_t now)
{
	(void)now;
	return compare_numbers(a->info->not_after, b->info->not_after);
}

static int by_added(const struct entry *a, const struct entry *b, int64_t now)
{
	(void)now;
	return strcmp(entry_added(a), entry_added(b));
}

static int by_key(const struct entry *a, const struct entry *b, int64_t now)
{
	(void)now;
	int order = strcmp(a->info->key_algorithm, b->info->key_algorithm);
	return order ? order : compare_numbers(a->info->key_bits, b->info->key_bits);
}

static int by_fingerprint(const struct entry *a, const struct entry *b, int64_t now)
{
	(void)now;
	return fingerprint_compare(&a->info->sha256, &b->info->sha256);
}

static const struct view_column column_table[] = {
	{ .name = "name", .title = "Name", .help = "the name that people gave", .compare = by_name },
	{ .name = "state", .title = "State", .help = "trusted, untrusted, blocked, trash",
		.compare = by_state },
	{ .name = "days", .title = "Days", .help = "days until it expires", .compare = by_days },
	{ .name = "subject", .title = "Subject", .help = "whom it is about", .compare = by_subject },
	{ .name = "issuer", .title = "Issuer", .help = "who signed it", .compare = by_issuer },
	{ .name = "added", .title = "Added", .help = "when it came into the store",
		.compare = by_added },
	{ .name = "key", .title = "Key", .help = "algorithm and size of its key", .compare = by_key },
	{ .name = "fingerprint", .title = "Fingerprint", .help = "its SHA-256",
		.compare = by_fingerprint },
};

const struct view_column *view_columns(size_t *count)
{
	*count = COUNT(column_table);
	return column_table;
}

const struct view_column *view_column_find(const char *name)
{
	for (size_t i = 0; i < COUNT(column_table); i++)
		if (strcmp(column_table[i].name, name) == 0)
			return &column_table[i];
	return NULL;
}

static const struct view_filter filter_table[] = {
	{ FILTER_EXPIRED, "expired", "is over" },
	{ FILTER_EXPIRING, "expiring", "ends soon" },
	{ FILTER_SELF_SIGNED, "self-signed", "signed by its own key" },
	{ FILTER_CA, "ca", "may sign others" },
	{ FILTER_LEAF, "leaf", "may not sign others" },
};

const struct view_filter *view_filters(size_t *count)
{
	*count = COUNT(filter_table);
	return filter_table;
}

const struct view_filter *view_filter_find(const char *name)
{
	for (size_t i = 0; i < COUNT(filter_table); i++)
		if (strcmp(filter_table[i].name, name) == 0)
			return &filter_table[i];
	return NULL;
}

enum validity entry_validity(const struct entry *entry, int64_t now, int64_t days, int percent)
{
	const struct cert_info *info = entry->info;
	if (now > info->not_after)
		return VALIDITY_EXPIRED;
	if (now < info->not_before)
		return VALIDITY_FUTURE;
	bool few_days = days == 0 || cert_days_left(info, now) < days;
	bool small_share = percent == 0 || cert_percent_left(info, now) < percent;
	bool soon = (days || percent) && few_days && small_share;
	return soon ? VALIDITY_EXPIRING : VALIDITY_VALID;
}

static bool passes(const struct query *q, const struct entry *e, int64_t now)
{
	const unsigned usual = 1u << STATE_TRUSTED | 1u << STATE_UNTRUSTED | 1u << STATE_BLOCKED;
	unsigned states = q->states ? q->states : usual;
	enum validity validity = entry_validity(e, now, q->days, q->percent);
	if (!(states & 1u << e->state))
		return false;
	if ((q->filters & FILTER_EXPIRED) && validity != VALIDITY_EXPIRED)
		return false;
	if ((q->filters & FILTER_EXPIRING) && validity != VALIDITY_EXPIRING)
		return false;
	if ((q->filters & FILTER_SELF_SIGNED) && !e->info->self_signed)
		return false;
	if ((q->filters & FILTER_CA) && !e->info->ca)
		return false;
	return !(q->filters & FILTER_LEAF) || !e->info->ca;
}

/* A search taken apart once: folded words, and the digits where it may be a fingerprint. */
struct needle {
	char *words; /* folded, parted by blanks that needle_init() turned into NULs */
	size_t len;
	char digits[FINGERPRINT_HEX];
};

static void needle_init(struct needle *n, const char *text)
{
	struct buf safe = { 0 }, folded = { 0 };
	char *typed = mem_text(text);
	text_trim(typed);
	text_guard(&safe, typed); /* so that what a list shows is found as it is shown */
	text_fold(&folded, buf_text(&safe));
	buf_done(&safe);
	free(typed);
	if (!fingerprint_digits(text, n->digits, sizeof n->digits) || strlen(n->digits) < 4)
		n->digits[0] = '\0';
	n->words = buf_take(&folded);
	n->len = strlen(n->words);
	for (char *p = n->words; *p; p++)
		if (*p == ' ')
			*p = '\0';
}

/* A host name is found in the wildcard that covers it: one label, no more (RFC 6125). */
static bool covers(const char *folded, const char *word)
{
	const char *dot = strchr(word, '.');
	if (!dot || dot == word || !strchr(dot + 1, '.'))
		return false;
	char *wild = mem_format("dns:*%s\n", dot);
	bool found = strstr(folded, wild) != NULL;
	free(wild);
	return found;
}

static bool needle_matches(const struct needle *n, const struct entry *e)
{
	if (n->digits[0] && strstr(e->folded, n->digits))
		return true;
	for (size_t at = 0; at < n->len; at += strlen(n->words + at) + 1)
		if (!strstr(e->folded, n->words + at) && !covers(e->folded, n->words + at))
			return false;
	return true;
}

struct order {
	const struct query *query;
	int64_t now;
};

static int compare_items(const void *a, const void *b, void *ctx)
{
	const struct entry *x = *(const struct entry *const *)a, *y = *(const struct entry *const *)b;
	const struct order *o = ctx;
	int order = o->query->sort ? o->query->sort->compare(x, y, o->now) : by_name(x, y, o->now);
	if (o->query->reverse)
		order = -order;
	if (order == 0)
		order = by_name(x, y, o->now);
	return order ? order : by_fingerprint(x, y, o->now);
}

void view_build(const struct store *store, const struct query *query, int64_t now, struct view *out)
{
	struct needle needle = { 0 };
	struct order order = { .query = query, .now = now };
	bool search = query->text && *query->text;
	if (search)
		needle_init(&needle, query->text);
	out->count = 0;
	for (size_t i = 0; i < store_count(store); i++) {
		const struct entry *e = store_at(store, i);
		if (!passes(query, e, now) || (search && !needle_matches(&needle, e)))
			continue;
		out->items = mem_grow(out->items, out->count, &out->cap, sizeof(struct entry *));
		out->items[out->count++] = e;
	}
	free(needle.words);
	if (out->count > 1)
		qsort_r(out->items, out->count, sizeof(struct entry *), compare_items, &order);
}

void view_done(struct view *view)
{
	free(view->items);
	*view = (struct view){ 0 };
}
