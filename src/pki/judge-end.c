/* Why a path doesn't reach an anchor, and what stands nearest to the issuer that is missing. */
#include "pki/judging.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#define NAME_COLUMNS 200
#define ID_DIGITS    64

/* A name of any length, shortened to what a sentence can bear. */
static void put(struct buf *text, const char *name, size_t columns)
{
	size_t len = text_fit(name, columns, NULL);
	buf_format(text, "%.*s%s", (int)len, name, name[len] == '\0' ? "" : "…");
}

static void put_name(struct buf *text, const char *name)
{
	put(text, *name == '\0' ? "(without a name)" : name, NAME_COLUMNS);
}

bool check_blocked(const struct place *place, struct buf *text)
{
	(void)text;
	return place->member->standing == STANDING_BLOCKED;
}

bool check_signature(const struct place *place, struct buf *text)
{
	if (place->accepted || link_verifies(place->pool, place->member, place->issuer))
		return false;
	buf_text_add(text, "Its signature wasn't made with the key of ");
	put_name(text, place->issuer->cert->info->subject);
	buf_text_add(text,
		", whose name it gives as its issuer: another CA has that name, or it was "
		"altered or forged.");
	return true;
}

static const char *held(const struct member *member)
{
	static const char *const words[] = {
		[STANDING_STRANGER] = "not held",
		[STANDING_UNTRUSTED] = "held as untrusted",
		[STANDING_TRUSTED] = "trusted",
		[STANDING_BLOCKED] = "blocked",
	};
	return words[member->standing];
}

/* In which way a certificate isn't the issuer, from near to far. */
enum miss {
	MISS_ENCODING, /* the same name, in other bytes */
	MISS_KEY,      /* the same name, another key */
	MISS_NAME,     /* the same key identifier, another name */
	MISS_ALL,
};

static enum miss miss_of(const struct member *near, const struct member *child)
{
	const struct cert_info *have = near->cert->info, *want = child->cert->info;
	bool id = have->key_id && want->issuer_key_id &&
		  strcmp(have->key_id, want->issuer_key_id) == 0;
	bool open = !have->key_id || !want->issuer_key_id;
	if (near == child)
		return MISS_ALL;
	if (strcmp(have->subject, want->issuer) == 0)
		return id || open ? MISS_ENCODING : MISS_KEY;
	return id ? MISS_NAME : MISS_ALL;
}

static const struct member *nearest(
	struct judge_pool *pool, const struct member *child, enum miss *how)
{
	const struct member *best = NULL;
	bool cut = pool->cut; /* that not all neighbours were seen hides no path */
	*how = MISS_ALL;
	pool_wish(pool, child->cert->info->issuer, NULL);
	if (child->cert->info->issuer_key_id)
		pool_wish(pool, NULL, child->cert->info->issuer_key_id);
	pool->cut = cut;
	for (size_t i = 0; i < pool->count; i++) {
		enum miss miss = miss_of(pool->members[i], child);
		if (miss >= *how)
			continue;
		*how = miss;
		best = pool->members[i];
	}
	return best;
}

static void put_near(struct judge_pool *pool, const struct member *child, struct buf *text)
{
	enum miss how;
	const struct member *near = nearest(pool, child, &how);
	if (!near)
		return;
	const struct cert_info *info = near->cert->info;
	if (how == MISS_NAME) {
		buf_text_add(text, " The nearest has that key identifier and another name: ");
		put_name(text, info->subject);
		buf_format(text, " (%s).", held(near));
	} else if (how == MISS_KEY) {
		buf_text_add(
			text, " The nearest has the same name and another key, with identifier ");
		put(text, info->key_id, ID_DIGITS);
		buf_format(text, " (%s).", held(near));
	} else {
		buf_format(text,
			" The nearest has the same name written in other bytes (%s), which GnuTLS "
			"doesn't take for the same.",
			held(near));
	}
}

bool check_issuer_missing(const struct place *place, struct buf *text)
{
	const struct cert_info *info = place->member->cert->info;
	if (place->path->end != END_MISSING)
		return false;
	buf_text_add(text, "Its issuer is missing: ");
	put_name(text, info->issuer);
	if (info->issuer_key_id) {
		buf_text_add(text, ", key identifier ");
		put(text, info->issuer_key_id, ID_DIGITS);
	}
	buf_char(text, '.');
	put_near(place->pool, place->member, text);
	return true;
}

static bool ends_at_root(const struct place *place)
{
	return place->path->end == END_ROOT && place->member->standing != STANDING_BLOCKED;
}

bool check_self_signed(const struct place *place, struct buf *text)
{
	if (!ends_at_root(place) || place->at > 0)
		return false;
	buf_format(text, "It is signed by itself and %s: nothing but trusting it directly helps.",
		held(place->member));
	return true;
}

bool check_untrusted_root(const struct place *place, struct buf *text)
{
	if (!ends_at_root(place) || place->at == 0)
		return false;
	buf_format(text, "The chain ends at this root, which is %s.", held(place->member));
	return true;
}

bool check_circle(const struct place *place, struct buf *text)
{
	(void)text;
	return place->path->end == END_LOOP;
}

bool check_too_long(const struct place *place, struct buf *text)
{
	if (place->path->end != END_DEEP)
		return false;
	buf_format(text, "The chain goes on beyond %d certificates.", JUDGE_DEPTH);
	return true;
}
