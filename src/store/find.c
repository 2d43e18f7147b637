/*
 * From what an operator types to an entry.
 */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "store/internal.h"

#define PREFIX_LEAST    6
#define CANDIDATES_MOST 5

/* The stricter state wins where the same certificate stands in two folders. */
static int strictness(const struct entry *entry)
{
	static const int rank[STATE_COUNT] = { [STATE_BLOCKED] = 3,
		[STATE_UNTRUSTED] = 2,
		[STATE_TRASH] = 1,
		[STATE_TRUSTED] = 0 };
	return rank[entry->state];
}

static size_t first_at_or_after(const struct store *store, const struct fingerprint *cert)
{
	size_t low = 0, high = store->entry_count;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		if (fingerprint_compare(&store->by_cert[mid]->info->sha256, cert) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

const struct entry *store_find(const struct store *store, const struct fingerprint *cert)
{
	const struct entry *best = NULL;
	for (size_t i = first_at_or_after(store, cert); i < store->entry_count; i++) {
		const struct entry *e = store->by_cert[i];
		if (fingerprint_compare(&e->info->sha256, cert) != 0)
			break;
		if (!best || strictness(e) > strictness(best))
			best = e;
	}
	return best;
}

const struct entry *store_find_name(const struct store *store, const char *name)
{
	for (size_t i = 0; i < store->entry_count; i++)
		if (strcmp(store->entries[i]->name, name) == 0)
			return store->entries[i];
	return NULL;
}

/* Entries that answer to a text; candidates are kept for the message. */
struct search {
	const struct entry *found;
	size_t count;
	struct buf names;
};

static void note(struct search *s, const struct entry *e)
{
	char hex[FINGERPRINT_HEX];
	if (s->found && fingerprint_compare(&s->found->info->sha256, &e->info->sha256) == 0) {
		s->found = strictness(e) > strictness(s->found) ? e : s->found;
		return;
	}
	if (s->count < CANDIDATES_MOST)
		buf_format(&s->names, "%s%s (%s, %.12s)", s->count ? ", " : "", e->name,
			state_name((int)e->state), fingerprint_hex(&e->info->sha256, hex));
	s->found = e;
	s->count++;
}

static bool answer(struct search *s, const char *text, const struct entry **out, struct error *err)
{
	bool ok = s->count == 1;
	if (ok)
		*out = s->found;
	else if (s->count > 1)
		error_set(err, ERROR_NOT_FOUND,
			"%s: %zu certificates answer to that: %s%s (name one by its fingerprint)", text,
			s->count, buf_text(&s->names), s->count > CANDIDATES_MOST ? ", …" : "");
	buf_done(&s->names);
	return ok;
}

/* A whole fingerprint is one, whatever somebody called a certificate. */
static bool is_whole(const char *digits)
{
	size_t len = strlen(digits);
	return len == 2 * FINGERPRINT_SIZE || len == 2 * SHA1_SIZE;
}

static bool has_digits(const struct entry *e, const char *digits)
{
	char sha256[FINGERPRINT_HEX];
	size_t len = strlen(digits);
	struct buf sha1 = { 0 };
	text_hex(&sha1, e->info->sha1, SHA1_SIZE, 0);
	bool match = strncmp(fingerprint_hex(&e->info->sha256, sha256), digits, len) == 0 ||
		     (len == 2 * SHA1_SIZE && strcmp(buf_text(&sha1), digits) == 0);
	buf_done(&sha1);
	return match;
}

/*
 * A name may look like the beginning of a fingerprint, and who made a certificate may have meant it
 * to: names and digits are looked up together, and two answers are no answer.
 */
bool store_resolve(const struct store *store, const char *text, const struct entry **out,
	struct error *err)
{
	struct search s = { 0 };
	char digits[FINGERPRINT_HEX] = "";
	char *safe = text_safe(text, strlen(text));
	if (!fingerprint_digits(text, digits, sizeof digits) || strlen(digits) < PREFIX_LEAST)
		digits[0] = '\0';
	for (size_t i = 0; i < store->entry_count; i++) {
		const struct entry *e = store->entries[i];
		bool named = strcmp(e->name, safe) == 0 || strcmp(e->name, text) == 0;
		if ((named && !is_whole(digits)) || (digits[0] && has_digits(e, digits)))
			note(&s, e);
	}
	if (s.count == 0)
		error_set(err, ERROR_NOT_FOUND,
			"%s: no certificate of that name or fingerprint (certary list %s searches)",
			safe, safe);
	bool ok = answer(&s, safe, out, err);
	free(safe);
	return ok;
}
