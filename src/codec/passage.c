/*
 * GnuTLS takes most of the time of an import, and no certificate hangs on another: a slice of the
 * candidates is shared out among threads, each of which takes every second (or third, …) of them.
 * The threads end before the slice is passed on; nothing else in a job knows of them.
 */
#include "codec/passage.h"

#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "pki/cert.h"

#define SLICE        256
#define THREADS_MOST 4
#define SHARE_LEAST  32 /* fewer aren't worth a thread */

struct share {
	struct bag_item *items;
	const bool *skip;
	size_t first, step, count;
};

void bag_item_done(struct bag_item *item)
{
	if (item->kind != BAG_CERT && item->der)
		mem_wipe(item->der, item->len);
	free(item->der);
	free(item->where);
	free(item->label);
	free(item->why);
	cert_free(item->cert);
	*item = (struct bag_item){ 0 };
}

static void become_problem(struct bag_item *item, const char *why)
{
	item->kind = BAG_PROBLEM;
	item->why = mem_text(why);
	free(item->der);
	item->der = NULL;
	item->len = 0;
}

static void *judge_share(void *arg)
{
	const struct share *s = arg;
	struct error why;
	for (size_t i = s->first; i < s->count; i += s->step) {
		struct bag_item *item = &s->items[i];
		if (item->kind == BAG_CERT && !s->skip[i] &&
			!cert_parse(item->der, item->len, &item->cert, &why))
			become_problem(item, why.text);
	}
	return NULL;
}

static size_t threads_for(size_t count)
{
	cpu_set_t set;
	size_t most = count / SHARE_LEAST < THREADS_MOST ? count / SHARE_LEAST : THREADS_MOST;
	if (most < 2 || sched_getaffinity(0, sizeof set, &set) != 0)
		return 1;
	size_t processors = (size_t)CPU_COUNT(&set);
	return processors < most ? processors : most;
}

/* Where a thread can't be had, its share is judged here. */
static void judge_shares(struct bag_item *items, const bool *skip, size_t count)
{
	pthread_t threads[THREADS_MOST];
	struct share shares[THREADS_MOST];
	bool runs[THREADS_MOST] = { false };
	size_t step = threads_for(count);
	for (size_t t = 0; t < step; t++) {
		shares[t] = (struct share){ .items = items, .skip = skip, .first = t, .step = step,
			.count = count };
		runs[t] = t > 0 && pthread_create(&threads[t], NULL, judge_share, &shares[t]) == 0;
	}
	for (size_t t = 0; t < step; t++)
		if (!runs[t])
			judge_share(&shares[t]);
	for (size_t t = 0; t < step; t++)
		if (runs[t])
			pthread_join(threads[t], NULL);
}

static bool same_der(const struct bag_item *a, const struct bag_item *b)
{
	return a->kind == BAG_CERT && b->kind == BAG_CERT && a->len == b->len &&
	       memcmp(a->der, b->der, a->len) == 0;
}

/* What equals the one before it needs no second opinion: files that repeat one are real. */
static void judge(struct bag_item *items, size_t count)
{
	bool twin[SLICE] = { false };
	for (size_t i = 1; i < count; i++)
		twin[i] = same_der(&items[i - 1], &items[i]);
	judge_shares(items, twin, count);
	for (size_t i = 1; i < count; i++)
		if (twin[i] && items[i - 1].kind == BAG_PROBLEM)
			become_problem(&items[i], items[i - 1].why);
}

static bool has_cert(const struct passage *p)
{
	for (size_t i = p->passed; i < p->judged; i++)
		if (p->bag->items[i].kind == BAG_CERT)
			return true;
	return false;
}

/* A twin has no certificate of its own, so that a slice is kept until all of it was passed on. */
static void pass(struct passage *p)
{
	struct bag *bag = p->bag;
	p->useful = p->useful || has_cert(p);
	if (!p->useful)
		return;
	for (size_t i = p->passed; i < p->judged; i++)
		p->each(p->ctx, bag->format, &bag->items[i]);
	for (; p->passed < p->judged; p->passed++)
		bag_item_done(&bag->items[p->passed]);
	if (p->passed == bag->count)
		p->passed = p->judged = bag->count = 0;
}

void passage_go(struct passage *p, bool all)
{
	struct bag *bag = p->bag;
	while (bag->count - p->judged >= (all ? 1 : SLICE)) {
		size_t left = bag->count - p->judged, n = left < SLICE ? left : SLICE;
		judge(bag->items + p->judged, n);
		p->judged += n;
		pass(p);
	}
}
