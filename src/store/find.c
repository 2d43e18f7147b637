/*
 * From what an operator types to an entry.
 */
#include <ctype.h>
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

static bool by_digits(const struct store *store, const char *digits, struct search *s)
{
	size_t len = strlen(digits);
	if (len < PREFIX_LEAST)
		return false;
	for (size_t i = 0; i < store->entry_count; i++) {
		char sha256[FINGERPRINT_HEX];
		struct buf sha1 = { 0 };
		const struct cert_info *info = store->entries[i]->info;
		text_hex(&sha1, info->sha1, SHA1_SIZE, 0);
		bool match = strncmp(fingerprint_hex(&info->sha256, sha256), digits, len) == 0 ||
			     (len == 2 * SHA1_SIZE && strcmp(buf_text(&sha1), digits) == 0);
		buf_done(&sha1);
		if (match)
			note(s, store->entries[i]);
	}
	return s->count > 0;
}

bool store_resolve(const struct store *store, const char *text, const struct entry **out,
	struct error *err)
{
	struct search s = { 0 };
	char digits[FINGERPRINT_HEX];
	char *safe = text_safe(text, strlen(text));
	for (size_t i = 0; i < store->entry_count; i++) {
		const char *name = store->entries[i]->name;
		if (strcmp(name, safe) == 0 || strcmp(name, text) == 0) /* the true name, or as shown */
			note(&s, store->entries[i]);
	}
	if (s.count == 0 && fingerprint_digits(text, digits, sizeof digits))
		by_digits(store, digits, &s);
	if (s.count == 0)
		error_set(err, ERROR_NOT_FOUND,
			"%s: no certificate of that name or fingerprint (certary list shows them)",
			safe);
	bool ok = answer(&s, safe, out, err);
	free(safe);
	return ok;
}
