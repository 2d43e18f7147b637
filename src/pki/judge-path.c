/*
 * Paths, depth first: best issuer before the others, and back where it leads nowhere.
 *
 * Every way is followed, because all of them are shown and because the one that holds may be the
 * last; cross-signed hierarchies can have more ways than there is time for, so that their number is
 * limited, as is what is kept of them.  A key and name that stand in the path already aren't
 * entered again (RFC 4158, 5.2): two CAs that certify each other would go on for ever.
 */
#include "pki/judging.h"

#include <string.h>

#define STEPS_MAX 4096

struct walk {
	struct judge_pool *pool;
	struct path now;
	struct path *kept;
	size_t kept_count, steps;
};

/* Less is better: with an anchor, in its time, short. */
static size_t cost(const struct path *path)
{
	return (path->end == END_ANCHOR ? 0 : 10000) + 100 * path->outside + path->count;
}

static void keep(struct walk *walk, enum path_end end)
{
	struct path *path = &walk->now;
	size_t at = walk->kept_count;
	path->end = end;
	if (at == JUDGE_PATHS) {
		walk->pool->cut = true;
		if (cost(path) >= cost(&walk->kept[--at]))
			return;
	} else {
		walk->kept_count++;
	}
	for (; at > 0 && cost(&walk->kept[at - 1]) > cost(path); at--)
		walk->kept[at] = walk->kept[at - 1];
	walk->kept[at] = *path;
}

static bool same_entity(const struct cert *a, const struct cert *b)
{
	return memcmp(a->info->spki, b->info->spki, sizeof a->info->spki) == 0 &&
	       der_equal(a->parts.subject, b->parts.subject);
}

static bool is_in_path(const struct path *path, const struct member *member)
{
	for (size_t i = 0; i < path->count; i++)
		if (same_entity(path->members[i]->cert, member->cert))
			return true;
	return false;
}

static void enter(struct walk *walk, struct member *member);

static void climb(struct walk *walk, struct member *member)
{
	bool any = false;
	pool_issuers(walk->pool, member);
	for (size_t i = 0; i < member->issuer_count; i++) {
		if (is_in_path(&walk->now, member->issuers[i]))
			continue;
		any = true;
		enter(walk, member->issuers[i]);
	}
	if (!any)
		keep(walk, member->issuer_count > 0 ? END_LOOP : END_MISSING);
}

static void enter(struct walk *walk, struct member *member)
{
	struct path *path = &walk->now;
	if (walk->steps++ >= STEPS_MAX) {
		walk->pool->cut = true;
		return;
	}
	path->members[path->count++] = member;
	path->outside += member->outside;
	if (member->standing == STANDING_TRUSTED)
		keep(walk, END_ANCHOR);
	else if (member->cert->info->self_signed)
		keep(walk, END_ROOT);
	else if (path->count == JUDGE_DEPTH)
		keep(walk, END_DEEP);
	else
		climb(walk, member);
	path->outside -= member->outside;
	path->count--;
}

size_t paths_find(struct judge_pool *pool, struct member *leaf, struct path out[JUDGE_PATHS])
{
	struct walk walk = { .pool = pool, .kept = out };
	enter(&walk, leaf);
	return walk.kept_count;
}
