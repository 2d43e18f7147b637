/*
 * From what an operator types to an entry.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "base/word.h"
#include "store/internal.h"

#define PREFIX_LEAST    6
#define CANDIDATES_MOST 5

/* The stricter state wins where the same certificate stands in two folders. */
static int strictness(const struct entry *entry)
{
	static const int rank[STATE_COUNT] = { [STATE_BLOCKED] = 4,
		[STATE_UNTRUSTED] = 3,
		[STATE_TRASH] = 2,
		[STATE_LIMITED] = 1,
		[STATE_TRUSTED] = 0 };
	return rank[entry->state];
}

/* Negative where the row stands before what is looked for, 0 where it is it. */
typedef int place_fn(const struct table *table, uint32_t i, const void *what);

static uint32_t first_place(const struct index *x, enum order order, place_fn *place,
	const void *what)
{
	uint32_t low = 0, high = x->header.entries;
	while (low < high) {
		uint32_t mid = low + (high - low) / 2, row = x->orders[order][mid];
		if (row < x->table.count && place(&x->table, row, what) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* The next living entry from *at on; ROW_NONE at the end. *at is 0 at first. */
static uint32_t next_match(const struct snapshot *now, enum order order, place_fn *place,
	const void *what, uint32_t *at)
{
	const struct index *x = &now->base;
	uint32_t entries = x->header.entries;
	if (*at == 0)
		*at = 1 + first_place(x, order, place, what);
	while (*at <= entries) {
		uint32_t row = x->orders[order][*at - 1];
		if (row >= x->table.count || place(&x->table, row, what) != 0)
			*at = entries + 1;
		else if (++*at, !snapshot_is_dead(now, row))
			return row;
	}
	for (; *at - entries <= now->fresh.count; ++*at) {
		uint32_t i = *at - entries - 1, row = x->table.count + i;
		if ((now->fresh.flags[i] & ROW_ENTRY) && !snapshot_is_dead(now, row) &&
			place(&now->fresh, i, what) == 0) {
			++*at;
			return row;
		}
	}
	return ROW_NONE;
}

static int place_by_print(const struct table *t, uint32_t i, const void *what)
{
	const struct fingerprint *cert = what;
	return memcmp(t->rows[i].sha256, cert->bytes, FINGERPRINT_SIZE);
}

bool store_find(struct store *store, const struct fingerprint *cert, struct entry *out)
{
	uint32_t at = 0, row;
	bool found = false;
	while ((row = next_match(&store->now, ORDER_FINGERPRINT, place_by_print, cert, &at)) !=
		ROW_NONE) {
		struct entry e;
		if (!snapshot_entry(&store->now, row, &e) ||
			(found && strictness(&e) <= strictness(out)))
			continue;
		*out = e;
		found = true;
	}
	return found;
}

/* A line of the folded text and what it is compared with. */
struct folded {
	enum order order;
	const char *text;
	size_t len;
};

static int place_by_text(const struct table *t, uint32_t i, const void *what)
{
	const struct folded *f = what;
	return order_compare_text(f->order, t, i, f->text, f->len);
}

static bool next_text(struct store *store, enum order order, const char *folded, uint32_t *cursor,
	struct entry *out)
{
	struct folded f = { order, folded, strlen(folded) };
	uint32_t row;
	while ((row = next_match(&store->now, order, place_by_text, &f, cursor)) != ROW_NONE)
		if (snapshot_entry(&store->now, row, out))
			return true;
	return false;
}

static char *folded_copy(const char *text)
{
	struct buf folded = { 0 };
	text_fold(&folded, text);
	return buf_take(&folded);
}

bool store_next_subject(struct store *store, const char *name, uint32_t *cursor, struct entry *out)
{
	char *folded = folded_copy(name);
	bool found = next_text(store, ORDER_SUBJECT, folded, cursor, out);
	free(folded);
	return found;
}

bool store_next_issuer(struct store *store, const char *name, uint32_t *cursor, struct entry *out)
{
	char *folded = folded_copy(name);
	bool found = next_text(store, ORDER_ISSUER, folded, cursor, out);
	free(folded);
	return found;
}

bool store_find_name(struct store *store, const char *name, struct entry *out)
{
	char *folded = folded_copy(name);
	uint32_t cursor = 0;
	bool found = false;
	while (!found && next_text(store, ORDER_NAME, folded, &cursor, out))
		found = strcmp(out->name, name) == 0;
	free(folded);
	return found;
}

/* Entries that answer to a text; candidates are kept for the message. */
struct answers {
	struct entry found;
	size_t count;
	struct buf names;
};

static void note(struct answers *a, const struct entry *e)
{
	char hex[FINGERPRINT_HEX];
	bool same = a->count > 0 && fingerprint_compare(&a->found.info.sha256, &e->info.sha256) == 0;
	if (same) {
		if (strictness(e) > strictness(&a->found))
			a->found = *e;
		return;
	}
	if (a->count < CANDIDATES_MOST)
		buf_format(&a->names, "%s%s (%s, %.12s)", a->count ? ", " : "", e->name,
			state_name((int)e->state), fingerprint_hex(&e->info.sha256, hex));
	a->found = *e;
	a->count++;
}

static bool answer(struct answers *a, const char *text, struct entry *out, struct error *err)
{
	bool ok = a->count == 1;
	if (ok)
		*out = a->found;
	else if (a->count > 1)
		error_set(err, ERROR_NOT_FOUND,
			"%s: %zu certificates answer to that: %s%s (name one by its fingerprint)", text,
			a->count, buf_text(&a->names), a->count > CANDIDATES_MOST ? ", …" : "");
	buf_done(&a->names);
	return ok;
}

/* A whole fingerprint is one, whatever somebody called a certificate. */
static bool is_whole(const char *digits)
{
	size_t len = strlen(digits);
	return len == 2 * FINGERPRINT_SIZE || len == 2 * SHA1_SIZE;
}

static void note_names(struct store *store, const char *text, struct answers *a)
{
	char *folded = folded_copy(text);
	uint32_t cursor = 0;
	struct entry e;
	while (next_text(store, ORDER_NAME, folded, &cursor, &e))
		if (strcmp(e.name, text) == 0)
			note(a, &e);
	free(folded);
}

static int place_by_digits(const struct table *t, uint32_t i, const void *what)
{
	char hex[FINGERPRINT_HEX];
	struct fingerprint print;
	memcpy(print.bytes, t->rows[i].sha256, sizeof print.bytes);
	return strncmp(fingerprint_hex(&print, hex), what, strlen(what));
}

static void note_digits(struct store *store, const char *digits, struct answers *a)
{
	uint32_t at = 0, row;
	struct entry e;
	while ((row = next_match(&store->now, ORDER_FINGERPRINT, place_by_digits, digits, &at)) !=
		ROW_NONE)
		if (snapshot_entry(&store->now, row, &e))
			note(a, &e);
}

/* There is no order by SHA-1: nobody should use it, and looking at all takes milliseconds. */
static void note_sha1(struct store *store, const char *digits, struct answers *a)
{
	uint8_t wanted[SHA1_SIZE];
	struct entry e;
	for (size_t i = 0; i < SHA1_SIZE; i++)
		if (sscanf(digits + 2 * i, "%2hhx", &wanted[i]) != 1)
			return;
	for (uint32_t row = 0; row < snapshot_rows(&store->now); row++)
		if ((snapshot_flags(&store->now, row) & ROW_ENTRY) &&
			memcmp(snapshot_row(&store->now, row)->sha1, wanted, SHA1_SIZE) == 0 &&
			!snapshot_is_dead(&store->now, row) && snapshot_entry(&store->now, row, &e))
			note(a, &e);
}

/*
 * A name may look like the beginning of a fingerprint, and who made a certificate may have meant it
 * to: names and digits are looked up together, and two answers are no answer.
 */
bool store_resolve(struct store *store, const char *text, struct entry *out, struct error *err)
{
	struct answers a = { 0 };
	char digits[FINGERPRINT_HEX] = "";
	char *safe = text_safe(text, strlen(text));
	if (!fingerprint_digits(text, digits, sizeof digits) || strlen(digits) < PREFIX_LEAST)
		digits[0] = '\0';
	if (!is_whole(digits)) {
		note_names(store, safe, &a);
		if (strcmp(safe, text) != 0)
			note_names(store, text, &a);
	}
	if (digits[0])
		note_digits(store, digits, &a);
	if (strlen(digits) == 2 * SHA1_SIZE)
		note_sha1(store, digits, &a);
	char *word = shell_word(safe);
	if (a.count == 0)
		error_set(err, ERROR_NOT_FOUND,
			"%s: no certificate of that name or fingerprint (certary list %s searches)",
			safe, word);
	bool ok = answer(&a, safe, out, err);
	free(word);
	free(safe);
	return ok;
}
