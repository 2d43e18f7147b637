/* Why a path doesn't reach an anchor, and what stands nearest to the issuer that is missing. */
#include "pki/judging.h"

#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"

#define NAME_COLUMNS 200
#define ID_DIGITS    64

/* A text of any length, shortened to what a sentence can bear.  The caller frees. */
static char *shortened(const char *text, size_t columns)
{
	size_t len = text_fit(text, columns, NULL);
	return mem_format("%.*s%s", (int)len, text, text[len] == '\0' ? "" : "…");
}

static char *name_of(const char *name)
{
	return shortened(*name == '\0' ? _("(without a name)") : name, NAME_COLUMNS);
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
	char *issuer = name_of(place->issuer->cert->info->subject);
	buf_format(text,
		_("Its signature wasn't made with the key of %s, whose name it gives as its "
		  "issuer: another CA has that name, or it was altered or forged."),
		issuer);
	free(issuer);
	return true;
}

static const char *held(const struct member *member)
{
	/* TRANSLATORS: stands in parentheses behind the name of a certificate */
	static const char *const words[] = {
		[STANDING_STRANGER] = N_("not held"),
		[STANDING_UNTRUSTED] = N_("held as untrusted"),
		[STANDING_TRUSTED] = N_("trusted"),
		[STANDING_BLOCKED] = N_("blocked"),
	};
	return _(words[member->standing]);
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
	char *what = how == MISS_KEY ? shortened(info->key_id, ID_DIGITS) : name_of(info->subject);
	buf_char(text, ' ');
	if (how == MISS_NAME)
		buf_format(text,
			_("The nearest has that key identifier and another name: %s (%s)."), what,
			held(near));
	else if (how == MISS_KEY)
		buf_format(text,
			_("The nearest has the same name and another key, with identifier %s (%s)."),
			what, held(near));
	else
		buf_format(text,
			_("The nearest has the same name written in other bytes (%s), which GnuTLS "
			  "doesn't take for the same."),
			held(near));
	free(what);
}

bool check_issuer_missing(const struct place *place, struct buf *text)
{
	const struct cert_info *info = place->member->cert->info;
	if (place->path->end != END_MISSING)
		return false;
	char *issuer = name_of(info->issuer);
	char *id = info->issuer_key_id ? shortened(info->issuer_key_id, ID_DIGITS) : NULL;
	if (id)
		buf_format(text, _("Its issuer is missing: %s, key identifier %s."), issuer, id);
	else
		buf_format(text, _("Its issuer is missing: %s."), issuer);
	free(issuer);
	free(id);
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
	buf_text_add(text, place->member->standing == STANDING_UNTRUSTED ?
				   _("It is signed by itself and held as untrusted: nothing but "
				     "trusting it directly helps.") :
				   _("It is signed by itself and not held: nothing but trusting it "
				     "directly helps."));
	return true;
}

bool check_untrusted_root(const struct place *place, struct buf *text)
{
	if (!ends_at_root(place) || place->at == 0)
		return false;
	buf_text_add(text, place->member->standing == STANDING_UNTRUSTED ?
				   _("The chain ends at this root, which is held as untrusted.") :
				   _("The chain ends at this root, which is not held."));
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
	buf_format(text, _("The chain goes on beyond %d certificates."), JUDGE_DEPTH);
	return true;
}
