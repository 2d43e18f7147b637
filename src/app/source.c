#include "app/source.h"

#include "app/internal.h"

/* What lies in the trash isn't held. */
static enum standing standing_of(void *ctx, const struct fingerprint *print)
{
	static const enum standing standings[STATE_COUNT] = {
		[STATE_TRUSTED] = STANDING_TRUSTED,
		[STATE_UNTRUSTED] = STANDING_UNTRUSTED,
		[STATE_BLOCKED] = STANDING_BLOCKED,
		[STATE_TRASH] = STANDING_STRANGER,
	};
	struct entry e;
	return store_find(ctx, print, &e) ? standings[e.state] : STANDING_STRANGER;
}

/* One whose file can't be read or was exchanged isn't there: doctor speaks of that. */
static bool offer(struct store *store, const struct entry *e, enum standing standing,
	struct judge_pool *pool)
{
	struct cert *cert;
	return !store_read_cert(store, e, &cert, NULL, NULL, NULL) ||
	       judge_offer(pool, cert, standing);
}

static bool offer_all(struct store *store, const struct judge_wish *wish, bool trusted,
	struct judge_pool *pool)
{
	uint32_t cursor = 0;
	struct entry e;
	while (store_next_subject(store, wish->subject, &cursor, &e)) {
		if (!judge_fits(wish, e.info.subject, e.info.key_id) ||
			judge_has(pool, &e.info.sha256))
			continue;
		enum standing standing = standing_of(store, &e.info.sha256);
		if (standing == STANDING_STRANGER || (standing == STANDING_TRUSTED) != trusted)
			continue;
		if (!offer(store, &e, standing, pool))
			return false;
	}
	return true;
}

/*
 * A wish without a name only looks for what to say of an issuer that is missing.  The store has no
 * order by key identifiers, and that isn't worth looking at all entries.
 */
static void find(void *ctx, const struct judge_wish *wish, struct judge_pool *pool)
{
	if (wish->subject && offer_all(ctx, wish, true, pool))
		offer_all(ctx, wish, false, pool);
}

static enum standing app_standing(void *ctx, const struct fingerprint *print)
{
	struct app *app = ctx;
	struct entry e;
	const struct anchors *anchors = app_anchors(app);
	if (anchors && !store_find(app_store(app), print, &e) && anchors_has(anchors, print))
		return STANDING_TRUSTED;
	return standing_of(app_store(app), print);
}

static void app_find_issuers(void *ctx, const struct judge_wish *wish, struct judge_pool *pool)
{
	struct app *app = ctx;
	const struct judge_source source = app_source(app);
	find(app_store(app), wish, pool);
	if (app_anchors(app) && wish->subject)
		anchors_offer(app_anchors(app), &source, wish, pool);
}

struct judge_source app_source(struct app *app)
{
	return (struct judge_source){ .ctx = app,
		.standing = app_standing,
		.find = app_find_issuers };
}
