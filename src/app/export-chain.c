/*
 * A chain for a server: how its clients come from its certificate to a root.
 *
 * What is trusted here doesn't matter to them: a path must not end at an intermediate CA because
 * that is trusted in this store, nor at the leaf.  So the judge is told that every self-signed
 * certificate is an anchor and nothing else is, and its best path is the chain.
 */
#include "app/export-chain.h"

#include <stdlib.h>
#include <string.h>

#include "app/internal.h"
#include "base/lang.h"
#include "base/text.h"
#include "pki/judge.h"

#define NAME_COLUMNS 200

static enum standing standing_of(const struct entry *entry)
{
	if (entry->state == STATE_TRASH)
		return STANDING_STRANGER;
	if (entry->state == STATE_BLOCKED)
		return STANDING_BLOCKED;
	return entry->info.self_signed ? STANDING_TRUSTED : STANDING_UNTRUSTED;
}

static enum standing standing(void *ctx, const struct fingerprint *print)
{
	struct entry entry;
	return app_find(ctx, print, &entry) ? standing_of(&entry) : STANDING_STRANGER;
}

/* False when the judge has enough. */
static bool offer(struct app *app, const struct entry *entry, struct judge_pool *pool)
{
	struct cert *cert = NULL;
	if (judge_has(pool, &entry->info.sha256) ||
		!store_read_cert(app_store(app), entry, &cert, NULL, NULL, NULL))
		return true;
	return judge_offer(pool, cert, standing_of(entry));
}

static void find(void *ctx, const struct judge_wish *wish, struct judge_pool *pool)
{
	struct app *app = ctx;
	for (int trusted = 1; wish->subject && trusted >= 0; trusted--) {
		struct entry e;
		uint32_t cursor = 0;
		while (store_next_subject(app_store(app), wish->subject, &cursor, &e))
			if (e.state != STATE_TRASH && (e.state == STATE_TRUSTED) == trusted &&
				judge_fits(wish, e.info.subject, e.info.key_id) &&
				!offer(app, &e, pool))
				return;
	}
}

static bool has_reason(const struct judge_path *path, size_t at, const char *code)
{
	for (size_t i = 0; i < path->reason_count; i++)
		if (path->reasons[i].at == at && strcmp(path->reasons[i].code, code) == 0)
			return true;
	return false;
}

/* The first step that is no intermediate CA of this chain. */
static size_t chain_end(const struct judge_path *path)
{
	size_t end = 1;
	while (end < path->step_count && !cert_info(path->steps[end].cert)->self_signed &&
		path->steps[end].standing != STANDING_BLOCKED &&
		!has_reason(path, end - 1, "bad-signature"))
		end++;
	return end;
}

/* Shortened to what a sentence can bear. */
static void put_name(struct buf *out, const char *name)
{
	size_t len = text_fit(name, NAME_COLUMNS, NULL);
	buf_format(out, "%.*s%s", (int)len, name, name[len] ? "…" : "");
}

/* What would make clients refuse a chain that is complete. */
static void doubt_steps(const struct judge_path *path, size_t end, struct buf *doubts)
{
	static const char *const codes[] = { "blocked", "revoked", "bad-signature", "expired",
		"not-yet-valid", "not-a-ca", "path-length", "name-constraint" };
	for (size_t i = 0; i < path->reason_count; i++) {
		const struct judge_reason *reason = &path->reasons[i];
		for (size_t k = 0; k < sizeof codes / sizeof *codes; k++)
			if (reason->at <= end && strcmp(reason->code, codes[k]) == 0) {
				put_name(doubts, cert_info(path->steps[reason->at].cert)->subject);
				buf_format(doubts, ": %s\n", reason->text);
			}
	}
}

static void doubt_end(const struct cert *last, struct buf *doubts)
{
	char *url = cert_issuer_url(last);
	struct buf subject = { 0 }, issuer = { 0 }, place = { 0 };
	put_name(&subject, cert_info(last)->subject);
	put_name(&issuer, cert_info(last)->issuer);
	if (url)
		put_name(&place, url);
	if (url)
		buf_format(doubts, _("%s was issued by %s, which isn't in the store: if that is no root, "
				     "the chain has a gap (it can be fetched from %s).\n"),
			buf_text(&subject), buf_text(&issuer), buf_text(&place));
	else
		buf_format(doubts, _("%s was issued by %s, which isn't in the store: if that is no root, "
				     "the chain has a gap.\n"),
			buf_text(&subject), buf_text(&issuer));
	buf_done(&subject);
	buf_done(&issuer);
	buf_done(&place);
	free(url);
}

static bool take(const struct judge_path *path,
	bool (*add)(void *ctx, const struct cert *cert, struct error *err), void *ctx,
	struct buf *doubts, struct error *err)
{
	size_t end = chain_end(path);
	bool complete = cert_info(path->steps[0].cert)->self_signed ||
			(end < path->step_count && !has_reason(path, end - 1, "bad-signature") &&
				path->steps[end].standing == STANDING_TRUSTED);
	for (size_t i = 1; i < end; i++)
		if (!add(ctx, path->steps[i].cert, err))
			return false;
	doubt_steps(path, end, doubts);
	if (!complete)
		doubt_end(path->steps[end - 1].cert, doubts);
	return true;
}

bool export_chain(struct app *app, const struct cert *leaf,
	bool (*add)(void *ctx, const struct cert *cert, struct error *err), void *ctx,
	struct buf *doubts, struct error *err)
{
	const struct judge_question question = { .now = app_now(), .leaf_first = true };
	const struct judge_source source = { .ctx = app, .standing = standing, .find = find };
	struct judgement judgement;
	judge(&leaf, 1, &question, &source, &judgement);
	bool ok = judgement.path_count == 0 ||
		  take(&judgement.paths[0], add, ctx, doubts, err);
	judgement_done(&judgement);
	return ok;
}
