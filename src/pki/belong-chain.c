/*
 * The chain above a leaf.
 *
 * The search is that of pki/judge, which knows cross-signed CAs and circles.  It begins with the
 * leaf alone and asks for issuers by name, which the table of subjects answers before the caller's
 * source does: so it never sees what has nothing to do with the leaf.  It is made to want any root
 * rather than a trusted one, because this is about what belongs together.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "pki/belonging.h"
#include "pki/judging.h"

/* --- the source of the search ------------------------------------------------------------- */

static enum standing ask_standing(void *ctx, const struct fingerprint *print)
{
	const struct sorting *sorting = ctx;
	const struct judge_source *source = sorting->parts->source;
	return source ? source->standing(source->ctx, print) : STANDING_STRANGER;
}

static size_t first_of(const struct sorting *sorting, const char *subject)
{
	unsigned *first = set_number(&sorting->subjects, subject);
	return first ? *first - 1 : BELONG_NONE;
}

static void present(
	const struct sorting *sorting, const struct judge_wish *wish, struct judge_pool *pool)
{
	size_t at = first_of(sorting, wish->subject);
	for (; at != BELONG_NONE && pool->count < JUDGE_PRESENTED; at = sorting->next[at]) {
		const struct cert_info *info = cert_info(sorting->parts->certs[at]);
		if (judge_fits(wish, info->subject, info->key_id))
			pool_present(pool, sorting->parts->certs[at]);
	}
}

/* Any root ends a path well, and nothing else does. */
static void want_roots(struct judge_pool *pool, size_t from)
{
	for (size_t i = from; i < pool->count; i++)
		pool->members[i]->standing = pool->members[i]->cert->info->self_signed
						     ? STANDING_TRUSTED
						     : STANDING_UNTRUSTED;
}

static void ask_find(void *ctx, const struct judge_wish *wish, struct judge_pool *pool)
{
	const struct sorting *sorting = ctx;
	const struct judge_source *source = sorting->parts->source;
	size_t from = pool->count;
	present(sorting, wish, pool);
	if (source)
		source->find(source->ctx, wish, pool);
	want_roots(pool, from);
}

/* --- the search --------------------------------------------------------------------------- */

/* How many certificates of a path are signed by the next, the first counted in. */
static size_t good_length(struct judge_pool *pool, const struct path *path)
{
	size_t count = 1;
	while (count < path->count &&
		link_verifies(pool, path->members[count - 1], path->members[count]))
		count++;
	return count;
}

/* The first that reaches a root by good signatures, else the longest that is good so far. */
static size_t best_path(
	struct judge_pool *pool, const struct path *paths, size_t count, size_t *length)
{
	size_t best = 0;
	*length = 0;
	for (size_t i = 0; i < count; i++) {
		size_t good = good_length(pool, &paths[i]);
		if (good > *length) {
			*length = good;
			best = i;
		}
		if (good == paths[i].count && paths[i].end == END_ANCHOR) {
			*length = good;
			return i;
		}
	}
	return best;
}

/* --- the answer --------------------------------------------------------------------------- */

static size_t number_of(const struct sorting *sorting, const struct member *member)
{
	size_t at = member->own ? BELONG_NONE : first_of(sorting, member->cert->info->subject);
	while (at != BELONG_NONE && sorting->parts->certs[at] != member->cert)
		at = sorting->next[at];
	return at;
}

static void raise_role(struct sorting *sorting, size_t at, enum belong_role role)
{
	enum belong_role *now = at == BELONG_NONE ? NULL : &sorting->out->roles[at];
	if (now && (*now == BELONG_STRANGER || (*now == BELONG_OTHER_WAY && role == BELONG_ABOVE)))
		*now = role;
}

static void take_chain(
	struct sorting *sorting, const struct path *path, size_t length, struct belong_group *group)
{
	group->chain = mem_new(length * sizeof *group->chain);
	group->chain_count = length;
	for (size_t i = 0; i < length; i++) {
		const struct member *member = path->members[i];
		size_t at = number_of(sorting, member);
		group->chain[i] = (struct belong_step){ .cert = member->cert,
			.at = at,
			.standing = ask_standing(sorting, &member->cert->info->sha256) };
		raise_role(sorting, at, i > 0 ? BELONG_ABOVE : BELONG_LEAF);
	}
}

static void mark_others(
	struct sorting *sorting, struct judge_pool *pool, const struct path *paths, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		size_t length = good_length(pool, &paths[i]);
		for (size_t k = 1; k < length; k++)
			raise_role(
				sorting, number_of(sorting, paths[i].members[k]), BELONG_OTHER_WAY);
	}
}

/* A CA that the caller trusts needs nobody above it; a leaf does, for the sake of others. */
static void name_missing(struct belong_group *group)
{
	const struct belong_step *last = &group->chain[group->chain_count - 1];
	const struct cert_info *info = cert_info(last->cert);
	group->rooted = info->self_signed;
	if (info->self_signed || (group->chain_count > 1 && last->standing == STANDING_TRUSTED))
		return;
	group->missing = (struct belong_missing){ .subject = info->issuer,
		.key_id = info->issuer_key_id,
		.url = cert_issuer_url(last->cert) };
}

static void search(struct sorting *sorting, struct belong_group *group)
{
	struct path *paths = mem_new(JUDGE_PATHS * sizeof *paths);
	size_t length, count = paths_find(group->pool, group->pool->members[0], paths);
	size_t best = best_path(group->pool, paths, count, &length);
	take_chain(sorting, &paths[best], length, group);
	mark_others(sorting, group->pool, paths, count);
	name_missing(group);
	free(paths);
}

void chain_find(struct sorting *sorting, struct belong_group *group)
{
	struct judge_question question = { .now = sorting->parts->now };
	struct judge_source source = { .ctx = sorting,
		.standing = ask_standing,
		.find = ask_find };
	struct judge_pool *pool = group->pool = mem_new(sizeof *pool);
	*pool = (struct judge_pool){ .question = &question, .source = &source };
	pool_present(pool, sorting->parts->certs[group->leaf]);
	want_roots(pool, 0);
	search(sorting, group);
	pool->question = NULL;
	pool->source = NULL;
}
