/*
 * Of the old sighting only the chain is kept, so that its issuer and anchor are found again by a
 * judgement as of the day it was seen last; whether it was trusted is what was told then, since what the
 * store holds today says nothing about that.
 */
#include "app/change.h"

#include <stdlib.h>
#include <string.h>

#include "app/internal.h"
#include "base/mem.h"

static const char *host_of(const struct endpoint *e)
{
	return e->sni && *e->sni ? e->sni : e->host;
}

static bool has_reason(const struct explained_path *path, const char *code)
{
	for (size_t i = 0; i < path->reason_count; i++)
		if (path->reasons[i].at == 0 && strcmp(path->reasons[i].code, code) == 0)
			return true;
	return false;
}

/* The records stay the explanation's. */
static struct change_side side_of(const struct explanation *x)
{
	const struct explained_path *path = &x->paths[0];
	bool verified = path->step_count > 1 && !has_reason(path, "bad-signature");
	return (struct change_side){
		.leaf = path->steps[0].info,
		.issuer = verified ? path->steps[1].info : NULL,
		.anchor = x->anchor ? x->anchor->info : NULL,
		.trusted = x->trusted,
		.wrong_host = has_reason(path, "wrong-host"),
	};
}

/* A chain that came was told to be untrusted, or it was trusted: whatever failed behind that. */
static bool was_trusted(const struct sighting *s)
{
	return strcmp(s->verdict, probe_verdict_name(PROBE_UNTRUSTED)) != 0;
}

static bool explain_sighting(struct app *app, const struct endpoint *e, const struct sighting *s,
	int64_t at, struct explanation *x)
{
	struct error ignored;
	char *place = endpoint_place(e);
	const struct explain_question question = {
		.host = host_of(e),
		.purpose = PURPOSE_SERVER,
		.at = at,
		.place = place,
	};
	bool ok = app_explain_chain(app, (const struct cert *const *)s->chain, s->chain_count,
		&question, x, &ignored);
	free(place);
	return ok;
}

static const struct fingerprint *leaf_of(const struct sighting *s)
{
	return &cert_info(s->chain[0])->sha256;
}

static bool was_accepted(const struct history *h, const struct fingerprint *leaf)
{
	for (size_t i = 0; i < h->count; i++)
		if (h->items[i].chain_count > 0 && !h->items[i].waits &&
			fingerprint_compare(leaf_of(&h->items[i]), leaf) == 0)
			return true;
	return false;
}

/* What waits, wasn't trusted when it was seen last, and is now: somebody has decided. */
static bool was_decided(const struct history *h, const struct change_side *now)
{
	for (size_t i = 0; now->trusted && i < h->count; i++) {
		const struct sighting *s = &h->items[i];
		if (s->chain_count > 0)
			return s->waits && !was_trusted(s) &&
			       fingerprint_compare(leaf_of(s), &now->leaf->sha256) == 0;
	}
	return false;
}

/* What was never trusted is nothing to hold on to. */
static bool mends(const struct change_question *q)
{
	return q->new.trusted && !q->old.trusted;
}

static void compare(struct app *app, const struct endpoint *e, const struct probed *p,
	struct endpoint_change *out)
{
	struct explanation x = { 0 };
	struct change_question q = { .new = side_of(&p->why),
		.last = out->before->last,
		.when = p->report->when,
		.known = was_accepted(&out->history, &p->why.paths[0].steps[0].info->sha256) };
	if (explain_sighting(app, e, out->before, out->before->last, &x)) {
		q.old = side_of(&x);
		q.old.trusted = was_trusted(out->before);
		change_judge(&q, &out->change);
		out->is = out->change.verdict != CHANGE_SAME;
		out->waits = out->change.verdict >= CHANGE_NEW_ISSUER && !mends(&q) &&
			     !was_decided(&out->history, &q.new);
	}
	explanation_done(&x);
}

/* The leaf is compared first: most have not changed, and then the old one isn't judged again. */
bool app_change_of(struct app *app, const struct endpoint *endpoint, const struct probed *probed,
	struct endpoint_change *out, struct error *err)
{
	*out = (struct endpoint_change){ 0 };
	if (!probed->judged)
		return true;
	if (!store_history(app_store(app), endpoint->name, &out->history, err))
		return false;
	out->before = history_accepted(&out->history);
	if (out->before && fingerprint_compare(leaf_of(out->before),
				   &probed->why.paths[0].steps[0].info->sha256) != 0)
		compare(app, endpoint, probed, out);
	return true;
}

void endpoint_change_done(struct endpoint_change *change)
{
	change_done(&change->change);
	history_done(&change->history);
	*change = (struct endpoint_change){ 0 };
}

/* --- of a probe ---------------------------------------------------------------------------- */

static bool is_asked(const struct endpoint *e, const struct report *r)
{
	return e->port == r->port && strcmp(e->host, r->host) == 0 &&
	       (!r->sni || strcmp(host_of(e), r->sni) == 0);
}

bool app_change_of_probe(struct app *app, const struct probed *probed,
	struct endpoint_change *out, char **name, struct error *err)
{
	struct endpoints all = { 0 };
	bool ok = app_endpoints(app, &all, err);
	*out = (struct endpoint_change){ 0 };
	*name = NULL;
	for (size_t i = 0; ok && !*name && i < all.count; i++)
		if (is_asked(&all.items[i], probed->report)) {
			*name = mem_text(all.items[i].name);
			ok = app_change_of(app, &all.items[i], probed, out, err);
		}
	endpoints_done(&all);
	return ok;
}

/* --- of the history ------------------------------------------------------------------------ */

static const struct sighting *one_before(const struct history *h, size_t i)
{
	while (++i < h->count)
		if (h->items[i].chain_count > 0)
			return &h->items[i];
	return NULL;
}

/* What the store held then is gone: whether each was trusted is what was told. */
static bool between(struct app *app, const struct endpoint *e, const struct history *h,
	const struct sighting *old, const struct sighting *new, struct change *out)
{
	struct explanation x = { 0 }, y = { 0 };
	size_t i = (size_t)(new - h->items) + 1;
	const struct history past = { .items = h->items + i, .count = h->count - i };
	bool ok = explain_sighting(app, e, old, old->last, &x) &&
		  explain_sighting(app, e, new, new->first, &y);
	if (ok) {
		struct change_question q = { .old = side_of(&x),
			.new = side_of(&y),
			.last = old->last,
			.when = new->first,
			.known = was_accepted(&past, leaf_of(new)) };
		q.old.trusted = was_trusted(old);
		q.new.trusted = was_trusted(new);
		change_judge(&q, out);
	}
	explanation_done(&x);
	explanation_done(&y);
	return ok;
}

bool app_change_since(struct app *app, const struct endpoint *endpoint,
	const struct history *history, size_t i, struct change *out)
{
	const struct sighting *new = &history->items[i], *old = one_before(history, i);
	*out = (struct change){ 0 };
	return old && new->chain_count > 0 &&
	       fingerprint_compare(leaf_of(old), leaf_of(new)) != 0 &&
	       between(app, endpoint, history, old, new, out);
}

bool app_change_waiting(struct app *app, const struct endpoint *endpoint,
	const struct history *history, struct change *out, struct error *err)
{
	const struct sighting *known = history_accepted(history), *new = NULL;
	for (size_t i = history->count; i-- > 0;)
		if (history->items[i].chain_count > 0)
			new = &history->items[i];
	*out = (struct change){ 0 };
	if (!new || !new->waits)
		return error_set(err, ERROR_NOT_FOUND, "%s: nothing waits to be accepted",
			endpoint->name);
	if (known)
		between(app, endpoint, history, known, new, out);
	return true;
}

bool app_change_accept(struct app *app, const struct endpoint *endpoint, struct error *err)
{
	return (app_open_store(app, APP_STORE_THERE, err) &&
		       store_history_accept(app_store(app), endpoint->name, err)) ||
	       error_wrap(err, "%s", endpoint->name);
}
