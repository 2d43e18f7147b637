/*
 * The certificates at hand: what was presented, and what the source offered since.
 *
 * A name alone says little about who signed: many may bear it, by renewal or by malice.  Key
 * identifiers settle most of it; where several candidates are left, signatures do.  One candidate
 * alone isn't verified here, as GnuTLS does so in its verdict and a check of our own where that is
 * bad.
 */
#include "pki/judging.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "pki/signature.h"

#define POOL_MAX 2048

static struct member *member_of(const struct judge_pool *pool, const struct fingerprint *print)
{
	for (size_t i = 0; i < pool->count; i++)
		if (memcmp(&pool->members[i]->cert->info->sha256, print, sizeof *print) == 0)
			return pool->members[i];
	return NULL;
}

static bool is_outside(const struct member *member, int64_t now)
{
	const struct cert_info *info = member->cert->info;
	return member->standing == STANDING_BLOCKED || now < info->not_before ||
	       now > info->not_after;
}

static struct member *add(struct judge_pool *pool, const struct cert *cert, enum standing standing)
{
	struct member *member = mem_new(sizeof *member);
	member->cert = cert;
	member->standing = standing;
	member->outside = is_outside(member, pool->question->now);
	pool->members = mem_grow(pool->members, pool->count, &pool->cap, sizeof(struct member *));
	return pool->members[pool->count++] = member;
}

struct member *pool_present(struct judge_pool *pool, const struct cert *cert)
{
	const struct judge_source *source = pool->source;
	struct member *known = member_of(pool, &cert->info->sha256);
	if (known)
		return known;
	return add(pool, cert,
		source ? source->standing(source->ctx, &cert->info->sha256) : STANDING_STRANGER);
}

bool judge_has(const struct judge_pool *pool, const struct fingerprint *print)
{
	return member_of(pool, print) != NULL;
}

bool judge_offer(struct judge_pool *pool, struct cert *take, enum standing standing)
{
	bool room = pool->offers < JUDGE_OFFERS && pool->count < POOL_MAX;
	if (room && !member_of(pool, &take->info->sha256)) {
		add(pool, take, standing)->own = take;
		take = NULL;
	}
	cert_free(take);
	pool->offers++;
	pool->cut = pool->cut || !room;
	return room;
}

void pool_free(struct judge_pool *pool)
{
	if (!pool)
		return;
	for (size_t i = 0; i < pool->count; i++) {
		struct member *member = pool->members[i];
		if (member->crt)
			gnutls_x509_crt_deinit(member->crt);
		cert_free(member->own);
		free(member->issuers);
		free(member);
	}
	free(pool->members);
	free(pool->links);
	free(pool);
}

gnutls_x509_crt_t member_crt(struct member *member)
{
	gnutls_datum_t der = { member->cert->der, (unsigned)member->cert->len };
	if (member->crt || member->cert->len > INT_MAX)
		return member->crt;
	if (gnutls_x509_crt_init(&member->crt) < 0)
		mem_die("GnuTLS has no memory left");
	if (gnutls_x509_crt_import(member->crt, &der, GNUTLS_X509_FMT_DER) < 0) {
		gnutls_x509_crt_deinit(member->crt);
		member->crt = NULL;
	}
	return member->crt;
}

bool judge_fits(const struct judge_wish *wish, const char *subject, const char *key_id)
{
	if (wish->subject && strcmp(wish->subject, subject) != 0)
		return false;
	if (!wish->key_id)
		return true;
	return key_id ? strcmp(wish->key_id, key_id) == 0 : wish->subject != NULL;
}

void pool_wish(struct judge_pool *pool, const char *subject, const char *key_id)
{
	struct judge_wish wish = { .subject = subject, .key_id = key_id };
	pool->offers = 0;
	if (pool->source && pool->source->find)
		pool->source->find(pool->source->ctx, &wish, pool);
}

bool may_issue(const struct member *issuer, const struct member *child)
{
	const char *wanted = child->cert->info->issuer_key_id, *id = issuer->cert->info->key_id;
	return issuer != child &&
	       der_equal(issuer->cert->parts.subject, child->cert->parts.issuer) &&
	       (!wanted || !id || strcmp(wanted, id) == 0);
}

static bool has_key(const struct member *member, const uint8_t *spki)
{
	return memcmp(member->cert->info->spki, spki, FINGERPRINT_SIZE) == 0;
}

static struct link *link_find(
	const struct judge_pool *pool, const struct member *child, const struct member *issuer)
{
	for (size_t i = 0; i < pool->link_count; i++)
		if (pool->links[i].child == child && has_key(issuer, pool->links[i].spki))
			return &pool->links[i];
	return NULL;
}

static bool verifies(struct member *child, struct member *issuer)
{
	gnutls_x509_crt_t below = member_crt(child), above = member_crt(issuer);
	return below && above &&
	       signature_is_by(&child->cert->parts, below, &issuer->cert->parts, above);
}

bool link_verifies(struct judge_pool *pool, struct member *child, struct member *issuer)
{
	const struct link *known = link_find(pool, child, issuer);
	if (known)
		return known->verifies;
	pool->links = mem_grow(pool->links, pool->link_count, &pool->link_cap, sizeof *pool->links);
	pool->links[pool->link_count++] = (struct link){
		.child = child,
		.spki = issuer->cert->info->spki,
		.verifies = verifies(child, issuer),
	};
	return pool->links[pool->link_count - 1].verifies;
}

/* Trusted before others, and what is in its time before both. */
static unsigned rank(const struct member *member)
{
	return (member->outside ? 2 : 0) + (member->standing == STANDING_TRUSTED ? 0 : 1);
}

static void insert(struct member *child, struct member *issuer)
{
	size_t at = child->issuer_count;
	child->issuers = mem_grow(child->issuers, at, &child->issuer_cap, sizeof(struct member *));
	for (; at > 0 && rank(child->issuers[at - 1]) > rank(issuer); at--)
		child->issuers[at] = child->issuers[at - 1];
	child->issuers[at] = issuer;
	child->issuer_count++;
}

/* The first key that made the signature; NULL where none did. */
static const uint8_t *find_key(struct judge_pool *pool, struct member *child)
{
	for (size_t i = 0; i < child->issuer_count; i++) {
		if (pool->link_count >= JUDGE_SIGNATURES) {
			pool->cut = true;
			return NULL;
		}
		if (link_verifies(pool, child, child->issuers[i]))
			return child->issuers[i]->cert->info->spki;
	}
	return NULL;
}

/*
 * Two keys don't make one signature, so that the others needn't be tried.  Where no key made it the
 * best candidate stays, to be named by the check.
 */
static void prune(struct judge_pool *pool, struct member *child)
{
	size_t kept = 0;
	const uint8_t *spki = find_key(pool, child);
	for (size_t i = 0; spki && i < child->issuer_count; i++)
		if (has_key(child->issuers[i], spki))
			child->issuers[kept++] = child->issuers[i];
	child->issuer_count = kept > 0 ? kept : 1;
}

void pool_issuers(struct judge_pool *pool, struct member *child)
{
	const struct cert_info *info = child->cert->info;
	if (child->asked)
		return;
	child->asked = true;
	pool_wish(pool, info->issuer, info->issuer_key_id);
	for (size_t i = 0; i < pool->count; i++)
		if (may_issue(pool->members[i], child))
			insert(child, pool->members[i]);
	child->choice = child->issuer_count > 1;
	if (child->choice)
		prune(pool, child);
}
