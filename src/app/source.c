#include "app/source.h"

#include "app/internal.h"
#include "store/crls.h"

/* What lies in the trash isn't held. */
enum standing standing_of_state(int state)
{
	static const enum standing standings[STATE_COUNT] = {
		[STATE_TRUSTED] = STANDING_TRUSTED,
		[STATE_LIMITED] = STANDING_UNTRUSTED,
		[STATE_UNTRUSTED] = STANDING_UNTRUSTED,
		[STATE_BLOCKED] = STANDING_BLOCKED,
		[STATE_TRASH] = STANDING_STRANGER,
	};
	return state == STATE_NONE ? STANDING_STRANGER : standings[state];
}

static const struct pretence *pretence_of(const struct imagined *im, const struct fingerprint *print)
{
	for (size_t i = 0; i < im->count; i++)
		if (fingerprint_compare(&im->items[i].print, print) == 0)
			return &im->items[i];
	return NULL;
}

static enum standing within(const struct imagined *im, const struct limits *limits)
{
	int64_t now = im->now ? im->now : app_now();
	return limits_hold(limits, im->place, now) ? STANDING_TRUSTED : STANDING_UNTRUSTED;
}

static enum standing standing_of(const struct imagined *im, const struct entry *e)
{
	const struct limits limits = limits_of(e);
	return e->state == STATE_LIMITED ? within(im, &limits) : standing_of_state((int)e->state);
}

static enum standing standing_in(const struct imagined *im, const struct fingerprint *print)
{
	const struct pretence *pretence = pretence_of(im, print);
	const struct system_anchors *anchors = app_anchors(im->app);
	struct entry e;
	if (pretence)
		return pretence->limits ? within(im, pretence->limits) : pretence->standing;
	if (store_find(app_store(im->app), print, &e))
		return standing_of(im, &e);
	return anchors && anchors_has(anchors, print) ? STANDING_TRUSTED : STANDING_STRANGER;
}

/* One whose file can't be read or was exchanged isn't there: doctor speaks of that. */
static bool offer(struct store *store, const struct entry *e, enum standing standing,
	struct judge_pool *pool)
{
	struct cert *cert;
	return !store_read_cert(store, e, &cert, NULL, NULL, NULL) ||
	       judge_offer(pool, cert, standing);
}

/* What the store hasn't got, as if it had. */
static bool offer_pretended(const struct imagined *im, const struct judge_wish *wish, bool trusted,
	struct judge_pool *pool)
{
	for (size_t i = 0; i < im->count; i++) {
		const struct pretence *p = &im->items[i];
		struct cert *copy;
		size_t len;
		enum standing standing = standing_in(im, &p->print);
		if (!p->cert || standing == STANDING_STRANGER ||
			(standing == STANDING_TRUSTED) != trusted || judge_has(pool, &p->print))
			continue;
		const struct cert_info *info = cert_info(p->cert);
		const uint8_t *der = cert_der(p->cert, &len);
		if (judge_fits(wish, info->subject, info->key_id) &&
			cert_parse(der, len, &copy, NULL) && !judge_offer(pool, copy, standing))
			return false;
	}
	return true;
}

static bool offer_all(const struct imagined *im, const struct judge_wish *wish, bool trusted,
	struct judge_pool *pool)
{
	uint32_t cursor = 0;
	struct entry e;
	while (store_next_subject(app_store(im->app), wish->subject, &cursor, &e)) {
		if (!judge_fits(wish, e.info.subject, e.info.key_id) ||
			judge_has(pool, &e.info.sha256))
			continue;
		enum standing standing = standing_in(im, &e.info.sha256);
		if (standing == STANDING_STRANGER || (standing == STANDING_TRUSTED) != trusted)
			continue;
		if (!offer(app_store(im->app), &e, standing, pool))
			return false;
	}
	return offer_pretended(im, wish, trusted, pool);
}

/*
 * A wish without a name only looks for what to say of an issuer that is missing.  The store has no
 * order by key identifiers, and that isn't worth looking at all entries.
 */
static void find_in(const struct imagined *im, const struct judge_wish *wish, struct judge_pool *pool)
{
	const struct judge_source source = imagined_source(im);
	if (wish->subject && offer_all(im, wish, true, pool))
		offer_all(im, wish, false, pool);
	if (wish->subject && app_anchors(im->app))
		anchors_offer(app_anchors(im->app), &source, wish, pool);
}

/* ---- what was revoked ---- */

static struct crl *list_called(const struct imagined *im, const struct fingerprint *id)
{
	const struct pretence *pretence = pretence_of(im, id);
	return pretence && pretence->is_list ? pretence->list :
					       shelf_crl(app_shelf(im->app), app_store(im->app), id);
}

static struct crl *crl_in(const struct imagined *im, const struct cert *issuer, size_t n)
{
	for (int with_key = 1; with_key >= 0; with_key--) {
		struct fingerprint id;
		if (!crl_id_of(issuer, with_key, &id))
			continue;
		struct crl *crl = list_called(im, &id);
		if (crl && n-- == 0)
			return crl;
	}
	return NULL;
}

/* ---- as it is ---- */

static enum standing standing(void *ctx, const struct fingerprint *print)
{
	return standing_in(&(struct imagined){ .app = ctx }, print);
}

static void find(void *ctx, const struct judge_wish *wish, struct judge_pool *pool)
{
	find_in(&(struct imagined){ .app = ctx }, wish, pool);
}

static struct crl *crl(void *ctx, const struct cert *issuer, size_t n)
{
	return crl_in(&(struct imagined){ .app = ctx }, issuer, n);
}

static bool revoked(void *ctx, const struct fingerprint *print, struct revocation *out)
{
	return store_revoked(app_store(ctx), print, out);
}

struct judge_source app_source(struct app *app)
{
	return (struct judge_source){ .ctx = app, .standing = standing, .find = find,
		.crl = crl, .revoked = revoked };
}

/* ---- as it would be ---- */

static enum standing standing_imagined(void *ctx, const struct fingerprint *print)
{
	return standing_in(ctx, print);
}

static void find_imagined(void *ctx, const struct judge_wish *wish, struct judge_pool *pool)
{
	find_in(ctx, wish, pool);
}

static struct crl *crl_imagined(void *ctx, const struct cert *issuer, size_t n)
{
	return crl_in(ctx, issuer, n);
}

static bool revoked_imagined(void *ctx, const struct fingerprint *print, struct revocation *out)
{
	return store_revoked(app_store(((struct imagined *)ctx)->app), print, out);
}

struct judge_source imagined_source(const struct imagined *imagined)
{
	return (struct judge_source){ .ctx = (void *)(uintptr_t)imagined,
		.standing = standing_imagined,
		.find = find_imagined,
		.crl = crl_imagined,
		.revoked = revoked_imagined };
}
