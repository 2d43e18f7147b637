#include "pki/judge.h"

#include <stdlib.h>

#include "base/lang.h"
#include "base/mem.h"
#include "pki/judging.h"

static void present(struct judge_pool *pool, const struct cert *const *presented, size_t count)
{
	if (count > JUDGE_PRESENTED) {
		pool->cut = true;
		count = JUDGE_PRESENTED;
	}
	for (size_t i = 0; i < count; i++)
		pool_present(pool, presented[i]);
}

/* Judged before the source is asked, so that all members are presented ones. */
static bool issues_any(const struct judge_pool *pool, const struct member *member)
{
	for (size_t i = 0; i < pool->count; i++)
		if (may_issue(member, pool->members[i]))
			return true;
	return false;
}

/* Of those that issued none of the others the first that is no CA, else the first of them. */
static struct member *find_leaf(const struct judge_pool *pool)
{
	struct member *leaf = NULL;
	if (pool->question->leaf_first)
		return pool->members[0];
	for (size_t i = 0; i < pool->count; i++) {
		struct member *member = pool->members[i];
		if (issues_any(pool, member))
			continue;
		if (!member->cert->info->ca)
			return member;
		leaf = leaf ? leaf : member;
	}
	return leaf ? leaf : pool->members[0];
}

static void add_steps(const struct path *path, struct judge_path *out)
{
	out->steps = mem_new(path->count * sizeof *out->steps);
	out->step_count = path->count;
	for (size_t i = 0; i < path->count; i++) {
		const struct member *member = path->members[i];
		out->steps[i] = (struct judge_step){
			.cert = member->cert,
			.standing = member->standing,
			.presented = member->own == NULL,
		};
	}
}

static size_t breaks(const struct judge_path *path)
{
	size_t count = 0;
	while (count < path->reason_count && path->reasons[count].weight == JUDGE_BREAKS)
		count++;
	return count;
}

/* Trusted, then anchored, then with fewer faults; the order of the search settles the rest. */
static bool is_better(const struct judge_path *a, const struct judge_path *b)
{
	if (a->trusted != b->trusted)
		return a->trusted;
	if (a->anchored != b->anchored)
		return a->anchored;
	return breaks(a) < breaks(b);
}

static void place_path(struct judgement *out, struct judge_path path)
{
	size_t at = out->path_count++;
	for (; at > 0 && is_better(&path, &out->paths[at - 1]); at--)
		out->paths[at] = out->paths[at - 1];
	out->paths[at] = path;
}

static const struct member *member_of(const struct judge_pool *pool, const struct cert *cert)
{
	size_t i = 0;
	while (pool->members[i]->cert != cert)
		i++;
	return pool->members[i];
}

/* Only where there was a choice, and where the server sends all that the path needs. */
static bool may_lead_elsewhere(const struct judge_pool *pool, const struct judge_path *path)
{
	bool choice = false;
	for (size_t i = 0; i < path->step_count; i++) {
		const struct judge_step *step = &path->steps[i];
		if (!step->presented && step->standing != STANDING_TRUSTED)
			return false;
		choice = choice || member_of(pool, step->cert)->choice;
	}
	return choice;
}

/*
 * Found and accepted here, but not by whoever follows the chain as it was sent.  The order says
 * something where the leaf comes first, as in TLS and in the files of servers.
 */
static void mark_sent(struct judge_pool *pool, struct judge_path *best)
{
	struct buf why = { 0 }, text = { 0 };
	bool ordered = best->steps[0].cert == pool->members[0]->cert;
	if (ordered && best->trusted && may_lead_elsewhere(pool, best) &&
		sent_is_refused(pool, &why)) {
		buf_format(&text,
			_("Another path exists than that which the chain as it was sent leads to "
			  "(%s): programs that don't turn back, GnuTLS always and OpenSSL at "
			  "times, refuse it."),
			buf_text(&why));
		reason_add(best, "another-path", &text, 0, JUDGE_MARKS);
	}
	buf_done(&why);
}

static void judge_paths(struct judge_pool *pool, struct judgement *out)
{
	struct path *found = mem_new(JUDGE_PATHS * sizeof *found);
	size_t count = paths_find(pool, find_leaf(pool), found);
	out->paths = mem_new(JUDGE_PATHS * sizeof *out->paths);
	for (size_t i = 0; i < count; i++) {
		struct judge_path path = { 0 };
		add_steps(&found[i], &path);
		path_check(pool, &found[i], &path);
		place_path(out, path);
	}
	free(found);
	if (out->path_count > 0)
		mark_sent(pool, &out->paths[0]);
}

void judge(const struct cert *const *presented, size_t count, const struct judge_question *question,
	const struct judge_source *source, struct judgement *out)
{
	struct judge_pool *pool = mem_new(sizeof *pool);
	*pool = (struct judge_pool){ .question = question, .source = source };
	*out = (struct judgement){ .pool = pool };
	present(pool, presented, count);
	if (pool->count > 0)
		judge_paths(pool, out);
	if (out->path_count > 0) {
		out->trusted = out->paths[0].trusted;
		out->direct = out->trusted && out->paths[0].step_count == 1;
	}
	out->cut = pool->cut;
}

static void path_done(struct judge_path *path)
{
	for (size_t i = 0; i < path->reason_count; i++)
		free(path->reasons[i].text);
	free(path->reasons);
	for (size_t i = 0; i < path->step_count; i++)
		free(path->steps[i].revocation);
	free(path->steps);
}

void judgement_done(struct judgement *judgement)
{
	for (size_t i = 0; i < judgement->path_count; i++)
		path_done(&judgement->paths[i]);
	free(judgement->paths);
	pool_free(judgement->pool);
	*judgement = (struct judgement){ 0 };
}
